//! Whoever was erased here does not come back with what a sync reads: records are looked at before they are written, in the same
//! transaction, so that it does not matter whether they were read before the erasure or after it.

use std::borrow::Cow;
use std::collections::HashMap;

use sqlx::PgConnection;

use super::failed::NewFailure;
use super::noun::{Completed, Noun};
use super::visit::Visit;
use crate::crm::personal_data::{self, Met, Trace};
use crate::crm::records::RecordKind;

/// A window without the erased.
pub(super) struct Clean<'a, W: Clone> {
    pub(super) records: Cow<'a, [W]>,
    pub(super) failures: Vec<NewFailure>,
    /// Records of which nothing is kept.
    pub(super) left_out: i64,
}

/// A window as it may be written. No erasure begins until the transaction ends.
pub(super) async fn clean<'a, N: Noun>(
    visit: &Visit,
    db: &mut PgConnection,
    window: &'a Completed<N::Whole>,
) -> Result<Clean<'a, N::Whole>, sqlx::Error> {
    personal_data::hold(db).await?;
    if !personal_data::any(db).await? {
        let failures = window.failures.clone();
        return Ok(Clean { records: Cow::Borrowed(&window.records), failures, left_out: 0 });
    }
    let channel = visit.it.channel_id;
    let failures = withheld(db, channel, N::KIND, window.failures.clone()).await?;
    let traces: Vec<Trace> = window.records.iter().map(N::trace).collect();
    let met = personal_data::erased_among(db, channel, N::KIND, &traces).await?;
    if met.is_empty() {
        return Ok(Clean { records: Cow::Borrowed(&window.records), failures, left_out: 0 });
    }
    let met: HashMap<usize, Met> = met.into_iter().map(|met| (met.place, met)).collect();
    let kept = |(place, whole): (usize, &N::Whole)| match met.get(&place) {
        Some(met) => N::without_person(whole.clone(), met.known),
        None => Some(whole.clone()),
    };
    let records: Vec<N::Whole> = window.records.iter().enumerate().filter_map(kept).collect();
    let left_out = i64::try_from(window.records.len() - records.len()).unwrap_or(i64::MAX);
    Ok(Clean { records: Cow::Owned(records), failures, left_out })
}

/// What could not be read of an erased person is kept without the store's words.
pub(super) async fn withheld(
    db: &mut PgConnection,
    channel: i64,
    kind: RecordKind,
    mut failures: Vec<NewFailure>,
) -> Result<Vec<NewFailure>, sqlx::Error> {
    let numbers: Vec<String> = failures.iter().map(|failure| failure.remote_id.clone()).collect();
    let texts: Vec<String> =
        failures.iter().map(|failure| format!("{} {}", failure.cause, failure.raw_xml)).collect();
    for place in personal_data::names_an_erased_person(db, channel, kind, (&numbers, &texts)).await? {
        if let Some(failure) = failures.get_mut(place) {
            "It could not be read. It is of a person whose data was erased here, so the store’s words are not kept."
                .clone_into(&mut failure.cause);
            failure.raw_xml.clear();
        }
    }
    Ok(failures)
}
