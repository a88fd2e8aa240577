//! Rate limits of the account: calls per hour, reset on the full hour, and per 30 seconds [FACTS 12].

use chrono::Timelike;

use super::errors::ApiError;
use super::model::Time;
use crate::exchange::Answer;
use crate::faults::ThrottleRule;

const BURST_SECONDS: i64 = 30;

#[derive(Debug, Clone)]
pub(crate) struct Limits {
    hourly: u32,
    burst: u32,
    hour: i64,
    hour_used: u32,
    window: i64,
    window_used: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { hourly: 3_000, burst: 500, hour: 0, hour_used: 0, window: 0, window_used: 0 }
    }
}

impl Limits {
    pub(crate) fn set(&mut self, hourly: u32, burst: u32) {
        *self = Self { hourly, burst, ..Self::default() };
    }

    /// Counts one call, or refuses it.
    pub(crate) fn take(&mut self, now: Time) -> Result<(), ApiError> {
        self.roll(now);
        if self.hour_used >= self.hourly {
            return Err(exceeded(ThrottleRule::Hourly));
        }
        if self.window_used >= self.burst {
            return Err(exceeded(ThrottleRule::Burst));
        }
        self.hour_used += 1;
        self.window_used += 1;
        Ok(())
    }

    /// The recorded headers; the burst limit has no reset among them.
    pub(crate) fn mark(&mut self, answer: Answer, now: Time) -> Answer {
        self.roll(now);
        let reset = (self.hour + 1) * 3_600;
        answer
            .with("x-ratelimit-limit", &self.hourly.to_string())
            .with("x-ratelimit-remaining", &self.hourly.saturating_sub(self.hour_used).to_string())
            .with("x-ratelimit-reset", &reset.to_string())
            .with("x-burstlimit-limit", &self.burst.to_string())
            .with("x-burstlimit-remaining", &self.burst.saturating_sub(self.window_used).to_string())
    }

    /// Makes the headers of a refusal tell the same story as its code.
    pub(crate) fn exhaust(&mut self, rule: ThrottleRule, now: Time) -> Self {
        self.roll(now);
        let mut shown = self.clone();
        match rule {
            ThrottleRule::Hourly => shown.hour_used = shown.hourly,
            ThrottleRule::Burst => shown.window_used = shown.burst,
        }
        shown
    }

    fn roll(&mut self, now: Time) {
        let seconds = now.with_nanosecond(0).unwrap_or(now).timestamp();
        let hour = seconds.div_euclid(3_600);
        if hour != self.hour {
            (self.hour, self.hour_used) = (hour, 0);
        }
        // A burst window begins with the first call after the last one ended.
        if seconds >= self.window + BURST_SECONDS {
            (self.window, self.window_used) = (seconds, 0);
        }
    }
}

/// Recorded as HTTP 400 with a code, not 429 [FACTS 14].
pub(crate) fn exceeded(rule: ThrottleRule) -> ApiError {
    match rule {
        ThrottleRule::Hourly => ApiError::bad(
            "HOURLY_APIINVOCATION_LIMIT_EXCEEDED",
            "The account has used up its calls of this hour; they come back on the full hour.",
        ),
        ThrottleRule::Burst => ApiError::bad(
            "BURST_APIINVOCATION_LIMIT_EXCEEDED",
            "The account has made too many calls within 30 seconds.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    fn at(seconds: i64) -> Time {
        DateTime::from_timestamp(1_782_309_600 + seconds, 0).unwrap()
    }

    #[test]
    fn the_burst_ends_after_thirty_seconds_and_the_hour_on_the_full_hour() {
        let mut limits = Limits::default();
        limits.set(3, 2);
        assert!(limits.take(at(0)).is_ok());
        assert!(limits.take(at(1)).is_ok());
        assert_eq!(limits.take(at(2)).unwrap_err().code, "BURST_APIINVOCATION_LIMIT_EXCEEDED");
        assert!(limits.take(at(30)).is_ok());
        let refusal = limits.take(at(60)).unwrap_err();
        assert_eq!((refusal.code, refusal.status.as_u16()), ("HOURLY_APIINVOCATION_LIMIT_EXCEEDED", 400));
        assert!(limits.take(at(0) + TimeDelta::hours(1)).is_ok());
    }

    #[test]
    fn the_reset_header_is_the_next_full_hour_in_epoch_seconds() {
        let mut limits = Limits::default();
        limits.take(at(10)).unwrap();
        let answer = limits.mark(Answer::empty(http::StatusCode::OK), at(10));
        assert_eq!(answer.headers["x-ratelimit-reset"], (1_782_309_600_i64 + 3_600).to_string());
        assert_eq!(answer.headers["x-ratelimit-remaining"], "2999");
        assert_eq!(answer.headers["x-burstlimit-remaining"], "499");
    }
}
