//! From a list that is declared in the domain to what its page shows, and the short lists on the pages of records.

use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgPool};

use super::error::PageError;
use super::filter::Filter;
use super::grid::{Asked, Foot, Head};
use super::{Web, view};
use crate::base::keyset::Total;
use crate::base::listing::{Listing, Turn, Wanted};
use crate::crm::{accounts, customers, users};

/// Rows of a short list on a record's page.
const A_FEW: i64 = 10;

/// A list as its page shows it.
pub(super) struct Grid<T> {
    pub(super) filters: Vec<Filter>,
    pub(super) heads: Vec<Head>,
    pub(super) rows: Vec<T>,
    pub(super) foot: Foot,
    /// Some of it may be hidden by what the visitor asked for.
    pub(super) filtered: bool,
}

/// A column of a list.
pub(super) struct Column {
    word: &'static str,
    sort: Option<&'static str>,
    numeric: bool,
}

impl Column {
    /// One that is not sorted by.
    pub(super) const fn plain(word: &'static str) -> Self {
        Self { word, sort: None, numeric: false }
    }

    /// One that can be sorted by.
    pub(super) const fn sorted(word: &'static str, sort: &'static str) -> Self {
        Self { word, sort: Some(sort), numeric: false }
    }

    /// The same for numbers, which stand at the right.
    pub(super) const fn number(mut self) -> Self {
        self.numeric = true;
        self
    }
}

impl<T> Grid<T>
where
    T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
{
    /// The page that was asked for. A word of the address that none of `filters` takes, such as whose records are
    /// meant, counts as well when the list knows it.
    pub(super) async fn load(
        pool: &PgPool,
        asked: &Asked,
        listing: &Listing,
        columns: &[Column],
        filters: Vec<Filter>,
    ) -> Result<Self, PageError> {
        let wanted = wanted(asked, listing, &filters);
        Self::narrowed(pool, asked, listing, columns, filters, &wanted).await
    }

    /// The page of what belongs to one record, and nothing else: the list's word for it, and its id.
    pub(super) async fn of(
        pool: &PgPool,
        asked: &Asked,
        listing: &Listing,
        columns: &[Column],
        (key, id): (&'static str, i64),
    ) -> Result<Self, PageError> {
        let wanted = Wanted::from([(key, id.to_string())]);
        Self::narrowed(pool, asked, listing, columns, Vec::new(), &wanted).await
    }

    async fn narrowed(
        pool: &PgPool,
        asked: &Asked,
        listing: &Listing,
        columns: &[Column],
        filters: Vec<Filter>,
        wanted: &Wanted,
    ) -> Result<Self, PageError> {
        let sort = listing.sort(&asked.get("sort"));
        let descending = asked.descending(if sort.down { "down" } else { "up" });
        let from = asked.from();
        let turn = Turn { sort, descending, from: from.as_ref(), size: asked.size() };
        let found = listing.page(pool, wanted, turn).await?;
        let total = listing.count(pool, wanted).await?;
        let foot = Foot::of(asked, &found, view::total(total));
        let head = |column: &Column| Head {
            numeric: column.numeric,
            ..match column.sort {
                Some(key) => Head::sortable(asked, column.word, key, sort.key, descending),
                None => Head::plain(column.word),
            }
        };
        let hidden = |key: &&'static str| !filters.iter().any(|filter| filter.name == *key);
        let filtered = filters.iter().any(Filter::is_set) || wanted.keys().any(hidden);
        Ok(Self { heads: columns.iter().map(head).collect(), rows: found.rows, foot, filtered, filters })
    }

    /// What could not be understood and therefore filters nothing.
    pub(super) fn problems(&self) -> impl Iterator<Item = &str> {
        self.filters.iter().filter_map(|filter| filter.problem.as_deref())
    }
}

/// What is asked of a list, as far as it was understood.
pub(super) fn wanted(asked: &Asked, listing: &Listing, filters: &[Filter]) -> Wanted {
    let value = |key: &'static str| match filters.iter().find(|filter| filter.name == key) {
        Some(filter) if filter.problem.is_some() => String::new(),
        Some(filter) => filter.value.clone(),
        None => asked.get(key),
    };
    let values = listing.filters.iter().map(|(key, _)| (*key, value(key)));
    values.filter(|(_, value)| !value.is_empty()).collect()
}

/// A filter by channel.
pub(super) async fn channel(web: &Web, asked: &Asked) -> Result<Filter, PageError> {
    let channels = customers::channels(&web.pool).await?;
    let choices = channels.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    Ok(Filter::choice(asked, "channel", "Channel", choices))
}

/// A filter by who is responsible.
pub(super) async fn owner(web: &Web, asked: &Asked) -> Result<Filter, PageError> {
    let choices = users::list(&web.pool).await?.into_iter().map(|user| (user.id.to_string(), user.name));
    Ok(Filter::choice(asked, "owner", "Owner", choices.collect()))
}

/// The customer or account whose records alone are listed, and the address of their page.
pub(super) async fn whose(web: &Web, asked: &Asked) -> Result<Option<(String, String)>, PageError> {
    if let Some(id) = asked.id("account") {
        let account = accounts::find(&web.pool, id).await?;
        return Ok(account.map(|account| (account.name, format!("/accounts/{id}"))));
    }
    if let Some(id) = asked.id("contact") {
        let contact = accounts::find_contact(&web.pool, id).await?;
        return Ok(contact.map(|contact| (contact.name(), format!("/contacts/{id}"))));
    }
    let Some(id) = asked.id("customer") else { return Ok(None) };
    let customer = customers::find(&web.pool, id).await?;
    Ok(customer.map(|customer| (customer.full_name(), format!("/customers/{id}"))))
}

/// The first rows of a list on the page of the record that they belong to.
pub(super) struct Few<T> {
    pub(super) rows: Vec<T>,
    pub(super) total: Total,
    /// There are more than these.
    pub(super) more: bool,
}

impl<T> Few<T>
where
    T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
{
    /// Those that belong to the record with this id; `key` is the list's word for it.
    pub(super) async fn of(
        pool: &PgPool,
        listing: &Listing,
        key: &'static str,
        id: i64,
    ) -> Result<Self, PageError> {
        Self::narrowed(pool, listing, &Wanted::from([(key, id.to_string())]), A_FEW).await
    }

    /// Up to so many of those that these words let through.
    pub(super) async fn narrowed(
        pool: &PgPool,
        listing: &Listing,
        wanted: &Wanted,
        most: i64,
    ) -> Result<Self, PageError> {
        let page = listing.page(pool, wanted, listing.first(most)).await?;
        let more = page.next.is_some();
        let total = match more {
            true => listing.count(pool, wanted).await?,
            false => Total::Exactly(i64::try_from(page.rows.len()).unwrap_or(i64::MAX)),
        };
        Ok(Self { rows: page.rows, total, more })
    }

    /// How many, short.
    pub(super) fn count(&self) -> String {
        match self.total {
            Total::Exactly(n) => view::number(n),
            Total::About(n) => format!("{}+", view::number(n)),
        }
    }
}
