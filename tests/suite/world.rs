//! An emulator, and an account on it.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use signbridge_client::{Timeouts, reqwest::ReqwestTransport};
use signbridge_core::{Clock, Document, Draft, Field, Parts, Provider, Recipient};
use signbridge_docusign::{Config, DocuSign, Environment};
use signbridge_emulator::{Control, Emulator, Options};

pub const ANN: &str = "ann.lee@example.com";
pub const BOB: &str = "bob.ray@example.com";

/// A clock that does not wait, optionally wrong.
#[derive(Debug, Default)]
pub struct HastyClock {
    pub off_by: TimeDelta,
}

#[async_trait]
impl Clock for HastyClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now() + self.off_by
    }

    async fn sleep(&self, duration: Duration) {
        // Pauses are cut short, timeouts are not.
        let pause = duration < Duration::from_secs(30);
        tokio::time::sleep(if pause { duration.min(Duration::from_millis(20)) } else { duration }).await;
    }
}

pub struct World {
    pub emulator: Emulator,
    pub control: Control,
}

impl World {
    pub async fn new() -> Self {
        let emulator = signbridge_emulator::start(Options::default()).await.unwrap();
        let control = emulator.control();
        Self { emulator, control }
    }

    pub fn key(&self) -> String {
        std::fs::read_to_string(&self.emulator.ready().providers.docusign.private_key_file).unwrap()
    }

    pub fn config_with(&self, keys: &[String], user: &str) -> Config {
        let ready = &self.emulator.ready().providers.docusign;
        let keys: Vec<_> = keys.iter().map(|key| key.clone().into()).collect();
        let mut config = Config::new(Environment::Demo, &ready.integration_key, user, &keys).unwrap();
        config.auth_url = ready.auth_url_tls.parse().unwrap();
        config
    }

    pub fn config(&self) -> Config {
        self.config_with(&[self.key()], &self.emulator.ready().providers.docusign.user_id.clone())
    }

    pub fn parts(&self) -> Parts {
        let ca = std::fs::read(&self.emulator.ready().ca_file).unwrap();
        let transport = ReqwestTransport::builder()
            .timeouts(&Timeouts::default())
            .root_certificate_pem(&ca)
            .build()
            .unwrap();
        Parts::new(Arc::new(transport), Arc::new(HastyClock::default()))
    }

    pub fn provider(&self) -> Arc<dyn Provider> {
        DocuSign::connect(self.config(), self.parts())
    }

    /// How many envelopes were ever sent, by the emulator's count.
    pub fn sent(&self) -> usize {
        self.control.envelopes().iter().filter(|envelope| envelope["status"] != "created").count()
    }

    pub fn ask(&self, operation: &str) -> usize {
        self.control
            .journal()
            .iter()
            .filter(|entry| entry.operation.as_deref().is_some_and(|one| one.contains(operation)))
            .count()
    }
}

/// Whatever a test does, its traffic has to be as published.
impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let violations = crate::contract::violations(&self.control);
            assert!(violations.is_empty(), "{violations:#?}");
        }
    }
}

/// A one-page PDF with a text, padded to at least `length` bytes by a comment that readers skip.
pub fn pdf(text: &str, length: usize) -> Vec<u8> {
    let content = format!("BT /F1 14 Tf 72 700 Td ({text}) Tj ET");
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
            .to_owned(),
        format!("<</Length {}>>stream\n{content}\nendstream", content.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
        // The padding lies in a stream of its own, so that the bytes are part of the document.
        format!("<</Length {length}>>stream\n{}\nendstream", "x".repeat(length)),
    ];
    let mut bytes = "%PDF-1.4\n".to_owned();
    let mut offsets = BTreeMap::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.insert(index, bytes.len());
        bytes += &format!("{} 0 obj\n{object}\nendobj\n", index + 1);
    }
    let start = bytes.len();
    bytes += &format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    offsets.values().for_each(|offset| bytes += &format!("{offset:010} 00000 n \n"));
    bytes += &format!("trailer<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    bytes.into_bytes()
}

/// A lease for one signer and a copy.
pub fn lease() -> Draft {
    Draft::new("Lease of flat 7")
        .message("Please sign until Friday.")
        .document(Document::from_bytes("lease.pdf", pdf("The lease. Sign here:", 100)))
        .recipient(Recipient::signer("Ann Lee", ANN).field(Field::signature().at(1, 72.0, 600.0)))
        .recipient(Recipient::carbon_copy("Bob Ray", BOB).order(2))
        .metadata("case", "42")
}
