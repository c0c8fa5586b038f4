//! A customer's page: who they are, what they bought, what they left in their carts.

use askama::Template;
use axum::extract::{Path, State};

use super::super::access::SignedIn;
use super::super::desk::Desk;
use super::super::error::PageError;
use super::super::grid::Few;
use super::super::newsletter::News;
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::view::Lines;
use super::super::{Web, assets, conflicts::words, money, personal_data, sale, view};
use super::timeline;
use super::waiting::{self, Mark, Waiting};
use crate::crm::carts;
use crate::crm::changes::{self, ConflictRow, HISTORY, HistoryRow};
use crate::crm::channels::Entity;
use crate::crm::credit_memos;
use crate::crm::customers::{self, Address, CustomerRecord};
use crate::crm::merge::Unit;
use crate::crm::newsletter;
use crate::crm::orders::{self, Lifetime};
use crate::crm::records::{Record, RecordKind};

#[derive(Template)]
#[template(path = "customers/show.html")]
struct Show {
    shell: Shell,
    desk: Desk,
    customer: CustomerRecord,
    addresses: Vec<Address>,
    waiting: Waiting,
    /// Where the store no longer has what was edited.
    removals: Vec<ConflictRow>,
    history: Few<HistoryRow>,
    lifetimes: Vec<Lifetime>,
    orders: Few,
    purchases: Few,
    notes: Few,
    carts: Few,
    memos: Few,
    subscriptions: Few,
    news: News,
}

impl Show {
    fn living(&self) -> usize {
        self.addresses.iter().filter(|address| address.removed_at.is_none()).count()
    }

    fn city_line(&self, address: &Address) -> String {
        let parts = [address.postcode.trim(), address.city.trim()];
        let line = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        if address.region.trim().is_empty() { line } else { format!("{line}, {}", address.region.trim()) }
    }

    fn takes_in(&self, entity: Entity) -> bool {
        self.customer.entities.contains(&entity)
    }

    fn shows_orders(&self) -> bool {
        self.takes_in(Entity::Order) || !self.orders.rows.is_empty()
    }

    fn shows_notes(&self) -> bool {
        self.shows_orders() && self.customer.order_notes
    }

    fn shows_carts(&self) -> bool {
        self.takes_in(Entity::Cart) || !self.carts.rows.is_empty()
    }

    fn shows_memos(&self) -> bool {
        self.takes_in(Entity::CreditMemo) || !self.memos.rows.is_empty()
    }

    fn shows_newsletter(&self) -> bool {
        self.takes_in(Entity::NewsletterSubscriber) || !self.subscriptions.rows.is_empty()
    }

    fn orders_of(&self, lifetime: &Lifetime) -> String {
        match lifetime.orders {
            1 => "1 order".to_owned(),
            n => format!("{} orders", view::number(i64::from(n))),
        }
    }

    /// The pill by a field that the store does not have as it stands here.
    fn mark(&self, unit: Unit) -> Mark {
        self.waiting.mark(None, unit)
    }

    fn address_mark(&self, address: &Address) -> Mark {
        self.waiting.mark_of_address(address.id)
    }

    fn may_decide(&self) -> bool {
        self.shell.user.may_edit()
    }

    fn may_edit(&self) -> bool {
        self.shell.user.may_edit() && self.customer.why_not_edited().is_none()
    }

    /// An edit that waits can be given up or tried again also while nothing is edited, such as with two way sync off.
    fn may_settle(&self) -> bool {
        self.shell.user.may_edit() && self.customer.erased_at.is_none()
    }

    /// A guest who can be given an account.
    fn may_register(&self) -> bool {
        let customer = &self.customer;
        self.shell.user.may_edit() && customer.is_guest && customer.why_not_registered().is_none()
    }

    /// A guest cannot confirm anything.
    fn is_unconfirmed(&self) -> bool {
        self.customer.confirmed == Some(false) && !self.customer.is_guest
    }
}

pub(super) async fn show(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let record = Record::new(RecordKind::Customer, id);
    let Some(customer) = customers::find(&web.pool, id).await?.filter(|it| it.erased_at.is_none()) else {
        return personal_data::instead(&web, (&who.session, who.user), record)
            .await?
            .ok_or(PageError::NotFound);
    };
    let addresses = customers::addresses(&web.pool, id).await?;
    let (edits, creations) =
        (changes::of_customer(&web.pool, id).await?, changes::creations_of(&web.pool, id).await?);
    let waiting = Waiting::new(edits, creations, &addresses, customer.two_way);
    let lifetimes = orders::lifetimes_of(&web.pool, id).await?;
    let shell = Shell::load(&web, &who.session, who.user, "/customers").await?;
    let news = News::of_customer(&web, &shell.user, &customer).await?;
    let desk = Desk::load(&web, &shell.user, record).await?;
    let (pool, whose) = (&web.pool, ("customer", id));
    page::show(&Show {
        shell,
        desk,
        customer,
        addresses,
        waiting,
        removals: changes::removals_of(&web.pool, id).await?,
        history: Few::own(pool, &HISTORY, whose).await?,
        lifetimes,
        orders: Few::of(pool, &orders::LISTING, whose, &orders::OF_CUSTOMER).await?,
        purchases: Few::usual(pool, &orders::PURCHASES, whose).await?,
        notes: Few::usual(pool, &orders::NOTES, whose).await?,
        carts: Few::of(pool, &carts::LISTING, whose, &carts::OF_CUSTOMER).await?,
        memos: Few::of(pool, &credit_memos::LISTING, whose, &credit_memos::OF_CUSTOMER).await?,
        subscriptions: Few::of(pool, &newsletter::LISTING, ("of", id), &newsletter::OF_CUSTOMER).await?,
        news,
    })
}
