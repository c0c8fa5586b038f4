//! What must hold of edits, merges and calls in any order (sync.md, "What must hold"), over random histories of one record.
//!
//! The rules are the real ones ([`merge_one`], [`fate`], [`sendable`]); the store, the network and the tables are a few lines.
//! 10,000 histories here; `CARTWRIGHT_MERGE_HISTORIES=1000000` for the full size.

mod record;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::crm::channels::Priority;
use crate::crm::merge::{Side, Unit};
use record::Record;

const UNITS: [Unit; 3] = [Unit::FirstName, Unit::Email, Unit::Taxvat];

/// How a call ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Answered,
    AnswerLost,
    NeverArrived,
    Refused,
}

/// What happens next.
#[derive(Debug, Clone)]
enum Step {
    Here(Unit, Value),
    There(Unit, Value),
    TakeBack(Unit),
    Discard(Unit),
    Answer(Unit, Side),
    Read,
    /// A read, and the call that follows it.
    Send(Call),
    Sync,
    Rule(Priority),
}

impl Step {
    /// Is it about this unit, or about all of them?
    fn concerns(&self, of: Unit) -> bool {
        match self {
            Self::Here(unit, _)
            | Self::There(unit, _)
            | Self::TakeBack(unit)
            | Self::Discard(unit)
            | Self::Answer(unit, _) => *unit == of,
            Self::Read | Self::Send(_) | Self::Sync | Self::Rule(_) => true,
        }
    }
}

fn unit() -> impl Strategy<Value = Unit> {
    prop::sample::select(UNITS.to_vec())
}

/// Few values, so that they meet; some are the same in another form.
fn value() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![json!(""), json!("a"), json!(" a "), json!("b"), json!("B"), json!("c")])
}

fn priority() -> impl Strategy<Value = Priority> {
    prop::sample::select(vec![Priority::Remote, Priority::Local, Priority::Ask])
}

fn call() -> impl Strategy<Value = Call> {
    prop::sample::select(vec![Call::Answered, Call::AnswerLost, Call::NeverArrived, Call::Refused])
}

fn broken_off() -> impl Strategy<Value = Call> {
    prop::sample::select(vec![Call::Answered, Call::AnswerLost, Call::NeverArrived])
}

fn step() -> impl Strategy<Value = Step> {
    let side = prop::sample::select(vec![Side::Local, Side::Remote]);
    prop_oneof![
        5 => (unit(), value()).prop_map(|(unit, value)| Step::Here(unit, value)),
        5 => (unit(), value()).prop_map(|(unit, value)| Step::There(unit, value)),
        1 => unit().prop_map(Step::TakeBack),
        1 => unit().prop_map(Step::Discard),
        2 => (unit(), side).prop_map(|(unit, side)| Step::Answer(unit, side)),
        2 => Just(Step::Read),
        4 => call().prop_map(Step::Send),
        2 => Just(Step::Sync),
        1 => priority().prop_map(Step::Rule),
    ]
}

fn history() -> impl Strategy<Value = (Priority, Vec<Step>)> {
    (priority(), prop::collection::vec(step(), 1..24))
}

fn told((priority, steps): &(Priority, Vec<Step>)) -> Result<Record, TestCaseError> {
    let mut record = Record::new(*priority, &UNITS);
    steps.iter().try_for_each(|step| record.step(step))?;
    Ok(record)
}

fn config() -> ProptestConfig {
    #[expect(clippy::disallowed_methods, reason = "how long the test takes is up to whoever runs it")]
    let told = std::env::var("CARTWRIGHT_MERGE_HISTORIES");
    let cases = told.ok().and_then(|histories| histories.parse().ok()).unwrap_or(10_000);
    ProptestConfig { cases, failure_persistence: None, ..Default::default() }
}

proptest! {
    #![proptest_config(config())]

    /// Statements 1 and 2 are looked at in every step, by [`Record`].
    #[test]
    fn once_both_sides_rest_they_are_equal_and_a_further_sync_does_nothing(history in history()) {
        let mut record = told(&history)?;
        record.step(&Step::Sync)?;
        for unit in UNITS {
            let (here, there) = (record.here(unit), record.there(unit));
            let waits = record.is_asked(unit) || record.is_refused(unit);
            prop_assert!(unit.same(&here, &there) || waits, "{:?}: {} here and {} there", unit, here, there);
        }
        let rested = record.clone();
        record.step(&Step::Sync)?;
        prop_assert_eq!(&record, &rested, "a further sync does something");
    }

    #[test]
    fn what_becomes_of_a_unit_does_not_depend_on_the_others(history in history(), of in unit()) {
        let (priority, steps) = history;
        let whole = told(&(priority, steps.clone()))?;
        let own = steps.into_iter().filter(|step| step.concerns(of)).collect();
        let alone = told(&(priority, own))?;
        prop_assert_eq!(whole.of(of), alone.of(of));
    }

    #[test]
    fn a_crash_anywhere_ends_as_if_there_had_been_none(history in history(), call in broken_off(), crashes in 1..4_usize) {
        let mut smooth = told(&history)?;
        let mut rough = smooth.clone();
        smooth.step(&Step::Sync)?;
        for _ in 0..crashes {
            rough.step(&Step::Send(call))?;
        }
        rough.step(&Step::Sync)?;
        for unit in UNITS {
            prop_assert!(unit.same(&rough.here(unit), &smooth.here(unit)), "{:?} here", unit);
            prop_assert!(unit.same(&rough.there(unit), &smooth.there(unit)), "{:?} there", unit);
            prop_assert_eq!(rough.is_asked(unit), smooth.is_asked(unit));
            prop_assert_eq!(rough.is_refused(unit), smooth.is_refused(unit));
        }
    }
}
