//! A list's cells in a CSV: as numbers and times that programs read, and as texts that no program runs.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use crate::base::listing::{Cell, Row};

/// The cells of a row.
pub(super) fn record(row: &Row) -> impl Iterator<Item = String> {
    row.fields.iter().map(|field| text(&field.cell))
}

/// A text that a spreadsheet shows and does not run: what could be a formula starts with an apostrophe. After a semicolon, too:
/// where that parts the cells, as in German, a text that is no cell of its own here becomes one.
pub(super) fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    for letter in text.chars() {
        let begins = matches!(before, None | Some(';'));
        if begins && matches!(letter, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\t' | '\r') {
            out.push('\'');
        }
        out.push(letter);
        before = Some(letter);
    }
    out
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text)
        | Cell::Lines(text)
        | Cell::Tag(text)
        | Cell::State(text, _)
        | Cell::Link(text, _) => harmless(text),
        Cell::Many(words) => harmless(&words.join(", ")),
        // numbers are numbers, also below zero: nothing that somebody typed stands in them
        Cell::Quantity(n) | Cell::Percent(n) | Cell::Money(n, _) => {
            n.as_ref().map(number).unwrap_or_default()
        }
        Cell::Done(n) => n.to_string(),
        Cell::Count(n) => n.map(|n| n.to_string()).unwrap_or_default(),
        Cell::Moneys(amounts) => {
            let words = amounts.iter().map(|(amount, currency)| format!("{} {currency}", number(amount)));
            let words = words.collect::<Vec<_>>().join("; ");
            // a store may call anything a currency
            if amounts.iter().all(|(_, currency)| is_currency(currency)) { words } else { harmless(&words) }
        }
        Cell::Day(at) | Cell::Ago(at) | Cell::Clock(at) => at.as_ref().map(time).unwrap_or_default(),
        Cell::Span(seconds) => seconds.map(|seconds| format!("{seconds:.1}")).unwrap_or_default(),
        Cell::YesNo(yes) => yes.map_or("", |yes| if yes { "Yes" } else { "No" }).to_owned(),
    }
}

/// "EUR", or nothing.
fn is_currency(text: &str) -> bool {
    matches!(text.len(), 0 | 3) && text.bytes().all(|c| c.is_ascii_alphabetic())
}

/// Exact, with two places at least: "182.90".
fn number(n: &Decimal) -> String {
    let mut n = n.normalize();
    if n.scale() == 1 {
        n.rescale(2);
    }
    n.to_string()
}

/// In UTC, as spreadsheets read it.
fn time(at: &DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::{harmless, number};

    #[test]
    fn nothing_that_a_spreadsheet_would_run_comes_out_as_it_is() {
        for formula in ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(harmless(formula), format!("'{formula}"));
        }
        for text in ["", "Zoë", " =1", "'=1", "a=b", "12-5"] {
            assert_eq!(harmless(text), text);
        }
    }

    #[test]
    fn where_semicolons_part_the_cells_nothing_runs_either() {
        assert_eq!(harmless("y;=1+1; ＝2;z"), "y;'=1+1; ＝2;z");
        assert_eq!(harmless("＝1"), "'＝1");
    }

    #[test]
    fn amounts_are_exact_and_plain() {
        let shown = |text: &str| number(&text.parse::<Decimal>().unwrap());
        assert_eq!(
            [shown("182.9000"), shown("3.0000"), shown("-2.84"), shown("0.125")],
            ["182.90", "3", "-2.84", "0.125"]
        );
    }
}
