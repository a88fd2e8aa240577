//! Drafts held against eSignGlobal.

use chrono::TimeDelta;
use signbridge_core::{Document, Draft, Field, Operation, Phone, SignatureLevel};

use super::*;

fn now() -> DateTime<Utc> {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn plain() -> Draft {
    Draft::new("Lease")
        .document(Document::from_bytes("lease.pdf", &b"%PDF-1.4"[..]))
        .recipient(Recipient::signer("Ann", "ann@example.com"))
        .free_placement()
}

async fn findings(draft: Draft, allowed: &[&str]) -> Vec<(Severity, String)> {
    let allowed: Vec<String> = allowed.iter().map(|word| (*word).to_owned()).collect();
    let report = check(&Prepared::new(&draft).await.unwrap(), &allowed, now());
    report.findings.into_iter().map(|one| (one.severity, one.path)).collect()
}

async fn refused(draft: Draft) -> String {
    let found = findings(draft, &[]).await;
    let path = found.iter().find(|(severity, _)| *severity == Severity::Refused);
    path.map(|(_, path)| path.clone()).unwrap_or_default()
}

/// Rows: 15 5
#[tokio::test]
async fn declining_is_no_switch() {
    let mut bound = plain();
    bound.allow_decline = false;
    assert_eq!(refused(bound).await, "allow_decline");
}

#[tokio::test]
async fn the_portable_core_passes() {
    assert_eq!(findings(plain().expires_after_days(90), &[]).await, []);
    let code = plain().recipient(Recipient::signer("Bob", "bob@example.com").access_code("4711AB"));
    assert_eq!(findings(code, &[]).await, []);
}

#[tokio::test]
async fn every_operation_has_its_word_and_no_more_is_claimed_than_is_there() {
    for operation in Operation::ALL {
        assert!(CAPABILITIES.operations.contains_key(operation), "{operation}");
    }
    for operation in [Operation::Send, Operation::List, Operation::Remind, Operation::Find] {
        assert!(!CAPABILITIES.operation(operation).is_usable());
    }
}

#[tokio::test]
async fn coordinates_are_unverified_until_the_profile_accepts_them() {
    let mut draft = plain();
    draft.free_placement = false;
    let pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>endobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n164\n%%EOF";
    draft.documents = vec![Document::from_bytes("a.pdf", pdf.as_bytes().to_vec())];
    draft.recipients[0].fields.push(Field::signature().at(1, 72.0, 600.0));
    let at = "recipients[0].fields[0].placement.at".to_owned();
    let found = findings(draft.clone(), &[]).await;
    assert!(found.contains(&(Severity::Unverified, at.clone())), "{found:?}");
    let found = findings(draft, &["coordinates"]).await;
    assert_eq!(found, [(Severity::Note, at)]);
}

#[tokio::test]
async fn what_it_does_not_have_is_refused_with_its_path() {
    let with = |change: fn(&mut Draft)| {
        let mut draft = plain();
        change(&mut draft);
        draft
    };
    type Case = (fn(&mut Draft), &'static str);
    let cases: [Case; 13] = [
        (|draft| draft.expires_after_days = 91, "expires_after_days"),
        (|draft| *draft = draft.clone().reminders(1, 1), "reminders"),
        (|draft| *draft = draft.clone().metadata("x", "y".repeat(200)), "metadata"),
        (|draft| draft.recipients[0].name = "Ann|Lee".into(), "recipients[0].name"),
        (|draft| draft.recipients[0].name = "Ann \u{1F600}".into(), "recipients[0].name"),
        (|draft| draft.documents[0] = Document::from_bytes("a?.pdf", &b"%PDF-1.7"[..]), "documents[0].name"),
        (|draft| draft.documents[0] = Document::from_bytes("a.docx", &b"PK"[..]), "documents[0].name"),
        (|draft| draft.recipients.push(Recipient::signer("Anna", "ANN@example.com")), "recipients[1].email"),
        (
            |draft| draft.recipients[0] = draft.recipients[0].clone().access_code("abc1"),
            "recipients[0].authentication.access_code",
        ),
        (
            |draft| draft.recipients[0] = draft.recipients[0].clone().access_code("A-1"),
            "recipients[0].authentication.access_code",
        ),
        (|draft| draft.recipients[0].delivery = Delivery::EmailAndSms, ""),
        (
            |draft| {
                draft.recipients.push(Recipient::carbon_copy("C", "c@example.com").order(2));
                draft.recipients.push(Recipient::signer("D", "d@example.com").order(3));
            },
            "recipients[1].order",
        ),
        (|draft| draft.recipients[0].level = SignatureLevel::Qualified, "recipients[0].level"),
    ];
    for (change, path) in cases {
        let mut draft = with(change);
        if path.is_empty() {
            draft.recipients[0] = draft.recipients[0].clone().phone("65", "81234567");
            assert_eq!(refused(draft).await, "recipients[0].delivery");
        } else {
            assert_eq!(refused(draft).await, path);
        }
    }
}

/// Rows: 3 Approver, 3 Acceptor, 3 FormFiller, 3 CertifiedRecipient, 3 InPersonSigner
#[tokio::test]
async fn who_neither_signs_nor_gets_a_copy_is_refused() {
    for role in
        [Role::Approver, Role::Acceptor, Role::FormFiller, Role::CertifiedRecipient, Role::InPersonSigner]
    {
        let mut draft = plain();
        draft.recipients[0].role = role;
        if role == Role::InPersonSigner {
            draft.recipients[0] = draft.recipients[0].clone().host("Cy", "cy@example.com");
        }
        let report = check(&Prepared::new(&draft).await.unwrap(), &[], now());
        let found: Vec<_> = report.refusals().collect();
        assert_eq!((found.len(), found[0].path.as_str()), (1, "recipients[0].role"), "{role}");
        assert!(found[0].message.contains("documented"), "{}", found[0].message);
    }
}

/// Rows: 4 AccessCode, 4 SmsOtp, 4 PhoneCall, 4 Kba, 4 EmailOtp, 4 IdDocument, 4 Eid EU, 4 Eid Singpass, 4 Eid iAM Smart, 4 Eid Aadhaar
#[tokio::test]
async fn people_are_identified_by_the_methods_of_the_list_only() {
    let phone = || Phone { country_code: "65".into(), number: "81234567".into() };
    let path = "recipients[0].authentication".to_owned();
    let with = |authentication| {
        let mut draft = plain();
        draft.recipients[0] = draft.recipients[0].clone().authenticated_by(authentication);
        draft
    };
    for (authentication, severity) in [
        (Authentication::SmsOtp(phone()), None),
        (Authentication::EmailOtp, None),
        (Authentication::PhoneCall(phone()), Some(Severity::Refused)),
        (Authentication::Kba, Some(Severity::Refused)),
        (Authentication::IdDocument, Some(Severity::Unverified)),
        (Authentication::Eid(signbridge_core::ElectronicIdentity::Eu), Some(Severity::Refused)),
        (Authentication::Eid(signbridge_core::ElectronicIdentity::Singpass), Some(Severity::Refused)),
        (Authentication::Eid(signbridge_core::ElectronicIdentity::IamSmart), Some(Severity::Refused)),
        (Authentication::Eid(signbridge_core::ElectronicIdentity::Aadhaar), Some(Severity::Refused)),
    ] {
        let found = findings(with(authentication), &[]).await;
        assert_eq!(found, severity.map(|severity| (severity, path.clone())).into_iter().collect::<Vec<_>>());
    }
    let accepted = findings(with(Authentication::IdDocument), &["id_document"]).await;
    assert_eq!(accepted, [(Severity::Note, path)]);
    let code = |code: &str| plain().recipient(Recipient::signer("Bob", "bob@example.com").access_code(code));
    assert_eq!(refused(code(&"A1".repeat(22))).await, "");
    assert_eq!(refused(code(&"A".repeat(46))).await, "recipients[1].authentication.access_code");
}

/// Rows: 3 required, 3 same e-mail twice, 3 phone
#[tokio::test]
async fn a_person_has_a_name_without_marks_an_address_of_his_own_and_a_phone_of_digits() {
    for mark in ['/', '\\', ':', '*', '"', '<', '>', '|', '?', '\u{1F600}'] {
        let mut draft = plain();
        draft.recipients[0].name = format!("Ann{mark}Lee");
        assert_eq!(refused(draft).await, "recipients[0].name", "{mark}");
    }
    let twice = plain().recipient(Recipient::signer("Anna", "ANN@example.com").order(2));
    assert_eq!(refused(twice).await, "recipients[1].email");
    let copied = plain().recipient(Recipient::carbon_copy("Ann", "ann@example.com").order(2));
    assert_eq!(refused(copied).await, "", "signers are told apart by it, a copy is in a list of its own");
    for (digits, path) in [(13, ""), (14, "recipients[0].phone")] {
        let mut draft = plain();
        draft.recipients[0] = draft.recipients[0].clone().phone("65", "8".repeat(digits));
        assert_eq!(refused(draft).await, path);
    }
}

/// Rows: 3 CC in the middle, 15 7
#[tokio::test]
async fn a_copy_has_no_turn_and_when_it_is_mailed_is_said_to_be_unknown() {
    let with = |order: u32| {
        plain()
            .recipient(Recipient::signer("Bob", "bob@example.com").order(3))
            .recipient(Recipient::carbon_copy("Cy", "cy@example.com").order(order))
    };
    assert_eq!(refused(with(2)).await, "recipients[2].order");
    for order in [1, 3, 4] {
        let report = check(&Prepared::new(&with(order)).await.unwrap(), &[], now());
        let [note] = report.findings.as_slice() else { panic!("{report:?}") };
        assert_eq!((note.severity, note.path.as_str()), (Severity::Note, "recipients[2].role"));
        assert!(note.message.contains("not documented"), "{}", note.message);
    }
}

/// Rows: 5 Email and Sms, 5 Sms, 5 WhatsApp
#[tokio::test]
async fn one_person_is_told_in_one_way() {
    for (delivery, path) in [
        (Delivery::EmailAndSms, "recipients[0].delivery"),
        (Delivery::Sms, ""),
        (Delivery::WhatsApp, ""),
        (Delivery::Embedded, ""),
    ] {
        let mut draft = plain();
        draft.recipients[0] = draft.recipients[0].clone().delivered_by(delivery).phone("65", "81234567");
        assert_eq!(refused(draft).await, path);
    }
}

/// Rows: 9 reminders, 9 expiry at creation
#[tokio::test]
async fn nobody_is_reminded_and_it_ends_within_ninety_days() {
    assert_eq!(refused(plain().reminders(1, 1)).await, "reminders");
    for (days, path) in [(1, ""), (90, ""), (91, "expires_after_days")] {
        assert_eq!(refused(plain().expires_after_days(days)).await, path);
    }
}

/// Rows: 15 16
#[tokio::test]
async fn that_the_signer_chooses_the_place_is_for_the_draft_to_say() {
    let mut draft = plain();
    draft.free_placement = false;
    assert_eq!(refused(draft).await, "recipients[0].fields");
}

#[tokio::test]
async fn a_date_of_signing_goes_with_one_file_only() {
    let mut draft = plain();
    draft.free_placement = false;
    draft.recipients[0] = draft.recipients[0]
        .clone()
        .field(Field::signature().at_anchor("Sign", 0.0, 0.0))
        .field(Field::date_signed().at_anchor("Date", 0.0, 0.0));
    let kinds = async |draft: Draft| {
        let found = findings(draft, &[]).await;
        found.into_iter().filter(|(_, path)| path.ends_with("fields[1].kind")).count()
    };
    assert_eq!(kinds(draft.clone()).await, 0);
    assert_eq!(kinds(draft.clone().document(Document::from_bytes("b.pdf", &b"%PDF-1.4"[..]))).await, 1);
    assert_eq!(kinds(draft.template("t")).await, 1, "a template is a file, too");
}

/// Rows: 15 17
#[tokio::test]
async fn a_code_that_looks_stronger_than_it_is_is_refused() {
    for (code, path) in [("AB12", ""), ("Ab12", "recipients[1].authentication.access_code")] {
        let draft = plain().recipient(Recipient::signer("Bob", "bob@example.com").access_code(code));
        assert_eq!(refused(draft).await, path);
    }
}

/// Rows: 12 reading budget
#[test]
fn no_rule_for_reading_is_claimed_so_that_waiting_keeps_its_own_long_pause() {
    assert_eq!(CAPABILITIES.limits.polling_seconds, None);
}

/// Rows: 9 send later
#[tokio::test]
async fn it_is_sent_an_hour_to_three_days_later_and_not_after_its_end() {
    let later = |seconds: i64| plain().send_at(now() + TimeDelta::seconds(seconds));
    for (seconds, good) in [(3599, false), (3600, true), (259_200, true), (259_201, false), (-1, false)] {
        let refused = refused(later(seconds)).await;
        assert_eq!(refused, if good { "" } else { "send_at" }, "{seconds}");
        assert_eq!(super::later(&later(seconds), now()).is_ok(), good, "{seconds}");
    }
    let found = findings(later(7200), &[]).await;
    assert_eq!(found, [(Severity::Note, "expires_after_days".to_owned())], "from when it counts is unknown");
    assert_eq!(refused(later(86_400).expires_after_days(1)).await, "expires_after_days");
    assert_eq!(refused(later(86_399).expires_after_days(1)).await, "");
    // Never before its time: a part of a second counts as one.
    let half = plain().send_at(now() + TimeDelta::milliseconds(3_600_001));
    assert_eq!(super::later(&half, now()).unwrap(), Some(3601));
    assert_eq!(super::later(&plain(), now()).unwrap(), None);
}

#[tokio::test]
async fn ten_sign_and_whether_copies_count_is_for_the_profile_to_accept() {
    let with = |signers: usize, copies: usize| {
        let mut draft = plain();
        draft.recipients = (0..signers)
            .map(|at| Recipient::signer(format!("S{at}"), format!("s{at}@example.com")))
            .chain(
                (0..copies).map(|at| Recipient::carbon_copy(format!("C{at}"), format!("c{at}@example.com"))),
            )
            .collect();
        draft
    };
    let severe = async |draft: Draft, allowed: &[&str]| {
        let found = findings(draft, allowed).await;
        found.into_iter().find(|(_, path)| path == "recipients").map(|(severity, _)| severity)
    };
    assert_eq!(severe(with(10, 0), &[]).await, None);
    assert_eq!(severe(with(7, 3), &[]).await, None);
    assert_eq!(severe(with(11, 0), &["more_than_ten"]).await, Some(Severity::Refused));
    assert_eq!(severe(with(10, 1), &[]).await, Some(Severity::Unverified));
    assert_eq!(severe(with(10, 1), &["more_than_ten"]).await, Some(Severity::Note));
}

/// Rows: 9 send from template
#[tokio::test]
async fn a_template_gives_files_and_no_roles() {
    let mut draft = plain().template("t");
    draft.documents.clear();
    let found = findings(draft.clone(), &[]).await;
    assert_eq!(found, [(Severity::Emulated, "templates".to_owned())]);
    draft.recipients[0].template_role = Some("Tenant".into());
    assert_eq!(refused(draft).await, "recipients[0].template_role");
}
