//! What became what.

use serde_json::{Value, json};

/// A longer text is cut: the trail says that it changed, the record has the whole of it.
const LONGEST: usize = 1000;

/// Fields with what they were and what they became, as people know the values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    rows: Vec<Value>,
}

impl Changes {
    /// Nothing to tell but the act.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// A field that became another. The same value twice is no change.
    #[must_use]
    pub fn field(mut self, word: &str, old: &str, new: &str) -> Self {
        if old != new {
            self.rows.push(json!({"field": clean(word), "old": clean(old), "new": clean(new)}));
        }
        self
    }

    /// Something to know of the act, such as which store was told.
    #[must_use]
    pub fn told(mut self, word: &str, value: &str) -> Self {
        self.rows.push(json!({"field": clean(word), "new": clean(value)}));
        self
    }

    /// A secret that became another: neither is told.
    #[must_use]
    pub fn secret(mut self, word: &str) -> Self {
        self.rows.push(json!({"field": clean(word), "secret": true}));
        self
    }

    /// These, and those.
    #[must_use]
    pub fn and(mut self, more: Self) -> Self {
        self.rows.extend(more.rows);
        self
    }

    /// Is there nothing in it?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(super) fn json(&self) -> Value {
        Value::Array(self.rows.clone())
    }

    /// Every text of it, to be searched.
    pub(super) fn words(&self) -> String {
        let texts = |row: &Value| {
            let parts = ["field", "old", "new"].map(|key| row.get(key).and_then(Value::as_str).unwrap_or(""));
            parts.join(" ")
        };
        self.rows.iter().map(texts).collect::<Vec<_>>().join(" ")
    }
}

/// Without what a database does not keep, and no longer than anybody reads.
pub(super) fn clean(text: &str) -> String {
    let mut kept: String = text.chars().filter(|c| *c != '\0').take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        kept.push('…');
    }
    kept
}

/// A stored value in words: a text as it is, several parts with commas, nothing as nothing.
#[must_use]
pub fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.lines().map(str::trim).collect::<Vec<_>>().join(", "),
        Value::Array(parts) => told(parts.iter()),
        Value::Object(members) => {
            let places = ["street", "city", "region", "postcode", "country_id"];
            let known: Vec<&Value> = places.iter().filter_map(|part| members.get(*part)).collect();
            if known.is_empty() { told(members.values()) } else { told(known.into_iter()) }
        }
        other => other.to_string(),
    }
}

fn told<'a>(parts: impl Iterator<Item = &'a Value>) -> String {
    parts.map(shown).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Changes, shown};

    #[test]
    fn only_what_differs_is_told_and_a_secret_never() {
        let changes =
            Changes::none().field("Name", "Ada", "Ada").field("Email", "a@x.de", "b@x.de").secret("Key");
        let rows =
            json!([{"field": "Email", "old": "a@x.de", "new": "b@x.de"}, {"field": "Key", "secret": true}]);
        assert_eq!(changes.json(), rows);
        assert_eq!(changes.words().trim(), "Email a@x.de b@x.de Key");
    }

    #[test]
    fn what_no_database_keeps_is_left_out_and_long_texts_are_cut() {
        let changes = Changes::none().told("Note", &format!("a\0b{}", "x".repeat(5000)));
        let told = changes.json()[0]["new"].as_str().unwrap().to_owned();
        assert!(told.starts_with("abx") && told.ends_with('…') && told.chars().count() == 1001, "{told}");
    }

    #[test]
    fn values_are_told_in_words() {
        for (value, words) in [
            (json!(null), ""),
            (json!("a\nb"), "a, b"),
            (json!(3), "3"),
            (
                json!({"street": "Main 1", "city": "Ulm", "region": "", "postcode": "89073", "country_id": "DE"}),
                "Main 1, Ulm, 89073, DE",
            ),
        ] {
            assert_eq!(shown(&value), words);
        }
    }
}
