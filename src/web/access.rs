//! Who is there, and what they may do. A page names one of these extractors; without one it is open to everybody.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use tower_sessions::Session;

use super::error::PageError;
use super::{Web, session};
use crate::base::clock;
use crate::crm::audit::Actor;
use crate::crm::users::{self, User};

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(super) struct SignedIn {
    pub(super) user: User,
    pub(super) session: Session,
    origin: Origin,
}

/// Somebody who may see channels, integrations and jobs.
#[derive(Debug, Clone)]
pub(super) struct Operator {
    pub(super) user: User,
    pub(super) session: Session,
    origin: Origin,
}

/// Somebody who may see and set everything.
#[derive(Debug, Clone)]
pub(super) struct Administrator {
    pub(super) user: User,
    pub(super) session: Session,
    origin: Origin,
}

impl Administrator {
    /// Who they are to the audit trail.
    pub(super) fn actor(&self) -> Actor {
        self.origin.user(self.user.id)
    }
}

/// Where a request comes from, whoever sends it.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// The address of the other end of the connection.
    pub(super) address: Option<IpAddr>,
    /// What the log calls the request.
    request: Option<String>,
}

impl Origin {
    /// Somebody who is not signed in, to the audit trail.
    pub(super) fn visitor(&self) -> Actor {
        Actor::visitor(self.address).during(self.request.clone())
    }

    /// This user, to the audit trail.
    pub(super) fn user(&self, id: i64) -> Actor {
        Actor::user(id, self.address).during(self.request.clone())
    }
}

impl SignedIn {
    /// Who they are to the audit trail.
    pub(super) fn actor(&self) -> Actor {
        self.origin.user(self.user.id)
    }
}

impl Operator {
    /// Who they are to the audit trail.
    pub(super) fn actor(&self) -> Actor {
        self.origin.user(self.user.id)
    }

    /// May they change what belongs to this owner?
    pub(super) fn must_manage(&self, owner: Option<i64>) -> Result<(), PageError> {
        if self.user.may_manage(owner) { Ok(()) } else { Err(PageError::Forbidden) }
    }
}

impl FromRequestParts<Web> for SignedIn {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let session = session_of(parts, web).await?;
        let user = user_of(web, &session).await?.ok_or(PageError::SignIn)?;
        Ok(Self { user, session, origin: origin_of(parts) })
    }
}

impl OptionalFromRequestParts<Web> for SignedIn {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Option<Self>, PageError> {
        let session = session_of(parts, web).await?;
        let user = user_of(web, &session).await?;
        Ok(user.map(|user| Self { user, session, origin: origin_of(parts) }))
    }
}

impl FromRequestParts<Web> for Operator {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let SignedIn { user, session, origin } =
            <SignedIn as FromRequestParts<Web>>::from_request_parts(parts, web).await?;
        if user.may_see_system() { Ok(Self { user, session, origin }) } else { Err(PageError::Forbidden) }
    }
}

impl FromRequestParts<Web> for Administrator {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let SignedIn { user, session, origin } =
            <SignedIn as FromRequestParts<Web>>::from_request_parts(parts, web).await?;
        if user.is_administrator() { Ok(Self { user, session, origin }) } else { Err(PageError::Forbidden) }
    }
}

impl FromRequestParts<Web> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Infallible> {
        Ok(origin_of(parts))
    }
}

fn origin_of(parts: &Parts) -> Origin {
    let address =
        parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(it)| it.ip().to_canonical());
    let request = parts.headers.get("x-request-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    Origin { address, request }
}

/// The user of a session, as they are now: a role that was changed counts at once.
pub(super) async fn user_of(web: &Web, session: &Session) -> Result<Option<User>, PageError> {
    match session::user_id(session).await? {
        None => Ok(None),
        Some(id) => {
            session::seen(session, clock::now().date_naive(), &web.pool).await?;
            Ok(users::find(&web.pool, id).await?)
        }
    }
}

async fn session_of(parts: &mut Parts, web: &Web) -> Result<Session, PageError> {
    <Session as FromRequestParts<Web>>::from_request_parts(parts, web)
        .await
        .map_err(|(_, problem)| PageError::Internal(anyhow::anyhow!(problem)))
}
