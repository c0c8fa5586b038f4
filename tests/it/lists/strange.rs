//! Addresses that nobody would type: whatever they ask, a list answers with a page that can be read.
//!
//! 150 here; `CARTWRIGHT_FUZZ=20000` for the full size, `CARTWRIGHT_FUZZ_SEED` for the same ones again.

use axum::http::StatusCode;
use sqlx::PgPool;

use super::app_with_sales;

const LISTS: [&str; 14] = [
    "/customers",
    "/orders",
    "/carts",
    "/credit-memos",
    "/newsletter-subscribers",
    "/accounts",
    "/contacts",
    "/channels",
    "/integrations",
    "/jobs",
    "/conflicts",
    "/conflicts/rejected-edits",
    "/failed-records",
    "/audit",
];

/// What lists take, each of them some of it.
const KEYS: [&str; 40] = [
    "sort",
    "way",
    "size",
    "from",
    "columns",
    "column",
    "filters",
    "view",
    "q",
    "edited",
    "order",
    "order-how",
    "first-name",
    "last-name",
    "last-name-how",
    "email",
    "email-how",
    "channel",
    "owner",
    "created-at",
    "created-at-from",
    "created-at-to",
    "updated-at",
    "total-paid",
    "total-paid-how",
    "grand-total",
    "status",
    "status-how",
    "is-guest",
    "hidden",
    "removed",
    "billing-country",
    "tags",
    "step",
    "segment",
    "customer",
    "account",
    "state",
    "since",
    "colour",
];

const VALUES: [&str; 56] = [
    "",
    " ",
    "0",
    "-1",
    "1",
    "25",
    "9223372036854775807",
    "9223372036854775808",
    "1e309",
    "NaN",
    "infinity",
    "\0",
    "%",
    "_",
    "\\",
    "'",
    "\"",
    "a'; drop table orders; --",
    "’",
    "🙂",
    "\u{202e}",
    "<script>alert(1)</script>",
    "=1+1",
    "2026-02-30",
    "0000-00-00",
    "9999-12-31",
    "-4712-01-01",
    "2020-01-01",
    "10-5",
    "5-10",
    ">",
    "<5",
    ">=95",
    "1.2.3",
    "yes",
    "no",
    "all",
    "any",
    "empty",
    "filled",
    "equals",
    "starts",
    "contains",
    "week",
    "up",
    "down",
    "created-at",
    "grand-total",
    "last-name",
    "order",
    "after.1.v",
    "after.1.n",
    "before.99999999999999999999.n",
    "after.1.v2020-01-01 00:00:00+00",
    "before.1.vinfinity",
    "1,2,x",
];

fn told(name: &str) -> Option<u64> {
    #[expect(clippy::disallowed_methods, reason = "how long the test takes is up to whoever runs it")]
    let told = std::env::var(name);
    told.ok()?.parse().ok()
}

#[sqlx::test]
async fn an_address_that_nobody_would_type_is_answered_with_a_page(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let seed = told("CARTWRIGHT_FUZZ_SEED").unwrap_or_else(|| fastrand::u64(..));
    let mut chance = fastrand::Rng::with_seed(seed);
    for _ in 0..told("CARTWRIGHT_FUZZ").unwrap_or(150) {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for _ in 0..chance.usize(1..6) {
            let value = match chance.u8(..10) {
                0 => VALUES[chance.usize(..VALUES.len())].repeat(chance.usize(1..300)),
                1 => (0..chance.usize(..20)).map(|_| chance.char(..)).collect(),
                _ => VALUES[chance.usize(..VALUES.len())].to_owned(),
            };
            query.append_pair(KEYS[chance.usize(..KEYS.len())], &value);
        }
        let list = LISTS[chance.usize(..LISTS.len())];
        let path = format!("{list}?{}", query.finish());
        let page = app.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path} (CARTWRIGHT_FUZZ_SEED={seed})");
        assert!(page.html.contains("</html>"), "{path} (CARTWRIGHT_FUZZ_SEED={seed})");
    }
}
