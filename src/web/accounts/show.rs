//! An account's page: who it is, and a section for each channel with its customers and what they bought there.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use rust_decimal::Decimal;

use super::super::access::SignedIn;
use super::super::desk::Desk;
use super::super::error::PageError;
use super::super::grid::{Few, usual};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::view::Lines;
use super::super::{Web, assets, money, personal_data, sale, view};
use crate::base::listing::Wanted;
use crate::crm::accounts::{self, AccountEvent, AccountRecord, ContactCard, Happened};
use crate::crm::carts;
use crate::crm::credit_memos;
use crate::crm::customers::{self, Member};
use crate::crm::newsletter;
use crate::crm::orders::{self, ChannelLifetime};
use crate::crm::records::{Record, RecordKind};

/// Contacts on the page, customers in a section, and rows of each of its lists.
const CONTACTS: i64 = 10;
const MEMBERS: i64 = 10;
const ROWS: i64 = 5;
/// What people did, on the page.
const EVENTS: i64 = 50;

/// What an account has in one channel.
struct Section {
    id: i64,
    name: String,
    members: Vec<Member>,
    lifetimes: Vec<ChannelLifetime>,
    orders: Few,
    purchases: Few,
    notes: Few,
    carts: Few,
    memos: Few,
}

#[derive(Template)]
#[template(path = "accounts/show.html")]
struct Show {
    shell: Shell,
    desk: Desk,
    account: AccountRecord,
    contacts: Vec<ContactCard>,
    more_contacts: bool,
    lifetimes: Vec<(String, Decimal, i64)>,
    sections: Vec<Section>,
    events: Vec<AccountEvent>,
}

/// `GET /accounts/{id}`: what became part of another account leads to that.
pub(super) async fn show(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let record = Record::new(RecordKind::Account, id);
    let Some(account) = accounts::find(&web.pool, id).await? else {
        if let Some(page) = personal_data::instead(&web, (&who.session, who.user.clone()), record).await? {
            return Ok(page);
        }
        let other = accounts::merged_into(&web.pool, id).await?.ok_or(PageError::NotFound)?;
        return page::see(&format!("/accounts/{other}"));
    };
    let mut contacts = accounts::contacts_of(&web.pool, id, CONTACTS + 1).await?;
    let more_contacts = i64::try_from(contacts.len()).is_ok_and(|many| many > CONTACTS);
    contacts.truncate(usize::try_from(CONTACTS).unwrap_or(usize::MAX));
    let brought = orders::lifetimes_of_account(&web.pool, id).await?;
    let sections = sections(&web, id, &brought).await?;
    let events = accounts::events_of(&web.pool, id, EVENTS).await?;
    let shell = Shell::load(&web, &who.session, who.user, "/accounts").await?;
    let lifetimes = over_all(&brought);
    let desk = Desk::load(&web, &shell.user, record).await?;
    page::show(&Show { shell, desk, account, contacts, more_contacts, lifetimes, sections, events })
}

/// Per currency over all channels, the greatest amount first; currencies are never added up.
fn over_all(brought: &[ChannelLifetime]) -> Vec<(String, Decimal, i64)> {
    let mut sums: BTreeMap<&str, (Decimal, i64)> = BTreeMap::new();
    for part in brought {
        let sum = sums.entry(&part.currency).or_default();
        *sum = (sum.0 + part.amount, sum.1 + part.orders);
    }
    let mut sums: Vec<_> =
        sums.into_iter().map(|(currency, (amount, orders))| (currency.to_owned(), amount, orders)).collect();
    sums.sort_by_key(|sum| std::cmp::Reverse(sum.1));
    sums
}

async fn sections(web: &Web, account: i64, brought: &[ChannelLifetime]) -> Result<Vec<Section>, PageError> {
    let mut sections: Vec<Section> = Vec::new();
    for member in customers::of_account(&web.pool, account, MEMBERS).await? {
        match sections.last_mut().filter(|section| section.id == member.channel_id) {
            Some(section) => section.members.push(member),
            None => sections.push(section(web, account, member, brought).await?),
        }
    }
    Ok(sections)
}

async fn section(
    web: &Web,
    account: i64,
    first: Member,
    brought: &[ChannelLifetime],
) -> Result<Section, PageError> {
    let id = first.channel_id;
    let (pool, wanted) = (&web.pool, Wanted::only("account", account).and("channel", id));
    let few = (&wanted, ROWS);
    Ok(Section {
        id,
        name: first.channel.clone(),
        members: vec![first],
        lifetimes: brought.iter().filter(|part| part.channel_id == id).cloned().collect(),
        orders: Few::narrowed(pool, &orders::LISTING, few, &orders::OF_CUSTOMER).await?,
        purchases: Few::narrowed(pool, &orders::PURCHASES, few, &usual(&orders::PURCHASES)).await?,
        notes: Few::narrowed(pool, &orders::NOTES, few, &usual(&orders::NOTES)).await?,
        carts: Few::narrowed(pool, &carts::LISTING, few, &carts::OF_CUSTOMER).await?,
        memos: Few::narrowed(pool, &credit_memos::LISTING, few, &credit_memos::OF_CUSTOMER).await?,
    })
}

impl Section {
    /// How many customers it has there.
    fn many(&self) -> i64 {
        self.members.first().map_or(0, |member| member.of)
    }

    fn has_more(&self) -> bool {
        usize::try_from(self.many()).is_ok_and(|many| many > self.members.len())
    }

    fn bought_nothing(&self) -> bool {
        self.orders.rows.is_empty() && self.carts.rows.is_empty() && self.memos.rows.is_empty()
    }

    /// Whose list of purchases and notes is all there is; several customers have one each.
    fn only(&self) -> Option<i64> {
        self.members.first().filter(|_| self.many() == 1).map(|member| member.id)
    }
}

impl Show {
    /// Is there somebody who could be split off, and somebody to leave behind?
    fn may_split(&self) -> bool {
        let customers: i64 = self.sections.iter().map(Section::many).sum();
        self.shell.user.may_edit() && (customers > 1 || self.contacts.len() > 1)
    }

    fn birthday(&self, member: &Member) -> String {
        member.birthday.map(|day| view::date(&day)).unwrap_or_default()
    }

    fn gender(&self, member: &Member) -> &'static str {
        member.gender().map_or("", customers::Gender::word)
    }

    fn subscription(&self, member: &Member) -> sale::State {
        sale::subscription(member.subscription.and_then(newsletter::Status::from_number), &None)
    }

    fn orders_of(&self, many: i64) -> String {
        if many == 1 { "1 order".to_owned() } else { format!("{} orders", view::number(many)) }
    }

    fn what(&self, event: &AccountEvent) -> &'static str {
        match event.happened() {
            Happened::Merged => "Merged",
            Happened::SplitOff => "Split off",
            Happened::SplitFrom => "Made by a split",
            Happened::MovedIn => "Came in",
            Happened::MovedOut => "Went out",
            Happened::Edited => "Edited",
        }
    }

    fn details(&self, event: &AccountEvent) -> String {
        let (other, words) = (&event.other_name, &event.words);
        match event.happened() {
            Happened::Merged => format!("“{other}” became part of this account ({words})."),
            Happened::SplitOff => format!("{words} has the account “{other}” now."),
            Happened::SplitFrom => format!("{words} was split off from “{other}”."),
            Happened::MovedIn => format!("{words} came from “{other}”."),
            Happened::MovedOut => format!("{words} went to “{other}”."),
            Happened::Edited => words.clone(),
        }
    }
}
