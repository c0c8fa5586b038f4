//! A new password by a one-time link, for whoever forgot theirs.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use tower_sessions::Session;

use super::access::Origin;
use super::form::{Errors, Field, Kind, Posted};
use super::invitation::{Link, dead};
use super::page::{self, PageResult};
use super::{Web, assets, mailing, profile, session};
use crate::crm::audit::{self, Act, Changes, Subject, SubjectKind};
use crate::crm::users::{self, Password, User, second_factor};

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/password", get(show).post(set))
}

#[derive(Template)]
#[template(path = "users/new_password.html")]
struct Page {
    token: String,
    user: User,
    fields: [Field; 2],
}

const DEAD: &str = "A link for a new password is good once, for an hour, and ends when a newer one is made. Ask for another one on \
                    the sign-in page, or ask an administrator of your company.";

/// `GET /password?token=…`
async fn show(State(web): State<Web>, Query(link): Query<Link>) -> PageResult {
    let mut db = web.pool.acquire().await?;
    match users::password_link_is_for(&mut db, &link.token).await? {
        Some(user) => page::show(&form(link.token, user, &Errors::default())),
        None => dead(DEAD),
    }
}

/// `POST /password`
async fn set(State(web): State<Web>, session: Session, origin: Origin, posted: Posted) -> PageResult {
    let token = posted.get("token");
    let mut tx = web.pool.begin().await?;
    let Some(user) = users::password_link_is_for(&mut tx, token).await? else { return dead(DEAD) };
    let mut errors = Errors::default();
    let password = Password::parse(&posted.secret("password"), &user.name, &user.email);
    let Some(password) = errors.take("password", password) else {
        return page::show_again(&form(token.to_owned(), user, &errors));
    };
    let Some(id) = users::redeem_password_link(&mut tx, &web.passwords, token, &password).await? else {
        return dead(DEAD);
    };
    let whose = Subject::new(SubjectKind::User, id, &user.name);
    audit::note(&mut tx, &origin.user(id), Act::PasswordChanged, &whose, &Changes::none().secret("Password"))
        .await?;
    mailing::tell(&web, &mut tx, (&user.name, &user.email), mailing::NEW_PASSWORD).await?;
    let asks = second_factor::of(&mut tx, id).await?.is_some();
    tx.commit().await?;
    let (note, link) = profile::after_a_new_password(&web, id).await?;
    if asks {
        // a link is one proof; who wants to be asked for two still is, and guessed codes stay counted
        session::pend(&session, id, "/").await?;
        session::flash(&session, &note, link).await?;
        return page::see("/login/code");
    }
    users::forget_all_failures(&web.pool, &user.email).await?;
    session::begin(&session, id, &origin).await?;
    session::flash(&session, &note, link).await?;
    page::see("/")
}

fn form(token: String, user: User, errors: &Errors) -> Page {
    let fields = [
        Field::new("email", "Email", Kind::Line("email"), &user.email)
            .autocomplete("username")
            .locked_if(true, "What you sign in with."),
        Field::new("password", "New password", Kind::Secret, "")
            .required()
            .autocomplete("new-password")
            .hint("At least 10 characters; a few words together are easy to remember.")
            .errors(errors)
            .focus(),
    ];
    Page { token, user, fields }
}
