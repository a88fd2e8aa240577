//! A provider in memory, a clock that is moved by waiting for it, and no network at all.

use std::{
    collections::VecDeque,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use signbridge::{
    Adapter, Basis, Body, Capabilities, Chunks, Clock, Config, ConfigKey, CreateOptions, Diagnosis, Draft,
    Envelope, EnvelopeStatus, Error, ErrorKind, Evidence, IdempotencyKey, KeyKind, ListQuery, Once, Outcome,
    Page, Parts, Provider, Reach, Registry, Report, Result, Settings, Signbridge, State, Transport,
    TransportError, TransportFault, Voided, core::capability::Capabilities as Data,
};

static CAPABILITIES: LazyLock<Data> =
    LazyLock::new(|| Capabilities::new("fake", Evidence::EmulatorOnly, Once::DraftThenSend));

/// A provider in memory; the envelope `hanging` is never answered for.
#[derive(Debug)]
pub(crate) struct Fake;

#[async_trait]
impl Adapter for Fake {
    fn name(&self) -> &'static str {
        "fake"
    }

    fn keys(&self) -> &'static [ConfigKey] {
        const KEYS: &[ConfigKey] = &[
            ConfigKey { name: "account", kind: KeyKind::Text, required: true, about: "the account" },
            ConfigKey { name: "scopes", kind: KeyKind::List, required: false, about: "the scopes" },
            ConfigKey { name: "secret", kind: KeyKind::Secret, required: false, about: "the secret" },
        ];
        KEYS
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    fn build(&self, settings: &Settings, parts: Parts) -> Result<Arc<dyn Provider>> {
        let secrets = settings.secrets("secret")?.len();
        let account = settings.required("account")?;
        Ok(Arc::new(Account { account, secrets, clock: parts.clock }))
    }

    async fn diagnose(&self, settings: &Settings, _parts: Parts) -> Diagnosis {
        let mut diagnosis = Diagnosis::default();
        diagnosis.add("account", Outcome::Good, settings.profile(), None);
        diagnosis
    }
}

/// What the next reads of the envelope `script` give; empty: in progress.
pub(crate) static SCRIPTS: Mutex<Vec<(String, VecDeque<Result<EnvelopeStatus>>)>> = Mutex::new(Vec::new());

/// Lets the reads of this envelope give these, one after another; the last one stays.
pub(crate) fn script(id: &str, answers: impl IntoIterator<Item = Result<EnvelopeStatus>>) {
    SCRIPTS.lock().unwrap().push((id.to_owned(), answers.into_iter().collect()));
}

#[derive(Debug)]
struct Account {
    account: String,
    secrets: usize,
    clock: Arc<dyn Clock>,
}

impl Account {
    fn envelope(&self, id: &str, status: EnvelopeStatus) -> Envelope {
        let raw = status.to_string();
        let mut envelope = Envelope::new("fake", id, State::new(status, raw, Basis::Wire));
        envelope.subject = format!("{} with {} secrets", self.account, self.secrets);
        envelope.created_at = Some(self.clock.now());
        envelope
    }
}

#[async_trait]
impl Provider for Account {
    fn provider(&self) -> &'static str {
        "fake"
    }

    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }

    async fn check(&self, draft: &Draft) -> Result<Report> {
        draft.validate()?;
        Ok(Report::new("fake"))
    }

    async fn create(&self, draft: &Draft, options: &CreateOptions) -> Result<Envelope> {
        draft.validate()?;
        let status = if options.draft { EnvelopeStatus::Draft } else { EnvelopeStatus::InProgress };
        Ok(self.envelope("new:1", status))
    }

    async fn send(&self, id: &str) -> Result<Envelope> {
        Ok(self.envelope(id, EnvelopeStatus::InProgress))
    }

    async fn get(&self, id: &str) -> Result<Envelope> {
        if id == "hanging" {
            return std::future::pending().await;
        }
        let mut scripts = SCRIPTS.lock().unwrap();
        let Some((_, answers)) = scripts.iter_mut().find(|(name, _)| name == id) else {
            return Ok(self.envelope(id, EnvelopeStatus::InProgress));
        };
        let answer = if answers.len() > 1 { answers.pop_front().unwrap() } else { answers[0].clone() };
        answer.map(|status| self.envelope(id, status))
    }

    async fn find(&self, key: &IdempotencyKey) -> Result<Option<Envelope>> {
        Ok((key.as_str() == "known").then(|| self.envelope("found", EnvelopeStatus::Completed)))
    }

    async fn list(&self, query: &ListQuery) -> Result<Page<Envelope>> {
        let items = (0..query.limit.unwrap_or(2))
            .map(|number| self.envelope(&number.to_string(), EnvelopeStatus::InProgress))
            .collect();
        Ok(Page { items, next: Some("more".into()) })
    }

    async fn void(&self, id: &str, reason: &str) -> Result<Voided> {
        if reason.is_empty() {
            return Err(Error::new(ErrorKind::InvalidInput, "a reason is needed").with_envelope_id(id));
        }
        Ok(Voided::Done)
    }

    async fn raw(&self, _request: Request<Bytes>) -> Result<Response<Bytes>> {
        Ok(Response::new(Bytes::new()))
    }
}

/// No network.
#[derive(Debug)]
struct Nowhere;

#[async_trait]
impl Transport for Nowhere {
    async fn send(&self, _request: Request<Body>) -> Result<Response<Chunks>, TransportError> {
        Err(TransportError::new(TransportFault::Connect, Reach::No, "there is no network"))
    }
}

/// A clock that stands still until somebody waits for it.
#[derive(Debug, Default)]
pub(crate) struct Moved(Mutex<Duration>);

impl Moved {
    pub(crate) fn by(&self) -> Duration {
        *self.0.lock().unwrap()
    }
}

#[async_trait]
impl Clock for Moved {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        chrono::DateTime::UNIX_EPOCH + self.by()
    }

    async fn sleep(&self, duration: Duration) {
        *self.0.lock().unwrap() += duration;
    }
}

pub(crate) fn registry() -> Registry {
    Registry::empty().with(&Fake)
}

pub(crate) fn config(text: &str) -> Config {
    Config::parse(text, ".").unwrap().with_environment([("SECRET".to_owned(), "s3cret".to_owned())]).unwrap()
}

pub(crate) fn bridge(text: &str) -> (Signbridge, Arc<Moved>) {
    let clock = Arc::new(Moved::default());
    let parts = Parts::new(Arc::new(Nowhere), Arc::clone(&clock) as Arc<dyn Clock>);
    (Signbridge::with_parts(config(text), registry(), parts).unwrap(), clock)
}
