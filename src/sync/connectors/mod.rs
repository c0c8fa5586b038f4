//! The connectors: each imports one noun.

mod customers;
mod dictionaries;

use async_trait::async_trait;

use super::visit::Visit;

/// As the pages call it.
pub(super) const WEBSITES: &str = "Websites and stores";
/// As the pages call it.
pub(super) const GROUPS: &str = "Customer groups";
/// As the pages call it.
pub(super) const REGIONS: &str = "Regions";
/// As the pages call it.
pub(super) const CUSTOMERS: &str = "Customers";

/// Imports one noun.
#[async_trait]
pub(super) trait Connector: Send + Sync {
    /// As the pages call it, and as its cursor is stored.
    fn name(&self) -> &'static str;

    /// Reads what has changed and takes it over.
    async fn run(&self, visit: &Visit) -> anyhow::Result<Done>;
}

/// How a connector ended.
pub(super) struct Done {
    /// In words, for the page.
    pub(super) message: String,
    /// It was not its turn.
    pub(super) skipped: bool,
}

impl Done {
    pub(super) fn with(message: impl Into<String>) -> Self {
        Self { message: message.into(), skipped: false }
    }

    pub(super) fn skipped(message: impl Into<String>) -> Self {
        Self { message: message.into(), skipped: true }
    }
}

/// All of them, in the order of a run: what others refer to comes first.
pub(super) fn all() -> Vec<Box<dyn Connector>> {
    vec![
        Box::new(dictionaries::WebsitesAndStores),
        Box::new(dictionaries::CustomerGroups),
        Box::new(dictionaries::Regions),
        Box::new(customers::Customers),
    ]
}
