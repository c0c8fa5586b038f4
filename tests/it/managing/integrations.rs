//! One integration for each store and website; pauses and quiet hours; what became of its connectors.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use cartwright::simulator::{Options, Simulator};
use cartwright::sync;
use sqlx::PgPool;

use crate::support::{App, Page, little, only_customers, settings, with};
use crate::two_way::desk::type_in;

const NEW: &str = "/channels/new/integration";

struct Bench {
    app: App,
    store: Simulator,
    form: Vec<(&'static str, String)>,
}

impl Bench {
    /// A channel "Books" on all websites of a store, synchronized.
    async fn new(pool: PgPool) -> Self {
        let options = Options { customers: 6, ..only_customers() };
        let store = Simulator::start(options.clone()).await.unwrap();
        let form = settings(&store, &options, "Books");
        let mut app = App::as_administrator(pool).await;
        app.connect(&store, &options, "Books").await;
        app.drain_jobs().await;
        Self { app, store, form }
    }

    async fn press(&mut self, path: &str, action: &str, changes: &[(&str, &str)]) -> Page {
        let mut fields: Vec<(&str, &str)> =
            self.form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        for (name, value) in changes {
            fields = with(&fields, name, value);
        }
        self.app.post(path, &with(&fields, "action", action)).await
    }

    /// Posts the saved integration's form with some fields changed.
    async fn edit(&mut self, changes: &[(&str, &str)]) -> Page {
        let mut all = vec![("soap-api-key", ""), ("website", "all")];
        all.extend(changes);
        self.press("/integrations/1", "done", &all).await
    }

    async fn queued_when_due(&self) -> usize {
        self.app.run_sql("update integrations set next_sync_at = now()").await;
        let queued = sync::queue_what_is_due(&self.app.pool, 300).await.unwrap();
        self.app.workers("worker").drain().await.unwrap();
        queued
    }
}

#[sqlx::test]
async fn the_same_store_and_website_twice_is_refused_at_the_field_however_its_address_is_written(
    pool: PgPool,
) {
    let mut bench = Bench::new(pool).await;
    let url = bench.store.wsdl_url();
    let others = [
        url.clone(),
        url.replace("http://", "HTTP://"),
        url.replace("?wsdl=1", "?wsdl"),
        url.replace("/index.php/api", "/api"),
    ];
    for other in &others {
        let new = [("name", "Second"), ("soap-wsdl-url", other.as_str())];
        let checked = bench.press(NEW, "check", &new).await;
        if !checked.text().contains("Connected.") {
            continue;
        }
        let page = bench.press(NEW, "done", &with(&new, "website", "all")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{other}: {}", page.text());
        let error = page.blames("website");
        assert!(error.contains("Books takes in this website of this store already"), "{other}: {error}");
        assert_eq!(page.value_of("name"), "Second");
    }
    // another website of it is another channel's to take in
    let new = [("name", "Second"), ("website", "2")];
    bench.press(NEW, "check", &new).await;
    let done = bench.press(NEW, "done", &new).await;
    assert_eq!(done.location(), "/channels/new", "{}", done.text());
    let channel = [("name", "Second"), ("channel-type", "magento"), ("channel-type-shown", "1")];
    let saved = bench.app.post("/channels", &channel).await;
    let twice = "come in by “Books”, too: figures over all channels count them twice.";
    let page = bench.app.follow(&saved).await;
    assert!(page.text().contains(twice), "{}", page.text());
    assert!(bench.app.get("/integrations/2").await.text().contains(twice));
    bench.app.drain_jobs().await;
}

/// Its name does not give it away, its customers do.
#[sqlx::test]
async fn the_same_store_under_another_name_is_noticed_by_its_customers(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    let mut form = bench.form.clone();
    for (key, value) in &mut form {
        match *key {
            "name" => "Second Store".clone_into(value),
            "soap-wsdl-url" => *value = value.replace("127.0.0.1", "localhost"),
            _ => {}
        }
    }
    let id = bench.app.connect_with(&form, "all", "Second").await;
    let page = format!("/integrations/{id}");
    let twice = "come in by “Books”, too: figures over all channels count them twice.";
    assert!(!bench.app.get(&page).await.text().contains(twice), "nothing has come in yet");
    bench.app.drain_jobs().await;
    assert!(bench.app.get(&page).await.text().contains(twice));
    let other = Simulator::start(Options { customers: 6, seed: 2, ..only_customers() }).await.unwrap();
    form.iter_mut().filter(|(key, _)| *key == "soap-wsdl-url").for_each(|(_, url)| *url = other.wsdl_url());
    form.iter_mut().filter(|(key, _)| *key == "name").for_each(|(_, name)| "Third Store".clone_into(name));
    let id = bench.app.connect_with(&form, "all", "Third").await;
    bench.app.drain_jobs().await;
    let page = bench.app.get(&format!("/integrations/{id}")).await;
    assert!(!page.text().contains("count them twice"), "another store is none of these: {}", page.text());
}

#[sqlx::test]
async fn two_who_connect_the_same_store_at_once_have_one_channel_and_the_second_is_told(pool: PgPool) {
    let options = Options { customers: 2, ..only_customers() };
    let store = Simulator::start(options.clone()).await.unwrap();
    let mut app = App::as_administrator(pool).await;
    let mut other = app.another_visitor();
    other.sign_in("ada@example.org").await;
    let form = settings(&store, &options, "Books");
    let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for (who, name) in [(&mut app, "One"), (&mut other, "Two")] {
        let fields = with(&fields, "name", name);
        who.post(NEW, &with(&fields, "action", "check")).await;
        let done = who.post(NEW, &with(&with(&fields, "website", "all"), "action", "done")).await;
        assert_eq!(done.location(), "/channels/new", "{}", done.text());
    }
    let channel = |name| [("name", name), ("channel-type", "magento"), ("channel-type-shown", "1")];
    let (fields_one, fields_two) = (channel("One"), channel("Two"));
    let (one, two) = tokio::join!(app.post("/channels", &fields_one), other.post("/channels", &fields_two));
    let (saved, refused) = if one.status == StatusCode::SEE_OTHER { (one, two) } else { (two, one) };
    assert_eq!((saved.status, refused.status), (StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY));
    assert!(
        refused.error_of("integration").contains("takes in this website of this store already"),
        "{}",
        refused.text()
    );
    assert_eq!(app.count("select count(*) from channels").await, 1, "half a channel is none");
    app.drain_jobs().await;
}

#[sqlx::test]
async fn a_paused_integration_rests_until_it_is_resumed_but_does_what_is_asked_by_hand(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    let paused = bench.app.post("/integrations/1/pause", &[]).await;
    let page = bench.app.follow(&paused).await;
    assert!(
        page.text().contains("Paused now by Ada Lovelace") && page.text().contains("Next sync paused"),
        "{}",
        page.text()
    );
    assert!(page.html.contains("Resume</button>") && !page.html.contains("Pause</button>"));
    assert!(bench.app.get("/integrations").await.text().contains("Paused"));
    assert_eq!(bench.queued_when_due().await, 0);
    bench.app.run_sql("update integrations set two_way = true").await;
    let edited = type_in(&mut bench.app, 1, &[("tax-vat", "AT 7")]).await;
    let page = bench.app.follow(&edited).await;
    assert!(
        page.text().contains("Synchronization is paused: Magento gets it once it is resumed."),
        "{}",
        page.text()
    );
    assert_eq!(bench.app.count("select count(*) from jobs where status = 'queued'").await, 0);
    bench.app.run_sql("delete from changes").await;
    bench.app.post("/integrations/1/jobs", &[]).await;
    bench.app.drain_jobs().await;
    assert_eq!(bench.app.count("select count(*) from jobs where status = 'completed'").await, 2);
    let mut manager = bench.app.colleague(Role::Manager).await;
    for path in ["/integrations/1/pause", "/integrations/1/resumption", "/integrations/1/identity"] {
        assert_eq!(manager.post(path, &[]).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(bench.app.post("/integrations/9/pause", &[]).await.status, StatusCode::NOT_FOUND);
    bench.app.post("/integrations/1/resumption", &[]).await;
    assert_eq!(bench.queued_when_due().await, 1);
}

#[sqlx::test]
async fn in_its_quiet_hours_an_integration_is_left_alone_and_goes_on_after_them(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    for (from, to, zone, field) in [
        ("22:00", "", "UTC", "quiet-hours-to"),
        ("", "06:00", "UTC", "quiet-hours-from"),
        ("06:00", "06:00", "UTC", "quiet-hours-to"),
        ("25:00", "06:00", "UTC", "quiet-hours-from"),
        ("22:00", "06:00", "Mars/<script>", "quiet-hours-time-zone"),
    ] {
        let typed = [("quiet-hours-from", from), ("quiet-hours-to", to), ("quiet-hours-time-zone", zone)];
        let page = bench.edit(&typed).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{from} {to} {zone}");
        page.blames(field);
    }
    let typed = [
        ("quiet-hours-from", "22:00"),
        ("quiet-hours-to", "06:30"),
        ("quiet-hours-time-zone", "Europe/Berlin"),
    ];
    let saved = bench.edit(&typed).await;
    let page = bench.app.follow(&saved).await;
    assert!(page.text().contains("Quiet hours 22:00 to 06:30, Europe/Berlin"), "{}", page.text());
    assert_eq!(bench.app.get("/integrations/1/edit").await.value_of("quiet-hours-to"), "06:30");
    // whatever the time is: an hour that holds it, and one that does not
    bench.app.run_sql(
        "update integrations set quiet_zone = 'Asia/Tokyo', quiet_from = (now() at time zone 'Asia/Tokyo')::time - interval '1 hour',
            quiet_to = (now() at time zone 'Asia/Tokyo')::time + interval '1 hour'").await;
    assert_eq!(bench.queued_when_due().await, 0);
    assert!(bench.app.get("/integrations/1").await.text().contains("Next sync after the quiet hours"));
    bench
        .app
        .run_sql(
            "update integrations set quiet_from = (now() at time zone quiet_zone)::time + interval '1 hour',
            quiet_to = (now() at time zone quiet_zone)::time + interval '2 hours'",
        )
        .await;
    assert_eq!(bench.queued_when_due().await, 1);
}

#[sqlx::test]
async fn quiet_hours_are_told_by_the_clock_of_their_place_and_go_over_midnight(pool: PgPool) {
    let quiet = async |at: &str, from: &str, to: &str, zone: &str| -> bool {
        sqlx::query_scalar("select is_quiet($1::text::timestamptz, $2::text::time, $3::text::time, $4)")
            .bind(at)
            .bind(from)
            .bind(to)
            .bind(zone)
            .fetch_one(&pool)
            .await
            .unwrap()
    };
    for (at, from, to, zone, expected) in [
        ("2026-01-10 21:30Z", "22:00", "06:00", "Europe/Berlin", true),
        ("2026-07-10 20:30Z", "22:00", "06:00", "Europe/Berlin", true),
        ("2026-01-10 20:30Z", "22:00", "06:00", "Europe/Berlin", false),
        ("2026-01-10 05:00Z", "22:00", "06:00", "Europe/Berlin", false),
        ("2026-01-10 12:00Z", "12:00", "13:00", "UTC", true),
        ("2026-01-10 13:00Z", "12:00", "13:00", "UTC", false),
    ] {
        assert_eq!(quiet(at, from, to, zone).await, expected, "{at} in {from}-{to} {zone}");
    }
}

#[sqlx::test]
async fn the_page_tells_what_became_of_each_connector_how_it_is_and_how_its_last_runs_went(pool: PgPool) {
    let options = little(true);
    let store = Simulator::start(options.clone()).await.unwrap();
    let mut app = App::as_administrator(pool).await;
    app.connect(&store, &options, "Books").await;
    let fresh = app.get("/integrations/1").await;
    assert!(fresh.part("class=\"page-title\"", "</div>").ends_with("First sync to come"), "{}", fresh.text());
    app.drain_jobs().await;
    assert!(!app.get("/integrations/1").await.html.contains("id=\"runs-head\""), "one run is no course");
    app.post("/integrations/1/jobs", &[]).await;
    app.drain_jobs().await;
    let page = app.get("/integrations/1").await;
    assert!(page.part("class=\"page-title\"", "</div>").ends_with("Healthy"), "{}", page.text());
    let statuses = page.part("id=\"statuses\"", "</section>");
    for words in
        ["Customers Completed", "Orders Completed", "Regions Not needed", "Newsletter subscribers Completed"]
    {
        assert!(statuses.contains(words), "{words}: {statuses}");
    }
    let chart = page.part("id=\"runs-head\"", "</section>");
    assert!(chart.contains("Last syncs") && chart.contains("Completed"), "{chart}");
    assert!(app.get("/integrations").await.text().contains("Healthy"));
    let all = app.get("/integrations/1/statuses").await;
    assert!(all.text().contains("16 records"), "{}", all.text());
    for (query, many) in [
        ("?connector=order", "2 records"),
        ("?status=completed&message=group", "2 records"),
        ("?status=failed", "0 records"),
        ("?created-at=day", "16 records"),
        ("?status=nonsense&from=x", "16 records"),
    ] {
        let list = app.get(&format!("/integrations/1/statuses{query}")).await;
        assert_eq!(list.status, StatusCode::OK, "{query}");
        assert!(list.text().contains(many), "{query}: {}", list.text());
    }
    assert!(app.get("/integrations/1/statuses/export").await.html.contains("Connector"));
    assert_eq!(app.get("/integrations/9/statuses").await.status, StatusCode::NOT_FOUND);

    store.expire_sessions();
    app.run_sql("update integrations set api_user = 'somebody else'").await;
    app.post("/integrations/1/jobs", &[]).await;
    app.drain_jobs().await;
    assert!(app.get("/integrations").await.text().contains("Needs you"));
    app.run_sql("update integrations set paused_why = null").await;
    let failing = app.get("/integrations/1").await;
    let told = failing.part("<strong>The last sync failed", "</a>");
    assert!(told.contains("API") && told.ends_with("See job 3"), "{told}");
    app.run_sql("update integrations set paused_why = 'x'").await;
    let troubled = app.get("/integrations?health=trouble").await;
    assert_eq!(troubled.rows(), ["/integrations/1"]);
    assert!(app.get("/integrations?health=healthy").await.rows().is_empty());
}

#[sqlx::test]
async fn the_second_to_save_an_integration_is_told_what_the_first_has_saved(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    let shown = |page: &Page| {
        let tag = page.tag("name=\"shown\"");
        tag.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    bench.app.run_sql("update integrations set first_synced_at = now()").await;
    let page = bench.app.get("/integrations/1/edit").await;
    let (before, start) = (shown(&page), page.value_of("sync-start-date"));
    let first = bench.edit(&[("name", "Books & Co"), ("sync-interval", "3600"), ("shown", &before)]).await;
    assert_eq!(first.location(), "/integrations/1", "{}", first.text());
    let second = bench
        .edit(&[
            ("name", "Mine"),
            ("soap-api-key", "a new key"),
            ("sync-interval", ""),
            ("shown", &before),
            // as a browser sends what is locked
            ("sync-start-date", ""),
        ])
        .await;
    assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY);
    let told = second.part("role=\"alert\"", "</div></div>");
    for words in ["somebody else was quicker", "Name is “Books & Co”", "Sync interval is “Every hour”"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert_eq!((second.value_of("name"), second.value_of("sync-start-date")), ("Mine".to_owned(), start));
    assert!(second.text().contains("The key that you typed is kept"), "{}", second.text());
    assert_eq!(bench.app.text("select name from integrations").await, "Books & Co");
    let again = shown(&second);
    let saved = bench.edit(&[("name", "Mine"), ("shown", &again)]).await;
    assert_eq!(saved.location(), "/integrations/1", "{}", saved.text());
    bench.app.post("/integrations/1/pause", &[]).await;
    bench.app.drain_jobs().await;
}
