//! Corrections, what was filled in, removal and the quota, against the emulator.

use signbridge_core::{Correction, FormValue, RecipientChange};

use super::*;

/// Rows: 9 correct in flight, 9 replace signer, 5 link needs, 15 24
#[tokio::test]
async fn a_corrected_address_is_another_signature_and_gets_a_link_of_its_own() {
    let world = World::new().await;
    let provider = world.provider();
    let envelope = sent(&*provider, &embedded()).await;
    world.settle();
    let before = provider.get(&envelope.id).await.unwrap().recipient(ANN).unwrap().id.clone();
    provider.signing_link(&envelope.id, &SigningLinkRequest::new(ANN)).await.unwrap();
    let change = RecipientChange::of(ANN).email("ann.ray@example.com").name("Ann Ray");
    let now = provider.correct(&envelope.id, &Correction::new().change(change)).await.unwrap();
    let ann = now.recipient("ann.ray@example.com").unwrap();
    assert_ne!(ann.id, before);
    assert_eq!(ann.name, "Ann Ray");
    let old = provider.signing_link(&envelope.id, &SigningLinkRequest::new(ANN)).await.unwrap_err();
    assert_eq!(old.kind(), ErrorKind::InvalidInput, "{old}");
    provider.signing_link(&envelope.id, &SigningLinkRequest::new("ann.ray@example.com")).await.unwrap();
    let name = RecipientChange::of("ann.ray@example.com").name("Ann");
    let renamed = provider.correct(&envelope.id, &Correction::new().change(name)).await.unwrap();
    assert_eq!(renamed.recipient("ann.ray@example.com").unwrap().id, ann.id, "a name keeps it");
}

/// Rows: 9 resend mail, 15 18
#[tokio::test]
async fn a_new_address_is_mailed_and_the_same_one_is_not() {
    let world = World::new().await;
    let provider = world.provider();
    let envelope = sent(&*provider, &lease()).await;
    world.settle();
    let mails = || world.requests()[0]["mailCount"].as_u64().unwrap();
    let before = mails();
    let same = RecipientChange::of(ANN).email(ANN).name("Ann Lee");
    provider.correct(&envelope.id, &Correction::new().change(same)).await.unwrap();
    assert_eq!(mails(), before);
    let other = RecipientChange::of(ANN).email("ann.ray@example.com");
    provider.correct(&envelope.id, &Correction::new().change(other)).await.unwrap();
    assert_eq!(mails(), before + 1);
}

/// Rows: 9 extend expiry
#[tokio::test]
async fn the_end_is_moved_and_the_signers_stay_as_they_are() {
    let world = World::new().await;
    let provider = world.provider();
    let envelope = sent(&*provider, &lease().expires_after_days(2)).await;
    world.settle();
    let before = provider.get(&envelope.id).await.unwrap();
    let now = provider.correct(&envelope.id, &Correction::new().expires_after_days(30)).await.unwrap();
    let later = now.expires_at.unwrap() - before.expires_at.unwrap();
    assert!(later > TimeDelta::days(27) && later <= TimeDelta::days(29), "{later}");
    assert_eq!(now.recipient(ANN).unwrap().id, before.recipient(ANN).unwrap().id);
}

/// Rows: 9 correct in flight
#[tokio::test]
async fn a_request_with_an_appended_page_cannot_be_corrected() {
    let world = World::new().await;
    let provider = world.provider();
    let draft = Draft::new("Lease")
        .document(Document::from_bytes("lease.pdf", pdf("The lease.", 100)))
        .recipient(Recipient::signer("Ann Lee", ANN))
        .free_placement();
    let envelope = sent(&*provider, &draft).await;
    world.settle();
    let change = Correction::new().change(RecipientChange::of(ANN).name("Ann Ray"));
    let error = provider.correct(&envelope.id, &change).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert!(error.message().contains("signature page"), "{error}");
}

/// Rows: 9 form data
#[tokio::test]
async fn what_was_filled_in_is_read_with_who_did_it() {
    let world = World::new().await;
    let provider = world.provider();
    let signer = Recipient::signer("Ann Lee", ANN)
        .field(Field::signature().at(1, 72.0, 600.0))
        .field(Field::checkbox("pets").at(1, 72.0, 500.0).value("true"));
    let draft = Draft::new("Lease").document(Document::from_bytes("lease.pdf", pdf("The lease.", 100)));
    let envelope = sent(&*provider, &draft.recipient(signer)).await;
    world.settle();
    assert!(provider.form_data(&envelope.id).await.unwrap().is_empty(), "nobody has signed");
    world.act(&envelope, ANN, Action::Sign);
    let values = provider.form_data(&envelope.id).await.unwrap();
    assert_eq!(values, [FormValue::new("pets", "true", Some(ANN.to_owned()))]);
}

/// Rows: 9 purge finished
#[tokio::test]
async fn removing_ends_ones_own_access_and_needs_an_end() {
    let world = World::new().await;
    let provider = world.provider();
    let envelope = sent(&*provider, &lease()).await;
    world.settle();
    assert_eq!(provider.purge(&envelope.id).await.unwrap_err().kind(), ErrorKind::InvalidState);
    world.act(&envelope, ANN, Action::Sign);
    provider.purge(&envelope.id).await.unwrap();
    assert_eq!(provider.get(&envelope.id).await.unwrap_err().kind(), ErrorKind::NotFound);
}

/// Rows: 9 quota, 15 4
#[tokio::test]
async fn binding_requests_cost_of_the_quota_and_test_ones_do_not() {
    let world = World::new().await;
    let mut config = world.config();
    config.test_mode = false;
    let live = DropboxSign::connect(config, world.parts()).unwrap();
    let left = || async { live.quota().await.unwrap().left.unwrap() };
    let before = left().await;
    sent(&*world.provider(), &lease()).await;
    assert_eq!(left().await, before);
    sent(&*live, &lease()).await;
    assert_eq!(left().await, before - 1);
    world.control("plan", json!({"requests_left": 0}));
    assert_eq!(left().await, 0);
    let refused = live.create(&lease(), &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::FeatureOff, "{refused}");
}
