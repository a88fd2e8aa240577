//! Sequences of calls over a scripted transport: which requests are made, in which order, to which host.

mod rules;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use http::{Request, Response};
use serde_json::{Value, json};
use signbridge_core::{
    Body, Chunks, Clock, CreateOptions, Delivery, Document, Draft, EnvelopeStatus, ErrorKind, Field, Parts,
    Provider, Reach, Recipient, Role, Severity, Transport, TransportError, TransportFault, Voided,
};

use crate::{AdobeSign, Config, Credentials, Tier};

/// Time stands still; pauses are noted.
#[derive(Debug, Default)]
struct StillClock(Mutex<Vec<Duration>>);

#[async_trait]
impl Clock for StillClock {
    fn now(&self) -> DateTime<Utc> {
        "2026-11-24T12:00:00Z".parse().unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        // The time a whole call may take never passes.
        if duration >= Duration::from_secs(60) {
            return std::future::pending().await;
        }
        self.0.lock().unwrap().push(duration);
    }
}

/// The request that is expected, and the answer to it.
type Step = (&'static str, Option<(u16, Value)>);

/// Answers by a script, request by request. `None` breaks the connection.
#[derive(Debug)]
struct Script {
    steps: Mutex<VecDeque<Step>>,
    seen: Mutex<Vec<String>>,
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: Request<Body>) -> Result<Response<Chunks>, TransportError> {
        let (head, body) = request.into_parts();
        let mut chunks = body.into_stream();
        let mut bytes = Vec::new();
        while let Some(chunk) = chunks.next().await {
            bytes.extend_from_slice(&chunk.unwrap());
        }
        let header = |name: &str| head.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let mut line = format!("{} {}", head.method, head.uri);
        for (name, mark) in [("if-match", " if "), ("x-api-user", " as ")] {
            line.extend(header(name).map(|value| format!("{mark}{value}")));
        }
        self.seen.lock().unwrap().push(line.clone());
        assert_eq!(header("authorization").as_deref(), Some("Bearer k3y"));
        let (expected, answer) =
            self.steps.lock().unwrap().pop_front().unwrap_or_else(|| panic!("unexpected {line}"));
        // After `*` any part of the line will do: keys that the adapter makes up are not known here.
        match expected.strip_prefix('*') {
            Some(part) => assert!(line.contains(part), "{line}"),
            None => assert_eq!(line, expected),
        }
        let Some((status, body)) = answer else {
            return Err(TransportError::new(TransportFault::Interrupted, Reach::Maybe, "cut"));
        };
        let etag = body.get("etag").and_then(Value::as_str).unwrap_or("E.1").to_owned();
        let answer = Response::builder().status(status).header("etag", etag);
        Ok(answer.body(Chunks::from_bytes(body.to_string())).unwrap())
    }
}

const NA1: &str = "https://api.na1.adobesign.com/";

/// An account with an integration key, and a script.
fn account(change: impl FnOnce(&mut Config), steps: Vec<Step>) -> (Arc<dyn Provider>, Arc<Script>) {
    let mut config = Config::new(Credentials::IntegrationKey("k3y".to_owned().into()));
    config.base_url = Some(NA1.parse().unwrap());
    config.tier = Tier::Enterprise;
    change(&mut config);
    let script = Arc::new(Script { steps: Mutex::new(steps.into()), seen: Mutex::default() });
    let parts = Parts::new(Arc::clone(&script) as _, Arc::new(StillClock::default()));
    (AdobeSign::connect(config, parts).unwrap(), script)
}

fn finished(script: &Script) {
    assert!(script.steps.lock().unwrap().is_empty(), "{:?}", script.steps);
}

fn good(body: Value) -> Option<(u16, Value)> {
    Some((200, body))
}

fn refused(status: u16, code: &str) -> Option<(u16, Value)> {
    Some((status, json!({ "code": code, "message": "no" })))
}

/// A draft whose fields are put beside texts, so that no page is read.
fn anchored() -> Draft {
    Draft::new("Lease").document(Document::from_bytes("lease.txt", &b"Sign here: "[..])).recipient(
        Recipient::signer("Ann", "ann@example.com").field(Field::signature().at_anchor(
            "Sign here:",
            60.0,
            0.0,
        )),
    )
}

/// Rows: 11 WrongHost
#[tokio::test]
async fn a_wrong_shard_is_repaired_once_and_remembered() {
    let moved = || refused(401, "INVALID_API_ACCESS_POINT");
    let eu1 = json!({"apiAccessPoint": "https://api.eu1.adobesign.com/", "webAccessPoint": "https://secure.eu1.adobesign.com/"});
    let documents = good(json!({ "documents": [] }));
    let (provider, script) = account(
        |_| {},
        vec![
            ("GET https://api.na1.adobesign.com/api/rest/v6/agreements/A%2A1/documents", moved()),
            // A refused token is renewed once; an integration key stays what it is.
            ("GET https://api.na1.adobesign.com/api/rest/v6/agreements/A%2A1/documents", moved()),
            ("GET https://api.na1.adobesign.com/api/rest/v6/baseUris", good(eu1)),
            ("GET https://api.eu1.adobesign.com/api/rest/v6/agreements/A%2A1/documents", documents.clone()),
            ("GET https://api.eu1.adobesign.com/api/rest/v6/agreements/A%2A1/documents", documents),
        ],
    );
    assert!(provider.documents("A*1").await.unwrap().is_empty());
    assert!(provider.documents("A*1").await.unwrap().is_empty());
    finished(&script);
}

#[tokio::test]
async fn a_foreign_access_point_sees_nothing() {
    let evil = json!({"apiAccessPoint": "https://api.adobesign.com.evil.example/", "webAccessPoint": "https://x.example/"});
    let (provider, script) = account(
        |config| config.base_url = None,
        vec![("GET https://api.adobesign.com/api/rest/v6/baseUris", good(evil))],
    );
    let error = provider.documents("A").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongHost);
    finished(&script);
}

#[tokio::test]
async fn acting_for_another_user_is_a_header_on_every_request() {
    let (provider, script) = account(
        |_| {},
        vec![
            (
                "GET https://api.na1.adobesign.com/api/rest/v6/agreements/A/documents as email:bob@example.com",
                good(json!({ "documents": [] })),
            ),
            (
                "GET https://api.na1.adobesign.com/api/rest/v6/agreements/A/documents",
                good(json!({ "documents": [] })),
            ),
        ],
    );
    provider.acting_as("bob@example.com").unwrap().documents("A").await.unwrap();
    provider.documents("A").await.unwrap();
    assert!(provider.acting_as("no body").is_err());
    finished(&script);
}

const LIST: &str = "GET https://api.na1.adobesign.com/api/rest/v6/agreements?pageSize=500&externalId=order-7&showHiddenAgreements=true";
const UPLOAD: &str = "POST https://api.na1.adobesign.com/api/rest/v6/transientDocuments";
const CREATE: &str = "POST https://api.na1.adobesign.com/api/rest/v6/agreements";
const READ: &str = "GET https://api.na1.adobesign.com/api/rest/v6/agreements/A";

fn keyed() -> CreateOptions {
    CreateOptions::sent().key("order-7".parse().unwrap())
}

fn allowed(config: &mut Config) {
    config.allow_unverified = vec!["anchored_draft".to_owned()];
}

/// Rows: 9 send draft, 9 find by own reference
#[tokio::test]
async fn a_draft_is_sent_with_the_version_it_was_created_with() {
    let (provider, script) = account(
        allowed,
        vec![
            (LIST, good(json!({ "page": {} }))),
            (UPLOAD, Some((201, json!({ "transientDocumentId": "T" })))),
            (CREATE, Some((201, json!({ "id": "A", "etag": "D.7" })))),
            // Somebody else may have used the key at the same time.
            (LIST, good(json!([]))),
            (
                "PUT https://api.na1.adobesign.com/api/rest/v6/agreements/A/state if D.7",
                Some((204, json!({}))),
            ),
        ],
    );
    let sent = provider.create(&anchored(), &keyed()).await.unwrap();
    assert_eq!((sent.id.as_str(), sent.status), ("A", EnvelopeStatus::Processing), "accepted is not sent");
    finished(&script);
}

/// Rows: 11 Stale, 11 InvalidState, 1 From Draft
#[tokio::test]
async fn a_stale_version_is_read_again_and_a_draft_that_was_sent_is_not_sent_twice() {
    const STATE: &str = "PUT https://api.na1.adobesign.com/api/rest/v6/agreements/A/state if D.8";
    let read = |status: &str| good(json!({ "id": "A", "status": status, "etag": "D.8" }));
    let (provider, script) = account(
        |_| {},
        vec![
            (READ, read("DRAFT")),
            (STATE, refused(412, "RESOURCE_MODIFIED")),
            (READ, read("DRAFT")),
            (STATE, Some((204, json!({})))),
            (READ, read("OUT_FOR_SIGNATURE")),
        ],
    );
    provider.send("A").await.unwrap();
    assert_eq!(provider.send("A").await.unwrap_err().kind(), ErrorKind::InvalidState);
    finished(&script);
}

/// Rows: 15 23
#[tokio::test]
async fn a_doubtful_creation_is_looked_for_and_a_foreign_draft_is_refused() {
    let row = json!({"userAgreementList": [{"id": "A", "name": "Lease", "status": "DRAFT"}], "page": {}});
    let found = json!({"id": "A", "status": "DRAFT", "externalId": {"id": "order-7"},
        "participantSetsInfo": [{"id": "S", "order": 1, "role": "SIGNER", "label": "sb-other-0", "memberInfos": []}]});
    let (provider, script) = account(
        allowed,
        vec![
            (LIST, good(json!({ "page": {} }))),
            (UPLOAD, Some((201, json!({ "transientDocumentId": "T" })))),
            (CREATE, None),
            (LIST, good(row)),
            (READ, good(found)),
        ],
    );
    let error = provider.create(&anchored(), &keyed()).await.unwrap_err();
    assert_eq!((error.kind(), error.envelope_id()), (ErrorKind::KeyConflict, Some("A")));
    finished(&script);
}

#[tokio::test]
async fn anchors_in_a_draft_are_refused_before_any_request_and_go_out_at_once_without_a_key() {
    let (provider, script) = account(
        |_| {},
        vec![
            (UPLOAD, Some((201, json!({ "transientDocumentId": "T" })))),
            (CREATE, Some((201, json!({ "id": "A" })))),
        ],
    );
    for options in [keyed(), CreateOptions::draft()] {
        let error = provider.create(&anchored(), &options).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains("anchored_draft"), "{error}");
    }
    assert!(script.seen.lock().unwrap().is_empty());
    let sent = provider.create(&anchored(), &CreateOptions::sent()).await.unwrap();
    assert_eq!(sent.status, EnvelopeStatus::Processing);
    finished(&script);
}

/// Rows: 9 void, 1 From terminal
#[tokio::test]
async fn cancelling_names_the_version_and_is_accepted_not_done() {
    let (provider, script) = account(
        |_| {},
        vec![
            (READ, good(json!({ "id": "A", "status": "OUT_FOR_SIGNATURE", "etag": "V.2" }))),
            (
                "PUT https://api.na1.adobesign.com/api/rest/v6/agreements/A/state if V.2",
                Some((204, json!({}))),
            ),
            (READ, good(json!({ "id": "A", "status": "SIGNED" }))),
        ],
    );
    assert_eq!(provider.void("A", "wrong price").await.unwrap(), Voided::Accepted);
    assert_eq!(provider.void("A", "wrong price").await.unwrap_err().kind(), ErrorKind::InvalidState);
    finished(&script);
}

/// Rows: 5 link needs, 5 link lifetime, 5 return URL, 11 NotReady
#[tokio::test]
async fn whoever_has_no_link_is_told_why() {
    const URLS: &str = "GET https://api.na1.adobesign.com/api/rest/v6/agreements/A/signingUrls";
    const MEMBERS: &str =
        "GET https://api.na1.adobesign.com/api/rest/v6/agreements/A/members?includeNextParticipantSet=true";
    let urls = || {
        good(
            json!({"signingUrlSetInfos": [{"signingUrls": [{"email": "ANN@example.com", "esignUrl": "https://x"}]}]}),
        )
    };
    let members = || {
        good(
            json!({"participantSets": [{"id": "S", "order": 2, "role": "SIGNER", "status": "NOT_YET_VISIBLE",
            "memberInfos": [{"id": "m", "email": "bob@example.com"}]}]}),
        )
    };
    let (provider, script) = account(
        |_| {},
        vec![(URLS, urls()), (URLS, urls()), (MEMBERS, members()), (URLS, urls()), (MEMBERS, members())],
    );
    let link = |email: &str| signbridge_core::SigningLinkRequest::new(email);
    let found = provider.signing_link("A", &link("ann@example.com")).await.unwrap();
    assert_eq!(found.expires_at, None, "how long it lives nobody says");
    let kind = |error: signbridge_core::Error| error.kind();
    assert_eq!(
        provider.signing_link("A", &link("bob@example.com")).await.map_err(kind).unwrap_err(),
        ErrorKind::NotReady
    );
    assert_eq!(
        provider.signing_link("A", &link("eve@example.com")).await.map_err(kind).unwrap_err(),
        ErrorKind::InvalidInput
    );
    let elsewhere = link("ann@example.com").return_url("https://app.example".parse().unwrap());
    assert_eq!(
        provider.signing_link("A", &elsewhere).await.map_err(kind).unwrap_err(),
        ErrorKind::Unsupported
    );
    finished(&script);
}

/// Rows: 3 InPersonSigner, 3 same e-mail twice, 3 CarbonCopy, 5 mixed Embedded and Email, 5 Sms, 9 metadata, 15 7, 15 8
#[tokio::test]
async fn check_knows_adobes_own_rules() {
    let (provider, script) = account(|_| {}, vec![]);
    let findings = |draft: Draft| {
        let provider = Arc::clone(&provider);
        async move {
            let report = provider.check(&draft).await.unwrap();
            report.findings.into_iter().map(|found| (found.severity, found.path)).collect::<Vec<_>>()
        }
    };
    let has = |found: &[(Severity, String)], severity: Severity, path: &str| {
        assert!(
            found.iter().any(|(own, at)| *own == severity && at == path),
            "{severity} {path} in {found:?}"
        );
    };
    let bob = || Recipient::new(Role::Approver, "Bob", "bob@example.com").order(2);
    let embedded = anchored().recipient(bob().embedded());
    has(&findings(embedded).await, Severity::Refused, "recipients");

    let mixed = anchored().recipient(bob().field(Field::text("t").at_anchor("x", 0.0, 0.0)));
    let mut mixed = mixed.metadata("case", "42").reminders(1, 4);
    mixed.recipients[1].fields.push(Field::text("u").at(1, 1.0, 1.0));
    let found = findings(mixed).await;
    has(&found, Severity::Refused, "recipients");
    has(&found, Severity::Refused, "metadata");
    has(&found, Severity::Refused, "reminders.every_days");

    let odd = anchored().reminders(1, 3).recipient(bob().access_code("ab-cd").note("psst"));
    let odd = odd
        .recipient(Recipient::new(Role::InPersonSigner, "Cy", "ann@example.com").host("D", "d@example.com"));
    let found = findings(odd).await;
    has(&found, Severity::Unverified, "reminders.every_days");
    has(&found, Severity::Refused, "recipients[1].authentication.access_code");
    has(&found, Severity::Gated, "recipients[1].note");
    has(&found, Severity::Refused, "recipients[2].role");
    has(&found, Severity::Unverified, "recipients[2].email");

    let mut tagged =
        anchored().document(Document::from_bytes("t.txt", &b"{{Sig_es_:signer1:signature}}"[..]));
    tagged.recipients.push(Recipient::carbon_copy("C", "c@example.com"));
    tagged.recipients[0].delivery = Delivery::Sms;
    tagged.recipients[0].phone =
        Some(signbridge_core::Phone { country_code: "49".into(), number: "170".into() });
    let found = findings(tagged).await;
    has(&found, Severity::Note, "documents[1]");
    has(&found, Severity::Emulated, "recipients[1].role");
    has(&found, Severity::Refused, "recipients[0].delivery");
    finished(&script);
}
