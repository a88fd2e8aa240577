//! The settings of a profile: read with their types, secrets only by reference.

use std::{collections::BTreeMap, fmt, path::PathBuf, sync::Arc};

use secrecy::SecretString;
use serde_json::Value;
use url::Url;

use crate::{Error, ErrorKind, Fault, Result, words::nearest};

/// What a configuration key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyKind {
    /// Text.
    Text,
    /// An `https` address, or `http` on loopback.
    Url,
    /// A list of texts.
    List,
    /// `true` or `false`; as text where it comes from the environment.
    Flag,
    /// A table of texts by name; `name=text, name=text` where it comes from the environment.
    Table,
    /// A secret by reference: `{ env = "NAME" }` or `{ file = "PATH" }`, or a list of those.
    Secret,
}

/// A configuration key of an adapter.
#[derive(Debug, Clone, Copy)]
pub struct ConfigKey {
    /// Its name in the profile.
    pub name: &'static str,
    /// What it holds.
    pub kind: KeyKind,
    /// Whether the profile needs it.
    pub required: bool,
    /// What it is, in one line.
    pub about: &'static str,
}

/// Reads an environment variable.
pub type Environment = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// The settings of one profile.
#[derive(Clone)]
pub struct Settings {
    profile: String,
    values: BTreeMap<String, Value>,
    folder: PathBuf,
    environment: Environment,
}

impl Settings {
    /// Settings of a profile; relative paths are relative to `folder`.
    pub fn new(
        profile: impl Into<String>,
        values: BTreeMap<String, Value>,
        folder: impl Into<PathBuf>,
        environment: Environment,
    ) -> Self {
        Self { profile: profile.into(), values, folder: folder.into(), environment }
    }

    /// The profile's name.
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// Holds the settings against the keys that exist: unknown, missing and mistyped ones, all at once.
    ///
    /// # Errors
    /// `invalid_configuration` with every fault.
    pub fn validate<'k>(&self, keys: impl IntoIterator<Item = &'k ConfigKey>) -> Result<()> {
        let keys: BTreeMap<_, _> = keys.into_iter().map(|key| (key.name, key)).collect();
        let mut faults = Vec::new();
        for (name, value) in &self.values {
            let message = match keys.get(name.as_str()) {
                None => match nearest(name, keys.keys().copied()) {
                    Some(near) => format!("unknown key, did you mean `{near}`?"),
                    None => format!(
                        "unknown key; known are {}",
                        keys.keys().copied().collect::<Vec<_>>().join(", ")
                    ),
                },
                Some(key) => match fits(key.kind, value) {
                    Ok(()) => continue,
                    Err(message) => message.to_owned(),
                },
            };
            faults.push(Fault::new(self.path(name), message));
        }
        for key in keys.values().filter(|key| key.required && !self.values.contains_key(key.name)) {
            faults.push(Fault::new(self.path(key.name), format!("is missing: {}", key.about)));
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Error::from_faults(ErrorKind::InvalidConfiguration, "the configuration has faults", faults))
        }
    }

    fn path(&self, name: &str) -> String {
        format!("profiles.{}.{name}", self.profile)
    }

    fn fault(&self, name: &str, message: impl Into<String>) -> Error {
        let faults = vec![Fault::new(self.path(name), message)];
        Error::from_faults(ErrorKind::InvalidConfiguration, "the configuration has faults", faults)
    }

    /// A text, if given.
    ///
    /// # Errors
    /// `invalid_configuration` when it is something else.
    pub fn text(&self, name: &str) -> Result<Option<String>> {
        match self.values.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(self.fault(name, "must be text")),
        }
    }

    /// A text that has to be there.
    ///
    /// # Errors
    /// `invalid_configuration` when it is missing.
    pub fn required(&self, name: &str) -> Result<String> {
        self.text(name)?.ok_or_else(|| self.fault(name, "is missing"))
    }

    /// An address, if given.
    ///
    /// # Errors
    /// `invalid_configuration` when it is none, or unencrypted beyond loopback.
    pub fn url(&self, name: &str) -> Result<Option<Url>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let url =
            Url::parse(&text).map_err(|error| self.fault(name, format!("is not an address: {error}")))?;
        if is_protected(&url) {
            Ok(Some(url))
        } else {
            Err(self.fault(name, "must be an https address; http is allowed on loopback only"))
        }
    }

    /// A path, if given; relative ones are relative to the configuration file.
    ///
    /// # Errors
    /// `invalid_configuration` when it is not text.
    pub fn file(&self, name: &str) -> Result<Option<PathBuf>> {
        Ok(self.text(name)?.map(|path| self.folder.join(path)))
    }

    /// A list of texts; empty if not given.
    ///
    /// # Errors
    /// `invalid_configuration` when it is something else.
    pub fn list(&self, name: &str) -> Result<Vec<String>> {
        let Some(value) = self.values.get(name) else { return Ok(Vec::new()) };
        value
            .as_array()
            .and_then(|items| items.iter().map(|item| item.as_str().map(str::to_owned)).collect())
            .ok_or_else(|| self.fault(name, "must be a list of texts"))
    }

    /// A table of texts by name; empty if not given.
    ///
    /// # Errors
    /// `invalid_configuration` when it is something else.
    pub fn table(&self, name: &str) -> Result<BTreeMap<String, String>> {
        let Some(value) = self.values.get(name) else { return Ok(BTreeMap::new()) };
        value
            .as_object()
            .and_then(|entries| {
                entries.iter().map(|(name, text)| Some((name.clone(), text.as_str()?.to_owned()))).collect()
            })
            .ok_or_else(|| self.fault(name, TABLE))
    }

    /// A choice, if given.
    ///
    /// # Errors
    /// `invalid_configuration` when it is neither `true` nor `false`.
    pub fn flag(&self, name: &str) -> Result<Option<bool>> {
        let Some(value) = self.values.get(name) else { return Ok(None) };
        let flag = value.as_bool().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        flag.map(Some).ok_or_else(|| self.fault(name, FLAG))
    }

    /// The secrets that a key refers to, in order.
    ///
    /// # Errors
    /// `invalid_configuration` when a reference is none, or leads nowhere.
    pub fn secrets(&self, name: &str) -> Result<Vec<SecretString>> {
        match self.values.get(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => items.iter().map(|item| self.secret(name, item)).collect(),
            Some(one) => Ok(vec![self.secret(name, one)?]),
        }
    }

    fn secret(&self, name: &str, reference: &Value) -> Result<SecretString> {
        let get = |key: &str| reference.get(key).and_then(Value::as_str);
        match (get("env"), get("file")) {
            (Some(variable), None) => (self.environment)(variable)
                .map(SecretString::from)
                .ok_or_else(|| self.fault(name, format!("the environment variable {variable} is not set"))),
            (None, Some(file)) => std::fs::read_to_string(self.folder.join(file))
                .map(SecretString::from)
                .map_err(|error| self.fault(name, format!("the file {file} cannot be read: {error}"))),
            _ => Err(self.fault(name, REFERENCE)),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("profile", &self.profile)
            .field("keys", &self.values.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

const REFERENCE: &str = "a secret is given by reference: { env = \"NAME\" } or { file = \"PATH\" }";

const FLAG: &str = "must be `true` or `false`";

const TABLE: &str = "must be a table of texts: { name = \"text\" }";

fn fits(kind: KeyKind, value: &Value) -> Result<(), &'static str> {
    match (kind, value) {
        (KeyKind::Text | KeyKind::Url, Value::String(_)) | (KeyKind::List, Value::Array(_)) => Ok(()),
        (KeyKind::Secret, Value::Object(_) | Value::Array(_)) => Ok(()),
        (KeyKind::Secret, _) => Err(REFERENCE),
        (KeyKind::List, _) => Err("must be a list of texts"),
        (KeyKind::Table, Value::Object(entries)) if entries.values().all(Value::is_string) => Ok(()),
        (KeyKind::Table, _) => Err(TABLE),
        (KeyKind::Flag, Value::Bool(_)) => Ok(()),
        (KeyKind::Flag, Value::String(text)) if text.parse::<bool>().is_ok() => Ok(()),
        (KeyKind::Flag, _) => Err(FLAG),
        (KeyKind::Text | KeyKind::Url, _) => Err("must be text"),
    }
}

/// Whether traffic to this address is encrypted or stays on this machine.
pub fn is_protected(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && loopback)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;
    use serde_json::json;

    use super::*;

    const KEYS: &[ConfigKey] = &[
        ConfigKey { name: "integration_key", kind: KeyKind::Text, required: true, about: "the key" },
        ConfigKey { name: "private_key", kind: KeyKind::Secret, required: false, about: "the secret" },
        ConfigKey { name: "base_url", kind: KeyKind::Url, required: false, about: "the host" },
    ];

    fn settings(values: Value) -> Settings {
        let values = values.as_object().unwrap().clone().into_iter().collect();
        let environment: Environment = Arc::new(|name| (name == "KEY").then(|| "s3cret".to_owned()));
        Settings::new("work", values, ".", environment)
    }

    #[test]
    fn unknown_missing_and_mistyped_keys_are_all_named() {
        let error =
            settings(json!({"integrationkey": "x", "private_key": "literal"})).validate(KEYS).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("profiles.work.integrationkey: unknown key, did you mean `integration_key`?"),
            "{text}"
        );
        assert!(text.contains("profiles.work.private_key: a secret is given by reference"), "{text}");
        assert!(text.contains("profiles.work.integration_key: is missing"), "{text}");
        assert!(!text.contains("literal"), "{text}");
    }

    #[test]
    fn secrets_come_by_reference_in_order() {
        let both = settings(json!({"private_key": [{"env": "KEY"}, {"env": "KEY"}]}))
            .secrets("private_key")
            .unwrap();
        assert_eq!(both.len(), 2);
        assert_eq!(both[0].expose_secret(), "s3cret");
        let error = settings(json!({"private_key": {"env": "OTHER"}})).secrets("private_key").unwrap_err();
        assert!(error.to_string().contains("OTHER is not set"));
    }

    #[test]
    fn a_choice_is_true_or_false_also_as_text_and_nothing_else() {
        let keys = [ConfigKey { name: "test_mode", kind: KeyKind::Flag, required: true, about: "a choice" }];
        for (value, flag) in [(json!(true), true), (json!("true"), true), (json!("false"), false)] {
            let settings = settings(json!({"test_mode": value}));
            settings.validate(&keys).unwrap();
            assert_eq!(settings.flag("test_mode").unwrap(), Some(flag));
        }
        for wrong in [json!("yes"), json!(1), json!("")] {
            let settings = settings(json!({"test_mode": wrong}));
            assert!(settings.validate(&keys).is_err() && settings.flag("test_mode").is_err(), "{wrong}");
        }
        let none = settings(json!({}));
        assert_eq!(none.flag("test_mode").unwrap(), None);
        assert!(none.validate(&keys).is_err());
    }

    #[test]
    fn a_table_holds_texts_by_name_and_nothing_else() {
        let keys = [ConfigKey { name: "workflows", kind: KeyKind::Table, required: false, about: "names" }];
        let good = settings(json!({"workflows": {"id_document": "ID Verification"}}));
        good.validate(&keys).unwrap();
        assert_eq!(good.table("workflows").unwrap()["id_document"], "ID Verification");
        assert!(settings(json!({})).table("workflows").unwrap().is_empty());
        for wrong in [json!("ID Verification"), json!(["a"]), json!({"id_document": 1})] {
            let settings = settings(json!({"workflows": wrong}));
            assert!(settings.validate(&keys).is_err() && settings.table("workflows").is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_address_is_encrypted_or_on_loopback() {
        for (text, good) in [
            ("https://example.com", true),
            ("http://127.0.0.1:80", true),
            ("http://localhost", true),
            ("http://[::1]:9", true),
            ("http://example.com", false),
            ("http://localhost.example.com", false),
            ("ftp://127.0.0.1", false),
        ] {
            assert_eq!(settings(json!({"base_url": text})).url("base_url").is_ok(), good, "{text}");
        }
    }
}
