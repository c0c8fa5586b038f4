//! The personal data of one person: what is held of them, to be handed over; and its erasure, which lasts.
//!
//! A person is found from a customer, a contact or an account: the contact, everybody whom a store knows by it or by one of its
//! e-mail addresses, and what those bought ([`find()`]). What is erased stays erased: the records' numbers and the keyed hashes
//! of the addresses are kept, and a sync asks for them before it writes ([`erased_among`]).
//!
//! **Owns** `erasures`, `erased_records`, `erased_emails`. **Invariants:** an erasure is one transaction, and no window of a sync
//! is written while it runs ([`hold`], [`hold_off`]); what stays in its tables tells nobody who it was; amounts, items, dates and
//! numbers of what was bought stay as they are. **Refuses** to tell a store anything.

mod counted;
mod erasing;
mod export;
mod find;
mod past;
mod tombstones;

use sqlx::PgConnection;

use super::records::RecordKind;

pub use counted::{Holding, holdings};
pub use erasing::erase;
pub use export::export;
pub use find::{Choice, Found, Person, find};
pub use past::{Erasure, erasure_of, find_erasure, lift};
pub use tombstones::{Met, Trace, any, erased_among, names_an_erased_person};

/// The kinds of records that a person is found from.
pub const SUBJECTS: [RecordKind; 3] = [RecordKind::Customer, RecordKind::Contact, RecordKind::Account];

/// A window of a sync is about to be written: no erasure begins before it is.
///
/// # Errors
/// From the database.
pub async fn hold(db: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_advisory_xact_lock_shared(hashtext('erasure'))").execute(db).await?;
    Ok(())
}

/// An erasure begins: windows of syncs are written before it or after it, until the transaction ends.
///
/// # Errors
/// From the database.
pub async fn hold_off(db: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('erasure'))").execute(db).await?;
    Ok(())
}
