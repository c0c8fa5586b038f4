//! All integration tests, one binary.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod browser;
mod layers;
mod magento;
mod postgres;
#[cfg(test)]
mod simulator;
mod support;
mod walk;
