//! The Magento client against recordings of real stores and against servers that misbehave (`spec/faults.md`).

#![expect(clippy::expect_used, reason = "a test that cannot go on panics, in its helper functions too")]

mod bridge;
mod calls;
mod carts;
mod checks;
mod credit_memos;
mod dictionaries;
mod gate;
mod orders;
mod requests;
mod sessions;
mod shop;
mod subscribers;
mod tls;
mod trouble;
