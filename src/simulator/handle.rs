//! The handle by which tests run a store and act as its admin.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLockReadGuard, RwLockWriteGuard};

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::clock;
use super::http;
use super::options::Options;
use super::records::{Address, Customer, CustomerView};
use super::server::Server;
use super::sessions::Role;
use super::shop::Shop;
use super::trouble::{Fault, When};

/// A store running on a free port of this machine; it closes when it is dropped.
#[derive(Debug)]
pub struct Simulator {
    server: Arc<Server>,
    url: String,
    task: Option<JoinHandle<std::io::Result<()>>>,
}

impl Simulator {
    /// Starts a store on a port the system chooses.
    pub async fn start(options: Options) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let server = Arc::new(Server::new(options));
        let task = tokio::spawn(http::serve(listener, Arc::clone(&server)));
        Ok(Self { server, url, task: Some(task) })
    }

    /// `http://127.0.0.1:port`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What an admin enters as "SOAP WSDL Url".
    pub fn wsdl_url(&self) -> String {
        format!("{}/index.php/api/v2_soap?wsdl=1", self.url)
    }

    /// Where v2 calls are posted to.
    pub fn endpoint(&self) -> String {
        format!("{}/index.php/api/v2_soap", self.url)
    }

    /// Where v1 calls are posted to.
    pub fn bulk_endpoint(&self) -> String {
        format!("{}/index.php/api/soap/", self.url)
    }

    /// Closes the store: hanging requests are let go, others end.
    pub async fn stop(mut self) {
        self.server.closing.cancel();
        if let Some(task) = self.task.take() {
            let _ = task.await;
        }
    }

    /// Requests by method: v2 operations, v1 procedures, `wsdl`, `wsdl_v1`, `refused`.
    pub fn requests(&self) -> BTreeMap<String, u64> {
        self.server.counters.by_method()
    }

    /// Requests of one method.
    pub fn requests_of(&self, method: &str) -> u64 {
        self.requests().get(method).copied().unwrap_or(0)
    }

    /// Bytes of answers by method.
    pub fn bytes(&self) -> BTreeMap<String, u64> {
        self.server.counters.bytes()
    }

    /// Bytes of one method's answers.
    pub fn bytes_of(&self, method: &str) -> u64 {
        self.bytes().get(method).copied().unwrap_or(0)
    }

    /// Entries of `multiCall`s with a path (`order.info`).
    pub fn entries_of(&self, path: &str) -> u64 {
        self.server.counters.entries_of(path)
    }

    /// The most SOAP requests that were in flight at once.
    pub fn max_in_flight(&self) -> usize {
        self.server.counters.max_in_flight()
    }

    /// What all answers so far cost a real store, one after the other (see [`super::Latency::Measured`]).
    pub fn worked(&self) -> std::time::Duration {
        self.server.cores.worked()
    }

    /// Begins counting anew.
    pub fn reset_counters(&self) {
        self.server.counters.reset();
    }

    /// Orders trouble; of several faults that fit a request the first ordered hits.
    pub fn script(&self, fault: Fault, when: When) {
        self.server.scripts().add(fault, when);
    }

    /// No more trouble.
    pub fn clear_scripts(&self) {
        self.server.scripts().clear();
    }

    /// Ends every session, as a restart of the store's database would.
    pub fn expire_sessions(&self) {
        self.server.desk.sessions().expire_all();
    }

    /// Makes an API user with all rights but to these resources (`sales_order`, `customer`), or changes one; sessions
    /// that are open feel it at once.
    pub fn set_user(&self, name: &str, key: &str, lacking: &[&str]) {
        let role = Role::Lacking(lacking.iter().map(|resource| (*resource).to_owned()).collect());
        self.server.desk.sessions().set_user(name, key, role);
    }

    /// Takes an API user away, with the sessions.
    pub fn remove_user(&self, name: &str) {
        self.server.desk.sessions().remove_user(name);
    }

    /// The store's clock, in seconds since 1970.
    pub fn now(&self) -> i64 {
        self.server.desk.clock.now()
    }

    /// The store's clock as `updated_at` is written: `2026-11-23 08:03:52`.
    pub fn now_utc(&self) -> String {
        clock::utc(self.now())
    }

    /// Moves the store's clock.
    pub fn move_clock(&self, seconds: i64) {
        self.server.desk.clock.jump(seconds);
    }

    /// A customer with its addresses.
    pub fn customer(&self, id: u32) -> Option<CustomerView> {
        self.shop().view(id)
    }

    /// The customer with an e-mail in a website.
    pub fn find_customer(&self, email: &str, website_id: u32) -> Option<CustomerView> {
        let shop = self.shop();
        shop.find(email, website_id).and_then(|id| shop.view(id))
    }

    /// Ids of all customers, rising.
    pub fn customer_ids(&self) -> Vec<u32> {
        self.shop().ids(0).collect()
    }

    /// How many customers there are.
    pub fn customer_count(&self) -> usize {
        self.shop().count()
    }

    /// Edits a customer and moves its `updated_at` to the store's now; false if there is none.
    pub fn edit_customer(&self, id: u32, change: impl FnOnce(&mut Customer)) -> bool {
        let now = self.now();
        self.shop_mut().edit(id, now, change).is_some()
    }

    /// Edits an address as a shopper does: the customer's `updated_at` stays.
    pub fn edit_address(&self, id: u32, change: impl FnOnce(&mut Address)) -> bool {
        let now = self.now();
        self.shop_mut().edit_address(id, now, change).is_some()
    }

    /// Adds a customer, created now; gives the id.
    pub fn add_customer(&self, customer: Customer) -> u32 {
        let now = self.now();
        self.shop_mut().add(customer, now)
    }

    /// Puts a customer with its address book in place of whoever has its id, stamped as it is: a late commit, a restored
    /// backup, an id used again.
    pub fn put_customer(&self, customer: CustomerView) {
        self.shop_mut().put(customer);
    }

    /// Sets a customer's `updated_at`; false if there is none.
    pub fn stamp_customer(&self, id: u32, updated_at: i64) -> bool {
        let Some(mut view) = self.customer(id) else {
            return false;
        };
        view.customer.updated_at = updated_at;
        self.put_customer(view);
        true
    }

    /// Adds an address to a customer; gives the id, `None` if there is no such customer.
    pub fn add_address(&self, customer: u32, address: Address) -> Option<u32> {
        let now = self.now();
        self.shop_mut().add_address(customer, address, now)
    }

    /// Deletes an address; false if there was none.
    pub fn delete_address(&self, id: u32) -> bool {
        self.shop_mut().delete_address(id)
    }

    /// Deletes a customer; false if there was none.
    pub fn delete_customer(&self, id: u32) -> bool {
        self.shop_mut().delete(id)
    }

    pub(super) fn shop(&self) -> RwLockReadGuard<'_, Shop> {
        self.server.desk.shop.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn shop_mut(&self) -> RwLockWriteGuard<'_, Shop> {
        self.server.desk.shop.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.server.closing.cancel();
    }
}
