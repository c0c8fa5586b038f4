//! A filter of a list: a chip that opens to labelled fields, with what was asked for.

use askama::Template;
use askama::filters::HtmlSafe;

use super::super::view;
use super::Asked;
use crate::base::listing::{Choice, Fault, Filter, How, Test, Wanted};

/// The words in addresses that stand for everything, where nothing would stand for something.
const EVERYTHING: [&str; 2] = ["any", "all"];

/// A filter's chip.
#[derive(Template)]
#[template(path = "grid/chip.html")]
pub(in crate::web) struct Chip {
    pub(super) key: &'static str,
    pub(super) label: &'static str,
    shape: Shape,
    values: Vec<String>,
    takes_one: bool,
    usual: &'static str,
    /// The word for "everything" in the address; empty where that is the default.
    everything: &'static str,
    choices: Vec<(String, String)>,
    how: How,
    how_name: String,
    days: [(String, String); 2],
    /// What is wrong with what was asked: it filters nothing.
    pub(super) problem: Option<Fault>,
    /// What was asked nobody looks for.
    is_refused: bool,
    carried: Vec<(String, String)>,
    without: String,
}

impl HtmlSafe for Chip {}

/// What is typed or chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Text,
    Amount,
    Number,
    Day,
    Time,
    Choice,
}

impl Chip {
    /// The chip of a filter; `choices` is what only the page knows to choose from.
    pub(super) fn of(asked: &Asked, filter: Filter, choices: Option<&[(String, String)]>) -> Self {
        let Filter { key, word, test, usual } = filter;
        let words = test.words(key);
        let own: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut wanted = asked.wanted(&words);
        if wanted.is_empty() && !usual.is_empty() {
            wanted = wanted.and(key, usual);
        }
        let everything = everything_of(test);
        let problem = match choices {
            Some(choices) => unknown_choice((key, word), wanted.all(key), choices),
            None => test.problem(key, word, &wanted),
        };
        let (shape, choices) = shape(test, choices);
        let without = match usual.is_empty() {
            true => asked.without(&own).with(&[]),
            false => asked.without(&own).with(&[(key, everything)]),
        };
        Self {
            key,
            label: word,
            shape,
            values: wanted.all(key).to_vec(),
            takes_one: !test.takes_several(),
            usual,
            everything,
            choices,
            how: How::of(key, &wanted),
            how_name: Test::how(key),
            days: [Test::from(key), Test::to(key)].map(|name| (name.clone(), wanted.get(&name).to_owned())),
            problem,
            is_refused: own.iter().any(|word| asked.is_refused(word)),
            carried: asked.others(&own),
            without,
        }
    }

    /// What it asks of the list.
    pub(super) fn wanted(&self) -> Wanted {
        let mut wanted = Wanted::everything();
        if self.problem.is_some() {
            return if self.usual.is_empty() { wanted } else { wanted.and(self.key, self.usual) };
        }
        let values = if self.takes_one { self.values.get(..1).unwrap_or_default() } else { &self.values };
        let narrows = values.iter().filter(|value| !EVERYTHING.contains(&value.as_str()));
        wanted.set(self.key, narrows.cloned().collect());
        for (name, day) in &self.days {
            wanted.set(name, vec![day.clone()]);
        }
        let asks = matches!(self.how, How::Empty | How::Filled) || !wanted.is_empty();
        let word = How::ALL.iter().find(|(how, ..)| asks && *how == self.how && *how != How::Contains);
        wanted.set(&self.how_name, word.map(|(_, word, _)| (*word).to_owned()).into_iter().collect());
        wanted
    }

    /// Does it narrow the list down?
    pub(super) fn is_on(&self) -> bool {
        self.problem.is_none() && !self.wanted().is_empty()
    }

    /// Does it ask for something else than it does by itself?
    pub(super) fn is_set(&self) -> bool {
        match self.usual {
            "" => self.is_on(),
            usual => self.values != [usual],
        }
    }

    /// What was typed.
    fn value(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    /// What it lets through, in words.
    fn shown(&self) -> String {
        let [(_, from), (_, to)] = &self.days;
        match (self.shape, self.how) {
            _ if self.is_refused => "Nothing".to_owned(),
            _ if !self.is_on() => "All".to_owned(),
            (Shape::Text | Shape::Amount, how @ (How::Empty | How::Filled)) => how_word(how).to_owned(),
            (Shape::Text, how @ (How::Equals | How::Starts)) => format!("{} {}", how_word(how), self.value()),
            (Shape::Time, _) if self.values.is_empty() => match (from.as_str(), to.as_str()) {
                (from, "") => format!("from {from}"),
                ("", to) => format!("to {to}"),
                (from, to) => format!("{from} to {to}"),
            },
            (Shape::Choice | Shape::Time, _) => {
                let chosen = self.choices.iter().filter(|(key, _)| self.values.contains(key));
                chosen.map(|(_, word)| word.as_str()).collect::<Vec<_>>().join(", ")
            }
            _ => self.value().to_owned(),
        }
    }

    /// How a text or a number can be asked for: word in the address, word on the page, chosen.
    fn hows(&self) -> Vec<(&'static str, &'static str, bool)> {
        let all = How::ALL.iter().filter(|(how, ..)| match self.shape {
            Shape::Text => true,
            Shape::Amount => !matches!(how, How::Equals | How::Starts),
            _ => false,
        });
        let word =
            |how: How, word| if self.shape == Shape::Amount && how == How::Contains { "is" } else { word };
        all.map(|(how, key, said)| (*key, word(*how, said), *how == self.how)).collect()
    }

    fn hint(&self) -> &'static str {
        if self.shape == Shape::Amount { "Like 100, >100 or 50-100." } else { "" }
    }

    fn kind(&self) -> &'static str {
        if self.shape == Shape::Day { "date" } else { "text" }
    }

    fn is_choice(&self) -> bool {
        matches!(self.shape, Shape::Choice | Shape::Time)
    }

    fn is_time(&self) -> bool {
        self.shape == Shape::Time
    }

    /// Several can be chosen, and there are enough to want that.
    fn takes_several(&self) -> bool {
        self.shape == Shape::Choice && self.choices.len() > 2
    }

    fn several(&self) -> bool {
        self.takes_several() && self.values.len() > 1
    }

    /// Chosen in the field that takes one.
    fn is_chosen(&self, key: &str) -> bool {
        !self.several() && self.values.iter().any(|value| value == key)
    }

    /// Chosen beside others.
    fn is_among(&self, key: &str) -> bool {
        self.several() && self.values.iter().any(|value| value == key)
    }

    fn can_be_removed(&self) -> bool {
        self.is_on() || self.problem.is_some() || self.is_refused
    }
}

fn how_word(how: How) -> &'static str {
    How::ALL.iter().find(|(known, ..)| *known == how).map_or("", |(_, _, word)| word)
}

/// What is chosen from, without the word for everything.
fn shape(test: Test, choices: Option<&[(String, String)]>) -> (Shape, Vec<(String, String)>) {
    let owned = |key: &str, word: &str| (key.to_owned(), word.to_owned());
    match (choices, test) {
        (Some(choices), _) => (Shape::Choice, choices.to_vec()),
        (None, Test::OneOf(all)) => {
            let real = all.iter().filter(|Choice(key, ..)| !EVERYTHING.contains(key));
            (Shape::Choice, real.map(|Choice(key, word, _)| owned(key, word)).collect())
        }
        (None, Test::Time(_) | Test::TimeWithin { .. }) => {
            (Shape::Time, Test::recent().iter().map(|(key, word)| owned(key, word)).collect())
        }
        (None, Test::Amount { .. }) => (Shape::Amount, Vec::new()),
        (None, Test::Is { .. }) => (Shape::Number, Vec::new()),
        (None, Test::Since(_) | Test::Until(_)) => (Shape::Day, Vec::new()),
        (None, Test::Text { .. } | Test::Few { .. } | Test::Word(_) | Test::Words(_) | Test::Country) => {
            (Shape::Text, Vec::new())
        }
    }
}

fn everything_of(test: Test) -> &'static str {
    let Test::OneOf(choices) = test else { return "" };
    choices.iter().find(|Choice(key, ..)| EVERYTHING.contains(key)).map_or("", |Choice(key, ..)| key)
}

fn unknown_choice(
    (key, label): (&str, &str),
    values: &[String],
    choices: &[(String, String)],
) -> Option<Fault> {
    let strange = values.iter().find(|value| !choices.iter().any(|(key, _)| key == *value))?;
    Some(Fault::unknown(key, label, strange))
}
