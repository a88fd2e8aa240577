//! What is claimed, refused and limited, word by word.

use signbridge_core::{Document, Draft, Field, Operation, Recipient, Support};

use super::*;

fn now() -> DateTime<Utc> {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn draft() -> Draft {
    Draft::new("Lease").document(Document::from_bytes("lease.docx", &b"words"[..])).recipient(
        Recipient::signer("Ann", "ann@example.com").field(Field::signature().at_anchor("Sign:", 0.0, 0.0)),
    )
}

/// The refusals of a draft as `path: message`.
async fn refusals(draft: &Draft) -> Vec<String> {
    let report = check(&Prepared::new(draft).await.unwrap(), &[], now());
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
        check(&prepared, &["form_filler".into()], now()).is_sendable(),
        "the profile may accept the risk"
    );
}

/// Rows: 4 EmailOtp, 4 IdDocument
#[tokio::test]
async fn authentication_that_is_not_documented_or_not_chosen_is_refused() {
    for (method, reason) in [
        (signbridge_core::Authentication::EmailOtp, "not documented"),
        (signbridge_core::Authentication::IdDocument, "identity workflow"),
    ] {
        let mut own = draft();
        own.recipients[0].authentication = Some(method);
        let found = refusals(&own).await;
        assert!(
            found[0].starts_with("recipients[0].authentication") && found[0].contains(reason),
            "{found:?}"
        );
    }
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
