//! The words of the portable model in what goes to the wire.

use std::collections::BTreeSet;

use super::*;
use signbridge_core::Delivery;

async fn body(draft: &Draft) -> Value {
    let request = creation(draft, InitialState::InProcess).await.request().unwrap();
    serde_json::from_slice(&request.body().as_bytes().unwrap()).unwrap()
}

fn lease() -> Draft {
    Draft::new("Lease").document(Document::from_bytes("lease.txt", &b"Sign here:"[..]))
}

fn signer(name: &str) -> Recipient {
    Recipient::signer(name, format!("{name}@example.com"))
}

/// Rows: 3 Signer, 3 Approver, 3 Acceptor, 3 FormFiller, 3 CertifiedRecipient, 3 CarbonCopy, 3 CC in the middle, 3 required
#[tokio::test]
async fn each_role_has_its_word_and_a_copy_has_no_place_in_the_order() {
    let mut draft = lease();
    let roles = [
        (Role::Signer, "SIGNER"),
        (Role::Approver, "APPROVER"),
        (Role::Acceptor, "ACCEPTOR"),
        (Role::FormFiller, "FORM_FILLER"),
        (Role::CertifiedRecipient, "CERTIFIED_RECIPIENT"),
    ];
    for (place, (role, _)) in (1..).zip(roles) {
        draft = draft
            .recipient(Recipient::new(role, format!("P{place}"), format!("p{place}@x.io")).order(2 * place));
    }
    let body = body(&draft.recipient(Recipient::carbon_copy("Cy", "cy@x.io").order(5))).await;
    for (place, (_, word)) in roles.iter().enumerate() {
        let set = &body["participantSetsInfo"][place];
        assert_eq!((&set["role"], &set["order"]), (&json!(word), &json!(place + 1)));
        assert_eq!(set["name"], format!("P{}", place + 1));
        assert_eq!(set["memberInfos"][0]["email"], format!("p{}@x.io", place + 1));
    }
    assert_eq!(body["participantSetsInfo"].as_array().unwrap().len(), 5);
    assert_eq!(body["ccs"], json!([{"email": "cy@x.io"}]));
}

/// Rows: 3 all parallel, 3 parallel inside a sequence
#[tokio::test]
async fn those_who_act_together_have_one_place() {
    let order = |draft: Draft| async move {
        let body = body(&draft).await;
        let sets = body["participantSetsInfo"].as_array().unwrap();
        sets.iter().map(|set| set["order"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    let together = lease().recipient(signer("a").order(4)).recipient(signer("b").order(4));
    assert_eq!(order(together.clone()).await, [1, 1]);
    assert_eq!(order(together.recipient(signer("c").order(9))).await, [1, 1, 2]);
}

/// Rows: 4 AccessCode, 4 SmsOtp, 4 Kba, 4 EmailOtp, 4 IdDocument, 3 phone
#[tokio::test]
async fn each_method_has_its_word_and_none_is_written_too() {
    let phone = || signbridge_core::Phone { country_code: "48".into(), number: "600100200".into() };
    let code = || Authentication::AccessCode(signbridge_core::AccessCode::new("A4711z"));
    for (method, expected) in [
        (None, json!({"authenticationMethod": "NONE"})),
        (Some(code()), json!({"authenticationMethod": "PASSWORD", "password": "A4711z"})),
        (
            Some(Authentication::SmsOtp(phone())),
            json!({"authenticationMethod": "PHONE", "phoneInfo": {"countryCode": "48", "phone": "600100200"}}),
        ),
        (Some(Authentication::Kba), json!({"authenticationMethod": "KBA"})),
        (Some(Authentication::EmailOtp), json!({"authenticationMethod": "EMAIL_OTP"})),
        (Some(Authentication::IdDocument), json!({"authenticationMethod": "GOV_ID"})),
    ] {
        let mut ann = signer("ann");
        ann.authentication = method;
        let body = body(&lease().recipient(ann)).await;
        assert_eq!(body["participantSetsInfo"][0]["memberInfos"][0]["securityOption"], expected);
    }
}

/// Rows: 5 Email, 5 Embedded, 5 None
#[tokio::test]
async fn mails_are_for_all_or_for_none_and_always_written() {
    let mails = |draft: Draft| async move { body(&draft).await["emailOption"]["sendOptions"].clone() };
    let options = |started: &str, done: &str| json!({"initEmails": started, "inFlightEmails": started, "completionEmails": done});
    assert_eq!(mails(lease().recipient(signer("ann"))).await, options("ALL", "ALL"));
    let embedded = lease().recipient(signer("ann").delivered_by(Delivery::Embedded));
    assert_eq!(mails(embedded.clone()).await, options("NONE", "NONE"));
    // A copy goes out with the final mail only.
    let copied = embedded.recipient(Recipient::carbon_copy("Cy", "cy@x.io"));
    assert_eq!(mails(copied).await, options("NONE", "ALL"));
}

/// Rows: 9 expiry at creation, 9 reminders, 15 6, 9 metadata
#[tokio::test]
async fn the_end_is_always_written_and_reminders_are_hours_and_a_word() {
    let plain = body(&lease().recipient(signer("ann"))).await;
    assert_eq!(plain["expirationTime"], "2026-12-24T12:00:00Z", "thirty days");
    assert!(plain.get("reminderFrequency").is_none() && plain.get("firstReminderDelay").is_none());
    assert_eq!(plain["externalId"], json!({"id": "order-7"}), "the one text that Adobe keeps is the key");
    let body = body(&lease().recipient(signer("ann")).expires_after_days(3).reminders(2, 1)).await;
    assert_eq!(body["expirationTime"], "2026-11-27T12:00:00Z");
    assert_eq!(
        (&body["reminderFrequency"], &body["firstReminderDelay"]),
        (&json!("DAILY_UNTIL_SIGNED"), &json!(48))
    );
}

/// Rows: 15 14
#[tokio::test]
async fn no_two_fields_share_a_name() {
    let field = || Field::text("x").at(1, 72.0, 100.0);
    let unnamed = |mut field: Field| {
        field.id = None;
        field
    };
    let draft = Draft::new("Lease").document(Document::from_bytes("lease.pdf", page(612, 792)));
    let draft = draft
        .recipient(signer("a").field(unnamed(field())).field(unnamed(field())))
        .recipient(signer("b").order(2).field(unnamed(field())));
    let prepared = Prepared::new(&draft).await.unwrap();
    let sets = [Some("S1".to_owned()), Some("S2".to_owned())];
    let placed = fields::placed(&prepared, &sets, &[None], &pages()).unwrap();
    let placed = serde_json::to_value(placed).unwrap();
    let names: BTreeSet<&str> =
        placed.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    let twice = draft.clone().recipient(signer("c").order(3).field(field()).field(field()));
    assert_eq!(Prepared::new(&twice).await.unwrap_err().kind(), signbridge_core::ErrorKind::InvalidDraft);
}
