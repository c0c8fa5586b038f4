//! The carts the store starts with: those that orders were made from, as long as they are kept, and among them the ones
//! that are still open, given up, or empty.
//!
//! Owns: who filled which cart. Refuses: which id is whose ([`crate::simulator::quotes`]) and edits.

use fastrand::Rng;

use super::record::{Cart, CartAddress, NO_TAXES, before_the_order};
use crate::simulator::amount::Amount;
use crate::simulator::basket::{Basket, EURO_RATE, currency};
use crate::simulator::orders::desk;
use crate::simulator::orders::record::Order;
use crate::simulator::orders::seeded::SeededOrders;
use crate::simulator::quotes::Use;
use crate::simulator::records::{Address, Customer};
use crate::simulator::stores;
use crate::simulator::table::Seeds;

/// How long the store keeps the cart of an order.
const KEPT: i64 = 60 * 86_400;

/// The recipe of the carts.
#[derive(Debug, Clone, Copy)]
pub(in crate::simulator) struct SeededCarts(pub(in crate::simulator) SeededOrders);

impl Seeds for SeededCarts {
    type Row = Cart;

    fn last(&self) -> u32 {
        self.0.quotes.last()
    }

    /// Carts of older orders were cleaned up.
    fn stamp(&self, id: u32) -> Option<i64> {
        match self.0.quotes.use_of(id) {
            Use::Order(order) => {
                Some(self.0.stamps(order).0).filter(|created| *created > self.0.people.today - KEPT)
            }
            Use::Other(nth) => Some(self.stamps(id, nth).1),
        }
    }

    fn row(&self, id: u32) -> Cart {
        match self.0.quotes.use_of(id) {
            Use::Order(order) => Cart::of(&self.0.row(order)),
            Use::Other(nth) => self.open(id, nth),
        }
    }
}

impl SeededCarts {
    /// A cart somebody fills now.
    pub(in crate::simulator) fn filled(
        &self,
        id: u32,
        customer: &Customer,
        address: Option<&Address>,
        now: i64,
    ) -> Cart {
        let store_id = customer.store_id.max(1);
        let website = stores::website_of(store_id);
        let basket = Basket::choose(&mut self.0.quotes.rng(id, 1), website);
        let order = Order { id: 1, quote_id: id, ..Order::default() };
        let items = desk::items(&order, &basket);
        let known = customer.id != 0;
        let mut cart = Cart {
            id,
            store_id,
            created_at: now,
            updated_at: now,
            is_active: true,
            customer_id: known.then_some(customer.id),
            customer_group_id: customer.group_id,
            customer_email: (!customer.email.is_empty()).then(|| customer.email.clone()),
            customer_firstname: customer.firstname.clone(),
            customer_middlename: customer.middlename.clone(),
            customer_lastname: customer.lastname.clone(),
            customer_prefix: customer.prefix.clone(),
            customer_suffix: customer.suffix.clone(),
            customer_dob: customer.dob.clone(),
            customer_taxvat: customer.taxvat.clone(),
            customer_gender: customer.gender,
            currency: currency(website).into(),
            rate: if website == 2 { EURO_RATE } else { Amount::ONE },
            remote_ip: Some(format!("198.51.100.{}", id % 250 + 1).into()),
            coupon: basket.coupon.clone(),
            items: items.iter().map(before_the_order).collect(),
            ..Cart::default()
        };
        address_it(&mut cart, address);
        cart.collect_totals();
        cart
    }

    /// `(created_at, updated_at)` of a cart that became no order.
    fn stamps(&self, id: u32, nth: u32) -> (i64, i64) {
        let mut rng = self.rng(id, 2);
        let created = self.0.people.at_share(nth, self.0.quotes.others, &mut rng);
        let newest = self.0.people.today - 600;
        (created, (created + rng.i64(0..30) * rng.i64(0..86_400)).min(newest).max(created))
    }

    /// Of a hundred: twelve given up, eight empty, twenty of guests.
    fn open(&self, id: u32, nth: u32) -> Cart {
        let mut rng = self.rng(id, 3);
        let sort = rng.u8(..100);
        let people = self.0.people;
        let owner = u64::from(nth) * u64::from(people.count) / u64::from(self.0.quotes.others.max(1));
        let owner = u32::try_from(owner).unwrap_or(1).max(1);
        let guest = people.count == 0 || (20..40).contains(&sort);
        let customer = if guest { self.guest(id, &mut rng) } else { people.customer(owner) };
        let address = if guest { None } else { people.addresses(&customer).pop() };
        let (created_at, updated_at) = self.stamps(id, nth);
        let mut cart = self.filled(id, &customer, address.as_ref(), created_at);
        cart.updated_at = updated_at;
        cart.is_active = sort >= 12;
        if (12..20).contains(&sort) {
            cart.items.clear();
            cart.collect_totals();
        }
        cart
    }

    /// Half of them have typed an e-mail.
    fn guest(&self, id: u32, rng: &mut Rng) -> Customer {
        let email = if rng.bool() { format!("cart{id}@example.net").into() } else { "".into() };
        Customer { email, store_id: rng.u32(1..=4), ..Customer::default() }
    }

    fn rng(&self, id: u32, purpose: u64) -> Rng {
        self.0.quotes.rng(id, purpose)
    }
}

/// An address from the book, or for shipping as much as a shopper types to see what it costs.
fn address_it(cart: &mut Cart, address: Option<&Address>) {
    let estimate = Address {
        region: Some("California".into()),
        region_id: Some(12),
        postcode: Some("90001".into()),
        country_id: Some("US".into()),
        ..Address::default()
    };
    let at = |id| CartAddress {
        id,
        created_at: cart.updated_at,
        updated_at: cart.updated_at,
        book_id: address.map(|address| address.id),
        email: cart.customer_email.clone().filter(|_| address.is_some()),
        address: address.cloned().unwrap_or_default(),
        applied_taxes: NO_TAXES.into(),
        ..CartAddress::default()
    };
    let (billing, mut shipping) = (at(cart.id * 2 - 1), at(cart.id * 2));
    shipping.same_as_billing = true;
    if address.is_none() {
        shipping.address = estimate;
    }
    (cart.billing, cart.shipping_address) = (billing, shipping);
}
