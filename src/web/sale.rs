//! What the pages of orders, carts, credit memos and subscribers have in common: pills, and the card of the customer.

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{DateTime, Utc};

use super::error::PageError;
use super::{Web, money, view};
use crate::base::clock;
use crate::base::listing::Meaning;
use crate::crm::customers::{self, CustomerRecord};
use crate::crm::orders::{self, Lifetime};
use crate::crm::{carts, credit_memos, newsletter};

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

/// What is said of a record: its word and what that means, or that the store no longer has it.
fn state((word, meaning): (String, Meaning), removed_at: &Option<DateTime<Utc>>) -> State {
    if removed_at.is_some() {
        return State { class: "", word: "Removed in Magento".to_owned() };
    }
    State { class: view::class(meaning), word }
}

/// The state of an order.
pub(super) fn order_state(status: &str, known: &str, removed_at: &Option<DateTime<Utc>>) -> State {
    state(orders::state(status, known), removed_at)
}

/// The state of a cart.
pub(super) fn cart_state(status: &carts::Status, removed_at: &Option<DateTime<Utc>>) -> State {
    state(carts::state(status.key(), ""), removed_at)
}

/// The state of a credit memo, by Magento's number.
pub(super) fn memo_state(number: &Option<i16>, removed_at: &Option<DateTime<Utc>>) -> State {
    state(credit_memos::state(&number.map(|n| n.to_string()).unwrap_or_default(), ""), removed_at)
}

/// The state of a subscription.
pub(super) fn subscription(status: Option<newsletter::Status>, removed_at: &Option<DateTime<Utc>>) -> State {
    state(newsletter::state(&status.map(|it| it.number().to_string()).unwrap_or_default(), ""), removed_at)
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
