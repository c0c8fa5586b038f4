//! Edits made here that a store is to get, and what both sides changed.
//!
//! **Owns** `changes`, `conflicts` and `deliveries`. An edit changes the record and leaves a row here, in one transaction
//! ([`edit()`]); what arrives from a store is merged with what waits before it is written ([`rebase()`]); the outbox tells
//! what is to be sent ([`begin()`]), and a trail keeps what was. **Refuses** to know how a store is spoken to.
//!
//! **Invariant:** whoever decides over a record with edits holds the channel's lock: no edit comes between the look at what
//! waits and the write.

mod arrive;
mod edit;
mod history;
mod inbox;
mod outbox;
mod record;
mod rejected;
mod removed;
mod rows;
mod trail;

pub use arrive::{Rebased, rebase};
pub use edit::{Edit, discard, edit};
pub use history::{Answered, Event, HISTORY, HistoryRow};
pub use inbox::{
    CONFLICTS, ConflictRow, Standing, answer, answer_all, find as find_conflict, standing, use_other,
    waiting_like,
};
pub use outbox::{Outgoing, Sending, accepted, begin, due, put_off, rejected};
pub use record::{ChangeRow, of_customer};
pub use rejected::{REJECTED, RejectedRow, not_agreed, try_again};
pub use removed::{CREATES_AGAIN, accept_removal, create_address_again, create_again, gone, removals_of};
pub use trail::{DELIVERIES, DeliveryRow};
