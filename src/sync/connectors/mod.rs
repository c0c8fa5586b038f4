//! The connectors: each imports one noun.

mod carts;
mod credit_memos;
mod customers;
mod dictionaries;
mod orders;
mod sale;
mod subscribers;

use async_trait::async_trait;

use super::turn::Turn;
use super::visit::Visit;
use super::windowed::Windowed;
use crate::crm::channels::Entity;

pub(super) use carts::{Carts, read_cart};
pub(super) use customers::{Customers, alone, confirm_gone, list_by_ids, take_singly};
pub(super) use orders::Orders;
pub(super) use subscribers::{take_over as take_subscribers_over, wire_page as page_of_subscribers};

/// As the pages call it.
pub(super) const WEBSITES: &str = "Websites and stores";
/// As the pages call it.
pub(super) const GROUPS: &str = "Customer groups";
/// As the pages call it.
pub(super) const REGIONS: &str = "Regions";
/// As the pages call it.
pub(super) const CUSTOMERS: &str = "Customers";
/// As the pages call it.
pub(super) const ORDERS: &str = "Orders";
/// As the pages call it.
pub(super) const CARTS: &str = "Carts";
/// As the pages call it.
pub(super) const CREDIT_MEMOS: &str = "Credit memos";
/// As the pages call it.
pub(super) const SUBSCRIBERS: &str = "Newsletter subscribers";

/// Imports one noun, phase by phase. Each phase goes on where the last run stopped.
#[async_trait]
pub(super) trait Connector: Send + Sync {
    /// As the pages call it, and as its cursor is stored.
    fn name(&self) -> &'static str;

    /// Why it has nothing to do in this run, if so.
    fn rests(&self, _visit: &Visit) -> Option<&'static str> {
        None
    }

    /// Full re-sync: the backfill begins anew.
    async fn restart(&self, _visit: &Visit) -> anyhow::Result<()> {
        Ok(())
    }

    /// Reads what has changed since the last time.
    async fn changes(&self, visit: &Visit) -> anyhow::Result<Done>;

    /// Goes on with the backfill. The next connector's begins after it, or as soon as the turn is passed on.
    async fn backfill(&self, _visit: &Visit, _turn: &Turn) -> anyhow::Result<Backfill> {
        Ok(Backfill::Done)
    }

    /// What the page is told in place of what [`Connector::changes`] said, once the backfill is done.
    fn last_word(&self) -> Option<Done> {
        None
    }

    /// Tries failed records again that are due.
    async fn again(&self, _visit: &Visit) -> anyhow::Result<()> {
        Ok(())
    }

    /// Goes on with the rolling walk, or walks over everything at once.
    async fn walk(&self, _visit: &Visit, _whole: bool) -> anyhow::Result<()> {
        Ok(())
    }
}

/// How far a backfill came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Backfill {
    /// To its end.
    Done,
    /// New changes are to be looked at before it goes on.
    MadeWay,
}

/// How a connector ended.
#[derive(Debug, Clone)]
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

/// All of them, in the order of a run: what others refer to comes first. Where the bridge is, carts come in lists; where
/// it is not, they are looked for.
pub(super) fn all(bridge: bool) -> Vec<Box<dyn Connector>> {
    let carts: Box<dyn Connector> = if bridge {
        Box::new(Windowed::of(carts::Carts, Entity::Cart))
    } else {
        Box::<carts::CartSearch>::default()
    };
    vec![
        Box::new(dictionaries::WebsitesAndStores),
        Box::new(dictionaries::CustomerGroups),
        Box::new(dictionaries::Regions),
        Box::new(Windowed::always(Customers)),
        Box::new(Windowed::of(orders::Orders, Entity::Order)),
        carts,
        Box::new(Windowed::of(credit_memos::CreditMemos, Entity::CreditMemo)),
        Box::new(subscribers::Subscribers),
    ]
}
