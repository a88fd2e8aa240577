//! The ways to send a volume on one plan, under one reading of its price, quota and overage.

use super::{
    Case, Input, Line, Missing, Reading, Reason, Term, Way, WayKind,
    plan::{self, add},
};
use crate::{
    data::{Allowance, Billing, Overage, Per, Period, Price, QuotaRule, VendorPlan},
    money::Interval,
    observation::{Evidence, Observation},
    scenario::OveragePolicy,
};

/// One reading of the facts of a plan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts<'d> {
    pub(super) plan: &'d VendorPlan,
    pub(super) billing: Billing,
    pub(super) price: &'d Observation<Price>,
    pub(super) quota: Option<&'d Observation<QuotaRule>>,
    pub(super) overage: Option<&'d Observation<Overage>>,
}

/// A limit, in its own period.
#[derive(Debug, Clone, Copy)]
struct Limit<'d> {
    amount: u32,
    per: Per,
    period: Period,
    evidence: &'d Evidence,
}

impl<'d> Facts<'d> {
    /// The cost of a year without add-ons, by every way that there is.
    pub(super) fn reading(self, case: &Case<'d, '_>) -> Reading<'d> {
        let mut reading = Reading {
            price: self.price,
            quota: self.quota,
            overage: None,
            within_quota: None,
            ways: Vec::with_capacity(2),
            cost: None,
            reasons: Vec::new(),
            missing: Vec::new(),
        };
        match self.quota.map(|quota| (quota.value.allowance, &quota.evidence)) {
            None => {
                add(&mut reading.missing, Missing::Quota);
                let mut way = self.included(case, Vec::with_capacity(1));
                way.cost.high = None;
                reading.ways.push(way);
            }
            Some((Allowance::Unlimited, _)) => {
                reading.within_quota = Some(true);
                reading.ways.push(self.included(case, Vec::with_capacity(1)));
            }
            Some((Allowance::Limit { amount, per, period }, evidence)) => {
                self.limited(case, Limit { amount, per, period, evidence }, &mut reading);
            }
        }
        reading.cost = reading.ways.iter().map(|way| way.cost).reduce(Interval::cheaper);
        reading
    }

    fn limited(self, case: &Case<'d, '_>, limit: Limit<'d>, reading: &mut Reading<'d>) {
        let need = limit.need(case);
        let allowance = limit.allowance(case);
        let lines = vec![need.clone(), allowance.clone()];
        let (need, allowance) = (need.count().unwrap_or_default(), allowance.count().unwrap_or_default());
        reading.within_quota = Some(need <= allowance);
        if need <= allowance {
            reading.ways.push(self.included(case, lines));
            return;
        }
        reading.overage = self.overage;
        self.above(case, limit, lines, reading);
        if let Some(way) = self.extra_seats(case, limit) {
            reading.ways.push(way);
        }
        // Where the subscription would move up to a plan that may do, what is missing is said already.
        let may_move = matches!(self.overage.map(|one| &one.value), Some(Overage::Upgrade { .. }));
        if reading.ways.is_empty() && reading.reasons.is_empty() && !may_move {
            reading.reasons.push(Reason::Quota { need, allowance, evidence: limit.evidence });
        }
    }

    /// The subscription itself, at the scenario's seats.
    fn base(self, case: &Case<'d, '_>) -> Line<'d> {
        self.subscription(Term::input(Input::Seats, case.scenario.seats))
    }

    fn subscription(self, seats: Term<'d>) -> Line<'d> {
        let Observation { value: price, evidence, .. } = self.price;
        let mut terms = Vec::with_capacity(3);
        if price.per == Per::Seat {
            terms.push(seats);
        }
        terms.push(Term::money(price.amount, evidence));
        if price.every == Period::Month {
            terms.push(Term::MONTHS);
        }
        Line::product("subscription", terms)
    }

    fn included(self, case: &Case<'d, '_>, mut lines: Vec<Line<'d>>) -> Way<'d> {
        let base = self.base(case);
        let cost = money(&base);
        lines.push(base);
        Way { kind: WayKind::Included, cost, lines }
    }

    /// What happens above the allowance by itself.
    fn above(
        self,
        case: &Case<'d, '_>,
        limit: Limit<'d>,
        mut lines: Vec<Line<'d>>,
        reading: &mut Reading<'d>,
    ) {
        let pays = case.scenario.overage == OveragePolicy::Allow;
        match self.overage.map(|overage| (&overage.value, &overage.evidence)) {
            Some((Overage::Blocked, _)) => {}
            Some((Overage::Upgrade { to }, _)) => self.upgrade(case, to, reading),
            Some((Overage::PerUnit { price }, evidence)) if pays => {
                limit.excess(&mut lines);
                let yearly = lines.last().and_then(Line::count).unwrap_or_default();
                let above = Line::product(
                    "envelopes above the allowance",
                    vec![Term::computed(yearly), Term::range(*price, evidence)],
                );
                let base = self.base(case);
                let cost = money(&base).plus(money(&above));
                lines.extend([base, above]);
                if price.high.is_none() {
                    add(&mut reading.missing, Missing::OveragePrice { evidence: Some(evidence) });
                }
                reading.ways.push(Way { kind: WayKind::Overage, cost, lines });
            }
            unknown if pays => {
                let evidence = unknown.map(|(_, evidence)| evidence);
                limit.excess(&mut lines);
                let base = self.base(case);
                let cost = Interval::from(money(&base).low);
                lines.push(base);
                add(&mut reading.missing, Missing::OveragePrice { evidence });
                reading.ways.push(Way { kind: WayKind::Overage, cost, lines });
            }
            _ => {}
        }
    }

    /// The plan that the subscription moves up to. Tiers only lead upwards, so this ends.
    fn upgrade(self, case: &Case<'d, '_>, to: &'d str, reading: &mut Reading<'d>) {
        let Some(target) = case.data.vendor_plan(to) else { return };
        let mut needs = Vec::new();
        plan::needs(case, target, &mut needs, &mut reading.reasons, &mut reading.missing);
        let offers_all = reading.missing.is_empty();
        let (readings, _) = plan::readings(case, target, self.billing, &mut reading.missing);
        for target in &readings {
            target.missing.iter().for_each(|missing| add(&mut reading.missing, missing.clone()));
        }
        if !readings.is_empty() && readings.iter().all(Reading::is_impossible) {
            reading.reasons.extend(readings.into_iter().flat_map(|target| target.reasons));
            return;
        }
        let all_do = readings.iter().all(|target| target.cost.is_some());
        let cost = readings.iter().filter_map(|target| target.cost).reduce(Interval::hull);
        let lines = readings.into_iter().find_map(|target| target.ways.into_iter().next());
        if let (Some(mut cost), Some(Way { lines, .. }), true) = (cost, lines, reading.reasons.is_empty()) {
            if !offers_all || !all_do {
                cost.high = None;
            }
            reading.ways.push(Way { kind: WayKind::Upgrade { to }, cost, lines });
        }
    }

    /// More seats than people, where both price and allowance are counted by the seat.
    fn extra_seats(self, case: &Case<'d, '_>, limit: Limit<'d>) -> Option<Way<'d>> {
        if self.price.value.per != Per::Seat || limit.per != Per::Seat {
            return None;
        }
        let need = limit.need(case);
        let each = Term::count(u64::from(limit.amount), limit.evidence);
        let seats = Line::quotient_up("seats needed", Term::computed(need.count()?), each);
        let count = seats.count()?;
        let most = plan::seats(case, self.plan).and_then(|seats| seats.value.max);
        if most.is_some_and(|most| count > u64::from(most)) {
            return None;
        }
        let base = self.subscription(Term::computed(count));
        let cost = money(&base);
        Some(Way { kind: WayKind::ExtraSeats { seats: count }, cost, lines: vec![need, seats, base] })
    }
}

impl<'d> Limit<'d> {
    fn need(self, case: &Case<'d, '_>) -> Line<'d> {
        let envelopes = Term::input(Input::Envelopes, case.scenario.envelopes);
        match self.period {
            Period::Month => Line::product("envelopes a month", vec![envelopes]),
            Period::Year => Line::product("envelopes a year", vec![envelopes, Term::MONTHS]),
        }
    }

    fn allowance(self, case: &Case<'d, '_>) -> Line<'d> {
        let each = Term::count(u64::from(self.amount), self.evidence);
        let label = match self.period {
            Period::Month => "included a month",
            Period::Year => "included a year",
        };
        match self.per {
            Per::Seat => Line::product(label, vec![Term::input(Input::Seats, case.scenario.seats), each]),
            Per::Account => Line::product(label, vec![each]),
        }
    }

    /// Appends the envelopes above the allowance in a year; `lines` holds need and allowance.
    fn excess(self, lines: &mut Vec<Line<'d>>) {
        let [need, allowance] = lines.as_slice() else { return };
        let (need, allowance) = (need.count().unwrap_or_default(), allowance.count().unwrap_or_default());
        let label = "above the allowance";
        let excess = Line::difference(label, Term::computed(need), Term::computed(allowance));
        let count = excess.count().unwrap_or_default();
        lines.push(excess);
        if self.period == Period::Month {
            lines.push(Line::product("above it in a year", vec![Term::computed(count), Term::MONTHS]));
        }
    }
}

fn money(line: &Line<'_>) -> Interval {
    line.money().unwrap_or(Interval::from(crate::money::Money::ZERO))
}
