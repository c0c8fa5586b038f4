//! The personal data of one person: handed over, erased, and not brought back by any sync.

mod again;
mod pages;

use axum::http::StatusCode;
use cartwright::simulator::{Address, Buyer, Customer};
use sqlx::PgPool;

use crate::support::{App, Page, Pair, little};

/// What nobody else is called, has, or writes: none of it may stand anywhere afterwards.
const TRACES: [&str; 4] = ["wilhelmine", "xanthopoulos", "0951-77 88 99", "zum goldenen tor"];
const EMAIL: &str = "wilhelmine@xanthopoulos.example";

/// Somebody in a store, with everything that one can have there.
struct Her {
    customer: u32,
    address: u32,
    order: u32,
    guest_order: u32,
    cart: u32,
    subscriber: u32,
}

/// A pair with two way sync and her among the others, synchronized.
async fn pair(pool: PgPool, bridge: bool) -> (Pair, Her) {
    let pair = Pair::new(pool, little(bridge)).await.with_time_for_carts().await;
    let her = comes(&pair);
    pair.sync_well().await;
    pair.app.run_sql("update integrations set two_way = true").await;
    (pair, her)
}

fn comes(pair: &Pair) -> Her {
    let store = &pair.store;
    let customer = store.add_customer(Customer {
        website_id: 1,
        store_id: 1,
        firstname: Some("Wilhelmine".into()),
        lastname: Some("Xanthopoulos".into()),
        ..Customer::new(EMAIL)
    });
    let address = store
        .add_address(
            customer,
            Address {
                firstname: Some("Wilhelmine".into()),
                lastname: Some("Xanthopoulos".into()),
                street: Some("Zum Goldenen Tor 4".into()),
                city: Some("Bamberg".into()),
                postcode: Some("96047".into()),
                country_id: Some("DE".into()),
                telephone: Some("0951-77 88 99".into()),
                ..Address::default()
            },
        )
        .unwrap();
    let order = store.place_order(customer);
    store.comment_order(order, "Wilhelmine called: ring at Zum Goldenen Tor");
    store.invoice_order(order);
    store.refund_order(order, cartwright::simulator::Part::Everything);
    let guest_order =
        store.place_order(Buyer::guest("Wilhelmine@Xanthopoulos.example", "Wilhelmine", "Xanthopoulos"));
    let (cart, subscriber) = (store.create_cart(customer), store.subscribe(EMAIL));
    Her { customer, address, order, guest_order, cart, subscriber }
}

/// She is erased from this page.
async fn erase(app: &mut App, page: &str) -> Page {
    let question = app.get(&format!("{page}/erasure")).await;
    assert_eq!(question.status, StatusCode::OK, "{}", question.text());
    let name = question.part("<h1", "</h1>").replace("Erase ", "").replace('?', "");
    let done = app.post(&format!("{page}/erasure"), &[("name", &name)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    app.follow(&done).await
}

/// Nothing of her stands anywhere.
async fn assert_forgotten(app: &App, when: &str) {
    let all = app.database().await.to_lowercase();
    for trace in TRACES {
        let found: Vec<&str> = all.match_indices(trace).map(|(at, _)| around(&all, at)).collect();
        assert!(found.is_empty(), "{when}, \"{trace}\" stands {} times: {found:#?}", found.len());
    }
}

fn around(text: &str, at: usize) -> &str {
    let mut from = at.saturating_sub(300);
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    let mut to = (at + 100).min(text.len());
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    &text[from..to]
}
