//! Typed calls, one file a noun. Each tells the recordings it was made from.
//!
//! **Invariant:** a row that cannot be read becomes a [`BadRow`] and does not spoil the others; a call that fails
//! gives no rows at all.

pub mod addresses;
pub mod carts;
pub mod credit_memos;
pub mod customers;
pub mod directory;
pub mod edits;
pub mod groups;
pub mod info;
pub mod orders;
pub mod sale;
pub mod session;
pub mod stores;
pub mod subscribers;

mod bulk;
mod digest;
mod family;
mod filter;
mod row;

use std::time::Duration;

use serde::Serialize;

pub use digest::Digest;
pub use filter::{Between, IdFilter};

use super::Fault;

/// The rows of a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Listing<T> {
    /// The rows that could be read, in the order of the wire (which is no order: sort if it matters).
    pub rows: Vec<T>,
    /// The rows that could not.
    pub bad: Vec<BadRow>,
    /// Bytes of the answer, after decompression.
    pub bytes: u64,
    /// From sending the request to the end of the answer.
    pub took: Duration,
}

/// A row that cannot be read: material for a failed record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BadRow {
    /// The record's id in the store, when at least that could be read.
    pub remote_id: Option<String>,
    /// What is wrong with it.
    pub cause: String,
    /// The row as XML, written anew from what was read; without password hash and reset token.
    pub raw_xml: String,
}

/// What a store tells of one record that was asked for by its id.
pub type Entry<T> = Result<T, EntryFailure>;

/// The answer to a bulk read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bulk<T> {
    /// An entry for each that was asked for, in that order.
    pub entries: Vec<Entry<T>>,
    /// From sending the request to the end of the answer.
    pub took: Duration,
}

/// Why one entry of a bulk read gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum EntryFailure {
    /// The store answered this entry with a fault.
    Fault(Fault),
    /// The entry cannot be read.
    Bad(BadRow),
}

impl std::fmt::Display for EntryFailure {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fault(fault) => fault.fmt(out),
            Self::Bad(bad) => out.write_str(&bad.cause),
        }
    }
}
