//! Reading answers: bounded, timed, and held to the length they announce.

use std::{pin::pin, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use futures_util::{
    future::{Either, select},
    stream,
};
use http::{HeaderMap, header};
use signbridge_core::{Chunks, Clock, Reach, TransportError, TransportFault};

/// The longest answer that is read as a whole.
const WHOLE: usize = 64 << 20;
/// How much of a refusal is read.
const EXCERPT: usize = 64 << 10;

/// How a good answer is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    Whole,
    Chunks,
}

/// Why an answer could not be read as a whole.
pub(super) enum Broken {
    Off(TransportError),
    TooLong(usize),
}

/// The length an answer announces.
pub(super) fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
}

/// Chunks that each come within `patience`, and as many bytes as announced.
pub(super) fn guarded(
    chunks: Chunks,
    announced: Option<u64>,
    clock: Arc<dyn Clock>,
    patience: Duration,
) -> Chunks {
    Chunks::new(stream::unfold(Some((chunks, 0_u64)), move |state| {
        let clock = Arc::clone(&clock);
        async move {
            let (mut chunks, seen) = state?;
            let next = match select(pin!(chunks.next()), clock.sleep(patience)).await {
                Either::Left((next, _)) => next,
                Either::Right(_) => Some(Err(silent(patience))),
            };
            match next {
                Some(Ok(chunk)) => {
                    let seen = seen + chunk.len() as u64;
                    Some((Ok(chunk), Some((chunks, seen))))
                }
                Some(Err(error)) => Some((Err(error), None)),
                None => announced
                    .filter(|announced| *announced != seen)
                    .map(|announced| (Err(cut(seen, announced)), None)),
            }
        }
    }))
}

fn silent(patience: Duration) -> TransportError {
    let message = format!("the answer stopped for {} s", patience.as_secs_f64());
    TransportError::new(TransportFault::Timeout, Reach::Yes, message)
}

fn cut(seen: u64, announced: u64) -> TransportError {
    let message = format!("the answer has {seen} bytes instead of the {announced} announced");
    TransportError::new(TransportFault::Interrupted, Reach::Yes, message)
}

/// The whole answer; a single chunk is not copied.
pub(super) async fn whole(chunks: &mut Chunks, announced: Option<u64>) -> Result<Bytes, Broken> {
    if announced.is_some_and(|announced| announced > WHOLE as u64) {
        return Err(Broken::TooLong(WHOLE));
    }
    let Some(first) = chunks.next().await else { return Ok(Bytes::new()) };
    let first = first.map_err(Broken::Off)?;
    let Some(second) = chunks.next().await else { return Ok(first) };
    let mut all = BytesMut::from(first);
    let mut next = Some(second);
    while let Some(chunk) = next {
        let chunk = chunk.map_err(Broken::Off)?;
        if all.len() + chunk.len() > WHOLE {
            return Err(Broken::TooLong(WHOLE));
        }
        all.extend_from_slice(&chunk);
        next = chunks.next().await;
    }
    Ok(all.freeze())
}

/// The beginning of a refusal. What breaks off is taken as far as it came: the status has already said no.
pub(super) async fn excerpt(chunks: &mut Chunks) -> Bytes {
    let mut all = BytesMut::new();
    while let Some(Ok(chunk)) = chunks.next().await {
        let room = EXCERPT - all.len();
        all.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
        if all.len() == EXCERPT {
            break;
        }
    }
    all.freeze()
}
