//! Request bodies: streamed in pieces, with their exact length.

use std::{
    fmt, io,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use futures_util::StreamExt;
use http_body::{Frame, SizeHint};
use signbridge_core::{Body, ByteStream, SourceChanged};
use tokio::time::Instant;

/// Small enough to show progress on slow lines and to keep memory flat, large enough to cost nothing.
const PIECE: usize = 64 << 10;

/// A body on its way to the wire.
///
/// Its last piece is handed out only once its source has ended well: a document that changed is noticed while the
/// request is still incomplete.
pub(super) struct Outgoing {
    // `reqwest` wants a body that is `Sync`, and a byte stream is not; the lock is never contended.
    stream: Mutex<ByteStream>,
    chunk: Bytes,
    left: u64,
    taken: Taken,
}

/// The request's own body could not be read.
#[derive(Debug)]
pub(super) struct BodyFailed(io::Error);

impl fmt::Display for BodyFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match SourceChanged::find(&self.0) {
            Some(changed) => changed.fmt(f),
            None => write!(f, "a document could not be read: {}", self.0),
        }
    }
}

impl std::error::Error for BodyFailed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

impl Outgoing {
    pub(super) fn new(body: Body, taken: Taken) -> Self {
        let left = body.len();
        Self { stream: Mutex::new(body.into_stream()), chunk: Bytes::new(), left, taken }
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        self.stream.get_mut().unwrap_or_else(PoisonError::into_inner).poll_next_unpin(cx)
    }

    /// Ready when the piece at hand may go.
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.chunk.is_empty() {
            match ready!(self.poll_chunk(cx)) {
                Some(chunk) => self.chunk = chunk?,
                None => return Poll::Ready(Ok(())),
            }
        }
        while self.chunk.len() <= PIECE && self.chunk.len() as u64 >= self.left {
            match ready!(self.poll_chunk(cx)) {
                None => break,
                Some(Err(error)) => return Poll::Ready(Err(error)),
                Some(Ok(more)) if more.is_empty() => {}
                Some(Ok(_)) => {
                    return Poll::Ready(Err(SourceChanged::new("more bytes than announced").into_io()));
                }
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = BodyFailed;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyFailed>>> {
        let this = self.get_mut();
        if this.left == 0 {
            return Poll::Ready(None);
        }
        if let Err(error) = ready!(this.poll_piece(cx)) {
            this.taken.failed();
            return Poll::Ready(Some(Err(BodyFailed(error))));
        }
        if this.chunk.is_empty() {
            return Poll::Ready(None);
        }
        let piece = this.chunk.split_to(this.chunk.len().min(PIECE));
        this.left = this.left.saturating_sub(piece.len() as u64);
        this.taken.piece();
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// How much of a request the connection has taken.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    start: Instant,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    last: AtomicU64,
    state: AtomicU8,
}

const PIECES: u8 = 1;
const FAILED: u8 = 2;

impl Taken {
    pub(super) fn now() -> Self {
        Self { start: Instant::now(), shared: Arc::default() }
    }

    fn piece(&self) {
        let passed = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.shared.last.store(passed, Ordering::Relaxed);
        self.shared.state.fetch_or(PIECES, Ordering::Relaxed);
    }

    fn failed(&self) {
        self.shared.state.fetch_or(FAILED, Ordering::Relaxed);
    }

    /// When the last piece was taken, or the request began.
    pub(super) fn last(&self) -> Instant {
        self.start + Duration::from_millis(self.shared.last.load(Ordering::Relaxed))
    }

    /// Whether the body failed before anything of it was taken.
    pub(super) fn failed_unsent(&self) -> bool {
        self.shared.state.load(Ordering::Relaxed) == FAILED
    }
}
