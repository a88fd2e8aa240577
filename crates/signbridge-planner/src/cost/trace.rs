//! Curves of a vendor's plan: its cost against envelopes, and against seats.

use super::{Case, curve::Curve};
use crate::{
    data::{Allowance, Billing, Data, Overage, Per, Period, Price, VendorPlan},
    money::{Interval, Money},
    observation::Readings,
    scenario::{OveragePolicy, Scenario},
};

signbridge_core::closed_words! {
    /// What a curve is drawn against.
    pub enum Axis: "axis" {
        /// Envelopes a month, from 0.
        Envelopes = "envelopes",
        /// Seats, from 1.
        Seats = "seats",
    }
}

signbridge_core::closed_words! {
    /// Which end of the interval a curve follows.
    pub enum Bound: "bound" {
        /// The least it may cost; what is not known counts as nothing.
        Low = "low",
        /// The most it may cost; where that is not known, the curve has a gap.
        High = "high",
    }
}

/// The cost of a year of a vendor's plan against envelopes a month or seats, up to `horizon`, with everything else as in
/// the scenario. Only cost: whether the plan offers what is needed is a question for [`plan`](crate::plan).
pub fn curve(
    data: &Data,
    scenario: &Scenario,
    plan: &VendorPlan,
    billing: Billing,
    axis: Axis,
    bound: Bound,
    horizon: u64,
) -> Curve {
    let case = Case { data, scenario, needs: &[], law: None, profiles: &[] };
    let Some(extra) = end(super::plan::add_on_costs(&case, plan, &mut Vec::new(), &mut Vec::new()), bound)
    else {
        return Curve::default();
    };
    Trace { case, axis, bound, horizon }.of(plan, billing).raised(extra)
}

/// The amount at one end of an interval.
fn end(interval: Interval, bound: Bound) -> Option<Money> {
    match bound {
        Bound::Low => Some(interval.low),
        Bound::High => interval.high,
    }
}

struct Trace<'d, 'c> {
    case: Case<'d, 'c>,
    axis: Axis,
    bound: Bound,
    horizon: u64,
}

/// One reading of a plan, in numbers.
#[derive(Clone, Copy)]
struct Tariff<'d> {
    price: Price,
    allowance: Option<Allowance>,
    overage: Option<&'d Overage>,
    /// The fewest and the most seats that can be bought.
    seats: (u64, u64),
}

/// A limit in the terms of a year.
#[derive(Clone, Copy)]
struct Limit {
    /// What each seat, or the account, includes in its period.
    amount: u64,
    per: Per,
    /// Envelopes a month count so many times in the period.
    times: u64,
    /// Periods of a year.
    periods: u64,
}

impl<'d> Trace<'d, '_> {
    fn of(&self, plan: &'d VendorPlan, billing: Billing) -> Curve {
        let claims = self.case.scenario.allow_vendor_claims;
        let prices = plan.prices.iter().filter(|price| price.value.billing == billing);
        let quotas = plan
            .quotas
            .iter()
            .filter(|one| one.value.billing.is_empty() || one.value.billing.contains(&billing));
        let prices = Readings::of(prices, claims).counted;
        let quotas = Readings::of(quotas, claims).counted;
        let overages = Readings::of(plan.overages.iter(), claims).counted;
        let limits = super::plan::seats(&self.case, plan).map(|seats| seats.value);
        let seats = limits.map_or((1, u64::MAX), |seats| {
            (u64::from(seats.min.max(1)), seats.max.map_or(u64::MAX, u64::from))
        });
        let mut joined: Option<Curve> = None;
        for price in prices {
            for quota in super::plan::some_or_none(&quotas) {
                for overage in super::plan::some_or_none(&overages) {
                    let allowance = quota.map(|quota| quota.value.allowance);
                    let overage = overage.map(|overage| &overage.value);
                    let one =
                        self.reading(plan, billing, Tariff { price: price.value, allowance, overage, seats });
                    joined = Some(match (joined, self.bound) {
                        (None, _) => one,
                        (Some(all), Bound::Low) => all.cheaper(&one),
                        (Some(all), Bound::High) => all.dearer(&one),
                    });
                }
            }
        }
        joined.unwrap_or_default()
    }

    fn reading(&self, plan: &'d VendorPlan, billing: Billing, tariff: Tariff<'d>) -> Curve {
        match tariff.allowance {
            Some(Allowance::Unlimited) => self.within(tariff, self.first(), self.horizon),
            None if self.bound == Bound::Low => self.within(tariff, self.first(), self.horizon),
            None => Curve::default(),
            Some(Allowance::Limit { amount, per, period }) => {
                let (times, periods) = match period {
                    Period::Month => (1, 12),
                    Period::Year => (12, 1),
                };
                let limit = Limit { amount: u64::from(amount), per, times, periods };
                match self.axis {
                    Axis::Envelopes => self.by_envelopes(plan, billing, tariff, limit),
                    Axis::Seats => self.by_seats(plan, billing, tariff, limit),
                }
            }
        }
    }

    const fn first(&self) -> u64 {
        match self.axis {
            Axis::Envelopes => 0,
            Axis::Seats => 1,
        }
    }

    /// The subscription alone, between two numbers of the axis.
    fn within(&self, tariff: Tariff<'_>, from: u64, to: u64) -> Curve {
        let mut curve = Curve::default();
        let yearly = tariff.price.yearly();
        match (self.axis, tariff.price.per) {
            (Axis::Seats, per) => {
                let (fewest, most) = tariff.seats;
                let (from, to) = (from.max(fewest), to.min(most));
                let (start, slope) =
                    if per == Per::Seat { (yearly.times(from), yearly) } else { (yearly, Money::ZERO) };
                curve.push(from, to, start, slope);
            }
            (Axis::Envelopes, _) => curve.push(from, to, self.base(tariff), Money::ZERO),
        }
        curve
    }

    /// The subscription at the scenario's seats.
    fn base(&self, tariff: Tariff<'_>) -> Money {
        let seats = if tariff.price.per == Per::Seat { u64::from(self.case.scenario.seats) } else { 1 };
        tariff.price.yearly().times(seats)
    }

    /// The price of an envelope above the allowance, at this end of the interval; `None` is a gap.
    fn above(&self, overage: Option<&Overage>) -> Option<Money> {
        if self.case.scenario.overage != OveragePolicy::Allow {
            return None;
        }
        match overage {
            Some(Overage::PerUnit { price }) => end(*price, self.bound),
            Some(Overage::Unknown) | None => (self.bound == Bound::Low).then_some(Money::ZERO),
            Some(Overage::Blocked | Overage::Upgrade { .. }) => None,
        }
    }

    fn by_envelopes(
        &self,
        plan: &'d VendorPlan,
        billing: Billing,
        tariff: Tariff<'d>,
        limit: Limit,
    ) -> Curve {
        let seats = u64::from(self.case.scenario.seats);
        let held = if limit.per == Per::Seat { seats } else { 1 };
        let allowance = limit.amount.saturating_mul(held);
        let last = (allowance / limit.times).min(self.horizon);
        let mut curve = self.within(tariff, 0, last);
        if last == self.horizon {
            return curve;
        }
        let mut above = Curve::default();
        let next = last + 1;
        if let Some(price) = self.above(tariff.overage) {
            let excess = (next * limit.times - allowance) * limit.periods;
            above.push(next, self.horizon, self.base(tariff).plus(price.times(excess)), price.times(12));
        }
        if let Some(Overage::Upgrade { to }) = tariff.overage
            && let Some(target) = self.case.data.vendor_plan(to).filter(|target| target.id != plan.id)
        {
            above = self.of(target, billing).starting(next);
        }
        if tariff.price.per == Per::Seat && limit.per == Per::Seat {
            above = above.cheaper(&self.stairs(tariff, limit, next));
        }
        curve.pieces.extend(above.pieces);
        curve
    }

    /// A seat more whenever the volume asks for one.
    fn stairs(&self, tariff: Tariff<'_>, limit: Limit, next: u64) -> Curve {
        let mut curve = Curve::default();
        let mut from = next;
        while from <= self.horizon {
            let seats = (from * limit.times).div_ceil(limit.amount);
            if seats > tariff.seats.1 {
                break;
            }
            let to = (limit.amount.saturating_mul(seats) / limit.times).min(self.horizon);
            curve.push(from, to, tariff.price.yearly().times(seats), Money::ZERO);
            from = to + 1;
        }
        curve
    }

    fn by_seats(&self, plan: &'d VendorPlan, billing: Billing, tariff: Tariff<'d>, limit: Limit) -> Curve {
        let need = u64::from(self.case.scenario.envelopes) * limit.times;
        let enough = match limit.per {
            Per::Seat => need.div_ceil(limit.amount).max(1),
            Per::Account if need <= limit.amount => 1,
            Per::Account => u64::MAX,
        };
        let (fewest, most) = tariff.seats;
        let (from, to) = (fewest.max(1), most.min(self.horizon));
        let last = to.min(enough - 1);
        let mut above = Curve::default();
        if let Some(price) = self.above(tariff.overage).filter(|_| from <= last) {
            let held = if limit.per == Per::Seat { from } else { 1 };
            let excess = need.saturating_sub(limit.amount.saturating_mul(held)) * limit.periods;
            let each = price.times(limit.amount * limit.periods);
            let (base, more) = match tariff.price.per {
                Per::Seat => (tariff.price.yearly().times(from), tariff.price.yearly()),
                Per::Account => (tariff.price.yearly(), Money::ZERO),
            };
            let less = if limit.per == Per::Seat { each } else { Money::ZERO };
            above.push(from, last, base.plus(price.times(excess)), more.minus(less));
        }
        if let Some(Overage::Upgrade { to }) = tariff.overage
            && let Some(target) = self.case.data.vendor_plan(to).filter(|target| target.id != plan.id)
        {
            let moved = self.of(target, billing);
            let kept = moved.pieces.iter().filter(|piece| piece.from <= last);
            for piece in kept {
                above.push(piece.from, piece.to.min(last), piece.start, piece.slope);
            }
            above = above.starting(from);
        }
        if tariff.price.per == Per::Seat && limit.per == Per::Seat && enough <= most {
            let mut bought = Curve::default();
            bought.push(from, last, tariff.price.yearly().times(enough), Money::ZERO);
            above = above.cheaper(&bought);
        }
        let within = self.within(tariff, from.max(enough), to);
        above.pieces.extend(within.pieces);
        above
    }
}
