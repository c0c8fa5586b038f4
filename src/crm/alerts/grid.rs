//! The list of alerts, open and past.

use super::AlertKind;
use crate::base::listing::{Choice, Column, Filter, Kind, Listing, Meaning, Phone, Test};

/// Alerts, the newest first.
pub static LISTING: Listing = Listing {
    name: "alerts",
    title: "Past alerts",
    one: "alert",
    many: "alerts",
    at: "/alerts",
    table: "alerts",
    joins: "join integrations i on i.id = k.integration_id",
    columns: &COLUMNS,
    filters: &[Filter {
        key: "state",
        word: "State",
        test: Test::OneOf(&[
            Choice("open", "Open", "k.closed_at is null"),
            Choice("resolved", "Resolved", "k.closed_at is not null"),
        ]),
        usual: "",
    }],
    scopes: &[(
        "owner",
        Test::is("o.owner_id")
            .within("exists (select 1 from integrations o where o.id = k.integration_id and {})"),
    )],
    sort: "since",
    ..Listing::EMPTY
};

const COLUMNS: [Column; 6] = [
    Column::of(Kind::State("''", state), "kind", "Alert", "k.kind")
        .tested(Test::Word("k.kind"))
        .opens()
        .phone(Phone::Lead),
    Column::of(Kind::Link("/integrations", "k.integration_id"), "integration", "Integration", "i.name")
        .tested(Test::is("k.integration_id"))
        .phone(Phone::Labelled),
    Column::text("details", "Details", "k.words").look("soft clip").phone(Phone::Line),
    Column::ago("since", "Since", "k.opened_at")
        .sorted_time("k.opened_at")
        .tested(Test::Time("k.opened_at"))
        .phone(Phone::Labelled),
    Column::ago("until", "Resolved", "k.closed_at").phone(Phone::Labelled),
    Column::of(
        Kind::Span,
        "took",
        "Took",
        "extract(epoch from coalesce(k.closed_at, now()) - k.opened_at)::float8",
    )
    .phone(Phone::Labelled),
];

/// The word of a kind, and how grave it is.
pub fn state(key: &str, _: &str) -> (String, Meaning) {
    let kind = AlertKind::from_key(key);
    let meaning = match kind {
        AlertKind::SyncFailing | AlertKind::SyncLate => Meaning::Bad,
        AlertKind::Maintenance => Meaning::Underway,
        AlertKind::FailedRecords | AlertKind::RejectedEdits | AlertKind::Conflicts => Meaning::Warning,
    };
    (kind.word().to_owned(), meaning)
}
