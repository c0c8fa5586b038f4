//! Customers with their addresses.
//!
//! The list carries no addresses; they are fetched only for rows whose list row differs from what is stored, in bulk
//! reads where the store has them. A row's fingerprint is stored only *with* its addresses.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt, stream};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use super::{CUSTOMERS, Connector, Done};
use crate::crm::customers::{self, Gender, Incoming, IncomingAddress};
use crate::jobs::Counts;
use crate::magento::api::addresses::{self, Address};
use crate::magento::api::customers::{self as wire, Customer, CustomerFilter};
use crate::magento::api::{EntryFailure, Listing};
use crate::magento::{CallError, Field};
use crate::sync::failed::NewFailure;
use crate::sync::pipeline::{self, Completed, Noun};
use crate::sync::visit::{Visit, patiently};
use crate::sync::window::Span;

/// Address lists in one bulk read.
const LISTS_AT_ONCE: usize = 100;

/// The connector.
pub(super) struct Customers;

#[async_trait]
impl Connector for Customers {
    fn name(&self) -> &'static str {
        CUSTOMERS
    }

    async fn run(&self, visit: &Visit) -> anyhow::Result<Done> {
        pipeline::run(self, visit).await
    }
}

#[async_trait]
impl Noun for Customers {
    type Listed = Customer;
    type Whole = Incoming;

    const NAME: &'static str = CUSTOMERS;

    async fn list(&self, visit: &Visit, span: Span) -> Result<Listing<Customer>, CallError> {
        let filter = CustomerFilter {
            updated: Some((span.from, span.to)),
            ids: None,
            website_id: visit.it.settings.website_id,
        };
        // SOAP v1 tells the gender too, which v2 never does
        if visit.bulk {
            wire::list_bulk(&visit.store, &filter).await
        } else {
            wire::list(&visit.store, &filter).await
        }
    }

    fn mark(row: &Customer) -> (i64, DateTime<Utc>) {
        (row.customer_id, row.updated_at)
    }

    async fn complete(
        &self,
        visit: &Visit,
        rows: Vec<Customer>,
        stale_from: Option<DateTime<Utc>>,
        sent_at: DateTime<Utc>,
    ) -> anyhow::Result<Completed<Incoming>> {
        let listed = rows.len();
        let rows = changed(visit, rows, stale_from).await?;
        let known = i64::try_from(listed - rows.len()).unwrap_or(i64::MAX);
        let mut completed =
            Completed { records: Vec::with_capacity(rows.len()), known, failures: Vec::new() };
        for (row, hash, addresses) in with_addresses(visit, rows).await? {
            let (hash, addresses) = match addresses {
                Ok(addresses) => (Some(hash), Some(addresses)),
                Err(failure) => {
                    completed.failures.push(failed(&row, failure));
                    (None, None)
                }
            };
            completed.records.push(incoming(row, hash, addresses, sent_at));
        }
        Ok(completed)
    }

    fn id(whole: &Incoming) -> i64 {
        whole.remote_id
    }

    async fn write(
        &self,
        visit: &Visit,
        db: &mut PgConnection,
        records: &[Incoming],
    ) -> Result<Counts, sqlx::Error> {
        let owner = Some(visit.it.settings.owner_id);
        let taken = customers::upsert(db, visit.it.channel_id, owner, records).await?;
        Ok(Counts {
            created: taken.created,
            updated: taken.updated,
            unchanged: taken.unchanged,
            ..Counts::default()
        })
    }

    fn raw(whole: &Incoming) -> String {
        format!("{whole:#?}")
    }
}

/// The rows that differ from what is stored, each once, with their fingerprints.
async fn changed(
    visit: &Visit,
    rows: Vec<Customer>,
    stale_from: Option<DateTime<Utc>>,
) -> anyhow::Result<Vec<(Customer, Vec<u8>)>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = rows.iter().map(|row| row.customer_id).collect();
    let mut db = visit.pool().acquire().await?;
    let stored = customers::known_hashes(&mut db, visit.it.channel_id, &ids).await?;
    drop(db);
    let mut seen = std::collections::HashSet::with_capacity(rows.len());
    let mut different = Vec::new();
    for row in rows {
        if !seen.insert(row.customer_id) {
            continue;
        }
        let hash = fingerprint(&row)?;
        let stale = stale_from.is_some_and(|from| row.updated_at >= from);
        if stale || stored.get(&row.customer_id).map(|(hash, _)| hash) != Some(&hash) {
            different.push((row, hash));
        }
    }
    Ok(different)
}

fn fingerprint(row: &Customer) -> anyhow::Result<Vec<u8>> {
    let bytes = serde_json::to_vec(row)?;
    Ok(Sha256::digest(&bytes).iter().take(16).copied().collect())
}

type WithAddresses = (Customer, Vec<u8>, Result<Vec<Address>, EntryFailure>);

async fn with_addresses(
    visit: &Visit,
    rows: Vec<(Customer, Vec<u8>)>,
) -> Result<Vec<WithAddresses>, CallError> {
    let ids: Vec<i64> = rows.iter().map(|(row, _)| row.customer_id).collect();
    let lists: Vec<Vec<Result<Vec<Address>, EntryFailure>>> = if visit.bulk {
        let some: Vec<Vec<i64>> = ids.chunks(LISTS_AT_ONCE).map(<[i64]>::to_vec).collect();
        stream::iter(some)
            .map(|some| async move { in_bulk(visit, &some).await })
            .buffered(2)
            .try_collect()
            .await?
    } else {
        stream::iter(ids).map(|id| one(visit, id)).buffered(2).try_collect().await?
    };
    Ok(rows
        .into_iter()
        .zip(lists.into_iter().flatten())
        .map(|((row, hash), list)| (row, hash, list))
        .collect())
}

/// Many lists in one request; where that is too much for the store, in two halves.
async fn in_bulk(visit: &Visit, ids: &[i64]) -> Result<Vec<Result<Vec<Address>, EntryFailure>>, CallError> {
    let asked = patiently(visit, CUSTOMERS, || addresses::addresses_bulk(&visit.store, ids)).await;
    match asked {
        Ok(entries) => Ok(entries.into_iter().map(|(_, entry)| entry).collect()),
        Err(problem) if problem.asks_for_less() && ids.len() > 1 => {
            let (left, right) = ids.split_at(ids.len() / 2);
            let mut lists = Box::pin(in_bulk(visit, left)).await?;
            lists.extend(Box::pin(in_bulk(visit, right)).await?);
            Ok(lists)
        }
        Err(problem) => Err(problem),
    }
}

async fn one(visit: &Visit, id: i64) -> Result<Vec<Result<Vec<Address>, EntryFailure>>, CallError> {
    let list = patiently(visit, CUSTOMERS, || addresses::addresses(&visit.store, id)).await;
    let entry = match list {
        Ok(mut list) => match list.bad.pop() {
            Some(bad) => Err(EntryFailure::Bad(bad)),
            None => Ok(list.rows),
        },
        Err(CallError::Fault(fault)) if fault.class() == crate::magento::Class::Record => {
            Err(EntryFailure::Fault(fault))
        }
        Err(other) => return Err(other),
    };
    Ok(vec![entry])
}

fn failed(row: &Customer, failure: EntryFailure) -> NewFailure {
    let cause = format!("Its addresses could not be read: {failure}");
    let raw_xml = match failure {
        EntryFailure::Bad(bad) => bad.raw_xml,
        EntryFailure::Fault(fault) => format!("<fault code=\"{}\">{}</fault>", fault.code, fault.text),
    };
    NewFailure { remote_id: row.customer_id.to_string(), cause, raw_xml }
}

fn incoming(
    row: Customer,
    hash: Option<Vec<u8>>,
    addresses: Option<Vec<Address>>,
    sent_at: DateTime<Utc>,
) -> Incoming {
    Incoming {
        remote_id: row.customer_id,
        website_id: row.website_id.value(),
        store_id: row.store_id.value(),
        group_id: row.group_id.value(),
        email: text(row.email),
        prefix: text(row.prefix),
        first_name: text(row.first_name),
        middle_name: text(row.middle_name),
        last_name: text(row.last_name),
        suffix: text(row.suffix),
        birthday: row.dob.value(),
        gender: row.gender.known().map(|gender| gender.and_then(gender_of)),
        taxvat: text(row.taxvat),
        created_in: text(row.created_in),
        confirmed: row.confirmed.value(),
        created_at: row.created_at,
        updated_at: row.updated_at,
        row_hash: hash,
        addresses: addresses.map(|list| list.into_iter().map(address).collect()),
        read_at: sent_at,
    }
}

/// A shop may define genders of its own; we know two, and take the others for "not told".
fn gender_of(gender: wire::Gender) -> Option<Gender> {
    match gender {
        wire::Gender::Male => Some(Gender::Male),
        wire::Gender::Female => Some(Gender::Female),
        wire::Gender::Other(_) => None,
    }
}

fn address(row: Address) -> IncomingAddress {
    IncomingAddress {
        remote_id: row.address_id,
        prefix: text(row.prefix),
        first_name: text(row.first_name),
        middle_name: text(row.middle_name),
        last_name: text(row.last_name),
        suffix: text(row.suffix),
        company: text(row.company),
        street: text(row.street),
        city: text(row.city),
        postcode: text(row.postcode),
        country_id: text(row.country_id),
        region_id: row.region_id.value(),
        region: text(row.region),
        telephone: text(row.telephone),
        fax: text(row.fax),
        default_billing: row.is_default_billing,
        default_shipping: row.is_default_shipping,
    }
}

fn text(field: Field<String>) -> String {
    field.value().unwrap_or_default()
}
