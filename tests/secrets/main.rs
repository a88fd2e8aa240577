//! Nothing leaks: sentinel secrets go through everything that can be done, and no trace, Debug or error shows them.
//! A process of its own, because it listens to everything that any crate of the process logs.

#[path = "../suite/contract.rs"]
mod contract;
#[path = "../suite/world.rs"]
#[expect(dead_code, reason = "the suite uses more of it")]
mod world;

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use signbridge::secrecy::ExposeSecret;
use signbridge_core::{
    Body, Chunks, CreateOptions, Document, Parts, SigningLinkRequest, Transport, TransportError, What,
};
use signbridge_docusign::DocuSign;
use signbridge_emulator::Action;
use tracing_subscriber::fmt::MakeWriter;

use crate::world::{World, lease, pdf};

/// Everything that any crate logs at any level.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Remembers what was sent as authorisation, to look for it afterwards.
#[derive(Debug)]
struct Recorded {
    inner: Arc<dyn Transport>,
    tokens: Mutex<Vec<String>>,
}

#[async_trait::async_trait]
impl Transport for Recorded {
    async fn send(&self, request: http::Request<Body>) -> Result<http::Response<Chunks>, TransportError> {
        if let Some(value) = request.headers().get(http::header::AUTHORIZATION) {
            let token = value.to_str().unwrap().trim_start_matches("Bearer ").to_owned();
            self.tokens.lock().unwrap().push(token);
        }
        self.inner.send(request).await
    }
}

const PERSON: &str = "sentinel.person@example.com";
const CODE: &str = "SENTINELCODE";
const TEXT: &str = "SENTINELDOCUMENT";

#[tokio::test]
async fn no_secret_shows_in_debug_errors_or_logs() {
    let captured = Captured::default();
    let logs = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(captured.clone())
        .finish();
    tracing::subscriber::set_global_default(logs).unwrap();
    let world = World::new().await;
    let config = world.config();
    let mut shown = format!("{config:?}");
    let parts = world.parts();
    let recorded = Arc::new(Recorded { inner: parts.transport, tokens: Mutex::default() });
    let docusign = DocuSign::connect(config, Parts { transport: Arc::clone(&recorded) as _, ..parts });
    let mut draft = lease()
        .document(Document::from_bytes("b.pdf", pdf(TEXT, 10)))
        .return_url("https://app.example/?SENTINELRETURN".parse().unwrap());
    draft.recipients[0].email = PERSON.into();
    draft.recipients[0] = draft.recipients[0].clone().embedded().access_code(CODE);
    shown += &format!("{draft:?} {:?}", docusign.check(&draft).await);
    let sent = docusign.create(&draft, &CreateOptions::sent()).await.unwrap();
    let link = docusign.signing_link(&sent.id, &SigningLinkRequest::new(PERSON)).await.unwrap();
    shown += &format!("{docusign:?} {sent:?} {link:?} {:?}", docusign.get(&sent.id).await);
    shown += &format!(
        "{:?} {:?}",
        docusign.audit(&sent.id).await,
        docusign.download(&sent.id, &What::Combined).await
    );
    shown += &format!(
        "{:?}",
        docusign
            .raw(http::Request::builder().uri("/nowhere?SENTINELQUERY").body(bytes::Bytes::new()).unwrap())
            .await
    );
    world.control.act(&sent.id, PERSON, Action::Decline, Some("no")).unwrap();
    for fault in ["cut_before", "cut_answer"] {
        let fault: signbridge_emulator::Fault = serde_json::from_value(
            serde_json::json!({"method": "POST", "path": "/envelopes", "times": 9, "kind": fault}),
        )
        .unwrap();
        world.control.add_fault(fault);
        if let Err(error) = docusign.create(&draft, &CreateOptions::sent()).await {
            shown += &format!("{error} {error:?} {error:#?} {}", serde_json::to_string(&error).unwrap());
        }
        world.control.clear_faults();
    }
    let error = docusign.void(&sent.id, "declined already").await.unwrap_err();
    shown += &format!("{error} {error:?}");

    let logs = String::from_utf8_lossy(&captured.0.lock().unwrap()).into_owned();
    assert!(logs.contains("envelopes.create"), "the exchange is traced at all");
    let token = recorded.tokens.lock().unwrap().first().unwrap().clone();
    assert!(token.len() > 100);
    let key = world.key();
    let key_line = key.lines().nth(3).unwrap();
    let link = link.url.expose_secret();
    let secret_of_link = link.rsplit(['/', '=']).next().unwrap();
    assert!(secret_of_link.len() > 8);
    for (what, secret) in [
        ("person", PERSON),
        ("access code", CODE),
        ("document", TEXT),
        ("key", key_line),
        ("link", secret_of_link),
        ("bearer token", &token),
        ("assertion", "assertion="),
        ("query", "SENTINELQUERY"),
        ("return address", "SENTINELRETURN"),
    ] {
        for (place, text) in [("Debug or error", &shown), ("logs", &logs)] {
            if let Some(at) = text.find(secret) {
                let around: String = text[at.saturating_sub(200)..].chars().take(300).collect();
                panic!("the {what} shows in {place}: {around}");
            }
        }
    }
}
