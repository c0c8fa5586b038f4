//! What a method of the API is, as data: its names, parameters, result, and the function that answers it.
//!
//! Owns: the vocabulary ([`Method`], [`Noun`], [`Type`]) and the register of nouns, from which dispatch, the WSDL and
//! `resources` are derived. A new noun is one file with a [`Noun`] and one line in [`NOUNS`].

use super::call::Call;
use super::fault::Refusal;
use super::reply::{List, Reply};
use super::{addresses, bridge, carts, customers, directory, memos, orders, stores, subscribers};

/// One call of the API.
pub(super) struct Method {
    /// The operation in SOAP v2.
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// The path in SOAP v1 (`customer.list`), whose first half is the resource that rights are given for.
    pub(super) path: &'static str,
    /// The short path (`store.list` for `core_store.list`), or nothing.
    pub(super) alias: &'static str,
    /// Parameters after the session id: name, type, whether WS-I insists on it.
    pub(super) parts: &'static [(&'static str, &'static str, bool)],
    /// Name and type of the result.
    pub(super) returns: (&'static str, &'static str),
    pub(super) run: fn(&Call<'_>, &mut Reply) -> Result<(), Refusal>,
}

/// A type of the WSDL.
pub(super) enum Type {
    /// Name, then `field:type` separated by spaces; `?` marks what may be missing.
    Record(&'static str, &'static str),
    /// A record that the bridge gives more fields.
    Extended(&'static str, &'static str, &'static str),
    /// A record of which WS-I declares some fields with other types.
    ByMode(&'static str, &'static str, &'static [(&'static str, &'static str)]),
    Array(&'static List),
}

/// Everything the API does with one kind of record.
pub(super) struct Noun {
    /// Needs the Oro bridge extension.
    pub(super) bridge: bool,
    pub(super) resources: &'static [Resource],
    pub(super) methods: &'static [Method],
    pub(super) types: &'static [Type],
}

/// An entry of `resources`: what rights are given for.
pub(super) struct Resource {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) alias: &'static str,
}

/// The parameters of the bridge's lists.
pub(super) const PAGED: &[(&str, &str, bool)] = &[("filters", "filters", true), ("pager", "pager", true)];

/// In the order of the real store's `resources`.
const NOUNS: &[&Noun] = &[
    &stores::NOUN,
    &directory::NOUN,
    &customers::NOUN,
    &addresses::NOUN,
    &orders::NOUN,
    &memos::NOUN,
    &carts::NOUN,
    &bridge::NOUN,
    &carts::bridge::NOUN,
    &orders::bridge::NOUN,
    &subscribers::NOUN,
];

/// The nouns of a store with or without the bridge.
pub(super) fn nouns(bridge: bool) -> impl Iterator<Item = &'static Noun> + Clone {
    NOUNS.iter().copied().filter(move |noun| bridge || !noun.bridge)
}

/// The method of a v2 operation.
pub(super) fn of_operation(name: &str, bridge: bool) -> Option<&'static Method> {
    nouns(bridge).flat_map(|noun| noun.methods).find(|method| method.name == name)
}

/// The method of a v1 path, long or short.
pub(super) fn of_path(path: &str, bridge: bool) -> Option<&'static Method> {
    let mut methods = nouns(bridge).flat_map(|noun| noun.methods);
    methods.find(|method| method.path == path || !path.is_empty() && method.alias == path)
}

impl Method {
    /// The resource a right is needed for.
    pub(super) fn resource(&self) -> &'static str {
        self.path.split('.').next().unwrap_or_default()
    }
}
