//! Customers with their addresses.
//!
//! Without the bridge the list carries no addresses; they are fetched only for rows whose list row differs from what is
//! stored, in bulk reads where the store has them. A row's fingerprint is stored only *with* its addresses. The bridge's
//! list carries both. Shoppers edit addresses without moving the customer's `updated_at`: those are met by the walk.

mod asked;
mod brake;
mod told;

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use self::asked::{Books, Infos};
use self::told::incoming;
use super::CUSTOMERS;
use crate::crm::arrivals::Taken;
use crate::crm::customers::{self, Incoming};
use crate::crm::personal_data::Trace;
use crate::crm::records::RecordKind;
use crate::crm::{accounts, carts, changes, newsletter, orders};
use crate::magento::CallError;
use crate::magento::api::customers::{self as wire, Customer, CustomerFilter, CustomerWithAddresses};
use crate::magento::api::{EntryFailure, IdFilter, Listing};
use crate::sync::commit::{Ready, commit};
use crate::sync::details;
use crate::sync::failed::NewFailure;
use crate::sync::noun::{Ask, Completed, Freshness, Known, Noun, worth_fetching};
use crate::sync::pages;
use crate::sync::visit::Visit;

/// The connector.
pub(in crate::sync) struct Customers;

/// A row: with the address book where the bridge tells it.
pub(in crate::sync) enum Listed {
    Alone(Box<Customer>),
    WithBook(Box<CustomerWithAddresses>),
}

#[async_trait]
impl Noun for Customers {
    type Listed = Listed;
    type Whole = Incoming;

    const NAME: &'static str = CUSTOMERS;
    const KIND: RecordKind = RecordKind::Customer;
    const ANALYZE: &'static str = "analyze customers (channel_id, remote_id, email, is_guest, removed_at), customer_addresses (customer_id, remote_id), \
        contacts (email, account_id), accounts (name)";
    const MOST_ROWS: usize = 2_000;
    const DETAILS_CHANGE_ALONE: bool = true;
    /// Orders may come before their customer.
    const NEXT_MAY_BEGIN: bool = true;

    async fn list(&self, visit: &Visit, ask: &Ask) -> Result<Listing<Listed>, CallError> {
        let website_id = visit.it.settings.website_id;
        let filter = CustomerFilter { updated: ask.between(), ids: ask.ids.clone(), website_id, email: None };
        list(visit, filter).await
    }

    fn mark(row: &Listed) -> (i64, DateTime<Utc>) {
        let customer = row.customer();
        (customer.customer_id, customer.updated_at)
    }

    async fn complete(
        &self,
        visit: &Visit,
        rows: Vec<Listed>,
        fresh: Freshness,
        sent_at: DateTime<Utc>,
    ) -> anyhow::Result<Completed<Incoming>> {
        let (mut alone, mut records) = (Vec::new(), Vec::new());
        for row in rows {
            match row {
                Listed::Alone(_) => alone.push(row),
                Listed::WithBook(whole) => {
                    let hash = fingerprint(&whole.customer);
                    records.push(incoming(whole.customer, Some(hash), Some(whole.addresses), sent_at));
                }
            }
        }
        let (wanted, known) =
            worth_fetching(self, visit, alone, fresh, |row| fingerprint(row.customer())).await?;
        let wanted: Vec<(Customer, Vec<u8>)> =
            wanted.into_iter().map(|(row, hash)| (row.into_customer(), hash)).collect();
        let mut completed = Completed { records, known, failures: Vec::new() };
        with_books(visit, wanted, sent_at, &mut completed).await?;
        Ok(completed)
    }

    fn id(whole: &Incoming) -> i64 {
        whole.remote_id
    }

    fn trace(whole: &Incoming) -> Trace {
        Trace {
            remote_id: whole.remote_id,
            created_at: Some(whole.created_at),
            email: whole.email.clone(),
            name: whole.name(),
            ..Trace::default()
        }
    }

    /// The row without a name that is left of them is not written again.
    fn without_person(_whole: Incoming, _known: bool) -> Option<Incoming> {
        None
    }

    async fn write(
        &self,
        visit: &Visit,
        db: &mut PgConnection,
        records: &[Incoming],
    ) -> Result<Taken, sqlx::Error> {
        let channel = visit.it.channel_id;
        // edits, people, rows: whoever decides over customers locks in this order
        changes::lock(db, channel).await?;
        accounts::lock(db).await?;
        changes::adopt(db, channel, records).await?;
        let rebased = changes::rebase(db, channel, &visit.policy(), visit.run.id, records).await?;
        let (records, conflicts) =
            rebased.as_ref().map_or((records, 0), |it| (it.records.as_slice(), it.conflicts));
        let taken = customers::upsert(db, channel, Some(visit.it.settings.owner_id), records).await?;
        if !taken.arrived.is_empty() {
            let found_again = customers::not_missing(db, channel, &taken.arrived).await?;
            orders::give_back(db, channel, &found_again).await?;
            orders::link_customers(db, channel, &taken.arrived).await?;
            carts::link_customers(db, channel, &taken.arrived).await?;
            newsletter::link_customers(db, channel, &taken.arrived).await?;
            visit.suspect(customers::doubles_of(db, channel, &taken.arrived).await?);
        }
        Ok(Taken { conflicts, ..taken })
    }

    fn raw(whole: &Incoming) -> String {
        format!("{whole:#?}")
    }

    async fn stored(&self, visit: &Visit, ids: &[i64]) -> Result<HashMap<i64, Known>, sqlx::Error> {
        let mut db = visit.pool().acquire().await?;
        let stored = customers::known_hashes(&mut db, visit.it.channel_id, ids).await?;
        Ok(stored.into_iter().map(|(id, (row_hash, read_at))| (id, Known { row_hash, read_at })).collect())
    }

    async fn highest(&self, visit: &Visit) -> Result<i64, sqlx::Error> {
        customers::highest(visit.pool(), visit.it.channel_id).await
    }

    async fn gone(
        &self,
        visit: &Visit,
        range: (i64, i64),
        listed: &[i64],
        read_at: DateTime<Utc>,
    ) -> anyhow::Result<Vec<i64>> {
        let absent = customers::gaps_in(visit.pool(), visit.it.channel_id, range, listed, read_at).await?;
        look_for(visit, absent, read_at).await
    }

    async fn remove(&self, db: &mut PgConnection, rows: &[i64]) -> Result<i64, sqlx::Error> {
        customers::remove(db, rows).await
    }
}

async fn list(visit: &Visit, filter: CustomerFilter) -> Result<Listing<Listed>, CallError> {
    if visit.bridge {
        let page = |ids| {
            let filter = CustomerFilter { ids, ..filter.clone() };
            async move { wire::bridge_page(&visit.store, &filter, pages::SIZE).await }
        };
        let id = |row: &CustomerWithAddresses| row.customer.customer_id;
        let list = pages::all(filter.ids.as_ref(), page, id).await?;
        return Ok(pages::map(list, |row| Listed::WithBook(Box::new(row))));
    }
    // SOAP v1 tells the gender too, which v2 never does
    let list = if visit.bulk {
        wire::list_bulk(&visit.store, &filter).await?
    } else {
        wire::list(&visit.store, &filter).await?
    };
    Ok(pages::map(list, |customer| Listed::Alone(Box::new(customer))))
}

/// Customers by their ids, whatever website is chosen.
pub(in crate::sync) async fn list_by_ids(visit: &Visit, ids: Vec<i64>) -> Result<Listing<Listed>, CallError> {
    list(visit, CustomerFilter { ids: Some(IdFilter::In(ids)), ..CustomerFilter::default() }).await
}

/// Rows without their address books, where each would be a call: those that are not as stored are taken over without a
/// fingerprint, so that the next list brings the book.
pub(in crate::sync) async fn alone(
    visit: &Visit,
    rows: Vec<Listed>,
    sent_at: DateTime<Utc>,
) -> anyhow::Result<Completed<Incoming>> {
    let mut completed = Completed { records: Vec::new(), known: 0, failures: Vec::new() };
    let fingerprint = |row: &Listed| fingerprint(row.customer());
    let (changed, known) = worth_fetching(&Customers, visit, rows, Freshness::default(), fingerprint).await?;
    completed.known = known;
    for (row, hash) in changed {
        completed.records.push(match row {
            Listed::Alone(customer) => incoming(*customer, None, None, sent_at),
            Listed::WithBook(whole) => incoming(whole.customer, Some(hash), Some(whole.addresses), sent_at),
        });
    }
    Ok(completed)
}

/// The same for customers who were absent from a list. Those who are there after all are taken over: with a website chosen
/// no list holds the customers of other websites whom records here name.
async fn look_for(
    visit: &Visit,
    absent: Vec<(i64, i64)>,
    sent_at: DateTime<Utc>,
) -> anyhow::Result<Vec<i64>> {
    if absent.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = absent.iter().map(|(_, id)| *id).collect();
    let (mut completed, missing) = take_singly(visit, ids, sent_at).await?;
    // that somebody cannot be read proves nothing, and is told when their window is read
    completed.failures.clear();
    let words = format!("{} customers who were not listed", absent.len());
    commit(&Customers, visit, &Ready::apart(visit, words, sent_at, completed)).await?;
    Ok(absent.into_iter().filter(|(_, id)| missing.contains(id)).map(|(row, _)| row).collect())
}

/// Of these rows with the store's ids, those whom the store does not have any more.
pub(in crate::sync) async fn confirm_gone(
    visit: &Visit,
    absent: Vec<(i64, i64)>,
) -> anyhow::Result<Vec<i64>> {
    let ids: Vec<i64> = absent.iter().map(|(_, id)| *id).collect();
    let entries = details::fetch(visit, CUSTOMERS, &Infos, ids).await?;
    Ok(pages::not_there(absent.into_iter().map(|(row, _)| row), entries, "102"))
}

/// Customers that are asked for by themselves, whole; and those of them whom the store does not have.
pub(in crate::sync) async fn take_singly(
    visit: &Visit,
    ids: Vec<i64>,
    sent_at: DateTime<Utc>,
) -> anyhow::Result<(Completed<Incoming>, Vec<i64>)> {
    let entries = details::fetch(visit, CUSTOMERS, &Infos, ids.clone()).await?;
    let mut completed = Completed { records: Vec::new(), known: 0, failures: Vec::new() };
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for (id, entry) in ids.into_iter().zip(entries) {
        match entry {
            Ok(customer) => {
                let hash = fingerprint(&customer);
                found.push((customer, hash));
            }
            Err(EntryFailure::Fault(fault)) if fault.code == "102" => missing.push(id),
            Err(failure) => completed.failures.push(NewFailure {
                remote_id: id.to_string(),
                cause: format!("The customer could not be read: {failure}"),
                raw_xml: pages::raw_of(failure),
            }),
        }
    }
    with_books(visit, found, sent_at, &mut completed).await?;
    Ok((completed, missing))
}

/// Fetches the address books. A customer whose book cannot be read, or is not believed, is taken over without it, and without
/// a fingerprint.
async fn with_books(
    visit: &Visit,
    wanted: Vec<(Customer, Vec<u8>)>,
    sent_at: DateTime<Utc>,
    completed: &mut Completed<Incoming>,
) -> anyhow::Result<()> {
    let ids: Vec<i64> = wanted.iter().map(|(customer, _)| customer.customer_id).collect();
    let books = details::fetch(visit, CUSTOMERS, &Books, ids).await?;
    for ((customer, hash), book) in wanted.into_iter().zip(books) {
        let record = match book {
            Ok(book) => incoming(customer, Some(hash), Some(book), sent_at),
            Err(failure) => {
                completed.failures.push(failed(&customer, failure));
                incoming(customer, None, None, sent_at)
            }
        };
        completed.records.push(record);
    }
    brake::doubt(visit, completed).await
}

impl Listed {
    fn customer(&self) -> &Customer {
        match self {
            Self::Alone(customer) => customer,
            Self::WithBook(whole) => &whole.customer,
        }
    }

    fn into_customer(self) -> Customer {
        match self {
            Self::Alone(customer) => *customer,
            Self::WithBook(whole) => whole.customer,
        }
    }
}

fn fingerprint(customer: &Customer) -> Vec<u8> {
    let bytes = serde_json::to_vec(customer).unwrap_or_default();
    Sha256::digest(&bytes).iter().take(16).copied().collect()
}

fn failed(customer: &Customer, failure: EntryFailure) -> NewFailure {
    let cause = format!("Its addresses could not be read: {failure}");
    NewFailure { remote_id: customer.customer_id.to_string(), cause, raw_xml: pages::raw_of(failure) }
}
