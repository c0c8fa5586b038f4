//! The table of the merge, row by row.

use serde_json::{Value, json};

use super::*;

/// What becomes of one unit.
#[derive(Debug, PartialEq)]
enum Becomes {
    Nothing,
    Taken,
    Pushed,
    Conflict(Option<Side>),
}

fn becomes(unit: Unit, base: Option<Value>, local: Value, remote: Option<Value>, rules: &Rules) -> Becomes {
    let side = |value: Option<Value>| {
        let mut values = Values::default();
        if let Some(value) = value {
            values.set(unit, value);
        }
        values
    };
    let (base, local, remote) = (side(base), side(Some(local)), side(remote));
    let merged = merge(&base, &local, &remote, rules);
    if let Some(conflict) = merged.conflicts.first() {
        return Becomes::Conflict(conflict.chosen);
    }
    match merged {
        _ if !merged.push.is_empty() => Becomes::Pushed,
        _ if merged.local == local && merged.base == base => Becomes::Nothing,
        _ => Becomes::Taken,
    }
}

#[test]
fn each_row_of_the_table() {
    let rules = Rules::by(Priority::Ask);
    let check = |base: Option<&str>, local: &str, remote: &str, expected, what: &str| {
        let found =
            becomes(Unit::LastName, base.map(|b| json!(b)), json!(local), Some(json!(remote)), &rules);
        assert_eq!(found, expected, "{what}");
    };
    check(Some("A"), "A", "A", Becomes::Nothing, "same, same");
    check(Some("A"), "A", "B", Becomes::Taken, "same, changed: take remote");
    check(Some("A"), "B", "A", Becomes::Pushed, "changed, same: push local");
    check(Some("A"), "B", "B", Becomes::Taken, "changed alike: agree, the base moves");
    check(Some("A"), "B", "C", Becomes::Conflict(None), "changed, differ: conflict");
    check(None, "A", "A", Becomes::Taken, "no base, equal: becomes the base");
    check(None, "", "A", Becomes::Taken, "no base, empty local: takes remote");
    check(None, "A", "B", Becomes::Conflict(None), "no base, differ: conflict");
    check(Some("A"), "", "A", Becomes::Pushed, "cleared here");
    check(Some("A"), "A", "", Becomes::Taken, "cleared there");
}

#[test]
fn values_are_compared_without_what_a_store_changes_by_itself() {
    let check = |unit: Unit, one: Value, other: Value, expected| {
        assert_eq!(unit.same(&one, &other), expected, "{unit:?}: {one} and {other}");
    };
    check(Unit::LastName, json!(" Lovelace "), json!("Lovelace"), true);
    check(Unit::LastName, json!("lovelace"), json!("Lovelace"), false);
    check(Unit::LastName, json!(null), json!("  "), true);
    check(Unit::Email, json!("Ada@Example.org"), json!("ada@example.org"), true);
    check(Unit::Group, json!(1), json!(2), false);
    check(Unit::Group, json!(null), json!(0), false);
    // the reference compares loosely
    check(Unit::Taxvat, json!("0"), json!(""), false);
    check(Unit::Taxvat, json!("0"), json!("00"), false);
    check(Unit::Taxvat, json!("1e1"), json!("10"), false);
    check(Unit::Suffix, json!("0"), json!(null), false);
    let place = |street: &str, region_id: Value, region: &str| json!({"street": street, "city": "X", "region_id": region_id, "region": region});
    check(Unit::Place, place("A 1\nB", json!(12), "CA"), place("A 1 \r\nB\n", json!(12), "California"), true);
    check(Unit::Place, place("A", json!(null), "Kent"), place("A", json!(null), "Essex"), false);
    check(Unit::Place, place("A", json!(12), ""), place("A", json!(13), ""), false);
}

#[test]
fn the_priority_decides_and_a_unit_may_have_its_own() {
    let check = |rules: &Rules, expected, what: &str| {
        let found = becomes(Unit::Email, Some(json!("a")), json!("b"), Some(json!("c")), rules);
        assert_eq!(found, Becomes::Conflict(expected), "{what}");
    };
    check(&Rules::by(Priority::Remote), Some(Side::Remote), "Remote wins");
    check(&Rules::by(Priority::Local), Some(Side::Local), "Local wins");
    check(&Rules::by(Priority::Ask), None, "Ask me");
    let own = Rules::by(Priority::Remote).with(Unit::Email, Priority::Local);
    check(&own, Some(Side::Local), "its own");
    check(&own.with(Unit::Taxvat, Priority::Ask), Some(Side::Local), "another unit's");
    check(
        &Rules::by(Priority::Remote).waiting([Unit::Email]),
        None,
        "a new priority answers nothing that waits",
    );
    check(
        &Rules::by(Priority::Local).accepted([Unit::Email]),
        Some(Side::Remote),
        "what the store made of our own value is no edit of the store's",
    );
}

#[test]
fn a_decision_moves_the_base_to_the_remote_value() {
    let side = |text: &str| Values::from_json(&json!({"email": text}));
    let local = merge(&side("a"), &side("b"), &side("c"), &Rules::by(Priority::Local));
    assert_eq!((&local.local, &local.base, local.push), (&side("b"), &side("c"), vec![Unit::Email]));
    let remote = merge(&side("a"), &side("b"), &side("c"), &Rules::by(Priority::Remote));
    assert_eq!((&remote.local, &remote.base, remote.push), (&side("c"), &side("c"), vec![]));
    let ask = merge(&side("a"), &side("b"), &side("c"), &Rules::by(Priority::Ask));
    assert_eq!((&ask.local, &ask.base, ask.push), (&side("b"), &side("a"), vec![]));
}

#[test]
fn a_unit_that_the_call_never_tells_overwrites_nothing() {
    let check = |base: Option<Value>, local: Value, accepted: bool, expected, what: &str| {
        let rules = Rules::by(Priority::Remote).accepted(accepted.then_some(Unit::Gender));
        assert_eq!(becomes(Unit::Gender, base, local, None, &rules), expected, "{what}");
    };
    check(Some(json!("male")), json!("male"), false, Becomes::Nothing, "as it was");
    check(None, json!(null), false, Becomes::Nothing, "never told");
    check(None, json!("female"), false, Becomes::Pushed, "set here");
    check(None, json!("female"), true, Becomes::Taken, "after a push the base is the value sent");
}

#[test]
fn of_two_edits_one_in_conflict_the_other_survives() {
    // the reference compares positions here and loses the e-mail's neighbour
    let base = Values::from_json(&json!({"first_name": "Ada", "email": "a@x.de"}));
    let local = Values::from_json(&json!({"first_name": "Augusta", "email": "b@x.de"}));
    let remote = Values::from_json(&json!({"first_name": "Ada", "email": "c@x.de"}));
    let merged = merge(&base, &local, &remote, &Rules::by(Priority::Remote));
    assert_eq!(merged.local, Values::from_json(&json!({"first_name": "Augusta", "email": "c@x.de"})));
    assert_eq!(merged.push, [Unit::FirstName]);
}
