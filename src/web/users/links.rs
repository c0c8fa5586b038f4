//! One-time links, shown once to whoever hands them on: for an invitation, for a new password.

use askama::Template;
use axum::extract::{Path, State};
use sqlx::PgConnection;

use super::super::access::Administrator;
use super::super::error::PageError;
use super::super::page::{self, PageResult};
use super::super::reached::Reached;
use super::super::shell::Shell;
use super::super::{Web, assets, mailing, session, view};
use super::find;
use crate::crm::audit::{self, Act, Changes, Subject, SubjectKind};
use crate::crm::users;
use crate::notify::{self, Mail};

/// A link that is to be handed on.
pub(super) struct Handed {
    title: String,
    /// What it is good for, and how long.
    text: String,
    link: String,
    back: String,
    /// It is on its way by e-mail as well.
    mailed: bool,
}

impl Handed {
    /// The same, which went out by e-mail as well.
    pub(super) fn mailed(self, mailed: bool) -> Self {
        Self { mailed, ..self }
    }

    pub(super) fn invitation(email: &str, token: &str, reached: &Reached) -> Self {
        Self {
            mailed: false,
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

/// Sends the link of an invitation by e-mail as well, where e-mail is set up.
pub(super) async fn mail(
    web: &Web,
    db: &mut PgConnection,
    admin: &Administrator,
    email: &str,
    token: &str,
) -> Result<bool, PageError> {
    let Some(base) = mailing::address(web).await? else { return Ok(false) };
    let mail = Mail {
        to: email.to_owned(),
        subject: format!("{} invites you to Cartwright", admin.user.name),
        text: format!(
            "Hello,\n\n{} invites you to Cartwright. Choose your password here within seven days, and you are in:\n\n\
             {base}/invitation?token={token}\n",
            admin.user.name
        ),
    };
    notify::mail(db, &web.vault, &mail).await?;
    Ok(true)
}

/// Says in the audit trail what was done about somebody who is no user yet.
async fn note(
    db: &mut PgConnection,
    admin: &Administrator,
    act: Act,
    email: &str,
) -> Result<(), sqlx::Error> {
    let whose = Subject::named(SubjectKind::User, email);
    audit::note(db, &admin.actor(), act, &whose, &Changes::none()).await
}

/// `POST /invitations/{id}/links`
pub(super) async fn for_invitation(
    State(web): State<Web>,
    admin: Administrator,
    reached: Reached,
    Path(id): Path<i64>,
) -> PageResult {
    let mut tx = web.pool.begin().await?;
    let (email, token) = users::renew(&mut tx, id, admin.user.id).await?.ok_or(PageError::NotFound)?;
    note(&mut tx, &admin, Act::Invited, &email).await?;
    let mailed = mail(&web, &mut tx, &admin, &email, &token).await?;
    tx.commit().await?;
    show(&web, admin, Handed::invitation(&email, &token, &reached).mailed(mailed)).await
}

/// `POST /invitations/{id}/withdrawal`
pub(super) async fn withdraw(
    State(web): State<Web>,
    admin: Administrator,
    Path(id): Path<i64>,
) -> PageResult {
    let mut tx = web.pool.begin().await?;
    let email = users::withdraw(&mut tx, id).await?.ok_or(PageError::NotFound)?;
    note(&mut tx, &admin, Act::InviteWithdrawn, &email).await?;
    tx.commit().await?;
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
    if id == admin.user.id {
        return super::to_profile(&admin).await;
    }
    let mut tx = web.pool.begin().await?;
    let person = find(&mut tx, id).await?;
    if !person.is_active() {
        let note = format!("{} is disabled: enable them first.", person.name);
        session::flash(&admin.session, &note, None).await?;
        return page::see(&format!("/users/{id}"));
    }
    let token = users::issue_password_link(&mut tx, id, Some(admin.user.id)).await?;
    super::note(&mut tx, &admin, Act::ResetAsked, &person, Changes::none()).await?;
    tx.commit().await?;
    let handed = Handed {
        title: format!("A new password for {}", person.name),
        text: format!(
            "Give this link to {}. With it they set a new password; all their sessions end then. It is good once, for an \
             hour.",
            person.name
        ),
        link: reached.link(&format!("/password?token={token}")),
        back: format!("/users/{id}"),
        mailed: false,
    };
    show(&web, admin, handed).await
}
