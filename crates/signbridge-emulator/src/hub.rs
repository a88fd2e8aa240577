//! What every connection and the control share.

use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Clock;
use crate::docusign::state::State as DocusignState;
use crate::faults::Faults;
use crate::journal::Journal;

/// The state of all dialects. Handlers lock it for a state transition, never while they read or
/// render documents.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) docusign: DocusignState,
}

pub(crate) struct Hub {
    pub(crate) clock: Clock,
    pub(crate) plain: SocketAddr,
    pub(crate) tls: SocketAddr,
    world: Mutex<World>,
    journal: Mutex<Journal>,
    faults: Mutex<Faults>,
}

impl Hub {
    pub(crate) fn new(plain: SocketAddr, tls: SocketAddr, world: World) -> Self {
        Self {
            clock: Clock::default(),
            plain,
            tls,
            world: Mutex::new(world),
            journal: Mutex::default(),
            faults: Mutex::default(),
        }
    }

    /// The state, with everything applied that time alone brings about.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        let mut world = lock(&self.world);
        world.docusign.pass_time(self.clock.now());
        world
    }

    pub(crate) fn journal(&self) -> MutexGuard<'_, Journal> {
        lock(&self.journal)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    /// The host names a client may put into `aud`: this emulator's own addresses without scheme.
    pub(crate) fn own_hosts(&self) -> Vec<String> {
        [self.plain, self.tls]
            .iter()
            .flat_map(|address| [address.to_string(), format!("localhost:{}", address.port())])
            .collect()
    }
}

/// A panic in another handler must not take the emulator down.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
