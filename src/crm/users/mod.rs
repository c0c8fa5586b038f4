//! People who work with Cartwright: who they are, what they may do, how they prove it.
//!
//! **Owns** `users`, `sessions`, `setup_tokens`, `sign_in_failures`. **Refuses** to hand out a password hash.

mod password;
mod session_store;
mod setup;
mod store;
mod throttle;

pub use password::{Password, PasswordProblem, Passwords};
pub use session_store::{
    delete as delete_session, load as load_session, purge as purge_sessions, save as save_session,
};
pub use setup::{is_good as setup_token_is_good, issue as issue_setup_token, redeem as redeem_setup_token};
pub use store::{
    NewUser, UserError, any as any_user, find, list, note_sign_in, possible_owners, save as save_user,
    sign_in,
};
pub use throttle::{Verdict, forget as forget_failures, note_failure, verdict};

/// What a person is in this CRM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    Administrator,
    /// CRM data, and the channels and integrations that are theirs.
    Manager,
    /// Reads and edits CRM records.
    Sales,
    /// Reads.
    Viewer,
}

impl Role {
    /// All, the mightiest first.
    pub const ALL: [Self; 4] = [Self::Administrator, Self::Manager, Self::Sales, Self::Viewer];

    /// The word on the pages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Administrator => "Administrator",
            Self::Manager => "Manager",
            Self::Sales => "Sales",
            Self::Viewer => "Viewer",
        }
    }

    /// The word in the database and on the command line.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Manager => "manager",
            Self::Sales => "sales",
            Self::Viewer => "viewer",
        }
    }

    /// Reads a role's word in any case.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key().eq_ignore_ascii_case(key))
    }
}

/// A person who is signed in, or could be.
#[derive(Debug, Clone)]
pub struct User {
    /// Row id.
    pub id: i64,
    /// As the others know them.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
    /// What they may do.
    pub role: Role,
}

impl User {
    /// Are they an administrator?
    #[must_use]
    pub fn is_administrator(&self) -> bool {
        self.role == Role::Administrator
    }

    /// May they see channels, integrations and jobs at all?
    #[must_use]
    pub fn may_see_system(&self) -> bool {
        matches!(self.role, Role::Administrator | Role::Manager)
    }

    /// May they change what belongs to `owner`? What belongs to nobody is the administrators'. (S28: the default owner decides who may manage the configuration.)
    #[must_use]
    pub fn may_manage(&self, owner: Option<i64>) -> bool {
        match self.role {
            Role::Administrator => true,
            Role::Manager => owner == Some(self.id),
            Role::Sales | Role::Viewer => false,
        }
    }

    /// May they edit customers?
    #[must_use]
    pub fn may_edit(&self) -> bool {
        self.role != Role::Viewer
    }

    /// Two letters for the avatar.
    #[must_use]
    pub fn initials(&self) -> String {
        self.name
            .split_whitespace()
            .filter_map(|word| word.chars().next())
            .take(2)
            .flat_map(char::to_uppercase)
            .collect()
    }
}
