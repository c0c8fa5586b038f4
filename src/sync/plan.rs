//! Which windows a read asks for, in which order, and how wide. Pure but for the two cells that other stages look into.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

use super::window::{self, Overlap, Span};

/// Which of the two reads a window belongs to.
#[derive(Clone, Copy)]
pub(super) enum Read {
    Backfill { whole: Span },
    Increment { last: bool, overlap: Overlap, bound_at: DateTime<Utc> },
}

/// Which windows are still to be asked for, and how large the next one is.
pub(super) struct Plan {
    left: Vec<Span>,
    way: Way,
    /// Shared with the stage that stores it, so that the next job begins with it.
    pub(super) span_seconds: Arc<AtomicI64>,
    /// Set when the backfill makes way for new changes.
    pub(super) interrupted: Arc<AtomicBool>,
}

#[derive(Clone, Copy)]
enum Way {
    Down { whole: Span },
    Up { overlap: Overlap, bound_at: DateTime<Utc> },
}

impl Plan {
    /// A backfill: the gaps that are left of the whole, newest first.
    pub(super) fn downwards(whole: Span, gaps: Vec<Span>, span_seconds: i64) -> Self {
        let mut left = gaps;
        left.reverse();
        Self::new(left, Way::Down { whole }, span_seconds)
    }

    /// An increment whose upper bound was taken at `bound_at`, in one window if the store can answer it.
    pub(super) fn upwards(whole: Span, overlap: Overlap, bound_at: DateTime<Utc>) -> Self {
        Self::new(vec![whole], Way::Up { overlap, bound_at }, whole.seconds())
    }

    fn new(left: Vec<Span>, way: Way, span_seconds: i64) -> Self {
        let span_seconds = Arc::new(AtomicI64::new(span_seconds.max(1)));
        Self { left, way, span_seconds, interrupted: Arc::default() }
    }

    /// Does it go down, newest first, as a backfill does?
    pub(super) fn is_backfill(&self) -> bool {
        matches!(self.way, Way::Down { .. })
    }

    /// Nothing is left to be asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    /// Takes the next window.
    pub(super) fn next(&mut self) -> Option<(Span, Read)> {
        let seconds = self.span_seconds.load(Ordering::Relaxed);
        let gap = self.left.pop()?;
        Some(match self.way {
            Way::Down { whole } => {
                let (window, rest) = gap.newest(seconds);
                self.left.extend(rest);
                (window, Read::Backfill { whole })
            }
            Way::Up { overlap, bound_at } => {
                let (window, rest) = gap.oldest(seconds);
                self.left.extend(rest);
                (window, Read::Increment { last: rest.is_none(), overlap, bound_at })
            }
        })
    }

    /// Learns from what a window gave. One cut short by the end of its gap says nothing about how wide one may be.
    pub(super) fn learn(&self, span: Span, rows: usize, took: f64, most_rows: usize) {
        let wider = window::next_span(span.seconds(), rows, took, most_rows);
        let asked = self.span_seconds.load(Ordering::Relaxed);
        if span.seconds() >= asked || wider < asked {
            self.span_seconds.store(wider, Ordering::Relaxed);
        }
    }

    /// The window was too much: it is asked for again in halves. `false` when it cannot be halved.
    pub(super) fn halve(&mut self, span: Span) -> bool {
        if span.seconds() < 2 {
            return false;
        }
        // the rows may have told already that far less is wanted
        self.span_seconds.fetch_min(span.seconds() / 2, Ordering::Relaxed);
        match (self.way, self.left.last_mut()) {
            (Way::Down { .. }, Some(next)) if next.to + TimeDelta::seconds(1) == span.from => {
                next.to = span.to
            }
            (Way::Up { .. }, Some(next)) if span.to + TimeDelta::seconds(1) == next.from => {
                next.from = span.from
            }
            _ => self.left.push(span),
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    fn span(from: i64, to: i64) -> Span {
        let at = |second| Utc.timestamp_opt(second, 0).unwrap();
        Span::new(at(from), at(to)).unwrap()
    }

    fn all(mut plan: Plan, too_much: impl Fn(Span) -> bool) -> Vec<(i64, i64)> {
        let mut asked = Vec::new();
        while let Some((window, _)) = plan.next() {
            if !(too_much(window) && plan.halve(window)) {
                asked.push((window.from.timestamp(), window.to.timestamp()));
            }
        }
        asked
    }

    #[test]
    fn a_backfill_asks_for_every_second_once_newest_first_however_often_it_is_halved() {
        let plan = Plan::downwards(span(0, 99), vec![span(50, 99), span(0, 20)], 40);
        let asked =
            all(plan, |window| window.seconds() > 13 || window.holds(Utc.timestamp_opt(77, 0).unwrap()));
        assert!(asked.windows(2).all(|pair| pair[0].0 > pair[1].1), "{asked:?}");
        assert_eq!(asked.iter().map(|(from, to)| to - from + 1).sum::<i64>(), 50 + 21);
    }

    #[test]
    fn an_increment_that_is_too_much_goes_up_from_its_oldest_part_and_only_the_last_part_ends_it() {
        let overlap = Overlap { back: TimeDelta::minutes(2), pays_hour: false, pays_day: false };
        let mut plan = Plan::upwards(span(0, 99), overlap, Utc.timestamp_opt(99, 0).unwrap());
        let (whole, _) = plan.next().unwrap();
        assert!(plan.halve(whole));
        let (first, read) = plan.next().unwrap();
        assert_eq!((first, matches!(read, Read::Increment { last: false, .. })), (span(0, 49), true));
        let (second, read) = plan.next().unwrap();
        assert_eq!((second, matches!(read, Read::Increment { last: true, .. })), (span(50, 99), true));
        assert!(plan.is_empty() && !plan.halve(span(7, 7)));
    }

    #[test]
    fn an_increment_that_was_halved_down_to_a_second_does_not_go_on_second_by_second() {
        let overlap = Overlap { back: TimeDelta::minutes(2), pays_hour: false, pays_day: false };
        let day = 26 * 3600;
        let mut plan = Plan::upwards(span(0, day), overlap, Utc.timestamp_opt(day, 0).unwrap());
        let culprit = Utc.timestamp_opt(600, 0).unwrap();
        let mut asked = 0;
        while let Some((window, _)) = plan.next() {
            asked += 1;
            if !(window.holds(culprit) && plan.halve(window)) {
                plan.learn(window, 1, 0.1, 2_000);
            }
        }
        assert!(asked < 60, "{asked} windows");
    }
}
