//! All integration tests, one binary.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod faults;
mod gate;
mod import;
mod layers;
mod magento;
mod postgres;
mod queue;
#[cfg(test)]
mod simulator;
mod support;
mod walk;
