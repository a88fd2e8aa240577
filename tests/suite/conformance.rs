//! Every adapter passes the contract suite on the emulator, and so does what wraps an adapter.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde_json::json;
use signbridge::{Config, Registry, Signbridge};
use signbridge_contract::{Act, CountingTransport, Stage, Subject};
use signbridge_core::Parts;
use signbridge_emulator::{Action, Control};

use crate::world::World;

/// The emulator as the stage.
#[derive(Debug)]
struct Emulated {
    control: Control,
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
        self.control.advance_clock(Duration::from_secs(10));
    }

    fn requests(&self) -> u64 {
        self.transport.requests()
    }
}

/// A provider as an application gets it: from a profile, here the emulated one.
fn subject(world: &World, profile: &str) -> Subject {
    let parts = world.parts();
    let transport = Arc::new(CountingTransport::new(parts.transport));
    let config = Config::parse(&world.emulator.ready().configuration(), ".").unwrap();
    let parts = Parts { transport: Arc::clone(&transport) as _, ..parts };
    let signbridge = Signbridge::with_parts(config, Registry::enabled(), parts).unwrap();
    let provider = signbridge.provider(Some(profile)).unwrap();
    Subject::new(provider, Arc::new(Emulated { control: world.control.clone(), transport }))
}

async fn holds(profile: &str, at_least: usize) {
    let world = World::new().await;
    // The suite lets time pass by the emulator's clock; pauses that only the real clock ends are switched off.
    let at_once = json!({"processing_ms": 0, "exposure_ms": 0, "index_ms": 0});
    world.control.provider("adobe-sign", "POST", "timing", &at_once).unwrap();
    world.control.provider("adobe-sign", "POST", "polling", &json!({"rule": "off"})).unwrap();
    let verdict = signbridge_contract::run(&subject(&world, profile)).await;
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
