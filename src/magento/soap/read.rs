//! Reads an answer: the fault, the single return value, or the rows of a list one by one.
//!
//! **Invariant:** a list is empty only when a well-formed message said so; a message that ends before
//! `</Envelope>` is [`Unreadable::Truncated`], whatever was read of it.

use std::io::BufRead;

use super::clean::{Clean, NoStart};
use super::element::{Step, Tag, Walker};
use super::start;
use super::value::{Row, Value};
use crate::magento::Limits;
use crate::magento::warnings::Notes;

/// Why an answer gives no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// There is no SOAP message in it; this is its beginning (at most 4 KiB).
    NotSoap(Vec<u8>),
    /// It ends before the message does.
    Truncated,
    /// It is not well-formed, or not the message expected.
    Malformed(String),
    /// It holds something that is refused.
    Hostile(String),
    /// It is a SOAP fault.
    Fault {
        /// `faultcode`.
        code: String,
        /// `faultstring`.
        text: String,
    },
}

/// An answer's value or why there is none, and what was repaired on the way.
pub struct Answer<T> {
    /// The value.
    pub value: Result<T, Unreadable>,
    pub(crate) notes: Notes,
}

/// Reads an answer whose return value is one scalar or struct.
pub fn read_one(body: impl BufRead, charset: Option<&str>, limits: &Limits) -> Answer<Value> {
    read(body, charset, limits, |walker, tag| walker.content(&tag))
}

/// Reads an answer whose return value is an array; `each` gets one element at a time. The value is their number.
pub fn read_list(
    body: impl BufRead,
    charset: Option<&str>,
    limits: &Limits,
    mut each: impl FnMut(Value),
) -> Answer<usize> {
    read(body, charset, limits, |walker, tag| rows(walker, &tag, limits.max_items, &mut each))
}

fn read<R: BufRead, T>(
    body: R,
    charset: Option<&str>,
    limits: &Limits,
    take: impl FnOnce(&mut Walker<R>, Tag) -> Result<T, Unreadable>,
) -> Answer<T> {
    let clean = match Clean::start(body, charset) {
        Ok(clean) => clean,
        Err(problem) => {
            return Answer { value: Err(problem.into()), notes: Notes::default() };
        }
    };
    let mut walker = Walker::new(clean, limits);
    let value = message(&mut walker, take);
    if matches!(value, Err(Unreadable::Fault { .. })) {
        // what closes the envelope after a fault is not text after the answer
        let _ = to_the_end(&mut walker);
    }
    if value.is_ok() || matches!(value, Err(Unreadable::Fault { .. })) {
        walker.clean().drain();
    }
    let notes = std::mem::take(walker.clean().notes());
    Answer { value, notes }
}

fn message<R: BufRead, T>(
    walker: &mut Walker<R>,
    take: impl FnOnce(&mut Walker<R>, Tag) -> Result<T, Unreadable>,
) -> Result<T, Unreadable> {
    let root = open(walker)?;
    if root.is("Fault") {
        return Err(fault(walker, &root)?);
    }
    let mut body = open(walker)?;
    while body.is("Header") {
        walker.content(&body)?;
        body = open(walker)?;
    }
    let response = if body.is("Body") { open(walker)? } else { body };
    if response.is("Fault") {
        return Err(fault(walker, &response)?);
    }
    if response.empty {
        return Err(Unreadable::Malformed(format!("{} holds no value", response.name)));
    }
    let value = open(walker)?;
    if value.is("Fault") {
        return Err(fault(walker, &value)?);
    }
    let value = take(walker, value)?;
    to_the_end(walker)?;
    Ok(value)
}

/// The next start of an element; the end of the enclosing one is an error.
fn open<R: BufRead>(walker: &mut Walker<R>) -> Result<Tag, Unreadable> {
    match walker.step()? {
        Step::Open(tag) => Ok(tag),
        Step::Close => {
            Err(Unreadable::Malformed("an element that should hold the answer is empty".to_owned()))
        }
    }
}

fn rows<R: BufRead>(
    walker: &mut Walker<R>,
    list: &Tag,
    most: usize,
    each: &mut impl FnMut(Value),
) -> Result<usize, Unreadable> {
    if list.nil {
        return Err(Unreadable::Malformed("it has nil where a list should be".to_owned()));
    }
    if list.empty {
        return Ok(0);
    }
    let mut count = 0;
    walker.forget_text();
    loop {
        match walker.step()? {
            Step::Open(tag) if tag.is("Fault") => return Err(fault(walker, &tag)?),
            Step::Open(tag) => {
                count += 1;
                if count > most {
                    return Err(Unreadable::Hostile(format!("it holds more than {most} rows")));
                }
                each(walker.content(&tag)?);
                walker.forget_text();
            }
            Step::Close if walker.text().trim().is_empty() => return Ok(count),
            Step::Close => {
                return Err(Unreadable::Malformed("it has a text where a list should be".to_owned()));
            }
        }
    }
}

/// Closes the elements still open; a fault that stands after the value counts as well.
fn to_the_end<R: BufRead>(walker: &mut Walker<R>) -> Result<(), Unreadable> {
    while walker.depth() > 0 {
        match walker.step()? {
            Step::Close => {}
            Step::Open(tag) if tag.is("Fault") => return Err(fault(walker, &tag)?),
            Step::Open(tag) => {
                walker.content(&tag)?;
            }
        }
    }
    Ok(())
}

fn fault<R: BufRead>(walker: &mut Walker<R>, tag: &Tag) -> Result<Unreadable, Unreadable> {
    let value = walker.content(tag)?;
    let row = value.as_row().cloned().unwrap_or_default();
    let code = first_text(&row, "faultcode").or_else(|| nested_text(&row, "Code", "Value"));
    let text = first_text(&row, "faultstring").or_else(|| nested_text(&row, "Reason", "Text"));
    Ok(Unreadable::Fault { code: code.unwrap_or_default(), text: text.unwrap_or_default() })
}

fn first_text(row: &Row, name: &str) -> Option<String> {
    row.get(name)?.as_text().map(|text| text.trim().to_owned())
}

fn nested_text(row: &Row, outer: &str, inner: &str) -> Option<String> {
    first_text(row.get(outer)?.as_row()?, inner)
}

impl From<NoStart> for Unreadable {
    fn from(problem: NoStart) -> Self {
        match problem {
            NoStart::NotSoap(head) if start::is_cut_before_it_starts(&head) => Self::Truncated,
            NoStart::NotSoap(head) => Self::NotSoap(head),
            NoStart::Doctype => Self::Hostile("it holds a DOCTYPE".to_owned()),
            NoStart::Io => Self::Truncated,
        }
    }
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
