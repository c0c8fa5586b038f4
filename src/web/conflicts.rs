//! The inbox of two way sync: conflicts, with what can be decided about each ([`decide`]) and about many at once
//! ([`many`]); edits that a store does not take ([`rejected`]), and subscriptions
//! of either kind ([`subscriptions`]).

mod decide;
mod list;
mod many;
mod rejected;
mod subscriptions;
pub(super) mod words;

use axum::Router;
use axum::routing::{get, post};

use super::{Web, page};
pub(super) use decide::{LOOK_AGAIN, carry_out};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/conflicts", get(list::list))
        .route("/conflicts/export", get(list::export))
        .route("/conflicts/answers", get(many::ask).post(many::answer))
        .route("/conflicts/rejected-edits", get(rejected::list))
        .route("/conflicts/rejected-edits/export", get(rejected::export))
        .route("/conflicts/subscriptions", get(subscriptions::list))
        .route("/conflicts/subscriptions/export", get(subscriptions::export))
        .route("/conflicts/{id}", post(decide::decide))
}

/// Back to where a button was: a customer's page, or the list as it was filtered.
fn back(to: &str, customer: i64) -> page::PageResult {
    match to.strip_prefix('?') {
        Some(query) => {
            let pairs = url::form_urlencoded::parse(query.as_bytes());
            let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            page::see(&format!("/conflicts?{query}"))
        }
        None if to == "customer" => page::see(&format!("/customers/{customer}")),
        None => page::see("/conflicts"),
    }
}
