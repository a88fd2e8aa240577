//! Corrections member by member, locks, and mailing one again.

use signbridge_core::Phone;
use signbridge_emulator::faults::{Fault, FaultKind};

use super::*;

/// The lease with a second signer and an embedded one.
fn three() -> Draft {
    let field = || Field::signature().at(1, 72.0, 500.0);
    lease()
        .recipient(Recipient::signer("Eve Poe", EVE).order(1).field(field()))
        .recipient(Recipient::signer("Flo Ray", "flo@example.com").order(3).embedded().field(field()))
}

fn locks(world: &World) -> (usize, usize) {
    (asked(world, "POST", "/lock").len(), asked(world, "DELETE", "/lock").len())
}

/// Rows: 9 correct in flight, 9 change authentication in flight, 15 18
#[tokio::test]
async fn each_member_goes_out_alone() {
    let world = World::new().await;
    let mut config = world.config();
    config.allow_unverified = vec!["correct_phone".to_owned()];
    let docusign = signbridge_docusign::DocuSign::connect(config, world.parts());
    let sent = docusign.create(&three(), &CreateOptions::sent()).await.unwrap();
    let mut order = RecipientChange::of("flo@example.com");
    order.order = Some(4);
    let mut phone = RecipientChange::of(EVE);
    phone.phone = Some(Phone { country_code: "48".into(), number: "600100200".into() });
    let coded = signbridge_core::Authentication::AccessCode(signbridge_core::AccessCode::new("4711"));
    for (change, member, value) in [
        (RecipientChange::of(EVE).name("Eve Ray"), "name", json!("Eve Ray")),
        (order, "routingOrder", json!("4")),
        (phone, "phoneNumber", json!({"countryCode": "48", "number": "600100200"})),
        (RecipientChange::of(EVE).authenticated_by(coded), "accessCode", json!("4711")),
        (RecipientChange::of(EVE).email("eve.ray@example.com"), "email", json!("eve.ray@example.com")),
    ] {
        world.control.clear_journal();
        docusign.correct(&sent.id, &Correction::new().change(change)).await.unwrap();
        let put = asked(&world, "PUT", "/recipients").remove(0)["signers"][0].clone();
        assert_eq!(put[member], value);
        let members: Vec<&String> = put.as_object().unwrap().keys().collect();
        assert_eq!(members.len(), 2, "the id and what changes: {members:?}");
        assert_eq!(locks(&world), (1, 1));
    }
    let corrected = mails(&world, &sent.id).into_iter().filter(|(kind, _)| kind == "correction");
    assert_eq!(corrected.collect::<Vec<_>>(), [("correction".into(), "eve.ray@example.com".into())]);
}

/// Rows: 9 replace signer, 9 add CC in flight
#[tokio::test]
async fn copies_join_change_and_leave_like_signers() {
    let world = World::new().await;
    let docusign = world.provider();
    let sent = docusign.create(&three(), &CreateOptions::sent()).await.unwrap();
    let joining = Recipient::carbon_copy("Gil", "gil@example.com").order(4);
    let seen = docusign.correct(&sent.id, &Correction::new().recipient(joining)).await.unwrap();
    assert_eq!(seen.recipient("gil@example.com").unwrap().status, RecipientStatus::Waiting);
    let other = RecipientChange::of("gil@example.com").name("Hal").email("hal@example.com");
    let seen = docusign.correct(&sent.id, &Correction::new().change(other)).await.unwrap();
    assert_eq!(seen.recipient("hal@example.com").unwrap().name, "Hal");
    let put = asked(&world, "PUT", "/recipients").remove(0);
    assert_eq!(put["carbonCopies"][0]["email"], "hal@example.com", "in the group where he is");
    let leaving = Correction::new().remove(Addressee::new("hal@example.com")).remove(Addressee::new(BOB));
    let seen = docusign.correct(&sent.id, &leaving).await.unwrap();
    assert!(seen.recipient("hal@example.com").is_none() && seen.recipient(BOB).is_none());
    assert!(mails(&world, &sent.id).iter().all(|(_, to)| to != "hal@example.com"), "not his turn, no mail");
}

/// Rows: 11 Stale, 11 InvalidInput, 11 InvalidState
#[tokio::test]
async fn the_lock_is_let_go_of_also_when_the_correction_fails() {
    let world = World::new().await;
    let docusign = world.provider();
    let sent = docusign.create(&three(), &CreateOptions::sent()).await.unwrap();
    let stranger = Correction::new().change(RecipientChange::of("nobody@example.com").name("X"));
    assert_eq!(docusign.correct(&sent.id, &stranger).await.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(locks(&world), (1, 1), "refused by us, under the lock");
    world.control.act(&sent.id, EVE, Action::Sign, None).unwrap();
    let signed = Correction::new().change(RecipientChange::of(EVE).name("Eve Ray"));
    let error = docusign.correct(&sent.id, &signed).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::InvalidState, Some("RECIPIENT_UPDATE_FAILED")));
    assert_eq!(locks(&world), (2, 2), "refused by DocuSign inside a good answer");
    world.control.add_fault(Fault::on("PUT", "/recipients", FaultKind::StatusInstead { status: 503 }));
    let rename = Correction::new().change(RecipientChange::of(ANN).name("Ann Ray"));
    docusign.correct(&sent.id, &rename).await.unwrap_err();
    assert_eq!(locks(&world), (3, 3), "refused by a gateway");
    docusign.correct(&sent.id, &rename).await.unwrap();
}

/// Rows: 9 resend mail, 9 remind now
#[tokio::test]
async fn one_is_mailed_again_and_the_others_are_not() {
    let world = World::new().await;
    let docusign = world.provider();
    let sent = docusign.create(&three(), &CreateOptions::sent()).await.unwrap();
    docusign.remind_one(&sent.id, &Addressee::new(EVE)).await.unwrap();
    let again = |world: &World| -> Vec<String> {
        let mails = mails(world, &sent.id).into_iter();
        mails.filter(|(kind, _)| kind == "resent").map(|(_, to)| to).collect()
    };
    assert_eq!(again(&world), [EVE]);
    let put = asked(&world, "PUT", "/recipients").remove(0);
    assert_eq!(put, json!({"signers": [{"recipientId": "3"}]}), "nothing changes, so nobody is corrected");
    for (email, kind) in [
        ("nobody@example.com", ErrorKind::InvalidInput),
        (BOB, ErrorKind::InvalidState),
        ("flo@example.com", ErrorKind::InvalidInput),
    ] {
        let error = docusign.remind_one(&sent.id, &Addressee::new(email)).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{email}: {error}");
    }
    world.control.act(&sent.id, EVE, Action::Sign, None).unwrap();
    let error = docusign.remind_one(&sent.id, &Addressee::new(EVE)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidState, "he has signed");
    assert_eq!(asked(&world, "PUT", "/recipients").len(), 1);
    docusign.remind(&sent.id).await.unwrap();
    assert_eq!(again(&world), [EVE, ANN], "everybody whose turn it is");
}

/// Rows: 15 5
#[tokio::test]
async fn passing_on_is_a_switch_and_declining_is_none() {
    let world = World::new().await;
    let docusign = world.provider();
    for allowed in [true, false] {
        let mut draft = lease();
        draft.allow_reassign = allowed;
        let sent = docusign.create(&draft, &CreateOptions::sent()).await.unwrap();
        assert_eq!(world.control.envelope(&sent.id).unwrap()["allowReassign"], allowed.to_string());
    }
    let mut draft = lease();
    draft.allow_decline = false;
    let error = docusign.create(&draft, &CreateOptions::sent()).await.unwrap_err();
    assert_eq!((error.kind(), error.faults()[0].path.as_str()), (ErrorKind::Unsupported, "allow_decline"));
}

/// Rows: 9 send draft, 9 send later, 1 Processing
#[tokio::test]
async fn what_became_of_a_draft_that_is_sent_the_provider_says() {
    let world = World::new().await;
    let docusign = world.provider();
    let later = lease().send_at(Utc::now() + TimeDelta::days(2));
    let draft = docusign.create(&later, &CreateOptions::draft()).await.unwrap();
    let sent = docusign.send(&draft.id).await.unwrap();
    assert_eq!(
        (&sent.status, sent.recipients.len()),
        (&EnvelopeStatus::Processing, 2),
        "it waits for its time"
    );
    assert!(mails(&world, &draft.id).is_empty());
    let draft = docusign.create(&lease(), &CreateOptions::draft()).await.unwrap();
    let sent = docusign.send(&draft.id).await.unwrap();
    assert_eq!((&sent.status, &sent.state.basis), (&EnvelopeStatus::InProgress, &Basis::Wire));
    assert_eq!(sent.recipient(ANN).unwrap().status, RecipientStatus::Active);
}
