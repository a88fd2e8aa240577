//! The app through its client, against answers written from the pages.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use http::{Request, Response, header};
use serde_json::{Value, json};
use signbridge_core::{
    Body, Chunks, Clock, CreateOptions, Document, Draft, Error, ErrorKind, Parts, Provider, Reach, Recipient,
    TemplateQuery, Transport, TransportError, TransportFault, What,
};

use crate::{Config, DataCenter, ESignGlobal};

const API: &str = "openapi-sml.esignglobal.com";
const UPLOAD: &str = "https://upload.example/presigned";
const FILE: &str = "https://download.example/1";

#[derive(Debug)]
struct StillClock;

#[async_trait]
impl Clock for StillClock {
    fn now(&self) -> DateTime<Utc> {
        "2026-11-24T12:00:00Z".parse().unwrap()
    }

    /// Pauses are over at once; what is longer than any pause is a timeout, which does not come.
    async fn sleep(&self, duration: Duration) {
        if duration >= Duration::from_secs(10) {
            std::future::pending::<()>().await;
        }
    }
}

/// What was asked of which host, and with which authorisation.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    method: String,
    host: String,
    path: String,
    authorization: Option<String>,
}

/// Answers in the order given, and keeps what was asked. An address answers with a redirect there.
#[derive(Debug, Default)]
struct Script {
    answers: Mutex<VecDeque<Option<(u16, Value)>>>,
    seen: Mutex<Vec<Seen>>,
}

impl Script {
    /// Answers with status and body after the token, which comes first; `None` breaks the connection.
    fn new(answers: impl IntoIterator<Item = Option<(u16, Value)>>) -> Arc<Self> {
        let token = json!({"access_token": "t0k", "expires_in": 86398, "scope": "read-write", "token_type": "bearer"});
        let answers = std::iter::once(Some((200, token))).chain(answers).collect();
        Arc::new(Self { answers: Mutex::new(answers), seen: Mutex::default() })
    }

    fn app(self: &Arc<Self>) -> Arc<dyn Provider> {
        let config = Config::new(DataCenter::Sml, "APP_ID", "APP_SECRET").unwrap();
        ESignGlobal::connect(config, Parts::new(Arc::clone(self) as _, Arc::new(StillClock)))
    }

    fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: Request<Body>) -> Result<Response<Chunks>, TransportError> {
        let (head, body) = request.into_parts();
        let mut chunks = body.into_stream();
        while let Some(chunk) = chunks.next().await {
            chunk.unwrap();
        }
        self.seen.lock().unwrap().push(Seen {
            method: head.method.to_string(),
            host: head.uri.host().unwrap().to_owned(),
            path: head.uri.path().to_owned(),
            authorization: head
                .headers
                .get(header::AUTHORIZATION)
                .map(|value| value.to_str().unwrap().to_owned()),
        });
        let answer = self.answers.lock().unwrap().pop_front().expect("an answer for each request");
        let Some((status, body)) = answer else {
            return Err(TransportError::new(TransportFault::Interrupted, Reach::Maybe, "reset"));
        };
        let response = Response::builder().status(status);
        let (response, body) = match body {
            Value::String(location) if (300..400).contains(&status) => {
                (response.header(header::LOCATION, location), Bytes::new())
            }
            Value::String(text) => {
                (response.header(header::CONTENT_TYPE, "application/pdf"), Bytes::from(text))
            }
            body => {
                (response.header(header::CONTENT_TYPE, "application/json"), Bytes::from(body.to_string()))
            }
        };
        Ok(response.body(Chunks::from_bytes(body)).unwrap())
    }
}

fn good(data: Value) -> Option<(u16, Value)> {
    Some((200, json!({"code": "0", "message": "success", "data": data})))
}

fn refused(message: &str) -> Option<(u16, Value)> {
    Some((200, json!({"code": "1437", "message": message, "data": null})))
}

fn address() -> Option<(u16, Value)> {
    good(json!({"fileKey": "k", "fileName": "offer.pdf", "fileUploadUrl": UPLOAD}))
}

fn files() -> Option<(u16, Value)> {
    let file = json!({"fileType": "CONTRACT", "fileName": "offer.pdf", "downloadUrl": FILE});
    good(json!({"envelopeId": "x", "envelopeStatus": 2, "envelopeFiles": [file]}))
}

fn envelope(status: u32) -> Option<(u16, Value)> {
    good(json!({"envelopeId": "x", "envelopeStatus": status, "subject": "Offer", "signerInfos": []}))
}

fn offer() -> Draft {
    Draft::new("Offer")
        .document(Document::from_bytes("offer.pdf", &b"%PDF-1.4"[..]))
        .recipient(Recipient::signer("Ann Lee", "ann@example.com"))
        .free_placement()
}

fn sent() -> Option<(u16, Value)> {
    good(json!({"envelopeId": "x", "envelopeStatus": 1}))
}

async fn failing(script: &Arc<Script>, draft: &Draft) -> Error {
    script.app().create(draft, &CreateOptions::sent()).await.unwrap_err()
}

/// The hosts that were sent a token, which may be the API's only.
fn trusted(script: &Script) {
    for seen in script.seen() {
        let token = seen.path.ends_with("/oauth2/accessToken");
        let expected = (seen.host == API && !token).then(|| "Bearer t0k".to_owned());
        assert_eq!(seen.authorization, expected, "{} {}{}", seen.method, seen.host, seen.path);
    }
}

#[tokio::test]
async fn the_token_never_reaches_the_file_hosts() {
    let script =
        Script::new([address(), Some((200, json!(""))), sent(), files(), Some((200, json!("%PDF")))]);
    let app = script.app();
    app.create(&offer(), &CreateOptions::sent()).await.unwrap();
    app.download("x", &What::Combined).await.unwrap();
    let hosts: Vec<_> = script.seen().into_iter().map(|seen| seen.host).collect();
    assert_eq!(hosts, [API, API, "upload.example", API, API, "download.example"]);
    trusted(&script);
}

#[tokio::test]
async fn a_redirect_of_a_file_host_is_not_followed() {
    let elsewhere = || Some((307, json!("https://elsewhere.example/take")));
    let script = Script::new([address(), elsewhere()]);
    let error = failing(&script, &offer()).await;
    assert_eq!((error.kind(), error.status()), (ErrorKind::Unexpected, Some(307)));
    assert_eq!(script.seen().len(), 3, "nothing was sent, and nobody else was asked");
    trusted(&script);
    let script = Script::new([files(), elsewhere()]);
    let error = script.app().download("x", &What::Combined).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Unexpected, Some(307)));
    assert_eq!(script.seen().last().unwrap().host, "download.example");
    trusted(&script);
}

#[tokio::test]
async fn a_file_address_without_tls_is_not_used() {
    let plain =
        good(json!({"fileKey": "k", "fileName": "offer.pdf", "fileUploadUrl": "http://upload.example/1"}));
    let script = Script::new([plain]);
    assert_eq!(failing(&script, &offer()).await.kind(), ErrorKind::Unexpected);
    assert_eq!(script.seen().len(), 2);
}

fn template(required: bool) -> Option<(u16, Value)> {
    good(json!({"templateId": "t", "templateName": "Lease", "templateStatus": 1, "fields": [
        {"fieldId": "f", "fieldKey": "Rent", "required": required, "fieldType": 1}]}))
}

fn from_template() -> Draft {
    let mut draft = offer().template("t").value("Rent", "900");
    draft.documents.clear();
    draft
}

/// Rows: 9 send from template
#[tokio::test]
async fn a_template_is_read_filled_awaited_and_sent() {
    let task = |status: &str| good(json!({"taskId": "7", "taskStatus": status, "fileKey": "$k$1"}));
    let script =
        Script::new([template(true), good(json!({"taskId": "7"})), task("1"), task("1"), task("2"), sent()]);
    let envelope = script.app().create(&from_template(), &CreateOptions::sent()).await.unwrap();
    assert_eq!(envelope.id, "x");
    let asked: Vec<_> = script.seen().into_iter().map(|seen| seen.path).skip(1).collect();
    assert_eq!(
        asked.iter().map(|path| path.trim_start_matches("/esignglobal/v1/")).collect::<Vec<_>>(),
        [
            "templates/templateDetail",
            "templates/createFileByTemplate",
            "templates/renderTask",
            "templates/renderTask",
            "templates/renderTask",
            "envelope/createAndStart",
        ]
    );
}

#[tokio::test]
async fn a_draft_that_does_not_fit_its_template_leaves_nothing_behind() {
    let script = Script::new([template(true)]);
    let mut draft = from_template();
    draft.values.clear();
    draft.values.insert("Rant".into(), "900".into());
    let error = failing(&script, &draft).await;
    assert_eq!(error.kind(), ErrorKind::InvalidDraft);
    let paths: Vec<_> = error.faults().iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(paths, ["values.Rant", "values.Rent"]);
    assert_eq!(script.seen().len(), 2, "a token and the template");
}

#[tokio::test]
async fn a_template_that_is_never_filled_is_not_ready_and_sends_nothing() {
    let running = || good(json!({"taskId": "7", "taskStatus": "1"}));
    let answers = [template(false), good(json!({"taskId": "7"}))];
    let script = Script::new(answers.into_iter().chain(std::iter::repeat_with(running).take(40)));
    let error = failing(&script, &from_template()).await;
    assert_eq!(error.kind(), ErrorKind::NotReady);
    let failed = good(json!({"taskId": "7", "taskStatus": "3", "description": "bad value"}));
    let script = Script::new([template(false), good(json!({"taskId": "7"})), failed]);
    let error = failing(&script, &from_template()).await;
    assert_eq!(error.kind(), ErrorKind::DocumentRejected);
    assert!(script.seen().iter().all(|seen| !seen.path.ends_with("createAndStart")));
}

/// Rows: 9 templates list and get
#[tokio::test]
async fn a_list_of_templates_goes_on_page_by_page_and_keeps_its_size() {
    let row = |name: &str| json!({"templateId": name, "templateName": name, "templateStatus": 1});
    let page = |rows: &[&str]| {
        let rows: Vec<_> = rows.iter().map(|name| row(name)).collect();
        good(json!({"total": 3, "templateList": rows}))
    };
    let script = Script::new([page(&["Lease", "Offer"]), page(&["Old lease"]), template(false)]);
    let app = script.app();
    let mut query = TemplateQuery::default();
    query.limit = Some(2);
    query.name = Some("lease".into());
    let first = app.templates(&query).await.unwrap();
    assert_eq!(first.items.len(), 1, "names are compared here");
    query.cursor = first.next;
    query.limit = Some(20);
    let second = app.templates(&query).await.unwrap();
    assert_eq!((second.items[0].name.as_str(), second.next), ("Old lease", None));
    for wrong in ["2", "0-20", "1-21", "x-y"] {
        query.cursor = Some(wrong.into());
        assert_eq!(app.templates(&query).await.unwrap_err().kind(), ErrorKind::InvalidInput, "{wrong}");
    }
    let one = app.template("t").await.unwrap();
    assert_eq!((one.name.as_str(), one.roles.len()), ("Lease", 0));
    assert_eq!(one.raw["fields"][0]["fieldKey"], "Rent");
}

/// Rows: 9 sender view
#[tokio::test]
async fn only_a_draft_has_a_page_for_its_sender() {
    let back = "https://app.example/done".parse().unwrap();
    let script = Script::new([envelope(0), good(json!({"url": "https://app.example/x?tcode=s3cret"}))]);
    let link = script.app().sender_view("x", &back).await.unwrap();
    assert!(!format!("{link:?}").contains("s3cret"));
    let script = Script::new([envelope(1)]);
    let error = script.app().sender_view("x", &back).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidState);
    let long = format!("https://app.example/{}", "x".repeat(2048)).parse().unwrap();
    let script = Script::new([]);
    let error = script.app().sender_view("x", &long).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(script.seen().is_empty());
}

/// Rows: 1 Processing, 9 send later
#[tokio::test]
async fn an_envelope_for_later_is_in_no_known_state() {
    let script = Script::new([address(), Some((200, json!(""))), sent()]);
    let later = offer().send_at("2026-11-25T12:00:00Z".parse().unwrap());
    let envelope = script.app().create(&later, &CreateOptions::sent()).await.unwrap();
    assert_eq!(envelope.status, signbridge_core::EnvelopeStatus::Processing);
    assert_eq!(envelope.state.raw, "", "what eSignGlobal calls it is not documented");
}

/// Rows: 11 Unauthenticated
#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let token = || Some((200, json!({"access_token": "t0k", "expires_in": 60000, "token_type": "bearer"})));
    let unauthorized = || Some((401, json!({"code": "1", "message": "expired"})));
    let script = Script::new([unauthorized(), token(), unauthorized()]);
    let error = script.app().get("x").await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Unauthenticated, Some(401)));
    assert_eq!(script.seen().len(), 4);
    let refused = Arc::new(Script {
        answers: Mutex::new([Some((200, json!({"code": "7", "message": "app not found"})))].into()),
        seen: Mutex::default(),
    });
    let error = refused.app().get("x").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert!(error.remedy().unwrap().contains("data_center"), "{error}");
}

/// Rows: 11 Transport, 11 Unavailable, 11 RateLimited
#[tokio::test]
async fn reads_are_repeated_in_doubt() {
    for broken in [None, Some((503, json!({}))), Some((429, json!({"code": "1", "message": "slow down"})))] {
        let script = Script::new([broken, envelope(1)]);
        assert_eq!(script.app().get("x").await.unwrap().id, "x");
        assert_eq!(script.seen().len(), 3);
    }
}

/// Rows: 11 OutcomeUnknown, 11 Unexpected
#[tokio::test]
async fn what_sends_is_not_repeated_and_doubt_says_so() {
    for broken in [None, Some((503, json!({}))), Some((200, json!("<html>")))] {
        let script = Script::new([address(), Some((200, json!(""))), broken]);
        assert_eq!(failing(&script, &offer()).await.kind(), ErrorKind::OutcomeUnknown);
        assert_eq!(script.seen().len(), 4);
    }
    let script = Script::new([address(), Some((200, json!(""))), refused("File cannot be found.")]);
    let error = failing(&script, &offer()).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::InvalidInput, Some("1437")));
}

/// Rows: 9 create draft
#[tokio::test]
async fn a_draft_asks_nobody_and_what_breaks_on_the_way_can_be_done_again() {
    let options = CreateOptions::draft().key("order-7".parse().unwrap());
    let upload = || [address(), Some((200, json!("")))];
    let made = || good(json!({"envelopeId": "x", "envelopeStatus": 0}));
    let done = || good(json!(null));
    let answers = upload().into_iter().chain([None, made(), done(), None]);
    let script = Script::new(answers.chain(upload()).chain([made(), done(), done(), done(), envelope(0)]));
    let app = script.app();
    let draft = offer().recipient(Recipient::carbon_copy("Bob Ray", "bob@example.com"));
    let broken = app.create(&draft, &options).await.unwrap_err();
    assert_eq!((broken.kind(), broken.envelope_id()), (ErrorKind::Transport, Some("x")));
    let asked = |seen: &[Seen]| seen.iter().filter(|seen| seen.path.ends_with("addSigners")).count();
    assert_eq!(asked(&script.seen()), 1, "a part is not added again in doubt");
    let envelope = app.create(&draft, &options).await.unwrap();
    assert_eq!(envelope.status, signbridge_core::EnvelopeStatus::Draft);
    assert_eq!(app.create(&draft, &options).await.unwrap().id, "x", "the same key is the same draft");
    let sent = CreateOptions::sent().key("order-7".parse().unwrap());
    assert_eq!(app.create(&draft, &sent).await.unwrap_err().kind(), ErrorKind::KeyConflict);
    assert!(script.seen().iter().all(|seen| !seen.path.ends_with("createAndStart")));
    let later = draft.send_at("2026-11-25T12:00:00Z".parse().unwrap());
    let refused = app.create(&later, &CreateOptions::draft()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unsupported);
}
