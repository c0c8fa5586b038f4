//! Webhooks, for administrators: the list, a webhook's page with its log of deliveries and what is done about them; the form is in
//! [`form`].

mod form;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use secrecy::ExposeSecret;
use sqlx::PgConnection;

use super::access::Administrator;
use super::channels::Confirm;
use super::error::PageError;
use super::grid::{Asked, Grid, Lister};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, session, view};
use crate::base::clock;
use crate::crm::audit::{self, Act, Changes, Subject, SubjectKind};
use crate::crm::hooks::{self, DELIVERIES, DeliveryRow, Event, Webhook};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/webhooks", get(list).post(form::create))
        .route("/webhooks/new", get(form::new))
        .route("/webhooks/{id}", get(show).post(form::update))
        .route("/webhooks/{id}/edit", get(form::edit))
        .route("/webhooks/{id}/tests", post(try_it))
        .route("/webhooks/{id}/secrets", post(new_secret))
        .route("/webhooks/{id}/deliveries/{delivery}/resends", post(resend))
        .route("/webhooks/{id}/deletion", get(ask_delete).post(delete))
}

#[derive(Template)]
#[template(path = "webhooks/list.html")]
struct List {
    shell: Shell,
    webhooks: Vec<Webhook>,
}

/// `GET /webhooks`
async fn list(State(web): State<Web>, admin: Administrator) -> PageResult {
    let webhooks = hooks::list(&web.pool).await?;
    let shell = Shell::load(&web, &admin.session, admin.user, "/webhooks").await?;
    page::show(&List { shell, webhooks })
}

#[derive(Template)]
#[template(path = "webhooks/show.html")]
struct Show {
    shell: Shell,
    webhook: Webhook,
    /// Events and deliveries that wait.
    waiting: (i64, i64),
    list: Grid<DeliveryRow>,
}

impl Show {
    fn events(&self) -> impl Iterator<Item = &'static str> {
        Event::ALL.iter().filter(|event| self.webhook.wants(**event)).map(|event| event.word())
    }

    fn class(&self, row: &DeliveryRow) -> &'static str {
        view::class(row.state().1)
    }
}

/// `GET /webhooks/{id}`
async fn show(State(web): State<Web>, admin: Administrator, Path(id): Path<i64>, asked: Asked) -> PageResult {
    let webhook = hooks::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    let list = Lister::new(&web, &admin.user, asked, &DELIVERIES);
    let list = list.only("webhook", id, format!("/webhooks/{id}")).load_own().await?;
    let waiting = hooks::of_webhook(&web.pool, id).await?;
    let shell = Shell::load(&web, &admin.session, admin.user, "/webhooks").await?;
    page::show(&Show { shell, webhook, waiting, list })
}

/// `POST /webhooks/{id}/tests`
async fn try_it(State(web): State<Web>, admin: Administrator, Path(id): Path<i64>) -> PageResult {
    let mut tx = web.pool.begin().await?;
    let webhook = find(&mut tx, id).await?;
    if !webhook.active {
        let note = "The webhook is switched off: nothing is sent until you switch it on.";
        session::flash(&admin.session, note, None).await?;
        return page::see(&format!("/webhooks/{id}"));
    }
    hooks::ping(&mut tx, id, clock::now()).await?;
    note(&mut tx, &admin, Act::Tested, &webhook, &Changes::none()).await?;
    tx.commit().await?;
    session::flash(&admin.session, "A test is on its way. What comes of it, the log tells.", None).await?;
    page::see(&format!("/webhooks/{id}"))
}

#[derive(Template)]
#[template(path = "webhooks/secret.html")]
struct Secret {
    shell: Shell,
    webhook: Webhook,
    secret: String,
    /// It replaces another one.
    renewed: bool,
}

/// `POST /webhooks/{id}/secrets`: the secret is in this answer only.
async fn new_secret(State(web): State<Web>, admin: Administrator, Path(id): Path<i64>) -> PageResult {
    let mut tx = web.pool.begin().await?;
    let webhook = find(&mut tx, id).await?;
    let secret = hooks::new_secret(&mut tx, &web.vault, id).await?;
    note(&mut tx, &admin, Act::Changed, &webhook, &Changes::none().secret("Secret")).await?;
    tx.commit().await?;
    let shell = Shell::load(&web, &admin.session, admin.user, "/webhooks").await?;
    page::show(&Secret { shell, webhook, secret: secret.expose_secret().to_owned(), renewed: true })
}

/// `POST /webhooks/{id}/deliveries/{delivery}/resends`
async fn resend(
    State(web): State<Web>,
    admin: Administrator,
    Path((id, delivery)): Path<(i64, i64)>,
) -> PageResult {
    let mut tx = web.pool.begin().await?;
    let webhook = find(&mut tx, id).await?;
    if !hooks::resend(&mut tx, id, delivery).await? {
        return Err(PageError::NotFound);
    }
    let told = Changes::none().told("Delivery", &delivery.to_string());
    note(&mut tx, &admin, Act::Pushed, &webhook, &told).await?;
    tx.commit().await?;
    let note = match webhook.active {
        true => format!("Delivery {delivery} is sent once more."),
        false => format!("Delivery {delivery} is sent once the webhook is switched on."),
    };
    session::flash(&admin.session, &note, None).await?;
    page::see(&format!("/webhooks/{id}"))
}

/// `GET /webhooks/{id}/deletion`
async fn ask_delete(State(web): State<Web>, admin: Administrator, Path(id): Path<i64>) -> PageResult {
    let webhook = hooks::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    page::show(&Confirm {
        shell: Shell::load(&web, &admin.session, admin.user, "/webhooks").await?,
        title: format!("Delete the webhook {}?", webhook.name),
        text: "It is told nothing any more, and its log goes with it. No record is changed by it.".to_owned(),
        action: format!("/webhooks/{id}/deletion"),
        word: "Delete",
        grave: true,
        back: format!("/webhooks/{id}"),
    })
}

/// `POST /webhooks/{id}/deletion`
async fn delete(State(web): State<Web>, admin: Administrator, Path(id): Path<i64>) -> PageResult {
    let mut tx = web.pool.begin().await?;
    let webhook = find(&mut tx, id).await?;
    hooks::delete(&mut tx, id).await?;
    note(&mut tx, &admin, Act::Deleted, &webhook, &Changes::none()).await?;
    tx.commit().await?;
    session::flash(&admin.session, &format!("Webhook {} deleted.", webhook.name), None).await?;
    page::see("/webhooks")
}

async fn find(db: &mut PgConnection, id: i64) -> Result<Webhook, PageError> {
    hooks::find(db, id).await?.ok_or(PageError::NotFound)
}

/// Says in the audit trail what was done to a webhook.
async fn note(
    db: &mut PgConnection,
    admin: &Administrator,
    act: Act,
    webhook: &Webhook,
    told: &Changes,
) -> Result<(), sqlx::Error> {
    let which = Subject::new(SubjectKind::Webhook, webhook.id, &webhook.name);
    audit::note(db, &admin.actor(), act, &which, told).await
}
