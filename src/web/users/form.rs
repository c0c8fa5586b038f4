//! The form of a user. A new one without a password is invited by a link; with one they can sign in at once.

use askama::Template;
use axum::extract::{Path, State};
use chrono::{DateTime, Utc};
use secrecy::ExposeSecret;

use super::super::access::Administrator;
use super::super::error::PageError;
use super::super::form::{Errors, Field, Kind, Posted};
use super::super::page::{self, PageResult};
use super::super::profile::proves;
use super::super::reached::Reached;
use super::super::shell::Shell;
use super::super::{Web, assets, mailing, session, view};
use super::links::{self, Handed};
use super::{find, typed};
use crate::crm::audit::{self, Act, Changes, Subject, SubjectKind};
use crate::crm::channels;
use crate::crm::users::{self, NewUser, Password, PersonEdit, Role, UserError, teams};

/// A field with boxes to tick: id, word, ticked.
type Ticks = Vec<(i64, String, bool)>;

#[derive(Template)]
#[template(path = "users/form.html")]
struct Form {
    shell: Shell,
    /// Whom it changes: id and name; nobody when it makes somebody.
    person: Option<(i64, String)>,
    fields: Vec<Field>,
    teams: Ticks,
    shown: String,
    errors: Errors,
}

/// `GET /users/new`
pub(super) async fn new(State(web): State<Web>, admin: Administrator) -> PageResult {
    let typed = Posted::default().with("role", Role::Sales.key());
    page::show(&form(&web, admin, None, &typed, Errors::default()).await?)
}

/// `POST /users`
pub(super) async fn create(
    State(web): State<Web>,
    admin: Administrator,
    reached: Reached,
    posted: Posted,
) -> PageResult {
    match posted.secret("password").expose_secret().is_empty() {
        true => invite(&web, admin, &reached, &posted).await,
        false => add(&web, admin, &posted).await,
    }
}

async fn invite(web: &Web, admin: Administrator, reached: &Reached, posted: &Posted) -> PageResult {
    let mut errors = Errors::default();
    let teams = teams::list(&web.pool).await?;
    let Some(new) = typed::invitation(posted, &teams, &mut errors) else {
        return page::show_again(&form(web, admin, None, posted, errors).await?);
    };
    let mut tx = web.pool.begin().await?;
    match users::invite(&mut tx, &new, admin.user.id).await {
        Ok(token) => {
            let whose = Subject::named(SubjectKind::User, new.email.as_str());
            let role = Changes::none().told("Role", new.role.word());
            audit::note(&mut tx, &admin.actor(), Act::Invited, &whose, &role).await?;
            let mailed = links::mail(web, &mut tx, &admin, new.email.as_str(), &token).await?;
            tx.commit().await?;
            links::show(web, admin, Handed::invitation(new.email.as_str(), &token, reached).mailed(mailed))
                .await
        }
        Err(problem @ (UserError::EmailTaken | UserError::Invited)) => {
            errors.on("email", problem);
            page::show_again(&form(web, admin, None, posted, errors).await?)
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn add(web: &Web, admin: Administrator, posted: &Posted) -> PageResult {
    let mut errors = Errors::default();
    let teams = teams::list(&web.pool).await?;
    let edit = typed::edit(posted, &teams, &mut errors);
    let password = Password::parse(&posted.secret("password"), posted.get("name"), posted.get("email"));
    let password = errors.take("password", password);
    if let Some(edit) = &edit {
        let mut db = web.pool.acquire().await?;
        if users::person_by_email(&mut db, edit.email.as_str()).await?.is_some() {
            errors.on("email", UserError::EmailTaken);
        }
    }
    let (Some(edit), Some(password), true) = (edit, password, errors.is_empty()) else {
        return page::show_again(&form(web, admin, None, posted, errors).await?);
    };
    match save_new(web, &admin, edit, password).await {
        Ok((id, name, invited)) => {
            let also = if invited { " The invitation that they had is withdrawn." } else { "" };
            session::flash(&admin.session, &format!("{name} can sign in now.{also}"), None).await?;
            page::see(&format!("/users/{id}"))
        }
        Err(problem @ UserError::EmailTaken) => {
            errors.on("email", problem);
            page::show_again(&form(web, admin, None, posted, errors).await?)
        }
        Err(problem) => Err(problem.into()),
    }
}

/// The new user. An invitation that they have is withdrawn by it: whether there was one is told, too.
async fn save_new(
    web: &Web,
    admin: &Administrator,
    edit: PersonEdit,
    password: Password,
) -> Result<(i64, String, bool), UserError> {
    let mut tx = web.pool.begin().await?;
    let invited = users::is_invited(&mut tx, &edit.email).await?;
    let user = NewUser { name: edit.name, email: edit.email, role: edit.role, password };
    let id = users::save_user(&mut tx, &web.passwords, &user).await?;
    teams::put(&mut tx, id, &edit.teams).await?;
    let whose = Subject::new(SubjectKind::User, id, &user.name);
    let told = Changes::none().told("Email", user.email.as_str()).told("Role", user.role.word());
    audit::note(&mut tx, &admin.actor(), Act::Created, &whose, &told).await?;
    tx.commit().await?;
    Ok((id, user.name, invited))
}

/// `GET /users/{id}/edit`
pub(super) async fn edit(State(web): State<Web>, admin: Administrator, Path(id): Path<i64>) -> PageResult {
    let mut db = web.pool.acquire().await?;
    let person = find(&mut db, id).await?;
    drop(db);
    let typed = typed::as_posted(&person);
    page::show(&form(&web, admin, Some((id, person.name)), &typed, Errors::default()).await?)
}

/// `POST /users/{id}`
pub(super) async fn update(
    State(web): State<Web>,
    admin: Administrator,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    if posted.get("action") == "cancel" {
        return page::see(&format!("/users/{id}"));
    }
    let mut errors = Errors::default();
    let moves = !posted.get("email").trim().eq_ignore_ascii_case(&admin.user.email);
    if id == admin.user.id
        && moves
        && let Err(why) = proves(&web, &admin.user, admin.origin(), &posted).await?
    {
        errors.on("current-password", why);
    }
    let mut tx = web.pool.begin().await?;
    let person = find(&mut tx, id).await?;
    let who = Some((id, person.name.clone()));
    let teams = teams::list(&web.pool).await?;
    let edit = typed::edit(&posted, &teams, &mut errors);
    let owned = channels::owned_by(&mut tx, id).await?;
    if !owned.is_nothing() && edit.as_ref().is_some_and(|edit| !edit.role.may_see_system()) {
        let names = owned.names();
        errors.on("role", format!("They own {names}. Make somebody else the Default owner there first."));
    }
    let (Some(edit), true) = (edit, errors.is_empty()) else {
        return page::show_again(&form(&web, admin, who, &posted, errors).await?);
    };
    let shown = posted.get("shown").parse::<DateTime<Utc>>().unwrap_or_default();
    match users::change(&mut tx, id, shown, &edit).await {
        Ok(()) => {
            let now = find(&mut tx, id).await?;
            super::note(&mut tx, &admin, Act::Changed, &person, typed::changes(&person, &now)).await?;
            if now.email != person.email {
                let told = mailing::new_address(&now.email);
                mailing::tell(&web, &mut tx, (&person.name, &person.email), &told).await?;
            }
            tx.commit().await?;
            session::flash(&admin.session, "User saved.", None).await?;
            return page::see(&format!("/users/{id}"));
        }
        Err(problem @ UserError::EmailTaken) => errors.on("email", problem),
        Err(problem @ UserError::LastAdministrator) => errors.on("role", problem),
        Err(UserError::ChangedMeanwhile) => {
            let now = find(&mut tx, id).await?;
            typed::meanwhile(&now, &posted, &mut errors);
            let posted = posted.with("shown", now.updated_at.to_rfc3339());
            return page::show_again(&form(&web, admin, who, &posted, errors).await?);
        }
        Err(problem) => return Err(problem.into()),
    }
    drop(tx);
    page::show_again(&form(&web, admin, who, &posted, errors).await?)
}

async fn form(
    web: &Web,
    admin: Administrator,
    person: Option<(i64, String)>,
    typed: &Posted,
    errors: Errors,
) -> Result<Form, PageError> {
    let field =
        |name: &'static str, label, kind| Field::new(name, label, kind, typed.get(name)).errors(&errors);
    let roles = Role::ALL.map(|role| (role.key().to_owned(), role.word().to_owned())).to_vec();
    let name = field("name", "Name", Kind::Line("text")).focus();
    let mut fields = vec![
        if person.is_some() { name.required() } else { name.hint("Whom you invite can say it themselves.") },
        field("email", "Email", Kind::Line("email")).required().hint("What they sign in with."),
        field("role", "Role", Kind::Choice(roles)).required().hint(ROLES),
    ];
    if person.is_none() {
        let password = Field::new("password", "Password", Kind::Secret, "").errors(&errors);
        let password = password.autocomplete("new-password");
        fields.push(password.hint(
            "Leave it empty to invite them by a link: they choose their own. Else at least 10 characters.",
        ));
    }
    if person.as_ref().is_some_and(|(id, _)| *id == admin.user.id) {
        let password = Field::new("current-password", "Current password", Kind::Secret, "").errors(&errors);
        let password = password.autocomplete("current-password");
        fields.push(password.hint("Asked for only when you change the address that you sign in with."));
    }
    let ticked: Vec<&str> = typed.all("team").collect();
    let teams = teams::list(&web.pool).await?;
    let teams = teams.into_iter().map(|(id, name)| (id, name, ticked.contains(&id.to_string().as_str())));
    let teams = teams.collect();
    let shown = typed.get("shown").to_owned();
    let shell = Shell::load(web, &admin.session, admin.user, "/users").await?;
    Ok(Form { shell, person, fields, teams, shown, errors })
}

/// What each role may do.
const ROLES: &str = "Administrator: everything. Manager: records, and the stores that are theirs or their team’s. Sales: \
                     reads and edits records. Viewer: reads.";
