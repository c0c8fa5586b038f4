//! Done, and Preview, on the integration form: what is typed is saved, or told what is wrong with it.
//!
//! Two way sync and its rules are in force at once (S43) where nothing is at stake: nothing was loaded yet, or no edit
//! waits here, so that nothing could be sent and nothing be in conflict. Where edits wait, all else is saved, and the new
//! terms wait for a preview (G4): they would decide over work that somebody has done. Who wants to see what a sync does
//! before in any case presses Preview instead of Done.

use axum::http::{HeaderMap, StatusCode};
use chrono::{DateTime, Utc};
use serde_json::json;

use super::super::access::Operator;
use super::super::error::PageError;
use super::super::form::{Errors, Posted};
use super::super::page::{self, PageResult};
use super::super::{Web, audited, session, shown};
use super::configure::{is_part, json_answer, keep_secrets, respond};
use super::parse::{self, Parsed};
use super::subject::Subject;
use super::{form, overtaken};
use crate::crm::audit::{self, Act};
use crate::crm::changes;
use crate::crm::channels::{self, Integration, IntegrationError, Settings, Terms};
use crate::sync::preview;

/// What the note says when the terms wait for a preview.
const BUT_FOR_TERMS: &str =
    "Saved, but for two way sync and its rules: see first what they would do, then put them in force.";

/// What is locked after the first synchronization.
const LOCKED: [&str; 2] = ["sync-start-date", "website"];
/// Under this the errors say that it has been locked just now.
const LOCKED_NOW: &str = "locked-now";

/// How the form was kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// All of it.
    Whole,
    /// All but the terms, which wait for a preview.
    ButForTerms,
}

/// The button that was pressed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Button {
    Done,
    Preview,
}

pub(super) async fn done(
    web: &Web,
    operator: Operator,
    mut subject: Subject,
    headers: &HeaderMap,
    mut typed: Posted,
    button: Button,
) -> PageResult {
    let mut errors = Errors::default();
    let parsed = parse::whole(&typed, &subject.around(&typed), &mut errors);
    let shown = shown::read(typed.get(shown::FIELD));
    let kept = match parsed {
        Some(parsed) => save(web, &operator, &subject, (parsed, shown), button, &mut errors).await?,
        None => None,
    };
    let Some(kept) = kept else {
        if let (Some(_), Some(saved)) = (errors.get(shown::FIELD), &subject.saved) {
            let saved = super::find(web, saved.id).await?;
            let mut told = Errors::default();
            told.on(shown::FIELD, overtaken::words(&saved, &typed, shown));
            (subject.saved, errors) = (Some(saved), told);
        } else if let (Some(_), Some(saved)) = (errors.get(LOCKED_NOW), &subject.saved) {
            subject.saved = Some(super::find(web, saved.id).await?);
            // a locked field shows what is saved
            typed = typed.without(&LOCKED);
        }
        keep_secrets(web, &mut subject, &typed, &errors).await?;
        let form = subject.form(&typed, &errors, None);
        return respond(web, operator, form, headers, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let preview = (kept == Kept::ButForTerms).then(|| format!("{}/preview", subject.back()));
    if is_part(headers) {
        let saved = subject.saved.is_some();
        let now = Subject::draft(web, &operator, subject.channel).await?;
        let configured = if saved { String::new() } else { now.draft.mark() };
        let name = typed.get("name").trim();
        return Ok(json_answer(
            &json!({ "done": name, "configured": configured, "saved": saved, "preview": preview }),
        ));
    }
    if let Some(preview) = preview {
        session::flash(&operator.session, BUT_FOR_TERMS, None).await?;
        return page::see(&preview);
    }
    if subject.saved.is_some() {
        session::flash(&operator.session, "Integration saved.", None).await?;
    }
    page::see(&subject.back())
}

/// `None` when the database knows better; what is then stands in `errors`.
async fn save(
    web: &Web,
    operator: &Operator,
    subject: &Subject,
    (parsed, shown): (Parsed, Option<DateTime<Utc>>),
    button: Button,
    errors: &mut Errors,
) -> Result<Option<Kept>, PageError> {
    let own = subject.saved.as_ref().map(|it| it.id);
    let (url, website) = (&parsed.settings.wsdl_url, parsed.settings.website_id);
    let mut tx = web.pool.begin().await?;
    if let Some(holder) = channels::holder_of_store(&mut tx, url, website, own).await?
        && !is_kept_twice(subject, url, website)
    {
        errors.on("website", taken(&holder));
    }
    if channels::is_called_so(&mut tx, &parsed.settings.name, own).await? {
        errors.on("name", IntegrationError::NameTaken);
    }
    if !errors.is_empty() {
        return Ok(None);
    }
    let (key, password) = (parsed.api_key.as_ref(), parsed.basic_auth_password.as_ref());
    let Some(it) = &subject.saved else {
        tx.rollback().await?;
        let (draft, settings) = (subject.draft.id, &parsed.settings);
        channels::save_draft_settings(&web.pool, &web.vault, draft, settings, key, password).await?;
        return Ok(Some(Kept::Whole));
    };
    channels::hold(&mut tx, it.id).await?;
    let it = &channels::find_integration(&mut *tx, it.id).await?.ok_or(PageError::NotFound)?;
    if is_locked_since(it, subject, &parsed.settings, errors) {
        return Ok(None);
    }
    let waiting = waiting_terms(web, it, parsed.settings.terms(), button).await?;
    let settings = match &waiting {
        Some(_) => parsed.settings.clone().with_terms(it.settings.terms()),
        None => parsed.settings.clone(),
    };
    let kept_key = subject.draft.api_key(&web.vault)?;
    let kept_password = subject.draft.basic_auth_password(&web.vault)?;
    let checked = subject.draft.checked.as_ref().filter(|checked| checked.wsdl_url == settings.wsdl_url);
    let facts = checked.map(|checked| &checked.facts);
    match channels::update_integration(&mut tx, it.id, &settings, facts, shown).await {
        Ok(()) => {}
        Err(IntegrationError::Changed) => {
            errors.on(shown::FIELD, "");
            return Ok(None);
        }
        Err(IntegrationError::StoreTaken) => {
            errors.on("website", taken("Another channel"));
            return Ok(None);
        }
        Err(taken @ IntegrationError::NameTaken) => {
            errors.on("name", taken);
            return Ok(None);
        }
        Err(other) => return Err(other.into()),
    }
    let password = password.or(kept_password.as_ref()).filter(|_| settings.basic_auth_user.is_some());
    channels::replace_secrets(&mut tx, &web.vault, it.id, key.or(kept_key.as_ref()), password).await?;
    channels::delete_draft(&mut tx, subject.draft.id).await?;
    let mut told = overtaken::changes(it, &settings, &subject.owners);
    if key.or(kept_key.as_ref()).is_some() {
        told = told.secret("SOAP API Key");
    }
    if password.is_some() {
        told = told.secret("HTTP basic auth password");
    }
    audit::note(&mut tx, &operator.actor(), Act::Changed, &audited::integration(it), &told).await?;
    let kept = if let Some(terms) = &waiting {
        channels::sync_no_sooner(&mut tx, it.id, it.next_sync_at).await?;
        preview::ask(&mut tx, it, terms, operator.user.id).await?;
        Kept::ButForTerms
    } else {
        Kept::Whole
    };
    tx.commit().await?;
    Ok(Some(kept))
}

/// Has the first synchronization, since the form was judged, locked what it would change? Notes it beside the field.
fn is_locked_since(now: &Integration, subject: &Subject, typed: &Settings, errors: &mut Errors) -> bool {
    let was_open = subject.saved.as_ref().is_some_and(|it| it.first_synced_at.is_none());
    if !was_open || now.first_synced_at.is_none() {
        return false;
    }
    let [date, website] = LOCKED;
    if typed.sync_start_date != now.settings.sync_start_date {
        errors.on(date, form::LOCKED);
    }
    if typed.website_id != now.settings.website_id {
        errors.on(website, form::LOCKED);
    }
    if errors.is_empty() {
        return false;
    }
    errors.on(LOCKED_NOW, "");
    true
}

/// A store has one channel for each of its websites.
fn taken(holder: &str) -> String {
    format!(
        "{holder} takes in this website of this store already. Choose a website that no channel has, or work with that channel."
    )
}

/// Two that were there before this was refused stay as they are.
fn is_kept_twice(subject: &Subject, url: &str, website: Option<i64>) -> bool {
    subject.saved.as_ref().is_some_and(|it| it.settings.wsdl_url == url && it.settings.website_id == website)
}

/// The terms, where they are not to be in force before somebody has seen what they would do.
async fn waiting_terms(
    web: &Web,
    it: &Integration,
    proposed: Terms,
    button: Button,
) -> Result<Option<Terms>, PageError> {
    if it.first_synced_at.is_none() {
        return Ok(None);
    }
    let new = proposed.two_way && proposed != it.settings.terms();
    let at_stake = new && changes::waiting_edits(&web.pool, it.channel_id).await? > 0;
    Ok((at_stake || button == Button::Preview).then_some(proposed))
}
