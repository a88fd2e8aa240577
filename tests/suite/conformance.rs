//! Every adapter passes the contract suite on the emulator, and so does what wraps an adapter.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use signbridge_contract::{Act, CountingTransport, Stage, Subject};
use signbridge_core::Parts;
use signbridge_docusign::DocuSign;
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

fn counted(world: &World) -> (Parts, Arc<dyn Stage>) {
    let parts = world.parts();
    let transport = Arc::new(CountingTransport::new(parts.transport));
    let stage = Emulated { control: world.control.clone(), transport: Arc::clone(&transport) };
    (Parts { transport, ..parts }, Arc::new(stage))
}

#[tokio::test]
async fn docusign_does_what_it_declares() {
    let world = World::new().await;
    let (parts, stage) = counted(&world);
    let verdict =
        signbridge_contract::run(&Subject::new(DocuSign::connect(world.config(), parts), stage)).await;
    println!("{verdict}");
    assert!(verdict.is_good() && verdict.cases.len() >= 20, "{verdict}");
}
