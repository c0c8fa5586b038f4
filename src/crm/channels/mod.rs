//! Channels (what a person creates: one source of customers) and their integrations (the saved connection to a store
//! and how it synchronizes).
//!
//! **Owns** `channels`, `integrations`, `integration_drafts`. **Invariant:** a Magento channel has an integration when
//! it is saved (S10); a custom one never has.

mod agreement;
pub mod clearing;
mod drafts;
mod grid;
mod integration;
mod integrations;
mod neighbours;
mod owners;
mod schedule;
mod store;
mod terms;

use chrono::{DateTime, Utc};

pub use agreement::{Agreement, Freshness, agreement, freshness};
pub use clearing::Clearing;
pub use drafts::{
    Checked, Draft, delete as delete_draft, find as find_draft,
    forget_integration as forget_draft_integration, forget_tried as forget_tried_secrets, open as open_draft,
    purge as purge_drafts, save_channel_form, save_checked, save_secrets as save_draft_secrets,
    save_settings as save_draft_settings,
};
pub use grid::{LISTING, state};
pub use integration::{
    Integration, IntegrationError, IntegrationRow, Priority, Quiet, Secrets, Settings, StoreFacts,
};
pub use integrations::{
    delete as delete_integration, find as find_integration, hold, insert as insert_integration,
    list as list_integrations, of_channel as integration_of_channel, replace_secrets, save_facts, secrets,
    update as update_integration,
};
pub use neighbours::{holder_of_store, is_called_so, kept_of_another, overlapping};
pub use owners::{Owned, hand_over, owned_by};
pub use schedule::{
    Trouble, due as due_integrations, is_quiet, pause, resume, synced as note_synced, went_well, went_wrong,
};
pub use store::{ChannelError, find, insert, listed_entities, set_active, update};
pub use terms::{Terms, set_terms, sync_no_sooner};

/// What a channel collects from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelType {
    /// One Magento 1 / OpenMage store.
    Magento,
    /// Anything kept by hand.
    Custom,
}

impl ChannelType {
    /// All, in the order of the form.
    pub const ALL: [Self; 2] = [Self::Magento, Self::Custom];

    /// The word on the pages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Magento => "Magento",
            Self::Custom => "Custom",
        }
    }

    /// The word in the database and in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Magento => "magento",
            Self::Custom => "custom",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// The entity that tells who a customer is: every channel has it and it cannot be taken out.
    #[must_use]
    pub fn identity(self) -> &'static str {
        match self {
            Self::Magento => "Magento Customer",
            Self::Custom => "Customer Identity",
        }
    }

    /// What may be taken in beside it; a new channel of the type takes all.
    #[must_use]
    pub fn entities(self) -> &'static [Entity] {
        match self {
            Self::Magento => &[Entity::Order, Entity::Cart, Entity::CreditMemo, Entity::NewsletterSubscriber],
            Self::Custom => &[],
        }
    }
}

/// What a channel takes in beside its customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entity {
    /// Magento orders.
    Order,
    /// Magento shopping carts.
    Cart,
    /// Magento credit memos.
    CreditMemo,
    /// Magento newsletter subscribers.
    NewsletterSubscriber,
}

impl Entity {
    const ALL: [Self; 4] = [Self::Order, Self::Cart, Self::CreditMemo, Self::NewsletterSubscriber];

    /// The word on the pages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Order => "Magento Order",
            Self::Cart => "Magento Shopping Cart",
            Self::CreditMemo => "Magento Credit Memo",
            Self::NewsletterSubscriber => "Magento Newsletter Subscriber",
        }
    }

    /// Its icon in the sprite.
    #[must_use]
    pub fn icon(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Cart => "cart",
            Self::CreditMemo => "credit",
            Self::NewsletterSubscriber => "mail",
        }
    }

    /// The word in the database and in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Cart => "cart",
            Self::CreditMemo => "credit-memo",
            Self::NewsletterSubscriber => "newsletter-subscriber",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|entity| entity.key() == key)
    }
}

/// A source of customers.
#[derive(Debug, Clone)]
pub struct Channel {
    /// Row id.
    pub id: i64,
    /// As the team knows it; unique.
    pub name: String,
    /// What it collects from.
    pub channel_type: ChannelType,
    /// Inactive: no new data comes in.
    pub active: bool,
    /// What it takes in beside its customers.
    pub entities: Vec<Entity>,
    /// It, or what it brought, is being deleted.
    pub clearing: Option<Clearing>,
    /// Who may manage it beside administrators: who made it.
    pub owner_id: Option<i64>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A channel as a form describes it.
#[derive(Debug, Clone)]
pub struct NewChannel {
    /// As the team knows it.
    pub name: String,
    /// What it collects from.
    pub channel_type: ChannelType,
    /// Active or not.
    pub active: bool,
    /// What it takes in beside its customers.
    pub entities: Vec<Entity>,
}
