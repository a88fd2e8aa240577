//! Every adapter passes the contract suite on the emulator, and so does what wraps an adapter.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use signbridge::{Config, Registry, Signbridge};
use signbridge_contract::{Act, CountingTransport, Stage, Subject};
use signbridge_core::{Clock, Parts};
use signbridge_emulator::{Action, Control};

use crate::{
    adobe_sign::patient::{self, Patient},
    kept,
    world::{HastyClock, World},
};

/// The emulator as the stage.
#[derive(Debug)]
struct Emulated {
    control: Control,
    /// How long it is to the next look.
    pause: Duration,
    transport: Arc<CountingTransport>,
}

#[async_trait]
impl Stage for Emulated {
    async fn act(&self, envelope: &str, email: &str, act: Act<'_>) -> Result<(), String> {
        let (action, reason) = match act {
            Act::Sign => (Action::Sign, None),
            Act::Decline(reason) => (Action::Decline, Some(reason)),
        };
        self.control.act(envelope, email, action, reason).map(drop).map_err(|error| error.to_string())
    }

    async fn pass_time(&self) {
        self.control.advance_clock(self.pause);
    }

    fn requests(&self) -> u64 {
        self.transport.requests()
    }

    async fn kept(&self, envelope: &str) -> Option<Value> {
        Some(kept::draft(&self.control, envelope).expect("a request made the envelope"))
    }
}

/// The emulator's time, which waiting for a polling rule moves by days; pauses are cut short.
#[derive(Debug)]
struct EmulatorsClock(Control);

#[async_trait]
impl Clock for EmulatorsClock {
    fn now(&self) -> DateTime<Utc> {
        self.0.now()
    }

    async fn sleep(&self, duration: Duration) {
        HastyClock::default().sleep(duration).await;
    }
}

/// A provider as an application gets it: from a profile, here the emulated one. Adobe's is of the tier with the strict
/// polling rule, one equal read in ten minutes, and its application comes again when it is told to.
fn subject(world: &World, profile: &str) -> Subject {
    let parts = world.parts();
    let transport = Arc::new(CountingTransport::new(parts.transport));
    let configuration = world.emulator.ready().configuration();
    let standard = configuration.replace("\ntier = ", "\ntier = \"standard\" # ");
    assert_ne!(configuration, standard, "the profile names a tier");
    let config = Config::parse(&standard, ".").unwrap();
    let mut parts = Parts { transport: Arc::clone(&transport) as _, ..parts };
    if profile == "adobe-sign" {
        parts.clock = Arc::new(EmulatorsClock(world.control.clone()));
    }
    let signbridge = Signbridge::with_parts(config, Registry::enabled(), parts).unwrap();
    let mut provider = signbridge.provider(Some(profile)).unwrap();
    let (mut pause, control) = (Duration::from_secs(10), world.control.clone());
    if profile == "adobe-sign" {
        pause = patient::INTERVAL;
        provider = Arc::new(Patient { inner: provider, control: control.clone() });
    }
    Subject::new(provider, Arc::new(Emulated { control, pause, transport }))
}

async fn holds(profile: &str, at_least: usize) {
    let world = World::new().await;
    world
        .control
        .provider("adobe-sign", "POST", "polling", &json!({"rule": "once_per_ten_minutes"}))
        .unwrap();
    let mut subject = subject(&world, profile);
    // A mutant is dead with the first fault (`cargo xtask mutants`).
    if std::env::var_os("SIGNBRIDGE_MUTANT").is_some() {
        subject = subject.told_to(|case| assert!(case.fault.is_none(), "{}: {:?}", case.name, case.fault));
    }
    let verdict = signbridge_contract::run(&subject).await;
    println!("{verdict}");
    assert!(verdict.is_good() && verdict.cases.len() >= at_least, "{verdict}");
    // Which behaviours ran, as supported or as unsupported: a claim that is lost shows here.
    let ran: Vec<&str> = verdict.cases.iter().map(|case| case.name.as_str()).collect();
    insta::assert_snapshot!(profile, ran.join("\n"));
}

#[tokio::test]
async fn docusign_does_what_it_declares() {
    holds("docusign", 20).await;
}

#[tokio::test]
async fn adobe_sign_does_what_it_declares() {
    holds("adobe-sign", 20).await;
}

#[tokio::test]
async fn dropbox_sign_does_what_it_declares() {
    holds("dropbox-sign", 20).await;
}

#[tokio::test]
async fn esignglobal_does_what_it_declares() {
    holds("esignglobal", 20).await;
}
