//! What the pages say and do: the page of what is held, the file, the question, and what stands in the place of the record.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use serde_json::Value;
use sqlx::PgPool;

use super::{EMAIL, assert_forgotten, erase, pair};
use crate::support::Pair;

/// What people leave behind who work with her.
async fn worked_with(pair: &mut Pair, page: &str) {
    let app = &mut pair.app;
    app.post(
        &format!("{page}/activities"),
        &[("kind", "note"), ("note-text", "Wilhelmine prefers mornings")],
    )
    .await;
    app.post(&format!("{page}/tags"), &[("tag", "Xanthopoulos family")]).await;
    app.post(&format!("{page}/syncs"), &[]).await;
    app.get(&format!("/customers/export?email={EMAIL}")).await;
    let query = "email=wilhelmine%40xanthopoulos.example";
    app.post("/views", &[("list", "customers"), ("name", "Xanthopoulos, all"), ("query", query)]).await;
    app.drain_jobs().await;
    app.run_sql(
        "insert into failed_records (integration_id, connector, remote_id, cause, raw_xml)
         values (1, 'Orders', '999', 'Bad', '<email>wilhelmine@xanthopoulos.example</email>')",
    )
    .await;
    app.run_sql(
        "insert into job_log (job_id, level, source, message)
         select max(id), 'warning', 'Store', 'For example: Wilhelmine Xanthopoulos' from jobs",
    )
    .await;
}

#[sqlx::test]
async fn what_is_held_is_shown_handed_over_and_erased_but_for_what_was_bought(pool: PgPool) {
    let (mut pair, her) = pair(pool, true).await;
    let row = pair.row_of(her.customer).await;
    let page = format!("/customers/{row}");
    worked_with(&mut pair, &page).await;
    pair.edit(her.customer, &[("middle-name", "Xanthopoulos-Meyer")]).await;

    let held = pair.app.get(&format!("{page}/personal-data")).await;
    for said in [
        "Customers 1",
        "Orders 2",
        "Shopping carts 3",
        "Credit memos 1",
        "Newsletter subscriptions 1",
        "Contacts 1",
    ] {
        assert!(held.text().contains(said), "{said}: {}", held.text());
    }
    for said in ["Notes, calls and e-mails 1", "Failed records that name them 1", EMAIL] {
        assert!(held.text().contains(said), "{said}: {}", held.text());
    }
    let file = pair.app.get(&format!("{page}/personal-data/export")).await;
    let document: Value = serde_json::from_str(&file.html).unwrap();
    assert_eq!(document["customers"][0]["email"], EMAIL);
    assert_eq!(document["customers"][0]["addresses"][0]["telephone"], "0951-77 88 99");
    assert_eq!(document["orders"].as_array().unwrap().len(), 2);
    assert!(document["orders"][0]["items"][0]["sku"].is_string());
    assert_eq!(document["activities"][0]["body"], "Wilhelmine prefers mornings");
    assert_eq!(document["edits"][0]["to_value"], "Xanthopoulos-Meyer");
    let noted = pair
        .app
        .text("select name || changes from audit_entries where act = 'exported' and subject = 'customer'")
        .await;
    assert!(noted.starts_with("Customer ") && !noted.to_lowercase().contains("xantho"), "{noted}");

    let bought = "select count(*)::text || ' ' || sum(grand_total) || ' ' || sum(subtotal_refunded) || ' ' || count(customer_id)
        from orders";
    let before = pair.app.text(bought).await;
    let figures = "select coalesce(sum(orders), 0) || ' ' || coalesce(sum(revenue), 0) || ' ' || coalesce(sum(refunded), 0) from day_figures";
    let days = pair.app.text(figures).await;
    let wrong = pair.app.post(&format!("{page}/erasure"), &[("name", "Somebody")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.blames("name").contains("Nothing was erased."));
    assert_eq!(wrong.value_of("name"), "Somebody", "what was typed is kept");

    let gone = erase(&mut pair.app, &page).await;
    assert!(
        gone.text().contains("Erased customer") && gone.text().contains("By Ada Lovelace"),
        "{}",
        gone.text()
    );
    assert_forgotten(&pair.app, "after the erasure").await;
    assert_eq!(pair.app.text(bought).await, before, "what was bought stays");
    assert_eq!(pair.app.text(figures).await, days, "and so do the figures");
    let mut sales = pair.app.colleague(Role::Sales).await;
    let there = sales.get(&page).await;
    assert!(there.text().contains("Erased customer") && !there.text().contains("Lift"), "{}", there.text());
    assert_eq!(sales.get(&format!("{page}/personal-data")).await.status, StatusCode::FORBIDDEN);
    for list in [
        "/customers?hidden=any",
        "/orders",
        "/carts",
        "/contacts",
        "/accounts",
        "/search?q=xanthopoulos",
        "/audit",
        "/jobs",
    ] {
        let shown = pair.app.get(list).await.text().to_lowercase();
        assert!(
            !shown.contains("wilhelmine") && !shown.replace("/search?q=", "").contains("xanthopoulos family"),
            "{list}: {shown}"
        );
    }
    // nothing that waited is sent, and nobody can write more
    pair.sync_well().await;
    assert_eq!(pair.store.customer(her.customer).unwrap().middlename, None);
    let edited = pair.app.post(&page, &[("first-name", "Willa"), ("last-name", "X")]).await;
    assert_eq!(edited.status, StatusCode::SEE_OTHER);
    assert_eq!(pair.app.count("select count(*) from changes").await, 0);
    assert_eq!(
        pair.app.count("select count(*) from audit_entries where act = 'erased' and changes <> '[]'").await,
        1
    );
}

#[sqlx::test]
async fn of_an_account_of_several_people_one_is_chosen_and_the_others_stay(pool: PgPool) {
    let (mut pair, her) = pair(pool, false).await;
    let row = pair.row_of(her.customer).await;
    pair.app
        .run_sql(
            "with other as (select contact_id, account_id from customers where not is_guest and email not like 'wilhelmine%' order by id limit 1)
             update contacts set account_id = (select account_id from customers where email = 'wilhelmine@xanthopoulos.example' and not is_guest)
             where id = (select contact_id from other)",
        )
        .await;
    let of_hers = "select account_id, contact_id from customers where id = $1";
    let (account, contact): (i64, i64) =
        sqlx::query_as(of_hers).bind(row).fetch_one(&pair.app.pool).await.unwrap();
    let choice = pair.app.get(&format!("/accounts/{account}/personal-data")).await;
    assert!(choice.text().contains("Several people belong to this account"), "{}", choice.text());
    assert!(choice.link(&format!("/contacts/{contact}/personal-data")).is_some());
    assert_eq!(
        pair.app.get(&format!("/accounts/{account}/erasure")).await.location(),
        format!("/accounts/{account}/personal-data")
    );
    let contacts = pair.app.count("select count(*) from contacts").await;
    let gone = erase(&mut pair.app, &format!("/contacts/{contact}")).await;
    assert!(gone.text().contains("Erased contact"), "{}", gone.text());
    assert_forgotten(&pair.app, "after the erasure").await;
    assert_eq!(pair.app.count("select count(*) from contacts").await, contacts - 1);
    let stays = pair.app.get(&format!("/accounts/{account}")).await;
    assert_eq!(stays.status, StatusCode::OK, "the other one is still there");
}

#[sqlx::test]
async fn notes_about_others_that_name_an_address_are_shown_before_an_erasure_that_leaves_them(pool: PgPool) {
    let (mut pair, her) = pair(pool, true).await;
    let page = format!("/customers/{}", pair.row_of(her.customer).await);
    let others = pair.store.customer_ids().into_iter().find(|id| *id != her.customer).unwrap();
    let other = format!("/customers/{}", pair.row_of(others).await);
    let note = [("kind", "note"), ("note-text", "Ask Wilhelmine@Xanthopoulos.example, too")];
    pair.app.post(&format!("{page}/activities"), &note).await;
    let word = "Notes, calls and e-mails about others that name an address: these stay 1";
    let held = pair.app.get(&format!("{page}/personal-data")).await;
    assert!(!held.text().contains("about others"), "her own goes: {}", held.text());

    pair.app.post(&format!("{other}/activities"), &note).await;
    let held = pair.app.get(&format!("{page}/personal-data")).await;
    assert!(held.text().contains(word), "{}", held.text());
    assert!(held.html.contains(&format!("href=\"{other}\"")), "{}", held.html);
    let question = pair.app.get(&format!("{page}/erasure")).await;
    assert!(question.text().contains(word), "{}", question.text());
}
