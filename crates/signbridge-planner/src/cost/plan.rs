//! One plan under a scenario: what it must offer, what it costs, and the verdict.

use signbridge_core::Capabilities;

use super::{
    Alternative, Candidate, Fact, Hold, Input, Line, Missing, Outcome, Reading, Reason, Term, Why, holds,
    quota::Facts,
};
use crate::{
    adapter,
    data::{AddOnKind, Billing, Channel, Data, Seats, VendorPlan},
    feature::Feature,
    law::{Lawful, LegalAnswer},
    money::{Interval, Money},
    observation::{Confidence, Observation, Readings},
    scenario::Scenario,
};

/// What every plan is held against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case<'d, 'c> {
    pub(crate) data: &'d Data,
    pub(crate) scenario: &'c Scenario,
    pub(crate) needs: &'c [Feature],
    pub(crate) law: Option<&'c LegalAnswer<'d>>,
    pub(crate) profiles: &'c [(&'c str, &'c Capabilities)],
}

/// Every plan in every billing mode that the scenario admits.
pub(crate) fn candidates<'d>(case: &Case<'d, '_>) -> Vec<Candidate<'d>> {
    let mut candidates = Vec::with_capacity(case.data.plans.len() * 2);
    for plan in &case.data.plans {
        for billing in modes(plan, case.scenario.billing) {
            candidates.push(of_plan(case, plan, billing));
        }
    }
    candidates
}

/// The billing modes of a plan that answer the one asked for; the one asked for when none does.
fn modes(plan: &VendorPlan, asked: Option<Billing>) -> Vec<Billing> {
    let mut modes: Vec<Billing> = Vec::with_capacity(3);
    for mode in plan.prices.iter().map(|price| price.value.billing) {
        let answers = match (asked, mode) {
            (None, _) | (_, Billing::Unstated) => true,
            (Some(Billing::AnnualPrepaid | Billing::AnnualBilledMonthly), Billing::Annual) => true,
            (Some(Billing::Annual), Billing::AnnualPrepaid | Billing::AnnualBilledMonthly) => true,
            (Some(asked), mode) => asked == mode,
        };
        if answers && !modes.contains(&mode) {
            modes.push(mode);
        }
    }
    if modes.is_empty() {
        modes.push(asked.unwrap_or(Billing::Unstated));
    }
    modes
}

/// The verdict on one plan in one billing mode.
pub(crate) fn of_plan<'d>(case: &Case<'d, '_>, plan: &'d VendorPlan, billing: Billing) -> Candidate<'d> {
    let mut candidate = Candidate {
        plan,
        billing,
        outcome: Outcome::Feasible,
        cost: None,
        confidence: None,
        reasons: Vec::new(),
        missing: Vec::new(),
        needs: Vec::with_capacity(case.needs.len()),
        readings: Vec::new(),
        add_ons: Vec::new(),
        alternatives: Vec::new(),
    };
    channel(case, plan, &mut candidate);
    seat_limits(case, plan, &mut candidate);
    needs(case, plan, &mut candidate.needs, &mut candidate.reasons, &mut candidate.missing);
    law(case, &mut candidate.reasons, &mut candidate.missing);
    adapter::gaps(case, &plan.provider, &mut candidate.reasons, &mut candidate.missing);
    (candidate.readings, candidate.alternatives) = readings(case, plan, billing, &mut candidate.missing);
    if let (Some(_), Billing::Unstated, Some(reading)) =
        (case.scenario.billing, billing, candidate.readings.first())
    {
        add(&mut candidate.missing, Missing::BillingUnstated { evidence: &reading.price.evidence });
    }
    // What is missing so far leaves the verdict open; what is missing about the cost may only widen it.
    let open = !candidate.missing.is_empty();
    let extra = add_on_costs(case, plan, &mut candidate.add_ons, &mut candidate.missing);
    let alternatives = candidate.alternatives.iter_mut().map(|one| &mut one.reading);
    for reading in candidate.readings.iter_mut().chain(alternatives) {
        reading.cost = reading.cost.map(|cost| cost.plus(extra));
    }
    verdict(&mut candidate, open);
    candidate.confidence = confidence(&candidate);
    candidate
}

fn channel<'d>(case: &Case<'d, '_>, plan: &'d VendorPlan, candidate: &mut Candidate<'d>) {
    match (case.scenario.channel, plan.channel) {
        (Channel::Api, Channel::Ui) => {
            match holds(case.data, plan, Feature::Api, case.scenario.allow_vendor_claims) {
                Hold::Yes { .. } => {}
                Hold::No { evidence } => {
                    candidate
                        .reasons
                        .push(Reason::Channel { sold_for: Channel::Ui, evidence: Some(evidence) });
                }
                Hold::Unknown { why: Why::NotRecorded, .. } => {
                    candidate.reasons.push(Reason::Channel { sold_for: Channel::Ui, evidence: None });
                }
                Hold::Unknown { evidence, .. } => add(&mut candidate.missing, Missing::ApiUse { evidence }),
            }
        }
        (Channel::Ui, Channel::Api) => {
            candidate.reasons.push(Reason::Channel { sold_for: Channel::Api, evidence: None });
        }
        _ => {}
    }
}

fn seat_limits<'d>(case: &Case<'d, '_>, plan: &'d VendorPlan, candidate: &mut Candidate<'d>) {
    let Some(Observation { value: Seats { min, max }, evidence, .. }) = seats(case, plan) else { return };
    if case.scenario.seats < *min {
        candidate.reasons.push(Reason::SeatsBelow { min: *min, evidence });
    }
    if let Some(max) = max.filter(|max| case.scenario.seats > *max) {
        candidate.reasons.push(Reason::SeatsAbove { max, evidence });
    }
}

/// How many seats the plan is sold with.
pub(super) fn seats<'d>(case: &Case<'d, '_>, plan: &'d VendorPlan) -> Option<&'d Observation<Seats>> {
    Readings::of(plan.seats.iter(), case.scenario.allow_vendor_claims).single()
}

/// Holds the plan against everything that is needed.
pub(super) fn needs<'d>(
    case: &Case<'d, '_>,
    plan: &'d VendorPlan,
    needs: &mut Vec<(Feature, Hold<'d>)>,
    reasons: &mut Vec<Reason<'d>>,
    missing: &mut Vec<Missing<'d>>,
) {
    for feature in case.needs.iter().copied() {
        let hold = holds(case.data, plan, feature, case.scenario.allow_vendor_claims);
        needs.push((feature, hold));
        match hold {
            Hold::Yes { .. } => {}
            Hold::No { evidence } => reasons.push(Reason::Lacks { feature, evidence }),
            Hold::Unknown { why, evidence } => add(missing, Missing::Offers { feature, why, evidence }),
        }
    }
}

/// Adds what the law of the place forbids or leaves open.
pub(crate) fn law<'d>(case: &Case<'d, '_>, reasons: &mut Vec<Reason<'d>>, missing: &mut Vec<Missing<'d>>) {
    let Some(answer) = case.law else { return };
    let statute = answer.jurisdiction.statute.as_str();
    match answer.lawful {
        Lawful::Yes { .. } => {}
        Lawful::Excluded { rule } => {
            reasons.push(Reason::Excluded { document_kind: rule.kind, statute, evidence: &rule.evidence });
        }
        Lawful::Unknown { coverage } => {
            let document_kind = case.scenario.document_kind;
            add(missing, Missing::Exclusion { document_kind, coverage, statute });
        }
    }
    match answer.level {
        None => add(missing, Missing::NoSuchLevel { statute }),
        Some(level) if level.feature.is_none() => {
            add(missing, Missing::LevelOffer { level: &level.name, statute });
        }
        Some(_) => {}
    }
}

/// The result under each reading that counts, and under each that does not. Without a price there is none.
pub(super) fn readings<'d>(
    case: &Case<'d, '_>,
    plan: &'d VendorPlan,
    billing: Billing,
    missing: &mut Vec<Missing<'d>>,
) -> (Vec<Reading<'d>>, Vec<Alternative<'d>>) {
    let claims = case.scenario.allow_vendor_claims;
    let prices = Readings::of(plan.prices.iter().filter(|price| price.value.billing == billing), claims);
    let quotas = plan
        .quotas
        .iter()
        .filter(|quota| quota.value.billing.is_empty() || quota.value.billing.contains(&billing));
    let quotas = Readings::of(quotas, claims);
    let overages = Readings::of(plan.overages.iter(), claims);
    if prices.counted.is_empty() {
        let claim = prices.others.iter().find(|price| price.evidence.vendor_claim());
        add(
            missing,
            match claim {
                Some(price) => Missing::VendorClaim { evidence: &price.evidence },
                None if plan.unpriced => Missing::NoPublishedPrice { plan: &plan.id },
                None => Missing::BillingPrice { billing },
            },
        );
    }
    let counted_quotas = some_or_none(&quotas.counted);
    let counted_overages = some_or_none(&overages.counted);
    let mut readings = Vec::with_capacity(prices.counted.len());
    for price in prices.counted.iter().copied() {
        for quota in counted_quotas.clone() {
            for overage in counted_overages.clone() {
                let reading = Facts { plan, billing, price, quota, overage }.reading(case);
                if !readings.contains(&reading) {
                    readings.push(reading);
                }
            }
        }
    }
    let mut alternatives = Vec::new();
    let Some(price) = prices.counted.iter().chain(&prices.others).copied().next() else {
        return (readings, alternatives);
    };
    let quota = quotas.counted.iter().chain(&quotas.others).copied().next();
    let overage = overages.counted.iter().chain(&overages.others).copied().next();
    let facts = Facts { plan, billing, price, quota, overage };
    let mut other = |fact, facts: Facts<'d>| {
        alternatives.push(Alternative { fact, reading: facts.reading(case) });
    };
    for price in prices.others {
        other(Fact::Price(price), Facts { price, ..facts });
    }
    for quota in quotas.others {
        other(Fact::Quota(quota), Facts { quota: Some(quota), ..facts });
    }
    // What happens above an allowance changes nothing while the volume is within it.
    if readings.iter().any(|reading| reading.within_quota == Some(false)) {
        for overage in overages.others {
            other(Fact::Overage(overage), Facts { overage: Some(overage), ..facts });
        }
    }
    (readings, alternatives)
}

/// The counted ones, or a single `None` when nothing counts.
pub(super) fn some_or_none<'a, 'd, T>(
    counted: &'a [&'d Observation<T>],
) -> impl Iterator<Item = Option<&'d Observation<T>>> + Clone + use<'a, 'd, T> {
    let none = counted.is_empty().then_some(None);
    counted.iter().copied().map(Some).chain(none)
}

/// The cost of what is sold by use.
pub(super) fn add_on_costs<'d>(
    case: &Case<'d, '_>,
    plan: &'d VendorPlan,
    lines: &mut Vec<Line<'d>>,
    missing: &mut Vec<Missing<'d>>,
) -> Interval {
    let uses = [
        (AddOnKind::Sms, Input::Sms, case.scenario.sms, "text messages"),
        (AddOnKind::IdCheck, Input::IdChecks, case.scenario.id_checks, "identity checks"),
    ];
    let mut sum = Interval::exact(Money::ZERO);
    for (kind, input, count, label) in uses.into_iter().filter(|(_, _, count, _)| *count > 0) {
        let prices = case.data.add_on(&plan.provider, kind).map_or(&[][..], |add_on| &add_on.prices);
        let Some(price) = Readings::of(prices.iter(), case.scenario.allow_vendor_claims).single() else {
            add(missing, Missing::AddOnPrice { kind });
            sum.high = None;
            continue;
        };
        if price.value.high.is_none() {
            add(missing, Missing::AddOnCeiling { kind, evidence: &price.evidence });
        }
        let terms = vec![Term::input(input, count), Term::range(price.value, &price.evidence), Term::MONTHS];
        let line = Line::product(label, terms);
        sum = sum.plus(line.money().unwrap_or(Interval::from(Money::ZERO)));
        lines.push(line);
    }
    sum
}

/// Joins the readings: feasible only if every one is, infeasible only if every one is.
fn verdict(candidate: &mut Candidate<'_>, open: bool) {
    let nameless = candidate.missing.iter().any(Missing::forbids_a_number);
    let mut open = open || candidate.readings.is_empty();
    let costs = || candidate.readings.iter().filter_map(|reading| reading.cost);
    candidate.cost = costs().reduce(Interval::hull).filter(|_| !nameless);
    let ways = costs().count();
    if !candidate.readings.is_empty() && candidate.readings.iter().all(Reading::is_impossible) {
        let reasons = candidate.readings.iter().flat_map(|reading| reading.reasons.iter().cloned());
        candidate.reasons.extend(reasons);
    }
    // A reading without a way has no upper end, so the span of all has none.
    if ways < candidate.readings.len() {
        open = true;
        candidate.cost = candidate.cost.map(|cost| Interval::from(cost.low));
    }
    for reading in &candidate.readings {
        reading.missing.iter().for_each(|missing| add(&mut candidate.missing, missing.clone()));
    }
    if let Some(disputed) = disputed(&candidate.readings) {
        add(&mut candidate.missing, disputed);
    }
    let bounded = candidate.cost.is_some_and(|cost| cost.high.is_some());
    candidate.outcome = if !candidate.reasons.is_empty() {
        Outcome::Infeasible
    } else if open || !bounded {
        Outcome::Undetermined
    } else {
        Outcome::Feasible
    };
}

/// What several readings differ in.
fn disputed<'d>(readings: &[Reading<'d>]) -> Option<Missing<'d>> {
    let (first, others) = readings.split_first()?;
    // Where every reading costs the same, whoever is right changes nothing.
    others.iter().find(|other| other.cost != first.cost)?;
    if others.iter().any(|other| other.price.value != first.price.value) {
        return Some(Missing::Disputed { what: "the price", evidence: &first.price.evidence });
    }
    let quota = first.quota.filter(|quota| {
        others.iter().any(|other| other.quota.is_some_and(|other| other.value != quota.value))
    });
    if let Some(quota) = quota {
        return Some(Missing::Disputed { what: "the quota", evidence: &quota.evidence });
    }
    let overage = readings.iter().find_map(|reading| reading.overage)?;
    Some(Missing::Disputed { what: "what happens above the quota", evidence: &overage.evidence })
}

/// The least confidence of the price, the quota, the add-ons and what the needs rest on.
fn confidence(candidate: &Candidate<'_>) -> Option<Confidence> {
    let used = candidate.readings.iter().flat_map(|reading| {
        let quota = reading.quota.map(|quota| quota.evidence.confidence);
        let overage = reading.overage.map(|overage| overage.evidence.confidence);
        [Some(reading.price.evidence.confidence), quota, overage]
    });
    let add_ons = candidate.add_ons.iter().flat_map(|line| &line.terms).map(|term| match term.basis {
        super::Basis::Source(evidence) => Some(evidence.confidence),
        _ => None,
    });
    let needs = candidate.needs.iter().map(|(_, hold)| match hold {
        Hold::Yes { evidence } => Some(evidence.confidence),
        _ => None,
    });
    used.chain(add_ons).chain(needs).flatten().max()
}

/// Adds what is not there yet.
pub(super) fn add<'d>(all: &mut Vec<Missing<'d>>, one: Missing<'d>) {
    if !all.contains(&one) {
        all.push(one);
    }
}
