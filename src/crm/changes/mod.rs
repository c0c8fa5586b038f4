//! Edits made here that a store is to get, and what both sides changed.
//!
//! **Owns** `changes` and `conflicts`. An edit changes the record and leaves a row here, in one transaction ([`edit()`]); what
//! arrives from a store is merged with what waits before it is written ([`rebase()`]); the outbox tells what is to be sent
//! ([`begin()`]). **Refuses** to know how a store is spoken to.
//!
//! **Invariant:** whoever decides over a record with edits holds the channel's lock: no edit comes between the look at what
//! waits and the write.

mod arrive;
mod edit;
mod inbox;
#[cfg(test)]
mod laws;
mod outbox;
mod record;
mod rows;

pub use arrive::{Rebased, rebase};
pub use edit::{Edit, discard, edit};
pub use inbox::{ConflictRow, Which, answer, find as find_conflict, list, use_other, waiting};
pub use outbox::{Outgoing, Sending, accepted, begin, due, gone, put_off, rejected};
pub use record::{ChangeRow, of_customer};
