//! Newsletter subscribers, which only the bridge tells.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::filter::{Filters, first_page};
use super::row::{self, Record, RowExt, RowProblem};
use super::{Between, IdFilter, Listing};
use crate::magento::soap::value::{Field, Row};
use crate::magento::store::Call;
use crate::magento::{CallError, Store};

/// Which subscribers to list. Everything set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubscriberFilter {
    /// `change_status_at` between these two instants. Who subscribed before the bridge was installed may have none.
    pub changed: Option<Between>,
    /// `subscriber_id`.
    pub ids: Option<IdFilter>,
    /// `store_id` is one of these.
    pub store_ids: Option<Vec<i64>>,
}

/// A newsletter subscriber. The code by which an address is confirmed stays in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscriber {
    /// `subscriber_id`.
    pub subscriber_id: i64,
    /// Store view.
    pub store_id: Field<i64>,
    /// The customer; nil for everybody else (the wire's 0).
    pub customer_id: Field<i64>,
    /// E-mail, without white space around it.
    pub email: Field<String>,
    /// Whether the newsletter goes there.
    pub status: Field<SubscriberStatus>,
    /// When the status last changed.
    pub changed_at: Field<DateTime<Utc>>,
}

/// Magento's states of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubscriberStatus {
    /// 1.
    Subscribed,
    /// 2.
    NotActive,
    /// 3.
    Unsubscribed,
    /// 4: a mail asks for a confirmation.
    Unconfirmed,
    /// Another one, of a module's making.
    Other(i64),
}

/// The first subscribers that match, **newest first** (recordings rpc/146, rpc/147; wsi likewise): the next page is
/// asked for with [`IdFilter::Before`] the least id seen.
///
/// # Errors
/// Any [`CallError`]; a fault "not present" when the bridge is not installed.
pub async fn page(
    store: &Store,
    filter: &SubscriberFilter,
    size: u32,
) -> Result<Listing<Subscriber>, CallError> {
    let params = vec![("filters", filter.filters().v2()), ("pager", first_page(size))];
    row::list(store, Call::V2("newsletterSubscriberList", params)).await
}

impl SubscriberFilter {
    fn filters(&self) -> Filters {
        Filters::default()
            .between("change_status_at", self.changed)
            .ids(Subscriber::ID, self.ids.as_ref())
            .one_of("store_id", self.store_ids.as_deref())
    }
}

impl Record for Subscriber {
    const ID: &'static str = "subscriber_id";

    fn read(row: &Row) -> Result<Self, RowProblem> {
        Ok(Self {
            subscriber_id: row.required_id(Self::ID)?,
            store_id: row.int("store_id")?,
            customer_id: row.id("customer_id")?,
            email: row.text("subscriber_email").declared().map(|email| email.trim().to_owned()),
            status: row.id("subscriber_status")?.map(status),
            changed_at: row.time("change_status_at")?,
        })
    }
}

const fn status(number: i64) -> SubscriberStatus {
    match number {
        1 => SubscriberStatus::Subscribed,
        2 => SubscriberStatus::NotActive,
        3 => SubscriberStatus::Unsubscribed,
        4 => SubscriberStatus::Unconfirmed,
        other => SubscriberStatus::Other(other),
    }
}
