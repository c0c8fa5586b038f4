//! The list of users.

use crate::base::listing::{Choice, Column, Kind, Listing, Meaning, Phone, Test};

/// Users by name.
pub static LISTING: Listing = Listing {
    name: "users",
    title: "Users",
    one: "user",
    many: "users",
    at: "/users",
    table: "users",
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
        .look("strong name"),
    Column::text("email", "Email", "k.email::text")
        .sorted("lower(k.email::text)")
        .tested(Test::text("k.email::text"))
        .phone(Phone::Line)
        .look("soft clip"),
    Column::of(Kind::Tag, "role", "Role", "initcap(k.role)")
        .sorted("k.role")
        .tested(Test::OneOf(&[
            Choice("administrator", "Administrator", "k.role = 'administrator'"),
            Choice("manager", "Manager", "k.role = 'manager'"),
            Choice("sales", "Sales", "k.role = 'sales'"),
            Choice("viewer", "Viewer", "k.role = 'viewer'"),
        ]))
        .phone(Phone::Labelled),
    Column::of(
        Kind::Many,
        "teams",
        "Teams",
        "array(select t.name::text from team_members m join teams t on t.id = m.team_id where m.user_id = k.id
            order by t.name)",
    )
    .tested(Test::text("t.name::text").within(
        "k.id in (select m.user_id from team_members m join teams t on t.id = m.team_id where {})",
    ))
    .phone(Phone::Labelled),
    Column::of(Kind::State("''", state), "status", "Status", "(k.disabled_at is null)::text")
        .tested(Test::OneOf(&[
            Choice("active", "Active", "k.disabled_at is null"),
            Choice("disabled", "Disabled", "k.disabled_at is not null"),
        ]))
        .phone(Phone::LeadEnd),
    Column::ago("last-sign-in", "Last sign-in", "k.last_sign_in_at")
        .sorted_time("k.last_sign_in_at")
        .phone(Phone::Labelled)
        .look("soft"),
    Column::day("created-at", "Created At", "k.created_at").sorted_time("k.created_at"),
];

fn state(active: &str, _: &str) -> (String, Meaning) {
    if active == "true" {
        ("Active".to_owned(), Meaning::Good)
    } else {
        ("Disabled".to_owned(), Meaning::Neutral)
    }
}
