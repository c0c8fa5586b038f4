//! Who a person is over stores, and which of two answers about them counts.

use cartwright::crm::customers::{self, Incoming, IncomingAddress};
use cartwright::simulator::{Customer, Options, Simulator};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;

use super::small;
use crate::support::App;

#[sqlx::test]
async fn a_person_is_one_contact_over_channels_websites_spellings_and_channels_made_anew(pool: PgPool) {
    let options = small(100);
    let store = Simulator::start(options.clone()).await.unwrap();
    let ada = |email: &'static str, first: &'static str, website_id| Customer {
        firstname: Some(first.into()),
        lastname: Some("Lovelace".into()),
        website_id,
        ..Customer::new(email)
    };
    store.add_customer(ada("ada@lovelace.example", "Ada", 1));
    store.add_customer(ada("ADA@Lovelace.example", "ADA", 2));
    store.add_customer(ada("ada@lovelace.example", "Augusta", 3));
    let other = Simulator::start(Options { customers: 0, ..options.clone() }).await.unwrap();
    other.add_customer(ada("Ada@LOVELACE.example", "ada", 1));

    let mut app = App::as_administrator(pool).await;
    app.connect(&store, &options, "One").await;
    app.connect(&other, &options, "Two").await;
    app.drain_jobs().await;
    let adas = "select count(*) from contacts where lower(email) = 'ada@lovelace.example'";
    assert_eq!(app.count(adas).await, 2, "Ada and Augusta");
    let linked = "select count(distinct (contact_id, account_id)) from customers
                  where lower(first_name) = 'ada' and lower(email) = 'ada@lovelace.example'";
    assert_eq!(app.count(linked).await, 1);
    assert_eq!(
        app.count("select count(*) from customers where contact_id is null or account_id is null").await,
        0
    );
    assert_eq!(
        app.count(
            "select count(*) from customers k join contacts c on c.id = k.contact_id
             where lower(c.email) <> lower(k.email) or c.account_id <> k.account_id"
        )
        .await,
        0
    );

    let (contacts, accounts) =
        (app.count("select count(*) from contacts").await, app.count("select count(*) from accounts").await);
    app.delete_channel("One").await;
    app.connect(&store, &options, "One").await;
    app.drain_jobs().await;
    assert_eq!(app.count("select count(*) from customers").await, 104);
    assert_eq!(app.count("select count(*) from contacts").await, contacts);
    assert_eq!(app.count("select count(*) from accounts").await, accounts);
}

#[sqlx::test]
async fn an_answer_older_than_what_is_stored_changes_nothing(pool: PgPool) {
    let app = App::as_administrator(pool).await;
    app.run_sql("insert into channels (name, channel_type) values ('Shop', 'magento')").await;
    let channel = app.count("select id from channels").await;
    let start = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    let mut db = app.pool.acquire().await.unwrap();
    let mut take = async |name: &str, addresses: &[i64], second: i64| {
        let one = incoming(name, addresses, start + TimeDelta::seconds(second));
        customers::upsert(&mut db, channel, None, &[one]).await.unwrap()
    };
    assert_eq!(take("First", &[1, 2], 10).await.created, 1);
    assert_eq!(take("Second", &[1, 3], 20).await.updated, 1);
    assert_eq!(take("Late", &[2, 4], 15).await.unchanged, 1, "it was asked before the second answer");
    assert_eq!(app.text("select last_name from customers").await, "Second");
    let listed =
        "select string_agg(remote_id || case when removed_at is null then '' else ' removed' end, ', '
                  order by remote_id) from customer_addresses";
    assert_eq!(app.text(listed).await, "1, 2 removed, 3");
    assert_eq!(take("Second", &[1, 2], 30).await.updated, 1);
    assert_eq!(app.text(listed).await, "1, 2, 3 removed", "listed again, unmarked");
    assert_eq!(take("Second", &[1, 2], 31).await.unchanged, 1);
}

fn incoming(name: &str, addresses: &[i64], read_at: DateTime<Utc>) -> Incoming {
    let address = |remote_id: &i64| IncomingAddress {
        remote_id: *remote_id,
        prefix: String::new(),
        first_name: String::new(),
        middle_name: String::new(),
        last_name: name.to_owned(),
        suffix: String::new(),
        company: String::new(),
        street: String::new(),
        city: String::new(),
        postcode: String::new(),
        country_id: String::new(),
        region_id: None,
        region: String::new(),
        telephone: String::new(),
        fax: String::new(),
        default_billing: false,
        default_shipping: false,
        agreed: None,
    };
    Incoming {
        remote_id: 7,
        website_id: Some(1),
        store_id: Some(1),
        group_id: Some(1),
        email: "ada@example.org".to_owned(),
        prefix: String::new(),
        first_name: String::new(),
        middle_name: String::new(),
        last_name: name.to_owned(),
        suffix: String::new(),
        birthday: None,
        gender: None,
        taxvat: String::new(),
        created_in: String::new(),
        confirmed: None,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        row_hash: None,
        addresses: Some(addresses.iter().map(address).collect()),
        read_at,
        agreed: None,
    }
}
