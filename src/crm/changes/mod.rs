//! Edits made here that a store is to get, and what both sides changed.
//!
//! **Owns** `changes`, `conflicts` and `creations`. An edit changes the record and leaves a row here, in one transaction ([`edit()`]); what
//! arrives from a store is merged with what waits before it is written ([`rebase()`]); the outbox tells what is to be sent
//! ([`begin()`]), and what is to be created ([`to_create()`]). **Refuses** to know how a store is spoken to.
//!
//! **Invariant:** whoever decides over a record with edits holds the channel's lock: no edit comes between the look at what
//! waits and the write.

mod adopt;
mod arrive;
mod create;
mod creations;
mod edit;
mod inbox;
mod outbox;
mod record;
mod rows;

pub use adopt::adopt;
pub use arrive::{Rebased, rebase};
pub use create::{CreationRow, TakenBack, creations_of, keep_password, make, register, take_back_creation};
pub use creations::{
    Attempt, Creation, begin_creation, created, creation_put_off, creation_rejected, to_create,
};
pub use edit::{Added, Edit, discard, edit};
pub use inbox::{ConflictRow, Which, answer, find as find_conflict, list, use_other, waiting};
pub use outbox::{Due, Outgoing, Sending, accepted, begin, due, gone, put_off, rejected};
pub use record::{ChangeRow, of_customer};
