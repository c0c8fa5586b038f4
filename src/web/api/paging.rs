//! The words of an address that page: how long a page is, and where it starts.

use super::super::grid::Asked;
use super::problem::{Kind, Problem};
use crate::base::keyset::{Cursor, PAGE_SIZES};

/// What a page tells of its length, in the document.
pub(super) const SIZE: &str = "Rows on the page; by itself 25.";
/// What a page tells of its start, in the document.
pub(super) const FROM: &str = "Where the page starts, as next and previous have it.";

/// A page of what is no list of the pages, and is read by id.
#[derive(Debug)]
pub(super) struct Paging {
    pub(super) from: Option<Cursor>,
    pub(super) size: i64,
}

impl Paging {
    /// What is asked, or every word that is not understood.
    pub(super) fn read(asked: &Asked) -> Result<Self, Problem> {
        let mut faults: Vec<(String, String)> = Vec::new();
        for name in asked.names().filter(|name| !matches!(*name, "size" | "from")) {
            faults.push((name.to_owned(), unknown()));
        }
        surplus(asked, &["size", "from"], &mut faults);
        self::faults(asked, |cursor| cursor.value.is_none(), &mut faults);
        if faults.is_empty() {
            Ok(Self { from: asked.from(), size: asked.size() })
        } else {
            Err(Problem::with(Kind::Parameters, faults))
        }
    }

    /// The address of the page at a cursor.
    pub(super) fn turn(at: &str, asked: &Asked, to: Option<Cursor>) -> Option<String> {
        to.map(|to| format!("{at}{}", asked.with(&[("from", &to.to_text())])))
    }
}

/// What is said of a word that nobody knows.
pub(super) fn unknown() -> String {
    "There is no such parameter here.".to_owned()
}

/// What is said of words that were given twice, or with a value that nobody looks for.
pub(super) fn surplus(asked: &Asked, names: &[&str], faults: &mut Vec<(String, String)>) {
    for name in names {
        if asked.is_refused(name) {
            faults.push((
                (*name).to_owned(),
                "The value is too long, has a NUL in it, or is one too many.".to_owned(),
            ));
        } else if asked.all(name).len() > 1 {
            faults.push(((*name).to_owned(), "Give one value.".to_owned()));
        }
    }
}

/// What is wrong with the words that page, where the order `takes` a cursor.
pub(super) fn faults(asked: &Asked, takes: impl Fn(&Cursor) -> bool, faults: &mut Vec<(String, String)>) {
    let size = asked.get("size");
    if !size.is_empty() && asked.size().to_string() != size {
        let sizes = PAGE_SIZES.map(|size| size.to_string()).join(", ");
        faults.push(("size".to_owned(), format!("Use {sizes}.")));
    }
    if !asked.get("from").is_empty() && !asked.from().is_some_and(|cursor| takes(&cursor)) {
        let message = "Take it as it is from next or previous of a page in the same order.";
        faults.push(("from".to_owned(), message.to_owned()));
    }
}
