//! `cartwright simulate`: an imitation Magento 1 / OpenMage store, a real HTTP server.
//!
//! It owns everything a store is to its API clients: invented customers, sessions and rights, SOAP v2 in both encodings
//! and SOAP v1 with `multiCall`, the Oro bridge, WSDLs, pages for people, and trouble to order for tests. What it
//! answers is compared with recordings of a real store, byte for byte where that is possible.
//!
//! **Invariant:** nothing here imports anything of ours, and its XML code is its own. If it shared a reader or a writer
//! with the client, one misreading of the wire would be wrong on both sides and every test green.
//!
//! A request's way: `http` → `soap` (trouble, worker) → `v2` or `v1` (session, rights) → the noun's file
//! (`customers`, `orders`, `carts`, …) over `shop` → `reply` → `envelope` → `sabotage`. A new noun is a new file
//! with a `NOUN` and a line in `method`.
//!
//! What a store sells is kept in a `table` for each noun: rows that follow from seed and id, and over them what was
//! changed since, so that a million orders cost nothing until somebody asks for them. A noun's `columns` say how the
//! API's names are read from its record; lists, single records, filters and all three encodings are projections of
//! them. `merchant` and `shopper` are what tests do to the store behind the API's back.

mod addresses;
mod admin;
mod amount;
mod basket;
mod bridge;
mod call;
mod carts;
mod clock;
mod columns;
mod countries;
mod customers;
mod desk;
mod directory;
mod envelope;
mod escape;
mod fault;
mod filter;
mod gzip;
mod handle;
mod http;
mod latency;
mod memos;
mod merchant;
mod method;
mod names;
mod options;
mod orders;
mod pages;
mod products;
mod quotes;
mod records;
mod regions;
mod reply;
mod request;
mod resources;
mod sabotage;
mod sales;
mod seeded;
mod server;
mod sessions;
mod shop;
mod shopper;
mod soap;
mod stores;
mod subscribers;
mod table;
mod tap;
mod trouble;
mod v1;
mod v2;
mod value;
mod workers;
mod wsdl;

use std::future::Future;
use std::sync::Arc;

use tokio::net::TcpListener;

pub use amount::Amount;
pub use carts::record::{Cart, CartAddress};
pub use handle::Simulator;
pub use memos::record::{CreditMemo, MemoComment, MemoItem};
pub use options::{Latency, Namespace, Options};
pub use orders::desk::Part;
pub use orders::record::{Order, OrderAddress, OrderItem, Payment, Refunded, StatusEntry};
pub use records::{Address, Customer, CustomerView, Text};
pub use sales::Buyer;
pub use subscribers::Subscriber;
pub use trouble::{Fault, Record, When};

/// Runs a store on a listener until `shutdown` completes.
pub async fn serve(
    listener: TcpListener,
    options: Options,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let server = Arc::new(server::Server::new(options));
    let closing = server.closing.clone();
    let waiting = tokio::spawn(async move {
        shutdown.await;
        closing.cancel();
    });
    let result = http::serve(listener, server).await;
    waiting.abort();
    result
}
