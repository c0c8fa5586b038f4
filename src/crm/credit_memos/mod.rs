//! Credit memos of the channels: read only, as their store has them.
//!
//! **Owns** `credit_memos`, `credit_memo_items`. **Invariant:** a memo that comes before its order waits for it.

mod incoming;
mod removal;
mod upsert;

pub use incoming::{Incoming, IncomingItem};
pub use removal::{gaps_in, highest, link_orders, remove};
pub use upsert::{known_hashes, upsert};
