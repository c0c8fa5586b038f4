//! What can be done with many rows at once: boxes before the rows, and a bar of buttons, one form in all. A list offers what
//! is done with `Lister::bulk`; what is posted, [`Lister::chosen`] reads.

use askama::Template;
use askama::filters::HtmlSafe;

use tower_sessions::Session;

use super::super::form::Posted;
use super::super::page::{self, PageResult};
use super::super::{Web, session};
use super::Asked;
use super::list::Lister;
use crate::base::listing::{Chosen, Listing};
use crate::crm::users::User;

/// What is told where it cannot be known which rows are meant.
const UNCLEAR: &str = "Nothing was done: it is not clear which records are meant. Look at the list again, \
    with fewer or shorter filters, and tick what you mean.";
/// The words of a form that say which rows are meant.
const WHICH: [&str; 3] = ["query", "all", "id"];

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
    /// Which rows of a list a posted form means. `None` = that is not clear: its filters are not understood, or not all of what
    /// says so was taken in.
    pub(in crate::web) fn chosen(
        web: &'a Web,
        user: &'a User,
        listing: &'static Listing,
        posted: &Asked,
    ) -> Option<Chosen> {
        if WHICH.iter().any(|word| posted.is_refused(word)) {
            return None;
        }
        if !posted.has("all") {
            return Some(Chosen::These(posted.all("id").iter().filter_map(|id| id.parse().ok()).collect()));
        }
        let reading = Self::new(web, user, Asked::parse(&posted.get("query")), listing).read();
        reading.notes.is_empty().then_some(Chosen::All(reading.wanted))
    }
}

impl Asked {
    /// What was posted, or asked of a page that asks back.
    pub(in crate::web) fn posted(posted: &Posted) -> Self {
        Self::parse(&posted.as_query())
    }
}

/// Off to this page, which tells that it is not clear which rows were meant.
pub(in crate::web) async fn unclear(session: &Session, to: &str) -> PageResult {
    session::flash(session, UNCLEAR, None).await?;
    page::see(to)
}

/// The address of the list that a form came from.
pub(in crate::web) fn back(listing: &Listing, posted: &Asked) -> String {
    let to = format!("{}{}", listing.at, Asked::parse(&posted.get("query")).query());
    to.trim_end_matches('?').to_owned()
}
