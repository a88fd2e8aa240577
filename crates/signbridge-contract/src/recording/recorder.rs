//! Keeps what passes, in memory, until the run is over; only then is it known what has to be taken out.

use std::{
    fmt,
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, header};
use signbridge_core::{Body, Chunks, Error, ErrorKind, Reach, Result, Transport, TransportError};
use url::Url;

use super::{
    body,
    format::{
        Act as RecordedAct, Answer, CaseFile, Event, Exchange, FORMAT, Fault, Index, IndexCase, Question,
        Recording, pretty,
    },
    redact::{Redactor, keeps_header, visit},
};
use crate::{
    Act, Case, Stage, Verdict,
    wire::{read, whole},
};

/// Records a run of the suite. Clones share what was recorded.
///
/// Documents pass through memory as a whole: it is meant for the suite, not for an application.
#[derive(Clone, Default)]
pub struct Recorder(Arc<Shared>);

#[derive(Default)]
struct Shared {
    requests: AtomicU64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// What happened since the last test ended.
    open: Vec<Seen>,
    closed: Vec<(Case, Vec<Seen>)>,
}

/// What was seen, unredacted: it never leaves the memory.
enum Seen {
    Exchange(Box<Passed>),
    Act { action: &'static str, email: String, fault: Option<String> },
}

struct Passed {
    method: String,
    url: Option<Url>,
    headers: HeaderMap,
    body: Bytes,
    answer: std::result::Result<(u16, HeaderMap, Bytes), (Reach, String)>,
}

impl Recorder {
    /// A recorder that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Records what passes to and from another transport.
    pub fn transport(&self, inner: Arc<dyn Transport>) -> Arc<dyn Transport> {
        Arc::new(RecordingTransport { recorder: self.clone(), inner })
    }

    /// Records what is done on another stage; its requests are those of this recorder's transport.
    pub fn stage(&self, inner: Arc<dyn Stage>) -> Arc<dyn Stage> {
        Arc::new(RecordingStage { recorder: self.clone(), inner })
    }

    /// Requests so far.
    pub fn requests(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn saw(&self, seen: Seen) {
        self.state().open.push(seen);
    }

    /// A test ended: what was seen since the one before belongs to it.
    pub(crate) fn close(&self, case: &Case) {
        let mut state = self.state();
        let seen = std::mem::take(&mut state.open);
        state.closed.push((case.clone(), seen));
    }

    /// What was recorded, redacted. `date` is the day of the run, such as `2026-11-24`.
    ///
    /// # Errors
    /// `unexpected` when a secret, an address, a name or an id is left in it.
    pub fn recording(&self, verdict: &Verdict, date: &str) -> Result<Recording> {
        let state = self.state();
        let mut redactor = Redactor::default();
        for seen in state.closed.iter().flat_map(|(_, seen)| seen) {
            collect(&mut redactor, seen);
        }
        let (mut cases, mut files) = (Vec::new(), Vec::new());
        for (number, (case, seen)) in state.closed.iter().enumerate() {
            let events: Vec<Event> = seen.iter().map(|seen| redacted(&mut redactor, seen)).collect();
            let file = (!events.is_empty()).then(|| format!("{:02}.json", number + 1));
            if file.is_some() {
                files.push(CaseFile { name: case.name.clone(), events });
            }
            let fault = case.fault.as_ref().map(|fault| redactor.redact("", fault));
            cases.push(IndexCase { name: case.name.clone(), fault, file });
        }
        let index = Index {
            format: FORMAT,
            provider: verdict.provider.to_owned(),
            date: date.to_owned(),
            suite: env!("CARGO_PKG_VERSION").to_owned(),
            good: verdict.is_good(),
            cases,
            pseudonyms: redactor.pseudonyms.all(),
        };
        let recording = Recording { index, cases: files };
        let texts = recording.cases.iter().map(|case| (case.name.as_str(), pretty(case)));
        for (name, text) in texts.chain([("the index", pretty(&recording.index))]) {
            if let Some(what) = redactor.leak(&text) {
                return Err(Error::new(
                    ErrorKind::Unexpected,
                    format!("{what} would be left in the recording of `{name}`, so nothing was written"),
                )
                .with_provider(verdict.provider)
                .with_remedy("report it; the redaction lacks a rule"));
            }
        }
        Ok(recording)
    }

    /// Writes the recording into its folder; see [`Recorder::recording`].
    ///
    /// # Errors
    /// As [`Recorder::recording`]; `io` when it cannot be written.
    pub fn write(&self, folder: &Path, verdict: &Verdict, date: &str) -> Result<Recording> {
        let recording = self.recording(verdict, date)?;
        recording.write(folder)?;
        Ok(recording)
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recorder({} requests)", self.requests())
    }
}

fn collect(redactor: &mut Redactor, seen: &Seen) {
    let passed = match seen {
        Seen::Exchange(passed) => passed,
        Seen::Act { email, .. } => return redactor.collect("email", email),
    };
    authorization(redactor, &passed.headers);
    if let Some(url) = &passed.url {
        redactor.collect_url(url);
    }
    let mut body = body::read(&passed.headers, &passed.body);
    visit(&mut body, &mut |key, text| redactor.collect(key, text));
    if let Ok((_, headers, bytes)) = &passed.answer {
        authorization(redactor, headers);
        for (name, value) in headers {
            redactor.collect(name.as_str(), value.to_str().unwrap_or_default());
        }
        let mut body = body::read(headers, bytes);
        visit(&mut body, &mut |key, text| redactor.collect(key, text));
    }
}

/// Credentials and cookies are secrets wherever they are seen again.
fn authorization(redactor: &mut Redactor, headers: &HeaderMap) {
    let text = |name| headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    for value in text(header::AUTHORIZATION) {
        let Some((scheme, credentials)) = value.split_once(' ') else {
            redactor.secret(value);
            continue;
        };
        redactor.secret(credentials);
        if scheme.eq_ignore_ascii_case("basic") {
            let pair = STANDARD.decode(credentials).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            pair.unwrap_or_default().split(':').for_each(|part| redactor.secret(part));
        }
    }
    for value in text(header::COOKIE).chain(text(header::SET_COOKIE)) {
        let pair = value.split(';').next().unwrap_or_default();
        redactor.secret(pair.split_once('=').map_or(pair, |(_, value)| value));
    }
}

fn redacted(redactor: &mut Redactor, seen: &Seen) -> Event {
    let passed = match seen {
        Seen::Exchange(passed) => passed,
        Seen::Act { action, fault, .. } => {
            let fault = fault.as_ref().map(|fault| redactor.redact("", fault));
            return Event::Act(RecordedAct { action: (*action).to_owned(), fault });
        }
    };
    let url = passed.url.as_ref();
    let request = Question {
        method: passed.method.clone(),
        host: url.and_then(Url::host_str).unwrap_or_default().to_owned(),
        path: redactor.path(url.map_or("", Url::path)),
        query: url
            .map(|url| {
                url.query_pairs()
                    .map(|(key, value)| (key.to_string(), redactor.redact(&key, &value)))
                    .collect()
            })
            .unwrap_or_default(),
        headers: headers(redactor, &passed.headers),
        body: content(redactor, &passed.headers, &passed.body),
    };
    let (answer, fault) = match &passed.answer {
        Ok((status, head, bytes)) => {
            let body = content(redactor, head, bytes);
            (Some(Answer { status: *status, headers: headers(redactor, head), body }), None)
        }
        Err((reach, message)) => {
            (None, Some(Fault { reach: reach.to_string(), message: redactor.redact("", message) }))
        }
    };
    Event::Exchange(Box::new(Exchange { request, answer, fault }))
}

fn headers(redactor: &mut Redactor, headers: &HeaderMap) -> std::collections::BTreeMap<String, String> {
    headers
        .iter()
        .filter(|(name, _)| keeps_header(name.as_str()))
        .map(|(name, value)| {
            let value = value.to_str().unwrap_or_default();
            // A boundary is chance, and nothing is read by it any more.
            let value = value.split("; boundary=").next().unwrap_or_default();
            (name.as_str().to_owned(), redactor.redact(name.as_str(), value))
        })
        .collect()
}

fn content(redactor: &mut Redactor, headers: &HeaderMap, bytes: &Bytes) -> super::format::Content {
    let mut content = body::read(headers, bytes);
    visit(&mut content, &mut |key, text| *text = redactor.redact(key, text));
    content
}

#[derive(Debug)]
struct RecordingTransport {
    recorder: Recorder,
    inner: Arc<dyn Transport>,
}

#[async_trait]
impl Transport for RecordingTransport {
    async fn send(&self, request: Request<Body>) -> std::result::Result<Response<Chunks>, TransportError> {
        self.recorder.0.requests.fetch_add(1, Ordering::Relaxed);
        let mut passed = Passed {
            method: request.method().to_string(),
            url: Url::parse(&request.uri().to_string()).ok(),
            headers: request.headers().clone(),
            body: read(request.body()).await?,
            answer: Err((Reach::Maybe, String::new())),
        };
        let outcome = match self.inner.send(request).await {
            Ok(answer) => whole(answer).await,
            Err(error) => Err(error),
        };
        passed.answer = match &outcome {
            Ok(answer) => Ok((answer.status().as_u16(), answer.headers().clone(), answer.body().clone())),
            Err(error) => Err((error.reach(), error.to_string())),
        };
        self.recorder.saw(Seen::Exchange(Box::new(passed)));
        outcome.map(|answer| answer.map(Chunks::from_bytes))
    }
}

#[derive(Debug)]
struct RecordingStage {
    recorder: Recorder,
    inner: Arc<dyn Stage>,
}

#[async_trait]
#[deny(clippy::missing_trait_methods, reason = "a recorded run must be the run it would have been")]
impl Stage for RecordingStage {
    async fn act(&self, envelope: &str, email: &str, act: Act<'_>) -> std::result::Result<(), String> {
        let outcome = self.inner.act(envelope, email, act).await;
        let action = match act {
            Act::Sign => "sign",
            Act::Decline(_) => "decline",
        };
        let fault = outcome.as_ref().err().cloned();
        self.recorder.saw(Seen::Act { action, email: email.to_owned(), fault });
        outcome
    }

    async fn pass_time(&self) {
        self.inner.pass_time().await;
    }

    fn requests(&self) -> u64 {
        self.recorder.requests()
    }

    /// A replay knows what the provider answered, and nothing that only the stage could see or do; so a recorded run does
    /// without it, too.
    async fn kept(&self, _: &str) -> Option<serde_json::Value> {
        None
    }

    async fn open(&self, _: &str, _: &str) -> bool {
        false
    }

    fn extra(&self) -> Option<crate::Extra> {
        None
    }

    async fn pass_days(&self, _: u32) -> bool {
        false
    }

    fn path(&self, _: &str) -> Option<String> {
        None
    }

    fn wire(&self) -> Option<&crate::Wire> {
        None
    }
}
