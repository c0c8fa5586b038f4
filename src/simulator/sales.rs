//! What happens across tables: an order is placed from a cart and re-saves its customer.
//!
//! Owns: finding orders, and the changes that touch more than one table. Refuses: what such a change is to one record
//! ([`super::orders::desk`], …).

use super::carts::record::Cart;
use super::filter::Filter;
use super::memos::record::CreditMemo;
use super::orders::desk::{self, Part};
use super::orders::record::Order;
use super::records::{Address, Customer, Text};
use super::shop::Shop;

/// Who places an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Buyer {
    /// A customer, by id.
    Customer(u32),
    /// Somebody without an account, in a store view.
    Guest {
        /// What was typed, perhaps a customer's.
        email: Text,
        /// First name.
        firstname: Text,
        /// Last name.
        lastname: Text,
        /// 1 to 4.
        store_id: u32,
    },
}

impl From<u32> for Buyer {
    fn from(customer: u32) -> Self {
        Self::Customer(customer)
    }
}

impl Buyer {
    /// A guest in the first store view.
    pub fn guest(email: impl Into<Text>, firstname: impl Into<Text>, lastname: impl Into<Text>) -> Self {
        Self::Guest {
            email: email.into(),
            firstname: firstname.into(),
            lastname: lastname.into(),
            store_id: 1,
        }
    }
}

impl Shop {
    /// The customer, or somebody like one; and the address to use.
    pub(super) fn person(&self, buyer: &Buyer) -> (Customer, Option<Address>) {
        match buyer {
            Buyer::Customer(id) => {
                let view = self.view(*id).unwrap_or_default();
                (view.customer, view.addresses.into_iter().next_back())
            }
            Buyer::Guest { email, firstname, lastname, store_id } => {
                let guest = Customer {
                    email: email.clone(),
                    firstname: Some(firstname.clone()),
                    lastname: Some(lastname.clone()),
                    store_id: *store_id,
                    ..Customer::default()
                };
                (guest, None)
            }
        }
    }

    /// An order of today that is not in the table yet.
    pub(super) fn draft_order(&mut self, buyer: &Buyer, now: i64) -> Order {
        let (customer, address) = self.person(buyer);
        let (id, quote) = (self.orders.take_id(), self.carts.take_id());
        let order = self.orders.seeds().draft(id, quote, &customer, address, now);
        self.carts.put(Cart::of(&order));
        self.edit(order.customer_id.unwrap_or(0), now, |_| ());
        order
    }

    /// A cart that somebody begins to fill; gives the id.
    pub(super) fn add_cart(&mut self, buyer: &Buyer, now: i64) -> u32 {
        let (customer, address) = self.person(buyer);
        let id = self.carts.take_id();
        let cart = self.carts.seeds().filled(id, &customer, address.as_ref(), now);
        self.carts.put(cart);
        id
    }

    /// Makes an order of an active cart that has items; gives the order's id.
    pub(super) fn order_cart(&mut self, cart: u32, now: i64) -> Option<u32> {
        let mut cart = self.carts.get(cart).filter(|cart| cart.is_active && !cart.items.is_empty())?;
        let id = self.orders.take_id();
        let order = self.orders.seeds().of_cart(id, &cart, now);
        self.edit(order.customer_id.unwrap_or(0), now, |_| ());
        cart.is_active = false;
        cart.updated_at = now;
        cart.reserved_order_id = Some(order.increment_id.clone());
        self.carts.put(cart);
        self.orders.put(order);
        Some(id)
    }

    /// Gives money back and writes a credit memo, whose id is returned.
    pub(super) fn refund(&mut self, order: u32, part: Part, now: i64) -> Option<u32> {
        let mut order = self.orders.get(order)?;
        let given = desk::refund(&mut order, part, now)?;
        let id = self.memos.take_id();
        self.memos.put(CreditMemo::of(&order, &given, id, now));
        self.orders.put(order);
        Some(id)
    }

    /// The credit memo with a number for people.
    pub(super) fn memo_by_increment(&self, increment_id: &str) -> Option<CreditMemo> {
        let fits = |memo: &CreditMemo| memo.increment_id == increment_id;
        if let Some(memo) = self.memos.changed().find(|memo| fits(memo)) {
            return Some(memo.clone());
        }
        let id = increment_id.get(1..)?.parse().ok()?;
        self.memos.get(id).filter(fits)
    }

    /// The order with a number for people.
    pub(super) fn order_by_increment(&self, increment_id: &str) -> Option<Order> {
        let fits = |order: &Order| order.increment_id == increment_id;
        if let Some(order) = self.orders.changed().find(|order| fits(order)) {
            return Some(order.clone());
        }
        // A seeded number ends with the id.
        let id = increment_id.get(1..)?.parse().ok()?;
        self.orders.get(id).filter(fits)
    }

    /// Orders that a filter lets through, in the order of the index that MySQL uses for it.
    pub(super) fn orders_by_index(&self, filter: &Filter) -> Vec<u32> {
        if let Some(numbers) = filter.listed("increment_id") {
            let mut found: Vec<Order> =
                numbers.into_iter().filter_map(|number| self.order_by_increment(number)).collect();
            found.retain(|order| filter.lets_through(|field| super::table::Row::column(order, field)));
            found.sort_by(|one, other| one.increment_id.cmp(&other.increment_id));
            found.dedup_by_key(|order| order.id);
            return found.into_iter().map(|order| order.id).collect();
        }
        let mut ids: Vec<u32> = self.orders.select(filter).collect();
        if filter.ids().is_none() && filter.stamp_bounds().is_some() {
            ids.sort_by_key(|id| (self.orders.stamp(*id), *id));
        }
        ids
    }
}
