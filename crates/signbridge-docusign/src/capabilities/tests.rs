//! What is claimed, refused and limited, word by word.

use signbridge_core::{
    Authentication, Document, Draft, ElectronicIdentity, Field, FieldKind, Operation, Recipient, Support,
};

use super::*;
use crate::config::{Environment, LoginApp};

fn now() -> DateTime<Utc> {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn config() -> Config {
    let app = LoginApp { client_secret: None, redirect_url: "https://app.example/".parse().unwrap() };
    Config::with_login(Environment::Demo, "11111111-2222-3333-4444-555555555555", app).unwrap()
}

fn draft() -> Draft {
    Draft::new("Lease").document(Document::from_bytes("lease.docx", &b"words"[..])).recipient(
        Recipient::signer("Ann", "ann@example.com").field(Field::signature().at_anchor("Sign:", 0.0, 0.0)),
    )
}

/// The refusals of a draft as `path: message`.
async fn refusals(draft: &Draft) -> Vec<String> {
    let report = check(&of(&config()), &Prepared::new(draft).await.unwrap(), &[], now());
    report.refusals().map(|finding| format!("{}: {}", finding.path, finding.message)).collect()
}

/// Rows: 3 Approver, 3 Acceptor, 3 FormFiller
#[tokio::test]
async fn roles_without_a_documented_meaning_are_refused_with_their_reason() {
    for (role, reason) in [
        (Role::Approver, "an approve button instead"),
        (Role::Acceptor, "no such role"),
        (Role::FormFiller, "allow_unverified = [\"form_filler\"]"),
    ] {
        let mut own = draft();
        own.recipients[0].role = role;
        let found = refusals(&own).await;
        assert!(
            found.iter().any(|line| line.starts_with("recipients[0].role") && line.contains(reason)),
            "{found:?}"
        );
    }
    let mut filler = draft();
    filler.recipients[0].role = Role::FormFiller;
    let prepared = Prepared::new(&filler).await.unwrap();
    assert!(
        check(&CAPABILITIES, &prepared, &["form_filler".into()], now()).is_sendable(),
        "the profile may accept the risk"
    );
}

/// The draft with this authentication, held against a profile.
async fn identified(method: Authentication, config: &Config, allowed: &[String]) -> Report {
    let mut own = draft();
    own.recipients[0].authentication = Some(method);
    check(&of(config), &Prepared::new(&own).await.unwrap(), allowed, now())
}

/// Rows: 4 EmailOtp, 4 IdDocument, 4 Eid EU, 4 Eid Singpass, 4 Eid iAM Smart, 4 Eid Aadhaar
#[tokio::test]
async fn authentication_that_is_not_documented_or_not_named_is_refused_with_its_key() {
    let eid = Authentication::Eid;
    for (method, reason) in [
        (Authentication::EmailOtp, "not documented"),
        (Authentication::IdDocument, "identity_workflows.id_document"),
        (eid(ElectronicIdentity::Eu), "identity_workflows.eid_eu"),
        (eid(ElectronicIdentity::Singpass), "identity_workflows.eid_singpass"),
        (eid(ElectronicIdentity::IamSmart), "identity_workflows.eid_iam_smart"),
        (eid(ElectronicIdentity::Aadhaar), "identity_workflows.eid_aadhaar"),
    ] {
        let report = identified(method, &config(), &[]).await;
        let found: Vec<_> = report.refusals().collect();
        assert_eq!((found.len(), found[0].path.as_str()), (1, "recipients[0].authentication"), "{report:?}");
        assert!(found[0].message.contains(reason), "{report:?}");
    }
}

/// Rows: 4 IdDocument, 4 Eid EU, 4 Eid Singpass, 4 Eid iAM Smart, 4 Eid Aadhaar, 4 plan errors
#[tokio::test]
async fn a_named_workflow_opens_what_is_documented_and_leaves_the_rest_to_the_profile() {
    let mut named = config();
    named.identity_workflows =
        crate::WORKFLOW_METHODS.iter().map(|method| (*method, "A workflow".to_owned())).collect();
    let eid = Authentication::Eid;
    for method in [Authentication::IdDocument, eid(ElectronicIdentity::Eu), eid(ElectronicIdentity::Singpass)]
    {
        let report = identified(method, &named, &[]).await;
        assert!(report.is_sendable(), "{report:?}");
        assert_eq!(report.findings[0].severity, Severity::Gated, "the plan has to have it");
        assert!(report.findings[0].message.contains("in the plan"), "{report:?}");
    }
    for (identity, word) in
        [(ElectronicIdentity::IamSmart, "eid_iam_smart"), (ElectronicIdentity::Aadhaar, "eid_aadhaar")]
    {
        let report = identified(eid(identity), &named, &[]).await;
        assert_eq!(report.findings[0].severity, Severity::Unverified, "{report:?}");
        assert!(identified(eid(identity), &named, &[word.to_owned()]).await.is_sendable());
    }
}

#[tokio::test]
async fn a_level_needs_the_name_of_its_signature_provider_and_somebody_who_signs() {
    for (level, key) in [
        (SignatureLevel::Advanced, "signature_providers.advanced"),
        (SignatureLevel::Qualified, "signature_providers.qualified"),
    ] {
        let mut own = draft();
        own.recipients[0].level = level;
        let found = refusals(&own).await;
        assert!(found.len() == 1 && found[0].starts_with("recipients[0].level"), "{found:?}");
        assert!(found[0].contains(key), "{found:?}");
        let mut named = config();
        named.signature_providers.insert(level, "a_provider".to_owned());
        let report = check(&of(&named), &Prepared::new(&own).await.unwrap(), &[], now());
        assert!(report.is_sendable() && report.findings[0].severity == Severity::Gated, "{report:?}");
        let copied = draft().recipient(Recipient::carbon_copy("Bob", "bob@example.com").level(level));
        let report = check(&of(&named), &Prepared::new(&copied).await.unwrap(), &[], now());
        assert_eq!(report.refusals().next().unwrap().path, "recipients[1].level");
    }
}

/// Rows: 15 5
#[tokio::test]
async fn declining_is_no_switch_of_a_request() {
    let mut own = draft();
    own.allow_decline = false;
    let found = refusals(&own).await;
    assert!(
        found.len() == 1 && found[0].starts_with("allow_decline: ") && found[0].contains("account"),
        "{found:?}"
    );
}

/// Rows: 3 required
#[tokio::test]
async fn texts_of_people_have_their_published_lengths() {
    let mut own = draft();
    own.recipients[0].name = "x".repeat(101);
    own.recipients[0].email = format!("{}@example.com", "x".repeat(100));
    own.recipients[0].note = Some("x".repeat(1001));
    own.recipients[0] = own.recipients[0].clone().access_code("x".repeat(51).as_str());
    let paths: Vec<String> =
        refusals(&own).await.iter().map(|line| line.split(':').next().unwrap().to_owned()).collect();
    let expected = ["name", "note", "authentication.access_code", "email"];
    assert_eq!(paths, expected.map(|member| format!("recipients[0].{member}")));
    own.recipients[0] = draft().recipients[0].clone().access_code("x".repeat(50).as_str());
    own.recipients[0].name = "x".repeat(100);
    assert!(refusals(&own).await.is_empty());
}

/// Rows: 12 reading budget, 5 link lifetime
#[test]
fn limits_are_those_of_the_documents() {
    let limits = &CAPABILITIES.limits;
    assert!(
        limits.polling_seconds.unwrap() >= 15 * 60,
        "the same read again within 15 minutes breaks the rules"
    );
    assert_eq!(limits.signing_link_seconds, Some(5 * 60));
    assert_eq!((limits.recipients, limits.subject, limits.void_reason), (Some(100), Some(100), Some(200)));
}

/// Rows: 5 return URL
#[tokio::test]
async fn an_address_to_return_to_that_would_be_cut_is_refused() {
    let url = |length: usize| format!("https://app.example/{}", "x".repeat(length - 20)).parse().unwrap();
    let embedded = || {
        let mut own = draft();
        own.recipients[0] = own.recipients[0].clone().embedded();
        own
    };
    assert!(refusals(&embedded().return_url(url(470))).await.is_empty());
    assert!(refusals(&embedded().return_url(url(471))).await[0].starts_with("return_url"));
}

/// Rows: 9 purge finished, 9 form data
#[test]
fn what_remains_and_what_it_takes_is_said() {
    let said = |operation| match CAPABILITIES.operation(operation).support {
        Support::Emulated(text) | Support::Gated(text) => text,
        other => panic!("{other:?}"),
    };
    assert!(said(Operation::Purge).contains("fourteen days"));
    assert!(said(Operation::FormData).contains("setting"));
}

/// Rows: 9 send later
#[tokio::test]
async fn a_schedule_reaches_thirty_days() {
    let at = |days: i64| draft().send_at(now() + TimeDelta::days(days));
    for (days, good) in [(-1, false), (0, false), (1, true), (30, true), (31, false)] {
        assert_eq!(refusals(&at(days)).await.is_empty(), good, "{days} days");
    }
}

/// The member and the message of everything that is wrong with these fields.
async fn faults(fields: Vec<Field>, allowed: &[&str]) -> Vec<(String, String)> {
    let mut own = draft();
    own.documents = vec![Document::from_bytes("lease.docx", &b"words"[..])];
    own.recipients[0].fields.extend(fields);
    let allowed: Vec<String> = allowed.iter().map(|word| (*word).to_owned()).collect();
    let report = check(&CAPABILITIES, &Prepared::new(&own).await.unwrap(), &allowed, now());
    let own = |path: &str| path.strip_prefix("recipients[0].fields[").unwrap().to_owned();
    report.refusals().map(|finding| (own(&finding.path), finding.message.clone())).collect()
}

async fn fault(fields: Vec<Field>) -> String {
    let found = faults(fields, &[]).await;
    let [(path, _)] = found.as_slice() else { panic!("{found:?}") };
    path.clone()
}

fn anchored(kind: FieldKind, id: &str) -> Field {
    Field::new(kind).named(id).at_anchor("Here", 0.0, 0.0)
}

/// Rows: 6 DigitalSignature, 6 Hyperlink Note Approve and Decline
#[tokio::test]
async fn kinds_that_are_not_there_say_what_to_do_instead() {
    let mut link = anchored(FieldKind::Hyperlink, "link").value("terms");
    link.url = "https://a.example".parse().ok();
    for (field, words) in [
        (anchored(FieldKind::DigitalSignature, "x"), "ask for a level"),
        (link, "write the address into a note"),
    ] {
        let found = faults(vec![field], &[]).await;
        assert_eq!(found[0].0, "1].kind");
        assert!(found[0].1.contains(words), "{found:?}");
    }
}

/// Rows: 6 default value, 6 validation
#[tokio::test]
async fn what_the_documents_contradict_is_accepted_by_its_own_word() {
    for kind in [FieldKind::Date, FieldKind::Company, FieldKind::Title] {
        let field = || vec![anchored(kind, "x").value("text")];
        assert_eq!(fault(field()).await, "1].value");
        assert!(faults(field(), &[&format!("{kind}.value")]).await.is_empty());
    }
    let bounds = signbridge_core::Bounds { min: Some(1.0), max: None };
    let mut number =
        anchored(FieldKind::Number, "x").valid_if(signbridge_core::ValidationRule::Range(bounds));
    assert_eq!(fault(vec![number.clone()]).await, "1].validation.rule");
    let word = "number.validation_range";
    assert!(faults(vec![number.clone()], &[word]).await.is_empty());
    number.validation.as_mut().unwrap().message = Some("One or more".into());
    assert_eq!(faults(vec![number], &[word]).await[0].0, "1].validation.message");
}

/// Rows: 6 condition, 6 Formula, 6 Dropdown, 6 Text multi-line, 6 id
#[tokio::test]
async fn what_docusign_cannot_say_is_refused_where_it_stands() {
    let boxed = || Field::checkbox("box").at_anchor("Box", 0.0, 0.0).optional();
    let child = |value: &str| anchored(FieldKind::Text, "child").shown_if("box", value);
    assert!(faults(vec![boxed(), child("true")], &[]).await.is_empty());
    assert_eq!(fault(vec![boxed(), child("false")]).await, "2].condition");
    let sum = |formula: String| Field::formula("sum", formula).at_anchor("Here", 0.0, 0.0);
    let number = || anchored(FieldKind::Number, "n");
    assert!(faults(vec![number(), sum("[n]".into())], &[]).await.is_empty());
    assert_eq!(fault(vec![number(), sum("[n]+".repeat(500) + "1")]).await, "2].formula");
    let mut lines = anchored(FieldKind::Text, "lines");
    lines.multiline = true;
    assert_eq!(fault(vec![lines]).await, "1].multiline");
    let list = |options: &[String]| {
        let mut list = anchored(FieldKind::Dropdown, "list");
        list.options = options.to_vec();
        list
    };
    assert_eq!(fault(vec![list(&["a;b".into()])]).await, "1].options");
    assert_eq!(fault(vec![list(&["x".repeat(101)])]).await, "1].options");
    let mut group = boxed().in_group("terms_required", Some(1), None);
    group.required = false;
    let terms = Field::checkbox("terms").at_anchor("Terms", 0.0, 0.0);
    assert_eq!(fault(vec![terms, group]).await, "2].group.name");

    // The fields of somebody else are out of reach.
    let mut two = draft().recipient(
        Recipient::signer("Bob", "bob@example.com")
            .field(Field::signature().at_anchor("Bob:", 0.0, 0.0))
            .field(child("true"))
            .field(sum("[n]".into())),
    );
    two.recipients[0].fields.extend([boxed(), number()]);
    let found = refusals(&two).await;
    let paths: Vec<&str> = found.iter().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(paths, ["recipients[1].fields[1].condition", "recipients[1].fields[2].formula"], "{found:?}");
}

/// Rows: 6 Signature, 6 Initials
#[tokio::test]
async fn sizes_and_hints_that_are_not_shown_are_refused() {
    let sized = |mut field: Field| {
        if let signbridge_core::Placement::At(at) = &mut field.placement {
            at.width = Some(60.0);
        }
        field
    };
    let mut own = draft();
    own.documents = vec![Document::from_bytes("lease.pdf", &b"%PDF-1.7"[..])];
    own.recipients[0].fields = vec![
        sized(Field::signature().at(1, 1.0, 1.0)),
        sized(Field::initials().at(1, 1.0, 1.0)),
        Field::note("x").at(1, 1.0, 1.0).tooltip("hint"),
    ];
    let found = refusals(&own).await;
    for path in ["fields[0].placement.at", "fields[1].placement.at", "fields[2].tooltip"] {
        assert!(found.iter().any(|line| line.starts_with(&format!("recipients[0].{path}: "))), "{found:?}");
    }
}
