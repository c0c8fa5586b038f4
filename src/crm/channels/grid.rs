//! The list of channels.

use crate::base::listing::{Choice, Column, Kind, Listing, Meaning, Phone, Test};

/// Channels by name.
pub static LISTING: Listing = Listing {
    name: "channels",
    title: "Channels",
    one: "channel",
    many: "channels",
    at: "/channels",
    table: "channels",
    joins: "left join integrations i on i.channel_id = k.id
        left join users u on u.id = coalesce(i.owner_id, k.owner_id)",
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
    Column::of(Kind::Tag, "channel-type", "Channel Type", "initcap(k.channel_type)")
        .sorted("k.channel_type")
        .tested(Test::OneOf(&[
            Choice("magento", "Magento", "k.channel_type = 'magento'"),
            Choice("custom", "Custom", "k.channel_type = 'custom'"),
        ]))
        .phone(Phone::Line),
    Column::of(
        Kind::State("''", state),
        "status",
        "Status",
        "case when k.clearing = 'channel' then 'deleting' else k.active::text end",
    )
    .sorted("(case when k.active then 'active' else 'inactive' end)")
    .tested(Test::OneOf(&[
        Choice("active", "Active", "k.active"),
        Choice("inactive", "Inactive", "not k.active"),
    ]))
    .phone(Phone::LeadEnd),
    Column::text("integration", "Integration", "i.name").phone(Phone::Labelled),
    Column::ago("last-sync", "Last sync", "i.last_synced_at").phone(Phone::Labelled).look("soft"),
    Column::text("owner", "Owner", "u.name").phone(Phone::Labelled),
    // more than this nobody counts for a list
    Column::text(
        "customers",
        "Customers",
        "(select case when count(*) > 10000 then 'over 10,000' else trim(to_char(count(*), '99,999')) end
            from (select 1 from customers p where p.channel_id = k.id limit 10001) few)",
    )
    .phone(Phone::Labelled)
    .look("num"),
];

/// Whether data comes in: what Postgres says of a boolean, or that the channel is on its way out.
pub fn state(active: &str, _: &str) -> (String, Meaning) {
    let (word, meaning) = match active {
        "true" => ("Active", Meaning::Good),
        "deleting" => ("Being deleted", Meaning::Live),
        _ => ("Inactive", Meaning::Neutral),
    };
    (word.to_owned(), meaning)
}
