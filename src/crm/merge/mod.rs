//! How the two sides of a record come to agree: a three-way merge, unit by unit.
//!
//! **Pure**: no database, no clock, no store. **Refuses** to look at more than one unit at a time: what becomes of one
//! depends on nothing but its own base, local and remote value, so no order can matter.

mod policy;
mod unit;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

pub use policy::{Field, Owner, Policy, RULES, known_rules, rule};
pub use unit::Unit;

use super::channels::Priority;

/// What a side holds, per unit. A unit that is not in it was not told.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Values(BTreeMap<Unit, Value>);

impl Values {
    /// Reads an object; what is no unit is left out.
    #[must_use]
    pub fn from_json(json: &Value) -> Self {
        let members = json.as_object().into_iter().flatten();
        Self(members.filter_map(|(key, value)| Some((Unit::from_key(key)?, value.clone()))).collect())
    }

    /// Writes the object.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let members = self.0.iter().map(|(unit, value)| (unit.key().to_owned(), value.clone()));
        Value::Object(members.collect::<Map<_, _>>())
    }

    /// The value of a unit; `None` = not told.
    #[must_use]
    pub fn get(&self, unit: Unit) -> Option<&Value> {
        self.0.get(&unit)
    }

    /// The value of a unit; nothing where it is not told.
    #[must_use]
    pub fn value(&self, unit: Unit) -> Value {
        self.get(unit).cloned().unwrap_or_default()
    }

    /// Sets a unit.
    pub fn set(&mut self, unit: Unit, value: Value) {
        self.0.insert(unit, value);
    }

    /// Which units it tells.
    pub fn units(&self) -> impl Iterator<Item = Unit> {
        self.0.keys().copied()
    }

    /// Which units differ from what the other side holds, or are not told there.
    #[must_use]
    pub fn differing(&self, other: &Self) -> Vec<Unit> {
        let same = |unit: &Unit, value| other.get(*unit).is_some_and(|told| unit.same(value, told));
        self.0.iter().filter(|(unit, value)| !same(unit, value)).map(|(unit, _)| *unit).collect()
    }
}

/// Who decides a conflict.
#[derive(Debug, Clone)]
pub struct Rules {
    priority: Priority,
    overrides: BTreeMap<Unit, Priority>,
    waiting: BTreeSet<Unit>,
    accepted: BTreeSet<Unit>,
    gone: BTreeSet<Unit>,
}

impl Rules {
    /// By one priority for all units.
    #[must_use]
    pub fn by(priority: Priority) -> Self {
        let (waiting, accepted, gone) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        Self { priority, overrides: BTreeMap::new(), waiting, accepted, gone }
    }

    /// With another priority for one unit.
    #[must_use]
    pub fn with(mut self, unit: Unit, priority: Priority) -> Self {
        self.overrides.insert(unit, priority);
        self
    }

    /// These units have an open conflict: whatever the priority has become, only a person answers it.
    #[must_use]
    pub fn waiting(mut self, units: impl IntoIterator<Item = Unit>) -> Self {
        self.waiting = units.into_iter().collect();
        self
    }

    /// The store said that it took over the local values of these units: what it shows now is what it made of them.
    #[must_use]
    pub fn accepted(mut self, units: impl IntoIterator<Item = Unit>) -> Self {
        self.accepted = units.into_iter().collect();
        self
    }

    /// The local values of these units name what the store no longer has: nothing can be sent of them.
    #[must_use]
    pub fn gone(mut self, units: impl IntoIterator<Item = Unit>) -> Self {
        self.gone = units.into_iter().collect();
        self
    }

    fn of(&self, unit: Unit) -> Rule {
        if self.waiting.contains(&unit) {
            return Rule::Priority(Priority::Ask);
        }
        Rule::Priority(self.overrides.get(&unit).copied().unwrap_or(self.priority))
    }
}

/// What decided a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The priority of the integration or of the unit.
    Priority(Priority),
    /// The store made something else of what it was sent.
    Store,
    /// The store no longer has what the local value names.
    Removed,
}

impl Rule {
    /// The word in the database.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Priority(priority) => priority.key(),
            Self::Store => "store",
            Self::Removed => "removed",
        }
    }
}

/// A side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The CRM.
    Local,
    /// The store.
    Remote,
}

impl Side {
    /// The word in the database.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Remote => "remote",
        }
    }

    /// Reads the database's word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Local, Self::Remote].into_iter().find(|side| side.key() == key)
    }
}

/// Both sides changed a unit, to different values.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// The unit.
    pub unit: Unit,
    /// What both had.
    pub base: Value,
    /// What the CRM has.
    pub local: Value,
    /// What the store has.
    pub remote: Value,
    /// Whose value counts; `None` = a person is asked.
    pub chosen: Option<Side>,
    /// Who decided.
    pub rule: Rule,
}

/// What a merge comes to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Merged {
    /// What the CRM holds from now on.
    pub local: Values,
    /// What both sides had last, from now on.
    pub base: Values,
    /// Units whose local value the store does not have and is to get.
    pub push: Vec<Unit>,
    /// What both sides changed.
    pub conflicts: Vec<Conflict>,
    /// Units that the store did not tell: what it has of them now is not known.
    pub untold: Vec<Unit>,
}

/// Merges a record.
#[must_use]
pub fn merge(base: &Values, local: &Values, remote: &Values, rules: &Rules) -> Merged {
    let mut merged = Merged { local: local.clone(), base: base.clone(), ..Merged::default() };
    let units: BTreeSet<Unit> = local.units().chain(remote.units()).collect();
    for unit in units {
        merged.unit(unit, base.get(unit), &local.value(unit), remote.get(unit), rules);
    }
    merged
}

impl Merged {
    fn unit(
        &mut self,
        unit: Unit,
        base: Option<&Value>,
        local: &Value,
        remote: Option<&Value>,
        rules: &Rules,
    ) {
        let accepted = rules.accepted.contains(&unit);
        let Some(remote) = remote else { return self.untold(unit, base, local, accepted) };
        let same = |one, other| unit.same(one, other);
        match base {
            // the form of an equal value is the store's to choose
            _ if same(local, remote) => self.take(unit, remote),
            _ if rules.gone.contains(&unit)
                && !base.map_or(*local == Value::Null, |base| same(local, base)) =>
            {
                self.disagree(unit, base, local, remote, Rule::Removed);
            }
            _ if accepted => self.disagree(unit, base, local, remote, Rule::Store),
            Some(base) if same(local, base) => self.take(unit, remote),
            Some(base) if same(remote, base) => self.push.push(unit),
            None if same(local, &Value::Null) => self.take(unit, remote),
            _ => self.disagree(unit, base, local, remote, rules.of(unit)),
        }
    }

    /// The call never tells this unit: what the store has is what it was sent, or still what it had.
    fn untold(&mut self, unit: Unit, base: Option<&Value>, local: &Value, accepted: bool) {
        self.untold.push(unit);
        if base.is_some_and(|base| unit.same(local, base))
            || (base.is_none() && unit.same(local, &Value::Null))
        {
            return;
        }
        if accepted { self.base.set(unit, local.clone()) } else { self.push.push(unit) }
    }

    fn take(&mut self, unit: Unit, remote: &Value) {
        self.local.set(unit, remote.clone());
        self.base.set(unit, remote.clone());
    }

    fn disagree(&mut self, unit: Unit, base: Option<&Value>, local: &Value, remote: &Value, rule: Rule) {
        let chosen = match rule {
            Rule::Store | Rule::Removed | Rule::Priority(Priority::Remote) => Some(Side::Remote),
            Rule::Priority(Priority::Local) => Some(Side::Local),
            Rule::Priority(Priority::Ask) => None,
        };
        match chosen {
            Some(Side::Remote) => self.take(unit, remote),
            Some(Side::Local) => {
                self.base.set(unit, remote.clone());
                self.push.push(unit);
            }
            None => {}
        }
        let (base, local, remote) = (base.cloned().unwrap_or_default(), local.clone(), remote.clone());
        self.conflicts.push(Conflict { unit, base, local, remote, chosen, rule });
    }
}
