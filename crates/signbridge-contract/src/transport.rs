//! A transport that counts, to prove that a refusal made no request.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use http::{Request, Response};
use signbridge_core::{Body, Chunks, Transport, TransportError};

/// Counts requests and passes them on.
#[derive(Debug)]
pub struct CountingTransport {
    inner: Arc<dyn Transport>,
    requests: AtomicU64,
    bytes: AtomicU64,
}

impl CountingTransport {
    /// Around another transport.
    pub fn new(inner: Arc<dyn Transport>) -> Self {
        Self { inner, requests: AtomicU64::new(0), bytes: AtomicU64::new(0) }
    }

    /// Requests so far.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Bytes of request bodies so far.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Transport for CountingTransport {
    async fn send(&self, request: Request<Body>) -> Result<Response<Chunks>, TransportError> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(request.body().len(), Ordering::Relaxed);
        self.inner.send(request).await
    }
}
