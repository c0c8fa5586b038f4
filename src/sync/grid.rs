//! The list of integrations, each with how it is; and what became of its connectors, job by job.

use crate::base::listing::{Choice, Column, Kind, Listing, Meaning, Phone, Test};

/// Integrations by name.
pub static INTEGRATIONS: Listing = Listing {
    name: "integrations",
    title: "Integrations",
    one: "integration",
    many: "integrations",
    at: "/integrations",
    table: "(select i.id, i.name, i.channel_id, i.owner_id, i.last_synced_at, c.name as channel, c.active,
        case when c.active and c.clearing is null and i.paused_at is null and i.paused_why is null
            and coalesce(i.interval_seconds, 1) > 0 then i.next_sync_at end as next_sync_at,
        case when not c.active then 'inactive' when i.stranger_since is not null then 'stranger'
            when i.paused_why is not null then 'refused' when i.paused_at is not null then 'paused'
            else (select j.status from jobs j where j.integration_id = i.id and j.kind = 'sync' and j.finished_at is not null
                and j.status <> 'cancelled' order by j.id desc limit 1) end as health
        from integrations i join channels c on c.id = i.channel_id)",
    joins: "left join users u on u.id = k.owner_id",
    columns: &COLUMNS,
    sort: "name",
    ..Listing::EMPTY
};

const COLUMNS: [Column; 8] = [
    Column::text("name", "Name", "k.name")
        .sorted("lower(k.name)")
        .tested(Test::text("k.name"))
        .opens()
        .phone(Phone::Lead)
        .look("strong"),
    Column::of(Kind::Tag, "type", "Type", "'Magento'").phone(Phone::Line),
    Column::of(Kind::State("''", crate::crm::channels::state), "status", "Status", "k.active::text")
        .sorted("(case when k.active then 'active' else 'inactive' end)")
        .tested(Test::OneOf(&[
            Choice("active", "Active", "k.active"),
            Choice("inactive", "Inactive", "not k.active"),
        ]))
        .phone(Phone::LeadEnd),
    Column::of(Kind::Link("/channels", "k.channel_id"), "channel", "Channel", "k.channel")
        .phone(Phone::Labelled),
    Column::of(Kind::State("''", health), "health", "Health", "coalesce(k.health, 'new')")
        .tested(Test::OneOf(&[
            Choice("healthy", "Healthy", "k.health = 'completed'"),
            Choice(
                "trouble",
                "In trouble",
                "k.health in ('failed', 'completed with errors', 'refused', 'stranger')",
            ),
            Choice("resting", "Resting", "k.health in ('inactive', 'paused')"),
            Choice("new", "First sync to come", "k.health is null"),
        ]))
        .phone(Phone::Labelled),
    Column::ago("next-sync", "Next sync", "k.next_sync_at").phone(Phone::Labelled).look("soft"),
    Column::ago("last-sync", "Last sync", "k.last_synced_at")
        .sorted_time("k.last_synced_at")
        .phone(Phone::Labelled)
        .look("soft"),
    Column::text("owner", "Owner", "u.name").phone(Phone::Labelled),
];

/// How an integration is: by what holds it up, else by how its last sync ended.
#[must_use]
pub fn health(key: &str, _: &str) -> (String, Meaning) {
    let (word, meaning) = match key {
        "inactive" => ("Channel inactive", Meaning::Neutral),
        "paused" => ("Paused", Meaning::Neutral),
        "stranger" => ("Another store?", Meaning::Bad),
        "refused" => ("Needs you", Meaning::Bad),
        "failed" => ("Failing", Meaning::Bad),
        "completed with errors" => ("With errors", Meaning::Warning),
        "completed" => ("Healthy", Meaning::Good),
        _ => ("First sync to come", Meaning::Neutral),
    };
    (word.to_owned(), meaning)
}

/// What became of each connector of each job, the newest first.
pub static STATUSES: Listing = Listing {
    name: "statuses",
    title: "Statuses",
    one: "status",
    many: "statuses",
    table: "job_connectors",
    joins: "join jobs j on j.id = k.job_id",
    columns: &STATUS_COLUMNS,
    scopes: &[("integration", Test::is("k.integration_id"))],
    sort: "created-at",
    ..Listing::EMPTY
};

const STATUS_COLUMNS: [Column; 11] = [
    Column::of(Kind::State("''", connector), "status", "Status", "k.state")
        .tested(Test::OneOf(&[
            Choice("completed", "Completed", "k.state = 'completed'"),
            Choice("failed", "Failed", "k.state = 'failed'"),
            Choice("running", "Running", "k.state = 'running'"),
            Choice("skipped", "Not needed", "k.state = 'skipped'"),
            Choice("waiting", "Waiting", "k.state = 'waiting'"),
        ]))
        .phone(Phone::LeadEnd),
    Column::text("connector", "Connector", "k.connector")
        .tested(Test::text("k.connector"))
        .phone(Phone::Lead)
        .look("strong"),
    Column::text("message", "Message", "k.message")
        .tested(Test::text("k.message"))
        .phone(Phone::Line)
        .look("cause"),
    Column::of(Kind::Count, "read", "Read", "k.read").phone(Phone::Labelled),
    Column::of(Kind::Count, "created", "Created", "k.created").phone(Phone::Labelled),
    Column::of(Kind::Count, "updated", "Updated", "k.updated").phone(Phone::Labelled),
    Column::of(Kind::Count, "removed", "Removed", "k.removed").extra(),
    Column::of(Kind::Count, "conflicts", "Conflicts", "k.conflicts").extra(),
    Column::of(Kind::Count, "failed", "Failed", "k.failed").phone(Phone::Labelled),
    Column::of(Kind::Link("/jobs", "j.id"), "job", "Job", "'Job ' || j.id").phone(Phone::Labelled),
    Column::ago("created-at", "Created At", "coalesce(k.finished_at, k.started_at, j.queued_at)")
        .sorted_number("k.id")
        .tested(Test::Time("coalesce(k.finished_at, k.started_at)"))
        .phone(Phone::Labelled),
];

/// How a connector of a job stands.
#[must_use]
pub fn connector(key: &str, _: &str) -> (String, Meaning) {
    let (word, meaning) = match key {
        "completed" => ("Completed", Meaning::Good),
        "failed" => ("Failed", Meaning::Bad),
        "running" => ("Running", Meaning::Live),
        "waiting" => ("Waiting", Meaning::Neutral),
        _ => ("Not needed", Meaning::Neutral),
    };
    (word.to_owned(), meaning)
}
