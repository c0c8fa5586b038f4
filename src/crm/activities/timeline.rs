//! Everything that happened to a record and to what belongs to it, the newest first, a page at a time.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgPool;

use super::{Columns, Said};
use crate::base::keyset::{Cursor, Page, Way};
use crate::crm::changes::HistoryRow;
use crate::crm::newsletter;
use crate::crm::records::{Record, RecordKind};
use crate::crm::steps::Step;

/// Entries of a page.
pub const SIZE: i64 = 25;

/// Which entries of a timeline are meant.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only these kinds, as the database calls them; `None` = all.
    pub kinds: Option<Vec<String>>,
    /// Only since then.
    pub since: Option<DateTime<Utc>>,
    /// Only before then.
    pub until: Option<DateTime<Utc>>,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub struct TimelineRow {
    /// When.
    pub at: DateTime<Utc>,
    /// To which record: the timeline's own, or one that belongs to it.
    pub record: Record,
    /// The number of that record, where people know it by one.
    pub number: String,
    /// Who did it.
    pub user: Option<(i64, String)>,
    /// What.
    pub entry: Entry,
    nr: i64,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Entry {
    /// Somebody wrote something down.
    Said {
        /// The row.
        id: i64,
        /// What.
        said: Said,
        /// When it was last changed.
        edited_at: Option<DateTime<Utc>>,
    },
    /// A step of a follow-up.
    Step {
        /// From here …
        from: Option<Step>,
        /// … to here.
        to: Option<Step>,
        /// What the buyer said.
        feedback: String,
        /// What there is to say beside it.
        notes: String,
    },
    /// An order was placed.
    Placed {
        /// What is to be paid.
        amount: Decimal,
        /// In which currency.
        currency: String,
    },
    /// A subscription was changed here.
    Subscription {
        /// What it was.
        from: Option<newsletter::Status>,
        /// What it is to be.
        to: Option<newsletter::Status>,
        /// How the change stands, as the database says it.
        state: String,
    },
    /// What a sync or an edit did.
    History(HistoryRow),
}

/// A page of a record's timeline.
///
/// # Errors
/// From the database.
pub async fn timeline(
    pool: &PgPool,
    record: Record,
    filter: &Filter,
    from: Option<&Cursor>,
    size: i64,
) -> Result<Page<TimelineRow>, sqlx::Error> {
    let backwards = from.is_some_and(|cursor| cursor.way == Way::Before);
    let start = from.and_then(|cursor| Some((cursor.value.as_deref()?.parse::<i64>().ok()?, cursor.id)));
    let from = from.filter(|_| start.is_some());
    let (at, nr) = start.unzip();
    let rows = sqlx::query!(
        "with about as materialized (select * from what_concerns($1, $2)),
         told as (
            select a.at, a.id * 8 + 1 as nr, a.kind, a.record, a.record_id, a.user_id, a.id as activity, a.direction, a.minutes,
                a.subject, a.body, a.edited_at, null::numeric as amount, null::bigint as address_id, null::text as unit,
                null::jsonb as before, null::jsonb as after, null::text as words, null::text as chosen, null::bigint as job_id
            from about b join activities a on a.record = b.record and a.record_id = b.record_id
            union all
            select s.at, s.id * 8 + 2, 'step', s.record, s.record_id, s.user_id, null, null, null, s.from_step, s.notes, null,
                null, null, null, null, null, s.feedback, s.to_step, null
            from about b join step_changes s on s.record = b.record and s.record_id = b.record_id
            union all
            select o.remote_created_at, o.id * 8 + 3, 'placed', 'order', o.id, null, null, null, null, o.currency, '', null,
                o.grand_total, null, null, null, null, null, null, null
            from about b join orders o on o.id = b.record_id where b.record = 'order'
            union all
            select c.at, c.id * 8 + 7, 'subscription', b.record, b.record_id, c.user_id, null, null, c.from_status,
                c.to_status::text, '', null, null, null, null, null, null, c.state, null, null
            from about b join subscription_changes c on b.record = 'subscriber' and c.subscriber_id = b.record_id
                or b.record = 'customer' and c.customer_id = b.record_id and c.subscriber_id is null
            union all
            select h.at, h.nr * 8, h.kind, 'customer', b.record_id, h.user_id, null, null, null, '', '', null, null,
                h.address_id, h.unit, h.before, h.after, h.words, h.chosen, h.job_id
            -- a row at a time, so that the customer is known within every part of the view
            from about b, lateral (select * from customer_history c where c.customer_id = b.record_id offset 0) h
            where b.record = 'customer'
            union all
            select e.at, $2 * 8 + e.nr, e.kind, $1, $2, null, null, null, null, '', '', null, null, null, null, null, null,
                null, null, null
            from (
                select imported_at, synced_at, removed_at from orders where $1 = 'order' and id = $2
                union all select imported_at, synced_at, removed_at from carts where $1 = 'cart' and id = $2
                union all select imported_at, synced_at, removed_at from credit_memos where $1 = 'credit memo' and id = $2
                union all select imported_at, synced_at, removed_at from newsletter_subscribers
                    where $1 = 'subscriber' and id = $2
            ) as k, lateral (values (k.imported_at, 4, 'imported'), (nullif(k.synced_at, k.imported_at), 5, 'synced'),
                (k.removed_at, 6, 'removed')) as e(at, nr, kind) where e.at is not null
         ),
         placed as (select t.*, (extract(epoch from t.at) * 1000000)::bigint as micros from told t)
         select t.at as \"at!\", t.nr as \"nr!\", t.kind as \"kind!\", t.record as \"record!\", t.record_id as \"record_id!\",
            t.user_id, u.name as \"user?\", t.activity, t.direction, t.minutes, coalesce(t.subject, '') as \"subject!\",
            coalesce(t.body, '') as \"body!\", t.edited_at, t.amount, t.address_id, t.unit,
            shown_value(o.channel_id, t.unit, t.before) as before, shown_value(o.channel_id, t.unit, t.after) as after, t.words,
            t.chosen, t.job_id, t.micros as \"micros!\", case t.record
                when 'order' then (select increment_id from orders where id = t.record_id)
                when 'cart' then (select remote_id::text from carts where id = t.record_id)
                when 'credit memo' then (select increment_id from credit_memos where id = t.record_id)
                when 'subscriber' then (select email from newsletter_subscribers where id = t.record_id)
                when 'customer' then (select coalesce(nullif(trim(first_name || ' ' || last_name), ''), email)
                    from customers where id = t.record_id)
                when 'contact' then (select coalesce(nullif(trim(first_name || ' ' || last_name), ''), email)
                    from contacts where id = t.record_id)
            end as number
         from placed t left join users u on u.id = t.user_id
         left join customers o on t.record = 'customer' and o.id = t.record_id
         where ($3::text[] is null or t.kind = any($3)) and ($4::timestamptz is null or t.at >= $4)
            and ($5::timestamptz is null or t.at < $5)
            and ($6::bigint is null or case when $8 then (t.micros, t.nr) > ($6, $7) else (t.micros, t.nr) < ($6, $7) end)
         order by case when $8 then t.micros end, case when $8 then t.nr end, t.micros desc, t.nr desc
         limit $9",
        record.kind.key(),
        record.id,
        filter.kinds.as_deref(),
        filter.since,
        filter.until,
        at,
        nr,
        backwards && start.is_some(),
        size + 1
    )
    .fetch_all(pool)
    .await?;
    let rows = rows.into_iter().map(|row| {
        let entry = match row.kind.as_str() {
            "note" | "call" | "email" => Entry::Said {
                id: row.activity.unwrap_or_default(),
                said: Said::from(Columns {
                    kind: row.kind,
                    at: row.at,
                    direction: row.direction,
                    minutes: row.minutes,
                    subject: row.subject,
                    body: row.body,
                }),
                edited_at: row.edited_at,
            },
            "step" => Entry::Step {
                from: Step::from_key(&row.subject),
                to: row.chosen.as_deref().and_then(Step::from_key),
                feedback: row.words.unwrap_or_default(),
                notes: row.body,
            },
            "placed" => Entry::Placed { amount: row.amount.unwrap_or_default(), currency: row.subject },
            "subscription" => Entry::Subscription {
                from: row
                    .minutes
                    .and_then(|status| newsletter::Status::from_number(i16::try_from(status).ok()?)),
                to: row.subject.parse().ok().and_then(newsletter::Status::from_number),
                state: row.words.unwrap_or_default(),
            },
            _ => Entry::History(HistoryRow {
                at: row.at,
                kind: row.kind,
                address_id: row.address_id,
                unit: row.unit,
                before: row.before,
                after: row.after,
                words: row.words,
                chosen: row.chosen,
                job_id: row.job_id,
                user_name: row.user.clone(),
            }),
        };
        let kind = RecordKind::from_key(&row.record).unwrap_or(record.kind);
        TimelineRow {
            at: row.at,
            record: Record::new(kind, row.record_id),
            number: row.number.unwrap_or_default(),
            user: row.user_id.zip(row.user),
            entry,
            nr: row.nr,
        }
    });
    Ok(Page::cut(rows.collect(), size, from, |row: &TimelineRow| {
        (Some(row.at.timestamp_micros().to_string()), row.nr)
    }))
}
