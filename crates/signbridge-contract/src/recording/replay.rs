//! Answers from a recording: each request gets the next answer that was recorded for its method and path.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt,
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use bytes::BytesMut;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header};
use serde_json::Value;
use signbridge_core::{Body, Chunks, Clock, Reach, Result, Transport, TransportError, TransportFault};
use url::Url;

use super::{
    body,
    format::{Act as RecordedAct, Answer, Content, Event, Exchange, Index, Recording},
    pseudonyms::{find_whole, replace_whole},
    redact::decoded,
};
use crate::{Act, Stage, Verdict};

/// A recording that answers. Clones share what was answered.
#[derive(Clone)]
pub struct Replay(Arc<Shared>);

struct Shared {
    index: Index,
    requests: AtomicU64,
    state: Mutex<State>,
}

struct State {
    exchanges: VecDeque<Exchange>,
    acts: VecDeque<RecordedAct>,
    values: Values,
    strays: Vec<String>,
    now: DateTime<Utc>,
}

impl Replay {
    /// Reads a recording from its folder.
    ///
    /// # Errors
    /// As [`Recording::read`].
    pub fn open(folder: &Path) -> Result<Self> {
        Recording::read(folder).map(Self::new)
    }

    /// A recording that was read or made otherwise.
    pub fn new(recording: Recording) -> Self {
        let (mut exchanges, mut acts) = (VecDeque::new(), VecDeque::new());
        for event in recording.cases.into_iter().flat_map(|case| case.events) {
            match event {
                Event::Exchange(exchange) => exchanges.push_back(*exchange),
                Event::Act(act) => acts.push_back(act),
            }
        }
        let values = Values::new(recording.index.pseudonyms.clone());
        let state = State { exchanges, acts, values, strays: Vec::new(), now: Utc::now() };
        Self(Arc::new(Shared {
            index: recording.index,
            requests: AtomicU64::new(0),
            state: Mutex::new(state),
        }))
    }

    /// The transport that answers.
    pub fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(self.clone())
    }

    /// The stage on which people do what they did; no time passes.
    pub fn stage(&self) -> Arc<dyn Stage> {
        Arc::new(self.clone())
    }

    /// A clock that waits for nothing: it is later at once.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(self.clone())
    }

    /// What was recorded, and the verdict of then.
    pub fn index(&self) -> &Index {
        &self.0.index
    }

    /// Requests that the recording has no answer for, and recorded exchanges that nobody asked for.
    pub fn leftovers(&self) -> Vec<String> {
        let state = self.state();
        let unasked = state.exchanges.iter().map(|exchange| {
            format!("recorded and not asked for: {} {}", exchange.request.method, exchange.request.path)
        });
        state
            .strays
            .iter()
            .map(|stray| format!("asked for and not recorded: {stray}"))
            .chain(unasked)
            .collect()
    }

    /// Where this verdict is not the recorded one, and what [`Replay::leftovers`] names.
    pub fn differences(&self, verdict: &Verdict) -> Vec<String> {
        let (then, mut found) = (&self.0.index, Vec::new());
        if then.provider != verdict.provider {
            found.push(format!("the recording is of {}, the adapter of {}", then.provider, verdict.provider));
        }
        let now: BTreeMap<&str, bool> =
            verdict.cases.iter().map(|case| (case.name.as_str(), case.fault.is_none())).collect();
        for case in &then.cases {
            match now.get(case.name.as_str()) {
                None => found.push(format!("`{}` was not tried again", case.name)),
                Some(good) if *good != case.fault.is_none() => {
                    let word = |good: bool| if good { "passed" } else { "failed" };
                    found.push(format!(
                        "`{}` {} and now {}",
                        case.name,
                        word(case.fault.is_none()),
                        word(*good)
                    ));
                }
                Some(_) => {}
            }
        }
        found.append(&mut self.leftovers());
        found
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").field("provider", &self.0.index.provider).finish_non_exhaustive()
    }
}

#[async_trait]
impl Transport for Replay {
    async fn send(&self, request: Request<Body>) -> std::result::Result<Response<Chunks>, TransportError> {
        self.0.requests.fetch_add(1, Ordering::Relaxed);
        let (head, body) = request.into_parts();
        let (mut stream, mut bytes) = (body.into_stream(), BytesMut::new());
        while let Some(chunk) = stream.next().await {
            let chunk =
                chunk.map_err(|error| refused("the request's body cannot be read").with_source(error))?;
            bytes.extend_from_slice(&chunk);
        }
        let url = Url::parse(&head.uri.to_string()).map_err(|_| refused("the request has no address"))?;
        let mut state = self.state();
        let State { exchanges, values, strays, .. } = &mut *state;
        let matches = |exchange: &Exchange| {
            exchange.request.method == head.method.as_str()
                && values.is_path(&exchange.request.path, url.path())
        };
        let Some(exchange) = exchanges.iter().position(matches).and_then(|place| exchanges.remove(place))
        else {
            let stray = format!("{} {}", head.method, url.path());
            let message = format!("the recording has no further answer to {stray}");
            strays.push(stray);
            return Err(refused(&message));
        };
        values.learn(&exchange, &url, &body::read(&head.headers, &bytes.freeze()));
        if let Some(fault) = &exchange.fault {
            let reach = fault.reach.parse().unwrap_or(Reach::Maybe);
            return Err(TransportError::new(TransportFault::Interrupted, reach, fault.message.clone()));
        }
        let answer =
            exchange.answer.unwrap_or(Answer { status: 200, headers: BTreeMap::new(), body: Content::Empty });
        response(values.said_back(answer))
    }
}

fn refused(message: &str) -> TransportError {
    TransportError::new(TransportFault::Request, Reach::No, message)
}

fn response(answer: Answer) -> std::result::Result<Response<Chunks>, TransportError> {
    let bytes = body::bytes(&answer.body);
    let mut headers = HeaderMap::new();
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    // Redaction changes lengths.
    if headers.contains_key(header::CONTENT_LENGTH) {
        headers.insert(header::CONTENT_LENGTH, bytes.len().into());
    }
    let chunks =
        if bytes.is_empty() { Chunks::new(futures_util::stream::empty()) } else { Chunks::from_bytes(bytes) };
    let mut response = Response::builder()
        .status(answer.status)
        .body(chunks)
        .map_err(|_| refused("the recorded answer has no status"))?;
    *response.headers_mut() = headers;
    Ok(response)
}

#[async_trait]
impl Stage for Replay {
    async fn act(&self, _: &str, _: &str, act: Act<'_>) -> std::result::Result<(), String> {
        let action = match act {
            Act::Sign => "sign",
            Act::Decline(_) => "decline",
        };
        match self.state().acts.pop_front() {
            Some(recorded) if recorded.action == action => recorded.fault.map_or(Ok(()), Err),
            _ => Err(format!("nobody was recorded to {action} here")),
        }
    }

    async fn pass_time(&self) {}

    fn requests(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Clock for Replay {
    fn now(&self) -> DateTime<Utc> {
        self.state().now
    }

    async fn sleep(&self, duration: Duration) {
        let mut state = self.state();
        state.now += TimeDelta::from_std(duration).unwrap_or_default();
    }
}

/// What the pseudonyms of a recording stand for in this replay.
struct Values {
    pseudonyms: BTreeSet<String>,
    /// Those that an answer gave: the application knows them from there.
    given: BTreeSet<String>,
    /// Those that the application chose itself, and its value.
    chosen: BTreeMap<String, String>,
}

impl Values {
    fn new(pseudonyms: Vec<String>) -> Self {
        Self { pseudonyms: pseudonyms.into_iter().collect(), given: BTreeSet::new(), chosen: BTreeMap::new() }
    }

    /// Whether a recorded path is this one: an unknown pseudonym of the application's own may be anything.
    fn is_path(&self, recorded: &str, actual: &str) -> bool {
        let (recorded, actual): (Vec<_>, Vec<_>) =
            (recorded.split('/').collect(), actual.split('/').collect());
        recorded.len() == actual.len()
            && recorded.iter().zip(actual).all(|(recorded, actual)| {
                let actual = decoded(actual);
                **recorded == actual
                    || self.chosen.get(*recorded) == Some(&actual)
                    || self.is_open(recorded) && !actual.is_empty()
            })
    }

    fn is_open(&self, text: &str) -> bool {
        self.pseudonyms.contains(text) && !self.given.contains(text) && !self.chosen.contains_key(text)
    }

    /// Looks at the same places of the recorded request and this one for what the application chose itself.
    fn learn(&mut self, exchange: &Exchange, url: &Url, body: &Content) {
        let request = &exchange.request;
        for (recorded, actual) in request.path.split('/').zip(url.path().split('/')) {
            self.compare(recorded, &decoded(actual));
        }
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        self.compare_pairs(&request.query, &pairs);
        self.compare_content(&request.body, body);
    }

    fn compare_pairs(&mut self, recorded: &[(String, String)], actual: &[(String, String)]) {
        for (key, value) in recorded {
            if let Some((_, now)) = actual.iter().find(|(own, _)| own == key) {
                self.compare(value, now);
            }
        }
    }

    fn compare_content(&mut self, recorded: &Content, actual: &Content) {
        match (recorded, actual) {
            (Content::Json(recorded), Content::Json(actual)) => self.compare_json(recorded, actual),
            (Content::Form(recorded), Content::Form(actual)) => self.compare_pairs(recorded, actual),
            (Content::Text(recorded), Content::Text(actual)) => self.compare(recorded, actual),
            (Content::Parts(recorded), Content::Parts(actual)) => {
                for (recorded, actual) in recorded.iter().zip(actual) {
                    self.compare_content(&recorded.body, &actual.body);
                }
            }
            _ => {}
        }
    }

    fn compare_json(&mut self, recorded: &Value, actual: &Value) {
        match (recorded, actual) {
            (Value::String(recorded), Value::String(actual)) => self.compare(recorded, actual),
            (Value::Array(recorded), Value::Array(actual)) => {
                recorded
                    .iter()
                    .zip(actual)
                    .for_each(|(recorded, actual)| self.compare_json(recorded, actual));
            }
            (Value::Object(recorded), Value::Object(actual)) => {
                for (name, recorded) in recorded {
                    if let Some(actual) = actual.get(name) {
                        self.compare_json(recorded, actual);
                    }
                }
            }
            _ => {}
        }
    }

    /// Takes the values that stand where the recorded text has open pseudonyms.
    fn compare(&mut self, recorded: &str, actual: &str) {
        if recorded == actual {
            return;
        }
        let open: Vec<String> = self.pseudonyms.iter().filter(|one| self.is_open(one)).cloned().collect();
        let mut holes: Vec<(usize, &String)> =
            open.iter().filter_map(|one| find_whole(recorded, one).map(|at| (at, one))).collect();
        // Of two that begin at one place, the longer one stands there.
        holes.sort_unstable_by_key(|(at, one)| (*at, Reverse(one.len())));
        let (mut recorded_rest, mut actual_rest, mut from) = (recorded, actual, 0);
        let mut found = Vec::new();
        for (at, pseudonym) in holes {
            let known = |text: &str| self.substituted(text);
            let Some(skipped) = at.checked_sub(from) else { continue };
            let Some((before, after)) = recorded_rest.split_at_checked(skipped) else { return };
            let Some(rest) = actual_rest.strip_prefix(known(before).as_str()) else { return };
            let after = after.get(pseudonym.len()..).unwrap_or_default();
            // Up to what follows: the literal text before the next hole, or the end.
            let next = open.iter().filter_map(|one| find_whole(after, one)).min().unwrap_or(after.len());
            let literal = known(after.get(..next).unwrap_or_default());
            let end = match (literal.is_empty(), next == after.len()) {
                (true, _) => Some(rest.len()),
                (false, true) => rest.len().checked_sub(literal.len()).filter(|_| rest.ends_with(&literal)),
                (false, false) => rest.find(&literal),
            };
            let Some(value) = end.and_then(|end| rest.get(..end)) else { return };
            found.push((pseudonym.clone(), value.to_owned()));
            from = at + pseudonym.len();
            (recorded_rest, actual_rest) = (after, rest.get(value.len()..).unwrap_or_default());
        }
        self.chosen.extend(found);
    }

    fn substituted(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (pseudonym, value) in &self.chosen {
            if text.contains(pseudonym.as_str()) {
                text = replace_whole(&text, pseudonym, value);
            }
        }
        text
    }

    /// The answer with what the application chose; the pseudonyms that are left are given now.
    fn said_back(&mut self, mut answer: Answer) -> Answer {
        let mut texts = String::new();
        super::redact::visit(&mut answer.body, &mut |_, text| {
            *text = self.substituted(text);
            texts += text;
            texts.push('\n');
        });
        for value in answer.headers.values_mut() {
            *value = self.substituted(value);
            texts += value;
            texts.push('\n');
        }
        let open: Vec<String> = self.pseudonyms.iter().filter(|one| self.is_open(one)).cloned().collect();
        self.given.extend(open.into_iter().filter(|one| find_whole(&texts, one).is_some()));
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_application_chose_is_found_where_it_stands() {
        let mut values =
            Values::new(vec!["id000001".into(), "90000002".into(), "person003@example.com".into()]);
        values.given.insert("90000002".into());
        values.compare("key=id000001&case=90000002", "key=order-7&case=90000002");
        assert_eq!(values.chosen.get("id000001").map(String::as_str), Some("order-7"));
        values.pseudonyms.insert("person003".into());
        values.compare("to person003@example.com.", "to ann@real.org.");
        assert_eq!(values.substituted("person003@example.com id000001"), "ann@real.org order-7");
        assert!(!values.chosen.contains_key("90000002"), "an answer gave it");
    }

    #[test]
    fn a_path_is_the_recorded_one_or_none() {
        let mut values = Values::new(vec!["90000001".into(), "id000002".into()]);
        assert!(values.is_path("/v1/90000001/x", "/v1/mine/x"), "the application chose it");
        values.given.insert("90000001".into());
        assert!(values.is_path("/v1/90000001/x", "/v1/90000001/x"));
        assert!(!values.is_path("/v1/90000001/x", "/v1/mine/x"));
        assert!(!values.is_path("/v1/a", "/v1/a/b") && !values.is_path("/v1/a", "/v1/b"));
    }
}
