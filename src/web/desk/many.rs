//! Many records of a list that something is done with: which a form means, in words, and carried along by a page that asks.

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::grid::{self, Act, Asked, Lister};
use super::super::page::{self, PageResult};
use super::super::{Web, session, view};
use crate::base::listing::{Chosen, Listing};
use crate::crm::records::{self, RecordKind};

/// What a list of a kind offers to whoever may edit.
pub(in crate::web) fn acts(kind: RecordKind) -> [Act; 2] {
    let (owners, tags) = match kind {
        RecordKind::Order => ("/orders/owners", "/orders/tags"),
        RecordKind::Cart => ("/carts/owners", "/carts/tags"),
        RecordKind::Account => ("/accounts/owners", "/accounts/tags"),
        _ => ("/customers/owners", "/customers/tags"),
    };
    [Act { word: "Assign owner…", to: owners, asks: true }, Act { word: "Tag…", to: tags, asks: true }]
}

/// The rows that are meant.
pub(super) struct Many {
    pub(super) kind: RecordKind,
    pub(super) listing: &'static Listing,
    pub(super) chosen: Chosen,
    /// It cannot be known which: then none.
    is_unclear: bool,
    asked: Asked,
}

impl Many {
    /// What a form, or the bar below a list, means.
    pub(super) fn read(web: &Web, who: &SignedIn, kind: RecordKind, asked: Asked) -> Result<Self, PageError> {
        if !who.user.may_edit() {
            return Err(PageError::Forbidden);
        }
        let listing = records::owned_list(kind).ok_or(PageError::NotFound)?;
        let chosen = Lister::chosen(web, &who.user, listing, &asked);
        let is_unclear = chosen.is_none();
        let chosen = chosen.unwrap_or(Chosen::These(Vec::new()));
        Ok(Self { kind, listing, chosen, is_unclear, asked })
    }

    /// Nobody ticked anything.
    pub(super) fn is_nothing(&self) -> bool {
        self.chosen == Chosen::These(Vec::new())
    }

    /// Back, telling that nothing was done.
    pub(super) async fn nothing(&self, who: &SignedIn, done: &str) -> PageResult {
        if self.is_unclear {
            return grid::unclear(&who.session, &self.back()).await;
        }
        let note = format!("Nothing was {done}: tick the {} first.", self.listing.many);
        session::refuse(&who.session, &note, None).await?;
        page::see(&self.back())
    }

    /// "12 customers".
    pub(super) async fn words(&self, web: &Web) -> Result<String, PageError> {
        match &self.chosen {
            Chosen::These(ids) => Ok(self.counted(u64::try_from(ids.len()).unwrap_or(u64::MAX))),
            Chosen::All(wanted) => {
                let total = view::total(self.listing.count(&web.pool, wanted).await?);
                let total = total.replace(" records", "").replace(" record", "");
                let one = total == "1";
                Ok(format!("{total} {}", if one { self.listing.one } else { self.listing.many }))
            }
        }
    }

    pub(super) fn counted(&self, n: u64) -> String {
        let many = view::number(i64::try_from(n).unwrap_or(i64::MAX));
        format!("{many} {}", if n == 1 { self.listing.one } else { self.listing.many })
    }

    /// The fields that say once more which rows are meant.
    pub(super) fn carried(&self) -> Vec<(&'static str, String)> {
        let mut carried: Vec<_> = self.asked.all("id").iter().map(|id| ("id", id.clone())).collect();
        for word in ["all", "query"] {
            let value = self.asked.get(word);
            carried.extend((!value.is_empty()).then_some((word, value)));
        }
        carried
    }

    /// The address of the list.
    pub(super) fn back(&self) -> String {
        grid::back(self.listing, &self.asked)
    }
}

/// The link to a job, for whoever may look at it.
pub(super) fn progress(who: &SignedIn, job: i64) -> Option<(&'static str, String)> {
    who.user.may_see_system().then(|| ("Check progress", format!("/jobs/{job}")))
}
