//! Configuration: `signbridge.toml`, its profiles, and the environment over it.
//!
//! ```toml
//! default = "work"
//!
//! [profiles.work]
//! provider = "docusign"
//! integration_key = "…"
//! user_id = "…"
//! private_key = { file = "work.pem" }
//! ```
//!
//! Every key that a profile has is either one of [`COMMON_KEYS`] or one of its adapter's
//! ([`Adapter::keys`](signbridge_core::Adapter::keys)); an unknown one is refused with a suggestion. Secrets stand
//! there by reference only. Relative paths are relative to the file.

mod duration;
mod overlay;
mod resolve;

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::Value;
use sha2::{Digest, Sha256};
use signbridge_core::{ConfigKey, Error, ErrorKind, Fault, KeyKind, Result, nearest, settings::Environment};

pub use duration::parse_duration;
pub(crate) use resolve::{Resolved, resolve};

/// The configuration file's usual name.
pub const FILE_NAME: &str = "signbridge.toml";

/// The keys that every profile has, whatever its provider.
pub const COMMON_KEYS: &[ConfigKey] = &[
    key("provider", KeyKind::Text, true, "the provider's name, such as `docusign`"),
    key("base_url", KeyKind::Url, false, "the API's host, if it is not the provider's own"),
    key("auth_url", KeyKind::Url, false, "the host that gives tokens, if it is not the provider's own"),
    key(
        "ca_file",
        KeyKind::Text,
        false,
        "a PEM file with certificate authorities to trust besides the usual ones",
    ),
    key(
        "aliases",
        KeyKind::List,
        false,
        "names this profile had before; references with them still lead here",
    ),
    key(
        "draining",
        KeyKind::Flag,
        false,
        "`true`: it takes no new envelopes, and keeps serving those it has",
    ),
    key(
        "login_folder",
        KeyKind::Text,
        false,
        "where the login of `signbridge auth login` is kept, if not in the user's data folder",
    ),
    key(
        "plan",
        KeyKind::Text,
        false,
        "the vendor's plan that the account is on, such as `docusign.standard`",
    ),
    key("billing", KeyKind::Text, false, "how the plan is paid, such as `annual_prepaid`"),
    key(
        "offers",
        KeyKind::List,
        false,
        "what your own contract grants, such as `qes`, whatever is published",
    ),
    key("allow_unverified", KeyKind::List, false, "words of `check` whose risk is accepted"),
    key("connect_timeout", KeyKind::Text, false, "to be connected, such as `10s`"),
    key("read_timeout", KeyKind::Text, false, "from one piece of an answer to the next, such as `60s`"),
    key("call_timeout", KeyKind::Text, false, "for a call with all its attempts, such as `10m`"),
    key(
        "poll_interval",
        KeyKind::Text,
        false,
        "between two looks at an envelope while waiting, such as `20m`",
    ),
];

const fn key(name: &'static str, kind: KeyKind, required: bool, about: &'static str) -> ConfigKey {
    ConfigKey { name, kind, required, about }
}

/// One provider account as the configuration describes it. Its values are held against the provider's keys when a
/// [`Signbridge`](crate::Signbridge) is made.
#[derive(Clone, Default)]
pub struct Profile {
    values: BTreeMap<String, Value>,
    overlay: BTreeMap<String, overlay::Variable>,
}

impl Profile {
    /// The provider's name, if there is one.
    pub fn provider(&self) -> Option<&str> {
        match self.overlay.get("provider") {
            Some(variable) => Some(&variable.text),
            None => self.values.get("provider")?.as_str(),
        }
    }

    /// The names of the keys that are set in the file.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile")
            .field("keys", &self.values.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// The profiles, and which of them is the default.
#[derive(Clone)]
pub struct Config {
    default: Option<String>,
    profiles: BTreeMap<String, Profile>,
    folder: PathBuf,
    environment: Environment,
}

impl Config {
    /// Reads a configuration file and lays the process's environment over it.
    ///
    /// # Errors
    /// `invalid_configuration` when it cannot be read, or with every fault found in it.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        Self::read(path.as_ref())?.overlaid(process_variables())
    }

    fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            let message = format!("the configuration file {} cannot be read: {error}", path.display());
            Error::new(ErrorKind::InvalidConfiguration, message)
                .with_remedy("check the path, or write one with `signbridge init`")
        })?;
        Self::parse(&text, path.parent().unwrap_or(Path::new(".")))
            .map_err(|error| error.with_remedy(format!("correct {}", path.display())))
    }

    /// Reads a configuration from text and nothing else: no environment is laid over it. Relative paths in it are
    /// relative to `folder`.
    ///
    /// # Errors
    /// `invalid_configuration` with every fault found.
    pub fn parse(text: &str, folder: impl Into<PathBuf>) -> Result<Self> {
        let table: toml::Table = toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .and_then(|span| text.get(..span.start))
                .map(|before| before.lines().count().max(1));
            let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
            // Only the reason: the line itself may hold a secret that was written there by mistake.
            Error::new(ErrorKind::InvalidConfiguration, format!("{place}{}", error.message()))
        })?;
        let mut faults = Vec::new();
        let mut config = Self {
            default: None,
            profiles: BTreeMap::new(),
            folder: folder.into(),
            environment: Arc::new(|name| env::var(name).ok()),
        };
        for (name, value) in table {
            match (name.as_str(), value) {
                ("default", toml::Value::String(name)) => config.default = Some(name),
                ("default", _) => faults.push(Fault::new("default", "must be the name of a profile")),
                ("profiles", toml::Value::Table(profiles)) => {
                    for (name, profile) in profiles {
                        match read_profile(&name, profile) {
                            Ok(profile) => {
                                config.profiles.insert(name, profile);
                            }
                            Err(fault) => faults.push(fault),
                        }
                    }
                }
                ("profiles", _) => faults.push(Fault::new("profiles", "must be a table: [profiles.NAME]")),
                (unknown, _) => {
                    let hint = nearest(unknown, ["default", "profiles"])
                        .map_or("known are default, profiles".to_owned(), |near| {
                            format!("did you mean `{near}`?")
                        });
                    faults.push(Fault::new(unknown, format!("unknown key, {hint}")));
                }
            }
        }
        if faults.is_empty() { Ok(config) } else { Err(refuse(faults)) }
    }

    /// The configuration of this process: the file that `SIGNBRIDGE_CONFIG` names; else `signbridge.toml` in the
    /// working folder; else `signbridge/signbridge.toml` in the user's configuration folder (`XDG_CONFIG_HOME`,
    /// `APPDATA` or `~/.config`); else the environment's variables alone.
    ///
    /// # Errors
    /// `invalid_configuration` when there is none, or it has faults.
    pub fn find() -> Result<Self> {
        let config = match places(|name| env::var_os(name)) {
            Places::Named(path) => Self::read(&path)?,
            Places::Usual(paths) => match paths.iter().find(|path| path.is_file()) {
                Some(path) => Self::read(path)?,
                None => Self::parse("", ".")?,
            },
        };
        let config = config.overlaid(process_variables())?;
        if config.profiles.is_empty() {
            return Err(Error::new(ErrorKind::InvalidConfiguration, "there is no configuration with a profile")
                .with_remedy(format!("write one with `signbridge init`, or name it by --config or SIGNBRIDGE_CONFIG (usual name: {FILE_NAME})")));
        }
        Ok(config)
    }

    /// The same with these environment variables laid over it, and secrets looked up among them, instead of the
    /// process's own.
    ///
    /// # Errors
    /// `invalid_configuration` when a variable `SIGNBRIDGE_PROFILES_…` names no profile.
    pub fn with_environment(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        let variables: BTreeMap<_, _> = variables.into_iter().collect();
        let config_variables = variables.clone();
        self.environment = Arc::new(move |name| variables.get(name).cloned());
        self.overlaid(config_variables)
    }

    fn overlaid(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        let overlay = overlay::read(self.profiles.keys(), variables);
        if !overlay.faults.is_empty() {
            return Err(refuse(overlay.faults));
        }
        for (name, variables) in overlay.profiles {
            if !is_profile_name(&name) {
                return Err(refuse(vec![Fault::new(name, NOT_A_NAME)]));
            }
            self.profiles.entry(name).or_default().overlay = variables;
        }
        self.default = overlay.default.or(self.default);
        Ok(self)
    }

    /// The default profile's name: the one that is set, or the only one there is.
    pub fn default_profile(&self) -> Option<&str> {
        match (&self.default, self.profiles.len()) {
            (Some(name), _) => Some(name),
            (None, 1) => self.profiles.keys().next().map(String::as_str),
            (None, _) => None,
        }
    }

    /// The profiles with their names.
    pub fn profiles(&self) -> impl Iterator<Item = (&str, &Profile)> {
        self.profiles.iter().map(|(name, profile)| (name.as_str(), profile))
    }

    /// One profile.
    pub fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles.get(name)
    }

    /// The folder that relative paths are relative to.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("default", &self.default)
            .field("profiles", &self.profiles)
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// Whether this can name a profile: it is the part of a reference before the colon, and of a variable's name.
pub(crate) fn is_profile_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

const NOT_A_NAME: &str = "is no profile name: those are of a-z, 0-9 and hyphens";

pub(crate) fn refuse(faults: Vec<Fault>) -> Error {
    Error::from_faults(ErrorKind::InvalidConfiguration, "the configuration has faults", faults)
}

fn read_profile(name: &str, value: toml::Value) -> Result<Profile, Fault> {
    let path = format!("profiles.{name}");
    if !is_profile_name(name) {
        return Err(Fault::new(path, NOT_A_NAME));
    }
    let toml::Value::Table(table) = value else {
        return Err(Fault::new(path, "must be a table with the keys of the profile"));
    };
    let values = table.into_iter().map(|(name, value)| (name, json(value))).collect();
    Ok(Profile { values, overlay: BTreeMap::new() })
}

fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(yes) => yes.into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(name, value)| (name, json(value))).collect())
        }
    }
}

/// The process's variables; what is not Unicode cannot be one of ours.
fn process_variables() -> impl Iterator<Item = (String, String)> {
    env::vars_os().filter_map(|(name, text)| Some((name.into_string().ok()?, text.into_string().ok()?)))
}

/// Where logins are kept unless a profile says otherwise: in the user's data folder (`XDG_DATA_HOME`, `LOCALAPPDATA` or
/// `~/.local/share`), apart for each folder with a configuration, since profiles of two projects may share a name.
pub(crate) fn login_folder(folder: &Path, variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let set = |name: &str| variable(name).filter(|text| !text.is_empty()).map(PathBuf::from);
    let data = set("XDG_DATA_HOME")
        .or_else(|| set("LOCALAPPDATA").filter(|_| cfg!(windows)))
        .or_else(|| Some(set("HOME")?.join(".local/share")))?;
    let place = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let digest = hex::encode(Sha256::digest(place.as_os_str().as_encoded_bytes()));
    Some(data.join("signbridge/logins").join(digest.get(..16)?))
}

#[derive(Debug, PartialEq)]
enum Places {
    Named(PathBuf),
    Usual(Vec<PathBuf>),
}

fn places(variable: impl Fn(&str) -> Option<OsString>) -> Places {
    let set = |name: &str| variable(name).filter(|text| !text.is_empty()).map(PathBuf::from);
    if let Some(path) = set("SIGNBRIDGE_CONFIG") {
        return Places::Named(path);
    }
    let home = set("XDG_CONFIG_HOME")
        .or_else(|| set("APPDATA").filter(|_| cfg!(windows)))
        .or_else(|| Some(set("HOME")?.join(".config")));
    let user = home.map(|folder| folder.join("signbridge").join(FILE_NAME));
    Places::Usual([Some(PathBuf::from(FILE_NAME)), user].into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_of_two_projects_are_kept_apart() {
        let variable = |name: &str| (name == "HOME").then(|| OsString::from("/home/ann"));
        let (one, other) =
            (login_folder(Path::new("/one"), variable), login_folder(Path::new("/other"), variable));
        assert_ne!(one, other);
        assert!(one.unwrap().starts_with("/home/ann/.local/share/signbridge/logins"));
        assert_eq!(login_folder(Path::new("/one"), |_| None), None);
    }

    #[test]
    fn unknown_keys_at_the_top_and_wrong_names_are_all_named() {
        let error = Config::parse("defualt = \"a\"\n[profiles.Work]\n[other]\n", ".").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidConfiguration);
        let text = error.to_string();
        assert!(text.contains("defualt: unknown key, did you mean `default`?"), "{text}");
        assert!(text.contains("profiles.Work: is no profile name"), "{text}");
        assert!(text.contains("other: unknown key, known are default, profiles"), "{text}");
    }

    #[test]
    fn a_syntax_error_gives_its_line_and_not_its_text() {
        let error = Config::parse("default = \"a\"\n[profiles.a]\nprivate_key = s3cret\n", ".").unwrap_err();
        let text = error.to_string();
        assert!(text.contains("line 3") && !text.contains("s3cret"), "{text}");
    }

    #[test]
    fn the_only_profile_is_the_default_and_of_several_none_is() {
        let one = Config::parse("[profiles.a]\n", ".").unwrap();
        assert_eq!(one.default_profile(), Some("a"));
        let two = Config::parse("[profiles.a]\n[profiles.b]\n", ".").unwrap();
        assert_eq!(two.default_profile(), None);
        let chosen = two.with_environment([("SIGNBRIDGE_DEFAULT".into(), "b".into())]).unwrap();
        assert_eq!(chosen.default_profile(), Some("b"));
    }

    #[test]
    fn debug_shows_the_names_of_keys_and_never_values() {
        let config = Config::parse("[profiles.a]\nprivate_key = \"s3cret\"\n", ".").unwrap();
        let text = format!("{config:?}");
        assert!(text.contains("private_key") && !text.contains("s3cret"), "{text}");
    }

    #[test]
    fn the_file_is_looked_for_where_it_is_named_then_here_then_at_the_user() {
        let with = |pairs: &'static [(&str, &str)]| {
            places(move |name| {
                pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
            })
        };
        assert_eq!(
            with(&[("SIGNBRIDGE_CONFIG", "/a.toml"), ("HOME", "/h")]),
            Places::Named("/a.toml".into())
        );
        assert_eq!(
            with(&[("HOME", "/h"), ("SIGNBRIDGE_CONFIG", "")]),
            Places::Usual(vec!["signbridge.toml".into(), "/h/.config/signbridge/signbridge.toml".into()])
        );
        assert_eq!(
            with(&[("HOME", "/h"), ("XDG_CONFIG_HOME", "/x")]),
            Places::Usual(vec!["signbridge.toml".into(), "/x/signbridge/signbridge.toml".into()])
        );
        assert_eq!(with(&[]), Places::Usual(vec!["signbridge.toml".into()]));
    }
}
