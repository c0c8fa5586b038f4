//! Who decides over which field: the priority of an integration, and the fields that have a rule of their own.

use std::collections::BTreeMap;

use super::{Rules, Unit};
use crate::crm::channels::{Priority, Terms};

/// Whose field it is: customers and their addresses have names of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// The customer's.
    Customer,
    /// One of their addresses'.
    Address,
}

/// A unit as a rule names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Field {
    /// Whose it is.
    pub owner: Owner,
    /// What it is.
    pub unit: Unit,
}

impl Field {
    /// All fields, the customer's before those of addresses, in the order of the pages.
    pub fn all() -> impl Iterator<Item = Self> {
        let of = |owner| move |unit| Self { owner, unit };
        Unit::CUSTOMER
            .into_iter()
            .map(of(Owner::Customer))
            .chain(Unit::ADDRESS.into_iter().map(of(Owner::Address)))
    }

    /// The word in the database.
    #[must_use]
    pub fn key(self) -> String {
        match self.owner {
            Owner::Customer => self.unit.key().to_owned(),
            Owner::Address => format!("address.{}", self.unit.key()),
        }
    }

    /// Reads the database's word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::all().find(|field| field.key() == key)
    }

    /// The word on the pages.
    #[must_use]
    pub fn word(self) -> String {
        match self.owner {
            Owner::Customer => self.unit.word().to_owned(),
            Owner::Address => format!("{} of an address", self.unit.word()),
        }
    }
}

/// The rules of an integration, for either kind of record.
#[derive(Debug, Clone)]
pub struct Policy {
    customer: Rules,
    address: Rules,
}

impl Policy {
    /// What these terms come to. While two way sync is off nothing is sent, so nothing of ours can win.
    #[must_use]
    pub fn of(terms: &Terms) -> Self {
        if !terms.two_way {
            let rules = Rules::by(Priority::Remote);
            return Self { customer: rules.clone(), address: rules };
        }
        let rules = |owner| {
            let own = terms.field_rules.iter().filter_map(|(key, rule)| Some((Field::from_key(key)?, *rule)));
            let own = own.filter(|(field, _)| field.owner == owner);
            own.fold(Rules::by(terms.priority), |rules, (field, rule)| rules.with(field.unit, rule))
        };
        Self { customer: rules(Owner::Customer), address: rules(Owner::Address) }
    }

    /// The rules for records of this kind.
    #[must_use]
    pub fn rules(&self, owner: Owner) -> &Rules {
        match owner {
            Owner::Customer => &self.customer,
            Owner::Address => &self.address,
        }
    }
}

/// Rules for single fields as they are kept: what names no field is left out.
#[must_use]
pub fn known_rules(kept: &BTreeMap<String, Priority>) -> Vec<(Field, Priority)> {
    Field::all().filter_map(|field| Some((field, *kept.get(&field.key())?))).collect()
}

/// What may decide, as the database and the pages say it.
pub const RULES: [(&str, &str); 5] = [
    ("remote", "Remote wins"),
    ("local", "Local wins"),
    ("ask", "Ask me"),
    ("store", "The store changed it"),
    ("removed", "Removed in Magento"),
];

/// The word of a rule; none for what is none.
#[must_use]
pub fn rule(key: &str) -> &'static str {
    RULES.iter().find(|(rule, _)| *rule == key).map_or("", |(_, word)| word)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::crm::merge::{Values, merge};

    /// Who wins over a first name that both sides changed.
    fn winner(terms: &Terms, owner: Owner) -> Option<&'static str> {
        let values = |name: &str| Values::from_json(&json!({ "first_name": name }));
        let rules = Policy::of(terms);
        let merged = merge(&values("Base"), &values("Here"), &values("There"), rules.rules(owner));
        merged.conflicts.first().and_then(|conflict| conflict.chosen).map(super::super::Side::key)
    }

    #[test]
    fn a_field_of_an_address_is_not_the_customer_s_of_the_same_name() {
        let own = [("address.first_name".to_owned(), Priority::Local)];
        let terms = Terms { two_way: true, priority: Priority::Ask, field_rules: own.into() };
        assert_eq!(winner(&terms, Owner::Address), Some("local"));
        assert_eq!(winner(&terms, Owner::Customer), None);
    }

    #[test]
    fn nothing_of_ours_wins_while_nothing_is_sent() {
        let own = [("first_name".to_owned(), Priority::Local)];
        let terms = Terms { two_way: false, priority: Priority::Local, field_rules: own.into() };
        assert_eq!(winner(&terms, Owner::Customer), Some("remote"));
    }

    #[test]
    fn every_field_is_read_as_it_is_written_and_nothing_else_is() {
        assert!(Field::all().all(|field| Field::from_key(&field.key()) == Some(field)));
        assert_eq!(Field::all().count(), 21);
        assert_eq!(Field::from_key("address.email"), None);
        let kept = [("fax".to_owned(), Priority::Ask), ("taxvat".to_owned(), Priority::Ask)].into();
        assert_eq!(known_rules(&kept).len(), 1, "a customer has no fax");
    }
}
