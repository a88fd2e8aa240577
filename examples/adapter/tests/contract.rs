//! The adapter as an application gets it: registered, configured by a profile, and held against the contract suite.

mod server;

use std::sync::Arc;

use server::{KEY, Server};
use signbridge::{Config, Document, Draft, Field, Recipient, Registry, Signbridge, client::TokioClock};
use signbridge_contract::{Recorder, Subject, recording::Replay, run};
use signbridge_core::{CreateOptions, ErrorKind, Outcome, Parts};
use signbridge_inkpost::INKPOST;

const PROFILE: &str = r#"
    [profiles.work]
    provider = "inkpost"
    api_key = { env = "INKPOST_KEY" }
"#;

fn application(parts: Parts, key: &str) -> Signbridge {
    let config = Config::parse(PROFILE, ".").unwrap();
    let config = config.with_environment([("INKPOST_KEY".to_owned(), key.to_owned())]).unwrap();
    Signbridge::with_parts(config, Registry::enabled().with(&INKPOST), parts).unwrap()
}

fn parts(server: &Server) -> Parts {
    Parts::new(Arc::new(server.clone()), Arc::new(TokioClock))
}

#[tokio::test]
async fn it_does_what_it_declares() {
    let server = Server::default();
    let provider = application(parts(&server), KEY).provider(None).unwrap();
    let verdict = run(&Subject::new(provider, Arc::new(server))).await;
    println!("{verdict}");
    assert!(verdict.is_good() && verdict.cases.len() > 30, "{verdict}");
}

#[tokio::test]
async fn a_recording_of_it_replays_without_the_server() {
    let (server, recorder) = (Server::default(), Recorder::new());
    let recorded = Parts::new(recorder.transport(Arc::new(server.clone())), Arc::new(TokioClock));
    let provider = application(recorded, KEY).provider(None).unwrap();
    let subject = Subject::new(provider, recorder.stage(Arc::new(server))).recorded_by(recorder.clone());
    let recording = recorder.recording(&run(&subject).await, "2026-11-24").unwrap();
    assert!(!format!("{recording:?}").contains(KEY));
    let replay = Replay::new(recording);
    let replayed = Parts::new(replay.transport(), replay.clock());
    let provider = application(replayed, "another-key").provider(None).unwrap();
    let verdict = run(&Subject::new(provider, replay.stage())).await;
    assert_eq!(replay.differences(&verdict), Vec::<String>::new(), "{verdict}");
}

#[tokio::test]
async fn a_wrong_key_is_named_with_its_remedy() {
    let application = application(parts(&Server::default()), "another-key");
    let draft = Draft::new("Lease")
        .document(Document::from_bytes("lease.pdf", &b"%PDF-1.7"[..]))
        .recipient(Recipient::signer("Ann", "ann@example.com"))
        .free_placement();
    let error = application.create(&draft, &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert!(error.remedy().unwrap().contains("api_key"));
    let steps = application.diagnose(None).await.unwrap().steps;
    assert_eq!((steps[0].outcome, steps[1].outcome), (Outcome::Good, Outcome::Fault));
}

#[tokio::test]
async fn what_would_be_lost_is_refused_before_any_request() {
    let server = Server::default();
    let application = application(parts(&server), KEY);
    let signer = || Recipient::signer("Ann", "ann@example.com");
    let draft = || Draft::new("Lease").document(Document::from_bytes("lease.pdf", &b"%PDF-1.7"[..]));
    let chosen = || draft().recipient(signer()).free_placement();
    for (draft, path) in [
        (chosen().metadata("case", "42"), "metadata"),
        (chosen().reminders(1, 2), "reminders"),
        (draft().recipient(signer().note("Only you.")).free_placement(), "recipients[0].note"),
        (
            draft().recipient(signer().field(Field::signature().at_anchor("Sign:", 0.0, 0.0))),
            "recipients[0].fields[0].placement",
        ),
    ] {
        let error = application.create(&draft, &CreateOptions::sent()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.faults().iter().any(|fault| fault.path == path), "{path}: {error}");
    }
    assert_eq!(signbridge_contract::Stage::requests(&server), 0);
}
