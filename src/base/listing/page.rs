//! Pages of a list by keyset.
//!
//! A page's rows are found in the table alone, by its filters and its order; only these few then go through the list's
//! joins.

use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgPool, Postgres, QueryBuilder, Row as _};

use super::path::Path;
use super::stretch::{Part, fits, parts};
use super::{Column, Listing, Row, Sort, Turn, Wanted};
use crate::base::keyset::{Page, Total, Way};

/// A row with what its place in the order is.
struct Placed<T> {
    row: T,
    value: Option<String>,
    id: i64,
}

impl Listing {
    /// A page of rows with these columns, and how many rows there are in all. A cursor that does not fit the order is as
    /// good as none.
    ///
    /// # Errors
    /// From the database.
    pub async fn rows(
        &self,
        pool: &PgPool,
        wanted: &Wanted,
        columns: &[&Column],
        turn: Turn<'_>,
    ) -> Result<(Page<Row>, Total), sqlx::Error> {
        let passing = self.passing(pool, wanted).await?;
        let total = passing.total;
        if total == Total::Exactly(0) {
            return Ok((Page { rows: Vec::new(), previous: None, next: None }, total));
        }
        let path = self.path(pool, wanted, turn, passing).await?;
        let select = self.select_of(columns);
        let page = self.read(pool, &select, wanted, turn, &path, |row| Row::read(row, 2, columns));
        Ok((page.await?, total))
    }

    /// The same for a list whose rows have a type of their own.
    ///
    /// # Errors
    /// From the database.
    pub async fn own_rows<T>(
        &self,
        pool: &PgPool,
        wanted: &Wanted,
        turn: Turn<'_>,
    ) -> Result<(Page<T>, Total), sqlx::Error>
    where
        T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let passing = self.passing(pool, wanted).await?;
        let total = passing.total;
        if total == Total::Exactly(0) {
            return Ok((Page { rows: Vec::new(), previous: None, next: None }, total));
        }
        let path = self.path(pool, wanted, turn, passing).await?;
        let page = self.read(pool, self.select, wanted, turn, &path, |row| T::from_row(row));
        Ok((page.await?, total))
    }

    /// The first rows of what belongs to one record, which are few enough to be sorted, with these columns.
    ///
    /// # Errors
    /// From the database.
    pub async fn few(
        &self,
        pool: &PgPool,
        wanted: &Wanted,
        columns: &[&Column],
        turn: Turn<'_>,
    ) -> Result<Page<Row>, sqlx::Error> {
        let select = self.select_of(columns);
        let path = if wanted.is_empty() { Path::Order } else { Path::Filters };
        self.read(pool, &select, wanted, turn, &path, |row| Row::read(row, 2, columns)).await
    }

    /// The same for a list whose rows have a type of their own.
    ///
    /// # Errors
    /// From the database.
    pub async fn page<T>(
        &self,
        pool: &PgPool,
        wanted: &Wanted,
        turn: Turn<'_>,
    ) -> Result<Page<T>, sqlx::Error>
    where
        T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let path = if wanted.is_empty() { Path::Order } else { Path::Filters };
        self.read(pool, self.select, wanted, turn, &path, |row| T::from_row(row)).await
    }

    /// What a row needs, in the order in which [`Row::read`] takes it.
    pub(super) fn select_of(&self, columns: &[&Column]) -> String {
        let or = |sql: &'static str, nothing: &'static str| if sql.is_empty() { nothing } else { sql };
        let fixed = format!(
            "{}, {}, {}, {}",
            self.id,
            or(self.gone, "false"),
            or(self.edited, "false"),
            or(self.tags, "'{}'::text[]")
        );
        let expressions = columns.iter().flat_map(|column| column.expressions());
        expressions.fold(fixed, |all, expression| format!("{all}, {expression}"))
    }

    async fn read<T>(
        &self,
        pool: &PgPool,
        select: &str,
        wanted: &Wanted,
        turn: Turn<'_>,
        path: &Path,
        read: impl Fn(&PgRow) -> Result<T, sqlx::Error>,
    ) -> Result<Page<T>, sqlx::Error> {
        let from = turn.from.filter(|cursor| fits(turn.sort.kind, cursor));
        let backwards = from.is_some_and(|cursor| cursor.way == Way::Before);
        let up = turn.descending == backwards;
        let mut rows: Vec<Placed<T>> = Vec::new();
        for part in parts(turn.sort.kind, from) {
            let left = turn.size + 1 - i64::try_from(rows.len()).unwrap_or(i64::MAX);
            if left > 0 {
                let mut query = self.query(select, wanted, turn.sort, part, up, (path, left));
                for row in query.build().fetch_all(pool).await? {
                    let place = (row.try_get("sort_value")?, row.try_get("sort_id")?);
                    rows.push(Placed { row: read(&row)?, value: place.0, id: place.1 });
                }
            }
        }
        let page = Page::cut(rows, turn.size, from, |placed| (placed.value.clone(), placed.id));
        let rows = page.rows.into_iter().map(|placed| placed.row).collect();
        Ok(Page { rows, previous: page.previous, next: page.next })
    }

    fn query(
        &self,
        select: &str,
        wanted: &Wanted,
        sort: Sort,
        part: Part<'_>,
        up: bool,
        (path, limit): (&Path, i64),
    ) -> QueryBuilder<Postgres> {
        let (by, id, table) = (sort.by, self.id, self.table);
        let way = if up { "asc" } else { "desc" };
        let mut query = QueryBuilder::new(format!(
            "select {by}::text as sort_value, {id} as sort_id, {select} from (select k.* from "
        ));
        match path {
            Path::Order => {
                query.push(format!("{table} k where true"));
                self.narrow(&mut query, wanted);
            }
            Path::Filters => {
                // "offset 0" keeps the planner from looking along the order all the same; only the page's rows are read whole
                let ids = format!("select {id} from (select k.* from {table} k where true");
                query.push(format!("{table} k where {id} = any(array({ids}"));
                self.narrow(&mut query, wanted);
                query.push(" offset 0) k where true");
                part.push(&mut query, self, sort, up);
                query.push(format!(" order by {by} {way}, {id} {way} limit ")).push_bind(limit).push("))");
            }
            Path::These(ids) => {
                query.push(format!("{table} k where {id} = any(")).push_bind(ids.clone()).push(")");
            }
        }
        part.push(&mut query, self, sort, up);
        query.push(format!(" order by {by} {way}, {id} {way} limit ")).push_bind(limit);
        query.push(format!(") k {} order by {by} {way}, {id} {way}", self.joins));
        query
    }
}
