//! The domain and its SQL: who works here, where customers come from, who they are, and what they buy.
//!
//! Each noun is a folder: `mod.rs` has the types and rules, the other files every query of its tables. They may know one
//! another in this order only: users < audit < tokens < settings < notices < hooks < views < channels < merge < accounts <
//! customers < orders < {credit memos, carts, newsletter} < changes < {alerts, dashboard, search, records < {tags, steps} <
//! activities} < personal data < secrets.
//!
//! **Refuses** HTTP, HTML and Magento: what a store says arrives here already as values.

pub mod users;

pub mod audit;

pub mod tokens;

pub mod settings;

pub mod notices;

pub mod hooks;

pub mod views;

pub mod channels;

pub mod accounts;

pub mod arrivals;

pub mod merge;

pub mod customers;

pub mod orders;

pub mod credit_memos;

pub mod carts;

pub mod newsletter;

pub mod changes;

pub mod alerts;

pub mod dashboard;

pub mod search;

pub mod records;

pub mod tags;

pub mod steps;

pub mod activities;

pub mod personal_data;

pub mod secrets;
