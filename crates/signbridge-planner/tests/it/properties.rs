//! 100,000 random scenarios: closed forms against brute force, and what must never happen.

use std::{collections::BTreeMap, sync::LazyLock};

use proptest::prelude::*;
use signbridge_planner::{
    Confidence, Data, Evidence, Feature, Interval, Money, Observation, Origin, OveragePolicy, Scenario,
    Standing,
    cost::{
        Axis, Bound, BreakEven, Cheaper, Outcome, breaks, curve, flat_against_seats, overage_against_seats,
        tier_against_tier,
    },
    data::{Allowance, Billing, Channel, Overage, Per, Period, Price, QuotaRule, Seats, Unit, VendorPlan},
    plan,
};

const HORIZON: u64 = 30;

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// A plan in plain numbers, with a cost by search instead of by formula.
#[derive(Debug, Clone, Copy)]
struct Spec {
    cents: u64,
    price_per_seat: bool,
    quota: Option<(u64, bool, bool)>,
    /// The price of an envelope above the quota: least and most in cents; `None` is blocked.
    overage: Option<(u64, Option<u64>)>,
    most_seats: u64,
}

impl Spec {
    /// The cost of a year in cents, by trying every number of seats; `None` is unbounded or impossible.
    fn brute(&self, seats: u64, envelopes: u64, bound: Bound) -> Option<u64> {
        let price = |seats: u64| 12 * self.cents * if self.price_per_seat { seats } else { 1 };
        let Some((amount, per_seat, monthly)) = self.quota else { return Some(price(seats)) };
        let excess = |seats: u64| {
            let allowance = amount * if per_seat { seats } else { 1 };
            if monthly {
                12 * envelopes.saturating_sub(allowance)
            } else {
                (12 * envelopes).saturating_sub(allowance)
            }
        };
        if excess(seats) == 0 {
            return Some(price(seats));
        }
        let each = self.overage.and_then(|(low, high)| if bound == Bound::Low { Some(low) } else { high });
        let paid = each.map(|each| price(seats) + each * excess(seats));
        let mut more = None;
        if per_seat && self.price_per_seat {
            more = (seats..=self.most_seats.min(2_000)).find(|seats| excess(*seats) == 0).map(price);
        }
        match (paid, more) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    fn plan(&self, id: &str) -> VendorPlan {
        let per = |seat: bool| if seat { Per::Seat } else { Per::Account };
        let amount = Money::cents(i64::try_from(self.cents).unwrap());
        let allowance =
            self.quota.map_or(Allowance::Unlimited, |(amount, per_seat, monthly)| Allowance::Limit {
                amount: u32::try_from(amount).unwrap(),
                per: per(per_seat),
                period: if monthly { Period::Month } else { Period::Year },
            });
        let overage = match self.overage {
            None => Overage::Blocked,
            Some((0, None)) => Overage::Unknown,
            Some((low, high)) => {
                let cents = |cents| Money::cents(i64::try_from(cents).unwrap());
                let (low, high) = (cents(low), high.map(cents));
                Overage::PerUnit { price: Interval { low, high } }
            }
        };
        let max = u32::try_from(self.most_seats).ok();
        VendorPlan {
            id: id.into(),
            provider: "acme".into(),
            name: id.into(),
            channel: Channel::Ui,
            tier: 1,
            unpriced: false,
            seats: vec![seen(Seats { min: 1, max })],
            prices: vec![seen(Price {
                billing: Billing::Annual,
                per: per(self.price_per_seat),
                amount,
                every: Period::Month,
            })],
            quotas: vec![seen(QuotaRule { billing: vec![], unit: Unit::EnvelopeSent, allowance })],
            overages: vec![seen(overage)],
            features: BTreeMap::new(),
        }
    }
}

fn seen<T>(value: T) -> Observation<T> {
    let evidence = Evidence {
        source: "S".into(),
        date: None,
        confidence: Confidence::B,
        note: None,
        origin: Origin::Published,
        official: true,
    };
    Observation { value, standing: Standing::Listed, evidence }
}

fn spec() -> impl Strategy<Value = Spec> {
    let quota = prop_oneof![1 => Just(None), 6 => (1..80u64, any::<bool>(), any::<bool>()).prop_map(Some)];
    let overage = prop_oneof![
        1 => Just(None),
        1 => Just(Some((0, None))),
        1 => (1..300u64).prop_map(|low| Some((low, None))),
        4 => (1..300u64, 0..200u64).prop_map(|(low, more)| Some((low, Some(low + more)))),
    ];
    // Small prices make ties, which are the hard part of a break-even.
    let cents = prop_oneof![0..12u64, (1..60u64).prop_map(|tens| tens * 100), 0..9_999u64];
    let most_seats = prop_oneof![Just(u64::from(u32::MAX)), 1..40u64];
    (cents, any::<bool>(), quota, overage, most_seats).prop_map(
        |(cents, price_per_seat, quota, overage, most_seats)| Spec {
            cents,
            price_per_seat,
            quota,
            overage,
            most_seats,
        },
    )
}

fn brute_breaks(cost: impl Fn(u64) -> (Option<u64>, Option<u64>), from: u64) -> Vec<BreakEven> {
    let mut changes: Vec<BreakEven> = Vec::new();
    for at in from..=HORIZON {
        let (Some(one), Some(other)) = cost(at) else { continue };
        let cheaper = match one.cmp(&other) {
            std::cmp::Ordering::Less => Cheaper::First,
            std::cmp::Ordering::Equal => Cheaper::Neither,
            std::cmp::Ordering::Greater => Cheaper::Second,
        };
        if changes.last().is_none_or(|last| last.cheaper != cheaper) {
            changes.push(BreakEven { at, cheaper });
        }
    }
    changes
}

proptest! {
    #![proptest_config(cases(60_000))]

    #[test]
    fn break_even_agrees_with_brute_force(
        one in spec(), two in spec(), seats in 1..12u64, envelopes in 0..40u64, high in any::<bool>(), by_seats in any::<bool>(),
    ) {
        let data = Data::default();
        let bound = if high { Bound::High } else { Bound::Low };
        let axis = if by_seats { Axis::Seats } else { Axis::Envelopes };
        let scenario = Scenario {
            seats: seats as u32,
            envelopes: envelopes as u32,
            ..Scenario::default()
        };
        let draw = |spec: &Spec| {
            curve(&data, &scenario, &spec.plan("acme.plan"), Billing::Annual, axis, bound, HORIZON)
        };
        let (first, second) = (draw(&one), draw(&two));
        let from = u64::from(by_seats);
        let brute = |spec: &Spec, x: u64| match axis {
            Axis::Seats if x > spec.most_seats => None,
            Axis::Seats => spec.brute(x, envelopes, bound),
            _ => spec.brute(seats, x, bound),
        };
        for x in from..=HORIZON {
            let cents = |cents: Option<u64>| cents.map(|cents| Money::cents(cents as i64));
            prop_assert_eq!(first.at(x), cents(brute(&one, x)), "{} at {}", axis, x);
            prop_assert_eq!(second.at(x), cents(brute(&two, x)), "{} at {}", axis, x);
        }
        let found = breaks(&first, &second);
        prop_assert_eq!(found.changes, brute_breaks(|x| (brute(&one, x), brute(&two, x)), from));
    }
}

proptest! {
    #![proptest_config(cases(20_000))]

    #[test]
    fn the_named_formulas_agree_with_brute_force(
        seat in 1..5_000u64, flat in 0..60_000u64, more in 1..20u64, excess in 1..900u64, lower in 0..9_000u64, higher in 0..9_000u64,
    ) {
        let money = |cents: u64| Money::cents(cents as i64);
        // The first number of seats at which a flat price is not dearer.
        let searched = (0..).find(|seats| seat * seats >= flat);
        prop_assert_eq!(flat_against_seats(money(flat), money(seat)), searched);
        // A price below the break-even makes overage cheaper, one above it makes seats cheaper.
        let even = overage_against_seats(money(seat), more, excess).unwrap();
        for cents in [0, seat * more / excess, seat * more / excess + 1] {
            let overage_costs = cents * excess;
            let each = signbridge_planner::PerUnit::new(money(cents), 1).unwrap();
            prop_assert_eq!(each.cmp(&even), overage_costs.cmp(&(seat * more)));
        }
        match tier_against_tier(money(lower), money(higher), excess) {
            None => prop_assert!(higher <= lower),
            Some(even) => {
                let each = (higher - lower) / excess;
                prop_assert!(even.floor() >= money(each) && even.floor() < money(each + 1));
                prop_assert_eq!(even.exact() == Some(money(each)), lower + each * excess == higher);
            }
        }
    }
}

/// Plans of every kind, with disputes, upgrades and features.
static POOL: LazyLock<Data> = LazyLock::new(|| {
    Data::parse(&[("pool.toml", include_str!("pool.toml"))]).unwrap_or_else(|error| panic!("{error}"))
});

static FIGURES: LazyLock<Data> = LazyLock::new(crate::support::data);

fn scenario() -> impl Strategy<Value = Scenario> {
    let volume = prop_oneof![0..30u32, 0..400u32, 0..20_000u32];
    let uses = prop_oneof![2 => Just(0u32), 1 => 1..50u32];
    let channel = prop_oneof![Just(Channel::Ui), Just(Channel::Api)];
    let billing =
        prop_oneof![2 => Just(None), 1 => Just(Some(Billing::Annual)), 1 => Just(Some(Billing::Monthly))];
    (1..25u32, volume, uses.clone(), uses, channel, billing, any::<bool>(), any::<bool>()).prop_map(
        |(seats, envelopes, sms, id_checks, channel, billing, forbid, allow_vendor_claims)| Scenario {
            seats,
            envelopes,
            sms,
            id_checks,
            channel,
            billing,
            allow_vendor_claims,
            overage: if forbid { OveragePolicy::Forbid } else { OveragePolicy::Allow },
            ..Scenario::default()
        },
    )
}

/// The pool mostly, the figures of this crate every eighth time.
fn figures(turn: u8) -> &'static Data {
    if turn.is_multiple_of(8) { &FIGURES } else { &POOL }
}

proptest! {
    #![proptest_config(cases(8_000))]

    #[test]
    fn more_volume_never_costs_less(
        scenario in scenario(), more in 1..300u32, what in 0..3u8, turn in any::<u8>(),
    ) {
        let data = figures(turn);
        let mut larger = scenario.clone();
        match what {
            0 => larger.envelopes += more,
            1 => larger.sms += more,
            _ => larger.id_checks += more,
        }
        let (before, after) = (plan(data, &scenario, &[]).unwrap(), plan(data, &larger, &[]).unwrap());
        prop_assert_eq!(before.candidates.len(), after.candidates.len());
        for (small, large) in before.candidates.iter().zip(&after.candidates) {
            let name = &small.plan.id;
            prop_assert!(large.outcome >= small.outcome, "{} came to do", name);
            let (Some(one), Some(two)) = (small.cost, large.cost) else { continue };
            prop_assert!(two.low >= one.low, "{}: {} to {}", name, one, two);
            match (one.high, two.high) {
                (Some(one), Some(two)) => prop_assert!(two >= one, "{}", name),
                (None, high) => prop_assert!(high.is_none(), "{} came to be bounded", name),
                (Some(_), None) => {}
            }
        }
    }

    #[test]
    fn the_curve_is_the_cost(scenario in scenario(), turn in any::<u8>()) {
        let data = figures(turn);
        let found = plan(data, &scenario, &[]).unwrap();
        for one in found.candidates.iter().filter(|one| !one.readings.is_empty()) {
            let horizon = u64::from(scenario.envelopes);
            let at = |bound| curve(data, &scenario, one.plan, one.billing, Axis::Envelopes, bound, horizon).at(horizon);
            let Some(cost) = one.cost else { continue };
            prop_assert_eq!(at(Bound::Low), Some(cost.low), "{}", one.plan.id);
            prop_assert_eq!(at(Bound::High), cost.high, "{}", one.plan.id);
        }
    }
}

proptest! {
    #![proptest_config(cases(4_000))]

    #[test]
    fn a_need_more_never_helps(scenario in scenario(), need in 0..Feature::ALL.len(), turn in any::<u8>()) {
        let data = figures(turn);
        let mut asking = scenario.clone();
        asking.needs.push(Feature::ALL[need]);
        let (before, after) = (plan(data, &scenario, &[]).unwrap(), plan(data, &asking, &[]).unwrap());
        for (free, bound) in before.candidates.iter().zip(&after.candidates) {
            prop_assert!(bound.outcome >= free.outcome, "{}", free.plan.id);
            if bound.outcome == Outcome::Feasible {
                prop_assert_eq!(bound.cost, free.cost, "{}", &free.plan.id);
            }
        }
    }
}
