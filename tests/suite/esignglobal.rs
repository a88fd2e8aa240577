//! eSignGlobal: the adapter against the dialect, with the state at the emulator as the witness.

mod people;
mod templates;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bytes::Bytes;
use http::Request;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use signbridge::secrecy;
use signbridge_client::{Timeouts, reqwest::ReqwestTransport};
use signbridge_core::{
    Adapter, Addressee, Authentication, Correction, CreateOptions, Delivery, Document, Download, Draft,
    EndedBy, EnvelopeStatus, ErrorKind, Field, IdempotencyKey, ListQuery, Outcome, Parts, Provider,
    Recipient, RecipientChange, RecipientStatus, Settings, SigningLinkRequest, Voided, What,
};
use signbridge_emulator::{Action, Control, Emulator, Fault, FaultKind, Options};
use signbridge_esignglobal::{Config, DataCenter, ESIGNGLOBAL, ESignGlobal};

use crate::world::{ANN, BOB, HastyClock, pdf};

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

    fn parts(&self) -> Parts {
        let ca = std::fs::read(&self.emulator.ready().ca_file).unwrap();
        let transport = ReqwestTransport::builder()
            .timeouts(&Timeouts::default())
            .root_certificate_pem(&ca)
            .build()
            .unwrap();
        Parts::new(Arc::new(transport), Arc::new(HastyClock::default()))
    }

    fn provider_with(&self, allowed: &[&str]) -> Arc<dyn Provider> {
        let ready = &self.emulator.ready().providers.esignglobal;
        let mut config =
            Config::new(DataCenter::Sml, ready.app_id.clone(), ready.app_secret.clone()).unwrap();
        config.base_url = ready.base_url_tls.parse().unwrap();
        config.allow_unverified = allowed.iter().map(|word| (*word).to_owned()).collect();
        ESignGlobal::connect(config, self.parts())
    }

    fn provider(&self) -> Arc<dyn Provider> {
        self.provider_with(&[])
    }

    /// The operations asked for, in their order.
    fn asked(&self) -> Vec<String> {
        self.control.journal().iter().filter_map(|entry| entry.operation.clone()).collect()
    }

    fn sent(&self) -> usize {
        self.control.envelopes().len()
    }
}

fn offer() -> Draft {
    Draft::new("Offer")
        .message("Please sign until Friday.")
        .document(Document::from_bytes("offer.pdf", pdf("The offer.", 100)))
        .recipient(Recipient::signer("Ann Lee", ANN))
        .recipient(Recipient::carbon_copy("Bob Ray", BOB))
        .metadata("case", "4/2")
        .free_placement()
}

async fn bytes(download: Download) -> Vec<u8> {
    let mut all = Vec::new();
    let mut chunks = download.chunks;
    while let Some(chunk) = chunks.next().await {
        all.extend_from_slice(&chunk.unwrap());
    }
    all
}

fn key(text: &str) -> IdempotencyKey {
    text.parse().unwrap()
}

/// Rows: 3 Signer, 3 CarbonCopy, 5 Email, 9 send now, 9 get, 9 expiry at creation, 9 download combined, 9 archive,
/// 9 single document, 9 certificate, 9 metadata, 11 NotReady, 15 6, 15 21
#[tokio::test]
async fn an_offer_is_sent_signed_and_downloaded() {
    let world = World::new().await;
    let provider = world.provider();
    let sent = provider.create(&offer(), &CreateOptions::sent()).await.unwrap();
    assert_eq!(sent.status, EnvelopeStatus::InProgress);
    assert_eq!(
        world.asked(),
        [
            "POST /esignglobal/v1/oauth2/accessToken",
            "POST /esignglobal/v1/files/getUploadUrl",
            "PUT /upload/{secret}",
            "POST /esignglobal/v1/envelope/createAndStart",
        ]
    );
    let there = world.control.envelope(&sent.id).unwrap();
    assert_eq!(there["documents"][0]["name"], "offer.pdf");
    assert_eq!(there["documents"][0]["length"], pdf("The offer.", 100).len());
    assert_eq!(there["mails"][0]["to"], ANN);

    let running = provider.get(&sent.id).await.unwrap();
    assert_eq!(running.recipient(ANN).unwrap().status, RecipientStatus::Active);
    assert_eq!(running.recipient(BOB).unwrap().role, "cc");
    let nothing = RecipientStatus::Other("not_reported".into());
    assert_eq!(running.recipient(BOB).unwrap().status, nothing, "a copy is neither read nor completed");
    assert_eq!(running.metadata["case"], "4/2");
    assert!(running.expires_at.is_some(), "expiry is always written");
    assert_eq!(running.documents.len(), 1);
    let early = provider.download(&sent.id, &What::Combined).await.unwrap_err();
    assert_eq!(early.kind(), ErrorKind::NotReady);
    assert_eq!(provider.download(&sent.id, &What::Archive).await.unwrap_err().kind(), ErrorKind::NotReady);

    world.control.act(&sent.id, ANN, Action::Sign, None).unwrap();
    let done = provider.get(&sent.id).await.unwrap();
    assert_eq!(done.status, EnvelopeStatus::Completed);
    assert!(done.ended_at.is_some() && done.recipient(ANN).unwrap().completed_at.is_some());

    let documents = provider.documents(&sent.id).await.unwrap();
    let ids: Vec<_> = documents.iter().map(|one| (one.id.as_str(), one.name.as_str(), one.content)).collect();
    assert_eq!(ids, [("contract-1", "offer.pdf", true), ("certificate-1", "certificate.pdf", false)]);
    let combined = provider.download(&sent.id, &What::Combined).await.unwrap();
    assert_eq!(
        (combined.name.as_deref(), combined.content_type.as_str()),
        (Some("offer.pdf"), "application/pdf")
    );
    let signed = lopdf::Document::load_mem(&bytes(combined).await).unwrap();
    assert!(signed.extract_text(&[1]).unwrap().contains("Ann Lee"), "the signature is on the page");
    assert!(bytes(provider.download(&sent.id, &What::Archive).await.unwrap()).await.starts_with(b"PK"));
    let certificate = provider.download(&sent.id, &What::Certificate).await.unwrap();
    assert!(bytes(certificate).await.starts_with(b"%PDF"));
    let one = provider.download(&sent.id, &What::Document("contract-1".into())).await.unwrap();
    assert!(bytes(one).await.starts_with(b"%PDF"));
    let missing = provider.download(&sent.id, &What::Document("contract-2".into())).await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
}

/// Rows: 1 From InProgress, 1 From terminal, 2 Declined, 2 Expired, 2 Cancelled, 9 void, 11 InvalidState
#[tokio::test]
async fn who_declines_who_cancels_and_what_time_does_is_told_apart() {
    let world = World::new().await;
    let provider = world.provider();
    let declined = provider.create(&offer(), &CreateOptions::sent()).await.unwrap();
    world.control.act(&declined.id, ANN, Action::Decline, Some("too dear")).unwrap();
    let seen = provider.get(&declined.id).await.unwrap();
    assert_eq!(
        (&seen.status, seen.state.ended_by.as_ref()),
        (&EnvelopeStatus::Declined, Some(&EndedBy::Recipient))
    );
    assert_eq!(seen.state.reason.as_deref(), Some("too dear"));
    assert_eq!(seen.recipient(ANN).unwrap().status, RecipientStatus::Declined);

    let cancelled = provider.create(&offer(), &CreateOptions::sent()).await.unwrap();
    assert_eq!(provider.void(&cancelled.id, " ").await.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(provider.void(&cancelled.id, "wrong price").await.unwrap(), Voided::Done);
    let seen = provider.get(&cancelled.id).await.unwrap();
    assert_eq!(
        (&seen.status, seen.state.ended_by.as_ref()),
        (&EnvelopeStatus::Voided, Some(&EndedBy::Sender))
    );
    assert_eq!(seen.state.reason.as_deref(), Some("wrong price"));
    assert_eq!(provider.void(&cancelled.id, "again").await.unwrap_err().kind(), ErrorKind::InvalidState);
    let own = seen.recipient(ANN).unwrap();
    assert_eq!(
        (&own.status, own.raw_status.as_str()),
        (&RecipientStatus::Active, "1"),
        "only the envelope tells"
    );
    assert!(world.control.act(&cancelled.id, ANN, Action::Sign, None).is_err());
    assert_eq!(provider.get(&cancelled.id).await.unwrap().status, EnvelopeStatus::Voided);
    let ended = provider.download(&cancelled.id, &What::Archive).await.unwrap_err();
    assert_eq!(ended.kind(), ErrorKind::InvalidState);

    let expired = provider.create(&offer().expires_after_days(1), &CreateOptions::sent()).await.unwrap();
    world.control.advance_clock(Duration::from_secs(86_400));
    let seen = provider.get(&expired.id).await.unwrap();
    assert_eq!(
        (&seen.status, seen.state.ended_by.as_ref()),
        (&EnvelopeStatus::Expired, Some(&EndedBy::Time))
    );
    assert_eq!(seen.recipient(ANN).unwrap().status, RecipientStatus::Active, "only the envelope tells");
    assert_eq!(provider.void(&expired.id, "late").await.unwrap_err().kind(), ErrorKind::InvalidState);
}

/// Rows: 11 Unavailable
#[tokio::test]
async fn a_doubtful_cancel_is_looked_into() {
    let world = World::new().await;
    let provider = world.provider();
    for kind in [FaultKind::CutAfter, FaultKind::StatusAfter { status: 503 }] {
        let sent = provider.create(&offer(), &CreateOptions::sent()).await.unwrap();
        world.control.add_fault(Fault::on("POST", "/envelope/cancel", kind));
        assert_eq!(provider.void(&sent.id, "wrong").await.unwrap(), Voided::Done);
    }
    let sent = provider.create(&offer(), &CreateOptions::sent()).await.unwrap();
    world.control.add_fault(Fault::on("POST", "/envelope/cancel", FaultKind::StatusInstead { status: 503 }));
    assert_eq!(provider.void(&sent.id, "wrong").await.unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(provider.get(&sent.id).await.unwrap().status, EnvelopeStatus::InProgress);
}

/// Rows: 3 order base, 3 parallel inside a sequence, 5 Embedded, 5 mixed Embedded and Email, 5 None, 5 link needs,
/// 5 link lifetime, 5 return URL, 9 signing link, 15 11, 15 24
#[tokio::test]
async fn an_embedded_signer_gets_a_link_when_it_is_his_turn() {
    let world = World::new().await;
    let provider = world.provider();
    let mut draft = offer().return_url("https://app.example/done".parse().unwrap());
    draft.recipients = vec![
        Recipient::signer("Ann Lee", ANN).embedded().access_code("AB12").order(3),
        Recipient::signer("Bob Ray", BOB).embedded().order(7),
        Recipient::signer("Cy", "cy@example.com").order(7),
    ];
    let sent = provider.create(&draft, &CreateOptions::sent()).await.unwrap();
    let state = world.control.envelope(&sent.id).unwrap();
    assert_eq!(state["mailCount"], 0, "nobody is mailed whose turn it is not, nor who is shown his link");
    let orders: Vec<_> = (0..3).map(|at| state["signerInfos"][at]["signOrder"].clone()).collect();
    assert_eq!(orders, ["1", "2", "2"], "ranks from 1 without a gap");
    let link = |email: &'static str| {
        let provider = Arc::clone(&provider);
        let id = sent.id.clone();
        async move { provider.signing_link(&id, &SigningLinkRequest::new(email)).await }
    };
    let his = link(ANN).await.unwrap();
    assert!(his.url.expose_secret().contains("dosign?envelopeId="));
    assert_eq!(his.expires_at, None, "how long it lives is not documented");
    assert_eq!(link(BOB).await.unwrap_err().kind(), ErrorKind::NotReady);
    assert_eq!(link("cy@example.com").await.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(link("nobody@example.com").await.unwrap_err().kind(), ErrorKind::InvalidInput);
    let elsewhere = SigningLinkRequest::new(ANN).return_url("https://other.example".parse().unwrap());
    let refused = provider.signing_link(&sent.id, &elsewhere).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unsupported);
    let same = SigningLinkRequest::new(ANN).return_url("https://app.example/done".parse().unwrap());
    provider.signing_link(&sent.id, &same).await.unwrap();

    let seen = provider.get(&sent.id).await.unwrap();
    assert!(seen.recipient(ANN).unwrap().embedded && !seen.recipient("cy@example.com").unwrap().embedded);
    assert!(
        !serde_json::to_string(&seen).unwrap().contains("AB12"),
        "the code comes back and goes no further"
    );
    world.control.act(&sent.id, ANN, Action::Sign, None).unwrap();
    assert_eq!(link(ANN).await.unwrap_err().kind(), ErrorKind::InvalidState);
    link(BOB).await.unwrap();
    let mails = world.control.envelope(&sent.id).unwrap()["mails"].clone();
    assert_eq!((mails.as_array().unwrap().len(), &mails[0]["to"]), (1, &json!("cy@example.com")));
}

/// Rows: 11 OutcomeUnknown, 15 23
#[tokio::test]
async fn doubt_while_sending_never_ends_in_two_envelopes() {
    let kinds = [
        (FaultKind::CutBefore, 0),
        (FaultKind::CutAfter, 1),
        (FaultKind::CutAnswer, 1),
        (FaultKind::StatusAfter { status: 503 }, 1),
        (FaultKind::StatusInstead { status: 503 }, 0),
    ];
    for (kind, sent) in kinds {
        let world = World::new().await;
        let provider = world.provider();
        world.control.add_fault(Fault::on("POST", "/envelope/createAndStart", kind.clone()));
        let options = CreateOptions::sent().key(key("order-7"));
        let error = provider.create(&offer(), &options).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{kind:?}: {error}");
        assert_eq!(error.idempotency_key(), Some("order-7"));
        assert!(error.to_string().contains("new key"), "the remedy is not to repeat: {error}");
        assert_eq!(world.sent(), sent, "{kind:?}");
        // The same key again is not sent again, and another draft is refused.
        let asked = world.asked().len();
        let again = provider.create(&offer(), &options).await.unwrap_err();
        assert_eq!(again.kind(), ErrorKind::OutcomeUnknown);
        assert_eq!(world.asked().len(), asked, "nothing is asked");
        let other = provider.create(&offer().message("other"), &options).await.unwrap_err();
        assert_eq!(other.kind(), ErrorKind::KeyConflict);
        assert_eq!(world.sent(), sent, "{kind:?}");
    }
}

#[tokio::test]
async fn doubt_while_uploading_is_repeated() {
    for kind in [
        FaultKind::CutBefore,
        FaultKind::CutAfter,
        FaultKind::CutAnswer,
        FaultKind::StatusAfter { status: 503 },
        FaultKind::StatusInstead { status: 503 },
    ] {
        for (method, path) in [("POST", "/files/getUploadUrl"), ("PUT", "/upload/")] {
            let world = World::new().await;
            let provider = world.provider();
            world.control.add_fault(Fault::on(method, path, kind.clone()));
            let options = CreateOptions::sent().key(key("order-7"));
            let sent = provider
                .create(&offer(), &options)
                .await
                .unwrap_or_else(|error| panic!("{kind:?} {path}: {error}"));
            assert!(world.control.faults().is_empty());
            let again = provider.create(&offer(), &options).await.unwrap();
            assert_eq!(again.id, sent.id, "one key, one envelope");
            assert_eq!(world.sent(), 1);
        }
    }
}

#[tokio::test]
async fn a_refused_key_may_be_used_again() {
    let world = World::new().await;
    let provider = world.provider();
    let options = CreateOptions::sent().key(key("order-7"));
    let mut broken = offer();
    broken.documents = vec![Document::from_bytes("offer.pdf", &b"%PDF-1.4 broken"[..])];
    let refused = provider.create(&broken, &options).await.unwrap_err();
    assert_eq!((refused.kind(), refused.code()), (ErrorKind::InvalidInput, Some("1")));
    provider.create(&offer(), &options).await.unwrap();
    assert_eq!(world.sent(), 1);
}

#[tokio::test]
async fn a_dead_token_is_replaced_once() {
    let world = World::new().await;
    let provider = world.provider();
    let sent = provider.create(&offer(), &CreateOptions::sent()).await.unwrap();
    provider.get(&sent.id).await.unwrap();
    let issued =
        || world.control.provider("esignglobal", "GET", "tokens", &json!({})).unwrap()["issued"].clone();
    assert_eq!(issued(), 1);
    world.control.provider("esignglobal", "DELETE", "tokens", &json!({})).unwrap();
    provider.get(&sent.id).await.unwrap();
    assert_eq!(issued(), 2);
}

/// Rows: 9 send draft, 9 list, 9 remind now, 9 resend mail, 9 find by own reference, 9 audit events,
/// 9 correct in flight, 9 change authentication in flight, 9 replace signer, 9 extend expiry, 9 delete draft,
/// 9 purge finished, 9 form data, 9 template create, 9 quota, 11 Unsupported, 2 Replaced
#[tokio::test]
async fn what_is_not_there_is_refused_without_a_request() {
    let world = World::new().await;
    let provider = world.provider();
    let correct = async |change| {
        provider.correct("x", &Correction::new().change(change)).await.map(|_| ()).unwrap_err()
    };
    let copy = Recipient::carbon_copy("Cy", "cy@example.com");
    let kinds = [
        provider.send("x").await.map(|_| ()).unwrap_err(),
        provider.remind("x").await.unwrap_err(),
        provider.list(&ListQuery::default()).await.map(|_| ()).unwrap_err(),
        provider.find(&key("k")).await.map(|_| ()).unwrap_err(),
        provider.audit("x").await.map(|_| ()).unwrap_err(),
        provider.acting_as("x").map(|_| ()).unwrap_err(),
        correct(RecipientChange::of(ANN).name("Ann Ray")).await,
        correct(RecipientChange::of(ANN).email(BOB)).await,
        correct(RecipientChange::of(ANN).authenticated_by(Authentication::EmailOtp)).await,
        provider.correct("x", &Correction::new().expires_after_days(5)).await.map(|_| ()).unwrap_err(),
        provider.correct("x", &Correction::new().recipient(copy)).await.map(|_| ()).unwrap_err(),
        provider.correct("x", &Correction::new().remove(Addressee::new(ANN))).await.map(|_| ()).unwrap_err(),
        provider.delete_draft("x").await.unwrap_err(),
        provider.purge("x").await.unwrap_err(),
        provider.form_data("x").await.map(|_| ()).unwrap_err(),
        provider.create_template(&offer()).await.map(|_| ()).unwrap_err(),
        provider.quota().await.map(|_| ()).unwrap_err(),
    ];
    for error in kinds {
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        assert!(
            error.to_string().contains("documented") || error.to_string().contains("app acts"),
            "{error}"
        );
    }
    let mut placed = offer();
    placed.free_placement = false;
    placed.recipients[0] = Recipient::signer("Ann Lee", ANN).field(Field::signature().at(1, 72.0, 600.0));
    let refused = provider.create(&placed, &CreateOptions::sent()).await.unwrap_err();
    assert!(refused.to_string().contains("allow_unverified = [\"coordinates\"]"), "{refused}");
    let anchored = Recipient::signer("Ann Lee", ANN).field(Field::signature().at_anchor("Sign", 0.0, 0.0));
    placed.recipients[0] = anchored;
    assert_eq!(
        provider.create(&placed, &CreateOptions::sent()).await.unwrap_err().kind(),
        ErrorKind::Unsupported
    );
    assert!(world.control.journal().is_empty());
}

#[tokio::test]
async fn coordinates_go_out_once_the_profile_accepts_them() {
    let world = World::new().await;
    let provider = world.provider_with(&["coordinates"]);
    let mut placed = offer();
    placed.free_placement = false;
    placed.recipients[0] = Recipient::signer("Ann Lee", ANN)
        .field(Field::signature().at(1, 72.0, 600.0))
        .field(Field::date_signed().at(1, 300.0, 600.0));
    let sent = provider.create(&placed, &CreateOptions::sent()).await.unwrap();
    world.control.act(&sent.id, ANN, Action::Sign, None).unwrap();
    assert_eq!(provider.get(&sent.id).await.unwrap().status, EnvelopeStatus::Completed);
}

/// Rows: 9 download combined, 9 single document, 11 FeatureOff
#[tokio::test]
async fn several_documents_are_one_file_only_where_the_workspace_merges() {
    let world = World::new().await;
    let provider = world.provider();
    let draft = offer().document(Document::from_bytes("annex.pdf", pdf("The annex.", 0)));
    let sent = provider.create(&draft, &CreateOptions::sent()).await.unwrap();
    world.control.act(&sent.id, ANN, Action::Sign, None).unwrap();
    let refused = provider.download(&sent.id, &What::Combined).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::FeatureOff);
    let annex = provider.download(&sent.id, &What::Document("contract-2".into())).await.unwrap();
    assert_eq!(annex.name.as_deref(), Some("annex.pdf"));
    let text = lopdf::Document::load_mem(&bytes(annex).await).unwrap().extract_text(&[1]).unwrap();
    assert!(text.contains("The annex."));
}

/// Rows: 5 Email, 5 Sms, 5 WhatsApp, 3 all parallel
#[tokio::test]
async fn deliveries_go_where_they_belong() {
    let world = World::new().await;
    let provider = world.provider();
    let mut draft = offer();
    draft.recipients = vec![
        Recipient::signer("Ann Lee", ANN),
        Recipient::signer("Bob Ray", BOB).delivered_by(Delivery::Sms).phone("65", "81234567"),
        Recipient::signer("Cy", "cy@example.com").delivered_by(Delivery::WhatsApp).phone("852", "12345678"),
        // A phone number alone changes no delivery: the method is always written.
        Recipient::signer("Di", "di@example.com").phone("49", "301234567"),
    ];
    let sent = provider.create(&draft, &CreateOptions::sent()).await.unwrap();
    let mails = world.control.envelope(&sent.id).unwrap()["mails"].clone();
    let channels: Vec<_> =
        mails.as_array().unwrap().iter().map(|mail| (mail["channel"].clone(), mail["to"].clone())).collect();
    assert_eq!(
        channels,
        [
            (json!("email"), json!(ANN)),
            (json!("sms"), json!("+6581234567")),
            (json!("whatsapp"), json!("+85212345678")),
            (json!("email"), json!("di@example.com")),
        ]
    );
}

#[tokio::test]
async fn raw_requests_stay_below_the_api_and_read_the_code() {
    let world = World::new().await;
    let provider = world.provider();
    let get = |path: &str| Request::get(path).body(Bytes::new()).unwrap();
    let answer = provider.raw(get("/templates/templateList?pageNum=1")).await.unwrap();
    let value: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(value["data"]["total"], 0);
    let refused = provider.raw(get("/templates/templateDetail?templateId=x")).await.unwrap_err();
    assert_eq!((refused.kind(), refused.status()), (ErrorKind::InvalidInput, Some(200)));
    assert!(provider.raw(get("/../../x")).await.is_err());
}

/// Rows: 11 WrongHost, 11 Unauthenticated
#[tokio::test]
async fn the_doctor_names_a_wrong_secret() {
    let world = World::new().await;
    let ready = &world.emulator.ready().providers.esignglobal;
    let examine = async |secret: String| {
        let values: BTreeMap<String, Value> = [
            ("app_id".to_owned(), json!(ready.app_id)),
            ("app_secret".to_owned(), json!({"env": "SECRET"})),
            ("base_url".to_owned(), json!(ready.base_url_tls)),
        ]
        .into();
        let environment = Arc::new(move |_: &str| Some(secret.clone()));
        let settings = Settings::new("work", values, ".", environment);
        ESIGNGLOBAL.diagnose(&settings, world.parts()).await
    };
    let good = examine(ready.app_secret.clone()).await;
    assert!(good.is_good(), "{good:?}");
    let wrong = examine("other".to_owned()).await;
    let outcomes: Vec<_> = wrong.steps.iter().map(|step| (step.name, step.outcome)).collect();
    assert_eq!(
        outcomes,
        [("configuration", Outcome::Good), ("token", Outcome::Fault), ("api", Outcome::Skipped)]
    );
    assert!(wrong.steps[1].remedy.as_deref().unwrap_or_default().contains("data_center"), "{wrong:?}");
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
