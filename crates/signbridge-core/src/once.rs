//! Sending once: one protocol over what a provider can do, so that no failure sends a contract twice.
//!
//! Where a draft exists, only the step from draft to sent matters, and it is tied to one id; a spare draft harms
//! nobody. So a doubtful creation is looked up and repeated, and a doubtful send is settled by reading the envelope.
//! After its own draft is made, everybody looks once more and sends the same one, chosen by a fixed rule: two who use one
//! key at the same time send one envelope, as far as the provider shows what exists.
//!
//! Where no draft exists, see [`send_then_find`].

mod send_then_find;

use std::time::Duration;

use async_trait::async_trait;

pub use self::send_then_find::{Attempts, SendSteps, send_then_find};
use crate::{Clock, Envelope, EnvelopeStatus, Error, ErrorKind, IdempotencyKey, Reach, Result};

/// The steps an adapter gives to the protocol. Each makes its request once (the client repeats only what is safe).
///
/// Only complete envelopes are given: a draft that broke off while it was being made must never be sent.
#[async_trait]
pub trait OnceSteps: Send + Sync {
    /// Creates the draft, marked with the key and the digest; gives it as it is then.
    async fn create_draft(&self) -> Result<Envelope>;
    /// Envelopes marked with the key that the provider remembers for long.
    async fn earlier(&self) -> Result<Vec<Envelope>>;
    /// Envelopes marked with the key, those made just now included.
    async fn recent(&self) -> Result<Vec<Envelope>>;
    /// Sends the draft.
    async fn send(&self, id: &str) -> Result<Envelope>;
    /// Reads the envelope.
    async fn get(&self, id: &str) -> Result<Envelope>;
}

/// What is sent, and under which name.
#[derive(Debug, Clone, Copy)]
pub struct Intent<'a> {
    /// The caller's key.
    pub key: &'a IdempotencyKey,
    /// The digest of the draft.
    pub digest: &'a str,
    /// Leave it as a draft.
    pub draft: bool,
}

/// Pauses between tries of a step: enough for a provider that restarts, short enough for somebody who waits.
const PAUSES: [Duration; 3] = [Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(5)];

/// Creates (and sends) one envelope for the key, or gives the one that exists.
///
/// # Errors
/// `key_conflict` when the key belongs to another draft; `outcome_unknown` with key (and id) when the provider could
/// not be asked any more; otherwise what the provider refused, with the id of the draft that remains.
pub async fn create(steps: &dyn OnceSteps, clock: &dyn Clock, intent: Intent<'_>) -> Result<Envelope> {
    if let Some(found) = chosen(steps.earlier().await?, intent)? {
        return settle(steps, clock, found, intent).await;
    }
    let own = drafted(steps, clock, intent).await?;
    let remains = |error: Error| error.with_envelope_id(&own.id).with_idempotency_key(intent.key.as_str());
    let mut seen = steps.recent().await.map_err(remains)?;
    seen.push(own);
    match chosen(seen, intent)? {
        Some(found) => settle(steps, clock, found, intent).await,
        None => Err(Error::new(ErrorKind::Unexpected, "the draft that was made is not there")),
    }
}

/// Sends what was found if it is a draft that is to be sent; otherwise gives it as it is.
///
/// # Errors
/// As [`create`].
pub async fn settle(
    steps: &dyn OnceSteps,
    clock: &dyn Clock,
    found: Envelope,
    intent: Intent<'_>,
) -> Result<Envelope> {
    if found.status == EnvelopeStatus::Draft && !intent.draft {
        send(steps, clock, &found.id, intent).await
    } else {
        Ok(found)
    }
}

/// The one envelope of several with the key that everybody takes: sent before draft, then oldest, then by id.
fn chosen(mut seen: Vec<Envelope>, intent: Intent<'_>) -> Result<Option<Envelope>> {
    seen.iter().try_for_each(|envelope| same(envelope, intent))?;
    seen.sort_by(|a, b| {
        let rank =
            |one: &Envelope| (one.status == EnvelopeStatus::Draft, one.created_at.is_none(), one.created_at);
        rank(a).cmp(&rank(b)).then_with(|| a.id.cmp(&b.id))
    });
    Ok(seen.into_iter().next())
}

async fn drafted(steps: &dyn OnceSteps, clock: &dyn Clock, intent: Intent<'_>) -> Result<Envelope> {
    let mut doubt = match steps.create_draft().await {
        Err(error) if in_doubt(&error) => error,
        made => return made,
    };
    for pause in PAUSES {
        clock.sleep(pause).await;
        match steps.recent().await {
            Ok(seen) => match chosen(seen, intent)? {
                Some(found) => return Ok(found),
                None => match steps.create_draft().await {
                    Err(error) if in_doubt(&error) => doubt = error,
                    made => return made,
                },
            },
            Err(error) => doubt = error,
        }
    }
    Err(unknown(doubt, intent, "the draft may exist at the provider; it was not sent"))
}

async fn send(steps: &dyn OnceSteps, clock: &dyn Clock, id: &str, intent: Intent<'_>) -> Result<Envelope> {
    let mut doubt = None;
    for pause in PAUSES {
        match steps.send(id).await {
            Ok(sent) => return Ok(sent),
            Err(error) if in_doubt(&error) || error.kind() == ErrorKind::InvalidState => doubt = Some(error),
            Err(error) => return Err(error.with_envelope_id(id).with_idempotency_key(intent.key.as_str())),
        }
        clock.sleep(pause).await;
        match steps.get(id).await {
            Ok(seen) if seen.status == EnvelopeStatus::Draft => {}
            Ok(seen) => return Ok(seen),
            Err(error) => {
                let message = "the draft exists; whether it was sent is unknown";
                return Err(unknown(error, intent, message).with_envelope_id(id));
            }
        }
    }
    let last = doubt.unwrap_or_else(|| Error::new(ErrorKind::Unexpected, "the draft stays a draft"));
    Err(unknown(last, intent, "the draft exists and was still a draft when last seen").with_envelope_id(id))
}

fn same(found: &Envelope, intent: Intent<'_>) -> Result<()> {
    match &found.digest {
        Some(digest) if digest == intent.digest => Ok(()),
        Some(_) => {
            Err(Error::new(ErrorKind::KeyConflict, "this idempotency key was used with another draft")
                .with_envelope_id(&found.id)
                .with_idempotency_key(intent.key.as_str())
                .with_remedy("repeat it with the same draft, or use a new key"))
        }
        None => Err(Error::new(
            ErrorKind::KeyConflict,
            "the envelope with this key does not say which draft it came from",
        )
        .with_envelope_id(&found.id)
        .with_idempotency_key(intent.key.as_str())
        .with_remedy("use a new key")),
    }
}

/// Whether a step may have happened although it failed.
pub fn in_doubt(error: &Error) -> bool {
    let kind = error.kind();
    let broken = matches!(
        kind,
        ErrorKind::Transport | ErrorKind::Timeout | ErrorKind::Unavailable | ErrorKind::Unexpected
    );
    broken && error.reach() != Reach::No
}

fn unknown(last: Error, intent: Intent<'_>, message: &str) -> Error {
    let (provider, envelope) = (last.provider(), last.envelope_id().map(str::to_owned));
    let error = Error::new(ErrorKind::OutcomeUnknown, format!("{message} ({last})"))
        .with_idempotency_key(intent.key.as_str())
        .with_reach(Reach::Maybe)
        .with_remedy(format!("repeat the call with the idempotency key `{}` to settle it", intent.key))
        .with_operation("create")
        .with_source(last);
    let error = match envelope {
        Some(envelope) => error.with_envelope_id(envelope),
        None => error,
    };
    match provider {
        Some(provider) => error.with_provider(provider),
        None => error,
    }
}
