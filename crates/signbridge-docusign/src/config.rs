//! Settings of a DocuSign profile: hosts, integration key, users and keys.

use std::fmt;

use secrecy::SecretString;
use signbridge_client::jwt::PrivateKey;
use signbridge_core::{ConfigKey, Error, ErrorKind, Fault, KeyKind, Result, Settings, nearest};
use url::Url;

use crate::PROVIDER;

/// The keys of a DocuSign profile, beyond those that every profile has.
pub(crate) const KEYS: &[ConfigKey] = &[
    ConfigKey {
        name: "integration_key",
        kind: KeyKind::Text,
        required: true,
        about: "the integration key (client id) of the app, a GUID",
    },
    ConfigKey {
        name: "user_id",
        kind: KeyKind::Text,
        required: true,
        about: "the API user id (GUID) to act as, not an e-mail address",
    },
    ConfigKey {
        name: "private_key",
        kind: KeyKind::Secret,
        required: true,
        about: "the app's RSA private key, or several to try in order",
    },
    ConfigKey {
        name: "account_id",
        kind: KeyKind::Text,
        required: false,
        about: "the API account id (GUID); the user's default account if not given",
    },
    ConfigKey {
        name: "environment",
        kind: KeyKind::Text,
        required: false,
        about: "`demo` (default) or `production`; decides the host that gives tokens",
    },
    ConfigKey {
        name: "scopes",
        kind: KeyKind::List,
        required: false,
        about: "OAuth scopes; `signature` and `impersonation` if not given",
    },
    ConfigKey {
        name: "consent_redirect_url",
        kind: KeyKind::Url,
        required: false,
        about: "a redirect address registered for the app, for consent links",
    },
];

/// The scopes that this adapter's operations need.
pub(crate) const NEEDED_SCOPES: [&str; 2] = ["signature", "impersonation"];

/// Which of DocuSign's two worlds an account lives in. Regions are found through userinfo, not configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Environment {
    /// The developer sandbox.
    #[default]
    Demo,
    /// Everything else, in every region.
    Production,
}

impl Environment {
    fn auth_url(self) -> &'static str {
        match self {
            Self::Demo => "https://account-d.docusign.com",
            Self::Production => "https://account.docusign.com",
        }
    }
}

/// What the adapter has to know. Secrets never print.
#[derive(Clone)]
#[non_exhaustive]
pub struct Config {
    /// The host that gives tokens.
    pub auth_url: Url,
    /// The host of the API, without `/restapi`; found through userinfo if not given.
    pub base_url: Option<Url>,
    /// The app.
    pub integration_key: String,
    /// The user to act as.
    pub user_id: String,
    /// The account; the user's default one if not given.
    pub account_id: Option<String>,
    /// The app's keys, tried in order, so that one can be replaced without a gap.
    pub private_keys: Vec<PrivateKey>,
    /// The scopes asked for.
    pub scopes: Vec<String>,
    /// A registered redirect address for consent links.
    pub consent_redirect_url: Option<Url>,
    /// Unverified capabilities that the profile accepts.
    pub allow_unverified: Vec<String>,
}

impl Config {
    /// A configuration for this app, user and keys (PEM texts, tried in order).
    ///
    /// # Errors
    /// `invalid_configuration` when an id is no GUID or a key cannot be read.
    pub fn new(
        environment: Environment,
        integration_key: impl Into<String>,
        user_id: impl Into<String>,
        private_keys: &[SecretString],
    ) -> Result<Self> {
        let config = Self {
            auth_url: parse(environment.auth_url())?,
            base_url: None,
            integration_key: integration_key.into(),
            user_id: user_id.into(),
            account_id: None,
            private_keys: private_keys.iter().map(PrivateKey::parse).collect::<Result<_>>()?,
            scopes: NEEDED_SCOPES.map(str::to_owned).to_vec(),
            consent_redirect_url: None,
            allow_unverified: Vec::new(),
        };
        config.validated()
    }

    /// The same, read from a profile.
    ///
    /// # Errors
    /// `invalid_configuration` with every fault.
    pub fn from_settings(settings: &Settings) -> Result<Self> {
        let environment = match settings.text("environment")?.as_deref() {
            None | Some("demo") => Environment::Demo,
            Some("production") => Environment::Production,
            Some(other) => {
                let hint =
                    nearest(other, ["demo", "production"]).map(|word| format!(", did you mean `{word}`?"));
                let message =
                    format!("is `{other}`, expected `demo` or `production`{}", hint.unwrap_or_default());
                return Err(fault("environment", message));
            }
        };
        let keys = settings.secrets("private_key")?;
        let mut config = Self::new(
            environment,
            settings.required("integration_key")?,
            settings.required("user_id")?,
            &keys,
        )?;
        if let Some(url) = settings.url("auth_url")? {
            config.auth_url = url;
        }
        config.base_url = settings.url("base_url")?;
        config.account_id = settings.text("account_id")?;
        config.consent_redirect_url = settings.url("consent_redirect_url")?;
        config.allow_unverified = settings.list("allow_unverified")?;
        let scopes = settings.list("scopes")?;
        if !scopes.is_empty() {
            config.scopes = scopes;
        }
        config.validated()
    }

    pub(crate) fn validated(self) -> Result<Self> {
        let mut faults = Vec::new();
        let account = self.account_id.as_deref().map(|id| ("account_id", id));
        let ids = [("integration_key", self.integration_key.as_str()), ("user_id", self.user_id.as_str())];
        for (name, id) in ids.into_iter().chain(account) {
            if id.contains('@') {
                faults.push(Fault::new(
                    name,
                    "is an e-mail address; DocuSign wants the GUID from Apps and Keys",
                ));
            } else if !is_guid(id) {
                faults.push(Fault::new(name, "is not a GUID (8-4-4-4-12 hexadecimal digits)"));
            }
        }
        if self.private_keys.is_empty() {
            faults.push(Fault::new("private_key", "is missing"));
        }
        if faults.is_empty() {
            Ok(self)
        } else {
            Err(Error::from_faults(ErrorKind::InvalidConfiguration, "the configuration has faults", faults)
                .with_provider(PROVIDER))
        }
    }

    /// What DocuSign expects as the audience of an assertion: the bare host, with a port if it is not the usual one.
    pub(crate) fn audience(&self) -> String {
        let host = self.auth_url.host_str().unwrap_or_default();
        match self.auth_url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    pub(crate) fn scope(&self) -> String {
        self.scopes.join(" ")
    }

    /// Where a user consents to being acted for, once per user and set of scopes.
    pub fn consent_url(&self) -> Url {
        self.authorize(&[("scope", &self.scope())])
    }

    /// Where an administrator consents for all users of an organisation with a claimed domain.
    pub fn admin_consent_url(&self) -> Url {
        self.authorize(&[("scope", "openid"), ("admin_consent_scope", &self.scope())])
    }

    fn authorize(&self, parameters: &[(&str, &str)]) -> Url {
        let redirect = self.consent_redirect_url.as_ref().map_or("https://www.docusign.com", Url::as_str);
        let mut url = self.auth_url.clone();
        url.set_path("/oauth/auth");
        // DocuSign wants the blank between scopes as %20; form encoding would write a plus.
        let encode = |text: &str| {
            url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
        };
        let fixed = [
            ("response_type", "code"),
            ("client_id", self.integration_key.as_str()),
            ("redirect_uri", redirect),
        ];
        let query: Vec<_> =
            fixed.iter().chain(parameters).map(|(name, value)| format!("{name}={}", encode(value))).collect();
        url.set_query(Some(&query.join("&")));
        url
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("auth_url", &self.auth_url.as_str())
            .field("base_url", &self.base_url.as_ref().map(Url::as_str))
            .field("integration_key", &self.integration_key)
            .field("account_id", &self.account_id)
            .field("private_keys", &self.private_keys.len())
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

fn parse(text: &str) -> Result<Url> {
    Url::parse(text).map_err(|error| Error::new(ErrorKind::InvalidConfiguration, error.to_string()))
}

fn fault(name: &str, message: String) -> Error {
    let faults = vec![Fault::new(name, message)];
    Error::from_faults(ErrorKind::InvalidConfiguration, "the configuration has faults", faults)
        .with_provider(PROVIDER)
}

/// GUIDs are held to their shape only: ids made in 2026 carry version nibbles that no UUID standard knows.
pub(crate) fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
