//! Orders, credit memos and carts: by their numbers, whole, or as far as somebody remembers them.

use sqlx::PgConnection;

use super::asked::Asked;
use super::{Group, Hit, Kind};

/// Fewer characters are the beginning, or the end, of too many numbers.
const SHORTEST_BEGINNING: usize = 3;
const SHORTEST_END: usize = 4;

/// The groups that have something.
pub(super) async fn groups(
    db: &mut PgConnection,
    asked: &Asked,
    few: i64,
) -> Result<Vec<Group>, sqlx::Error> {
    let mut groups = Vec::new();
    if let Some(number) = &asked.number {
        let number = Number::new(number);
        groups.push(cut(Kind::Order, orders(db, &number, few + 1).await?, few));
        groups.push(cut(Kind::CreditMemo, memos(db, &number, few + 1).await?, few));
    }
    if let Some(id) = asked.id {
        groups.push(cut(Kind::Cart, carts(db, id, few + 1).await?, few));
    }
    Ok(groups.into_iter().filter(|group| !group.hits.is_empty()).collect())
}

/// One more than is shown tells whether there are more.
fn cut(kind: Kind, mut hits: Vec<Hit>, few: i64) -> Group {
    let few = usize::try_from(few).unwrap_or_default();
    let total = (hits.len() <= few).then_some(i64::try_from(hits.len()).unwrap_or(i64::MAX));
    hits.truncate(few);
    Group { kind, hits, total }
}

/// A number with the patterns of its beginning and its end.
struct Number {
    whole: String,
    begun: Option<String>,
    end: Option<String>,
}

impl Number {
    fn new(number: &str) -> Self {
        let pattern = |text: &str| format!("{}%", text.replace('_', "\\_"));
        let backwards: String = number.chars().rev().collect();
        Self {
            whole: number.to_owned(),
            begun: (number.len() >= SHORTEST_BEGINNING).then(|| pattern(number)),
            end: (number.len() >= SHORTEST_END).then(|| pattern(&backwards)),
        }
    }
}

async fn orders(db: &mut PgConnection, number: &Number, few: i64) -> Result<Vec<Hit>, sqlx::Error> {
    sqlx::query_as!(
        Hit,
        "with found as (
            (select id, 0 as tier from orders where increment_id collate \"C\" like $1 limit 50)
            union all
            (select id, 1 from orders where reverse(increment_id) like $3 limit 200)
            union all
            (select id, 2 from orders where increment_id collate \"C\" like $2
             order by increment_id collate \"C\" limit 50)
         ), best as (
            select id, min(tier) as tier from found group by id
         )
         select o.id, o.increment_id as name, b.tier as \"tier!\", false as \"hidden!\", o.removed_at is not null as \"removed!\",
            concat_ws(' · ', coalesce(nullif(trim(o.first_name || ' ' || o.last_name), ''), nullif(o.email, '')), c.name)
                as \"detail!\"
         from best b join orders o on o.id = b.id join channels c on c.id = o.channel_id
         order by b.tier, o.removed_at is not null, o.remote_created_at desc, o.id limit $4",
        number.whole.replace('_', "\\_"),
        number.begun,
        number.end,
        few,
    )
    .fetch_all(db)
    .await
}

async fn memos(db: &mut PgConnection, number: &Number, few: i64) -> Result<Vec<Hit>, sqlx::Error> {
    sqlx::query_as!(
        Hit,
        "with found as (
            (select id, 0 as tier from credit_memos where increment_id collate \"C\" like $1 limit 50)
            union all
            (select id, 1 from credit_memos where reverse(increment_id) like $3 limit 200)
            union all
            (select id, 2 from credit_memos where increment_id collate \"C\" like $2
             order by increment_id collate \"C\" limit 50)
         ), best as (
            select id, min(tier) as tier from found group by id
         )
         select m.id, m.increment_id as name, b.tier as \"tier!\", false as \"hidden!\", m.removed_at is not null as \"removed!\",
            concat_ws(' · ', 'Order ' || o.increment_id, c.name) as \"detail!\"
         from best b join credit_memos m on m.id = b.id join channels c on c.id = m.channel_id
         left join orders o on o.id = m.order_id
         order by b.tier, m.removed_at is not null, m.remote_created_at desc, m.id limit $4",
        number.whole.replace('_', "\\_"),
        number.begun,
        number.end,
        few,
    )
    .fetch_all(db)
    .await
}

async fn carts(db: &mut PgConnection, id: i64, few: i64) -> Result<Vec<Hit>, sqlx::Error> {
    sqlx::query_as!(
        Hit,
        "select k.id, k.remote_id::text as \"name!\", 0 as \"tier!\", false as \"hidden!\", k.removed_at is not null as \"removed!\",
            concat_ws(' · ', coalesce(nullif(trim(k.first_name || ' ' || k.last_name), ''), nullif(k.email, '')), c.name)
                as \"detail!\"
         from carts k join channels c on c.id = k.channel_id where k.remote_id = $1
         order by k.removed_at is not null, k.remote_updated_at desc, k.id limit $2",
        id,
        few,
    )
    .fetch_all(db)
    .await
}
