//! Ranges of numbers, as people type them into a filter.

use rust_decimal::Decimal;
use sqlx::{Postgres, QueryBuilder};

/// Numbers as a person asks for them: `100`, `> 100`, `>= 100`, `< 5`, `50 - 100`, `$1,284.50`, `1.284,50 EUR`. What could be
/// meant in two ways, as `1.000` is a thousand to half of the world, is not guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    least: Option<(Decimal, &'static str)>,
    most: Option<(Decimal, &'static str)>,
}

impl Range {
    /// Reads it; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replace(['\u{a0}', ' '], "");
        let open = [(">=", ">="), (">", ">"), ("<=", "<="), ("<", "<")];
        for (sign, word) in open {
            if let Some(rest) = text.strip_prefix(sign) {
                let bound = Some((number(rest)?, word));
                let least = sign.starts_with('>');
                return Some(if least {
                    Self { least: bound, most: None }
                } else {
                    Self { least: None, most: bound }
                });
            }
        }
        if let Some(exact) = number(&text) {
            return Some(Self { least: Some((exact, ">=")), most: Some((exact, "<=")) });
        }
        let at = text.char_indices().skip(1).find(|(_, c)| matches!(c, '-' | '–'))?.0;
        let (least, most) = text.split_at(at);
        let most = most.trim_start_matches(['-', '–']);
        Some(Self { least: Some((number(least)?, ">=")), most: Some((number(most)?, "<=")) })
    }

    /// Adds the conditions that `what` is within it.
    pub fn ask(self, query: &mut QueryBuilder<Postgres>, what: &str) {
        query.push("true");
        for (bound, sign) in self.least.into_iter().chain(self.most) {
            query.push(format!(" and {what} {sign} ")).push_bind(bound);
        }
    }
}

/// The signs that amounts are shown with, and others that are typed.
const SIGNS: [char; 12] = ['$', '€', '£', '¥', '₹', '₩', '₪', '₽', '₺', '₴', '₫', '฿'];

fn number(text: &str) -> Option<Decimal> {
    let (is_negative, text) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let plain = plain(without_currency(text))?;
    let is_plain = plain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number = plain.parse::<Decimal>().ok().filter(|_| is_plain)?;
    (number < Decimal::from(10_i64.pow(15))).then_some(if is_negative { -number } else { number })
}

/// A sign or a code of three letters, before the amount or after it.
fn without_currency(text: &str) -> &str {
    let is_code = |text: &str| text.bytes().all(|byte| byte.is_ascii_uppercase());
    let before = text.split_at_checked(3).filter(|(code, _)| is_code(code)).map(|(_, rest)| rest);
    let after = || {
        let (rest, code) = text.split_at_checked(text.len().checked_sub(3)?)?;
        is_code(code).then_some(rest)
    };
    let signed = || text.strip_prefix(SIGNS).or_else(|| text.strip_suffix(SIGNS));
    before.or_else(after).or_else(signed).unwrap_or(text)
}

/// The digits with a point before the fraction, whichever way they were grouped; `None` if that is not clear.
fn plain(text: &str) -> Option<String> {
    if let Some((whole, cents)) = text.rsplit_once(',').filter(|(_, cents)| matches!(cents.len(), 1 | 2)) {
        return Some(format!("{}.{cents}", ungrouped(whole, '.')?));
    }
    let Some((whole, fraction)) = text.split_once('.') else { return ungrouped(text, ',') };
    let is_unclear = fraction.len() == 3 && matches!(whole.len(), 1..=3) && whole != "0";
    if is_unclear { None } else { Some(format!("{}.{fraction}", ungrouped(whole, ',')?)) }
}

/// The number without the marks between its thousands, if that is where they stand.
fn ungrouped(whole: &str, mark: char) -> Option<String> {
    let mut groups = whole.split(mark);
    let first = groups.next().unwrap_or_default();
    let are_thousands = groups.all(|group| group.len() == 3 && matches!(first.len(), 1..=3));
    are_thousands.then(|| whole.replace(mark, ""))
}

#[cfg(test)]
mod tests {
    use super::Range;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let shown = |text: &str| {
            let range = Range::parse(text)?;
            let bound =
                |bound: Option<(_, &str)>| bound.map(|(n, sign)| format!("{sign}{n}")).unwrap_or_default();
            Some(format!("{} {}", bound(range.least), bound(range.most)))
        };
        for (text, expected) in [
            ("100", ">=100 <=100"),
            ("> 1,000.50", ">1000.50 "),
            (">=5", ">=5 "),
            ("<5", " <5"),
            ("<= 5", " <=5"),
            ("50 - 100", ">=50 <=100"),
            ("-5", ">=-5 <=-5"),
            ("-5-10", ">=-5 <=10"),
            ("1,000", ">=1000 <=1000"),
            ("1,234,567.5", ">=1234567.5 <=1234567.5"),
            ("784,20", ">=784.20 <=784.20"),
            ("0,5", ">=0.5 <=0.5"),
            ("1.234,50", ">=1234.50 <=1234.50"),
            ("0.125", ">=0.125 <=0.125"),
            ("1234.125", ">=1234.125 <=1234.125"),
            ("$784.20", ">=784.20 <=784.20"),
            ("−$3.00", ">=-3.00 <=-3.00"),
            ("CHF 1,284.50", ">=1284.50 <=1284.50"),
            ("> 784,20 €", ">784.20 "),
            ("$50 - $100", ">=50 <=100"),
            ("50-100 EUR", ">=50 <=100"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(expected), "{text}");
        }
        let nothing = [
            "",
            "x",
            ">",
            "1-",
            "-",
            "1-2-3",
            "'; drop",
            "99999999999999999999",
            "1e400",
            "--5",
            "$",
            "5k",
            ",",
        ];
        let unclear =
            ["1.000", ">1.000", "1,2345", "1000,000", "1,000,00", "1.2.3", "1,234.567,8", ",500", "5mio"];
        for garbage in nothing.into_iter().chain(unclear) {
            assert_eq!(shown(garbage), None, "{garbage}");
        }
    }
}
