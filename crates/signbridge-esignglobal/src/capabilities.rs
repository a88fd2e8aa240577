//! What eSignGlobal can do through this adapter, its limits, and the evidence of each claim.

use std::{collections::HashSet, sync::LazyLock};

use signbridge_core::{
    Authentication, AuthenticationMethod as Auth, Capabilities, Capability, Delivery, Evidence, FieldKind,
    Limits, Once, Operation, Placement, Prepared, Recipient, Report, Role, Severity, SignatureLevel, check,
};

use crate::{PROVIDER, wire::mark};

/// The word by which a profile accepts that nobody knows unit and origin of coordinates.
const COORDINATES: &str = "coordinates";
/// 7776000 seconds.
const LONGEST_EXPIRY_DAYS: u32 = 90;
const PHONE_DIGITS: usize = 13;

/// The capabilities of eSignGlobal. As a whole they were run on the emulator only.
pub(crate) static CAPABILITIES: LazyLock<Capabilities> = LazyLock::new(|| {
    let native = Capability::native(Evidence::Published);
    let no = |reason| Capability::unsupported(reason, Evidence::Published);
    let mut all = Capabilities::new(PROVIDER, Evidence::EmulatorOnly, Once::SendOnly);
    all.operations = [
        (
            Operation::CreateDraft,
            no("a draft can be made, but no call that sends it is documented; create it sent"),
        ),
        (Operation::CreateSent, native.clone()),
        (Operation::Send, no("no call that starts a draft is documented")),
        (Operation::Get, native.clone()),
        (Operation::Find, no("no call that finds an envelope by a key is documented; keep its id")),
        (Operation::List, no("no call that lists envelopes is documented; keep their ids")),
        (Operation::Void, native.clone()),
        (
            Operation::Remind,
            no("no call that reminds is documented; the vendor's command line has one, every 30 minutes"),
        ),
        (Operation::SigningLink, native.clone()),
        (
            Operation::Documents,
            Capability::emulated("the place of each file, names once it is completed", Evidence::Published),
        ),
        (
            Operation::DownloadCombined,
            Capability::gated(
                "merged download to be switched on, unless the envelope has one document",
                Evidence::Published,
            ),
        ),
        (Operation::DownloadArchive, native.clone()),
        (Operation::DownloadCertificate, native.clone()),
        (Operation::DownloadDocument, native.clone()),
        (Operation::Audit, no("the certificate is the audit trail; none is documented as data")),
        (Operation::ActingAs, no("the app acts by itself")),
    ]
    .into();
    let no_role = "no such role is documented; use signer";
    all.roles = [
        (Role::Signer, native.clone()),
        (Role::CarbonCopy, native.clone()),
        (Role::Approver, no(no_role)),
        (Role::Acceptor, no(no_role)),
        (Role::FormFiller, no(no_role)),
        (Role::CertifiedRecipient, no("no such role is documented; use cc")),
        (Role::InPersonSigner, no("no such role is documented; use an embedded signer")),
    ]
    .into();
    let no_field = "only in its own templates; put it on the document before sending";
    all.fields = FieldKind::ALL.iter().map(|kind| (*kind, no(no_field))).collect();
    all.fields.insert(FieldKind::Signature, native.clone());
    all.fields.insert(FieldKind::DateSigned, native.clone());
    all.deliveries = [
        (Delivery::Email, native.clone()),
        (Delivery::Sms, native.clone()),
        (Delivery::WhatsApp, native.clone()),
        (Delivery::Embedded, native.clone()),
        (Delivery::EmailAndSms, no("one signer has one delivery method; use email or sms")),
    ]
    .into();
    let no_method = "its list of methods has none such; use access_code, sms_otp or email_otp";
    all.authentications = [
        (Auth::AccessCode, native.clone()),
        (Auth::SmsOtp, native.clone()),
        (Auth::EmailOtp, native.clone()),
        (
            Auth::IdDocument,
            Capability::unverified(
                "what its configuration holds is not documented, and it needs a Professional plan with an add-on",
            ),
        ),
        (Auth::PhoneCall, no(no_method)),
        (Auth::Kba, no(no_method)),
    ]
    .into();
    let no_level =
        "a mark of digital signatures stands in reads only; how to ask for a level is not documented";
    all.levels = [
        (SignatureLevel::Simple, native),
        (SignatureLevel::Advanced, no(no_level)),
        (SignatureLevel::Qualified, no(no_level)),
    ]
    .into();
    all.limits = limits();
    all
});

/// Published limits as of 2026-11. Subject, sizes of files, rates and the life of signing addresses are not published.
fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.message = Some(1000);
    limits.note = Some(200);
    limits.access_code = Some(45);
    // Ten signers; whether copies count is not said, so the smaller reading is the safe one.
    limits.recipients = Some(10);
    limits.return_url = Some(2048);
    limits
}

/// Holds a draft against eSignGlobal: the declared capabilities, and rules that only eSignGlobal has.
pub(crate) fn check(prepared: &Prepared, allowed: &[String]) -> Report {
    let mut report = check::against(&CAPABILITIES, prepared, allowed);
    let draft = &prepared.draft;
    let mut refuse = |path: String, message: &str| report.add(Severity::Refused, path, message);
    if draft.expires_after_days > LONGEST_EXPIRY_DAYS {
        refuse("expires_after_days".into(), "eSignGlobal takes at most 90 days");
    }
    if draft.reminders.is_some() {
        refuse(
            "reminders".into(),
            "no reminders are documented at eSignGlobal; leave them out and tell the signer yourself",
        );
    }
    if mark::metadata_length(&draft.metadata) > mark::METADATA_LENGTH {
        let most = mark::METADATA_LENGTH;
        refuse(
            "metadata".into(),
            &format!("is longer than what fits beside our mark, {most} characters as a query string"),
        );
    }
    for (index, document) in prepared.documents.iter().enumerate() {
        if document.extension != "pdf" {
            refuse(format!("documents[{index}].name"), "eSignGlobal signs PDF files only; convert it");
        }
        if has_forbidden(&document.name) {
            refuse(format!("documents[{index}].name"), FORBIDDEN);
        }
    }
    let mut signers = HashSet::new();
    let mut copies = HashSet::new();
    for (index, one) in draft.recipients.iter().enumerate() {
        let path = |name: &str| format!("recipients[{index}].{name}");
        if has_forbidden(&one.name) {
            refuse(path("name"), FORBIDDEN);
        }
        let seen = if one.role == Role::CarbonCopy { &mut copies } else { &mut signers };
        if !seen.insert(one.email.to_lowercase()) {
            refuse(path("email"), "is used twice; eSignGlobal tells signers apart by it");
        }
        for (name, message) in people(one) {
            refuse(path(name), message);
        }
        if one.role == Role::CarbonCopy && is_between(one, &draft.recipients) {
            refuse(
                path("order"),
                "eSignGlobal hands out no copies between two signers; put it first or last",
            );
        }
        for (place, field) in one.fields.iter().enumerate() {
            let path = |name: &str| path(&format!("fields[{place}].{name}"));
            if !field.required && field.kind == FieldKind::Signature {
                refuse(path("required"), "an optional signature is not documented at eSignGlobal");
            }
            if field.kind == FieldKind::DateSigned && prepared.documents.len() > 1 {
                refuse(
                    path("kind"),
                    "a date of signing names no document at eSignGlobal, so it works with one document only",
                );
            }
            match &field.placement {
                Placement::Anchor(_) => refuse(
                    path("placement"),
                    "no placement by text is documented at eSignGlobal; set free_placement, so that the signer chooses the place",
                ),
                Placement::At(at) if at.width.is_some() || at.height.is_some() => refuse(
                    path("placement.at"),
                    "no size of a field is documented at eSignGlobal; leave out width and height",
                ),
                Placement::At(_) => {}
            }
        }
    }
    notes(&mut report, prepared, allowed);
    report
}

/// What a person of a draft cannot have.
fn people(one: &Recipient) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    if let Some(Authentication::AccessCode(code)) = &one.authentication {
        let code = code.expose();
        if !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            found.push(("authentication.access_code", "eSignGlobal takes letters A to Z and digits only"));
        } else if code.bytes().any(|byte| byte.is_ascii_lowercase()) {
            found.push((
                "authentication.access_code",
                "eSignGlobal does not tell small from capital letters, so the code would be weaker than it looks; write it in capitals",
            ));
        }
    }
    let authentication = match &one.authentication {
        Some(Authentication::SmsOtp(phone)) => Some(phone),
        _ => None,
    };
    if one.phone.iter().chain(authentication).any(|phone| phone.number.len() > PHONE_DIGITS) {
        found.push(("phone", "eSignGlobal takes numbers of at most 13 digits"));
    }
    if one.role == Role::CarbonCopy {
        if one.delivery != Delivery::Email {
            found.push(("delivery", "eSignGlobal mails copies; use email"));
        }
        if one.authentication.is_some() {
            found.push(("authentication", "eSignGlobal identifies signers only"));
        }
        if one.note.is_some() {
            found.push(("note", "this adapter writes notes to signers only"));
        }
    }
    found
}

/// Whether signers stand on both sides of this place in the order.
fn is_between(one: &Recipient, all: &[Recipient]) -> bool {
    let signs = |other: &&Recipient| other.role != Role::CarbonCopy;
    all.iter().filter(signs).any(|other| other.order < one.order)
        && all.iter().filter(signs).any(|other| other.order > one.order)
}

fn notes(report: &mut Report, prepared: &Prepared, allowed: &[String]) {
    let accepted = allowed.iter().any(|word| word == COORDINATES);
    for (index, place, field) in prepared.draft.fields() {
        if !matches!(field.placement, Placement::At(_)) {
            continue;
        }
        let path = format!("recipients[{index}].fields[{place}].placement.at");
        let message = "unit and origin of coordinates are not documented at eSignGlobal";
        if accepted {
            let message = format!(
                "{message}; points from the top left corner are written as they are, allowed by the profile"
            );
            report.add(Severity::Note, path, message);
        } else {
            let message = format!(
                "{message}; leave out all fields and set free_placement, so that the signer chooses the place, or accept the risk by allow_unverified = [\"{COORDINATES}\"] in the profile"
            );
            report.add(Severity::Unverified, path, message);
        }
    }
    for (index, one) in prepared.draft.recipients.iter().enumerate() {
        if one.role == Role::CarbonCopy {
            let message = "when eSignGlobal mails a copy is not documented; he may look, that is all";
            report.add(Severity::Note, format!("recipients[{index}].role"), message);
        }
    }
}

const FORBIDDEN: &str =
    "holds one of / \\ : * \" < > | ? or an emoji, which eSignGlobal does not take; write it without";

/// The nine characters, and the blocks that hold emoji in any reading; which ones eSignGlobal means is not said.
fn has_forbidden(name: &str) -> bool {
    name.chars().any(|letter| {
        matches!(letter, '/' | '\\' | ':' | '*' | '"' | '<' | '>' | '|' | '?')
            || matches!(u32::from(letter), 0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0xFE0F | 0x200D)
    })
}

#[cfg(test)]
mod tests {
    use signbridge_core::{Document, Draft, Field};

    use super::*;

    fn plain() -> Draft {
        Draft::new("Lease")
            .document(Document::from_bytes("lease.pdf", &b"%PDF-1.4"[..]))
            .recipient(Recipient::signer("Ann", "ann@example.com"))
            .free_placement()
    }

    async fn findings(draft: Draft, allowed: &[&str]) -> Vec<(Severity, String)> {
        let allowed: Vec<String> = allowed.iter().map(|word| (*word).to_owned()).collect();
        let report = check(&Prepared::new(&draft).await.unwrap(), &allowed);
        report.findings.into_iter().map(|one| (one.severity, one.path)).collect()
    }

    async fn refused(draft: Draft) -> String {
        let found = findings(draft, &[]).await;
        let path = found.iter().find(|(severity, _)| *severity == Severity::Refused);
        path.map(|(_, path)| path.clone()).unwrap_or_default()
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
            (
                |draft| draft.documents[0] = Document::from_bytes("a?.pdf", &b"%PDF-1.7"[..]),
                "documents[0].name",
            ),
            (|draft| draft.documents[0] = Document::from_bytes("a.docx", &b"PK"[..]), "documents[0].name"),
            (
                |draft| draft.recipients.push(Recipient::signer("Anna", "ANN@example.com")),
                "recipients[1].email",
            ),
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
}
