//! What the pages of orders, carts, credit memos and subscribers have in common: pills, and the card of the customer.

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{DateTime, Utc};

use super::error::PageError;
use super::{Web, money, view};
use crate::base::clock;
use crate::crm::customers::{self, CustomerRecord};
use crate::crm::orders::{self, Lifetime};
use crate::crm::{carts, newsletter};

/// A word about how something stands.
#[derive(Template)]
#[template(
    source = r#"{% if word.is_empty() %}{{ view::or_none("") }}{% else %}<span class="pill {{ class }}"><span class="clipped">{{ word }}</span></span>{% endif %}"#,
    ext = "html"
)]
pub(super) struct State {
    class: &'static str,
    word: String,
}

impl HtmlSafe for State {}

/// What no longer is in the store.
fn removed() -> State {
    State { class: "", word: "Removed in Magento".to_owned() }
}

/// The state of an order: by Magento's own state, whatever the shop calls the status.
pub(super) fn order_state(status: &str, state: &str, removed_at: &Option<DateTime<Utc>>) -> State {
    if removed_at.is_some() {
        return removed();
    }
    let class = match state {
        "complete" => "ok",
        "processing" | "new" => "info",
        "pending_payment" | "holded" | "payment_review" => "warn",
        _ => "",
    };
    let word = if status.trim().is_empty() { state } else { status };
    State { class, word: word.replace('_', " ") }
}

/// The state of a cart.
pub(super) fn cart_state(status: &carts::Status, removed_at: &Option<DateTime<Utc>>) -> State {
    if removed_at.is_some() {
        return removed();
    }
    let class = match status {
        carts::Status::Open => "info",
        carts::Status::Purchased | carts::Status::Converted => "ok",
        carts::Status::Expired | carts::Status::Lost => "",
    };
    State { class, word: status.word().to_owned() }
}

/// The state of a credit memo.
pub(super) fn memo_state(word: &str, removed_at: &Option<DateTime<Utc>>) -> State {
    match word {
        _ if removed_at.is_some() => removed(),
        "Refunded" => State { class: "ok", word: word.to_owned() },
        "Open" => State { class: "info", word: word.to_owned() },
        _ => State { class: "", word: word.to_owned() },
    }
}

/// The state of a subscription.
pub(super) fn subscription(status: Option<newsletter::Status>, removed_at: &Option<DateTime<Utc>>) -> State {
    match status {
        _ if removed_at.is_some() => removed(),
        Some(status @ newsletter::Status::Subscribed) => {
            State { class: "ok", word: status.word().to_owned() }
        }
        Some(status @ newsletter::Status::Unconfirmed) => {
            State { class: "warn", word: status.word().to_owned() }
        }
        Some(status) => State { class: "", word: status.word().to_owned() },
        None => State { class: "", word: "Unknown".to_owned() },
    }
}

/// Who bought: the customer with what they brought so far, or what the record itself says of them.
#[derive(Template)]
#[template(path = "customers/card.html")]
pub(super) struct Buyer {
    customer: Option<CustomerRecord>,
    lifetimes: Vec<Lifetime>,
    name: String,
    email: String,
}

impl HtmlSafe for Buyer {}

impl Buyer {
    pub(super) async fn load(
        web: &Web,
        customer: Option<i64>,
        name: String,
        email: &str,
    ) -> Result<Self, PageError> {
        let (customer, lifetimes) = match customer {
            Some(id) => (customers::find(&web.pool, id).await?, orders::lifetimes_of(&web.pool, id).await?),
            None => (None, Vec::new()),
        };
        Ok(Self { customer, lifetimes, name, email: email.to_owned() })
    }

    fn orders(&self) -> i64 {
        self.lifetimes.iter().map(|lifetime| i64::from(lifetime.orders)).sum()
    }

    fn initials(&self) -> String {
        let name = self.customer.as_ref().map_or_else(|| self.name.clone(), CustomerRecord::full_name);
        let letters = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
        letters.take(2).flat_map(char::to_uppercase).collect()
    }
}

/// A customer's birthday with their age.
pub(super) fn birthday(customer: &CustomerRecord) -> String {
    let Some(birthday) = customer.birthday else { return String::new() };
    match customers::age(birthday, clock::now()) {
        Some(age) => format!("{}, age {age}", view::date(&birthday)),
        None => view::date(&birthday),
    }
}

/// A customer's gender in words.
pub(super) fn gender(customer: &CustomerRecord) -> &'static str {
    customer.gender.map_or("", customers::Gender::word)
}

/// First and last name, as far as they are there.
pub(super) fn full_name(first: &str, last: &str) -> String {
    format!("{} {}", first.trim(), last.trim()).trim().to_owned()
}
