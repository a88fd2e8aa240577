//! Money: whole millionths of a US dollar, so that every sum and product is exact.
//!
//! List prices are whole cents, but a quoted price per message may be a fraction of a cent; a decimal type would
//! be exact too, yet rounds silently once it divides. Here nothing divides: a ratio stays a ratio
//! ([`PerUnit`]), and what would overflow saturates far above any price.

mod interval;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use interval::{Interval, PerUnit};

/// Millionths of a dollar in a dollar.
const MICROS: i128 = 1_000_000;

/// An amount of US dollars, exact to a millionth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money(i128);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount that is read from a file: a thousand million dollars.
    pub const LARGEST: Self = Self(1_000_000_000 * MICROS);

    /// So many cents.
    pub const fn cents(cents: i64) -> Self {
        Self(cents as i128 * (MICROS / 100))
    }

    /// So many millionths of a dollar.
    pub const fn from_micros(micros: i128) -> Self {
        Self(micros)
    }

    /// The amount in millionths of a dollar.
    pub const fn micros(self) -> i128 {
        self.0
    }

    /// The sum.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, which may be negative.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The product.
    #[must_use]
    pub const fn times(self, factor: u64) -> Self {
        Self(self.0.saturating_mul(factor as i128))
    }

    /// The amount as a plain decimal: `1500.00`, `0.0075`.
    pub fn plain(self) -> String {
        let (whole, fraction) = self.parts();
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("{sign}{whole}.{fraction}")
    }

    /// Whole dollars and at least two decimals.
    fn parts(self) -> (String, String) {
        let micros = self.0.unsigned_abs();
        let mut fraction = format!("{:06}", micros % MICROS.unsigned_abs());
        while fraction.len() > 2 && fraction.ends_with('0') {
            fraction.pop();
        }
        ((micros / MICROS.unsigned_abs()).to_string(), fraction)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = self.parts();
        let sign = if self.0 < 0 { "-" } else { "" };
        f.pad(&format!("{sign}${}.{fraction}", grouped(&whole)))
    }
}

/// Digits in groups of three: `1,200`.
pub(crate) fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A text that is no amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Neither digits nor digits, a point and digits.
    #[error(
        "`{0}` is no amount: write dollars such as \"25.00\", without sign, symbol or thousands separator"
    )]
    NotAnAmount(String),
    /// More than six decimals.
    #[error("`{0}` has more than six decimals")]
    TooPrecise(String),
    /// More than [`Money::LARGEST`].
    #[error("`{0}` is more than a thousand million dollars")]
    TooLarge(String),
}

impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) {
            return Err(MoneyError::NotAnAmount(text.to_owned()));
        }
        if fraction.len() > 6 {
            return Err(MoneyError::TooPrecise(text.to_owned()));
        }
        let too_large = || MoneyError::TooLarge(text.to_owned());
        let whole: i128 = whole.parse().map_err(|_| too_large())?;
        let fraction: i128 = format!("{fraction:0<6}").parse().map_err(|_| too_large())?;
        let micros = whole.checked_mul(MICROS).and_then(|micros| micros.checked_add(fraction));
        micros.map(Self).filter(|amount| *amount <= Self::LARGEST).ok_or_else(too_large)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.plain())
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str> as Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::{Interval, Money, MoneyError, PerUnit};

    #[test]
    fn amounts_are_read_and_written_without_loss() {
        for (text, plain, shown) in [
            ("25", "25.00", "$25.00"),
            ("16.6", "16.60", "$16.60"),
            ("0.0075", "0.0075", "$0.0075"),
            ("1234567.89", "1234567.89", "$1,234,567.89"),
        ] {
            let amount: Money = text.parse().unwrap();
            assert_eq!((amount.plain().as_str(), amount.to_string().as_str()), (plain, shown));
            assert_eq!(amount.plain().parse(), Ok(amount));
        }
        assert_eq!(Money::cents(-150).to_string(), "-$1.50");
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in ["", "-1", "+1", "1,000", "$5", "1.", ".5", "1e3", "NaN", "1.2.3"] {
            assert_eq!(text.parse::<Money>(), Err(MoneyError::NotAnAmount(text.into())), "{text}");
        }
        assert!(matches!("0.0000001".parse::<Money>(), Err(MoneyError::TooPrecise(_))));
        assert!(matches!("1000000001".parse::<Money>(), Err(MoneyError::TooLarge(_))));
        assert!(matches!("9".repeat(60).parse::<Money>(), Err(MoneyError::TooLarge(_))));
    }

    #[test]
    fn intervals_keep_what_is_unknown_open() {
        let from = Interval::from(Money::cents(36));
        assert_eq!(from.times(720).to_string(), "from $259.20");
        assert_eq!(from.plus(Interval::exact(Money::cents(100))).high, None);
        let known = Interval::between(Money::cents(100), Money::cents(800));
        assert_eq!(known.cheaper(from), Interval::between(Money::cents(36), Money::cents(800)));
        assert_eq!(known.hull(from), Interval::from(Money::cents(36)));
        assert_eq!(known.to_string(), "$1.00 to $8.00");
    }

    #[test]
    fn a_price_per_unit_is_an_exact_ratio() {
        let third = PerUnit::new(Money::cents(100), 3).unwrap();
        assert_eq!(third.to_string(), "about $0.3333");
        assert!(third < PerUnit::new(Money::cents(100), 2).unwrap());
        assert_eq!(PerUnit::new(Money::cents(210_000), 700).unwrap().exact(), Some(Money::cents(300)));
        assert_eq!(PerUnit::new(Money::ZERO, 0), None);
    }
}
