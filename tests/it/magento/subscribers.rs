//! Subscribing and unsubscribing through the bridge, against the simulated store: no exchange of it is recorded.

use cartwright::magento::api::IdFilter;
use cartwright::magento::api::subscribers::{
    self, Subscriber, SubscriberEdit, SubscriberFilter, SubscriberStatus,
};
use cartwright::magento::{Field, Mode, Open, PrivateAddresses, Settings, Store, WsdlUrl};
use cartwright::simulator::{Customer, Options, Simulator};
use secrecy::SecretString;
use std::sync::Arc;

async fn both() -> Vec<(Simulator, Store)> {
    let mut both = Vec::new();
    for mode in [Mode::Rpc, Mode::Wsi] {
        let options = Options {
            customers: 4,
            orders: Some(0),
            carts: Some(0),
            subscribers: Some(3),
            bridge: Some("1.2.19".to_owned()),
            wsi: mode == Mode::Wsi,
            ..Options::default()
        };
        let shop = Simulator::start(options.clone()).await.expect("a store");
        let url = WsdlUrl::parse(&shop.wsdl_url()).expect("a URL").0;
        let key = SecretString::from(options.api_key.clone());
        let mut settings = Settings::new(url, options.api_user.clone(), key, mode);
        settings.private_addresses = PrivateAddresses::Allowed;
        both.push((shop, Store::new(settings, Arc::new(Open)).expect("a client")));
    }
    both
}

fn status(status: SubscriberStatus) -> SubscriberEdit {
    SubscriberEdit { status: Some(status), ..SubscriberEdit::default() }
}

async fn refused(store: &Store, edit: SubscriberEdit) -> String {
    let problem = subscribers::create(store, &edit).await.expect_err("a fault");
    problem.fault().expect("a fault").text.clone()
}

async fn found(store: &Store, filter: SubscriberFilter) -> Vec<Subscriber> {
    subscribers::page(store, &filter, 10).await.expect("a page").rows
}

#[tokio::test]
async fn a_status_is_changed_and_nothing_else() {
    for (shop, store) in both().await {
        shop.edit_subscriber(2, |subscriber| subscriber.status = 1);
        let before = shop.subscriber(2).expect("a subscriber");
        shop.move_clock(60);
        let told = subscribers::update(&store, 2, &status(SubscriberStatus::Unsubscribed)).await.expect("it");
        assert_eq!((told.subscriber_id, told.status), (2, Field::Is(SubscriberStatus::Unsubscribed)));
        let after = shop.subscriber(2).expect("a subscriber");
        assert!(after.change_status_at > before.change_status_at);
        let at = after.change_status_at;
        assert_eq!(after, cartwright::simulator::Subscriber { status: 3, change_status_at: at, ..before });
        let ids = SubscriberFilter { ids: Some(IdFilter::In(vec![2])), ..SubscriberFilter::default() };
        assert_eq!(found(&store, ids).await, [told]);
        let gone = subscribers::update(&store, 99, &status(SubscriberStatus::Subscribed)).await;
        let gone = gone.expect_err("a fault");
        assert_eq!(gone.fault().expect("a fault").text, "Subscriber does not exist.");
    }
}

#[tokio::test]
async fn a_customer_becomes_a_subscriber_once() {
    for (shop, store) in both().await {
        let id = shop.add_customer(Customer::new("grace@example.org"));
        let edit = SubscriberEdit {
            store_id: Some(1),
            customer_id: Some(id.into()),
            email: Some("grace@example.org".to_owned()),
            status: Some(SubscriberStatus::Subscribed),
        };
        let told = subscribers::create(&store, &edit).await.expect("a subscriber");
        assert_eq!((told.customer_id, told.store_id), (Field::Is(id.into()), Field::Is(1)));
        assert_eq!(told.email, Field::Is("grace@example.org".to_owned()));
        let by = |filter| found(&store, filter);
        let of = SubscriberFilter { customer_id: Some(id.into()), ..SubscriberFilter::default() };
        assert_eq!(by(of).await, std::slice::from_ref(&told));
        let email = Some("grace@example.org".to_owned());
        assert_eq!(by(SubscriberFilter { email, ..SubscriberFilter::default() }).await, [told]);
        assert_eq!(refused(&store, edit.clone()).await, "Customer is already subscribed.");
        let other = SubscriberEdit { customer_id: None, ..edit.clone() };
        assert_eq!(refused(&store, other).await, "Email is already subscribed.");
        let nobody = SubscriberEdit { customer_id: Some(999), ..edit };
        assert_eq!(refused(&store, nobody).await, "Customer not found.");
        assert_eq!(refused(&store, status(SubscriberStatus::Subscribed)).await, "Subscriber email is empty.");
    }
}

#[tokio::test]
async fn a_subscriber_may_come_to_a_customer_and_never_to_another() {
    for (shop, store) in both().await {
        let id = shop.subscribe("grace@example.org");
        let [one, other] =
            ["grace@example.org", "mary@example.org"].map(|email| shop.add_customer(Customer::new(email)));
        let to = |customer: u32| SubscriberEdit {
            customer_id: Some(customer.into()),
            ..SubscriberEdit::default()
        };
        let told = subscribers::update(&store, id.into(), &to(one)).await.expect("it");
        assert_eq!(told.customer_id, Field::Is(one.into()));
        let problem = subscribers::update(&store, id.into(), &to(other)).await.expect_err("a fault");
        assert_eq!(problem.fault().expect("a fault").text, "Customer of a subscriber cannot be changed.");
    }
}
