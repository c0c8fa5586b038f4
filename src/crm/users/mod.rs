//! People who work with Cartwright: who they are, what they may do, with whom, how they prove it.
//!
//! **Owns** `users`, `teams`, `team_members`, `invitations`, `password_links`, `recovery_codes`, `sessions`, `setup_tokens`,
//! `sign_in_failures`. **Refuses** to hand out a password hash, and to be left without an administrator.

mod change;
mod grid;
mod invitations;
mod look;
mod password;
mod password_links;
mod person;
mod profile;
pub mod second_factor;
mod session_store;
mod sessions;
mod setup;
mod store;
pub mod teams;
mod throttle;
pub(in crate::crm) mod token;

pub use change::{PersonEdit, change, disable, enable};
pub use grid::LISTING;
pub use invitations::{
    Invitation, NewInvitation, accept, find_by_token as find_invitation, invite, is_invited,
    open_invitations, renew, withdraw,
};
pub use look::{DateFormat, Look, Theme};
pub use password::{Password, PasswordProblem, Passwords};
pub use password_links::{
    is_good as password_link_is_for, issue as issue_password_link, redeem as redeem_password_link,
};
pub use person::{Person, person, person_by_email};
pub use profile::{ProfileEdit, save_profile};
pub use session_store::{
    create as create_session, delete as delete_session, load as load_session, purge as purge_sessions,
    update as update_session,
};
pub use sessions::{
    OpenSession, end as end_session, end_all as end_sessions, end_others as end_other_sessions,
    open as open_sessions,
};
pub use setup::{is_good as setup_token_is_good, issue as issue_setup_token, redeem as redeem_setup_token};
pub use store::{
    NewUser, UserError, any as any_user, find, list, note_sign_in, possible_owners, save as save_user,
    set_password, sign_in,
};
pub use throttle::{Verdict, attempt, forget as forget_failures, forget_all as forget_all_failures};

/// What a person is in this CRM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    Administrator,
    /// CRM data, and the channels and integrations that are theirs or their team's.
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

    /// The table's check allows no other word; should one appear, it may do the least.
    fn of_row(key: &str) -> Self {
        Self::from_key(key).unwrap_or(Self::Viewer)
    }

    /// May they see channels, integrations and jobs at all, and own them?
    #[must_use]
    pub fn may_see_system(self) -> bool {
        matches!(self, Self::Administrator | Self::Manager)
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
    /// Who is in a team with them; known of whoever is signed in.
    pub teammates: Vec<i64>,
    /// How they want the pages; known of whoever is signed in.
    pub look: Look,
    /// Are they asked for a code beside the password? Known of whoever is signed in.
    pub second_factor: bool,
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
        self.role.may_see_system()
    }

    /// May they change what belongs to `owner`? (S28: the Default owner decides who may manage the configuration.)
    ///
    /// Administrators may; a manager may if it is theirs or belongs to somebody of a team of theirs. What belongs to nobody
    /// is the administrators'.
    #[must_use]
    pub fn may_manage(&self, owner: Option<i64>) -> bool {
        match self.role {
            Role::Administrator => true,
            Role::Manager => owner.is_some_and(|owner| owner == self.id || self.teammates.contains(&owner)),
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

#[cfg(test)]
mod tests {
    use super::{Look, Role, User};

    #[test]
    fn an_integration_is_managed_by_its_owner_their_team_and_administrators() {
        let somebody = |role| User {
            id: 1,
            name: String::new(),
            email: String::new(),
            role,
            teammates: vec![1, 2],
            look: Look::default(),
            second_factor: false,
        };
        for (role, owner, may) in [
            (Role::Administrator, Some(9), true),
            (Role::Administrator, None, true),
            (Role::Manager, Some(1), true),
            (Role::Manager, Some(2), true),
            (Role::Manager, Some(3), false),
            (Role::Manager, None, false),
            (Role::Sales, Some(1), false),
            (Role::Viewer, Some(2), false),
        ] {
            assert_eq!(somebody(role).may_manage(owner), may, "{role:?} {owner:?}");
        }
    }
}
