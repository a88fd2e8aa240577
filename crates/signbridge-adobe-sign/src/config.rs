//! Settings of an Acrobat Sign profile: credentials, hosts and the user to act as.

use std::fmt;

use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use signbridge_core::{ConfigKey, Error, ErrorKind, Fault, KeyKind, Result, Settings};
use url::Url;

use crate::{PROVIDER, hosts};

/// The keys of an Acrobat Sign profile, beyond those that every profile has.
pub(crate) const KEYS: &[ConfigKey] = &[
    ConfigKey {
        name: "client_id",
        kind: KeyKind::Text,
        required: false,
        about: "the application id of the app, for a refresh token",
    },
    ConfigKey {
        name: "client_secret",
        kind: KeyKind::Secret,
        required: false,
        about: "the app's client secret, for a refresh token",
    },
    ConfigKey {
        name: "refresh_token",
        kind: KeyKind::Secret,
        required: false,
        about: "the refresh token of a user who consented; with `auth_url`, the api_access_point that came with it",
    },
    ConfigKey {
        name: "redirect_url",
        kind: KeyKind::Url,
        required: false,
        about: "the address registered for the app, to log in with `auth login` instead of giving a refresh token",
    },
    ConfigKey {
        name: "scopes",
        kind: KeyKind::List,
        required: false,
        about: "what a login asks for; if not given, all that operations need: `agreement_read`, `agreement_write`, \
                `agreement_retention`, `library_read`, `library_write` and `user_login`",
    },
    ConfigKey {
        name: "integration_key",
        kind: KeyKind::Secret,
        required: false,
        about: "an integration key of the account, instead of app and refresh token",
    },
    ConfigKey {
        name: "user",
        kind: KeyKind::Text,
        required: false,
        about: "the user to act as: his e-mail address or user id; the credential's own user if not given",
    },
    ConfigKey {
        name: "tier",
        kind: KeyKind::Text,
        required: false,
        about: "`enterprise` (three equal reads a minute) or `standard` (default: one in ten minutes), the polling rule",
    },
];

/// The scopes that this adapter's operations need (as the specification names them by resource), without their reach
/// (`:self`, `:group`, `:account`): agreements, deleting their documents, templates, and a view that signs the sender in.
pub(crate) const NEEDED_SCOPES: [&str; 6] = [
    "agreement_read",
    "agreement_write",
    "agreement_retention",
    "library_read",
    "library_write",
    "user_login",
];

/// How requests are authorised.
#[derive(Clone)]
#[non_exhaustive]
pub enum Credentials {
    /// An app, acting for a user who consented. Access tokens live an hour; the refresh token dies after 60 idle days.
    Refresh {
        /// The app's id.
        client_id: String,
        /// The app's secret.
        client_secret: SecretString,
        /// The refresh token.
        refresh_token: SecretString,
    },
    /// An app, acting for who logged in: his refresh token is kept where the parts say.
    Login {
        /// The app's id.
        client_id: String,
        /// The app's secret.
        client_secret: SecretString,
        /// The address registered for the app.
        redirect_url: Url,
        /// What a login asks for.
        scopes: Vec<String>,
    },
    /// An integration key: good until it is revoked.
    IntegrationKey(SecretString),
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refresh { client_id, .. } => {
                f.debug_struct("Refresh").field("client_id", client_id).finish_non_exhaustive()
            }
            Self::Login { client_id, redirect_url, scopes, .. } => f
                .debug_struct("Login")
                .field("client_id", client_id)
                .field("redirect_url", &redirect_url.as_str())
                .field("scopes", scopes)
                .finish_non_exhaustive(),
            Self::IntegrationKey(_) => f.write_str("IntegrationKey([redacted])"),
        }
    }
}

/// The account's service level, by which Adobe's polling rule (of 2025-10) differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tier {
    /// Enterprise and Global: three equal reads a minute.
    Enterprise,
    /// Every other one, developer accounts included: one equal read in ten minutes.
    #[default]
    Standard,
}

impl Tier {
    /// The time between two equal reads.
    pub(crate) fn interval(self) -> TimeDelta {
        match self {
            Self::Enterprise => TimeDelta::seconds(20),
            Self::Standard => TimeDelta::minutes(10),
        }
    }
}

/// What the adapter has to know. Secrets never print.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// How requests are authorised.
    pub credentials: Credentials,
    /// The access point that refreshes tokens: the one that came with the refresh token.
    pub auth_url: Option<Url>,
    /// The host of the API, with or without `/api/rest/v6`; found through `baseUris` if not given.
    pub base_url: Option<Url>,
    /// The user to act as, as `x-api-user` wants him; the credential's own user if not given.
    pub user: Option<String>,
    /// The service level.
    pub tier: Tier,
    /// Unverified capabilities that the profile accepts.
    pub allow_unverified: Vec<String>,
}

impl Config {
    /// A configuration with these credentials.
    pub fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            auth_url: None,
            base_url: None,
            user: None,
            tier: Tier::default(),
            allow_unverified: Vec::new(),
        }
    }

    /// The same, read from a profile.
    ///
    /// # Errors
    /// `invalid_configuration` with every fault.
    pub fn from_settings(settings: &Settings) -> Result<Self> {
        let one = |name| Ok::<_, Error>(settings.secrets(name)?.into_iter().next().map(trimmed));
        let key = one("integration_key")?;
        let app = (settings.text("client_id")?, one("client_secret")?, one("refresh_token")?);
        let redirect_url = settings.url("redirect_url")?;
        let mut scopes = settings.list("scopes")?;
        if scopes.is_empty() {
            scopes = NEEDED_SCOPES.map(str::to_owned).to_vec();
        }
        let credentials = match (key, app, redirect_url) {
            (Some(key), (None, None, None), _) => Credentials::IntegrationKey(key),
            (None, (Some(client_id), Some(client_secret), None), Some(redirect_url)) => {
                Credentials::Login { client_id, client_secret, redirect_url, scopes }
            }
            (None, (Some(client_id), Some(client_secret), Some(refresh_token)), _) => {
                Credentials::Refresh { client_id, client_secret, refresh_token }
            }
            (Some(_), ..) => {
                let message =
                    "is given beside client_id, client_secret or refresh_token; keep one of the two ways";
                return Err(faulty(vec![Fault::new("integration_key", message)]));
            }
            (None, (client_id, client_secret, refresh_token), _) => {
                let given = [
                    ("client_id", client_id.is_some()),
                    ("client_secret", client_secret.is_some()),
                    ("refresh_token", refresh_token.is_some()),
                ];
                let missing = given.into_iter().filter(|(_, given)| !given);
                let message = "is missing; give app and refresh token, app and redirect_url to log in, or an \
                               integration_key";
                return Err(faulty(missing.map(|(name, _)| Fault::new(name, message)).collect()));
            }
        };
        let mut config = Self::new(credentials);
        config.tier = match settings.text("tier")?.as_deref() {
            None | Some("standard") => Tier::Standard,
            Some("enterprise") => Tier::Enterprise,
            Some(other) => {
                let message = format!("is `{other}`, expected `enterprise` or `standard`");
                return Err(faulty(vec![Fault::new("tier", message)]));
            }
        };
        config.auth_url = settings.url("auth_url")?;
        config.base_url = settings.url("base_url")?;
        config.user = settings.text("user")?;
        config.allow_unverified = settings.list("allow_unverified")?;
        config.validated()
    }

    pub(crate) fn validated(self) -> Result<Self> {
        let mut faults = Vec::new();
        if matches!(self.credentials, Credentials::Refresh { .. }) && self.auth_url.is_none() {
            let message = "is missing; it is the api_access_point that came with the refresh token";
            faults.push(Fault::new("auth_url", message));
        }
        for (name, url) in [("auth_url", &self.auth_url), ("base_url", &self.base_url)] {
            let Some(url) = url else { continue };
            if !hosts::is_adobes(url) && !hosts::is_loopback(url) {
                let message = "is not a host of Adobe Acrobat Sign, and credentials go nowhere else";
                faults.push(Fault::new(name, message));
            }
        }
        if let Some(user) = &self.user
            && let Err(message) = api_user(user)
        {
            faults.push(Fault::new("user", message));
        }
        if faults.is_empty() { Ok(self) } else { Err(faulty(faults)) }
    }

    /// The endpoint that refreshes tokens.
    pub(crate) fn refresh_url(&self) -> Option<Url> {
        let mut url = self.auth_url.clone()?;
        url.path_segments_mut().ok()?.pop_if_empty().extend(["oauth", "v2", "refresh"]);
        Some(url)
    }
}

/// The value of `x-api-user` for an e-mail address or a user id.
pub(crate) fn api_user(user: &str) -> Result<String, &'static str> {
    let user = user.trim();
    if user.is_empty() || !user.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("is neither an e-mail address nor a user id");
    }
    Ok(match user.split_once(':') {
        Some(("email" | "userid", _)) => user.to_owned(),
        _ if user.contains('@') => format!("email:{user}"),
        _ => format!("userid:{user}"),
    })
}

/// Files end with a line break, keys do not.
fn trimmed(secret: SecretString) -> SecretString {
    secret.expose_secret().trim().to_owned().into()
}

fn faulty(faults: Vec<Fault>) -> Error {
    Error::from_faults(ErrorKind::InvalidConfiguration, "the configuration has faults", faults)
        .with_provider(PROVIDER)
}

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        sync::Arc,
    };

    use serde_json::{Value, json};
    use signbridge_core::{Operation, Support};

    use super::*;

    fn settings(values: Value) -> Settings {
        let values: BTreeMap<String, Value> = serde_json::from_value(values).unwrap();
        Settings::new("as", values, ".", Arc::new(|name| (name == "SECRET").then(|| "s3cret\n".to_owned())))
    }

    fn faults(values: Value) -> Vec<String> {
        let error = Config::from_settings(&settings(values)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidConfiguration);
        error.faults().iter().map(|fault| fault.path.clone()).collect()
    }

    #[test]
    fn an_app_needs_all_three_and_the_access_point() {
        let secret = json!({"env": "SECRET"});
        assert_eq!(faults(json!({})), ["client_id", "client_secret", "refresh_token"]);
        assert_eq!(faults(json!({"client_id": "a", "refresh_token": secret})), ["client_secret"]);
        let app = json!({"client_id": "a", "client_secret": secret, "refresh_token": secret});
        assert_eq!(faults(app.clone()), ["auth_url"]);
        let mut good = app;
        good["auth_url"] = "https://api.eu1.adobesign.com/".into();
        let config = Config::from_settings(&settings(good.clone())).unwrap();
        assert_eq!(config.refresh_url().unwrap().as_str(), "https://api.eu1.adobesign.com/oauth/v2/refresh");
        assert!(!format!("{config:?}").contains("s3cret"));
        good["integration_key"] = secret;
        assert_eq!(faults(good), ["integration_key"], "two ways contradict each other");
    }

    #[test]
    fn credentials_go_to_adobe_or_loopback_only() {
        let with = |name: &str, url: &str| {
            let mut values = json!({"integration_key": {"env": "SECRET"}});
            values[name] = url.into();
            values
        };
        assert_eq!(faults(with("base_url", "https://api.adobesign.com.example.org")), ["base_url"]);
        assert_eq!(faults(with("auth_url", "https://example.org")), ["auth_url"]);
        assert!(Config::from_settings(&settings(with("base_url", "http://127.0.0.1:9/"))).is_ok());
    }

    /// The published specification's scopes of what each operation asks, but discovery, which any scope opens.
    fn published_scopes(operation: Operation) -> &'static [&'static str] {
        match operation {
            Operation::CreateDraft
            | Operation::CreateSent
            | Operation::Send
            | Operation::Void
            | Operation::Remind
            | Operation::RemindOne
            | Operation::SigningLink
            | Operation::Correct => &["agreement_read", "agreement_write"],
            Operation::Get
            | Operation::Find
            | Operation::List
            | Operation::Documents
            | Operation::Audit
            | Operation::FormData
            | Operation::DownloadCombined
            | Operation::DownloadDocument
            | Operation::DownloadArchive
            | Operation::DownloadCertificate => &["agreement_read"],
            Operation::SenderView => &["agreement_read", "user_login"],
            Operation::DeleteDraft | Operation::Purge => &["agreement_read", "agreement_retention"],
            Operation::Templates | Operation::Template => &["library_read"],
            Operation::CreateTemplate => &["library_write"],
            Operation::FromTemplate => &["library_read", "agreement_write"],
            // The reach of the other scopes.
            Operation::ActingAs => &[],
            other => panic!("{other} is claimed, and its scopes are not told"),
        }
    }

    #[test]
    fn a_login_asks_for_what_the_claimed_operations_need_and_for_nothing_else() {
        let secret = json!({"env": "SECRET"});
        let app =
            json!({"client_id": "a", "client_secret": secret, "redirect_url": "https://app.example/back"});
        let config = Config::from_settings(&settings(app)).unwrap();
        let Credentials::Login { scopes, .. } = config.credentials else { panic!("no login") };
        let capabilities = crate::capabilities::of(Tier::Standard);
        let claimed = Operation::ALL.iter().copied().filter(|operation| {
            !matches!(capabilities.operation(*operation).support, Support::Unsupported(_))
        });
        let needed: BTreeSet<&str> = claimed.flat_map(published_scopes).copied().collect();
        assert_eq!(scopes.iter().map(String::as_str).collect::<BTreeSet<_>>(), needed);
        let documented = KEYS.iter().find(|key| key.name == "scopes").unwrap().about;
        assert!(needed.iter().all(|scope| documented.contains(&format!("`{scope}`"))), "{documented}");
    }

    #[test]
    fn an_acting_user_is_named_by_address_or_id() {
        assert_eq!(api_user("ann@example.com").unwrap(), "email:ann@example.com");
        assert_eq!(api_user("3AAAB").unwrap(), "userid:3AAAB");
        assert_eq!(api_user("userid:3AAAB").unwrap(), "userid:3AAAB");
        assert!(api_user("a b").is_err() && api_user("").is_err());
    }
}
