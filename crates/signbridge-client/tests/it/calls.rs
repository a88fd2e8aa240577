//! Calls for the tests: one that may be repeated, one that may not.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::DateTime;
use futures_util::{StreamExt, stream};
use http::{Request, Response};
use signbridge_core::{Body, ByteStream, Call, Error, ErrorKind, Replay, Result, Source};

/// A POST to `url` with `body`; the reply is the answer.
pub(crate) struct Post<const SAFE: bool> {
    pub(crate) url: String,
    pub(crate) body: Body,
}

pub(crate) type Safe = Post<true>;
pub(crate) type Unsafe = Post<false>;

impl<const SAFE: bool> Post<SAFE> {
    pub(crate) fn new() -> Self {
        Self {
            url: "https://api.example.com/v1/things?secret=QUERY".to_owned(),
            body: Body::from("body".to_owned()),
        }
    }

    pub(crate) fn to(url: impl Into<String>, body: impl Into<Body>) -> Self {
        Self { url: url.into(), body: body.into() }
    }
}

impl<const SAFE: bool> Call for Post<SAFE> {
    type Reply = Response<Bytes>;
    const NAME: &'static str = "things.post";
    const REPLAY: Replay = if SAFE { Replay::Safe } else { Replay::OnlyIfNotSent };

    fn request(&self) -> Result<Request<Body>> {
        Ok(Request::post(&self.url).body(self.body.clone()).unwrap())
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Self::Reply> {
        if answer.body().starts_with(b"no: ") {
            return Err(Error::new(ErrorKind::InvalidState, "a refusal inside a good answer"));
        }
        Ok(answer)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        let kind = match answer.status().as_u16() {
            _ if text.starts_with("limit") => ErrorKind::RateLimited,
            401 => ErrorKind::Unauthenticated,
            404 => ErrorKind::NotFound,
            429 => ErrorKind::RateLimited,
            500.. => ErrorKind::Unavailable,
            _ => ErrorKind::InvalidInput,
        };
        let error = Error::new(kind, format!("refused in {} bytes", text.len()));
        match text.strip_prefix("limit until ") {
            Some(at) => error.with_retry_at(DateTime::parse_from_rfc3339(at).unwrap().to_utc()),
            None => error,
        }
    }
}

/// A source that counts how often it is opened.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    pub(crate) opened: AtomicU32,
}

#[async_trait]
impl Source for Counted {
    fn length(&self) -> u64 {
        6
    }

    async fn open(&self) -> io::Result<ByteStream> {
        self.opened.fetch_add(1, Ordering::SeqCst);
        Ok(stream::iter([Ok(Bytes::from_static(b"abc")), Ok(Bytes::from_static(b"def"))]).boxed())
    }
}

/// A source that gives these chunks, whatever it says of its length.
pub(crate) struct Chunked {
    pub(crate) says: u64,
    pub(crate) gives: fn() -> Vec<io::Result<Bytes>>,
}

impl std::fmt::Debug for Chunked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Chunked")
    }
}

#[async_trait]
impl Source for Chunked {
    fn length(&self) -> u64 {
        self.says
    }

    async fn open(&self) -> io::Result<ByteStream> {
        Ok(stream::iter((self.gives)()).boxed())
    }
}

pub(crate) fn source(source: impl Source + 'static) -> Body {
    Body::from(Arc::new(source) as Arc<dyn Source>)
}
