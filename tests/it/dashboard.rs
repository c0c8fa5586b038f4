//! The dashboard: its figures, its page, and the lists that its figures lead to.

mod exact;
mod links;
mod page;
