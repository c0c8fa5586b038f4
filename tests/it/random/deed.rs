//! What can happen in a story.

use std::fmt;

use cartwright::simulator::{Address, Buyer, Customer, Fault, Part, Record, Simulator, When};
use proptest::prelude::*;

use crate::support::{access_denied, internal_error};

/// Something that happens. The numbers choose among what there is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    PlaceOrder(u8),
    OrderOfAGuest(u8),
    DraftOrder(u8),
    CommitOrders,
    Comment(u8),
    Invoice(u8),
    Cancel(u8),
    Refund(u8),
    DeleteOrder(u8),
    EditCustomer(u8),
    NewCustomer(u8),
    DeleteCustomer(u8),
    EditAddress(u8),
    NewAddress(u8),
    DeleteAddress(u8),
    NewCart(u8),
    EditCart(u8),
    OrderCart(u8),
    GiveCartUp(u8),
    Subscribe(u8),
    Unsubscribe(u8),
    DeleteSubscriber(u8),
    MoveClock(i32),
    Trouble(Trouble),
    Relief,
    HoursPass,
    Sync,
}

/// Something that goes wrong from then on, a few times or until it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    BadGateway(u8),
    Cut(u8),
    Empty(u8),
    Maintenance(u8),
    LoseAnswer(u8),
    Close(u8),
    Html(u8),
    NoDate(u8),
    ExpireSessions(u8),
    IgnoreFilters(u8),
    Miscount(u8),
    InternalError(u8),
    NoRight(u8),
    PoisonCustomer(u8),
    PoisonOrder(u8),
    Garbage(u8),
}

/// What a test may ask for: lists, details, and what every sync begins with.
const METHODS: [&str; 9] = [
    "call",
    "multiCall",
    "oroCustomerList",
    "oroOrderList",
    "oroQuoteList",
    "newsletterSubscriberList",
    "storeList",
    "order.info",
    "customer_address.list",
];

impl Trouble {
    fn begin(self, store: &Simulator) {
        let at = |nr: u8| When::method(METHODS[usize::from(nr) % METHODS.len()]);
        let (fault, when) = match self {
            Self::BadGateway(nr) => (Fault::BadGateway, at(nr).times(2)),
            Self::Cut(nr) => (Fault::Cut, at(nr).times(1)),
            Self::Empty(nr) => (Fault::Empty, at(nr).times(2)),
            Self::Maintenance(nr) => (Fault::Maintenance, at(nr)),
            Self::LoseAnswer(nr) => (Fault::LoseAnswer, at(nr).times(1)),
            Self::Close(nr) => (Fault::Close, at(nr).times(4)),
            Self::Html(nr) => (Fault::Html, at(nr).times(2)),
            Self::NoDate(times) => (Fault::NoDate, When::next(u32::from(times))),
            Self::ExpireSessions(nr) => (Fault::ExpireSessions, at(nr).times(1)),
            Self::IgnoreFilters(nr) => (Fault::IgnoreFilters, at(nr).times(1)),
            Self::Miscount(nr) => {
                (Fault::Miscount(isize::from(nr % 3) - 1), When::method("multiCall").times(1))
            }
            Self::InternalError(nr) => (internal_error(), at(nr).times(1)),
            Self::NoRight(nr) => (access_denied(), at(nr)),
            Self::PoisonCustomer(nr) => {
                (internal_error(), When::record(Record::Customer(u32::from(nr % 20) + 1)))
            }
            Self::PoisonOrder(nr) => (internal_error(), When::record(Record::Order(u32::from(nr % 20) + 1))),
            Self::Garbage(nr) => {
                let customer = Record::Customer(u32::from(nr % 20) + 1);
                (Fault::GarbageIn(customer, "updated_at".to_owned(), "N/A".to_owned()), When::always())
            }
        };
        store.script(fault, when);
    }
}

impl Deed {
    /// It happens in the store. Orders that wait for their commit are put aside.
    pub(super) fn happen(self, store: &Simulator, waiting: &mut Vec<cartwright::simulator::Order>) {
        let customers = store.customer_ids();
        let customer = |nr: u8| customers.get(usize::from(nr) % customers.len().max(1)).copied();
        let orders = store.order_ids();
        let order = |nr: u8| orders.get(usize::from(nr) % orders.len().max(1)).copied();
        let carts = store.cart_ids();
        let cart = |nr: u8| {
            let id = *carts.get(usize::from(nr) % carts.len().max(1))?;
            store.cart(id).filter(|cart| cart.is_active).map(|cart| cart.id)
        };
        let subscribers = store.subscriber_ids();
        let subscriber = |nr: u8| subscribers.get(usize::from(nr) % subscribers.len().max(1)).copied();
        let address = |nr: u8| {
            let view = store.customer(customer(nr)?)?;
            view.addresses.get(usize::from(nr) % view.addresses.len().max(1)).map(|address| address.id)
        };
        match self {
            Self::PlaceOrder(nr) => drop(customer(nr).map(|id| store.place_order(id))),
            Self::OrderOfAGuest(nr) => drop(store.place_order(guest(nr))),
            Self::DraftOrder(nr) => waiting.extend(customer(nr).map(|id| store.draft_order(id))),
            Self::CommitOrders => waiting.drain(..).for_each(|order| store.put_order(order)),
            Self::Comment(nr) => drop(order(nr).map(|id| store.comment_order(id, format!("Comment {nr}")))),
            Self::Invoice(nr) => drop(order(nr).map(|id| store.invoice_order(id))),
            Self::Cancel(nr) => drop(order(nr).map(|id| store.cancel_order(id))),
            Self::Refund(nr) => drop(order(nr).and_then(|id| store.refund_order(id, Part::FirstItem))),
            // one whose cart is cleared away already: what becomes of the cart is nobody's rule
            Self::DeleteOrder(nr) => drop(
                order(nr)
                    .filter(|id| store.order(*id).is_some_and(|order| store.cart(order.quote_id).is_none()))
                    .map(|id| store.delete_order(id)),
            ),
            Self::EditCustomer(nr) => drop(customer(nr).map(|id| {
                store.edit_customer(id, |customer| customer.lastname = Some(format!("Name {nr}").into()))
            })),
            Self::NewCustomer(nr) => {
                store.add_customer(Customer::new(format!("new{nr}.{}@example.org", customers.len())));
            }
            Self::DeleteCustomer(nr) => drop(customer(nr).map(|id| store.delete_customer(id))),
            Self::EditAddress(nr) => drop(address(nr).map(|id| {
                store.edit_address(id, |address| address.city = Some(format!("City {nr}").into()))
            })),
            Self::NewAddress(nr) => drop(customer(nr).and_then(|id| {
                store.add_address(
                    id,
                    Address { city: Some(format!("Town {nr}").into()), ..Address::default() },
                )
            })),
            Self::DeleteAddress(nr) => drop(address(nr).map(|id| store.delete_address(id))),
            Self::NewCart(nr) => drop(customer(nr).map(|id| store.create_cart(id))),
            Self::EditCart(nr) => drop(cart(nr).map(|id| store.edit_cart(id, |cart| cart.items.truncate(1)))),
            Self::OrderCart(nr) => drop(cart(nr).and_then(|id| store.order_cart(id))),
            Self::GiveCartUp(nr) => drop(cart(nr).map(|id| store.deactivate_cart(id))),
            Self::Subscribe(nr) => {
                store.subscribe(format!("reader{nr}.{}@example.org", subscribers.len()));
            }
            Self::Unsubscribe(nr) => drop(subscriber(nr).map(|id| store.unsubscribe(id))),
            Self::DeleteSubscriber(nr) => drop(subscriber(nr).map(|id| store.delete_subscriber(id))),
            Self::MoveClock(seconds) => store.move_clock(seconds.into()),
            Self::Trouble(trouble) => trouble.begin(store),
            Self::Relief => store.clear_scripts(),
            Self::HoursPass | Self::Sync => {}
        }
    }
}

fn guest(nr: u8) -> Buyer {
    Buyer::Guest {
        email: format!("Guest{}@Example.net", nr % 4).into(),
        firstname: "Max".into(),
        lastname: format!("Muster {nr}").into(),
        store_id: u32::from(nr % 4) + 1,
    }
}

/// As a sentence of the story.
impl fmt::Debug for Deed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PlaceOrder(nr) => write!(out, "Customer no. {nr} places an order."),
            Self::OrderOfAGuest(nr) => write!(out, "Guest no. {nr} places an order."),
            Self::DraftOrder(nr) => {
                write!(out, "Customer no. {nr} places an order that waits for its payment.")
            }
            Self::CommitOrders => write!(out, "The payments come in, and the orders that waited are there."),
            Self::Comment(nr) => write!(out, "Order no. {nr} is commented."),
            Self::Invoice(nr) => write!(out, "Order no. {nr} is invoiced."),
            Self::Cancel(nr) => write!(out, "Order no. {nr} is cancelled."),
            Self::Refund(nr) => write!(out, "Order no. {nr} is refunded in part."),
            Self::DeleteOrder(nr) => write!(out, "Order no. {nr} is deleted, if its cart is."),
            Self::EditCustomer(nr) => write!(out, "Customer no. {nr} is edited."),
            Self::NewCustomer(nr) => write!(out, "Somebody (no. {nr}) registers."),
            Self::DeleteCustomer(nr) => write!(out, "Customer no. {nr} is deleted."),
            Self::EditAddress(nr) => write!(out, "Customer no. {nr} edits an address."),
            Self::NewAddress(nr) => write!(out, "Customer no. {nr} adds an address."),
            Self::DeleteAddress(nr) => write!(out, "Customer no. {nr} deletes an address."),
            Self::NewCart(nr) => write!(out, "Customer no. {nr} begins a cart."),
            Self::EditCart(nr) => write!(out, "Cart no. {nr} is edited."),
            Self::OrderCart(nr) => write!(out, "Cart no. {nr} becomes an order."),
            Self::GiveCartUp(nr) => write!(out, "Cart no. {nr} is given up."),
            Self::Subscribe(nr) => write!(out, "Somebody (no. {nr}) subscribes."),
            Self::Unsubscribe(nr) => write!(out, "Subscriber no. {nr} unsubscribes."),
            Self::DeleteSubscriber(nr) => write!(out, "Subscriber no. {nr} is deleted."),
            Self::MoveClock(seconds) => write!(out, "The store's clock moves by {seconds} s."),
            Self::Trouble(trouble) => write!(out, "Trouble begins: {trouble:?}."),
            Self::Relief => write!(out, "All trouble is over."),
            Self::HoursPass => write!(out, "Hours pass."),
            Self::Sync => write!(out, "A sync runs."),
        }
    }
}

fn troubles() -> impl Strategy<Value = Trouble> {
    let nr = any::<u8>;
    prop_oneof![
        nr().prop_map(Trouble::BadGateway),
        nr().prop_map(Trouble::Cut),
        nr().prop_map(Trouble::Empty),
        nr().prop_map(Trouble::Maintenance),
        nr().prop_map(Trouble::LoseAnswer),
        nr().prop_map(Trouble::Close),
        nr().prop_map(Trouble::Html),
        nr().prop_map(Trouble::NoDate),
        nr().prop_map(Trouble::ExpireSessions),
        nr().prop_map(Trouble::IgnoreFilters),
        nr().prop_map(Trouble::Miscount),
        nr().prop_map(Trouble::InternalError),
        nr().prop_map(Trouble::NoRight),
        nr().prop_map(Trouble::PoisonCustomer),
        nr().prop_map(Trouble::PoisonOrder),
        nr().prop_map(Trouble::Garbage),
    ]
}

pub(super) fn deeds() -> impl Strategy<Value = Deed> {
    let nr = any::<u8>;
    let sales = prop_oneof![
        nr().prop_map(Deed::PlaceOrder),
        nr().prop_map(Deed::OrderOfAGuest),
        nr().prop_map(Deed::DraftOrder),
        Just(Deed::CommitOrders),
        nr().prop_map(Deed::Comment),
        nr().prop_map(Deed::Invoice),
        nr().prop_map(Deed::Cancel),
        nr().prop_map(Deed::Refund),
        nr().prop_map(Deed::DeleteOrder),
        nr().prop_map(Deed::NewCart),
        nr().prop_map(Deed::EditCart),
        nr().prop_map(Deed::OrderCart),
        nr().prop_map(Deed::GiveCartUp),
    ];
    let people = prop_oneof![
        nr().prop_map(Deed::EditCustomer),
        nr().prop_map(Deed::NewCustomer),
        nr().prop_map(Deed::DeleteCustomer),
        nr().prop_map(Deed::EditAddress),
        nr().prop_map(Deed::NewAddress),
        nr().prop_map(Deed::DeleteAddress),
        nr().prop_map(Deed::Subscribe),
        nr().prop_map(Deed::Unsubscribe),
        nr().prop_map(Deed::DeleteSubscriber),
    ];
    let weather = prop_oneof![
        1 => (-200_000..200_000_i32).prop_map(Deed::MoveClock),
        3 => troubles().prop_map(Deed::Trouble),
        1 => Just(Deed::Relief),
        1 => Just(Deed::HoursPass),
    ];
    prop_oneof![6 => sales, 5 => people, 3 => weather, 4 => Just(Deed::Sync)]
}
