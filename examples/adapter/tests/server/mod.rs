//! Inkpost in memory: what its description says, as a transport. Written by itself, not from the adapter.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use futures_util::StreamExt;
use http::{Request, Response};
use serde_json::{Value, json};
use signbridge_contract::{Act, Stage};
use signbridge_core::{Body, Chunks, Transport, TransportError};
use url::Url;

pub const KEY: &str = "inkpost-key";

/// The provider and its mailbox. Clones are the same server.
#[derive(Debug, Clone, Default)]
pub struct Server(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    files: BTreeMap<String, Vec<u8>>,
    envelopes: BTreeMap<String, Value>,
    requests: u64,
}

type Answer = Result<(u16, Vec<u8>), (u16, &'static str)>;

#[async_trait]
impl Transport for Server {
    async fn send(&self, request: Request<Body>) -> Result<Response<Chunks>, TransportError> {
        let (head, body) = request.into_parts();
        let bytes = read(body).await;
        let url = Url::parse(&head.uri.to_string()).unwrap();
        let key = head.headers.get("authorization").and_then(|value| value.to_str().ok());
        let mut state = self.0.lock().unwrap();
        state.requests += 1;
        let answer = if key == Some(&format!("Key {KEY}")) {
            state.answer(head.method.as_str(), &url, &bytes)
        } else {
            Err((401, "wrong_key"))
        };
        let (status, bytes) = answer.unwrap_or_else(|(status, code)| {
            (status, json!({"error": code, "message": "Refused."}).to_string().into_bytes())
        });
        let is_pdf = bytes.starts_with(b"%PDF");
        Ok(Response::builder()
            .status(status)
            .header("content-type", if is_pdf { "application/pdf" } else { "application/json" })
            .header("content-length", bytes.len())
            .body(Chunks::from_bytes(bytes))
            .unwrap())
    }
}

impl State {
    fn answer(&mut self, method: &str, url: &Url, body: &[u8]) -> Answer {
        let path: Vec<&str> = url.path_segments().unwrap().collect();
        let query: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
        match (method, path.as_slice()) {
            ("PUT", ["v1", "files"]) if query.contains_key("name") && body.starts_with(b"%PDF") => {
                let id = format!("f{}", self.files.len() + 1);
                self.files.insert(id.clone(), body.to_vec());
                Ok((201, json!({"id": id}).to_string().into()))
            }
            ("PUT", ["v1", "files"]) => Err((422, "no_pdf")),
            ("POST", ["v1", "envelopes"]) => self.create(body),
            ("GET", ["v1", "envelopes"]) => {
                let reference = query.get("reference").ok_or((422, "reference_missing"))?;
                let found: Vec<_> =
                    self.envelopes.values().filter(|one| one["reference"] == **reference).collect();
                Ok((200, json!({"envelopes": found}).to_string().into()))
            }
            ("GET", ["v1", "envelopes", id]) => Ok((200, self.envelope(id)?.to_string().into())),
            ("POST", ["v1", "envelopes", id, "cancel"]) => {
                let reason = json_of(body)?["reason"].clone();
                let envelope = self.envelope(id)?;
                if envelope["state"] != "open" {
                    return Err((409, "ended"));
                }
                envelope["state"] = "cancelled".into();
                envelope["ended_at"] = now();
                envelope["reason"] = reason;
                Ok((204, Vec::new()))
            }
            ("GET", ["v1", "envelopes", id, "signed"]) => {
                let envelope = self.envelope(id)?;
                if envelope["state"] != "signed" {
                    return Err((409, "not_signed"));
                }
                let file = envelope["files"][0].as_str().unwrap().to_owned();
                Ok((200, self.files[&file].clone()))
            }
            _ => Err((404, "unknown_path")),
        }
    }

    fn create(&mut self, body: &[u8]) -> Answer {
        let mut envelope = json_of(body)?;
        let files = envelope["files"].as_array().ok_or((422, "files_missing"))?;
        if files.is_empty()
            || files.iter().any(|file| !self.files.contains_key(file.as_str().unwrap_or_default()))
        {
            return Err((422, "unknown_file"));
        }
        if self.envelopes.values().any(|one| one["reference"] == envelope["reference"]) {
            return Err((409, "reference_taken"));
        }
        let signers = envelope["signers"].as_array_mut().filter(|all| !all.is_empty());
        for signer in signers.ok_or((422, "signers_missing"))? {
            signer["state"] = "waiting".into();
        }
        ask(&mut envelope);
        let id = format!("e{}", self.envelopes.len() + 1);
        envelope["id"] = id.as_str().into();
        envelope["state"] = "open".into();
        envelope["created_at"] = now();
        let shown = envelope.to_string();
        self.envelopes.insert(id, envelope);
        Ok((201, shown.into()))
    }

    fn envelope(&mut self, id: &str) -> Result<&mut Value, (u16, &'static str)> {
        self.envelopes.get_mut(id).ok_or((404, "unknown_envelope"))
    }
}

/// Asks those whose step it is: the first in which somebody has not signed.
fn ask(envelope: &mut Value) {
    let signers = envelope["signers"].as_array_mut().unwrap();
    let open =
        signers.iter().filter(|one| one["state"] != "signed").filter_map(|one| one["step"].as_u64()).min();
    for signer in signers.iter_mut().filter(|one| one["state"] == "waiting" && one["step"].as_u64() == open) {
        signer["state"] = "asked".into();
    }
}

fn now() -> Value {
    chrono::Utc::now().to_rfc3339().into()
}

fn json_of(body: &[u8]) -> Result<Value, (u16, &'static str)> {
    serde_json::from_slice(body).map_err(|_| (400, "no_json"))
}

async fn read(body: Body) -> Vec<u8> {
    let (mut bytes, mut chunks) = (Vec::new(), body.into_stream());
    while let Some(chunk) = chunks.next().await {
        bytes.extend_from_slice(&chunk.unwrap());
    }
    bytes
}

#[async_trait]
impl Stage for Server {
    async fn act(&self, envelope: &str, email: &str, act: Act<'_>) -> Result<(), String> {
        let mut state = self.0.lock().unwrap();
        let envelope = state.envelope(envelope).map_err(|(_, code)| code.to_owned())?;
        if envelope["state"] != "open" {
            return Err("there is nothing to sign".to_owned());
        }
        let signers = envelope["signers"].as_array_mut().unwrap();
        let signer = signers.iter_mut().find(|one| one["email"] == email && one["state"] == "asked");
        let signer = signer.ok_or("he was not asked")?;
        match act {
            Act::Sign => {
                signer["state"] = "signed".into();
                signer["done_at"] = now();
            }
            Act::Decline(reason) => {
                signer["state"] = "declined".into();
                envelope["reason"] = reason.into();
                envelope["state"] = "declined".into();
                envelope["ended_at"] = now();
            }
        }
        ask(envelope);
        let signers = envelope["signers"].as_array().unwrap();
        if signers.iter().all(|one| one["state"] == "signed") {
            envelope["state"] = "signed".into();
            envelope["ended_at"] = now();
        }
        Ok(())
    }

    /// Nothing at Inkpost takes time.
    async fn pass_time(&self) {}

    fn requests(&self) -> u64 {
        self.0.lock().unwrap().requests
    }
}
