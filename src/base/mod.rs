//! The words that every layer speaks: time, database, secrets, addresses of people, pages of a list.
//!
//! **Owns** what has no noun of its own. **Refuses** anything that knows a customer, a store or a page.

pub mod clock;
pub mod db;
pub mod email;
pub mod guard;
pub mod keyset;
pub mod listing;
pub mod measure;
pub mod network;
pub mod postgres;
pub mod proxies;
pub mod range;
pub mod vault;
