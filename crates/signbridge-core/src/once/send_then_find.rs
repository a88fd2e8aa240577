//! Sending once where no draft exists: one request, and afterwards the provider is asked by our key.
//!
//! A provider's search shows a new envelope late, so finding nothing proves nothing: what is in doubt is looked for and
//! never sent again by itself. [`Attempts`] carries that through the life of a process; a process that begins anew only
//! has the search, and the bound of its delay is unknown.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;

use super::{Intent, in_doubt, same, unknown};
use crate::{Clock, Envelope, Error, ErrorKind, Fault, Result};

/// The steps an adapter gives to the protocol. Each makes its request once (the client repeats only what is safe).
#[async_trait]
pub trait SendSteps: Send + Sync {
    /// Creates and sends, marked with the key and the digest.
    async fn send(&self) -> Result<Envelope>;
    /// Every envelope marked with the key that the provider shows.
    async fn find(&self) -> Result<Vec<Envelope>>;
    /// Reads the envelope.
    async fn get(&self, id: &str) -> Result<Envelope>;
    /// Whether a refusal says that the same request is being carried out already.
    fn is_twin(&self, refusal: &Error) -> bool;
}

/// Pauses before each look: 5 and 30 seconds and 2 minutes after the doubt.
const LOOKS: [Duration; 3] = [Duration::from_secs(5), Duration::from_secs(25), Duration::from_secs(90)];

/// Settled attempts are forgotten beyond so many; those in doubt are kept.
const REMEMBERED: usize = 10_000;

/// What this process sent, and under which keys: written before each request, so that no call, however it ended, is
/// made twice.
#[derive(Default)]
pub struct Attempts(Mutex<HashMap<String, Attempt>>);

#[derive(Clone)]
struct Attempt {
    digest: String,
    /// The envelope's id; none while the outcome is open.
    id: Option<String>,
}

impl Attempts {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Attempt>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, intent: Intent<'_>) -> Result<Option<Attempt>> {
        match self.all().get(intent.key.as_str()) {
            Some(attempt) if attempt.digest != intent.digest => Err(another_draft(intent)),
            attempt => Ok(attempt.cloned()),
        }
    }

    /// Takes the key for this call, unless another call has it.
    fn take(&self, intent: Intent<'_>) -> Result<Option<Attempt>> {
        let mut all = self.all();
        if all.len() >= REMEMBERED {
            all.retain(|_, attempt| attempt.id.is_none());
        }
        match all.get(intent.key.as_str()) {
            Some(attempt) if attempt.digest != intent.digest => Err(another_draft(intent)),
            Some(attempt) => Ok(Some(attempt.clone())),
            None => {
                let attempt = Attempt { digest: intent.digest.to_owned(), id: None };
                all.insert(intent.key.to_string(), attempt);
                Ok(None)
            }
        }
    }

    fn settle(&self, intent: Intent<'_>, id: &str) {
        let attempt = Attempt { digest: intent.digest.to_owned(), id: Some(id.to_owned()) };
        self.all().insert(intent.key.to_string(), attempt);
    }

    fn release(&self, intent: Intent<'_>) {
        self.all().remove(intent.key.as_str());
    }
}

impl fmt::Debug for Attempts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attempts({})", self.all().len())
    }
}

/// Creates and sends one envelope for the key, or gives the one that exists. With `look_first` the provider is asked for
/// it before anything is sent: for a key that the caller may have used before.
///
/// # Errors
/// `key_conflict` when the key belongs to another draft, or to several envelopes; `outcome_unknown` with the key when
/// the provider shows no envelope after a doubtful request; otherwise what the provider refused.
pub async fn send_then_find(
    steps: &dyn SendSteps,
    clock: &dyn Clock,
    attempts: &Attempts,
    intent: Intent<'_>,
    look_first: bool,
) -> Result<Envelope> {
    let earlier = || Error::new(ErrorKind::Unexpected, "an earlier call with this key is not settled");
    let mut known = attempts.known(intent)?;
    if known.is_none()
        && look_first
        && let Some(found) = only(steps.find().await?, intent)?
    {
        attempts.settle(intent, &found.id);
        return Ok(found);
    }
    if known.is_none() {
        known = attempts.take(intent)?;
    }
    let doubt = match known {
        Some(Attempt { id: Some(id), .. }) => return steps.get(&id).await,
        Some(Attempt { id: None, .. }) => earlier(),
        None => match steps.send().await {
            Ok(sent) => {
                attempts.settle(intent, &sent.id);
                return Ok(sent);
            }
            Err(error) if in_doubt(&error) || steps.is_twin(&error) => error,
            Err(error) => {
                attempts.release(intent);
                return Err(error);
            }
        },
    };
    look(steps, clock, attempts, intent, doubt).await
}

async fn look(
    steps: &dyn SendSteps,
    clock: &dyn Clock,
    attempts: &Attempts,
    intent: Intent<'_>,
    mut doubt: Error,
) -> Result<Envelope> {
    for pause in LOOKS {
        clock.sleep(pause).await;
        if let Some(Attempt { id: Some(id), .. }) = attempts.known(intent)? {
            return steps.get(&id).await;
        }
        match steps.find().await {
            Ok(found) => {
                if let Some(found) = only(found, intent)? {
                    attempts.settle(intent, &found.id);
                    return Ok(found);
                }
            }
            Err(error) => doubt = error,
        }
    }
    let message = "whether the envelope was sent is unknown, and the provider shows none yet";
    Err(unknown(doubt, intent, message).with_remedy(format!(
        "look for the idempotency key `{}` later; its search is late, so that none is found proves nothing; send with a new key only when it was surely not sent",
        intent.key
    )))
}

/// The one envelope of this draft. With several nobody can tell which one counts, and none is touched.
fn only(found: Vec<Envelope>, intent: Intent<'_>) -> Result<Option<Envelope>> {
    if found.len() > 1 {
        let faults = found
            .iter()
            .map(|envelope| Fault::new(envelope.id.clone(), "carries this idempotency key"))
            .collect();
        return Err(Error::from_faults(ErrorKind::KeyConflict, "several envelopes were sent", faults)
            .with_idempotency_key(intent.key.as_str())
            .with_remedy("decide which one counts, and void the others"));
    }
    let found = found.into_iter().next();
    if let Some(envelope) = &found {
        same(envelope, intent)?;
    }
    Ok(found)
}

fn another_draft(intent: Intent<'_>) -> Error {
    Error::new(ErrorKind::KeyConflict, "this idempotency key was used with another draft")
        .with_idempotency_key(intent.key.as_str())
        .with_remedy("repeat it with the same draft, or use a new key")
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use chrono::{DateTime, Utc};

    use super::*;
    use crate::{Basis, EnvelopeStatus, IdempotencyKey, Reach, State};

    #[derive(Debug, Default)]
    struct Waits(Mutex<Vec<u64>>);

    #[async_trait]
    impl Clock for Waits {
        fn now(&self) -> DateTime<Utc> {
            DateTime::UNIX_EPOCH
        }

        async fn sleep(&self, duration: Duration) {
            self.0.lock().unwrap().push(duration.as_secs());
        }
    }

    /// A provider whose send ends as told and whose search shows what it has after so many looks.
    struct Provider {
        send: Mutex<VecDeque<Result<()>>>,
        sends: Mutex<u32>,
        shown_after: u32,
        looks: Mutex<u32>,
        copies: usize,
    }

    impl Provider {
        fn new(send: Result<()>, shown_after: u32) -> Self {
            let send = Mutex::new([send].into());
            Self { send, sends: Mutex::new(0), shown_after, looks: Mutex::new(0), copies: 1 }
        }
    }

    fn envelope(id: usize) -> Envelope {
        let state = State::new(EnvelopeStatus::Processing, "", Basis::Derived);
        Envelope { digest: Some("d".into()), ..Envelope::new("x", id.to_string(), state) }
    }

    #[async_trait]
    impl SendSteps for Provider {
        async fn send(&self) -> Result<Envelope> {
            *self.sends.lock().unwrap() += 1;
            let outcome = self.send.lock().unwrap().pop_front().unwrap_or(Ok(()));
            outcome.map(|()| envelope(1))
        }

        async fn find(&self) -> Result<Vec<Envelope>> {
            let mut looks = self.looks.lock().unwrap();
            *looks += 1;
            let shown = *self.sends.lock().unwrap() > 0 && *looks > self.shown_after;
            Ok(if shown { (1..=self.copies).map(envelope).collect() } else { Vec::new() })
        }

        async fn get(&self, _: &str) -> Result<Envelope> {
            Ok(envelope(1))
        }

        fn is_twin(&self, refusal: &Error) -> bool {
            refusal.code() == Some("conflict")
        }
    }

    fn broken() -> Error {
        Error::new(ErrorKind::Transport, "reset").with_reach(Reach::Maybe)
    }

    async fn run(provider: &Provider, clock: &Waits, attempts: &Attempts, digest: &str) -> Result<Envelope> {
        let key: IdempotencyKey = "order-7".parse().unwrap();
        send_then_find(provider, clock, attempts, Intent { key: &key, digest, draft: false }, true).await
    }

    #[tokio::test]
    async fn what_was_sent_is_sent_once_however_often_it_is_asked_for() {
        let (provider, clock, attempts) =
            (Provider::new(Ok(()), u32::MAX), Waits::default(), Attempts::default());
        for _ in 0..3 {
            assert_eq!(run(&provider, &clock, &attempts, "d").await.unwrap().id, "1");
        }
        assert_eq!(*provider.sends.lock().unwrap(), 1);
        let other = run(&provider, &clock, &attempts, "other").await.unwrap_err();
        assert_eq!(other.kind(), ErrorKind::KeyConflict);
    }

    #[tokio::test]
    async fn doubt_and_a_twin_in_flight_are_looked_for_and_never_sent_again() {
        let twin = Error::new(ErrorKind::Stale, "identical").with_code("conflict").with_reach(Reach::Yes);
        for doubt in [broken(), twin] {
            let (provider, clock, attempts) =
                (Provider::new(Err(doubt), 3), Waits::default(), Attempts::default());
            assert_eq!(run(&provider, &clock, &attempts, "d").await.unwrap().id, "1");
            assert_eq!(*provider.sends.lock().unwrap(), 1);
            assert_eq!(*clock.0.lock().unwrap(), [5, 25, 90]);
        }
    }

    #[tokio::test]
    async fn an_outcome_that_stays_open_is_never_sent_by_this_process_again() {
        let (provider, clock, attempts) =
            (Provider::new(Err(broken()), u32::MAX), Waits::default(), Attempts::default());
        for _ in 0..2 {
            let error = run(&provider, &clock, &attempts, "d").await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
            assert_eq!(error.idempotency_key(), Some("order-7"));
        }
        assert_eq!(*provider.sends.lock().unwrap(), 1);
    }

    #[tokio::test]
    async fn a_refusal_sends_nothing_and_leaves_the_key_free() {
        let refused = Error::new(ErrorKind::InvalidInput, "no").with_reach(Reach::Yes);
        let (provider, clock, attempts) =
            (Provider::new(Err(refused), u32::MAX), Waits::default(), Attempts::default());
        assert_eq!(run(&provider, &clock, &attempts, "d").await.unwrap_err().kind(), ErrorKind::InvalidInput);
        assert!(run(&provider, &clock, &attempts, "d").await.is_ok());
        assert_eq!(*provider.sends.lock().unwrap(), 2);
    }

    #[tokio::test]
    async fn several_envelopes_with_one_key_are_named_and_left_alone() {
        let provider = Provider { copies: 2, ..Provider::new(Err(broken()), 1) };
        let error = run(&provider, &Waits::default(), &Attempts::default(), "d").await.unwrap_err();
        assert_eq!((error.kind(), error.faults().len()), (ErrorKind::KeyConflict, 2));
    }
}
