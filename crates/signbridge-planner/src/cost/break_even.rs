//! Where one plan becomes cheaper than another, solved in closed form.

use std::cmp::Ordering;

use serde::Serialize;

use super::curve::{Curve, runs};
use crate::money::{Money, PerUnit};

signbridge_core::closed_words! {
    /// Which of two plans is cheaper.
    pub enum Cheaper: "side" {
        /// The first.
        First = "first",
        /// Neither.
        Neither = "neither",
        /// The second.
        Second = "second",
    }
}

impl Cheaper {
    const fn of(sign: i128) -> Self {
        match sign {
            ..0 => Self::First,
            0 => Self::Neither,
            _ => Self::Second,
        }
    }
}

/// A number from which on another plan is the cheaper one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct BreakEven {
    /// The first number at which it is so: envelopes a month, or seats.
    pub at: u64,
    /// Which is cheaper from here on.
    pub cheaper: Cheaper,
}

/// Which of two plans is cheaper, along an axis.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Breaks {
    /// Every change, in order; the first entry is where both costs are first known, with who is cheaper there.
    pub changes: Vec<BreakEven>,
    /// The last number at which both are known.
    pub last: Option<u64>,
}

/// Compares two curves everywhere: each piece against each, by solving for the number at which the difference changes
/// its sign. Exact: no step is searched for.
pub fn breaks(first: &Curve, second: &Curve) -> Breaks {
    let mut breaks = Breaks::default();
    first.sweep(second, |from, to, one, two| {
        let (Some(one), Some(two)) = (one, two) else { return };
        runs(&one.part(from, to), &two.part(from, to), |at, _, sign| {
            let cheaper = Cheaper::of(sign);
            if breaks.changes.last().is_none_or(|last| last.cheaper != cheaper) {
                breaks.changes.push(BreakEven { at, cheaper });
            }
        });
        breaks.last = Some(to);
    });
    breaks
}

/// The price per envelope at which paying for `excess` envelopes costs as much as `more` seats at `seat` each: below it
/// overage is cheaper. `None` without an excess.
pub fn overage_against_seats(seat: Money, more: u64, excess: u64) -> Option<PerUnit> {
    PerUnit::new(seat.times(more), excess)
}

/// The number of seats from which a flat price is not dearer than a price per seat; `None` when seats cost nothing.
pub fn flat_against_seats(flat: Money, seat: Money) -> Option<u64> {
    if seat <= Money::ZERO {
        return None;
    }
    let seats = flat.micros().max(0).unsigned_abs().div_ceil(seat.micros().unsigned_abs());
    u64::try_from(seats).ok()
}

/// The price per envelope at which a lower tier with `excess` envelopes above its allowance costs as much as a higher
/// tier; `None` without an excess, or when the higher tier is not dearer.
pub fn tier_against_tier(lower: Money, higher: Money, excess: u64) -> Option<PerUnit> {
    match higher.cmp(&lower) {
        Ordering::Greater => PerUnit::new(higher.minus(lower), excess),
        _ => None,
    }
}
