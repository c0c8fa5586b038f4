//! Many subscribers at once: which of them a click would change.

use sqlx::{PgPool, QueryBuilder};

use super::{LISTING, Status};
use crate::base::listing::Chosen;

/// Whose store can be told: it still has them, and takes changes.
const CAN_BE: &str =
    "n.removed_at is null and coalesce(i.two_way, false) and i.store ->> 'bridge_version' is not null";

/// Those of many who do not stand so yet.
#[derive(Debug)]
pub struct ToChange {
    /// Who can be changed, the first so many.
    pub ids: Vec<i64>,
    /// How many more of them there are.
    pub left: i64,
    /// Who cannot be changed.
    pub refused: i64,
}

/// Who of the chosen would be changed to this, `most` of them.
///
/// # Errors
/// From the database.
pub async fn to_change(
    pool: &PgPool,
    chosen: &Chosen,
    to: Status,
    most: i64,
) -> Result<ToChange, sqlx::Error> {
    let begun = |select: String| {
        let from = "from newsletter_subscribers n left join integrations i on i.channel_id = n.channel_id";
        let mut query = QueryBuilder::new(format!("select {select} {from} where n.status <> "));
        query.push_bind(to.number()).push(" and ");
        LISTING.push_chosen(&mut query, "n.id", chosen);
        query
    };
    let mut count =
        begun(format!("count(*) filter (where {CAN_BE}), count(*) filter (where not ({CAN_BE}))"));
    let (can, refused): (i64, i64) = count.build_query_as().fetch_one(pool).await?;
    let mut these = begun("n.id".to_owned());
    these.push(format!(" and {CAN_BE} order by n.id limit ")).push_bind(most);
    let ids: Vec<i64> = these.build_query_scalar().fetch_all(pool).await?;
    let taken = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    Ok(ToChange { ids, left: (can - taken).max(0), refused })
}
