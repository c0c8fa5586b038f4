//! What stands around every page: navigation, search, the user's menu, how the stores are, the note of the last action.

use chrono::{DateTime, Utc};
use tower_sessions::Session;

use super::session::{self, Flash};
use super::{Web, view};
use crate::crm::alerts::{self, Standing};
use crate::crm::changes;
use crate::crm::channels::{self, Agreement, Entity};
use crate::crm::users::{Theme, User};
use crate::sync::failed::{self, FailedFilter};

/// The frame of a page.
pub(super) struct Shell {
    /// Who is signed in.
    pub(super) user: User,
    /// The address of the navigation's current entry.
    pub(super) here: &'static str,
    /// What the last action did.
    pub(super) flash: Option<Flash>,
    /// What stands in the search.
    pub(super) wanted: String,
    /// How the stores are.
    pub(super) agreement: Agreement,
    /// What the active channels take in.
    listed: Vec<Entity>,
    /// Conflicts and rejected edits that wait for a person.
    conflicts: i64,
    /// Failed records that wait, for those who may see them.
    failed: i64,
    /// Alerts that concern whoever is signed in.
    pub(super) alerts: Standing,
}

/// An entry of the navigation.
pub(super) struct Entry {
    pub(super) to: &'static str,
    pub(super) icon: &'static str,
    pub(super) word: &'static str,
    /// What waits there for somebody.
    pub(super) waiting: i64,
}

/// A group of entries.
pub(super) struct Group {
    pub(super) word: &'static str,
    pub(super) entries: Vec<Entry>,
}

const fn entry(to: &'static str, icon: &'static str, word: &'static str) -> Entry {
    Entry { to, icon, word, waiting: 0 }
}

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
        let listed = channels::listed_entities(&web.pool).await?;
        let failed = match user.may_see_system() {
            true => failed::count(&web.pool, &FailedFilter::default()).await?,
            false => 0,
        };
        let conflicts = changes::attention(&web.pool).await?;
        let alerts = alerts::standing(&web.pool, &user).await?;
        Ok(Self { user, here, flash, wanted: String::new(), agreement, listed, conflicts, failed, alerts })
    }

    /// The groups that have an entry for this user. A list appears while an active channel takes its records in.
    pub(super) fn groups(&self) -> Vec<Group> {
        let listed = |entity, entry| self.listed.contains(&entity).then_some(entry);
        let for_operators = |entry| self.user.may_see_system().then_some(entry);
        let for_administrators = |entry| self.user.is_administrator().then_some(entry);
        let failed = Entry { waiting: self.failed, ..entry("/failed-records", "warning", "Failed Records") };
        let conflicts = Entry { waiting: self.conflicts, ..entry("/conflicts", "conflict", "Conflicts") };
        let groups = [
            (
                "Customers",
                vec![
                    Some(entry("/accounts", "account", "Accounts")),
                    Some(entry("/contacts", "contact", "Contacts")),
                    Some(entry("/customers", "customer", "Customers")),
                ],
            ),
            (
                "Sales",
                vec![
                    listed(Entity::Order, entry("/orders", "order", "Orders")),
                    listed(Entity::Cart, entry("/carts", "cart", "Shopping Carts")),
                    listed(Entity::CreditMemo, entry("/credit-memos", "credit", "Credit Memos")),
                ],
            ),
            (
                "Marketing",
                vec![listed(
                    Entity::NewsletterSubscriber,
                    entry("/newsletter-subscribers", "mail", "Newsletter Subscribers"),
                )],
            ),
            ("Reports", vec![Some(entry("/reports", "report", "Reports"))]),
            ("Inbox", vec![Some(conflicts), for_operators(failed)]),
            (
                "System",
                vec![
                    for_operators(entry("/channels", "channel", "Channels")),
                    for_operators(entry("/integrations", "integration", "Integrations")),
                    for_operators(entry("/jobs", "job", "Jobs")),
                    for_administrators(entry("/users", "users", "Users")),
                    for_administrators(entry("/teams", "account", "Teams")),
                    for_administrators(entry("/audit", "audit", "Audit")),
                    for_administrators(entry("/webhooks", "open", "Webhooks")),
                    for_administrators(entry("/settings", "settings", "Settings")),
                ],
            ),
        ];
        let groups = groups
            .into_iter()
            .map(|(word, entries)| Group { word, entries: entries.into_iter().flatten().collect() });
        groups.filter(|group| !group.entries.is_empty()).collect()
    }

    /// Has the navigation a list of these?
    pub(super) fn lists(&self, entity: Entity) -> bool {
        self.listed.contains(&entity)
    }

    /// Has whoever asks chosen light or dark?
    pub(super) fn is_themed(&self) -> bool {
        self.user.look.theme != Theme::System
    }

    /// What a screen reader says of the bell.
    pub(super) fn bell(&self) -> String {
        let open = match self.alerts.open {
            0 => return "Alerts: none open".to_owned(),
            1 => "Alerts: 1 open".to_owned(),
            n => format!("Alerts: {} open", view::number(n)),
        };
        match self.alerts.unseen {
            0 => open,
            n => format!("{open}, {} new", view::number(n)),
        }
    }

    pub(super) fn is_here(&self, to: &str) -> bool {
        self.here == to
    }

    pub(super) fn agreement_icon(&self) -> &'static str {
        if self.needs_a_look() { "warning" } else { "done" }
    }

    /// Is there a store at all?
    pub(super) fn has_store(&self) -> bool {
        self.agreement.stores > 0
    }

    /// A store is in trouble, or somebody has to decide.
    pub(super) fn needs_a_look(&self) -> bool {
        self.agreement.troubled > 0 || self.conflicts > 0
    }

    pub(super) fn agreement_words(&self) -> String {
        match (self.agreement.stores, self.agreement.troubled) {
            (0, _) => "No store yet".to_owned(),
            (_, 0) if self.agreement.last_synced_at.is_none() => "First sync to come".to_owned(),
            (_, 0) if self.conflicts > 0 => "Conflicts wait".to_owned(),
            (_, 0) => "All stores in agreement".to_owned(),
            (_, 1) => "1 store needs a look".to_owned(),
            (_, n) => format!("{n} stores need a look"),
        }
    }

    pub(super) fn last_synced(&self) -> Option<&DateTime<Utc>> {
        self.agreement.last_synced_at.as_ref()
    }
}
