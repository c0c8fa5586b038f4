//! One-time links, shown once to whoever hands them on: for an invitation, for a new password.

use askama::Template;
use axum::extract::{Path, State};

use super::super::access::Administrator;
use super::super::error::PageError;
use super::super::page::{self, PageResult};
use super::super::reached::Reached;
use super::super::shell::Shell;
use super::super::{Web, assets, session, view};
use super::find;
use crate::crm::users;

/// A link that is to be handed on.
pub(super) struct Handed {
    title: String,
    /// What it is good for, and how long.
    text: String,
    link: String,
    back: String,
}

impl Handed {
    pub(super) fn invitation(email: &str, token: &str, reached: &Reached) -> Self {
        Self {
            title: format!("Invite {email}"),
            text: format!(
                "Give this link to {email}. Whoever opens it chooses a password and is in. It is good once, for seven days."
            ),
            link: reached.link(&format!("/invitation?token={token}")),
            back: "/users".to_owned(),
        }
    }
}

#[derive(Template)]
#[template(path = "users/link.html")]
struct Shown {
    shell: Shell,
    handed: Handed,
}

/// The page with the link. It is in this answer only: nothing but its hash is kept.
pub(super) async fn show(web: &Web, admin: Administrator, handed: Handed) -> PageResult {
    let shell = Shell::load(web, &admin.session, admin.user, "/users").await?;
    page::show(&Shown { shell, handed })
}

/// `POST /invitations/{id}/links`
pub(super) async fn for_invitation(
    State(web): State<Web>,
    admin: Administrator,
    reached: Reached,
    Path(id): Path<i64>,
) -> PageResult {
    let mut db = web.pool.acquire().await?;
    let (email, token) = users::renew(&mut db, id).await?.ok_or(PageError::NotFound)?;
    drop(db);
    show(&web, admin, Handed::invitation(&email, &token, &reached)).await
}

/// `POST /invitations/{id}/withdrawal`
pub(super) async fn withdraw(
    State(web): State<Web>,
    admin: Administrator,
    Path(id): Path<i64>,
) -> PageResult {
    let mut db = web.pool.acquire().await?;
    let email = users::withdraw(&mut db, id).await?.ok_or(PageError::NotFound)?;
    let note = format!("The invitation of {email} is withdrawn: the link is not good any more.");
    session::flash(&admin.session, &note, None).await?;
    page::see("/users")
}

/// `POST /users/{id}/password-links`
pub(super) async fn for_password(
    State(web): State<Web>,
    admin: Administrator,
    reached: Reached,
    Path(id): Path<i64>,
) -> PageResult {
    let mut db = web.pool.acquire().await?;
    let person = find(&mut db, id).await?;
    if !person.is_active() {
        let note = format!("{} is disabled: enable them first.", person.name);
        session::flash(&admin.session, &note, None).await?;
        return page::see(&format!("/users/{id}"));
    }
    let token = users::issue_password_link(&mut db, id).await?;
    drop(db);
    let handed = Handed {
        title: format!("A new password for {}", person.name),
        text: format!(
            "Give this link to {}. With it they set a new password; all their sessions end then. It is good once, for an \
             hour.",
            person.name
        ),
        link: reached.link(&format!("/password?token={token}")),
        back: format!("/users/{id}"),
    };
    show(&web, admin, handed).await
}
