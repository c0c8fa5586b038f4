//! The list of integrations, each with how its last job ended.

use crate::base::listing::{Choice, Column, Kind, Listing, Meaning, Phone, Test};
use crate::jobs;

/// Integrations by name.
pub static INTEGRATIONS: Listing = Listing {
    name: "integrations",
    title: "Integrations",
    one: "integration",
    many: "integrations",
    at: "/integrations",
    table: "(select i.id, i.name, i.channel_id, i.owner_id, i.last_synced_at, c.name as channel, c.active,
        (select j.status from jobs j where j.integration_id = i.id order by j.id desc limit 1) as last_status
        from integrations i join channels c on c.id = i.channel_id)",
    joins: "left join users u on u.id = k.owner_id",
    columns: &COLUMNS,
    sort: "name",
    ..Listing::EMPTY
};

const COLUMNS: [Column; 7] = [
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
    Column::of(Kind::State("''", last_job), "last-job", "Last job", "k.last_status").phone(Phone::Labelled),
    Column::ago("last-sync", "Last sync", "k.last_synced_at")
        .sorted_time("k.last_synced_at")
        .phone(Phone::Labelled)
        .look("soft"),
    Column::text("owner", "Owner", "u.name").phone(Phone::Labelled),
];

fn last_job(key: &str, _: &str) -> (String, Meaning) {
    if key.is_empty() { (String::new(), Meaning::Neutral) } else { jobs::state(key, "") }
}
