//! Check Connection on the form (S20-S26).

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use cartwright::magento::PrivateAddresses;
use cartwright::simulator::{Fault, Options, Simulator, When};
use sqlx::PgPool;

use super::{Bench, CHANNEL, KEY, NEW, refused};
use crate::support::{App, settings, with};

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
