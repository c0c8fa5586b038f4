//! The REST API: tokens, lists, records, changes, and its document.

mod desk;
mod document;
mod edits;
mod lists;
mod system;
mod tokens;
