//! Intervals of money, and prices per unit as exact ratios.

use std::{cmp::Ordering, fmt};

use serde::Serialize;

use super::Money;

/// From the least to the most it may cost; without an upper end when nothing published bounds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Interval {
    /// The least.
    pub low: Money,
    /// The most; `None` is unbounded.
    pub high: Option<Money>,
}

impl Interval {
    /// Exactly this amount.
    pub const fn exact(amount: Money) -> Self {
        Self { low: amount, high: Some(amount) }
    }

    /// This amount or more: a "from" price, or a floor to which something unknown is added.
    pub const fn from(low: Money) -> Self {
        Self { low, high: None }
    }

    /// Between two amounts, in either order.
    pub fn between(one: Money, other: Money) -> Self {
        Self { low: one.min(other), high: Some(one.max(other)) }
    }

    /// The amount, when there is only one.
    pub fn single(self) -> Option<Money> {
        self.high.filter(|high| *high == self.low)
    }

    /// Both added.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let high = self.high.zip(other.high).map(|(one, other)| one.plus(other));
        Self { low: self.low.plus(other.low), high }
    }

    /// So many times.
    #[must_use]
    pub fn times(self, factor: u64) -> Self {
        Self { low: self.low.times(factor), high: self.high.map(|high| high.times(factor)) }
    }

    /// What it costs when whoever pays may take the cheaper of both.
    #[must_use]
    pub fn cheaper(self, other: Self) -> Self {
        let high = match (self.high, other.high) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        Self { low: self.low.min(other.low), high }
    }

    /// What it costs when either may turn out to be true.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        let high = self.high.zip(other.high).map(|(one, other)| one.max(other));
        Self { low: self.low.min(other.low), high }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.high {
            Some(high) if high == self.low => self.low.fmt(f),
            Some(high) => f.pad(&format!("{} to {high}", self.low)),
            None => f.pad(&format!("from {}", self.low)),
        }
    }
}

/// A price per unit that no rounding has touched: an amount over a number of units.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct PerUnit {
    amount: Money,
    units: u64,
}

impl PerUnit {
    /// The amount over the units; `None` over nothing.
    pub fn new(amount: Money, units: u64) -> Option<Self> {
        (units > 0).then_some(Self { amount, units })
    }

    /// The price, when it is a whole number of millionths.
    pub fn exact(self) -> Option<Money> {
        let units = i128::from(self.units);
        (self.amount.micros() % units == 0).then(|| Money::from_micros(self.amount.micros() / units))
    }

    /// The largest price that is not above the ratio, in whole millionths.
    pub fn floor(self) -> Money {
        Money::from_micros(self.amount.micros().div_euclid(i128::from(self.units)))
    }
}

impl Ord for PerUnit {
    fn cmp(&self, other: &Self) -> Ordering {
        let left = self.amount.times(other.units);
        left.cmp(&other.amount.times(self.units))
    }
}

impl PartialOrd for PerUnit {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for PerUnit {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for PerUnit {}

impl fmt::Display for PerUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.exact() {
            Some(price) => price.fmt(f),
            None => {
                let hundredth_cents = self.floor().micros() / 100;
                f.pad(&format!("about {}", Money::from_micros(hundredth_cents * 100)))
            }
        }
    }
}
