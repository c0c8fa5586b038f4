//! Newsletter subscribers, which only the bridge lists, newest first.
//!
//! Owns: the record, how subscribers are seeded, and the methods. `change_status_at` is their only time, and rows that
//! are older than the bridge have none; it moves with the status alone. No call that writes is recorded: what such a call
//! does follows the bridge's own code, and the numbers of its faults are made up.

use std::sync::LazyLock;

use super::call::Call;
use super::columns::{self, Column, Projection};
use super::customers::stored;
use super::fault::Refusal;
use super::filter::Keys;
use super::method::{Method, Noun, PAGED, Resource, Type};
use super::orders::unknown_column;
use super::records::{Customer, Text};
use super::reply::{List, Nulls, Reply, Style};
use super::request::Element;
use super::seeded::Seeded;
use super::shop::Shop;
use super::table::{Row, Seeds};
use super::trouble::Record;
use super::value::Value;

/// Somebody who gets, or got, the newsletter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subscriber {
    /// `subscriber_id`.
    pub id: u32,
    /// The store view it was subscribed in.
    pub store_id: u32,
    /// Seconds since 1970, UTC.
    pub change_status_at: Option<i64>,
    /// 0 where there is no account.
    pub customer_id: u32,
    /// The customer's, or anybody's.
    pub email: Text,
    /// 1 subscribed, 2 not active, 3 unsubscribed, 4 unconfirmed.
    pub status: u32,
    /// What the links in newsletters carry.
    pub confirm_code: Option<Text>,
}

const SUBSCRIBERS: List =
    List { item: "newsletterSubscriberEntity", array: "newsletterSubscriberEntityArray" };

const FIELDS: &str = "subscriber_id:string? store_id:string? change_status_at:string? customer_id:string? \
     subscriber_email:string? subscriber_status:string? subscriber_confirm_code:string?";

const COLUMNS: &[Column<Subscriber>] = &[
    ("subscriber_id", |s, ()| s.id.into()),
    ("store_id", |s, ()| s.store_id.into()),
    ("change_status_at", |s, ()| s.change_status_at.map_or(Value::Null, Value::Time)),
    ("customer_id", |s, ()| s.customer_id.into()),
    ("subscriber_email", |s, ()| (&s.email).into()),
    ("subscriber_status", |s, ()| s.status.into()),
    ("subscriber_confirm_code", |s, ()| (&s.confirm_code).into()),
];

/// What both calls that write are given.
const DATA: (&str, &str, bool) = ("subscriberData", SUBSCRIBERS.item, true);

pub(super) const NOUN: Noun = Noun {
    bridge: true,
    resources: &[Resource { name: "newsletter_subscriber", title: "Newsletter Subscriber", alias: "" }],
    methods: &[
        Method {
            name: "newsletterSubscriberList",
            title: "Subscribers collection",
            path: "newsletter_subscriber.list",
            alias: "",
            parts: PAGED,
            returns: ("result", SUBSCRIBERS.array),
            run: list,
        },
        Method {
            name: "newsletterSubscriberCreate",
            title: "Create newsletter subscriber",
            path: "newsletter_subscriber.create",
            alias: "",
            parts: &[DATA],
            returns: ("result", SUBSCRIBERS.item),
            run: create,
        },
        Method {
            name: "newsletterSubscriberUpdate",
            title: "Update newsletter subscriber data",
            path: "newsletter_subscriber.update",
            alias: "",
            parts: &[("subscriberId", "int", true), DATA],
            returns: ("result", SUBSCRIBERS.item),
            run: update,
        },
    ],
    types: &[Type::Record(SUBSCRIBERS.item, FIELDS), Type::Array(&SUBSCRIBERS)],
};

/// How subscribers are filtered.
const KEYS: Keys = Keys {
    id: &["subscriber_id"],
    stamp: "change_status_at",
    attributes: false,
    knows: |field| columns::find(COLUMNS, field).is_some(),
    unknown: |field| unknown_column("newsletter_subscriber", field),
};

/// The recipe of the subscribers.
#[derive(Debug, Clone, Copy)]
pub(super) struct SeededSubscribers {
    pub(super) people: Seeded,
    pub(super) count: u32,
}

impl Seeds for SeededSubscribers {
    type Row = Subscriber;

    fn last(&self) -> u32 {
        self.count
    }

    /// Where there is no time, 0 keeps the row out of every window but the one without a beginning.
    fn stamp(&self, id: u32) -> Option<i64> {
        (id <= self.count).then(|| self.changed(id).unwrap_or(0))
    }

    /// Two in three have an account.
    fn row(&self, id: u32) -> Subscriber {
        let mut rng = self.people.rng(id, 97);
        let status = [1, 1, 1, 1, 1, 2, 3, 3, 4][rng.usize(..9)];
        let owner = u64::from(id) * u64::from(self.people.count) / u64::from(self.count.max(1));
        let owner = u32::try_from(owner).unwrap_or(0);
        let known = rng.u8(..3) != 0 && self.people.contains(owner);
        let customer = known.then(|| self.people.customer(owner));
        Subscriber {
            id,
            store_id: customer.as_ref().map_or_else(|| rng.u32(1..=4), |customer| customer.store_id.max(1)),
            change_status_at: self.changed(id),
            customer_id: customer.as_ref().map_or(0, |customer| customer.id),
            email: customer.map_or_else(|| format!("news{id}@example.net").into(), |customer| customer.email),
            status,
            confirm_code: Some(format!("{:020x}", rng.u128(..) >> 48).into()),
        }
    }
}

impl SeededSubscribers {
    /// One in seven is older than the bridge.
    fn changed(&self, id: u32) -> Option<i64> {
        let mut rng = self.people.rng(id, 96);
        (rng.u8(..7) != 0).then(|| self.people.at_share(id, self.count, &mut rng))
    }
}

impl Row for Subscriber {
    fn id(&self) -> u32 {
        self.id
    }

    fn stamp(&self) -> i64 {
        self.change_status_at.unwrap_or(0)
    }

    fn column(&self, name: &str) -> Option<Value<'_>> {
        columns::find(COLUMNS, name).map(|read| read(self, &()))
    }
}

static V2: LazyLock<Projection<Subscriber>> = LazyLock::new(|| Projection::declared(FIELDS, COLUMNS));

fn list(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let shop = call.shop();
    let filter = call.filter(&KEYS)?;
    let ids = call.page(shop.subscribers.select(&filter).rev());
    if reply.style == Style::V1 {
        reply.nulls = Nulls::Show;
    }
    reply.list(&SUBSCRIBERS, ids.iter(), |reply, id| {
        reply.spoil(call.meet(Record::Subscriber(*id)));
        if let Some(subscriber) = shop.subscribers.get(*id) {
            V2.write(reply, &subscriber, &());
        }
    });
    Ok(())
}

fn create(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let data = call.argument("subscriberData").ok_or_else(Refusal::parameter_missing)?;
    let mut shop = call.shop_mut();
    let owner = owner(&shop, data)?;
    let email = Some(data.text_of("subscriber_email")).filter(|email| !email.is_empty());
    if let Some(owner) = &owner {
        free_to_subscribe(&mut shop, owner)?;
    }
    let email = email.map(|email| stored(&email)).or_else(|| owner.as_ref().map(|owner| owner.email.clone()));
    let email = email.ok_or_else(|| Refusal::new("104", "Subscriber email is empty."))?;
    if let Some(mut known) = find_email(&shop, &email) {
        if known.customer_id != 0 {
            return Err(email_taken());
        }
        // the status that was sent is forgotten
        known.customer_id = owner.map_or(0, |owner| owner.id);
        return answer(&mut shop, reply, known);
    }
    let id = shop.subscribers.take_id();
    let store_id = owner.as_ref().map_or(0, |owner| owner.store_id);
    let code = Some(format!("{id:020x}").into());
    let new = Subscriber { id, store_id, confirm_code: code, ..Subscriber::default() };
    let new = assigned(Subscriber { email, ..new }, data, call.now());
    answer(&mut shop, reply, new)
}

fn update(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let id = call.id("subscriberId");
    call.meet(Record::Subscriber(id));
    let data = call.argument("subscriberData").ok_or_else(Refusal::parameter_missing)?;
    let mut shop = call.shop_mut();
    let missing = || Refusal::new("100", "Subscriber does not exist.");
    let subscriber = shop.subscribers.get(id).ok_or_else(missing)?;
    let customer = number(data, "customer_id").unwrap_or(0);
    if customer != 0 && subscriber.customer_id != customer {
        if subscriber.customer_id != 0 {
            return Err(Refusal::new("105", "Customer of a subscriber cannot be changed."));
        }
        owner(&shop, data)?;
        if find(&shop, |other| other.customer_id == customer).is_some() {
            return Err(customer_subscribed());
        }
    }
    let email = data.text_of("subscriber_email");
    if !email.is_empty() && find_email(&shop, &email).is_none_or(|other| other.id != id) {
        return Err(email_taken());
    }
    answer(&mut shop, reply, assigned(subscriber, data, call.now()))
}

/// The customer that is named, who must be there.
fn owner(shop: &Shop, data: &Element) -> Result<Option<Customer>, Refusal> {
    let Some(id) = number(data, "customer_id").filter(|id| *id != 0) else { return Ok(None) };
    shop.customer(id).map(Some).ok_or_else(|| Refusal::new("101", "Customer not found."))
}

/// Whoever has the customer or, without one, the e-mail is in the way; the latter is the customer's from now on.
fn free_to_subscribe(shop: &mut Shop, customer: &Customer) -> Result<(), Refusal> {
    let known = find(shop, |other| other.customer_id == customer.id);
    let Some(mut known) = known.or_else(|| find_email(shop, &customer.email)) else { return Ok(()) };
    if known.customer_id == 0 {
        known.customer_id = customer.id;
        shop.subscribers.put(known);
    }
    Err(customer_subscribed())
}

fn find(shop: &Shop, is: impl Fn(&Subscriber) -> bool) -> Option<Subscriber> {
    shop.subscribers.ids().filter_map(|id| shop.subscribers.get(id)).find(is)
}

fn find_email(shop: &Shop, email: &str) -> Option<Subscriber> {
    find(shop, |other| other.email.eq_ignore_ascii_case(email))
}

/// Takes over what was sent; what is absent keeps its value.
fn assigned(mut subscriber: Subscriber, data: &Element, now: i64) -> Subscriber {
    let before = subscriber.status;
    let email = data.text_of("subscriber_email");
    if !email.is_empty() {
        subscriber.email = stored(&email);
    }
    subscriber.store_id = number(data, "store_id").unwrap_or(subscriber.store_id);
    subscriber.customer_id = number(data, "customer_id").unwrap_or(subscriber.customer_id);
    subscriber.status = number(data, "subscriber_status").unwrap_or(before);
    if subscriber.status != before {
        subscriber.change_status_at = Some(now);
    }
    subscriber
}

fn number(data: &Element, name: &str) -> Option<u32> {
    data.child(name).filter(|field| !field.nil).and_then(|field| field.text.trim().parse().ok())
}

fn answer(shop: &mut Shop, reply: &mut Reply, subscriber: Subscriber) -> Result<(), Refusal> {
    reply.entity(SUBSCRIBERS.item, |reply| V2.write(reply, &subscriber, &()));
    shop.subscribers.put(subscriber);
    Ok(())
}

fn customer_subscribed() -> Refusal {
    Refusal::new("102", "Customer is already subscribed.")
}

fn email_taken() -> Refusal {
    Refusal::new("103", "Email is already subscribed.")
}
