//! What people do in a round, here and in the store, and which of it must be found in the end.

use std::collections::BTreeMap;

use cartwright::simulator::{Customer, Part};

use super::crowd::Crowd;
use super::shop::Shop;
use crate::support::Pair;

/// Whose edits are whose: of ten customers the first is edited here alone, the second in the store alone, the third on both sides.
const OF_TEN: u32 = 10;

/// What was saved and may not be lost.
#[derive(Default)]
pub(super) struct Saved {
    /// By the store's id, edited here alone: the values that may stand in the end. The last that was saved, and those after
    /// it of which nobody knows.
    here: BTreeMap<u32, Vec<String>>,
    /// Edited in the store alone: the last value.
    there: BTreeMap<u32, String>,
    nr: u32,
}

impl Saved {
    /// Looks where each edit went: those here have to be in the store, those in the store were not overwritten. (That both
    /// sides are equal is looked at by itself.)
    pub(super) async fn assert_kept(&self, pair: &Pair) {
        let stands = |id: &u32| {
            let customer = pair.store.customer(*id).unwrap().customer;
            customer.taxvat.as_deref().unwrap_or_default().to_owned()
        };
        for (id, values) in &self.here {
            let there = stands(id);
            assert!(values.contains(&there), "customer {id}: saved here {values:?}, in the store {there:?}");
        }
        for (id, value) in &self.there {
            assert_eq!(&stands(id), value, "customer {id}: an edit in the store was overwritten");
        }
    }

    fn next(&mut self, side: &str) -> String {
        self.nr += 1;
        format!("{side} {}", self.nr)
    }
}

impl Shop {
    /// A round's deeds on both sides.
    pub(super) async fn deeds(&mut self, crowd: &Crowd, chance: &mut fastrand::Rng) {
        for _ in 0..chance.usize(1..3) {
            let id = self.some(1, chance);
            self.edit_here(crowd, id).await;
        }
        for _ in 0..chance.usize(1..4) {
            let id = self.some(2, chance);
            self.edit_there(id);
        }
        if chance.bool() {
            let id = self.some(3, chance);
            let value = self.saved.next("both");
            self.pair.store.edit_customer(id, |customer| customer.taxvat = Some(value.clone().into()));
            if let Some(row) = self.row(id).await {
                crowd.edits(row, "tax-vat", &format!("{value} here")).await;
            }
        }
        self.trade(chance);
    }

    /// One of the customers whose number ends like this.
    fn some(&self, last: u32, chance: &mut fastrand::Rng) -> u32 {
        let ids = self.pair.store.customer_ids();
        let fitting: Vec<u32> = ids.into_iter().filter(|id| id % OF_TEN == last).collect();
        fitting[chance.usize(..fitting.len())]
    }

    async fn row(&self, id: u32) -> Option<i64> {
        let sql = "select id from customers where channel_id = $1 and remote_id = $2 and removed_at is null";
        let row = sqlx::query_scalar(sql).bind(self.pair.integration).bind(i64::from(id));
        row.fetch_optional(&self.pair.app.pool).await.unwrap()
    }

    async fn edit_here(&mut self, crowd: &Crowd, id: u32) {
        let Some(row) = self.row(id).await else { return };
        let value = self.saved.next("here");
        let values = self.saved.here.entry(id).or_insert_with(|| {
            let before = self.pair.store.customer(id).unwrap().customer.taxvat;
            vec![before.as_deref().unwrap_or_default().to_owned()]
        });
        match crowd.edits(row, "tax-vat", &value).await {
            Some(true) => *values = vec![value],
            Some(false) => {}
            None => values.push(value),
        }
    }

    fn edit_there(&mut self, id: u32) {
        let value = self.saved.next("there");
        self.pair.store.edit_customer(id, |customer| customer.taxvat = Some(value.clone().into()));
        self.saved.there.insert(id, value);
    }

    /// Somebody buys, returns, subscribes, moves, registers or leaves.
    fn trade(&self, chance: &mut fastrand::Rng) {
        let store = &self.pair.store;
        let customers = store.customer_ids();
        let buyer = customers[chance.usize(..customers.len())];
        let order = store.place_order(buyer);
        store.invoice_order(order);
        match chance.u8(..7) {
            0 => {
                store.refund_order(order, Part::FirstItem);
            }
            1 => {
                store.create_cart(buyer);
            }
            2 => {
                store.unsubscribe(store.subscriber_ids()[0]);
            }
            3 => {
                let email = format!("new{order}@example.org");
                store.add_customer(Customer::new(email.clone()));
                store.subscribe(email);
            }
            4 => {
                store.comment_order(order, "Please ring twice & wait <here>");
            }
            5 => {
                let addresses = store.customer(buyer).map(|it| it.addresses).unwrap_or_default();
                for address in addresses.iter().take(1) {
                    store.edit_address(address.id, |address| address.city = Some("Graz".into()));
                }
            }
            _ => {
                store.cancel_order(store.place_order(buyer));
            }
        }
    }
}
