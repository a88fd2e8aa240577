//! Dropbox Sign: the adapter through the client against the emulator's dialect.

mod in_flight;
mod templates;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use signbridge_client::{Timeouts, reqwest::ReqwestTransport};
use signbridge_core::{
    Adapter, Clock, CreateOptions, Document, Download, Draft, Envelope, EnvelopeStatus, ErrorKind, Field,
    ListQuery, Outcome, Parts, Provider, Recipient, RecipientStatus, Settings, SigningLinkRequest, Voided,
    What,
};
use signbridge_dropbox_sign::{Config, Credentials, DROPBOX_SIGN, DropboxSign};
use signbridge_emulator::{Action, Control, Emulator, Fault, FaultKind, Options};

use crate::world::{ANN, BOB, pdf};

const CY: &str = "cy@example.com";

#[tokio::test]
async fn buttons_boxes_and_texts_of_the_sender_come_back_as_they_were_asked() {
    let world = World::new().await;
    let boxed = |id: &str, y| Field::checkbox(id).at(1, 72.0, y).in_group("toppings", Some(1), Some(1));
    let ann = Recipient::signer("Ann Lee", ANN)
        .field(Field::signature().at(1, 72.0, 600.0))
        .field(Field::radio_group("plan").choice("month", 1, 72.0, 300.0).choice("year", 1, 72.0, 330.0))
        .field(boxed("ham", 400.0))
        .field(boxed("olives", 430.0))
        .field(Field::sender_text("Flat 7").named("flat").at(1, 72.0, 500.0));
    let draft = Draft::new("Lease").document(Document::from_bytes("a.pdf", pdf("A", 10))).recipient(ann);
    let sent = world.provider().create(&draft, &CreateOptions::sent()).await.unwrap();
    world.settle();
    let sign = |names: &[&str]| {
        let ticked: Vec<_> = names.iter().map(|name| ((*name).to_owned(), "true".to_owned())).collect();
        world.control.sign(&sent.id, ANN, &ticked)
    };
    assert!(sign(&["month", "ham", "olives"]).is_err(), "exactly one of them");
    sign(&["year", "ham"]).unwrap();
    world.settle();
    let values = world.provider().form_data(&sent.id).await.unwrap();
    let held = |field: &str| values.iter().find(|own| own.field == field).map(|own| own.value.as_str());
    assert_eq!((held("plan"), held("ham"), held("olives")), (Some("year"), Some("true"), Some("false")));
}

/// A clock whose pauses are cut to what the emulator needs to index; timeouts are not cut.
#[derive(Debug)]
struct ShortPauses;

#[async_trait]
impl Clock for ShortPauses {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    async fn sleep(&self, duration: Duration) {
        let pause = duration <= Duration::from_secs(120);
        tokio::time::sleep(if pause { duration.min(Duration::from_millis(300)) } else { duration }).await;
    }
}

struct World {
    emulator: Emulator,
    control: Control,
}

impl World {
    async fn new() -> Self {
        let emulator = signbridge_emulator::start(Options::default()).await.unwrap();
        let control = emulator.control();
        Self { emulator, control }
    }

    fn config(&self) -> Config {
        let ready = &self.emulator.ready().providers.dropbox_sign;
        let mut config = Config::new(Credentials::ApiKey(ready.api_key.clone().into()), true).unwrap();
        config.base_url = ready.base_url_tls.parse().unwrap();
        config.auth_url = ready.auth_url_tls.parse().unwrap();
        config.client_id = Some(ready.client_id.clone());
        config
    }

    fn parts(&self) -> Parts {
        let ca = std::fs::read(&self.emulator.ready().ca_file).unwrap();
        let timeouts = Timeouts::default();
        let transport =
            ReqwestTransport::builder().timeouts(&timeouts).root_certificate_pem(&ca).build().unwrap();
        Parts::new(Arc::new(transport), Arc::new(ShortPauses))
    }

    fn provider(&self) -> Arc<dyn Provider> {
        DropboxSign::connect(self.config(), self.parts()).unwrap()
    }

    /// Lets conversion, index and queued cancellations happen.
    fn settle(&self) {
        self.control.advance_clock(Duration::from_secs(2));
    }

    fn act(&self, envelope: &Envelope, email: &str, action: Action) {
        self.control.act(&envelope.id, email, action, Some("too dear")).unwrap();
    }

    fn control(&self, path: &str, body: Value) {
        self.control.provider("dropbox-sign", "POST", path, &body).unwrap();
    }

    fn requests(&self) -> Vec<Value> {
        self.control.envelopes()
    }
}

fn lease() -> Draft {
    Draft::new("Lease of flat 7")
        .message("Please sign until Friday.")
        .document(Document::from_bytes("lease.pdf", pdf("The lease. Sign here:", 100)))
        .recipient(Recipient::signer("Ann Lee", ANN).field(Field::signature().at(1, 72.0, 600.0)))
        .recipient(Recipient::carbon_copy("Bob Ray", BOB).order(3))
        .metadata("case", "42")
}

fn embedded() -> Draft {
    let signer = Recipient::signer("Ann Lee", ANN).embedded().field(Field::signature().at(1, 72.0, 600.0));
    Draft::new("Lease").document(Document::from_bytes("lease.pdf", pdf("The lease.", 100))).recipient(signer)
}

async fn sent(provider: &dyn Provider, draft: &Draft) -> Envelope {
    provider.create(draft, &CreateOptions::sent()).await.unwrap()
}

async fn bytes(download: Download) -> Vec<u8> {
    let mut chunks = download.chunks;
    let mut all = Vec::new();
    while let Some(chunk) = chunks.next().await {
        all.extend_from_slice(&chunk.unwrap());
    }
    all
}

fn keyed(key: &str) -> CreateOptions {
    CreateOptions::sent().key(key.parse().unwrap())
}

/// Rows: 1 Processing, 1 From InProgress, 2 Waiting, 2 Active, 2 Viewed, 2 Completed, 3 order base, 5 Email,
/// 9 send now, 9 expiry at creation, 9 download combined, 9 archive, 15 6, 15 11
#[tokio::test]
async fn an_envelope_is_sent_signed_in_order_and_downloaded() {
    let world = World::new().await;
    let provider = world.provider();
    let draft = lease()
        .recipient(Recipient::signer("Cy", CY).order(2).field(Field::signature().at(1, 72.0, 650.0)))
        .expires_after_days(14);
    let envelope = sent(&*provider, &draft).await;
    assert_eq!(envelope.status, EnvelopeStatus::Processing);
    let early = provider.download(&envelope.id, &What::Combined).await.unwrap_err();
    assert_eq!(early.kind(), ErrorKind::NotReady, "{early}");
    world.settle();
    let seen = provider.get(&envelope.id).await.unwrap();
    assert_eq!(seen.status, EnvelopeStatus::InProgress);
    assert_eq!(seen.subject, "Lease of flat 7");
    assert_eq!(seen.metadata, BTreeMap::from([("case".to_owned(), "42".to_owned())]));
    let fortnight = Utc::now() + TimeDelta::days(14);
    let early = fortnight - seen.expires_at.unwrap();
    assert!(early > TimeDelta::zero() - TimeDelta::seconds(5) && early < TimeDelta::hours(1), "{early}");
    let statuses = |envelope: &Envelope| -> Vec<RecipientStatus> {
        [ANN, CY].iter().map(|email| envelope.recipient(email).unwrap().status.clone()).collect()
    };
    assert_eq!(statuses(&seen), [RecipientStatus::Active, RecipientStatus::Waiting]);
    world.act(&envelope, ANN, Action::Sign);
    let half = provider.get(&envelope.id).await.unwrap();
    assert_eq!(statuses(&half), [RecipientStatus::Completed, RecipientStatus::Active]);
    world.act(&envelope, CY, Action::View);
    let viewed = provider.get(&envelope.id).await.unwrap();
    assert_eq!(statuses(&viewed)[1], RecipientStatus::Viewed);
    world.act(&envelope, CY, Action::Sign);
    world.settle();
    let done = provider.get(&envelope.id).await.unwrap();
    assert_eq!(done.status, EnvelopeStatus::Completed);
    assert!(done.ended_at.is_some());
    for (what, magic) in [(What::Combined, &b"%PDF"[..]), (What::Archive, b"PK")] {
        let file = provider.download(&envelope.id, &what).await.unwrap();
        assert!(bytes(file).await.starts_with(magic));
    }
}

/// Rows: 5 Embedded, 5 None, 5 link lifetime, 9 signing link
#[tokio::test]
async fn an_embedded_signer_is_shown_a_link_and_mailed_nothing() {
    let world = World::new().await;
    let provider = world.provider();
    let envelope = sent(&*provider, &embedded()).await;
    world.settle();
    let seen = provider.get(&envelope.id).await.unwrap();
    assert!(seen.recipients[0].embedded);
    let link = provider.signing_link(&envelope.id, &SigningLinkRequest::new(ANN)).await.unwrap();
    assert!(link.url.expose_secret().starts_with("http"));
    assert!(link.expires_at.unwrap() > Utc::now() + TimeDelta::minutes(50));
    let reminded = provider.remind(&envelope.id).await.unwrap_err();
    assert_eq!(reminded.kind(), ErrorKind::InvalidState, "{reminded}");
    let mailed = sent(&*provider, &lease()).await;
    world.settle();
    let none = provider.signing_link(&mailed.id, &SigningLinkRequest::new(ANN)).await.unwrap_err();
    assert_eq!(none.kind(), ErrorKind::InvalidInput, "{none}");
}

/// Rows: 1 Voided, 1 From InProgress, 1 From terminal, 9 void, 11 Gone, 15 3
#[tokio::test]
async fn a_void_is_queued_and_shows_when_the_envelope_cannot_be_read_any_more() {
    let world = World::new().await;
    let provider = world.provider();
    let envelope = sent(&*provider, &lease()).await;
    world.settle();
    assert_eq!(provider.void(&envelope.id, "wrong price").await.unwrap(), Voided::Accepted);
    world.settle();
    assert_eq!(provider.get(&envelope.id).await.unwrap().status, EnvelopeStatus::Voided);
    let stranger = world.provider().get(&envelope.id).await.unwrap_err();
    assert_eq!(stranger.kind(), ErrorKind::Gone, "whoever did not cancel it only knows that it is gone");
    let done = sent(&*provider, &lease()).await;
    world.settle();
    world.act(&done, ANN, Action::Sign);
    let late = provider.void(&done.id, "x").await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::InvalidState, "{late}");
}

/// Rows: 1 Declined, 1 Expired, 1 From InProgress, 2 Declined, 15 5
#[tokio::test]
async fn a_refusal_is_told_with_its_reason_and_an_end_by_time_is_one() {
    let world = World::new().await;
    let provider = world.provider();
    let envelope = sent(&*provider, &lease()).await;
    world.settle();
    world.act(&envelope, ANN, Action::Decline);
    let seen = provider.get(&envelope.id).await.unwrap();
    assert_eq!((seen.status, seen.state.reason.as_deref()), (EnvelopeStatus::Declined, Some("too dear")));
    let envelope = sent(&*provider, &lease().expires_after_days(2)).await;
    world.control.advance_clock(Duration::from_secs(3 * 86_400));
    assert_eq!(provider.get(&envelope.id).await.unwrap().status, EnvelopeStatus::Expired);
}

/// Rows: 9 remind now, 11 InvalidState
#[tokio::test]
async fn a_reminder_is_mailed_and_a_second_one_within_the_hour_refused() {
    let world = World::new().await;
    let provider = world.provider();
    let envelope = sent(&*provider, &lease()).await;
    world.settle();
    provider.remind(&envelope.id).await.unwrap();
    let again = provider.remind(&envelope.id).await.unwrap_err();
    assert_eq!((again.kind(), again.code()), (ErrorKind::InvalidState, Some("invalid_reminder")));
}

/// Rows: 9 list, 9 metadata
#[tokio::test]
async fn a_list_goes_by_status_metadata_and_pages() {
    let world = World::new().await;
    let provider = world.provider();
    let mut ids = Vec::new();
    for case in ["1", "2", "3"] {
        ids.push(sent(&*provider, &lease().metadata("number", case)).await);
    }
    world.settle();
    world.act(&ids[0], ANN, Action::Sign);
    world.settle();
    let found = |query: ListQuery| {
        let provider = Arc::clone(&provider);
        async move { provider.list(&query).await.unwrap() }
    };
    let mut query = ListQuery::default();
    query.metadata = Some(("number".into(), "2".into()));
    query.from = Some(Utc::now() - TimeDelta::days(1));
    let by_number = found(query).await;
    assert_eq!(by_number.items.iter().map(|one| &one.id).collect::<Vec<_>>(), [&ids[1].id]);
    let mut query = ListQuery::default();
    query.statuses = vec![EnvelopeStatus::Completed];
    let completed = found(query).await;
    assert_eq!(completed.items.iter().map(|one| &one.id).collect::<Vec<_>>(), [&ids[0].id]);
    let mut query = ListQuery::default();
    query.limit = Some(2);
    let first = found(query.clone()).await;
    query.cursor = first.next.clone();
    let second = found(query).await;
    assert_eq!((first.items.len(), second.items.len(), second.next), (2, 1, None));
}

/// Rows: 11 OutcomeUnknown, 15 23
#[tokio::test]
async fn with_a_key_no_failure_sends_twice() {
    for (kind, arrives) in [
        (FaultKind::CutAfter, true),
        (FaultKind::CutAnswer, true),
        (FaultKind::StatusAfter { status: 503 }, true),
        (FaultKind::CutBefore, false),
        (FaultKind::StatusInstead { status: 503 }, false),
    ] {
        let world = World::new().await;
        let provider = world.provider();
        world.control.add_fault(Fault::on("POST", "/signature_request/send", kind.clone()));
        let outcome = provider.create(&lease(), &keyed("order-7")).await;
        assert!(world.control.faults().is_empty(), "the fault struck: {kind:?}");
        match outcome {
            Ok(sent) if arrives => {
                assert_eq!(sent.idempotency_key.as_deref(), Some("order-7"), "{kind:?}");
                let again = provider.create(&lease(), &keyed("order-7")).await.unwrap();
                assert_eq!(again.id, sent.id);
            }
            Err(error) if !arrives => {
                assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{kind:?}: {error}");
                assert_eq!(error.idempotency_key(), Some("order-7"));
            }
            outcome => panic!("{kind:?}: {outcome:?}"),
        }
        assert_eq!(world.requests().len(), usize::from(arrives), "{kind:?}");
    }
}

/// Rows: 9 find by own reference
#[tokio::test]
async fn another_process_finds_what_a_key_made_and_another_draft_is_refused() {
    let world = World::new().await;
    let first = world.provider().create(&lease(), &keyed("order-7")).await.unwrap();
    world.settle();
    let found = world.provider().find(&"order-7".parse().unwrap()).await.unwrap().unwrap();
    let again = world.provider().create(&lease(), &keyed("order-7")).await.unwrap();
    assert_eq!((&found.id, &again.id), (&first.id, &first.id));
    let other =
        world.provider().create(&lease().metadata("case", "43"), &keyed("order-7")).await.unwrap_err();
    assert_eq!(other.kind(), ErrorKind::KeyConflict, "{other}");
    assert_eq!(world.requests().len(), 1);
}

/// Rows: 1 Failed, 1 From Processing, 11 DocumentRejected, 15 3
#[tokio::test]
async fn a_document_that_cannot_be_read_fails_later_and_says_so() {
    let world = World::new().await;
    let mut config = world.config();
    config.allow_unverified = vec!["document_type".into()];
    let provider = DropboxSign::connect(config, world.parts()).unwrap();
    let draft = Draft::new("Broken")
        .document(Document::from_bytes("broken.pdf", &b"%PDF-1.7 this is not one"[..]))
        .recipient(Recipient::signer("Ann Lee", ANN))
        .free_placement();
    let envelope = sent(&*provider, &draft).await;
    assert_eq!(envelope.status, EnvelopeStatus::Processing, "a 200 is acceptance, no more");
    world.settle();
    let seen = provider.get(&envelope.id).await.unwrap();
    assert_eq!((seen.status, seen.state.raw.as_str()), (EnvelopeStatus::Failed, "error_file"));
    let files = provider.download(&envelope.id, &What::Combined).await.unwrap_err();
    assert_eq!(files.kind(), ErrorKind::DocumentRejected, "{files}");
}

/// Rows: 11 FeatureOff, 15 4
#[tokio::test]
async fn binding_requests_meet_plan_and_quota_and_test_ones_do_not() {
    let world = World::new().await;
    let mut config = world.config();
    config.test_mode = false;
    let live = DropboxSign::connect(config, world.parts()).unwrap();
    world.control("plan", json!({"paid": false}));
    let refused = live.create(&lease(), &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::FeatureOff, "{refused}");
    sent(&*world.provider(), &lease()).await;
    let tests: Vec<_> = world.requests().iter().map(|request| request["test_mode"].clone()).collect();
    assert_eq!(tests, [json!(true)]);
}

/// Rows: 11 RateLimited, 12 reading budget
#[tokio::test]
async fn a_used_up_limit_is_told_with_its_end_and_sends_nothing() {
    let world = World::new().await;
    world.control("limits", json!({"standard": 100, "high": 100, "test": 2}));
    let provider = world.provider();
    for _ in 0..2 {
        sent(&*provider, &lease()).await;
    }
    let error = provider.create(&lease(), &CreateOptions::sent()).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::RateLimited, Some("exceeded_rate")), "{error}");
    assert!(error.retry_at().is_some());
    assert_eq!(world.requests().len(), 2);
    world.control.advance_clock(Duration::from_secs(60));
    sent(&*provider, &lease()).await;
    assert_eq!(world.requests().len(), 3);
}

#[tokio::test]
async fn a_refresh_token_works_as_the_key_does() {
    let world = World::new().await;
    let issued = world.control.provider("dropbox-sign", "POST", "tokens", &json!({})).unwrap();
    let secret = |name: &str| issued[name].as_str().unwrap().to_owned();
    let client_secret = world.emulator.ready().providers.dropbox_sign.client_secret.clone();
    for credentials in [
        Credentials::AccessToken(secret("access_token").into()),
        Credentials::Refresh {
            refresh_token: secret("refresh_token").into(),
            client_secret: client_secret.into(),
        },
    ] {
        let mut config = world.config();
        config.credentials = credentials;
        let provider = DropboxSign::connect(config, world.parts()).unwrap();
        let envelope = sent(&*provider, &lease()).await;
        assert_eq!(provider.get(&envelope.id).await.unwrap().id, envelope.id);
    }
}

#[tokio::test]
async fn the_doctor_names_what_is_wrong_with_a_profile() {
    let world = World::new().await;
    let ready = world.emulator.ready().providers.dropbox_sign.clone();
    let settings = |key: &str| {
        let key = key.to_owned();
        let values = [
            ("api_key", json!({"env": "KEY"})),
            ("test_mode", json!(true)),
            ("base_url", json!(ready.base_url_tls)),
        ];
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Settings::new("sign", values, ".", Arc::new(move |_| Some(key.clone())))
    };
    let good = DROPBOX_SIGN.diagnose(&settings(&ready.api_key), world.parts()).await;
    assert!(good.is_good(), "{good:#?}");
    assert_eq!(good.steps.len(), 5);
    let bad = DROPBOX_SIGN.diagnose(&settings("wrong"), world.parts()).await;
    let outcomes: Vec<_> = bad.steps.iter().map(|step| (step.name, step.outcome)).collect();
    assert_eq!(outcomes[..2], [("configuration", Outcome::Good), ("credentials", Outcome::Fault)]);
    assert!(bad.steps[1].remedy.is_some());
}

/// Whatever a test does, its traffic has to be as the contract says.
impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let violations = crate::contract::violations(&self.control);
            assert!(violations.is_empty(), "{violations:#?}");
        }
    }
}
