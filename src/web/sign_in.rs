//! Sign-in and sign-out; the code beside the password is in [`code`].

pub(super) mod code;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use secrecy::ExposeSecret;
use serde::Deserialize;
use tower_sessions::Session;
use url::form_urlencoded;

use super::access::{Origin, SignedIn};
use super::error::WayBack;
use super::form::{Field, Kind, Posted};
use super::page::{self, PageResult};
use super::{Web, assets, session, view};
use crate::crm::audit::{self, Act, Changes, Subject, SubjectKind};
use crate::crm::users::{self, User, Verdict, second_factor};

#[derive(Template)]
#[template(path = "users/sign_in.html")]
struct Page {
    email: Field,
    password: Field,
    problem: Option<&'static str>,
    welcome: Option<String>,
    /// The page that was asked for before.
    next: String,
    /// A form was sent by somebody who was not signed in any more.
    unsent: bool,
}

/// Where the way leads after signing in.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    next: String,
    #[serde(default)]
    unsent: Option<String>,
}

/// Off to the sign-in page, and from there on to the page that was asked for, or to the form that was sent in vain.
pub(super) fn first(way_back: &WayBack) -> Response {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let (WayBack::Page(page) | WayBack::Form(page)) = way_back;
    if page != "/" {
        query.append_pair("next", page);
    }
    if matches!(way_back, WayBack::Form(_)) {
        query.append_pair("unsent", "1");
    }
    let query = query.finish();
    let to = if query.is_empty() { "/login".to_owned() } else { format!("/login?{query}") };
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
    page::show(&Page { unsent: wanted.unsent.is_some(), ..form(&web, "", &wanted.next, None) })
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
    origin: Origin,
    posted: Posted,
) -> PageResult {
    let email = posted.get("email").trim().to_owned();
    let password = posted.secret("password");
    let from = origin.text();
    let next = posted.get("next");
    let refuse = |why| page::show_again(&form(&web, &email, next, Some(why)));
    if email.is_empty() || password.expose_secret().is_empty() {
        return refuse("Enter your email address and your password.");
    }
    if email.len() > 1000 || password.expose_secret().len() > 1000 || email.contains('\0') {
        return refuse("Email or password is not right.");
    }
    if users::attempt(&web.pool, &email, &from).await? == Verdict::Wait {
        return refuse("Too many attempts. Wait 15 minutes, then try again.");
    }
    let Some(user) = users::sign_in(&web.pool, &web.passwords, &email, &password).await? else {
        let mut db = web.pool.acquire().await?;
        let whose = Subject::named(SubjectKind::User, &email);
        audit::note(&mut db, &origin.visitor(), Act::SignInFailed, &whose, &Changes::none()).await?;
        return refuse("Email or password is not right.");
    };
    let mut db = web.pool.acquire().await?;
    if second_factor::of(&mut db, user.id).await?.is_some() {
        session::pend(&session, user.id, of_ours(next)).await?;
        return page::see("/login/code");
    }
    drop(db);
    let_in(&web, &session, &origin, &user, next).await
}

/// All that was asked for is proved.
pub(super) async fn let_in(
    web: &Web,
    session: &Session,
    origin: &Origin,
    user: &User,
    next: &str,
) -> PageResult {
    users::forget_failures(&web.pool, &user.email, &origin.text()).await?;
    let mut tx = web.pool.begin().await?;
    users::note_sign_in(&mut tx, user.id).await?;
    let whose = Subject::new(SubjectKind::User, user.id, &user.name);
    let device = Changes::none().told("Device", &origin.device());
    audit::note(&mut tx, &origin.user(user.id), Act::SignedIn, &whose, &device).await?;
    tx.commit().await?;
    session::begin(session, user.id, origin).await?;
    page::see(of_ours(next))
}

/// `POST /logout`
pub(super) async fn end(State(web): State<Web>, who: Option<SignedIn>, session: Session) -> PageResult {
    if let Some(who) = who {
        let mut db = web.pool.acquire().await?;
        let whose = Subject::new(SubjectKind::User, who.user.id, &who.user.name);
        audit::note(&mut db, &who.actor(), Act::SignedOut, &whose, &Changes::none()).await?;
    }
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
        unsent: false,
        next: of_ours(next).to_owned(),
    }
}
