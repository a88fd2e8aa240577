//! The life of envelopes: every operation of the adapter, with the state at the emulator as the witness.

use std::time::Duration;

use futures_util::TryStreamExt;
use secrecy::ExposeSecret;
use signbridge::secrecy;
use signbridge_core::{
    CreateOptions, Document, EndedBy, EnvelopeStatus, ErrorKind, Field, ListQuery, ProviderExt, Recipient,
    RecipientStatus, SigningLinkRequest, Voided, What,
};
use signbridge_emulator::Action;

use crate::world::{ANN, BOB, World, lease, pdf};

async fn bytes(download: signbridge_core::Download) -> Vec<u8> {
    let mut all = Vec::new();
    let mut chunks = download.chunks;
    while let Some(chunk) = chunks.next().await {
        all.extend_from_slice(&chunk.unwrap());
    }
    assert_eq!(download.length, Some(all.len() as u64));
    all
}

/// Rows (docusign): 9 create draft, 9 send draft, 9 get, 9 download combined, 9 single document, 9 archive, 9 certificate, 9 audit events, 9 metadata, 1 Draft, 1 Completed, 2 Active, 2 Waiting, 2 Viewed, 2 Completed
#[tokio::test]
async fn a_draft_is_sent_signed_and_downloaded() {
    let world = World::new().await;
    let docusign = world.provider();
    let draft = docusign.create(&lease(), &CreateOptions::draft()).await.unwrap();
    assert_eq!(draft.status, EnvelopeStatus::Draft);
    let sent = docusign.send(&draft.id).await.unwrap();
    assert_eq!((sent.id.as_str(), &sent.status), (draft.id.as_str(), &EnvelopeStatus::InProgress));
    assert_eq!(docusign.send(&draft.id).await.unwrap_err().kind(), ErrorKind::InvalidState);

    let running = docusign.get(&draft.id).await.unwrap();
    assert_eq!(running.recipient(ANN).unwrap().status, RecipientStatus::Active);
    assert_eq!(running.recipient(BOB).unwrap().status, RecipientStatus::Waiting);
    assert_eq!(running.metadata["case"], "42");
    assert!(running.expires_at.is_some(), "expiry is always written");
    world.control.act(&draft.id, ANN, Action::View, None).unwrap();
    assert_eq!(
        docusign.get(&draft.id).await.unwrap().recipient(ANN).unwrap().status,
        RecipientStatus::Viewed
    );
    world.control.act(&draft.id, ANN, Action::Sign, None).unwrap();
    let done = docusign.get(&draft.id).await.unwrap();
    assert_eq!(
        (&done.status, done.state.ended_by.as_ref()),
        (&EnvelopeStatus::Completed, Some(&EndedBy::Recipient))
    );
    assert!(done.recipient(ANN).unwrap().completed_at.is_some());

    let documents = docusign.documents(&draft.id).await.unwrap();
    assert_eq!(documents.iter().filter(|document| document.content).count(), 1);
    let combined = bytes(docusign.download(&draft.id, &What::Combined).await.unwrap()).await;
    let signed = lopdf::Document::load_mem(&combined).unwrap();
    assert!(signed.extract_text(&[1]).unwrap().contains("Ann Lee"), "the signature is on the page");
    assert!(bytes(docusign.download(&draft.id, &What::Archive).await.unwrap()).await.starts_with(b"PK"));
    assert!(
        bytes(docusign.download(&draft.id, &What::Certificate).await.unwrap()).await.starts_with(b"%PDF")
    );
    let one = docusign.download(&draft.id, &What::Document("1".into())).await.unwrap();
    assert!(bytes(one).await.starts_with(b"%PDF"));
    let missing = docusign.download(&draft.id, &What::Document("9".into())).await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound, "an error is read before a byte is written");

    let audit = docusign.audit(&draft.id).await.unwrap();
    assert!(!audit.is_empty() && audit.iter().all(|event| event.at.is_some()), "{audit:?}");
}

/// Rows (docusign): 9 void, 1 Declined, 1 Voided, 1 Expired, 2 Declined, 15 20
#[tokio::test]
async fn who_declines_and_who_voids_is_told_apart() {
    let world = World::new().await;
    let docusign = world.provider();
    let declined = docusign.create(&lease(), &CreateOptions::sent()).await.unwrap();
    world.control.act(&declined.id, ANN, Action::Decline, Some("too expensive")).unwrap();
    let state = docusign.get(&declined.id).await.unwrap().state;
    assert_eq!((state.status, state.ended_by), (EnvelopeStatus::Declined, Some(EndedBy::Recipient)));
    assert_eq!(state.reason.as_deref(), Some("too expensive"));

    let voided = docusign.create(&lease(), &CreateOptions::sent()).await.unwrap();
    assert_eq!(docusign.void(&voided.id, "").await.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(
        docusign.void(&voided.id, &"x".repeat(201)).await.unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    assert_eq!(docusign.void(&voided.id, "wrong price").await.unwrap(), Voided::Done);
    let state = docusign.get(&voided.id).await.unwrap().state;
    assert_eq!((state.status, state.ended_by), (EnvelopeStatus::Voided, Some(EndedBy::Sender)));
    assert_eq!(state.reason.as_deref(), Some("wrong price"));
    assert_eq!(docusign.void(&voided.id, "again").await.unwrap_err().kind(), ErrorKind::InvalidState);

    let expired = docusign.create(&lease().expires_after_days(2), &CreateOptions::sent()).await.unwrap();
    world.control.advance_clock(Duration::from_secs(3 * 24 * 3600));
    let state = docusign.get(&expired.id).await.unwrap().state;
    assert_eq!((state.status, state.ended_by), (EnvelopeStatus::Expired, Some(EndedBy::Time)));
}

/// Rows (docusign): 9 remind now, 9 resend mail
#[tokio::test]
async fn a_reminder_mails_once_for_each_call() {
    let world = World::new().await;
    let docusign = world.provider();
    let sent = docusign.create(&lease(), &CreateOptions::sent()).await.unwrap();
    docusign.remind(&sent.id).await.unwrap();
    assert_eq!(
        world.control.journal().iter().filter(|entry| entry.query.contains("resend_envelope=true")).count(),
        1
    );
}

/// Rows (docusign): 9 signing link, 5 link needs, 5 return URL, 11 NotReady
#[tokio::test]
async fn an_embedded_signer_gets_a_link_when_it_is_his_turn() {
    let world = World::new().await;
    let docusign = world.provider();
    let draft = lease().return_url("https://app.example/done?case=42".parse().unwrap()).recipient(
        Recipient::signer("Cy", "cy@example.com")
            .order(3)
            .embedded()
            .field(Field::signature().at(1, 72.0, 500.0)),
    );
    let mut draft = draft;
    draft.recipients[0] = draft.recipients[0].clone().embedded();
    let sent = docusign.create(&draft, &CreateOptions::sent()).await.unwrap();
    let link = docusign.signing_link(&sent.id, &SigningLinkRequest::new(ANN.to_uppercase())).await.unwrap();
    assert!(link.url.expose_secret().starts_with("https://127.0.0.1"));
    assert!(link.expires_at.is_some());
    let last = world
        .control
        .journal()
        .into_iter()
        .rev()
        .find(|entry| entry.path.ends_with("views/recipient"))
        .unwrap();
    assert_eq!(
        last.request.json.unwrap()["returnUrl"],
        "https://app.example/done?case=42",
        "the draft's own address"
    );
    let early =
        docusign.signing_link(&sent.id, &SigningLinkRequest::new("cy@example.com")).await.unwrap_err();
    assert_eq!(early.kind(), ErrorKind::NotReady, "{early}");
    for (email, hint) in [(BOB, "mailed"), ("nobody@example.com", "no recipient")] {
        let error = docusign.signing_link(&sent.id, &SigningLinkRequest::new(email)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(hint), "{error}");
    }
}

/// Rows (docusign): 9 list, 9 metadata
#[tokio::test]
async fn lists_go_page_after_page_and_hold_only_what_was_asked_for() {
    let world = World::new().await;
    let docusign = world.provider();
    let mut ids = Vec::new();
    for index in 0..5 {
        let draft = lease().metadata("part", if index < 3 { "a" } else { "b" });
        ids.push(docusign.create(&draft, &CreateOptions::sent()).await.unwrap().id);
    }
    docusign.void(&ids[0], "no").await.unwrap();
    let mut query = ListQuery::default();
    query.limit = Some(2);
    let all: Vec<_> = docusign.list_all(query.clone()).try_collect().await.unwrap();
    assert_eq!(all.len(), 5);
    query.metadata = Some(("part".into(), "a".into()));
    query.statuses = vec![EnvelopeStatus::InProgress];
    let some: Vec<_> = docusign.list_all(query.clone()).try_collect().await.unwrap();
    assert_eq!(some.len(), 2, "{some:?}");
    query.cursor = Some("nonsense".into());
    assert_eq!(docusign.list(&query).await.unwrap_err().kind(), ErrorKind::InvalidInput);
}

/// Rows (docusign): 11 Unsupported, 3 Approver
#[tokio::test]
async fn gaps_are_said_before_any_request() {
    let world = World::new().await;
    let docusign = world.provider();
    let mut draft = lease().document(Document::from_bytes("b.pdf", pdf("b", 10)));
    draft.subject = "x".repeat(101);
    draft.recipients[0].fields[0] = Field::signature().at(2, 72.0, 600.0);
    draft.recipients[0].fields.push(Field::text("t").at(1, 700.0, 10.0));
    draft.recipients[0].level = signbridge_core::SignatureLevel::Qualified;
    draft.recipients[0].role = signbridge_core::Role::Approver;
    draft.metadata.insert("sb_key".into(), "mine".into());
    let error = docusign.create(&draft, &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let paths: Vec<&str> = error.faults().iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "subject",
            "recipients[0].role",
            "recipients[0].level",
            "recipients[0].fields[0].placement.at.page",
            "recipients[0].fields[1].placement.at",
            "metadata.sb_key"
        ]
    );
    assert!(world.control.journal().is_empty(), "nothing left this process");
}

/// Rows (docusign): 15 16, 6 none given at all
#[tokio::test]
async fn a_signer_without_a_place_must_be_meant() {
    let world = World::new().await;
    let docusign = world.provider();
    let mut draft = lease();
    draft.recipients[0].fields.clear();
    assert_eq!(
        docusign.create(&draft, &CreateOptions::sent()).await.unwrap_err().kind(),
        ErrorKind::Unsupported
    );
    let free = docusign.create(&draft.free_placement(), &CreateOptions::sent()).await.unwrap();
    world.control.act(&free.id, ANN, Action::Sign, None).unwrap();
    assert_eq!(docusign.get(&free.id).await.unwrap().status, EnvelopeStatus::Completed);
}

/// Rows (docusign): 11 PlacementFailed
#[tokio::test]
async fn anchors_are_looked_for_and_a_missing_one_is_an_error() {
    let world = World::new().await;
    let docusign = world.provider();
    let mut draft = lease();
    draft.recipients[0].fields = vec![Field::signature().at_anchor("Sign here:", 10.0, 0.0)];
    docusign.create(&draft, &CreateOptions::sent()).await.unwrap();
    draft.recipients[0].fields = vec![Field::signature().at_anchor("No such words", 10.0, 0.0)];
    let error = docusign.create(&draft, &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PlacementFailed, "{error}");
}

/// Rows (docusign): 11 ConsentRequired
#[tokio::test]
async fn many_users_act_through_one_integration_key() {
    let world = World::new().await;
    let docusign = world.provider();
    let user = world.control.add_user("Second Sender", "second@example.com");
    let second = docusign.acting_as(&user).unwrap();
    let error = second.create(&lease(), &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConsentRequired);
    assert!(error.consent_url().unwrap().as_str().contains("scope=signature%20impersonation"));
    world.control.grant_consent(&user, &["signature", "impersonation"]).unwrap();
    second.create(&lease(), &CreateOptions::sent()).await.unwrap();
    let before = world.control.tokens_issued();
    docusign.acting_as(&user).unwrap().create(&lease(), &CreateOptions::sent()).await.unwrap();
    assert_eq!(world.control.tokens_issued(), before, "the second user's token is kept");
}

#[tokio::test]
async fn raw_requests_go_through_the_same_account() {
    let world = World::new().await;
    let docusign = world.provider();
    let request =
        http::Request::builder().uri("/envelopes?from_date=2020-01-01").body(bytes::Bytes::new()).unwrap();
    let answer = docusign.raw(request).await.unwrap();
    assert_eq!(answer.status(), 200);
    let wrong = http::Request::builder().uri("/nowhere").body(bytes::Bytes::new()).unwrap();
    assert_eq!(docusign.raw(wrong).await.unwrap_err().kind(), ErrorKind::NotFound);
}

/// Rows (docusign): 11 Unauthenticated
#[tokio::test]
async fn a_token_that_dies_early_is_renewed_once() {
    let world = World::new().await;
    let docusign = world.provider();
    docusign.create(&lease(), &CreateOptions::sent()).await.unwrap();
    world.control.revoke_tokens();
    docusign.create(&lease(), &CreateOptions::sent()).await.unwrap();
    assert_eq!((world.control.tokens_issued(), world.sent()), (2, 2));
}

/// Rows (docusign): 11 RateLimited
#[tokio::test]
async fn a_limit_is_told_with_its_end() {
    let world = World::new().await;
    let docusign = world.provider();
    docusign.list(&ListQuery::default()).await.unwrap();
    world.control.set_limits(1, 500);
    docusign.list(&ListQuery::default()).await.unwrap();
    let error = docusign.list(&ListQuery::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited, "{error}");
    assert!(error.retry_at().is_some());
}

/// Rows (docusign): 11 Transport
#[tokio::test]
async fn a_call_that_takes_too_long_is_given_up_and_says_how_far_it_got() {
    let world = World::new().await;
    let mut parts = world.parts();
    parts.timeouts.call = Duration::from_millis(1500);
    parts.clock = std::sync::Arc::new(signbridge_client::TokioClock);
    let docusign = signbridge_docusign::DocuSign::connect(world.config(), parts);
    let sent = world.provider().create(&lease(), &CreateOptions::sent()).await.unwrap();
    docusign.get(&sent.id).await.unwrap();
    let late = signbridge_emulator::FaultKind::Delay { delay_ms: 10_000 };
    world.control.add_fault(signbridge_emulator::Fault::on("GET", &sent.id, late));
    let error = docusign.get(&sent.id).await.unwrap_err();
    assert_eq!((error.kind(), error.reach()), (ErrorKind::Timeout, signbridge_core::Reach::Maybe), "{error}");
}
