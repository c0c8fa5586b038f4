//! Cartwright: a CRM that keeps Magento 1 / OpenMage stores and a sales team in agreement.
//!
//! # The map
//! Arrows point down: a layer may use those below it and none above. `tests/it/layers.rs` reads the imports and fails on
//! one that points up.
//!
//! ```text
//! app         everything put together, started and stopped      config  flags and environment
//! keys        the secret keys of a process, and whether they are its database's
//! lent        other programs over the database
//! people      who works here, said on the command line
//! demo        people and a channel on the imitation store
//! web         pages: one noun, one file, one folder of templates; below it the REST API
//! chores      long work over many rows that no store is asked for
//! notify      what goes out by e-mail and webhook: alerts, links, digests
//! sync        how both sides come to agree: windows, cursors, connectors, the gate of a store
//! crm         the domain and its SQL: users < audit < tokens < settings < notices < hooks < views < channels < merge < accounts < customers < orders <
//!             {credit memos, carts, newsletter} < changes < {alerts, dashboard, search, records < {tags, steps} < activities} < personal data < secrets
//! magento     the wire: SOAP v2 in both modes, bulk reads; no database
//! jobs        the durable queue: leases, fencing, progress
//! base        words that every layer speaks
//! simulator   an imitation Magento store; imports nothing of the above
//! ```
//!
//! # The way of one import
//! window → SOAP → events → typed records → set-based upsert + base snapshot + cursor in one transaction → progress on
//! the job's page.
//!
//! # Invariants
//! - A state change is a POST; a job's writes need its lease; a store's writes to us need none of its promises.
//! - No transaction is open while a store is asked.
//! - Secrets are types that do not print.
//! - Only `base::clock` reads the clock, only `config` the environment.

pub mod base;

pub mod jobs;

pub mod magento;

pub mod crm;

pub mod notify;

pub mod sync;

pub mod chores;

pub mod web;

pub mod simulator;

pub mod config;

pub mod keys;

pub mod app;

pub mod demo;

pub mod lent;

pub mod people;
