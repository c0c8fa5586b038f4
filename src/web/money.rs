//! Amounts as people read them: with their currency, rounded as it is counted, never added up over currencies.

use rust_decimal::{Decimal, RoundingStrategy};

use super::view;
use super::view::OrNone;

/// "€182.90", "CHF 1,284.50", "−$3.00".
pub(super) fn money(amount: &Decimal, currency: &str) -> String {
    let places = places(currency);
    let rounded = amount.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    let sign = if rounded < Decimal::ZERO { "−" } else { "" };
    let digits = grouped(&format!("{:.*}", places as usize, rounded.abs()));
    format!("{sign}{}{digits}", self::sign(currency))
}

/// What stands before an amount: "€", "CHF ".
pub(super) fn sign(currency: &str) -> String {
    match symbol(currency) {
        Some(symbol) => symbol.to_owned(),
        None if currency.trim().is_empty() => String::new(),
        None => format!("{}\u{a0}", currency.trim().chars().take(4).collect::<String>()),
    }
}

/// An amount, or "none".
pub(super) fn some_money(amount: &Option<Decimal>, currency: &str) -> OrNone {
    view::or_none(amount.map(|amount| money(&amount, currency)).unwrap_or_default())
}

/// "3", "1.5", "1,200".
pub(super) fn quantity(amount: &Decimal) -> String {
    let text = amount.normalize().abs().to_string();
    let sign = if amount.is_sign_negative() && !amount.is_zero() { "−" } else { "" };
    format!("{sign}{}", grouped(&text))
}

/// The same, or "none".
pub(super) fn some_quantity(amount: &Option<Decimal>) -> OrNone {
    view::or_none(amount.map(|amount| quantity(&amount)).unwrap_or_default())
}

/// "21 %", or "none".
pub(super) fn percent(amount: &Option<Decimal>) -> OrNone {
    view::or_none(amount.map(|amount| format!("{}\u{a0}%", quantity(&amount))).unwrap_or_default())
}

fn grouped(digits: &str) -> String {
    let (whole, rest) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut text = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    rest.map_or(text.clone(), |rest| format!("{text}.{rest}"))
}

fn places(currency: &str) -> u32 {
    match currency {
        "JPY" | "KRW" | "VND" | "CLP" | "ISK" | "PYG" | "UGX" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// Only where the sign means one currency to everybody who sees it.
fn symbol(currency: &str) -> Option<&'static str> {
    match currency {
        "USD" => Some("$"),
        "EUR" => Some("€"),
        "GBP" => Some("£"),
        "JPY" => Some("¥"),
        "INR" => Some("₹"),
        "KRW" => Some("₩"),
        "ILS" => Some("₪"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::{money, quantity};

    #[test]
    fn amounts_read_well_in_every_currency() {
        let shown = |text: &str, currency| money(&text.parse::<Decimal>().unwrap(), currency);
        assert_eq!(shown("182.9000", "EUR"), "€182.90");
        assert_eq!(shown("1284.505", "USD"), "$1,284.51");
        assert_eq!(shown("-2.84", "EUR"), "−€2.84");
        assert_eq!(shown("1234567.8", "CHF"), "CHF\u{a0}1,234,567.80");
        assert_eq!(shown("1200.4", "JPY"), "¥1,200");
        assert_eq!(shown("-0.001", "EUR"), "€0.00");
        assert_eq!(shown("3", ""), "3.00");
    }

    #[test]
    fn quantities_have_no_idle_zeros() {
        let shown = |text: &str| quantity(&text.parse::<Decimal>().unwrap());
        assert_eq!(
            [shown("3.0000"), shown("1.5000"), shown("1200"), shown("-1"), shown("0.00")],
            ["3", "1.5", "1,200", "−1", "0"]
        );
    }
}
