//! Which pages are asked for.

use std::fmt::Write as _;

/// A first or a deep page, a single filter or order.
const ONE: f64 = 2.0;
/// Several filters together.
const SEVERAL: f64 = 10.0;

/// A page of a list.
pub(super) struct Page {
    pub(super) list: &'static str,
    pub(super) what: String,
    pub(super) path: String,
    /// The value of the order at the middle of that many customers; `None` = the first page.
    pub(super) deep: Option<fn(u32) -> String>,
    pub(super) claim: f64,
}

/// Filters of a list, each alone.
const FILTERS: [(&str, &[&str]); 5] = [
    (
        "/customers",
        &[
            "first-name=zzz",
            "first-name=uralee",
            "last-name=laatt",
            "email=66544a",
            "email=example",
            "email=nowhere",
            "channel=2",
            "channel=1",
            "billing-country=CB",
            "billing-state=fidrto",
            "lifetime-sales-value=>2990",
            "is-a-subscriber=yes",
            "is-a-subscriber=no",
            "is-guest=yes",
            "hidden=yes",
            "created-at=week",
            "created-at-from=2020-01-01&created-at-to=2020-01-05",
            "q=uraleeu ebiui",
        ],
    ),
    (
        "/orders",
        &[
            "order=10000777",
            "order=999999999",
            "first-name=uralee",
            "last-name=laatt",
            "email=66544a",
            "channel=2",
            "created-at=day",
            "total-paid=>1004",
            "total-paid-how=empty",
            "grand-total=>1004",
            "grand-total=500-501",
            "sub-total=<1",
            "status=closed",
            "status=nothing",
            "is-guest=yes",
            "billing-country=CB",
            "billing-state=fidrto",
        ],
    ),
    (
        "/carts",
        &[
            "qty=any",
            "qty=0",
            "cart-id=4242",
            "last-name=laatt",
            "email=66544a",
            "channel=2",
            "grand-total=>499",
            "status=open",
            "status=lost",
            "created-at=day",
            "billing-country=CB",
        ],
    ),
    (
        "/credit-memos",
        &[
            "credit-memo=R1000077",
            "last-name=laatt",
            "order-number=10000777",
            "refunded=>1004",
            "status=open",
            "created-at=day",
        ],
    ),
    (
        "/newsletter-subscribers",
        &[
            "email=66544a",
            "customer=uraleeu ebiui",
            "customer-email=66544a",
            "status=4",
            "status=1",
            "channel=2",
        ],
    ),
];

/// Orders of a list, each both ways.
const ORDERS: [(&str, &[&str]); 5] = [
    ("/customers", &["first-name", "last-name", "email", "created-at", "updated-at"]),
    (
        "/orders",
        &[
            "order",
            "first-name",
            "last-name",
            "created-at",
            "updated-at",
            "total-paid",
            "grand-total",
            "status",
        ],
    ),
    ("/carts", &["cart-id", "first-name", "last-name", "qty", "grand-total", "created-at", "updated-at"]),
    ("/credit-memos", &["credit-memo", "created-at", "updated-at", "refunded"]),
    ("/newsletter-subscribers", &["email", "created-at", "updated-at"]),
];

/// Several filters at once, and orders that have nothing to do with them.
const COMBINATIONS: [(&str, &str); 6] = [
    ("/customers", "billing-country=CB&is-guest=yes&sort=email"),
    ("/customers", "first-name=uralee&channel=1&is-a-subscriber=yes&sort=created-at"),
    ("/orders", "status=closed&billing-country=CB&sort=grand-total"),
    ("/orders", "last-name=laatt&created-at=year&total-paid=>100&sort=last-name"),
    ("/orders", "is-guest=yes&sort=order&way=up"),
    ("/carts", "status=open&grand-total=>400&billing-country=CB"),
];

pub(super) fn all() -> Vec<Page> {
    let mut pages = Vec::new();
    for (list, filters) in FILTERS {
        pages.push(page(list, "first page", "view=all", ONE));
        for filter in filters {
            pages.push(page(list, filter, filter, ONE));
        }
    }
    for (list, orders) in ORDERS {
        for order in orders {
            for way in ["up", "down"] {
                let asks = format!("sort={order}&way={way}");
                pages.push(page(list, &format!("by {order}, {way}"), &asks, ONE));
            }
        }
    }
    pages.extend(deep());
    pages.extend(COMBINATIONS.map(|(list, asks)| page(list, asks, asks, SEVERAL)));
    pages
}

/// Pages in the middle of a list.
fn deep() -> [Page; 3] {
    let at = |list, asks: &str, value: fn(u32) -> String| Page {
        what: format!("deep, {asks}"),
        deep: Some(value),
        ..page(list, "", asks, ONE)
    };
    [
        at("/customers", "sort=email&way=up", |_| "80".to_owned()),
        at("/orders", "sort=grand-total&way=up", |_| "500.00".to_owned()),
        at("/orders", "sort=order&way=up", |customers| {
            (100_000_000 + u64::from(customers) * 3 / 2).to_string()
        }),
    ]
}

fn page(list: &'static str, what: &str, asks: &str, claim: f64) -> Page {
    Page { list, what: what.to_owned(), path: format!("{list}?{}", encoded(asks)), deep: None, claim }
}

fn encoded(asks: &str) -> String {
    asks.chars().fold(String::new(), |mut out, c| {
        match c {
            ' ' => out.push('+'),
            '>' | '<' => drop(write!(out, "%{:02X}", u32::from(c))),
            c => out.push(c),
        }
        out
    })
}
