//! The list of jobs, and the list of the lines of a job's log.

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
    joins: "left join users u on u.id = k.requested_by left join channels c on c.id = k.channel_id",
    columns: &COLUMNS,
    scopes: &[("integration", Test::is("k.integration_id"))],
    sort: "id",
    ..Listing::EMPTY
};

const COLUMNS: [Column; 12] = [
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
    Column::of(Kind::Done, "progress", "Progress", "job_percent(k.id, k.status)").phone(Phone::Labelled),
    Column::of(Kind::Tag, "kind", "Kind", KIND)
        .tested(Test::OneOf(&[
            Choice("sync", "Sync", "k.kind = 'sync'"),
            Choice("record", "Single record", "k.kind = 'record'"),
            Choice("preview", "Preview", "k.kind = 'preview'"),
            Choice("clearing", "Deletion", "k.kind = 'clearing'"),
            Choice("notice", "Notice", "k.kind = 'notice'"),
            Choice("assign", "Assignment", "k.kind = 'assign'"),
            Choice("tag", "Tagging", "k.kind = 'tag'"),
            Choice("reseal", "Change of keys", "k.kind = 'reseal'"),
            Choice("delivery", "Webhook", "k.kind = 'delivery'"),
        ]))
        .phone(Phone::Labelled),
    Column::of(Kind::Link("/channels", "c.id"), "channel", "Channel", "c.name")
        .tested(Test::is("k.channel_id"))
        .phone(Phone::Labelled),
    Column::text("message", "Message", "k.message").phone(Phone::Line).look("soft clip"),
    Column::text("started-by", "Started by", "coalesce(u.name, 'Schedule')").phone(Phone::Labelled),
    Column::ago("created-at", "Created At", "k.queued_at")
        .tested(Test::Time("k.queued_at"))
        .phone(Phone::Labelled),
    Column::of(Kind::Clock, "started-at", "Started At", "k.started_at").tested(Test::Time("k.started_at")),
    Column::of(Kind::Clock, "stopped-at", "Stopped At", "k.finished_at").tested(Test::Time("k.finished_at")),
    Column::of(
        Kind::Span,
        "took",
        "Took",
        "extract(epoch from coalesce(k.finished_at, now()) - k.started_at)::float8",
    )
    .phone(Phone::Labelled),
];

/// The word for a kind; one that has none yet is called by its key.
const KIND: &str = "case k.kind when 'record' then 'Single record' when 'clearing' then 'Deletion'
        when 'assign' then 'Assignment' when 'tag' then 'Tagging' when 'reseal' then 'Change of keys' when 'delivery' then 'Webhook'
        else initcap(k.kind) end";

/// The lines of a job's log, the newest first.
pub static LOG: Listing = Listing {
    name: "job-log",
    title: "Log",
    one: "line",
    many: "lines",
    table: "job_log",
    columns: &LINES,
    scopes: &[("job", Test::is("k.job_id"))],
    sort: "time",
    ..Listing::EMPTY
};

const LINES: [Column; 4] = [
    Column::of(Kind::Clock, "time", "Time", "k.at").sorted_number("k.id").phone(Phone::LeadEnd),
    Column::of(Kind::State("''", level), "level", "Level", "k.level")
        .tested(Test::OneOf(&[
            Choice("warning", "Warning", "k.level = 'warning'"),
            Choice("error", "Error", "k.level = 'error'"),
            Choice("loud", "Warnings and errors", "k.level <> 'info'"),
            Choice("info", "Info", "k.level = 'info'"),
        ]))
        .phone(Phone::Lead),
    Column::text("source", "From", "k.source").tested(Test::text("k.source")).phone(Phone::Labelled),
    Column::text("message", "Message", "k.message")
        .tested(Test::text("k.message"))
        .phone(Phone::Line)
        .look("cause"),
];

fn level(key: &str, _: &str) -> (String, Meaning) {
    let (word, meaning) = match key {
        "warning" => ("Warning", Meaning::Warning),
        "error" => ("Error", Meaning::Bad),
        _ => ("Info", Meaning::Neutral),
    };
    (word.to_owned(), meaning)
}

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
