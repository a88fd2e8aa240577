//! Routing among configured profiles.

use signbridge_core::{Capabilities, Capability, Evidence, Once, Operation, SignatureLevel, Support};
use signbridge_planner::{
    ChooseError, Feature, Route, Scenario, choose,
    cost::{Missing, Outcome, Reason},
    data::Billing,
    plan,
};

use crate::support::data;

fn capabilities(provider: &'static str) -> Capabilities {
    let mut all = Capabilities::new(provider, Evidence::Published, Once::SendOnly);
    let native = Capability::native(Evidence::Published);
    all.levels.insert(SignatureLevel::Simple, native.clone());
    let no = Capability::unsupported("by contract only", Evidence::Published);
    all.levels.insert(SignatureLevel::Advanced, no.clone());
    all.levels.insert(SignatureLevel::Qualified, no);
    all.operations.insert(Operation::SigningLink, native);
    all
}

fn with_advanced(provider: &'static str) -> Capabilities {
    let mut all = capabilities(provider);
    all.levels.insert(SignatureLevel::Advanced, Capability::gated("the account", Evidence::Published));
    all
}

fn route<'r>(profile: &'r str, all: &'r Capabilities, plan: &'r str, billing: Billing) -> Route<'r> {
    Route { profile, capabilities: all, plan: Some((plan, billing)), offers: &[] }
}

fn scenario(text: &str) -> Scenario {
    Scenario::parse(text).unwrap()
}

#[test]
fn the_cheapest_that_does_takes_it() {
    let data = data();
    let (docusign, dropbox) = (capabilities("docusign"), capabilities("dropbox-sign"));
    let routes = [
        route("drop", &dropbox, "dropbox-sign.api_essentials", Billing::Unstated),
        route("docu", &docusign, "docusign.api_starter", Billing::Annual),
    ];
    let choice = choose(&data, &scenario("envelopes = 40\njurisdiction = 'US'"), &routes).unwrap();
    assert_eq!((choice.profile.as_str(), choice.by_cost), ("docu", true));
    assert_eq!(
        choice.to_string(),
        "docu: the cheapest of those that do (needs esign_ueta); drop: does, $900.00 a year; docu: does, $600.00 a year"
    );
    // Above forty a month its cost has no upper end, so cost does not decide and the first in order takes it.
    let choice = choose(&data, &scenario("envelopes = 50\njurisdiction = 'US'"), &routes).unwrap();
    assert_eq!((choice.profile.as_str(), choice.by_cost), ("drop", false));
    assert!(choice.to_string().contains("as their costs do not decide"), "{choice}");
}

#[test]
fn a_level_of_the_place_goes_to_whoever_is_known_to_offer_it() {
    let data = data();
    let (docusign, dropbox) = (with_advanced("docusign"), capabilities("dropbox-sign"));
    let singapore = scenario("envelopes = 40\njurisdiction = 'SG'\neffect = 'handwritten'");
    let mut routes = [
        route("drop", &dropbox, "dropbox-sign.api_essentials", Billing::Unstated),
        route("docu", &docusign, "docusign.api_starter", Billing::Annual),
    ];
    // Which DocuSign plan carries Singpass is not published: unknown is not yes.
    let Err(ChooseError::None(considered)) = choose(&data, &singapore, &routes) else { panic!() };
    assert!(matches!(considered[0].reasons[0], Reason::Lacks { feature: Feature::SingpassSign, .. }));
    assert!(matches!(considered[1].missing[0], Missing::Offers { feature: Feature::SingpassSign, .. }));
    // The user's contract says so.
    routes[1].offers = &[Feature::SingpassSign];
    let choice = choose(&data, &singapore, &routes).unwrap();
    assert_eq!(choice.profile, "docu");
    assert!(
        choice.to_string().starts_with("docu: the only profile that is known to do (needs singpass_sign)")
    );
    // Without a plan of its own it still takes it, at a cost that is not known.
    routes[1].plan = None;
    assert_eq!(choose(&data, &singapore, &routes).unwrap().profile, "docu");
}

#[test]
fn what_cannot_be_asked_for_is_not_chosen() {
    let data = data();
    let docusign = capabilities("docusign");
    let offers = [Feature::Qes];
    let route = Route { profile: "docu", capabilities: &docusign, plan: None, offers: &offers };
    let germany = scenario("jurisdiction = 'DE'\nlevel = 'qualified'");
    let error = choose(&data, &germany, &[route]).unwrap_err();
    let expected = "no profile is known to do; docu: the adapter cannot ask for qualified: by contract only";
    assert_eq!(error.to_string(), expected);
    assert!(matches!(choose(&data, &germany, &[]), Err(ChooseError::None(none)) if none.is_empty()));
    let will = scenario("jurisdiction = 'US'\ndocument_kind = 'will'");
    let Err(ChooseError::None(considered)) = choose(&data, &will, &[route]) else { panic!() };
    assert!(matches!(considered[0].reasons[0], Reason::Excluded { .. }));
    let unknown = Route { plan: Some(("docusign.nine", Billing::Annual)), ..route };
    let error = choose(&data, &scenario(""), &[unknown]).unwrap_err();
    assert!(matches!(error, ChooseError::UnknownPlan { .. }), "{error}");
}

#[test]
fn a_plan_by_api_is_held_against_the_adapters_capabilities() {
    let data = data();
    let mut docusign = capabilities("docusign");
    let wanted = scenario("envelopes = 40\nchannel = 'api'\nneeds = ['embedded_signing']");
    docusign.operations.insert(Operation::SigningLink, Capability::unverified("nobody told us"));
    let found = plan(&data, &wanted, &[("docu", &docusign)]).unwrap();
    let of = |id| found.of(id).next().unwrap();
    let open = |one: &Missing<'_>| matches!(one, Missing::Adapter { what: "embedded_signing", .. });
    assert!(of("docusign.api_advanced").missing.iter().any(open));
    assert!(!of("dropbox-sign.api_essentials").missing.iter().any(open), "no profile speaks to it");
    docusign.operations.get_mut(&Operation::SigningLink).unwrap().support = Support::Unsupported("not there");
    let found = plan(&data, &wanted, &[("docu", &docusign)]).unwrap();
    assert_eq!(found.of("docusign.api_enhanced").next().unwrap().outcome, Outcome::Infeasible);
    // A second profile of the same provider that can is enough.
    let other = capabilities("docusign");
    let found = plan(&data, &wanted, &[("docu", &docusign), ("other", &other)]).unwrap();
    assert_eq!(found.of("docusign.api_enhanced").next().unwrap().outcome, Outcome::Undetermined);
    let simple = scenario("envelopes = 40\nchannel = 'api'");
    let found = plan(&data, &simple, &[("docu", &docusign), ("other", &other)]).unwrap();
    assert_eq!(found.use_profiles, ["docu", "other"]);
}
