//! Who does something.

use std::net::IpAddr;

/// A user with the address that they come from, or what acts by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub(super) user: Option<i64>,
    /// What stands there where there is no user.
    pub(super) name: String,
    pub(super) address: Option<IpAddr>,
    pub(super) request: Option<String>,
}

impl Actor {
    /// A user, and the address that they come from.
    #[must_use]
    pub fn user(id: i64, address: Option<IpAddr>) -> Self {
        Self { user: Some(id), name: format!("User {id}"), address, request: None }
    }

    /// Somebody who is not signed in.
    #[must_use]
    pub fn visitor(address: Option<IpAddr>) -> Self {
        Self { user: None, name: "Visitor".to_owned(), address, request: None }
    }

    /// Cartwright by itself: the schedule, a sync.
    #[must_use]
    pub fn system() -> Self {
        Self { user: None, name: "System".to_owned(), address: None, request: None }
    }

    /// A command on the machine that Cartwright runs on, such as `user add`.
    #[must_use]
    pub fn command(name: &str) -> Self {
        Self { user: None, name: format!("Command “{name}”"), address: None, request: None }
    }

    /// In the course of this request.
    #[must_use]
    pub fn during(self, request: Option<String>) -> Self {
        Self { request, ..self }
    }

    /// The user, if it is one.
    #[must_use]
    pub fn id(&self) -> Option<i64> {
        self.user
    }
}
