//! Sums of money and quantities, exact: Magento keeps both in columns of four decimals.
//!
//! Owns: arithmetic with Magento's rounding and the two notations on the wire (`177.5100`, and PHP's `177.51` where a
//! type says double). Refuses: currencies; the record it stands in knows its own.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

/// Ten-thousandths of a currency unit, or of a piece.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(pub i64);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One unit, one piece.
    pub const ONE: Self = Self(10_000);

    /// So many cents.
    pub const fn cents(cents: i64) -> Self {
        Self(cents * 100)
    }

    /// So many whole units or pieces.
    pub const fn whole(units: i64) -> Self {
        Self(units * 10_000)
    }

    /// Reads `177.51`, `177.5100` or `-3`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (minus, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        if part.len() > 4 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let part: i64 = format!("{part:0<4}").parse().ok()?;
        let whole: u32 = whole.parse().ok()?;
        Some(Self(minus * (i64::from(whole) * 10_000 + part)))
    }

    /// The product with another four-decimal number, unrounded beyond the fourth.
    #[must_use]
    pub const fn times(self, factor: Self) -> Self {
        Self(self.0 * factor.0 / 10_000)
    }

    /// This many per cent of it, in whole cents, a half away from zero.
    #[must_use]
    pub const fn percent(self, rate: Self) -> Self {
        Self(self.0 * rate.0 / 1_000_000).to_cents()
    }

    /// Rounded to whole cents, a half away from zero.
    #[must_use]
    pub const fn to_cents(self) -> Self {
        Self((self.0 + self.0.signum() * 50) / 100 * 100)
    }

    /// Whether it is nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// As MySQL writes it: `177.5100`.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        let mut text = [0u8; 26];
        let mut at = text.len();
        let mut rest = self.0.unsigned_abs();
        for place in 0.. {
            if place == 4 {
                at -= 1;
                text[at] = b'.';
            }
            if place > 4 && rest == 0 {
                break;
            }
            at -= 1;
            text[at] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
        }
        if self.0 < 0 {
            at -= 1;
            text[at] = b'-';
        }
        out.extend_from_slice(&text[at..]);
    }

    /// As PHP writes a double: `177.51`, `5`.
    pub(super) fn write_double(self, out: &mut Vec<u8>) {
        self.write(out);
        while out.last() == Some(&b'0') {
            out.pop();
        }
        if out.last() == Some(&b'.') {
            out.pop();
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Vec::new();
        self.write(&mut bytes);
        f.write_str(&String::from_utf8_lossy(&bytes))
    }
}

impl Add for Amount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Amount {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Amount {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Amount {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::Amount;

    #[test]
    fn is_written_as_mysql_and_as_php_write_it() {
        for (amount, mysql, php) in [
            (Amount::cents(17_751), "177.5100", "177.51"),
            (Amount(10_870), "1.0870", "1.087"),
            (Amount::whole(30), "30.0000", "30"),
            (Amount::ZERO, "0.0000", "0"),
            (-Amount::cents(8_274), "-82.7400", "-82.74"),
            (Amount(92), "0.0092", "0.0092"),
        ] {
            let mut double = Vec::new();
            amount.write_double(&mut double);
            assert_eq!(amount.to_string(), mysql);
            assert_eq!(String::from_utf8(double).unwrap(), php);
            assert_eq!(Amount::parse(mysql), Some(amount));
        }
        assert_eq!(Amount::parse("N/A"), None);
    }

    /// From the recording `rpc/085`: 8.25 % of 211.68.
    #[test]
    fn tax_is_rounded_to_cents() {
        assert_eq!(Amount::cents(21_168).percent(Amount(82_500)), Amount::cents(1_746));
    }
}
