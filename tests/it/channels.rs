//! Channels: creating, viewing, editing, switching off, deleting (S7-S11).

use axum::http::StatusCode;
use cartwright::simulator::{Options, Simulator};
use sqlx::PgPool;

use crate::support::{App, with};

const CUSTOM: [(&str, &str); 3] = [("name", "Fair"), ("channel-type", "custom"), ("channel-type-shown", "1")];
const MAGENTO: [(&str, &str); 3] =
    [("name", "Shop"), ("channel-type", "magento"), ("channel-type-shown", "1")];

#[sqlx::test]
async fn a_custom_channel_needs_nothing_but_a_name_and_starts_active(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let empty = app.get("/channels").await;
    assert!(empty.text().contains("No channels yet") && empty.text().contains("0 records"));
    let page = app.get("/channels/new").await;
    assert!(page.html.contains("<h1>Create Channel</h1>"));
    assert!(
        page.tag("id=\"integration-row\"").contains(" hidden"),
        "no Integration before the type is chosen"
    );

    let saved = app.post("/channels", &CUSTOM).await;
    let page = app.follow(&saved).await;
    assert!(page.part("role=\"status\"", "</div>").starts_with("Channel saved."), "{}", page.text());
    assert!(page.part("class=\"page-title\"", "</div>").ends_with("Fair Active"), "{}", page.text());
    assert!(!page.html.contains("<dt>Integration</dt>"), "another type has no integration (S9)");
    let list = app.get("/channels").await;
    assert_eq!(list.rows(), ["/channels/1"]);
    assert!(
        list.text().contains("Fair Custom Active") && list.text().contains(" 1 record"),
        "{}",
        list.text()
    );
    let again = app.get("/channels/1").await;
    assert!(!again.html.contains("role=\"status\""), "a note is read once");
}

#[sqlx::test]
async fn the_integration_field_comes_and_goes_with_the_type_without_saving(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    for (fields, there) in [(MAGENTO, true), (CUSTOM, false), (MAGENTO, true)] {
        let page = app.post("/channels", &with(&fields, "action", "continue")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(!page.tag("id=\"integration-row\"").contains(" hidden"), there, "{fields:?}");
        assert_eq!(page.value_of("name"), fields[0].1, "what was typed is kept");
        assert!(!page.html.contains("aria-invalid"), "nothing is blamed yet");
    }
    assert_eq!(app.count("select count(*) from channels").await, 0);
}

#[sqlx::test]
async fn a_magento_channel_without_an_integration_is_refused_at_that_field(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let page = app.post("/channels", &MAGENTO).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.error_of("integration"), "A Magento channel needs an integration. Configure it first.");
    assert!(
        page.tag("aria-labelledby=\"integration-label\"").contains("aria-describedby=\"integration-error\"")
    );
    assert!(page.html.contains(">Configure integration</button>") && page.html.contains("role=\"alert\""));
    assert_eq!(page.value_of("name"), "Shop");
    assert_eq!(app.count("select count(*) from channels").await, 0);
}

#[sqlx::test]
async fn what_is_wrong_on_the_channel_form_is_told_beside_the_field_and_kept(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.post("/channels", &CUSTOM).await;
    let (long, huge) = ("x".repeat(251), "y".repeat(1_000_000));
    for (field, value, why) in [
        ("name", "", "Enter a name"),
        ("name", " \t ", "Enter a name"),
        ("name", "Fair", "Another channel has this name"),
        ("name", long.as_str(), "at most 250"),
        ("name", huge.as_str(), "at most 250"),
        ("name", "a\0b", "control characters"),
        ("name", "a\nb", "control characters"),
        ("channel-type", "", "Choose the type"),
        ("channel-type", "shopify", "Choose the type"),
        ("channel-type", "<script>alert(1)</script>", "Choose the type"),
    ] {
        let name = if field == "name" { value } else { "<b>\"Other\"</b>" };
        let fields = with(&with(&CUSTOM, "name", name), field, value);
        let page = app.post("/channels", &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}={value:.40}");
        let error = page.blames(field);
        assert!(error.contains(why), "{field}={value:.40}: {error}");
        // a page cannot hold NUL
        assert!(page.value_of("name") == name.replace('\0', "\u{fffd}"), "{field}={value:.40} is not kept");
        assert!(
            !page.html.contains("<script>alert") && !page.html.contains("<b>\"Other"),
            "{field}={value:.40}"
        );
    }
    assert_eq!(app.count("select count(*) from channels").await, 1);
}

#[sqlx::test]
async fn a_hostile_name_stays_text_on_every_page(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let hostile = "<script>alert(1)</script> \"'&amp; {{7*7}} %s";
    let saved = app.post("/channels", &with(&CUSTOM, "name", hostile)).await;
    let mut pages = vec![app.follow(&saved).await];
    for path in
        ["/channels", "/channels/1/edit", "/channels/1/deactivation", "/channels/1/deletion", "/customers"]
    {
        pages.push(app.get(path).await);
    }
    for page in &pages {
        assert!(!page.html.contains("<script>alert"), "{}", page.path);
    }
    assert!(
        pages[0].html.contains("&#60;script&#62;alert(1)&#60;/script&#62; &#34;&#39;&#38;amp; {{7*7}} %s")
    );
    assert_eq!(app.get("/channels/1/edit").await.value_of("name"), hostile);
    let gone = app.post("/channels/1/deletion", &[]).await;
    assert!(!app.follow(&gone).await.html.contains("<script>alert"));
    app.drain_jobs().await;
    assert_eq!(
        app.count("select count(*) from channels").await,
        0,
        "nothing was lost, so no name was asked for"
    );
}

#[sqlx::test]
async fn what_was_typed_waits_while_the_integration_is_configured_on_its_own_page(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let huge = "x".repeat(1_000_000);
    for name in ["Shop", "<script>alert(1)</script>\"'", "nul \0 inside", huge.as_str()] {
        let configure = with(&with(&MAGENTO, "name", name), "action", "configure");
        let off = app.post("/channels", &configure).await;
        assert_eq!(off.location(), "/channels/new/integration", "{name:.40}");
        assert_eq!(app.follow(&off).await.status, StatusCode::OK, "{name:.40}");
        let back = app.get("/channels/new").await;
        assert!(back.value_of("name") == name.replace('\0', ""), "{name:.40} was lost");
        assert!(!back.tag("id=\"integration-row\"").contains(" hidden"));
        assert!(!back.html.contains("<script>alert"));
    }
}

#[sqlx::test]
async fn a_channel_is_edited_but_keeps_its_type(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.post("/channels", &CUSTOM).await;
    app.post("/channels", &with(&CUSTOM, "name", "Other")).await;
    let edit = app.get("/channels/1/edit").await;
    assert!(edit.html.contains("<h1>Edit Fair</h1>"));
    assert_eq!(edit.value_of("name"), "Fair");
    assert!(!edit.html.contains("id=\"channel-type\""));
    let taken = app.post("/channels/1", &[("name", "Other"), ("status", "active")]).await;
    assert!(taken.blames("name").contains("Another channel has this name"));
    let fields = [("name", " Trade fair "), ("status", "inactive"), ("channel-type", "magento")];
    let saved = app.post("/channels/1", &fields).await;
    let page = app.follow(&saved).await;
    assert!(
        page.text().contains("Trade fair Inactive") && page.text().contains("Channel Type Custom"),
        "{}",
        page.text()
    );
    let same = app.post("/channels/1", &[("name", "Trade fair"), ("status", "active")]).await;
    assert_eq!(same.status, StatusCode::SEE_OTHER, "its own name is not taken");
}

#[sqlx::test]
async fn the_entities_that_were_taken_away_stay_away(pool: PgPool) {
    let options = Options { customers: 1, ..Options::default() };
    let store = Simulator::start(options.clone()).await.unwrap();
    let mut app = App::as_administrator(pool).await;
    app.connect(&store, &options, "Shop").await;
    let all = app.get("/channels/1/edit").await;
    let kinds: Vec<String> = all
        .html
        .split("name=\"entities\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    assert!(kinds.len() >= 4, "{kinds:?}");
    let fields = [
        ("name", "Shop"),
        ("status", "active"),
        ("channel-type-shown", "1"),
        ("entities", kinds[0].as_str()),
        ("entities", "<script>"),
    ];
    let saved = app.post("/channels/1", &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let edit = app.get("/channels/1/edit").await;
    for kind in &kinds {
        let checked = edit.tag(&format!("id=\"entity-{kind}\"")).contains(" checked");
        assert_eq!(checked, *kind == kinds[0], "{kind}");
    }
    app.drain_jobs().await;
}

#[sqlx::test]
async fn an_inactive_channel_takes_nothing_in_until_it_is_activated(pool: PgPool) {
    let options = Options { customers: 4, ..Options::default() };
    let store = Simulator::start(options.clone()).await.unwrap();
    let mut app = App::as_administrator(pool).await;
    app.connect(&store, &options, "Shop").await;
    let asked = app.get("/channels/1/deactivation").await;
    assert!(
        asked.html.contains("type=\"submit\">Deactivate</button>"),
        "a confirmation says what its button does"
    );
    assert!(app.get("/channels/1").await.text().contains("Shop Active"), "asking changes nothing");
    let done = app.post("/channels/1/deactivation", &[]).await;
    assert!(app.follow(&done).await.text().contains("Shop Inactive"));
    app.drain_jobs().await;
    assert_eq!(app.count("select count(*) from customers").await, 0);
    assert_eq!(app.count("select count(*) from jobs").await, 0);
    let done = app.post("/channels/1/activation", &[]).await;
    assert!(app.follow(&done).await.text().contains("Shop Active"));
    app.drain_jobs().await;
    assert_eq!(app.count("select count(*) from customers").await, 4);
}

#[sqlx::test]
async fn deleting_a_channel_takes_its_customers_and_leaves_people_jobs_and_the_others(pool: PgPool) {
    let options = Options { customers: 5, ..Options::default() };
    let store = Simulator::start(options.clone()).await.unwrap();
    let mut app = App::as_administrator(pool).await;
    let other = Simulator::start(options.clone()).await.unwrap();
    app.connect(&store, &options, "Shop").await;
    app.connect(&other, &options, "Second").await;
    app.drain_jobs().await;
    app.post("/integrations/1/jobs", &[]).await;
    let contacts = app.count("select count(*) from contacts").await;
    let asked = app.get("/channels/1/deletion").await;
    assert!(asked.text().contains("Customers, with their addresses 5"), "{}", asked.text());
    assert!(asked.html.contains("type=\"submit\">Delete</button>"));
    let gone = app.post("/channels/1/deletion", &[("name", "Shop")]).await;
    let list = app.follow(&gone).await;
    assert!(list.text().contains("Channel Shop is being deleted. Check progress"), "{}", list.text());
    app.drain_jobs().await;
    assert_eq!(app.get("/channels").await.rows(), ["/channels/2"]);
    assert_eq!(app.get("/channels/1").await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.get("/integrations/1").await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.post("/channels/1/deletion", &[]).await.status, StatusCode::NOT_FOUND, "twice is once");
    assert_eq!(app.count("select count(*) from customers").await, 5);
    assert_eq!(app.count("select count(*) from contacts").await, contacts, "people stay (G18)");
    let waiting = app.get("/jobs?status=cancelled").await;
    assert!(waiting.text().contains(" 1 record"), "what waited for it is cancelled: {}", waiting.text());
    assert_eq!(app.get("/jobs/1").await.status, StatusCode::OK, "jobs outlive it");
    app.connect(&store, &options, "Shop").await;
    app.drain_jobs().await;
    assert_eq!(app.count("select count(*) from contacts").await, contacts, "made anew, it doubles nobody");
}

#[sqlx::test]
async fn the_list_of_channels_is_filtered_and_sorted_whatever_is_asked(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    for name in ["b%eta", "Alpha", "c_gamma"] {
        app.post("/channels", &with(&CUSTOM, "name", name)).await;
    }
    app.post("/channels/2/deactivation", &[]).await;
    let every = ["/channels/2", "/channels/1", "/channels/3"];
    for (query, rows) in [
        ("", every.to_vec()),
        ("?sort=name&way=down", vec!["/channels/3", "/channels/1", "/channels/2"]),
        ("?name=%25", vec!["/channels/1"]),
        ("?name=_", vec!["/channels/3"]),
        ("?name=ALPHA", vec!["/channels/2"]),
        ("?name=%27", vec![]),
        ("?name=%3Cscript%3Ealert(1)", vec![]),
        ("?status=inactive", vec!["/channels/2"]),
        ("?channel-type=magento", vec![]),
        ("?channel-type=nonsense&status=x&sort=y&way=z&size=-1&from=garbage", every.to_vec()),
        ("?name=%00&name=%FF&&==", every.to_vec()),
    ] {
        let page = app.get(&format!("/channels{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert!(!page.html.contains("<script>alert"), "{query}");
        if !query.contains("FF") {
            assert_eq!(page.rows(), rows, "{query}");
        }
    }
}
