//! The volume against the providers' published rate limits.

use serde::Serialize;

use crate::{
    cost::{Input, Line, Term},
    data::{Data, FactValue, ProviderFact, Topic},
    observation::{Evidence, Standing},
    scenario::Scenario,
};

/// Hours of the shortest month.
const HOURS_OF_A_MONTH: u64 = 28 * 24;

/// A published rate limit, and how long a month's calls take at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LimitCheck<'d> {
    /// The limit.
    pub fact: &'d ProviderFact,
    /// The calls of a month.
    pub calls: Line<'d>,
    /// How many of the limit's periods they fill at full rate.
    pub periods: Line<'d>,
    /// Whether that is less than a month.
    pub fits: bool,
}

/// Holds the scenario's volume against every rate limit that is a number. Limits that nobody publishes are not in the
/// result: they are unknown facts of the provider.
pub fn check_limits<'d>(data: &'d Data, scenario: &Scenario) -> Vec<LimitCheck<'d>> {
    let stands = |fact: &&ProviderFact| matches!(fact.value.standing, Standing::Listed | Standing::Disputed);
    let limits = data.facts().iter().filter(|fact| fact.topic == Topic::RateLimit).filter(stands);
    limits.filter_map(|fact| check(fact, scenario)).collect()
}

fn check<'d>(fact: &'d ProviderFact, scenario: &Scenario) -> Option<LimitCheck<'d>> {
    let FactValue::Number(limit) = fact.value.value else { return None };
    // Only a limit on sending is held against envelopes alone; any other against all their calls.
    let (per_hour, calls) = match fact.unit.as_deref()? {
        "requests per hour" => (1, true),
        "requests per minute" => (60, true),
        "envelopes per minute" => (60, false),
        _ => return None,
    };
    let mut terms = vec![Term::input(Input::Envelopes, scenario.envelopes)];
    if calls {
        terms.push(Term::input(Input::CallsPerEnvelope, scenario.calls_per_envelope));
    }
    let calls = Line::product("requests a month", terms);
    let evidence: &Evidence = &fact.value.evidence;
    let total = Term::computed(calls.count().unwrap_or_default());
    let periods = Line::quotient_up("periods at full rate", total, Term::count(limit, evidence));
    let fits = periods.count().unwrap_or(u64::MAX) <= HOURS_OF_A_MONTH * per_hour;
    Some(LimitCheck { fact, calls, periods, fits })
}
