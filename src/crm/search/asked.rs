//! What was typed, as far as it can be looked up: words, digits of a phone, a number.

use sqlx::PgConnection;

use super::rarity::{Rarity, Whose};

/// What was typed.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    pub(super) text: String,
    pub(super) words: Vec<String>,
    /// All of the words, as they are; `None` without any word.
    pub(super) whole: Option<String>,
    /// All of them, or words that begin so.
    pub(super) begun: Option<String>,
    rarity: Rarity,
    /// The digits of a phone number from the end, as a pattern.
    pub(super) phone: Option<String>,
    /// Only so many of them as people of one town need.
    pub(super) local_phone: Option<String>,
    /// The number of an order or a credit memo.
    pub(super) number: Option<String>,
    /// The id of a cart.
    pub(super) id: Option<i64>,
}

/// Nobody knows more words of a record than these.
const MOST_WORDS: usize = 8;
/// Fewer digits are no phone number, and more neither.
const PHONE: std::ops::RangeInclusive<usize> = 5..=15;
const LOCAL: usize = 7;
/// A number is not longer than this.
const LONGEST_NUMBER: usize = 50;

impl Asked {
    /// Reads what was typed. The words are those that the index knows.
    pub(super) async fn read(db: &mut PgConnection, text: &str) -> Result<Self, sqlx::Error> {
        let text = text.trim().to_owned();
        let words =
            sqlx::query_scalar!("select words_of($1) as \"words!\"", text).fetch_one(&mut *db).await?;
        let words: Vec<String> = words.into_iter().take(MOST_WORDS).collect();
        let rarity = Rarity::of(db, &words).await?;
        let (phone, local_phone) = phone(&text);
        let number = text.trim_start_matches('#').trim().to_owned();
        let is_number = number.chars().any(|c| c.is_ascii_digit())
            && number.chars().all(|c| c.is_ascii_alphanumeric() || "-_/".contains(c))
            && number.len() <= LONGEST_NUMBER;
        Ok(Self {
            whole: all_of(&words, quoted),
            begun: all_of(&words, begun),
            rarity,
            phone,
            local_phone,
            id: number.parse().ok(),
            number: is_number.then_some(number),
            text,
            words,
        })
    }

    /// The words that an index is asked for, as they are.
    pub(super) fn whole_by_index(&self, whose: Whose) -> Option<String> {
        match self.words.is_empty() {
            true => self.whole.clone(),
            false => all_of(&self.rarity.whole(whose, &self.words), quoted),
        }
    }

    /// The same of words that are begun.
    pub(super) fn begun_by_index(&self, whose: Whose) -> Option<String> {
        match self.words.is_empty() {
            true => self.begun.clone(),
            false => all_of(&self.rarity.begun(whose, &self.words), begun),
        }
    }

    /// The same with other words: each one of several.
    pub(super) fn instead(&self, words: &[Vec<String>]) -> Self {
        let any = |words: &Vec<String>| {
            format!("({})", words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" | "))
        };
        let query = words.iter().map(any).collect::<Vec<_>>().join(" & ");
        Self { text: self.text.clone(), whole: Some(query.clone()), begun: Some(query), ..Self::default() }
    }
}

fn all_of<T: AsRef<str>>(words: &[T], part: impl Fn(&str) -> String) -> Option<String> {
    let parts = words.iter().map(|word| part(word.as_ref()));
    (!words.is_empty()).then(|| parts.collect::<Vec<_>>().join(" & "))
}

/// A word that begins so.
fn begun(word: &str) -> String {
    format!("{}:*", quoted(word))
}

/// A word within a query: whatever is in it is nothing but the word.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\\', "\\\\").replace('\'', "''"))
}

/// Country codes and zeros before a number are left out by some: it is looked for from its end.
fn phone(text: &str) -> (Option<String>, Option<String>) {
    let is_one = text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "+()-./".contains(c));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    if !is_one || !PHONE.contains(&digits.len()) {
        return (None, None);
    }
    let backwards: String = digits.chars().rev().collect();
    let local = (backwards.len() > LOCAL).then(|| format!("{}%", &backwards[..LOCAL]));
    (Some(format!("{backwards}%")), local)
}

#[cfg(test)]
mod tests {
    use super::{phone, quoted};

    #[test]
    fn phone_numbers_are_read_from_their_end_however_they_are_typed() {
        let of = |text| phone(text).0.unwrap_or_default();
        assert_eq!(of("+32 2 555 01 47"), "7410555223%");
        assert_eq!([of("02/555.01.47"), of("(0)2 555-0147")], ["74105552%", "74105552%"]);
        assert_eq!(phone("0032 2 555 01 47").1.as_deref(), Some("7410555%"));
        for other in ["Ada 12345", "1234", "12345678901234567", ""] {
            assert_eq!(phone(other), (None, None), "{other}");
        }
    }

    #[test]
    fn a_word_is_a_word_whatever_is_in_it() {
        assert_eq!(quoted(r"o'\b"), r"'o''\\b'");
    }
}
