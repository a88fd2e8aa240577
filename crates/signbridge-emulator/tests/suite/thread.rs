//! The thinnest thread: token, userinfo, multipart create, sign, read, download.

use serde_json::json;
use signbridge_emulator::Action;

use super::client::{World, ann, multipart, pdf};

#[tokio::test]
async fn a_contract_is_sent_signed_and_downloaded() {
    let world = World::start().await;
    let bearer = format!("Bearer {}", world.token);
    let info = world.plain("GET", "/oauth/userinfo", &[("authorization", &bearer)], "").await.ok(200);
    assert_eq!(info["accounts"][0]["base_uri"], world.ready().listening);
    assert_eq!(info["accounts"][0]["account_id"], world.ready().providers.docusign.account_id);
    assert_eq!(info["accounts"][0]["is_default"], true);

    let file = pdf(&["A contract."]);
    let definition = json!({
        "status": "sent",
        "emailSubject": "Please sign",
        "documents": [{"documentId": "1", "name": "Contract", "fileExtension": "pdf"}],
        "recipients": {"signers": [ann()]},
    });
    let body = multipart(&definition, &[("1", &file)]);
    let headers = [("content-type", "multipart/form-data; boundary=B")];
    let created = world.raw("POST", "/envelopes", &headers, &body).await.unwrap().ok(201);
    let id = created["envelopeId"].as_str().unwrap();
    assert_eq!(created["status"], "sent");
    assert_eq!(created["uri"], format!("/envelopes/{id}"));

    let snapshot = world.control().envelope(id).unwrap();
    assert_eq!(snapshot["documents"][0]["length"], file.len());

    let acted =
        world.control().act(&format!("docusign:{id}"), "ann@example.com", Action::Sign, None).unwrap();
    assert_eq!((acted.status.as_str(), acted.recipient_status.as_str()), ("completed", "completed"));
    assert_eq!(world.status(id).await, "completed");

    for name in ["combined", "certificate", "1"] {
        let reply = world.raw("GET", &format!("/envelopes/{id}/documents/{name}"), &[], &[]).await.unwrap();
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert_eq!(reply.header("content-type"), Some("application/pdf"));
        assert!(reply.body.starts_with(b"%PDF"));
        assert_ne!(reply.body, file);
    }
}
