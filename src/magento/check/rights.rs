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
    /// A connector is left out without it.
    Import,
    /// Two way sync cannot push without it.
    Push,
}

/// What Cartwright calls; a connector that calls more adds its rights here.
const RIGHTS: [Right; 11] = [
    right("core_store.list", "Core > Store > List of stores", Need::Always),
    right("customer.list", "Customers > Retrieve customer info", Need::Always),
    right("customer.info", "Customers > Retrieve customer info", Need::Always),
    right("customer_address.list", "Customers > Addresses > Retrieve address", Need::Import),
    right("customer_group.list", "Customers > Customer Groups", Need::Import),
    right("directory_country.list", "Directory > Country", Need::Import),
    right("directory_region.list", "Directory > Region", Need::Import),
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
    /// Without these connectors are left out, or two way sync cannot push.
    pub(super) other: Vec<String>,
}

/// Compares what the user may call with what Cartwright calls.
pub(super) fn lacking(may: &BTreeSet<String>) -> Lacking {
    let mut lacking = Lacking::default();
    for right in RIGHTS.iter().filter(|right| !may.contains(right.path)) {
        let list = if right.need == Need::Always { &mut lacking.vital } else { &mut lacking.other };
        let name = if right.need == Need::Push {
            format!("{} (for two way sync)", right.name)
        } else {
            right.name.to_owned()
        };
        if !list.contains(&name) {
            list.push(name);
        }
    }
    lacking
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
        assert_eq!(lacking(&all), Lacking::default());
        let without = |path: &str| lacking(&all.iter().filter(|may| *may != path).cloned().collect());
        assert_eq!(without("customer.list").vital, ["Customers > Retrieve customer info"]);
        assert_eq!(without("customer_group.list").other, ["Customers > Customer Groups"]);
        assert_eq!(without("customer.update").other, ["Customers > Update (for two way sync)"]);
    }
}
