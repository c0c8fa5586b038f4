//! Alerts: what needs a hand now, what did before, and how whoever looks wants to be told.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};

use super::access::Operator;
use super::error::PageError;
use super::form::{Field, Kind, Posted};
use super::grid::{Asked, Grid, Lister};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, session, view};
use crate::crm::alerts::{self, Alert, AlertKind, Choice};
use crate::crm::channels;
use crate::crm::settings::Settings;
use crate::notify;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/alerts", get(list))
        .route("/alerts/export", get(export))
        .route("/alerts/seen", post(seen))
        .route("/alerts/choices", post(choose))
        .route("/alerts/{id}", get(show))
}

#[derive(Template)]
#[template(path = "alerts/list.html")]
struct List {
    shell: Shell,
    open: Vec<Alert>,
    choices: [Field; 2],
    /// E-mails can be sent at all.
    can_mail: bool,
    list: Grid,
}

impl List {
    fn class(&self, alert: &Alert) -> &'static str {
        view::class(alerts::state(alert.kind.key(), "").1)
    }
}

/// `GET /alerts`
async fn list(State(web): State<Web>, who: Operator, asked: Asked) -> PageResult {
    let owners = (!who.user.is_administrator()).then(|| alerts::owners_for(&who.user));
    let open = alerts::open(&web.pool, owners.as_deref()).await?;
    let choice = alerts::choice_of(&web.pool, who.user.id).await?;
    let can_mail = notify::can_mail(&Settings::load(&web.pool).await?);
    let list = lister(&web, &who, asked).await?.load().await?;
    let shell = Shell::load(&web, &who.session, who.user, "/alerts").await?;
    page::show(&List { shell, open, choices: fields(choice), can_mail, list })
}

/// `GET /alerts/export`
async fn export(State(web): State<Web>, who: Operator, asked: Asked) -> PageResult {
    lister(&web, &who, asked).await?.csv(&who.actor()).await
}

/// Managers see what is theirs and their teams’.
async fn lister<'a>(web: &'a Web, who: &'a Operator, asked: Asked) -> Result<Lister<'a>, PageError> {
    let kinds = AlertKind::ALL.map(|kind| (kind.key().to_owned(), kind.word().to_owned())).to_vec();
    let all = channels::list_integrations(&web.pool).await?;
    let mine = all.into_iter().filter(|row| {
        who.user.is_administrator() || who.user.may_manage(Some(row.integration.settings.owner_id))
    });
    let integrations = mine.map(|row| (row.integration.id.to_string(), row.integration.settings.name));
    let list = Lister::new(web, &who.user, asked, &alerts::LISTING)
        .choices("kind", kinds)
        .choices("integration", integrations.collect());
    if who.user.is_administrator() {
        return Ok(list);
    }
    Ok(list.only_of("owner", &alerts::owners_for(&who.user), "/alerts".to_owned()))
}

/// `GET /alerts/{id}`: leads to where it is seen to.
async fn show(State(web): State<Web>, who: Operator, Path(id): Path<i64>) -> PageResult {
    let alert = alerts::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    who.must_manage(alert.owner_id)?;
    page::see(&alert.place())
}

/// `POST /alerts/seen`
async fn seen(State(web): State<Web>, who: Operator) -> PageResult {
    alerts::mark_seen(&web.pool, &who.user).await?;
    session::flash(&who.session, "All open alerts are marked as seen.", None).await?;
    page::see("/alerts")
}

/// `POST /alerts/choices`
async fn choose(State(web): State<Web>, who: Operator, posted: Posted) -> PageResult {
    let choice = Choice { by_mail: posted.has("by-mail"), digest: posted.has("digest") };
    let mut db = web.pool.acquire().await?;
    alerts::choose(&mut db, who.user.id, choice).await?;
    session::flash(&who.session, "Saved: this is how you are told from now on.", None).await?;
    page::see("/alerts")
}

fn fields(choice: Choice) -> [Field; 2] {
    let on = |yes: bool| if yes { "on" } else { "" };
    [
        Field::new("by-mail", "E-mail at once", Kind::Check, on(choice.by_mail))
            .hint("When an alert opens, and when it is resolved."),
        Field::new("digest", "Daily digest", Kind::Check, on(choice.digest))
            .hint("Once a day all that is open; nothing when nothing is."),
    ]
}
