//! A round: what has turned is told, the digest goes out at its hour, what waits is queued again.

use chrono::{DateTime, Timelike, Utc};
use sqlx::{PgConnection, PgPool};

use super::{Mail, can_mail, hook_host, words};
use crate::base::vault::Vault;
use crate::crm::alerts::{self, Alert, Recipient, Thresholds, Turned};
use crate::crm::notices;
use crate::crm::settings::{
    ALERT_CONFLICTS, ALERT_FAILED_SYNCS, ALERT_INTERVALS, ALERT_REJECTED, ALERT_TRIES, DIGEST_HOUR, Settings,
};

/// Notices that are queued at once.
const AT_ONCE: i64 = 200;

/// A round, if it is time for one: of all processes one makes it. `home`: where people reach Cartwright; `interval`: seconds
/// between syncs where an integration sets nothing else.
///
/// # Errors
/// From the vault or the database.
pub async fn queue_what_is_due(
    pool: &PgPool,
    vault: &Vault,
    home: &str,
    interval: i32,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    if alerts::look_is_due(pool).await? {
        round(pool, vault, home, interval, now).await?;
    }
    Ok(())
}

/// A round, whether it is time or not.
///
/// # Errors
/// From the vault or the database.
pub async fn round(
    pool: &PgPool,
    vault: &Vault,
    home: &str,
    interval: i32,
    now: DateTime<Utc>,
) -> anyhow::Result<Turned> {
    let settings = Settings::load(pool).await?;
    let mut tx = pool.begin().await?;
    let turned = alerts::look(&mut tx, &thresholds(&settings, interval)).await?;
    if !turned.opened.is_empty() || !turned.closed.is_empty() {
        tell(&mut tx, vault, &settings, home, &turned).await?;
    }
    tx.commit().await?;
    if can_mail(&settings) && i64::from(now.hour()) == settings.number(&DIGEST_HOUR) {
        digest(pool, vault, home, now).await?;
    }
    let mut tx = pool.begin().await?;
    for due in notices::due(&mut tx, AT_ONCE).await? {
        super::enqueue(&mut tx, due.id, &format!("Another try to reach {}", due.recipient)).await?;
    }
    tx.commit().await?;
    Ok(turned)
}

fn thresholds(settings: &Settings, default_interval: i32) -> Thresholds {
    Thresholds {
        default_interval,
        failed_syncs: settings.small(&ALERT_FAILED_SYNCS),
        intervals: settings.small(&ALERT_INTERVALS),
        tries: settings.small(&ALERT_TRIES),
        conflicts: settings.number(&ALERT_CONFLICTS),
        rejected: settings.number(&ALERT_REJECTED),
    }
}

/// One e-mail a person with all that has turned for them; a message an alert to the webhook.
async fn tell(
    db: &mut PgConnection,
    vault: &Vault,
    settings: &Settings,
    home: &str,
    turned: &Turned,
) -> anyhow::Result<()> {
    if can_mail(settings) {
        for person in alerts::recipients(db).await?.iter().filter(|person| person.by_mail) {
            let opened = concerning(person, &turned.opened);
            let closed = concerning(person, &turned.closed);
            if !opened.is_empty() || !closed.is_empty() {
                let (subject, text) = words::turned(home, &opened, &closed);
                super::mail(db, vault, &Mail { to: person.email.clone(), subject, text }).await?;
            }
        }
    }
    let Some(host) = hook_host(settings) else { return Ok(()) };
    let opened = turned.opened.iter().map(|alert| ("alert.opened", alert));
    let closed = turned.closed.iter().map(|alert| ("alert.resolved", alert));
    for (event, alert) in opened.chain(closed) {
        let body = words::event(home, event, alert);
        super::webhook(db, vault, &host, &words::title(alert), &body).await?;
    }
    Ok(())
}

fn concerning<'a>(person: &Recipient, alerts: &'a [Alert]) -> Vec<&'a Alert> {
    alerts.iter().filter(|alert| person.is_concerned_by(alert)).collect()
}

/// All that is open, to whoever wants it; once a day.
async fn digest(pool: &PgPool, vault: &Vault, home: &str, now: DateTime<Utc>) -> anyhow::Result<()> {
    let open = alerts::open(pool, None).await?;
    let mut tx = pool.begin().await?;
    if alerts::digest_is_due(&mut tx, now.date_naive()).await? {
        for person in alerts::recipients(&mut tx).await?.iter().filter(|person| person.digest) {
            let theirs = concerning(person, &open);
            if !theirs.is_empty() {
                let (subject, text) = words::digest(home, &theirs);
                super::mail(&mut tx, vault, &Mail { to: person.email.clone(), subject, text }).await?;
            }
        }
    }
    tx.commit().await?;
    Ok(())
}
