//! Edits made here that a store is to get, and what both sides changed.
//!
//! **Owns** `changes`, `conflicts`, `creations` and `deliveries`. An edit changes the record and leaves a row here, in one
//! transaction ([`edit()`]); what arrives from a store is merged with what waits before it is written ([`rebase()`]); the
//! outbox tells what is to be sent ([`begin()`]) and created ([`to_create()`]), and a trail keeps what was. What a sync would do
//! is foreseen by the same merge, and nothing is written ([`foresee()`]). **Refuses** to know how a store is spoken to.
//!
//! **Invariant:** whoever decides over a record with edits holds the channel's lock: no edit comes between the look at what
//! waits and the write.

mod adopt;
mod arrive;
mod create;
mod creations;
mod edit;
mod foresee;
mod grid;
mod history;
mod inbox;
#[cfg(test)]
mod laws;
mod noted;
mod outbox;
mod record;
mod rejected;
mod removed;
mod rows;
mod trail;

pub use adopt::adopt;
pub use arrive::{Rebased, rebase};
pub use create::{
    CreationRow, NotCreated, TakenBack, creations_of, keep_password, make, not_created, register,
    take_back_creation,
};
pub use creations::{
    Attempt, Awaited, Creation, already_there, awaited, begin_creation, created, creation_held,
    creation_put_off, creation_rejected, password_of, to_create,
};
pub use edit::{Added, Edit, discard, edit};
pub use foresee::{Becomes, Foreseen, Outlook, foresee, foresee_gone};
pub use grid::CONFLICTS;
pub use history::{Answered, Event, HISTORY, HistoryRow};
pub use inbox::{
    ConflictRow, Standing, answer, answer_all, attention, find as find_conflict, standing, use_other,
    waiting_like,
};
pub use outbox::{
    Due, Outgoing, Sending, accepted, begin, due, edited, outgoing, put_off, rejected, waiting_edits,
};
pub use record::{ChangeRow, of_customer};
pub use rejected::{REJECTED, RejectedRow, not_agreed, try_again};
pub use removed::{accept_removal, create_address_again, create_again, gone, removals_of};
pub use rows::lock;
pub use trail::{DELIVERIES, DeliveryRow};
