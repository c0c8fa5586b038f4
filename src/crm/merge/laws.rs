//! What must hold of every merge, over random histories of both sides.

use proptest::prelude::*;
use serde_json::json;

use super::*;

const UNITS: [Unit; 4] = [Unit::FirstName, Unit::LastName, Unit::Email, Unit::Taxvat];

/// Few values, so that they meet; some are the same in another form.
fn value() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!(null),
        json!(""),
        json!("a"),
        json!(" a "),
        json!("A"),
        json!("b"),
        json!("c"),
    ])
}

fn values() -> impl Strategy<Value = Values> {
    prop::collection::vec((prop::sample::select(UNITS.to_vec()), value()), 0..6).prop_map(|told| {
        let mut values = Values::default();
        told.into_iter().for_each(|(unit, value)| values.set(unit, value));
        values
    })
}

fn rules() -> impl Strategy<Value = Rules> {
    let priority = prop::sample::select(vec![Priority::Remote, Priority::Local, Priority::Ask]);
    let own = prop::collection::vec((prop::sample::select(UNITS.to_vec()), priority.clone()), 0..3);
    (priority, own).prop_map(|(priority, own)| {
        own.into_iter().fold(Rules::by(priority), |rules, (unit, priority)| rules.with(unit, priority))
    })
}

/// A store that takes over what it is sent.
fn pushed(remote: &Values, merged: &Merged) -> Values {
    let mut remote = remote.clone();
    merged.push.iter().for_each(|unit| remote.set(*unit, merged.local.value(*unit)));
    remote
}

fn config() -> ProptestConfig {
    #[expect(clippy::disallowed_methods, reason = "how long the test takes is up to whoever runs it")]
    let told = std::env::var("CARTWRIGHT_HISTORIES");
    let scale = told.ok().and_then(|scale| scale.parse().ok());
    ProptestConfig {
        cases: scale.unwrap_or(10_000).max(10_000),
        failure_persistence: None,
        ..Default::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_order_of_units_does_not_matter(base in values(), local in values(), remote in values(), rules in rules()) {
        let whole = merge(&base, &local, &remote, &rules);
        for unit in UNITS {
            let alone = |values: &Values| {
                let mut one = Values::default();
                values.get(unit).into_iter().for_each(|value| one.set(unit, value.clone()));
                one
            };
            let one = merge(&alone(&base), &alone(&local), &alone(&remote), &rules);
            prop_assert_eq!(one.local, alone(&whole.local));
            prop_assert_eq!(one.base, alone(&whole.base));
            prop_assert_eq!(one.push.contains(&unit), whole.push.contains(&unit));
            prop_assert_eq!(one.conflicts.first(), whole.conflicts.iter().find(|found| found.unit == unit));
        }
    }

    #[test]
    fn no_edit_is_lost_without_a_conflict(base in values(), local in values(), remote in values(), rules in rules()) {
        let merged = merge(&base, &local, &remote, &rules);
        for unit in UNITS {
            let recorded = merged.conflicts.iter().any(|conflict| conflict.unit == unit);
            let (was, here) = (base.value(unit), local.value(unit));
            let kept = unit.same(&merged.local.value(unit), &here);
            prop_assert!(unit.same(&was, &here) || kept || recorded, "{:?}: an edit made here", unit);
            let Some(there) = remote.get(unit) else { continue };
            let overwritten = merged.push.contains(&unit) && !unit.same(there, &here);
            prop_assert!(unit.same(&was, there) || !overwritten || recorded, "{:?}: an edit made there", unit);
        }
    }

    #[test]
    fn the_priority_is_obeyed_per_unit(base in values(), local in values(), remote in values(), rules in rules()) {
        for conflict in merge(&base, &local, &remote, &rules).conflicts {
            let chosen = match rules.of(conflict.unit) {
                Rule::Priority(Priority::Local) => Some(Side::Local),
                Rule::Priority(Priority::Ask) => None,
                _ => Some(Side::Remote),
            };
            prop_assert_eq!(conflict.chosen, chosen);
        }
    }

    #[test]
    fn once_both_rest_they_are_equal_and_a_second_merge_does_nothing(
        base in values(), local in values(), remote in values(), rules in rules(),
    ) {
        let first = merge(&base, &local, &remote, &rules);
        let there = pushed(&remote, &first);
        let second = merge(&first.base, &first.local, &there, &rules);
        prop_assert!(second.push.is_empty());
        for unit in UNITS {
            let waits = second.conflicts.iter().any(|conflict| conflict.unit == unit && conflict.chosen.is_none());
            let told = there.get(unit).is_none_or(|there| unit.same(&second.local.value(unit), there));
            prop_assert!(told || waits, "{:?} differs and waits for nobody", unit);
        }
        let third = merge(&second.base, &second.local, &there, &rules);
        prop_assert_eq!(&third, &second);
    }
}
