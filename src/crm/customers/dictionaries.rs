//! What customers refer to by number: websites, stores, groups, countries and regions of a channel.

use sqlx::{PgConnection, PgPool};

/// A website of a store.
#[derive(Debug, Clone)]
pub struct Website {
    /// The store's id of it.
    pub website_id: i64,
    /// Short name; may be empty.
    pub code: String,
    /// As people know it.
    pub name: String,
}

/// A store view.
#[derive(Debug, Clone)]
pub struct Store {
    /// The store's id of it.
    pub store_id: i64,
    /// The website it belongs to.
    pub website_id: Option<i64>,
    /// Short name.
    pub code: String,
    /// As people know it.
    pub name: String,
}

/// A customer group.
#[derive(Debug, Clone)]
pub struct Group {
    /// The store's id of it.
    pub group_id: i64,
    /// As people know it.
    pub name: String,
}

/// A country.
#[derive(Debug, Clone)]
pub struct Country {
    /// ISO 3166 alpha-2.
    pub country_id: String,
    /// As people know it.
    pub name: String,
}

/// A region of a country.
#[derive(Debug, Clone)]
pub struct Region {
    /// The country it lies in.
    pub country_id: String,
    /// The store's own number of it.
    pub region_id: i64,
    /// Short name.
    pub code: String,
    /// As people know it.
    pub name: String,
}

/// The store views of a website: its orders, carts, memos and subscribers are asked for by them.
///
/// # Errors
/// From the database.
pub async fn stores_of(pool: &PgPool, channel: i64, website: i64) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select store_id from stores where channel_id = $1 and website_id = $2 order by store_id",
        channel,
        website
    )
    .fetch_all(pool)
    .await
}

/// What taking a dictionary over did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Saved {
    /// New here.
    pub created: i64,
    /// Different from what was stored.
    pub updated: i64,
}

impl Saved {
    fn of(created: &[bool]) -> Self {
        let new = created.iter().filter(|created| **created).count();
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        Self { created: count(new), updated: count(created.len() - new) }
    }
}

impl std::ops::Add for Saved {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { created: self.created + other.created, updated: self.updated + other.updated }
    }
}

/// Takes the websites over; how many of them were new or different. One that the store no longer lists stays, because
/// customers may refer to it.
///
/// # Errors
/// From the database.
pub async fn save_websites(
    db: &mut PgConnection,
    channel: i64,
    rows: &[Website],
) -> Result<Saved, sqlx::Error> {
    let ids: Vec<i64> = rows.iter().map(|row| row.website_id).collect();
    let codes: Vec<String> = rows.iter().map(|row| row.code.clone()).collect();
    let names: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
    let rows = sqlx::query_scalar!(
        "insert into websites (channel_id, website_id, code, name)
         select $1, t.id, t.code, t.name from unnest($2::bigint[], $3::text[], $4::text[]) as t(id, code, name)
         on conflict (channel_id, website_id) do update set code = excluded.code, name = excluded.name
         where (websites.code, websites.name) is distinct from (excluded.code, excluded.name)
         returning (xmax = 0) as \"created!\"",
        channel,
        &ids,
        &codes,
        &names,
    )
    .fetch_all(db)
    .await?;
    Ok(Saved::of(&rows))
}

/// Takes the store views over.
///
/// # Errors
/// From the database.
pub async fn save_stores(db: &mut PgConnection, channel: i64, rows: &[Store]) -> Result<Saved, sqlx::Error> {
    let ids: Vec<i64> = rows.iter().map(|row| row.store_id).collect();
    let websites: Vec<Option<i64>> = rows.iter().map(|row| row.website_id).collect();
    let codes: Vec<String> = rows.iter().map(|row| row.code.clone()).collect();
    let names: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
    let rows = sqlx::query_scalar!(
        "insert into stores (channel_id, store_id, website_id, code, name)
         select $1, t.id, t.website, t.code, t.name
         from unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[]) as t(id, website, code, name)
         on conflict (channel_id, store_id) do update
            set website_id = excluded.website_id, code = excluded.code, name = excluded.name
         where (stores.website_id, stores.code, stores.name)
            is distinct from (excluded.website_id, excluded.code, excluded.name)
         returning (xmax = 0) as \"created!\"",
        channel,
        &ids,
        &websites as _,
        &codes,
        &names,
    )
    .fetch_all(db)
    .await?;
    Ok(Saved::of(&rows))
}

/// Takes the customer groups over.
///
/// # Errors
/// From the database.
pub async fn save_groups(db: &mut PgConnection, channel: i64, rows: &[Group]) -> Result<Saved, sqlx::Error> {
    let ids: Vec<i64> = rows.iter().map(|row| row.group_id).collect();
    let names: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
    let rows = sqlx::query_scalar!(
        "insert into customer_groups (channel_id, group_id, name)
         select $1, t.id, t.name from unnest($2::bigint[], $3::text[]) as t(id, name)
         on conflict (channel_id, group_id) do update set name = excluded.name
         where customer_groups.name is distinct from excluded.name
         returning (xmax = 0) as \"created!\"",
        channel,
        &ids,
        &names,
    )
    .fetch_all(db)
    .await?;
    Ok(Saved::of(&rows))
}

/// Takes the countries over.
///
/// # Errors
/// From the database.
pub async fn save_countries(
    db: &mut PgConnection,
    channel: i64,
    rows: &[Country],
) -> Result<Saved, sqlx::Error> {
    let ids: Vec<String> = rows.iter().map(|row| row.country_id.clone()).collect();
    let names: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
    let rows = sqlx::query_scalar!(
        "insert into countries (channel_id, country_id, name)
         select $1, t.id, t.name from unnest($2::text[], $3::text[]) as t(id, name)
         on conflict (channel_id, country_id) do update set name = excluded.name
         where countries.name is distinct from excluded.name
         returning (xmax = 0) as \"created!\"",
        channel,
        &ids,
        &names,
    )
    .fetch_all(db)
    .await?;
    Ok(Saved::of(&rows))
}

/// Takes the regions over.
///
/// # Errors
/// From the database.
pub async fn save_regions(
    db: &mut PgConnection,
    channel: i64,
    rows: &[Region],
) -> Result<Saved, sqlx::Error> {
    let countries: Vec<String> = rows.iter().map(|row| row.country_id.clone()).collect();
    let ids: Vec<i64> = rows.iter().map(|row| row.region_id).collect();
    let codes: Vec<String> = rows.iter().map(|row| row.code.clone()).collect();
    let names: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
    let rows = sqlx::query_scalar!(
        "insert into regions (channel_id, country_id, region_id, code, name)
         select $1, t.country, t.id, t.code, t.name
         from unnest($2::text[], $3::bigint[], $4::text[], $5::text[]) as t(country, id, code, name)
         on conflict (channel_id, country_id, region_id) do update set code = excluded.code, name = excluded.name
         where (regions.code, regions.name) is distinct from (excluded.code, excluded.name)
         returning (xmax = 0) as \"created!\"",
        channel,
        &countries,
        &ids,
        &codes,
        &names,
    )
    .fetch_all(db)
    .await?;
    Ok(Saved::of(&rows))
}
