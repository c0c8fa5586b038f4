//! The first administrator, made through the one-time link that the start prints.

use askama::Template;
use axum::extract::{Query, State};
use serde::Deserialize;
use tower_sessions::Session;

use super::access::Origin;
use super::error::PageError;
use super::form::{Errors, Field, Kind, Posted, line};
use super::page::{self, PageResult};
use super::{Web, assets, session};
use crate::base::email::Email;
use crate::crm::audit::{self, Act, Changes, Subject, SubjectKind};
use crate::crm::users::{self, NewUser, Password, Role};

#[derive(Template)]
#[template(path = "users/setup.html")]
struct Page {
    token: String,
    fields: [Field; 3],
}

/// The query of the link.
#[derive(Deserialize)]
pub(super) struct Link {
    #[serde(default)]
    token: String,
}

/// `GET /setup?token=…`
pub(super) async fn show(State(web): State<Web>, Query(link): Query<Link>) -> PageResult {
    if users::any_user(&mut *web.pool.acquire().await?).await? {
        // it has done its work: whoever is not signed in is asked to there
        return page::see("/");
    }
    must_be_good(&web, &link.token).await?;
    page::show(&form(&link.token, &Posted::default(), &Errors::default()))
}

/// `POST /setup`
pub(super) async fn create(
    State(web): State<Web>,
    session: Session,
    origin: Origin,
    posted: Posted,
) -> PageResult {
    let token = posted.get("token");
    must_be_good(&web, token).await?;
    let mut errors = Errors::default();
    let name = errors.take("name", line(posted.get("name"), "your name", 200));
    let email = errors.take("email", Email::parse(posted.get("email")));
    let password = Password::parse(&posted.secret("password"), posted.get("name"), posted.get("email"));
    let password = errors.take("password", password);
    let (Some(name), Some(email), Some(password)) = (name, email, password) else {
        return page::show_again(&form(token, &posted, &errors));
    };
    let called = name.clone();
    let user = NewUser { name, email, role: Role::Administrator, password };
    let id = users::redeem_setup_token(&web.pool, &web.passwords, token, &user)
        .await?
        .ok_or(PageError::NotFound)?;
    let mut db = web.pool.acquire().await?;
    let whose = Subject::new(SubjectKind::User, id, &called);
    let role = Changes::none().told("Role", Role::Administrator.word());
    audit::note(&mut db, &origin.user(id), Act::Created, &whose, &role).await?;
    users::note_sign_in(&mut db, id).await?;
    session::begin(&session, id, &origin).await?;
    page::see("/")
}

async fn must_be_good(web: &Web, token: &str) -> Result<(), PageError> {
    let mut db = web.pool.acquire().await?;
    let good = !users::any_user(&mut db).await? && users::setup_token_is_good(&mut db, token).await?;
    if good { Ok(()) } else { Err(PageError::NotFound) }
}

fn form(token: &str, posted: &Posted, errors: &Errors) -> Page {
    let field =
        |name, label, kind, value: &str| Field::new(name, label, kind, value).required().errors(errors);
    Page {
        token: token.to_owned(),
        fields: [
            field("name", "Name", Kind::Line("text"), posted.get("name")).autocomplete("name").focus(),
            field("email", "Email", Kind::Line("email"), posted.get("email")).autocomplete("username"),
            field("password", "Password", Kind::Secret, "")
                .autocomplete("new-password")
                .hint("At least 10 characters; a few words together are easy to remember."),
        ],
    }
}
