//! Settings of a Dropbox Sign profile: credentials, the choice of test mode, and the API app for embedded signing.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use signbridge_core::{ConfigKey, Error, ErrorKind, Fault, KeyKind, Result, Settings};
use url::Url;

use crate::PROVIDER;

/// The keys of a Dropbox Sign profile, beyond those that every profile has.
pub(crate) const KEYS: &[ConfigKey] = &[
    ConfigKey {
        name: "test_mode",
        kind: KeyKind::Flag,
        required: true,
        about: "`true`: watermarked, not binding, free; `false`: legally binding and billed. There is no default",
    },
    ConfigKey {
        name: "api_key",
        kind: KeyKind::Secret,
        required: false,
        about: "the account's API key; or give access_token or refresh_token",
    },
    ConfigKey {
        name: "access_token",
        kind: KeyKind::Secret,
        required: false,
        about: "an OAuth access token, used until it ends",
    },
    ConfigKey {
        name: "refresh_token",
        kind: KeyKind::Secret,
        required: false,
        about: "an OAuth refresh token; needs client_id and client_secret",
    },
    ConfigKey {
        name: "client_id",
        kind: KeyKind::Text,
        required: false,
        about: "the API app's client id, for embedded signing and refresh_token",
    },
    ConfigKey {
        name: "client_secret",
        kind: KeyKind::Secret,
        required: false,
        about: "the API app's secret, for refresh_token",
    },
];

const BASE_URL: &str = "https://api.hellosign.com";
/// Tokens come from another host than the API.
const AUTH_URL: &str = "https://app.hellosign.com";

/// How an account is entered. Secrets never print.
#[derive(Clone)]
#[non_exhaustive]
pub enum Credentials {
    /// The account's API key.
    ApiKey(SecretString),
    /// An OAuth access token, used until it ends.
    AccessToken(SecretString),
    /// An OAuth refresh token and the secret of the app that it was given to ([`Config::client_id`]).
    Refresh {
        /// The refresh token. One that the provider gives in its place is kept as long as the process runs.
        refresh_token: SecretString,
        /// The app's secret.
        client_secret: SecretString,
    },
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ApiKey(_) => "ApiKey([redacted])",
            Self::AccessToken(_) => "AccessToken([redacted])",
            Self::Refresh { .. } => "Refresh([redacted])",
        })
    }
}

/// What the adapter has to know.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// The host of the API, with or without `/v3`.
    pub base_url: Url,
    /// The host that gives OAuth tokens.
    pub auth_url: Url,
    /// How the account is entered.
    pub credentials: Credentials,
    /// Whether requests are watermarked, not binding and free; otherwise they are binding and billed.
    pub test_mode: bool,
    /// The API app: needed for embedded signing.
    pub client_id: Option<String>,
    /// Unverified capabilities that the profile accepts.
    pub allow_unverified: Vec<String>,
}

impl Config {
    /// A configuration with these credentials. `test_mode` has no default: its absence would be binding and billed.
    ///
    /// # Errors
    /// `invalid_configuration` when a secret is empty.
    pub fn new(credentials: Credentials, test_mode: bool) -> Result<Self> {
        let config = Self {
            base_url: parse(BASE_URL)?,
            auth_url: parse(AUTH_URL)?,
            credentials,
            test_mode,
            client_id: None,
            allow_unverified: Vec::new(),
        };
        let empty = |secret: &SecretString| secret.expose_secret().trim().is_empty();
        let name = match &config.credentials {
            Credentials::ApiKey(secret) if empty(secret) => "api_key",
            Credentials::AccessToken(secret) if empty(secret) => "access_token",
            Credentials::Refresh { refresh_token, .. } if empty(refresh_token) => "refresh_token",
            Credentials::Refresh { client_secret, .. } if empty(client_secret) => "client_secret",
            _ => return Ok(config),
        };
        Err(refuse(vec![Fault::new(name, "is empty")]))
    }

    /// The same, read from a profile.
    ///
    /// # Errors
    /// `invalid_configuration` with every fault.
    pub fn from_settings(settings: &Settings) -> Result<Self> {
        let one = |name: &str| Ok::<_, Error>(settings.secrets(name)?.into_iter().next().map(trimmed));
        let (key, access) = (one("api_key")?, one("access_token")?);
        let (refresh, secret) = (one("refresh_token")?, one("client_secret")?);
        let client_id = settings.text("client_id")?.filter(|id| !id.is_empty());
        let mut faults = Vec::new();
        let test_mode = settings.flag("test_mode")?;
        if test_mode.is_none() {
            let message = "is missing: `true` is watermarked and free, `false` is legally binding and billed";
            faults.push(Fault::new("test_mode", message));
        }
        let credentials = match (key, access, refresh) {
            (Some(key), None, None) => Some(Credentials::ApiKey(key)),
            (None, Some(token), None) => Some(Credentials::AccessToken(token)),
            (None, None, Some(refresh_token)) => match (secret, &client_id) {
                (Some(client_secret), Some(_)) => Some(Credentials::Refresh { refresh_token, client_secret }),
                _ => {
                    faults.push(Fault::new("refresh_token", "needs client_id and client_secret"));
                    None
                }
            },
            (None, None, None) => {
                faults.push(Fault::new("api_key", "is missing; or give access_token or refresh_token"));
                None
            }
            _ => {
                let message = "is given together with another credential; keep one of api_key, access_token and refresh_token";
                faults.push(Fault::new("api_key", message));
                None
            }
        };
        let (Some(credentials), Some(test_mode)) = (credentials, test_mode) else {
            return Err(refuse(faults));
        };
        let mut config = Self::new(credentials, test_mode)?;
        if let Some(url) = settings.url("base_url")? {
            config.base_url = url;
        }
        if let Some(url) = settings.url("auth_url")? {
            config.auth_url = url;
        }
        config.client_id = client_id;
        config.allow_unverified = settings.list("allow_unverified")?;
        Ok(config)
    }
}

/// Files end with a line break, keys do not.
fn trimmed(secret: SecretString) -> SecretString {
    secret.expose_secret().trim().to_owned().into()
}

fn parse(text: &str) -> Result<Url> {
    Url::parse(text).map_err(|error| Error::new(ErrorKind::InvalidConfiguration, error.to_string()))
}

fn refuse(faults: Vec<Fault>) -> Error {
    Error::from_faults(ErrorKind::InvalidConfiguration, "the configuration has faults", faults)
        .with_provider(PROVIDER)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::*;

    fn read(values: Value) -> Result<Config> {
        let values = values.as_object().unwrap().clone().into_iter().collect();
        let environment = Arc::new(|name: &str| (name == "KEY").then(|| "s3cret\n".to_owned()));
        Config::from_settings(&Settings::new("sign", values, ".", environment))
    }

    /// Rows: 15 4
    #[test]
    fn test_mode_has_no_default() {
        let error = read(json!({"api_key": {"env": "KEY"}})).unwrap_err();
        assert_eq!(error.faults()[0].path, "test_mode");
        for flag in [true, false] {
            assert_eq!(read(json!({"api_key": {"env": "KEY"}, "test_mode": flag})).unwrap().test_mode, flag);
        }
    }

    #[test]
    fn there_is_one_credential_and_it_does_not_print() {
        let key = json!({"env": "KEY"});
        let both = read(json!({"api_key": key, "access_token": key, "test_mode": true})).unwrap_err();
        assert!(both.to_string().contains("keep one of"), "{both}");
        let none = read(json!({"test_mode": true})).unwrap_err();
        assert_eq!(none.faults()[0].path, "api_key");
        let lone = read(json!({"refresh_token": key, "test_mode": true})).unwrap_err();
        assert!(lone.to_string().contains("needs client_id and client_secret"), "{lone}");
        let whole =
            json!({"refresh_token": key, "client_secret": key, "client_id": "app", "test_mode": true});
        let config = read(whole).unwrap();
        assert!(!format!("{config:?}").contains("s3cret"));
        let Credentials::Refresh { refresh_token, .. } = config.credentials else { panic!() };
        assert_eq!(refresh_token.expose_secret(), "s3cret", "the line break of a file is no part of it");
    }
}
