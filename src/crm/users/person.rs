//! A user as those see them who say who works here.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Role;

/// A user with what administrators want to know.
#[derive(Debug, Clone)]
pub struct Person {
    /// Row id.
    pub id: i64,
    /// As the others know them.
    pub name: String,
    /// What they sign in with.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Since when they cannot come in.
    pub disabled_at: Option<DateTime<Utc>>,
    /// When they were added.
    pub created_at: DateTime<Utc>,
    /// When somebody last changed them.
    pub updated_at: DateTime<Utc>,
    /// When they last came in.
    pub last_sign_in_at: Option<DateTime<Utc>>,
    /// Their teams by name: id and name.
    pub teams: Vec<(i64, String)>,
    /// How many sessions of theirs are open.
    pub sessions: i64,
}

impl Person {
    /// May they come in?
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.disabled_at.is_none()
    }

    /// Their teams in one line.
    #[must_use]
    pub fn teams_line(&self) -> String {
        self.teams.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// A user, whether they may come in or not.
///
/// # Errors
/// From the database.
pub async fn person(db: &mut PgConnection, id: i64) -> Result<Option<Person>, sqlx::Error> {
    let row = sqlx::query!(
        "select id, name, email::text as \"email!\", role, disabled_at, created_at, updated_at, last_sign_in_at,
            (select count(*) from sessions s where s.user_id = users.id and s.expires_at > now()) as \"sessions!\"
         from users where id = $1",
        id
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let teams = sqlx::query!(
        "select t.id, t.name::text as \"name!\" from team_members m join teams t on t.id = m.team_id
         where m.user_id = $1 order by t.name",
        id
    )
    .fetch_all(db)
    .await?;
    Ok(Some(Person {
        id: row.id,
        name: row.name,
        email: row.email,
        role: Role::of_row(&row.role),
        disabled_at: row.disabled_at,
        created_at: row.created_at,
        updated_at: row.updated_at,
        last_sign_in_at: row.last_sign_in_at,
        teams: teams.into_iter().map(|team| (team.id, team.name)).collect(),
        sessions: row.sessions,
    }))
}
