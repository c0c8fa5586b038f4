//! What happened to a customer, what was sent to a store, and what waits: told on the pages.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use cartwright::simulator::{Customer, Fault, When};
use sqlx::PgPool;

use super::desk::small;
use crate::support::Pair;

const UPDATE: &str = "customerCustomerUpdate";

fn host(pair: &Pair) -> String {
    pair.store.wsdl_url().split('/').nth(2).unwrap().to_owned()
}

#[sqlx::test]
async fn the_history_tells_of_edits_of_what_was_sent_and_of_conflicts(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let store = host(&pair);
    let before = pair.last_name_there(3);
    pair.edit(3, &[("last-name", "Hopper"), ("tax-vat", "H 1")]).await;
    pair.edit_there(3, |it| it.taxvat = Some("T 1".into()));
    pair.sync_well().await;
    let page = pair.page_of(3).await;
    let history = page.part("id=\"history\"", "</section>");
    for told in [
        format!("Edited Last Name: {before} → Hopper Ada Lovelace"),
        format!("Sent Last Name: Hopper to {store} Ada Lovelace"),
        "Conflict Tax/Vat: here H 1, there T 1 Remote wins: Remote Job".to_owned(),
        "Discarded Tax/Vat: H 1 Magento’s value won the conflict.".to_owned(),
        "Imported".to_owned(),
    ] {
        assert!(history.contains(&told), "{told}: {history}");
    }
    assert!(history.find("Sent Last Name") < history.find("Edited Last Name"), "newest first: {history}");
    assert!(!history.contains("Show all"), "{history}");
    // nothing is sent of what lost
    assert!(!history.contains("Sent Tax/Vat"), "{history}");
}

#[sqlx::test]
async fn a_long_history_has_a_page_of_its_own(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let id = pair.row_of(3).await;
    for nr in 0..30 {
        pair.edit(3, &[("tax-vat", &format!("No. {nr}"))]).await;
    }
    let page = pair.page_of(3).await;
    let link = page.link(&format!("href=\"/customers/{id}/history\"")).unwrap();
    let (mut path, mut seen) = (link, Vec::new());
    loop {
        let page = pair.app.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        let rows = page.html.split("<tbody").nth(1).unwrap().split("</tbody>").next().unwrap().to_owned();
        seen.extend(rows.split("→ ").skip(1).map(|rest| rest.split('<').next().unwrap().trim().to_owned()));
        match page.link("rel=\"next\"") {
            Some(next) => path = next,
            None => break,
        }
    }
    let expected: Vec<String> = (0..30).rev().map(|nr| format!("No. {nr}")).collect();
    assert_eq!(seen, expected, "each edit once, newest first");
    assert_eq!(pair.app.get("/customers/999999/history").await.status, StatusCode::NOT_FOUND);
    pair.app.drain_jobs().await;
}

#[sqlx::test]
async fn the_trail_keeps_what_was_sent_and_what_the_store_said(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let (sent, store) = (format!("/integrations/{}/sent", pair.integration), host(&pair));
    assert!(pair.app.get(&sent).await.text().contains("Nothing was sent yet"));
    let website_id = pair.store.customer(3).unwrap().customer.website_id;
    pair.edit(3, &[("email", "taken@example.org"), ("last-name", "Hopper")]).await;
    // free while the form was open
    pair.store.add_customer(Customer { website_id, ..Customer::new("taken@example.org") });
    pair.sync_well().await;
    let page = pair.app.get(&sent).await;
    for told in [
        format!("Last Name Hopper Ada Lovelace {store} Accepted"),
        format!("Email taken@example.org Ada Lovelace {store} Refused This customer email already exists"),
    ] {
        assert!(page.text().contains(&told), "{told}: {}", page.text());
    }
    let file = pair.app.get(&format!("{sent}/export?answer=refused")).await.html;
    let (head, row) = file.split_once("\r\n").unwrap();
    assert_eq!(head, "Sent At,Customer,Field,Value,Edited by,Store,Answer,What the store said");
    assert!(
        row.contains(&format!(",Email,taken@example.org,Ada Lovelace,{store},Refused,This customer email")),
        "{row}"
    );
    assert_eq!(row.lines().count(), 1, "what the store took is not asked for: {row}");
    // a discard takes nothing out of it
    let page = pair.page_of(3).await;
    pair.app.press(&page, "Discard the edit of Email").await;
    let page = pair.app.get(&sent).await;
    assert!(
        page.text().contains("taken@example.org") && page.text().contains("2 records"),
        "{}",
        page.text()
    );
    let history = pair.page_of(3).await.part("id=\"history\"", "</section>");
    for told in [
        "Refused Email: taken@example.org",
        "Discarded Email: taken@example.org Discarded here. Ada Lovelace",
    ] {
        assert!(history.contains(told), "{told}: {history}");
    }
    let rows = "select count(*) from deliveries";
    let before = pair.app.count(rows).await;
    pair.assert_at_rest().await;
    assert_eq!(pair.app.count(rows).await, before, "a quiet sync sends nothing");
    assert_eq!(pair.app.get("/integrations/999999/sent").await.status, StatusCode::NOT_FOUND);
    let mut sales = pair.app.colleague(Role::Sales).await;
    assert_eq!(sales.get(&sent).await.status, StatusCode::FORBIDDEN);
}

#[sqlx::test]
async fn a_lost_answer_is_told_and_what_is_sent_again_has_a_row_of_its_own(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.edit(3, &[("last-name", "Hopper")]).await;
    pair.store.script(Fault::BadGateway, When::method(UPDATE));
    pair.sync_badly("Edits of a customer wait").await;
    pair.store.clear_scripts();
    let asked = pair.app.post(&format!("/integrations/{}/jobs", pair.integration), &[]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    pair.app.drain_jobs().await;
    let answers = "select string_agg(answer, ', ' order by id) from deliveries";
    assert_eq!(pair.app.text(answers).await, "unanswered, accepted");
    let page = pair.app.get(&format!("/integrations/{}/sent", pair.integration)).await;
    assert!(page.text().contains("No answer") && page.text().contains("Accepted"), "{}", page.text());
    pair.assert_equal().await;
}

/// The customer's call is lost, so that of their address is never made: the trail does not tell of one.
#[sqlx::test]
async fn the_trail_does_not_tell_of_a_call_that_was_never_made(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let address = pair.store.customer(3).unwrap().addresses[0].id;
    let city = format!("address-{}-city", pair.address_row(address).await);
    pair.edit(3, &[("last-name", "Hopper"), (&city, "Utrecht")]).await;
    pair.store.script(Fault::LoseAnswer, When::method(UPDATE).times(1));
    pair.store.script(Fault::BadGateway, When::method("call").after(1));
    pair.sync_badly("Edits of a customer wait").await;
    let told = "select string_agg(unit || ' ' || answer, ', ' order by id) from deliveries";
    assert_eq!(pair.app.text(told).await, "last_name unanswered");
}

#[sqlx::test]
async fn a_job_and_an_integration_tell_what_waits(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "ask").await;
    pair.dispute(&[3, 4]).await;
    let job = pair.app.count("select max(job_id) from conflicts").await;
    let page = pair.app.get(&format!("/jobs/{job}")).await;
    assert!(page.text().contains("taken over, 2 conflicts"), "{}", page.text());
    let link = page.link(&format!("href=\"/conflicts?job={job}\"")).unwrap();
    assert!(pair.app.get(&link).await.text().contains("2 records"));

    pair.store.script(Fault::Soap("1".into(), "No.".into(), 500), When::method(UPDATE));
    pair.edit(5, &[("tax-vat", "H 5")]).await;
    pair.sync_well().await;
    pair.edit(6, &[("tax-vat", "H 6")]).await;
    let integration = format!("/integrations/{}", pair.integration);
    let page = pair.app.get(&integration).await;
    let edits = page.part("id=\"edits\"", "</section>");
    assert!(edits.contains("Pending 3 Rejected 1 rejected edits Conflicts waiting 2"), "{edits}");
    let waiting = page.link("state=waiting").unwrap();
    assert!(pair.app.get(&waiting).await.text().contains("2 records"));
    let rejected = page.link("href=\"/conflicts/rejected-edits").unwrap();
    assert!(pair.app.get(&rejected).await.text().contains("1 record"));
    let home = pair.app.get("/").await;
    assert!(home.text().contains("Conflicts 3 waiting"), "{}", home.text());
    pair.app.run_sql("update integrations set two_way = false").await;
    let edits = pair.app.get(&integration).await.part("id=\"edits\"", "</section>");
    assert!(edits.contains("Not sent 3"), "{edits}");
    pair.app.drain_jobs().await;
}
