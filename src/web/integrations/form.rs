//! The integration form: its fields, with what was typed into them and what is wrong with it.
//!
//! Field order and labels are names.md 3 and S12-S31. A key is never shown back: the page says only that one is kept.

use super::super::form::{Errors, Field, Kind, Posted};
use super::quiet;
use super::rules::{self, RuleTable};
use crate::crm::channels::{Integration, Priority, Settings, StoreFacts};
use crate::crm::users::User;

/// Fields of the three tabs, to lead to the one that holds an error.
pub(super) const SYNCHRONIZATION: [&str; 2] = ["enable-two-way-sync", "sync-priority"];
pub(super) const ADVANCED: [&str; 10] = [
    "basic-auth-user",
    "basic-auth-password",
    "ca-certificate",
    "calls-at-once",
    "requests-per-minute",
    "sync-interval",
    "quiet-hours-from",
    "quiet-hours-to",
    "quiet-hours-time-zone",
    "cart-sweep-budget",
];

pub(super) const LOCKED: &str =
    "Locked since the first synchronization: changing it would leave records behind that belong to nothing.";

/// The form as a page shows it.
pub(super) struct Fields {
    pub(super) name: Field,
    pub(super) wsdl_url: Field,
    pub(super) api_user: Field,
    pub(super) api_key: Field,
    pub(super) wsi: Field,
    pub(super) sync_start_date: Field,
    pub(super) website: Field,
    pub(super) admin_url: Field,
    pub(super) guests: Field,
    pub(super) order_notes: Field,
    pub(super) split_by_name: Field,
    pub(super) owner: Field,
    pub(super) two_way: Field,
    pub(super) priority: Field,
    pub(super) advanced: Vec<Field>,
    pub(super) rules: RuleTable,
    /// Is there something that a preview could compare with?
    pub(super) previewed: bool,
}

/// What the fields depend on beside what was typed.
pub(super) struct Around<'a> {
    /// The saved integration; `None` while it is a draft.
    pub(super) saved: Option<&'a Integration>,
    /// What was set before: saved, or kept with the draft.
    pub(super) kept: Option<&'a Settings>,
    /// A key is kept on the server already.
    pub(super) key_kept: bool,
    /// The address typed is at another host than the saved one: what is kept is not for it.
    pub(super) moved: bool,
    /// What the last check of this very address found.
    pub(super) found: Option<&'a StoreFacts>,
    /// A basic-auth password is kept already.
    pub(super) password_kept: bool,
    /// The websites to choose from, once known.
    pub(super) websites: &'a [(i64, String)],
    /// The websites are known.
    pub(super) checked: bool,
    /// Who may own it.
    pub(super) owners: &'a [User],
    /// Seconds between syncs by the server's setting.
    pub(super) default_interval: i32,
}

impl Fields {
    /// The fields with what was typed and what is wrong with it.
    pub(super) fn of(typed: &Posted, errors: &Errors, around: &Around<'_>) -> Self {
        let locked = around.saved.is_some_and(|saved| saved.first_synced_at.is_some());
        let typed = &match around.saved.filter(|_| locked) {
            Some(saved) => with_locked(typed, &saved.settings),
            None => typed.clone(),
        };
        let text =
            |name, label, html| Field::new(name, label, Kind::Line(html), typed.get(name)).errors(errors);
        let key_label = if around.saved.is_some() { "New SOAP API Key" } else { "SOAP API Key" };
        let key = Field::new("soap-api-key", key_label, Kind::Secret, "")
            .errors(errors)
            .autocomplete("new-password");
        let key = match (around.saved.is_some(), around.key_kept) {
            (true, false) => key.hint("Leave it blank to keep the present key."),
            (_, true) => key.hint("The key that you typed is kept, sealed. Leave it blank to use it."),
            (false, false) => key.required().hint("Kept sealed, never shown again."),
        };
        Self {
            name: text("name", "Name", "text").required().full(),
            wsdl_url: text("soap-wsdl-url", "SOAP WSDL URL", "url")
                .required()
                .full()
                .hint("Like https://shop.example.com/index.php/api/v2_soap/?wsdl=1"),
            api_user: text("soap-api-user", "SOAP API User", "text").required(),
            api_key: key,
            wsi: check("ws-i-compliance", "WS-I Compliance", typed)
                .hint("As it is set in the store. The check finds out."),
            sync_start_date: text("sync-start-date", "Sync start date", "date")
                .required()
                .hint("Only data as of this date is synchronized.")
                .locked_if(locked, LOCKED),
            website: website(typed, errors, around).locked_if(locked, LOCKED),
            admin_url: text("admin-url", "Admin url", "url")
                .hint("Optional: the store’s administrator panel."),
            guests: check("guest-customer-sync", "Guest Customer Sync", typed)
                .hint("Guests with orders or carts become customers: one for each e-mail address and website."),
            order_notes: check("import-order-comments-as-order-notes", "Import Order Comments as Order Notes", typed)
                .hint("Comments on orders are shown with the customer, too."),
            split_by_name: Field::new(
                "split-by-full-name",
                "Split by Full Name",
                Kind::Area,
                typed.get("split-by-full-name"),
            )
            .errors(errors)
            .hint("E-mail addresses that several people order with: their guests are told apart by name. Separate them by comma, semicolon or line."),
            owner: owner(typed, errors, around.owners),
            two_way: check("enable-two-way-sync", "Enable two way sync", typed)
                .hint("Off: Magento data is loaded here, and nothing is ever sent to the store."),
            priority: Field::new(
                "sync-priority",
                "Sync priority",
                Kind::Choice(priorities()),
                priority(typed),
            )
            .required()
            .errors(errors)
            .hint("Only with two way sync: who wins when both sides changed the same field. Single fields may have rules of their own, under Advanced.")
            .help("sync#who-wins"),
            advanced: advanced(typed, errors, around),
            rules: RuleTable::of(typed, errors),
            previewed: locked,
        }
    }
}

fn check(name: &'static str, label: &str, typed: &Posted) -> Field {
    Field::new(name, label, Kind::Check, if typed.has(name) { "on" } else { "" })
}

/// A browser does not send what is locked: it is as it was saved.
fn with_locked(typed: &Posted, saved: &Settings) -> Posted {
    let saved = as_posted(saved);
    let missing = ["sync-start-date", "website"].into_iter().filter(|name| typed.get(name).is_empty());
    missing.fold(typed.clone(), |typed, name| typed.with(name, saved.get(name)))
}

fn website(typed: &Posted, errors: &Errors, around: &Around<'_>) -> Field {
    let mut options = Vec::new();
    let mut value = typed.get("website").to_owned();
    if around.checked {
        options.push(("all".to_owned(), "All Websites".to_owned()));
        options.extend(around.websites.iter().map(|(id, name)| (id.to_string(), name.clone())));
        let saved = around.saved.and_then(|saved| saved.settings.website_id).map(|id| id.to_string());
        if let Some(saved) = saved.filter(|saved| !options.iter().any(|(key, _)| key == saved)) {
            options.push((saved.clone(), format!("Website {saved}")));
        }
        if !options.iter().any(|(key, _)| *key == value) {
            value = "all".to_owned();
        }
    } else {
        options.push((String::new(), "Check the connection first".to_owned()));
    }
    Field::new("website", "Website", Kind::Choice(options), value)
        .required()
        .errors(errors)
        .hint("All of them, or one: then only its records are synchronized.")
}

fn owner(typed: &Posted, errors: &Errors, owners: &[User]) -> Field {
    let options = owners.iter().map(|user| (user.id.to_string(), user.name.clone())).collect();
    Field::new("default-owner", "Default owner", Kind::Choice(options), typed.get("default-owner"))
        .required()
        .errors(errors)
        .hint("Decides who may manage this configuration, and owns imported records.")
}

fn priorities() -> Vec<(String, String)> {
    Priority::ALL.map(|priority| (priority.key().to_owned(), priority.word().to_owned())).to_vec()
}

fn priority(typed: &Posted) -> String {
    Priority::from_key(typed.get("sync-priority")).unwrap_or(Priority::Remote).key().to_owned()
}

fn advanced(typed: &Posted, errors: &Errors, around: &Around<'_>) -> Vec<Field> {
    let text = |name, label, html| Field::new(name, label, Kind::Line(html), typed.get(name)).errors(errors);
    let password = Field::new("basic-auth-password", "HTTP basic auth password", Kind::Secret, "")
        .errors(errors)
        .autocomplete("new-password");
    let [from, to, zone] = quiet::fields(typed, errors);
    vec![
        text("basic-auth-user", "HTTP basic auth user", "text").hint("If the store’s web server asks for a login of its own."),
        if around.password_kept { password.hint("One is kept, sealed. Leave it blank to use it.") } else { password },
        Field::new("ca-certificate", "CA certificate", Kind::Area, typed.get("ca-certificate"))
            .errors(errors)
            .full()
            .hint("PEM. Trusted for this store only, beside the public ones: for a private or self-signed certificate."),
        text("calls-at-once", "Calls at once", "number")
            .hint("1 to 8. Empty: one, then two when the store keeps answering briskly. More than its PHP workers stop a shop."),
        text("requests-per-minute", "Requests per minute", "number").hint("At most so many. Empty: as the store can bear."),
        Field::new("sync-interval", "Sync interval", Kind::Choice(intervals(typed, around)), typed.get("sync-interval"))
            .errors(errors),
        from,
        to,
        zone,
        text("cart-sweep-budget", "Cart sweep budget", "number")
            .hint("Requests per sync that look for carts in a store without the bridge, 0 to 1000. Empty: 20."),
    ]
}

fn intervals(typed: &Posted, around: &Around<'_>) -> Vec<(String, String)> {
    let usual = [5, 30, 60, 300, 900, 3600, 86_400];
    let mut options =
        vec![(String::new(), format!("As the server is set: every {}", seconds(around.default_interval)))];
    let own = typed.get("sync-interval").parse::<i32>().ok().filter(|own| *own > 0 && !usual.contains(own));
    options.extend(usual.into_iter().chain(own).map(|n| (n.to_string(), format!("Every {}", seconds(n)))));
    options.push(("0".to_owned(), "Only by hand".to_owned()));
    options
}

/// "5 minutes", "day".
pub(super) fn seconds(n: i32) -> String {
    let (amount, unit) = match n {
        n if n % 86_400 == 0 => (n / 86_400, "day"),
        n if n % 3600 == 0 => (n / 3600, "hour"),
        n if n % 60 == 0 => (n / 60, "minute"),
        n => (n, "second"),
    };
    if amount == 1 { unit.to_owned() } else { format!("{amount} {unit}s") }
}

/// A saved or drafted integration, as if it had just been typed.
pub(super) fn as_posted(settings: &Settings) -> Posted {
    let s = settings;
    let number = |n: Option<i32>| n.map(|n| n.to_string()).unwrap_or_default();
    let mut typed = Posted::default()
        .with("name", &s.name)
        .with("soap-wsdl-url", &s.wsdl_url)
        .with("soap-api-user", &s.api_user)
        .with("sync-start-date", s.sync_start_date.to_string())
        .with("website", s.website_id.map_or_else(|| "all".to_owned(), |id| id.to_string()))
        .with("admin-url", s.admin_url.clone().unwrap_or_default())
        .with("default-owner", s.owner_id.to_string())
        .with("sync-priority", s.priority.key())
        .with("basic-auth-user", s.basic_auth_user.clone().unwrap_or_default())
        .with("ca-certificate", s.ca_certificate.clone().unwrap_or_default())
        .with("calls-at-once", number(s.calls_at_once.map(i32::from)))
        .with("requests-per-minute", number(s.requests_per_minute))
        .with("sync-interval", number(s.interval_seconds))
        .with("cart-sweep-budget", number(s.cart_budget))
        .with("split-by-full-name", s.split_by_name.join("\n"));
    if s.guest_customers {
        typed = typed.with("guest-customer-sync", "on");
    }
    if s.order_notes {
        typed = typed.with("import-order-comments-as-order-notes", "on");
    }
    if s.wsi {
        typed = typed.with("ws-i-compliance", "on");
    }
    if s.two_way {
        typed = typed.with("enable-two-way-sync", "on");
    }
    rules::as_posted(quiet::as_posted(typed, s.quiet.as_ref()), &s.field_rules)
}

/// An empty form for this user.
pub(super) fn blank(user: &User, channel: &str) -> Posted {
    let name = if channel.is_empty() { "Integration".to_owned() } else { format!("{channel} Integration") };
    Posted::default()
        .with("name", name)
        .with("sync-start-date", "2007-01-01")
        .with("default-owner", user.id.to_string())
        .with("guest-customer-sync", "on")
        .with("import-order-comments-as-order-notes", "on")
        .with("sync-priority", Priority::Remote.key())
}
