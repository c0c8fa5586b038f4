//! Which cart ids are whose: those of orders and those that never became one lie dense and mixed, as shoppers come.
//!
//! Owns: the mapping between cart ids, orders and open carts, both ways and without a table. Refuses: what is in a cart.

use fastrand::Rng;

use super::seeded::Seeded;

/// The cart ids of a store with so many orders and other carts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quotes {
    pub(super) people: Seeded,
    pub(super) orders: u32,
    pub(super) others: u32,
}

/// What became of a cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// The order with this id was made from it.
    Order(u32),
    /// The nth cart that did not become an order.
    Other(u32),
}

impl Quotes {
    /// The greatest cart id.
    pub(super) fn last(self) -> u32 {
        self.orders + self.others
    }

    pub(super) fn use_of(self, id: u32) -> Use {
        let (before, with) = (self.others_up_to(id - 1), self.others_up_to(id));
        if with > before { Use::Other(with) } else { Use::Order(id - with) }
    }

    /// The cart of an order.
    pub(super) fn of_order(self, order: u32) -> u32 {
        let (order, last) = (u64::from(order), u64::from(self.last()));
        u32::try_from((order - 1) * last / u64::from(self.orders.max(1)) + 1).unwrap_or(u32::MAX)
    }

    /// Chance that cart and order share, so that both hold the same items.
    pub(super) fn rng(self, id: u32, purpose: u64) -> Rng {
        self.people.rng(id, 64 + purpose)
    }

    fn others_up_to(self, id: u32) -> u32 {
        let spread = u64::from(id) * u64::from(self.others) / u64::from(self.last().max(1));
        u32::try_from(spread).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::{Quotes, Use};
    use crate::simulator::seeded::Seeded;

    #[test]
    fn every_order_and_every_other_cart_has_an_id_of_its_own() {
        let people = Seeded { seed: 1, count: 1, today: 0 };
        for (orders, others) in [(3_000, 200), (7, 100), (0, 5), (5, 0), (1, 1)] {
            let quotes = Quotes { people, orders, others };
            let uses: Vec<Use> = (1..=quotes.last()).map(|id| quotes.use_of(id)).collect();
            let of_orders = uses.iter().filter_map(|found| match found {
                Use::Order(order) => Some(*order),
                Use::Other(_) => None,
            });
            assert!(of_orders.eq(1..=orders), "{orders} {others}");
            for order in 1..=orders {
                assert_eq!(quotes.use_of(quotes.of_order(order)), Use::Order(order));
            }
        }
    }
}
