//! Waiting: how often is asked, when it ends, and what it does not do.

use std::time::Duration;

use signbridge::{
    EnvelopeStatus::{self, Completed, Declined, InProgress},
    Error, ErrorKind, Interval, Reach, Reference, Result, Until, WaitOptions,
};

use crate::fake::{bridge, script};

const REAL: &str = "[profiles.a]\nprovider = \"fake\"\naccount = \"x\"\n";
const NEAR: &str = "[profiles.a]\nprovider = \"fake\"\naccount = \"x\"\nbase_url = \"https://127.0.0.1:9\"\n";
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

fn options(timeout: Duration) -> WaitOptions {
    WaitOptions { timeout, ..WaitOptions::default() }
}

fn reference(native: &str) -> Reference {
    Reference::new("a", native).unwrap()
}

/// Waits for an envelope with these answers, and says how long it took by the clock.
async fn wait(
    config: &str,
    id: &str,
    answers: Vec<Result<EnvelopeStatus>>,
    options: WaitOptions,
) -> (Result<EnvelopeStatus>, Duration) {
    script(id, answers);
    let (bridge, clock) = bridge(config);
    let envelope = bridge.wait(&reference(id), &options).await;
    let status = envelope.map(|envelope| {
        assert_eq!(envelope.id, format!("a:{id}"));
        envelope.status
    });
    (status, clock.by())
}

#[tokio::test]
async fn what_is_there_already_is_not_waited_for() {
    let (status, took) = wait(REAL, "there", vec![Ok(Completed)], options(MINUTE)).await;
    assert_eq!((status.unwrap(), took), (Completed, Duration::ZERO));
}

#[tokio::test]
async fn a_real_host_is_asked_at_its_own_pace() {
    let answers = vec![Ok(InProgress), Ok(InProgress), Ok(Completed)];
    let (status, took) = wait(REAL, "real", answers, options(HOUR)).await;
    assert_eq!(status.unwrap(), Completed);
    assert_eq!(took, 2 * 20 * MINUTE);
}

#[tokio::test]
async fn a_look_that_would_come_too_late_is_not_slept_for() {
    let (status, took) = wait(REAL, "late", vec![Ok(InProgress)], options(MINUTE)).await;
    let error = status.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Timeout, Some("wait")));
    assert_eq!((error.envelope_id(), took), (Some("late"), Duration::ZERO));
    assert!(error.to_string().contains("still `in_progress`"), "{error}");
    assert_eq!(error.retry_at().unwrap().timestamp(), 20 * 60);
}

#[tokio::test]
async fn an_emulator_is_asked_often_and_once_more_at_the_end() {
    let answers = vec![Ok(InProgress), Ok(InProgress), Ok(InProgress), Ok(Completed)];
    let (status, took) = wait(NEAR, "near", answers, options(MINUTE)).await;
    assert_eq!((status.unwrap(), took), (Completed, Duration::from_millis(200 + 300 + 450)));

    let (status, took) = wait(NEAR, "never", vec![Ok(InProgress)], options(Duration::from_secs(5))).await;
    assert_eq!((status.unwrap_err().kind(), took), (ErrorKind::Timeout, Duration::from_secs(5)));
}

#[tokio::test]
async fn the_profile_or_the_caller_may_set_the_pace() {
    let own = format!("{REAL}poll_interval = \"7s\"\n");
    let (_, took) = wait(&own, "own", vec![Ok(InProgress), Ok(Completed)], options(MINUTE)).await;
    assert_eq!(took, Duration::from_secs(7));
    let every = WaitOptions { interval: Interval::Every(Duration::from_secs(3)), ..options(MINUTE) };
    let (_, took) = wait(&own, "every", vec![Ok(InProgress), Ok(Completed)], every).await;
    assert_eq!(took, Duration::from_secs(3));
}

#[tokio::test]
async fn another_end_than_the_awaited_one_is_an_error_at_once() {
    let (status, took) = wait(NEAR, "declined", vec![Ok(Declined)], options(MINUTE)).await;
    let error = status.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::InvalidState, Some("wait")));
    assert!(error.to_string().contains("ended as `declined`"), "{error}");
    assert_eq!(took, Duration::ZERO);

    let ended = WaitOptions { until: Until::Ended, ..options(MINUTE) };
    assert_eq!(wait(NEAR, "any-end", vec![Ok(Declined)], ended).await.0.unwrap(), Declined);
    let one = WaitOptions { until: Until::Status(Declined), ..options(MINUTE) };
    assert_eq!(
        wait(NEAR, "this-end", vec![Ok(InProgress), Ok(Declined)], one.clone()).await.0.unwrap(),
        Declined
    );
    assert_eq!(
        wait(NEAR, "other-end", vec![Ok(Completed)], one).await.0.unwrap_err().kind(),
        ErrorKind::InvalidState
    );
}

#[tokio::test]
async fn a_failure_that_passes_is_waited_out_and_its_time_is_kept() {
    let busy = Error::new(ErrorKind::RateLimited, "too many")
        .with_retry_at(chrono::DateTime::UNIX_EPOCH + 30 * MINUTE / 60);
    let down = Error::new(ErrorKind::Unavailable, "down").with_reach(Reach::Yes);
    let answers = vec![Ok(InProgress), Err(busy), Err(down), Ok(Completed)];
    let (status, took) = wait(NEAR, "busy", answers, options(MINUTE)).await;
    assert_eq!(status.unwrap(), Completed);
    assert!(took >= Duration::from_secs(30) && took < Duration::from_secs(35), "{took:?}");
}

#[tokio::test]
async fn a_failure_that_stays_ends_it() {
    let gone = || Error::new(ErrorKind::NotFound, "no such envelope").with_operation("envelopes.get");
    let (status, _) = wait(NEAR, "gone", vec![Ok(InProgress), Err(gone())], options(MINUTE)).await;
    assert_eq!(
        (status.clone().unwrap_err().kind(), status.unwrap_err().operation()),
        (ErrorKind::NotFound, Some("envelopes.get"))
    );
    let down = Error::new(ErrorKind::Unavailable, "down");
    let (status, took) = wait(NEAR, "down", vec![Err(down)], options(MINUTE)).await;
    assert_eq!(
        (status.unwrap_err().kind(), took),
        (ErrorKind::Unavailable, Duration::ZERO),
        "the first look tells"
    );
}

#[tokio::test]
async fn a_look_that_is_not_answered_takes_no_longer_than_allowed() {
    let (bridge, clock) = bridge(NEAR);
    let error = bridge.wait(&reference("hanging"), &options(MINUTE)).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.operation(), error.reach()),
        (ErrorKind::Timeout, Some("wait"), Reach::Maybe)
    );
    assert_eq!(clock.by(), MINUTE);
}
