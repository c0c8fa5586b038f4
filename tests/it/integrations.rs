//! The integration form: what is typed, checked, kept, sealed, refused, locked and removed (S12-S31, S39-S44).

use std::sync::Arc;

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use cartwright::magento::PrivateAddresses;
use cartwright::simulator::{Fault, Options, Simulator, When};
use sqlx::PgPool;

use crate::support::{App, Page, settings, with};

const NEW: &str = "/channels/new/integration";
const CHANNEL: [(&str, &str); 3] =
    [("name", "Shop"), ("channel-type", "magento"), ("channel-type-shown", "1")];
const KEY: &str = "cartwright-demo-key";

/// A store, an administrator, and the settings that fit.
struct Bench {
    app: App,
    store: Simulator,
    form: Vec<(&'static str, String)>,
}

impl Bench {
    async fn new(pool: PgPool) -> Self {
        let options = Options { customers: 3, ..Options::default() };
        let store = Simulator::start(options.clone()).await.unwrap();
        let form = settings(&store, &options, "Corner");
        Self { app: App::as_administrator(pool).await, store, form }
    }

    /// Posts the form with some fields changed, by this button.
    async fn press(&mut self, path: &str, action: &str, changes: &[(&str, &str)]) -> Page {
        let mut fields: Vec<(&str, &str)> =
            self.form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        for (name, value) in changes {
            fields = with(&fields, name, value);
        }
        self.app.post(path, &with(&fields, "action", action)).await
    }

    async fn check(&mut self, changes: &[(&str, &str)]) -> Page {
        self.press(NEW, "check", changes).await
    }

    /// Checked and done with All Websites: the integration waits on the channel form.
    async fn done(&mut self) {
        let checked = self.check(&[]).await;
        assert!(checked.text().contains("Connected."), "{}", checked.text());
        let done = self.press(NEW, "done", &[("website", "all")]).await;
        assert_eq!(done.location(), "/channels/new", "{}", done.text());
    }

    /// A saved channel with its integration.
    async fn saved(pool: PgPool) -> Self {
        let mut bench = Self::new(pool).await;
        bench.done().await;
        let saved = bench.app.post("/channels", &CHANNEL).await;
        assert_eq!(saved.location(), "/channels/1", "{}", saved.text());
        bench
    }

    /// Posts the form of the saved integration, key and all left as they are but for these.
    async fn edit(&mut self, changes: &[(&str, &str)]) -> Page {
        let mut all = vec![("soap-api-key", ""), ("website", "all")];
        all.extend(changes);
        self.press("/integrations/1", "done", &all).await
    }
}

fn refused(page: &Page, field: &str) -> String {
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {}", page.text());
    assert!(page.part("role=\"alert\"", "</div></div>").contains("some fields need a look"));
    page.blames(field)
}

#[sqlx::test]
async fn the_form_has_its_fields_in_order_with_their_labels_and_defaults(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let page = app.get(NEW).await;
    let labels: Vec<String> = page
        .html
        .split("<label for=\"")
        .skip(1)
        .map(|rest| rest.split('>').nth(1).unwrap().split('<').next().unwrap().to_owned())
        .filter(|label| !label.starts_with("Search"))
        .collect();
    assert_eq!(
        labels,
        [
            "Name",
            "SOAP WSDL URL",
            "SOAP API User",
            "SOAP API Key",
            "WS-I Compliance",
            "Sync start date",
            "Website",
            "Admin url",
            "Default owner",
            "Enable two way sync",
            "Sync priority",
            "HTTP basic auth user",
            "HTTP basic auth password",
            "CA certificate",
            "Calls at once",
            "Requests per minute",
            "Sync interval",
        ]
    );
    for required in [
        "name",
        "soap-wsdl-url",
        "soap-api-user",
        "soap-api-key",
        "sync-start-date",
        "website",
        "default-owner",
    ] {
        assert!(page.tag(&format!("id=\"{required}\"")).contains(" required"), "{required}");
    }
    for optional in ["admin-url", "basic-auth-user", "calls-at-once"] {
        assert!(!page.tag(&format!("id=\"{optional}\"")).contains(" required"), "{optional}");
    }
    assert_eq!(page.value_of("sync-start-date"), "2007-01-01");
    assert!(page.tag("value=\"1\" selected").contains("option"), "the owner is who creates it (S29)");
    assert!(!page.tag("id=\"enable-two-way-sync\"").contains(" checked"), "off by default (S31)");
    assert!(page.tag("id=\"sync-priority\"").contains(" disabled"), "only with two way sync");
    assert!(page.tag("value=\"remote\"").contains("selected"));
    assert!(page.text().contains("How to set this up in Magento"));
}

#[sqlx::test]
async fn every_field_is_refused_for_what_it_cannot_be_and_keeps_what_was_typed(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    assert!(bench.check(&[]).await.text().contains("Connected."));
    bench.app.colleague(Role::Viewer).await;
    let viewer = bench.app.count("select id from users where role = 'viewer'").await.to_string();
    let (long, huge) = ("x".repeat(251), "y".repeat(1_000_000));
    let (long_url, huge_url) = (
        format!("https://shop.example.com/{}", "x".repeat(2_000)),
        format!("https://shop.example.com/{huge}"),
    );
    let pem = "-----BEGIN CERTIFICATE-----\n\0\n-----END CERTIFICATE-----";
    let script = "\"><script>alert(1)</script>'";
    let huge_pem = format!("-----BEGIN CERTIFICATE-----\n{huge}\n-----END CERTIFICATE-----");
    for (field, value, why) in [
        ("name", "", "Enter a name"),
        ("name", "  ", "Enter a name"),
        ("name", &long, "at most 250"),
        ("name", &huge, "at most 250"),
        ("name", "a\0b", "control characters"),
        ("name", "a\r\nb", "control characters"),
        ("soap-wsdl-url", "", "Enter the URL"),
        ("soap-wsdl-url", "shop", "not a URL"),
        ("soap-wsdl-url", "shop.example.com/index.php", "not a URL"),
        ("soap-wsdl-url", "shop.example.com:8080/api", "not a URL"),
        ("soap-wsdl-url", "https://", "host"),
        ("soap-wsdl-url", "https://a b/", "not a URL"),
        ("soap-wsdl-url", "https://a\0b/", "not a URL"),
        ("soap-wsdl-url", "ftp://shop.example.com/wsdl", "https:// or http://"),
        ("soap-wsdl-url", "file:///etc/passwd", "https:// or http://"),
        ("soap-wsdl-url", "javascript:alert(1)", "not a URL"),
        ("soap-wsdl-url", script, "not a URL"),
        ("soap-wsdl-url", &long_url, "too long"),
        ("soap-wsdl-url", &huge_url, "too long"),
        ("soap-api-user", "", "Enter the SOAP API user"),
        ("soap-api-user", &long, "at most 250"),
        ("soap-api-user", &huge, "at most 250"),
        ("soap-api-user", "a\0b", "control characters"),
        ("sync-start-date", "", "Enter a date"),
        ("sync-start-date", "yesterday", "Enter a date"),
        ("sync-start-date", "01/02/2007", "Enter a date"),
        ("sync-start-date", "2007-02-30", "Enter a date"),
        ("sync-start-date", "0001-01-01", "from 1990"),
        ("sync-start-date", "+262142-01-01", "from 1990"),
        ("sync-start-date", script, "Enter a date"),
        ("sync-start-date", "2007-01-01\0", "Enter a date"),
        ("sync-start-date", &huge, "Enter a date"),
        ("admin-url", "admin", "Enter an address"),
        ("admin-url", "javascript:alert(1)", "https:// or http://"),
        ("admin-url", "data:text/html,<script>alert(1)</script>", "https:// or http://"),
        ("admin-url", "https://ada:geheim@shop.example.com/admin", "Take the user and password out"),
        ("admin-url", "https://a\0b/admin", "Enter an address"),
        ("admin-url", &long_url, "at most 2,000"),
        ("admin-url", &huge_url, "at most 2,000"),
        ("basic-auth-user", &long, "at most 250"),
        ("basic-auth-user", "a\0b", "control characters"),
        ("calls-at-once", "0", "from 1 to 8"),
        ("calls-at-once", "9", "from 1 to 8"),
        ("calls-at-once", "-1", "from 1 to 8"),
        ("calls-at-once", "1.5", "from 1 to 8"),
        ("calls-at-once", "99999999999999999999", "from 1 to 8"),
        ("calls-at-once", script, "from 1 to 8"),
        ("calls-at-once", "1\0", "from 1 to 8"),
        ("calls-at-once", &huge, "from 1 to 8"),
        ("requests-per-minute", "0", "from 1 to 6000"),
        ("requests-per-minute", "6001", "from 1 to 6000"),
        ("requests-per-minute", "many", "from 1 to 6000"),
        ("ca-certificate", "no certificate", "PEM"),
        ("ca-certificate", "</textarea><script>alert(1)</script>", "PEM"),
        ("ca-certificate", pem, "PEM"),
        ("ca-certificate", &huge_pem, "PEM"),
        ("website", "", "Check the connection first"),
        ("website", "99", "not one of the store"),
        ("website", "all of them", "Choose one"),
        ("website", "99999999999999999999", "Choose one"),
        ("website", script, "Choose one"),
        ("default-owner", "", "Choose who"),
        ("default-owner", "0", "Choose who"),
        ("default-owner", "nobody", "Choose who"),
        ("default-owner", "99999999999999999999", "Choose who"),
        ("default-owner", &viewer, "Choose who"),
        ("sync-interval", "4", "5 seconds to a day"),
        ("sync-interval", "86401", "5 seconds to a day"),
        ("sync-interval", "-5", "5 seconds to a day"),
        ("sync-interval", "often", "5 seconds to a day"),
    ] {
        let mut changes = vec![("website", "all"), ("admin-url", "https://shop.example.com/panel")];
        changes.push((field, value));
        let page = bench.press(NEW, "done", &changes).await;
        let error = refused(&page, field);
        assert!(error.contains(why), "{field}={value:.50}: {error}");
        assert!(!page.html.contains("<script>alert"), "{field}={value:.50}");
        assert!(!page.html.contains(KEY), "{field}: the key is shown back");
        match field {
            "website" | "default-owner" | "sync-interval" => {}
            "ca-certificate" => assert!(page.tag("id=\"ca-certificate\"").contains("aria-invalid")),
            _ => assert!(page.value_of(field) == value, "{field}={value:.50} is not kept"),
        }
        if field != "name" {
            assert_eq!(page.value_of("name"), "Corner Store", "the other fields are kept, too");
        }
    }
    assert!(
        bench.app.get("/channels/new").await.html.contains("Configure integration"),
        "none of it was done"
    );
}

#[sqlx::test]
async fn a_key_that_cannot_be_one_is_refused_and_not_kept_for_later_either(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    let (long, huge) = ("k".repeat(1_001), "k".repeat(1_000_000));
    for (key, why) in [
        ("", "Enter the SOAP API key"),
        ("a\0b", "cannot be typed"),
        ("a\nb", "cannot be typed"),
        (&long, "at most 1,000"),
        (&huge, "at most 1,000"),
    ] {
        for action in ["check", "done"] {
            let page = bench.press(NEW, action, &[("soap-api-key", key)]).await;
            let error = refused(&page, "soap-api-key");
            assert!(error.contains(why), "{key:.20}: {error}");
            assert_eq!(page.value_of("soap-api-key"), "");
            let blank = bench.press(NEW, action, &[("soap-api-key", "")]).await;
            assert!(refused(&blank, "soap-api-key").contains("Enter the SOAP API key"), "{key:.20} is kept");
        }
    }
}

#[sqlx::test]
async fn a_password_for_nobody_is_refused_at_the_user(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    let page = bench.check(&[("basic-auth-password", "geheim")]).await;
    assert!(refused(&page, "basic-auth-user").contains("Enter the user"));
    assert!(!page.html.contains("geheim"));
    let page = bench.check(&[("basic-auth-user", "ada"), ("basic-auth-password", "a\0b")]).await;
    refused(&page, "basic-auth-password");
}

#[sqlx::test]
async fn without_a_check_there_is_no_website_to_choose(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    for website in ["", "all", "1"] {
        let page = bench.press(NEW, "done", &[("website", website)]).await;
        assert!(refused(&page, "website").contains("Check the connection first"), "{website}");
    }
    let page = bench.check(&[]).await;
    assert!(page.tag("value=\"all\"").contains("selected"), "All Websites is preselected (S24)");
    for site in [
        ">All Websites</option>",
        ">Default Store View, German &#38; Swiss</option>",
        ">EU English, EU Français</option>",
    ] {
        assert!(page.html.contains(site), "{site}");
    }
    let page = bench.press(NEW, "done", &[("website", "all"), ("soap-api-user", "somebody-else")]).await;
    assert!(refused(&page, "website").contains("Check the connection first"), "that list was another user's");
    let again = bench.press(NEW, "websites", &[("website", "2")]).await;
    assert!(
        again.tag("value=\"2\"").contains("selected"),
        "the choice stays when the list is read again (S26)"
    );
}

#[sqlx::test]
async fn an_address_that_is_written_differently_is_the_same_store(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    let shouted = format!("  {} ", bench.store.wsdl_url().replace("http://", "HTTP://"));
    assert!(bench.check(&[("soap-wsdl-url", &shouted)]).await.text().contains("Connected."));
    let done = bench.press(NEW, "done", &[("soap-wsdl-url", &shouted), ("website", "2")]).await;
    assert_eq!(done.location(), "/channels/new", "{}", done.text());
    let page = bench.app.get(NEW).await;
    assert!(page.tag("value=\"2\"").contains("selected"), "the websites are still known: {}", page.text());
    let again = bench.press(NEW, "done", &[("website", "2"), ("soap-api-key", "")]).await;
    assert_eq!(again.location(), "/channels/new", "{}", again.text());
}

#[sqlx::test]
async fn a_check_saves_nothing_and_a_failed_one_fills_nothing(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    bench.check(&[("soap-api-key", "wrong")]).await;
    bench.check(&[]).await;
    assert_eq!(bench.app.count("select count(*) from integrations").await, 0);
    assert_eq!(bench.app.count("select count(*) from jobs").await, 0);
    let bare = bench.app.get("/channels/new").await;
    assert!(bare.html.contains("Configure integration") && !bare.html.contains("Remove integration"));
}

#[sqlx::test]
async fn an_address_that_is_no_store_is_told_by_the_step_that_failed(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    let closed = {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        format!("http://127.0.0.1:{port}/index.php/api/v2_soap/?wsdl=1")
    };
    let page = format!("{}/", bench.store.url());
    let wsdl = bench.store.wsdl_url();
    let nowhere = format!("{closed}&moved");
    for (url, fault, words) in [
        (closed.as_str(), None, "refused"),
        (wsdl.as_str(), Some(Fault::NotFound), "not found"),
        (wsdl.as_str(), Some(Fault::Html), "page"),
        (wsdl.as_str(), Some(Fault::Empty), "WSDL"),
        (wsdl.as_str(), Some(Fault::PlainText("Not installed".into())), "WSDL"),
        (wsdl.as_str(), Some(Fault::Maintenance), "maintenance"),
        (wsdl.as_str(), Some(Fault::Status(403, "no".into(), Vec::new())), "403"),
        (wsdl.as_str(), Some(Fault::BasicAuth("a".into(), "b".into())), "401"),
        (wsdl.as_str(), Some(Fault::Redirect(302, nowhere.clone())), "refused"),
        ("http://no-such-host.invalid/api/v2_soap/?wsdl=1", None, ""),
    ] {
        bench.store.clear_scripts();
        let named = format!("{url} {fault:?}");
        if let Some(fault) = fault {
            bench.store.script(fault, When::method("wsdl"));
        }
        let answer = bench.check(&[("soap-wsdl-url", url)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{named}");
        assert!(answer.tag("class=\"probe").contains("role=\"alert\""), "{named}: {}", answer.text());
        let panel = answer.part("class=\"probe", "</section>");
        assert!(panel.to_lowercase().contains(&words.to_lowercase()), "{named}: {panel}");
        assert!(panel.contains("Nothing was saved or changed"), "{named}: {panel}");
        assert!(!answer.html.contains("All Websites</option>"), "{named} fills the websites");
        assert_eq!(answer.value_of("soap-wsdl-url"), url);
        assert!(!answer.html.contains(KEY));
    }
    bench.store.clear_scripts();
    let answer = bench.check(&[("soap-wsdl-url", &page)]).await;
    let panel = answer.part("class=\"probe", "</section>");
    assert!(
        answer.tag("class=\"probe").contains("role=\"alert\""),
        "the shop's own page is no WSDL: {panel}"
    );
}

#[sqlx::test]
async fn a_store_that_moved_is_found_where_it_went(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    let elsewhere = Simulator::start(Options { customers: 1, ..Options::default() }).await.unwrap();
    bench.store.script(Fault::Redirect(301, elsewhere.wsdl_url()), When::method("wsdl"));
    let page = bench.check(&[]).await;
    let panel = page.part("class=\"probe", "</section>");
    assert!(panel.contains("Connected.") && panel.contains("The WSDL was found at"), "{panel}");
    assert!(
        elsewhere.requests_of("login") > 0 && bench.store.requests_of("login") == 0,
        "the key went to where it moved"
    );
}

#[sqlx::test]
async fn a_private_address_is_not_called_while_those_are_refused(pool: PgPool) {
    let store = Simulator::start(Options { customers: 1, ..Options::default() }).await.unwrap();
    let mut app = App::set(pool, |web| web.private_addresses = PrivateAddresses::Refused).await;
    app.add_user("Ada Lovelace", "ada@example.org", Role::Administrator).await;
    app.sign_in("ada@example.org").await;
    let form = settings(&store, &Options::default(), "Corner");
    let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let port = store.url().rsplit(':').next().unwrap().to_owned();
    for host in [
        "127.0.0.1",
        "localhost",
        "0x7f.1",
        "2130706433",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "10.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
    ] {
        let url = format!("http://{host}:{port}/index.php/api/v2_soap?wsdl=1");
        let page = app.post(NEW, &with(&with(&fields, "soap-wsdl-url", &url), "action", "check")).await;
        let panel = page.part("class=\"probe", "</section>");
        assert!(
            page.tag("class=\"probe").contains("role=\"alert\"") && panel.contains("private"),
            "{host}: {panel}"
        );
    }
    assert!(store.requests().is_empty(), "{:?}", store.requests());
}

#[sqlx::test]
async fn credentials_in_the_address_are_taken_out_and_offered_as_basic_auth(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    bench.store.script(Fault::BasicAuth("ada".into(), "ge:heim".into()), When::always());
    let plain = bench.store.wsdl_url();
    let typed = plain.replace("http://", "http://ada:ge%3Aheim@");
    let page = bench.check(&[("soap-wsdl-url", &typed)]).await;
    assert!(page.text().contains("Connected."), "{}", page.text());
    assert_eq!(page.value_of("soap-wsdl-url"), plain);
    assert_eq!(page.value_of("basic-auth-user"), "ada");
    assert_eq!(page.value_of("basic-auth-password"), "");
    assert!(page.part("id=\"basic-auth-password-hint\"", "</p>").contains("sealed"));
    assert!(!page.html.contains("ge:heim") && !page.html.contains("ge%3Aheim"), "the password is shown back");
    let done = bench
        .press(NEW, "done", &[("website", "all"), ("basic-auth-user", "ada"), ("soap-api-key", "")])
        .await;
    assert_eq!(done.location(), "/channels/new", "{}", done.text());
    bench.app.post("/channels", &CHANNEL).await;
    bench.app.drain_jobs().await;
    assert_eq!(bench.app.count("select count(*) from customers").await, 3, "and it is used");
    let database = bench.app.database().await;
    assert!(!database.contains("ge:heim") && !database.contains("ge%3Aheim"));
}

#[sqlx::test]
async fn a_wrong_ws_i_flag_is_found_out_and_one_button_sets_it_right(pool: PgPool) {
    for wsi in [true, false] {
        let options = Options { customers: 1, wsi, ..Options::default() };
        let store = Simulator::start(options.clone()).await.unwrap();
        let mut app = App::set(pool.clone(), |_| {}).await;
        if wsi {
            app.add_user("Ada Lovelace", "ada@example.org", Role::Administrator).await;
        }
        app.sign_in("ada@example.org").await;
        let form = settings(&store, &Options { wsi: !wsi, ..options.clone() }, "Corner");
        let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let page = app.post(NEW, &with(&fields, "action", "check")).await;
        let word = if wsi { "on" } else { "off" };
        assert!(
            page.text().contains(&format!("Switch WS-I Compliance {word} and check again")),
            "{}",
            page.text()
        );
        assert!(!page.html.contains("All Websites</option>"));
        let page = app.post(NEW, &with(&fields, "action", "switch-wsi")).await;
        assert!(page.text().contains("Connected."), "{}", page.text());
        assert_eq!(page.tag("id=\"ws-i-compliance\"").contains(" checked"), wsi);
    }
}

#[sqlx::test]
async fn the_key_is_never_shown_back_nor_stored_in_clear(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    let hex: String = KEY.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut pages = vec![bench.check(&[]).await, bench.app.get(NEW).await];
    assert!(pages[0].part("id=\"soap-api-key-hint\"", "</p>").contains("is kept, sealed"));
    assert!(!bench.app.database().await.contains(KEY) && !bench.app.database().await.contains(&hex), "draft");
    pages.push(bench.press(NEW, "done", &[("website", "all"), ("soap-api-key", "")]).await);
    assert_eq!(pages[2].location(), "/channels/new", "{}", pages[2].text());
    for path in ["/channels/new", NEW] {
        pages.push(bench.app.get(path).await);
    }
    bench.app.post("/channels", &CHANNEL).await;
    bench.app.drain_jobs().await;
    for path in [
        "/",
        "/channels",
        "/channels/1",
        "/channels/1/edit",
        "/integrations",
        "/integrations/1",
        "/integrations/1/edit",
        "/jobs/1",
        "/customers/1",
    ] {
        pages.push(bench.app.get(path).await);
    }
    for page in &pages {
        assert!(!page.html.contains(KEY), "{}", page.path);
    }
    let database = bench.app.database().await;
    assert!(!database.contains(KEY) && !database.contains(&hex));
    assert_eq!(bench.app.count("select count(*) from customers").await, 3, "and yet it works");
}

#[sqlx::test]
async fn done_keeps_the_integration_on_the_channel_form_and_nobody_else_sees_it(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    bench.done().await;
    let mine = bench.app.get("/channels/new").await;
    assert_eq!(mine.part("class=\"integration-name\"", "</strong>"), "Corner Store");
    assert!(mine.html.contains(">Edit</a>") && mine.html.contains("aria-label=\"Remove integration\""));
    assert_eq!(bench.app.get(NEW).await.value_of("soap-api-user"), "cartwright");

    let mut colleague = bench.app.colleague(Role::Administrator).await;
    let theirs = colleague.get("/channels/new").await;
    assert!(!theirs.html.contains("Corner Store") && theirs.html.contains("Configure integration"));
    assert!(!colleague.get(NEW).await.html.contains("Corner"));
    let stolen = colleague.post("/channels", &CHANNEL).await;
    assert_eq!(stolen.status, StatusCode::UNPROCESSABLE_ENTITY, "another session cannot save with it");
    colleague.post("/channels/new/integration/removal", &[]).await;
    colleague.post(NEW, &[("action", "cancel")]).await;

    let mut elsewhere = bench.app.another_visitor();
    elsewhere.sign_in("ada@example.org").await;
    assert!(
        !elsewhere.get("/channels/new").await.html.contains("Corner Store"),
        "nor does another session of mine"
    );
    let saved = bench.app.post("/channels", &CHANNEL).await;
    assert_eq!(saved.location(), "/channels/1", "{}", saved.text());
    assert_eq!(
        bench.app.count("select count(*) from integration_drafts where settings is not null").await,
        0
    );
}

#[sqlx::test]
async fn cancel_keeps_nothing_of_what_was_typed(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    bench.check(&[("name", "Half typed")]).await;
    let off = bench.press(NEW, "cancel", &[]).await;
    assert_eq!(off.location(), "/channels/new");
    assert!(bench.app.get("/channels/new").await.html.contains("Configure integration"));
    let page = bench.app.get(NEW).await;
    assert_eq!(
        (page.value_of("soap-wsdl-url"), page.value_of("soap-api-user")),
        (String::new(), String::new())
    );
    let blank = bench.press(NEW, "check", &[("soap-api-key", "")]).await;
    assert!(refused(&blank, "soap-api-key").contains("Enter the SOAP API key"), "the key is forgotten, too");
}

#[sqlx::test]
async fn what_was_configured_but_not_saved_is_removed_after_a_question(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    bench.done().await;
    let asked = bench.app.get("/channels/new/integration/removal").await;
    assert!(asked.html.contains("type=\"submit\">Remove</button>") && asked.text().contains("not saved yet"));
    assert!(bench.app.get("/channels/new").await.html.contains("Corner Store"), "asking removes nothing");
    let gone = bench.app.post("/channels/new/integration/removal", &[]).await;
    assert!(bench.app.follow(&gone).await.html.contains("Configure integration"));
    let page = bench.app.post("/channels", &CHANNEL).await;
    assert!(page.error_of("integration").contains("needs an integration"));
}

#[sqlx::test]
async fn earlier_settings_are_shown_and_a_blank_key_keeps_the_old_one(pool: PgPool) {
    let mut bench = Bench::saved(pool).await;
    let channel = bench.app.get("/channels/1/edit").await;
    assert!(
        channel.html.contains("<a href=\"/integrations/1/edit\" data-integration-dialog>Edit</a>"),
        "S39"
    );
    let page = bench.app.get("/integrations/1/edit").await;
    for (field, value) in [
        ("name", "Corner Store"),
        ("soap-api-user", "cartwright"),
        ("sync-start-date", "2007-01-01"),
        ("soap-api-key", ""),
    ] {
        assert_eq!(page.value_of(field), value, "{field}");
    }
    assert!(page.html.contains("<label for=\"soap-api-key\">New SOAP API Key</label>"), "S40");
    assert!(!page.tag("id=\"soap-api-key\"").contains(" required"));
    let saved = bench
        .edit(&[
            ("name", "Corner 2"),
            ("sync-start-date", "2008-02-29"),
            ("website", "2"),
            ("sync-interval", "3600"),
        ])
        .await;
    let view = bench.app.follow(&saved).await;
    assert!(view.part("role=\"status\"", "</div>").starts_with("Integration saved."), "{}", view.text());
    for words in ["Corner 2", "29 Feb 2008", "EU English", "Every hour"] {
        assert!(view.text().contains(words), "{words}: {}", view.text());
    }
    assert_eq!(bench.store.requests_of("login"), 1, "settings are saved without testing the key");
    bench.app.drain_jobs().await;
    assert_eq!(
        bench.app.count("select count(*) from jobs where status = 'completed'").await,
        1,
        "the old key works"
    );
}

#[sqlx::test]
async fn a_new_key_takes_the_place_of_the_old_one(pool: PgPool) {
    let mut bench = Bench::saved(pool).await;
    let saved = bench.edit(&[("soap-api-key", "another key")]).await;
    assert_eq!(saved.location(), "/integrations/1");
    bench.app.drain_jobs().await;
    assert_eq!(
        bench.app.count("select count(*) from jobs where status = 'failed'").await,
        1,
        "the new key is used"
    );
    bench.edit(&[("soap-api-key", KEY)]).await;
    bench.app.drain_jobs().await;
    assert_eq!(bench.app.count("select count(*) from jobs where status = 'completed'").await, 1);
}

#[sqlx::test]
async fn a_key_that_was_only_tried_on_the_edit_form_does_not_stay_after_cancel(pool: PgPool) {
    let mut bench = Bench::saved(pool).await;
    let tried =
        bench.press("/integrations/1", "check", &[("soap-api-key", "wrong"), ("website", "all")]).await;
    assert!(tried.text().contains("refused user and key"), "{}", tried.text());
    let off = bench.press("/integrations/1", "cancel", &[]).await;
    assert_eq!(off.location(), "/integrations/1");
    bench.edit(&[]).await;
    bench.app.drain_jobs().await;
    assert_eq!(bench.app.count("select count(*) from jobs where status = 'completed'").await, 1);
}

#[sqlx::test]
async fn after_the_first_sync_website_and_start_date_are_locked_on_the_page_and_by_the_server(pool: PgPool) {
    let mut bench = Bench::saved(pool).await;
    let before = bench.app.get("/integrations/1/edit").await;
    assert!(!before.tag("id=\"sync-start-date\"").contains(" disabled"), "before it, it can (S42)");
    bench.app.drain_jobs().await;
    let page = bench.app.get("/integrations/1/edit").await;
    for field in ["sync-start-date", "website"] {
        assert!(page.tag(&format!("id=\"{field}\"")).contains(" disabled"), "{field}");
        assert!(
            page.part(&format!("id=\"{field}-hint\""), "</p>").contains("Locked since the first"),
            "{field}"
        );
    }
    for (field, value) in [
        ("sync-start-date", "2010-01-01"),
        ("sync-start-date", "x\0"),
        ("website", "2"),
        ("website", "99"),
        ("website", "x"),
    ] {
        let page = bench.edit(&[(field, value)]).await;
        assert!(refused(&page, field).contains("Locked"), "{field}={value}");
    }
    let same = bench
        .press("/integrations/1", "done", &[("soap-api-key", ""), ("sync-start-date", ""), ("website", "")])
        .await;
    assert_eq!(same.location(), "/integrations/1", "a disabled field is not posted: {}", same.text());
    let view = bench.app.get("/integrations/1").await;
    assert!(
        view.text().contains("Sync start date 1 Jan 2007") && view.text().contains("Website All Websites"),
        "{}",
        view.text()
    );
    bench.app.drain_jobs().await;
}

#[sqlx::test]
async fn a_name_that_is_taken_is_told_at_the_name_or_on_the_channel_form_at_the_integration(pool: PgPool) {
    let mut bench = Bench::saved(pool).await;
    bench.done().await;
    let second = [("name", "Second"), ("channel-type", "magento"), ("channel-type-shown", "1")];
    let page = bench.app.post("/channels", &second).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.error_of("integration").contains("Another integration has this name."), "{}", page.text());
    assert_eq!(bench.app.count("select count(*) from channels").await, 1, "half a channel is none");
    let done = bench.press(NEW, "done", &[("name", "Other"), ("website", "all"), ("soap-api-key", "")]).await;
    assert_eq!(done.location(), "/channels/new", "{}", done.text());
    assert!(bench.app.post("/channels", &second).await.location().starts_with("/channels/"));
    let page = bench.edit(&[("name", "Other")]).await;
    assert!(refused(&page, "name").contains("Another integration has this name."));
    assert_eq!(page.value_of("name"), "Other");
    bench.app.drain_jobs().await;
}

#[sqlx::test]
async fn a_hostile_name_and_user_stay_text_on_every_page(pool: PgPool) {
    let mut bench = Bench::saved(pool).await;
    let hostile = "<script>alert(1)</script> \"'&";
    let saved = bench
        .edit(&[
            ("name", hostile),
            ("soap-api-user", hostile),
            ("admin-url", "https://shop.example.com/\"><script>alert(1)</script>"),
        ])
        .await;
    assert_eq!(saved.location(), "/integrations/1", "{}", saved.text());
    bench.app.drain_jobs().await;
    for path in [
        "/",
        "/channels",
        "/channels/1",
        "/channels/1/edit",
        "/integrations",
        "/integrations/1",
        "/integrations/1/edit",
        "/integrations/1/removal",
        "/jobs",
        "/jobs/1",
    ] {
        let page = bench.app.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.html.contains("<script>alert"), "{path}");
    }
    assert_eq!(bench.app.get("/integrations/1/edit").await.value_of("name"), hostile);
}

#[sqlx::test]
async fn the_cross_removes_the_integration_after_a_question_and_its_customers_stay(pool: PgPool) {
    let mut bench = Bench::saved(pool).await;
    bench.app.drain_jobs().await;
    bench.app.post("/integrations/1/jobs", &[]).await;
    let edit = bench.app.get("/channels/1/edit").await;
    assert_eq!(edit.link("aria-label=\"Remove integration\"").unwrap(), "/integrations/1/removal");
    let asked = bench.app.get("/integrations/1/removal").await;
    assert!(
        asked.text().contains("Remove Corner Store?")
            && asked.html.contains("type=\"submit\">Remove</button>")
    );
    assert_eq!(bench.app.count("select count(*) from integrations").await, 1, "asking removes nothing");
    let gone = bench.app.post("/integrations/1/removal", &[]).await;
    let form = bench.app.follow(&gone).await;
    assert!(
        form.text().contains("Integration Corner Store removed.")
            && form.html.contains("Configure integration")
    );
    assert_eq!(bench.app.get("/integrations/1").await.status, StatusCode::NOT_FOUND);
    assert_eq!(bench.app.count("select count(*) from customers").await, 3);
    assert!(!bench.app.get("/channels/1").await.html.contains("<dt>Integration</dt>"));
    let waiting = bench.app.get("/jobs/2").await;
    assert!(waiting.part("id=\"job-status\"", "</span></span>").starts_with("Cancelled"));
    let page = bench.app.post("/channels/1", &[("name", "Shop"), ("status", "active")]).await;
    assert!(page.error_of("integration").contains("needs an integration"), "S10 holds for editing, too");

    // and a new one takes its place
    let at = "/channels/1/integration";
    bench.press(at, "check", &[]).await;
    let done = bench.press(at, "done", &[("website", "all")]).await;
    assert_eq!(done.location(), "/channels/1/edit", "{}", done.text());
    let saved = bench.app.post("/channels/1", &[("name", "Shop"), ("status", "active")]).await;
    assert_eq!(saved.location(), "/channels/1", "{}", saved.text());
    bench.app.drain_jobs().await;
    assert_eq!(bench.app.count("select count(*) from customers").await, 3, "nobody is doubled");
}

#[sqlx::test]
async fn two_way_sync_and_its_priority_are_kept_and_the_priority_is_locked_without_it(pool: PgPool) {
    let mut bench = Bench::saved(pool).await;
    let saved = bench.edit(&[("enable-two-way-sync", "on"), ("sync-priority", "local")]).await;
    let view = bench.app.follow(&saved).await;
    assert!(view.text().contains("Enable two way sync On Sync priority Local wins"), "{}", view.text());
    let page = bench.app.get("/integrations/1/edit").await;
    assert!(
        !page.tag("id=\"sync-priority\"").contains(" disabled")
            && page.tag("value=\"local\"").contains("selected")
    );
    bench.edit(&[]).await;
    let page = bench.app.get("/integrations/1/edit").await;
    assert!(page.tag("id=\"sync-priority\"").contains(" disabled"));
    bench.app.drain_jobs().await;
}

#[sqlx::test]
async fn a_key_sealed_with_a_lost_master_key_is_told_and_breaks_no_list(pool: PgPool) {
    use cartwright::base::vault::{MasterKey, Vault};
    let bench = Bench::saved(pool.clone()).await;
    let mut app =
        App::set(pool, |web| web.vault = Arc::new(Vault::new(MasterKey::generate().unwrap()))).await;
    app.sign_in("ada@example.org").await;
    for path in ["/integrations", "/integrations/1", "/integrations/1/edit", "/channels/1/edit"] {
        assert_eq!(app.get(path).await.status, StatusCode::OK, "{path}");
    }
    app.drain_jobs().await;
    let job = app.get("/jobs/1").await;
    assert!(job.part("id=\"job-status\"", "</span></span>").starts_with("Failed"), "{}", job.text());
    drop(bench);
}
