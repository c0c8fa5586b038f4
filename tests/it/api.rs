//! The REST API: tokens, lists, records, changes, and its document.

mod conditions;
mod desk;
mod document;
mod edits;
mod lists;
mod system;
mod tokens;
