//! A worked adapter: Inkpost, a provider that does not exist, with an API as small as one can be.
//!
//! | request | does |
//! |---|---|
//! | `PUT /v1/files?name=NAME` | takes a document: `{"id"}` |
//! | `POST /v1/envelopes` | creates and sends an envelope of such files |
//! | `GET /v1/envelopes/ID` | reads it |
//! | `GET /v1/envelopes?reference=KEY` | those with our key: `{"envelopes":[…]}` |
//! | `POST /v1/envelopes/ID/cancel` | stops it |
//! | `GET /v1/envelopes/ID/signed` | the signed documents as one PDF |
//!
//! A refusal is `{"error","message"}`. Every request carries `Authorization: Key …`.

mod calls;
mod capabilities;
mod config;
mod error;
mod provider;
mod session;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use signbridge_core::{
    Adapter, Capabilities, ConfigKey, Diagnosis, IdempotencyKey, Outcome, Parts, Provider, Result, Settings,
};

pub use config::Config;

/// The name of this provider in profiles, capabilities and errors.
pub const PROVIDER: &str = "inkpost";

/// The adapter, to be registered: `Registry::enabled().with(&INKPOST)`.
pub static INKPOST: Inkpost = Inkpost;

/// Inkpost.
#[derive(Debug, Clone, Copy)]
pub struct Inkpost;

impl Inkpost {
    /// An account from a configuration in code.
    ///
    /// # Errors
    /// `invalid_configuration` when the key cannot stand in a header.
    pub fn connect(config: Config, parts: Parts) -> Result<Arc<dyn Provider>> {
        Ok(Arc::new(provider::InkpostProvider::new(session::Session::new(&config, parts)?)))
    }
}

#[async_trait]
impl Adapter for Inkpost {
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

    /// The cheapest read there is tells whether host and key are good.
    async fn diagnose(&self, settings: &Settings, parts: Parts) -> Diagnosis {
        let mut diagnosis = Diagnosis::default();
        let account = match self.build(settings, parts) {
            Ok(account) => account,
            Err(error) => {
                let remedy = error.remedy().map(str::to_owned);
                diagnosis.add("configuration", Outcome::Fault, error.to_string(), remedy);
                return diagnosis;
            }
        };
        diagnosis.add("configuration", Outcome::Good, "complete", None);
        match account.find(&IdempotencyKey::random()).await {
            Ok(_) => diagnosis.add("credentials", Outcome::Good, "the key is accepted", None),
            Err(error) => {
                let remedy = error.remedy().map(str::to_owned);
                diagnosis.add("credentials", Outcome::Fault, error.message(), remedy);
            }
        }
        diagnosis
    }
}
