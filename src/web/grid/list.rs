//! A list's page: what is asked of it, its rows, and what stands around them.

use sqlx::FromRow;
use sqlx::postgres::PgRow;

use super::super::error::PageError;
use super::super::{Web, view};
use super::Asked;
use super::asked::Way;
use super::bulk::{Act, Bulk};
use super::head::{Foot, Head, Heads};
use super::menu::{self, Menu};
use super::reading::{Choices, Reading};
use super::table::Table;
use super::tools::Tools;
use crate::base::keyset::{Page, Total};
use crate::base::listing::{Column, Listing, Row, Turn, Wanted};
use crate::crm::users::{self, User};
use crate::crm::{accounts, customers};

/// A list as somebody asks for it.
pub(in crate::web) struct Lister<'a> {
    pub(super) web: &'a Web,
    user: &'a User,
    asked: Asked,
    /// The column that was moved with it.
    moved: Option<(String, Way)>,
    pub(super) listing: &'static Listing,
    path: String,
    choices: Choices,
    only: Option<(&'static str, Vec<i64>)>,
    acts: Vec<Act>,
}

/// A list as its page shows it.
pub(in crate::web) struct Grid<R = Row> {
    pub(in crate::web) listing: &'static Listing,
    pub(in crate::web) rows: Vec<R>,
    /// Some of it may be hidden by what the visitor asked for.
    pub(in crate::web) filtered: bool,
    /// What is asked, as far as it was understood.
    pub(in crate::web) wanted: Wanted,
    /// The address that it stands for: what was asked, or what the view asks that was meant.
    pub(in crate::web) asked: Asked,
    path: String,
    columns: Vec<&'static Column>,
    notes: Vec<String>,
    heads: Vec<Head>,
    foot: Foot,
    tools: Tools,
    menu: Option<Menu>,
    bulk: Option<Bulk>,
    may_edit: bool,
}

impl<'a> Lister<'a> {
    pub(in crate::web) fn new(web: &'a Web, user: &'a User, asked: Asked, listing: &'static Listing) -> Self {
        let path = listing.at.to_owned();
        let (asked, moved) = asked.moved();
        Self { web, user, asked, moved, listing, path, choices: Choices::new(), only: None, acts: Vec::new() }
    }

    /// What can be chosen from in a filter, where the declaration cannot know it.
    pub(in crate::web) fn choices(mut self, key: &'static str, choices: Vec<(String, String)>) -> Self {
        self.choices.insert(key, choices);
        self
    }

    /// Only what belongs to one record: the list's word for it, its id, and the address of this list of it.
    pub(in crate::web) fn only(self, key: &'static str, id: i64, path: String) -> Self {
        self.only_of(key, &[id], path)
    }

    /// The same of several records.
    pub(in crate::web) fn only_of(mut self, key: &'static str, ids: &[i64], path: String) -> Self {
        self.only = Some((key, ids.to_vec()));
        self.path = path;
        self
    }

    /// What can be done with many rows at once.
    pub(in crate::web) fn bulk(mut self, acts: Vec<Act>) -> Self {
        self.acts = acts;
        self
    }

    /// What is asked, without looking.
    pub(in crate::web) fn read(&self) -> Reading {
        let mut reading = Reading::of(self.listing, &self.asked, &self.choices);
        if let Some((key, ids)) = &self.only {
            reading.wanted.set(key, ids.iter().map(ToString::to_string).collect());
        }
        reading
    }

    /// The page of a list of declared columns.
    pub(in crate::web) async fn load(mut self) -> Result<Grid, PageError> {
        let (menu, gone) = self.view().await?.unzip();
        let mut reading = self.read();
        reading.notes.extend(gone.flatten());
        let from = self.asked.from();
        let turn = self.turn(&reading, from.as_ref());
        let pool = &self.web.pool;
        let (page, total) = self.listing.rows(pool, &reading.wanted, &reading.columns, turn).await?;
        let export = Some(self.export());
        Ok(Grid { menu, ..self.grid(reading, page, total, export) })
    }

    /// What the address asks by the view that it means. Lists of one record have none.
    pub(super) async fn view(&mut self) -> Result<Option<(Menu, Option<String>)>, PageError> {
        if self.only.is_some() {
            return Ok(None);
        }
        let asked = std::mem::take(&mut self.asked);
        let (asked, menu, gone) = menu::choose(self.web, self.user, self.listing, asked).await?;
        self.asked = asked;
        Ok(Some((menu, gone)))
    }

    /// The page of a list whose rows have a type of their own.
    pub(in crate::web) async fn load_own<T>(mut self) -> Result<Grid<T>, PageError>
    where
        T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let (menu, gone) = self.view().await?.unzip();
        let mut reading = self.read();
        reading.notes.extend(gone.flatten());
        reading.columns = self.listing.usual_columns();
        let from = self.asked.from();
        let turn = self.turn(&reading, from.as_ref());
        let (page, total) = self.listing.own_rows(&self.web.pool, &reading.wanted, turn).await?;
        let export = (!self.listing.file.is_empty()).then(|| self.export());
        Ok(Grid { menu, ..self.grid(reading, page, total, export) })
    }

    /// Where all of it is had as a file.
    fn export(&self) -> String {
        format!("{}/export{}", self.path, self.asked.with(&[]))
    }

    fn turn<'b>(&self, reading: &Reading, from: Option<&'b crate::base::keyset::Cursor>) -> Turn<'b> {
        Turn { sort: reading.sort, descending: reading.descending, from, size: self.asked.size() }
    }

    fn grid<R>(self, reading: Reading, page: Page<R>, total: Total, export: Option<String>) -> Grid<R> {
        let Reading { wanted, chips, columns, sort, descending, notes, .. } = reading;
        let foot = Foot::of(&self.asked, &page, view::total(total));
        let heads: Vec<Head> =
            columns.iter().map(|column| Head::of(&self.asked, column, sort, descending)).collect();
        let scoped = self.listing.scopes.iter().any(|(key, _)| {
            !wanted.get(key).is_empty() && self.only.as_ref().is_none_or(|(only, _)| only != key)
        });
        let filtered = scoped || wanted.is_nothing() || chips.iter().any(super::chip::Chip::is_set);
        let tools = Tools::of(self.listing, &self.asked, chips, &columns, &heads, export, self.moved);
        let bulk = (!self.acts.is_empty() && !page.rows.is_empty()).then(|| Bulk {
            acts: self.acts,
            query: menu::state_of(&self.asked),
            total: view::total(total),
        });
        Grid {
            listing: self.listing,
            rows: page.rows,
            filtered,
            wanted,
            asked: self.asked,
            path: self.path,
            columns,
            notes,
            heads,
            foot,
            tools,
            menu: None,
            bulk,
            may_edit: self.user.may_edit(),
        }
    }
}

impl<R> Grid<R> {
    /// Filters, columns, export, and what of the address was not understood.
    pub(in crate::web) fn tools(&self) -> &Tools {
        &self.tools
    }

    /// The views, by the title.
    pub(in crate::web) fn menu(&self) -> Option<&Menu> {
        self.menu.as_ref()
    }

    /// The same where nothing can be done with any of these rows.
    pub(in crate::web) fn without_bulk(self) -> Self {
        Self { bulk: None, ..self }
    }

    /// What can be done with the rows that are ticked.
    pub(in crate::web) fn bulk(&self) -> Option<&Bulk> {
        self.bulk.as_ref()
    }

    pub(in crate::web) fn notes(&self) -> &[String] {
        &self.notes
    }

    pub(in crate::web) fn heads(&self) -> Heads<'_> {
        Heads { heads: &self.heads, ticks: false, last: "" }
    }

    /// The heads, and one more for what can be done with each row.
    pub(in crate::web) fn heads_and(&self, last: &'static str) -> Heads<'_> {
        Heads { heads: &self.heads, ticks: self.bulk.is_some(), last }
    }

    pub(in crate::web) fn foot(&self) -> &Foot {
        &self.foot
    }

    pub(in crate::web) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The address of the whole list.
    pub(in crate::web) fn whole(&self) -> String {
        if self.menu.is_some() { format!("{}?view=all", self.path) } else { self.path.clone() }
    }
}

impl Grid {
    pub(in crate::web) fn table(&self) -> Table<'_> {
        let edited = self.may_edit && !self.listing.edited.is_empty();
        let chosen = self.asked.has("column") || self.asked.has("columns");
        let table = Table::new(self.listing, &self.columns, &self.heads, &self.rows, edited);
        table.ticked(self.bulk.is_some()).chosen(chosen)
    }
}

/// The channels to choose from.
pub(in crate::web) async fn channels(web: &Web) -> Result<Vec<(String, String)>, PageError> {
    let channels = customers::channels(&web.pool).await?;
    Ok(channels.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
}

/// Who may be responsible, to choose from.
pub(in crate::web) async fn owners(web: &Web) -> Result<Vec<(String, String)>, PageError> {
    let users = users::list(&web.pool).await?;
    Ok(users.into_iter().map(|user| (user.id.to_string(), user.name)).collect())
}

/// The customer, contact or account whose records alone are listed, and the address of their page.
pub(in crate::web) async fn whose(web: &Web, asked: &Asked) -> Result<Option<(String, String)>, PageError> {
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
