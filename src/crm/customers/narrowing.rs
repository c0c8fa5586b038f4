//! What the list of customers can be narrowed down by beside its columns: what they bought and when, and their segment.

use crate::base::listing::{Choice, Filter, Test};

/// In the order of the page.
pub(super) static FILTERS: [Filter; 6] = [
    Filter { key: "hidden", word: "Hidden", test: HIDDEN, usual: "no" },
    Filter { key: "removed", word: "Removed in Magento", test: REMOVED, usual: "" },
    Filter { key: "segment", word: "Segment", test: SEGMENT, usual: "" },
    Filter { key: "ordered", word: "Ordered", test: ORDERED, usual: "" },
    Filter { key: "first-order", word: "First Order", test: FIRST_ORDER, usual: "" },
    Filter { key: "currency", word: "Spent In", test: SPENT_IN, usual: "" },
];

const HIDDEN: Test = Test::OneOf(&[
    Choice("no", "No", "k.hidden_at is null"),
    Choice("yes", "Yes", "k.hidden_at is not null"),
    Choice("any", "All", "true"),
]);

const REMOVED: Test = Test::OneOf(&[
    Choice("no", "No", "k.removed_at is null"),
    Choice("yes", "Yes", "k.removed_at is not null"),
]);

/// As customers were last sorted out.
const SEGMENT: Test = Test::OneOf(&[
    Choice(
        "champions",
        "Champions",
        "k.id in (select customer_id from customer_segments where segment = 'champions')",
    ),
    Choice("loyal", "Loyal", "k.id in (select customer_id from customer_segments where segment = 'loyal')"),
    Choice(
        "big-spenders",
        "Big spenders",
        "k.id in (select customer_id from customer_segments where segment = 'big-spenders')",
    ),
    Choice("new", "New", "k.id in (select customer_id from customer_segments where segment = 'new')"),
    Choice(
        "promising",
        "Promising",
        "k.id in (select customer_id from customer_segments where segment = 'promising')",
    ),
    Choice(
        "at-risk",
        "At risk",
        "k.id in (select customer_id from customer_segments where segment = 'at-risk')",
    ),
    Choice(
        "asleep",
        "Asleep",
        "k.id in (select customer_id from customer_segments where segment = 'asleep')",
    ),
    Choice("lost", "Lost", "k.id in (select customer_id from customer_segments where segment = 'lost')"),
    Choice(
        "quiet",
        "No order for 90 days",
        "k.id in (select customer_id from customer_segments where quiet)",
    ),
    Choice("once", "One order", "k.id in (select customer_id from customer_segments where orders = 1)"),
    Choice(
        "best-tenth",
        "Best tenth by lifetime value",
        "k.id in (select customer_id from customer_segments where best_tenth)",
    ),
    Choice(
        "no-order",
        "No order yet",
        "not exists (select 1 from customer_segments s where s.customer_id = k.id)",
    ),
]);

/// An order that counts, by the day it was placed.
const ORDERED: Test = Test::TimeWithin {
    what: "o.remote_created_at",
    within: "k.id in (select o.customer_id from orders o where order_counts(o.removed_at, o.state, o.status) and {})",
};

const FIRST_ORDER: Test =
    Test::Time("(select min(l.first_order_at) from customer_lifetimes l where l.customer_id = k.id)");

const SPENT_IN: Test =
    Test::text("l.currency").within("k.id in (select l.customer_id from customer_lifetimes l where {})");
