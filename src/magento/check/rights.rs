//! Which rights the user's role lacks, in the words of Magento's role editor.

use std::collections::BTreeSet;

/// A right that Cartwright uses.
struct Right {
    /// The resource path that proves it (recording v1/013).
    path: &'static str,
    /// Its name in the role editor.
    name: &'static str,
    need: Need,
}

#[derive(Clone, Copy, PartialEq)]
enum Need {
    /// Nothing works without it.
    Always,
    /// These rest without it.
    Import(&'static str),
    /// The same, where no bridge gives them.
    ImportWithoutBridge(&'static str),
    /// Two way sync cannot push without it.
    Push,
}

/// What Cartwright calls; a connector that calls more adds its rights here.
const RIGHTS: [Right; 16] = [
    right("core_store.list", "Core > Store > List of stores", Need::Always),
    right("customer.list", "Customers > Retrieve customer info", Need::Always),
    right("customer.info", "Customers > Retrieve customer info", Need::Always),
    right("customer_address.list", "Customers > Addresses > Retrieve address", Need::Import("addresses")),
    right("customer_group.list", "Customers > Customer Groups", Need::Import("customer groups")),
    right("directory_country.list", "Directory > Country", Need::Import("regions")),
    right("directory_region.list", "Directory > Region", Need::Import("regions")),
    right("sales_order.list", "Sales > Order > Retrieve orders info", Need::Import("orders")),
    right("sales_order.info", "Sales > Order > Retrieve orders info", Need::Import("orders")),
    right(
        "sales_order_creditmemo.list",
        "Sales > Order > Order credit memo > Retrieve credit memo list",
        Need::Import("credit memos"),
    ),
    right(
        "sales_order_creditmemo.info",
        "Sales > Order > Order credit memo > Retrieve credit memo info",
        Need::Import("credit memos"),
    ),
    right(
        "cart.info",
        "Shopping Cart > Retrieve information about shopping cart",
        Need::ImportWithoutBridge("carts"),
    ),
    right("customer.create", "Customers > Create", Need::Push),
    right("customer.update", "Customers > Update", Need::Push),
    right("customer_address.create", "Customers > Addresses > Create", Need::Push),
    right("customer_address.update", "Customers > Addresses > Update", Need::Push),
];

/// What a role lacks.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Lacking {
    /// Without these nothing works.
    pub(super) vital: Vec<String>,
    /// Without these something rests, or two way sync cannot push.
    pub(super) other: Vec<String>,
    /// What rests.
    pub(super) resting: Vec<&'static str>,
}

/// Compares what the user may call with what Cartwright calls.
pub(super) fn lacking(may: &BTreeSet<String>, with_bridge: bool) -> Lacking {
    let mut lacking = Lacking::default();
    for right in RIGHTS.iter().filter(|right| !right.is_given(may)) {
        match right.need {
            Need::Always => push_new(&mut lacking.vital, right.name.to_owned()),
            Need::ImportWithoutBridge(_) if with_bridge => {}
            Need::Import(what) | Need::ImportWithoutBridge(what) => {
                push_new(&mut lacking.other, format!("{} (for {what})", right.name));
                push_new(&mut lacking.resting, what);
            }
            Need::Push => push_new(&mut lacking.other, format!("{} (for two way sync)", right.name)),
        }
    }
    lacking
}

impl Right {
    /// Stores list the path; `order.list` is another name of `sales_order.list`.
    fn is_given(&self, may: &BTreeSet<String>) -> bool {
        may.contains(self.path) || self.path.strip_prefix("sales_").is_some_and(|alias| may.contains(alias))
    }
}

fn push_new<T: PartialEq>(list: &mut Vec<T>, name: T) {
    if !list.contains(&name) {
        list.push(name);
    }
}

const fn right(path: &'static str, name: &'static str, need: Need) -> Right {
    Right { path, name, need }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_role_lacks() {
        let all: BTreeSet<String> = RIGHTS.iter().map(|right| right.path.to_owned()).collect();
        assert_eq!(lacking(&all, false), Lacking::default());
        let without = |path: &str, with_bridge| {
            lacking(&all.iter().filter(|may| *may != path).cloned().collect(), with_bridge)
        };
        let check = |path: &str, name: &str, resting: &[&str]| {
            let lacking = without(path, false);
            assert_eq!(
                (lacking.other.as_slice(), lacking.resting.as_slice()),
                ([name.to_owned()].as_slice(), resting)
            );
        };
        assert_eq!(without("customer.list", false).vital, ["Customers > Retrieve customer info"]);
        check(
            "customer_group.list",
            "Customers > Customer Groups (for customer groups)",
            &["customer groups"],
        );
        check("sales_order.info", "Sales > Order > Retrieve orders info (for orders)", &["orders"]);
        check("customer.update", "Customers > Update (for two way sync)", &[]);
        assert_eq!(without("cart.info", false).resting, ["carts"]);
        assert_eq!(without("cart.info", true), Lacking::default());
    }

    #[test]
    fn a_right_is_known_by_its_other_name_too() {
        let aliased = RIGHTS.iter().map(|right| right.path.trim_start_matches("sales_").to_owned()).collect();
        assert_eq!(lacking(&aliased, false), Lacking::default());
    }
}
