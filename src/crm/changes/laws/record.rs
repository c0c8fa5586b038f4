//! A record with its two sides, its edits and its conflicts, as the tables keep them; every step is looked at: no edit is
//! lost without a conflict, and the priority is obeyed.

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;
use serde_json::Value;

use super::super::arrive::{Waiting, fate, merge_one};
use super::super::outbox::{can_be_sent, sendable};
use super::super::rows::{Fate, Key, Open};
use super::{Call, Step};
use crate::crm::channels::{Priority, Terms};
use crate::crm::customers::Sides;
use crate::crm::merge::{Conflict, Policy, Rule, Side, Unit, Values};

const KEY: Key = (1, None);

/// Both sides, and all that is kept of them.
#[derive(Debug, Clone)]
pub(super) struct Record {
    priority: Priority,
    sides: Sides,
    remote: Values,
    changes: Vec<Open>,
    asked: Vec<Unit>,
    conflicts: Vec<Conflict>,
    /// What both sides had last: replacing it loses nothing.
    agreed: HashMap<Unit, Value>,
    /// What calls carried: where the store shows one of these, it is ours.
    carried: Vec<(Unit, Value)>,
    next_id: i64,
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        (&self.sides.local, &self.sides.base, &self.remote)
            == (&other.sides.local, &other.sides.base, &other.remote)
            && (&self.asked, &self.conflicts, self.changes.len())
                == (&other.asked, &other.conflicts, other.changes.len())
    }
}

impl Record {
    pub(super) fn new(priority: Priority, units: &[Unit]) -> Self {
        let mut values = Values::default();
        units.iter().for_each(|unit| values.set(*unit, Value::from("at first")));
        let (local, base) = (values.clone(), values.clone());
        let sides = Sides { id: 1, remote_id: Some(1), local, base, read_at: None, removed: false };
        let agreed = units.iter().map(|unit| (*unit, values.value(*unit))).collect();
        let (changes, asked, conflicts) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            priority,
            sides,
            remote: values,
            changes,
            asked,
            conflicts,
            agreed,
            carried: Vec::new(),
            next_id: 0,
        }
    }

    pub(super) fn here(&self, unit: Unit) -> Value {
        self.sides.local.value(unit)
    }

    pub(super) fn there(&self, unit: Unit) -> Value {
        self.remote.value(unit)
    }

    pub(super) fn is_asked(&self, unit: Unit) -> bool {
        self.asked.contains(&unit)
    }

    pub(super) fn is_refused(&self, unit: Unit) -> bool {
        self.changes.iter().any(|change| change.unit == unit && change.rejected)
    }

    /// All that is to be known of a unit.
    pub(super) fn of(&self, unit: Unit) -> (Value, Value, Value, bool, bool, Vec<&Conflict>) {
        let conflicts = self.conflicts.iter().filter(|conflict| conflict.unit == unit).collect();
        let (base, waits) = (self.sides.base.value(unit), (self.is_asked(unit), self.is_refused(unit)));
        (self.here(unit), self.there(unit), base, waits.0, waits.1, conflicts)
    }

    pub(super) fn step(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match step {
            Step::Here(unit, value) => self.edit(*unit, value.clone()),
            Step::There(unit, value) => self.remote.set(*unit, value.clone()),
            Step::TakeBack(unit) => self.edit(*unit, self.sides.base.value(*unit)),
            Step::Discard(unit) => self.discard(*unit),
            Step::Answer(unit, side) => self.answer(*unit, *side),
            Step::Rule(priority) => self.priority = *priority,
            Step::Read => self.read()?,
            Step::Send(call) => {
                self.read()?;
                self.send(*call)?;
            }
            Step::Sync => {
                self.read()?;
                self.send(Call::Answered)?;
                self.read()?;
            }
        }
        Ok(())
    }

    /// As `edit` does it with the tables.
    fn edit(&mut self, unit: Unit, value: Value) {
        if unit.same(&self.here(unit), &value) {
            return;
        }
        self.changes.retain(|change| !(change.unit == unit && change.rejected));
        self.next_id += 1;
        let in_doubt = self.changes.iter().any(|change| change.unit == unit && change.sent);
        let (to, id) = (value.clone(), self.next_id);
        self.changes.push(Open {
            id,
            unit,
            from: Value::Null,
            to,
            rejected: false,
            sent: false,
            accepted: false,
        });
        if unit.same(&self.sides.base.value(unit), &value) && !in_doubt && !self.is_asked(unit) {
            self.changes.retain(|change| change.unit != unit);
        }
        self.sides.local.set(unit, value);
    }

    fn discard(&mut self, unit: Unit) {
        let mut changes = self.changes.iter().filter(|change| change.unit == unit).peekable();
        if changes.peek().is_none() {
            return;
        }
        let in_doubt = changes.any(|change| change.sent);
        let to = self.sides.base.value(unit);
        self.sides.local.set(unit, to.clone());
        if in_doubt && can_be_sent(unit, &to) {
            self.asked.retain(|asked| *asked != unit);
            self.changes.retain(|change| !(change.unit == unit && change.rejected));
            self.next_id += 1;
            self.changes.push(Open {
                id: self.next_id,
                unit,
                from: Value::Null,
                to,
                rejected: false,
                sent: false,
                accepted: false,
            });
        } else {
            self.forget(unit);
        }
    }

    fn answer(&mut self, unit: Unit, side: Side) {
        let Some(shown) = self.conflicts.iter_mut().rfind(|it| it.unit == unit && it.chosen.is_none()) else {
            return;
        };
        if !self.asked.contains(&unit) {
            return;
        }
        shown.chosen = Some(side);
        let remote = shown.remote.clone();
        self.sides.base.set(unit, remote.clone());
        self.agreed.insert(unit, remote.clone());
        self.asked.retain(|asked| *asked != unit);
        if side == Side::Remote {
            self.sides.local.set(unit, remote);
            self.forget(unit);
        }
    }

    fn forget(&mut self, unit: Unit) {
        self.changes.retain(|change| change.unit != unit);
        self.asked.retain(|asked| *asked != unit);
    }

    fn read(&mut self) -> Result<(), TestCaseError> {
        let waiting = Waiting {
            changes: HashMap::from([(KEY, self.changes.clone())]),
            conflicts: HashMap::from([(KEY, self.asked.clone())]),
        };
        let terms = Terms { two_way: true, priority: self.priority, field_rules: BTreeMap::new() };
        let merged = merge_one(&self.sides, &self.remote, KEY, &waiting, &Policy::of(&terms), &[]);
        for conflict in &merged.conflicts {
            self.obeyed(conflict)?;
            self.keep(conflict);
        }
        let is_open = |unit: &Unit| merged.conflicts.iter().any(|it| it.unit == *unit && it.chosen.is_none());
        self.asked.retain(is_open);
        self.changes.retain(|change| !matches!(fate(change, &merged), Some(Fate::Sent | Fate::Discarded)));
        let before = std::mem::replace(&mut self.sides.local, merged.local);
        self.sides.base = merged.base;
        for unit in before.units() {
            self.not_lost(unit, &before.value(unit), &self.here(unit), Side::Local)?;
            // what the store has and is known here: whoever writes it here again edits nothing
            let there = self.there(unit);
            if unit.same(&self.here(unit), &there) || unit.same(&self.sides.base.value(unit), &there) {
                self.agreed.insert(unit, there);
            }
        }
        Ok(())
    }

    fn obeyed(&self, conflict: &Conflict) -> Result<(), TestCaseError> {
        let asked = self.is_asked(conflict.unit);
        let expected = match if asked { Priority::Ask } else { self.priority } {
            Priority::Remote => Some(Side::Remote),
            Priority::Local => Some(Side::Local),
            Priority::Ask => None,
        };
        let by_store = conflict.rule == Rule::Store && conflict.chosen == Some(Side::Remote);
        prop_assert!(
            by_store || conflict.chosen == expected,
            "{:?} is against the rule {:?}",
            conflict,
            expected
        );
        Ok(())
    }

    /// An open one is brought up to date.
    fn keep(&mut self, conflict: &Conflict) {
        if self.is_asked(conflict.unit) {
            let open = self.conflicts.iter_mut().rfind(|it| it.unit == conflict.unit && it.chosen.is_none());
            open.into_iter().for_each(|open| open.clone_from(conflict));
            return;
        }
        if conflict.chosen.is_none() {
            self.asked.push(conflict.unit);
        }
        if conflict.chosen.is_some() {
            self.agreed.insert(conflict.unit, conflict.remote.clone());
        }
        self.conflicts.push(conflict.clone());
    }

    fn send(&mut self, call: Call) -> Result<(), TestCaseError> {
        for sending in sendable(&self.sides, &self.changes, &self.asked) {
            let carried: Vec<&mut Open> =
                self.changes.iter_mut().filter(|change| change.unit == sending.unit).collect();
            for change in carried {
                change.sent |= sending.carried() == Some(change.id);
                change.sent &= call != Call::Refused;
                change.rejected = call == Call::Refused;
                change.accepted = call == Call::Answered;
            }
            if call != Call::Refused {
                self.carried.push((sending.unit, sending.value.clone()));
            }
            if matches!(call, Call::Answered | Call::AnswerLost) {
                let before = self.there(sending.unit);
                self.remote.set(sending.unit, sending.value.clone());
                self.not_lost(sending.unit, &before, &sending.value, Side::Remote)?;
                self.agreed.insert(sending.unit, sending.value);
            }
        }
        Ok(())
    }

    /// What one side had may only be replaced if the other side had it too at some time, or if a conflict tells it.
    fn not_lost(&self, unit: Unit, was: &Value, is: &Value, side: Side) -> Result<(), TestCaseError> {
        let known = || self.agreed.get(&unit).is_some_and(|value| unit.same(value, was));
        let ours = || self.carried.iter().any(|(of, value)| *of == unit && unit.same(value, was));
        // as if the call had never arrived: somebody there brought back what was there before it
        let undetectable = || {
            let doubtful = self.changes.iter().any(|change| change.unit == unit && change.sent);
            doubtful && unit.same(&self.sides.base.value(unit), was)
        };
        let tells = |conflict: &Conflict| match side {
            Side::Local => unit.same(&conflict.local, was),
            Side::Remote => unit.same(&conflict.remote, was),
        };
        let told = || self.conflicts.iter().any(|conflict| conflict.unit == unit && tells(conflict));
        prop_assert!(
            unit.same(was, is) || known() || told() || (side == Side::Remote && (ours() || undetectable())),
            "{:?}: {} was lost to {}",
            unit,
            was,
            is
        );
        Ok(())
    }
}
