//! A store and an application with a channel on it: synchronized, and compared field by field.

use std::time::Duration;

use cartwright::jobs::{self, JobRow};
use cartwright::simulator::{Address, CustomerView, Options, Simulator, Text};
use cartwright::sync::{self, Patience};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{App, settings};

/// The two sides, and the integration between them.
pub(crate) struct Pair {
    pub(crate) app: App,
    pub(crate) store: Simulator,
    pub(crate) integration: i64,
}

impl Pair {
    /// A channel on a new store, nothing synchronized yet.
    pub(crate) async fn new(pool: PgPool, options: Options) -> Self {
        let store = Simulator::start(options.clone()).await.unwrap();
        let mut app = App::as_administrator(pool).await;
        let integration = app.connect(&store, &options, "Corner shop").await;
        Self { app, store, integration }
    }

    /// The same, and synchronized.
    pub(crate) async fn synced(pool: PgPool, options: Options) -> Self {
        let pair = Self::new(pool, options).await;
        pair.sync_well().await;
        pair
    }

    /// Asks for a sync.
    pub(crate) async fn schedule(&self) -> i64 {
        let mut db = self.app.pool.acquire().await.unwrap();
        sync::enqueue(&mut db, self.integration, "Corner shop Store", None, sync::Wish::Changes)
            .await
            .unwrap()
            .id()
    }

    /// A sync from its start to its end, whatever that is.
    pub(crate) async fn sync(&self) -> JobRow {
        let id = self.schedule().await;
        self.app.workers("worker").drain().await.unwrap();
        self.job(id).await
    }

    /// How many jobs the schedule queues when the next sync is due; they are not worked off.
    pub(crate) async fn queued_when_due(&self) -> usize {
        self.app.run_sql("update integrations set next_sync_at = now()").await;
        sync::queue_what_is_due(&self.app.pool, 300).await.unwrap()
    }

    /// A sync that completes.
    pub(crate) async fn sync_well(&self) -> JobRow {
        let job = self.sync().await;
        assert_eq!((job.status.word(), job.message.as_deref()), ("Completed", None));
        job
    }

    /// A job as its page shows it.
    pub(crate) async fn job(&self, id: i64) -> JobRow {
        jobs::find(&self.app.pool, id).await.unwrap().unwrap()
    }

    /// What a job's log says, all lines.
    pub(crate) async fn log(&self, id: i64) -> String {
        let lines = jobs::log_page(&self.app.pool, id, 1_000).await.unwrap();
        lines.iter().rev().map(|line| format!("{}\n", line.message)).collect()
    }

    /// Does everything here stand as it does in the store?
    pub(crate) async fn assert_equal(&self) {
        let ids = self.store.customer_ids();
        let all = sqlx::query_scalar::<_, i64>(
            "select count(*) from customers where not is_guest and removed_at is null",
        );
        assert_eq!(
            all.fetch_one(&self.app.pool).await.unwrap(),
            i64::try_from(ids.len()).unwrap(),
            "customers"
        );
        for id in ids {
            self.assert_equal_customer(id).await;
        }
    }

    /// Does this customer stand here as in the store?
    pub(crate) async fn assert_equal_customer(&self, id: u32) {
        let theirs = self.store.customer(id).unwrap();
        let ours = ours(&self.app.pool, id).await.unwrap_or_else(|| panic!("customer {id} did not arrive"));
        assert_eq!(without_gender(&ours), without_gender(&wanted(&theirs)), "customer {id}");
    }

    /// Where every row is in the database's files: the same again means that nothing was written. Segments are not among
    /// them: they follow the clock, too.
    pub(crate) async fn traces(&self) -> Vec<String> {
        let mut traces = Vec::new();
        for table in [
            "customers",
            "customer_addresses",
            "contacts",
            "accounts",
            "websites",
            "stores",
            "customer_groups",
            "regions",
            "orders",
            "order_items",
            "order_addresses",
            "order_notes",
            "customer_lifetimes",
            "day_figures",
            "repeat_gaps",
            "credit_memos",
            "credit_memo_items",
            "cart_items",
            "newsletter_subscribers",
        ] {
            let sql = format!(
                "select coalesce(string_agg(t.ctid || ' ' || t.xmin, ',' order by t.ctid), '') from {table} t"
            );
            let trace: String =
                sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&self.app.pool).await.unwrap();
            traces.push(format!("{table}: {trace}"));
        }
        traces
    }
}

/// Waits that are not for shops but for tests.
pub(crate) fn in_a_hurry() -> Patience {
    let moment = Duration::from_millis(5);
    Patience {
        between_tries: moment,
        after_timeout: moment,
        after_too_many: moment,
        after_server_error: moment,
        after_no_connection: moment,
        ..Patience::default()
    }
}

/// Looks until something is so.
pub(crate) async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let began = std::time::Instant::now();
    while !so().await {
        assert!(began.elapsed() < Duration::from_secs(60), "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A customer as it stands here, its addresses in their order.
pub(crate) async fn ours(pool: &PgPool, remote_id: u32) -> Option<Value> {
    sqlx::query_scalar(
        "select jsonb_build_object('remote_id', k.remote_id, 'website_id', k.website_id, 'store_id', k.store_id,
            'group_id', k.group_id, 'email', k.email, 'prefix', k.prefix, 'first_name', k.first_name,
            'middle_name', k.middle_name, 'last_name', k.last_name, 'suffix', k.suffix, 'birthday', k.birthday,
            'gender', k.gender, 'taxvat', k.taxvat, 'created_in', k.created_in, 'confirmed', k.confirmed,
            'created', extract(epoch from k.remote_created_at)::bigint,
            'updated', extract(epoch from k.remote_updated_at)::bigint,
            'addresses', (select coalesce(jsonb_agg(to_jsonb(a) - array['id', 'customer_id', 'position', 'base',
                'base_read_at', 'removed_at'] order by a.position), '[]')
                from customer_addresses a where a.customer_id = k.id and a.removed_at is null))
         from customers k where k.remote_id = $1 order by k.id desc limit 1",
    )
    .bind(i64::from(remote_id))
    .fetch_optional(pool)
    .await
    .unwrap()
}

/// The same as it should be, by what the store has.
pub(crate) fn wanted(theirs: &CustomerView) -> Value {
    let c = &theirs.customer;
    let addresses: Vec<Value> =
        theirs.addresses.iter().map(|address| wanted_address(theirs, address)).collect();
    json!({
        "remote_id": c.id, "website_id": c.website_id, "store_id": c.store_id, "group_id": c.group_id,
        "email": c.email, "prefix": text(&c.prefix), "first_name": text(&c.firstname),
        "middle_name": text(&c.middlename), "last_name": text(&c.lastname), "suffix": text(&c.suffix),
        "birthday": c.dob.as_deref().filter(|dob| !dob.starts_with("0000")).map(|dob| &dob[..10]),
        "gender": c.gender.map(|gender| if gender == 1 { "male" } else { "female" }),
        "taxvat": text(&c.taxvat), "created_in": view_name(c.store_id), "confirmed": !c.unconfirmed,
        "created": c.created_at, "updated": c.updated_at, "addresses": addresses,
    })
}

/// Gender is told by SOAP v1 alone.
pub(crate) fn without_gender(customer: &Value) -> Value {
    let mut customer = customer.clone();
    customer["gender"] = Value::Null;
    customer
}

fn wanted_address(of: &CustomerView, a: &Address) -> Value {
    json!({
        "remote_id": a.id, "prefix": text(&a.prefix), "first_name": text(&a.firstname),
        "middle_name": text(&a.middlename), "last_name": text(&a.lastname), "suffix": text(&a.suffix),
        "company": text(&a.company), "street": text(&a.street), "city": text(&a.city), "postcode": text(&a.postcode),
        "country_id": text(&a.country_id), "region_id": a.region_id, "region": text(&a.region),
        "telephone": text(&a.telephone), "fax": text(&a.fax),
        "default_billing": of.default_billing == Some(a.id), "default_shipping": of.default_shipping == Some(a.id),
    })
}

/// NULL and an empty text are the same to the CRM, and what XML does not allow is shown as a replacement character.
fn text(text: &Option<Text>) -> String {
    let shown = |c: char| if c.is_control() && !matches!(c, '\n' | '\t' | '\r') { '\u{fffd}' } else { c };
    text.as_deref().unwrap_or_default().chars().map(shown).collect()
}

fn view_name(store: u32) -> &'static str {
    ["Admin", "Default Store View", "German & Swiss", "EU English", "EU Français"][store as usize]
}

/// The default settings with one of them set.
pub(crate) fn settings_with(
    store: &Simulator,
    options: &Options,
    name: &'static str,
    value: String,
) -> Vec<(&'static str, String)> {
    let mut form = settings(store, options, "Corner shop");
    form.retain(|(key, _)| *key != name);
    form.push((name, value));
    form
}
