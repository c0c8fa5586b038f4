//! The XML codec: pure, no async, works on any `BufRead` in constant memory (one row at a time).
//!
//! **Reading** ([`read`]): bytes → [`clean`] (start of the envelope, character set, control characters) → XML events
//! → one [`value::Value`] per row. Only local names are matched; text, CDATA and references are joined; a fault is
//! found wherever it stands. **Writing** ([`mod@write`]): the two SOAP v2 modes, and SOAP v1 calls.
//!
//! **Refuses** DTDs, external entities, deep nesting, endless lists (F37).

pub mod parse;
pub mod read;
pub mod value;
pub mod write;

mod clean;
mod element;
mod entities;
#[cfg(test)]
pub(in crate::magento) mod laws;
mod names;
mod shared;
mod start;
