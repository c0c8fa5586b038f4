//! Ranges of numbers, as people type them into a filter.

use rust_decimal::Decimal;
use sqlx::{Postgres, QueryBuilder};

/// Numbers as a person asks for them: `100`, `> 100`, `>= 100`, `< 5`, `50 - 100`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    least: Option<(Decimal, &'static str)>,
    most: Option<(Decimal, &'static str)>,
}

impl Range {
    /// Reads it; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replace(['\u{a0}', ' ', ','], "");
        let number =
            |text: &str| text.parse::<Decimal>().ok().filter(|n| n.abs() < Decimal::from(10_i64.pow(15)));
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
        ] {
            assert_eq!(shown(text).as_deref(), Some(expected), "{text}");
        }
        for garbage in ["", "x", ">", "1-", "-", "1-2-3", "'; drop", "99999999999999999999", "1e400"] {
            assert_eq!(shown(garbage), None, "{garbage}");
        }
    }
}
