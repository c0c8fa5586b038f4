//! Joining by the one-time link of an invitation.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use serde::Deserialize;
use tower_sessions::Session;

use super::form::{Errors, Field, Kind, Posted, line};
use super::page::{self, PageResult};
use super::{Web, assets, session, view};
use crate::base::email::Email;
use crate::crm::users::{self, Invitation, NewUser, Password, UserError};

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/invitation", get(show).post(accept))
}

#[derive(Template)]
#[template(path = "users/invitation.html")]
struct Page {
    token: String,
    invitation: Invitation,
    fields: [Field; 3],
    problem: Option<String>,
}

/// A one-time link that is used up, too old, or was taken back.
#[derive(Template)]
#[template(path = "users/dead_link.html")]
pub(super) struct DeadLink {
    pub(super) why: &'static str,
}

/// The query of a one-time link.
#[derive(Deserialize)]
pub(super) struct Link {
    #[serde(default)]
    pub(super) token: String,
}

const DEAD: &str = "An invitation is good once, for seven days. If you have accepted it, sign in. If not, ask whoever invited \
                    you for a new link.";

/// `GET /invitation?token=…`
async fn show(State(web): State<Web>, Query(link): Query<Link>) -> PageResult {
    let mut db = web.pool.acquire().await?;
    match users::find_invitation(&mut db, &link.token).await? {
        Some(found) => {
            let typed = Posted::default().with("name", &found.name);
            page::show(&form(link.token, found, &typed, &Errors::default()))
        }
        None => dead(DEAD),
    }
}

/// `POST /invitation`
async fn accept(State(web): State<Web>, session: Session, posted: Posted) -> PageResult {
    let token = posted.get("token");
    let mut tx = web.pool.begin().await?;
    let Some(found) = users::find_invitation(&mut tx, token).await? else { return dead(DEAD) };
    let mut errors = Errors::default();
    let name = errors.take("name", line(posted.get("name"), "your name", 200));
    let password = Password::parse(&posted.secret("password"), posted.get("name"), &found.email);
    let password = errors.take("password", password);
    let email = errors.take("form", Email::parse(&found.email));
    let (Some(name), Some(email), Some(password)) = (name, email, password) else {
        return page::show_again(&form(token.to_owned(), found, &posted, &errors));
    };
    let user = NewUser { name, email, role: found.role, password };
    match users::accept(&mut tx, &web.passwords, token, &user).await {
        Ok(Some(id)) => {
            tx.commit().await?;
            session::begin(&session, id).await?;
            session::flash(&session, "Welcome to Cartwright.", None).await?;
            page::see("/")
        }
        Ok(None) => dead(DEAD),
        Err(UserError::EmailTaken) => {
            errors.on("form", "There is an account with this address already: sign in with it.");
            page::show_again(&form(token.to_owned(), found, &posted, &errors))
        }
        Err(problem) => Err(problem.into()),
    }
}

/// The page for a link that is good no more.
pub(super) fn dead(why: &'static str) -> PageResult {
    Ok((StatusCode::GONE, Html(DeadLink { why }.render()?)).into_response())
}

fn form(token: String, invitation: Invitation, typed: &Posted, errors: &Errors) -> Page {
    let fields = [
        Field::new("email", "Email", Kind::Line("email"), &invitation.email)
            .autocomplete("username")
            .locked_if(true, "What you sign in with."),
        Field::new("name", "Name", Kind::Line("text"), typed.get("name"))
            .required()
            .autocomplete("name")
            .errors(errors)
            .focus(),
        Field::new("password", "Password", Kind::Secret, "")
            .required()
            .autocomplete("new-password")
            .hint("At least 10 characters; a few words together are easy to remember.")
            .errors(errors),
    ];
    let problem = errors.get("form").map(str::to_owned);
    Page { token, invitation, fields, problem }
}
