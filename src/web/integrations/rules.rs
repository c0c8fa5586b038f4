//! Rules for single fields: the table on the integration's form, and its lines on the integration's page.
//!
//! A field that has no rule of its own goes by the Sync priority. Customers and their addresses are told apart.

use std::collections::BTreeMap;

use super::super::form::{Errors, Field as Input, Kind, Posted};
use crate::crm::channels::Priority;
use crate::crm::merge::{Field, Owner, Unit, known_rules};

/// The table, a line for each unit.
pub(super) struct RuleTable {
    pub(super) lines: Vec<Line>,
    /// Has a field a rule of its own, or an error?
    pub(super) open: bool,
}

/// A unit: of the customer, of an address, or of both.
pub(super) struct Line {
    pub(super) word: &'static str,
    pub(super) customer: Option<Input>,
    pub(super) address: Option<Input>,
}

impl RuleTable {
    /// The table with what was chosen and what is wrong with it.
    pub(super) fn of(typed: &Posted, errors: &Errors) -> Self {
        let input = |owner, unit: Unit, has: &[Unit]| {
            has.contains(&unit).then(|| input(Field { owner, unit }, typed, errors))
        };
        let only_there = Unit::ADDRESS.into_iter().filter(|unit| !Unit::CUSTOMER.contains(unit));
        let lines = Unit::CUSTOMER.into_iter().chain(only_there).map(|unit| Line {
            word: unit.word(),
            customer: input(Owner::Customer, unit, &Unit::CUSTOMER),
            address: input(Owner::Address, unit, &Unit::ADDRESS),
        });
        let open = Field::all().any(|field| !typed.get(&name(field)).is_empty());
        Self { lines: lines.collect(), open }
    }
}

/// Is one of the rules wrong?
pub(super) fn any_wrong(errors: &Errors) -> bool {
    Field::all().any(|field| errors.get(&name(field)).is_some())
}

/// Reads the table. What was not posted stays as it was.
pub(super) fn read(
    typed: &Posted,
    kept: &BTreeMap<String, Priority>,
    errors: &mut Errors,
) -> BTreeMap<String, Priority> {
    let mut rules = BTreeMap::new();
    for field in Field::all() {
        let name = name(field);
        let rule = match typed.get(&name) {
            "" if typed.has(&name) => None,
            "" => kept.get(&field.key()).copied(),
            word => errors.take(name, Priority::from_key(word).ok_or("Choose one of the rules.")),
        };
        rules.extend(rule.map(|rule| (field.key(), rule)));
    }
    rules
}

/// The rules as if they had just been chosen.
pub(super) fn as_posted(typed: Posted, rules: &BTreeMap<String, Priority>) -> Posted {
    known_rules(rules).into_iter().fold(typed, |typed, (field, rule)| typed.with(&name(field), rule.key()))
}

/// The fields with a rule of their own, and the rules, in words.
pub(super) fn in_words(rules: &BTreeMap<String, Priority>) -> Vec<(String, &'static str)> {
    known_rules(rules).into_iter().map(|(field, rule)| (field.word(), rule.word())).collect()
}

fn input(field: Field, typed: &Posted, errors: &Errors) -> Input {
    let mut options = vec![(String::new(), "As the integration".to_owned())];
    options.extend(Priority::ALL.map(|rule| (rule.key().to_owned(), rule.word().to_owned())));
    let name = name(field);
    let chosen = Priority::from_key(typed.get(&name)).map_or("", Priority::key);
    Input::new(name, &label(field), Kind::Choice(options), chosen).errors(errors)
}

fn label(field: Field) -> String {
    format!("Rule for {}", field.word())
}

/// The label in kebab-case.
fn name(field: Field) -> String {
    let label = label(field).to_lowercase();
    let words = label.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_labels_in_kebab_case_and_no_two_are_alike() {
        let name_of = |owner, unit| name(Field { owner, unit });
        assert_eq!(name_of(Owner::Customer, Unit::FirstName), "rule-for-first-name");
        assert_eq!(name_of(Owner::Address, Unit::FirstName), "rule-for-first-name-of-an-address");
        assert_eq!(name_of(Owner::Customer, Unit::Taxvat), "rule-for-tax-vat");
        let all: std::collections::BTreeSet<String> = Field::all().map(name).collect();
        assert_eq!(all.len(), Field::all().count());
    }

    #[test]
    fn a_rule_that_is_not_posted_stays_and_one_that_is_emptied_goes() {
        let kept: BTreeMap<_, _> = [("email".to_owned(), Priority::Ask)].into();
        let read = |typed: Posted| read(&typed, &kept, &mut Errors::default());
        assert_eq!(read(Posted::default()), kept);
        assert!(read(Posted::default().with("rule-for-email", "")).is_empty());
        let local = read(Posted::default().with("rule-for-email", "local"));
        assert_eq!(local.get("email"), Some(&Priority::Local));
        let mut errors = Errors::default();
        super::read(&Posted::default().with("rule-for-email", "coin"), &kept, &mut errors);
        assert!(any_wrong(&errors) && errors.get("rule-for-email").is_some());
    }
}
