//! Failed attempts as errors, and whether they may be repeated.

use chrono::{DateTime, Utc};
use http::StatusCode;
use signbridge_core::{Error, ErrorKind, Reach, SourceChanged, TransportError, TransportFault};

use super::{progress::furthest, read::Broken};

/// A failed attempt.
pub(super) struct Failure {
    pub(super) error: Error,
    pub(super) again: Again,
}

/// When an attempt may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// It would fail again.
    Never,
    /// When the call may be repeated although it may have arrived.
    IfSafe,
    /// It did not arrive, or was refused unread.
    Always,
    /// Once, with another token.
    WithAnotherToken,
}

/// No answer came (`status` is none), or it broke off. `reach` is that of the whole call so far.
pub(super) fn transport(
    error: TransportError,
    status: Option<StatusCode>,
    reach: Reach,
    host: &str,
) -> Failure {
    let repeatable = if error.reach() == Reach::No { Again::Always } else { Again::IfSafe };
    let (kind, again, remedy) = match error.fault() {
        TransportFault::Body if SourceChanged::find(&error).is_some() => {
            (ErrorKind::DocumentChanged, Again::Never, Some("send it again once nobody writes to it"))
        }
        TransportFault::Body => {
            (ErrorKind::Io, Again::Never, Some("check that the document can still be read"))
        }
        TransportFault::Request => {
            (ErrorKind::InvalidConfiguration, Again::Never, Some("correct the address in the configuration"))
        }
        TransportFault::Tls => (
            ErrorKind::Transport,
            Again::Never,
            Some("check the address, or name the authority of its certificate in `ca_file`"),
        ),
        TransportFault::Connect => {
            (ErrorKind::Transport, repeatable, Some("check the address, the network and the proxy"))
        }
        TransportFault::Timeout => (ErrorKind::Timeout, repeatable, None),
        _ => (ErrorKind::Transport, repeatable, None),
    };
    let message = match error.fault() {
        TransportFault::Body => error.to_string(),
        _ if host.is_empty() => error.to_string(),
        _ => format!("{error} ({host})"),
    };
    let mut described = Error::new(kind, message).with_reach(reach).with_source(error);
    if let Some(remedy) = remedy {
        described = described.with_remedy(remedy);
    }
    if let Some(status) = status {
        described = described.with_status(status.as_u16());
    }
    Failure { error: described, again }
}

/// A good answer that could not be read to its end. What it stands for has happened.
pub(super) fn broken(broken: Broken, status: StatusCode, host: &str) -> Failure {
    match broken {
        Broken::Off(error) => transport(error, Some(status), Reach::Yes, host),
        Broken::TooLong(limit) => Failure {
            error: Error::new(ErrorKind::Unexpected, format!("the answer is longer than {limit} bytes"))
                .with_status(status.as_u16())
                .with_reach(Reach::Yes),
            again: Again::Never,
        },
    }
}

/// A refusal, read by the call. `asked` is what `Retry-After` says.
pub(super) fn refused(error: Error, status: StatusCode, asked: Option<DateTime<Utc>>) -> Failure {
    // An outage says nothing about what happened before it; whatever else was answered was seen by the provider.
    let reach = match error.kind() {
        ErrorKind::Unavailable | ErrorKind::Unexpected | ErrorKind::Timeout | ErrorKind::Transport => {
            Reach::Maybe
        }
        _ => Reach::Yes,
    };
    let error = answered(error, status, reach);
    let error = match (error.retry_at(), asked) {
        (None, Some(at)) => error.with_retry_at(at),
        _ => error,
    };
    let again = match error.kind() {
        ErrorKind::RateLimited => Again::Always,
        ErrorKind::Unavailable => Again::IfSafe,
        _ if status == StatusCode::UNAUTHORIZED => Again::WithAnotherToken,
        _ => Again::Never,
    };
    Failure { error, again }
}

/// An error read from an answer: with its status, and at least this reach.
pub(super) fn answered(error: Error, status: StatusCode, reach: Reach) -> Error {
    let reach = furthest(error.reach(), reach);
    let error = error.with_reach(reach);
    match error.status() {
        None => error.with_status(status.as_u16()),
        Some(_) => error,
    }
}
