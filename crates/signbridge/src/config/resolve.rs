//! From configuration to profiles that can be used: adapter, settings, timeouts, aliases; every fault at once.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use signbridge_client::{FileLoginStore, Timeouts};
use signbridge_core::{Adapter, ConfigKey, Error, Fault, KeyKind, LoginSlot, Result, Settings, nearest};
use url::Url;

use super::{
    COMMON_KEYS, Config, NOT_A_NAME, Profile, is_profile_name, login_folder, overlay, parse_duration, refuse,
};
use crate::Registry;

/// A profile whose values fit its provider's keys.
#[derive(Debug, Clone)]
pub(crate) struct Resolved {
    pub(crate) adapter: &'static dyn Adapter,
    pub(crate) settings: Settings,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) timeouts: Timeouts,
    pub(crate) poll_interval: Option<Duration>,
    pub(crate) aliases: Vec<String>,
    /// Whether it takes no new envelopes.
    pub(crate) draining: bool,
    /// Where a person's login is kept.
    pub(crate) login: Option<LoginSlot>,
    /// Whether the provider's host is on this machine: an emulator, to which no polling rule applies.
    pub(crate) loopback: bool,
}

/// Holds every profile against the keys of its provider.
///
/// # Errors
/// `invalid_configuration` with every fault of every profile.
pub(crate) fn resolve(config: &Config, registry: &Registry) -> Result<BTreeMap<String, Resolved>> {
    let mut faults = Vec::new();
    let mut profiles = BTreeMap::new();
    for (name, profile) in &config.profiles {
        match one(config, registry, name, profile) {
            Ok(resolved) => {
                profiles.insert(name.clone(), resolved);
            }
            Err(mut found) => faults.append(&mut found),
        }
    }
    if let Some(default) = config.default_profile().filter(|name| !config.profiles.contains_key(*name)) {
        let hint = nearest(default, config.profiles.keys().map(String::as_str))
            .map(|near| format!(", did you mean `{near}`?"));
        let message = format!("there is no profile `{default}`{}", hint.unwrap_or_default());
        faults.push(Fault::new("default", message));
    }
    faults.append(&mut alias_faults(&profiles));
    if faults.is_empty() { Ok(profiles) } else { Err(refuse(faults)) }
}

fn one(config: &Config, registry: &Registry, name: &str, profile: &Profile) -> Result<Resolved, Vec<Fault>> {
    let path = |key: &str| format!("profiles.{name}.{key}");
    let provider = profile.provider().ok_or_else(|| {
        vec![Fault::new(path("provider"), "is missing: the provider's name, such as `docusign`")]
    })?;
    let adapter = registry.adapter(provider).map_err(|error| {
        let remedy = error.remedy().map(|remedy| format!("; {remedy}")).unwrap_or_default();
        vec![Fault::new(path("provider"), format!("{}{remedy}", error.message()))]
    })?;
    let keys: Vec<_> = COMMON_KEYS.iter().chain(adapter.keys()).collect();
    let mut faults = Vec::new();
    let mut values = profile.values.clone();
    match overlay::values(&profile.overlay, &keys) {
        Ok(overlaid) => values.extend(overlaid),
        Err(mut found) => faults.append(&mut found),
    }
    let settings = Settings::new(name, values, config.folder.clone(), config.environment.clone());
    let spared = adapter.spared(&settings);
    let needed: Vec<_> = keys
        .iter()
        .map(|key| ConfigKey { required: key.required && !spared.contains(&key.name), ..**key })
        .collect();
    if let Err(error) = settings.validate(&needed) {
        faults.extend_from_slice(error.faults());
    }
    // What has the wrong type was named by `validate`; here follow texts that do not mean what they should.
    let mut duration = |key: &str| match settings.text(key).ok()?.map(|text| parse_duration(&text))? {
        Ok(duration) => Some(duration),
        Err(error) => {
            faults.push(Fault::new(path(key), error.message()));
            None
        }
    };
    let mut timeouts = Timeouts::default();
    timeouts.connect = duration("connect_timeout").unwrap_or(timeouts.connect);
    timeouts.read = duration("read_timeout").unwrap_or(timeouts.read);
    timeouts.call = duration("call_timeout").unwrap_or(timeouts.call);
    let poll_interval = duration("poll_interval");
    for key in keys.iter().filter(|key| key.kind == KeyKind::Url && settings.text(key.name).is_ok()) {
        if let Err(error) = settings.url(key.name) {
            faults.extend_from_slice(error.faults());
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let wrong = |error: Error| error.faults().to_vec();
    let hosts = (settings.url("base_url").map_err(wrong)?, settings.url("auth_url").map_err(wrong)?);
    Ok(Resolved {
        adapter,
        ca_file: settings.file("ca_file").map_err(wrong)?,
        timeouts,
        poll_interval,
        login: settings
            .file("login_folder")
            .map_err(wrong)?
            .or_else(|| login_folder(&config.folder, |name| (config.environment)(name).map(Into::into)))
            .map(|folder| LoginSlot { store: Arc::new(FileLoginStore::new(folder)), name: name.to_owned() }),
        aliases: settings.list("aliases").map_err(wrong)?,
        draining: settings.flag("draining").map_err(wrong)?.unwrap_or_default(),
        loopback: matches!(&hosts, (Some(host), _) | (None, Some(host)) if is_loopback(host)),
        settings,
    })
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn alias_faults(profiles: &BTreeMap<String, Resolved>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut owners: BTreeMap<&str, &str> =
        profiles.keys().map(|name| (name.as_str(), name.as_str())).collect();
    for (name, profile) in profiles {
        for alias in &profile.aliases {
            let path = format!("profiles.{name}.aliases");
            if !is_profile_name(alias) {
                faults.push(Fault::new(path, format!("`{alias}` {NOT_A_NAME}")));
            } else if let Some(owner) = owners.insert(alias, name) {
                faults.push(Fault::new(path, format!("`{alias}` is taken by the profile `{owner}`")));
            }
        }
    }
    faults
}
