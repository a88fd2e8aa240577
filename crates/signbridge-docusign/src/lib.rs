//! The DocuSign adapter of signbridge: eSignature REST API v2.1 with the JWT grant.
//!
//! ```
//! use signbridge_core::{Adapter, Operation};
//! use signbridge_docusign::{DOCUSIGN, Environment};
//!
//! // What DocuSign can do is known without credentials.
//! assert!(DOCUSIGN.capabilities().operation(Operation::SigningLink).is_usable());
//! assert_eq!(DOCUSIGN.capabilities().limits.subject, Some(100));
//! assert!(DOCUSIGN.keys().iter().any(|key| key.name == "integration_key" && key.required));
//! # let _ = Environment::Demo;
//! ```
//!
//! A profile names the integration key, the user to act as and the private key; account and host are found through
//! `/oauth/userinfo`. The user consents once per set of scopes: see [`Config::consent_url`]. With `grant = "code"` a
//! person logs in instead (authorization code with PKCE), and his refresh token is kept and rotated.
//!
//! Requests and answers rest on DocuSign's published specification of v2.1 and on the surface of its SDKs; what was
//! only inferred says so in [`Adapter::capabilities`].

mod calls;
mod capabilities;
mod config;
mod diagnose;
mod error;
mod grant;
mod login;
mod provider;
mod session;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use signbridge_client::Client;
use signbridge_core::{
    Adapter, Capabilities, ConfigKey, Diagnosis, Error, Login, Parts, Provider, Result, Settings,
};

pub use config::{Config, Environment, LoginApp, WORKFLOW_METHODS};

/// The name of this provider in profiles, capabilities and errors.
pub const PROVIDER: &str = "docusign";

/// The adapter, to be registered with the facade.
pub static DOCUSIGN: DocuSign = DocuSign;

/// DocuSign.
#[derive(Debug, Clone, Copy)]
pub struct DocuSign;

impl DocuSign {
    /// An account from a configuration in code.
    pub fn connect(config: Config, parts: Parts) -> Arc<dyn Provider> {
        Arc::new(provider::DocuSignProvider::new(session::Session::new(Arc::new(config), parts)))
    }
}

#[async_trait]
impl Adapter for DocuSign {
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

    fn spared(&self, settings: &Settings) -> &'static [&'static str] {
        if matches!(config::is_login(settings), Ok(true)) { &["user_id", "private_key"] } else { &[] }
    }

    fn login(&self, settings: &Settings, parts: Parts) -> Result<Arc<dyn Login>> {
        let config = Arc::new(Config::from_settings(settings)?);
        let client = Client::new(PROVIDER, parts.transport, parts.clock).with_timeouts(parts.timeouts);
        match login::DocuSignLogin::new(&config, &client, parts.login) {
            Some(login) => Ok(Arc::new(login)),
            None => Err(Error::unsupported(
                PROVIDER,
                "login",
                "the profile uses the JWT grant, for which a user consents once and nobody logs in",
                "set grant = \"code\" to log in, or use the profile as it is",
            )),
        }
    }

    async fn diagnose(&self, settings: &Settings, parts: Parts) -> Diagnosis {
        diagnose::diagnose(settings, parts).await
    }
}
