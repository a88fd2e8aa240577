//! The figures themselves: the comparison, the ages, the policy, the limits.

use std::collections::BTreeSet;

use signbridge_planner::{
    Conclusion, Feature, check_limits,
    cost::{Hold, Outcome, Why, holds},
    data::{Billing, FactValue, Row, Topic, Verdict},
};

use crate::support::{answer, candidate, data, exactly};

const PROVIDERS: [&str; 4] = ["docusign", "adobe-sign", "dropbox-sign", "esignglobal"];

#[test]
fn every_cell_of_the_comparison_is_answered_with_evidence() {
    let data = data();
    let cells: BTreeSet<(Row, &str)> =
        data.claims().iter().map(|claim| (claim.row, claim.subject.as_str())).collect();
    let mut asked = BTreeSet::new();
    for row in Row::ALL.iter().copied().filter(|row| *row != Row::Law) {
        asked.extend(PROVIDERS.map(|provider| (row, provider)));
    }
    asked.extend(["esign", "ueta", "eidas", "sg_eta", "hk_eto"].map(|law| (Row::Law, law)));
    assert_eq!(cells, asked);
    assert_eq!(data.claims().len(), asked.len(), "one answer for each");
    for claim in data.claims() {
        assert!(!claim.finding.is_empty() && !claim.claim.is_empty());
        assert!(!claim.evidence.is_empty(), "{} {}", claim.row, claim.subject);
        // A claimant does not confirm or refute himself.
        let independent = claim.evidence.iter().any(|evidence| !evidence.vendor_claim());
        assert!(claim.verdict == Verdict::Unverified || independent, "{} {}", claim.row, claim.subject);
    }
    let verdict = |row, subject| {
        data.claims().iter().find(|claim| claim.row == row && claim.subject == subject).unwrap().verdict
    };
    assert_eq!(verdict(Row::PricingModel, "esignglobal"), Verdict::Unverified);
    assert_eq!(verdict(Row::BaseQuota, "dropbox-sign"), Verdict::Contradicted);
    assert_eq!(verdict(Row::ApacCompliance, "esignglobal"), Verdict::Contradicted);
    assert_eq!(verdict(Row::ApiAuthentication, "adobe-sign"), Verdict::Contradicted);
    assert_eq!(verdict(Row::Law, "esign"), Verdict::Contradicted);
    assert_eq!(verdict(Row::Law, "sg_eta"), Verdict::Confirmed);
}

#[test]
fn every_figure_names_a_source_and_old_ones_are_named() {
    let data = data();
    let today = "2026-11-24".parse().unwrap();
    let check = data.check(today, 365);
    assert!(check.values > 300, "{}", check.values);
    assert!(!check.passes());
    for aged in check.stale.iter().chain(&check.undated) {
        assert!(data.source(&aged.evidence.source).is_some(), "{}", aged.what);
    }
    assert!(check.stale.iter().all(|aged| aged.days.unwrap() > 365));
    let named = |what: &str| check.stale.iter().any(|aged| aged.what == what);
    assert!(named("plan dropbox-sign.api_essentials overage"), "of 2025-08-05");
    assert!(named("jurisdiction VN statute"), "of 2024-07-26");
    assert!(!named("plan docusign.standard price annual_prepaid"), "of 2026-09-21");
    assert!(check.undated.iter().any(|aged| aged.what == "plan esignglobal.essential price unstated"));
    // A day later than the oldest allowed is too late, the day itself is not.
    let oldest = "2024-07-26".parse().unwrap();
    let days = today.signed_duration_since(oldest).num_days().try_into().unwrap();
    let stale = |max| data.check(today, max).stale.iter().any(|aged| aged.what == "jurisdiction VN statute");
    assert!(!stale(days) && stale(days - 1));
}

#[test]
fn the_compliance_matrix_says_who_offers_a_level() {
    let data = data();
    let hold = |plan: &str, feature| holds(&data, data.vendor_plan(plan).unwrap(), feature, false);
    assert!(matches!(hold("docusign.standard", Feature::Qes), Hold::No { .. }));
    assert!(matches!(hold("docusign.enhanced", Feature::Qes), Hold::Unknown { why: Why::Quotation, .. }));
    assert!(matches!(hold("adobe-sign.pro_teams", Feature::Qes), Hold::Unknown { why: Why::Quotation, .. }));
    assert!(matches!(hold("dropbox-sign.standard", Feature::Qes), Hold::Unknown { why: Why::Quotation, .. }));
    assert!(matches!(hold("esignglobal.professional", Feature::Qes), Hold::No { .. }));
    assert!(matches!(
        hold("docusign.standard", Feature::SingpassSign),
        Hold::Unknown { why: Why::WhichPlan, .. }
    ));
    assert!(matches!(
        hold("esignglobal.essential", Feature::SgEta),
        Hold::Unknown { why: Why::VendorClaim, .. }
    ));
    assert!(matches!(hold("dropbox-sign.standard", Feature::ResidencyEu), Hold::No { .. }));
    assert!(matches!(
        hold("dropbox-sign.premium", Feature::ResidencyEu),
        Hold::Unknown { why: Why::Quotation, .. }
    ));
    assert!(matches!(
        hold("docusign.standard", Feature::IamSmart),
        Hold::Unknown { why: Why::NotRecorded, .. }
    ));
    assert!(matches!(
        hold("adobe-sign.solutions", Feature::PciDss),
        Hold::Unknown { why: Why::Disputed, .. }
    ));
    // The claim of a native integration never wins against the government's list.
    let essential = data.vendor_plan("esignglobal.essential").unwrap();
    assert!(matches!(holds(&data, essential, Feature::SingpassSign, true), Hold::No { .. }));
}

#[test]
fn claims_stay_out_of_the_ranking_unless_allowed() {
    let data = data();
    let without = answer(&data, "envelopes = 5");
    let essential = candidate(&without, "esignglobal.essential", Billing::Unstated);
    assert_eq!((essential.outcome, essential.cost), (Outcome::Undetermined, None));
    assert!(
        !without.ranking.ranked.iter().any(|index| without.candidates[*index].plan.provider == "esignglobal")
    );
    let allowed = answer(&data, "envelopes = 5\nallow_vendor_claims = true");
    assert_eq!(candidate(&allowed, "esignglobal.essential", Billing::Unstated).cost, Some(exactly("199.20")));
}

#[test]
fn billing_modes_are_answered_by_the_prices_that_fit() {
    let data = data();
    let monthly = answer(&data, "envelopes = 5\nbilling = 'monthly'");
    assert_eq!(candidate(&monthly, "docusign.standard", Billing::Monthly).cost, Some(exactly("540")));
    let dropbox = candidate(&monthly, "dropbox-sign.essentials", Billing::Monthly);
    assert_eq!(
        (dropbox.outcome, dropbox.cost),
        (Outcome::Undetermined, None),
        "month to month is not published"
    );
    // Ten for each seat and month: 5 × 10 = 50 < 100, so ten seats at 45 dollars.
    let monthly = answer(&data, "seats = 5\nenvelopes = 100\nbilling = 'monthly'");
    let standard = candidate(&monthly, "docusign.standard", Billing::Monthly);
    assert_eq!(standard.readings[0].ways[1].cost, exactly("5400"));
    // A price whose mode nobody states does not answer a mode that was asked for.
    let api = answer(&data, "envelopes = 40\nchannel = 'api'\nbilling = 'annual_prepaid'");
    let dropbox = candidate(&api, "dropbox-sign.api_essentials", Billing::Unstated);
    assert_eq!((dropbox.outcome, dropbox.cost), (Outcome::Undetermined, Some(exactly("900"))));
    assert_eq!(candidate(&api, "docusign.api_starter", Billing::Annual).outcome, Outcome::Feasible);
    assert_eq!(api.ranking.conclusion, Conclusion::Cheapest);
}

#[test]
fn the_volume_is_held_against_published_rate_limits() {
    let data = data();
    let scenario = signbridge_planner::Scenario { envelopes: 3_000, ..Default::default() };
    let checks = check_limits(&data, &scenario);
    let of = |name: &str, source: &str| {
        let found =
            checks.iter().find(|one| one.fact.name == name && one.fact.value.evidence.source == source);
        found.unwrap()
    };
    let docusign = of("requests_per_hour", "DS12");
    assert_eq!(docusign.calls.to_string(), "requests a month: 3,000 × 4 = 12,000");
    assert_eq!(docusign.periods.to_string(), "periods at full rate: 12,000 ÷ 3,000 = 4, rounded up");
    assert!(docusign.fits);
    let sends = of("sends_per_minute", "DB3");
    assert_eq!(sends.periods.count(), Some(120));
    let most = signbridge_planner::Scenario { envelopes: 2_000_000, ..Default::default() };
    let fits = |name: &str| check_limits(&data, &most).iter().find(|one| one.fact.name == name).unwrap().fits;
    // 28 days of 24 hours at 25 a minute are 1,008,000 sends; at 3,000 calls an hour, 504,000 envelopes.
    assert!(!fits("sends_per_minute") && !fits("requests_per_hour"));
    assert!(checks.iter().all(|one| one.fact.name != "burst_production"));
    assert!(
        checks.iter().all(|one| one.fact.value.evidence.source != "DS6"),
        "contradicted by the vendor's page"
    );
}

#[test]
fn sandbox_terms_and_limits_are_known_or_said_to_be_unknown_for_all() {
    let data = data();
    let topics = [Topic::Sandbox, Topic::RateLimit, Topic::Authentication, Topic::Residency, Topic::Webhooks];
    for provider in PROVIDERS {
        assert!(data.provider(provider).is_some());
        for topic in topics {
            assert!(
                data.facts().iter().any(|fact| fact.provider == provider && fact.topic == topic),
                "{provider} {topic}"
            );
        }
    }
    assert!(data.facts().iter().any(|fact| fact.value.value == FactValue::Unknown));
}
