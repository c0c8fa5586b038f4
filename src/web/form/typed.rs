//! What is typed into a field becomes a value within bounds, or words that say what to do.

use std::fmt::Display;

use crate::web::view;

/// Nobody looks for more than this.
const LONGEST_WANTED: usize = 200;

/// A line of text within bounds: trimmed, without control characters.
///
/// # Errors
/// What to show beside the field.
pub(in crate::web) fn line(text: &str, what: &str, most: usize) -> Result<String, String> {
    let text = trimmed(text);
    if text.is_empty() {
        return Err(format!("Enter {what}."));
    }
    short(text, most)
}

/// The same, but may be left empty.
///
/// # Errors
/// What to show beside the field.
pub(in crate::web) fn optional_line(text: &str, most: usize) -> Result<Option<String>, String> {
    let text = trimmed(text);
    if text.is_empty() { Ok(None) } else { short(text, most).map(Some) }
}

/// A line that is only looked for: trimmed, of a length that a search can deal with, without what no database keeps.
pub(in crate::web) fn clean_line(text: &str) -> String {
    trimmed(text).chars().filter(|c| !c.is_control()).take(LONGEST_WANTED).collect()
}

/// A text of several lines, which may be left empty: without the white space around it, line breaks as one character.
///
/// # Errors
/// What to show beside the field.
pub(in crate::web) fn text(text: &str, most: usize) -> Result<String, String> {
    let text = trimmed(text).replace("\r\n", "\n").replace('\r', "\n");
    let many = text.chars().count();
    if many > most {
        return Err(format!(
            "Use at most {} characters; these are {}.",
            view::number(most as i64),
            view::number(many as i64)
        ));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err("Remove the control characters: they cannot be seen, but they are there.".to_owned());
    }
    if text.chars().any(turns_the_text) {
        return Err(
            "Remove the characters that turn the direction of the text: they cannot be seen.".to_owned()
        );
    }
    Ok(text)
}

fn short(text: &str, most: usize) -> Result<String, String> {
    if text.chars().count() > most {
        return Err(format!(
            "Use at most {most} characters; these are {}.",
            view::number(text.chars().count() as i64)
        ));
    }
    if text.chars().any(turns_the_text) {
        return Err(
            "Remove the characters that turn the direction of the text: they cannot be seen.".to_owned()
        );
    }
    if text.chars().any(char::is_control) {
        return Err("Remove the control characters: they cannot be seen, but they are there.".to_owned());
    }
    Ok(text.to_owned())
}

/// Embeddings, overrides and isolates of Unicode's bidirectional algorithm: they turn what stands behind them, too.
fn turns_the_text(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Without what takes no room.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}'))
}

/// A whole number within bounds; `None` when left empty.
///
/// # Errors
/// What to show beside the field.
pub(in crate::web) fn number<T>(text: &str, least: T, most: T) -> Result<Option<T>, String>
where
    T: std::str::FromStr + PartialOrd + Display,
{
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<T>() {
        Ok(value) if value >= least && value <= most => Ok(Some(value)),
        _ => Err(format!("Enter a whole number from {least} to {most}, or leave it empty.")),
    }
}

#[cfg(test)]
mod tests {
    use super::{line, number};

    #[test]
    fn hostile_lines_are_told_what_to_do() {
        assert_eq!(line("  Ada ", "a name", 10), Ok("Ada".to_owned()));
        assert_eq!(line(" ", "a name", 10), Err("Enter a name.".to_owned()));
        assert!(line("a\0b", "a name", 10).unwrap_err().contains("control characters"));
        assert!(line(&"x".repeat(1_000_000), "a name", 250).unwrap_err().contains("at most 250"));
        assert_eq!(line("\u{200b}\u{feff}", "a name", 10), Err("Enter a name.".to_owned()));
        assert!(line("a\u{202e}b", "a name", 10).unwrap_err().contains("direction"));
        assert_eq!(line("<script>'\"", "a name", 20), Ok("<script>'\"".to_owned()));
    }

    #[test]
    fn numbers_keep_their_bounds() {
        assert_eq!(number("", 1_i16, 8), Ok(None));
        assert_eq!(number(" 8 ", 1_i16, 8), Ok(Some(8)));
        for bad in ["0", "9", "-1", "x", "1.5", "99999999999"] {
            assert!(number(bad, 1_i16, 8).is_err(), "{bad}");
        }
    }
}
