//! The Adobe Acrobat Sign adapter of signbridge: REST API v6, with OAuth refresh or an integration key.
//!
//! ```
//! use signbridge_adobe_sign::ADOBE_SIGN;
//! use signbridge_core::{Adapter, Operation, Role};
//!
//! // What Acrobat Sign can do is known without credentials.
//! assert!(ADOBE_SIGN.capabilities().operation(Operation::SigningLink).is_usable());
//! assert!(ADOBE_SIGN.capabilities().roles[&Role::Approver].is_usable());
//! assert!(ADOBE_SIGN.keys().iter().any(|key| key.name == "refresh_token"));
//! ```
//!
//! A profile names either an app with a refresh token, or an integration key. The account's host is found through
//! `baseUris`, and found again when the account moved; an access point is accepted only on Adobe's own domains.
//!
//! An agreement is created as a draft that carries the sending key as its external id, then sent with `If-Match`.
//! Adobe works asynchronously: accepted is not sent, and a document that cannot be converted ends the agreement later.
//!
//! Requests and answers rest on Adobe's published specification of v6 (6.0.0) and its developer guide; what was only
//! inferred says so in [`Adapter::capabilities`].

mod calls;
mod capabilities;
mod check;
mod config;
mod diagnose;
mod error;
mod grant;
mod hosts;
mod login;
mod provider;
mod session;
mod tags;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use signbridge_client::Client;
use signbridge_core::{
    Adapter, Capabilities, ConfigKey, Diagnosis, Error, Login, Parts, Provider, Result, Settings,
};

pub use config::{Config, Credentials, Tier};

/// The name of this provider in profiles, capabilities and errors.
pub const PROVIDER: &str = "adobe-sign";

/// The adapter, to be registered with the facade.
pub static ADOBE_SIGN: AdobeSign = AdobeSign;

/// Adobe Acrobat Sign.
#[derive(Debug, Clone, Copy)]
pub struct AdobeSign;

impl AdobeSign {
    /// An account from a configuration in code.
    ///
    /// # Errors
    /// `invalid_configuration` when the credentials would be sent to a host that is not Adobe's.
    pub fn connect(config: Config, parts: Parts) -> Result<Arc<dyn Provider>> {
        let session = session::Session::new(Arc::new(config.validated()?), parts)?;
        Ok(Arc::new(provider::AdobeSignProvider::new(session)))
    }

    /// The login of a configuration in code.
    ///
    /// # Errors
    /// `unsupported` when its credentials need no login.
    pub fn login(config: &Config, parts: Parts) -> Result<Arc<dyn Login>> {
        let client = Client::new(PROVIDER, parts.transport, parts.clock).with_timeouts(parts.timeouts);
        match login::AdobeLogin::new(config, &client, parts.login) {
            Some(login) => Ok(Arc::new(login)),
            None => Err(Error::unsupported(
                PROVIDER,
                "login",
                "the profile holds a refresh token or an integration key, for which nobody logs in",
                "give client_id, client_secret and redirect_url instead to log in, or use the profile as it is",
            )),
        }
    }
}

#[async_trait]
impl Adapter for AdobeSign {
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

    fn login(&self, settings: &Settings, parts: Parts) -> Result<Arc<dyn Login>> {
        Self::login(&Config::from_settings(settings)?, parts)
    }

    async fn diagnose(&self, settings: &Settings, parts: Parts) -> Diagnosis {
        diagnose::diagnose(settings, parts).await
    }
}
