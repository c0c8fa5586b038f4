//! What a note, a tag, a step or an owner can be about: any record that has a page, told by its kind and id.
//!
//! **Owns** no table: [`find`] asks those of the nouns what a record is called, and to whom it belongs.

mod buyers;
mod many;
mod owners;
mod store;
mod synced;

pub use buyers::{StoreBuyer, store_buyer};
pub use many::{OWNED, STRETCH, give, give_these, last_id, not_given, owned_list, owns_any};
pub use owners::{Owner, change_owner, hold, owner_of};
pub(in crate::crm) use store::channel_of;
pub use store::{Head, find};
pub use synced::{is_removed, note_synced};

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordKind {
    /// A customer of a store.
    Customer,
    /// An order.
    Order,
    /// A shopping cart.
    Cart,
    /// A credit memo.
    CreditMemo,
    /// A newsletter subscriber.
    Subscriber,
    /// An account.
    Account,
    /// A contact.
    Contact,
}

impl RecordKind {
    /// All.
    pub const ALL: [Self; 7] = [
        Self::Customer,
        Self::Order,
        Self::Cart,
        Self::CreditMemo,
        Self::Subscriber,
        Self::Account,
        Self::Contact,
    ];

    /// The word in the database.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Order => "order",
            Self::Cart => "cart",
            Self::CreditMemo => "credit memo",
            Self::Subscriber => "subscriber",
            Self::Account => "account",
            Self::Contact => "contact",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// The noun in the addresses of its pages.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Customer => "customers",
            Self::Order => "orders",
            Self::Cart => "carts",
            Self::CreditMemo => "credit-memos",
            Self::Subscriber => "newsletter-subscribers",
            Self::Account => "accounts",
            Self::Contact => "contacts",
        }
    }

    /// What its list is called.
    #[must_use]
    pub fn plural(self) -> &'static str {
        match self {
            Self::Customer => "Customers",
            Self::Order => "Orders",
            Self::Cart => "Shopping Carts",
            Self::CreditMemo => "Credit Memos",
            Self::Subscriber => "Newsletter Subscribers",
            Self::Account => "Accounts",
            Self::Contact => "Contacts",
        }
    }

    /// What one of them is called.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Customer => "Customer",
            Self::Order => "Order",
            Self::Cart => "Shopping Cart",
            Self::CreditMemo => "Credit Memo",
            Self::Subscriber => "Subscriber",
            Self::Account => "Account",
            Self::Contact => "Contact",
        }
    }
}

/// A record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Record {
    /// Which kind.
    pub kind: RecordKind,
    /// Row id.
    pub id: i64,
}

impl Record {
    /// The record of this kind with this id.
    #[must_use]
    pub const fn new(kind: RecordKind, id: i64) -> Self {
        Self { kind, id }
    }

    /// The address of its page.
    #[must_use]
    pub fn path(self) -> String {
        format!("/{}/{}", self.kind.noun(), self.id)
    }
}
