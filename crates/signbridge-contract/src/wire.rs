//! The wire between an adapter and its provider, as the suite watches it: what was asked, what was answered, and, where the
//! suite wants to know what an adapter makes of it, an answer in the provider's place.

use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use signbridge_core::{Body, Chunks, Reach, Transport, TransportError, TransportFault};

use crate::shape::Shapes;

/// Passes everything on to another transport, and keeps the form of what was asked. Bodies pass through memory as a whole:
/// it is meant for the suite, not for an application.
pub struct Wire {
    inner: Arc<dyn Transport>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    requests: u64,
    asked: Shapes,
    /// What passed since the suite began to watch, while it watches.
    watched: Option<Vec<Exchange>>,
    /// What is answered in the provider's place.
    play: Option<Vec<Exchange>>,
    /// The requests that were made since.
    made: Vec<(Method, String)>,
    /// What the provider was ever asked, without queries.
    known: BTreeSet<(String, String)>,
}

/// A request and what came back.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    pub(crate) method: Method,
    /// With the query.
    pub(crate) path: String,
    pub(crate) answer: Answer,
}

/// What came back, or how far the request got.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Whole { status: StatusCode, headers: HeaderMap, body: Bytes },
    Broken(Reach),
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").field("requests", &self.requests()).finish_non_exhaustive()
    }
}

impl Wire {
    /// Around another transport.
    pub fn new(inner: Arc<dyn Transport>) -> Self {
        Self { inner, state: Mutex::default() }
    }

    /// Requests so far; those that the suite answered itself are none.
    pub fn requests(&self) -> u64 {
        self.state().requests
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The form of everything that was asked.
    pub(crate) fn asked(&self) -> String {
        self.state().asked.to_string()
    }

    /// Begins to watch.
    pub(crate) fn watch(&self) {
        self.state().watched = Some(Vec::new());
    }

    /// What passed since, and the end of watching.
    pub(crate) fn watched(&self) -> Vec<Exchange> {
        self.state().watched.take().unwrap_or_default()
    }

    /// Answers like this from now on, each request with what came back for it; the provider is asked nothing.
    pub(crate) fn play(&self, exchanges: Vec<Exchange>) {
        let mut state = self.state();
        state.play = Some(exchanges);
        state.made.clear();
    }

    /// Whether an equal request was made since answers are played.
    pub(crate) fn was_asked(&self, exchange: &Exchange) -> bool {
        let same = |(method, path): &(Method, String)| {
            *method == exchange.method && bare(path) == bare(&exchange.path)
        };
        self.state().made.iter().any(same)
    }

    /// The provider answers again.
    pub(crate) fn pause(&self) {
        self.state().play = None;
    }

    /// The answer in the provider's place: to an equal request made again the next one, in the end the last one. A query
    /// may name what only this call has.
    fn played(&self, method: &Method, path: &str) -> Option<Result<Response<Chunks>, TransportError>> {
        let mut state = self.state();
        let before = state.made.iter().filter(|(own, at)| own == method && at == path).count();
        let play = state.play.as_ref()?;
        let of = |equal: &dyn Fn(&str) -> bool| -> Vec<&Exchange> {
            play.iter().filter(|own| own.method == *method && equal(&own.path)).collect()
        };
        let mut answers = of(&|own| own == path);
        if answers.is_empty() {
            answers = of(&|own| bare(own) == bare(path));
        }
        let answer = answers.get(before).or(answers.last()).map(|own| own.answer.clone());
        state.made.push((method.clone(), path.to_owned()));
        // Something beside, such as a new token: the time it is good for may be over.
        if answer.is_none() && state.known.contains(&(method.to_string(), bare(path).to_owned())) {
            return None;
        }
        let (fault, reach) = match answer {
            Some(Answer::Whole { status, headers, body }) => {
                let mut answer = Response::new(Chunks::from_bytes(body));
                (*answer.status_mut(), *answer.headers_mut()) = (status, headers);
                return Some(Ok(answer));
            }
            Some(Answer::Broken(reach)) => (TransportFault::Interrupted, reach),
            None => (TransportFault::Connect, Reach::No),
        };
        Some(Err(TransportError::new(fault, reach, "the suite broke the exchange")))
    }
}

/// A path without its query.
pub(crate) fn bare(path: &str) -> &str {
    path.split('?').next().unwrap_or_default()
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request<Body>) -> Result<Response<Chunks>, TransportError> {
        let method = request.method().clone();
        let path = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
        if let Some(answer) = self.played(&method, &path) {
            return answer;
        }
        let body = read(request.body()).await?;
        let watching = {
            let mut state = self.state();
            state.requests += 1;
            state.known.insert((method.to_string(), bare(&path).to_owned()));
            state.asked.request(&method, request.uri(), request.headers(), &body);
            state.watched.is_some()
        };
        let outcome = self.inner.send(request).await;
        if !watching {
            return outcome;
        }
        let outcome = match outcome {
            Ok(answer) => whole(answer).await,
            Err(error) => Err(error),
        };
        let answer = match &outcome {
            Ok(answer) => Answer::Whole {
                status: answer.status(),
                headers: answer.headers().clone(),
                body: answer.body().clone(),
            },
            Err(error) => Answer::Broken(error.reach()),
        };
        if let Some(watched) = &mut self.state().watched {
            watched.push(Exchange { method, path, answer });
        }
        outcome.map(|answer| answer.map(Chunks::from_bytes))
    }
}

/// The whole answer.
pub(crate) async fn whole(answer: Response<Chunks>) -> Result<Response<Bytes>, TransportError> {
    let (head, mut chunks) = answer.into_parts();
    let mut bytes = BytesMut::new();
    while let Some(chunk) = chunks.next().await {
        bytes.extend_from_slice(&chunk?);
    }
    Ok(Response::from_parts(head, bytes.freeze()))
}

/// The whole body of a request.
pub(crate) async fn read(body: &Body) -> Result<Bytes, TransportError> {
    let (mut stream, mut bytes) = (body.clone().into_stream(), BytesMut::new());
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|error| {
            TransportError::new(TransportFault::Body, Reach::No, "the request's body cannot be read")
                .with_source(error)
        })?;
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}
