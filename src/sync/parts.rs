//! A second that a store cannot answer at once, asked for by ranges of ids; the last range is open-ended. A record that
//! the store fails on is found by halving, kept as failed, and holds nothing else back (F18).

use super::noun::{Ask, Noun};
use super::visit::{Visit, patiently};
use super::window::Span;
use crate::magento::api::{BadRow, IdFilter, Listing};
use crate::magento::{CallError, Class};

/// No store has more ids: a list beyond them is empty, or the store fails on any list.
pub(super) const BEYOND: i64 = i32::MAX as i64;
/// A second that needs more requests than this is not a second but a broken store.
const MOST_REQUESTS: usize = 300;

/// Would a smaller question be answered?
pub(super) fn splits(problem: &CallError) -> bool {
    problem.asks_for_less() || matches!(problem, CallError::Fault(fault) if fault.class() == Class::Record)
}

/// Ids greater than `after`, up to `to`.
#[derive(Clone, Copy)]
struct Range {
    after: i64,
    to: Option<i64>,
}

impl Range {
    fn filter(self) -> IdFilter {
        self.to.map_or(IdFilter::After(self.after), |to| IdFilter::Range(self.after + 1, to))
    }

    /// The lower half last, so that it is asked for first.
    fn halves(self, guess: i64) -> Option<[Self; 2]> {
        let middle = match self.to {
            Some(to) if to - self.after < 2 => return None,
            Some(to) => self.after + (to - self.after) / 2,
            None if self.after >= BEYOND => return None,
            None => guess.max(self.after.saturating_mul(2)).clamp(1_000, BEYOND),
        };
        Some([Self { after: middle, to: self.to }, Self { after: self.after, to: Some(middle) }])
    }
}

/// All rows of a window, whatever it takes; rows that the store fails on are bad rows.
pub(super) async fn list<N: Noun>(noun: &N, visit: &Visit, span: Span) -> anyhow::Result<Listing<N::Listed>> {
    let guess = noun.highest(visit).await?;
    let mut whole = Listing { rows: Vec::new(), bad: Vec::new(), bytes: 0, took: std::time::Duration::ZERO };
    let mut left = vec![Range { after: 0, to: None }];
    let mut requests = 0;
    while let Some(range) = left.pop() {
        requests += 1;
        let ask = Ask { span: Some(span), ids: Some(range.filter()) };
        match patiently(visit, N::NAME, || noun.list(visit, &ask)).await {
            Ok(list) => {
                whole.rows.extend(list.rows);
                whole.bad.extend(list.bad);
                whole.bytes += list.bytes;
                whole.took += list.took;
            }
            Err(problem) if splits(&problem) && requests < MOST_REQUESTS => {
                if requests == 1 {
                    fails_on_something(noun, visit, span).await.map_err(|_| problem.clone())?;
                }
                match range.halves(guess) {
                    Some(halves) => left.extend(halves),
                    None if range.to.is_none() => return Err(problem.into()),
                    None => whole.bad.push(to_blame(range.to.unwrap_or(BEYOND), &problem)),
                }
            }
            Err(problem) => return Err(problem.into()),
        }
    }
    Ok(whole)
}

/// A list of nothing: a store that fails on that, too, fails on any list, and is not to be searched for a culprit.
async fn fails_on_something<N: Noun>(noun: &N, visit: &Visit, span: Span) -> Result<(), CallError> {
    noun.list(visit, &Ask { span: Some(span), ids: Some(IdFilter::After(BEYOND)) }).await.map(drop)
}

/// The record that the store fails on whenever a list holds it.
pub(super) fn to_blame(id: i64, problem: &CallError) -> BadRow {
    BadRow {
        remote_id: Some(id.to_string()),
        cause: format!("The store fails on every list that holds this record: {problem}"),
        raw_xml: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_halved_down_to_one_record_and_the_last_stays_open() {
        let open = Range { after: 0, to: None };
        let [above, below] = open.halves(5_000).unwrap();
        assert_eq!((above.filter(), below.filter()), (IdFilter::After(5_000), IdFilter::Range(1, 5_000)));
        let [above, below] = below.halves(0).unwrap();
        assert_eq!(
            (above.filter(), below.filter()),
            (IdFilter::Range(2_501, 5_000), IdFilter::Range(1, 2_500))
        );
        assert!(Range { after: 6, to: Some(7) }.halves(0).is_none(), "one record");
        let [above, _] = above.halves(0).unwrap();
        assert_eq!(above.filter(), IdFilter::Range(3_751, 5_000));
        assert!(
            Range { after: BEYOND, to: None }.halves(0).is_none(),
            "a store that fails on nothing fails on all"
        );
    }
}
