//! What something is done to.

/// Declares the kinds once: variant, key in the database, word on the pages, address of its page before the id (empty = none).
macro_rules! kinds {
    ($($kind:ident $key:literal $word:literal $at:literal),+ $(,)?) => {
        /// A kind of thing.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum SubjectKind {
            $(#[doc = $word] $kind,)+
        }

        impl SubjectKind {
            /// All, in the order of the filter.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// The word in the database.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $(Self::$kind => $key),+ }
            }

            /// The word on the pages.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$kind => $word),+ }
            }

            /// Where its page is; the id follows. Empty = it has none.
            #[must_use]
            pub fn at(self) -> &'static str {
                match self { $(Self::$kind => $at),+ }
            }
        }
    };
}

kinds! {
    Customer "customer" "Customer" "/customers/",
    Account "account" "Account" "/accounts/",
    Contact "contact" "Contact" "/contacts/",
    Order "order" "Order" "/orders/",
    Cart "cart" "Shopping cart" "/carts/",
    CreditMemo "credit memo" "Credit memo" "/credit-memos/",
    Subscriber "subscriber" "Newsletter subscriber" "/newsletter-subscribers/",
    Channel "channel" "Channel" "/channels/",
    Integration "integration" "Integration" "/integrations/",
    Job "job" "Job" "/jobs/",
    User "user" "User" "/users/",
    Team "team" "Team" "/teams/",
    Webhook "webhook" "Webhook" "/webhooks/",
    View "view" "Saved view" "",
    List "list" "List" "",
    Settings "settings" "Settings" "",
}

impl SubjectKind {
    /// Reads the database's word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.key() == key)
    }
}

/// A thing, by its kind, its id and its name as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub(super) kind: SubjectKind,
    pub(super) id: Option<i64>,
    pub(super) name: String,
}

impl Subject {
    /// A thing that has a row.
    #[must_use]
    pub fn new(kind: SubjectKind, id: i64, name: &str) -> Self {
        Self { kind, id: Some(id), name: name.to_owned() }
    }

    /// A thing that has a name only: a list, the settings, a user whom nobody knows.
    #[must_use]
    pub fn named(kind: SubjectKind, name: &str) -> Self {
        Self { kind, id: None, name: name.to_owned() }
    }
}
