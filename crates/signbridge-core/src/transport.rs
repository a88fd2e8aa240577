//! The edge to the network: requests with re-openable bodies out, chunks in.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream::BoxStream};
use http::{Request, Response};

use crate::{body::Body, error::Reach};

/// Sends one request and gives the answer's head, its body following in chunks. No redirects, no retries.
#[async_trait]
pub trait Transport: Send + Sync + fmt::Debug {
    /// Sends the request.
    ///
    /// # Errors
    /// When no answer came; it says how far the request got.
    async fn send(&self, request: Request<Body>) -> Result<Response<Chunks>, TransportError>;
}

/// What broke in an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportFault {
    /// No connection: the name, the network, a proxy.
    Connect,
    /// The TLS handshake failed.
    Tls,
    /// Nothing came for the time allowed.
    Timeout,
    /// The connection broke.
    Interrupted,
    /// The request's own body could not be read.
    Body,
    /// The request itself could not be made.
    Request,
}

/// An exchange without an answer, or one that broke off. It names no address and no content.
#[derive(Debug, Clone)]
pub struct TransportError {
    fault: TransportFault,
    reach: Reach,
    message: String,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl TransportError {
    /// A fault and how far the request got; the message is a clause without secrets.
    pub fn new(fault: TransportFault, reach: Reach, message: impl Into<String>) -> Self {
        Self { fault, reach, message: message.into(), source: None }
    }

    /// The underlying failure, stripped of addresses by the caller.
    #[must_use]
    pub fn with_source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// What broke.
    pub fn fault(&self) -> TransportFault {
        self.fault
    }

    /// How far the request got.
    pub fn reach(&self) -> Reach {
        self.reach
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source.as_ref() as _)
    }
}

/// The body of an answer, chunk by chunk.
pub struct Chunks(BoxStream<'static, Result<Bytes, TransportError>>);

impl Chunks {
    /// Chunks from a stream.
    pub fn new(stream: impl Stream<Item = Result<Bytes, TransportError>> + Send + 'static) -> Self {
        Self(stream.boxed())
    }

    /// One chunk.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self::new(futures_util::stream::once(async { Ok(bytes) }))
    }

    /// The next chunk, `None` at the end.
    ///
    /// # Errors
    /// When the answer broke off.
    pub async fn next(&mut self) -> Option<Result<Bytes, TransportError>> {
        self.0.next().await
    }

    /// All chunks as a stream.
    pub fn into_stream(self) -> BoxStream<'static, Result<Bytes, TransportError>> {
        self.0
    }
}

impl fmt::Debug for Chunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chunks")
    }
}
