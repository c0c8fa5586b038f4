//! What a sync must hold: both sides equal, nothing lost, nothing doubled, nothing written that was so already.

mod clocks;
mod people;

use cartwright::simulator::{Address, Customer, Fault, Options, Simulator, When};
use chrono::{DateTime, TimeDelta};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::{App, Pair, only_customers, ours, settings, settings_with, until, wanted};

fn small(customers: u32) -> Options {
    Options { customers, ..only_customers() }
}

#[sqlx::test]
async fn every_field_stands_here_as_in_the_store(pool: PgPool) {
    every_field(pool, Options { bulk: true, wsi: false, ..small(30) }).await;
}

#[sqlx::test]
async fn every_field_stands_here_as_in_the_store_without_bulk_reads(pool: PgPool) {
    every_field(pool, Options { bulk: false, wsi: false, ..small(30) }).await;
}

#[sqlx::test]
async fn every_field_stands_here_as_in_the_store_in_wsi(pool: PgPool) {
    every_field(pool, Options { bulk: false, wsi: true, ..small(30) }).await;
}

#[sqlx::test]
async fn every_field_stands_here_as_in_the_store_in_wsi_with_bulk_reads(pool: PgPool) {
    every_field(pool, Options { bulk: true, wsi: true, ..small(30) }).await;
}

async fn every_field(pool: PgPool, options: Options) {
    let bulk = options.bulk;
    let pair = Pair::new(pool, options).await;
    let odd = odd_people(&pair.store);
    pair.sync_well().await;
    pair.assert_equal().await;
    for id in odd {
        let told = ours(&pair.app.pool, id).await.unwrap()["gender"].clone();
        let theirs = wanted(&pair.store.customer(id).unwrap())["gender"].clone();
        assert_eq!(told, if bulk { theirs } else { Value::Null }, "SOAP v2 never tells the gender");
    }
}

/// Names and addresses that were spoilt on the way in one shop or another.
fn odd_people(store: &Simulator) -> Vec<u32> {
    let names = [
        ("  Ada ", " Lovelace  "),
        ("Zoë", "Brontë-O’Neill"),
        ("<b>Bold</b>", "Smith & Sons"),
        ("&amp;", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("\"quoted\"", "it's"),
        ("王", "小明"),
        ("NULL", "0"),
        ("two\nlines", "tab\there"),
    ];
    let mut ids = Vec::new();
    for (nr, (first, last)) in names.into_iter().enumerate() {
        let customer = Customer {
            firstname: Some(first.into()),
            lastname: Some(last.into()),
            middlename: (nr % 2 == 0).then(|| "".into()),
            prefix: (nr % 3 == 0).then(|| "Dr.".into()),
            dob: [None, Some("1976-06-28 00:00:00".into()), Some("0000-00-00 00:00:00".into())][nr % 3]
                .clone(),
            gender: [None, Some(1), Some(2)][nr % 3],
            unconfirmed: nr % 4 == 0,
            group_id: u32::try_from(nr % 7).unwrap(),
            website_id: 2,
            store_id: 4,
            taxvat: (nr == 1).then(|| "ATU 12345678".into()),
            ..Customer::new(format!("Odd.{nr}@Example.com"))
        };
        let id = store.add_customer(customer);
        let street = ["1 Main St", "2 Rue de l’Église\nApt #3", "<3> & Co", " "][nr % 4];
        let address = Address {
            firstname: Some(first.into()),
            lastname: Some(last.into()),
            street: Some(street.into()),
            city: Some("Zürich".into()),
            country_id: Some("CH".into()),
            postcode: Some(" 08001".into()),
            telephone: Some("+41 (0)44".into()),
            company: (nr % 2 == 0).then(|| "".into()),
            region: (nr % 2 == 1).then(|| "somewhere".into()),
            ..Address::default()
        };
        let one = store.add_address(id, address.clone()).unwrap();
        let two = store
            .add_address(id, Address { region_id: Some(12), region: Some("California".into()), ..address })
            .unwrap();
        store.edit_customer(id, |customer| {
            customer.default_billing = (nr % 3 != 2).then_some(one);
            customer.default_shipping = (nr % 3 == 0).then_some(two);
        });
        ids.push(id);
    }
    ids
}

#[sqlx::test]
async fn base_snapshots_are_there_from_the_first_record_on_and_say_what_the_record_says(pool: PgPool) {
    let pair = Pair::synced(pool, small(40)).await;
    assert_eq!(
        pair.app.count("select count(*) from customers where base is null or base_read_at is null").await,
        0
    );
    assert_eq!(
        pair.app
            .count(
                "select count(*) from customers k where k.base - 'default_billing' - 'default_shipping' is distinct from
                    jsonb_build_object('email', email, 'prefix', prefix, 'first_name', first_name, 'middle_name', middle_name,
                        'last_name', last_name, 'suffix', suffix, 'birthday', birthday, 'taxvat', taxvat,
                        'group_id', group_id, 'gender', gender)
                 or (k.base->>'default_billing')::bigint is distinct from (select a.remote_id from customer_addresses a
                    where a.customer_id = k.id and a.default_billing)
                 or (k.base->>'default_shipping')::bigint is distinct from (select a.remote_id from customer_addresses a
                    where a.customer_id = k.id and a.default_shipping)"
            )
            .await,
        0
    );
    assert_eq!(
        pair.app
            .count(
                "select count(*) from customer_addresses where base_read_at is null or base is distinct from
                    jsonb_build_object('prefix', prefix, 'first_name', first_name, 'middle_name', middle_name,
                        'last_name', last_name, 'suffix', suffix, 'company', company, 'telephone', telephone, 'fax', fax,
                        'place', jsonb_build_object('street', street, 'city', city, 'postcode', postcode,
                            'country_id', country_id, 'region_id', region_id, 'region', region))"
            )
            .await,
        0
    );
    assert_eq!(
        pair.app.count("select count(*) from customers where base_read_at > clock_timestamp()").await,
        0
    );
}

#[sqlx::test]
async fn what_a_call_never_returns_overwrites_nothing(pool: PgPool) {
    let pair = Pair::synced(pool, small(5)).await;
    let id = pair.store.customer_ids()[0];
    pair.store.edit_customer(id, |customer| customer.gender = Some(2));
    pair.sync_well().await;
    pair.app.run_sql("update integrations set store = jsonb_set(store, '{bulk}', 'false')").await;
    pair.store.edit_customer(id, |customer| {
        customer.gender = Some(1);
        customer.lastname = Some("Renamed".into());
    });
    pair.sync_well().await;
    let ours = ours(&pair.app.pool, id).await.unwrap();
    assert_eq!((&ours["last_name"], &ours["gender"]), (&json!("Renamed"), &json!("female")));
    assert_eq!(
        pair.app.text("select base->>'gender' from customers where last_name = 'Renamed'").await,
        "female"
    );
}

#[sqlx::test]
async fn dictionaries_stand_here_as_in_the_store_whatever_way_they_were_read(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let mut all = Vec::new();
    for (nr, (wsi, bulk)) in
        [(false, true), (false, false), (true, true), (true, false)].into_iter().enumerate()
    {
        let options = Options { wsi, bulk, bridge: Some("1.2.19".into()), ..small(1) };
        let store = Simulator::start(options.clone()).await.unwrap();
        app.connect(&store, &options, &format!("Store {nr}")).await;
        app.drain_jobs().await;
        let told: Value = sqlx::query_scalar(
            "select jsonb_build_object(
                'websites', (select jsonb_agg(jsonb_build_array(website_id, name) order by website_id) from websites
                    where channel_id = c.id),
                'stores', (select jsonb_agg(jsonb_build_array(store_id, website_id, code, name) order by store_id)
                    from stores where channel_id = c.id),
                'groups', (select jsonb_agg(jsonb_build_array(group_id, name) order by group_id) from customer_groups
                    where channel_id = c.id),
                'countries', (select count(*) from countries where channel_id = c.id),
                'regions', (select jsonb_agg(jsonb_build_array(country_id, region_id, code, name)
                    order by country_id, region_id) from regions where channel_id = c.id))
             from channels c order by c.id desc limit 1",
        )
        .fetch_one(&app.pool)
        .await
        .unwrap();
        all.push(told);
    }
    let one = &all[0];
    assert!(all.iter().all(|other| other == one), "{all:#?}");
    let websites = one["websites"].as_array().unwrap();
    assert!(
        websites.contains(&json!([1, "Main Website"])) && websites.contains(&json!([2, "Europe Website"]))
    );
    assert_eq!(
        one["stores"],
        json!([
            [1, 1, "default", "Default Store View"],
            [2, 1, "base_de", "German & Swiss"],
            [3, 2, "eu_en", "EU English"],
            [4, 2, "eu_fr", "EU Français"]
        ])
    );
    assert_eq!(
        one["groups"],
        json!([
            [0, "NOT LOGGED IN"],
            [1, "General"],
            [2, "Wholesale"],
            [3, "Retailer"],
            [4, "VIP & Partners"],
            [5, "B2B (net 30)"],
            [6, "Employees"]
        ])
    );
    assert!(one["countries"].as_i64().unwrap() > 200);
    let regions = one["regions"].as_array().unwrap();
    assert!(regions.contains(&json!(["US", 12, "CA", "California"])));
    assert!(regions.contains(&json!(["AT", 99, "KN", "Kärnten"])));
}

#[sqlx::test]
async fn a_second_run_with_no_change_asks_little_and_writes_nothing(pool: PgPool) {
    second_run(pool, true).await;
}

#[sqlx::test]
async fn a_second_run_without_bulk_reads_asks_little_and_writes_nothing(pool: PgPool) {
    second_run(pool, false).await;
}

async fn second_run(pool: PgPool, bulk: bool) {
    let pair = Pair::synced(pool, Options { bulk, ..small(200) }).await;
    let before = pair.traces().await;
    pair.store.reset_counters();
    pair.sync_well().await;
    let requests = pair.store.requests();
    // one of them tells that it is the same store
    assert!(requests.values().sum::<u64>() <= 11, "{requests:?}");
    assert_eq!(pair.traces().await, before);
}

#[sqlx::test]
async fn what_happens_in_the_store_comes_with_the_next_increment(pool: PgPool) {
    let pair = Pair::synced(pool, small(40)).await;
    let ids = pair.store.customer_ids();
    let with_addresses = |at_least: usize| {
        *ids.iter().find(|id| pair.store.customer(**id).unwrap().addresses.len() >= at_least).unwrap()
    };

    // an edit
    pair.store.edit_customer(ids[3], |customer| {
        customer.firstname = Some("Grace".into());
        customer.suffix = None;
        customer.dob = None;
        customer.group_id = 5;
    });
    // a new customer
    let new = pair
        .store
        .add_customer(Customer { lastname: Some("Neu".into()), ..Customer::new("neu@example.org") });
    // an address edit that moves updated_at, as one from the admin panel does
    let book = with_addresses(1);
    let address = pair.store.customer(book).unwrap().addresses[0].id;
    pair.store.edit_address(address, |address| address.city = Some("Łódź".into()));
    pair.store.edit_customer(book, |_| {});
    // an address that goes, and one that comes
    let two = with_addresses(2);
    let gone = pair.store.customer(two).unwrap().addresses[1].id;
    pair.store.delete_address(gone);
    pair.store.add_address(two, Address { city: Some("Ghent".into()), ..Address::default() }).unwrap();
    pair.store.edit_customer(two, |_| {});
    // a default that moves
    let moved = pair.store.customer(two).unwrap().addresses[0].id;
    pair.store.edit_customer(two, |customer| customer.default_billing = Some(moved));

    pair.store.reset_counters();
    pair.sync_well().await;
    pair.assert_equal().await;
    assert_eq!(
        pair.store.requests_of("multiCall"),
        2,
        "only the books of those who changed were asked for, and one block of carts: {:?}",
        pair.store.requests()
    );
    assert!(ours(&pair.app.pool, new).await.is_some());
    let removed: Vec<i64> =
        sqlx::query_scalar("select remote_id from customer_addresses where removed_at is not null")
            .fetch_all(&pair.app.pool)
            .await
            .unwrap();
    assert_eq!(removed, [i64::from(gone)], "an address absent from a complete list is kept and marked");

    // it takes an id again that was gone: the mark goes too
    assert_eq!(pair.app.count("select count(*) from job_connectors where failed > 0").await, 0);
}

#[sqlx::test]
async fn a_customer_that_changes_while_the_backfill_runs_is_met_again(pool: PgPool) {
    let pair = Pair::new(pool, small(250)).await;
    pair.store.script(Fault::Slow(std::time::Duration::from_millis(120)), When::method("multiCall"));
    pair.schedule().await;
    let workers = pair.app.workers("worker");
    let running = tokio::spawn(async move { workers.drain().await });
    until("details are asked for", async || pair.store.requests_of("multiCall") >= 1).await;
    // the newest, whose window was read already, the oldest, whose was not, and those in between
    let ids = pair.store.customer_ids();
    for id in ids.iter().step_by(10).chain(ids.last()) {
        pair.store.edit_customer(*id, |customer| customer.lastname = Some("Changed meanwhile".into()));
    }
    running.await.unwrap().unwrap();
    pair.store.clear_scripts();
    pair.sync_well().await;
    pair.assert_equal().await;
}

#[sqlx::test]
async fn edits_in_the_very_second_of_the_bound_are_not_lost(pool: PgPool) {
    let pair = Pair::synced(pool, small(120)).await;
    let ids = pair.store.customer_ids();
    for round in 0..3 {
        // half before the sync asks, half after it, all in one or two seconds
        for (nr, id) in ids.iter().enumerate() {
            if nr == ids.len() / 2 {
                pair.sync_well().await;
            }
            pair.store
                .edit_customer(*id, |customer| customer.lastname = Some(format!("Round {round}").into()));
        }
    }
    pair.sync_well().await;
    pair.assert_equal().await;
}

#[sqlx::test]
async fn the_sync_start_date_limits_what_comes(pool: PgPool) {
    let options = small(200);
    let store = Simulator::start(options.clone()).await.unwrap();
    let start = DateTime::from_timestamp(store.now(), 0).unwrap().date_naive() - TimeDelta::days(300);
    let mut app = App::as_administrator(pool).await;
    let form = settings_with(&store, &options, "sync-start-date", start.to_string());
    let integration = app.connect_with(&form, "all", "Corner shop").await;
    let pair = Pair { app, store, integration };
    pair.sync_well().await;
    let from = start.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
    let mut inside = 0;
    for id in pair.store.customer_ids() {
        let in_scope = pair.store.customer(id).unwrap().updated_at >= from;
        assert_eq!(ours(&pair.app.pool, id).await.is_some(), in_scope, "customer {id}");
        inside += i64::from(in_scope);
    }
    assert!((1..200).contains(&inside), "{inside}");
    // one from before that is saved now is in scope
    let old = pair.store.customer_ids()[0];
    pair.store.edit_customer(old, |_| {});
    pair.sync_well().await;
    pair.assert_equal_customer(old).await;
}

#[sqlx::test]
async fn one_website_means_its_customers_alone(pool: PgPool) {
    one_website(pool, small(60)).await;
}

#[sqlx::test]
async fn one_website_means_its_customers_alone_without_bulk_reads(pool: PgPool) {
    one_website(pool, Options { bulk: false, ..small(60) }).await;
}

async fn one_website(pool: PgPool, options: Options) {
    let store = Simulator::start(options.clone()).await.unwrap();
    let mut app = App::as_administrator(pool).await;
    let integration = app.connect_with(&settings(&store, &options, "Europe"), "2", "Europe").await;
    let pair = Pair { app, store, integration };
    pair.sync_well().await;
    for id in pair.store.customer_ids() {
        let theirs = pair.store.customer(id).unwrap();
        assert_eq!(ours(&pair.app.pool, id).await.is_some(), theirs.website_id == 2, "customer {id}");
    }
}
