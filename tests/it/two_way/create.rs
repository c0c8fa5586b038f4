//! Customers and addresses that are made here, taken back, and hidden.

mod doubt;
mod guests;

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

#[sqlx::test]
async fn a_preview_tells_who_would_be_created_in_the_store(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let row = pair.make_ada(&HOME).await;
    pair.app.run_sql("delete from jobs where status = 'queued'").await;
    let preview = format!("/integrations/{}/preview", pair.integration);
    assert_eq!(pair.app.post(&format!("{preview}s"), &[]).await.status, StatusCode::SEE_OTHER);
    pair.app.workers("worker").drain().await.unwrap();
    assert!(pair.ada_there().is_none(), "a preview creates nobody");
    let page = pair.app.get(&preview).await;
    let told = "1 new customer and 1 new address would be created in Magento: Ada Lovelace";
    assert!(page.text().contains(told), "{}", page.text());
    assert!(page.html.contains(&format!("href=\"/customers/{row}\"")));
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
async fn with_several_channels_the_channel_is_a_field(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.app.run_sql(
        "with c as (insert into channels (name, channel_type) values ('Second shop', 'magento') returning id)
         insert into integrations (channel_id, name, wsdl_url, api_user, api_key, owner_id, two_way)
         select c.id, 'Second shop', '', '', '', min(u.id), true from users u, c group by c.id",
    )
    .await;
    let page = pair.app.get("/customers/new").await;
    assert!(page.html.contains("<label for=\"channel\">Channel</label>"), "{}", page.text());
    assert!(page.text().contains("Corner shop") && page.text().contains("Second shop"), "{}", page.text());
    let channel = pair.app.count("select channel_id from integrations order by id limit 1").await;
    let form = pair.app.get(&format!("/customers/new?channel={channel}")).await;
    assert_eq!(form.value_of("channel-name"), "Corner shop");
    pair.app.run_sql("delete from integrations where name = 'Second shop'").await;
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
