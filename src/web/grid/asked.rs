//! The query of a list's address.

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use url::form_urlencoded;

use crate::base::keyset::{Cursor, PAGE_SIZES};
use crate::base::listing::Wanted;

/// More than this nobody asks at once.
const MOST_VALUES: usize = 400;
/// Longer than this is nothing that stands in a record.
const LONGEST: usize = 1000;
/// What a list's address asks, carried along under this word, is as long as an address may be.
const QUERY: (&str, usize) = ("query", 16 * 1024);
/// Where a page starts: the blanks around a value are part of its place in the order.
const FROM: &str = "from";

/// Where a column moves to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// To the front.
    Earlier,
    /// To the back.
    Later,
}

impl Way {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Earlier => "earlier",
            Self::Later => "later",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Earlier, Self::Later].into_iter().find(|way| way.word() == word)
    }
}

/// What an address asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::web) struct Asked {
    values: BTreeMap<String, Vec<String>>,
    /// What nobody looks for, kept so that links go on asking it: a list that forgot it would show everything.
    refused: BTreeMap<String, Vec<String>>,
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    /// Anything is let in: what is not understood a list tells.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

impl Asked {
    /// Reads a query, with or without the question mark.
    pub(in crate::web) fn parse(query: &str) -> Self {
        let mut asked = Self::default();
        let pairs = form_urlencoded::parse(query.trim_start_matches('?').as_bytes());
        for (at, (name, value)) in pairs.enumerate() {
            let value = if name == FROM { &value } else { value.trim() };
            if value.is_empty() {
                continue;
            }
            let longest = if name == QUERY.0 { QUERY.1 } else { LONGEST };
            let is_sound = at < MOST_VALUES && !value.contains('\0') && value.len() <= longest;
            let kept = if is_sound { &mut asked.values } else { &mut asked.refused };
            kept.entry(name.into_owned()).or_default().push(value.to_owned());
        }
        asked
    }

    /// A value; empty when it was not asked for.
    pub(in crate::web) fn get(&self, name: &str) -> String {
        self.all(name).first().cloned().unwrap_or_default()
    }

    /// All values of a repeated word.
    pub(in crate::web) fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// Is the word there?
    pub(super) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// Was there a value of the word that nobody looks for: too long, with a NUL, or one too many?
    pub(in crate::web) fn is_refused(&self, name: &str) -> bool {
        self.refused.contains_key(name)
    }

    /// The words that are there.
    pub(in crate::web) fn names(&self) -> impl Iterator<Item = &str> {
        let refused = self.refused.keys().filter(|name| !self.values.contains_key(*name));
        self.values.keys().chain(refused).map(String::as_str)
    }

    /// A number, if it is one.
    pub(in crate::web) fn id(&self, name: &str) -> Option<i64> {
        self.get(name).parse().ok()
    }

    /// Where the page starts.
    pub(in crate::web) fn from(&self) -> Option<Cursor> {
        Cursor::parse(self.all("from").first()?)
    }

    /// Rows on the page.
    pub(in crate::web) fn size(&self) -> i64 {
        self.id("size").filter(|size| PAGE_SIZES.contains(size)).unwrap_or(PAGE_SIZES[0])
    }

    /// Sorted downwards?
    pub(super) fn descending(&self, by_itself: bool) -> bool {
        match self.get("way").as_str() {
            "" => by_itself,
            way => way == "down",
        }
    }

    /// A list of words: repeated, or one value with commas.
    pub(super) fn list(&self, one: &str, many: &str) -> Vec<String> {
        let several = self.all(many).iter().flat_map(|value| value.split(','));
        let words = self.all(one).iter().map(String::as_str).chain(several);
        words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }

    /// The same with these values set: none takes a word out.
    pub(super) fn set(&self, name: &str, values: &[String]) -> Self {
        let mut changed = self.without(&[name]);
        if !values.is_empty() {
            changed.values.insert(name.to_owned(), values.to_vec());
        }
        changed
    }

    /// The same with a column moved one place, where an arrow asks for that beside the columns that are ticked: `move` is the
    /// column and the way. Returns it as well.
    pub(super) fn moved(self) -> (Self, Option<(String, Way)>) {
        let word = self.get("move");
        let asked = self.without(&["move"]);
        let Some((key, way)) = word.split_once('.').and_then(|(key, way)| Some((key, Way::from_word(way)?)))
        else {
            return (asked, None);
        };
        let mut columns = asked.list("column", "columns");
        let from = columns.iter().position(|column| column == key);
        let to = from.and_then(|from| match way {
            Way::Earlier => from.checked_sub(1),
            Way::Later => Some(from + 1).filter(|to| *to < columns.len()),
        });
        if let Some((from, to)) = from.zip(to) {
            columns.swap(from, to);
        }
        let asked = match from {
            Some(_) => asked.set("column", &[]).set("columns", &[columns.join(",")]),
            None => asked,
        };
        (asked, Some((key.to_owned(), way)))
    }

    /// The same without these words.
    pub(super) fn without(&self, names: &[&str]) -> Self {
        let mut changed = self.clone();
        for kept in [&mut changed.values, &mut changed.refused] {
            kept.retain(|name, _| !names.contains(&name.as_str()));
        }
        changed
    }

    /// The query with these values changed (an empty one is taken out) and the page turned to the first.
    pub(in crate::web) fn with(&self, changes: &[(&str, &str)]) -> String {
        let changed = changes.iter().fold(self.without(&["from"]), |asked, (name, value)| {
            let value = Some((*value).to_owned()).filter(|value| !value.is_empty());
            asked.set(name, value.as_slice())
        });
        changed.query()
    }

    /// The query, as it is.
    pub(in crate::web) fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.pairs());
        // of a view whose last filter is taken away nothing else would tell that this is meant
        if self.names().all(|name| matches!(name, "view" | "from")) && self.id("view").is_some() {
            query.append_pair("edited", "1");
        }
        format!("?{}", query.finish())
    }

    /// What a form of one filter has to carry along.
    pub(super) fn others(&self, own: &[&str]) -> Vec<(String, String)> {
        let carried = self.pairs().filter(|(name, _)| *name != "from" && !own.contains(name));
        let edited = (self.id("view").is_some() && !self.has("edited")).then_some(("edited", "1"));
        carried.chain(edited).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// The values of these words.
    pub(in crate::web) fn wanted(&self, words: &[String]) -> Wanted {
        let mut wanted = Wanted::everything();
        for word in words {
            wanted.set(word, self.all(word).to_vec());
        }
        wanted
    }

    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.values.iter().chain(&self.refused);
        all.flat_map(|(name, values)| values.iter().map(move |value| (name.as_str(), value.as_str())))
    }
}
