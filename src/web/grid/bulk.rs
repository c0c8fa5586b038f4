//! What can be done with many rows at once: boxes before the rows, and a bar of buttons, one form in all. A list offers what
//! is done with `Lister::bulk`; what is posted, [`Lister::chosen`] reads.

use askama::Template;
use askama::filters::HtmlSafe;

use super::super::Web;
use super::super::form::Posted;
use super::Asked;
use super::list::Lister;
use crate::base::listing::{Chosen, Listing};
use crate::crm::users::User;

/// What can be done: its button, and where that posts to.
#[derive(Debug, Clone, Copy)]
pub(in crate::web) struct Act {
    pub(in crate::web) word: &'static str,
    pub(in crate::web) to: &'static str,
    /// It asks before it does it: a page by GET.
    pub(in crate::web) asks: bool,
}

/// The bar that appears with the first tick.
#[derive(Template)]
#[template(path = "grid/bulk.html")]
pub(in crate::web) struct Bulk {
    pub(super) acts: Vec<Act>,
    /// The filters, for "all that match".
    pub(super) query: String,
    /// How many those are, in words.
    pub(super) total: String,
}

impl HtmlSafe for Bulk {}

impl<'a> Lister<'a> {
    /// Which rows of a list a posted form means. A list whose filters are not understood means none.
    pub(in crate::web) fn chosen(
        web: &'a Web,
        user: &'a User,
        listing: &'static Listing,
        posted: &Asked,
    ) -> Chosen {
        if !posted.has("all") {
            return Chosen::These(posted.all("id").iter().filter_map(|id| id.parse().ok()).collect());
        }
        let reading = Self::new(web, user, Asked::parse(&posted.get("query")), listing).read();
        if reading.notes.is_empty() { Chosen::All(reading.wanted) } else { Chosen::These(Vec::new()) }
    }
}

impl Asked {
    /// What was posted, or asked of a page that asks back.
    pub(in crate::web) fn posted(posted: &Posted) -> Self {
        Self::parse(&posted.as_query())
    }
}

/// The address of the list that a form came from.
pub(in crate::web) fn back(listing: &Listing, posted: &Asked) -> String {
    let to = format!("{}{}", listing.at, Asked::parse(&posted.get("query")).query());
    to.trim_end_matches('?').to_owned()
}
