//! Totals as a file for a spreadsheet (RFC 4180), in which no text is a formula.

use super::Wanted;
use crate::crm::dashboard::Totals;
use crate::web::dashboard::label;

const HEADS: [&str; 13] = [
    "Period",
    "From",
    "To",
    "Channel",
    "Currency",
    "Orders",
    "Revenue",
    "Average Order Value",
    "Discount",
    "Tax",
    "Shipping",
    "Refunded",
    "New Customers",
];

/// The whole file.
pub(super) fn write(wanted: &Wanted, rows: &[Totals]) -> String {
    let heads = HEADS.map(cell).join(",");
    let rows = rows.iter().map(|row| line(wanted, row).join(","));
    std::iter::once(heads).chain(rows).map(|line| format!("{line}\r\n")).collect()
}

fn line(wanted: &Wanted, row: &Totals) -> [String; 13] {
    let part = wanted.part(row.from);
    let average = row.average().map(|amount| amount.round_dp(4).normalize().to_string());
    [
        cell(&label(wanted.step, part)),
        part.from.to_string(),
        part.to.to_string(),
        cell(&row.channel),
        cell(&row.currency),
        row.orders.to_string(),
        row.revenue.normalize().to_string(),
        average.unwrap_or_default(),
        row.discount.normalize().to_string(),
        row.tax.normalize().to_string(),
        row.shipping.normalize().to_string(),
        row.refunded.normalize().to_string(),
        row.customers.map(|customers| customers.to_string()).unwrap_or_default(),
    ]
}

/// A text that a spreadsheet shows as it is: one that looks like a formula gets an apostrophe before it.
fn cell(text: &str) -> String {
    let harmless =
        if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    match harmless.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", harmless.replace('"', "\"\"")),
        false => harmless,
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn texts_are_quoted_and_never_formulas() {
        for (text, expected) in [
            ("Corner shop", "Corner shop"),
            ("A, \"B\"", "\"A, \"\"B\"\"\""),
            ("=1+1", "'=1+1"),
            ("@SUM(A1,A2)", "\"'@SUM(A1,A2)\""),
            ("\t=1", "'\t=1"),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}
