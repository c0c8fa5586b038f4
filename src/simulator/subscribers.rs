//! Newsletter subscribers, which only the bridge lists, newest first.
//!
//! Owns: the record, how subscribers are seeded, and the method. `change_status_at` is their only time, and rows that
//! are older than the bridge have none.

use std::sync::LazyLock;

use super::call::Call;
use super::columns::{Column, Projection, find};
use super::fault::Refusal;
use super::filter::Keys;
use super::method::{Method, Noun, PAGED, Resource, Type};
use super::orders::unknown_column;
use super::records::Text;
use super::reply::{List, Nulls, Reply, Style};
use super::seeded::Seeded;
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

pub(super) const NOUN: Noun = Noun {
    bridge: true,
    resources: &[Resource { name: "newsletter_subscriber", title: "Newsletter Subscriber", alias: "" }],
    methods: &[Method {
        name: "newsletterSubscriberList",
        title: "Subscribers collection",
        path: "newsletter_subscriber.list",
        alias: "",
        parts: PAGED,
        returns: ("result", SUBSCRIBERS.array),
        run: list,
    }],
    types: &[Type::Record(SUBSCRIBERS.item, FIELDS), Type::Array(&SUBSCRIBERS)],
};

/// How subscribers are filtered.
const KEYS: Keys = Keys {
    id: &["subscriber_id"],
    stamp: "change_status_at",
    attributes: false,
    knows: |field| find(COLUMNS, field).is_some(),
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
        find(COLUMNS, name).map(|read| read(self, &()))
    }
}

fn list(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    static V2: LazyLock<Projection<Subscriber>> = LazyLock::new(|| Projection::declared(FIELDS, COLUMNS));
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
