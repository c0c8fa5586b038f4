//! API users and their sessions, shared by SOAP v1 and v2.
//!
//! Owns: who may log in, the sliding expiry, and which resources a role allows. Refuses: cookies, which the real store
//! sets and its API ignores.

use std::collections::HashMap;

use super::fault::Refusal;

/// What a user may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Full,
    /// Stores and the installation's own data, no customers.
    Limited,
}

impl Role {
    pub(super) fn allows(self, resource: &str) -> bool {
        self == Self::Full || matches!(resource, "core_store" | "core_magento")
    }
}

/// Open sessions by id.
#[derive(Debug)]
pub(super) struct Sessions {
    users: [(String, String, Role); 2],
    open: HashMap<String, (Role, i64)>,
    lifetime: i64,
}

impl Sessions {
    /// The full user as configured, and `limited` / `limited-key`.
    pub(super) fn new(user: &str, key: &str, lifetime: i64) -> Self {
        let limited = ("limited".to_owned(), "limited-key".to_owned(), Role::Limited);
        Self {
            users: [(user.to_owned(), key.to_owned(), Role::Full), limited],
            open: HashMap::new(),
            lifetime,
        }
    }

    /// Opens a session: 32 hexadecimal digits.
    pub(super) fn login(&mut self, user: &str, key: &str, now: i64) -> Result<String, Refusal> {
        if user.is_empty() || key.is_empty() {
            return Err(Refusal::parameter_missing());
        }
        let known = self.users.iter().find(|known| known.0 == user && known.1 == key);
        let role = known.ok_or_else(Refusal::access_denied)?.2;
        let id = format!("{:032x}", fastrand::u128(..));
        self.open.insert(id.clone(), (role, now));
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
        Ok(session.0)
    }

    pub(super) fn end(&mut self, id: &str) {
        self.open.remove(id);
    }

    pub(super) fn expire_all(&mut self) {
        self.open.clear();
    }
}
