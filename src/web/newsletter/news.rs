//! What can be done about subscriptions on the page of a subscriber or a customer, and what waits of it.

use askama::Template;
use askama::filters::HtmlSafe;

use super::super::error::PageError;
use super::super::{Web, view};
use crate::crm::channels::Entity;
use crate::crm::customers::CustomerRecord;
use crate::crm::newsletter::{self, ChangeRow, State, Status, SubscriberRecord};
use crate::crm::users::User;

const NO_BRIDGE: &str = "Only a store with the bridge can be told who subscribes.";
const ONLY_READS: &str = "Your role reads subscriptions and does not change them.";

/// The parts that a page puts where it has room for them.
pub(in crate::web) struct News {
    pub(in crate::web) buttons: Buttons,
    pub(in crate::web) mark: Mark,
    pub(in crate::web) changes: Changes,
}

/// Subscribe, Unsubscribe: whatever would change something.
#[derive(Template)]
#[template(path = "newsletter/buttons.html")]
pub(in crate::web) struct Buttons {
    action: String,
    offers: Vec<Status>,
}

/// The pill that says that the store does not have it as it stands here.
#[derive(Template)]
#[template(
    source = "{% if let Some(word) = word %}<span class=\"pill {% if grave %}bad{% else %}warn{% endif %}\">{{ word }}</span>{% endif %}",
    ext = "html"
)]
pub(in crate::web) struct Mark {
    word: Option<&'static str>,
    grave: bool,
}

/// What was changed here, and why nothing more can be, if so.
#[derive(Template)]
#[template(path = "newsletter/changes.html")]
pub(in crate::web) struct Changes {
    rows: Vec<ChangeRow>,
    /// On the page of this customer.
    customer: Option<i64>,
    two_way: bool,
    may_edit: bool,
    why_not: Option<&'static str>,
}

impl HtmlSafe for Buttons {}
impl HtmlSafe for Mark {}
impl HtmlSafe for Changes {}

impl News {
    pub(in crate::web) async fn of_subscriber(
        web: &Web,
        user: &User,
        subscriber: &SubscriberRecord,
    ) -> Result<Self, PageError> {
        let offers = [Status::Subscribed, Status::Unsubscribed];
        let rows = newsletter::changes_of(&web.pool, subscriber.id).await?;
        Ok(Self::new(
            user,
            rows,
            Buttons {
                action: format!("/newsletter-subscribers/{}/changes", subscriber.id),
                offers: offers.into_iter().filter(|offer| subscriber.status() != Some(*offer)).collect(),
            },
            Whose { customer: None, two_way: subscriber.two_way, why_not: why_not(subscriber) },
        ))
    }

    pub(in crate::web) async fn of_customer(
        web: &Web,
        user: &User,
        customer: &CustomerRecord,
    ) -> Result<Self, PageError> {
        let rows = newsletter::changes_of_customer(&web.pool, customer.id).await?;
        let living = newsletter::statuses_of(&web.pool, customer.id).await?;
        let asked_for = rows.iter().any(|row| row.subscriber_id.is_none() && row.is_open());
        let on = Some(Status::Subscribed);
        let may_begin = living.iter().any(|status| *status != on) || (living.is_empty() && !asked_for);
        let may_end = living.contains(&on);
        let offers = may_begin.then_some(Status::Subscribed).into_iter();
        Ok(Self::new(
            user,
            rows,
            Buttons {
                action: format!("/customers/{}/subscriptions", customer.id),
                offers: offers.chain(may_end.then_some(Status::Unsubscribed)).collect(),
            },
            Whose {
                customer: Some(customer.id),
                two_way: customer.two_way,
                why_not: why_not_of_customer(customer),
            },
        ))
    }

    fn new(user: &User, rows: Vec<ChangeRow>, buttons: Buttons, whose: Whose) -> Self {
        let Whose { customer, two_way, why_not } = whose;
        let why_not = why_not.or_else(|| (!user.may_edit()).then_some(ONLY_READS));
        let offers = if why_not.is_some() { Vec::new() } else { buttons.offers };
        let changes = Changes { rows, customer, two_way, may_edit: user.may_edit(), why_not };
        let open = || changes.rows.iter().filter(|row| row.is_open());
        let gravest = open().find(|row| row.state == State::Rejected).or_else(|| open().next());
        let mark = Mark {
            word: gravest.map(|row| changes.word(row)),
            grave: gravest.is_some_and(|row| row.state == State::Rejected),
        };
        Self { buttons: Buttons { offers, ..buttons }, mark, changes }
    }
}

/// Whose subscriptions they are.
struct Whose {
    customer: Option<i64>,
    two_way: bool,
    why_not: Option<&'static str>,
}

impl Changes {
    pub(in crate::web) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.why_not.is_none()
    }

    /// What was changed, in words.
    fn what(&self, row: &ChangeRow) -> String {
        let word = |status: Option<Status>, none| status.map_or(none, Status::word);
        format!("{} → {}", word(row.from, "Not a subscriber"), word(row.to, "Unknown"))
    }

    /// How a change stands.
    fn word(&self, row: &ChangeRow) -> &'static str {
        match row.state {
            State::Pending if !self.two_way => "not sent",
            state => state.key(),
        }
    }

    fn class(&self, row: &ChangeRow) -> &'static str {
        match row.state {
            State::Pending => "warn",
            State::Rejected => "bad",
            State::Sent => "ok",
            State::Discarded => "",
        }
    }

    fn may_try_again(&self, row: &ChangeRow) -> bool {
        row.state == State::Rejected && self.why_not.is_none()
    }
}

/// Why a subscriber's subscription cannot be changed here, if so.
pub(in crate::web) fn why_not(subscriber: &SubscriberRecord) -> Option<&'static str> {
    match () {
        () if subscriber.removed_at.is_some() => {
            Some("The store no longer has this subscriber, so a change could not reach it.")
        }
        () if !subscriber.has_bridge => Some(NO_BRIDGE),
        () if !subscriber.two_way => Some(
            "Two way sync is off for this integration: a subscription changed here would not reach the store.",
        ),
        () => None,
    }
}

/// Why a customer's subscriptions cannot be changed here, if so.
pub(in crate::web) fn why_not_of_customer(customer: &CustomerRecord) -> Option<&'static str> {
    match () {
        () if !customer.has_bridge => Some(NO_BRIDGE),
        () if !customer.entities.contains(&Entity::NewsletterSubscriber) => {
            Some("The channel does not take in newsletter subscribers.")
        }
        () if customer.email.is_empty() => Some("Nobody can subscribe without an e-mail address."),
        () => customer.why_not_edited(),
    }
}

/// What a button says.
fn verb(status: &Status) -> &'static str {
    if *status == Status::Subscribed { "Subscribe" } else { "Unsubscribe" }
}
