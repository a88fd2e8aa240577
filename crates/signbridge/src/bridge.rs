//! [`Signbridge`]: profiles in, providers built when needed, references out.

mod in_flight;
mod templates;

use std::{
    collections::BTreeMap,
    fmt,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde::Serialize;
use signbridge_client::{TokioClock, reqwest::ReqwestTransport};
use signbridge_core::{
    AuditEvent, Clock, CreateOptions, Diagnosis, Download, Draft, Envelope, EnvelopeDocument, Error,
    ErrorKind, IdempotencyKey, ListQuery, Login, Page, Parts, Provider, Report, Result, Settings,
    SigningLink, SigningLinkRequest, Transport, Voided, What, nearest,
};

use crate::{
    Config, Reference, Registry, SavedFile, WaitOptions,
    config::{Resolved, resolve},
    save,
    wait::{self, Pace},
};

/// A profile in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ProfileInfo {
    /// Its name.
    pub name: String,
    /// Its provider.
    pub provider: &'static str,
    /// Whether it is used where none is named.
    pub default: bool,
}

/// A profile that takes new envelopes, with what its configuration says of its account.
#[cfg(feature = "planner")]
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) profile: String,
    pub(crate) capabilities: &'static signbridge_core::Capabilities,
    pub(crate) plan: Option<String>,
    pub(crate) billing: Option<String>,
    pub(crate) offers: Vec<String>,
}

/// Every profile of a configuration, ready to use. Cheap to clone; clones share the providers and their tokens.
///
/// New envelopes go to the default profile; what has a [`Reference`] is reached where it lives, also under a name its
/// profile had before (`aliases`). The ids in its answers are references; [`Signbridge::provider`] leads to the
/// provider itself, which speaks its own ids.
#[derive(Clone)]
pub struct Signbridge {
    shared: Arc<Shared>,
    default: Option<String>,
}

/// Something around a way to the network.
type Layer = Box<dyn Fn(Arc<dyn Transport>) -> Arc<dyn Transport> + Send + Sync>;

/// The way to the network.
enum Network {
    /// The built-in one, as each profile configures it, with what the application puts around it.
    BuiltIn(Layer),
    /// The application's own, for all profiles.
    Own(Arc<dyn Transport>),
}

struct Shared {
    profiles: BTreeMap<String, Entry>,
    network: Network,
    clock: Arc<dyn Clock>,
}

struct Entry {
    name: String,
    resolved: Resolved,
    provider: Mutex<Option<Arc<dyn Provider>>>,
}

impl Signbridge {
    /// Holds every profile against its provider's keys. No secret is read, nothing is built or requested yet.
    ///
    /// # Errors
    /// `invalid_configuration` with every fault of every profile.
    pub fn new(config: Config, registry: Registry) -> Result<Self> {
        Self::with_layer(config, registry, |transport| transport)
    }

    /// The same with something around the built-in transport of each profile, to record or to count.
    ///
    /// # Errors
    /// `invalid_configuration` with every fault of every profile.
    pub fn with_layer(
        config: Config,
        registry: Registry,
        layer: impl Fn(Arc<dyn Transport>) -> Arc<dyn Transport> + Send + Sync + 'static,
    ) -> Result<Self> {
        Self::assemble(config, &registry, Network::BuiltIn(Box::new(layer)), Arc::new(TokioClock))
    }

    /// The same over the application's own transport and clock. `ca_file` and the connect timeout of the profiles
    /// belong to the built-in transport and have no effect then.
    ///
    /// # Errors
    /// `invalid_configuration` with every fault of every profile.
    pub fn with_parts(config: Config, registry: Registry, parts: Parts) -> Result<Self> {
        Self::assemble(config, &registry, Network::Own(parts.transport), parts.clock)
    }

    /// Everything that is enabled, configured by this file and the environment over it.
    ///
    /// # Errors
    /// `invalid_configuration`.
    pub fn from_config_file(path: impl AsRef<Path>) -> Result<Self> {
        Self::new(Config::load(path)?, Registry::enabled())
    }

    fn assemble(
        config: Config,
        registry: &Registry,
        network: Network,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        let profiles = resolve(&config, registry)?
            .into_iter()
            .map(|(name, resolved)| (name.clone(), Entry { name, resolved, provider: Mutex::new(None) }))
            .collect();
        let default = config.default_profile().map(str::to_owned);
        Ok(Self { shared: Arc::new(Shared { profiles, network, clock }), default })
    }

    /// The same profiles with this one, or the one that has this alias, as the default.
    ///
    /// # Errors
    /// `invalid_configuration` when there is no such profile.
    pub fn with_profile(mut self, name: &str) -> Result<Self> {
        self.default = Some(self.entry(name)?.name.clone());
        Ok(self)
    }

    /// The profiles in the order of their names.
    pub fn profiles(&self) -> Vec<ProfileInfo> {
        let info = |(name, entry): (&String, &Entry)| ProfileInfo {
            name: name.clone(),
            provider: entry.resolved.adapter.name(),
            default: self.default.as_ref() == Some(name),
        };
        self.shared.profiles.iter().map(info).collect()
    }

    /// The profiles that take new envelopes.
    #[cfg(feature = "planner")]
    pub(crate) fn accounts(&self) -> Vec<Account> {
        let entries = self.shared.profiles.values().filter(|entry| !entry.resolved.draining);
        entries
            .map(|entry| {
                let settings = &entry.resolved.settings;
                // Their kinds were held against the keys when the profiles were resolved.
                Account {
                    profile: entry.name.clone(),
                    capabilities: entry.resolved.adapter.capabilities(),
                    plan: settings.text("plan").ok().flatten(),
                    billing: settings.text("billing").ok().flatten(),
                    offers: settings.list("offers").unwrap_or_default(),
                }
            })
            .collect()
    }

    /// The name of the default profile.
    ///
    /// # Errors
    /// `invalid_configuration` when there are several and none is the default.
    pub fn default_profile(&self) -> Result<&str> {
        self.chosen(None).map(|entry| entry.name.as_str())
    }

    /// The settings of a profile, or of the default one, with the environment laid over them.
    ///
    /// # Errors
    /// `invalid_configuration` when there is no such profile.
    pub fn settings(&self, profile: Option<&str>) -> Result<&Settings> {
        self.chosen(profile).map(|entry| &entry.resolved.settings)
    }

    /// The provider behind a profile, or behind the default one, built on first use: the profile's secrets are read
    /// then (briefly blocking), nothing is requested. It speaks its own ids, not references.
    ///
    /// # Errors
    /// `invalid_configuration` when there is no such profile, or a secret or certificate cannot be read.
    pub fn provider(&self, profile: Option<&str>) -> Result<Arc<dyn Provider>> {
        self.built(self.chosen(profile)?)
    }

    /// Every gap between the draft and the default profile's provider; nothing is requested.
    ///
    /// # Errors
    /// `invalid_draft` or `io`; gaps are no error, they are in the report.
    pub async fn check(&self, draft: &Draft) -> Result<Report> {
        self.provider(None)?.check(draft).await
    }

    /// Creates an envelope with the default profile, as a draft or sent. `check` comes first by itself.
    ///
    /// # Errors
    /// `invalid_configuration` when the profile is draining. As [`Provider::create`]: `invalid_draft` and `unsupported` before any request, `outcome_unknown` with the key
    /// when it may have been sent.
    pub async fn create(&self, draft: &Draft, options: &CreateOptions) -> Result<Envelope> {
        let entry = self.chosen(None)?;
        if entry.resolved.draining {
            let message = "the profile is draining and takes no new envelopes";
            return Err(Error::new(ErrorKind::InvalidConfiguration, message)
                .with_operation("create")
                .with_remedy("name another profile, or another default"));
        }
        Ok(entry.refer(self.built(entry)?.create(draft, options).await?))
    }

    /// Sends a draft.
    ///
    /// # Errors
    /// As [`Provider::send`].
    pub async fn send(&self, reference: &Reference) -> Result<Envelope> {
        let (entry, provider) = self.home(reference)?;
        Ok(entry.refer(provider.send(reference.native()).await?))
    }

    /// Reads an envelope with its recipients and documents.
    ///
    /// # Errors
    /// As [`Provider::get`].
    pub async fn get(&self, reference: &Reference) -> Result<Envelope> {
        let (entry, provider) = self.home(reference)?;
        Ok(entry.refer(provider.get(reference.native()).await?))
    }

    /// The envelope that was created with this key in the default profile, if its provider shows one.
    ///
    /// # Errors
    /// As [`Provider::find`].
    pub async fn find(&self, key: &IdempotencyKey) -> Result<Option<Envelope>> {
        let entry = self.chosen(None)?;
        Ok(self.built(entry)?.find(key).await?.map(|envelope| entry.refer(envelope)))
    }

    /// A page of the default profile's envelopes, without recipients and documents.
    ///
    /// # Errors
    /// As [`Provider::list`].
    pub async fn list(&self, query: &ListQuery) -> Result<Page<Envelope>> {
        let entry = self.chosen(None)?;
        let page = self.built(entry)?.list(query).await?;
        Ok(Page {
            items: page.items.into_iter().map(|envelope| entry.refer(envelope)).collect(),
            next: page.next,
        })
    }

    /// Stops an envelope. The reason is told to its recipients.
    ///
    /// # Errors
    /// As [`Provider::void`].
    pub async fn void(&self, reference: &Reference, reason: &str) -> Result<Voided> {
        self.home(reference)?.1.void(reference.native(), reason).await
    }

    /// Mails everybody whose turn it is again.
    ///
    /// # Errors
    /// As [`Provider::remind`].
    pub async fn remind(&self, reference: &Reference) -> Result<()> {
        self.home(reference)?.1.remind(reference.native()).await
    }

    /// A link for an embedded signer whose turn it is.
    ///
    /// # Errors
    /// As [`Provider::signing_link`].
    pub async fn signing_link(
        &self,
        reference: &Reference,
        request: &SigningLinkRequest,
    ) -> Result<SigningLink> {
        self.home(reference)?.1.signing_link(reference.native(), request).await
    }

    /// The documents of an envelope.
    ///
    /// # Errors
    /// As [`Provider::documents`].
    pub async fn documents(&self, reference: &Reference) -> Result<Vec<EnvelopeDocument>> {
        self.home(reference)?.1.documents(reference.native()).await
    }

    /// Starts a download; the bytes follow in [`Download::chunks`], and [`Signbridge::save`] writes them to a file.
    ///
    /// # Errors
    /// As [`Provider::download`].
    pub async fn download(&self, reference: &Reference, what: &What) -> Result<Download> {
        self.home(reference)?.1.download(reference.native(), what).await
    }

    /// The audit trail, oldest first.
    ///
    /// # Errors
    /// As [`Provider::audit`].
    pub async fn audit(&self, reference: &Reference) -> Result<Vec<AuditEvent>> {
        self.home(reference)?.1.audit(reference.native()).await
    }

    /// Looks at an envelope until it is where it should be, within the provider's polling rule: see
    /// [`Interval`](crate::Interval).
    ///
    /// # Errors
    /// With the operation `wait`: `invalid_state` when it ended otherwise, `timeout` when the time allowed is over or
    /// the next look would come after it. As [`Provider::get`] when the first look fails, or a later one for a reason
    /// that does not pass.
    pub async fn wait(&self, reference: &Reference, options: &WaitOptions) -> Result<Envelope> {
        let (entry, provider) = self.home(reference)?;
        let profile = &entry.resolved;
        let rule = provider.capabilities().limits.polling_seconds.map(Duration::from_secs);
        let pace = Pace::new(options.interval, profile.poll_interval, rule, profile.loopback);
        let clock = &*self.shared.clock;
        wait::until(&*provider, clock, reference.native(), options, pace)
            .await
            .map(|envelope| entry.refer(envelope))
    }

    /// Tries out a profile, or the default one, step by step, and names each fault with its remedy.
    ///
    /// # Errors
    /// `invalid_configuration` when there is no such profile or its `ca_file` cannot be read; what else is wrong is in
    /// the diagnosis.
    pub async fn diagnose(&self, profile: Option<&str>) -> Result<Diagnosis> {
        let entry = self.chosen(profile)?;
        let parts = self.parts(entry)?;
        Ok(entry.resolved.adapter.diagnose(&entry.resolved.settings, parts).await)
    }

    /// The login of a profile, or of the default one, where its grant needs a person's consent.
    ///
    /// # Errors
    /// `unsupported` where the profile's credentials need no login; `invalid_configuration`.
    pub fn login(&self, profile: Option<&str>) -> Result<Arc<dyn Login>> {
        let entry = self.chosen(profile)?;
        entry.resolved.adapter.login(&entry.resolved.settings, self.parts(entry)?)
    }

    /// Writes a download to a file, through a temporary file beside it, so that `path` holds all of it or what it held
    /// before. `progress` is called with the bytes written so far.
    ///
    /// # Errors
    /// `io` when it cannot be written, `transport` or `timeout` when the download breaks off.
    pub async fn save(
        &self,
        download: Download,
        path: impl AsRef<Path>,
        progress: impl FnMut(u64) + Send,
    ) -> Result<SavedFile> {
        save::save(download, path.as_ref(), progress).await
    }

    fn chosen(&self, profile: Option<&str>) -> Result<&Entry> {
        match profile.or(self.default.as_deref()) {
            Some(name) => self.entry(name),
            None => {
                Err(Error::new(ErrorKind::InvalidConfiguration, "there are several profiles and no default")
                    .with_remedy(format!("set `default`, or name one of {}", self.names())))
            }
        }
    }

    fn home(&self, reference: &Reference) -> Result<(&Entry, Arc<dyn Provider>)> {
        let entry = self.entry(reference.profile())?;
        Ok((entry, self.built(entry)?))
    }

    fn entry(&self, name: &str) -> Result<&Entry> {
        let profiles = &self.shared.profiles;
        let renamed =
            || profiles.values().find(|entry| entry.resolved.aliases.iter().any(|alias| alias == name));
        profiles.get(name).or_else(renamed).ok_or_else(|| {
            let hint = match nearest(name, profiles.keys().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known are {}", self.names()),
            };
            Error::new(ErrorKind::InvalidConfiguration, format!("there is no profile `{name}`, {hint}"))
                .with_remedy(format!("if a profile was renamed, add aliases = [\"{name}\"] to it"))
        })
    }

    fn names(&self) -> String {
        self.shared.profiles.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
    }

    fn built(&self, entry: &Entry) -> Result<Arc<dyn Provider>> {
        let mut slot = entry.provider.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(provider) = &*slot {
            return Ok(Arc::clone(provider));
        }
        // A failure is not kept: a secret that is missing now may be there at the next call.
        let provider = entry.resolved.adapter.build(&entry.resolved.settings, self.parts(entry)?)?;
        *slot = Some(Arc::clone(&provider));
        Ok(provider)
    }

    fn parts(&self, entry: &Entry) -> Result<Parts> {
        let transport = match &self.shared.network {
            Network::Own(transport) => Arc::clone(transport),
            Network::BuiltIn(layer) => layer(Arc::new(network(&entry.resolved)?)),
        };
        Ok(Parts {
            timeouts: entry.resolved.timeouts.clone(),
            login: entry.resolved.login.clone(),
            ..Parts::new(transport, Arc::clone(&self.shared.clock))
        })
    }
}

fn network(profile: &Resolved) -> Result<ReqwestTransport> {
    let mut builder = ReqwestTransport::builder().timeouts(&profile.timeouts);
    if let Some(path) = &profile.ca_file {
        let pem = std::fs::read(path).map_err(|error| {
            let message = format!("the ca_file {} cannot be read: {error}", path.display());
            Error::new(ErrorKind::InvalidConfiguration, message)
                .with_remedy("check the path; it is relative to the configuration file")
        })?;
        builder = builder.root_certificate_pem(&pem);
    }
    builder.build()
}

impl Entry {
    /// The envelope as the application knows it: by reference, under the profile's present name.
    fn refer(&self, mut envelope: Envelope) -> Envelope {
        envelope.id = format!("{}:{}", self.name, envelope.id);
        envelope
    }
}

impl fmt::Debug for Signbridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signbridge")
            .field("profiles", &self.shared.profiles.keys().collect::<Vec<_>>())
            .field("default", &self.default)
            .finish_non_exhaustive()
    }
}
