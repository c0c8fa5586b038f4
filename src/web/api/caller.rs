//! Who calls: a token in the header, the user who made it, and what both allow.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};

use super::super::Web;
use super::super::access::{self, Origin};
use super::problem::{Kind, Problem};
use crate::crm::audit::Actor;
use crate::crm::tokens::{self, Scope};
use crate::crm::users::{self, User};

/// Somebody who shows a token that is good and reaches far enough for the method.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) user: User,
    origin: Origin,
}

/// A caller who may edit records.
#[derive(Debug, Clone)]
pub(super) struct Editor(pub(super) Caller);

/// A caller who may see channels, integrations and jobs.
#[derive(Debug, Clone)]
pub(super) struct Operator(pub(super) Caller);

impl Caller {
    /// Who they are to the audit trail.
    pub(super) fn actor(&self) -> Actor {
        self.origin.user(self.user.id)
    }

    /// May they change what belongs to this owner?
    pub(super) fn must_manage(&self, owner: Option<i64>) -> Result<(), Problem> {
        if self.user.may_manage(owner) { Ok(()) } else { Err(Problem::of(Kind::Forbidden)) }
    }
}

impl FromRequestParts<Web> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let origin = access::origin_of(parts);
        let token = match bearer(&parts.headers) {
            Some(text) => tokens::open(&web.pool, text, &origin.text()).await?,
            None => return Err(Problem::of(Kind::Token)),
        };
        let user = match &token {
            // as they are now: whoever is disabled, or has another role, is so at once
            Some(token) => users::find(&web.pool, token.user_id).await?,
            None => None,
        };
        let Some((token, user)) = token.zip(user) else {
            let too_many = tokens::count_failure(&web.pool, &origin.text()).await?;
            return Err(too_many.map_or_else(|| Problem::of(Kind::Token), Problem::too_many));
        };
        if let Some(seconds) = tokens::count_call(&web.pool, token.id).await? {
            return Err(Problem::too_many(seconds));
        }
        let needed =
            if matches!(parts.method, Method::GET | Method::HEAD) { Scope::Read } else { Scope::Write };
        if !token.has(needed) {
            return Err(Problem::of(Kind::Scope));
        }
        Ok(Self { user, origin })
    }
}

impl FromRequestParts<Web> for Editor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, web).await?;
        if caller.user.may_edit() { Ok(Self(caller)) } else { Err(Problem::of(Kind::Forbidden)) }
    }
}

impl FromRequestParts<Web> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, web).await?;
        if caller.user.may_see_system() { Ok(Self(caller)) } else { Err(Problem::of(Kind::Forbidden)) }
    }
}

/// The token in the header.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
