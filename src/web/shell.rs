//! What stands around every page: navigation, search, the user's menu, how the stores are, the note of the last action.

use chrono::{DateTime, Utc};
use tower_sessions::Session;

use super::Web;
use super::session::{self, Flash};
use crate::crm::channels::{self, Agreement};
use crate::crm::users::User;

/// The frame of a page.
pub(super) struct Shell {
    /// Who is signed in.
    pub(super) user: User,
    /// The address of the navigation's current entry.
    pub(super) here: &'static str,
    /// What the last action did.
    pub(super) flash: Option<Flash>,
    /// How the stores are.
    pub(super) agreement: Agreement,
}

/// An entry of the navigation.
pub(super) struct Entry {
    pub(super) to: &'static str,
    pub(super) icon: &'static str,
    pub(super) word: &'static str,
}

/// A group of entries.
pub(super) struct Group {
    pub(super) word: &'static str,
    pub(super) entries: &'static [Entry],
}

const CUSTOMERS: Group =
    Group { word: "Customers", entries: &[Entry { to: "/customers", icon: "customer", word: "Customers" }] };

const SYSTEM: Group = Group {
    word: "System",
    entries: &[
        Entry { to: "/channels", icon: "channel", word: "Channels" },
        Entry { to: "/integrations", icon: "integration", word: "Integrations" },
        Entry { to: "/jobs", icon: "job", word: "Jobs" },
    ],
};

impl Shell {
    /// The frame of the page at `here`.
    pub(super) async fn load(
        web: &Web,
        session: &Session,
        user: User,
        here: &'static str,
    ) -> anyhow::Result<Self> {
        let flash = session::take_flash(session).await?;
        let agreement = channels::agreement(&web.pool).await?;
        Ok(Self { user, here, flash, agreement })
    }

    pub(super) fn groups(&self) -> Vec<Group> {
        let mut groups = vec![CUSTOMERS];
        if self.user.may_see_system() {
            groups.push(SYSTEM);
        }
        groups
    }

    pub(super) fn is_here(&self, to: &str) -> bool {
        self.here == to
    }

    pub(super) fn agreement_icon(&self) -> &'static str {
        if self.agreement.troubled > 0 { "warning" } else { "done" }
    }

    pub(super) fn agreement_words(&self) -> String {
        match (self.agreement.stores, self.agreement.troubled) {
            (0, _) => "No store yet".to_owned(),
            (_, 0) if self.agreement.last_synced_at.is_none() => "First sync to come".to_owned(),
            (_, 0) => "All stores in agreement".to_owned(),
            (_, 1) => "1 store needs a look".to_owned(),
            (_, n) => format!("{n} stores need a look"),
        }
    }

    pub(super) fn last_synced(&self) -> Option<&DateTime<Utc>> {
        self.agreement.last_synced_at.as_ref()
    }
}
