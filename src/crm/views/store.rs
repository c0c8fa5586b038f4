//! Every query of the tables `saved_views` and `default_views`.

use sqlx::{PgConnection, PgPool};

use super::View;
use crate::base::db::OnConstraint;

/// Why a view could not be saved.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// Its maker has another one of this name.
    #[error("You have a view of this name for this list.")]
    NameTaken,
    /// The database.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// The views of a list that this user sees: their own and the shared ones, by name.
///
/// # Errors
/// From the database.
pub async fn of_list(pool: &PgPool, list: &str, user: i64) -> Result<Vec<View>, sqlx::Error> {
    sqlx::query_as!(
        View,
        "select id, list, name, user_id, shared, query from saved_views
         where list = $1 and (shared or user_id = $2) order by lower(name), id",
        list,
        user
    )
    .fetch_all(pool)
    .await
}

/// One view.
///
/// # Errors
/// From the database.
pub async fn find(pool: &PgPool, id: i64) -> Result<Option<View>, sqlx::Error> {
    sqlx::query_as!(View, "select id, list, name, user_id, shared, query from saved_views where id = $1", id)
        .fetch_optional(pool)
        .await
}

/// Makes a view.
///
/// # Errors
/// [`ViewError::NameTaken`].
pub async fn insert(db: &mut PgConnection, view: &View) -> Result<i64, ViewError> {
    sqlx::query_scalar!(
        "insert into saved_views (list, name, user_id, shared, query) values ($1, $2, $3, $4, $5) returning id",
        view.list,
        view.name,
        view.user_id,
        view.shared,
        view.query
    )
    .fetch_one(db)
    .await
    .on_constraint("saved_views_name_key", || ViewError::NameTaken)
}

/// Gives a view another name, and shares it or does no more.
///
/// # Errors
/// [`ViewError::NameTaken`].
pub async fn rename(db: &mut PgConnection, id: i64, name: &str, shared: bool) -> Result<(), ViewError> {
    sqlx::query!(
        "update saved_views set name = $2, shared = $3, updated_at = now() where id = $1",
        id,
        name,
        shared
    )
    .execute(db)
    .await
    .map(drop)
    .on_constraint("saved_views_name_key", || ViewError::NameTaken)
}

/// Keeps another state under the same name.
///
/// # Errors
/// From the database.
pub async fn keep_state(pool: &PgPool, id: i64, query: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("update saved_views set query = $2, updated_at = now() where id = $1", id, query)
        .execute(pool)
        .await?;
    Ok(())
}

/// Deletes a view; whoever had it by default has none.
///
/// # Errors
/// From the database.
pub async fn delete(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from saved_views where id = $1", id).execute(db).await?;
    Ok(())
}

/// What a list shows this user by default, if they still see it.
///
/// # Errors
/// From the database.
pub async fn default_of(pool: &PgPool, list: &str, user: i64) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select d.view_id from default_views d join saved_views v on v.id = d.view_id
         where d.list = $1 and d.user_id = $2 and (v.shared or v.user_id = $2)",
        list,
        user
    )
    .fetch_optional(pool)
    .await
}

/// Sets what a list shows this user by default; `None` = all of it.
///
/// # Errors
/// From the database.
pub async fn set_default(pool: &PgPool, list: &str, user: i64, view: Option<i64>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with gone as (delete from default_views where user_id = $1 and list = $2 and $3::bigint is null)
         insert into default_views (user_id, list, view_id) select $1, $2, $3 where $3::bigint is not null
         on conflict (user_id, list) do update set view_id = excluded.view_id",
        user,
        list,
        view
    )
    .execute(pool)
    .await?;
    Ok(())
}
