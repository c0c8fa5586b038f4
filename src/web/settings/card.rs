//! A group of settings as its card shows it.

use sqlx::PgExecutor;

use super::super::Web;
use super::super::form::{Errors, Field, Kind as FieldKind};
use super::Again;
use crate::crm::settings::{self, Group, Kind, SYNC_INTERVAL, Setting, Settings};

/// A card.
pub(super) struct Card {
    pub(super) group: &'static Group,
    pub(super) rows: Vec<Row>,
    /// What the form was filled from.
    pub(super) shown: String,
    /// Something is wrong with what was typed.
    pub(super) wrong: bool,
    /// What a test found.
    pub(super) found: Option<String>,
    /// The button of its test.
    pub(super) test: Option<&'static str>,
}

/// A setting.
pub(super) struct Row {
    pub(super) field: Field,
    pub(super) key: &'static str,
    pub(super) label: &'static str,
    /// It can go back to its default.
    pub(super) is_set: bool,
}

impl Card {
    pub(super) fn of(
        web: &Web,
        group: &'static Group,
        settings: &Settings,
        shown: String,
        again: Option<&Again<'_>>,
    ) -> Self {
        let none = Errors::default();
        let errors = again.map_or(&none, |again| &again.errors);
        let typed = again.and_then(|again| again.typed);
        let row = |setting: &&'static Setting| {
            let value = match typed {
                Some(typed) if !matches!(setting.kind, Kind::Secret) => typed.get(setting.key),
                _ => settings.text(setting),
            };
            let field = field(setting, value, settings).errors(errors);
            let fixed = is_fixed(web, setting);
            Row {
                field: field.locked_if(fixed.is_some(), fixed.as_deref().unwrap_or_default()),
                key: setting.key,
                label: setting.label,
                is_set: settings.is_set(setting) && fixed.is_none(),
            }
        };
        Self {
            group,
            rows: group.settings.iter().map(row).collect(),
            shown,
            wrong: !errors.is_empty(),
            found: again.and_then(|again| again.found.clone()),
            test: match group.key {
                "mail" => Some("Send a test e-mail to me"),
                "webhook" => Some("Send a test to the webhook"),
                _ => None,
            },
        }
    }
}

/// Why a setting has no say; `None` = it has.
pub(super) fn is_fixed(web: &Web, setting: &Setting) -> Option<String> {
    (web.sync_fixed && setting.key == SYNC_INTERVAL.key).then(|| {
        format!(
            "Set to {} s by CARTWRIGHT_SYNC_INTERVAL or --sync-interval, which wins over this page. Take that away to set it here.",
            web.sync_interval
        )
    })
}

fn field(setting: &'static Setting, value: &str, settings: &Settings) -> Field {
    let kind = match setting.kind {
        Kind::Whole(..) => FieldKind::Line("number"),
        Kind::Line => FieldKind::Line("text"),
        Kind::Email => FieldKind::Line("email"),
        Kind::Url => FieldKind::Line("url"),
        Kind::OneOf(choices) => FieldKind::Choice(
            choices.iter().map(|(key, word)| ((*key).to_owned(), (*word).to_owned())).collect(),
        ),
        Kind::Secret => FieldKind::Secret,
    };
    let label = match setting.unit {
        "" => setting.label.to_owned(),
        unit => format!("{} ({unit})", setting.label),
    };
    let is_there = settings.is_set(setting);
    Field::new(setting.key, &label, kind, value).hint(hint(setting, is_there)).autocomplete("off")
}

/// What it does, what it can be, and how it comes.
fn hint(setting: &Setting, is_set: bool) -> String {
    let effect = setting.effect;
    match setting.kind {
        Kind::Whole(least, most) => {
            format!("{effect} From {least} to {most}; {} by default.", setting.default)
        }
        Kind::OneOf(choices) => {
            let word = choices.iter().find(|(key, _)| *key == setting.default).map_or("", |(_, word)| word);
            format!("{effect} {word} by default.")
        }
        Kind::Secret if is_set => format!("{effect} One is kept: leave this empty to keep it."),
        Kind::Secret => format!("{effect} None is kept."),
        Kind::Line | Kind::Email | Kind::Url => effect.to_owned(),
    }
}

/// The part of a [`version`] that tells of one setting; nothing where it was never set.
pub(super) fn stamp<'a>(version: &'a str, key: &str) -> Option<&'a str> {
    version.split(' ').filter_map(|part| part.split_once('@')).find(|(of, _)| *of == key).map(|(_, at)| at)
}

/// What a group's form is filled from: who saves after somebody else has another one.
pub(super) async fn version(db: impl PgExecutor<'_>, group: &Group) -> Result<String, sqlx::Error> {
    let keys: Vec<&str> = group.settings.iter().map(|setting| setting.key).collect();
    let set = settings::meanwhile(db, &keys).await?;
    let rows = set.iter().map(|row| format!("{}@{}", row.key, row.at.timestamp_micros()));
    Ok(rows.collect::<Vec<_>>().join(" "))
}
