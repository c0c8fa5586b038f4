//! Telling people: alerts, invitations, password resets go out by e-mail and webhook.
//!
//! Whoever has something to tell queues it in the transaction of what it tells of ([`mail`], [`webhook`]); a job sends it, and
//! tries again with growing waits ([`NoticeJob`]). What webhooks are told of is written by the database; a job of each sends it
//! ([`DeliveryJob`]). A round ([`round()`]) looks what has turned since the last, and tells that and nothing
//! else. **Refuses** to send within a request, but for a test that somebody asked for ([`try_mail`], [`try_webhook`]).
//!
//! **Invariant:** no network inside a transaction; an administrator's URL is called under the same guard as a store's.

mod delivery;
mod hook;
mod job;
mod round;
mod smtp;
mod words;

use secrecy::SecretString;
use sqlx::PgConnection;

use crate::base::vault::Vault;
use crate::crm::notices::{self, Notice, Way};
use crate::crm::settings::{SMTP_FROM, SMTP_HOST, Settings, WEBHOOK_URL};
use crate::jobs::{self, NewJob};

pub use delivery::{DeliveryJob, KIND as DELIVERY, queue_deliveries};
pub use hook::{HookError, signature, try_webhook};
pub use job::NoticeJob;
pub use round::{queue_what_is_due, round};
pub use smtp::{MailError, try_mail};

/// The queue's word for a job that sends a notice.
pub const KIND: &str = "notice";

/// An e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Who gets it.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// What it says, as plain text.
    pub text: String,
}

/// Can e-mails be sent at all? Without a server and a sender there is nothing to send them by.
#[must_use]
pub fn can_mail(settings: &Settings) -> bool {
    !settings.text(&SMTP_HOST).is_empty() && !settings.text(&SMTP_FROM).is_empty()
}

/// Queues an e-mail, in the caller's transaction; a job sends it.
///
/// # Errors
/// From the vault or the database.
pub async fn mail(db: &mut PgConnection, vault: &Vault, mail: &Mail) -> anyhow::Result<()> {
    let notice =
        Notice { recipient: mail.to.clone(), subject: mail.subject.clone(), content: mail.text.clone() };
    let id = notices::queue(db, vault, Way::Mail, &notice).await?;
    enqueue(db, id, &format!("E-mail to {}", mail.to)).await?;
    Ok(())
}

/// Queues a message to the webhook, in the caller's transaction.
async fn webhook(
    db: &mut PgConnection,
    vault: &Vault,
    host: &str,
    subject: &str,
    body: &str,
) -> anyhow::Result<()> {
    let notice = Notice { recipient: host.to_owned(), subject: subject.to_owned(), content: body.to_owned() };
    let id = notices::queue(db, vault, Way::Webhook, &notice).await?;
    enqueue(db, id, &format!("Webhook to {host}")).await?;
    Ok(())
}

/// The host of the webhook; `None` = there is none.
fn hook_host(settings: &Settings) -> Option<String> {
    let url = url::Url::parse(settings.text(&WEBHOOK_URL)).ok()?;
    url.host_str().map(str::to_owned)
}

async fn enqueue(db: &mut PgConnection, notice: i64, title: &str) -> Result<(), sqlx::Error> {
    let job = NewJob {
        kind: KIND,
        key: format!("notice {notice}"),
        payload: serde_json::json!({ "notice": notice }),
        title: title.replace('\0', ""),
        integration_id: None,
        channel_id: None,
        requested_by: None,
        pressed: false,
    };
    jobs::enqueue(db, &job).await.map(drop)
}

/// A secret that may not be there.
type Secret = Option<SecretString>;
