//! The list of customers: filtered, sorted, a keyset page at a time.

use chrono::{DateTime, Datelike, Utc};
use sqlx::{PgPool, Postgres, QueryBuilder, Row};

use crate::base::keyset::{Cursor, Page, Total, Way};

/// Above this many, a list says "about".
const COUNT_EXACTLY: i64 = 10_000;

/// What the list shows. Empty texts filter nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerFilter {
    /// In a name or the address.
    pub text: String,
    /// Only of this channel.
    pub channel_id: Option<i64>,
    /// In the first name.
    pub first_name: String,
    /// In the last name.
    pub last_name: String,
    /// In the address.
    pub email: String,
    /// In the country's code or name.
    pub billing_country: String,
    /// In the state.
    pub billing_state: String,
}

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CustomerOrder {
    /// Last name, then first name.
    #[default]
    LastName,
    /// First name.
    FirstName,
    /// E-mail address.
    Email,
    /// When they registered in the store.
    CreatedAt,
    /// When the store last saved them.
    UpdatedAt,
}

impl CustomerOrder {
    /// All.
    pub const ALL: [Self; 5] =
        [Self::LastName, Self::FirstName, Self::Email, Self::CreatedAt, Self::UpdatedAt];

    /// The word in a link.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::LastName => "last-name",
            Self::FirstName => "first-name",
            Self::Email => "email",
            Self::CreatedAt => "created-at",
            Self::UpdatedAt => "updated-at",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.key() == key)
    }

    /// Each stands for an index of the table.
    fn expression(self) -> &'static str {
        match self {
            Self::LastName => "(lower(trim(k.last_name || ' ' || k.first_name)) collate \"und-x-icu\")",
            Self::FirstName => "(lower(k.first_name) collate \"und-x-icu\")",
            Self::Email => "lower(k.email)",
            Self::CreatedAt => "k.remote_created_at",
            Self::UpdatedAt => "k.remote_updated_at",
        }
    }

    fn is_time(self) -> bool {
        matches!(self, Self::CreatedAt | Self::UpdatedAt)
    }
}

/// A customer's line.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CustomerRow {
    /// Row id.
    pub id: i64,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail address.
    pub email: String,
    /// Country of the billing address.
    pub billing_country: String,
    /// State of the billing address.
    pub billing_state: String,
    /// The channel's name.
    pub channel: String,
    /// The website's name.
    pub website: Option<String>,
    /// When they registered.
    pub created_at: Option<DateTime<Utc>>,
    /// When the store last saved them.
    pub updated_at: Option<DateTime<Utc>>,
    sort_value: Option<String>,
}

/// A page of customers. A cursor that does not fit the order is as good as none.
///
/// # Errors
/// From the database.
pub async fn list(
    pool: &PgPool,
    filter: &CustomerFilter,
    order: CustomerOrder,
    descending: bool,
    from: Option<&Cursor>,
    size: i64,
) -> Result<Page<CustomerRow>, sqlx::Error> {
    let by = order.expression();
    let mut query = QueryBuilder::<Postgres>::new(
        "select k.id, k.first_name, k.last_name, k.email, coalesce(n.name, k.billing_country) as billing_country,
            k.billing_state, c.name as channel, w.name as website, k.remote_created_at as created_at,
            k.remote_updated_at as updated_at, ",
    );
    query.push(by).push(
        "::text as sort_value from customers k join channels c on c.id = k.channel_id
        left join websites w on w.channel_id = k.channel_id and w.website_id = k.website_id
        left join countries n on n.channel_id = k.channel_id and n.country_id = k.billing_country where true",
    );
    narrow(&mut query, filter);
    let from = from.filter(|cursor| fits(order, cursor));
    let backwards = from.is_some_and(|cursor| cursor.way == Way::Before);
    let up = descending == backwards;
    if let Some(Cursor { value: Some(value), id, .. }) = from {
        query.push(" and (").push(by).push(", k.id) ").push(if up { "> (" } else { "< (" });
        if order.is_time() {
            query.push_bind(moment(value));
        } else {
            query.push_bind(value.clone());
        }
        query.push(", ").push_bind(*id).push(")");
    }
    let way = if up { " asc" } else { " desc" };
    query.push(" order by ").push(by).push(way).push(", k.id").push(way).push(" limit ").push_bind(size + 1);
    let rows: Vec<CustomerRow> = query.build_query_as().fetch_all(pool).await?;
    Ok(Page::cut(rows, size, from, |row: &CustomerRow| (row.sort_value.clone(), row.id)))
}

/// How many customers the filter lets through.
///
/// # Errors
/// From the database.
pub async fn count(pool: &PgPool, filter: &CustomerFilter) -> Result<Total, sqlx::Error> {
    let mut query =
        QueryBuilder::<Postgres>::new("select count(*) from (select 1 from customers k where true");
    narrow(&mut query, filter);
    query.push(" limit ").push_bind(COUNT_EXACTLY + 1).push(") as found");
    let counted: i64 = query.build_query_scalar().fetch_one(pool).await?;
    if counted <= COUNT_EXACTLY {
        return Ok(Total::Exactly(counted));
    }
    let mut plan =
        QueryBuilder::<Postgres>::new("explain (format json) select 1 from customers k where true");
    narrow(&mut plan, filter);
    let row = plan.build().fetch_one(pool).await?;
    let plan: serde_json::Value = row.try_get(0)?;
    let estimate = plan.pointer("/0/Plan/Plan Rows").and_then(serde_json::Value::as_f64).unwrap_or(0.0);
    #[expect(clippy::cast_possible_truncation, reason = "a planner's estimate of rows is far below 2^53")]
    Ok(Total::About((estimate as i64).max(counted)))
}

/// What can be chosen in the list's filters.
#[derive(Debug, Clone)]
pub struct Choices {
    /// The channels, by name.
    pub channels: Vec<(i64, String)>,
}

/// What can be chosen in the list's filters.
///
/// # Errors
/// From the database.
pub async fn choices(pool: &PgPool) -> Result<Choices, sqlx::Error> {
    let rows = sqlx::query!("select id, name from channels order by lower(name)").fetch_all(pool).await?;
    Ok(Choices { channels: rows.into_iter().map(|row| (row.id, row.name)).collect() })
}

fn narrow(query: &mut QueryBuilder<Postgres>, filter: &CustomerFilter) {
    if let Some(channel) = filter.channel_id {
        query.push(" and k.channel_id = ").push_bind(channel);
    }
    for (column, text) in [
        ("k.first_name", &filter.first_name),
        ("k.last_name", &filter.last_name),
        ("k.email", &filter.email),
        ("k.billing_state", &filter.billing_state),
        ("(k.first_name || ' ' || k.last_name || ' ' || k.email)", &filter.text),
    ] {
        if !text.is_empty() {
            query.push(" and ").push(column).push(" ilike ").push_bind(containing(text));
        }
    }
    if !filter.billing_country.is_empty() {
        query.push(" and (lower(k.billing_country) = lower(").push_bind(filter.billing_country.clone());
        query.push(
            ") or exists (select 1 from countries n where n.channel_id = k.channel_id
            and n.country_id = k.billing_country and n.name ilike ",
        );
        query.push_bind(containing(&filter.billing_country)).push("))");
    }
}

/// A pattern that finds the text anywhere, whatever is in it.
fn containing(text: &str) -> String {
    let literal = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{literal}%")
}

fn fits(order: CustomerOrder, cursor: &Cursor) -> bool {
    match &cursor.value {
        None => false,
        Some(value) if order.is_time() => moment(value).is_some(),
        Some(_) => true,
    }
}

/// A time as Postgres writes it. Years that it cannot read back are none.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let iso = text.replacen(' ', "T", 1);
    let at = DateTime::parse_from_rfc3339(&iso)
        .or_else(|_| DateTime::parse_from_str(&iso, "%Y-%m-%dT%H:%M:%S%.f%#z"))
        .ok()?
        .to_utc();
    (1..=9999).contains(&at.year()).then_some(at)
}
