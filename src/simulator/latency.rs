//! How long a real store took: medians on the wire, measured with two busy cores (rpc/encoded and WS-I).

use std::time::Duration;

use super::options::Latency;

/// Milliseconds of a call in rpc and WS-I, and microseconds for each row beyond.
const MEASURED: &[(&str, u32, u32, u32)] = &[
    ("login", 44, 59, 0),
    ("customerCustomerList", 45, 75, 86),
    ("customerCustomerInfo", 52, 78, 0),
    ("customerAddressList", 56, 73, 0),
    ("customerCustomerCreate", 60, 75, 0),
    ("customerCustomerUpdate", 57, 77, 0),
    ("customerAddressCreate", 52, 72, 0),
    ("customerAddressDelete", 61, 74, 0),
    ("oroCustomerList", 65, 95, 1_700),
    ("multiCall", 33, 33, 4_400),
    ("call", 33, 33, 86),
    ("wsdl", 15, 25, 0),
    ("wsdl_v1", 10, 10, 0),
];

/// What `magentoInfo` took, the floor of every call.
const FLOOR: (&str, u32, u32, u32) = ("", 38, 72, 0);

/// The time to wait before sending an answer with so many rows.
pub(super) fn pause(latency: Latency, method: &str, wsi: bool, rows: usize) -> Duration {
    if latency == Latency::None {
        return Duration::ZERO;
    }
    let (_, rpc, literal, per_row) =
        MEASURED.iter().find(|entry| entry.0 == method).copied().unwrap_or(FLOOR);
    let rows = u32::try_from(rows).unwrap_or(u32::MAX);
    let call = Duration::from_millis(if wsi { literal } else { rpc }.into());
    call + Duration::from_micros(per_row.into()).saturating_mul(rows)
}
