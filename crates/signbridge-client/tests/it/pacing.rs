//! Keeping to what the provider's headers say.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use http::HeaderMap;
use signbridge_client::RateState;
use signbridge_core::{ErrorKind, Reach, TransportFault};

use crate::{
    calls::Unsafe,
    script::{PausedClock, Step, client},
};

/// `x-left: 3` and `x-window: 30` (seconds from now).
fn rate(headers: &HeaderMap, now: DateTime<Utc>) -> RateState {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.parse::<u32>().ok();
    RateState::new(
        number("x-left"),
        number("x-window").map(|seconds| now + TimeDelta::seconds(seconds.into())),
    )
}

fn left(remaining: u32, window: u32) -> Step {
    Step::Answer(
        200,
        vec![("x-left", remaining.to_string()), ("x-window", window.to_string())],
        "fine".into(),
    )
}

#[tokio::test(start_paused = true)]
async fn a_closed_window_that_opens_soon_is_waited_for() {
    let (client, script, _) = client([left(0, 30)]);
    let client = client.with_rate(rate);
    client.run(&Unsafe::new()).await.unwrap();
    // Clones know of it too.
    client.clone().run(&Unsafe::new()).await.unwrap();
    client.run(&Unsafe::new()).await.unwrap();
    let times = script.times();
    assert!((30.0..30.6).contains(&times[1]), "{times:?}");
    assert!(times[2] - times[1] < 0.1, "the new window is open: {times:?}");
}

#[tokio::test(start_paused = true)]
async fn a_window_closed_for_long_is_an_error_without_a_request() {
    let (client, script, clock) = client([left(0, 1800)]);
    let client = client.with_rate(rate);
    client.run(&Unsafe::new()).await.unwrap();
    let error = client.run(&Unsafe::new()).await.unwrap_err();
    assert_eq!((error.kind(), error.reach()), (ErrorKind::RateLimited, Reach::No));
    assert_eq!(error.retry_at(), Some(PausedClock::start() + TimeDelta::seconds(1800)));
    assert_eq!((error.provider(), error.operation()), (Some("acme"), Some("things.post")));
    assert!(error.to_string().contains("2026-01-07 12:30:00 UTC"), "{error}");
    assert_eq!((script.count(), clock.passed()), (1, Duration::ZERO));
    tokio::time::sleep(Duration::from_secs(1800)).await;
    client.run(&Unsafe::new()).await.unwrap();
    assert_eq!(script.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_before_the_answer_counts_and_what_never_left_does_not() {
    let fails = || Step::Fails(TransportFault::Connect, Reach::No);
    let (client, script, _) = client([left(2, 1800), fails(), Step::Hangs, Step::Hangs]);
    let client = client.with_rate(rate);
    client.run(&Unsafe::new()).await.unwrap();
    let call = || {
        let client = client.clone();
        tokio::spawn(async move { client.run(&Unsafe::new()).await })
    };
    // The first fails to connect and comes again; both hang, with the window used up.
    let hanging = [call(), call()];
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(script.count(), 4);
    let error = client.run(&Unsafe::new()).await.unwrap_err();
    assert_eq!((error.kind(), script.count()), (ErrorKind::RateLimited, 4));
    hanging.iter().for_each(tokio::task::JoinHandle::abort);
}
