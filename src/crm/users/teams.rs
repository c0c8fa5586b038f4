//! Teams: people who look after the same stores. Whoever is a manager manages what belongs to somebody of a team of theirs.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use crate::base::db::OnConstraint;
use crate::base::listing::{Column, Kind, Listing, Phone, Test};

/// A team.
#[derive(Debug, Clone)]
pub struct Team {
    /// Row id.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When somebody last changed it.
    pub updated_at: DateTime<Utc>,
}

/// Why a team could not be saved.
#[derive(Debug, thiserror::Error)]
pub enum TeamError {
    /// Another one is called so.
    #[error("Another team has this name.")]
    NameTaken,
    /// Somebody else saved between the form's opening and its saving.
    #[error("Somebody else has changed this team meanwhile.")]
    ChangedMeanwhile,
    /// The database.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Teams by name.
pub static LISTING: Listing = Listing {
    name: "teams",
    title: "Teams",
    one: "team",
    many: "teams",
    at: "/teams",
    table: "teams",
    columns: &COLUMNS,
    sort: "name",
    ..Listing::EMPTY
};

const COLUMNS: [Column; 4] =
    [
        Column::text("name", "Name", "k.name::text")
            .sorted("lower(k.name::text)")
            .tested(Test::text("k.name::text"))
            .opens()
            .phone(Phone::Lead)
            .look("strong name"),
        Column::of(
            Kind::Count,
            "members",
            "Members",
            "(select count(*) from team_members m where m.team_id = k.id)",
        )
        .phone(Phone::Labelled),
        Column::of(
            Kind::Many,
            "names",
            "Who",
            "array(select u.name from team_members m join users u on u.id = m.user_id where m.team_id = k.id
            order by lower(u.name), u.id limit 8)",
        )
        .tested(Test::text("u.name").within(
            "k.id in (select m.team_id from team_members m join users u on u.id = m.user_id where {})",
        ))
        .phone(Phone::Labelled),
        Column::day("created-at", "Created At", "k.created_at").sorted_time("k.created_at"),
    ];

/// One team.
///
/// # Errors
/// From the database.
pub async fn find(db: &mut PgConnection, id: i64) -> Result<Option<Team>, sqlx::Error> {
    sqlx::query_as!(
        Team,
        "select id, name::text as \"name!\", created_at, updated_at from teams where id = $1",
        id
    )
    .fetch_optional(db)
    .await
}

/// All teams by name, to choose from.
///
/// # Errors
/// From the database.
pub async fn list(pool: &PgPool) -> Result<Vec<(i64, String)>, sqlx::Error> {
    let rows =
        sqlx::query!("select id, name::text as \"name!\" from teams order by name").fetch_all(pool).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Who is in a team, by name: id, name, role, and whether they may come in.
///
/// # Errors
/// From the database.
pub async fn members(
    db: &mut PgConnection,
    id: i64,
) -> Result<Vec<(i64, String, super::Role, bool)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select u.id, u.name, u.role, u.disabled_at is null as \"active!\" from team_members m join users u on u.id = m.user_id
         where m.team_id = $1 order by lower(u.name), u.id",
        id
    )
    .fetch_all(db)
    .await?;
    let member = |id, name, role: &str, active| (id, name, super::Role::of_row(role), active);
    Ok(rows.into_iter().map(|row| member(row.id, row.name, &row.role, row.active)).collect())
}

/// Makes a team of these.
///
/// # Errors
/// [`TeamError::NameTaken`], or from the database.
pub async fn insert(db: &mut PgConnection, name: &str, members: &[i64]) -> Result<i64, TeamError> {
    let id = sqlx::query_scalar!("insert into teams (name) values ($1::text::citext) returning id", name)
        .fetch_one(&mut *db)
        .await
        .on_constraint("teams_name_key", || TeamError::NameTaken)?;
    fill(db, id, members).await?;
    Ok(id)
}

/// Changes a team that the form showed as it was at `shown`.
///
/// # Errors
/// [`TeamError::ChangedMeanwhile`], [`TeamError::NameTaken`], or from the database.
pub async fn change(
    db: &mut PgConnection,
    id: i64,
    shown: DateTime<Utc>,
    name: &str,
    members: &[i64],
) -> Result<(), TeamError> {
    let changed = sqlx::query!(
        "update teams set name = $3::text::citext, updated_at = clock_timestamp() where id = $1 and updated_at = $2",
        id,
        shown,
        name,
    )
    .execute(&mut *db)
    .await
    .on_constraint("teams_name_key", || TeamError::NameTaken)?;
    if changed.rows_affected() == 0 {
        return Err(TeamError::ChangedMeanwhile);
    }
    fill(db, id, members).await?;
    Ok(())
}

/// Dissolves a team; its people stay.
///
/// # Errors
/// From the database.
pub async fn delete(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from teams where id = $1", id).execute(db).await?;
    Ok(())
}

/// Puts a user into these teams and no others; one that is gone meanwhile is left out. A team's form that was opened before
/// is told of it.
///
/// # Errors
/// From the database.
pub async fn put(db: &mut PgConnection, user: i64, teams: &[i64]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with gone as (delete from team_members where user_id = $1 and team_id <> all($2) returning team_id),
         come as (insert into team_members (team_id, user_id) select id, $1 from teams where id = any($2)
            on conflict do nothing returning team_id)
         update teams set updated_at = clock_timestamp()
         where id in (select team_id from gone union all select team_id from come)",
        user,
        teams,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Puts these users into a team and no others; who cannot come in at present is not asked about, and stays. A form of theirs that was opened before is told of it.
async fn fill(db: &mut PgConnection, team: i64, members: &[i64]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with gone as (delete from team_members where team_id = $1 and user_id <> all($2)
            and user_id in (select id from users where disabled_at is null) returning user_id),
         come as (insert into team_members (team_id, user_id) select $1, id from users where id = any($2)
            on conflict do nothing returning user_id)
         update users set updated_at = clock_timestamp()
         where id in (select user_id from gone union all select user_id from come)",
        team,
        members,
    )
    .execute(db)
    .await?;
    Ok(())
}
