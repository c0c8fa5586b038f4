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

    /// The most SOAP requests that were in flight at once.
    pub fn max_in_flight(&self) -> usize {
        self.server.counters.max_in_flight()
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
