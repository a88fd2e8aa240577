//! The journal: what was asked and answered, for assertions and for holding answers against a contract.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use http::HeaderMap;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::dialect::Provider;
use crate::exchange::{Answer, Body, Request};

const KEPT: usize = 10_000;
/// Of a longer text field only the length is kept: it is a document.
const LONGEST_FIELD: usize = 10_000;

/// One request and its answer. The `Authorization` header, the JWT assertion, tokens and client secrets
/// are never recorded.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Entry {
    /// Counts from 1, also across clearing.
    pub seq: u64,
    /// Whose listener it came in on.
    pub provider: Provider,
    /// When the request arrived, by the emulator's clock.
    pub time: DateTime<Utc>,
    /// The method.
    pub method: String,
    /// The path as sent.
    pub path: String,
    /// The query as sent, without the question mark.
    pub query: String,
    /// Method and route template, such as `POST /restapi/v2.1/accounts/{accountId}/envelopes`;
    /// absent when no route fits or the request was not carried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The status sent; absent when the connection was cut instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The fault that hit this request, as its JSON `kind`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// The request's body.
    pub request: RequestRecord,
    /// The answer made; with a fault of the kind `*_after` not necessarily what was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<ResponseRecord>,
}

/// What came in.
#[derive(Debug, Clone, Default, Serialize)]
#[non_exhaustive]
pub struct RequestRecord {
    /// The content type as sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// The `Content-Length` header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_length: Option<u64>,
    /// Whether the body came with `Transfer-Encoding: chunked`.
    pub chunked: bool,
    /// Bytes of body read.
    pub length: u64,
    /// The JSON body, or the JSON part of a multipart body, or what form fields mean where a provider
    /// takes them for JSON; base64 documents are replaced by their length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub json: Option<Value>,
    /// The parts of a multipart body.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartRecord>,
    /// The text fields of a form, also of a multipart one; credentials and whole documents are replaced by
    /// their length.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldRecord>,
}

/// A text field of a form.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct FieldRecord {
    /// Its name as sent.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl FieldRecord {
    fn new(name: &str, value: &str) -> Self {
        let secret = UNRECORDED.contains(&name) || TOKENS.contains(&name);
        let value =
            if secret || value.len() > LONGEST_FIELD { hidden(name, value.len()) } else { value.to_owned() };
        Self { name: name.to_owned(), value }
    }
}

/// A part of a multipart body.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct PartRecord {
    /// Its content type.
    pub content_type: String,
    /// Its content disposition.
    pub disposition: String,
    /// Its length in bytes.
    pub length: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// What went out.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ResponseRecord {
    /// The content type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// The length of a body that is not JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_length: Option<u64>,
    /// The whole JSON body; of an access token only its length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub json: Option<Value>,
}

/// The newest entries, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: VecDeque<Entry>,
    count: u64,
}

impl Journal {
    pub(crate) fn add(&mut self, mut entry: Entry) {
        self.count += 1;
        entry.seq = self.count;
        if self.entries.len() >= KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.entries.iter().cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}

/// An entry from the request's head, before its body is read.
pub(crate) fn begin(
    provider: Provider,
    time: DateTime<Utc>,
    method: &str,
    path: &str,
    query: &str,
    headers: &HeaderMap,
) -> Entry {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    Entry {
        seq: 0,
        provider,
        time,
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        operation: None,
        status: None,
        fault: None,
        request: RequestRecord {
            content_type: header("content-type").map(str::to_owned),
            content_length: header("content-length").and_then(|value| value.parse().ok()),
            chunked: header("transfer-encoding").is_some_and(|value| value.contains("chunked")),
            ..RequestRecord::default()
        },
        response: None,
    }
}

/// Fills in what the body holds.
pub(crate) fn record_body(record: &mut RequestRecord, request: &Request) {
    record.length = request.body.len() as u64;
    let media = request.media_type().unwrap_or_default();
    if media.starts_with("multipart/") {
        let boundary = request.header("content-type").and_then(crate::multipart::boundary);
        let parts = boundary.and_then(|boundary| crate::multipart::parse(&request.body, &boundary).ok());
        for part in parts.unwrap_or_default() {
            let is_file = part.parameter("filename").is_some();
            if let (false, Some(name), Ok(text)) =
                (is_file, part.parameter("name"), std::str::from_utf8(&part.body))
            {
                record.fields.push(FieldRecord::new(&name, text));
            }
            if record.json.is_none() && part.content_type().starts_with("application/json") {
                record.json = serde_json::from_slice(&part.body).ok().map(brief);
            }
            record.parts.push(PartRecord {
                content_type: part.content_type().to_owned(),
                disposition: part.disposition().to_owned(),
                length: part.body.len() as u64,
                sha256: sha256(&part.body),
            });
        }
    } else if media == "application/x-www-form-urlencoded" {
        record.fields = request.form().0.iter().map(|(name, value)| FieldRecord::new(name, value)).collect();
    } else if matches!(request.body.iter().find(|byte| !byte.is_ascii_whitespace()), Some(b'{' | b'[')) {
        record.json = serde_json::from_slice(&request.body).ok().map(brief);
    }
}

pub(crate) fn record_answer(answer: &Answer) -> ResponseRecord {
    let (content_length, json) = match &answer.body {
        Body::Empty => (Some(0), None),
        Body::Bytes(bytes) => (Some(bytes.len() as u64), None),
        Body::Json(value) => (None, Some(without_token(value.clone()))),
    };
    ResponseRecord { content_type: answer.content_type().map(str::to_owned), content_length, json }
}

/// Tokens are credentials; their place in the answer stays visible.
fn without_token(value: Value) -> Value {
    concealed(value, &TOKENS)
}

/// The properties of answers that hold a token, at any provider.
const TOKENS: [&str; 4] = ["access_token", "refresh_token", "accessToken", "token"];
/// The properties of requests that hold a credential or a document.
const UNRECORDED: [&str; 9] = [
    "documentBase64",
    "access_token",
    "refresh_token",
    "client_secret",
    "code",
    "assertion",
    "appSecret",
    "app_secret",
    "fileBase64",
];

pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Replaces base64 documents and credentials by a text of the same type: the journal stays small and
/// tells no secret.
pub(crate) fn brief(value: Value) -> Value {
    concealed(value, &UNRECORDED)
}

fn hidden(key: &str, length: usize) -> String {
    let what = if key.ends_with("Base64") { " of base64" } else { "" };
    format!("({length} characters{what})")
}

fn concealed(mut value: Value, keys: &[&str]) -> Value {
    match &mut value {
        Value::Object(object) => {
            for (key, item) in object.iter_mut() {
                let long = item.as_str().map(str::len).filter(|_| keys.contains(&key.as_str()));
                *item = match long {
                    Some(length) => Value::String(hidden(key, length)),
                    None => concealed(item.take(), keys),
                };
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = concealed(item.take(), keys)),
        _ => {}
    }
    value
}
