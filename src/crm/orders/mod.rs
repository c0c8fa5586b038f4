//! Orders of the channels: read only, as their store has them.
//!
//! **Owns** `orders` with `order_items`, `order_addresses`, `order_notes`, and what follows from orders:
//! `customer_lifetimes`. **Invariant:** an order that comes before its customer waits for them without one, and a store
//! that no longer names the customer never takes them away.

mod bought;
mod grid;
mod incoming;
mod lifetimes;
mod parts;
mod record;
mod removal;
mod upsert;

pub use bought::{NOTES, PURCHASES};
pub use grid::{LISTING, NEWEST, OF_CUSTOMER, state};
pub use incoming::{AddressKind, Incoming, IncomingAddress, IncomingItem, IncomingNote, Sums};
pub use lifetimes::{
    ChannelLifetime, Lifetime, of_account as lifetimes_of_account, of_customer as lifetimes_of,
    recompute as recompute_lifetimes,
};
pub use record::{OrderAddress, OrderItem, OrderNote, OrderRecord, addresses, find, items, notes};
pub use removal::{
    adopt_missing, ends, gaps_in, give_back, highest, highest_cart, link_customers, remove, unknown_customers,
};
pub use upsert::{known_hashes, upsert};
