//! All integration tests, one binary.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod access;
mod accounts;
mod activities;
mod alerts;
mod audit;
mod browser;
mod carts;
mod channels;
mod credit_memos;
mod customers;
mod dashboard;
mod everything;
mod failed_records;
mod faults;
mod gate;
mod histories;
mod import;
mod integrations;
mod jobs;
mod kills;
mod layers;
mod lists;
mod magento;
mod managing;
mod newsletter;
mod orders;
mod pace;
mod postgres;
mod pull;
mod queue;
mod random;
mod reports;
mod search;
mod security;
mod settings;
mod sign_in;
#[cfg(test)]
mod simulator;
mod steps;
mod support;
mod sync_data;
mod two_way;
mod users;
mod walk;
