//! Every row of a list, one after the other, without holding them: what an export writes.

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use sqlx::{PgConnection, Postgres, QueryBuilder};

use super::{Column, Listing, Row, Sort, Wanted};

impl Listing {
    /// The query of [`Listing::every`].
    #[must_use]
    pub fn export(
        &self,
        wanted: &Wanted,
        columns: &[&Column],
        (sort, descending): (Sort, bool),
    ) -> QueryBuilder<Postgres> {
        let (by, id) = (sort.by, self.id);
        let mut query = QueryBuilder::new(format!(
            "select {} from (select k.* from {} k where true",
            self.select_of(columns),
            self.table
        ));
        self.narrow(&mut query, wanted);
        let way = if descending { "desc" } else { "asc" };
        query.push(format!(") k {} order by {by} {way} nulls last, {id} {way}", self.joins));
        query
    }

    /// All rows of an export's query, as the database sends them.
    pub fn every<'a>(
        query: &'a mut QueryBuilder<Postgres>,
        columns: &'a [&'static Column],
        db: &'a mut PgConnection,
    ) -> BoxStream<'a, Result<Row, sqlx::Error>> {
        query.build().fetch(db).map(move |row| Row::read(&row?, 0, columns)).boxed()
    }
}
