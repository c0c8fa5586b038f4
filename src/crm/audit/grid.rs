//! The list of what was done.

use super::{Act, SubjectKind};
use crate::base::listing::{Column, Filter, Kind, Listing, Meaning, Phone, Test};

/// What was done, the newest first.
pub static LISTING: Listing = Listing {
    name: "audit",
    title: "Audit",
    one: "entry",
    many: "entries",
    at: "/audit",
    table: "audit_entries",
    columns: &COLUMNS,
    filters: &[Filter { key: "q", word: "Text", test: Test::text("k.words"), usual: "" }],
    scopes: &[("id", Test::is("k.subject_id"))],
    sort: "when",
    ..Listing::EMPTY
};

/// What became what, a line each.
const CHANGES: &str = "(select string_agg(c ->> 'field' || case when c ? 'secret' then ' (a secret: not shown)'
        when c ? 'old' then ': ' || coalesce(nullif(c ->> 'old', ''), '–') || ' → ' || coalesce(nullif(c ->> 'new', ''), '–')
        else ': ' || coalesce(c ->> 'new', '') end, E'\\n' order by n)
    from jsonb_array_elements(k.changes) with ordinality as e(c, n))";

const COLUMNS: [Column; 8] = [
    Column::ago("when", "When", "k.at")
        .sorted_time("k.at")
        .tested(Test::Time("k.at"))
        .opens()
        .phone(Phone::LeadEnd),
    Column::text("who", "Who", "k.actor").tested(Test::is("k.actor_id")).phone(Phone::Labelled),
    Column::of(Kind::State("''", act), "act", "What", "k.act").tested(Test::Word("k.act")).phone(Phone::Lead),
    Column::of(Kind::State("''", kind), "kind", "Kind", "k.subject")
        .tested(Test::Word("k.subject"))
        .phone(Phone::Labelled),
    Column::text("name", "Name", "k.name").look("strong clip").phone(Phone::Line),
    Column::of(Kind::Lines, "changes", "Changes", CHANGES).look("soft clip").phone(Phone::Line),
    Column::text("address", "Address", "k.address").phone(Phone::Labelled),
    Column::text("request", "Request", "k.request").extra(),
];

/// The word of an act, and how grave it is.
fn act(key: &str, _: &str) -> (String, Meaning) {
    let act = Act::from_key(key);
    let meaning = match act {
        Some(Act::SignInFailed) => Meaning::Warning,
        Some(Act::Deleted | Act::Erased) => Meaning::Bad,
        _ => Meaning::Neutral,
    };
    (act.map_or_else(|| key.to_owned(), |act| act.word().to_owned()), meaning)
}

/// The word of a kind.
fn kind(key: &str, _: &str) -> (String, Meaning) {
    let kind = SubjectKind::from_key(key);
    (kind.map_or_else(|| key.to_owned(), |kind| kind.word().to_owned()), Meaning::Neutral)
}
