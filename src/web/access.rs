//! Who is there, and what they may do. A page names one of these extractors; without one it is open to everybody.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use tower_sessions::Session;

use super::error::PageError;
use super::{Web, session};
use crate::base::clock;
use crate::crm::users::{self, User};

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(super) struct SignedIn {
    pub(super) user: User,
    pub(super) session: Session,
}

/// Somebody who may see channels, integrations and jobs.
#[derive(Debug, Clone)]
pub(super) struct Operator {
    pub(super) user: User,
    pub(super) session: Session,
}

/// Somebody who says who works here.
#[derive(Debug, Clone)]
pub(super) struct Administrator {
    pub(super) user: User,
    pub(super) session: Session,
}

impl Operator {
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
        Ok(Self { user, session })
    }
}

impl OptionalFromRequestParts<Web> for SignedIn {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Option<Self>, PageError> {
        let session = session_of(parts, web).await?;
        Ok(user_of(web, &session).await?.map(|user| Self { user, session }))
    }
}

impl FromRequestParts<Web> for Operator {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let SignedIn { user, session } =
            <SignedIn as FromRequestParts<Web>>::from_request_parts(parts, web).await?;
        if user.may_see_system() { Ok(Self { user, session }) } else { Err(PageError::Forbidden) }
    }
}

impl FromRequestParts<Web> for Administrator {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let SignedIn { user, session } =
            <SignedIn as FromRequestParts<Web>>::from_request_parts(parts, web).await?;
        if user.may_administer() { Ok(Self { user, session }) } else { Err(PageError::Forbidden) }
    }
}

/// The user of a session, as they are now: a role that was changed counts at once.
pub(super) async fn user_of(web: &Web, session: &Session) -> Result<Option<User>, PageError> {
    match session::user_id(session).await? {
        None => Ok(None),
        Some(id) => {
            session::seen(session, clock::now().date_naive()).await?;
            Ok(users::find(&web.pool, id).await?)
        }
    }
}

async fn session_of(parts: &mut Parts, web: &Web) -> Result<Session, PageError> {
    <Session as FromRequestParts<Web>>::from_request_parts(parts, web)
        .await
        .map_err(|(_, problem)| PageError::Internal(anyhow::anyhow!(problem)))
}
