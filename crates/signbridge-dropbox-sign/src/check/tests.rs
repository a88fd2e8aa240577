//! What a draft must not have here, each with its path; and what passes.

use signbridge_core::{Authentication, Document, Phone};
use url::Url;

use super::*;
use crate::testing::{config, lease, letter};

async fn found(draft: Draft, config: &Config) -> Vec<(Severity, String)> {
    let report = check(&Prepared::new(&draft).await.unwrap(), config);
    report.findings.into_iter().map(|finding| (finding.severity, finding.path)).collect()
}

async fn refused(draft: Draft) -> Vec<String> {
    let mut app = config();
    app.client_id = Some("app".into());
    let refusals = found(draft, &app).await.into_iter();
    let refused = |(severity, path)| (severity == Severity::Refused).then_some(path);
    refusals.filter_map(refused).collect()
}

fn signer(name: &str) -> Recipient {
    Recipient::signer(name, format!("{name}@example.com")).field(Field::signature().at(1, 72.0, 640.0))
}

fn draft() -> Draft {
    Draft::new("Lease").document(letter())
}

#[tokio::test]
async fn a_plain_draft_passes_without_a_finding() {
    let copy = Recipient::carbon_copy("Bob", "bob@example.com").order(3);
    let all = lease().recipient(signer("Cy").order(2)).recipient(copy).expires_after_days(90);
    assert_eq!(found(all, &config()).await, []);
}

/// Rows: 4 AccessCode, 9 metadata, 9 reminders
#[tokio::test]
async fn values_beyond_a_limit_are_refused() {
    let long = "k".repeat(41);
    let many = (0..9).fold(lease(), |draft, number| draft.metadata(format!("k{number}"), "v"));
    for (draft, path) in [
        (lease().expires_after_days(91), "expires_after_days"),
        (lease().reminders(1, 1), "reminders"),
        (lease().metadata("sb_key", "x"), "metadata.sb_key"),
        (lease().metadata(&long, "x"), &*format!("metadata.{long}")),
        (lease().metadata("k", "v".repeat(1001)), "metadata.k"),
        (many, "metadata"),
        (lease().message("m".repeat(5001)), "message"),
        (draft().recipient(signer("Ann").note("hello")), "recipients[0].note"),
        (draft().recipient(signer("Ann").access_code("123")), "recipients[0].authentication.access_code"),
        (
            draft().recipient(signer("Ann").access_code("1234567890123")),
            "recipients[0].authentication.access_code",
        ),
    ] {
        assert_eq!(refused(draft).await, [path]);
    }
    assert!(refused(lease().metadata("k", "v".repeat(1000)).expires_after_days(1)).await.is_empty());
}

/// Rows: 5 mixed Embedded and Email, 5 return URL, 15 8
#[tokio::test]
async fn signers_are_all_mailed_or_all_embedded() {
    let mixed = draft().recipient(signer("Ann").embedded()).recipient(signer("Cy"));
    assert_eq!(refused(mixed).await, ["recipients[1].delivery"]);
    let embedded = draft().recipient(signer("Ann").embedded());
    assert!(refused(embedded.clone()).await.is_empty());
    let without_app = found(embedded.clone(), &config()).await;
    assert!(without_app.contains(&(Severity::Refused, "recipients[0].delivery".into())), "{without_app:?}");
    let back = embedded.return_url(Url::parse("https://app.example/done").unwrap());
    assert!(refused(back.clone()).await.is_empty());
    let noted = found(back, &config()).await;
    assert!(noted.contains(&(Severity::Note, "return_url".into())), "{noted:?}");
}

/// Rows: 3 CC in the middle, 15 7
#[tokio::test]
async fn copies_are_mailed_at_the_end_and_by_mail_only() {
    let early = lease().recipient(Recipient::carbon_copy("Bob", "bob@example.com"));
    assert_eq!(refused(early).await, ["recipients[1].order"]);
    let shown = lease().recipient(Recipient::carbon_copy("Bob", "bob@example.com").order(2).embedded());
    assert_eq!(refused(shown).await, ["recipients[1].delivery"]);
}

/// Rows: 4 SmsOtp, 5 Email and Sms
#[tokio::test]
async fn text_messages_have_one_purpose_and_no_test_mode() {
    let phone = Phone { country_code: "1".into(), number: "4155550100".into() };
    let coded = signer("Ann").authenticated_by(Authentication::SmsOtp(phone));
    let both = coded.clone().phone("1", "4155550100").delivered_by(Delivery::EmailAndSms);
    assert_eq!(refused(draft().recipient(coded.clone())).await, ["recipients[0].authentication"]);
    let live = Config { test_mode: false, ..config() };
    let paid = found(draft().recipient(coded), &live).await;
    assert_eq!(paid, [(Severity::Gated, "recipients[0].authentication".into())]);
    let both = found(draft().recipient(both), &live).await;
    assert!(both.contains(&(Severity::Refused, "recipients[0].authentication".into())), "{both:?}");
}

/// Rows: 3 parallel inside a sequence
#[tokio::test]
async fn what_nobody_documented_needs_consent() {
    let parallel =
        draft().recipient(signer("Ann")).recipient(signer("Cy").order(2)).recipient(signer("Dee").order(2));
    let coded = draft().recipient(signer("Ann").access_code("pass word"));
    let a4 = Draft::new("Lease")
        .document(Document::from_bytes("a4.pdf", signbridge_contract::calls::page(595, 842)))
        .recipient(signer("Ann"));
    let word = Draft::new("Lease")
        .document(Document::from_bytes("lease.docx", &b"PK"[..]))
        .recipient(Recipient::signer("Ann", "ann@example.com"))
        .free_placement();
    for (draft, word, path) in [
        (parallel, "parallel_order", "recipients"),
        (coded, "access_code_characters", "recipients[0].authentication.access_code"),
        (a4, "page_size", "recipients[0].fields[0].placement.at"),
        (word, "document_type", "documents[0]"),
    ] {
        let expected = (Severity::Unverified, path.to_owned());
        assert!(found(draft.clone(), &config()).await.contains(&expected), "{word}");
        let consenting = Config { allow_unverified: vec![word.into()], ..config() };
        let allowed = found(draft, &consenting).await;
        assert!(allowed.contains(&(Severity::Note, path.to_owned())), "{word}: {allowed:?}");
    }
}

#[tokio::test]
async fn fields_lie_on_the_page_and_hold_what_a_signer_may_change() {
    let one = |field: Field| draft().recipient(signer("Ann").field(field));
    let path = "recipients[0].fields[1]";
    let fixed = |mut field: Field| {
        field.read_only = true;
        field
    };
    for (field, member) in [
        (Field::text("a").at_anchor("Name:", 0.0, 0.0), ".placement"),
        (Field::text("a").at(1, 500.0, 10.0), ".placement.at"),
        (Field::text("a").at(1, 10.0, 780.0), ".placement.at"),
        (Field::text("a").at(1, 10.0, 10.0).value("x"), ".value"),
        (fixed(Field::text("a").at(1, 10.0, 10.0)), ".read_only"),
        (fixed(Field::checkbox("a").at(1, 10.0, 10.0)), ".read_only"),
        (Field::new(FieldKind::Attachment).at(1, 10.0, 10.0), ".kind"),
    ] {
        assert_eq!(refused(one(field)).await, [format!("{path}{member}")]);
    }
    let good = fixed(Field::text("a").at(1, 10.0, 10.0).value("x"));
    assert!(refused(one(good)).await.is_empty());
}

/// Rows: 15 16
#[tokio::test]
async fn a_signature_page_is_appended_for_all_or_for_nobody() {
    let bare = Recipient::signer("Ann", "ann@example.com");
    let all = draft().recipient(bare.clone()).free_placement();
    assert_eq!(found(all, &config()).await, [(Severity::Emulated, "free_placement".into())]);
    let some = draft().recipient(bare).recipient(signer("Cy")).free_placement();
    assert_eq!(refused(some).await, ["free_placement"]);
}

/// Rows: 3 Approver, 3 Acceptor, 3 FormFiller, 3 CertifiedRecipient, 3 InPersonSigner
#[tokio::test]
async fn roles_that_are_not_there_are_refused_and_one_that_is_unknown_needs_consent() {
    for role in [Role::Approver, Role::Acceptor, Role::CertifiedRecipient, Role::InPersonSigner] {
        let mut other = signer("Cy");
        other.role = role;
        if role == Role::InPersonSigner {
            other = other.host("Dee", "dee@example.com");
        }
        assert_eq!(refused(lease().recipient(other)).await, ["recipients[1].role"], "{role}");
    }
    let mut filler = signer("Cy");
    filler.role = Role::FormFiller;
    let unknown = found(lease().recipient(filler), &config()).await;
    assert!(unknown.contains(&(Severity::Unverified, "recipients[1].role".into())), "{unknown:?}");
}

/// Rows: 4 PhoneCall, 4 Kba, 4 EmailOtp, 4 IdDocument
#[tokio::test]
async fn ways_to_be_identified_that_are_not_there_are_refused() {
    let phone = Phone { country_code: "1".into(), number: "4155550100".into() };
    for way in [
        Authentication::PhoneCall(phone),
        Authentication::Kba,
        Authentication::EmailOtp,
        Authentication::IdDocument,
    ] {
        let coded = signer("Ann").authenticated_by(way);
        assert_eq!(refused(draft().recipient(coded)).await, ["recipients[0].authentication"]);
    }
    assert!(refused(draft().recipient(signer("Ann").access_code("A4711"))).await.is_empty());
}

/// Rows: 5 Sms, 5 WhatsApp
#[tokio::test]
async fn a_text_message_never_comes_alone() {
    for delivery in [Delivery::Sms, Delivery::WhatsApp] {
        let alone = signer("Ann").phone("1", "4155550100").delivered_by(delivery);
        assert_eq!(refused(draft().recipient(alone)).await, ["recipients[0].delivery"]);
    }
}

/// The parameter of the qualified signature was taken out of the description, though the newest SDK still has it.
#[tokio::test]
async fn levels_above_the_simple_one_cannot_be_asked_for() {
    for level in [signbridge_core::SignatureLevel::Advanced, signbridge_core::SignatureLevel::Qualified] {
        assert_eq!(refused(draft().recipient(signer("Ann").level(level))).await, ["recipients[0].level"]);
    }
}

/// Rows: 9 send later
#[tokio::test]
async fn nothing_is_sent_later() {
    let later = lease().send_at("2030-01-01T00:00:00Z".parse().unwrap());
    assert_eq!(refused(later).await, ["send_at"]);
}
