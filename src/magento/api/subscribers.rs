//! Newsletter subscribers, which only the bridge tells.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::filter::{Filters, first_page};
use super::row::{self, Record, RowExt, RowProblem};
use super::{Between, IdFilter, Listing};
use crate::magento::soap::value::{Field, Row};
use crate::magento::soap::write::Arg;
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
    /// `customer_id`.
    pub customer_id: Option<i64>,
    /// `subscriber_email`.
    pub email: Option<String>,
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
            .equal("customer_id", self.customer_id)
            .equal_text("subscriber_email", self.email.as_deref())
    }
}

/// What of a subscriber is to be so; `None` is not told, and stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubscriberEdit {
    /// Store view.
    pub store_id: Option<i64>,
    /// The customer.
    pub customer_id: Option<i64>,
    /// E-mail.
    pub email: Option<String>,
    /// Whether the newsletter goes there.
    pub status: Option<SubscriberStatus>,
}

/// Makes a subscriber (no recording; the WSDL of both modes). Whoever has this customer or e-mail already must be looked
/// for first: of an e-mail without a customer the bridge takes over the customer and leaves the status as it is.
///
/// # Errors
/// A fault when there is no such customer, or they or the e-mail subscribed before; any other [`CallError`].
pub async fn create(store: &Store, edit: &SubscriberEdit) -> Result<Subscriber, CallError> {
    answered(store, "newsletterSubscriberCreate", vec![("subscriberData", edit.data())]).await
}

/// Changes a subscriber (no recording; the WSDL of both modes).
///
/// # Errors
/// A fault when there is no such subscriber, or the e-mail or the customer is another one's; any other [`CallError`].
pub async fn update(
    store: &Store,
    subscriber_id: i64,
    edit: &SubscriberEdit,
) -> Result<Subscriber, CallError> {
    let params = vec![("subscriberId", Arg::Int(subscriber_id)), ("subscriberData", edit.data())];
    answered(store, "newsletterSubscriberUpdate", params).await
}

/// Both calls answer with the subscriber as it has become.
async fn answered(
    store: &Store,
    method: &'static str,
    params: Vec<(&'static str, Arg)>,
) -> Result<Subscriber, CallError> {
    let told = store.call_one(Call::V2(method, params)).await?;
    let row = told.value.as_row().ok_or_else(|| CallError::malformed(format!("{method} gave no record")))?;
    Subscriber::read(row).map_err(|problem| CallError::malformed(format!("{method}: {problem}")))
}

impl SubscriberEdit {
    /// In the WSDL's order; all of its members are texts.
    fn data(&self) -> Arg {
        let number = |id: i64| Arg::Text(id.to_string());
        let members = [
            ("store_id", self.store_id.map(number)),
            ("customer_id", self.customer_id.map(number)),
            ("subscriber_email", self.email.clone().map(Arg::Text)),
            ("subscriber_status", self.status.map(|status| number(status.number()))),
        ];
        let told = members.into_iter().filter_map(|(name, value)| Some((name, value?)));
        Arg::Struct("newsletterSubscriberEntity", told.collect())
    }
}

impl SubscriberStatus {
    /// Magento's number.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Subscribed => 1,
            Self::NotActive => 2,
            Self::Unsubscribed => 3,
            Self::Unconfirmed => 4,
            Self::Other(number) => number,
        }
    }

    /// Reads the number.
    #[must_use]
    pub const fn from_number(number: i64) -> Self {
        match number {
            1 => Self::Subscribed,
            2 => Self::NotActive,
            3 => Self::Unsubscribed,
            4 => Self::Unconfirmed,
            other => Self::Other(other),
        }
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
            status: row.id("subscriber_status")?.map(SubscriberStatus::from_number),
            changed_at: row.time("change_status_at")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_to_change_is_sent_as_texts_in_the_order_of_the_wsdl() {
        let text = |text: &str| Arg::Text(text.to_owned());
        let whole = SubscriberEdit {
            store_id: Some(0),
            customer_id: Some(7),
            email: Some("ada@example.org".to_owned()),
            status: Some(SubscriberStatus::Subscribed),
        };
        let members = vec![
            ("store_id", text("0")),
            ("customer_id", text("7")),
            ("subscriber_email", text("ada@example.org")),
            ("subscriber_status", text("1")),
        ];
        assert_eq!(whole.data(), Arg::Struct("newsletterSubscriberEntity", members));
        let status =
            SubscriberEdit { status: Some(SubscriberStatus::Unsubscribed), ..SubscriberEdit::default() };
        let members = vec![("subscriber_status", text("3"))];
        assert_eq!(status.data(), Arg::Struct("newsletterSubscriberEntity", members));
    }

    #[test]
    fn a_status_is_its_number() {
        for number in 0..6 {
            assert_eq!(SubscriberStatus::from_number(number).number(), number);
        }
    }
}
