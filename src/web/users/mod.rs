//! Users, for administrators: the list with who was invited, a user's page; the form is in [`form`], letting somebody in no
//! more in [`disable`], one-time links in [`links`].

mod disable;
mod form;
mod links;
mod typed;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use sqlx::PgConnection;

use super::access::Administrator;
use super::error::PageError;
use super::grid::{Asked, Grid, Lister};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, mailing, session, view};
use crate::base::clock;
use crate::crm::audit::{self, Act, Changes, Subject, SubjectKind};
use crate::crm::channels::{self, Owned};
use crate::crm::tokens::{self, Token};
use crate::crm::users::{self, Invitation, Person, second_factor};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/users", get(list).post(form::create))
        .route("/users/export", get(export))
        .route("/users/new", get(form::new))
        .route("/users/{id}", get(show).post(form::update))
        .route("/users/{id}/edit", get(form::edit))
        .route("/users/{id}/deactivation", get(disable::ask).post(disable::disable))
        .route("/users/{id}/activation", post(disable::enable))
        .route("/users/{id}/password-links", post(links::for_password))
        .route("/users/{id}/sign-outs", post(sign_out))
        .route("/users/{id}/two-factor/removal", post(forget_second_factor))
        .route("/users/{id}/tokens/{token}/revocation", post(revoke_token))
        .route("/invitations/{id}/links", post(links::for_invitation))
        .route("/invitations/{id}/withdrawal", post(links::withdraw))
}

#[derive(Template)]
#[template(path = "users/list.html")]
struct List {
    shell: Shell,
    list: Grid,
    invitations: Vec<Invitation>,
}

impl List {
    fn is_good(&self, invitation: &Invitation) -> bool {
        invitation.expires_at > clock::now()
    }
}

async fn list(State(web): State<Web>, admin: Administrator, asked: Asked) -> PageResult {
    let list = Lister::new(&web, &admin.user, asked, &users::LISTING).load().await?;
    let invitations = users::open_invitations(&web.pool).await?;
    let shell = Shell::load(&web, &admin.session, admin.user, "/users").await?;
    page::show(&List { shell, list, invitations })
}

async fn export(State(web): State<Web>, admin: Administrator, asked: Asked) -> PageResult {
    Lister::new(&web, &admin.user, asked, &users::LISTING).csv(&admin.actor()).await
}

#[derive(Template)]
#[template(path = "users/show.html")]
struct Show {
    shell: Shell,
    person: Person,
    owned: Owned,
    tokens: Vec<Token>,
}

impl Show {
    fn is_me(&self) -> bool {
        self.person.id == self.shell.user.id
    }
}

async fn show(State(web): State<Web>, admin: Administrator, Path(id): Path<i64>) -> PageResult {
    let mut db = web.pool.acquire().await?;
    let person = find(&mut db, id).await?;
    let owned = channels::owned_by(&mut db, id).await?;
    drop(db);
    let tokens = tokens::of_user(&web.pool, id).await?;
    let shell = Shell::load(&web, &admin.session, admin.user, "/users").await?;
    page::show(&Show { shell, person, owned, tokens })
}

/// `POST /users/{id}/tokens/{token}/revocation`
async fn revoke_token(
    State(web): State<Web>,
    admin: Administrator,
    Path((id, token)): Path<(i64, i64)>,
) -> PageResult {
    let mut tx = web.pool.begin().await?;
    let person = find(&mut tx, id).await?;
    let revoked = tokens::revoke(&mut tx, id, token).await?;
    if let Some(name) = &revoked {
        note(&mut tx, &admin, Act::TokenRevoked, &person, Changes::none().told("Token", name)).await?;
    }
    tx.commit().await?;
    let note = match revoked {
        Some(name) => format!("The token “{name}” opens nothing any more."),
        None => "That token was gone already.".to_owned(),
    };
    session::flash(&admin.session, &note, None).await?;
    page::see(&format!("/users/{id}"))
}

/// `POST /users/{id}/sign-outs`
async fn sign_out(State(web): State<Web>, admin: Administrator, Path(id): Path<i64>) -> PageResult {
    let mut tx = web.pool.begin().await?;
    let person = find(&mut tx, id).await?;
    users::end_sessions(&mut tx, id).await?;
    note(&mut tx, &admin, Act::SessionEnded, &person, Changes::none()).await?;
    tx.commit().await?;
    let note = format!("{} is signed out everywhere.", person.name);
    session::flash(&admin.session, &note, None).await?;
    page::see(&format!("/users/{id}"))
}

/// `POST /users/{id}/two-factor/removal`: for somebody who lost what they prove themselves with.
async fn forget_second_factor(
    State(web): State<Web>,
    admin: Administrator,
    Path(id): Path<i64>,
) -> PageResult {
    if id == admin.user.id {
        return to_profile(&admin).await;
    }
    let mut tx = web.pool.begin().await?;
    let person = find(&mut tx, id).await?;
    second_factor::switch_off(&mut tx, id).await?;
    note(&mut tx, &admin, Act::SecondFactorOff, &person, Changes::none()).await?;
    mailing::tell(&web, &mut tx, (&person.name, &person.email), mailing::CODE_OFF).await?;
    tx.commit().await?;
    let note = format!("{} is asked for no code any more: their password is enough.", person.name);
    session::flash(&admin.session, &note, None).await?;
    page::see(&format!("/users/{id}"))
}

/// An administrator's own way in is changed on the profile, which asks for the password: a page that was left open is no way to
/// take their account.
async fn to_profile(admin: &Administrator) -> PageResult {
    let note = "Your own password and two-factor sign-in are changed here, with your password.";
    session::flash(&admin.session, note, None).await?;
    page::see("/profile")
}

/// Says in the audit trail what was done to a user.
async fn note(
    db: &mut PgConnection,
    admin: &Administrator,
    act: Act,
    person: &Person,
    changes: Changes,
) -> Result<(), sqlx::Error> {
    let whose = Subject::new(SubjectKind::User, person.id, &person.name);
    audit::note(db, &admin.actor(), act, &whose, &changes).await
}

async fn find(db: &mut PgConnection, id: i64) -> Result<Person, PageError> {
    users::person(db, id).await?.ok_or(PageError::NotFound)
}
