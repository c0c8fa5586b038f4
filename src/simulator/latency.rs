//! How long a real store took: medians on the wire, measured with two busy cores (rpc/encoded and WS-I).
//!
//! Owns: the figures, and the two cores, which do two calls at once and no third. Refuses: workers, which wait for
//! other things ([`super::workers`]).

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::options::Latency;

/// A call: milliseconds in rpc and WS-I, then microseconds for each row in rpc and WS-I.
type Cost = (&'static str, u32, u32, u32, u32);

const CALLS: &[Cost] = &[
    ("login", 44, 59, 0, 0),
    ("customerCustomerList", 45, 75, 86, 85),
    ("customerCustomerInfo", 52, 78, 0, 0),
    ("customerAddressList", 56, 73, 0, 0),
    ("customerCustomerCreate", 60, 75, 0, 0),
    ("customerCustomerUpdate", 57, 77, 0, 0),
    ("customerAddressCreate", 52, 72, 0, 0),
    ("customerAddressDelete", 61, 74, 0, 0),
    ("salesOrderList", 63, 76, 298, 224),
    ("salesOrderInfo", 58, 67, 0, 0),
    ("salesOrderCreditmemoList", 63, 76, 298, 224),
    ("salesOrderCreditmemoInfo", 58, 67, 0, 0),
    ("shoppingCartInfo", 85, 105, 0, 0),
    ("oroCustomerList", 66, 113, 1_640, 1_280),
    ("oroOrderList", 92, 133, 2_870, 2_270),
    ("oroOrderInfo", 58, 67, 0, 0),
    ("oroQuoteList", 80, 110, 8_900, 6_900),
    ("newsletterSubscriberList", 45, 75, 60, 60),
    ("oroRegionList", 45, 75, 60, 60),
    // What the entries cost comes on top.
    ("multiCall", 33, 33, 0, 0),
    ("call", 33, 33, 0, 0),
    ("wsdl", 15, 25, 0, 0),
    ("wsdl_v1", 10, 10, 0, 0),
];

/// What `magentoInfo` took, the floor of every call, and what a fault takes.
const FLOOR: Cost = ("", 38, 72, 0, 0);

/// An entry of a `multiCall`, or a `call`, by its short path: microseconds, and microseconds for each row.
const ENTRIES: &[(&str, u32, u32)] = &[
    ("customer.list", 12_000, 86),
    ("customer.info", 1_830, 0),
    ("customer_address.list", 4_400, 0),
    ("order.list", 30_000, 298),
    ("order.info", 7_870, 0),
    ("order_creditmemo.list", 30_000, 298),
    ("order_creditmemo.info", 7_870, 0),
    ("cart.info", 50_000, 0),
];

/// An entry that nobody measured.
const OTHER_ENTRY: (&str, u32, u32) = ("", 2_000, 60);

/// An entry that ended with a fault: what a hundred missing carts took, by the piece.
const FAULTED: Duration = Duration::from_micros(1_770);

/// The work of one entry.
pub(super) fn entry(path: &str, rows: Option<usize>) -> Duration {
    let Some(rows) = rows else {
        return FAULTED;
    };
    let (_, least, row) = ENTRIES.iter().find(|entry| entry.0 == path).copied().unwrap_or(OTHER_ENTRY);
    Duration::from_micros(least.into()) + each(row, rows)
}

/// The time a call takes whose answer has so many rows, entries apart.
pub(super) fn call(method: &str, wsi: bool, rows: usize) -> Duration {
    let found = CALLS.iter().find(|call| call.0 == method).copied().unwrap_or(FLOOR);
    let (_, rpc, literal, rpc_row, literal_row) = found;
    let least = Duration::from_millis(if wsi { literal } else { rpc }.into());
    least + each(if wsi { literal_row } else { rpc_row }, rows)
}

fn each(microseconds: u32, rows: usize) -> Duration {
    Duration::from_micros(microseconds.into()).saturating_mul(u32::try_from(rows).unwrap_or(u32::MAX))
}

/// What computes the answers.
#[derive(Debug)]
pub(super) struct Cores {
    latency: Latency,
    free: Semaphore,
    /// Microseconds that all answers cost, whether they were waited for or not.
    worked: AtomicU64,
}

impl Cores {
    pub(super) fn new(latency: Latency) -> Self {
        Self { latency, free: Semaphore::new(2), worked: AtomicU64::new(0) }
    }

    /// Takes as long as the real store's did, of which some has passed already.
    pub(super) async fn work(&self, time: Duration, passed: Duration) {
        self.worked.fetch_add(u64::try_from(time.as_micros()).unwrap_or(0), Ordering::Relaxed);
        if self.latency == Latency::Measured {
            let core = self.free.acquire().await;
            tokio::time::sleep(time.saturating_sub(passed)).await;
            drop(core);
        }
    }

    /// What all answers so far cost a real store, one after the other.
    pub(super) fn worked(&self) -> Duration {
        Duration::from_micros(self.worked.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::{call, entry};

    /// Milliseconds measured on the wire.
    #[test]
    fn comes_near_what_was_measured() {
        for (method, wsi, rows, measured) in [
            ("magentoInfo", false, 0, 37.5),
            ("customerCustomerList", false, 2_000, 217.0),
            ("salesOrderList", false, 3_000, 958.0),
            ("salesOrderList", true, 3_000, 749.0),
            ("salesOrderList", false, 100, 92.5),
            ("oroCustomerList", false, 100, 235.0),
            ("oroOrderList", false, 250, 809.0),
            ("oroOrderList", true, 100, 350.0),
            ("oroQuoteList", false, 100, 970.0),
        ] {
            let modelled = call(method, wsi, rows).as_secs_f64() * 1e3;
            assert!((modelled / measured - 1.0).abs() < 0.1, "{method} {rows}: {modelled}");
        }
    }

    #[test]
    fn bulk_reads_cost_by_the_entry() {
        for (path, entries, measured) in [
            ("order.info", 10, 98.0),
            ("order.info", 50, 472.0),
            ("order.info", 100, 820.0),
            ("customer_address.list", 200, 913.0),
            ("customer.info", 100, 216.0),
        ] {
            let modelled = (call("multiCall", false, 0) + entry(path, Some(0)) * entries).as_secs_f64() * 1e3;
            assert!((modelled / measured - 1.0).abs() < 0.2, "{path} {entries}: {modelled}");
        }
    }
}
