//! The domain and its SQL: who works here, where customers come from, and who they are.
//!
//! Each noun is a folder: `mod.rs` has the types and rules, `store.rs` every query of its tables. They may know one
//! another in this order only: users < channels < accounts < customers.
//!
//! **Refuses** HTTP, HTML and Magento: what a store says arrives here already as values.

pub mod users;

pub mod channels;

pub mod accounts;

pub mod customers;
