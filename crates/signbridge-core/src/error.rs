//! The one error: what went wrong, how far the request got, and what to do next.

use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer, ser::SerializeMap};
use url::Url;

use crate::words::words;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

words! {
    /// What kind of failure this is; a program decides by it. Codes of providers are mapped to it by each adapter.
    pub enum ErrorKind: "error kind" {
        /// The provider, or this adapter, cannot do what was asked. No request was made.
        Unsupported = "unsupported",
        /// The draft contradicts itself or a limit; every fault is listed. No request was made.
        InvalidDraft = "invalid_draft",
        /// The configuration is incomplete or contradictory. No request was made.
        InvalidConfiguration = "invalid_configuration",
        /// The credentials were refused.
        Unauthenticated = "unauthenticated",
        /// A person has to consent first; [`Error::consent_url`] says where.
        ConsentRequired = "consent_required",
        /// The credentials belong to another host, environment or account.
        WrongHost = "wrong_host",
        /// The credentials are good, the right is missing.
        Forbidden = "forbidden",
        /// The plan, an add-on or an account setting lacks the feature.
        FeatureOff = "feature_off",
        /// An allowance is used up.
        QuotaExhausted = "quota_exhausted",
        /// Too many requests; [`Error::retry_at`] says until when.
        RateLimited = "rate_limited",
        /// The provider refused a value.
        InvalidInput = "invalid_input",
        /// A field could not be placed.
        PlacementFailed = "placement_failed",
        /// A document could not be read by the provider.
        DocumentRejected = "document_rejected",
        /// A document changed while it was being sent.
        DocumentChanged = "document_changed",
        /// There is no such thing under this account.
        NotFound = "not_found",
        /// It existed and was removed.
        Gone = "gone",
        /// It is being prepared; ask again later.
        NotReady = "not_ready",
        /// The present state does not allow this step.
        InvalidState = "invalid_state",
        /// It changed since it was read.
        Stale = "stale",
        /// Somebody else holds the edit lock.
        Locked = "locked",
        /// Some items succeeded, others did not; the faults name them.
        Partial = "partial",
        /// The provider is in trouble.
        Unavailable = "unavailable",
        /// The exchange broke; [`Error::reach`] says whether the request may have arrived.
        Transport = "transport",
        /// The time allowed is over; [`Error::reach`] says whether the request may have arrived.
        Timeout = "timeout",
        /// An envelope may or may not have been sent, and the provider could not be asked.
        /// [`Error::idempotency_key`] settles it: repeat the call with that key.
        OutcomeUnknown = "outcome_unknown",
        /// The idempotency key was used before with another draft.
        KeyConflict = "key_conflict",
        /// A local file could not be read or written.
        Io = "io",
        /// An answer that no rule covers.
        Unexpected = "unexpected",
    }
}

words! {
    /// Whether the request may have reached the provider.
    pub enum Reach: "reach" {
        /// It never left, or the provider refused it: nothing happened there.
        No = "no",
        /// It may have arrived.
        Maybe = "maybe",
        /// The provider answered.
        Yes = "yes",
    }
}

words! {
    /// Whether repeating the same call makes sense.
    pub enum Retry: "retry advice" {
        /// Repeating cannot help.
        Never = "never",
        /// Change the input first.
        Fix = "fix",
        /// At once.
        Now = "now",
        /// Not before [`Error::retry_at`], or after a pause if that is unknown.
        Later = "later",
        /// Only after making sure that the first one did not arrive.
        IfNotSent = "if_not_sent",
    }
}

/// One fault among several, with the path of the value it is about (`recipients[0].email`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where: a path into the draft, the configuration or the answer.
    pub path: String,
    /// What is wrong and what to write instead.
    pub message: String,
}

impl Fault {
    /// A fault at `path`.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.path, self.message)
        }
    }
}

/// What went wrong. One word wide and cheap to clone, so that one failed token renewal reaches all who wait.
///
/// `Display` is a sentence for a person, with the remedy. Neither form holds a secret or a provider's whole body.
///
/// ```
/// use signbridge_core::{Error, ErrorKind, Reach};
///
/// let error = Error::new(ErrorKind::RateLimited, "the hourly limit of the account is reached")
///     .with_provider("docusign")
///     .with_operation("envelopes.get")
///     .with_reach(Reach::Yes)
///     .with_remedy("wait until the full hour");
/// assert_eq!(error.to_string(), "docusign envelopes.get: the hourly limit of the account is reached; wait until the full hour");
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: String,
    remedy: Option<String>,
    provider: Option<&'static str>,
    operation: Option<&'static str>,
    status: Option<u16>,
    code: Option<String>,
    request_id: Option<String>,
    envelope_id: Option<String>,
    idempotency_key: Option<String>,
    consent_url: Option<Url>,
    reach: Reach,
    retry: Option<Retry>,
    retry_at: Option<DateTime<Utc>>,
    faults: Vec<Fault>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// A failure of this kind. The message is a clause in lower case without a full stop.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            remedy: None,
            provider: None,
            operation: None,
            status: None,
            code: None,
            request_id: None,
            envelope_id: None,
            idempotency_key: None,
            consent_url: None,
            reach: Reach::No,
            retry: None,
            retry_at: None,
            faults: Vec::new(),
            source: None,
        }))
    }

    /// An operation or argument the provider does not have: `what` names it, `instead` what to do.
    pub fn unsupported(provider: &'static str, operation: &'static str, what: &str, instead: &str) -> Self {
        Self::new(ErrorKind::Unsupported, what)
            .with_provider(provider)
            .with_operation(operation)
            .with_remedy(instead)
    }

    /// Several faults of one kind, all in the message.
    pub fn from_faults(kind: ErrorKind, what: &str, faults: Vec<Fault>) -> Self {
        let list = faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("; ");
        let mut error = Self::new(kind, format!("{what}: {list}"));
        error.0.faults = faults;
        error
    }

    /// The provider's name.
    #[must_use]
    pub fn with_provider(mut self, provider: &'static str) -> Self {
        self.0.provider.get_or_insert(provider);
        self
    }

    /// The operation's name. The innermost one stays.
    #[must_use]
    pub fn with_operation(mut self, operation: &'static str) -> Self {
        self.0.operation.get_or_insert(operation);
        self
    }

    /// What the reader should do next, as a clause.
    #[must_use]
    pub fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.0.remedy = Some(remedy.into());
        self
    }

    /// The HTTP status of the answer.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// The provider's own error code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    /// The provider's id of the request, for its support.
    #[must_use]
    pub fn with_request_id(mut self, id: impl Into<String>) -> Self {
        self.0.request_id = Some(id.into());
        self
    }

    /// The envelope this is about, so that no draft is orphaned.
    #[must_use]
    pub fn with_envelope_id(mut self, id: impl Into<String>) -> Self {
        self.0.envelope_id = Some(id.into());
        self
    }

    /// The idempotency key that settles an unknown outcome.
    #[must_use]
    pub fn with_idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.0.idempotency_key = Some(key.into());
        self
    }

    /// Where the missing consent is given.
    #[must_use]
    pub fn with_consent_url(mut self, url: Url) -> Self {
        self.0.consent_url = Some(url);
        self
    }

    /// How far the request got.
    #[must_use]
    pub fn with_reach(mut self, reach: Reach) -> Self {
        self.0.reach = reach;
        self
    }

    /// Advice that differs from the kind's own.
    #[must_use]
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.0.retry = Some(retry);
        self
    }

    /// The earliest sensible time for another try.
    #[must_use]
    pub fn with_retry_at(mut self, at: DateTime<Utc>) -> Self {
        self.0.retry_at = Some(at);
        self
    }

    /// The underlying failure.
    #[must_use]
    pub fn with_source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// The same failure under another kind, for an adapter that knows more than the layer below.
    #[must_use]
    pub fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// What kind of failure this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What happened, without provider, operation and remedy.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do next.
    pub fn remedy(&self) -> Option<&str> {
        self.0.remedy.as_deref()
    }

    /// The provider's name.
    pub fn provider(&self) -> Option<&'static str> {
        self.0.provider
    }

    /// The operation that failed.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The HTTP status of the answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The provider's own error code.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The provider's id of the request.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The envelope this is about, in the provider's own id.
    pub fn envelope_id(&self) -> Option<&str> {
        self.0.envelope_id.as_deref()
    }

    /// The key that settles an unknown outcome.
    pub fn idempotency_key(&self) -> Option<&str> {
        self.0.idempotency_key.as_deref()
    }

    /// Where the missing consent is given.
    pub fn consent_url(&self) -> Option<&Url> {
        self.0.consent_url.as_ref()
    }

    /// How far the request got.
    pub fn reach(&self) -> Reach {
        self.0.reach
    }

    /// When another try makes sense, if the provider said so.
    pub fn retry_at(&self) -> Option<DateTime<Utc>> {
        self.0.retry_at
    }

    /// Every single fault, where there are several.
    pub fn faults(&self) -> &[Fault] {
        &self.0.faults
    }

    /// Whether repeating the same call makes sense.
    pub fn retry(&self) -> Retry {
        self.0.retry.unwrap_or(match self.0.kind {
            ErrorKind::RateLimited | ErrorKind::NotReady => Retry::Later,
            ErrorKind::Unavailable | ErrorKind::Transport | ErrorKind::Timeout => match self.0.reach {
                Reach::No => Retry::Now,
                Reach::Maybe | Reach::Yes => Retry::IfNotSent,
            },
            ErrorKind::Unexpected | ErrorKind::OutcomeUnknown => Retry::IfNotSent,
            ErrorKind::NotFound | ErrorKind::Gone | ErrorKind::InvalidState | ErrorKind::QuotaExhausted => {
                Retry::Never
            }
            ErrorKind::Stale | ErrorKind::Locked => Retry::Later,
            _ => Retry::Fix,
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        match (inner.provider, inner.operation) {
            (Some(provider), Some(operation)) => write!(f, "{provider} {operation}: ")?,
            (Some(one), None) | (None, Some(one)) => write!(f, "{one}: ")?,
            (None, None) => {}
        }
        f.write_str(&inner.message)?;
        if let Some(code) = &inner.code {
            write!(f, " ({code})")?;
        }
        if let Some(remedy) = &inner.remedy {
            write!(f, "; {remedy}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("message", &inner.message)
            .field("remedy", &inner.remedy)
            .field("provider", &inner.provider)
            .field("operation", &inner.operation)
            .field("status", &inner.status)
            .field("code", &inner.code)
            .field("request_id", &inner.request_id)
            .field("envelope_id", &inner.envelope_id)
            .field("reach", &inner.reach)
            .field("retry", &self.retry())
            .field("retry_at", &inner.retry_at)
            .field("faults", &inner.faults)
            .field("source", &inner.source.as_ref().map(ToString::to_string))
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| source.as_ref() as _)
    }
}

/// The published shape: `{"kind":…,"provider":…,"operation":…,"message":…}` and what else is known.
impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let inner = &self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", &inner.kind)?;
        map.serialize_entry("provider", &inner.provider)?;
        map.serialize_entry("operation", &inner.operation)?;
        map.serialize_entry("message", &self.to_string())?;
        map.serialize_entry("reach", &inner.reach)?;
        map.serialize_entry("retry", &self.retry())?;
        let optional = [
            ("remedy", inner.remedy.clone()),
            ("code", inner.code.clone()),
            ("request_id", inner.request_id.clone()),
            ("envelope_id", inner.envelope_id.clone()),
            ("idempotency_key", inner.idempotency_key.clone()),
            ("consent_url", inner.consent_url.as_ref().map(Url::to_string)),
            ("retry_at", inner.retry_at.map(|at| at.to_rfc3339())),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                map.serialize_entry(name, &value)?;
            }
        }
        if let Some(status) = inner.status {
            map.serialize_entry("status", &status)?;
        }
        if !inner.faults.is_empty() {
            map.serialize_entry("faults", &inner.faults)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_word_wide_and_crosses_threads() {
        fn is<T: Send + Sync + Clone>() {}
        is::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn a_request_that_may_have_arrived_is_never_advised_to_be_repeated_at_once() {
        for kind in [ErrorKind::Transport, ErrorKind::Timeout, ErrorKind::Unavailable] {
            assert_eq!(Error::new(kind, "x").with_reach(Reach::Maybe).retry(), Retry::IfNotSent);
            assert_eq!(Error::new(kind, "x").with_reach(Reach::No).retry(), Retry::Now);
        }
    }

    #[test]
    fn the_json_has_the_fixed_names_first() {
        let error = Error::new(ErrorKind::NotFound, "no such envelope")
            .with_provider("docusign")
            .with_operation("envelopes.get");
        let json = serde_json::to_string(&error).unwrap();
        assert!(
            json.starts_with(
                r#"{"kind":"not_found","provider":"docusign","operation":"envelopes.get","message":"#
            ),
            "{json}"
        );
    }
}
