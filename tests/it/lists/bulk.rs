//! Something done with many rows at once.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use sqlx::PgPool;

use super::app_with_sales;

const HIDDEN: &str = "select count(*) from customers where hidden_at is not null";

/// What the audit trail tells of tags that were taken off.
const TAKEN_OFF: &str =
    "select name || ': ' || (changes->0->>'new') || ', ' || (changes->1->>'new') from audit_entries
    where subject = 'list' and changes->0->>'field' = 'Taken off'";

#[sqlx::test]
async fn the_ticked_customers_are_hidden_and_shown_again(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let page = app.get("/customers?sort=email").await;
    assert_eq!(page.html.matches("type=\"checkbox\" form=\"bulk\"").count(), 4);
    let ids: Vec<String> =
        page.rows().iter().map(|row| row.trim_start_matches("/customers/").to_owned()).collect();
    let ticked = [("id", ids[0].as_str()), ("id", ids[2].as_str()), ("id", "x"), ("query", "sort=email")];
    let done = app.post("/customers/hidden", &ticked).await;
    assert_eq!(done.location(), "/customers?sort=email");
    let page = app.follow(&done).await;
    assert!(page.text().contains("2 customers are hidden."), "{}", page.text());
    assert_eq!(page.rows().len(), 2);
    let hidden = app.get("/customers?hidden=yes").await;
    assert_eq!(hidden.rows().len(), 2);
    let done = app.post("/customers/shown", &[("id", ids[0].as_str()), ("query", "hidden=yes")]).await;
    assert!(app.follow(&done).await.text().contains("The lists show 1 customer again."));
    assert_eq!(app.count(HIDDEN).await, 1);
    let done = app.post("/customers/hidden", &[]).await;
    assert!(app.follow(&done).await.text().contains("Nobody was hidden"));
}

#[sqlx::test]
async fn all_that_match_are_those_that_the_filters_let_through_and_nobody_else(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let page = app.get("/customers?is-guest=no").await;
    assert!(page.text().contains("All 3 records that match"), "{}", page.text());
    app.post("/customers/hidden", &[("all", "1"), ("query", "is-guest=no&size=25")]).await;
    assert_eq!(app.count(HIDDEN).await, 3);
    assert_eq!(app.count("select count(*) from customers where hidden_at is not null and is_guest").await, 0);
    for unclear in ["is-guest=maybe", "colour=red", "billing-state=x&channel=x"] {
        app.post("/customers/hidden", &[("all", "1"), ("query", unclear)]).await;
        assert_eq!(app.count(HIDDEN).await, 3, "{unclear}: what is not understood means nobody");
    }
    app.post("/customers/shown", &[("all", "1"), ("query", "hidden=yes&email=zoe")]).await;
    assert_eq!(app.count(HIDDEN).await, 2);
}

/// An address that a list understands and that is longer than any text of a record.
fn long(query: &str) -> String {
    format!("{query}{}", "&column=email".repeat(90))
}

#[sqlx::test]
async fn all_that_match_a_long_address_are_no_others(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let page = app.get(&format!("/customers?{}", long("is-guest=no"))).await;
    let carried = page.value_of_hidden("query");
    assert!(carried.len() > 1000 && carried.contains("is-guest=no"), "{carried}");
    let hidden = app.post("/customers/hidden", &[("all", "1"), ("query", &carried)]).await;
    assert!(app.follow(&hidden).await.text().contains("3 customers are hidden."));
    assert_eq!(app.count("select count(*) from customers where hidden_at is not null and is_guest").await, 0);
    let nobody = format!("hidden=any&last-name={}", "Щ".repeat(170));
    app.post("/customers/shown", &[("all", "1"), ("query", &nobody)]).await;
    assert_eq!(app.count(HIDDEN).await, 3);
    let ask =
        app.get(&format!("/customers/tags?all=1&query={}", long("hidden=any").replace('&', "%26"))).await;
    assert!(ask.text().contains("Tag 4 customers"), "{}", ask.text());
    assert_eq!(ask.value_of_hidden("query").len(), long("hidden=any").len(), "and the page carries it on");

    app.run_sql("update integrations set two_way = true").await;
    app.post("/newsletter-subscribers/unsubscribed", &[("all", "1"), ("query", &long("status=1"))]).await;
    assert_eq!(app.count("select count(*) from subscription_changes").await, 1);
    app.run_sql("update jobs set status = 'cancelled'").await;
}

#[sqlx::test]
async fn where_it_is_not_clear_what_is_meant_nothing_is_done_and_the_page_says_so(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let endless = format!("is-guest=no{}", "&column=email".repeat(2000));
    let (nul, strange) = ("is-guest=no\0".to_owned(), "is-guest=maybe".to_owned());
    for unclear in [endless, nul, strange] {
        for to in
            ["/customers/hidden", "/customers/tags", "/failed-records/retries", "/failed-records/dismissals"]
        {
            let fields = [("all", "1"), ("query", unclear.as_str()), ("tag", "vip")];
            let done = match to {
                "/failed-records/dismissals" => {
                    let query =
                        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
                    app.post(&format!("{to}?{query}"), &[]).await
                }
                _ => app.post(to, &fields).await,
            };
            let told = app.follow(&done).await.text();
            assert!(told.contains("it is not clear which records are meant"), "{to} {unclear:.40}: {told}");
        }
    }
    let ids: Vec<String> = (1..=401).map(|id| id.to_string()).collect();
    let ticked: Vec<(&str, &str)> = ids.iter().map(|id| ("id", id.as_str())).collect();
    let done = app.post("/customers/hidden", &ticked).await;
    assert!(app.follow(&done).await.text().contains("it is not clear which records are meant"));
    let done = app.post("/failed-records/retries", &[("query", "connector=Orders")]).await;
    assert!(app.follow(&done).await.text().contains("There is nothing to retry here"), "nothing was ticked");
    assert_eq!(app.count(HIDDEN).await, 0);
    assert_eq!(app.count("select count(*) from failed_records where asked_at is null").await, 3);
    assert_eq!(app.count("select count(*) from tags").await, 0);
}

#[sqlx::test]
async fn more_subscribers_than_are_changed_at_once_are_told_and_changed_by_the_next_press(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    app.run_sql("update integrations set two_way = true").await;
    app.run_sql(
        "with more as (insert into channels (name, channel_type, entities, owner_id)
            select 'Shop ' || n, 'magento', '{newsletter-subscriber}', 1 from generate_series(1, 2) n returning id, name)
         insert into integrations (channel_id, name, wsdl_url, api_user, api_key, owner_id, two_way, store)
         select id, name, 'https://' || id || '.example.com/api/v2_soap/?wsdl=1', 'x', '\\x00', 1, name = 'Shop 1',
            '{\"bridge_version\": \"1.2.19\"}' from more",
    )
    .await;
    app.run_sql(
        "insert into newsletter_subscribers (channel_id, remote_id, email, status, content_hash, read_at)
         select c.id, n, 'n' || n || '@example.org', 3, '\\x00', now()
         from channels c, generate_series(1000, 1502) n where c.name <> 'Shop 2' or n < 1005",
    )
    .await;
    let all = [("all", "1"), ("query", "email=example.org")];
    let done = app.post("/newsletter-subscribers/subscribed", &all).await;
    let told = app.follow(&done).await.text();
    assert!(
        told.contains(
            "1,000 subscribers are subscribed here. 6 more are left: tick “All that match” once more and press Subscribe \
             again. 5 cannot be changed: their store has no bridge, or two way sync is off. \
             Syncs that bring both sides to agree are queued."
        ),
        "{told}"
    );
    assert_eq!(app.count("select count(*) from jobs where status = 'queued'").await, 2);
    let done = app.post("/newsletter-subscribers/subscribed", &all).await;
    let told = app.follow(&done).await.text();
    assert!(told.contains("6 subscribers are subscribed here. 5 cannot be changed"), "{told}");
    assert_eq!(app.count("select count(*) from newsletter_subscribers where status = 3").await, 6);
    app.run_sql("update jobs set status = 'cancelled'").await;
}

#[sqlx::test]
async fn who_only_looks_has_nothing_to_tick(pool: PgPool) {
    let app = app_with_sales(pool).await;
    let mut viewer = app.colleague(Role::Viewer).await;
    let page = viewer.get("/customers").await;
    assert!(!page.html.contains("form=\"bulk\"") && !page.html.contains("id=\"bulk\""));
    let refused = viewer.post("/customers/hidden", &[("all", "1"), ("query", "")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(app.count(HIDDEN).await, 0);
}

#[sqlx::test]
async fn ticked_failed_records_are_retried_or_after_a_question_dismissed(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let page = app.get("/failed-records?connector=Orders").await;
    assert_eq!(page.html.matches("type=\"checkbox\" form=\"bulk\"").count(), 2);
    let id = app.count("select id from failed_records where remote_id = '100088099'").await.to_string();
    app.post("/failed-records/retries", &[("id", &id), ("query", "connector=Orders")]).await;
    let asked = "select count(*) from failed_records where asked_at is not null";
    assert_eq!(app.count(asked).await, 1);
    let question = app.get(&format!("/failed-records/dismissals?id={id}&query=connector%3DOrders")).await;
    assert!(question.text().contains("Dismiss the ticked records?"), "{}", question.text());
    let done = app.press(&question, "Dismiss").await;
    assert!(
        done.text().contains("1 record dismissed.") && done.text().contains("2 records"),
        "{}",
        done.text()
    );
    let all = app.get("/failed-records/dismissals?all=1&query=connector%3DOrders").await;
    let mut manager = app.colleague(Role::Manager).await;
    manager.press(&all, "Dismiss").await;
    assert_eq!(
        app.count("select count(*) from failed_records").await,
        2,
        "a manager dismisses their own alone"
    );
    app.press(&all, "Dismiss").await;
    assert_eq!(app.count("select count(*) from failed_records where connector = 'Orders'").await, 0);
    assert_eq!(app.count("select count(*) from failed_records").await, 1);
    app.run_sql("update jobs set status = 'cancelled'").await;
}

#[sqlx::test]
async fn ticked_subscribers_are_unsubscribed_where_their_store_can_be_told(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let off = app.post("/newsletter-subscribers/unsubscribed", &[("all", "1"), ("query", "status=1")]).await;
    let told = app.follow(&off).await.text();
    assert!(told.contains("0 subscribers are unsubscribed here. 1 cannot be changed"), "{told}");
    app.run_sql("update integrations set two_way = true").await;
    let on = app.post("/newsletter-subscribers/unsubscribed", &[("all", "1"), ("query", "status=1")]).await;
    assert_eq!(on.location(), "/newsletter-subscribers?status=1");
    let told = app.follow(&on).await.text();
    assert!(
        told.contains("1 subscriber is unsubscribed here. A sync that brings both sides to agree is queued."),
        "{told}"
    );
    assert_eq!(app.count("select count(*) from newsletter_subscribers where status = 1").await, 0);
    let mut viewer = app.colleague(Role::Viewer).await;
    let refused = viewer.post("/newsletter-subscribers/subscribed", &[("all", "1"), ("query", "")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    app.run_sql("update jobs set status = 'cancelled'").await;
}

#[sqlx::test]
async fn ticked_records_get_a_tag_or_lose_it_and_what_is_typed_is_kept(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    app.run_sql("insert into tags (name) values ('Vip')").await;
    app.run_sql(
        "insert into record_tags (record, record_id, tag_id) select 'customer', min(id), 1 from customers",
    )
    .await;
    let rows = app.get("/customers").await.rows();
    let ids: Vec<&str> = rows.iter().map(|row| row.trim_start_matches("/customers/")).collect();
    let ask = app
        .get(&format!("/customers/tags?id={}&id={}&id={}&query=sort%3Demail", ids[0], ids[1], ids[2]))
        .await;
    assert!(
        ask.text().contains("Tag 3 customers") && ask.html.contains("<option value=\"Vip\">"),
        "{}",
        ask.text()
    );
    let buttons = ["Put it on", "Take it off"].map(|word| ask.html.find(&format!(">{word}<")).unwrap());
    assert!(buttons[0] < buttons[1], "Enter presses the first");
    let (action, fields) = ask.form("Put it on");
    let carried: Vec<(&str, &str)> =
        fields.iter().filter(|(name, _)| *name != "tag").map(|(name, value)| (&**name, &**value)).collect();
    let with = |more: &[(&'static str, &'static str)]| [carried.as_slice(), more].concat();
    let empty = app.post(&action, &with(&[("tag", " ")])).await;
    assert!(empty.blames("tag").contains("Enter a tag."), "{}", empty.text());
    let unknown = app.post(&action, &with(&[("tag", "Nobody's"), ("off", "1")])).await;
    assert!(unknown.blames("tag").contains("Nothing has this tag."), "{}", unknown.text());
    assert_eq!(unknown.value_of("tag"), "Nobody's");
    let put = app.post(&action, &with(&[("tag", "VIP")])).await;
    assert_eq!(put.location(), "/customers?sort=email");
    assert!(app.follow(&put).await.text().contains("“VIP” is put on 2 customers. Whoever had it keeps it."));
    assert_eq!(app.get("/customers?tags=vip").await.rows().len(), 3);
    assert_eq!(
        app.count("select count(*) from tags").await,
        1,
        "the same word in another case is the same tag"
    );
    let off = app.post(&action, &with(&[("tag", "vip"), ("off", "1")])).await;
    assert!(app.follow(&off).await.text().contains("“vip” is taken off 3 customers."));
    assert_eq!(app.text(TAKEN_OFF).await, "Customers: vip, 3 customers");
    assert_eq!(app.count("select count(*) from tags").await, 0, "its last use takes the tag along");
    let nothing = app.post("/customers/tags", &[("tag", "vip")]).await;
    assert!(app.follow(&nothing).await.text().contains("Nothing was tagged: tick the customers first."));
}

#[sqlx::test]
async fn all_that_match_are_tagged_by_a_job_but_for_those_that_have_as_many_as_they_may(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    app.run_sql(
        "with more as (insert into tags (name) select 'tag ' || n from generate_series(1, 30) n returning id)
         insert into record_tags (record, record_id, tag_id) select 'order', (select min(id) from orders), id from more",
    )
    .await;
    let put = [("all", "1"), ("query", "is-guest=no"), ("tag", "Spring")];
    let asked = app.post("/orders/tags", &put).await;
    let told = app.follow(&asked).await.text();
    assert!(told.contains("6 orders are gone through in the background. Check progress"), "{told}");
    app.drain_jobs().await;
    assert_eq!(app.get("/orders?tags=spring").await.rows().len(), 5);
    app.run_sql("insert into accounts (name) values ('Acme')").await;
    for list in ["customers", "carts", "accounts"] {
        app.post(&format!("/{list}/tags"), &[("all", "1"), ("query", ""), ("tag", "Spring")]).await;
    }
    app.drain_jobs().await;
    let tagged = "select count(distinct record) from record_tags r join tags t on t.id = r.tag_id where t.name = 'Spring'";
    assert_eq!(app.count(tagged).await, 4);
    assert!(app.get("/jobs?kind=tag").await.text().contains("Tag “Spring”: 6 orders"));
    app.post("/orders/tags", &[("all", "1"), ("query", ""), ("tag", "spring"), ("off", "1")]).await;
    app.drain_jobs().await;
    assert_eq!(app.get("/orders?tags=spring").await.rows().len(), 0);
    assert_eq!(app.count(tagged).await, 3);
    assert!(app.text(TAKEN_OFF).await.starts_with("Orders: spring, "));
}
