//! What the tests of several rooms share: pages, a clock that does not wait, and a transport that answers as told.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use http::{Method, Request, Response, header};
use serde_json::{Value, json};
use signbridge_contract::calls::page;
use signbridge_core::{
    Body, Chunks, Clock, Document, Draft, Field, Parts, Reach, Recipient, Transport, TransportError,
    TransportFault,
};

use crate::config::{Config, Credentials};

pub(crate) fn letter() -> Document {
    Document::from_bytes("lease.pdf", page(612, 792))
}

/// A draft that passes without any finding.
pub(crate) fn lease() -> Draft {
    Draft::new("Lease").document(letter()).recipient(
        Recipient::signer("Ann Lee", "ann@example.com").field(Field::signature().at(1, 72.0, 640.0)),
    )
}

pub(crate) fn config() -> Config {
    Config::new(Credentials::ApiKey("k3y".into()), true).unwrap()
}

#[derive(Debug)]
pub(crate) struct StillClock;

#[async_trait]
impl Clock for StillClock {
    fn now(&self) -> DateTime<Utc> {
        "2026-11-24T12:00:00Z".parse().unwrap()
    }

    /// Pauses are over at once; what is longer than any pause is a timeout, which does not come.
    async fn sleep(&self, duration: Duration) {
        if duration > Duration::from_secs(300) {
            std::future::pending::<()>().await;
        }
    }
}

#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) authorization: String,
    pub(crate) body: String,
}

/// Answers in the order given, and keeps what was asked.
#[derive(Debug, Default)]
pub(crate) struct Script {
    answers: Mutex<VecDeque<Option<(u16, Value)>>>,
    pub(crate) seen: Mutex<Vec<Seen>>,
}

impl Script {
    /// Answers with status and body; `None` breaks the connection after the request was written.
    pub(crate) fn new(answers: impl IntoIterator<Item = Option<(u16, Value)>>) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers.into_iter().collect()), seen: Mutex::default() })
    }

    pub(crate) fn parts(self: &Arc<Self>) -> Parts {
        Parts::new(Arc::clone(self) as _, Arc::new(StillClock))
    }

    /// Method and path of what was asked.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(|seen| format!("{} {}", seen.method, seen.path)).collect()
    }
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: Request<Body>) -> Result<Response<Chunks>, TransportError> {
        let (head, body) = request.into_parts();
        let mut bytes = Vec::new();
        let mut chunks = body.into_stream();
        while let Some(chunk) = chunks.next().await {
            bytes.extend_from_slice(&chunk.unwrap());
        }
        self.seen.lock().unwrap().push(Seen {
            method: head.method,
            path: head.uri.path_and_query().unwrap().to_string(),
            authorization: head
                .headers
                .get(header::AUTHORIZATION)
                .map(|value| value.to_str().unwrap().to_owned())
                .unwrap_or_default(),
            body: String::from_utf8_lossy(&bytes).into_owned(),
        });
        let answer = self.answers.lock().unwrap().pop_front().expect("an answer for each request");
        match answer {
            None => Err(TransportError::new(TransportFault::Interrupted, Reach::Maybe, "reset")),
            Some((status, Value::Null)) => Ok(Response::builder()
                .status(status)
                .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
                .body(Chunks::from_bytes(Bytes::new()))
                .unwrap()),
            Some((status, body)) => Ok(Response::builder()
                .status(status)
                .header(header::CONTENT_TYPE, "application/json")
                .body(Chunks::from_bytes(body.to_string()))
                .unwrap()),
        }
    }
}

pub(crate) const ID: &str = "fa5c8a0b0f492d768749333ad6fcc214c111e967";

/// A request in progress with these signatures (e-mail, order, code).
pub(crate) fn request(signatures: &[(&str, Option<u32>, &str)]) -> Value {
    let signatures: Vec<Value> = signatures
        .iter()
        .enumerate()
        .map(|(index, (email, order, code))| {
            json!({"signature_id": format!("sig{index}"), "signer_email_address": email, "signer_name": email,
                "signer_role": null, "order": order, "status_code": code, "signed_at": null, "last_viewed_at": null,
                "last_reminded_at": null, "has_pin": false})
        })
        .collect();
    json!({"signature_request_id": ID, "title": "Lease", "subject": "Lease", "metadata": {}, "created_at": 1795521600,
        "is_complete": false, "is_declined": false, "has_error": false, "signing_url": null, "client_id": "app",
        "cc_email_addresses": [], "signatures": signatures})
}

pub(crate) const TEMPLATE: &str = "f57db65d3f933b5316d398057a36176831451a35";

/// A template with two roles that sign, one that gets a copy, a text and a check box of the sender. As recorded: places
/// with fractions, an index as text and one that is null, a message that is null, an older name of its id.
pub(crate) fn template() -> Value {
    json!({"template_id": TEMPLATE, "reusable_form_id": TEMPLATE, "title": "Lease", "message": null,
        "updated_at": 1795521600, "metadata": {}, "is_creator": true, "can_edit": true,
        "signer_roles": [{"name": "Client", "order": 0}, {"name": "Witness", "order": 1}],
        "cc_roles": [{"name": "Manager"}],
        "documents": [
            {"index": "0", "name": "lease.pdf", "field_groups": [],
                "form_fields": [{"api_id": "sig", "name": "", "type": "signature", "signer": "1", "x": 112.5,
                    "y": 328.25, "width": 120.5, "height": 30, "required": true, "fontSize": "12"}],
                "custom_fields": [
                    {"name": "Rent", "type": "text", "signer": null, "x": 378, "y": 36.5, "width": 84, "height": 14},
                    {"name": "Pets", "type": "checkbox", "signer": null, "x": 378, "y": 66.5, "width": 14, "height": 14}]},
            {"index": null, "name": "rules.pdf", "form_fields": [], "custom_fields": []}],
        "accounts": []})
}

pub(crate) fn refused(status: u16, name: &str) -> Option<(u16, Value)> {
    Some((status, json!({"error": {"error_msg": "No.", "error_name": name}})))
}
