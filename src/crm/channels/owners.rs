//! Whose channels and integrations are, seen from the owner.

use sqlx::PgConnection;

/// What somebody owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owned {
    /// Channels, by id and name: those whose integration is theirs, and those without one that are.
    pub channels: Vec<(i64, String)>,
}

impl Owned {
    /// Nothing.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.channels.is_empty()
    }

    /// "John & Sons, Fair".
    #[must_use]
    pub fn names(&self) -> String {
        self.channels.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// What a user owns.
///
/// # Errors
/// From the database.
pub async fn owned_by(db: &mut PgConnection, user: i64) -> Result<Owned, sqlx::Error> {
    let rows = sqlx::query!(
        "select c.id, c.name from channels c left join integrations i on i.channel_id = c.id
         where coalesce(i.owner_id, c.owner_id) = $1 order by lower(c.name), c.id",
        user
    )
    .fetch_all(db)
    .await?;
    Ok(Owned { channels: rows.into_iter().map(|row| (row.id, row.name)).collect() })
}

/// Gives all channels and integrations of one user to another.
///
/// # Errors
/// From the database.
pub async fn hand_over(db: &mut PgConnection, from: i64, to: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("update integrations set owner_id = $2, updated_at = now() where owner_id = $1", from, to)
        .execute(&mut *db)
        .await?;
    sqlx::query!("update channels set owner_id = $2, updated_at = now() where owner_id = $1", from, to)
        .execute(db)
        .await?;
    Ok(())
}
