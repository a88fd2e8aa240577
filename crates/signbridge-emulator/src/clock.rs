//! The emulator's clock: real time plus an offset that only grows.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// Life cycle, expiry, rate windows, link and token life follow this clock.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    ahead_ms: AtomicI64,
}

impl Clock {
    pub(crate) fn now(&self) -> DateTime<Utc> {
        let real = Utc::now();
        TimeDelta::try_milliseconds(self.ahead_ms.load(Ordering::SeqCst))
            .and_then(|ahead| real.checked_add_signed(ahead))
            .unwrap_or(real)
    }

    /// Moves the clock forward; it never goes back, so no state can be undone by it.
    pub(crate) fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        // A century is beyond every rule the emulator keeps and far from the calendar's end.
        let limit = TimeDelta::days(36_525).num_milliseconds();
        let _ = self
            .ahead_ms
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |old| Some(old.saturating_add(by).min(limit)));
    }
}

/// The form of every time in DocuSign's REST answers: UTC with seven digits of a second.
pub(crate) fn seven_digits(time: DateTime<Utc>) -> String {
    let ticks = time.timestamp_subsec_nanos() / 100;
    format!("{}.{:07}Z", time.format("%Y-%m-%dT%H:%M:%S"), ticks.min(9_999_999))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_carry_seven_digits_and_utc() {
        let time = DateTime::from_timestamp(1_782_311_471, 660_000_000).unwrap();
        assert_eq!(seven_digits(time), "2026-06-24T14:31:11.6600000Z");
    }

    #[test]
    fn the_clock_moves_forward_by_what_was_asked() {
        let clock = Clock::default();
        let before = clock.now();
        clock.advance(Duration::from_secs(3_600));
        let moved = clock.now() - before;
        assert!(moved >= TimeDelta::hours(1) && moved < TimeDelta::seconds(3_605), "{moved}");
    }
}
