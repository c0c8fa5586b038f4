//! Sign-in and sign-out.

use std::net::SocketAddr;

use askama::Template;
use axum::Extension;
use axum::extract::{ConnectInfo, State};
use secrecy::ExposeSecret;
use tower_sessions::Session;

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
}

/// `GET /login`
pub(super) async fn show(State(web): State<Web>, user: Option<SignedIn>) -> PageResult {
    if user.is_some() {
        return page::see("/");
    }
    page::show(&form(&web, "", None))
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
    let refuse = |why| page::show_again(&form(&web, &email, Some(why)));
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
    users::forget_failures(&web.pool, &email).await?;
    users::note_sign_in(&web.pool, user.id).await?;
    session::begin(&session, user.id).await?;
    page::see("/")
}

/// `POST /logout`
pub(super) async fn end(session: Session) -> PageResult {
    session.flush().await?;
    page::see("/login")
}

fn form(web: &Web, email: &str, problem: Option<&'static str>) -> Page {
    let short: String = email.chars().take(1000).collect();
    Page {
        email: Field::new("email", "Email", Kind::Line("email"), short).autocomplete("username").focus(),
        password: Field::new("password", "Password", Kind::Secret, "").autocomplete("current-password"),
        problem,
        welcome: web.welcome.clone(),
    }
}
