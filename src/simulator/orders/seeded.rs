//! The orders the store starts with: each computed from seed and id, none stored.
//!
//! Owns: who bought what and when, and what became of it. Refuses: edits ([`super::desk`]). Ids rise with time, as in a
//! store that was never restored; an order's customer was there before it.

use fastrand::Rng;

use super::desk;
use super::record::{Order, OrderAddress, Payment};
use crate::simulator::amount::Amount;
use crate::simulator::basket::{Basket, EURO_RATE, currency};
use crate::simulator::carts::record::Cart;
use crate::simulator::quotes::Quotes;
use crate::simulator::records::{Address, Customer, Text};
use crate::simulator::seeded::Seeded;
use crate::simulator::stores;
use crate::simulator::table::Seeds;

/// Ids of items, and of entries of the status history, reserved per order.
pub(in crate::simulator) const STRIDE: u32 = 16;

/// Of every 25 orders, these two were given back, wholly or in part.
const REFUNDED: [u32; 2] = [7, 20];

/// The recipe of the orders.
#[derive(Debug, Clone, Copy)]
pub(in crate::simulator) struct SeededOrders {
    pub(in crate::simulator) people: Seeded,
    pub(in crate::simulator) count: u32,
    pub(in crate::simulator) quotes: Quotes,
}

/// What became of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simulator) enum Fate {
    Pending,
    Processing,
    Complete,
    Canceled,
    Holded,
    Closed,
    /// Complete, with one item given back.
    PartlyRefunded,
}

/// Who placed an order.
enum Buyer {
    Customer(Box<Customer>),
    Guest(Box<Customer>),
}

impl Seeds for SeededOrders {
    type Row = Order;

    fn last(&self) -> u32 {
        self.count
    }

    fn stamp(&self, id: u32) -> Option<i64> {
        Some(self.stamps(id).1)
    }

    fn row(&self, id: u32) -> Order {
        let (created_at, updated_at) = self.stamps(id);
        let mut rng = self.rng(id, 2);
        let buyer = self.buyer(id, &mut rng);
        let (Buyer::Customer(customer) | Buyer::Guest(customer)) = &buyer;
        let address = match &buyer {
            Buyer::Customer(_) => self.people.addresses(customer).pop(),
            Buyer::Guest(_) => None,
        };
        let mut order = self.compose(id, self.quote(id), customer, address, &mut rng);
        (order.created_at, order.updated_at) = (created_at, updated_at);
        order.history = vec![desk::entry(&order, 0, created_at, None, "order")];
        self.befall(&mut order, &mut rng);
        order
    }
}

impl SeededOrders {
    /// `(created_at, updated_at)`.
    pub(in crate::simulator) fn stamps(&self, id: u32) -> (i64, i64) {
        let mut rng = self.rng(id, 1);
        let created = self.people.at_share(id, self.count, &mut rng);
        let newest = self.people.today - 600;
        let later = created + rng.i64(0..20) * rng.i64(0..86_400);
        let updated = if self.fate(id) == Fate::Pending && rng.bool() { created } else { later };
        (created, updated.min(newest).max(created))
    }

    pub(in crate::simulator) fn fate(&self, id: u32) -> Fate {
        if let Some(memo) = self.memo_of(id) {
            return if memo.is_multiple_of(3) { Fate::PartlyRefunded } else { Fate::Closed };
        }
        match self.rng(id, 3).u8(..100) {
            0..20 => Fate::Pending,
            20..50 => Fate::Processing,
            50..89 => Fate::Complete,
            89..97 => Fate::Canceled,
            _ => Fate::Holded,
        }
    }

    /// The credit memo of an order, if it has one.
    pub(in crate::simulator) fn memo_of(&self, id: u32) -> Option<u32> {
        let slot = REFUNDED.iter().position(|place| id % 25 == *place)?;
        Some(id / 25 * 2 + u32::try_from(slot).unwrap_or(0) + 1)
    }

    /// The order that a credit memo belongs to.
    pub(in crate::simulator) fn order_of(&self, memo: u32) -> u32 {
        (memo - 1) / 2 * 25 + REFUNDED[((memo - 1) % 2) as usize]
    }

    /// How many credit memos there are.
    pub(in crate::simulator) fn memos(&self) -> u32 {
        REFUNDED.iter().map(|place| (self.count + 25 - place) / 25).sum()
    }

    /// The cart it was made from.
    pub(in crate::simulator) fn quote(&self, id: u32) -> u32 {
        self.quotes.of_order(id)
    }

    fn rng(&self, id: u32, purpose: u64) -> Rng {
        self.people.rng(id, 32 + purpose)
    }

    /// One in eight is a guest; of the customers, every twentieth is a regular with many orders.
    fn buyer(&self, id: u32, rng: &mut Rng) -> Buyer {
        let there = u64::from(id) * u64::from(self.people.count) / u64::from(self.count.max(1));
        let there = u32::try_from(there).unwrap_or(0).clamp(1, self.people.count.max(1));
        let any = rng.u32(1..=there);
        if matches!(id % 25, 3 | 11 | 19) || self.people.count == 0 {
            return Buyer::Guest(Box::new(self.guest(id, any, rng)));
        }
        let regular = (any / 20 * 20).max(1);
        let chosen = if rng.u8(..10) < 4 { regular } else { any };
        Buyer::Customer(Box::new(self.people.customer(chosen)))
    }

    /// Someone without an account; one in four types the e-mail of a customer, and some share one.
    fn guest(&self, id: u32, any: u32, rng: &mut Rng) -> Customer {
        let person = self.people.person(id.wrapping_add(7_000_001));
        let email: Text = match rng.u8(..8) {
            0 | 1 if self.people.contains(any) => self.people.customer(any).email,
            2 => format!("family.{}@example.org", id / 1_000).into(),
            _ => format!("guest{id}@example.org").into(),
        };
        let store_id = rng.u32(1..=4);
        Customer {
            email,
            store_id,
            firstname: person.firstname,
            lastname: person.lastname,
            ..Customer::default()
        }
    }

    /// A pending order that is placed now.
    pub(in crate::simulator) fn draft(
        &self,
        id: u32,
        quote: u32,
        customer: &Customer,
        address: Option<Address>,
        now: i64,
    ) -> Order {
        let mut order = self.compose(id, quote, customer, address, &mut self.rng(id, 2));
        (order.created_at, order.updated_at) = (now, now);
        order.history = vec![desk::entry(&order, 0, now, None, "order")];
        order
    }

    /// A pending order of what lies in a cart.
    pub(in crate::simulator) fn of_cart(&self, id: u32, cart: &Cart, now: i64) -> Order {
        let customer = Customer {
            id: cart.customer_id.unwrap_or(0),
            store_id: cart.store_id,
            group_id: cart.customer_group_id,
            email: cart.customer_email.clone().unwrap_or_default(),
            firstname: cart.customer_firstname.clone(),
            middlename: cart.customer_middlename.clone(),
            lastname: cart.customer_lastname.clone(),
            prefix: cart.customer_prefix.clone(),
            suffix: cart.customer_suffix.clone(),
            dob: cart.customer_dob.clone(),
            taxvat: cart.customer_taxvat.clone(),
            gender: cart.customer_gender,
            ..Customer::default()
        };
        let address = Some(cart.billing.address.clone()).filter(|address| address.city.is_some());
        let mut order = self.draft(id, cart.id, &customer, address, now);
        let first = cart.items.first().map_or(0, |item| item.quote_item_id);
        order.items = cart.items.iter().map(|item| desk::taken_over(item, id, first)).collect();
        order.coupon = cart.coupon.clone();
        order.is_virtual = cart.is_virtual;
        order.shipping_address = order.shipping_address.filter(|_| !cart.is_virtual);
        (order.subtotal, order.tax) = (cart.subtotal, cart.tax);
        order.discount = cart.subtotal - cart.subtotal_with_discount;
        order.grand_total = cart.subtotal_with_discount + cart.tax + order.shipping;
        (order.total_qty, order.weight) = (cart.items_qty, cart.weight);
        order
    }

    /// What is bought follows from the cart's id, who buys and where it goes from the arguments.
    fn compose(
        &self,
        id: u32,
        quote: u32,
        customer: &Customer,
        address: Option<Address>,
        rng: &mut Rng,
    ) -> Order {
        let website = stores::website_of(customer.store_id.max(1));
        let basket = Basket::choose(&mut self.quotes.rng(quote, 1), website);
        let mut order = self.flat(id, quote, customer, &basket, rng);
        let book_id = address.as_ref().map(|address| address.id);
        let address = address.unwrap_or_else(|| typed_in(customer, rng));
        let at = |id| OrderAddress { id, book_id, address: address.clone() };
        order.billing = at(id * 2 - 1);
        order.shipping_address = (!order.is_virtual).then(|| at(id * 2));
        order.items = desk::items(&order, &basket);
        order
    }

    fn flat(&self, id: u32, quote_id: u32, customer: &Customer, basket: &Basket, rng: &mut Rng) -> Order {
        let store_id = customer.store_id.max(1);
        let website = stores::website_of(store_id);
        let gift = rng.u8(..20) == 0;
        let (payment_method, payment) = pay(rng, customer);
        Order {
            increment_id: increment(store_id, id),
            customer_id: (customer.id != 0).then_some(customer.id),
            customer_group_id: customer.group_id,
            coupon: basket.coupon.clone(),
            quote_id,
            remote_ip: format!("203.0.113.{}", rng.u8(1..255)).into(),
            protect_code: format!("{:06x}", rng.u32(..0x0100_0000)).into(),
            gift_message: gift.then(|| (id, "Happy birthday!\nLine 2 & more".into())),
            rate: if website == 2 { EURO_RATE } else { Amount::ONE },
            currency: currency(website).into(),
            payment_method,
            payment,
            ..desk::flat(id, store_id, customer, basket)
        }
    }

    /// Lets happen to a new order what its fate is.
    fn befall(&self, order: &mut Order, rng: &mut Rng) {
        let at = order.updated_at;
        match self.fate(order.id) {
            Fate::Pending => {}
            Fate::Processing => desk::invoice(order, at),
            Fate::Complete => desk::complete(order, at),
            Fate::Canceled => desk::cancel(order, at),
            Fate::Holded => {
                desk::invoice(order, at);
                desk::hold(order, at);
            }
            Fate::Closed => {
                desk::complete(order, at);
                desk::refund(order, desk::Part::Everything, at);
            }
            Fate::PartlyRefunded => {
                desk::complete(order, at);
                desk::refund(order, desk::Part::FirstItem, at);
            }
        }
        if rng.u8(..6) == 0 {
            let text = format!("Internal note №{} — call back", order.id);
            desk::comment(order, text.into(), at);
        }
    }
}

/// An order's, or a credit memo's, number for people.
pub(in crate::simulator) fn increment(store_id: u32, id: u32) -> Text {
    format!("{store_id}{id:08}").into()
}

fn typed_in(customer: &Customer, rng: &mut Rng) -> Address {
    Address {
        firstname: customer.firstname.clone(),
        lastname: customer.lastname.clone(),
        street: Some(format!("{} Guest & Co Rd\nUnit 2", rng.u32(1..900)).into()),
        city: Some("San José".into()),
        region: Some("California".into()),
        region_id: Some(12),
        postcode: Some("95101".into()),
        country_id: Some("US".into()),
        telephone: Some("555-0100".into()),
        ..Address::default()
    }
}

fn pay(rng: &mut Rng, customer: &Customer) -> (Text, Payment) {
    match rng.u8(..10) {
        0 => {
            let number = format!("PO-{:05}", rng.u32(..100_000));
            ("purchaseorder".into(), Payment { po_number: Some(number.into()), ..Payment::default() })
        }
        1 | 2 => {
            let names = [customer.firstname.as_deref(), customer.lastname.as_deref()];
            let owner = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
            let card = Payment {
                cc_type: Some(if rng.bool() { "VI" } else { "MC" }.into()),
                cc_last4: Some(format!("{:04}", rng.u32(..10_000)).into()),
                cc_owner: Some(owner.into()),
                cc_exp_month: Some(rng.u32(1..=12).to_string().into()),
                cc_exp_year: Some(rng.u32(2027..2032).to_string().into()),
                ..Payment::default()
            };
            ("ccsave".into(), card)
        }
        _ => ("checkmo".into(), Payment::default()),
    }
}
