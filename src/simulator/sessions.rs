//! API users and their sessions, shared by SOAP v1 and v2.
//!
//! Owns: who may log in, the sliding expiry, and which resources a role allows. Refuses: cookies, which the real store
//! sets and its API ignores.

use std::collections::HashMap;

use super::fault::Refusal;

/// What a user may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    /// All but these resources.
    Lacking(Vec<String>),
    /// Stores and the installation's own data, no customers.
    Limited,
}

impl Role {
    pub(super) fn allows(&self, resource: &str) -> bool {
        match self {
            Self::Lacking(lacking) => !lacking.iter().any(|one| one == resource),
            Self::Limited => matches!(resource, "core_store" | "core_magento"),
        }
    }
}

/// An API user.
#[derive(Debug)]
struct User {
    name: String,
    key: String,
    role: Role,
}

/// Open sessions by id.
#[derive(Debug)]
pub(super) struct Sessions {
    users: Vec<User>,
    /// The user's name and the time of the last call, by session id.
    open: HashMap<String, (String, i64)>,
    lifetime: i64,
}

impl Sessions {
    /// The full user as configured, and `limited` / `limited-key`.
    pub(super) fn new(user: &str, key: &str, lifetime: i64) -> Self {
        let mut sessions = Self { users: Vec::new(), open: HashMap::new(), lifetime };
        sessions.set_user(user, key, Role::Lacking(Vec::new()));
        sessions.set_user("limited", "limited-key", Role::Limited);
        sessions
    }

    /// Makes a user, or gives one another key and role; sessions that are open feel it at once.
    pub(super) fn set_user(&mut self, name: &str, key: &str, role: Role) {
        self.users.retain(|user| user.name != name);
        self.users.push(User { name: name.to_owned(), key: key.to_owned(), role });
    }

    /// Takes a user away; open sessions are of no more use.
    pub(super) fn remove_user(&mut self, name: &str) {
        self.users.retain(|user| user.name != name);
        self.open.retain(|_, session| session.0 != name);
    }

    /// Opens a session: 32 hexadecimal digits.
    pub(super) fn login(&mut self, user: &str, key: &str, now: i64) -> Result<String, Refusal> {
        if user.is_empty() || key.is_empty() {
            return Err(Refusal::parameter_missing());
        }
        if !self.users.iter().any(|known| known.name == user && known.key == key) {
            return Err(Refusal::access_denied());
        }
        let id = format!("{:032x}", fastrand::u128(..));
        self.open.insert(id.clone(), (user.to_owned(), now));
        Ok(id)
    }

    /// The role behind a session id, whose expiry begins anew.
    pub(super) fn renew(&mut self, id: &str, now: i64) -> Result<Role, Refusal> {
        let session = self.open.get_mut(id).ok_or_else(Refusal::session_expired)?;
        if now - session.1 > self.lifetime {
            self.open.remove(id);
            return Err(Refusal::session_expired());
        }
        session.1 = now;
        let user = self.users.iter().find(|user| user.name == session.0);
        user.map(|user| user.role.clone()).ok_or_else(Refusal::session_expired)
    }

    pub(super) fn end(&mut self, id: &str) {
        self.open.remove(id);
    }

    pub(super) fn expire_all(&mut self) {
        self.open.clear();
    }
}
