//! A channel and the integration that was configured for it are saved together, or what stands in the way is told.

use chrono::{DateTime, Utc};

use super::super::access::Operator;
use super::super::error::PageError;
use super::super::form::Errors;
use super::super::{Web, audited, shown};
use crate::crm::audit::{self, Act, Changes, Subject, SubjectKind};
use crate::crm::channels::{
    self, Channel, ChannelError, ChannelType, Draft, Integration, IntegrationError, NewChannel, Secrets,
    Settings,
};

/// A channel that is edited.
pub(super) struct Existing<'a> {
    pub(super) channel: &'a Channel,
    pub(super) integration: Option<&'a Integration>,
    /// As of when its values are on the form.
    pub(super) shown: Option<DateTime<Utc>>,
}

/// Writes the channel and the integration that was configured for it, in one transaction; the draft has done its work. What runs
/// or waits for one that is switched off stops.
pub(super) async fn save(
    web: &Web,
    operator: &Operator,
    existing: Option<Existing<'_>>,
    channel: &NewChannel,
    draft: Option<&Draft>,
    finished: Option<(Settings, Secrets)>,
) -> Result<i64, SaveError> {
    let mut tx = web.pool.begin().await?;
    let (id, act, told) = match existing {
        None => {
            let id = channels::insert(&mut tx, operator.user.id, channel).await?;
            (id, Act::Created, Changes::none())
        }
        Some(Existing { channel: before, integration, shown }) => {
            channels::update(&mut tx, before.id, channel, shown).await?;
            if before.active && !channel.active {
                super::stop(&mut tx, integration, operator).await?;
            }
            (before.id, Act::Changed, audited::changes(before, channel))
        }
    };
    let actor = operator.actor();
    audit::note(&mut tx, &actor, act, &audited::channel(id, &channel.name), &told).await?;
    if let (ChannelType::Magento, Some((settings, secrets))) = (channel.channel_type, &finished) {
        let checked = draft.and_then(|draft| draft.checked.as_ref());
        let facts = checked.map(|checked| checked.facts.clone()).unwrap_or_default();
        // its first sync is due at once: the schedule queues it
        let own = channels::insert_integration(&mut tx, &web.vault, id, settings, secrets, &facts).await?;
        let subject = Subject::new(SubjectKind::Integration, own, &settings.name);
        let told = Changes::none().told("SOAP WSDL URL", &settings.wsdl_url).secret("SOAP API Key");
        audit::note(&mut tx, &actor, Act::Created, &subject, &told).await?;
    }
    if let Some(draft) = draft {
        channels::delete_draft(&mut tx, draft.id).await?;
    }
    tx.commit().await?;
    Ok(id)
}

/// What is saved by now, where it differs from what was typed.
pub(super) fn meanwhile(saved: &Channel, typed: &NewChannel) -> String {
    let mut now = Vec::new();
    if saved.name != typed.name {
        now.push(format!("Name is “{}”", saved.name));
    }
    if saved.active != typed.active {
        now.push(format!("Status is {}", if saved.active { "Active" } else { "Inactive" }));
    }
    if saved.entities != typed.entities {
        let words: Vec<&str> = saved.entities.iter().map(|entity| entity.word()).collect();
        let words = if words.is_empty() { "none beside the customers".to_owned() } else { words.join(", ") };
        now.push(format!("Entities are {words}"));
    }
    shown::overtaken(&now)
}

/// Why a channel and its integration could not be saved together.
#[derive(Debug, thiserror::Error)]
pub(super) enum SaveError {
    #[error(transparent)]
    Channel(#[from] ChannelError),
    #[error(transparent)]
    Integration(#[from] IntegrationError),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl SaveError {
    /// What a person can mend goes beside its field; the rest is a defect.
    pub(super) fn on_form(self, mut errors: Errors) -> Result<Errors, PageError> {
        match self {
            Self::Channel(taken @ ChannelError::NameTaken) => errors.on("name", taken),
            Self::Integration(taken @ IntegrationError::NameTaken) => {
                errors.on("integration", format!("{taken} Edit it and choose another name."));
            }
            Self::Integration(taken @ IntegrationError::StoreTaken) => {
                errors.on(
                    "integration",
                    format!("{taken} Edit it and choose another website, or work with that channel."),
                );
            }
            other => return Err(PageError::Internal(other.into())),
        }
        Ok(errors)
    }
}
