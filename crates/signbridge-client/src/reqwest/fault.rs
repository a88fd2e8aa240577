//! What broke, read from the chain of causes.

use std::{error::Error, io};

use signbridge_core::{Reach, TransportError, TransportFault};

use super::outgoing::{BodyFailed, Taken};

/// A request without an answer.
pub(super) fn request(error: reqwest::Error, taken: &Taken) -> TransportError {
    let body = causes(&error).into_iter().find(|cause| cause.is::<BodyFailed>()).map(ToString::to_string);
    let (fault, reach, message) = if let Some(message) = body {
        let reach = if taken.failed_unsent() { Reach::No } else { Reach::Maybe };
        (TransportFault::Body, reach, message)
    } else if error.is_builder() {
        (TransportFault::Request, Reach::No, "the request cannot be made".to_owned())
    } else if error.is_connect() && error.is_timeout() {
        (TransportFault::Timeout, Reach::No, "no connection in the time allowed".to_owned())
    } else if error.is_connect() && is_tls(&error) {
        (TransportFault::Tls, Reach::No, format!("no secure connection: {}", innermost(&error)))
    } else if error.is_connect() && is_proxy(&error) {
        let why = innermost(&error);
        let why = why.strip_prefix(TUNNEL).unwrap_or(&why);
        (TransportFault::Connect, Reach::No, format!("no connection through the proxy: {why}"))
    } else if error.is_connect() {
        (TransportFault::Connect, Reach::No, format!("no connection: {}", innermost(&error)))
    } else if error.is_timeout() {
        (TransportFault::Timeout, Reach::Maybe, "no answer in the time allowed".to_owned())
    } else {
        (TransportFault::Interrupted, Reach::Maybe, format!("the exchange broke: {}", innermost(&error)))
    };
    TransportError::new(fault, reach, message).with_source(error.without_url())
}

/// An answer that broke off.
pub(super) fn answer(error: reqwest::Error) -> TransportError {
    let fault = if error.is_timeout() { TransportFault::Timeout } else { TransportFault::Interrupted };
    let message = format!("the answer broke off: {}", innermost(&error));
    TransportError::new(fault, Reach::Yes, message).with_source(error.without_url())
}

/// The error and its causes, those wrapped in I/O errors included.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    let mut found = Vec::new();
    let mut next = Some(error);
    while let Some(current) = next {
        found.push(current);
        let wrapped = current.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => current.source(),
        };
    }
    found
}

fn innermost(error: &(dyn Error + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

/// How the connector's failures to get through a proxy begin. Their type is not public.
const TUNNEL: &str = "tunnel error: ";

fn is_proxy(error: &(dyn Error + 'static)) -> bool {
    causes(error).iter().any(|cause| cause.to_string().starts_with(TUNNEL))
}

/// rustls reports what it cannot accept as invalid data; a connection that merely ends is something else.
fn is_tls(error: &(dyn Error + 'static)) -> bool {
    causes(error)
        .iter()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::InvalidData)
}
