//! The reference's own tests of its merge (reference-behaviour.md, chapter 11, rows 2 to 24), the buggy ones the right way
//! round. Rows 1, 4, 16, 21, 22 and 24 are about strategies by name, keys, loose booleans and addresses inside a customer:
//! there are none of these here.

use serde_json::{Value, json};

use super::*;

const REMOTE: Priority = Priority::Remote;
const LOCAL: Priority = Priority::Local;

/// Base, local and remote of each unit as objects, and what both sides are to have in the end.
fn check(row: &str, priority: Priority, [base, local, remote]: [Value; 3], expected: Value) {
    let read = |side: &Value| Values::from_json(side);
    let merged = merge(&read(&base), &read(&local), &read(&remote), &Rules::by(priority));
    let mut there = read(&remote);
    merged.push.iter().for_each(|unit| there.set(*unit, merged.local.value(*unit)));
    assert_eq!(merged.local, read(&expected), "row {row}, here");
    assert_eq!(there, read(&expected), "row {row}, there");
}

fn one(value: impl Into<Value>) -> Value {
    json!({"taxvat": value.into()})
}

fn two(first: impl Into<Value>, last: impl Into<Value>) -> Value {
    json!({"first_name": first.into(), "last_name": last.into()})
}

#[test]
fn what_only_the_store_changed_is_taken() {
    for (row, priority) in [("2", REMOTE), ("3", LOCAL)] {
        check(row, priority, [one("value"), one("value"), one("new")], one("new"));
    }
}

#[test]
fn a_conflict_goes_by_the_priority_and_its_neighbour_by_itself() {
    let sides = || [two("value", "old"), two("value", "mine"), two("new", "theirs")];
    check("5, 7", REMOTE, sides(), two("new", "theirs"));
    check("6, 8", LOCAL, sides(), two("new", "mine"));
}

#[test]
fn nothing_is_a_value_like_another_one() {
    let was_nothing = || [one(Value::Null), one("mine"), one("theirs")];
    check("9", LOCAL, was_nothing(), one("mine"));
    check("10", REMOTE, was_nothing(), one("theirs"));
    let cleared = || [one("old"), one(Value::Null), one("theirs")];
    check("11", REMOTE, cleared(), one("theirs"));
    check("12", LOCAL, cleared(), one(Value::Null));
    check(
        "15",
        LOCAL,
        [two("v", "old"), two("v", Value::Null), two("new", Value::Null)],
        two("new", Value::Null),
    );
}

#[test]
fn three_conflicts_and_one_that_nobody_touched() {
    let four = |a: &str, b: &str, c: &str, d: &str| json!({"prefix": a, "first_name": b, "last_name": c, "suffix": d});
    let sides = || [four("a", "b", "c", "d"), four("1", "2", "3", "d"), four("x", "y", "z", "d")];
    check("13", REMOTE, sides(), four("x", "y", "z", "d"));
    check("14", LOCAL, sides(), four("1", "2", "3", "d"));
}

#[test]
fn of_two_local_edits_the_one_without_a_conflict_survives_wherever_it_stands() {
    check("17", REMOTE, [two("a", "b"), two("1", "2"), two("x", "b")], two("x", "2"));
    check("18", REMOTE, [two("a", "b"), two("1", "2"), two("a", "y")], two("1", "y"));
}

/// The reference lets Local wins overwrite a default that only the store changed (row 20): one-sided edits travel.
#[test]
fn a_default_that_only_the_store_changed_is_taken() {
    let default = |id: i64| json!({"default_billing": id});
    for (row, priority) in [("19", REMOTE), ("20", LOCAL)] {
        check(row, priority, [default(1), default(1), default(2)], default(2));
    }
}

#[test]
fn the_same_on_both_sides_is_no_conflict() {
    for priority in [REMOTE, LOCAL, Priority::Ask] {
        let merged = merge(
            &Values::from_json(&one("old")),
            &Values::from_json(&one("new")),
            &Values::from_json(&one("new")),
            &Rules::by(priority),
        );
        assert!(merged.conflicts.is_empty() && merged.push.is_empty(), "row 23");
        assert_eq!(merged.base, Values::from_json(&one("new")), "row 23: the base moves");
    }
}

/// Row 1: there is no other.
#[test]
fn a_priority_is_one_of_three() {
    assert_eq!(Priority::from_key("wrong"), None);
    assert_eq!(Priority::ALL.map(|priority| Priority::from_key(priority.key())), Priority::ALL.map(Some));
}
