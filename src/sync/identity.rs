//! Is the store behind the address the one that was read before (F59)? A shop that was moved, restored or set up anew behind the
//! same address would meet our records with numbers of its own. So before anything is read or sent, the oldest order that was
//! read is looked up; where it is another one or none, so are a few more records, and where none of them is as it was, nothing
//! happens until a person has said what it is.

use chrono::{DateTime, Utc};

use super::visit::Visit;
use crate::crm::{customers, orders};
use crate::magento::api::customers as customers_api;
use crate::magento::api::orders as orders_api;
use crate::magento::api::{Entry, EntryFailure};

/// Witnesses from either end of a list.
const FROM_EACH_END: i64 = 2;

/// The store is another one, by these signs.
#[derive(Debug, thiserror::Error)]
#[error(
    "Another store than before seems to answer at this address: {0}. Nothing was read from it, and nothing was sent to it."
)]
pub(super) struct Stranger(String);

/// A record that was read before.
enum Witness {
    Order(String, DateTime<Utc>),
    Customer(i64, Option<DateTime<Utc>>, String),
}

/// What the store says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    /// It is as it was.
    Same,
    /// Its number belongs to something else.
    Another,
    /// An order is not there; orders are never deleted by hand.
    NoOrder,
    /// A customer is not there, who may have been deleted.
    NoCustomer,
    /// The store does not say; whatever is asked next will tell why.
    Unknown,
}

/// Fails if it is another store.
pub(super) async fn check(visit: &Visit) -> anyhow::Result<()> {
    if visit.it.first_synced_at.is_none() || visit.believes() {
        return Ok(());
    }
    let mut found = Vec::new();
    for witness in witnesses(visit).await? {
        let answer = ask(visit, &witness).await;
        // usually the first one, and no more is asked
        if matches!(answer, Found::Same | Found::Unknown) {
            return Ok(());
        }
        found.push((answer, witness.words()));
    }
    let answers: Vec<Found> = found.iter().map(|(answer, _)| *answer).collect();
    if !is_a_stranger(&answers) {
        return Ok(());
    }
    let words: Vec<String> =
        found.iter().map(|(answer, words)| format!("{words} {}", answer.words())).collect();
    Err(Stranger(words.join("; ")).into())
}

/// One witness is none, and customers may all have been deleted.
fn is_a_stranger(answers: &[Found]) -> bool {
    let any = |found| answers.contains(&found);
    answers.len() > 1
        && !any(Found::Same)
        && !any(Found::Unknown)
        && (any(Found::Another) || any(Found::NoOrder))
}

async fn witnesses(visit: &Visit) -> Result<Vec<Witness>, sqlx::Error> {
    let (pool, channel) = (visit.pool(), visit.it.channel_id);
    let orders = orders::ends(pool, channel, FROM_EACH_END).await?;
    let customers = customers::ends(pool, channel, FROM_EACH_END).await?;
    let orders = orders.into_iter().map(|(number, at)| Witness::Order(number, at));
    let customers = customers.into_iter().map(|(id, at, email)| Witness::Customer(id, at, email));
    Ok(orders.chain(customers).collect())
}

async fn ask(visit: &Visit, witness: &Witness) -> Found {
    match witness {
        Witness::Order(number, at) => match orders_api::info(&visit.store, number).await {
            Ok(entry) => order(entry, *at),
            Err(_) => Found::Unknown,
        },
        Witness::Customer(id, at, email) => match customers_api::info(&visit.store, *id).await {
            Ok(customer) => {
                let theirs = customer.email.value().unwrap_or_default();
                let same = *at == Some(customer.created_at) || theirs.eq_ignore_ascii_case(email);
                if same { Found::Same } else { Found::Another }
            }
            Err(problem) if problem.fault().is_some_and(|fault| fault.code == "102") => Found::NoCustomer,
            Err(_) => Found::Unknown,
        },
    }
}

fn order(entry: Entry<orders_api::Order>, at: DateTime<Utc>) -> Found {
    match entry {
        Ok(order) if order.created_at == at => Found::Same,
        Ok(_) => Found::Another,
        Err(EntryFailure::Fault(fault)) if fault.code == "100" => Found::NoOrder,
        Err(_) => Found::Unknown,
    }
}

impl Witness {
    fn words(&self) -> String {
        match self {
            Self::Order(number, _) => format!("order {number}"),
            Self::Customer(id, ..) => format!("customer {id}"),
        }
    }
}

impl Found {
    fn words(self) -> &'static str {
        match self {
            Self::NoOrder | Self::NoCustomer => "is not there",
            Self::Another => "is another one there",
            Self::Same | Self::Unknown => "is there",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Found::{Another, NoCustomer, NoOrder, Same, Unknown};
    use super::is_a_stranger;

    #[test]
    fn a_store_is_a_stranger_when_nothing_is_as_it_was_and_more_than_one_record_says_so() {
        for (answers, stranger, what) in [
            (vec![], false, "nothing was read before"),
            (vec![NoOrder], false, "one witness is none"),
            (vec![Another, Another], true, "numbers belong to others"),
            (vec![NoOrder, NoOrder, NoCustomer], true, "a shop that was set up anew"),
            (vec![NoCustomer, NoCustomer, NoCustomer], false, "customers may all have been deleted"),
            (vec![NoCustomer, Another], true, "gone, and another in its place"),
            (vec![NoOrder, Another, Same], false, "restored from a backup"),
            (vec![Another, Unknown], false, "a store that does not say"),
        ] {
            assert_eq!(is_a_stranger(&answers), stranger, "{what}");
        }
    }
}
