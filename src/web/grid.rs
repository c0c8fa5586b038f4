//! Lists on pages. What a list is, its declaration in the domain says ([`crate::base::listing`] tells how a column is added);
//! here an address becomes what is asked of it ([`asked`]), and that becomes a [`list`] with its [`chip`]s, [`head`]s and
//! [`table`], or the [`few`] rows on a record's page. Templates are in `templates/grid/`; a list's page only has its
//! heading, its actions and what it says while it is empty.
//!
//! **Invariant:** everything that a list shows stands in its address, so that a link can be sent; what an address asks
//! and a list does not have is told on the page and asks nothing.

mod asked;
mod chip;
mod few;
mod head;
mod list;
mod reading;
mod table;
mod tools;

pub(super) use asked::Asked;
pub(super) use few::{Few, usual};
pub(super) use list::{Grid, Lister, channels, owners, whose};
