//! The eSignGlobal adapter of signbridge: the OpenAPI v1 with an app's own credentials.
//!
//! ```
//! use signbridge_core::{Adapter, Operation};
//! use signbridge_esignglobal::ESIGNGLOBAL;
//!
//! // What eSignGlobal can do is known without credentials: a link can be had, a list cannot.
//! assert!(ESIGNGLOBAL.capabilities().operation(Operation::SigningLink).is_usable());
//! assert!(!ESIGNGLOBAL.capabilities().operation(Operation::List).is_usable());
//! assert!(ESIGNGLOBAL.keys().iter().any(|key| key.name == "app_id" && key.required));
//! ```
//!
//! A profile names the app, its secret and the data centre of the workspace that owns it. Only the documented path
//! is taken: upload, create and start in one call (at once or up to three days later), read, signing addresses, cancel,
//! download, templates filled into files, drafts and the page on which a person sends them. Starting a draft, reminding, listing and
//! correcting have no documented call; the unit and origin of coordinates are not documented, so a signer
//! chooses the place unless the profile allows `coordinates`.
//!
//! No account was at hand: everything rests on copies of eSignGlobal's pages and on its own published script, and was
//! run on the emulator only. What was inferred says so in [`Adapter::capabilities`].

mod calls;
mod capabilities;
mod check;
mod config;
mod diagnose;
mod error;
mod provider;
mod session;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use signbridge_core::{Adapter, Capabilities, ConfigKey, Diagnosis, Parts, Provider, Result, Settings};

pub use config::{Config, DataCenter};

/// The name of this provider in profiles, capabilities and errors.
pub const PROVIDER: &str = "esignglobal";

/// The adapter, to be registered with the facade.
pub static ESIGNGLOBAL: ESignGlobal = ESignGlobal;

/// eSignGlobal.
#[derive(Debug, Clone, Copy)]
pub struct ESignGlobal;

impl ESignGlobal {
    /// An account from a configuration in code.
    pub fn connect(config: Config, parts: Parts) -> Arc<dyn Provider> {
        Arc::new(provider::ESignGlobalProvider::new(session::Session::new(Arc::new(config), parts)))
    }
}

#[async_trait]
impl Adapter for ESignGlobal {
    fn name(&self) -> &'static str {
        PROVIDER
    }

    fn keys(&self) -> &'static [ConfigKey] {
        config::KEYS
    }

    fn capabilities(&self) -> &'static Capabilities {
        &capabilities::CAPABILITIES
    }

    fn build(&self, settings: &Settings, parts: Parts) -> Result<Arc<dyn Provider>> {
        Ok(Self::connect(Config::from_settings(settings)?, parts))
    }

    async fn diagnose(&self, settings: &Settings, parts: Parts) -> Diagnosis {
        diagnose::diagnose(settings, parts).await
    }
}
