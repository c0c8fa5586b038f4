//! Tags: words that people put on records to find them again.
//!
//! **Owns** `tags`, `record_tags`. A tag is made by typing it; one that stands on nothing any more is gone.

mod many;
mod store;

pub use many::Tagging;
pub use store::{Tag, Tagged, attach, detach, find, hold, kinds_of, named, of, put, suggestions, tagged};

/// The most characters of a tag.
pub const LONGEST: usize = 50;
/// The most tags of one record: more would say nothing.
pub const MOST: i64 = 30;
