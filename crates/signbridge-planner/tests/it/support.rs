//! What the tests share.

use signbridge_planner::{Data, Interval, Money, Plan, Scenario, cost::Candidate, data::Billing, plan};

/// The figures of this crate.
pub(crate) fn data() -> Data {
    Data::embedded().unwrap_or_else(|error| panic!("{error}"))
}

/// The answer to a scenario written as TOML.
pub(crate) fn answer<'d>(data: &'d Data, scenario: &str) -> Plan<'d> {
    let scenario = Scenario::parse(scenario).unwrap_or_else(|error| panic!("{scenario}: {error}"));
    plan(data, &scenario, &[]).unwrap_or_else(|error| panic!("{error}"))
}

/// The candidate of a plan in a billing mode.
pub(crate) fn candidate<'p, 'd>(plan: &'p Plan<'d>, id: &str, billing: Billing) -> &'p Candidate<'d> {
    let found = plan.candidates.iter().find(|one| one.plan.id == id && one.billing == billing);
    found.unwrap_or_else(|| panic!("no candidate {id} {billing}"))
}

/// An amount.
pub(crate) fn dollars(text: &str) -> Money {
    text.parse().unwrap()
}

/// An interval of one amount.
pub(crate) fn exactly(text: &str) -> Interval {
    Interval::exact(dollars(text))
}
