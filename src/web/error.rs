//! What went wrong with a request, and the page that says so. Logged once, here.

use std::any::Any;

use askama::Template;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{Request, State};
use axum::http::header::REFERER;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use tower_sessions::Session;
use tracing::{error, warn};

use super::shell::Shell;
use super::{Web, access, assets, sign_in, view};

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(super) enum PageError {
    /// There is no such thing.
    #[error("not found")]
    NotFound,
    /// It is there, but not for this user.
    #[error("forbidden")]
    Forbidden,
    /// Nobody is signed in.
    #[error("not signed in")]
    SignIn,
    /// Somebody who has to set up the code beside the password first.
    #[error("two-factor sign-in is required")]
    SecondFactor,
    /// More was sent than a form may hold.
    #[error("too large")]
    TooLarge,
    /// What was sent broke off, or did not come in time.
    #[error("too slow")]
    TooSlow,
    /// There is no room for it at the moment.
    #[error("busy")]
    Busy,
    /// What was posted is not a form.
    #[error("not a form")]
    NotAForm,
    /// A defect, or the database is away.
    #[error("{0:#}")]
    Internal(anyhow::Error),
}

/// Whatever a handler cannot deal with is a defect or a database that is away.
macro_rules! internal {
    ($($error:ty),+ $(,)?) => {
        $(impl From<$error> for PageError {
            fn from(error: $error) -> Self {
                Self::Internal(error.into())
            }
        })+
    };
}

internal!(
    anyhow::Error,
    sqlx::Error,
    askama::Error,
    crate::base::vault::VaultError,
    tower_sessions::session::Error,
    crate::crm::channels::IntegrationError,
    crate::crm::users::UserError,
    crate::crm::users::teams::TeamError,
    crate::sync::StoreUnknown,
);

impl PageError {
    /// Why what was posted could not be read.
    pub(super) fn of_body(why: &BytesRejection) -> Self {
        match why {
            BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => Self::TooLarge,
            _ => Self::TooSlow,
        }
    }
}

/// Marks an answer that [`show`] is to turn into a page.
#[derive(Clone)]
struct Unshown;

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::SecondFactor => return Redirect::to("/profile/two-factor").into_response(),
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::NotAForm => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Internal(cause) => {
                error!("{cause:#}");
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(Unshown);
        response
    }
}

/// For every address that is none of ours.
pub(super) async fn nothing_here() -> PageError {
    PageError::NotFound
}

/// Turns errors into pages, within the shell when somebody is signed in.
pub(super) async fn show(State(web): State<Web>, session: Session, request: Request, next: Next) -> Response {
    let wanted =
        request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
    let way_back = WayBack::of(&request);
    let response = next.run(request).await;
    let status = match response.status() {
        StatusCode::UNAUTHORIZED => return sign_in::first(&way_back),
        known if response.extensions().get::<Unshown>().is_some() => known,
        // a method that a page does not know, or an id in its address that is no number
        StatusCode::METHOD_NOT_ALLOWED | StatusCode::BAD_REQUEST => StatusCode::NOT_FOUND,
        // no handler of ours: the guard against requests that other sites make
        StatusCode::FORBIDDEN => return refused_from_elsewhere(&wanted),
        _ => return response,
    };
    let user = access::user_of(&web, &session).await.ok().flatten();
    if let (StatusCode::FORBIDDEN, Some(user)) = (status, &user) {
        warn!(user = user.id, "refused: their role does not allow it");
    }
    let html = match user {
        Some(user) => match Shell::load(&web, &session, user, "").await {
            Ok(shell) => Inside { shell, apology: Apology::of(status, &wanted) }.render(),
            Err(_) => Outside { apology: Apology::of(status, &wanted) }.render(),
        },
        None => Outside { apology: Apology::of(status, &wanted) }.render(),
    };
    (status, Html(html.unwrap_or_default())).into_response()
}

/// Where somebody is to be led who has to sign in first.
pub(super) enum WayBack {
    /// To the page that was asked for.
    Page(String),
    /// To the page with the form that was sent. What was typed is lost.
    Form(String),
}

impl WayBack {
    fn of(request: &Request) -> Self {
        if request.method() == Method::GET {
            return Self::Page(request.uri().to_string());
        }
        let from = request.headers().get(REFERER).and_then(|from| from.to_str().ok());
        // the guard against other sites has let it through: it is a page of ours; what tells none is no browser
        match from.and_then(|from| url::Url::parse(from).ok()) {
            Some(page) => Self::Form(page[url::Position::BeforePath..url::Position::AfterQuery].to_owned()),
            None => Self::Page("/".to_owned()),
        }
    }
}

/// Another site sent its visitor's browser here with a form. Whoever is signed in is not shown to it.
fn refused_from_elsewhere(request: &str) -> Response {
    let apology = Apology {
        code: 403,
        title: "This came from another site",
        text: "A form on another site tried to change something here, so nothing was done. If it was you: open \
               Cartwright itself and try there. Behind a proxy, it has to pass on the Host and Origin headers.",
        request: request.to_owned(),
    };
    let page = Outside { apology };
    (StatusCode::FORBIDDEN, Html(page.render().unwrap_or_default())).into_response()
}

/// A handler panicked: a defect of ours; the page says so and the process goes on.
pub(super) fn panicked(_what: Box<dyn Any + Send + 'static>) -> Response {
    error!("a handler panicked");
    let page = Outside { apology: Apology::of(StatusCode::INTERNAL_SERVER_ERROR, "") };
    (StatusCode::INTERNAL_SERVER_ERROR, Html(page.render().unwrap_or_default())).into_response()
}

struct Apology {
    code: u16,
    title: &'static str,
    text: &'static str,
    request: String,
}

impl Apology {
    fn of(status: StatusCode, request: &str) -> Self {
        let (title, text) = match status {
            StatusCode::NOT_FOUND => (
                "Nothing at this address",
                "What was here may have been deleted together with its channel, or the link is not complete. No data \
                 was changed by your visit.",
            ),
            StatusCode::FORBIDDEN => (
                "This is not yours to open",
                "Your role does not allow it. An administrator, or the owner of the integration, can do it for you. \
                 Nothing was changed.",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => (
                "That was too much at once",
                "A form holds up to 8 MB and 20,000 fields, and 64 KB before somebody is signed in. Go back: what you typed \
                 is still there. Nothing was saved.",
            ),
            StatusCode::REQUEST_TIMEOUT => (
                "That did not arrive in time",
                "What you sent has to be here within a minute. Go back and try again: what you typed is still there. Nothing \
                 was saved.",
            ),
            StatusCode::SERVICE_UNAVAILABLE => (
                "Others are exporting",
                "A few files go out at a time. Try again when theirs are done, in some minutes. Nothing was exported.",
            ),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => (
                "That was not a form",
                "This address takes what its form sends (application/x-www-form-urlencoded). Nothing was saved.",
            ),
            _ => (
                "Something went wrong on our side",
                "It is recorded in the server's log. What you did may not have been saved: go back and look before you \
                 do it again.",
            ),
        };
        Self { code: status.as_u16(), title, text, request: request.to_owned() }
    }
}

#[derive(Template)]
#[template(path = "errors/inside.html")]
struct Inside {
    shell: Shell,
    apology: Apology,
}

#[derive(Template)]
#[template(path = "errors/outside.html")]
struct Outside {
    apology: Apology,
}
