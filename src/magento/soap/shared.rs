//! What `href` refers to (F39). PHP writes an object once, with an `id`, and refers to it from then on; an object may
//! hold one that refers back to it.

use std::collections::{HashMap, HashSet};

use super::read::Unreadable;
use super::value::{Row, Value};

/// Values that may be referred to, and copies of them, counted together: more than these is no Magento but a bomb.
const MOST_SHARED: usize = 100_000;

/// The values with an id that were read so far.
#[derive(Default)]
pub(super) struct Shared {
    values: HashMap<String, Value>,
    /// Ids of what was skipped, and of what is not whole yet.
    withheld: HashSet<String>,
    counted: usize,
}

impl Shared {
    /// Notes an id that is about to be read or skipped. Until its value is kept, it stands for nil.
    pub(super) fn withhold(&mut self, id: Option<&str>) {
        self.withheld.extend(id.map(str::to_owned));
    }

    /// Keeps the value of an id.
    pub(super) fn keep(&mut self, id: &str, value: &Value) -> Result<(), Unreadable> {
        self.count(value)?;
        self.values.insert(id.to_owned(), value.clone());
        Ok(())
    }

    /// The value that a reference such as `#ref1` stands for.
    pub(super) fn find(&mut self, href: &str) -> Result<Value, Unreadable> {
        let id = href.trim_start_matches('#');
        match self.values.get(id).cloned() {
            Some(value) => {
                self.count(&value)?;
                Ok(value)
            }
            None if self.withheld.contains(id) => Ok(Value::Nil),
            None => Err(Unreadable::Malformed(format!("it refers to {href}, which it does not hold"))),
        }
    }

    fn count(&mut self, value: &Value) -> Result<(), Unreadable> {
        self.counted += values_in(value);
        if self.counted > MOST_SHARED {
            return Err(Unreadable::Hostile(format!(
                "its references stand for more than {MOST_SHARED} values"
            )));
        }
        Ok(())
    }
}

/// How many values; a long text counts as many.
fn values_in(value: &Value) -> usize {
    1 + match value {
        Value::Nil => 0,
        Value::Text(text) => text.len() / 64,
        Value::List(values) => values.iter().map(values_in).sum(),
        Value::Row(Row(members)) => members.iter().map(|(_, value)| values_in(value)).sum(),
    }
}
