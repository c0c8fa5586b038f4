//! Failed records: the inbox of what could not be taken over, and what can be done about each.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use sqlx::PgConnection;

use super::access::Operator;
use super::channels::Confirm;
use super::error::PageError;
use super::form::Posted;
use super::grid::{self, Act, Asked, Grid, Lister};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, integrations, session, view};
use crate::base::clock;
use crate::base::listing::{Chosen, Wanted};
use crate::crm::alerts;
use crate::crm::audit::{self, Act as Deed, Actor, Changes, Subject, SubjectKind};
use crate::crm::users::User;
use crate::sync::failed::{self, FailedRecord};
use crate::sync::{self, Wish};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/failed-records", get(list))
        .route("/failed-records/export", get(export))
        .route("/failed-records/retries", post(retry_all))
        .route("/failed-records/dismissals", get(ask_dismiss_many).post(dismiss_many))
        .route("/failed-records/{id}", get(show))
        .route("/failed-records/{id}/retries", post(retry))
        .route("/failed-records/{id}/dismissal", get(ask_dismiss).post(dismiss))
}

#[derive(Template)]
#[template(path = "failed_records/list.html")]
struct List {
    shell: Shell,
    list: Grid<FailedRecord>,
}

impl List {
    fn may_manage(&self, record: &FailedRecord) -> bool {
        self.shell.user.may_manage(Some(record.owner_id))
    }

    fn may_manage_any(&self) -> bool {
        self.list.rows.iter().any(|record| self.may_manage(record))
    }
}

/// When a record is tried again, in words; `None` = at the time that stands in the record.
pub(super) fn next_try(record: &FailedRecord) -> Option<&'static str> {
    let asked = record.asked_at.is_some_and(|asked| asked > record.last_failed_at);
    match record.next_try_at {
        _ if asked => Some("with the next sync, as asked"),
        None => Some("when it changes, or you ask"),
        Some(at) if at <= clock::now() => Some("with the next sync"),
        Some(_) => None,
    }
}

async fn list(State(web): State<Web>, operator: Operator, asked: Asked) -> PageResult {
    let list = lister(&web, &operator.user, asked).await?.bulk(ACTS.to_vec()).load_own().await?;
    let manages = |record: &FailedRecord| operator.user.may_manage(Some(record.owner_id));
    let list = if list.rows.iter().any(manages) { list } else { list.without_bulk() };
    let shell = Shell::load(&web, &operator.session, operator.user, "/failed-records").await?;
    page::show(&List { shell, list })
}

async fn export(State(web): State<Web>, operator: Operator, asked: Asked) -> PageResult {
    lister(&web, &operator.user, asked).await?.csv(&operator.actor()).await
}

async fn lister<'a>(web: &'a Web, user: &'a User, asked: Asked) -> Result<Lister<'a>, PageError> {
    let (integrations, connectors) = failed::choices(&web.pool).await?;
    let integrations = integrations.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let connectors = connectors.into_iter().map(|name| (name.clone(), name)).collect();
    let list = Lister::new(web, user, asked, &failed::LISTING).choices("integration", integrations);
    Ok(list.choices("connector", connectors))
}

/// What can be done with many of them.
const ACTS: [Act; 2] = [
    Act { word: "Retry ticked", to: "/failed-records/retries", asks: false },
    Act { word: "Dismiss ticked", to: "/failed-records/dismissals", asks: true },
];

/// Those that are ticked, all that the list shows, or all of an integration or a connector. `None` = it is not clear.
fn meant(web: &Web, user: &User, posted: &Posted) -> Option<Chosen> {
    // the bar below the list sends the list's query, whatever is ticked
    if ["query", "id", "all"].iter().any(|word| posted.has(word)) {
        return Lister::chosen(web, user, &failed::LISTING, &Asked::posted(posted));
    }
    let own = |key| Some(posted.get(key)).filter(|value| !value.is_empty() && !value.contains('\0'));
    let mut wanted = Wanted::everything();
    for key in ["integration", "connector"] {
        if let Some(value) = own(key) {
            wanted = wanted.and(key, value);
        }
    }
    Some(Chosen::All(wanted))
}

#[derive(Template)]
#[template(path = "failed_records/show.html")]
struct Show {
    shell: Shell,
    record: FailedRecord,
    may_manage: bool,
}

async fn show(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let record = find(&web, id).await?;
    let may_manage = operator.user.may_manage(Some(record.owner_id));
    let shell = Shell::load(&web, &operator.session, operator.user, "/failed-records").await?;
    page::show(&Show { shell, record, may_manage })
}

/// The next sync tries it, and that sync is queued.
async fn retry(
    State(web): State<Web>,
    operator: Operator,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    let record = find(&web, id).await?;
    operator.must_manage(Some(record.owner_id))?;
    let it = integrations::find(&web, record.integration_id).await?;
    if it.active {
        failed::retry(&mut *web.pool.acquire().await?, id).await?;
    }
    integrations::ask_for_sync(&web, &operator, &it, Wish::Changes).await?;
    back(&posted)
}

/// The same for all that the filter means and the user may manage.
async fn retry_all(State(web): State<Web>, operator: Operator, posted: Posted) -> PageResult {
    let Some(chosen) = meant(&web, &operator.user, &posted) else {
        return grid::unclear(&operator.session, "/failed-records").await;
    };
    let mut tx = web.pool.begin().await?;
    let asked = failed::retry_many(&mut tx, &chosen, only_of(&operator.user)).await?;
    let mut jobs = Vec::new();
    for (id, name) in &asked {
        let job = sync::enqueue(&mut tx, *id, name, Some(operator.user.id), Wish::Changes).await?.id();
        let told = Changes::none().told("Job", &job.to_string()).told("What", "Retry failed records");
        let subject = Subject::new(SubjectKind::Integration, *id, name);
        audit::note(&mut tx, &operator.actor(), Deed::Started, &subject, &told).await?;
        jobs.push(job);
    }
    tx.commit().await?;
    let (note, progress) = match jobs.as_slice() {
        [] => ("There is nothing to retry here: no record of an active channel that you manage.", None),
        [job] => (integrations::ADDED, Some(format!("/jobs/{job}"))),
        _ => ("Sync jobs have been added to the queue.", Some("/jobs".to_owned())),
    };
    let link = progress.map(|to| ("Check progress", to));
    session::answer(&operator.session, !jobs.is_empty(), note, link).await?;
    back(&posted)
}

/// A manager may retry what is theirs or their teams', an administrator everything.
fn only_of(user: &User) -> Option<Vec<i64>> {
    (!user.is_administrator()).then(|| alerts::owners_for(user))
}

async fn ask_dismiss(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let record = find(&web, id).await?;
    operator.must_manage(Some(record.owner_id))?;
    page::show(&Confirm {
        shell: Shell::load(&web, &operator.session, operator.user, "/failed-records").await?,
        title: format!("Dismiss record {}?", record.remote_id),
        text: "It leaves this list and is not tried again by itself. Nothing changes in the store; when the record is \
               saved there, it is read anew."
            .to_owned(),
        action: format!("/failed-records/{id}/dismissal"),
        word: "Dismiss",
        grave: true,
        back: "/failed-records".to_owned(),
    })
}

async fn dismiss(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let record = find(&web, id).await?;
    operator.must_manage(Some(record.owner_id))?;
    let mut tx = web.pool.begin().await?;
    dismiss_one(&mut tx, &record, &operator.actor()).await?;
    tx.commit().await?;
    session::flash(&operator.session, &format!("Record {} dismissed.", record.remote_id), None).await?;
    page::see("/failed-records")
}

/// Forgets a failed record; the audit trail keeps which one it was.
pub(super) async fn dismiss_one(
    db: &mut PgConnection,
    record: &FailedRecord,
    by: &Actor,
) -> Result<(), sqlx::Error> {
    failed::dismiss(&mut *db, record.id).await?;
    let what = format!("{} {} of {}", record.connector, record.remote_id, record.integration);
    let told = Changes::none().told("Dismissed", &what);
    audit::note(db, by, Deed::Deleted, &all_of_them(), &told).await
}

fn all_of_them() -> Subject {
    Subject::named(SubjectKind::List, failed::LISTING.title)
}

/// `GET /failed-records/dismissals?id=…`: are all of these to go?
async fn ask_dismiss_many(State(web): State<Web>, operator: Operator, asked: Asked) -> PageResult {
    page::show(&Confirm {
        shell: Shell::load(&web, &operator.session, operator.user, "/failed-records").await?,
        title: if asked.all("all").is_empty() {
            "Dismiss the ticked records?".to_owned()
        } else {
            "Dismiss all records that match?".to_owned()
        },
        text: "They leave this list and are not tried again by themselves. Nothing changes in the store; what is saved \
               there is read anew."
            .to_owned(),
        action: format!("/failed-records/dismissals{}", asked.query()),
        word: "Dismiss",
        grave: true,
        back: grid::back(&failed::LISTING, &asked),
    })
}

/// `POST /failed-records/dismissals?id=…`
async fn dismiss_many(State(web): State<Web>, operator: Operator, asked: Asked) -> PageResult {
    let Some(chosen) = Lister::chosen(&web, &operator.user, &failed::LISTING, &asked) else {
        return grid::unclear(&operator.session, "/failed-records").await;
    };
    let only = only_of(&operator.user);
    let mut tx = web.pool.begin().await?;
    let gone = failed::dismiss_many(&mut tx, &chosen, only).await?;
    let words = match gone {
        1 => "1 record".to_owned(),
        n => format!("{} records", view::number(i64::try_from(n).unwrap_or(i64::MAX))),
    };
    if gone == 0 {
        let note = "Nothing was dismissed: tick records of an integration that you manage.";
        session::refuse(&operator.session, note, None).await?;
        return page::see("/failed-records");
    }
    let told = Changes::none().told("Dismissed", &words);
    audit::note(&mut tx, &operator.actor(), Deed::Deleted, &all_of_them(), &told).await?;
    tx.commit().await?;
    session::flash(&operator.session, &format!("{words} dismissed."), None).await?;
    page::see("/failed-records")
}

async fn find(web: &Web, id: i64) -> Result<FailedRecord, PageError> {
    failed::find(&web.pool, id).await?.ok_or(PageError::NotFound)
}

/// To where the button was: an integration's page, or the list.
fn back(posted: &Posted) -> Result<Response, PageError> {
    match posted.get("back").parse::<i64>() {
        Ok(integration) => page::see(&format!("/integrations/{integration}")),
        Err(_) => page::see("/failed-records"),
    }
}
