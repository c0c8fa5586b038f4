//! The list of conflicts, and what it and that of rejected edits say in a file.

use crate::base::listing::{Choice, Column, Filter, Kind, Listing, Meaning, SortKind, Test};
use crate::crm::audit::shown;
use crate::crm::merge::{self, Unit};

/// What waits comes before what is decided, the newest first.
pub static CONFLICTS: Listing = Listing {
    name: "conflicts",
    title: "Conflicts",
    one: "conflict",
    many: "conflicts",
    at: "/conflicts",
    select: "k.id, k.customer_id, p.channel_id, c.name as channel, k.address_id, k.unit, k.local, k.remote,
        shown_value(p.channel_id, k.unit, k.base) as base_shown, shown_value(p.channel_id, k.unit, k.local) as local_shown,
        shown_value(p.channel_id, k.unit, k.remote) as remote_shown, k.chosen,
        k.rule, k.job_id, k.opened_at, k.decided_at, u.name as decided_by, t.name as turned_by,
        coalesce(nullif(trim(p.first_name || ' ' || p.last_name), ''), nullif(p.email, ''), 'Customer ' || p.id) as customer",
    table: "conflicts",
    joins: "join customers p on p.id = k.customer_id join channels c on c.id = p.channel_id
        left join users u on u.id = k.decided_by left join users t on t.id = k.turned_by",
    columns: &[
        Column::own("customer", "Customer"),
        Column::own("field", "Field").tested(Test::Word("k.unit")),
        Column::own("base", "Base"),
        Column::own("local", "Local"),
        Column::own("remote", "Remote"),
        Column::own("state", "Chosen").sorted_as(
            SortKind::Text,
            "(case when k.decided_at is null then 'waiting' else 'decided' end)",
            true,
        ),
        Column::own("rule", "Rule").tested(Test::Word("k.rule")),
        Column::own("channel", "Channel").tested(
            Test::is("p.channel_id").within("exists (select 1 from customers p where p.id = k.customer_id and {})"),
        ),
        Column::own("job", "Job").tested(Test::is("k.job_id")),
        Column::own("date", "Date").sorted_time("k.opened_at"),
    ],
    filters: &[
        Filter {
            key: "state",
            word: "State",
            test: Test::OneOf(&[
                Choice("waiting", "Waiting", "k.decided_at is null"),
                Choice("decided", "Decided", "k.decided_at is not null"),
                Choice("all", "All", "true"),
            ]),
            usual: "",
        },
        Filter { key: "since", word: "Date from", test: Test::Since("k.opened_at"), usual: "" },
        Filter { key: "until", word: "Date to", test: Test::Until("k.opened_at"), usual: "" },
    ],
    scopes: &[("id", Test::is("k.id")), ("customer", Test::is("k.customer_id"))],
    sort: "state",
    file: &[
        Column::text("customer", "Customer", CUSTOMER),
        Column::of(Kind::State("''", field), "field", "Field", "k.unit"),
        Column::of(Kind::State("''", value), "base", "Base", "shown_value(p.channel_id, k.unit, k.base)::text"),
        Column::of(Kind::State("''", value), "local", "Local", "shown_value(p.channel_id, k.unit, k.local)::text"),
        Column::of(Kind::State("''", value), "remote", "Remote", "shown_value(p.channel_id, k.unit, k.remote)::text"),
        Column::of(Kind::State("''", chosen), "chosen", "Chosen", "coalesce(k.chosen, case when k.decided_at is null then 'waiting' end)"),
        Column::of(Kind::State("''", rule), "rule", "Rule", "k.rule"),
        Column::text("by", "Answered by", "u.name"),
        Column::text("turned", "Turned round by", "t.name"),
        Column::text("channel", "Channel", "c.name"),
        Column::of(Kind::Count, "job", "Job", "k.job_id"),
        Column::of(Kind::Clock, "date", "Date", "k.opened_at"),
        Column::of(Kind::Clock, "decided", "Decided", "k.decided_at"),
    ],
    ..Listing::EMPTY
};

/// Whose it is; `p` is the customer.
pub(super) const CUSTOMER: &str = "coalesce(nullif(trim(p.first_name || ' ' || p.last_name), ''), nullif(p.email, ''), 'Customer ' || p.id)";

/// A field in words, for a file.
pub(super) fn field(unit: &str, _: &str) -> (String, Meaning) {
    let word = Unit::from_key(unit).map_or_else(|| unit.to_owned(), |unit| unit.word().to_owned());
    (word, Meaning::Neutral)
}

/// What was chosen, in words, for a file; nothing, where nothing was left to decide.
fn chosen(key: &str, _: &str) -> (String, Meaning) {
    let word = match key {
        "local" => "Local",
        "remote" => "Remote",
        "waiting" => "Waiting",
        _ => "",
    };
    (word.to_owned(), Meaning::Neutral)
}

/// What decides, in words, for a file.
fn rule(key: &str, _: &str) -> (String, Meaning) {
    (merge::rule(key).to_owned(), Meaning::Neutral)
}

/// A value in words, for a file.
pub(super) fn value(json: &str, _: &str) -> (String, Meaning) {
    (serde_json::from_str(json).map(|value| shown(&value)).unwrap_or_default(), Meaning::Neutral)
}
