//! The Dropbox Sign adapter of signbridge: API v3 with an API key or an OAuth token.
//!
//! ```
//! use signbridge_core::{Adapter, Operation};
//! use signbridge_dropbox_sign::DROPBOX_SIGN;
//!
//! // What Dropbox Sign can do is known without credentials.
//! assert!(DROPBOX_SIGN.capabilities().operation(Operation::SigningLink).is_usable());
//! assert!(!DROPBOX_SIGN.capabilities().operation(Operation::CreateDraft).is_usable());
//! assert!(DROPBOX_SIGN.keys().iter().any(|key| key.name == "test_mode" && key.required));
//! ```
//!
//! A profile names its credentials and chooses `test_mode`: Dropbox Sign's own default is a binding, billed request, so
//! there is none here. Embedded signing needs `client_id`, the id of an API app, and a page that shows the link through
//! the provider's embedding library.
//!
//! # What a key protects
//!
//! Dropbox Sign has neither drafts nor keys against sending twice. A request is sent once, marked with the key in its
//! metadata; when its outcome is in doubt it is looked for and never sent again by itself. What was sent under which key
//! is remembered by the account in this process, not on disk: after a restart, and between two processes, only the
//! provider's search tells, which is late by an unknown while. A caller that may have crashed in the middle of sending
//! waits before it repeats the key, or reads the list.
//!
//! # Templates, corrections, removal
//!
//! Everybody in an envelope from a template fills one of its roles, compared with capitals; fields, order and reassigning
//! are the template's, and the template is read before anything is created. A correction changes names, addresses and
//! the end; a new address makes a new signature id and mails. [`Provider::purge`] gives up the account's own access only:
//! the other parties keep theirs, and nothing is erased.
//!
//! Requests and answers rest on Dropbox Sign's published OpenAPI description and on recorded shapes; what was only
//! inferred says so in [`Adapter::capabilities`].

mod calls;
mod capabilities;
mod check;
mod config;
mod diagnose;
mod error;
mod provider;
mod session;
#[cfg(test)]
mod testing;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use signbridge_core::{Adapter, Capabilities, ConfigKey, Diagnosis, Parts, Provider, Result, Settings};

pub use config::{Config, Credentials};

/// The name of this provider in profiles, capabilities and errors.
pub const PROVIDER: &str = "dropbox-sign";

/// The adapter, to be registered with the facade.
pub static DROPBOX_SIGN: DropboxSign = DropboxSign;

/// Dropbox Sign.
#[derive(Debug, Clone, Copy)]
pub struct DropboxSign;

impl DropboxSign {
    /// An account from a configuration in code.
    ///
    /// # Errors
    /// `invalid_configuration` when a credential cannot stand in a header, or an address is none.
    pub fn connect(config: Config, parts: Parts) -> Result<Arc<dyn Provider>> {
        let session = session::Session::new(Arc::new(config), parts)?;
        Ok(Arc::new(provider::DropboxSignProvider::new(session)))
    }
}

#[async_trait]
impl Adapter for DropboxSign {
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
        Self::connect(Config::from_settings(settings)?, parts)
    }

    async fn diagnose(&self, settings: &Settings, parts: Parts) -> Diagnosis {
        diagnose::diagnose(settings, parts).await
    }
}
