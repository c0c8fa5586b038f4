//! The form of a channel: creating and editing.
//!
//! Its integration is a draft on the server until the channel is saved (names.md 3). Without JavaScript the settings are a
//! page of their own, and what was typed here is kept with the draft meanwhile.

use askama::Template;
use axum::extract::{Path, State};

use super::super::access::Operator;
use super::super::error::PageError;
use super::super::form::{Errors, Field, Kind, Posted, line};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, session, shown, view};
use super::configured;
use super::kept;
use super::save::{self, Existing, SaveError, save};
use crate::crm::channels::{
    self, Channel, ChannelError, ChannelType, Draft, Entity, Integration, NewChannel,
};

#[derive(Template)]
#[template(path = "channels/form.html")]
struct Page {
    shell: Shell,
    /// The channel that is edited; `None` = a new one.
    channel: Option<Channel>,
    kind: ChannelType,
    name: Field,
    channel_type: Field,
    status: Option<Field>,
    integration: Row,
    problem: Option<String>,
    /// Is it to be asked whether the store is the same as before?
    asks_same_store: bool,
    entities: Vec<(Entity, bool)>,
    /// As of when the values are that were shown: nobody saves over what somebody else saved since.
    shown: String,
    errors: Errors,
}

/// What stands beside "Integration".
struct Row {
    /// The name, when one is configured or saved.
    name: Option<String>,
    /// Which settings were configured and not saved yet; empty for none.
    configured: String,
    /// Where it is configured or edited.
    edit: String,
    /// Where it is removed.
    removal: String,
}

impl Page {
    fn action(&self) -> String {
        self.channel
            .as_ref()
            .map_or_else(|| "/channels".to_owned(), |channel| format!("/channels/{}", channel.id))
    }

    fn title(&self) -> String {
        self.channel
            .as_ref()
            .map_or_else(|| "Create Channel".to_owned(), |channel| format!("Edit {}", channel.name))
    }

    fn is_magento(&self) -> bool {
        self.kind == ChannelType::Magento
    }
}

/// `GET /channels/new`
pub(super) async fn new(State(web): State<Web>, operator: Operator) -> PageResult {
    let draft = draft(&web, &operator, None).await?;
    let typed = draft.as_ref().and_then(|draft| serde_json::from_value(draft.channel_form.clone()).ok());
    let typed: Posted = typed.unwrap_or_default();
    page::show(&form(&web, operator, None, &typed, draft.as_ref(), None, Errors::default()).await?)
}

/// `POST /channels`: Save, Continue (the type was chosen without JavaScript), or Configure integration.
pub(super) async fn create(State(web): State<Web>, operator: Operator, posted: Posted) -> PageResult {
    let draft = draft(&web, &operator, None).await?;
    match posted.get("action") {
        "cancel" => return cancel(&web, draft.as_ref(), "/channels").await,
        "configure" => return configure(&web, &operator, None, &posted).await,
        "continue" => {
            return page::show(
                &form(&web, operator, None, &posted, draft.as_ref(), None, Errors::default()).await?,
            );
        }
        _ => {}
    }
    let mut errors = Errors::default();
    let channel = parse(&posted, None, &mut errors);
    let finished = match &draft {
        Some(draft) => draft.finished(&web.vault)?,
        None => None,
    };
    if ChannelType::from_key(posted.get("channel-type")) == Some(ChannelType::Magento) {
        configured::judge(&posted, draft.as_ref(), finished.is_some(), &mut errors);
    }
    let (Some(channel), true) = (channel, errors.is_empty()) else {
        return page::show_again(&form(&web, operator, None, &posted, draft.as_ref(), None, errors).await?);
    };
    match save(&web, &operator, None, &channel, draft.as_ref(), finished).await {
        Ok(id) if channel.channel_type == ChannelType::Magento => {
            let twice = configured::twice(&channels::overlapping(&web.pool, id).await?);
            let note = format!("Channel saved. Its first synchronization begins by itself.{twice}");
            saved(&operator, id, &note).await
        }
        Ok(id) => saved(&operator, id, "Channel saved.").await,
        Err(problem) => {
            let errors = problem.on_form(Errors::default())?;
            page::show_again(&form(&web, operator, None, &posted, draft.as_ref(), None, errors).await?)
        }
    }
}

/// `GET /channels/{id}/edit`
pub(super) async fn edit(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let (channel, integration) = super::find_standing(&web, id).await?;
    operator.must_manage(super::owner(&channel, integration.as_ref()))?;
    let draft = draft(&web, &operator, Some(id)).await?;
    let typed = draft.as_ref().and_then(|draft| serde_json::from_value(draft.channel_form.clone()).ok());
    let mut typed: Posted = typed.unwrap_or_default();
    if typed.get("name").is_empty() {
        typed = as_posted(&channel);
    }
    page::show(
        &form(&web, operator, Some(channel), &typed, draft.as_ref(), integration, Errors::default()).await?,
    )
}

/// `POST /channels/{id}`
pub(super) async fn update(
    State(web): State<Web>,
    operator: Operator,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    let (channel, integration) = super::find_standing(&web, id).await?;
    operator.must_manage(super::owner(&channel, integration.as_ref()))?;
    let draft = draft(&web, &operator, Some(id)).await?;
    match posted.get("action") {
        "cancel" => return cancel(&web, draft.as_ref(), &format!("/channels/{id}")).await,
        "configure" => return configure(&web, &operator, Some(id), &posted).await,
        _ => {}
    }
    let mut errors = Errors::default();
    let changed = parse(&posted, Some(&channel), &mut errors);
    let finished = match &draft {
        Some(draft) if integration.is_none() => draft.finished(&web.vault)?,
        _ => None,
    };
    if channel.channel_type == ChannelType::Magento && integration.is_none() {
        configured::judge(&posted, draft.as_ref(), finished.is_some(), &mut errors);
        configured::judge_store(&web, id, &posted, draft.as_ref(), &mut errors).await?;
    }
    let (Some(changed), true) = (changed, errors.is_empty()) else {
        return page::show_again(
            &form(&web, operator, Some(channel), &posted, draft.as_ref(), integration, errors).await?,
        );
    };
    let shown = shown::read(posted.get(shown::FIELD));
    let existing = Existing { channel: &channel, integration: integration.as_ref(), shown };
    match save(&web, &operator, Some(existing), &changed, draft.as_ref(), finished).await {
        Ok(id) => saved(&operator, id, "Channel saved.").await,
        Err(SaveError::Channel(ChannelError::Changed)) => {
            let (channel, integration) = super::find_standing(&web, id).await?;
            let mut errors = Errors::default();
            errors.on(shown::FIELD, save::meanwhile(&channel, &changed));
            page::show_again(
                &form(&web, operator, Some(channel), &posted, draft.as_ref(), integration, errors).await?,
            )
        }
        Err(problem) => {
            let errors = problem.on_form(Errors::default())?;
            page::show_again(
                &form(&web, operator, Some(channel), &posted, draft.as_ref(), integration, errors).await?,
            )
        }
    }
}

async fn saved(operator: &Operator, id: i64, note: &str) -> PageResult {
    session::flash(&operator.session, note, None).await?;
    page::see(&format!("/channels/{id}"))
}

/// Cancel: nothing is kept, also not an integration that was configured for it (names.md 3).
async fn cancel(web: &Web, draft: Option<&Draft>, back: &str) -> PageResult {
    if let Some(draft) = draft {
        channels::delete_draft(&mut *web.pool.acquire().await?, draft.id).await?;
    }
    page::see(back)
}

async fn draft(web: &Web, operator: &Operator, channel: Option<i64>) -> Result<Option<Draft>, PageError> {
    let key = session::draft_key(&operator.session).await?;
    Ok(channels::find_draft(&web.pool, &key, channel).await?)
}

/// Off to the settings; what was typed here waits with the draft.
async fn configure(web: &Web, operator: &Operator, channel: Option<i64>, posted: &Posted) -> PageResult {
    let key = session::draft_key(&operator.session).await?;
    let draft = channels::open_draft(&web.pool, &key, channel).await?;
    channels::save_channel_form(&web.pool, draft.id, &kept(posted)).await?;
    match channel {
        None => page::see("/channels/new/integration"),
        Some(id) => page::see(&format!("/channels/{id}/integration")),
    }
}

fn parse(posted: &Posted, existing: Option<&Channel>, errors: &mut Errors) -> Option<NewChannel> {
    let name = errors.take("name", line(posted.get("name"), "a name for the channel", 250));
    let kind = match existing {
        Some(channel) => Some(channel.channel_type),
        None => {
            let kind = ChannelType::from_key(posted.get("channel-type"));
            errors.take("channel-type", kind.ok_or("Choose the type of the channel."))
        }
    };
    let kind = kind?;
    let wanted: Vec<&str> = posted.all("entities").collect();
    let entities = kind.entities().iter().copied().filter(|entity| wanted.contains(&entity.key())).collect();
    let active = existing.is_none_or(|_| posted.get("status") != "inactive");
    Some(NewChannel { name: name?, channel_type: kind, active, entities })
}

fn as_posted(channel: &Channel) -> Posted {
    let mut posted = Posted::default()
        .with("name", &channel.name)
        .with("channel-type", channel.channel_type.key())
        .with("status", if channel.active { "active" } else { "inactive" });
    for entity in &channel.entities {
        posted = posted.and("entities", entity.key());
    }
    posted
}

async fn form(
    web: &Web,
    operator: Operator,
    channel: Option<Channel>,
    typed: &Posted,
    draft: Option<&Draft>,
    integration: Option<Integration>,
    errors: Errors,
) -> Result<Page, PageError> {
    let kind = channel
        .as_ref()
        .map(|channel| channel.channel_type)
        .or_else(|| ChannelType::from_key(typed.get("channel-type")))
        .unwrap_or(ChannelType::Custom);
    let kinds = ChannelType::ALL.map(|kind| (kind.key().to_owned(), kind.word().to_owned()));
    let mut options = vec![(String::new(), "Choose a type".to_owned())];
    options.extend(kinds);
    let untouched = typed.get("name").is_empty() && !typed.has("channel-type");
    let chosen: Vec<&str> = typed.all("entities").collect();
    let all = untouched || (channel.is_none() && chosen.is_empty() && !typed.has("channel-type-shown"));
    let entities = ChannelType::Magento.entities();
    let shell = Shell::load(web, &operator.session, operator.user, "/channels").await?;
    // what was typed is typed over what was shown then, until its owner was told what stands there now
    let shown = match (&channel, typed.has(shown::FIELD) && errors.get(shown::FIELD).is_none()) {
        (_, true) => typed.get(shown::FIELD).to_owned(),
        (Some(channel), false) => shown::as_field(channel.updated_at),
        (None, false) => String::new(),
    };
    let status = channel.as_ref().map(|_| {
        let states = [("active", "Active"), ("inactive", "Inactive")];
        let states = states.map(|(key, word)| (key.to_owned(), word.to_owned())).to_vec();
        Field::new("status", "Status", Kind::Choice(states), typed.get("status"))
            .hint("Inactive: no new data comes in.")
    });
    Ok(Page {
        shell,
        kind,
        name: Field::new("name", "Name", Kind::Line("text"), typed.get("name"))
            .required()
            .errors(&errors)
            .hint("How your team knows this source of customers."),
        channel_type: Field::new(
            "channel-type",
            "Channel Type",
            Kind::Choice(options),
            typed.get("channel-type"),
        )
        .required()
        .errors(&errors)
        .hint("Magento for a store. Custom names another source: nothing comes in from it by itself."),
        status,
        integration: row(channel.as_ref(), draft, integration.as_ref()),
        shown,
        problem: errors.get("integration").map(str::to_owned),
        asks_same_store: errors.get(configured::SAME_STORE).is_some(),
        entities: entities.iter().map(|entity| (*entity, all || chosen.contains(&entity.key()))).collect(),
        channel,
        errors,
    })
}

fn row(channel: Option<&Channel>, draft: Option<&Draft>, integration: Option<&Integration>) -> Row {
    if let Some(saved) = integration {
        let base = format!("/integrations/{}", saved.id);
        return Row {
            name: Some(saved.settings.name.clone()),
            configured: String::new(),
            edit: format!("{base}/edit"),
            removal: format!("{base}/removal"),
        };
    }
    let base =
        channel.map_or_else(|| "/channels/new".to_owned(), |channel| format!("/channels/{}", channel.id));
    let name =
        draft.filter(|draft| draft.has_key).and_then(|draft| Some(draft.settings.as_ref()?.name.clone()));
    let configured = draft.map(Draft::mark).unwrap_or_default();
    Row {
        name,
        configured,
        edit: format!("{base}/integration"),
        removal: format!("{base}/integration/removal"),
    }
}
