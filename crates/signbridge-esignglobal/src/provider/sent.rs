//! What this process sent under which key: the only memory there is, since eSignGlobal cannot be asked.
//!
//! A key is written down before the request leaves and forgotten only when eSignGlobal refused it, so a second call
//! with the key never sends a second envelope, also after the first one was given up on its way.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex as Lock, PoisonError},
};

use futures_util::lock::{Mutex, OwnedMutexGuard};
use signbridge_core::IdempotencyKey;

/// How far a key got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It left; what came of it is not known.
    Unknown,
    /// This envelope.
    Envelope(String),
}

/// A key's draft and outcome.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) digest: String,
    /// It was left as a draft.
    pub(super) draft: bool,
    pub(super) outcome: Outcome,
}

/// Settled keys are forgotten beyond so many; those in doubt and those on their way are kept.
const REMEMBERED: usize = 10_000;

fn is_open(entry: Option<&Entry>) -> bool {
    entry.is_some_and(|entry| entry.outcome == Outcome::Unknown)
}

/// The keys of this process.
#[derive(Debug, Default)]
pub(super) struct Sent {
    keys: Lock<HashMap<String, Arc<Mutex<Option<Entry>>>>>,
}

impl Sent {
    /// The entry of a key, for one caller at a time.
    pub(super) async fn entry(&self, key: &IdempotencyKey) -> OwnedMutexGuard<Option<Entry>> {
        let slot = {
            let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
            if keys.len() >= REMEMBERED {
                keys.retain(|_, slot| slot.try_lock().is_none_or(|entry| is_open(entry.as_ref())));
            }
            Arc::clone(keys.entry(key.as_str().to_owned()).or_default())
        };
        slot.lock_owned().await
    }

    /// An entry that nobody can name again, for a call without a key.
    pub(super) async fn unnamed() -> OwnedMutexGuard<Option<Entry>> {
        Arc::new(Mutex::new(None)).lock_owned().await
    }
}
