//! One operation of a provider as one value, without I/O.

use bytes::Bytes;
use http::{Request, Response};

use crate::{Result, body::Body, error::Error};

/// Whether a call may be repeated by the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// Repeating it changes nothing more.
    Safe,
    /// Only when it certainly did not arrive, or was refused unread.
    OnlyIfNotSent,
}

/// An operation: how to ask, how to read the answer, how to read a refusal. Tested without a server.
pub trait Call: Send + Sync {
    /// What a good answer says.
    type Reply: Send;
    /// The operation's name in errors and traces, such as `envelopes.create`.
    const NAME: &'static str;
    /// Whether it may be repeated.
    const REPLAY: Replay;

    /// The request, made anew for each attempt, without authorisation.
    ///
    /// # Errors
    /// When it cannot be expressed.
    fn request(&self) -> Result<Request<Body>>;

    /// Reads a good answer. A download's body is empty here: it follows as chunks.
    ///
    /// # Errors
    /// When the answer is not what the specification says, or holds a refusal inside.
    fn reply(&self, answer: Response<Bytes>) -> Result<Self::Reply>;

    /// Reads a refusal (any status but 2xx).
    fn refusal(&self, answer: Response<Bytes>) -> Error;
}
