//! What a preview finds: totals, and a few examples of each kind.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::crm::changes::{Awaited, Becomes, Foreseen, Outlook};

/// Examples of each kind.
pub(super) const EXAMPLES: usize = 8;

/// What a preview has found so far.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Found {
    /// How much of what.
    pub totals: Totals,
    /// For example.
    pub examples: Vec<Example>,
    /// Some of the customers that would be created in the store: row ids and names.
    pub new: Vec<(i64, String)>,
    /// Nothing was ever read from this store: there is nothing to compare with.
    pub unread: bool,
    /// The first load is not complete: it will bring more.
    pub loading: bool,
}

/// How much of what a sync would do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Totals {
    /// Customers that the store was asked for.
    pub read: i64,
    /// Customers that would be made here.
    pub created: i64,
    /// Customers of whom something here would change.
    pub updated: i64,
    /// Fields that would be sent.
    pub sent: i64,
    /// Customers whom they belong to.
    pub sent_customers: i64,
    /// Fields that were edited here and would not be sent.
    pub kept: i64,
    /// Fields that both sides changed.
    pub conflicts: i64,
    /// Those of them that Magento's value would win.
    pub remote_wins: i64,
    /// Those of them that our value would win.
    pub local_wins: i64,
    /// Those of them that a person would be asked about.
    pub asked: i64,
    /// Fields that a person is asked about already.
    pub waits: i64,
    /// Fields that the store refused.
    pub rejected: i64,
    /// Fields that were edited here, of records that the store no longer has.
    pub lost: i64,
    /// Customers that could not be read.
    pub failed: i64,
    /// Customers that were made here and would be created in the store.
    pub new_customers: i64,
    /// Addresses that were made here and would be created in the store.
    pub new_addresses: i64,
    /// Newsletter subscriptions that were changed here and would be sent.
    pub subscriptions: i64,
}

/// A field, and what would become of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// The customer's row; `None` = they would be made.
    pub customer: Option<i64>,
    /// Their name.
    pub name: String,
    /// The field's key.
    pub field: String,
    /// What both had last.
    pub base: Value,
    /// What the CRM has.
    pub local: Value,
    /// What the store has.
    pub remote: Value,
    /// What would become of it.
    pub becomes: Becomes,
}

impl Found {
    /// Adds what would become of a customer.
    pub(super) fn add(&mut self, foreseen: &Foreseen) {
        let totals = &mut self.totals;
        let sent = i64::try_from(foreseen.sent).unwrap_or(i64::MAX);
        totals.sent += sent;
        totals.sent_customers += i64::from(sent > 0);
        let changes = |it: &Outlook| {
            use Becomes::{Created, RemoteWins, Removed, Taken};
            matches!(it.becomes, Taken | RemoteWins | Created | Removed)
        };
        match foreseen.customer {
            None => totals.created += 1,
            Some(_) => totals.updated += i64::from(foreseen.units.iter().any(changes)),
        }
        for outlook in &foreseen.units {
            self.totals.count(outlook.becomes);
            self.show(foreseen, outlook);
        }
    }

    /// Adds what was made here.
    pub(super) fn add_new(&mut self, awaited: Awaited, subscriptions: i64) {
        self.totals.new_customers = awaited.customers;
        self.totals.new_addresses = awaited.addresses;
        self.totals.subscriptions = subscriptions;
        self.new = awaited.some;
    }

    fn show(&mut self, foreseen: &Foreseen, outlook: &Outlook) {
        let alike = self.examples.iter().filter(|example| example.becomes == outlook.becomes);
        if alike.count() >= EXAMPLES {
            return;
        }
        self.examples.push(Example {
            customer: foreseen.customer,
            name: foreseen.name.clone(),
            field: outlook.field.key(),
            base: outlook.base.clone(),
            local: outlook.local.clone(),
            remote: outlook.remote.clone(),
            becomes: outlook.becomes,
        });
    }
}

impl Totals {
    fn count(&mut self, becomes: Becomes) {
        let counter = match becomes {
            Becomes::RemoteWins => &mut self.remote_wins,
            Becomes::LocalWins => &mut self.local_wins,
            Becomes::Asked => &mut self.asked,
            Becomes::Waits => &mut self.waits,
            Becomes::Kept => &mut self.kept,
            Becomes::Rejected => &mut self.rejected,
            Becomes::Lost => &mut self.lost,
            // counted by what would be sent, and by customer
            Becomes::Sent | Becomes::Taken | Becomes::Created | Becomes::Removed => return,
        };
        *counter += 1;
        self.conflicts = self.remote_wins + self.local_wins + self.asked;
    }
}
