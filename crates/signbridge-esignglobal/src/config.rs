//! Settings of an eSignGlobal profile: data centre, app and secret.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use signbridge_core::{ConfigKey, Error, ErrorKind, Fault, KeyKind, Result, Settings, nearest};
use url::Url;

use crate::PROVIDER;

/// The keys of an eSignGlobal profile, beyond those that every profile has.
pub(crate) const KEYS: &[ConfigKey] = &[
    ConfigKey {
        name: "app_id",
        kind: KeyKind::Text,
        required: true,
        about: "the App ID, from Settings > Integration > Apps",
    },
    ConfigKey {
        name: "app_secret",
        kind: KeyKind::Secret,
        required: true,
        about: "the Secret Key of the app",
    },
    ConfigKey {
        name: "data_center",
        kind: KeyKind::Text,
        required: false,
        about: "`sml` (sandbox, default), `as1` (Hong Kong), `as2` (Singapore) or `eu1` (European Union): that of the workspace which owns the app",
    },
];

/// Where a workspace lives. An app is known in its own data centre only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DataCenter {
    /// The sandbox.
    #[default]
    Sml,
    /// Hong Kong.
    As1,
    /// Singapore.
    As2,
    /// The European Union.
    Eu1,
}

impl DataCenter {
    const WORDS: [(&'static str, Self); 4] =
        [("sml", Self::Sml), ("as1", Self::As1), ("as2", Self::As2), ("eu1", Self::Eu1)];

    /// The host of the API.
    fn base_url(self) -> &'static str {
        match self {
            Self::Sml => "https://openapi-sml.esignglobal.com",
            Self::As1 => "https://openapi-as1.esignglobal.com",
            Self::As2 => "https://openapi-as2.esignglobal.com",
            Self::Eu1 => "https://openapi-eu1.esignglobal.com",
        }
    }

    fn named(word: &str) -> Option<Self> {
        Self::WORDS.into_iter().find(|(own, _)| own.eq_ignore_ascii_case(word)).map(|(_, center)| center)
    }
}

/// What the adapter has to know. The secret never prints.
#[derive(Clone)]
#[non_exhaustive]
pub struct Config {
    /// The host of the API, without `/esignglobal/v1`.
    pub base_url: Url,
    /// The app.
    pub app_id: String,
    /// The app's secret.
    pub app_secret: SecretString,
    /// Unverified capabilities that the profile accepts.
    pub allow_unverified: Vec<String>,
}

impl Config {
    /// A configuration for this app.
    ///
    /// # Errors
    /// `invalid_configuration` when id or secret is empty.
    pub fn new(
        data_center: DataCenter,
        app_id: impl Into<String>,
        app_secret: impl Into<SecretString>,
    ) -> Result<Self> {
        let base_url = Url::parse(data_center.base_url())
            .map_err(|error| Error::new(ErrorKind::InvalidConfiguration, error.to_string()))?;
        let config = Self {
            base_url,
            app_id: app_id.into(),
            app_secret: app_secret.into(),
            allow_unverified: Vec::new(),
        };
        for (name, text) in
            [("app_id", config.app_id.as_str()), ("app_secret", config.app_secret.expose_secret())]
        {
            if text.trim().is_empty() {
                return Err(fault(name, "is empty".to_owned()));
            }
        }
        Ok(config)
    }

    /// The same, read from a profile.
    ///
    /// # Errors
    /// `invalid_configuration` with the fault.
    pub fn from_settings(settings: &Settings) -> Result<Self> {
        let data_center = match settings.text("data_center")? {
            None => DataCenter::default(),
            Some(word) => DataCenter::named(&word).ok_or_else(|| {
                let words = DataCenter::WORDS.map(|(own, _)| own);
                let hint = nearest(&word, words).map(|near| format!(", did you mean `{near}`?"));
                let expected = words.join("`, `");
                fault(
                    "data_center",
                    format!("is `{word}`, expected one of `{expected}`{}", hint.unwrap_or_default()),
                )
            })?,
        };
        let secret = settings
            .secrets("app_secret")?
            .into_iter()
            .next()
            .ok_or_else(|| fault("app_secret", "is missing".to_owned()))?;
        // A secret from a file ends in a line break more often than not.
        let secret = SecretString::from(secret.expose_secret().trim());
        let mut config = Self::new(data_center, settings.required("app_id")?, secret)?;
        if let Some(url) = settings.url("base_url")? {
            config.base_url = url;
        }
        config.allow_unverified = settings.list("allow_unverified")?;
        Ok(config)
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("base_url", &self.base_url.as_str())
            .field("app_id", &self.app_id)
            .finish_non_exhaustive()
    }
}

fn fault(name: &str, message: String) -> Error {
    let faults = vec![Fault::new(name, message)];
    Error::from_faults(ErrorKind::InvalidConfiguration, "the configuration has faults", faults)
        .with_provider(PROVIDER)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, sync::Arc};

    use serde_json::{Value, json};

    use super::*;

    fn settings(values: Value) -> Settings {
        let values: BTreeMap<_, _> = values.as_object().unwrap().clone().into_iter().collect();
        Settings::new("work", values, ".", Arc::new(|name| (name == "S").then(|| "s3cret\n".to_owned())))
    }

    /// Rows: 11 WrongHost
    #[test]
    fn each_data_center_has_its_host() {
        for (word, host) in [("sml", "sml"), ("AS1", "as1"), ("as2", "as2"), ("eu1", "eu1")] {
            let config = Config::from_settings(&settings(
                json!({"app_id": "a", "app_secret": {"env": "S"}, "data_center": word}),
            ))
            .unwrap();
            assert_eq!(config.base_url.host_str().unwrap(), format!("openapi-{host}.esignglobal.com"));
            assert_eq!(config.app_secret.expose_secret(), "s3cret");
        }
        let wrong = settings(json!({"app_id": "a", "app_secret": {"env": "S"}, "data_center": "us1"}));
        let error = Config::from_settings(&wrong).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidConfiguration);
        assert!(error.to_string().contains("`us1`"), "{error}");
    }

    #[test]
    fn the_secret_never_prints() {
        let config = Config::new(DataCenter::Sml, "a", "s3cret").unwrap();
        assert!(!format!("{config:?}").contains("s3cret"));
        assert!(Config::new(DataCenter::Sml, "a", " ").is_err());
    }
}
