//! Adobe Acrobat Sign: the adapter through the client against the emulator's dialect.

pub mod patient;
mod sender;

use std::{sync::Arc, time::Duration};

use secrecy::ExposeSecret;
use serde_json::{Value, json};
use signbridge::secrecy;
use signbridge_adobe_sign::{ADOBE_SIGN, AdobeSign, Config, Credentials, Tier};
use signbridge_client::{Timeouts, TokioClock, reqwest::ReqwestTransport};
use signbridge_core::{
    Adapter, Addressee, Clock, CreateOptions, Document, Draft, EndedBy, EnvelopeStatus, ErrorKind, Field,
    IdempotencyKey, ListQuery, Parts, Provider, Recipient, RecipientStatus, Role, Settings,
    SigningLinkRequest, Voided, What,
};
use signbridge_emulator::{Action, Control, Emulator, Fault, FaultKind, Options};

use crate::world::{ANN, BOB, HastyClock, pdf};

struct Adobe {
    emulator: Emulator,
    control: Control,
}

impl Adobe {
    /// An account whose processing takes no time and that may be asked as often as one likes.
    async fn new() -> Self {
        let emulator = signbridge_emulator::start(Options::default()).await.unwrap();
        let control = emulator.control();
        let adobe = Self { emulator, control };
        adobe.set("timing", json!({"processing_ms": 0, "exposure_ms": 0, "index_ms": 0}));
        adobe.set("polling", json!({"rule": "off"}));
        adobe
    }

    fn set(&self, what: &str, body: Value) {
        self.control.provider("adobe-sign", "POST", what, &body).unwrap();
    }

    fn config(&self) -> Config {
        let ready = &self.emulator.ready().providers.adobe_sign;
        let mut config = Config::new(Credentials::Refresh {
            client_id: ready.client_id.clone(),
            client_secret: ready.client_secret.clone().into(),
            refresh_token: ready.refresh_token.clone().into(),
        });
        config.auth_url = Some(ready.auth_url_tls.parse().unwrap());
        config.base_url = Some(ready.base_url_tls.parse().unwrap());
        config.tier = Tier::Enterprise;
        config
    }

    fn parts(&self, clock: Arc<dyn Clock>) -> Parts {
        let ca = std::fs::read(&self.emulator.ready().ca_file).unwrap();
        let transport = ReqwestTransport::builder()
            .timeouts(&Timeouts::default())
            .root_certificate_pem(&ca)
            .build()
            .unwrap();
        Parts::new(Arc::new(transport), clock)
    }

    fn connect(&self, config: Config) -> Arc<dyn Provider> {
        AdobeSign::connect(config, self.parts(Arc::new(HastyClock::default()))).unwrap()
    }

    fn provider(&self) -> Arc<dyn Provider> {
        self.connect(self.config())
    }

    /// How many agreements ever left the state of a draft, by the emulator's count.
    fn sent(&self) -> usize {
        let draft = |status: &Value| matches!(status.as_str(), Some("DRAFT" | "AUTHORING"));
        let ours =
            self.control.envelopes().into_iter().filter(|one| one.get("participantSetsInfo").is_some());
        ours.filter(|one| !draft(&one["status"])).count()
    }
}

fn key(text: &str) -> IdempotencyKey {
    text.parse().unwrap()
}

/// A lease for two signers one after another and a copy; two documents, a field on each.
fn lease() -> Draft {
    Draft::new("Lease of flat 7")
        .message("Please sign until Friday.")
        .document(Document::from_bytes("lease.pdf", pdf("The lease.", 100)))
        .document(Document::from_bytes("terms.pdf", pdf("The terms.", 100)))
        .recipient(
            Recipient::signer("Ann Lee", ANN)
                .order(3)
                .field(Field::signature().at(1, 72.0, 600.0))
                .field(Field::date_signed().on_document(2).at(1, 300.0, 100.0)),
        )
        .recipient(
            Recipient::signer("Bob Ray", BOB)
                .order(7)
                .field(Field::signature().on_document(2).at(1, 72.0, 600.0)),
        )
        .recipient(Recipient::carbon_copy("Cy Dee", "cy.dee@example.com").order(9))
        .reminders(2, 7)
}

async fn bytes(download: signbridge_core::Download) -> Vec<u8> {
    let mut all = Vec::new();
    let mut chunks = download.chunks;
    while let Some(chunk) = chunks.next().await {
        all.extend_from_slice(&chunk.unwrap());
    }
    all
}

/// Rows: 1 From InProgress, 2 Viewed, 2 Completed, 9 get, 9 remind now, 9 download combined, 9 certificate, 12 RecipientViewed, 12 RecipientCompleted, 12 EnvelopeCompleted
#[tokio::test]
async fn an_agreement_is_sent_signed_and_downloaded() {
    let adobe = Adobe::new().await;
    let provider = adobe.provider();
    let sent = provider.create(&lease(), &CreateOptions::sent()).await.unwrap();
    let running = provider.get(&sent.id).await.unwrap();
    assert_eq!((&running.status, running.subject.as_str()), (&EnvelopeStatus::InProgress, "Lease of flat 7"));
    assert_eq!(running.recipient(ANN).unwrap().status, RecipientStatus::Active);
    assert_eq!(running.recipient(BOB).unwrap().status, RecipientStatus::Waiting);
    assert_eq!((running.recipient(ANN).unwrap().order, running.recipient(BOB).unwrap().order), (1, 2));
    assert!(running.expires_at.is_some() && running.sent_at.is_some() && running.created_at.is_some());
    adobe.control.act(&sent.id, ANN, Action::View, None).unwrap();
    let viewed = provider.get(&sent.id).await.unwrap();
    assert_eq!(viewed.recipient(ANN).unwrap().status, RecipientStatus::Viewed);
    adobe.control.act(&sent.id, ANN, Action::Sign, None).unwrap();
    let half = provider.get(&sent.id).await.unwrap();
    assert_eq!(half.recipient(ANN).unwrap().status, RecipientStatus::Completed);
    assert_eq!(half.recipient(BOB).unwrap().status, RecipientStatus::Active);
    provider.remind(&sent.id).await.unwrap();
    provider.remind_one(&sent.id, &Addressee::new(BOB)).await.unwrap();
    let early = provider.remind_one(&sent.id, &Addressee::new(ANN)).await.unwrap_err();
    assert_eq!(early.kind(), ErrorKind::InvalidState, "she has signed: {early}");
    let nobody = provider.remind_one(&sent.id, &Addressee::new("nobody@example.com")).await.unwrap_err();
    assert_eq!(nobody.kind(), ErrorKind::InvalidInput);
    adobe.control.act(&sent.id, BOB, Action::Sign, None).unwrap();
    let done = provider.get(&sent.id).await.unwrap();
    assert_eq!(
        (&done.status, done.state.ended_by.as_ref()),
        (&EnvelopeStatus::Completed, Some(&EndedBy::Recipient))
    );
    assert!(done.recipient(BOB).unwrap().completed_at.is_some() && done.ended_at.is_some());
    assert_eq!(provider.remind(&sent.id).await.unwrap_err().kind(), ErrorKind::InvalidState);

    let documents = provider.documents(&sent.id).await.unwrap();
    assert_eq!(
        documents.iter().map(|one| (one.name.as_str(), one.pages)).collect::<Vec<_>>(),
        [("lease.pdf", Some(1)), ("terms.pdf", Some(1))]
    );
    let combined = bytes(provider.download(&sent.id, &What::Combined).await.unwrap()).await;
    let signed = lopdf::Document::load_mem(&combined).unwrap();
    assert_eq!(signed.get_pages().len(), 2, "no signature page was added");
    for what in [What::Certificate, What::Document(documents[0].id.clone())] {
        assert!(bytes(provider.download(&sent.id, &what).await.unwrap()).await.starts_with(b"%PDF"));
    }
    assert_eq!(provider.download(&sent.id, &What::Archive).await.unwrap_err().kind(), ErrorKind::Unsupported);
    let missing = provider.download(&sent.id, &What::Document("nobody".into())).await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
    assert!(!provider.audit(&sent.id).await.unwrap().is_empty());
    assert_eq!(provider.get("CBJnobody").await.unwrap_err().kind(), ErrorKind::NotFound);
}

/// Rows: 9 create draft, 15 9, 1 From Processing
#[tokio::test]
async fn the_placed_fields_are_where_the_draft_says() {
    let adobe = Adobe::new().await;
    let provider = adobe.provider();
    let draft = provider.create(&lease(), &CreateOptions::draft()).await.unwrap();
    assert_eq!(draft.status, EnvelopeStatus::Draft);
    let request =
        http::Request::get(format!("/agreements/{}/formFields", draft.id)).body(bytes::Bytes::new()).unwrap();
    let answer = provider.raw(request).await.unwrap();
    let fields: Value = serde_json::from_slice(answer.body()).unwrap();
    let places: Vec<_> = fields["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| {
            let place = &field["locations"][0];
            (
                place["pageNumber"].as_u64().unwrap(),
                place["left"].as_f64().unwrap(),
                place["top"].as_f64().unwrap(),
            )
        })
        .collect();
    // The second document's page is the second of the combined one; `top` counts from the bottom of 792 points.
    assert_eq!(places, [(1, 72.0, 192.0), (2, 300.0, 692.0), (2, 72.0, 192.0)]);
    provider.send(&draft.id).await.unwrap();
    assert_eq!(provider.send(&draft.id).await.unwrap_err().kind(), ErrorKind::InvalidState);
    assert_eq!(adobe.sent(), 1);
}

/// Rows: 1 From InProgress, 1 From terminal, 12 EnvelopeExpired, 12 RecipientDeclined, 15 1
#[tokio::test]
async fn who_ended_it_is_told_apart() {
    let adobe = Adobe::new().await;
    let provider = adobe.provider();
    let declined = provider.create(&lease(), &CreateOptions::sent()).await.unwrap();
    adobe.control.act(&declined.id, ANN, Action::Decline, Some("too expensive")).unwrap();
    let seen = provider.get(&declined.id).await.unwrap();
    assert_eq!(
        (&seen.status, seen.state.ended_by.as_ref()),
        (&EnvelopeStatus::Declined, Some(&EndedBy::Recipient))
    );
    assert_eq!(seen.state.reason.as_deref(), Some("too expensive"));
    let ann = seen.recipient(ANN).unwrap();
    assert_eq!(
        (&ann.status, ann.declined_reason.as_deref()),
        (&RecipientStatus::Declined, Some("too expensive"))
    );

    let voided = provider.create(&lease(), &CreateOptions::sent()).await.unwrap();
    assert_eq!(provider.void(&voided.id, "wrong price").await.unwrap(), Voided::Accepted);
    let seen = provider.get(&voided.id).await.unwrap();
    assert_eq!((&seen.status, seen.state.reason.as_deref()), (&EnvelopeStatus::Voided, Some("wrong price")));
    assert_eq!(provider.void(&voided.id, "again").await.unwrap_err().kind(), ErrorKind::InvalidState);

    let short = lease().reminders(1, 1).expires_after_days(1);
    let expired = provider.create(&short, &CreateOptions::sent()).await.unwrap();
    let broken = Draft::new("Broken")
        .document(Document::from_bytes("broken.pdf", &b"%PDF-1.4 and nothing that could be converted"[..]))
        .recipient(Recipient::new(Role::Approver, "Ann", ANN));
    let broken = provider.create(&broken, &CreateOptions::sent()).await.unwrap();
    let seen = provider.get(&broken.id).await.unwrap();
    assert_eq!(
        (&seen.status, seen.state.ended_by.as_ref()),
        (&EnvelopeStatus::Failed, Some(&EndedBy::Provider))
    );
    let listed = |status: EnvelopeStatus| {
        let mut query = ListQuery::default();
        query.statuses = vec![status];
        let provider = &provider;
        async move { provider.list(&query).await.unwrap().items.into_iter().map(|one| one.id).collect::<Vec<_>>() }
    };
    assert_eq!(listed(EnvelopeStatus::Declined).await, [declined.id]);
    assert_eq!(listed(EnvelopeStatus::Voided).await, [voided.id]);
    adobe.control.advance_clock(Duration::from_secs(86_500));
    let seen = provider.get(&expired.id).await.unwrap();
    assert_eq!(
        (&seen.status, seen.state.ended_by.as_ref()),
        (&EnvelopeStatus::Expired, Some(&EndedBy::Time))
    );
}

/// Rows: 5 Embedded, 5 None, 5 link needs
#[tokio::test]
async fn embedded_signers_get_links_and_no_mail() {
    let adobe = Adobe::new().await;
    let provider = adobe.provider();
    let mut draft = lease();
    draft.recipients.truncate(2);
    draft.recipients.iter_mut().for_each(|one| one.delivery = signbridge_core::Delivery::Embedded);
    let sent = provider.create(&draft, &CreateOptions::sent()).await.unwrap();
    let link = provider.signing_link(&sent.id, &SigningLinkRequest::new(ANN)).await.unwrap();
    assert!(link.url.expose_secret().starts_with("https://127.0.0.1"), "the link is the provider's");
    let early = provider.signing_link(&sent.id, &SigningLinkRequest::new(BOB)).await.unwrap_err();
    assert_eq!(early.kind(), ErrorKind::NotReady);
    let seen = provider.get(&sent.id).await.unwrap();
    assert!(seen.recipients.iter().all(|one| one.embedded));
    assert_eq!(adobe.control.envelope(&sent.id).unwrap()["mails"], json!([]));
}

/// Rows: 9 find by own reference, 15 23, 11 Transport
#[tokio::test]
async fn with_a_key_every_single_failure_ends_in_one_sent_agreement() {
    for (method, path) in [
        ("GET", "/agreements"),
        ("POST", "/transientDocuments"),
        ("POST", "/agreements"),
        ("GET", "/pagesInfo"),
        ("PUT", "/formFields"),
        ("PUT", "/state"),
    ] {
        for kind in [FaultKind::CutBefore, FaultKind::CutAfter, FaultKind::StatusAfter { status: 503 }] {
            let adobe = Adobe::new().await;
            let provider = adobe.provider();
            adobe.control.add_fault(Fault::on(method, path, kind.clone()));
            let options = CreateOptions::sent().key(key("order-7"));
            // What breaks while fields are set is taken up by the same key, as the error says.
            let mut sent = provider.create(&lease(), &options).await;
            if sent.is_err() {
                sent = provider.create(&lease(), &options).await;
            }
            let sent = sent.unwrap_or_else(|error| panic!("{kind:?} at {method} {path}: {error}"));
            assert_eq!(adobe.sent(), 1, "{kind:?} at {method} {path}");
            assert!(adobe.control.faults().is_empty(), "the fault struck: {kind:?} at {method} {path}");
            let again = provider.create(&lease(), &options).await.unwrap();
            assert_eq!((again.id, adobe.sent()), (sent.id, 1), "{kind:?} at {method} {path}");
            assert_eq!(provider.find(&key("order-7")).await.unwrap().unwrap().digest, again.digest);
            let other = provider.create(&lease().message("Another text."), &options).await.unwrap_err();
            assert_eq!(other.kind(), ErrorKind::KeyConflict);
        }
    }
}

#[tokio::test]
async fn the_account_moves_and_the_token_dies_without_anybody_noticing() {
    let adobe = Adobe::new().await;
    let provider = adobe.provider();
    let sent = provider.create(&lease(), &CreateOptions::sent()).await.unwrap();
    adobe.set("shard", json!({"shard": "eu2"}));
    assert_eq!(provider.get(&sent.id).await.unwrap().status, EnvelopeStatus::InProgress);
    adobe.control.provider("adobe-sign", "DELETE", "tokens", &json!({})).unwrap();
    assert_eq!(provider.get(&sent.id).await.unwrap().status, EnvelopeStatus::InProgress);

    let ready = adobe.emulator.ready().providers.adobe_sign.clone();
    let mut by_key = Config::new(Credentials::IntegrationKey(ready.integration_key.into()));
    by_key.base_url = adobe.config().base_url;
    let by_key = adobe.connect(by_key);
    assert_eq!(by_key.get(&sent.id).await.unwrap().id, sent.id);

    adobe.set("users", json!({"name": "Dee Roe", "email": "dee.roe@example.com"}));
    let dee = provider.acting_as("dee.roe@example.com").unwrap();
    let hers = dee.create(&lease(), &CreateOptions::sent()).await.unwrap();
    assert_eq!(dee.get(&hers.id).await.unwrap().id, hers.id);
    let nobody = provider.acting_as("nobody@example.com").unwrap().get(&sent.id).await.unwrap_err();
    assert_eq!(nobody.kind(), ErrorKind::Forbidden, "{nobody}");
}

/// Rows: 1 Processing, 12 reading budget
#[tokio::test]
async fn asynchronous_processing_is_waited_for_within_the_polling_rule() {
    let adobe = Adobe::new().await;
    adobe.set("timing", json!({"processing_ms": 400, "exposure_ms": 200, "index_ms": 1000}));
    adobe.set("polling", json!({"rule": "three_per_minute"}));
    let clock: Arc<dyn Clock> = Arc::new(TokioClock);
    let provider = AdobeSign::connect(adobe.config(), adobe.parts(clock)).unwrap();
    let options = CreateOptions::sent().key(key("order-8"));
    let sent = provider.create(&lease(), &options).await.unwrap();
    assert_eq!(sent.status, EnvelopeStatus::Processing, "accepted is not sent");
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(provider.get(&sent.id).await.unwrap().status, EnvelopeStatus::InProgress);
    assert_eq!(adobe.sent(), 1);
}

/// Rows: 11 RateLimited, 12 reading budget
#[tokio::test]
async fn a_look_that_comes_too_early_says_when_to_come_again() {
    let adobe = Adobe::new().await;
    let provider = adobe.provider();
    let sent = provider.create(&lease(), &CreateOptions::sent()).await.unwrap();
    adobe.set("polling", json!({"rule": "once_per_ten_minutes"}));
    provider.get(&sent.id).await.unwrap();
    let error = provider.get(&sent.id).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    let wait = error.retry_at().unwrap() - chrono::Utc::now();
    assert!(wait > chrono::TimeDelta::minutes(9), "{wait}");
}

#[tokio::test]
async fn the_doctor_names_what_is_wrong() {
    let adobe = Adobe::new().await;
    let ready = adobe.emulator.ready().providers.adobe_sign.clone();
    let settings = |refresh_token: &str| {
        let values = json!({
            "client_id": ready.client_id, "client_secret": {"env": "SECRET"}, "refresh_token": {"env": "REFRESH"},
            "auth_url": ready.auth_url, "base_url": ready.base_url, "tier": "enterprise"});
        let (secret, refresh) = (ready.client_secret.clone(), refresh_token.to_owned());
        let environment = move |name: &str| match name {
            "SECRET" => Some(secret.clone()),
            "REFRESH" => Some(refresh.clone()),
            _ => None,
        };
        Settings::new("as", serde_json::from_value(values).unwrap(), ".", Arc::new(environment))
    };
    let parts = || adobe.parts(Arc::new(HastyClock::default()));
    let good = ADOBE_SIGN.diagnose(&settings(&ready.refresh_token), parts()).await;
    assert!(good.is_good() && good.steps.len() == 4, "{good:?}");
    let bad = ADOBE_SIGN.diagnose(&settings("3AAAforgotten"), parts()).await;
    let fault = bad.steps.iter().find(|step| step.name == "token").unwrap();
    assert!(!bad.is_good() && fault.remedy.as_ref().unwrap().contains("consent again"), "{bad:?}");
    assert!(!format!("{bad:?}").contains("3AAAforgotten"));
}

/// Rows: 15 15
#[tokio::test]
async fn text_in_a_file_that_acts_by_itself_is_found_before_sending() {
    let adobe = Adobe::new().await;
    let provider = adobe.provider();
    let noted = |text: &'static str| {
        let provider = Arc::clone(&provider);
        let mut draft = lease();
        draft.documents[1] = Document::from_bytes("terms.pdf", pdf(text, 100));
        async move {
            let report = provider.check(&draft).await.unwrap();
            assert!(report.is_sendable(), "{report:?}");
            report.findings.into_iter().any(|one| one.path == "documents[1]" && one.message.contains("_es_"))
        }
    };
    assert!(noted("Sign: {{Sig_es_:signer1:signature}}").await);
    assert!(!noted("Sign: {{signature}}").await);
}

#[tokio::test]
async fn a_condition_names_a_field_with_a_place_whose_value_is_known() {
    let adobe = Adobe::new().await;
    let child = || Field::text("child").at(1, 300.0, 300.0).shown_if("parent", "true");
    let refused = |parent: Field| {
        let provider = adobe.provider();
        let mut draft = lease();
        draft.recipients[0].fields.extend([parent.named("parent"), child()]);
        async move {
            let report = provider.check(&draft).await.unwrap();
            report.refusals().any(|one| one.path.ends_with(".condition"))
        }
    };
    assert!(!refused(Field::text("parent").at(1, 300.0, 200.0)).await);
    assert!(refused(Field::text("parent").at_anchor("Sign here:", 0.0, 0.0)).await);
    assert!(refused(Field::checkbox("parent").at(1, 300.0, 200.0).optional()).await);
}

/// Whatever a test does, its traffic has to be as the contract says.
impl Drop for Adobe {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let violations = crate::contract::violations(&self.control);
            assert!(violations.is_empty(), "{violations:#?}");
        }
    }
}
