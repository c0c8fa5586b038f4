//! The form of a webhook: what it is called, where it is, what it is told of.

use askama::Template;
use axum::extract::{Path, State};
use secrecy::ExposeSecret;
use url::Url;

use super::super::access::Administrator;
use super::super::error::PageError;
use super::super::form::{Errors, Field, Kind, Posted, line};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, session, shown, view};
use super::{Secret, find, note};
use crate::base::guard::{Guard, RefusedAddress};
use crate::crm::audit::{Act, Changes};
use crate::crm::hooks::{self, Event, NewWebhook, Webhook};
use crate::crm::settings::WEBHOOK_URL;

/// What a name may hold.
const LONGEST_NAME: usize = 100;

#[derive(Template)]
#[template(path = "webhooks/form.html")]
struct Form {
    shell: Shell,
    /// Which one it changes; none when it makes one.
    webhook: Option<Webhook>,
    fields: Vec<Field>,
    /// What it can be told of, and is.
    events: Vec<(Event, bool)>,
    active: Field,
    /// What the fields were filled with: nobody saves over what somebody else saved since.
    shown: String,
    errors: Errors,
}

impl Form {
    fn action(&self) -> String {
        self.webhook.as_ref().map_or_else(|| "/webhooks".to_owned(), |it| format!("/webhooks/{}", it.id))
    }

    fn title(&self) -> String {
        self.webhook.as_ref().map_or_else(|| "Create Webhook".to_owned(), |it| format!("Edit {}", it.name))
    }
}

/// `GET /webhooks/new`
pub(super) async fn new(State(web): State<Web>, admin: Administrator) -> PageResult {
    let typed = Posted::default().with("active", "on");
    page::show(&form(&web, admin, None, &typed, Errors::default()).await?)
}

/// `POST /webhooks`: the secret is in the answer, and never told again.
pub(super) async fn create(State(web): State<Web>, admin: Administrator, posted: Posted) -> PageResult {
    let mut errors = Errors::default();
    let url = address(&web, posted.get("url")).await;
    let Some(new) = parse(&posted, url, &mut errors) else {
        return page::show_again(&form(&web, admin, None, &posted, errors).await?);
    };
    let mut tx = web.pool.begin().await?;
    let (id, secret) = hooks::make(&mut tx, &web.vault, &new).await?;
    let webhook = find(&mut tx, id).await?;
    let told = Changes::none().told("URL", &new.url).told("Events", &webhook.events.join(", "));
    note(&mut tx, &admin, Act::Created, &webhook, &told).await?;
    tx.commit().await?;
    let shell = Shell::load(&web, &admin.session, admin.user, "/webhooks").await?;
    page::show(&Secret { shell, webhook, secret: secret.expose_secret().to_owned(), renewed: false })
}

/// `GET /webhooks/{id}/edit`
pub(super) async fn edit(State(web): State<Web>, admin: Administrator, Path(id): Path<i64>) -> PageResult {
    let webhook = hooks::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    let typed = as_posted(&webhook);
    page::show(&form(&web, admin, Some(webhook), &typed, Errors::default()).await?)
}

/// The form of a webhook as it opens.
fn as_posted(webhook: &Webhook) -> Posted {
    let typed = Posted::default().with("name", &webhook.name).with("url", &webhook.url);
    let typed = if webhook.active { typed.with("active", "on") } else { typed };
    shown::carried(webhook.events.iter().fold(typed, |typed, event| typed.and("event", event)))
}

/// `POST /webhooks/{id}`
pub(super) async fn update(
    State(web): State<Web>,
    admin: Administrator,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    // whether it may be called is found out before anything is held
    let url = (posted.get("url").to_owned(), address(&web, posted.get("url")).await);
    let mut tx = web.pool.begin().await?;
    hooks::hold(&mut tx, id).await?;
    let before = find(&mut tx, id).await?;
    let (now, mut errors) = (as_posted(&before), Errors::default());
    let said = |field: &str| match field {
        "event" => words(&before),
        _ => now.get(field).to_owned(),
    };
    let typed = shown::settle(&now, posted, said, &mut errors);
    // one that somebody else saved meanwhile was judged then
    let url = if typed.get("url") == url.0 { url.1 } else { Ok(before.url.clone()) };
    let Some(new) = parse(&typed, url, &mut errors) else {
        drop(tx);
        return page::show_again(&form(&web, admin, Some(before), &typed, errors).await?);
    };
    hooks::save(&mut tx, id, &new).await?;
    let after = find(&mut tx, id).await?;
    let on = |active| if active { "On" } else { "Off" };
    let told = Changes::none()
        .field("Name", &before.name, &after.name)
        .field("URL", &before.url, &after.url)
        .field("Events", &before.events.join(", "), &after.events.join(", "))
        .field("Status", on(before.active), on(after.active));
    if !told.is_empty() {
        note(&mut tx, &admin, Act::Changed, &after, &told).await?;
    }
    tx.commit().await?;
    session::flash(&admin.session, "Webhook saved.", None).await?;
    page::see(&format!("/webhooks/{id}"))
}

/// What it is told of, as the form says it.
fn words(webhook: &Webhook) -> String {
    let events = webhook.events.iter().filter_map(|key| Event::from_key(key));
    events.map(Event::word).collect::<Vec<_>>().join(", ")
}

fn parse(posted: &Posted, url: Result<String, String>, errors: &mut Errors) -> Option<NewWebhook> {
    let name = errors.take("name", line(posted.get("name"), "a name", LONGEST_NAME));
    let url = errors.take("url", url);
    let events: Vec<Event> = posted.all("event").filter_map(Event::from_key).collect();
    if events.is_empty() {
        errors.on("event", "Choose at least one event.");
    }
    if !errors.is_empty() {
        return None;
    }
    Some(NewWebhook { name: name?, url: url?, events, active: posted.has("active") })
}

/// A URL that may be called; that its name leads to such an address is looked at anew whenever it is.
async fn address(web: &Web, text: &str) -> Result<String, String> {
    let url = WEBHOOK_URL.parse(text)?;
    let parsed =
        Url::parse(&url).map_err(|_| "Enter a URL that begins with https:// or http://.".to_owned())?;
    let guard = Guard(web.private_addresses);
    let refused = |RefusedAddress(address)| {
        format!("This is at {address}, a private or local address. Webhooks there are refused.")
    };
    guard.check_literal(&parsed).map_err(refused)?;
    let host = parsed.host_str().unwrap_or_default();
    match guard.look_up(host.trim_start_matches('[').trim_end_matches(']')).await {
        Err(problem) => match problem.downcast::<RefusedAddress>() {
            Ok(address) => Err(refused(*address)),
            // it may come later: deliveries tell
            Err(_) => Ok(url),
        },
        Ok(_) => Ok(url),
    }
}

async fn form(
    web: &Web,
    admin: Administrator,
    webhook: Option<Webhook>,
    typed: &Posted,
    errors: Errors,
) -> Result<Form, PageError> {
    let field =
        |name: &'static str, label, kind| Field::new(name, label, kind, typed.get(name)).errors(&errors);
    let fields = vec![
        field("name", "Name", Kind::Line("text")).required().focus(),
        field("url", "URL", Kind::Line("url"))
            .required()
            .full()
            .hint("Deliveries are posted there as JSON. Redirects are not followed."),
    ];
    let is_told = |event: &Event| typed.all("event").any(|key| key == event.key());
    let events = Event::ALL.iter().map(|event| (*event, is_told(event))).collect();
    let active = field("active", "Tell it what happens", Kind::Check).full();
    let shell = Shell::load(web, &admin.session, admin.user, "/webhooks").await?;
    let shown = typed.get(shown::VALUES).to_owned();
    Ok(Form { shell, webhook, fields, events, active, shown, errors })
}
