//! What people say about themselves.

use sqlx::PgConnection;

use super::Look;
use super::store::UserError;

/// A profile as it was typed.
#[derive(Debug, Clone)]
pub struct ProfileEdit {
    /// As the others know them.
    pub name: String,
    /// The name that the form showed.
    pub shown_name: String,
    /// How they want the pages.
    pub look: Look,
}

/// Saves what somebody says about themselves.
///
/// # Errors
/// [`UserError::ChangedMeanwhile`] when somebody else gave them another name meanwhile; or from the database.
pub async fn save_profile(db: &mut PgConnection, id: i64, edit: &ProfileEdit) -> Result<(), UserError> {
    let saved = sqlx::query!(
        "update users set name = $2, time_zone = $4, date_format = $5, theme = $6,
            -- only the name is on the administrators' form
            updated_at = case when name = $2 then updated_at else clock_timestamp() end
         where id = $1 and name in ($2, $3)",
        id,
        edit.name,
        edit.shown_name,
        edit.look.zone.name(),
        edit.look.dates.key(),
        edit.look.theme.key(),
    )
    .execute(db)
    .await?;
    if saved.rows_affected() == 0 { Err(UserError::ChangedMeanwhile) } else { Ok(()) }
}
