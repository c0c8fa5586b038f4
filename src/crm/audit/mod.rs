//! The audit trail: who did what to what, when, and from which address.
//!
//! **Owns** `audit_entries`. Whoever changes something says so in the same transaction, with [`note`]: both are there, or
//! neither. An entry holds names as they were and outlives the records that it tells of.
//!
//! **Refuses** the value of a secret ([`Changes::secret`] takes none), and to change or delete an entry: a trigger does, but for
//! [`forget_before`] and [`erase`].

mod act;
mod actor;
mod changes;
mod grid;
mod store;
mod subject;

pub use act::Act;
pub use actor::Actor;
pub use changes::{Changes, shown};
pub use grid::LISTING;
pub use store::{Entry, erase, find, forget_before, note, note_many};
pub use subject::{Subject, SubjectKind};
