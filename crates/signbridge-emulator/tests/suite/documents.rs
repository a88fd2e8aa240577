//! Documents over the wire: section 4.8 of the fact sheet.

use serde_json::json;
use signbridge_emulator::Action;

use super::client::{World, ann, base64, definition, multipart, pdf};

#[tokio::test]
async fn the_list_shows_pages_and_the_certificate() {
    let world = World::start().await;
    let id = world.create(definition("sent", json!({"signers": [ann()]}))).await;
    let list = world.call("GET", &format!("/envelopes/{id}/documents"), None).await.ok(200);
    let rows = list["envelopeDocuments"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["type"], "content");
    assert_eq!(rows[0]["uri"], format!("/envelopes/{id}/documents/1"));
    let page = &rows[0]["pages"][0];
    assert_eq!(
        (page["height"].as_str(), page["width"].as_str(), page["dpi"].as_str()),
        (Some("792"), Some("612"), Some("72"))
    );
    assert_eq!(
        (rows[1]["documentId"].as_str(), rows[1]["type"].as_str(), rows[1]["order"].as_str()),
        (Some("certificate"), Some("summary"), Some("999"))
    );
}

#[tokio::test]
async fn documents_come_to_a_draft_one_by_one() {
    let world = World::start().await;
    let id = world
        .create(json!({"status": "created", "emailSubject": "Big", "recipients": {"signers": [ann()]}}))
        .await;
    let file = pdf(&["one"]);
    for number in ["1", "2"] {
        let headers = [("content-type", "application/pdf"), ("content-disposition", "filename=\"x.pdf\"")];
        let path = format!("/envelopes/{id}/documents/{number}");
        let row = world.raw("PUT", &path, &headers, &file).await.unwrap().ok(200);
        assert_eq!((row["documentId"].as_str(), row["name"].as_str()), (Some(number), Some("x.pdf")));
    }
    let more = json!({"documents": [{"documentId": "3", "name": "C", "fileExtension": "pdf", "documentBase64": base64(&pdf(&["three"]))}]});
    world.call("PUT", &format!("/envelopes/{id}/documents"), Some(more)).await.ok(200);
    let gone = world
        .call(
            "DELETE",
            &format!("/envelopes/{id}/documents"),
            Some(json!({"documents": [{"documentId": "2"}]})),
        )
        .await
        .ok(200);
    assert_eq!(gone["envelopeDocuments"][0]["documentId"], "2");
    let raw = world.raw("GET", &format!("/envelopes/{id}/documents/1"), &[], &[]).await.unwrap();
    assert_eq!(raw.body, file, "a draft's document is as it came");
    let bad = world
        .raw("PUT", &format!("/envelopes/{id}/documents/4"), &[("content-type", "application/pdf")], b"no")
        .await
        .unwrap();
    assert_eq!(bad.refused(), (400, "UNABLE_TO_LOAD_DOCUMENT".to_owned()));
    world.call("PUT", &format!("/envelopes/{id}"), Some(json!({"status": "sent"}))).await.ok(200);
    let late = world
        .raw("PUT", &format!("/envelopes/{id}/documents/4"), &[("content-type", "application/pdf")], &file)
        .await
        .unwrap();
    assert_eq!(late.refused().1, "ENVELOPE_INVALID_STATUS");
    let snapshot = world.control().envelope(&id).unwrap();
    let ids: Vec<_> =
        snapshot["documents"].as_array().unwrap().iter().map(|d| d["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["1", "3"]);
}

#[tokio::test]
async fn downloads_carry_length_type_and_name() {
    let world = World::start().await;
    let mut definition = definition("sent", json!({"signers": [ann()]}));
    definition["documents"][0]["name"] = json!("Vertrag \"Süd\".pdf");
    let id = world.create(definition).await;
    world.control().act(&id, "ann@example.com", Action::Sign, None).unwrap();
    let get = |name: &'static str| {
        let (world, path) = (&world, format!("/envelopes/{id}/documents/{name}"));
        async move {
            world
                .raw(
                    "GET",
                    &path,
                    &[("accept", "application/pdf"), ("content-type", "application/json")],
                    &[],
                )
                .await
                .unwrap()
        }
    };
    let one = get("1").await;
    assert_eq!(
        one.header("content-disposition"),
        Some("file; filename=\"Vertrag _S_d_.pdf\"; documentid=\"1\"")
    );
    let archive = get("archive").await;
    assert_eq!(archive.header("content-type"), Some("application/zip"));
    assert!(archive.body.starts_with(b"PK"));
    let (plain, with) = (get("combined").await, get("combined?certificate=true").await);
    assert!(with.body.len() > plain.body.len());
    assert_eq!(get("7").await.refused(), (400, "DOCUMENT_DOES_NOT_EXIST".to_owned()));
    assert_eq!(get("7").await.header("content-type"), Some("application/json; charset=utf-8"));
}

#[tokio::test]
async fn a_request_up_to_the_limit_is_taken_and_no_byte_more() {
    let world = World::start().await;
    let definition = json!({
        "status": "created", "emailSubject": "Big",
        "documents": [{"documentId": "1", "name": "Big", "fileExtension": "pdf"}],
    });
    let limit = 35_651_584;
    let overhead = multipart(&definition, &[("1", &[])]).len();
    let headers = [("content-type", "multipart/form-data; boundary=B")];
    for (size, status) in [(limit, 201), (limit + 1, 413)] {
        // Bytes after the end of a PDF are ignored by readers; a comment keeps the trailer last.
        let small = pdf(&["big"]);
        let mut file = vec![b'%'; size - overhead];
        let start = file.len() - small.len();
        file[..8].copy_from_slice(b"%PDF-1.7");
        file[start - 1] = b'\n';
        file[start..].copy_from_slice(&small);
        let reply = world
            .raw("POST", "/envelopes", &headers, &multipart(&definition, &[("1", &file)]))
            .await
            .unwrap();
        assert_eq!(reply.status, status, "{}", reply.text());
    }
    assert_eq!(world.control().envelopes().len(), 1);
}
