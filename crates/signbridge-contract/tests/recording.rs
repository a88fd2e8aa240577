//! A run on the emulator is recorded, holds nothing that must not be kept, and replayed it gives the same verdict.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "what cannot be unwrapped fails the test")]

use std::{fs, path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use signbridge::{Config, Registry, Signbridge};
use signbridge_client::{Timeouts, reqwest::ReqwestTransport};
use signbridge_contract::{
    Act, Recorder, Stage, Subject, Verdict,
    recording::{Event, Index, Recording, Replay},
    verified,
};
use signbridge_core::{Clock, Evidence, Parts, Transport};
use signbridge_emulator::{Action, Control, Emulator, Options};

/// A person as there may be one: nothing of her may be found in a recording.
const SIGNER: (&str, &str) = ("Sentinel Quimby", "sentinel.quimby@private.example");

/// A clock that cuts pauses short, and no timeouts.
#[derive(Debug)]
struct HastyClock;

#[async_trait]
impl Clock for HastyClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    async fn sleep(&self, duration: Duration) {
        let is_pause = duration < Duration::from_secs(30);
        tokio::time::sleep(if is_pause { duration.min(Duration::from_millis(20)) } else { duration }).await;
    }
}

#[derive(Debug)]
struct Emulated(Control);

#[async_trait]
impl Stage for Emulated {
    async fn act(&self, envelope: &str, email: &str, act: Act<'_>) -> Result<(), String> {
        let (action, reason) = match act {
            Act::Sign => (Action::Sign, None),
            Act::Decline(reason) => (Action::Decline, Some(reason)),
        };
        self.0.act(envelope, email, action, reason).map(drop).map_err(|error| error.to_string())
    }

    async fn pass_time(&self) {
        self.0.advance_clock(Duration::from_secs(10));
    }

    fn requests(&self) -> u64 {
        0
    }
}

fn subject(emulator: &Emulator, profile: &str, parts: Parts, stage: Arc<dyn Stage>) -> Subject {
    let config = Config::parse(&emulator.ready().configuration(), ".").unwrap();
    let signbridge = Signbridge::with_parts(config, Registry::enabled(), parts).unwrap();
    Subject::new(signbridge.provider(Some(profile)).unwrap(), stage)
}

fn network(emulator: &Emulator) -> Arc<dyn Transport> {
    let ca = fs::read(&emulator.ready().ca_file).unwrap();
    let transport =
        ReqwestTransport::builder().timeouts(&Timeouts::default()).root_certificate_pem(&ca).build().unwrap();
    Arc::new(transport)
}

async fn emulated() -> Emulator {
    let emulator = signbridge_emulator::start(Options::default()).await.unwrap();
    let control = emulator.control();
    let at_once = serde_json::json!({"processing_ms": 0, "exposure_ms": 0, "index_ms": 0});
    control.provider("adobe-sign", "POST", "timing", &at_once).unwrap();
    control.provider("adobe-sign", "POST", "polling", &serde_json::json!({"rule": "off"})).unwrap();
    emulator
}

/// Every value of the emulator's profiles that is a secret or names an account.
fn secrets(emulator: &Emulator) -> Vec<String> {
    let providers = serde_json::to_value(&emulator.ready().providers).unwrap();
    let names = ["key", "secret", "token", "user_id", "account_id", "app_id", "client_id"];
    let mut found = Vec::new();
    for provider in providers.as_object().unwrap().values() {
        for (name, value) in provider.as_object().unwrap() {
            if !name.ends_with("file") && names.iter().any(|word| name.contains(word)) {
                found.push(value.as_str().unwrap().to_owned());
            }
        }
    }
    assert!(found.len() >= 10, "{found:?}");
    found
}

fn search(folder: &Path, forbidden: &[String]) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        for value in forbidden {
            let at = text.find(value.as_str());
            assert_eq!(
                at.map(|at| &text[at.saturating_sub(80)..at + 60]),
                None,
                "{}: {value}",
                path.display()
            );
        }
        assert!(!text.to_lowercase().contains("bearer ") && !text.contains("%PDF-1"), "{}", path.display());
    }
}

async fn replayed(emulator: &Emulator, profile: &str, folder: &Path) -> (Replay, Verdict) {
    let replay = Replay::open(folder).unwrap();
    let parts = Parts::new(replay.transport(), replay.clock());
    let subject = subject(emulator, profile, parts, replay.stage());
    (replay, signbridge_contract::run(&subject).await)
}

async fn holds(profile: &str) {
    let emulator = emulated().await;
    let folder = tempfile::tempdir().unwrap();
    let recorder = Recorder::new();
    let parts = Parts::new(recorder.transport(network(&emulator)), Arc::new(HastyClock));
    let stage = recorder.stage(Arc::new(Emulated(emulator.control())));
    let subject =
        subject(&emulator, profile, parts, stage).signed_by(SIGNER.0, SIGNER.1).recorded_by(recorder.clone());
    let verdict = signbridge_contract::run(&subject).await;
    // Whether the adapter keeps the contract is another test's question; here it is whether the recording says the same.
    let good = verdict.cases.iter().filter(|case| case.fault.is_none()).count();
    assert!(good >= 20, "{verdict}");
    let recording = recorder.write(folder.path(), &verdict, "2026-11-24").unwrap();
    assert_eq!(Recording::read(folder.path()).unwrap(), recording);
    let exchanges = recording.cases.iter().flat_map(|case| &case.events);
    let exchanges = exchanges.filter(|event| matches!(event, Event::Exchange(_))).count() as u64;
    assert_eq!(exchanges, recorder.requests());

    let mut forbidden = secrets(&emulator);
    forbidden.extend(
        [
            SIGNER.0,
            SIGNER.1,
            "Quimby",
            "quimby",
            "private.example",
            "4711Ab",
            "4711AB",
            "\"4711",
            "600100200",
        ]
        .map(str::to_owned),
    );
    search(folder.path(), &forbidden);

    // With another signer, other keys and no network.
    let (replay, again) = replayed(&emulator, profile, folder.path()).await;
    assert_eq!(replay.differences(&again), Vec::<String>::new(), "{again}");
    assert_eq!(again.cases.len(), verdict.cases.len(), "{again}");

    // What the adapter is told decides: with an answer changed, the verdict is another one.
    let mut changed = recording.clone();
    change(&mut changed);
    changed.write(folder.path()).unwrap();
    let (replay, fallen) = replayed(&emulator, profile, folder.path()).await;
    assert!(!fallen.is_good() && !replay.differences(&fallen).is_empty(), "{fallen}");

    let recording = Recording { index: Index { good: true, ..recording.index }, ..recording };
    let file: &'static str = verified::file(&recording).unwrap().leak();
    assert_eq!(Evidence::verified(file), Evidence::VerifiedLive("2026-11-24"));
    let table: toml::Table = toml::from_str(file).unwrap();
    assert_eq!(table["cases"].as_integer().unwrap() as usize, verdict.cases.len());
    assert_eq!(table["recording"].as_str().unwrap(), verified::digest(&recording));
}

/// Documents become other files.
fn change(recording: &mut Recording) {
    for event in recording.cases.iter_mut().flat_map(|case| &mut case.events) {
        if let Event::Exchange(exchange) = event
            && let Some(answer) = &mut exchange.answer
            && let signbridge_contract::recording::Content::Bytes { begins, .. } = &mut answer.body
        {
            "GIF89a".clone_into(begins);
        }
    }
}

#[tokio::test]
async fn docusign_is_recorded_and_replayed() {
    holds("docusign").await;
}

#[tokio::test]
async fn adobe_sign_is_recorded_and_replayed() {
    holds("adobe-sign").await;
}

#[tokio::test]
async fn dropbox_sign_is_recorded_and_replayed() {
    holds("dropbox-sign").await;
}

#[tokio::test]
async fn esignglobal_is_recorded_and_replayed() {
    holds("esignglobal").await;
}

#[test]
fn no_committed_file_claims_what_nobody_saw() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for adapter in Registry::enabled().adapters() {
        let path = crates.join(format!("signbridge-{}", adapter.name())).join(verified::FILE_NAME);
        let table: toml::Table = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let date = table["date"].as_str().unwrap();
        // A date stands there with the digest of the recording that proves it, or not at all.
        assert_eq!(date.is_empty(), table["recording"].as_str().unwrap().is_empty(), "{}", path.display());
        let evidence = adapter.capabilities().evidence;
        assert_eq!(matches!(evidence, Evidence::VerifiedLive(_)), !date.is_empty(), "{}", adapter.name());
    }
}
