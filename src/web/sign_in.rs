//! Sign-in and sign-out.

use std::net::SocketAddr;

use askama::Template;
use axum::Extension;
use axum::extract::{ConnectInfo, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use secrecy::ExposeSecret;
use serde::Deserialize;
use tower_sessions::Session;
use url::form_urlencoded;

use super::access::SignedIn;
use super::form::{Field, Kind, Posted};
use super::page::{self, PageResult};
use super::{Web, assets, session, view};
use crate::crm::users::{self, Verdict};

#[derive(Template)]
#[template(path = "users/sign_in.html")]
struct Page {
    email: Field,
    password: Field,
    problem: Option<&'static str>,
    welcome: Option<String>,
    /// The page that was asked for before.
    next: String,
}

/// Where the way leads after signing in.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    next: String,
}

/// Off to the sign-in page, and from there on to the page that was asked for.
pub(super) fn first(page: Option<&str>) -> Response {
    let to = match page.filter(|page| *page != "/") {
        Some(page) => form_urlencoded::Serializer::for_suffix("/login?".to_owned(), "/login?".len())
            .append_pair("next", page)
            .finish(),
        None => "/login".to_owned(),
    };
    Redirect::to(&to).into_response()
}

/// `GET /login`
pub(super) async fn show(
    State(web): State<Web>,
    user: Option<SignedIn>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    if user.is_some() {
        return page::see(of_ours(&wanted.next));
    }
    page::show(&form(&web, "", &wanted.next, None))
}

/// Only a page of ours: a link to our sign-in must not lead to another site.
fn of_ours(next: &str) -> &str {
    let ours = next.starts_with('/')
        && !next.starts_with("//")
        && next.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    if ours { next } else { "/" }
}

/// `POST /login`
pub(super) async fn create(
    State(web): State<Web>,
    session: Session,
    address: Option<Extension<ConnectInfo<SocketAddr>>>,
    posted: Posted,
) -> PageResult {
    let email = posted.get("email").trim().to_owned();
    let password = posted.secret("password");
    let from = address
        .map_or_else(|| "unknown".to_owned(), |Extension(ConnectInfo(address))| address.ip().to_string());
    let next = posted.get("next");
    let refuse = |why| page::show_again(&form(&web, &email, next, Some(why)));
    if email.is_empty() || password.expose_secret().is_empty() {
        return refuse("Enter your email address and your password.");
    }
    if email.len() > 1000 || password.expose_secret().len() > 1000 || email.contains('\0') {
        return refuse("Email or password is not right.");
    }
    if users::verdict(&web.pool, &email, &from).await? == Verdict::Wait {
        return refuse("Too many attempts. Wait 15 minutes, then try again.");
    }
    let Some(user) = users::sign_in(&web.pool, &web.passwords, &email, &password).await? else {
        users::note_failure(&web.pool, &email, &from).await?;
        return refuse("Email or password is not right.");
    };
    users::forget_failures(&web.pool, &email, &from).await?;
    users::note_sign_in(&web.pool, user.id).await?;
    session::begin(&session, user.id).await?;
    page::see(of_ours(next))
}

/// `POST /logout`
pub(super) async fn end(session: Session) -> PageResult {
    session.flush().await?;
    page::see("/login")
}

fn form(web: &Web, email: &str, next: &str, problem: Option<&'static str>) -> Page {
    let short: String = email.chars().take(1000).collect();
    Page {
        email: Field::new("email", "Email", Kind::Line("email"), short).autocomplete("username").focus(),
        password: Field::new("password", "Password", Kind::Secret, "").autocomplete("current-password"),
        problem,
        welcome: web.welcome.clone(),
        next: of_ours(next).to_owned(),
    }
}
