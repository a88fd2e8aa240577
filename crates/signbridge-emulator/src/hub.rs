//! What every connection and the control share.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Clock;
use crate::dialect::{Dialect, Provider, Session};
use crate::faults::Faults;
use crate::journal::Journal;
use crate::{adobe_sign, docusign, dropbox_sign, esignglobal};

/// The state of all dialects. Handlers lock it for a state transition, never while they read or
/// render documents.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) docusign: docusign::state::State,
    pub(crate) adobe_sign: adobe_sign::State,
    pub(crate) dropbox_sign: dropbox_sign::State,
    pub(crate) esignglobal: esignglobal::State,
    /// Open signing sessions of all dialects.
    pub(crate) sessions: HashMap<String, Session>,
}

impl World {
    pub(crate) fn dialect(&self, provider: Provider) -> &dyn Dialect {
        match provider {
            Provider::Docusign => &self.docusign,
            Provider::AdobeSign => &self.adobe_sign,
            Provider::DropboxSign => &self.dropbox_sign,
            Provider::Esignglobal => &self.esignglobal,
        }
    }

    pub(crate) fn dialect_mut(&mut self, provider: Provider) -> &mut dyn Dialect {
        match provider {
            Provider::Docusign => &mut self.docusign,
            Provider::AdobeSign => &mut self.adobe_sign,
            Provider::DropboxSign => &mut self.dropbox_sign,
            Provider::Esignglobal => &mut self.esignglobal,
        }
    }

    /// All dialects, in the order of the ready line.
    pub(crate) fn dialects(&self) -> impl Iterator<Item = &dyn Dialect> {
        Provider::ALL.into_iter().map(|provider| self.dialect(provider))
    }
}

/// The two addresses of one provider.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Addresses {
    pub(crate) provider: Provider,
    pub(crate) plain: SocketAddr,
    pub(crate) tls: SocketAddr,
}

pub(crate) struct Hub {
    pub(crate) clock: Clock,
    addresses: Vec<Addresses>,
    world: Mutex<World>,
    journal: Mutex<Journal>,
    faults: Mutex<Faults>,
}

impl Hub {
    pub(crate) fn new(addresses: Vec<Addresses>, world: World) -> Self {
        Self {
            clock: Clock::default(),
            addresses,
            world: Mutex::new(world),
            journal: Mutex::default(),
            faults: Mutex::default(),
        }
    }

    /// The state, with everything applied that time alone brings about.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        let mut world = lock(&self.world);
        let now = self.clock.now();
        for provider in Provider::ALL {
            world.dialect_mut(provider).pass_time(now);
        }
        world
    }

    pub(crate) fn journal(&self) -> MutexGuard<'_, Journal> {
        lock(&self.journal)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    /// The host names under which a provider's dialect is reached, without scheme.
    pub(crate) fn own_hosts(&self, provider: Provider) -> Vec<String> {
        self.addresses
            .iter()
            .filter(|own| own.provider == provider)
            .flat_map(|own| [own.plain, own.tls])
            .flat_map(|address| [address.to_string(), format!("localhost:{}", address.port())])
            .collect()
    }
}

/// A panic in another handler must not take the emulator down.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
