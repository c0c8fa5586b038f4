//! Customers and addresses that are made here, and a store that takes them, refuses them, or gives no answer (F51-F53).

use std::time::Duration;

use axum::http::StatusCode;
use cartwright::simulator::{Customer, Fault, Options, When};
use sqlx::PgPool;

use super::desk::small;
use crate::support::{Page, Pair};

const CREATE: &str = "customerCustomerCreate";
const CREATE_ADDRESS: &str = "customerAddressCreate";

const ADA: [(&str, &str); 6] = [
    ("store", "1"),
    ("first-name", "Ada"),
    ("last-name", "Lovelace"),
    ("email", "ada@example.org"),
    ("customer-group", "1"),
    ("birthday", "1815-12-10"),
];
const HOME: [(&str, &str); 7] = [
    ("first-name", "Ada"),
    ("last-name", "Lovelace"),
    ("street", "12 St James's Square\nTop floor"),
    ("city", "London"),
    ("zip-postal-code", "SW1Y 4JH"),
    ("country", "GB"),
    ("phone", "+44 20 7946 0000"),
];

/// Fills in the form as it stands at this address, with an address more if there is one, and posts it.
async fn fill_in(
    pair: &mut Pair,
    at: &str,
    to: &str,
    fields: &[(&str, &str)],
    home: &[(&str, &str)],
) -> Page {
    let mut form = pair.app.get(at).await;
    assert_eq!(form.status, 200, "{}", form.text());
    if !home.is_empty() {
        let mut posted = posted(&form, fields);
        posted.push(("action".to_owned(), "add-address".to_owned()));
        form = post(pair, to, &posted).await;
        assert_eq!(form.status, 200, "{}", form.text());
    }
    let mut posted = posted(&form, fields);
    for (name, value) in home {
        let name = format!("address-new1-{name}");
        let field = posted.iter_mut().find(|(field, _)| *field == name);
        match field {
            Some(field) => field.1 = (*value).to_owned(),
            // a box that is not checked is not posted
            None => posted.push((name, (*value).to_owned())),
        }
    }
    post(pair, to, &posted).await
}

fn posted(form: &Page, fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut posted = form.fields();
    for (name, value) in fields {
        let field = posted.iter_mut().find(|(field, _)| field == name);
        field.unwrap_or_else(|| panic!("there is no field {name}")).1 = (*value).to_owned();
    }
    posted
}

async fn post(pair: &mut Pair, to: &str, posted: &[(String, String)]) -> Page {
    let posted: Vec<(&str, &str)> = posted.iter().map(|(name, value)| (&**name, &**value)).collect();
    pair.app.post(to, &posted).await
}

impl Pair {
    /// Makes Ada here; returns her row.
    async fn make_ada(&mut self, home: &[(&str, &str)]) -> i64 {
        let made = fill_in(self, "/customers/new", "/customers", &ADA, home).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
        made.location().rsplit('/').next().unwrap().parse().unwrap()
    }

    /// How the creations stand, the customer's first.
    async fn creations(&self) -> Vec<String> {
        let sql = "select case when address_id is null then 'customer ' else 'address ' end || state from creations order by id";
        sqlx::query_scalar(sql).fetch_all(&self.app.pool).await.unwrap()
    }

    async fn text_of(&mut self, row: i64) -> String {
        self.app.get(&format!("/customers/{row}")).await.text()
    }

    fn ada_there(&self) -> Option<u32> {
        self.store.find_customer("ada@example.org", 1).map(|found| found.customer.id)
    }
}

async fn a_customer_is_made(pool: PgPool, options: Options) {
    let mut pair = Pair::two_way(pool, options, "remote").await;
    let with_defaults: Vec<_> =
        HOME.into_iter().chain([("default-billing", "on"), ("default-shipping", "on")]).collect();
    let row = pair.make_ada(&with_defaults).await;
    let said = pair.text_of(row).await;
    assert!(said.contains("Not yet in Magento") && said.contains("New customer pending"), "{said}");
    assert!(said.contains("New address: 12 St James's Square pending"), "{said}");
    pair.app.drain_jobs().await;

    let there = pair.store.customer(pair.ada_there().unwrap()).unwrap();
    let c = &there.customer;
    assert_eq!((c.firstname.as_deref(), c.lastname.as_deref()), (Some("Ada"), Some("Lovelace")));
    assert_eq!((c.website_id, c.store_id, c.group_id), (1, 1, 1));
    assert_eq!(c.dob.as_deref(), Some("1815-12-10 00:00:00"));
    let home = &there.addresses[0];
    assert_eq!(home.street.as_deref(), Some("12 St James's Square\nTop floor"));
    assert_eq!((there.default_billing, there.default_shipping), (Some(home.id), Some(home.id)));
    assert_eq!(pair.creations().await, ["customer created", "address created"]);
    let said = pair.text_of(row).await;
    assert!(!said.contains("Not yet in Magento") && !said.contains("pending"), "{said}");
    pair.assert_equal().await;
    pair.sync_well().await;
    pair.assert_at_rest().await;
    assert_eq!(pair.app.count("select count(*) from customers where email = 'ada@example.org'").await, 1);
}

#[sqlx::test]
async fn a_customer_made_here_reaches_a_store_with_bulk_reads(pool: PgPool) {
    a_customer_is_made(pool, small()).await;
}

#[sqlx::test]
async fn a_customer_made_here_reaches_a_wsi_store_with_nothing_but_soap_v2(pool: PgPool) {
    a_customer_is_made(pool, Options { wsi: true, bulk: false, ..small() }).await;
}

#[sqlx::test]
async fn a_customer_made_here_reaches_a_store_with_the_bridge(pool: PgPool) {
    a_customer_is_made(pool, Options { bridge: Some("1.2.19".to_owned()), ..small() }).await;
}

#[sqlx::test]
async fn the_form_judges_everything_and_keeps_what_was_typed(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let typed = [("email", "nobody"), ("first-name", ""), ("last-name", "Lovelace"), ("password", "12345")];
    let page = fill_in(&mut pair, "/customers/new", "/customers", &typed, &[("city", "London")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for bad in ["email", "first-name", "password", "address-new1-street", "address-new1-phone"] {
        page.blames(bad);
    }
    assert_eq!((page.value_of("last-name"), page.value_of("email")), ("Lovelace".into(), "nobody".into()));
    assert_eq!(page.value_of("address-new1-city"), "London");
    assert!(!page.html.contains("12345"), "a password is in no page");
    assert_eq!(pair.app.count("select count(*) from creations").await, 0);
}

#[sqlx::test]
async fn an_e_mail_is_looked_up_in_the_store_while_the_form_is_open(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let known = pair.store.customer(3).unwrap().customer.email.to_string();
    let site = pair.store.customer(3).unwrap().customer.website_id;
    let store = if site == 1 { "1" } else { "3" };
    let mut typed = ADA.to_vec();
    typed[3] = ("email", &known);
    typed[0] = ("store", store);
    let page = fill_in(&mut pair, "/customers/new", "/customers", &typed, &[]).await;
    assert!(page.blames("email").contains("has this address in this website"), "{}", page.text());

    let id = pair.store.add_customer(Customer { website_id: 1, ..Customer::new("ada@example.org") });
    let page = fill_in(&mut pair, "/customers/new", "/customers", &ADA, &[]).await;
    assert!(page.blames("email").contains(&format!("number {id} in Magento")), "{}", page.text());

    pair.store.script(Fault::BadGateway, When::method("customerCustomerList"));
    let page = fill_in(&mut pair, "/customers/new", "/customers", &ADA, &[]).await;
    assert!(page.blames("email").contains("could not be asked"), "{}", page.text());
    // a person may know better; the store has the last word
    let again: Vec<(String, String)> = page.fields();
    assert_eq!(post(&mut pair, "/customers", &again).await.status, StatusCode::SEE_OTHER);
    pair.store.clear_scripts();
    pair.app.drain_jobs().await;
    assert_eq!(pair.creations().await, ["customer rejected"]);
}

#[sqlx::test]
async fn who_was_there_before_us_is_not_taken_for_ours(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let row = pair.make_ada(&[]).await;
    let id = pair.store.add_customer(Customer { website_id: 1, ..Customer::new("Ada@example.org") });
    pair.app.drain_jobs().await;
    assert_eq!(pair.store.requests_of(CREATE), 0);
    assert_eq!(pair.creations().await, ["customer rejected"]);
    let said = pair.text_of(row).await;
    assert!(said.contains(&format!("number {id} in Magento. Open that customer")), "{said}");
    // another address is tried at once
    let edited = fill_in(
        &mut pair,
        &format!("/customers/{row}/edit"),
        &format!("/customers/{row}"),
        &[("email", "countess@example.org")],
        &[],
    )
    .await;
    assert_eq!(edited.status, StatusCode::SEE_OTHER, "{}", edited.text());
    pair.app.drain_jobs().await;
    assert_eq!(pair.creations().await, ["customer created"]);
    assert!(pair.store.find_customer("countess@example.org", 1).is_some());
    pair.assert_equal().await;
}

#[sqlx::test]
async fn a_create_whose_answer_was_lost_makes_nobody_twice(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let row = pair.make_ada(&HOME).await;
    pair.store.script(Fault::LoseAnswer, When::method(CREATE).times(1));
    pair.store.script(Fault::LoseAnswer, When::method(CREATE_ADDRESS).times(1));
    // the pull of the same job meets her; the address is asked for then, and its answer is lost, too
    pair.app.drain_jobs().await;
    pair.app.run_sql("update creations set next_try_at = now()").await;
    pair.sync().await;
    pair.sync().await;
    assert_eq!(pair.creations().await, ["customer created", "address created"]);
    assert_eq!(pair.store.requests_of(CREATE), 1);
    assert_eq!(pair.store.requests_of(CREATE_ADDRESS), 1);
    let there = pair.store.customer(pair.ada_there().unwrap()).unwrap();
    assert_eq!(there.addresses.len(), 1);
    let remote: Option<i64> = sqlx::query_scalar("select remote_id from customers where id = $1")
        .bind(row)
        .fetch_one(&pair.app.pool)
        .await
        .unwrap();
    assert_eq!(remote, Some(i64::from(there.customer.id)));
    pair.assert_equal().await;
    pair.sync_well().await;
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn a_lost_answer_is_looked_up_before_anything_is_sent_again(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.make_ada(&[]).await;
    pair.store.script(Fault::LoseAnswer, When::method(CREATE).times(1));
    // nothing is read in this job
    pair.store.script(Fault::BadGateway, When::method("customer.list"));
    pair.store.script(Fault::Soap("1".into(), "x".into(), 500), When::method("call"));
    pair.app.drain_jobs().await;
    assert_eq!(pair.creations().await, ["customer pending"]);
    pair.store.clear_scripts();
    // edited meanwhile: the store gets that as an edit
    let row: i64 =
        sqlx::query_scalar("select customer_id from creations").fetch_one(&pair.app.pool).await.unwrap();
    let (at, to) = (format!("/customers/{row}/edit"), format!("/customers/{row}"));
    fill_in(&mut pair, &at, &to, &[("last-name", "King")], &[]).await;
    pair.app.run_sql("update creations set next_try_at = now()").await;
    pair.app.drain_jobs().await;
    pair.sync_well().await;
    assert_eq!(pair.store.requests_of(CREATE), 1);
    assert_eq!(pair.creations().await, ["customer created"]);
    let there = pair.store.customer(pair.ada_there().unwrap()).unwrap().customer;
    assert_eq!(there.lastname.as_deref(), Some("King"));
    pair.assert_equal().await;
}

/// What a call carried may have come through, whatever has been typed since.
#[sqlx::test]
async fn a_corrected_e_mail_makes_nobody_twice_after_a_lost_answer(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let row = pair.make_ada(&[]).await;
    pair.store.script(Fault::LoseAnswer, When::method(CREATE).times(1));
    pair.store.script(Fault::BadGateway, When::method("call"));
    pair.app.drain_jobs().await;
    assert_eq!(pair.creations().await, ["customer pending"]);
    pair.store.clear_scripts();
    let (at, to) = (format!("/customers/{row}/edit"), format!("/customers/{row}"));
    fill_in(&mut pair, &at, &to, &[("email", "countess@example.org")], &[]).await;
    pair.app.run_sql("update creations set next_try_at = now()").await;
    pair.app.drain_jobs().await;
    pair.sync_well().await;
    assert_eq!(pair.store.requests_of(CREATE), 1);
    assert_eq!(pair.creations().await, ["customer created"]);
    assert!(pair.ada_there().is_none() && pair.store.find_customer("countess@example.org", 1).is_some());
    assert_eq!(pair.app.count("select count(*) from customers where last_name = 'Lovelace'").await, 1);
    pair.assert_equal().await;
}

#[sqlx::test]
async fn what_is_edited_while_the_store_creates_it_is_sent_after_it(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let row = pair.make_ada(&[]).await;
    pair.store.script(Fault::Slow(Duration::from_millis(800)), When::method(CREATE).times(1));
    let workers = pair.app.workers("worker");
    let push = tokio::spawn(async move { workers.drain().await });
    crate::support::until("the call is under way", async || {
        pair.app.count("select count(*) from creations where sent_at is not null").await == 1
    })
    .await;
    let (at, to) = (format!("/customers/{row}/edit"), format!("/customers/{row}"));
    fill_in(&mut pair, &at, &to, &[("last-name", "King")], &[]).await;
    push.await.unwrap().unwrap();
    pair.app.drain_jobs().await;
    let there = pair.store.customer(pair.ada_there().unwrap()).unwrap().customer;
    assert_eq!(there.lastname.as_deref(), Some("King"));
    assert!(pair.conflicts().await.is_empty(), "{:?}", pair.conflicts().await);
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn a_guest_who_registers_there_first_needs_nothing_any_more(pool: PgPool) {
    let options = Options { orders: Some(30), ..small() };
    let mut pair = Pair::two_way(pool, options, "remote").await;
    let (row, email): (i64, String) = sqlx::query_as(
        "select id, email from customers where is_guest and first_name <> '' and last_name <> '' and website_id = 1
         order by id limit 1",
    )
    .fetch_one(&pair.app.pool)
    .await
    .unwrap();
    let at = format!("/customers/{row}/register");
    let form = pair.app.get(&at).await;
    let mut posted = posted(&form, &[]);
    posted.retain(|(name, _)| !name.starts_with("address-new1"));
    assert_eq!(post(&mut pair, &at, &posted).await.status, StatusCode::SEE_OTHER);
    pair.store.add_customer(Customer { website_id: 1, ..Customer::new(email) });
    pair.app.run_sql("update creations set next_try_at = now() + interval '1 hour'").await;
    pair.app.run_sql("update jobs set requested_by = null").await;
    pair.app.drain_jobs().await;
    pair.app.run_sql("update creations set next_try_at = now()").await;
    pair.sync_well().await;
    assert_eq!(pair.creations().await, ["customer created"]);
    assert_eq!(pair.store.requests_of(CREATE), 0);
    pair.assert_equal().await;
}

#[sqlx::test]
async fn an_address_that_is_refused_does_not_hold_back_its_customer(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let row = pair.make_ada(&HOME).await;
    pair.store.script(
        Fault::Soap("100".into(), "Please enter the telephone number.".into(), 200),
        When::method(CREATE_ADDRESS),
    );
    pair.app.drain_jobs().await;
    assert_eq!(pair.creations().await, ["customer created", "address rejected"]);
    let said = pair.text_of(row).await;
    assert!(said.contains("Please enter the telephone number."), "{said}");
    pair.store.clear_scripts();
    pair.sync_well().await;
    assert_eq!(pair.creations().await, ["customer created", "address rejected"], "until somebody edits it");
    let address: i64 = sqlx::query_scalar("select id from customer_addresses where remote_id is null")
        .fetch_one(&pair.app.pool)
        .await
        .unwrap();
    let phone = format!("address-{address}-phone");
    let (at, to) = (format!("/customers/{row}/edit"), format!("/customers/{row}"));
    fill_in(&mut pair, &at, &to, &[(&phone, "1")], &[]).await;
    pair.app.drain_jobs().await;
    assert_eq!(pair.creations().await, ["customer created", "address created"]);
    pair.assert_equal().await;
}

#[sqlx::test]
async fn an_address_is_added_to_somebody_the_store_has(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let row = pair.row_of(3).await;
    let before = pair.store.customer(3).unwrap().addresses.len();
    let (at, to) = (format!("/customers/{row}/edit"), format!("/customers/{row}"));
    let saved = fill_in(&mut pair, &at, &to, &[("tax-vat", "GB 1")], &HOME).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    pair.app.drain_jobs().await;
    let there = pair.store.customer(3).unwrap();
    assert_eq!((there.addresses.len(), there.customer.taxvat.as_deref()), (before + 1, Some("GB 1")));
    assert_eq!(pair.creations().await, ["address created"]);
    pair.assert_equal().await;
    pair.sync_well().await;
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn what_was_made_here_can_be_taken_back_as_long_as_no_store_has_it(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.app.run_sql("update integrations set two_way = false").await;
    let none = pair.app.get("/customers/new").await;
    assert!(none.text().contains("Two way sync is off for every active integration"), "{}", none.text());
    pair.app.run_sql("update integrations set two_way = true").await;
    let row = pair.make_ada(&HOME).await;
    let discard = |page: &Page| {
        let action = page.html.split("action=\"").find(|part| part.contains("/creations/")).unwrap();
        action.split('"').next().unwrap().to_owned()
    };
    let page = pair.app.get(&format!("/customers/{row}")).await;
    assert_eq!(pair.app.post(&discard(&page), &[]).await.location(), "/customers");
    assert_eq!(pair.app.get(&format!("/customers/{row}")).await.status, StatusCode::NOT_FOUND);
    pair.app.drain_jobs().await;
    assert_eq!(pair.store.requests_of(CREATE), 0);
    pair.assert_equal().await;
}

#[sqlx::test]
async fn a_guest_is_given_an_account_and_stays_who_they_are(pool: PgPool) {
    let options = Options { orders: Some(30), ..small() };
    let mut pair = Pair::two_way(pool, options, "remote").await;
    let guest: (i64, String, i64) = sqlx::query_as(
        "select k.id, k.email, count(o.id) from customers k join orders o on o.customer_id = k.id where k.is_guest
         and k.first_name <> '' and k.last_name <> '' and k.website_id = 1 group by k.id order by k.id limit 1",
    )
    .fetch_one(&pair.app.pool)
    .await
    .unwrap();
    let (row, email, orders) = guest;
    let at = format!("/customers/{row}/register");
    assert!(pair.app.get(&format!("/customers/{row}")).await.link(&at).is_some());
    let typed = [("password", "correct horse")];
    let form = pair.app.get(&at).await;
    let posted = posted(&form, &typed);
    assert!(posted.iter().any(|(name, value)| name == "address-new1-street" && !value.is_empty()));
    let saved = post(&mut pair, &at, &posted).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let sealed = "select count(*) from creations where password is not null";
    assert_eq!(pair.app.count(sealed).await, 1);
    pair.app.drain_jobs().await;
    let there = pair.store.find_customer(&email, 1).unwrap();
    assert!(there.customer.password_hash.is_some() && !there.addresses.is_empty());
    assert_eq!(pair.app.count(sealed).await, 0, "forgotten once the store has it");
    let said = pair.text_of(row).await;
    assert!(said.contains("Is Guest No"), "{said}");
    let kept = sqlx::query_scalar::<_, i64>("select count(*) from orders where customer_id = $1").bind(row);
    assert_eq!(kept.fetch_one(&pair.app.pool).await.unwrap(), orders);
    pair.assert_equal().await;
}

#[sqlx::test]
async fn killed_between_create_and_record_it_makes_nobody_twice(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.make_ada(&[]).await;
    pair.store.script(Fault::Slow(Duration::from_millis(800)), When::method(CREATE).times(1));
    let workers = pair.app.workers("first");
    let first = tokio::spawn(async move { workers.drain().await });
    crate::support::until("the call is under way", async || {
        pair.app.count("select count(*) from creations where sent_at is not null").await == 1
    })
    .await;
    pair.app.run_sql("update jobs set token = token + 1, lease_until = now() - interval '1 minute'").await;
    let _ = first.await.unwrap();
    pair.app.workers("second").drain().await.unwrap();
    assert_eq!(pair.store.requests_of(CREATE), 1);
    assert_eq!(pair.creations().await, ["customer created"]);
    pair.assert_equal().await;
}

#[sqlx::test]
async fn a_hidden_customer_is_out_of_the_lists_and_goes_on_being_synchronized(pool: PgPool) {
    let mut pair = Pair::synced(pool, small()).await;
    let row = pair.row_of(3).await;
    let link = format!("href=\"/customers/{row}\"");
    assert!(pair.app.get("/customers").await.html.contains(&link));
    assert_eq!(pair.app.post(&format!("/customers/{row}/hide"), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(!pair.app.get("/customers").await.html.contains(&link));
    assert!(pair.app.get("/customers?hidden=yes").await.html.contains(&link));
    pair.edit_there(3, |it| it.lastname = Some("Hopper".into()));
    pair.sync_well().await;
    assert!(pair.text_of(row).await.contains("Hopper"));
    pair.assert_equal().await;
    pair.app.post(&format!("/customers/{row}/unhide"), &[]).await;
    assert!(pair.app.get("/customers").await.html.contains(&link));
}
