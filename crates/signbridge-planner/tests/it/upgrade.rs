//! A plan that moves up must offer there what is needed, too.

use signbridge_planner::{
    Data, Interval,
    cost::{Missing, Outcome, Reason},
    data::Billing,
};

use crate::support::{answer, candidate, dollars, exactly};

/// Ten envelopes a month at ten dollars, then a hundred at forty; single sign-on on the first, and on the second `answer`.
fn two_tiers(second: &str) -> Data {
    let text = format!(
        r#"
schema_version = 1
provider = [{{ id = "acme", name = "Acme" }}]
source = [{{ id = "S", title = "invented", kind = "vendor", accessed = "2026-11-24" }}]
[[plan]]
id = "acme.one"
provider = "acme"
name = "One"
channel = "ui"
tier = 1
price = [{{ billing = "annual", per = "account", usd_per_month = "10", seen = {{ source = "S", confidence = "B" }} }}]
quota = [{{ unit = "document", kind = "limit", amount = 10, per = "account", period = "month", seen = {{ source = "S", confidence = "B" }} }}]
overage = [{{ kind = "upgrade", upgrade_to = "acme.two", seen = {{ source = "S", confidence = "B" }} }}]
feature = [{{ names = ["sso"], answer = "yes", seen = {{ source = "S", confidence = "B" }} }}]
[[plan]]
id = "acme.two"
provider = "acme"
name = "Two"
channel = "ui"
tier = 2
price = [{{ billing = "annual", per = "account", usd_per_month = "40", seen = {{ source = "S", confidence = "B" }} }}]
quota = [{{ unit = "document", kind = "limit", amount = 100, per = "account", period = "month", seen = {{ source = "S", confidence = "B" }} }}]
overage = [{{ kind = "blocked", seen = {{ source = "S", confidence = "B" }} }}]
feature = [{second}]
"#
    );
    Data::parse(&[("two.toml", &text)]).unwrap()
}

#[test]
fn what_is_needed_must_be_offered_where_the_volume_leads() {
    let feature = |answer: &str| {
        format!(r#"{{ names = ["sso"], answer = "{answer}", seen = {{ source = "S", confidence = "B" }} }}"#)
    };
    let above = "envelopes = 11\nneeds = ['sso']";
    let found = |second: &str, scenario: &str| {
        let data = two_tiers(second);
        let answer = answer(&data, scenario);
        let one = candidate(&answer, "acme.one", Billing::Annual);
        let lacks = one.reasons.iter().any(|reason| matches!(reason, Reason::Lacks { .. }));
        let open = one.missing.iter().any(|missing| matches!(missing, Missing::Offers { .. }));
        (one.outcome, one.cost, lacks, open)
    };
    let from = Some(Interval::from(dollars("480")));
    assert_eq!(found(&feature("yes"), above), (Outcome::Feasible, Some(exactly("480")), false, false));
    assert_eq!(found("", above), (Outcome::Undetermined, from, false, true));
    assert_eq!(found(&feature("no"), above), (Outcome::Infeasible, None, true, false));
    // Within the first tier nobody asks what the second offers.
    assert_eq!(
        found(&feature("no"), "envelopes = 10\nneeds = ['sso']"),
        (Outcome::Feasible, Some(exactly("120")), false, false)
    );
    // Above the second, the chain ends.
    let data = two_tiers("");
    let end = answer(&data, "envelopes = 101");
    let one = candidate(&end, "acme.one", Billing::Annual);
    assert!(matches!(one.reasons[..], [Reason::Quota { need: 101, allowance: 100, .. }]));
}
