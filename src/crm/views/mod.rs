//! Saved views: a list's filters, order, columns and page size under a name; one's own, or shared with everybody.
//!
//! **Owns** `saved_views`, `default_views`. **Refuses** to know what stands in a view: it is the query of the list's address.

mod store;

pub use store::{ViewError, default_of, delete, find, insert, keep_state, of_list, rename, set_default};

use crate::crm::users::{Role, User};

/// A saved view.
#[derive(Debug, Clone)]
pub struct View {
    /// Row id.
    pub id: i64,
    /// The list's word.
    pub list: String,
    /// What its maker calls it.
    pub name: String,
    /// Who made it.
    pub user_id: i64,
    /// Everybody sees it.
    pub shared: bool,
    /// The query of the list's address.
    pub query: String,
}

impl View {
    /// May they see it?
    #[must_use]
    pub fn is_for(&self, user: &User) -> bool {
        self.shared || self.user_id == user.id
    }

    /// May they change it? One's own; and administrators what is shared.
    #[must_use]
    pub fn may_be_changed_by(&self, user: &User) -> bool {
        self.user_id == user.id || (self.shared && user.role == Role::Administrator)
    }
}

/// May they share a view with everybody?
#[must_use]
pub fn may_share(user: &User) -> bool {
    matches!(user.role, Role::Administrator | Role::Manager)
}
