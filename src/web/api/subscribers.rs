//! Newsletter subscribers, and whether they are to get the newsletter.

use axum::extract::State;
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::grid::{self, Asked};
use super::super::{Web, customers as pages, newsletter as page};
use super::caller::{Caller, Editor};
use super::customers::act::Subscription;
use super::input::{Body, Id, IfMatch};
use super::list::Asking;
use super::named::Named;
use super::output;
use super::problem::{Answer, Kind, Problem};
use crate::crm::audit::{self, Act, Changes, Subject, SubjectKind};
use crate::crm::newsletter::{self, Changed, Status, SubscriberRecord};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::default().routes(routes!(list)).routes(routes!(show)).routes(routes!(subscribe))
}

/// A newsletter subscriber.
#[derive(Debug, Serialize, ToSchema)]
struct Subscriber {
    id: i64,
    /// The store’s id.
    remote_id: i64,
    email: String,
    /// Subscribed, Not active, Unsubscribed or Unconfirmed.
    status: &'static str,
    channel: Named,
    website: Option<String>,
    store: Option<String>,
    customer: Option<Named>,
    /// When the status last changed.
    updated_at: Option<DateTime<Utc>>,
    imported_at: DateTime<Utc>,
    synced_at: DateTime<Utc>,
    /// Since when the store has them no more.
    removed_at: Option<DateTime<Utc>>,
}

/// List newsletter subscribers
#[utoipa::path(
    get,
    operation_id = "listNewsletterSubscribers",
    path = "/newsletter-subscribers",
    tag = "Newsletter Subscribers"
)]
async fn list(State(web): State<Web>, _caller: Caller, asked: Asked) -> Answer {
    let list = Asking::of(&newsletter::LISTING, asked).choices("channel", grid::channels(&web).await?);
    list.load(&web).await
}

/// Read a newsletter subscriber
#[utoipa::path(get, operation_id = "readNewsletterSubscriber", path = "/newsletter-subscribers/{id}",
    tag = "Newsletter Subscribers", params(("id" = i64, Path)),
    responses((status = 200, description = "The subscriber", body = Subscriber)))]
async fn show(State(web): State<Web>, _caller: Caller, Id(id): Id, headers: HeaderMap) -> Answer {
    let subscriber = newsletter::find(&web.pool, id).await?.ok_or_else(|| Problem::of(Kind::NotFound))?;
    output::record(&headers, &Subscriber::of(subscriber))
}

/// Subscribe or unsubscribe somebody
///
/// It shows here at once, and a sync brings it to the store, which needs the bridge.
#[utoipa::path(put, operation_id = "changeSubscription", path = "/newsletter-subscribers/{id}/subscription",
    tag = "Newsletter Subscribers",
    params(("id" = i64, Path)), request_body = Subscription,
    responses((status = 200, description = "The subscriber as they are now", body = Subscriber)))]
async fn subscribe(
    State(web): State<Web>,
    Editor(caller): Editor,
    Id(id): Id,
    condition: IfMatch,
    Body(wanted): Body<Subscription>,
) -> Answer {
    let missing = || Problem::of(Kind::NotFound);
    let mut tx = web.pool.begin().await?;
    let channel = newsletter::find(&mut *tx, id).await?.ok_or_else(missing)?.channel_id;
    newsletter::lock(&mut tx, channel).await?;
    let before = newsletter::find(&mut *tx, id).await?.ok_or_else(missing)?;
    condition.must_be(&output::tag(&Subscriber::of(before.clone()))?)?;
    if let Some(why) = page::why_not(&before) {
        return Err(Problem::new(Kind::Refused, why));
    }
    let to = wanted.status();
    let changed = newsletter::change(&mut tx, before.channel_id, id, to, caller.user.id).await?;
    if changed != Changed::Nothing {
        let subject = Subject::new(SubjectKind::Subscriber, id, &before.email);
        let told = Changes::none().told("Newsletter", to.word());
        audit::note(&mut tx, &caller.actor(), Act::Changed, &subject, &told).await?;
    }
    let after = newsletter::find(&mut *tx, id).await?.ok_or_else(missing)?;
    tx.commit().await?;
    if changed == Changed::Waits {
        pages::push(&web, caller.user.id, before.integration_id).await?;
    }
    output::changed(&Subscriber::of(after))
}

impl Subscriber {
    fn of(it: SubscriberRecord) -> Self {
        Self {
            status: it.status().map_or("Unknown", Status::word),
            customer: it.customer_id.map(|id| Named::new(id, it.customer.unwrap_or_default())),
            id: it.id,
            remote_id: it.remote_id,
            email: it.email,
            channel: Named::new(it.channel_id, it.channel),
            website: it.website,
            store: it.store,
            updated_at: it.changed_at,
            imported_at: it.imported_at,
            synced_at: it.synced_at,
            removed_at: it.removed_at,
        }
    }
}
