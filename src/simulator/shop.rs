//! The store's database: the seeded customers, and over them what was edited, added and deleted since.
//!
//! Owns: identity (ids never used twice), the overlay, the order by `updated_at`, the uniqueness of an e-mail within a
//! website. Refuses: sessions, rights, wire formats and the clock (the caller says when). **Invariant:** an address
//! edit never moves its customer's `updated_at`; a customer edit always does.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::RangeInclusive;

use super::carts::seeded::SeededCarts;
use super::customers::cell;
use super::filter::Filter;
use super::memos::SeededMemos;
use super::options::Options;
use super::orders::seeded::SeededOrders;
use super::quotes::Quotes;
use super::records::{Address, Customer, CustomerView};
use super::seeded::{ADDRESS_STRIDE, Seeded};
use super::subscribers::SeededSubscribers;
use super::table::Table;

/// All state of the store that outlives a call.
#[derive(Debug)]
pub(super) struct Shop {
    seeded: Seeded,
    /// The seeded customers by (updated_at, id).
    by_update: Vec<(u32, u32)>,
    /// Edited and added customers, `None` for deleted ones; these hide the seeded record of the same id.
    changed: BTreeMap<u32, Option<CustomerView>>,
    /// Customers of addresses made after the start.
    owners: HashMap<u32, u32>,
    next_customer: u32,
    next_address: u32,
    alive: usize,
    /// What was bought.
    pub(super) orders: Table<SeededOrders>,
    /// What lies or lay in carts.
    pub(super) carts: Table<SeededCarts>,
    /// What was given back.
    pub(super) memos: Table<SeededMemos>,
    /// Who gets the newsletter.
    pub(super) subscribers: Table<SeededSubscribers>,
}

impl Shop {
    pub(super) fn new(seeded: Seeded, options: &Options) -> Self {
        let orders = options.orders.unwrap_or(seeded.count.saturating_add(seeded.count / 2));
        let quotes = Quotes { people: seeded, orders, others: options.carts.unwrap_or(seeded.count / 10) };
        let subscribers = options.subscribers.unwrap_or(seeded.count / 6);
        let orders = SeededOrders { people: seeded, count: orders, quotes };
        let stamped =
            (1..=seeded.count).map(|id| (u32::try_from(seeded.stamps(id).1).unwrap_or(u32::MAX), id));
        let mut by_update: Vec<_> = stamped.collect();
        by_update.sort_unstable();
        Self {
            seeded,
            by_update,
            changed: BTreeMap::new(),
            owners: HashMap::new(),
            next_customer: seeded.count + 1,
            next_address: seeded.count * ADDRESS_STRIDE + 1,
            alive: seeded.count as usize,
            orders: Table::new(orders),
            carts: Table::new(SeededCarts(orders)),
            memos: Table::new(SeededMemos(orders)),
            subscribers: Table::new(SeededSubscribers { people: seeded, count: subscribers }),
        }
    }

    pub(super) fn customer(&self, id: u32) -> Option<Customer> {
        match self.changed.get(&id) {
            Some(changed) => changed.as_ref().map(|view| view.customer.clone()),
            None => self.seeded.contains(id).then(|| self.seeded.customer(id)),
        }
    }

    /// The address book, newest first; empty for a customer that does not exist.
    pub(super) fn addresses(&self, customer: &Customer) -> Vec<Address> {
        match self.changed.get(&customer.id) {
            Some(changed) => changed.as_ref().map(|view| view.addresses.clone()).unwrap_or_default(),
            None => self.seeded.addresses(customer),
        }
    }

    pub(super) fn view(&self, id: u32) -> Option<CustomerView> {
        let customer = self.customer(id)?;
        let addresses = self.addresses(&customer);
        Some(CustomerView { customer, addresses })
    }

    /// The customer and the address, by the address's id.
    pub(super) fn address(&self, id: u32) -> Option<(Customer, Address)> {
        let owner = self.owners.get(&id).copied().or_else(|| self.seeded.owner(id))?;
        let CustomerView { customer, addresses } = self.view(owner)?;
        let address = addresses.into_iter().find(|address| address.id == id)?;
        Some((customer, address))
    }

    pub(super) fn contains(&self, id: u32) -> bool {
        self.changed.get(&id).map_or_else(|| self.seeded.contains(id), Option::is_some)
    }

    pub(super) fn count(&self) -> usize {
        self.alive
    }

    /// Ids in rising order, from `after` (exclusive).
    pub(super) fn ids(&self, after: u32) -> impl Iterator<Item = u32> + '_ {
        (after.saturating_add(1)..self.next_customer).filter(|id| self.contains(*id))
    }

    /// Ids of the customers a filter lets through, in rising order, computed as they are taken.
    pub(super) fn select<'a>(&'a self, filter: &'a Filter) -> impl Iterator<Item = u32> + 'a {
        let cheap = filter.reads_only_keys();
        let fits = |customer: &Customer| filter.lets_through(|field| cell(customer, field));
        self.candidates(filter).filter(move |id| match self.changed.get(id) {
            Some(changed) => changed.as_ref().is_some_and(|view| fits(&view.customer)),
            None if !self.seeded.contains(*id) => false,
            None if cheap => filter.lets_through_keys(*id, Some(self.seeded.stamps(*id).1)),
            None => fits(&self.seeded.customer(*id)),
        })
    }

    /// The live customer with an e-mail in a website.
    pub(super) fn find(&self, email: &str, website_id: u32) -> Option<u32> {
        let same = |customer: &Customer| {
            customer.website_id == website_id && customer.email.eq_ignore_ascii_case(email)
        };
        let mut holders = self.holders_of(email).into_iter();
        holders.find(|id| match self.changed.get(id) {
            Some(changed) => changed.as_ref().is_some_and(|view| same(&view.customer)),
            None => self.seeded.contains(*id) && same(&self.seeded.customer(*id)),
        })
    }

    /// Takes a customer in under a new id.
    pub(super) fn add(&mut self, mut customer: Customer, now: i64) -> u32 {
        let id = self.next_customer;
        self.next_customer += 1;
        self.alive += 1;
        customer.id = id;
        (customer.created_at, customer.updated_at) = (now, now);
        self.changed.insert(id, Some(CustomerView { customer, addresses: Vec::new() }));
        id
    }

    /// Changes a customer and moves `updated_at`; `None` if there is none.
    pub(super) fn edit<R>(
        &mut self,
        id: u32,
        now: i64,
        change: impl FnOnce(&mut Customer) -> R,
    ) -> Option<R> {
        let view = self.open(id)?;
        let result = change(&mut view.customer);
        view.customer.id = id;
        view.customer.updated_at = now;
        Some(result)
    }

    /// Puts a customer in place of whoever has its id, stamped as it is.
    pub(super) fn put(&mut self, view: CustomerView) {
        let id = view.customer.id;
        self.alive += usize::from(!self.contains(id));
        self.next_customer = self.next_customer.max(id + 1);
        for address in &view.addresses {
            self.next_address = self.next_address.max(address.id + 1);
            self.owners.insert(address.id, id);
        }
        self.changed.insert(id, Some(view));
    }

    pub(super) fn delete(&mut self, id: u32) -> bool {
        let found = self.contains(id);
        if found {
            self.changed.insert(id, None);
            self.alive -= 1;
        }
        found
    }

    /// Takes an address into a customer's book; `None` if there is no such customer.
    pub(super) fn add_address(&mut self, customer: u32, mut address: Address, now: i64) -> Option<u32> {
        let id = self.next_address;
        (address.id, address.created_at, address.updated_at) = (id, now, now);
        self.open(customer)?.addresses.insert(0, address);
        self.next_address += 1;
        self.owners.insert(id, customer);
        Some(id)
    }

    /// Changes an address and its `updated_at`, not the customer's.
    pub(super) fn edit_address<R>(
        &mut self,
        id: u32,
        now: i64,
        change: impl FnOnce(&mut Address) -> R,
    ) -> Option<R> {
        let (customer, _) = self.address(id)?;
        let book = &mut self.open(customer.id)?.addresses;
        let address = book.iter_mut().find(|address| address.id == id)?;
        let result = change(address);
        address.updated_at = now;
        Some(result)
    }

    pub(super) fn delete_address(&mut self, id: u32) -> bool {
        let Some(view) = self.address(id).and_then(|(customer, _)| self.open(customer.id)) else {
            return false;
        };
        view.addresses.retain(|address| address.id != id);
        let customer = &mut view.customer;
        for default in [&mut customer.default_billing, &mut customer.default_shipping] {
            default.take_if(|default| *default == id);
        }
        true
    }

    /// Makes an address a default of its customer; that saves the customer and so moves `updated_at`.
    pub(super) fn set_defaults(&mut self, address: u32, billing: bool, shipping: bool, now: i64) {
        let Some((customer, _)) = self.address(address).filter(|_| billing || shipping) else {
            return;
        };
        self.edit(customer.id, now, |customer| {
            if billing {
                customer.default_billing = Some(address);
            }
            if shipping {
                customer.default_shipping = Some(address);
            }
        });
    }

    /// The overlay's copy of a customer, made from the seeded one at the first change.
    fn open(&mut self, id: u32) -> Option<&mut CustomerView> {
        if !self.changed.contains_key(&id) {
            let view = self.view(id)?;
            self.changed.insert(id, Some(view));
        }
        self.changed.get_mut(&id)?.as_mut()
    }

    /// Ids worth testing: an index does what it can, so that neither a look-up nor a window reads a million rows.
    fn candidates(&self, filter: &Filter) -> Box<dyn Iterator<Item = u32>> {
        if let Some(ids) = filter.ids() {
            return Box::new(ids.into_iter());
        }
        if let Some(emails) = filter.listed("email") {
            let holders: BTreeSet<u32> =
                emails.into_iter().flat_map(|email| self.holders_of(email)).collect();
            return Box::new(holders.into_iter());
        }
        let range = filter.id_range(self.next_customer);
        match filter.stamp_bounds() {
            Some((from, to)) => Box::new(self.updated_between(from, to, &range).into_iter()),
            None => Box::new(range),
        }
    }

    fn updated_between(&self, from: i64, to: i64, range: &RangeInclusive<u32>) -> Vec<u32> {
        let clamp = |time: i64| u32::try_from(time.clamp(0, i64::from(u32::MAX))).unwrap_or(0);
        let start = self.by_update.partition_point(|entry| entry.0 < clamp(from));
        let end = self.by_update.partition_point(|entry| entry.0 <= clamp(to)).max(start);
        let seeded = self.by_update[start..end].iter().map(|entry| entry.1);
        let mut ids: Vec<u32> =
            seeded.chain(self.changed.keys().copied()).filter(|id| range.contains(id)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// A seeded e-mail carries its id (a twin's that of the one before), so no scan is needed.
    fn holders_of(&self, email: &str) -> Vec<u32> {
        let name = email.split('@').next().unwrap_or_default();
        let id: u32 = name.rsplit('.').next().and_then(|digits| digits.parse().ok()).unwrap_or(0);
        let mut ids: Vec<u32> =
            [id, id.saturating_add(1)].into_iter().chain(self.changed.keys().copied()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}
