//! The five worked examples and the refusal case, to the cent, with the arithmetic visible.

use crate::support::{answer, candidate, data, dollars, exactly};
use signbridge_planner::{
    Conclusion, Confidence, Interval, Money,
    cost::{
        Fact, Missing, Outcome, Reason, WayKind, Why, flat_against_seats, overage_against_seats,
        tier_against_tier,
    },
    data::{Allowance, Billing, Period},
};

const PREPAID: Billing = Billing::AnnualPrepaid;
const BILLED_MONTHLY: Billing = Billing::AnnualBilledMonthly;

#[test]
fn example_1_a_freelancer_sends_five_a_month() {
    let data = data();
    let answer = answer(&data, "envelopes = 5\njurisdiction = 'US'\nallow_vendor_claims = true");
    for (plan, billing, cost, confidence, arithmetic) in [
        ("docusign.personal", PREPAID, "120.00", Confidence::B, "subscription: $10.00 × 12 = $120.00"),
        ("docusign.personal", BILLED_MONTHLY, "132.00", Confidence::A, "subscription: $11.00 × 12 = $132.00"),
        (
            "docusign.personal",
            Billing::Monthly,
            "180.00",
            Confidence::C,
            "subscription: $15.00 × 12 = $180.00",
        ),
        ("dropbox-sign.essentials", PREPAID, "180.00", Confidence::A, "subscription: $15.00 × 12 = $180.00"),
        (
            "adobe-sign.acrobat_standard",
            BILLED_MONTHLY,
            "179.88",
            Confidence::C,
            "subscription: $14.99 × 12 = $179.88",
        ),
        (
            "esignglobal.essential",
            Billing::Unstated,
            "199.20",
            Confidence::D,
            "subscription: $16.60 × 12 = $199.20",
        ),
    ] {
        let found = candidate(&answer, plan, billing);
        assert_eq!(found.outcome, Outcome::Feasible, "{plan}");
        assert_eq!(found.cost, Some(exactly(cost)), "{plan}");
        assert_eq!(found.confidence, Some(confidence), "{plan}");
        for reading in &found.readings {
            assert_eq!(reading.within_quota, Some(true), "{plan}");
            assert_eq!(reading.ways[0].lines.last().unwrap().to_string(), arithmetic);
        }
    }
    // Exactly at the limit of five a month.
    let personal = &candidate(&answer, "docusign.personal", PREPAID).readings[0].ways[0].lines;
    assert_eq!(personal[0].to_string(), "envelopes a month: 5 = 5");
    assert_eq!(personal[1].to_string(), "included a month: 5 = 5");
    // Both readings of Adobe's quota (60 ≤ 150, and none) and of eSignGlobal's period (5 ≤ 100, 60 ≤ 100) do.
    assert_eq!(candidate(&answer, "adobe-sign.acrobat_standard", BILLED_MONTHLY).readings.len(), 2);
    assert_eq!(candidate(&answer, "esignglobal.essential", Billing::Unstated).readings.len(), 2);
    let promotion = candidate(&answer, "dropbox-sign.essentials", PREPAID).alternatives.iter();
    let promotion: Vec<_> = promotion.filter(|one| matches!(one.fact, Fact::Price(_))).collect();
    assert_eq!(promotion[0].reading.cost, Some(exactly("120.60")), "the first year");
    let free = candidate(&answer, "dropbox-sign.free", Billing::Monthly);
    assert!(matches!(free.reasons[..], [Reason::Quota { need: 5, allowance: 3, .. }]));
    assert_eq!(answer.ranking.conclusion, Conclusion::Cheapest);
    assert_eq!(answer.leaders().next().unwrap().plan.id, "docusign.personal");

    // At six a month it drops out, and Adobe at $179.88 and Dropbox Sign at $180.00 lead.
    let six = crate::support::answer(&data, "envelopes = 6\njurisdiction = 'US'");
    let personal = candidate(&six, "docusign.personal", PREPAID);
    assert_eq!(
        (personal.outcome, personal.cost),
        (Outcome::Undetermined, Some(Interval::from(dollars("120"))))
    );
    let ranked = six.ranking.ranked.iter().map(|index| six.candidates[*index].plan.id.as_str());
    assert_eq!(
        ranked.take(2).collect::<Vec<_>>(),
        ["adobe-sign.acrobat_standard", "dropbox-sign.essentials"]
    );
    assert!(
        six.ranking
            .possibly_cheaper
            .iter()
            .any(|index| six.candidates[*index].plan.id == "docusign.personal")
    );
}

#[test]
fn example_2_a_team_of_five_sends_a_hundred_a_month() {
    let data = data();
    let answer = answer(&data, "seats = 5\nenvelopes = 100\njurisdiction = 'US'\nallow_vendor_claims = true");
    let dropbox = candidate(&answer, "dropbox-sign.standard", PREPAID);
    assert_eq!(dropbox.readings[0].ways[0].lines[0].to_string(), "subscription: 5 × $25.00 × 12 = $1,500.00");
    assert_eq!((dropbox.outcome, dropbox.cost), (Outcome::Feasible, Some(exactly("1500"))));
    assert_eq!(dropbox.alternatives[0].reading.cost, Some(exactly("1050")), "5 × 17.50 × 12, the first year");

    let docusign = candidate(&answer, "docusign.standard", PREPAID);
    let [reading] = &docusign.readings[..] else { panic!("one reading counts") };
    let [overage, seats] = &reading.ways[..] else { panic!("two ways") };
    assert_eq!(overage.cost, Interval::from(dollars("1500")), "the overage price is not published");
    assert_eq!(seats.kind, WayKind::ExtraSeats { seats: 12 });
    let lines: Vec<String> = seats.lines.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "envelopes a year: 100 × 12 = 1,200",
            "seats needed: 1,200 ÷ 100 = 12, rounded up",
            "subscription: 12 × $25.00 × 12 = $3,600.00",
        ]
    );
    assert_eq!(docusign.cost, Some(Interval::between(dollars("1500"), dollars("3600"))));
    let third_party = docusign
        .alternatives
        .iter()
        .find(|one| matches!(one.fact, Fact::Overage(overage) if overage.evidence.source == "TP3"));
    let way = &third_party.unwrap().reading.ways[0];
    assert_eq!(way.cost, Interval::between(dollars("2200"), dollars("7100")));
    let lines: Vec<String> = way.lines.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "envelopes a year: 100 × 12 = 1,200",
            "included a year: 5 × 100 = 500",
            "above the allowance: 1,200 − 500 = 700",
            "subscription: 5 × $25.00 × 12 = $1,500.00",
            "envelopes above the allowance: 700 × ($1.00 to $8.00) = $700.00 to $5,600.00",
        ]
    );
    let unlimited = docusign
        .alternatives
        .iter()
        .find(|one| matches!(one.fact, Fact::Quota(quota) if quota.value.allowance == Allowance::Unlimited));
    assert_eq!(unlimited.unwrap().reading.cost, Some(exactly("1500")), "5 × 300, if that page is current");

    let adobe = candidate(&answer, "adobe-sign.standard_teams", Billing::Annual);
    let costs: Vec<_> = adobe.readings.iter().map(|reading| reading.cost.unwrap()).collect();
    assert_eq!(costs[0], exactly("1019.40"), "5 × 16.99 × 12, unlimited");
    assert_eq!(costs[1].high, Some(dollars("1631.04")), "1,200 ÷ 150 = 8 licences × 16.99 × 12");
    let eight = adobe.readings[1].ways.last().unwrap();
    assert_eq!(eight.kind, WayKind::ExtraSeats { seats: 8 });
    assert_eq!(eight.lines[2].to_string(), "subscription: 8 × $16.99 × 12 = $1,631.04");

    let other = candidate(&answer, "esignglobal.essential", Billing::Unstated);
    let by = |period| {
        other.readings.iter().find(move |reading| {
        matches!(reading.quota.unwrap().value.allowance, Allowance::Limit { period: found, .. } if found == period)
    })
    };
    let (month, year) = (by(Period::Month).unwrap(), by(Period::Year).unwrap());
    assert_eq!(
        (month.within_quota, month.cost),
        (Some(true), Some(exactly("199.20"))),
        "exactly at the limit"
    );
    assert_eq!(year.within_quota, Some(false), "1,200 > 100, and no way past it has a price");
    assert_eq!(year.ways[0].lines[0].to_string(), "envelopes a year: 100 × 12 = 1,200");
    assert_eq!(year.ways[0].lines[1].to_string(), "included a year: 100 = 100");
    assert_eq!(year.cost.unwrap().high, None);
    assert_eq!(other.outcome, Outcome::Undetermined);

    // Dropbox Sign leads by the most it may cost; Adobe's quota and eSignGlobal's period could change that.
    assert_eq!(answer.ranking.conclusion, Conclusion::Overlap);
    assert_eq!(answer.candidates[answer.ranking.ranked[0]].plan.id, "dropbox-sign.standard");
    assert!(answer.leaders().any(|one| one.plan.id == "adobe-sign.standard_teams"));
    let cheaper =
        answer.ranking.possibly_cheaper.iter().map(|index| answer.candidates[*index].plan.id.as_str());
    assert_eq!(cheaper.collect::<Vec<_>>(), ["esignglobal.essential"]);
    // (3,600 − 1,500) ÷ 700 and (4,320 − 1,800) ÷ 700.
    assert_eq!(overage_against_seats(dollars("300"), 7, 700).unwrap().exact(), Some(dollars("3.00")));
    assert_eq!(overage_against_seats(dollars("360"), 7, 700).unwrap().exact(), Some(dollars("3.60")));
}

#[test]
fn example_3_a_small_integration_sends_forty_a_month() {
    let data = data();
    let answer = answer(&data, "envelopes = 40\nchannel = 'api'\njurisdiction = 'US'");
    for (plan, billing, cost, confidence, arithmetic) in [
        (
            "docusign.api_starter",
            Billing::Annual,
            "600",
            Confidence::A,
            "subscription: $50.00 × 12 = $600.00",
        ),
        (
            "dropbox-sign.api_essentials",
            Billing::Unstated,
            "900",
            Confidence::B,
            "subscription: $75.00 × 12 = $900.00",
        ),
        (
            "docusign.api_intermediate",
            Billing::Annual,
            "3600",
            Confidence::B,
            "subscription: $300.00 × 12 = $3,600.00",
        ),
    ] {
        let found = candidate(&answer, plan, billing);
        assert_eq!((found.outcome, found.cost), (Outcome::Feasible, Some(exactly(cost))), "{plan}");
        assert_eq!(found.confidence, Some(confidence), "{plan}");
        assert_eq!(found.readings[0].ways[0].lines.last().unwrap().to_string(), arithmetic);
    }
    for plan in ["adobe-sign.solutions", "esignglobal.professional"] {
        let found = candidate(&answer, plan, Billing::Unstated);
        assert_eq!((found.outcome, found.cost), (Outcome::Undetermined, None), "{plan}");
        assert!(found.missing.contains(&Missing::NoPublishedPrice { plan }), "{plan}");
    }
    assert_eq!(
        answer.leaders().map(|one| one.plan.id.as_str()).collect::<Vec<_>>(),
        ["docusign.api_starter"]
    );

    // From 41 to 50 a month: Dropbox Sign $900 bounded, DocuSign from $600 without an upper end.
    for envelopes in [41, 50] {
        let answer = crate::support::answer(
            &data,
            &format!("envelopes = {envelopes}\nchannel = 'api'\njurisdiction = 'US'"),
        );
        let starter = candidate(&answer, "docusign.api_starter", Billing::Annual);
        assert_eq!(
            (starter.outcome, starter.cost),
            (Outcome::Undetermined, Some(Interval::from(dollars("600"))))
        );
        assert_eq!(answer.leaders().next().unwrap().plan.id, "dropbox-sign.api_essentials");
        assert_eq!(answer.leaders().next().unwrap().cost, Some(exactly("900")));
    }
    // At 50 a month 120 envelopes a year are above the allowance: (900 − 600) ÷ 120.
    assert_eq!(
        tier_against_tier(dollars("600"), dollars("900"), 12 * 10).unwrap().exact(),
        Some(dollars("2.50"))
    );
}

#[test]
fn example_4_a_product_embeds_a_hundred_a_month() {
    let data = data();
    let ask = |envelopes: u32| {
        format!("envelopes = {envelopes}\nchannel = 'api'\njurisdiction = 'US'\nneeds = ['embedded_signing']")
    };
    let answer = answer(&data, &ask(100));
    let standard = candidate(&answer, "dropbox-sign.api_standard", Billing::Unstated);
    assert_eq!((standard.outcome, standard.cost), (Outcome::Feasible, Some(exactly("3000"))));
    assert_eq!(standard.readings[0].ways[0].lines[2].to_string(), "subscription: $250.00 × 12 = $3,000.00");
    let essentials = candidate(&answer, "dropbox-sign.api_essentials", Billing::Unstated);
    assert_eq!(essentials.cost, Some(exactly("3000")), "50 < 100 moves it up");
    assert_eq!(essentials.readings[0].ways[0].kind, WayKind::Upgrade { to: "dropbox-sign.api_standard" });
    assert_eq!(essentials.readings[0].overage.unwrap().evidence.confidence, Confidence::A, "for the rule");
    let advanced = candidate(&answer, "docusign.api_advanced", Billing::Annual);
    assert_eq!((advanced.outcome, advanced.cost), (Outcome::Undetermined, Some(exactly("5760"))));
    assert!(matches!(advanced.missing[..], [Missing::Offers { why: Why::Disputed, .. }]));
    let intermediate = candidate(&answer, "docusign.api_intermediate", Billing::Annual);
    assert_eq!((intermediate.outcome, intermediate.cost), (Outcome::Infeasible, Some(exactly("3600"))));
    assert!(matches!(intermediate.reasons[..], [Reason::Lacks { .. }]));
    let difference = advanced.cost.unwrap().low.minus(standard.cost.unwrap().low);
    assert_eq!(difference, dollars("2760"));

    // At 101 both cliffs: a plan without a published price, and an overage without one.
    let answer = crate::support::answer(&data, &ask(101));
    let standard = candidate(&answer, "dropbox-sign.api_standard", Billing::Unstated);
    assert_eq!((standard.outcome, standard.cost), (Outcome::Undetermined, None));
    assert!(standard.missing.contains(&Missing::NoPublishedPrice { plan: "dropbox-sign.api_premium" }));
    let advanced = candidate(&answer, "docusign.api_advanced", Billing::Annual);
    assert_eq!(
        (advanced.outcome, advanced.cost),
        (Outcome::Undetermined, Some(Interval::from(dollars("5760"))))
    );
    assert!(answer.ranking.ranked.is_empty());
}

#[test]
fn example_5_a_firm_in_singapore_needs_singpass() {
    let data = data();
    let scenario =
        "seats = 10\nenvelopes = 60\nsms = 60\nid_checks = 30\njurisdiction = 'SG'\neffect = 'handwritten'";
    let answer = answer(&data, scenario);
    let docusign = candidate(&answer, "docusign.standard", PREPAID);
    let way = &docusign.readings[0].ways[0];
    assert_eq!(way.lines[0].to_string(), "envelopes a year: 60 × 12 = 720");
    assert_eq!(way.lines[1].to_string(), "included a year: 10 × 100 = 1,000");
    assert_eq!(way.lines[2].to_string(), "subscription: 10 × $25.00 × 12 = $3,000.00");
    let add_ons: Vec<String> = docusign.add_ons.iter().map(ToString::to_string).collect();
    assert_eq!(
        add_ons,
        [
            "text messages: 60 × (from $0.36) × 12 = from $259.20",
            "identity checks: 30 × (from $2.40) × 12 = from $864.00",
        ]
    );
    assert_eq!(
        (docusign.outcome, docusign.cost),
        (Outcome::Undetermined, Some(Interval::from(dollars("4123.20"))))
    );
    assert!(docusign.missing.iter().any(|one| matches!(one, Missing::Offers { why: Why::WhichPlan, .. })));
    for (plan, billing, outcome, floor) in [
        ("docusign.standard", BILLED_MONTHLY, Outcome::Undetermined, "4723.20"),
        ("dropbox-sign.standard", PREPAID, Outcome::Infeasible, "3000"),
        ("adobe-sign.standard_teams", Billing::Annual, Outcome::Infeasible, "2038.80"),
    ] {
        let found = candidate(&answer, plan, billing);
        assert_eq!((found.outcome, found.cost), (outcome, Some(Interval::from(dollars(floor)))), "{plan}");
    }
    let other = candidate(&answer, "esignglobal.essential", Billing::Unstated);
    assert_eq!(
        (other.outcome, other.cost),
        (Outcome::Infeasible, None),
        "a claim is no number unless allowed"
    );
    let allowed = crate::support::answer(&data, &format!("{scenario}\nallow_vendor_claims = true"));
    let other = candidate(&allowed, "esignglobal.essential", Billing::Unstated);
    assert_eq!(other.cost, Some(Interval::from(dollars("199.20"))));
    assert_eq!(
        other.readings.iter().map(|one| one.within_quota).collect::<Vec<_>>(),
        [Some(true), Some(false)]
    );
    assert_eq!(answer.ranking.conclusion, Conclusion::NoneProven);
    let closest = answer.closest().unwrap();
    assert_eq!(
        (closest.plan.id.as_str(), closest.cost.unwrap().low),
        ("docusign.standard", dollars("4123.20"))
    );
}

#[test]
fn the_refusal_a_qualified_signature_in_the_union_has_no_published_price() {
    let data = data();
    for place in ["EU", "DE"] {
        let answer = answer(&data, &format!("envelopes = 20\njurisdiction = '{place}'\nlevel = 'qualified'"));
        assert_eq!(answer.ranking.conclusion, Conclusion::NoPublishedPrice);
        assert!(answer.ranking.ranked.is_empty() && answer.closest().is_none());
        for found in &answer.candidates {
            let no_number = found.outcome == Outcome::Infeasible || found.cost.is_none();
            assert!(no_number, "{} {:?}", found.plan.id, found.cost);
        }
        let adobe = candidate(&answer, "adobe-sign.standard_teams", Billing::Annual);
        assert_eq!(adobe.missing[0].to_string(), "no published price of qes");
        let esignglobal = answer.candidates.iter().filter(|one| one.plan.provider == "esignglobal");
        assert!(esignglobal.clone().count() > 0);
        esignglobal.for_each(|one| assert_eq!(one.outcome, Outcome::Infeasible));
    }
}

#[test]
fn the_break_even_summary_of_list_prices() {
    let yearly = |monthly: &str| Money::times(dollars(monthly), 12);
    assert_eq!(yearly("25"), yearly("25.00"), "DocuSign Standard prepaid and Dropbox Sign Standard");
    assert_eq!(yearly("30").minus(yearly("25")), dollars("60"));
    assert_eq!(yearly("25").minus(yearly("16.99")), dollars("96.12"));
    assert_eq!(flat_against_seats(yearly("16.60"), yearly("25")), Some(1), "199.20 < 300");
    assert!(yearly("16.60") > yearly("10") && yearly("16.60") > yearly("15"));
    assert_eq!(flat_against_seats(dollars("900"), dollars("300")), Some(3));
    assert_eq!(yearly("250").minus(yearly("75")), dollars("2100"), "the step at 51 a month");
}
