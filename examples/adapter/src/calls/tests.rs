//! Every call as it stands on the wire: request, reply and refusal, as snapshots. The answers are written from the
//! provider's description, not from the server that the other tests use.

use std::sync::Arc;

use http::{Request, Response};
use serde_json::{Value, json};
use signbridge_contract::{
    calls::{self, Texts, answer, debug, pretty, with_type},
    snapshots,
};
use signbridge_core::{Call, Document, Draft, Field, IdempotencyKey, Prepared, Recipient, once::Intent};
use url::Url;

use super::{
    Root, cancel_envelope::CancelEnvelope, create_envelope::CreateEnvelope, download_signed::DownloadSigned,
    find_envelopes::FindEnvelopes, get_envelope::GetEnvelope, put_file::PutFile, raw::Raw,
};
use crate::wire::NewEnvelope;

fn root() -> Arc<Root> {
    Arc::new(Root::new(&Url::parse("https://api.inkpost.example").unwrap()))
}

fn draft() -> Draft {
    Draft::new("Please sign the lease")
        .message("Until Friday, please.")
        .document(Document::from_bytes("the lease.pdf", &b"%PDF-1.7"[..]))
        .recipient(
            Recipient::signer("Ann Lee", "ann@example.com").field(Field::signature().at(1, 72.0, 640.5)),
        )
        .recipient(
            Recipient::signer("Cy", "cy@example.com").order(2).field(Field::signature().at(2, 1.0, 2.0)),
        )
}

fn shown() -> Value {
    json!({
        "id": "e1", "state": "declined", "reason": "too expensive", "subject": "Please sign the lease",
        "reference": "order-7", "digest": "d1ge57", "created_at": "2026-11-24T12:00:00Z", "colour": "blue",
        "signers": [
            {"name": "Ann Lee", "email": "ann@example.com", "state": "declined", "step": 1},
            {"name": "Cy", "email": "cy@example.com", "state": "on holiday", "step": 2}],
    })
}

fn bad(status: u16, code: &str) -> Response<bytes::Bytes> {
    answer(status, &json!({"error": code, "message": "It says why."}))
}

#[tokio::test]
async fn put_file() {
    let prepared = Prepared::new(&draft()).await.unwrap();
    let call = PutFile { root: root(), document: &prepared.documents[0] };
    snapshots!(Texts::of(&call, answer(201, &json!({"id": "f1"})), debug, bad(422, "no_pdf")).await.unwrap());
}

#[tokio::test]
async fn create_envelope() {
    let key: IdempotencyKey = "order-7".parse().unwrap();
    let intent = Intent { key: &key, digest: "d1ge57", draft: false };
    let envelope = NewEnvelope::new(&draft(), vec!["f1".into()], intent);
    let call = CreateEnvelope { root: root(), envelope: &envelope };
    snapshots!(Texts::of(&call, answer(201, &shown()), pretty, bad(409, "reference_taken")).await.unwrap());
}

#[tokio::test]
async fn get_envelope() {
    let call = GetEnvelope { root: root(), id: "../e1".into() };
    let texts = Texts::of(&call, answer(200, &shown()), pretty, bad(404, "unknown_envelope")).await.unwrap();
    snapshots!(texts);
    assert!(call.reply(with_type(200, "text/html", "<p>")).is_err(), "HTML is no envelope");
}

#[tokio::test]
async fn find_envelopes() {
    let key: IdempotencyKey = "order-7".parse().unwrap();
    let call = FindEnvelopes { root: root(), key: &key };
    let mut other = shown();
    other["reference"] = "order-70".into();
    let found = answer(200, &json!({"envelopes": [other, shown()]}));
    let show = |found: Vec<signbridge_core::Envelope>| format!("{} found", found.len());
    snapshots!(Texts::of(&call, found, show, bad(500, "")).await.unwrap());
}

#[tokio::test]
async fn cancel_envelope() {
    let call = CancelEnvelope { root: root(), id: "e1", reason: "wrong price" };
    snapshots!(Texts::of(&call, with_type(204, "", ""), debug, bad(409, "ended")).await.unwrap());
}

#[tokio::test]
async fn download_signed() {
    let call = DownloadSigned { root: root(), id: "e1" };
    let good = with_type(200, "application/pdf", "");
    snapshots!(Texts::of(&call, good, debug, bad(409, "not_signed")).await.unwrap());
    assert!(call.reply(answer(200, &json!({}))).is_err(), "JSON is no document");
}

#[tokio::test]
async fn raw() {
    let raw =
        |path: &str| Raw { root: root(), request: Request::get(path).body(bytes::Bytes::new()).unwrap() };
    let show = |answer: Response<bytes::Bytes>| format!("{:?}", answer.body());
    snapshots!(Texts::of(&raw("/account?x=1"), answer(200, &json!({})), show, bad(403, "")).await.unwrap());
    assert!(raw("/../v2/account").request().is_err(), "it leaves the API");
}

#[test]
fn every_call_has_its_three_snapshots() {
    assert_eq!(calls::gaps(env!("CARGO_MANIFEST_DIR"), 7), Vec::<String>::new());
}
