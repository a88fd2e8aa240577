//! The client: carries calls out, and is the only place that repeats them.

mod attempt;
mod failure;
mod progress;
mod read;
mod retry_after;

use std::{pin::pin, sync::Arc};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::{Either, select};
use http::Response;
use signbridge_core::{
    Authenticator, Call, Chunks, Clock, Error, ErrorKind, Reach, Replay, Result, Token, Transport,
};

use self::{
    failure::{Again, Failure},
    progress::Progress,
    read::Reading,
};
use crate::{
    pace::{Pace, ReadRate},
    policy::{RetryPolicy, Timeouts},
};

pub(crate) use self::retry_after::http_date;

/// Carries out the calls of one provider account. Cloning it is cheap; clones share what is known of rate limits.
///
/// Dropping the future of a call abandons the wait, not what the provider may have done.
#[derive(Debug, Clone)]
pub struct Client {
    provider: &'static str,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    authenticator: Option<Arc<dyn Authenticator>>,
    timeouts: Timeouts,
    retry: RetryPolicy,
    read_rate: Option<ReadRate>,
    pace: Arc<Pace>,
}

impl Client {
    /// A client without authorisation, as token calls need it. `provider` stands in errors and traces.
    pub fn new(provider: &'static str, transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> Self {
        Self {
            provider,
            transport,
            clock,
            authenticator: None,
            timeouts: Timeouts::default(),
            retry: RetryPolicy::default(),
            read_rate: None,
            pace: Arc::default(),
        }
    }

    /// Authorises each request with a token from here. A token refused with 401 is renewed once per call.
    #[must_use]
    pub fn with_authenticator(mut self, authenticator: Arc<dyn Authenticator>) -> Self {
        self.authenticator = Some(authenticator);
        self
    }

    /// Other timeouts. `connect`, and `read` until the head of an answer, are held by the transport.
    #[must_use]
    pub fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Another retry policy.
    #[must_use]
    pub fn with_retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// Reads the provider's rate headers with this, and waits for a window to reopen before sending into a closed one.
    #[must_use]
    pub fn with_rate(mut self, read_rate: ReadRate) -> Self {
        self.read_rate = Some(read_rate);
        self
    }

    /// The time this client goes by.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Carries out a call and reads its answer as a whole (64 MiB at most).
    ///
    /// # Errors
    /// The call's own refusal; `transport`, `timeout`, `rate_limited` or `unavailable` once no attempt is left or
    /// repeating is not safe; `document_changed` or `io` when the request's own body failed. All name provider and
    /// operation, and say how far the request got.
    pub async fn run<C: Call>(&self, call: &C) -> Result<C::Reply> {
        let (answer, _) = self.exchange(call, Reading::Whole).await?;
        self.reply(call, answer)
    }

    /// Carries out a call whose answer is streamed: the reply comes from its head, the content follows in chunks.
    ///
    /// Each chunk is waited for no longer than the read timeout; an answer that ends before the length it announced is
    /// an error. Chunks are not repeated by the client.
    ///
    /// # Errors
    /// As [`run`](Self::run), until the head of a good answer is there.
    pub async fn download<C: Call>(&self, call: &C) -> Result<(C::Reply, Chunks)> {
        let (answer, chunks) = self.exchange(call, Reading::Chunks).await?;
        Ok((self.reply(call, answer)?, chunks))
    }

    fn reply<C: Call>(&self, call: &C, answer: Response<Bytes>) -> Result<C::Reply> {
        let status = answer.status();
        call.reply(answer).map_err(|error| self.name::<C>(failure::answered(error, status, Reach::Yes)))
    }

    fn name<C: Call>(&self, error: Error) -> Error {
        error.with_provider(self.provider).with_operation(C::NAME)
    }

    async fn exchange<C: Call>(&self, call: &C, reading: Reading) -> Result<(Response<Bytes>, Chunks)> {
        let progress = Progress::default();
        let work = pin!(self.attempts(call, reading, &progress));
        let result = match select(work, self.clock.sleep(self.timeouts.call)).await {
            Either::Left((result, _)) => result,
            Either::Right(_) => {
                let seconds = self.timeouts.call.as_secs_f64();
                Err(Error::new(ErrorKind::Timeout, format!("the call took longer than {seconds} s"))
                    .with_reach(progress.reach()))
            }
        };
        result.map_err(|error| self.name::<C>(error))
    }

    async fn attempts<C: Call>(
        &self,
        call: &C,
        reading: Reading,
        progress: &Progress,
    ) -> Result<(Response<Bytes>, Chunks)> {
        let deadline = later(self.clock.now(), self.timeouts.call);
        let mut renewed = None;
        let mut may_renew = self.authenticator.is_some();
        let mut number = 0;
        let mut failed = 0;
        loop {
            // What fails here has not sent this call, whatever happened to the token call.
            let token = match renewed.take() {
                Some(token) => Some(token),
                None => self.authorise().await.map_err(|error| error.with_reach(progress.reach()))?,
            };
            self.pace(deadline, progress).await?;
            number += 1;
            let Failure { error, again } =
                match self.attempt(call, token.as_ref(), number, reading, progress).await {
                    Ok(done) => return Ok(done),
                    Err(failure) => failure,
                };
            let repeat = match (again, &self.authenticator) {
                (Again::WithAnotherToken, Some(authenticator)) if may_renew => {
                    may_renew = false;
                    let fresh = authenticator.renew(token.as_ref()).await;
                    renewed = Some(fresh.map_err(|error| error.with_reach(progress.reach()))?);
                    continue;
                }
                (Again::Always, _) => true,
                (Again::IfSafe, _) => C::REPLAY == Replay::Safe,
                (Again::Never | Again::WithAnotherToken, _) => false,
            };
            failed += 1;
            if !repeat || failed >= self.retry.attempts {
                return Err(error);
            }
            let Some(pause) = self.pause(&error, failed, deadline) else { return Err(error) };
            self.clock.sleep(pause).await;
        }
    }

    async fn authorise(&self) -> Result<Option<Token>> {
        let Some(authenticator) = &self.authenticator else { return Ok(None) };
        match authenticator.current() {
            Some(token) => Ok(Some(token)),
            None => authenticator.renew(None).await.map(Some),
        }
    }

    /// Waits until the provider's window is open, or says until when it is closed.
    async fn pace(&self, deadline: DateTime<Utc>, progress: &Progress) -> Result<()> {
        if self.read_rate.is_none() {
            return Ok(());
        }
        while let Err(at) = self.pace.take(self.clock.now()) {
            let Some(wait) = self.fits(at, deadline) else {
                return Err(Error::new(
                    ErrorKind::RateLimited,
                    "the provider's limit is used up; nothing was sent",
                )
                .with_reach(progress.reach())
                .with_retry_at(at)
                .with_remedy(format!("try again at {}", at.format("%Y-%m-%d %H:%M:%S UTC"))));
            };
            self.clock.sleep(wait + self.retry.spread()).await;
            self.pace.over(at);
        }
        Ok(())
    }

    /// The pause before the next attempt; none when it would be too long.
    fn pause(&self, error: &Error, failed: u32, deadline: DateTime<Utc>) -> Option<std::time::Duration> {
        match error.retry_at() {
            Some(at) => self.fits(at, deadline).map(|wait| wait + self.retry.spread()),
            None => {
                let pause = self.retry.pause(failed);
                (later(self.clock.now(), pause) < deadline).then_some(pause)
            }
        }
    }

    /// How long it is until `at`, unless that is longer than the longest pause or than the call may take.
    fn fits(&self, at: DateTime<Utc>, deadline: DateTime<Utc>) -> Option<std::time::Duration> {
        let wait = (at - self.clock.now()).to_std().unwrap_or_default();
        (wait <= self.retry.longest_pause && at < deadline).then_some(wait)
    }
}

fn later(time: DateTime<Utc>, wait: std::time::Duration) -> DateTime<Utc> {
    let wait = TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX);
    time.checked_add_signed(wait).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
