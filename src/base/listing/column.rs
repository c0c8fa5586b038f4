//! A column of a list: one declaration for its head, its cells, its order, its filter and its place on a phone.

use std::borrow::Cow;

use super::{Choice, Test};

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its word in addresses.
    pub key: &'static str,
    /// Its head.
    pub word: &'static str,
    /// The expression of its value; over `k` and the list's joins.
    pub sql: &'static str,
    /// What kind of value that is.
    pub kind: Kind,
    /// How it is sorted by.
    pub sort: Option<Sort>,
    /// How it is filtered by.
    pub test: Option<Test>,
    /// What its filter lets through by itself; empty = everything.
    pub usual: &'static str,
    /// Shown by itself.
    pub shown: bool,
    /// Its link opens the row.
    pub opens: bool,
    /// In a CSV also when it is not shown.
    pub exported: bool,
    /// The row's tags stand in this column.
    pub tagged: bool,
    /// A text that goes before it where it stands for a whole line, on a phone.
    pub before: &'static str,
    /// Its place in a phone's card.
    pub phone: Phone,
    /// Classes of its cells beside those of its kind.
    pub look: &'static str,
}

/// A kind of value, with what else it needs.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A text.
    Text,
    /// A text of several lines.
    Lines,
    /// Several texts: an array.
    Many,
    /// A word that says what kind of thing it is.
    Tag,
    /// A number of things, `numeric`.
    Quantity,
    /// A whole number, `bigint`.
    Count,
    /// In percent, `numeric`.
    Percent,
    /// How much of a whole is done, in percent, `bigint`, never null: a bar.
    Done,
    /// An amount; the expression of its currency.
    Money(&'static str),
    /// Amounts in several currencies: an array of texts, "12.50 EUR".
    Moneys,
    /// A time whose day matters.
    Day,
    /// A time, told by how long ago it is.
    Ago,
    /// A time of day.
    Clock,
    /// A span in seconds, `float8`.
    Span,
    /// Yes or no; null = nobody knows.
    YesNo,
    /// How something stands: the expression that it is judged by, and what to say of both.
    State(&'static str, fn(&str, &str) -> (String, Meaning)),
    /// A link to another record: the address of its list, and the expression of its id.
    Link(&'static str, &'static str),
    /// One of the words that its filter takes.
    Key(&'static [Choice]),
    /// Drawn by the list's own page.
    Own,
}

/// What a state means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// As it should be.
    Good,
    /// On its way.
    Underway,
    /// At work right now.
    Live,
    /// Wants to be looked at.
    Warning,
    /// Went wrong.
    Bad,
    /// Neither.
    Neutral,
}

/// The place of a column in a phone's card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phone {
    /// The card's heading.
    Lead,
    /// At the heading's end.
    LeadEnd,
    /// A line of its own.
    Line,
    /// A line with the column's word before it.
    Labelled,
    /// Not there.
    Off,
}

/// An order of a list.
#[derive(Debug, Clone, Copy)]
pub struct Sort {
    /// The word in a link.
    pub key: &'static str,
    /// What is sorted by, over `k`; best what an index has.
    pub by: &'static str,
    /// What kind of value that is.
    pub kind: SortKind,
    /// Which way it goes by itself.
    pub down: bool,
}

/// A kind of value that is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortKind {
    /// Never null.
    Text,
    /// May be null: then after all others.
    Time,
    /// May be null: then after all others.
    Number,
}

impl Column {
    /// The same with the words of its filter instead of the page's, where that has words; others as they are.
    #[must_use]
    pub fn keyed(self) -> Self {
        match (self.kind, self.test) {
            (Kind::Tag | Kind::State(..), Some(Test::OneOf(choices))) if has_words(choices) => {
                Self { kind: Kind::Key(choices), ..self }
            }
            _ => self,
        }
    }

    /// Do its cells line up at the right?
    #[must_use]
    pub fn is_numeric(&self) -> bool {
        let numeric = matches!(
            self.kind,
            Kind::Quantity
                | Kind::Count
                | Kind::Percent
                | Kind::Done
                | Kind::Money(_)
                | Kind::Moneys
                | Kind::Span
        );
        numeric || self.look.split(' ').any(|class| class == "num")
    }

    /// The expressions that a row has to bring for it.
    pub(super) fn expressions(&self) -> impl Iterator<Item = Cow<'static, str>> {
        let second = match self.kind {
            Kind::Money(currency) => Some(currency),
            Kind::State(judged, _) => Some(judged),
            Kind::Link(_, id) => Some(id),
            _ => None,
        };
        let before = Some(self.before).filter(|before| !before.is_empty());
        let own = match self.kind {
            Kind::Own => None,
            Kind::Key(choices) => Some(Cow::Owned(key_of(choices, self.sql))),
            _ => Some(Cow::Borrowed(self.sql)),
        };
        own.into_iter().chain(second.into_iter().chain(before).map(Cow::Borrowed))
    }
}

/// A number means nothing to who reads it: beside such a filter the page's words stay.
fn has_words(choices: &[Choice]) -> bool {
    choices.iter().all(|Choice(key, ..)| key.parse::<i64>().is_err())
}

/// The word of the first choice that holds; what no choice is for is told as it stands.
fn key_of(choices: &[Choice], sql: &str) -> String {
    let cases = choices.iter().map(|Choice(key, _, holds)| format!("when {holds} then '{key}' "));
    format!("case {}else {sql} end", cases.collect::<String>())
}
