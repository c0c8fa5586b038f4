//! The rows of any list: one template, cells by their kind.

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::Duration;

use super::super::view::Lines;
use super::super::{money, view};
use super::head::{Head, Heads};
use crate::base::listing::{Cell, Column, Field, Kind, Listing, Meaning, Phone, Row};

/// More columns than this stand closer.
const MANY: usize = 10;

/// A table of declared columns.
#[derive(Template)]
#[template(path = "grid/table.html")]
pub(in crate::web) struct Table<'a> {
    listing: &'static Listing,
    columns: &'a [&'static Column],
    heads: &'a [Head],
    rows: &'a [Row],
    caption: String,
    /// Rows that may be edited lead to their form.
    edited: bool,
    /// A box to tick stands before each row.
    ticks: bool,
    /// Somebody chose the columns: all of them are shown, also where there is little room.
    chosen: bool,
    /// Which column leads to the row.
    opener: Option<usize>,
    /// Which column has the row's tags.
    tagged: Option<usize>,
}

impl HtmlSafe for Table<'_> {}

/// The content of a cell.
#[derive(Template)]
#[template(path = "grid/cell.html")]
struct Content<'a> {
    cell: &'a Cell,
    gone: bool,
}

impl HtmlSafe for Content<'_> {}

impl<'a> Table<'a> {
    pub(super) fn new(
        listing: &'static Listing,
        columns: &'a [&'static Column],
        heads: &'a [Head],
        rows: &'a [Row],
        edited: bool,
    ) -> Self {
        let is_link = |column: &&Column| matches!(column.kind, Kind::Link(..));
        let opens = columns.iter().position(|column| column.opens);
        let opener = opens.or_else(|| columns.iter().position(|column| !is_link(column)));
        let opener = opener.filter(|_| !listing.at.is_empty());
        let tagged = columns.iter().position(|column| column.tagged).or(Some(0));
        let caption = listing.title.to_owned();
        Self { listing, columns, heads, rows, caption, edited, ticks: false, chosen: false, opener, tagged }
    }

    /// The same with another caption.
    pub(super) fn called(self, caption: &str) -> Self {
        Self { caption: caption.to_owned(), ..self }
    }

    /// The same with boxes to tick.
    pub(super) fn ticked(self, ticks: bool) -> Self {
        Self { ticks, ..self }
    }

    /// The same where somebody chose the columns.
    pub(super) fn chosen(self, chosen: bool) -> Self {
        Self { chosen, ..self }
    }

    fn heads(&self) -> Heads<'_> {
        Heads { heads: self.heads, ticks: self.ticks, last: if self.edited { "Actions" } else { "" } }
    }

    fn is_wide(&self) -> bool {
        self.columns.len() > MANY
    }

    fn cells<'b>(&'b self, row: &'b Row) -> impl Iterator<Item = (usize, &'b Column, &'b Field, &'b str)> {
        let words = self.heads.iter().map(|head| head.word.as_str());
        let columns = self.columns.iter().copied().enumerate();
        columns.zip(&row.fields).zip(words).map(|(((nr, column), field), word)| (nr, column, field, word))
    }

    fn content<'b>(&self, row: &Row, field: &'b Field) -> Content<'b> {
        Content { cell: &field.cell, gone: row.gone }
    }

    fn opens(&self, nr: &usize) -> bool {
        self.opener == Some(*nr)
    }

    fn tags<'b>(&self, nr: &usize, row: &'b Row) -> &'b [String] {
        if self.tagged == Some(*nr) { &row.tags } else { &[] }
    }

    fn address(&self, row: &Row) -> String {
        format!("{}/{}", self.listing.at, row.id)
    }

    /// What a screen reader calls the row.
    fn name(&self, row: &Row) -> String {
        let shown = self.opener.and_then(|nr| row.fields.get(nr)).map(text_of).unwrap_or_default();
        if shown.is_empty() { format!("{} {}", self.listing.one, row.id) } else { shown }
    }

    fn class(&self, column: &Column, field: &Field) -> String {
        let kind = match &field.cell {
            Cell::Quantity(_) | Cell::Count(_) | Cell::Span(_) => "num",
            Cell::Percent(_) | Cell::Done(_) | Cell::Money(..) | Cell::Moneys(_) => "num nowrap",
            Cell::Day(_) | Cell::Ago(_) | Cell::Clock(_) => "meta",
            _ => "",
        };
        let place = match column.phone {
            Phone::Lead => "lead",
            Phone::LeadEnd => "lead-end",
            Phone::Line => "line",
            Phone::Off if !self.chosen => "desk",
            Phone::Labelled | Phone::Off => "",
        };
        let classes = [kind, column.look, place].into_iter().filter(|class| !class.is_empty());
        classes.collect::<Vec<_>>().join(" ")
    }

    fn is_labelled(&self, column: &Column) -> bool {
        column.phone == Phone::Labelled || (column.phone == Phone::Off && self.chosen)
    }

    /// All of a text that may be cut.
    fn title(&self, column: &Column, field: &Field) -> String {
        let cut = column.look.split(' ').any(|class| matches!(class, "clip" | "name"));
        if cut { text_of(field) } else { String::new() }
    }
}

fn text_of(field: &Field) -> String {
    match &field.cell {
        Cell::Text(text) | Cell::Link(text, _) => text.trim().to_owned(),
        _ => String::new(),
    }
}

impl Content<'_> {
    fn class(&self, meaning: &Meaning) -> &'static str {
        view::class(*meaning)
    }

    fn span(&self, seconds: &f64) -> String {
        #[expect(clippy::cast_possible_truncation, reason = "nothing takes longer than i64 milliseconds")]
        view::duration(Duration::milliseconds((seconds * 1000.0) as i64))
    }
}
