//! Settings of a profile: the key, and the host if it is not Inkpost's own.

use std::fmt;

use secrecy::SecretString;
use signbridge_core::{ConfigKey, Error, ErrorKind, Fault, KeyKind, Result, Settings};
use url::Url;

use crate::PROVIDER;

const HOST: &str = "https://api.inkpost.example";

/// The keys of a profile, beyond those that every profile has.
pub(crate) const KEYS: &[ConfigKey] = &[ConfigKey {
    name: "api_key",
    kind: KeyKind::Secret,
    required: true,
    about: "the API key, from Inkpost > Settings",
}];

/// What the adapter has to know. The key never prints.
#[derive(Clone)]
#[non_exhaustive]
pub struct Config {
    /// The host of the API.
    pub base_url: Url,
    /// The account's key.
    pub api_key: SecretString,
}

impl Config {
    /// The configuration of a profile.
    ///
    /// # Errors
    /// `invalid_configuration` with the fault.
    pub fn from_settings(settings: &Settings) -> Result<Self> {
        let wrong = |name: &str, message: &str| {
            let faults = vec![Fault::new(name, message)];
            Error::from_faults(ErrorKind::InvalidConfiguration, "the configuration has faults", faults)
                .with_provider(PROVIDER)
        };
        let api_key = settings.secrets("api_key")?.into_iter().next();
        let base_url = match settings.url("base_url")? {
            Some(url) => url,
            None => Url::parse(HOST).map_err(|_| wrong("base_url", "is no address"))?,
        };
        Ok(Self { base_url, api_key: api_key.ok_or_else(|| wrong("api_key", "is missing"))? })
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config").field("base_url", &self.base_url.as_str()).finish_non_exhaustive()
    }
}
