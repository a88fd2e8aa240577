//! Waiting for an envelope without annoying its provider.

use std::{str::FromStr, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{
    future::{Either, select},
    pin_mut,
};
use signbridge_core::{Clock, Envelope, EnvelopeStatus, Error, ErrorKind, Provider, Reach, Result, nearest};

/// What to wait for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Until {
    /// Everything required is done; any other end is an error.
    #[default]
    Completed,
    /// It ended, however.
    Ended,
    /// This status; any other end is an error.
    Status(EnvelopeStatus),
}

impl Until {
    fn is_met_by(&self, status: &EnvelopeStatus) -> bool {
        match self {
            Self::Completed => *status == EnvelopeStatus::Completed,
            Self::Ended => status.is_terminal(),
            Self::Status(wanted) => status == wanted,
        }
    }
}

impl FromStr for Until {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        const WORDS: [&str; 10] = [
            "completed",
            "ended",
            "draft",
            "processing",
            "in_progress",
            "on_hold",
            "declined",
            "voided",
            "expired",
            "failed",
        ];
        match text {
            "completed" => Ok(Self::Completed),
            "ended" => Ok(Self::Ended),
            status if WORDS.contains(&status) => Ok(Self::Status(EnvelopeStatus::from(status))),
            _ => {
                let hint = nearest(text, WORDS).map(|near| format!("did you mean `{near}`?"));
                let hint = hint.unwrap_or_else(|| format!("known are {}", WORDS.join(", ")));
                Err(Error::new(ErrorKind::InvalidInput, format!("`{text}` is no status to wait for, {hint}")))
            }
        }
    }
}

/// How often to look at an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Interval {
    /// The profile's `poll_interval`. Without one: what the provider's capabilities say
    /// ([`Limits::polling_seconds`](signbridge_core::Limits)), or 20 minutes where no rule is known; on loopback (the
    /// emulator) from 0.2 seconds, growing to 2.
    #[default]
    Polite,
    /// So often; the provider's polling rule is the caller's to keep.
    Every(Duration),
}

/// How to wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitOptions {
    /// For what.
    pub until: Until,
    /// How long at most.
    pub timeout: Duration,
    /// How often to look.
    pub interval: Interval,
}

impl Default for WaitOptions {
    /// Until it is completed, for a minute, politely.
    fn default() -> Self {
        Self { until: Until::default(), timeout: Duration::from_secs(60), interval: Interval::default() }
    }
}

/// Where no rule is known, the strictest that is: DocuSign's, at least 15 minutes between two reads of an envelope.
const POLITE: Duration = Duration::from_secs(20 * 60);

/// The pauses between looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pace {
    next: Duration,
    longest: Duration,
    /// Whether the last pause may be cut so that the last look falls on the deadline.
    elastic: bool,
}

impl Pace {
    pub(crate) fn new(
        interval: Interval,
        configured: Option<Duration>,
        rule: Option<Duration>,
        loopback: bool,
    ) -> Self {
        let fixed = |pause| Self { next: pause, longest: pause, elastic: false };
        match (interval, configured) {
            (Interval::Every(pause), _) | (Interval::Polite, Some(pause)) => fixed(pause),
            (Interval::Polite, None) if loopback => {
                Self { next: Duration::from_millis(200), longest: Duration::from_secs(2), elastic: true }
            }
            (Interval::Polite, None) => fixed(rule.unwrap_or(POLITE)),
        }
    }

    fn step(&mut self) -> Duration {
        let pause = self.next;
        self.next = (pause * 3 / 2).min(self.longest);
        pause
    }
}

/// Looks at an envelope until it is where it should be.
pub(crate) async fn until(
    provider: &dyn Provider,
    clock: &dyn Clock,
    id: &str,
    options: &WaitOptions,
    mut pace: Pace,
) -> Result<Envelope> {
    let watch = Watch { provider, clock, id, options, deadline: later(clock.now(), options.timeout) };
    let mut seen = watch.look(None).await?;
    loop {
        if options.until.is_met_by(&seen.status) {
            return Ok(seen);
        }
        if seen.status.is_terminal() {
            return Err(watch.ended_otherwise(&seen));
        }
        let mut due = later(clock.now(), pace.step());
        loop {
            watch.pause_until(due, pace.elastic, &seen).await?;
            match watch.look(Some(&seen)).await {
                Ok(envelope) => {
                    seen = envelope;
                    break;
                }
                Err(error) if passes(&error) => {
                    due = later(clock.now(), pace.step()).max(error.retry_at().unwrap_or_default());
                }
                Err(error) => return Err(error),
            }
        }
    }
}

struct Watch<'a> {
    provider: &'a dyn Provider,
    clock: &'a dyn Clock,
    id: &'a str,
    options: &'a WaitOptions,
    deadline: DateTime<Utc>,
}

impl Watch<'_> {
    /// Reads the envelope, for no longer than the time allowed. `before` is what was seen last.
    async fn look(&self, before: Option<&Envelope>) -> Result<Envelope> {
        let (get, end) = (self.provider.get(self.id), self.clock.sleep(self.left()));
        pin_mut!(get, end);
        match select(get, end).await {
            Either::Left((envelope, _)) => envelope,
            Either::Right(_) => Err(self.timed_out(before, None)),
        }
    }

    async fn pause_until(&self, due: DateTime<Utc>, elastic: bool, seen: &Envelope) -> Result<()> {
        let end = if due <= self.deadline {
            due
        } else if elastic && self.clock.now() < self.deadline {
            self.deadline
        } else {
            return Err(self.timed_out(Some(seen), Some(due)));
        };
        self.clock.sleep((end - self.clock.now()).to_std().unwrap_or_default()).await;
        Ok(())
    }

    fn left(&self) -> Duration {
        // The last look falls on the deadline and takes a moment too.
        (self.deadline - self.clock.now()).to_std().unwrap_or_default().max(Duration::from_secs(1))
    }

    fn timed_out(&self, seen: Option<&Envelope>, due: Option<DateTime<Utc>>) -> Error {
        let state = match seen {
            Some(envelope) => format!("the envelope is still `{}`", envelope.status),
            None => "the provider has not answered".to_owned(),
        };
        let allowed = self.options.timeout;
        let message = match due {
            Some(due) => {
                let due = due.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
                format!("{state}, and the next look is due at {due}, after the {allowed:?} allowed")
            }
            None => format!("{state} after the {allowed:?} allowed"),
        };
        let error = self
            .about(Error::new(ErrorKind::Timeout, message), seen)
            .with_remedy("allow more time, or ask again later");
        match due {
            Some(due) => error.with_retry_at(due),
            None => error,
        }
    }

    fn ended_otherwise(&self, seen: &Envelope) -> Error {
        let reason =
            seen.state.reason.as_ref().map(|reason| format!(" (reason: {reason})")).unwrap_or_default();
        let message = format!("the envelope ended as `{}`{reason}, which was not waited for", seen.status);
        self.about(Error::new(ErrorKind::InvalidState, message), Some(seen))
    }

    fn about(&self, error: Error, seen: Option<&Envelope>) -> Error {
        let reach = if seen.is_some() { Reach::Yes } else { Reach::Maybe };
        error
            .with_provider(self.provider.provider())
            .with_operation("wait")
            .with_envelope_id(self.id)
            .with_reach(reach)
    }
}

/// Whether a later look may succeed, although this one failed. Our own timeout is final.
fn passes(error: &Error) -> bool {
    let passing = matches!(
        error.kind(),
        ErrorKind::RateLimited
            | ErrorKind::NotReady
            | ErrorKind::Unavailable
            | ErrorKind::Transport
            | ErrorKind::Timeout
    );
    passing && error.operation() != Some("wait")
}

fn later(time: DateTime<Utc>, by: Duration) -> DateTime<Utc> {
    let by = TimeDelta::from_std(by).unwrap_or(TimeDelta::MAX);
    time.checked_add_signed(by).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_to_wait_for_are_read_and_others_refused_with_a_suggestion() {
        assert_eq!("completed".parse::<Until>().unwrap(), Until::Completed);
        assert_eq!("ended".parse::<Until>().unwrap(), Until::Ended);
        assert_eq!("voided".parse::<Until>().unwrap(), Until::Status(EnvelopeStatus::Voided));
        let error = "complted".parse::<Until>().unwrap_err().to_string();
        assert!(error.contains("did you mean `completed`?"), "{error}");
    }

    #[test]
    fn nobody_is_asked_more_often_than_his_rule_allows() {
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        let strictest = Pace::new(Interval::Polite, None, None, false);
        assert!(strictest.next >= minutes(15) && !strictest.elastic);
        let ruled = Pace::new(Interval::Polite, None, Some(minutes(5)), false);
        assert_eq!((ruled.next, ruled.longest, ruled.elastic), (minutes(5), minutes(5), false));
        let own = Pace::new(Interval::Polite, Some(Duration::from_secs(3)), Some(minutes(5)), true);
        assert_eq!((own.next, own.elastic), (Duration::from_secs(3), false));
        let mut near = Pace::new(Interval::Polite, None, Some(minutes(5)), true);
        let pauses: Vec<_> = (0..8).map(|_| near.step().as_millis()).collect();
        assert_eq!(pauses, [200, 300, 450, 675, 1012, 1518, 2000, 2000]);
    }
}
