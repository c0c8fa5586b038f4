//! Rows of a list that something is to be done with: those that are ticked, or all that the filters let through.

use serde::{Deserialize, Serialize};
use sqlx::{PgPool, Postgres, QueryBuilder};

use super::{Listing, Wanted};

/// Rows of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Chosen {
    /// These, by their ids.
    These(Vec<i64>),
    /// All that these filters let through.
    All(Wanted),
}

impl Listing {
    /// The ids of the chosen, the first so many.
    ///
    /// # Errors
    /// From the database.
    pub async fn chosen_ids(
        &self,
        pool: &PgPool,
        chosen: &Chosen,
        most: i64,
    ) -> Result<Vec<i64>, sqlx::Error> {
        let mut query = QueryBuilder::new(format!("select {} from {} k where ", self.id, self.table));
        self.push_chosen(&mut query, self.id, chosen);
        query.push(format!(" order by {} limit ", self.id)).push_bind(most);
        query.build_query_scalar().fetch_all(pool).await
    }

    /// Adds the condition that `what`, an id of the list's table, is among the chosen.
    pub fn push_chosen(&self, query: &mut QueryBuilder<Postgres>, what: &str, chosen: &Chosen) {
        match chosen {
            Chosen::These(ids) => {
                query.push(format!("{what} = any(")).push_bind(ids.clone()).push(")");
            }
            Chosen::All(wanted) => {
                query.push(format!("{what} in (select {} from {} k where true", self.id, self.table));
                self.narrow(query, wanted);
                query.push(")");
            }
        }
    }
}
