//! Pages of a list by keyset: "the 25 after this row", never "rows 5,000 to 5,025". Quick at any depth, and nothing
//! is shown twice or skipped when rows come in between.

use serde::{Deserialize, Serialize};

/// How many rows a page may have.
pub const PAGE_SIZES: [i64; 3] = [25, 50, 100];

/// Of a longer value a link has the beginning alone, in bytes: addresses have an end. The row itself tells the rest.
const LONGEST: usize = 500;

/// Which way from the cursor the page lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// The rows after the cursor.
    After,
    /// The rows before it.
    Before,
}

/// The row that a page starts from: the value it is sorted by (as text that Postgres reads back) and its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Which side of the row.
    pub way: Way,
    /// The row's value in the sorted column; `None` = null, which sorts last.
    pub value: Option<String>,
    /// That is only how the value begins.
    pub is_cut: bool,
    /// The row's id, which makes the order total.
    pub id: i64,
}

impl Cursor {
    /// At this row.
    #[must_use]
    pub fn new(way: Way, value: Option<String>, id: i64) -> Self {
        let is_cut = value.as_ref().is_some_and(|value| value.len() > LONGEST);
        let value = value.map(|mut value| {
            value.truncate(value.floor_char_boundary(LONGEST));
            value
        });
        Self { way, value, is_cut, id }
    }

    /// Reads a cursor out of a link; `None` for anything that is not one of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (way, rest) = text.split_once('.')?;
        let way = match way {
            "after" => Way::After,
            "before" => Way::Before,
            _ => return None,
        };
        let (id, value) = rest.split_once('.')?;
        let (value, is_cut) = match value.split_at_checked(1)? {
            ("n", "") => (None, false),
            ("v", value) => (Some(value.to_owned()), false),
            ("b", value) => (Some(value.to_owned()), true),
            _ => return None,
        };
        let sound = value.as_ref().is_none_or(|v| v.len() <= 1000 && !v.contains('\0'));
        sound.then_some(Self { way, value, is_cut, id: id.parse().ok()? })
    }

    /// The text for a link; not yet percent-encoded.
    #[must_use]
    pub fn to_text(&self) -> String {
        let way = match self.way {
            Way::After => "after",
            Way::Before => "before",
        };
        match &self.value {
            None => format!("{way}.{}.n", self.id),
            Some(value) if self.is_cut => format!("{way}.{}.b{value}", self.id),
            Some(value) => format!("{way}.{}.v{value}", self.id),
        }
    }
}

/// One page of rows.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows in the order of the list.
    pub rows: Vec<T>,
    /// From where the page before starts; `None` on the first.
    pub previous: Option<Cursor>,
    /// From where the next page starts; `None` on the last.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Makes a page of rows that were asked for with one more than `size`, in the direction of `from`.
    /// `key` tells a row's sorted value and id.
    pub fn cut(
        mut rows: Vec<T>,
        size: i64,
        from: Option<&Cursor>,
        key: impl Fn(&T) -> (Option<String>, i64),
    ) -> Self {
        let size = usize::try_from(size).unwrap_or(25);
        let more = rows.len() > size;
        rows.truncate(size);
        let backwards = from.is_some_and(|cursor| cursor.way == Way::Before);
        if backwards {
            rows.reverse();
        }
        let has_next = if backwards { true } else { more };
        let has_previous = if backwards { more } else { from.is_some() };
        let cursor = |row: Option<&T>, way| {
            row.map(|row| {
                let (value, id) = key(row);
                Cursor::new(way, value, id)
            })
        };
        let previous = if has_previous { cursor(rows.first(), Way::Before) } else { None };
        let next = if has_next { cursor(rows.last(), Way::After) } else { None };
        Self { rows, previous, next }
    }
}

/// How many rows a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    /// Counted.
    Exactly(i64),
    /// Too many to count for a page view: the planner's estimate.
    About(i64),
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Page, Way};

    #[test]
    fn a_cursor_survives_the_link_and_garbage_is_none() {
        for value in [None, Some(String::new()), Some("O'Brien. <x> ".to_owned())] {
            let cursor = Cursor::new(Way::After, value, 7);
            assert_eq!(Cursor::parse(&cursor.to_text()), Some(cursor));
        }
        let long = Cursor::new(Way::After, Some("Щ".repeat(300)), 7);
        assert_eq!((long.value.clone(), long.is_cut), (Some("Щ".repeat(250)), true));
        assert_eq!(Cursor::parse(&long.to_text()), Some(long));
        for garbage in ["", "after", "after.x.n", "sideways.1.n", "after.1.", "after.1.nx", "after.1.v\0"] {
            assert_eq!(Cursor::parse(garbage), None, "{garbage:?}");
        }
    }

    #[test]
    fn a_page_knows_its_neighbours() {
        let key = |n: &i64| (None, *n);
        let first = Page::cut(vec![1, 2, 3], 2, None, key);
        assert_eq!(
            (first.rows.as_slice(), first.previous.is_none(), first.next.map(|c| c.id)),
            ([1, 2].as_slice(), true, Some(2))
        );
        let from = Cursor::new(Way::Before, None, 5);
        let back = Page::cut(vec![4, 3], 2, Some(&from), key);
        assert_eq!(
            (back.rows.as_slice(), back.previous.is_none(), back.next.map(|c| c.id)),
            ([3, 4].as_slice(), true, Some(4))
        );
    }
}
