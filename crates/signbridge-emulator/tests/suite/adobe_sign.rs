//! The Acrobat Sign dialect over its socket, from its fact sheet.

use std::time::Duration;

use serde_json::{Value, json};
use signbridge_emulator::{Action, Control, Emulator, Fault, FaultKind, Options, ThrottleRule};

use super::client::{Reply, pdf, send};

struct Adobe {
    emulator: Emulator,
}

const JSON: (&str, &str) = ("content-type", "application/json");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const MULTIPART: (&str, &str) = ("content-type", "multipart/form-data; boundary=B");

impl Adobe {
    async fn start() -> Self {
        let emulator = signbridge_emulator::start(Options::default()).await.expect("the emulator starts");
        Self { emulator }
    }

    fn control(&self) -> Control {
        self.emulator.control()
    }

    fn base(&self) -> &str {
        &self.emulator.ready().providers.adobe_sign.base_url
    }

    async fn plain(&self, method: &str, target: &str, body: &str) -> Reply {
        send(self.base(), method, target, &[FORM], body.as_bytes()).await.expect("an answer")
    }

    async fn raw(&self, method: &str, tail: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let bearer = format!("Bearer {}", self.emulator.ready().providers.adobe_sign.integration_key);
        let mut all = vec![("authorization", bearer.as_str())];
        all.extend_from_slice(headers);
        send(self.base(), method, &format!("/api/rest/v6{tail}"), &all, body).await.expect("an answer")
    }

    async fn get(&self, tail: &str) -> Reply {
        self.raw("GET", tail, &[], b"").await
    }

    async fn post(&self, tail: &str, body: Value) -> Reply {
        self.raw("POST", tail, &[JSON], body.to_string().as_bytes()).await
    }

    async fn upload(&self, bytes: &[u8]) -> Reply {
        let mut body = b"--B\r\nContent-Disposition: form-data; name=\"File\"; filename=\"a.pdf\"\r\n\
            Content-Type: application/pdf\r\n\r\n"
            .to_vec();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--B--\r\n");
        self.raw("POST", "/transientDocuments", &[MULTIPART], &body).await
    }

    /// An agreement whose signer Ann can act.
    async fn sent(&self, more: Value) -> String {
        let file = self.upload(&pdf(&["A contract."])).await.ok(201)["transientDocumentId"].take();
        let mut body = json!({
            "fileInfos": [{ "transientDocumentId": file }],
            "name": "NDA", "signatureType": "ESIGN", "state": "IN_PROCESS",
            "participantSetsInfo": [{ "order": 1, "role": "SIGNER", "memberInfos": [{
                "email": "ann@example.com", "securityOption": { "authenticationMethod": "NONE" },
            }] }],
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let id = self.post("/agreements", body).await.ok(201)["id"].as_str().unwrap().to_owned();
        self.control().advance_clock(Duration::from_secs(2));
        id
    }

    /// The signing link of the only current signer, below the listener.
    async fn link(&self, id: &str) -> String {
        let urls = self.get(&format!("/agreements/{id}/signingUrls")).await.ok(200);
        let url = urls["signingUrlSetInfos"][0]["signingUrls"][0]["esignUrl"].as_str().unwrap().to_owned();
        url.strip_prefix(self.base()).expect("a link to this emulator").to_owned()
    }
}

#[tokio::test]
async fn a_contract_is_sent_signed_on_the_page_and_downloaded() {
    let world = Adobe::start().await;
    let uris = world.get("/baseUris").await.ok(200);
    assert_eq!(uris["apiAccessPoint"], format!("{}/", world.base()));

    let back = json!({ "postSignOption": { "redirectUrl": "https://app.example/done?case=1" } });
    let id = world.sent(back).await;
    let link = world.link(&id).await;
    let session = world.plain("GET", &link, "").await;
    assert_eq!(session.status, 302);
    let session = session.header("location").unwrap().to_owned();
    let page = world.plain("GET", &session, "").await;
    assert!(page.text().contains("NDA") && page.text().contains("id=\"sign\""));
    let shown = world.plain("GET", &format!("{session}/documents/combined"), "").await;
    assert!(shown.body.starts_with(b"%PDF"));
    let signed = world.plain("POST", &session, "action=sign").await;
    assert_eq!(signed.header("location"), Some("https://app.example/done?case=1"));

    assert_eq!(world.get(&format!("/agreements/{id}")).await.ok(200)["status"], "SIGNED");
    let file = world.get(&format!("/agreements/{id}/combinedDocument")).await;
    assert_eq!((file.status, file.header("content-type")), (200, Some("application/pdf")));
    assert!(file.body.starts_with(b"%PDF"));
    assert!(world.get(&format!("/agreements/{id}/auditTrail")).await.body.starts_with(b"%PDF"));

    let operations: Vec<String> =
        world.control().journal().into_iter().filter_map(|entry| entry.operation).collect();
    assert!(operations.contains(&"GET /api/rest/v6/agreements/{agreementId}/signingUrls".to_owned()));
}

#[tokio::test]
async fn a_password_is_asked_for_before_anything_is_shown() {
    let world = Adobe::start().await;
    let sets = json!({ "participantSetsInfo": [{ "order": 1, "role": "SIGNER", "memberInfos": [{
        "email": "ann@example.com",
        "securityOption": { "authenticationMethod": "PASSWORD", "password": "k3y9" },
    }] }] });
    let id = world.sent(sets).await;
    let agreement = world.get(&format!("/agreements/{id}")).await;
    assert_eq!(
        agreement.ok(200)["participantSetsInfo"][0]["memberInfos"][0]["securityOption"],
        json!({ "authenticationMethod": "PASSWORD" }),
        "the password can only be written"
    );
    let link = world.link(&id).await;
    let session = world.plain("GET", &link, "").await.header("location").unwrap().to_owned();
    assert!(world.plain("GET", &session, "").await.text().contains("id=\"access-code\""));
    assert_eq!(world.plain("POST", &session, "action=sign&access_code=wrong").await.status, 403);
    world.plain("POST", &session, "action=sign&access_code=k3y9").await;
    world.plain("POST", &session, "action=sign").await;
    assert_eq!(world.get(&format!("/agreements/{id}")).await.ok(200)["status"], "SIGNED");
}

#[tokio::test]
async fn everybody_acts_through_the_control_and_the_inbox() {
    let world = Adobe::start().await;
    let id = world.sent(json!({})).await;
    let inbox = world.plain("GET", "/", "").await.text();
    assert!(inbox.contains("Acrobat Sign") && inbox.contains("/Signing/Mail/"));
    let acted = world
        .control()
        .act(&format!("adobe-sign:{id}"), "ann@example.com", Action::Decline, Some("too dear"))
        .unwrap();
    assert_eq!((acted.status.as_str(), acted.recipient_status.as_str()), ("CANCELLED", "CANCELLED"));
    let snapshot = world.control().envelope(&id).unwrap();
    let last = snapshot["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((last["type"].as_str(), last["comment"].as_str()), (Some("REJECTED"), Some("too dear")));
    assert_eq!(snapshot["documents"][0]["name"], "a.pdf");
}

#[tokio::test]
async fn refusals_carry_code_message_and_request_id() {
    let world = Adobe::start().await;
    for (reply, status, code) in [
        (world.get("/agreements/nothing").await, 404, "INVALID_AGREEMENT_ID"),
        (world.get("/workflows").await, 404, "RESOURCE_NOT_FOUND"),
        (world.upload(&vec![b'x'; 17 * 1024 * 1024]).await, 403, "LARGE_FILE_SIZE"),
    ] {
        assert!(reply.header("x-request-id").is_some());
        assert_eq!(reply.ok(status)["code"], code);
    }
    let rule = FaultKind::Throttle { rule: ThrottleRule::Burst };
    world.control().add_fault(Fault::on("GET", "/users/me", rule));
    let reply = world.get("/users/me").await;
    assert_eq!(reply.header("retry-after"), Some("60"));
    assert_eq!(reply.ok(429)["code"], "THROTTLING_TOO_MANY_REQUESTS");
}

#[tokio::test]
async fn three_identical_reads_a_minute_are_the_default() {
    let world = Adobe::start().await;
    for _ in 0..3 {
        world.get("/users/me").await.ok(200);
    }
    assert_eq!(world.get("/users/me").await.ok(429)["code"], "THROTTLING_TOO_FREQUENT_POLLING");
    world.get("/baseUris").await.ok(200);
    world.control().provider("adobe-sign", "POST", "polling", &json!({ "rule": "off" })).unwrap();
    world.get("/users/me").await.ok(200);
}
