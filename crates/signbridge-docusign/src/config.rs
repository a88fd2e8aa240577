//! Settings of a DocuSign profile: hosts, integration key, users and keys.

use std::{collections::BTreeMap, fmt};

use secrecy::SecretString;
use signbridge_client::jwt::PrivateKey;
use signbridge_core::{
    AuthenticationMethod, ConfigKey, Error, ErrorKind, Fault, KeyKind, Result, Settings, SignatureLevel,
    nearest,
};
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
        name: "grant",
        kind: KeyKind::Text,
        required: false,
        about: "`jwt` (default: user_id and private_key) or `code` (a person logs in: redirect_url)",
    },
    ConfigKey {
        name: "redirect_url",
        kind: KeyKind::Url,
        required: false,
        about: "for grant `code`: the address registered for the app, to which the browser comes back",
    },
    ConfigKey {
        name: "client_secret",
        kind: KeyKind::Secret,
        required: false,
        about: "for grant `code`: the app's secret; without it the app is a public client with PKCE",
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
        name: "identity_workflows",
        kind: KeyKind::Table,
        required: false,
        about: "the account's identity workflows by what they verify: `id_document`, `eid_eu`, `eid_singpass`, `eid_iam_smart`, `eid_aadhaar`, or `sms_otp` to send codes by one; `doctor` lists their names",
    },
    ConfigKey {
        name: "signature_providers",
        kind: KeyKind::Table,
        required: false,
        about: "the account's signature providers by the level they are contracted for: `advanced`, `qualified`; `doctor` lists their names",
    },
    ConfigKey {
        name: "consent_redirect_url",
        kind: KeyKind::Url,
        required: false,
        about: "a redirect address registered for the app, for consent links",
    },
];

/// The scopes that this adapter's operations need with the JWT grant.
const JWT_SCOPES: [&str; 2] = ["signature", "impersonation"];
/// What a login asks for: without `extended` its refresh token dies after 30 days, however often it is used.
const LOGIN_SCOPES: [&str; 2] = ["signature", "extended"];

/// An app whose user logs in himself, instead of being impersonated with the app's key.
#[derive(Clone)]
pub struct LoginApp {
    /// The app's secret; public clients have none.
    pub client_secret: Option<SecretString>,
    /// The address registered for the app.
    pub redirect_url: Url,
}

impl fmt::Debug for LoginApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginApp").field("redirect_url", &self.redirect_url.as_str()).finish_non_exhaustive()
    }
}

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
    /// The user to act as; empty where a person logs in.
    pub user_id: String,
    /// The authorization code grant in the place of the JWT grant.
    pub login: Option<LoginApp>,
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
    /// The account's identity workflows, by name, for the methods that are one: see [`WORKFLOW_METHODS`]. With one for
    /// `sms_otp`, codes are sent by it instead of the older SMS authentication.
    pub identity_workflows: BTreeMap<AuthenticationMethod, String>,
    /// The account's signature providers, by name, for the levels above the simple one. That a provider reaches its
    /// level is in the account's contract with it; nothing in the API says so.
    pub signature_providers: BTreeMap<SignatureLevel, String>,
}

/// The methods that an identity workflow of the account can stand for.
pub const WORKFLOW_METHODS: [AuthenticationMethod; 6] = [
    AuthenticationMethod::SmsOtp,
    AuthenticationMethod::IdDocument,
    AuthenticationMethod::EidEu,
    AuthenticationMethod::EidSingpass,
    AuthenticationMethod::EidIamSmart,
    AuthenticationMethod::EidAadhaar,
];

/// The levels that need a signature provider.
const PROVIDER_LEVELS: [SignatureLevel; 2] = [SignatureLevel::Advanced, SignatureLevel::Qualified];

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
            login: None,
            account_id: None,
            private_keys: private_keys.iter().map(PrivateKey::parse).collect::<Result<_>>()?,
            scopes: JWT_SCOPES.map(str::to_owned).to_vec(),
            consent_redirect_url: None,
            allow_unverified: Vec::new(),
            identity_workflows: BTreeMap::new(),
            signature_providers: BTreeMap::new(),
        };
        config.validated()
    }

    /// A configuration for an app whose user logs in himself.
    ///
    /// # Errors
    /// `invalid_configuration` when the app's id is no GUID.
    pub fn with_login(
        environment: Environment,
        integration_key: impl Into<String>,
        login: LoginApp,
    ) -> Result<Self> {
        let config = Self {
            auth_url: parse(environment.auth_url())?,
            base_url: None,
            integration_key: integration_key.into(),
            user_id: String::new(),
            login: Some(login),
            account_id: None,
            private_keys: Vec::new(),
            scopes: LOGIN_SCOPES.map(str::to_owned).to_vec(),
            consent_redirect_url: None,
            allow_unverified: Vec::new(),
            identity_workflows: BTreeMap::new(),
            signature_providers: BTreeMap::new(),
        };
        config.validated()
    }

    /// The same, read from a profile.
    ///
    /// # Errors
    /// `invalid_configuration` with every fault.
    pub fn from_settings(settings: &Settings) -> Result<Self> {
        let mut found = Findings { profile: settings.profile(), faults: Vec::new() };
        let environment = found.good("environment", environment(settings)).unwrap_or_default();
        let is_login = found.good("grant", is_login(settings)).unwrap_or_default();
        let auth_url = found.good("auth_url", settings.url("auth_url")).flatten();
        let mut config = Self {
            auth_url: auth_url.map_or_else(|| parse(environment.auth_url()), Ok)?,
            base_url: found.good("base_url", settings.url("base_url")).flatten(),
            integration_key: found.id("integration_key", settings.required("integration_key").map(Some)),
            user_id: String::new(),
            login: None,
            account_id: Some(found.id("account_id", settings.text("account_id"))).filter(|id| !id.is_empty()),
            private_keys: Vec::new(),
            scopes: found.good("scopes", settings.list("scopes")).unwrap_or_default(),
            consent_redirect_url: found
                .good("consent_redirect_url", settings.url("consent_redirect_url"))
                .flatten(),
            allow_unverified: found
                .good("allow_unverified", settings.list("allow_unverified"))
                .unwrap_or_default(),
            identity_workflows: found
                .good("identity_workflows", names(settings, "identity_workflows", &WORKFLOW_METHODS))
                .unwrap_or_default(),
            signature_providers: found
                .good("signature_providers", names(settings, "signature_providers", &PROVIDER_LEVELS))
                .unwrap_or_default(),
        };
        if is_login {
            let secrets = found.good("client_secret", settings.secrets("client_secret")).unwrap_or_default();
            let redirect_url = settings.url("redirect_url").and_then(|url| {
                let missing = "is missing: the address registered for the app, needed to log in";
                url.ok_or_else(|| fault("redirect_url", missing.into()))
            });
            config.login = found
                .good("redirect_url", redirect_url)
                .map(|redirect_url| LoginApp { client_secret: secrets.into_iter().next(), redirect_url });
        } else {
            config.user_id = found.id("user_id", settings.required("user_id").map(Some));
            let keys = settings.secrets("private_key").and_then(|keys| match keys.as_slice() {
                [] => Err(fault("private_key", "is missing".into())),
                keys => keys.iter().map(PrivateKey::parse).collect(),
            });
            config.private_keys = found.good("private_key", keys).unwrap_or_default();
        }
        if config.scopes.is_empty() {
            let usual = if is_login { LOGIN_SCOPES } else { JWT_SCOPES };
            config.scopes = usual.map(str::to_owned).to_vec();
        }
        if found.faults.is_empty() { config.validated() } else { Err(faulty(found.faults)) }
    }

    pub(crate) fn validated(self) -> Result<Self> {
        let mut faults = Vec::new();
        let account = self.account_id.as_deref().map(|id| ("account_id", id));
        let user = self.login.is_none().then_some(("user_id", self.user_id.as_str()));
        let ids = [("integration_key", self.integration_key.as_str())];
        faults.extend(ids.into_iter().chain(user).chain(account).filter_map(|(name, id)| id_fault(name, id)));
        if self.private_keys.is_empty() && self.login.is_none() {
            faults.push(Fault::new("private_key", "is missing"));
        }
        if faults.is_empty() { Ok(self) } else { Err(faulty(faults)) }
    }

    /// The scopes without which operations are refused.
    pub(crate) fn needed_scopes(&self) -> &'static [&'static str] {
        match self.login {
            Some(_) => LOGIN_SCOPES.get(..1).unwrap_or_default(),
            None => &JWT_SCOPES,
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

/// # Errors
/// `invalid_configuration` when it is another word.
fn environment(settings: &Settings) -> Result<Environment> {
    match settings.text("environment")?.as_deref() {
        None | Some("demo") => Ok(Environment::Demo),
        Some("production") => Ok(Environment::Production),
        Some(other) => {
            let near = nearest(other, ["demo", "production"]);
            let hint = near.map(|word| format!(", did you mean `{word}`?")).unwrap_or_default();
            Err(fault("environment", format!("is `{other}`, expected `demo` or `production`{hint}")))
        }
    }
}

/// A table of names by words.
///
/// # Errors
/// `invalid_configuration` with every word that is none of these, and every empty name.
fn names<W: Ord + Copy + fmt::Display>(
    settings: &Settings,
    key: &str,
    words: &[W],
) -> Result<BTreeMap<W, String>> {
    let known: Vec<String> = words.iter().map(ToString::to_string).collect();
    let mut names = BTreeMap::new();
    let mut faults = Vec::new();
    for (word, name) in settings.table(key)? {
        match words.iter().find(|known| known.to_string() == word) {
            Some(_) if name.trim().is_empty() => {
                faults.push(Fault::new(key, format!("`{word}` has no name")))
            }
            Some(known) => drop(names.insert(*known, name)),
            None => {
                let hint = match nearest(&word, known.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("expected one of {}", known.join(", ")),
                };
                faults.push(Fault::new(key, format!("`{word}` is not possible, {hint}")));
            }
        }
    }
    if faults.is_empty() { Ok(names) } else { Err(faulty(faults)) }
}

/// Whether a person logs in, instead of being impersonated.
///
/// # Errors
/// `invalid_configuration` when the grant is another word.
pub(crate) fn is_login(settings: &Settings) -> Result<bool> {
    match settings.text("grant")?.as_deref() {
        None | Some("jwt") => Ok(false),
        Some("code") => Ok(true),
        Some(other) => Err(fault("grant", format!("is `{other}`, expected `jwt` or `code`"))),
    }
}

fn parse(text: &str) -> Result<Url> {
    Url::parse(text).map_err(|error| Error::new(ErrorKind::InvalidConfiguration, error.to_string()))
}

fn fault(name: &str, message: String) -> Error {
    faulty(vec![Fault::new(name, message)])
}

fn faulty(faults: Vec<Fault>) -> Error {
    Error::from_faults(ErrorKind::InvalidConfiguration, "the configuration has faults", faults)
        .with_provider(PROVIDER)
}

fn id_fault(name: &str, id: &str) -> Option<Fault> {
    let message = match id {
        id if id.contains('@') => "is an e-mail address; DocuSign wants the GUID from Apps and Keys",
        id if !is_guid(id) => "is not a GUID (8-4-4-4-12 hexadecimal digits)",
        _ => return None,
    };
    Some(Fault::new(name, message))
}

/// What is wrong with a profile, gathered so that all of it is said at once.
struct Findings<'a> {
    profile: &'a str,
    faults: Vec<Fault>,
}

impl Findings<'_> {
    /// The value of a key, if it is good.
    fn good<T>(&mut self, name: &str, read: Result<T>) -> Option<T> {
        let error = match read {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        let path = format!("profiles.{}.{name}", self.profile);
        if error.faults().is_empty() {
            let remedy = error.remedy().map(|remedy| format!("; {remedy}")).unwrap_or_default();
            self.faults.push(Fault::new(path, format!("{}{remedy}", error.message())));
        } else {
            self.faults.extend(error.faults().iter().map(|fault| Fault::new(&*path, &*fault.message)));
        }
        None
    }

    /// An id; empty if it is not given or no id.
    fn id(&mut self, name: &str, read: Result<Option<String>>) -> String {
        let id = read.and_then(|id| match id.as_deref().and_then(|id| id_fault(name, id)) {
            Some(fault) => Err(faulty(vec![fault])),
            None => Ok(id),
        });
        self.good(name, id).flatten().unwrap_or_default()
    }
}

/// GUIDs are held to their shape only: ids made in 2026 carry version nibbles that no UUID standard knows.
pub(crate) fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
