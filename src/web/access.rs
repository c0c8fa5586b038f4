//! Who is there, and what they may do. A page names one of these extractors; without one it is open to everybody.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use tower_sessions::Session;

use super::client::Client;
use super::error::PageError;
use super::{Web, look, session};
use crate::base::clock;
use crate::crm::audit::Actor;
use crate::crm::settings::{SECOND_FACTOR, Settings};
use crate::crm::users::{self, User};

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(super) struct SignedIn {
    pub(super) user: User,
    pub(super) session: Session,
    origin: Origin,
}

/// Somebody who is signed in, though they may still have to set up the code beside the password that is required of them: for
/// the pages that do that, and no others.
#[derive(Debug, Clone)]
pub(super) struct Enrolling(pub(super) SignedIn);

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
    /// Where they are.
    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Who they are to the audit trail.
    pub(super) fn actor(&self) -> Actor {
        self.origin.user(self.user.id)
    }
}

/// Where a request comes from, whoever sends it.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// The address of whoever asks.
    pub(super) address: Option<IpAddr>,
    /// What the log calls the request.
    request: Option<String>,
    /// What the browser says of itself.
    agent: String,
}

impl Origin {
    /// The address as it is shown and counted by.
    pub(super) fn text(&self) -> String {
        self.address.map_or_else(|| "unknown".to_owned(), |address| address.to_string())
    }

    /// "Firefox on Windows".
    pub(super) fn device(&self) -> String {
        device(&self.agent)
    }

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
    /// Where they are.
    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

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

impl FromRequestParts<Web> for Enrolling {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let session = session_of(parts, web).await?;
        let user = user_of(web, &session).await?.ok_or(PageError::SignIn)?;
        Ok(Self(SignedIn { user, session, origin: origin_of(parts) }))
    }
}

impl FromRequestParts<Web> for SignedIn {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let Enrolling(who) = Enrolling::from_request_parts(parts, web).await?;
        if !who.user.second_factor && needs_second_factor(web, &who.user).await? {
            return Err(PageError::SecondFactor);
        }
        Ok(who)
    }
}

/// Is a code beside the password required of them?
pub(super) async fn needs_second_factor(web: &Web, user: &User) -> Result<bool, sqlx::Error> {
    let settings = Settings::load(&web.pool).await?;
    Ok(match settings.text(&SECOND_FACTOR) {
        "everybody" => true,
        "administrators" => user.is_administrator(),
        _ => false,
    })
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

pub(super) fn origin_of(parts: &Parts) -> Origin {
    let address = parts.extensions.get::<Client>().map(|Client(address)| *address);
    let request = parts.headers.get("x-request-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    let agent = parts.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    Origin { address, request, agent: agent.to_owned() }
}

/// What people call a browser and what it runs on, as far as it says. Most claim to be several: the rarer word comes first.
fn device(agent: &str) -> String {
    let first = |words: &[(&str, &'static str)]| {
        words.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, word)| *word)
    };
    let browser = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = first(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (one, other) => one.or(other).unwrap_or_default().to_owned(),
    }
}

/// The user of a session, as they are now: a role that was changed counts at once. The page is theirs from here on.
pub(super) async fn user_of(web: &Web, session: &Session) -> Result<Option<User>, PageError> {
    let Some(id) = session::user_id(session).await? else { return Ok(None) };
    session::seen(session, clock::now(), &web.pool).await?;
    let user = users::find(&web.pool, id).await?;
    if let Some(user) = &user {
        look::wear(user.look);
    }
    Ok(user)
}

async fn session_of(parts: &mut Parts, web: &Web) -> Result<Session, PageError> {
    <Session as FromRequestParts<Web>>::from_request_parts(parts, web)
        .await
        .map_err(|(_, problem)| PageError::Internal(anyhow::anyhow!(problem)))
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn a_device_is_called_as_people_call_it() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0";
        let phone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1";
        for (agent, word) in
            [(edge, "Edge on Windows"), (phone, "Safari on iPhone"), ("curl/8.0", "curl"), ("<b>", "")]
        {
            assert_eq!(device(agent), word);
        }
    }
}
