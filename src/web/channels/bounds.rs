//! What it takes in a channel to get points, which sort its customers into segments.

use std::fmt::Display;
use std::str::FromStr;

use askama::Template;
use axum::extract::{Path, State};
use rust_decimal::Decimal;

use super::super::access::Operator;
use super::super::error::PageError;
use super::super::form::{Errors, Field, Kind, Posted};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, audited, session, shown, view};
use crate::crm::audit::{self, Act, Changes};
use crate::crm::channels::Channel;
use crate::crm::dashboard::{self, Bounds, Chosen};

/// Points that have a bound; who reaches none has one.
const POINTS: [i32; 4] = [5, 4, 3, 2];
const LONGEST_AGO: i32 = 36_500;
const MOST_ORDERS: i32 = 100_000;

#[derive(Template)]
#[template(path = "channels/bounds.html")]
struct Page {
    shell: Shell,
    channel: Channel,
    groups: Vec<Group>,
    /// What the fields were filled with: nobody saves over what somebody else saved since.
    shown: String,
    errors: Errors,
}

/// The bounds of one measure.
struct Group {
    title: String,
    text: &'static str,
    fields: Vec<Field>,
}

/// `GET /channels/{id}/bounds`
pub(super) async fn edit(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let channel = find(&web, &operator, id).await?;
    let now = dashboard::bounds(&web.pool, Some(id)).await?;
    if now.is_empty() {
        let note =
            "There is nothing to choose yet: customers are sorted into segments when orders have come.";
        session::flash(&operator.session, note, None).await?;
        return page::see(&format!("/channels/{id}"));
    }
    page::show(&form(&web, operator, channel, &now, &as_posted(&now), Errors::default()).await?)
}

/// `POST /channels/{id}/bounds`
pub(super) async fn update(
    State(web): State<Web>,
    operator: Operator,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    let channel = find(&web, &operator, id).await?;
    let mut tx = web.pool.begin().await?;
    dashboard::hold_bounds(&mut tx, id).await?;
    let now = dashboard::bounds(&mut *tx, Some(id)).await?;
    let (before, mut errors) = (as_posted(&now), Errors::default());
    let typed = shown::settle(&before, posted, |field| before.get(field).to_owned(), &mut errors);
    let chosen = read(&now, &typed, &mut errors);
    let Some(chosen) = chosen.filter(|_| errors.is_empty()) else {
        drop(tx);
        return page::show_again(&form(&web, operator, channel, &now, &typed, errors).await?);
    };
    dashboard::choose(&mut tx, id, &chosen).await?;
    let told = told(&before, &typed);
    audit::note(&mut tx, &operator.actor(), Act::Changed, &audited::channel(id, &channel.name), &told)
        .await?;
    tx.commit().await?;
    dashboard::settle(&web.pool, id).await?;
    let note = "Saved, and the customers are sorted into their segments anew.";
    session::flash(&operator.session, note, None).await?;
    page::see(&format!("/channels/{id}"))
}

async fn find(web: &Web, operator: &Operator, id: i64) -> Result<Channel, PageError> {
    let (channel, integration) = super::find_standing(web, id).await?;
    operator.must_manage(super::owner(&channel, integration.as_ref()))?;
    Ok(channel)
}

/// The measures: how their fields are called, and what they are.
fn measures(now: &[Bounds]) -> Vec<(String, String, &'static str)> {
    let amounts = now.iter().map(|it| {
        (
            amounts_in(&it.currency),
            format!("Lifetime value in {}", it.currency),
            "So much at least, fewer points for less.",
        )
    });
    let others = [
        ("days", "Days since the last order", "So many at most, fewer points for more."),
        ("orders", "Orders", "So many at least, fewer points for fewer."),
    ];
    let others = others.map(|(name, title, text)| (name.to_owned(), title.to_owned(), text));
    others.into_iter().chain(amounts).collect()
}

fn as_posted(now: &[Bounds]) -> Posted {
    let with = |posted: Posted, name: &str, values: Vec<String>| {
        POINTS
            .iter()
            .zip(values)
            .fold(posted, |posted, (points, value)| posted.with(&field(name, *points), value))
    };
    let texts = |values: &[i32]| values.iter().map(i32::to_string).collect();
    let Some(first) = now.first() else { return Posted::default() };
    let posted = with(Posted::default(), "days", texts(&first.recency));
    let posted = with(posted, "orders", texts(&first.frequency));
    shown::carried(now.iter().fold(posted, |posted, it| {
        let amounts = it.monetary.iter().map(|amount| amount.normalize().to_string()).collect();
        with(posted, &amounts_in(&it.currency), amounts)
    }))
}

/// What the fields of a currency's amounts are called.
fn amounts_in(currency: &str) -> String {
    format!("amount-{}", currency.to_lowercase())
}

fn field(name: &str, points: i32) -> String {
    format!("{name}-for-{points}-points")
}

fn read(now: &[Bounds], posted: &Posted, errors: &mut Errors) -> Option<Chosen> {
    let recency = series(posted, errors, "days", (0, LONGEST_AGO), |before, after| before < after);
    let frequency = series(posted, errors, "orders", (1, MOST_ORDERS), |before, after| before > after);
    let limits = (Decimal::new(1, 2), Decimal::from(1_000_000_000_000_i64));
    let amounts = now.iter().map(|it| {
        let name = amounts_in(&it.currency);
        let amounts = series(posted, errors, &name, limits, |before, after| before > after);
        amounts.map(|amounts| (it.currency.clone(), amounts))
    });
    // all of them, so that everything that is wrong is told at once
    let monetary: Vec<Option<(String, Vec<Decimal>)>> = amounts.collect();
    let monetary = monetary.into_iter().collect::<Option<_>>()?;
    Some(Chosen { recency: recency?, frequency: frequency?, monetary })
}

/// Four numbers, each of which must be easier to reach than the one before.
fn series<T: FromStr + PartialOrd + Display + Copy>(
    posted: &Posted,
    errors: &mut Errors,
    name: &str,
    (least, most): (T, T),
    is_easier: impl Fn(&T, &T) -> bool,
) -> Option<Vec<T>> {
    let mut all: Vec<T> = Vec::new();
    let mut good = true;
    for points in POINTS {
        let field = field(name, points);
        let typed = posted.get(&field).trim().parse().ok().filter(|value| *value >= least && *value <= most);
        let value = typed.ok_or_else(|| format!("Enter a number from {least} to {most}."));
        match errors.take(field.clone(), value) {
            Some(value) => {
                if let Some(before) = all.last().filter(|before| !is_easier(before, &value)) {
                    errors.on(
                        field,
                        format!("This must be easier to reach than {before}, which gives a point more."),
                    );
                    good = false;
                }
                all.push(value);
            }
            None => good = false,
        }
    }
    good.then_some(all)
}

/// What becomes another.
fn told(before: &Posted, after: &Posted) -> Changes {
    let is_bound = |name: &&str| *name != shown::VALUES;
    let changed = before.names().filter(is_bound).filter(|name| before.get(name) != after.get(name).trim());
    changed.fold(Changes::none(), |told, name| {
        told.field(&name.replace('-', " "), before.get(name), after.get(name).trim())
    })
}

async fn form(
    web: &Web,
    operator: Operator,
    channel: Channel,
    now: &[Bounds],
    typed: &Posted,
    errors: Errors,
) -> Result<Page, PageError> {
    let group = |(name, title, text): (String, String, &'static str)| {
        let one = |points: i32| {
            let field = field(&name, points);
            let value = typed.get(&field).to_owned();
            Field::new(field, &format!("{title} for {points} points"), Kind::Line("text"), value)
                .required()
                .errors(&errors)
        };
        Group { fields: POINTS.map(one).into(), title, text }
    };
    let groups = measures(now).into_iter().map(group).collect();
    let shell = Shell::load(web, &operator.session, operator.user, "/channels").await?;
    Ok(Page { shell, channel, groups, shown: typed.get(shown::VALUES).to_owned(), errors })
}
