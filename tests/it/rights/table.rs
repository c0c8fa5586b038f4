//! The table: each route, and who may ask for it.

/// Who may. Each visitor is several of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    /// Whoever comes by.
    Anybody,
    /// Whoever is signed in.
    SignedIn,
    /// Sales, managers, administrators.
    Editor,
    /// Managers and administrators.
    Operator,
    /// The owner, managers of a team of theirs, administrators (S28).
    Manager,
    /// Administrators.
    Administrator,
    /// Whoever made it, here the administrator.
    Author,
}

use Who::{Administrator, Anybody, Author, Editor, Manager, Operator, SignedIn};

/// A route, and who may.
pub(super) struct Row {
    /// "GET /customers/{id}".
    pub(super) route: &'static str,
    pub(super) who: Who,
}

const fn row(route: &'static str, who: Who) -> Row {
    Row { route, who }
}

/// What is there beside the sales: of each kind one.
pub(super) const WORLD: &str = "
    insert into accounts (name) values ('Verhoeven');
    insert into contacts (account_id, first_name, last_name) values (1, 'Zoë', 'Verhoeven');
    update customers set account_id = 1, contact_id = 1;
    insert into jobs (kind, key, title, integration_id, status) values ('sync', 'x', 'Sync', 1, 'completed');
    insert into activities (record, record_id, kind, body, user_id) values ('account', 1, 'note', 'Hello', 1);
    insert into tags (name) values ('vip');
    insert into saved_views (user_id, list, name, shared, query) values (1, 'customers', 'Mine', false, '');
    insert into erasures (by_id) values (1);
    insert into invitations (email, role, token_hash, expires_at) values ('new@example.org', 'sales', '\\x00', now() + interval '1 day');
    insert into webhooks (name, url, events) values ('Warehouse', 'https://192.0.2.1/hook', '{order.created}');
    insert into webhook_deliveries (webhook_id, events, subject) values (1, '[]', 'order.created')";

/// The kinds of records, for the routes that all of them may have.
const RECORDS: [&str; 7] =
    ["customers", "orders", "carts", "credit-memos", "newsletter-subscribers", "accounts", "contacts"];

impl Row {
    pub(super) fn method(&self) -> &'static str {
        self.route.split(' ').next().unwrap()
    }

    fn path(&self) -> &'static str {
        self.route.split(' ').nth(1).unwrap()
    }

    /// It ends the session that the test goes on with, or needs half a sign-in.
    pub(super) fn ends_it(&self) -> bool {
        matches!(self.path(), "/logout" | "/login/code" | "/profile/sessions/endings")
    }

    /// A page of HTML, not a file or a stream.
    pub(super) fn is_page(&self) -> bool {
        let path = self.path();
        ![
            "events",
            "export",
            "totals.csv",
            "suggestions",
            "syncs",
            "{*path}",
            "{file}",
            "healthz",
            "readyz",
            "metrics",
            "openapi.json",
        ]
        .iter()
        .any(|end| path.ends_with(end))
    }

    /// Addresses that the route is asked for with.
    pub(super) fn addresses(&self) -> Vec<String> {
        let path = self.path();
        let kinds: Vec<&str> = match path.rsplit('/').next().unwrap() {
            _ if !path.starts_with("/{record}") => vec![""],
            "tags" if !path.contains("{id}") => vec!["customers", "orders", "carts", "accounts"],
            "owners" => vec!["customers", "orders", "carts", "accounts"],
            "owner" => vec!["orders", "carts"],
            "placed-orders" => vec!["carts"],
            "steps" => vec!["orders", "carts"],
            "new" if path.contains("/steps/") => vec!["orders", "carts"],
            "syncs" => vec!["customers", "orders", "carts"],
            "personal-data" | "export" | "erasure" => vec!["customers", "accounts", "contacts"],
            _ => RECORDS.to_vec(),
        };
        let fill = |kind: &str| {
            path.replace("{record}", kind).replace("{version}", "x").replace("{*path}", "app.css")
        };
        kinds.into_iter().map(|kind| with_ids(&fill(kind))).collect()
    }

    fn fits(&self, path: &str) -> bool {
        let (pattern, path): (Vec<&str>, Vec<&str>) =
            (self.path().split('/').collect(), path.split('/').collect());
        let fits = |(part, given): (&&str, &&str)| match *part {
            "{record}" => RECORDS.contains(given),
            part if part.starts_with('{') => !given.is_empty(),
            part => part == *given,
        };
        pattern.len() == path.len() && pattern.iter().zip(&path).all(fits)
    }
}

/// The first row of each is there; the second user is nobody whom the test needs.
fn with_ids(path: &str) -> String {
    let user = if path.starts_with("/users/") { "2" } else { "1" };
    let mut filled = String::new();
    for (nr, part) in path.split('/').skip(1).enumerate() {
        let part = if part.starts_with('{') { if nr == 1 { user } else { "1" } } else { part };
        filled.push('/');
        filled.push_str(part);
    }
    filled
}

/// The row of a link or form: what is written out goes before what is not.
pub(super) fn whose(method: &str, path: &str) -> Option<&'static Row> {
    let fitting = ROUTES.iter().filter(|row| row.method() == method && row.fits(path));
    fitting.min_by_key(|row| row.path().matches('{').count())
}

/// Every route of the pages. What takes something away comes last among its own.
pub(super) const ROUTES: &[Row] = &[
    row("GET /api/v1/openapi.json", Anybody),
    row("GET /healthz", Anybody),
    row("GET /invitation", Anybody),
    row("POST /invitation", Anybody),
    row("GET /login", Anybody),
    row("POST /login", Anybody),
    row("GET /login/code", Anybody),
    row("POST /login/code", Anybody),
    row("POST /logout", Anybody),
    row("GET /password-resets", Anybody),
    row("POST /password-resets", Anybody),
    row("GET /password", Anybody),
    row("POST /password", Anybody),
    row("GET /metrics", Administrator),
    row("GET /readyz", Anybody),
    row("GET /setup", Anybody),
    row("POST /setup", Anybody),
    row("GET /static/{version}/{*path}", Anybody),
    row("GET /", SignedIn),
    row("GET /accounts", SignedIn),
    row("GET /accounts/export", SignedIn),
    row("GET /conflicts/export", SignedIn),
    row("GET /conflicts/rejected-edits/export", SignedIn),
    row("GET /conflicts/subscriptions/export", SignedIn),
    row("GET /accounts/{id}", SignedIn),
    row("GET /carts", SignedIn),
    row("GET /carts/export", SignedIn),
    row("GET /carts/{id}", SignedIn),
    row("GET /conflicts", SignedIn),
    row("GET /conflicts/rejected-edits", SignedIn),
    row("GET /conflicts/subscriptions", SignedIn),
    row("GET /contacts", SignedIn),
    row("GET /contacts/export", SignedIn),
    row("GET /contacts/{id}", SignedIn),
    row("GET /credit-memos", SignedIn),
    row("GET /credit-memos/export", SignedIn),
    row("GET /credit-memos/{id}", SignedIn),
    row("GET /customers", SignedIn),
    row("GET /customers/export", SignedIn),
    row("GET /customers/{id}", SignedIn),
    row("GET /customers/{id}/history", SignedIn),
    row("GET /customers/{id}/order-notes", SignedIn),
    row("GET /customers/{id}/order-notes/export", SignedIn),
    row("GET /customers/{id}/purchases", SignedIn),
    row("GET /customers/{id}/purchases/export", SignedIn),
    row("GET /help", SignedIn),
    row("GET /help/img/{file}", SignedIn),
    row("GET /help/{page}", SignedIn),
    row("GET /newsletter-subscribers", SignedIn),
    row("GET /newsletter-subscribers/export", SignedIn),
    row("GET /newsletter-subscribers/{id}", SignedIn),
    row("GET /orders", SignedIn),
    row("GET /orders/export", SignedIn),
    row("GET /orders/{id}", SignedIn),
    row("GET /help/api", SignedIn),
    row("GET /profile", SignedIn),
    row("POST /profile", SignedIn),
    row("POST /profile/password", SignedIn),
    row("POST /profile/sessions/endings", SignedIn),
    row("GET /profile/tokens", SignedIn),
    row("POST /profile/tokens", SignedIn),
    row("POST /profile/tokens/{id}/revocation", SignedIn),
    row("GET /profile/two-factor", SignedIn),
    row("POST /profile/two-factor", SignedIn),
    row("GET /profile/two-factor/recovery-codes", SignedIn),
    row("POST /profile/two-factor/recovery-codes", SignedIn),
    row("GET /reports", SignedIn),
    row("GET /reports/totals.csv", SignedIn),
    row("GET /search", SignedIn),
    row("GET /search/suggestions", SignedIn),
    row("GET /tags/{id}", SignedIn),
    row("POST /views", SignedIn),
    row("POST /views/default", SignedIn),
    row("GET /views/new", SignedIn),
    row("POST /views/{id}", Author),
    row("GET /views/{id}/edit", Author),
    row("POST /views/{id}/name", Author),
    row("GET /{record}/{id}/activities", SignedIn),
    row("GET /{record}/{id}/syncs", SignedIn),
    row("GET /profile/two-factor/removal", SignedIn),
    row("POST /profile/two-factor/removal", SignedIn),
    row("GET /views/{id}/deletion", Author),
    row("POST /views/{id}/deletion", Author),
    row("POST /accounts/{id}", Editor),
    row("GET /accounts/{id}/contacts/{contact}/split", Editor),
    row("POST /accounts/{id}/contacts/{contact}/split", Editor),
    row("GET /accounts/{id}/customers/{customer}/split", Editor),
    row("POST /accounts/{id}/customers/{customer}/split", Editor),
    row("GET /accounts/{id}/edit", Editor),
    row("POST /accounts", Editor),
    row("GET /accounts/new", Editor),
    row("GET /accounts/{id}/deletion", Editor),
    row("POST /accounts/{id}/deletion", Editor),
    row("GET /accounts/{id}/merge", Editor),
    row("POST /accounts/{id}/merges", Editor),
    row("POST /activities/{id}", Author),
    row("GET /activities/{id}/edit", Author),
    row("GET /conflicts/answers", Editor),
    row("POST /conflicts/answers", Editor),
    row("POST /conflicts/{id}", Editor),
    row("POST /contacts/{id}", Editor),
    row("GET /contacts/{id}/edit", Editor),
    row("POST /customers", Editor),
    row("POST /customers/hidden", Editor),
    row("GET /customers/new", Editor),
    row("POST /customers/shown", Editor),
    row("POST /customers/{id}", Editor),
    row("GET /customers/{id}/account", Editor),
    row("POST /customers/{id}/account", Editor),
    row("POST /customers/{id}/changes/{change}/discard", Editor),
    row("POST /customers/{id}/changes/{change}/retries", Editor),
    row("POST /customers/{id}/creations/{creation}/discard", Editor),
    row("GET /customers/{id}/edit", Editor),
    row("POST /customers/{id}/hide", Editor),
    row("GET /customers/{id}/register", Editor),
    row("POST /customers/{id}/register", Editor),
    row("POST /customers/{id}/subscriptions", Editor),
    row("POST /customers/{id}/unhide", Editor),
    row("POST /newsletter-subscribers/subscribed", Editor),
    row("POST /newsletter-subscribers/unsubscribed", Editor),
    row("POST /newsletter-subscribers/{id}/changes", Editor),
    row("POST /subscription-changes/{id}/discard", Editor),
    row("POST /subscription-changes/{id}/retries", Editor),
    row("GET /{record}/owners", Editor),
    row("POST /{record}/owners", Editor),
    row("GET /{record}/tags", Editor),
    row("POST /{record}/tags", Editor),
    row("POST /{record}/{id}/activities", Editor),
    row("GET /{record}/{id}/activities/new", Editor),
    row("POST /{record}/{id}/owner", Editor),
    row("POST /{record}/{id}/placed-orders", Editor),
    row("POST /{record}/{id}/steps", Editor),
    row("GET /{record}/{id}/steps/new", Editor),
    row("POST /{record}/{id}/syncs", Editor),
    row("POST /{record}/{id}/tags", Editor),
    row("GET /activities/{id}/deletion", Author),
    row("POST /activities/{id}/deletion", Author),
    row("POST /{record}/{id}/tags/{tag}/removal", Editor),
    row("GET /{record}/{id}/personal-data", Operator),
    row("GET /{record}/{id}/personal-data/export", Operator),
    row("GET /{record}/{id}/erasure", Administrator),
    row("POST /{record}/{id}/erasure", Administrator),
    row("GET /channels", Operator),
    row("POST /channels", Operator),
    row("GET /channels/export", Operator),
    row("GET /channels/new", Operator),
    row("GET /channels/new/integration", Operator),
    row("POST /channels/new/integration", Operator),
    row("GET /channels/{id}", Operator),
    row("GET /failed-records", Operator),
    row("GET /failed-records/dismissals", Operator),
    row("GET /failed-records/export", Operator),
    row("POST /failed-records/dismissals", Operator),
    row("POST /failed-records/retries", Operator),
    row("GET /failed-records/{id}", Operator),
    row("GET /integrations", Operator),
    row("GET /integrations/export", Operator),
    row("GET /integrations/{id}", Operator),
    row("GET /integrations/{id}/preview", Operator),
    row("GET /integrations/{id}/preview/events", Operator),
    row("GET /integrations/{id}/sent", Operator),
    row("GET /integrations/{id}/sent/export", Operator),
    row("GET /jobs", Operator),
    row("GET /jobs/export", Operator),
    row("GET /jobs/{id}", Operator),
    row("GET /jobs/{id}/events", Operator),
    row("GET /channels/new/integration/removal", Operator),
    row("POST /channels/new/integration/removal", Operator),
    row("POST /channels/{id}", Manager),
    row("POST /channels/{id}/activation", Manager),
    row("GET /channels/{id}/bounds", Manager),
    row("POST /channels/{id}/bounds", Manager),
    row("GET /channels/{id}/edit", Manager),
    row("GET /channels/{id}/integration", Manager),
    row("POST /channels/{id}/integration", Manager),
    row("GET /failed-records/{id}/dismissal", Manager),
    row("POST /failed-records/{id}/dismissal", Manager),
    row("POST /failed-records/{id}/retries", Manager),
    row("POST /integrations/{id}", Manager),
    row("GET /integrations/{id}/belief", Manager),
    row("POST /integrations/{id}/belief", Manager),
    row("GET /integrations/{id}/edit", Manager),
    row("POST /integrations/{id}/jobs", Manager),
    row("POST /integrations/{id}/preview/decision", Manager),
    row("POST /integrations/{id}/previews", Manager),
    row("GET /integrations/{id}/resyncs", Manager),
    row("POST /integrations/{id}/resyncs", Manager),
    row("POST /integrations/{id}/walks", Manager),
    row("POST /jobs/{id}/cancellation", Manager),
    row("GET /integrations/{id}/identity", Manager),
    row("GET /integrations/{id}/statuses", Operator),
    row("GET /integrations/{id}/statuses/export", Operator),
    row("GET /jobs/{id}/log", Operator),
    row("GET /jobs/{id}/log/export", Operator),
    row("POST /integrations/{id}/identity", Manager),
    row("POST /integrations/{id}/pause", Manager),
    row("POST /integrations/{id}/resumption", Manager),
    row("POST /jobs/{id}/runs", Manager),
    row("GET /channels/{id}/deactivation", Manager),
    row("POST /channels/{id}/deactivation", Manager),
    row("GET /channels/{id}/deletion", Manager),
    row("POST /channels/{id}/deletion", Manager),
    row("GET /channels/{id}/integration/removal", Manager),
    row("POST /channels/{id}/integration/removal", Manager),
    row("GET /integrations/{id}/removal", Manager),
    row("POST /integrations/{id}/removal", Manager),
    row("POST /invitations/{id}/links", Administrator),
    row("POST /invitations/{id}/withdrawal", Administrator),
    row("GET /alerts", Operator),
    row("POST /alerts/choices", Operator),
    row("GET /alerts/export", Operator),
    row("POST /alerts/seen", Operator),
    row("GET /alerts/{id}", Operator),
    row("GET /settings", Administrator),
    row("POST /settings/mail/tests", Administrator),
    row("POST /settings/webhook/tests", Administrator),
    row("POST /settings/{group}", Administrator),
    row("GET /audit", Administrator),
    row("GET /audit/export", Administrator),
    row("GET /audit/{id}", Administrator),
    row("GET /erasures/{id}/lifting", Administrator),
    row("POST /erasures/{id}/lifting", Administrator),
    row("GET /teams", Administrator),
    row("POST /teams", Administrator),
    row("GET /teams/export", Administrator),
    row("GET /teams/new", Administrator),
    row("GET /teams/{id}", Administrator),
    row("POST /teams/{id}", Administrator),
    row("GET /teams/{id}/edit", Administrator),
    row("GET /users", Administrator),
    row("POST /users", Administrator),
    row("GET /users/export", Administrator),
    row("GET /users/new", Administrator),
    row("GET /users/{id}", Administrator),
    row("POST /users/{id}", Administrator),
    row("POST /users/{id}/activation", Administrator),
    row("GET /users/{id}/edit", Administrator),
    row("POST /users/{id}/password-links", Administrator),
    row("POST /users/{id}/sign-outs", Administrator),
    row("GET /teams/{id}/deletion", Administrator),
    row("POST /teams/{id}/deletion", Administrator),
    row("GET /users/{id}/deactivation", Administrator),
    row("POST /users/{id}/deactivation", Administrator),
    row("POST /users/{id}/tokens/{token}/revocation", Administrator),
    row("POST /users/{id}/two-factor/removal", Administrator),
    row("GET /webhooks", Administrator),
    row("POST /webhooks", Administrator),
    row("GET /webhooks/new", Administrator),
    row("GET /webhooks/{id}", Administrator),
    row("POST /webhooks/{id}", Administrator),
    row("GET /webhooks/{id}/edit", Administrator),
    row("POST /webhooks/{id}/tests", Administrator),
    row("POST /webhooks/{id}/secrets", Administrator),
    row("POST /webhooks/{id}/deliveries/{delivery}/resends", Administrator),
    row("GET /webhooks/{id}/deletion", Administrator),
    row("POST /webhooks/{id}/deletion", Administrator),
];
