//! Rate limits per account and minute: leaky buckets, as the recorded reset times show [FACTS 7].

use http::StatusCode;

use super::errors::ApiError;
use crate::dialect::Time;
use crate::exchange::Answer;

/// What a call counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tier {
    Standard,
    /// Downloads [FACTS 7: recorded for the final copy].
    High,
    /// Whatever is asked for in test mode.
    Test,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    limit: u32,
    level: f64,
    at: Option<Time>,
}

impl Bucket {
    fn new(limit: u32) -> Self {
        Self { limit, level: 0.0, at: None }
    }

    fn leak(&mut self, now: Time) {
        if let Some(at) = self.at {
            let seconds = (now - at).as_seconds_f64().max(0.0);
            self.level = (self.level - seconds * f64::from(self.limit) / 60.0).max(0.0);
        }
        self.at = Some(now);
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Limits {
    standard: Bucket,
    high: Bucket,
    test: Bucket,
}

impl Default for Limits {
    /// The tier that unmodified clients survive.
    fn default() -> Self {
        Self::new(100, 100, 100)
    }
}

impl Limits {
    pub(crate) fn new(standard: u32, high: u32, test: u32) -> Self {
        Self { standard: Bucket::new(standard), high: Bucket::new(high), test: Bucket::new(test) }
    }

    /// The documented figures.
    pub(crate) fn strict() -> Self {
        Self::new(100, 25, 10)
    }

    fn bucket(&mut self, tier: Tier) -> &mut Bucket {
        match tier {
            Tier::Standard => &mut self.standard,
            Tier::High => &mut self.high,
            Tier::Test => &mut self.test,
        }
    }

    /// Counts one call, or refuses it.
    pub(crate) fn take(&mut self, tier: Tier, now: Time) -> Result<(), ApiError> {
        let bucket = self.bucket(tier);
        bucket.leak(now);
        if bucket.level + 1.0 > f64::from(bucket.limit) {
            return Err(exceeded());
        }
        bucket.level += 1.0;
        Ok(())
    }

    /// The headers under the names that are on the wire, not those of the published file.
    pub(crate) fn mark(&mut self, answer: Answer, tier: Tier, now: Time) -> Answer {
        let bucket = self.bucket(tier);
        bucket.leak(now);
        let left = (f64::from(bucket.limit) - bucket.level).max(0.0).floor();
        let empty = if bucket.limit == 0 { 60.0 } else { bucket.level * 60.0 / f64::from(bucket.limit) };
        let reset = now + chrono::TimeDelta::milliseconds(whole(empty * 1_000.0));
        answer
            .with("x-ratelimit-limit", &bucket.limit.to_string())
            .with("x-ratelimit-limit-remaining", &format!("{left:.0}"))
            .with("x-ratelimit-reset", &reset.timestamp().to_string())
    }
}

fn whole(number: f64) -> i64 {
    format!("{number:.0}").parse().unwrap_or(0)
}

pub(crate) fn exceeded() -> ApiError {
    ApiError::new(
        StatusCode::TOO_MANY_REQUESTS,
        "exceeded_rate",
        "Rate limit exceeded, please try again later",
    )
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    #[test]
    fn the_bucket_leaks_evenly() {
        let start = DateTime::from_timestamp(1_782_309_600, 0).unwrap();
        let mut limits = Limits::strict();
        for _ in 0..10 {
            limits.take(Tier::Test, start).unwrap();
        }
        assert_eq!(limits.take(Tier::Test, start).unwrap_err().status.as_u16(), 429);
        assert!(limits.take(Tier::Test, start + TimeDelta::seconds(5)).is_err());
        assert!(limits.take(Tier::Test, start + TimeDelta::seconds(6)).is_ok());
        assert!(limits.take(Tier::Standard, start).is_ok());
    }

    #[test]
    fn the_headers_have_the_names_on_the_wire() {
        let start = DateTime::from_timestamp(1_782_309_600, 0).unwrap();
        let mut limits = Limits::strict();
        limits.take(Tier::Test, start).unwrap();
        let answer = limits.mark(Answer::empty(StatusCode::OK), Tier::Test, start);
        assert_eq!(answer.headers["x-ratelimit-limit-remaining"], "9");
        assert_eq!(answer.headers["x-ratelimit-reset"], "1782309606");
    }
}
