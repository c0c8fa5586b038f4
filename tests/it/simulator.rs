//! The simulated store against recordings of a real one.
//!
//! Recorded rows are laid into the simulator, the recorded request is sent, and the answer must be the recorded one byte
//! for byte; only what cannot repeat (session ids, `updated_at`, address ids, the host) is made equal first.

mod behaviour;
mod bench;
mod carts;
mod commerce;
mod laid;
mod orders;
mod recorded;
mod sales;
mod texts;
mod trouble;
