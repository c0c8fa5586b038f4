//! A tag put on many records, or taken off them.

use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, QueryBuilder};

use super::MOST;
use super::store::forget_unused;
use crate::base::listing::{Chosen, Listing};
use crate::crm::records::{RecordKind, STRETCH, owned_list};

/// What is done with a tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tagging {
    /// The tag.
    pub name: String,
    /// It is taken off.
    pub off: bool,
    /// Whose wish it is.
    pub by: i64,
}

impl Tagging {
    /// Does it to the chosen records of a kind; of `after`, to those among the next [`STRETCH`] ids. Returns how many have the
    /// tag that had it not, or the other way round. Those with as many tags as they may have are passed by.
    ///
    /// # Errors
    /// From the database.
    pub async fn apply(
        &self,
        db: &mut PgConnection,
        kind: RecordKind,
        chosen: &Chosen,
        after: Option<i64>,
    ) -> Result<u64, sqlx::Error> {
        let Some(list) = owned_list(kind) else { return Ok(0) };
        let which = Which { kind, list, chosen, after };
        if self.off { self.take_off(db, which).await } else { self.put_on(db, which).await }
    }

    async fn put_on(&self, db: &mut PgConnection, which: Which<'_>) -> Result<u64, sqlx::Error> {
        // as for one record: the row is told and held
        let tag = sqlx::query_scalar!(
            "insert into tags (name) values ($1::text::citext) on conflict (name) do update set name = tags.name returning id",
            self.name
        );
        let tag = tag.fetch_one(&mut *db).await?;
        let channel = if which.kind == RecordKind::Account { "null::bigint" } else { "p.channel_id" };
        let mut query = QueryBuilder::new(
            "insert into record_tags (record, record_id, tag_id, channel_id, user_id) select ",
        );
        query.push_bind(which.kind.key()).push(", p.id, ").push_bind(tag);
        query.push(format!(", {channel}, ")).push_bind(self.by);
        query.push(format!(" from {} p where ", which.list.table));
        which.push(&mut query);
        query.push(" and (select count(*) from record_tags r where r.record_id = p.id and r.record = ");
        query.push_bind(which.kind.key()).push(") < ").push_bind(MOST);
        query.push(" order by p.id for key share on conflict do nothing");
        let put = query.build().execute(&mut *db).await?.rows_affected();
        forget_unused(db, tag).await?;
        Ok(put)
    }

    async fn take_off(&self, db: &mut PgConnection, which: Which<'_>) -> Result<u64, sqlx::Error> {
        let tag =
            sqlx::query_scalar!("select id from tags where name = $1::text::citext for update", self.name);
        let Some(tag) = tag.fetch_optional(&mut *db).await? else { return Ok(0) };
        let mut query = QueryBuilder::new("delete from record_tags r where r.tag_id = ");
        query.push_bind(tag).push(" and r.record = ").push_bind(which.kind.key());
        query.push(format!(" and r.record_id in (select p.id from {} p where ", which.list.table));
        which.push(&mut query);
        query.push(")");
        let taken = query.build().execute(&mut *db).await?.rows_affected();
        forget_unused(db, tag).await?;
        Ok(taken)
    }
}

/// Which rows are meant.
#[derive(Clone, Copy)]
struct Which<'a> {
    kind: RecordKind,
    list: &'static Listing,
    chosen: &'a Chosen,
    after: Option<i64>,
}

impl Which<'_> {
    /// The condition; the row is `p`.
    fn push(self, query: &mut QueryBuilder<sqlx::Postgres>) {
        if let Some(after) = self.after {
            query.push("p.id > ").push_bind(after);
            query.push(" and p.id <= ").push_bind(after.saturating_add(STRETCH)).push(" and ");
        }
        self.list.push_chosen(query, "p.id", self.chosen);
    }
}
