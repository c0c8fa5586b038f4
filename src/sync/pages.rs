//! Lists that come in pages, and small things that every noun does with lists and entries.
//!
//! Pages are asked for by id, never by number: over a set that moves, a number skips records. A store that does not look at
//! the ids would send the same page for ever: that is no list (F46).

use std::time::Duration;

use crate::magento::CallError;
use crate::magento::api::{Entry, EntryFailure, IdFilter, Listing};

/// Records on a page.
pub(super) const SIZE: u32 = 100;

/// All records that match, page by page, by rising id. `page` asks for the first page of those with such ids.
pub(super) async fn all<T, F>(
    ids: Option<&IdFilter>,
    page: impl Fn(Option<IdFilter>) -> F,
    id: impl Fn(&T) -> i64,
) -> Result<Listing<T>, CallError>
where
    F: Future<Output = Result<Listing<T>, CallError>>,
{
    let mut whole = Listing { rows: Vec::new(), bad: Vec::new(), bytes: 0, took: Duration::ZERO };
    let (mut after, to) = match ids {
        None => (None, None),
        Some(IdFilter::After(after)) => (Some(*after), None),
        // its end is asked for, too: a page that reached beyond it could fail on a record that is not in it
        Some(IdFilter::Range(from, to)) => (Some(from - 1), Some(*to)),
        // a page holds them all, or they are few enough to come one page after another
        Some(other) => return page(Some(other.clone())).await,
    };
    loop {
        let next = |after| to.map_or(IdFilter::After(after), |to| IdFilter::Range(after + 1, to));
        let list = page(after.map(next)).await?;
        let rows = list.rows.len() + list.bad.len();
        whole.bytes += list.bytes;
        whole.took += list.took;
        let seen: Vec<i64> = list.rows.iter().map(&id).chain(ids_of_bad(&list)).collect();
        if let Some(after) = after {
            IdFilter::After(after).check(seen.iter().copied())?;
        }
        let last = seen.into_iter().max();
        let within = |id: i64| to.is_none_or(|to| id <= to);
        whole.bad.extend(list.bad);
        whole.rows.extend(list.rows.into_iter().filter(|row| within(id(row))));
        match last {
            Some(last) if rows >= SIZE as usize && within(last + 1) => after = Some(last),
            _ => return Ok(whole),
        }
    }
}

/// The ids of rows of which at least that could be read.
pub(super) fn ids_of_bad<T>(list: &Listing<T>) -> impl Iterator<Item = i64> {
    list.bad.iter().filter_map(|bad| bad.remote_id.as_ref()?.parse().ok())
}

/// The same list of something else.
pub(super) fn map<T, U>(list: Listing<T>, make: impl Fn(T) -> U) -> Listing<U> {
    Listing {
        rows: list.rows.into_iter().map(make).collect(),
        bad: list.bad,
        bytes: list.bytes,
        took: list.took,
    }
}

/// Those of whom the store said, with the fault that means it, that they are not there. Any other failure proves nothing.
pub(super) fn not_there<T>(rows: impl Iterator<Item = i64>, entries: Vec<Entry<T>>, code: &str) -> Vec<i64> {
    let gone = |entry: &Entry<T>| matches!(entry, Err(EntryFailure::Fault(fault)) if fault.code == code);
    rows.zip(entries).filter(|(_, entry)| gone(entry)).map(|(row, _)| row).collect()
}

/// What is kept of an entry that failed.
pub(super) fn raw_of(failure: EntryFailure) -> String {
    match failure {
        EntryFailure::Bad(bad) => bad.raw_xml,
        EntryFailure::Fault(fault) => format!("<fault code=\"{}\">{}</fault>", fault.code, fault.text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ids_of(wanted: Option<IdFilter>, there: &[i64]) -> (Vec<i64>, usize) {
        let asked = std::cell::Cell::new(0);
        let page = |ids: Option<IdFilter>| {
            asked.set(asked.get() + 1);
            let fits = |id: &i64| match &ids {
                Some(IdFilter::After(after)) => id > after,
                Some(IdFilter::In(some)) => some.contains(id),
                Some(IdFilter::Range(from, to)) => (from..=to).contains(&id),
                _ => true,
            };
            let rows: Vec<i64> = there.iter().copied().filter(fits).take(SIZE as usize).collect();
            async move { Ok(Listing { rows, bad: Vec::new(), bytes: 0, took: Duration::ZERO }) }
        };
        let list = all(wanted.as_ref(), page, |id| *id).await.unwrap();
        (list.rows, asked.get())
    }

    #[tokio::test]
    async fn pages_are_asked_for_by_id_until_one_is_not_full() {
        let there: Vec<i64> = (1..=250).collect();
        assert_eq!(ids_of(None, &there).await, (there.clone(), 3));
        assert_eq!(ids_of(Some(IdFilter::After(200)), &there).await, ((201..=250).collect(), 1));
        assert_eq!(ids_of(Some(IdFilter::Range(90, 120)), &there).await, ((90..=120).collect(), 1));
        assert_eq!(ids_of(Some(IdFilter::Range(1, 150)), &there).await, ((1..=150).collect(), 2));
        assert_eq!(ids_of(Some(IdFilter::In(vec![7, 9])), &there).await, (vec![7, 9], 1));
        let exactly: Vec<i64> = (1..=100).collect();
        assert_eq!(ids_of(None, &exactly).await, (exactly, 2), "a full page may have another behind it");
        assert_eq!(ids_of(None, &[]).await, (vec![], 1));
    }

    #[tokio::test]
    async fn a_store_that_does_not_look_at_the_ids_is_not_asked_for_ever() {
        let page = |_| async {
            Ok(Listing { rows: (1..=100).collect(), bad: Vec::new(), bytes: 0, took: Duration::ZERO })
        };
        for ids in
            [None, Some(IdFilter::After(40)), Some(IdFilter::Range(1, 500)), Some(IdFilter::Range(2, 9))]
        {
            let problem = all(ids.as_ref(), page, |id: &i64| *id).await.unwrap_err();
            assert!(problem.to_string().contains("ignores the filter"), "{ids:?}: {problem}");
        }
    }
}
