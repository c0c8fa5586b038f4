//! The form of a team: its name, and who is in it.

use askama::Template;
use axum::extract::{Path, State};
use chrono::{DateTime, Utc};

use super::super::access::Administrator;
use super::super::error::PageError;
use super::super::form::{Errors, Field, Kind, Posted, line};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, session, view};
use super::find;
use crate::crm::users::teams::{self, TeamError};
use crate::crm::users::{self, User};

/// What a name may hold.
const LONGEST_NAME: usize = 200;

#[derive(Template)]
#[template(path = "teams/form.html")]
struct Form {
    shell: Shell,
    /// Which one it changes: id and name; none when it makes one.
    team: Option<(i64, String)>,
    name: Field,
    /// Who can be in it, and is.
    people: Vec<(User, bool)>,
    shown: String,
    errors: Errors,
}

/// `GET /teams/new`
pub(super) async fn new(State(web): State<Web>, admin: Administrator) -> PageResult {
    page::show(&form(&web, admin, None, &Posted::default(), Errors::default()).await?)
}

/// `POST /teams`
pub(super) async fn create(State(web): State<Web>, admin: Administrator, posted: Posted) -> PageResult {
    let mut errors = Errors::default();
    let name = errors.take("name", line(posted.get("name"), "a name", LONGEST_NAME));
    let Some(name) = name else {
        return page::show_again(&form(&web, admin, None, &posted, errors).await?);
    };
    let mut tx = web.pool.begin().await?;
    match teams::insert(&mut tx, &name, &ticked(&posted)).await {
        Ok(id) => {
            tx.commit().await?;
            session::flash(&admin.session, "Team saved.", None).await?;
            page::see(&format!("/teams/{id}"))
        }
        Err(problem @ TeamError::NameTaken) => {
            errors.on("name", problem);
            page::show_again(&form(&web, admin, None, &posted, errors).await?)
        }
        Err(problem) => Err(problem.into()),
    }
}

/// `GET /teams/{id}/edit`
pub(super) async fn edit(State(web): State<Web>, admin: Administrator, Path(id): Path<i64>) -> PageResult {
    let mut db = web.pool.acquire().await?;
    let team = find(&mut db, id).await?;
    let members = teams::members(&mut db, id).await?;
    drop(db);
    let typed = Posted::default().with("name", &team.name).with("shown", team.updated_at.to_rfc3339());
    let typed = members.iter().fold(typed, |typed, (id, ..)| typed.and("member", id.to_string()));
    page::show(&form(&web, admin, Some((id, team.name)), &typed, Errors::default()).await?)
}

/// `POST /teams/{id}`
pub(super) async fn update(
    State(web): State<Web>,
    admin: Administrator,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    let mut tx = web.pool.begin().await?;
    let team = find(&mut tx, id).await?;
    if posted.get("action") == "cancel" {
        return page::see(&format!("/teams/{id}"));
    }
    let which = Some((id, team.name));
    let mut errors = Errors::default();
    let name = errors.take("name", line(posted.get("name"), "a name", LONGEST_NAME));
    let Some(name) = name else {
        return page::show_again(&form(&web, admin, which, &posted, errors).await?);
    };
    let shown = posted.get("shown").parse::<DateTime<Utc>>().unwrap_or_default();
    match teams::change(&mut tx, id, shown, &name, &ticked(&posted)).await {
        Ok(()) => {
            tx.commit().await?;
            session::flash(&admin.session, "Team saved.", None).await?;
            return page::see(&format!("/teams/{id}"));
        }
        Err(problem @ TeamError::NameTaken) => errors.on("name", problem),
        Err(TeamError::ChangedMeanwhile) => {
            drop(tx);
            return meanwhile(&web, admin, id, posted).await;
        }
        Err(problem) => return Err(problem.into()),
    }
    drop(tx);
    page::show_again(&form(&web, admin, which, &posted, errors).await?)
}

/// Somebody else was quicker: the form says what stands there now, and keeps what was typed.
async fn meanwhile(web: &Web, admin: Administrator, id: i64, posted: Posted) -> PageResult {
    let mut db = web.pool.acquire().await?;
    let now = find(&mut db, id).await?;
    let members = teams::members(&mut db, id).await?;
    drop(db);
    let names: Vec<String> = members.into_iter().map(|(_, name, ..)| name).collect();
    let members = if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
    let mut errors = Errors::default();
    errors.on(
        "name",
        format!(
            "Somebody else saved this team meanwhile: it is called “{}” now and has {members} in it. Save again to put yours \
             in its place.",
            now.name
        ),
    );
    let posted = posted.with("shown", now.updated_at.to_rfc3339());
    page::show_again(&form(web, admin, Some((id, now.name)), &posted, errors).await?)
}

fn ticked(posted: &Posted) -> Vec<i64> {
    posted.all("member").filter_map(|id| id.parse().ok()).collect()
}

async fn form(
    web: &Web,
    admin: Administrator,
    team: Option<(i64, String)>,
    typed: &Posted,
    errors: Errors,
) -> Result<Form, PageError> {
    let members = ticked(typed);
    let people = users::list(&web.pool).await?;
    let people = people.into_iter().map(|user| (members.contains(&user.id), user));
    let people = people.map(|(is_in, user)| (user, is_in)).collect();
    let name =
        Field::new("name", "Name", Kind::Line("text"), typed.get("name")).required().focus().errors(&errors);
    let shown = typed.get("shown").to_owned();
    let shell = Shell::load(web, &admin.session, admin.user, "/teams").await?;
    Ok(Form { shell, team, name, people, shown, errors })
}
