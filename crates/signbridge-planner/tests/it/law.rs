//! What the statutes say, and what is not recorded of them.

use signbridge_core::SignatureLevel;
use signbridge_planner::{
    Conclusion, Confidence, Data, Feature,
    cost::{Missing, Outcome, Reason},
    law::{Coverage, DocumentKind, Effect, LawError, Lawful, LegalAnswer, LegalQuestion, answer},
};

use crate::support::{self, data};

fn ask<'d>(data: &'d Data, jurisdiction: &str, kind: DocumentKind, effect: Effect) -> LegalAnswer<'d> {
    answer(data, &LegalQuestion { jurisdiction, document_kind: kind, effect, level: None }).unwrap()
}

#[test]
fn twenty_jurisdictions_are_answered_twelve_of_them_well() {
    let data = data();
    assert_eq!(data.jurisdictions().len(), 20);
    let mut answered_well = 0;
    for place in data.jurisdictions() {
        assert!(!place.statute.is_empty() && !place.enacted.is_empty() && !place.effect.is_empty());
        assert!(!place.levels.is_empty(), "{}", place.code);
        assert!(place.handwritten.is_some() || place.levels.len() <= 2, "{}", place.code);
        // An unknown list of exclusions counts as unanswered.
        let answered = place.coverage != Coverage::Unknown && !place.rules.is_empty();
        answered_well += usize::from(answered && place.evidence.confidence <= Confidence::B);
        // What is claimed of a kind rests on evidence of its own.
        assert!(place.rules.iter().all(|rule| data.source(&rule.evidence.source).is_some()));
    }
    assert_eq!(answered_well, 18, "all but the lists of South Korea and Vietnam");
}

#[test]
fn exclusions_are_those_of_the_statutes() {
    let data = data();
    use DocumentKind::*;
    for (place, kind) in [
        ("US", Will),
        ("US", Family),
        ("US", Recall),
        ("SG", Will),
        ("SG", PowerOfAttorney),
        ("SG", LandSale),
        ("HK", PowerOfAttorney),
        ("HK", SwornStatement),
        ("HK", FloatingCharge),
        ("DE", Suretyship),
        ("DE", EmploymentTermination),
        ("FR", Will),
        ("UK", LastingPowerOfAttorney),
        ("CH", NotarialAct),
        ("IN", Will),
        ("CN", Inheritance),
        ("TH", Family),
        ("ZA", LongLease),
    ] {
        let found = ask(&data, place, kind, Effect::Valid);
        assert!(matches!(found.lawful, Lawful::Excluded { .. }), "{place} {kind}");
    }
    for (place, kind) in [
        ("SG", LastingPowerOfAttorney),
        ("UK", Deed),
        ("IN", DemandPromissoryNote),
        ("IN", LandSale),
        ("US", Lease),
        ("KR", Contract),
        ("ES", Nda),
    ] {
        let found = ask(&data, place, kind, Effect::Valid);
        assert!(matches!(found.lawful, Lawful::Yes { .. }), "{place} {kind}");
    }
    // What a member state excludes binds there only; elsewhere nobody recorded it.
    for (place, kind, coverage) in [
        ("FR", Suretyship, Coverage::Partial),
        ("ES", Will, Coverage::Unknown),
        ("KR", Will, Coverage::Unknown),
        ("DE", Lease, Coverage::Partial),
    ] {
        let found = ask(&data, place, kind, Effect::Valid);
        assert_eq!(found.lawful, Lawful::Unknown { coverage }, "{place} {kind}");
    }
}

#[test]
fn the_level_follows_from_the_effect_the_kind_and_the_users_wish() {
    let data = data();
    for (place, level, feature, scheme) in [
        ("SG", "secure_electronic", Some(Feature::SingpassSign), Some("Sign with Singpass")),
        ("HK", "digital", Some(Feature::IamSmart), Some("iAM Smart+")),
        ("DE", "qes", Some(Feature::Qes), Some("EUDI wallet")),
        ("CH", "qes", Some(Feature::ZertesQes), None),
        ("IN", "scheduled", Some(Feature::Aadhaar), Some("Aadhaar eSign")),
        ("US", "electronic", Some(Feature::EsignUeta), None),
        ("ZA", "advanced", None, None),
        ("BR", "qualified", None, Some("ICP-Brasil")),
    ] {
        let found = ask(&data, place, DocumentKind::Contract, Effect::Handwritten);
        let needed = found.level.unwrap();
        assert_eq!((needed.id.as_str(), needed.feature), (level, feature), "{place}");
        assert_eq!(found.schemes.first().map(|scheme| scheme.name.as_str()), scheme, "{place}");
    }
    assert_eq!(ask(&data, "SG", DocumentKind::Contract, Effect::Valid).level.unwrap().id, "electronic");
    assert_eq!(ask(&data, "BR", DocumentKind::LandConveyance, Effect::Valid).level.unwrap().id, "qualified");
    assert_eq!(ask(&data, "HK", DocumentKind::GovernmentFiling, Effect::Valid).level.unwrap().id, "digital");
    let wish = |jurisdiction, level| LegalQuestion {
        jurisdiction,
        document_kind: DocumentKind::Contract,
        effect: Effect::Valid,
        level: Some(level),
    };
    assert_eq!(answer(&data, &wish("EU", SignatureLevel::Advanced)).unwrap().level.unwrap().id, "aes");
    assert_eq!(answer(&data, &wish("US", SignatureLevel::Qualified)).unwrap().level, None);
}

#[test]
fn the_law_reaches_every_plan() {
    let data = data();
    let will = support::answer(&data, "jurisdiction = 'US'\ndocument_kind = 'will'");
    assert_eq!(will.ranking.conclusion, Conclusion::Impossible);
    let excluded =
        |one: &Reason<'_>| matches!(one, Reason::Excluded { document_kind: DocumentKind::Will, .. });
    assert!(will.candidates.iter().all(|one| one.reasons.iter().any(excluded)));
    let lease = support::answer(&data, "jurisdiction = 'DE'\ndocument_kind = 'lease'");
    assert!(lease.candidates.iter().all(|one| one.outcome != Outcome::Feasible));
    let open =
        |one: &Missing<'_>| matches!(one, Missing::Exclusion { document_kind: DocumentKind::Lease, .. });
    assert!(lease.candidates.iter().all(|one| one.missing.iter().any(open)));
    let advanced = support::answer(&data, "jurisdiction = 'ZA'\neffect = 'handwritten'");
    let open = |one: &Missing<'_>| matches!(one, Missing::LevelOffer { .. });
    assert!(advanced.candidates.iter().all(|one| one.missing.iter().any(open)));
}

#[test]
fn a_place_without_a_recorded_law_is_refused() {
    let data = data();
    let question = LegalQuestion {
        jurisdiction: "AQ",
        document_kind: DocumentKind::Nda,
        effect: Effect::Valid,
        level: None,
    };
    let LawError::UnknownJurisdiction { code, known } = answer(&data, &question).unwrap_err();
    assert_eq!(code, "AQ");
    assert!(known.contains("SG"));
    assert_eq!(
        answer(&data, &LegalQuestion { jurisdiction: "sg", ..question }).unwrap().jurisdiction.code,
        "SG"
    );
}
