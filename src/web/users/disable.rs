//! Letting somebody in no more, and again. What they own goes to somebody who stays.

use askama::Template;
use axum::extract::{Path, State};
use sqlx::PgConnection;

use super::super::access::Administrator;
use super::super::error::PageError;
use super::super::form::{Errors, Field, Kind, Posted};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, profile, session, view};
use super::find;
use crate::chores::{self, Assignment};
use crate::crm::audit::{Act, Changes};
use crate::crm::channels::{self, Owned};
use crate::crm::records;
use crate::crm::users::{self, Person, User, UserError};

#[derive(Template)]
#[template(path = "users/disable.html")]
struct Ask {
    shell: Shell,
    person: Person,
    owned: Owned,
    successor: Field,
    problem: Option<String>,
}

/// `GET /users/{id}/deactivation`
pub(super) async fn ask(State(web): State<Web>, admin: Administrator, Path(id): Path<i64>) -> PageResult {
    let mut db = web.pool.acquire().await?;
    let person = find(&mut db, id).await?;
    if !person.is_active() {
        return page::see(&format!("/users/{id}"));
    }
    page::show(&question(&web, &mut db, admin, person, "", Errors::default()).await?)
}

/// `POST /users/{id}/deactivation`
pub(super) async fn disable(
    State(web): State<Web>,
    admin: Administrator,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    let mut tx = web.pool.begin().await?;
    let person = find(&mut tx, id).await?;
    let mut errors = Errors::default();
    let wanted = posted.get("successor");
    let successor = match possible(&web, &mut tx, &person).await? {
        _ if id == admin.user.id => {
            errors.on("form", "You cannot disable yourself: another administrator can.");
            None
        }
        users => users.into_iter().find(|user| user.id.to_string() == wanted),
    };
    if successor.is_none() && owns(&mut tx, id).await? {
        errors.on("successor", "Choose who takes over what they own.");
    }
    if !errors.is_empty() {
        return page::show_again(&question(&web, &mut tx, admin, person, wanted, errors).await?);
    }
    match users::disable(&mut tx, id).await {
        Ok(()) => {}
        Err(problem @ UserError::LastAdministrator) => {
            errors.on("form", problem);
            return page::show_again(&question(&web, &mut tx, admin, person, wanted, errors).await?);
        }
        Err(problem) => return Err(problem.into()),
    }
    let Some(successor) = successor else {
        super::note(&mut tx, &admin, Act::Deactivated, &person, Changes::none()).await?;
        tx.commit().await?;
        let note = format!("{} cannot sign in any more. They owned nothing.", person.name);
        session::flash(&admin.session, &note, None).await?;
        return page::see(&format!("/users/{id}"));
    };
    // nobody else is disabled or changed from here on, and somebody may have been since the question
    if !possible(&web, &mut tx, &person).await?.iter().any(|user| user.id == successor.id) {
        tx.rollback().await?;
        errors.on("successor", "They cannot take over any more. Choose somebody else.");
        let mut db = web.pool.acquire().await?;
        return page::show_again(&question(&web, &mut db, admin, person, wanted, errors).await?);
    }
    channels::hand_over(&mut tx, id, successor.id).await?;
    if records::owns_any(&mut tx, id).await? {
        let title = format!("Give what {} owned to {}", person.name, successor.name);
        chores::ask(&mut tx, &Assignment::all_of(id, successor.id), title, admin.user.id).await?;
    }
    let told = Changes::none().told("Takes over", &successor.name);
    super::note(&mut tx, &admin, Act::Deactivated, &person, told).await?;
    tx.commit().await?;
    let note = format!("{} cannot sign in any more. {} takes over.", person.name, successor.name);
    session::flash(&admin.session, &note, None).await?;
    page::see(&format!("/users/{id}"))
}

/// `POST /users/{id}/activation`
pub(super) async fn enable(State(web): State<Web>, admin: Administrator, Path(id): Path<i64>) -> PageResult {
    let mut tx = web.pool.begin().await?;
    let person = find(&mut tx, id).await?;
    users::enable(&mut tx, id).await?;
    super::note(&mut tx, &admin, Act::Activated, &person, Changes::none()).await?;
    tx.commit().await?;
    let mut note = format!(
        "{} can sign in again, with the password they had. What was handed over stays where it is.",
        person.name
    );
    if let Some(names) = profile::names_of_tokens(&web, id).await? {
        note.push_str(&format!(" API tokens of theirs that work again: {names}."));
    }
    session::flash(&admin.session, &note, None).await?;
    page::see(&format!("/users/{id}"))
}

/// Do they own a store or a record?
async fn owns(db: &mut PgConnection, id: i64) -> Result<bool, sqlx::Error> {
    Ok(!channels::owned_by(&mut *db, id).await?.is_nothing() || records::owns_any(db, id).await?)
}

/// Who may take over: whoever can manage stores, if there are any; else whoever can edit.
async fn possible(web: &Web, db: &mut PgConnection, person: &Person) -> Result<Vec<User>, PageError> {
    let stores = !channels::owned_by(db, person.id).await?.is_nothing();
    let mut all = users::list(&web.pool).await?;
    all.retain(|user| user.id != person.id && if stores { user.may_see_system() } else { user.may_edit() });
    Ok(all)
}

async fn question(
    web: &Web,
    db: &mut PgConnection,
    admin: Administrator,
    person: Person,
    wanted: &str,
    errors: Errors,
) -> Result<Ask, PageError> {
    let owned = channels::owned_by(db, person.id).await?;
    let mut choices = vec![(String::new(), "Choose…".to_owned())];
    let possible = possible(web, db, &person).await?;
    choices.extend(possible.into_iter().map(|user| (user.id.to_string(), user.name)));
    let successor = Field::new("successor", "Who takes over", Kind::Choice(choices), wanted).errors(&errors);
    let successor = match owns(db, person.id).await? {
        true => {
            successor.required().hint("They become the owner of the stores and records that this user owns.")
        }
        false => successor.hint("This user owns nothing now: nobody has to."),
    };
    let problem = errors.get("form").map(str::to_owned);
    let shell = Shell::load(web, &admin.session, admin.user, "/users").await?;
    Ok(Ask { shell, person, owned, successor, problem })
}
