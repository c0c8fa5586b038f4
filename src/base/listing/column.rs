//! A column of a list: one declaration for its head, its cells, its order, its filter and its place on a phone.

use super::Test;

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
    const fn new(key: &'static str, word: &'static str, sql: &'static str, kind: Kind) -> Self {
        Self {
            key,
            word,
            sql,
            kind,
            sort: None,
            test: None,
            usual: "",
            shown: true,
            opens: false,
            exported: false,
            tagged: false,
            before: "",
            phone: Phone::Off,
            look: "",
        }
    }

    /// A column of this kind.
    #[must_use]
    pub const fn of(kind: Kind, key: &'static str, word: &'static str, sql: &'static str) -> Self {
        Self::new(key, word, sql, kind)
    }

    /// A text.
    #[must_use]
    pub const fn text(key: &'static str, word: &'static str, sql: &'static str) -> Self {
        Self::new(key, word, sql, Kind::Text)
    }

    /// An amount in the currency that the second expression gives.
    #[must_use]
    pub const fn money(
        key: &'static str,
        word: &'static str,
        sql: &'static str,
        currency: &'static str,
    ) -> Self {
        Self::new(key, word, sql, Kind::Money(currency))
    }

    /// A time whose day matters.
    #[must_use]
    pub const fn day(key: &'static str, word: &'static str, sql: &'static str) -> Self {
        Self::new(key, word, sql, Kind::Day)
    }

    /// A time, told by how long ago it is.
    #[must_use]
    pub const fn ago(key: &'static str, word: &'static str, sql: &'static str) -> Self {
        Self::new(key, word, sql, Kind::Ago)
    }

    /// A column that the list's own page draws.
    #[must_use]
    pub const fn own(key: &'static str, word: &'static str) -> Self {
        Self::new(key, word, "", Kind::Own)
    }

    /// Sorted by this, a text that is never null, from A on.
    #[must_use]
    pub const fn sorted(self, by: &'static str) -> Self {
        self.sorted_as(SortKind::Text, by, false)
    }

    /// Sorted by this number, the greatest first.
    #[must_use]
    pub const fn sorted_number(self, by: &'static str) -> Self {
        self.sorted_as(SortKind::Number, by, true)
    }

    /// Sorted by this time, the newest first.
    #[must_use]
    pub const fn sorted_time(self, by: &'static str) -> Self {
        self.sorted_as(SortKind::Time, by, true)
    }

    /// Sorted by a value of this kind, which goes down by itself or up.
    #[must_use]
    pub const fn sorted_as(mut self, kind: SortKind, by: &'static str, down: bool) -> Self {
        self.sort = Some(Sort { key: self.key, by, kind, down });
        self
    }

    /// Filtered by this.
    #[must_use]
    pub const fn tested(mut self, test: Test) -> Self {
        self.test = Some(test);
        self
    }

    /// Its filter lets only this through until somebody wants more.
    #[must_use]
    pub const fn usually(mut self, value: &'static str) -> Self {
        self.usual = value;
        self
    }

    /// Not shown by itself.
    #[must_use]
    pub const fn extra(mut self) -> Self {
        self.shown = false;
        self
    }

    /// In a CSV also when it is not shown.
    #[must_use]
    pub const fn exported(mut self) -> Self {
        self.exported = true;
        self
    }

    /// Its link opens the row.
    #[must_use]
    pub const fn opens(mut self) -> Self {
        self.opens = true;
        self
    }

    /// The row's tags stand here.
    #[must_use]
    pub const fn tagged(mut self) -> Self {
        self.tagged = true;
        self
    }

    /// On a phone this text goes before it.
    #[must_use]
    pub const fn after(mut self, sql: &'static str) -> Self {
        self.before = sql;
        self
    }

    /// Its place on a phone.
    #[must_use]
    pub const fn phone(mut self, phone: Phone) -> Self {
        self.phone = phone;
        self
    }

    /// Classes of its cells.
    #[must_use]
    pub const fn look(mut self, classes: &'static str) -> Self {
        self.look = classes;
        self
    }

    /// Do its cells line up at the right?
    #[must_use]
    pub fn is_numeric(&self) -> bool {
        let numeric = matches!(
            self.kind,
            Kind::Quantity | Kind::Count | Kind::Percent | Kind::Money(_) | Kind::Moneys | Kind::Span
        );
        numeric || self.look.split(' ').any(|class| class == "num")
    }

    /// The expressions that a row has to bring for it.
    pub(super) fn expressions(&self) -> impl Iterator<Item = &'static str> {
        let second = match self.kind {
            Kind::Money(currency) => Some(currency),
            Kind::State(judged, _) => Some(judged),
            Kind::Link(_, id) => Some(id),
            _ => None,
        };
        let before = Some(self.before).filter(|before| !before.is_empty());
        let own = (!matches!(self.kind, Kind::Own)).then_some(self.sql);
        own.into_iter().chain(second).chain(before)
    }
}
