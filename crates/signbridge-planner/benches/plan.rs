//! One scenario over all plans: median at most 200 microseconds. `cargo bench -p signbridge-planner`.

use signbridge_planner::{
    Data, Scenario,
    cost::{Axis, Bound, breaks, curve},
    data::Billing,
    plan,
};

fn main() {
    divan::main();
}

fn data() -> Data {
    Data::embedded().unwrap_or_default()
}

/// The worked examples, and one with everything.
const SCENARIOS: &[&str] = &[
    "envelopes = 5\njurisdiction = 'US'",
    "seats = 5\nenvelopes = 100\njurisdiction = 'US'\nallow_vendor_claims = true",
    "envelopes = 100\nchannel = 'api'\njurisdiction = 'US'\nneeds = ['embedded_signing']",
    "seats = 10\nenvelopes = 60\nsms = 60\nid_checks = 30\njurisdiction = 'SG'\nneeds = ['singpass_sign']",
    "seats = 9\nenvelopes = 5000\nchannel = 'api'\njurisdiction = 'DE'\nlevel = 'qualified'\nresidency = 'eu'",
];

#[divan::bench(args = 0..SCENARIOS.len())]
fn one_scenario_over_all_plans(bencher: divan::Bencher<'_, '_>, index: usize) {
    let data = data();
    let text = SCENARIOS.get(index).copied().unwrap_or_default();
    let scenario = Scenario::parse(text).unwrap_or_default();
    bencher.bench(|| plan(&data, &scenario, &[]).map(|plan| plan.candidates.len()));
}

#[divan::bench]
fn one_break_even_up_to_a_thousand_envelopes(bencher: divan::Bencher<'_, '_>) {
    let data = data();
    let scenario = Scenario { seats: 5, ..Scenario::default() };
    let draw = |id: &str, billing| {
        let plan = data.vendor_plan(id)?;
        Some(curve(&data, &scenario, plan, billing, Axis::Envelopes, Bound::High, 1_000))
    };
    bencher.bench(|| {
        let one = draw("docusign.standard", Billing::AnnualPrepaid);
        one.zip(draw("adobe-sign.standard_teams", Billing::Annual)).map(|(one, other)| breaks(&one, &other))
    });
}

#[divan::bench]
fn load_the_figures() -> Option<usize> {
    Data::embedded().ok().map(|data| data.plans().len())
}
