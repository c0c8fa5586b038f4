//! How a list's columns are written down: a kind, then what else is said of it.

use super::{Column, Kind, Phone, Sort, SortKind, Test};

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
}
