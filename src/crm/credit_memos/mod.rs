//! Credit memos of the channels: read only, as their store has them.
//!
//! **Owns** `credit_memos`, `credit_memo_items`. **Invariant:** a memo that comes before its order waits for it.

mod grid;
mod incoming;
mod record;
mod removal;
mod upsert;

pub use grid::{LISTING, OF_CUSTOMER, ON_ORDER, state};
pub use incoming::{Incoming, IncomingItem};
pub use record::{CreditMemoItem, CreditMemoRecord, find, items};
pub use removal::{gaps_in, highest, link_orders, remove};
pub use upsert::{known_hashes, upsert};

/// The status behind Magento's number, in words.
fn status_word(state: Option<i16>) -> &'static str {
    match state {
        Some(1) => "Open",
        Some(2) => "Refunded",
        Some(3) => "Canceled",
        _ => "",
    }
}
