//! A transport that plays a script, and a clock over tokio's paused time.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::{StreamExt, future::pending, stream};
use http::{HeaderMap, Request, Response};
use signbridge_client::Client;
use signbridge_core::{Body, Chunks, Clock, Reach, Transport, TransportError, TransportFault};
use tokio::time::Instant;

/// Wednesday, 2026-01-07 12:00:00 UTC at the beginning of each test; passes with tokio's paused time.
#[derive(Debug)]
pub(crate) struct PausedClock {
    began: Instant,
}

impl PausedClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { began: Instant::now() })
    }

    pub(crate) fn start() -> DateTime<Utc> {
        DateTime::parse_from_rfc3339("2026-01-07T12:00:00Z").unwrap().to_utc()
    }

    pub(crate) fn passed(&self) -> Duration {
        self.began.elapsed()
    }
}

#[async_trait]
impl Clock for PausedClock {
    fn now(&self) -> DateTime<Utc> {
        Self::start() + self.passed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

pub(crate) enum Step {
    /// An answer with status, headers and body.
    Answer(u16, Vec<(&'static str, String)>, Bytes),
    /// A head, then these chunks, then the end.
    Chunks(u16, Vec<(&'static str, String)>, Vec<Bytes>),
    /// A head, a chunk, then silence.
    Silence(u16),
    /// A head, a chunk, then a broken connection.
    Broken(u16),
    /// No answer.
    Fails(TransportFault, Reach),
    /// The error itself.
    FailsWith(TransportError),
    /// Neither answer nor error.
    Hangs,
}

pub(crate) fn ok() -> Step {
    Step::Answer(200, vec![], Bytes::from_static(b"fine"))
}

pub(crate) fn status(status: u16) -> Step {
    Step::Answer(status, vec![], Bytes::new())
}

pub(crate) fn status_with(status: u16, name: &'static str, value: impl ToString) -> Step {
    Step::Answer(status, vec![(name, value.to_string())], Bytes::new())
}

#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) at: Duration,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub(crate) struct Script {
    clock: Arc<PausedClock>,
    steps: Mutex<VecDeque<Step>>,
    seen: Mutex<Vec<Seen>>,
}

impl std::fmt::Debug for Script {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Script")
    }
}

impl Script {
    /// What was requested so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }

    pub(crate) fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    /// When each attempt was made, in seconds from the start.
    pub(crate) fn times(&self) -> Vec<f64> {
        self.seen.lock().unwrap().iter().map(|seen| seen.at.as_secs_f64()).collect()
    }
}

/// A client over a script. Whatever comes after the script is a fine answer.
pub(crate) fn client(steps: impl IntoIterator<Item = Step>) -> (Client, Arc<Script>, Arc<PausedClock>) {
    let clock = PausedClock::new();
    let script = Arc::new(Script {
        clock: Arc::clone(&clock),
        steps: Mutex::new(steps.into_iter().collect()),
        seen: Mutex::default(),
    });
    (Client::new("acme", script.clone(), clock.clone()), script, clock)
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: Request<Body>) -> Result<Response<Chunks>, TransportError> {
        let (parts, body) = request.into_parts();
        let mut bytes = Vec::new();
        let mut stream = body.into_stream();
        while let Some(chunk) = stream.next().await {
            bytes.extend_from_slice(&chunk.unwrap());
        }
        self.seen.lock().unwrap().push(Seen { at: self.clock.passed(), headers: parts.headers, body: bytes });
        let step = self.steps.lock().unwrap().pop_front().unwrap_or_else(ok);
        let broken = || TransportError::new(TransportFault::Interrupted, Reach::Yes, "cut");
        let first = stream::iter([Ok(Bytes::from_static(b"first"))]);
        match step {
            Step::Answer(status, headers, body) => Ok(head(status, headers, Chunks::from_bytes(body))),
            Step::Chunks(status, headers, chunks) => {
                Ok(head(status, headers, Chunks::new(stream::iter(chunks.into_iter().map(Ok)))))
            }
            Step::Silence(status) => Ok(head(status, vec![], Chunks::new(first.chain(stream::pending())))),
            Step::Broken(status) => {
                Ok(head(status, vec![], Chunks::new(first.chain(stream::iter([Err(broken())])))))
            }
            Step::Fails(fault, reach) => Err(TransportError::new(fault, reach, "it broke")),
            Step::FailsWith(error) => Err(error),
            Step::Hangs => pending().await,
        }
    }
}

fn head(status: u16, headers: Vec<(&'static str, String)>, chunks: Chunks) -> Response<Chunks> {
    let mut answer = Response::builder().status(status);
    for (name, value) in headers {
        answer = answer.header(name, value);
    }
    answer.body(chunks).unwrap()
}
