//! The list of jobs.

use super::Status;
use crate::base::listing::{Choice, Column, Kind, Listing, Meaning, Phone, Test};

/// Jobs, the newest first.
pub static LISTING: Listing = Listing {
    name: "jobs",
    title: "Jobs",
    one: "job",
    many: "jobs",
    at: "/jobs",
    table: "jobs",
    joins: "left join users u on u.id = k.requested_by",
    columns: &COLUMNS,
    scopes: &[("integration", Test::is("k.integration_id"))],
    sort: "id",
    ..Listing::EMPTY
};

const COLUMNS: [Column; 9] = [
    Column::text("id", "ID", "k.id::text").sorted_number("k.id").tested(Test::is("k.id")).look("meta"),
    Column::text("name", "Name", "k.title")
        .tested(Test::text("k.title"))
        .opens()
        .phone(Phone::Lead)
        .look("strong"),
    Column::of(Kind::State("''", state), "status", "Status", "k.status")
        .tested(Test::OneOf(&[
            Choice("queued", "Queued", "k.status = 'queued'"),
            Choice("running", "Running", "k.status = 'running'"),
            Choice("completed", "Completed", "k.status = 'completed'"),
            Choice("completed with errors", "Completed with errors", "k.status = 'completed with errors'"),
            Choice("failed", "Failed", "k.status = 'failed'"),
            Choice("cancelled", "Cancelled", "k.status = 'cancelled'"),
        ]))
        .phone(Phone::LeadEnd),
    Column::text("message", "Message", "k.message").phone(Phone::Line).look("soft clip"),
    Column::text("started-by", "Started by", "coalesce(u.name, 'Schedule')").phone(Phone::Labelled),
    Column::ago("created-at", "Created At", "k.queued_at")
        .tested(Test::Time("k.queued_at"))
        .phone(Phone::Labelled),
    Column::of(Kind::Clock, "started-at", "Started At", "k.started_at"),
    Column::of(Kind::Clock, "stopped-at", "Stopped At", "k.finished_at"),
    Column::of(
        Kind::Span,
        "took",
        "Took",
        "extract(epoch from coalesce(k.finished_at, now()) - k.started_at)::float8",
    )
    .phone(Phone::Labelled),
];

/// How a job stands.
pub fn state(key: &str, _: &str) -> (String, Meaning) {
    let status = Status::from_key(key);
    let meaning = match status {
        Status::Queued | Status::Cancelled => Meaning::Neutral,
        Status::Running => Meaning::Live,
        Status::Completed => Meaning::Good,
        Status::CompletedWithErrors => Meaning::Warning,
        Status::Failed => Meaning::Bad,
    };
    (status.word().to_owned(), meaning)
}
