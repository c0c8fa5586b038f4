//! Saving a group, and taking one setting back to its default.

use axum::extract::{Path, State};
use secrecy::ExposeSecret;
use sqlx::PgConnection;

use super::super::access::Administrator;
use super::super::error::PageError;
use super::super::form::{Errors, Posted};
use super::super::page::{self, PageResult};
use super::super::{Web, session};
use super::card::{self, is_fixed, version};
use super::{Again, group, load};
use crate::crm::audit::{self, Act, Changes, Subject, SubjectKind};
use crate::crm::settings::{self, Group, Kind, SMTP_HOST, SMTP_PASSWORD, Setting, Settings};

/// `POST /settings/{group}`
pub(super) async fn save(
    State(web): State<Web>,
    who: Administrator,
    Path(key): Path<String>,
    posted: Posted,
) -> PageResult {
    let group = group(&key)?;
    if posted.has("reset") {
        return reset(&web, &who, group, posted.get("reset")).await;
    }
    let mut errors = Errors::default();
    let values = parse(&web, group, &posted, &mut errors);
    if !errors.is_empty() {
        return again(&web, &who, group, &posted, errors).await;
    }
    let mut tx = web.pool.begin().await?;
    settings::lock(&mut tx).await?;
    let before = Settings::load(&mut *tx).await?;
    let errors_of_others = overtaken(&mut tx, group, &before, (&values, posted.get("shown"))).await?;
    if !errors_of_others.is_empty() {
        tx.rollback().await?;
        return again(&web, &who, group, &posted, errors_of_others).await;
    }
    if is_for_another_server(&before, &values, &posted) {
        tx.rollback().await?;
        let why = "The server is another one. Type its password, or take the kept one away first: it is not sent there.";
        errors.on(SMTP_PASSWORD.key, why);
        return again(&web, &who, group, &posted, errors).await;
    }
    let changes = keep(&web, &mut tx, &who, &before, &values, &posted).await?;
    let note = if changes.is_empty() { "Nothing was changed." } else { "Saved. It counts from now on." };
    if !changes.is_empty() {
        let subject = Subject::named(SubjectKind::Settings, group.word);
        audit::note(&mut tx, &who.actor(), Act::Changed, &subject, &changes).await?;
    }
    tx.commit().await?;
    session::flash(&who.session, note, None).await?;
    page::see(&format!("/settings#{}", group.key))
}

type Values = Vec<(&'static Setting, String)>;

fn parse(web: &Web, group: &'static Group, posted: &Posted, errors: &mut Errors) -> Values {
    let open = group.settings.iter().copied().filter(|setting| is_fixed(web, setting).is_none());
    open.filter_map(|setting| {
        Some((setting, errors.take(setting.key, setting.parse(posted.get(setting.key)))?))
    })
    .collect()
}

/// What somebody else set since the form was shown is named at each field that would be overwritten; what they left alone is
/// free to be set.
async fn overtaken(
    db: &mut PgConnection,
    group: &Group,
    now: &Settings,
    (typed, shown): (&Values, &str),
) -> Result<Errors, sqlx::Error> {
    let keys: Vec<&str> = group.settings.iter().map(|setting| setting.key).collect();
    let version = version(&mut *db, group).await?;
    let is_touched = |key: &str| card::stamp(&version, key) != card::stamp(shown, key);
    let set = settings::meanwhile(db, &keys).await?;
    let by = |key: &str| {
        let row = set.iter().find(|row| row.key == key);
        row.and_then(|row| row.by.clone()).unwrap_or_else(|| "Somebody".to_owned())
    };
    let mut errors = Errors::default();
    for (setting, value) in typed {
        let secret = matches!(setting.kind, Kind::Secret);
        if !secret && is_touched(setting.key) && now.text(setting) != value {
            let theirs = now.text(setting);
            let theirs = if theirs.is_empty() { "nothing".to_owned() } else { format!("“{theirs}”") };
            errors.on(
                setting.key,
                format!(
                    "{} set this to {theirs} meanwhile. Save again to set yours instead.",
                    by(setting.key)
                ),
            );
        }
    }
    Ok(errors)
}

/// A password that was kept for one mail server would be sent to another.
fn is_for_another_server(before: &Settings, values: &Values, posted: &Posted) -> bool {
    let moves = |(setting, value): &(&Setting, String)| {
        setting.key == SMTP_HOST.key && !value.is_empty() && before.text(setting) != value
    };
    values.iter().any(moves)
        && before.is_set(&SMTP_PASSWORD)
        && posted.secret(SMTP_PASSWORD.key).expose_secret().is_empty()
}

/// Keeps what differs; tells what that is.
async fn keep(
    web: &Web,
    db: &mut PgConnection,
    who: &Administrator,
    before: &Settings,
    values: &Values,
    posted: &Posted,
) -> Result<Changes, PageError> {
    let (mut changes, user) = (Changes::none(), Some(who.user.id));
    for (setting, value) in values {
        if matches!(setting.kind, Kind::Secret) {
            let secret = posted.secret(setting.key);
            if !secret.expose_secret().is_empty() {
                settings::save_secret(db, &web.vault, setting, &secret, user).await?;
                changes = changes.secret(setting.label);
            }
        } else if before.text(setting) != value {
            match value == setting.default {
                true => settings::reset(db, setting).await?,
                false => settings::save(db, setting, value, user).await?,
            }
            changes = changes.field(setting.label, before.text(setting), value);
        }
    }
    Ok(changes)
}

/// One setting goes back to its default; what else was typed is not saved.
async fn reset(web: &Web, who: &Administrator, group: &'static Group, key: &str) -> PageResult {
    let setting = group.settings.iter().find(|setting| setting.key == key).ok_or(PageError::NotFound)?;
    let mut tx = web.pool.begin().await?;
    settings::lock(&mut tx).await?;
    let before = Settings::load(&mut *tx).await?;
    if before.is_set(setting) {
        settings::reset(&mut tx, setting).await?;
        let changes = match setting.kind {
            Kind::Secret => Changes::none().secret(setting.label),
            _ => Changes::none().field(setting.label, before.text(setting), setting.default),
        };
        let subject = Subject::named(SubjectKind::Settings, group.word);
        audit::note(&mut tx, &who.actor(), Act::Changed, &subject, &changes).await?;
    }
    tx.commit().await?;
    let note = format!("{}: what comes by itself applies again.", setting.label);
    session::flash(&who.session, &note, None).await?;
    page::see(&format!("/settings#{}", group.key))
}

async fn again(
    web: &Web,
    who: &Administrator,
    group: &'static Group,
    posted: &Posted,
    errors: Errors,
) -> PageResult {
    let again = Again { group, typed: Some(posted), errors, found: None };
    page::show_again(&load(web, who, Some(again)).await?)
}
