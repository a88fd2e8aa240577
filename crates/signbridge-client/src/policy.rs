//! How long to wait, and how often to try.

use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher, Hasher},
    time::Duration,
};

pub use signbridge_core::Timeouts;

/// How often a call is tried, and the pauses between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in all, the first included. 4 unless told. The repetition with a renewed token is not counted.
    pub attempts: u32,
    /// The first pause; each further one doubles. Half of a pause is chance, so that callers spread. Half a second
    /// unless told.
    pub first_pause: Duration,
    /// The longest pause. What the provider asks for beyond it is not waited for: the error carries the time. 60
    /// seconds unless told.
    pub longest_pause: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { attempts: 4, first_pause: Duration::from_millis(500), longest_pause: Duration::from_secs(60) }
    }
}

impl RetryPolicy {
    /// One attempt, no pause: for interactive checks such as a doctor's.
    pub fn none() -> Self {
        Self { attempts: 1, first_pause: Duration::ZERO, longest_pause: Duration::ZERO }
    }

    /// The pause after the `failed`th attempt (from 1), between half of the full pause and the full one.
    pub(crate) fn pause(&self, failed: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failed.saturating_sub(1));
        let full = self.first_pause.saturating_mul(doubled).min(self.longest_pause);
        full / 2 + (full / 2).mul_f64(chance())
    }

    /// A little more than was asked for, so that those who wait for the same moment do not come at once.
    pub(crate) fn spread(&self) -> Duration {
        self.first_pause.mul_f64(chance())
    }
}

/// A number in `0.0..1.0`. Spreading needs no quality of randomness; the standard library seeds its hashers anyway.
fn chance() -> f64 {
    let bits = RandomState::new().build_hasher().finish() >> 32;
    f64::from(u32::try_from(bits).unwrap_or_default()) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_half_of_each_is_chance() {
        let policy = RetryPolicy {
            attempts: 9,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(6),
        };
        for (failed, full) in [(1, 1.0), (2, 2.0), (3, 4.0), (4, 6.0), (40, 6.0)] {
            let seen: Vec<f64> = (0..200).map(|_| policy.pause(failed).as_secs_f64()).collect();
            assert!(seen.iter().all(|pause| (full / 2.0..=full).contains(pause)), "{failed}: {seen:?}");
            let (low, high) = seen
                .iter()
                .fold((f64::MAX, 0.0_f64), |(low, high), pause| (low.min(*pause), high.max(*pause)));
            assert!(high - low > full / 8.0, "no jitter after attempt {failed}: {low}..{high}");
        }
    }

    #[test]
    fn no_retries_means_one_attempt() {
        assert_eq!(RetryPolicy::none().attempts, 1);
        assert_eq!(RetryPolicy::none().pause(1), Duration::ZERO);
    }
}
