//! Pacing by what the provider says of its own limits.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use http::HeaderMap;

/// What an answer's headers say about the provider's rate limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateState {
    /// How many requests are left in the window.
    pub remaining: Option<u32>,
    /// When the window ends.
    pub resets_at: Option<DateTime<Utc>>,
}

impl RateState {
    /// What was read.
    pub fn new(remaining: Option<u32>, resets_at: Option<DateTime<Utc>>) -> Self {
        Self { remaining, resets_at }
    }
}

/// Reads a provider's rate headers.
pub type ReadRate = fn(&HeaderMap, now: DateTime<Utc>) -> RateState;

/// The state after the last answer, less what was sent since. Shared by the clones of a client.
#[derive(Debug, Default)]
pub(crate) struct Pace(Mutex<RateState>);

impl Pace {
    fn state(&self) -> MutexGuard<'_, RateState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one request out of the window, or says when the next window begins.
    pub(crate) fn take(&self, now: DateTime<Utc>) -> Result<(), DateTime<Utc>> {
        let mut state = self.state();
        match *state {
            RateState { remaining: Some(0), resets_at: Some(at) } if at > now => Err(at),
            RateState { remaining: Some(left), resets_at: Some(at) } if at > now => {
                state.remaining = Some(left - 1);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The request did not arrive and counts for nothing.
    pub(crate) fn give_back(&self) {
        let mut state = self.state();
        state.remaining = state.remaining.map(|left| left.saturating_add(1));
    }

    /// The window that ended at `at` is over, if no answer has spoken of another since.
    pub(crate) fn over(&self, at: DateTime<Utc>) {
        let mut state = self.state();
        if state.resets_at == Some(at) {
            *state = RateState::default();
        }
    }

    /// What the last answer said. An answer without the headers leaves the state as it was.
    pub(crate) fn set(&self, seen: RateState) {
        if seen.remaining.is_some() {
            *self.state() = seen;
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_window_is_used_up_by_what_is_sent_and_opens_again_at_its_end() {
        let now = DateTime::from_timestamp(1_750_000_000, 0).unwrap();
        let end = now + TimeDelta::seconds(30);
        let pace = Pace::default();
        assert_eq!(pace.take(now), Ok(()), "nothing is known yet");
        pace.set(RateState::new(Some(2), Some(end)));
        assert_eq!(pace.take(now), Ok(()));
        assert_eq!(pace.take(now), Ok(()));
        assert_eq!(pace.take(now), Err(end));
        pace.give_back();
        assert_eq!(pace.take(now), Ok(()), "a request that did not arrive is given back");
        assert_eq!(pace.take(now), Err(end));
        pace.set(RateState::default());
        assert_eq!(pace.take(now), Err(end), "an answer without headers says nothing");
        assert_eq!(pace.take(end), Ok(()));
    }

    #[test]
    fn a_window_that_was_waited_for_is_open_whatever_the_clock_says() {
        let now = DateTime::from_timestamp(1_750_000_000, 0).unwrap();
        let [first, second] = [30, 60].map(|seconds| now + TimeDelta::seconds(seconds));
        let pace = Pace::default();
        pace.set(RateState::new(Some(0), Some(second)));
        pace.over(first);
        assert_eq!(pace.take(now), Err(second), "another window has begun since");
        pace.over(second);
        assert_eq!(pace.take(now), Ok(()));
    }

    #[test]
    fn a_limit_without_an_end_blocks_nobody() {
        let pace = Pace::default();
        pace.set(RateState::new(Some(0), None));
        assert_eq!(pace.take(DateTime::UNIX_EPOCH), Ok(()));
    }
}
