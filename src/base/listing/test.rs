//! What a filter can ask of a row, and whether what somebody typed can be asked.

use chrono::{Datelike, NaiveDate};

use super::Wanted;
use crate::base::range::Range;

/// What a filter asks of a row, with the expression that it asks it of. `within` has a `{}` where the comparison stands,
/// for what is told by another table.
#[derive(Debug, Clone, Copy)]
pub enum Test {
    /// The text holds what is typed, in any case; or as [`How`] says.
    Text {
        /// The text.
        what: &'static str,
        /// Where it is.
        within: &'static str,
        /// What the table has an index of.
        index: Index,
    },
    /// The text, of which there are few different ones, holds what is typed; `values` is a query of them all.
    Few {
        /// The text.
        what: &'static str,
        /// All that it can be.
        values: &'static str,
    },
    /// The number is within a [`Range`].
    Amount {
        /// The number.
        what: &'static str,
        /// Where it is.
        within: &'static str,
    },
    /// The number is this one, or one of these.
    Is {
        /// The number.
        what: &'static str,
        /// Where it is.
        within: &'static str,
    },
    /// The text is this word, or one of these.
    Word(&'static str),
    /// The expression, a `search_words(…)`, has all of the words, or words that begin so.
    Words(&'static str),
    /// The time lies so far back, or between two days (UTC).
    Time(&'static str),
    /// The same of another table: `within` has a `{}` for both comparisons.
    TimeWithin {
        /// The time.
        what: &'static str,
        /// Where it is.
        within: &'static str,
    },
    /// The time is on this day or after it (UTC).
    Since(&'static str),
    /// The time is on this day or before it (UTC).
    Until(&'static str),
    /// One of these holds.
    OneOf(&'static [Choice]),
    /// `k.billing_country` is this code, or the country's name holds the text.
    Country,
}

/// What a table has an index of, to find a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Index {
    /// Nothing.
    Nothing,
    /// The trigrams of an expression that holds the text among others.
    Trigrams(&'static str),
    /// The `text_pieces(…, '{3,5}')` of the text alone, in the order of their bytes. Digits need longer pieces than letters to be rare.
    Pieces,
}

/// One of several: its word in the address, its word on the page, and the condition.
#[derive(Debug, Clone, Copy)]
pub struct Choice(pub &'static str, pub &'static str, pub &'static str);

/// How a text is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It holds what is typed.
    Contains,
    /// It is what is typed.
    Equals,
    /// It begins with what is typed.
    Starts,
    /// There is none.
    Empty,
    /// There is one.
    Filled,
}

impl How {
    /// Each with its word in the address and on the page; the first goes without saying.
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Contains, "contains", "contains"),
        (Self::Equals, "equals", "is exactly"),
        (Self::Starts, "starts", "starts with"),
        (Self::Empty, "empty", "is empty"),
        (Self::Filled, "filled", "is not empty"),
    ];

    /// How `wanted` asks for a filter.
    #[must_use]
    pub fn of(key: &str, wanted: &Wanted) -> Self {
        let word = wanted.get(&Test::how(key));
        Self::ALL.iter().find(|(_, key, _)| *key == word).map_or(Self::Contains, |(how, _, _)| *how)
    }
}

/// What is wrong with what somebody typed into a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The word in the address.
    pub name: String,
    /// What is wrong, and what the list does instead.
    pub text: String,
}

impl Fault {
    /// Something is wrong with this word.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    /// Nothing of this name can be chosen for a filter.
    #[must_use]
    pub fn unknown(name: impl Into<String>, label: &str, value: &str) -> Self {
        Self::new(name, format!("{label}: there is no “{value}”, or not any more. All are shown instead."))
    }
}

/// How far back a time may lie: the word in the address, the word on the page, and the span.
pub(super) const RECENT: [(&str, &str, &str); 5] = [
    ("day", "Last 24 hours", "1 day"),
    ("week", "Last 7 days", "7 days"),
    ("month", "Last 30 days", "30 days"),
    ("quarter", "Last 90 days", "90 days"),
    ("year", "Last 12 months", "365 days"),
];

impl Test {
    /// `k.is_guest`.
    pub const GUEST: Self =
        Self::OneOf(&[Choice("yes", "Yes", "k.is_guest"), Choice("no", "No", "not k.is_guest")]);

    /// `k.customer_id` is one of an account's customers: few, and found before anything else.
    pub const OF_ACCOUNT: Self =
        Self::is("a.account_id").within("k.customer_id = any(array(select a.id from customers a where {}))");

    /// The text holds what is typed.
    #[must_use]
    pub const fn text(what: &'static str) -> Self {
        Self::Text { what, within: "{}", index: Index::Nothing }
    }

    /// The number is within a range.
    #[must_use]
    pub const fn amount(what: &'static str) -> Self {
        Self::Amount { what, within: "{}" }
    }

    /// The number is this one.
    #[must_use]
    pub const fn is(what: &'static str) -> Self {
        Self::Is { what, within: "{}" }
    }

    /// The same, of another table: `condition` has a `{}` for the comparison.
    #[must_use]
    pub const fn within(self, condition: &'static str) -> Self {
        match self {
            Self::Text { what, index, .. } => Self::Text { what, within: condition, index },
            Self::Amount { what, .. } => Self::Amount { what, within: condition },
            Self::Is { what, .. } => Self::Is { what, within: condition },
            other => other,
        }
    }

    /// The same; this expression, which has a trigram index, holds the text as well.
    #[must_use]
    pub const fn by(self, all: &'static str) -> Self {
        self.indexed(Index::Trigrams(all))
    }

    /// The same; the table has an index of its pieces.
    #[must_use]
    pub const fn by_pieces(self) -> Self {
        self.indexed(Index::Pieces)
    }

    const fn indexed(self, index: Index) -> Self {
        match self {
            Self::Text { what, within, .. } => Self::Text { what, within, index },
            other => other,
        }
    }

    /// The presets of a time: words in the address and on the page.
    #[must_use]
    pub fn recent() -> Vec<(&'static str, &'static str)> {
        let presets = RECENT.iter().map(|(key, word, _)| (*key, *word));
        presets.chain([("empty", "Is empty"), ("filled", "Is not empty")]).collect()
    }

    /// The word in the address for how a filter asks.
    #[must_use]
    pub fn how(key: &str) -> String {
        format!("{key}-how")
    }

    /// The word in the address for the first day of a time.
    #[must_use]
    pub fn from(key: &str) -> String {
        format!("{key}-from")
    }

    /// The word in the address for the last day of a time.
    #[must_use]
    pub fn to(key: &str) -> String {
        format!("{key}-to")
    }

    /// Every word in the address that belongs to a filter of this kind.
    #[must_use]
    pub fn words(self, key: &str) -> Vec<String> {
        let own = key.to_owned();
        match self {
            Self::Text { .. } | Self::Few { .. } | Self::Amount { .. } => vec![own, Self::how(key)],
            Self::Time(_) | Self::TimeWithin { .. } => vec![own, Self::from(key), Self::to(key)],
            _ => vec![own],
        }
    }

    /// Can several values of the filter be asked for at once? Of all other words only the first counts.
    #[must_use]
    pub fn takes_several(self) -> bool {
        matches!(self, Self::OneOf(_) | Self::Is { .. } | Self::Word(_))
    }

    /// Why it cannot be asked like this; `None` = it can. Choices that only the page knows are its own to judge.
    #[must_use]
    pub fn problem(self, key: &str, word: &str, wanted: &Wanted) -> Option<Fault> {
        let value = wanted.get(key);
        match self {
            Self::Amount { .. } if !value.is_empty() && Range::parse(value).is_none() => {
                Some(Fault::new(key, no_amount(word, value)))
            }
            Self::Text { .. } | Self::Few { .. } | Self::Amount { .. } => how_problem(key, word, wanted),
            Self::Is { .. } => {
                let strange = wanted.all(key).iter().find(|value| value.parse::<i64>().is_err())?;
                Some(Fault::new(key, format!("{word}: “{strange}” is no number.")))
            }
            Self::Since(_) | Self::Until(_) => not_a_day(key, word, value),
            Self::Time(_) | Self::TimeWithin { .. } => time_problem(key, word, wanted),
            Self::OneOf(choices) => {
                let known = |value: &&String| choices.iter().any(|Choice(key, ..)| key == value);
                Some(Fault::unknown(key, word, wanted.all(key).iter().find(|value| !known(value))?))
            }
            Self::Word(_) | Self::Words(_) | Self::Country => None,
        }
    }
}

fn no_amount(word: &str, value: &str) -> String {
    match value.contains([',', '.']) {
        true => {
            format!("{word}: what “{value}” means is not clear. Write it like 1,284.50, >1000 or 50-100.")
        }
        false => format!("{word}: “{value}” is no amount. Use 100, >100 or 50-100."),
    }
}

fn how_problem(key: &str, word: &str, wanted: &Wanted) -> Option<Fault> {
    let name = Test::how(key);
    let how = wanted.get(&name);
    let is_known = how.is_empty() || How::ALL.iter().any(|(_, known, _)| *known == how);
    (!is_known).then(|| {
        let all = How::ALL.map(|(_, known, _)| known).join(", ");
        let text =
            format!("{word}: it cannot be looked for by “{how}”, only by {all}. All are shown instead.");
        Fault::new(name, text)
    })
}

fn time_problem(key: &str, word: &str, wanted: &Wanted) -> Option<Fault> {
    let preset = wanted.get(key);
    if !preset.is_empty() && !Test::recent().iter().any(|(known, _)| *known == preset) {
        return Some(Fault::unknown(key, word, preset));
    }
    let (first, last) = (Test::from(key), Test::to(key));
    let (from, to) = (wanted.get(&first), wanted.get(&last));
    let is_turned = from.parse::<NaiveDate>().ok().zip(to.parse().ok()).is_some_and(|(from, to)| from > to);
    let turned = || Fault::new(&first, format!("{word}: {from} is after {to}. All are shown instead."));
    let strange = not_a_day(&first, word, from).or_else(|| not_a_day(&last, word, to));
    strange.or_else(|| is_turned.then(turned))
}

fn not_a_day(name: &str, word: &str, value: &str) -> Option<Fault> {
    let sound = value.is_empty() || value.parse().is_ok_and(|day: NaiveDate| is_writable(day));
    (!sound).then(|| Fault::new(name, format!("{word}: “{value}” is no date. Use 2026-05-12.")))
}

/// Is it a day that Postgres can keep?
fn is_writable(day: NaiveDate) -> bool {
    (1..=9998).contains(&day.year())
}

#[cfg(test)]
mod tests {
    use super::{Test, Wanted};

    #[test]
    fn what_cannot_be_asked_is_told_and_what_can_is_not() {
        let check = |test: Test, values: &[(&str, &str)], told: &str| {
            let wanted = values.iter().fold(Wanted::everything(), |all, (key, value)| all.and(key, value));
            let text = test.problem("x", "X", &wanted).map(|fault| fault.text);
            assert_eq!(text.unwrap_or_default(), told, "{values:?}");
        };
        let time = Test::Time("k.t");
        check(time, &[], "");
        check(time, &[("x", "week")], "");
        check(time, &[("x", "soon")], "X: there is no “soon”, or not any more. All are shown instead.");
        check(time, &[("x-from", "2026-01-02"), ("x-to", "2026-01-02")], "");
        let turned = [("x-from", "2026-01-02"), ("x-to", "2026-01-01")];
        check(time, &turned, "X: 2026-01-02 is after 2026-01-01. All are shown instead.");
        check(time, &[("x-to", "9999-01-01")], "X: “9999-01-01” is no date. Use 2026-05-12.");
        check(Test::amount("k.n"), &[("x", ">5")], "");
        let unclear = "X: what “>1.000” means is not clear. Write it like 1,284.50, >1000 or 50-100.";
        check(Test::amount("k.n"), &[("x", ">1.000")], unclear);
        check(Test::amount("k.n"), &[("x", "a lot")], "X: “a lot” is no amount. Use 100, >100 or 50-100.");
        check(Test::is("k.n"), &[("x", "7a")], "X: “7a” is no number.");
        check(Test::text("k.t"), &[("x", "a"), ("x-how", "starts")], "");
        let strange = [("x", "a"), ("x-how", "zzz")];
        let told = "X: it cannot be looked for by “zzz”, only by contains, equals, starts, empty, filled. All are shown instead.";
        check(Test::text("k.t"), &strange, told);
        check(Test::amount("k.n"), &[("x-how", "zzz")], told);
        check(Test::GUEST, &[("x", "yes")], "");
        check(
            Test::GUEST,
            &[("x", "maybe")],
            "X: there is no “maybe”, or not any more. All are shown instead.",
        );
    }
}
