//! Lists on pages. What a list is, its declaration in the domain says ([`crate::base::listing`] tells how a column is added);
//! here an address becomes what is asked of it ([`asked`]), and that becomes a [`list`] with its [`chip`]s, [`head`]s and
//! [`table`], or the [`few`] rows on a record's page. A [`menu`] has its saved views, [`bulk`] what is done with many rows,
//! [`export`] its CSV. Templates are in `templates/grid/`; a list's page only has its
//! heading, its actions and what it says while it is empty.
//!
//! **Invariant:** everything that a list shows stands in its address, so that a link can be sent; what an address asks
//! and a list does not have is told on the page and asks nothing.

mod asked;
mod bulk;
mod chip;
mod csv;
mod export;
mod few;
mod head;
mod list;
mod menu;
mod reading;
mod table;
mod tools;

pub(super) use asked::Asked;
pub(super) use bulk::{Act, back, unclear};
pub(super) use few::{Few, usual};
pub(super) use list::{Grid, Lister, channels, owners, whose};
pub(super) use menu::state_of;
pub(super) use reading::{Choices, Reading};
