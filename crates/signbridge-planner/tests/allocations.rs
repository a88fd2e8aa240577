//! What one scenario over all plans allocates. A binary of its own, because it counts every allocation of its thread.

use signbridge_planner::{Data, Scenario, plan};

/// Measured at 650 to 900; more than this is a change of kind, not of figures.
const MOST: u64 = 1_200;

#[test]
fn one_scenario_over_all_plans_allocates_little() {
    let data = Data::embedded().unwrap();
    for text in [
        "envelopes = 5\njurisdiction = 'US'",
        "seats = 5\nenvelopes = 100\njurisdiction = 'US'\nallow_vendor_claims = true",
        "seats = 10\nenvelopes = 60\nsms = 60\nid_checks = 30\njurisdiction = 'SG'\nneeds = ['singpass_sign']",
        "seats = 9\nenvelopes = 5000\nchannel = 'api'\njurisdiction = 'DE'\nlevel = 'qualified'\nresidency = 'eu'",
    ] {
        let scenario = Scenario::parse(text).unwrap();
        let mut candidates = 0;
        let counted = allocation_counter::measure(|| {
            candidates = plan(&data, &scenario, &[]).unwrap().candidates.len()
        });
        assert!(candidates > 30);
        assert!(counted.count_total > 0, "the counter counts");
        assert!(counted.count_total <= MOST, "{} allocations for\n{text}", counted.count_total);
        println!(
            "{} allocations, {candidates} candidates: {}",
            counted.count_total,
            text.replace('\n', ", ")
        );
    }
}
