//! The environment over the file: `SIGNBRIDGE_DEFAULT` and `SIGNBRIDGE_PROFILES_<NAME>_<KEY>`.
//!
//! Which variable belongs to which profile is decided at once; what its text means only when the adapter's keys are
//! known, because `…_CA_FILE` is a path and `…_PRIVATE_KEY_FILE` a secret by reference.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use signbridge_core::{ConfigKey, Fault, KeyKind, nearest};

/// Names the default profile.
pub(super) const DEFAULT: &str = "SIGNBRIDGE_DEFAULT";
const PROFILES: &str = "SIGNBRIDGE_PROFILES_";
/// What starts like this and is not understood is a typing error, not somebody else's variable.
const RESERVED: &str = "SIGNBRIDGE_PROFILE";
const PROVIDER: &str = "_PROVIDER";

/// The variables of the environment that configure: everything else is dropped here.
pub(super) struct Overlay {
    pub(super) default: Option<String>,
    /// By profile, by key in lower case: variable and text.
    pub(super) profiles: BTreeMap<String, BTreeMap<String, Variable>>,
    pub(super) faults: Vec<Fault>,
}

/// A variable and its text.
#[derive(Clone)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) text: String,
}

/// Sorts the variables to the profiles. `known` are the profiles of the file; a variable `…_PROVIDER` makes a new one.
/// An empty variable counts as not set.
pub(super) fn read<'k>(
    known: impl Iterator<Item = &'k String>,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Overlay {
    let variables: Vec<_> = variables
        .into_iter()
        .filter(|(name, text)| (name == DEFAULT || name.starts_with(RESERVED)) && !text.is_empty())
        .map(|(name, text)| Variable { name, text })
        .collect();
    let mut prefixes: BTreeSet<String> = known.map(|name| name.to_uppercase().replace('-', "_")).collect();
    let made = variables
        .iter()
        .filter_map(|variable| variable.name.strip_prefix(PROFILES)?.strip_suffix(PROVIDER))
        .filter(|prefix| !prefix.is_empty())
        .map(str::to_owned);
    prefixes.extend(made.collect::<Vec<_>>());
    let mut overlay = Overlay { default: None, profiles: BTreeMap::new(), faults: Vec::new() };
    for variable in variables {
        if variable.name == DEFAULT {
            overlay.default = Some(variable.text);
            continue;
        }
        match place(&variable.name, &prefixes) {
            Some((profile, key)) => {
                overlay.profiles.entry(profile).or_default().insert(key, variable);
            }
            None => overlay.faults.push(Fault::new(variable.name, unplaced(&prefixes))),
        }
    }
    overlay
}

/// Profile and key of a variable. The longest name wins, so that `work-eu` is not a key `eu_…` of `work`.
fn place(variable: &str, prefixes: &BTreeSet<String>) -> Option<(String, String)> {
    let rest = variable.strip_prefix(PROFILES)?;
    let fits = prefixes.iter().filter_map(|prefix| {
        let key = rest.strip_prefix(prefix.as_str())?.strip_prefix('_')?;
        (!key.is_empty()).then_some((prefix, key))
    });
    let (prefix, key) = fits.max_by_key(|(prefix, _)| prefix.len())?;
    Some((prefix.to_lowercase().replace('_', "-"), key.to_lowercase()))
}

fn unplaced(prefixes: &BTreeSet<String>) -> String {
    if prefixes.is_empty() {
        return format!("there is no profile; {PROFILES}<NAME>{PROVIDER} makes one");
    }
    let known: Vec<_> = prefixes.iter().map(|prefix| format!("{PROFILES}{prefix}_<KEY>")).collect();
    format!("names no profile; known are {}", known.join(", "))
}

/// The values that the variables of one profile stand for.
pub(super) fn values(
    overlay: &BTreeMap<String, Variable>,
    keys: &[&ConfigKey],
) -> Result<BTreeMap<String, Value>, Vec<Fault>> {
    let mut values = BTreeMap::new();
    let mut faults = Vec::new();
    for (key, variable) in overlay {
        match value(key, variable, keys) {
            Ok((key, value)) => {
                values.insert(key.to_owned(), value);
            }
            Err(message) => faults.push(Fault::new(variable.name.clone(), message)),
        }
    }
    if faults.is_empty() { Ok(values) } else { Err(faults) }
}

fn value<'a>(key: &'a str, variable: &Variable, keys: &[&ConfigKey]) -> Result<(&'a str, Value), String> {
    let kind = |name: &str| keys.iter().find(|known| known.name == name).map(|known| known.kind);
    match kind(key) {
        Some(KeyKind::Secret) => {
            let name = &variable.name;
            Err(format!("holds a secret itself; set {name}_ENV or {name}_FILE to where it is"))
        }
        Some(KeyKind::List) => {
            let items = variable.text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Ok((key, items.map(Value::from).collect()))
        }
        Some(KeyKind::Table) => {
            let items = variable.text.split(',').map(str::trim).filter(|item| !item.is_empty());
            let pair = |item: &str| {
                let (name, text) = item.split_once('=')?;
                Some((name.trim().to_owned(), Value::from(text.trim())))
            };
            let entries: Option<Map<_, _>> = items.map(pair).collect();
            entries
                .map(|entries| (key, entries.into()))
                .ok_or_else(|| "holds a table: name=text, name=text".to_owned())
        }
        Some(_) => Ok((key, Value::from(variable.text.as_str()))),
        None => {
            for (suffix, source) in [("_env", "env"), ("_file", "file")] {
                let stem = key.strip_suffix(suffix).filter(|stem| kind(stem) == Some(KeyKind::Secret));
                if let Some(stem) = stem {
                    return Ok((stem, json!({ source: variable.text })));
                }
            }
            Err(match nearest(key, keys.iter().map(|known| known.name)) {
                Some(near) => format!("unknown key `{key}`, did you mean `{near}`?"),
                None => format!("unknown key `{key}`"),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(known: &[&str], variables: &[(&str, &str)]) -> Overlay {
        let known: Vec<String> = known.iter().map(ToString::to_string).collect();
        read(known.iter(), variables.iter().map(|(name, text)| (name.to_string(), text.to_string())))
    }

    #[test]
    fn the_longest_profile_name_wins() {
        let overlay = sorted(
            &["work", "work-eu"],
            &[("SIGNBRIDGE_PROFILES_WORK_EU_USER_ID", "a"), ("SIGNBRIDGE_PROFILES_WORK_USER_ID", "b")],
        );
        assert_eq!(overlay.profiles["work-eu"]["user_id"].text, "a");
        assert_eq!(overlay.profiles["work"]["user_id"].text, "b");
        assert!(overlay.faults.is_empty());
    }

    #[test]
    fn a_provider_makes_a_profile_and_everything_else_needs_one() {
        let overlay = sorted(
            &[],
            &[
                ("SIGNBRIDGE_PROFILES_MY_WORK_PROVIDER", "docusign"),
                ("SIGNBRIDGE_PROFILES_MY_WORK_USER_ID", "a"),
                ("SIGNBRIDGE_PROFILES_OTHER_USER_ID", "b"),
                ("SIGNBRIDGE_PROFILE_MY_WORK_USER_ID", "c"),
                ("SIGNBRIDGE_PROFILES_MY_WORK_BASE_URL", ""),
                ("SIGNBRIDGE_SOMETHING", "d"),
                ("PATH", "e"),
                ("SIGNBRIDGE_DEFAULT", "my-work"),
            ],
        );
        assert_eq!(overlay.default.as_deref(), Some("my-work"));
        assert_eq!(overlay.profiles["my-work"].keys().collect::<Vec<_>>(), ["provider", "user_id"]);
        let faults: Vec<_> = overlay.faults.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(faults, ["SIGNBRIDGE_PROFILES_OTHER_USER_ID", "SIGNBRIDGE_PROFILE_MY_WORK_USER_ID"]);
    }

    #[test]
    fn a_text_means_what_its_key_holds() {
        const KEYS: &[ConfigKey] = &[
            ConfigKey { name: "ca_file", kind: KeyKind::Text, required: false, about: "" },
            ConfigKey { name: "scopes", kind: KeyKind::List, required: false, about: "" },
            ConfigKey { name: "workflows", kind: KeyKind::Table, required: false, about: "" },
            ConfigKey { name: "private_key", kind: KeyKind::Secret, required: false, about: "" },
        ];
        let keys: Vec<_> = KEYS.iter().collect();
        let of = |key: &str, text: &str| {
            value(key, &Variable { name: "V".into(), text: text.into() }, &keys)
                .map(|(key, value)| (key.to_owned(), value))
        };
        assert_eq!(of("ca_file", "/ca.pem"), Ok(("ca_file".into(), json!("/ca.pem"))));
        assert_eq!(of("scopes", "a, b"), Ok(("scopes".into(), json!(["a", "b"]))));
        let table = json!({"id_document": "ID check", "eid_eu": "EU"});
        assert_eq!(of("workflows", "id_document=ID check, eid_eu = EU"), Ok(("workflows".into(), table)));
        assert!(of("workflows", "ID check").unwrap_err().contains("name=text"));
        assert_eq!(of("private_key_file", "/k"), Ok(("private_key".into(), json!({"file": "/k"}))));
        assert_eq!(of("private_key_env", "K"), Ok(("private_key".into(), json!({"env": "K"}))));
        let literal = of("private_key", "s3cret").unwrap_err();
        assert!(literal.contains("V_ENV or V_FILE") && !literal.contains("s3cret"), "{literal}");
        assert!(of("scops", "a").unwrap_err().contains("`scopes`"));
    }
}
