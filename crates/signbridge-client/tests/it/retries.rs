//! What is repeated, how often and when.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use bytes::Bytes;
use chrono::TimeDelta;
use signbridge_client::{RetryPolicy, Timeouts};
use signbridge_core::{
    Body, ErrorKind, Reach, Source, SourceChanged, TransportError,
    TransportFault::{self, Body as BodyFault, Connect, Interrupted, Request, Timeout, Tls},
};

use crate::{
    calls::{Counted, Safe, Unsafe},
    script::{PausedClock, Step, client, ok, status, status_with},
};

/// The rules as a table: what happened on every attempt, how often a safe and an unsafe call are tried, and what the
/// error says in the end.
#[tokio::test(start_paused = true)]
async fn what_may_have_arrived_decides_what_is_repeated() {
    type Row = (fn() -> Step, usize, usize, ErrorKind, Reach);
    fn fails<const FAULT: u8, const REACH: u8>() -> Step {
        let fault: [TransportFault; 6] = [Connect, Tls, Timeout, Interrupted, BodyFault, Request];
        let reach = [Reach::No, Reach::Maybe, Reach::Yes];
        Step::Fails(fault[usize::from(FAULT)], reach[usize::from(REACH)])
    }
    let table: [Row; 16] = [
        // It never left: any call.
        (fails::<0, 0>, 4, 4, ErrorKind::Transport, Reach::No),
        (fails::<2, 0>, 4, 4, ErrorKind::Timeout, Reach::No),
        (fails::<3, 0>, 4, 4, ErrorKind::Transport, Reach::No),
        // It may have arrived: only what may be repeated.
        (fails::<2, 1>, 4, 1, ErrorKind::Timeout, Reach::Maybe),
        (fails::<3, 1>, 4, 1, ErrorKind::Transport, Reach::Maybe),
        // The same would happen again.
        (fails::<1, 0>, 1, 1, ErrorKind::Transport, Reach::No),
        (fails::<4, 0>, 1, 1, ErrorKind::Io, Reach::No),
        (fails::<4, 1>, 1, 1, ErrorKind::Io, Reach::Maybe),
        (fails::<5, 0>, 1, 1, ErrorKind::InvalidConfiguration, Reach::No),
        // Refused unread.
        (|| status(429), 4, 4, ErrorKind::RateLimited, Reach::Yes),
        (|| Step::Answer(400, vec![], "limit".into()), 4, 4, ErrorKind::RateLimited, Reach::Yes),
        // Trouble after it arrived.
        (|| status(500), 4, 1, ErrorKind::Unavailable, Reach::Maybe),
        (|| status(503), 4, 1, ErrorKind::Unavailable, Reach::Maybe),
        (|| Step::Broken(200), 4, 1, ErrorKind::Transport, Reach::Yes),
        // A refusal.
        (|| status(404), 1, 1, ErrorKind::NotFound, Reach::Yes),
        (|| status(302), 1, 1, ErrorKind::InvalidInput, Reach::Yes),
    ];
    for (row, (step, safe, only_if_not_sent, kind, reach)) in table.into_iter().enumerate() {
        let steps = || (0..9).map(|_| step());
        let (client, script, _) = client(steps());
        let error = client.run(&Safe::new()).await.unwrap_err();
        assert_eq!(
            (script.count(), error.kind(), error.reach()),
            (safe, kind, reach),
            "row {row}, safe: {error:?}"
        );

        let (client, script, _) = crate::script::client(steps());
        let error = client.run(&Unsafe::new()).await.unwrap_err();
        assert_eq!((script.count(), error.kind()), (only_if_not_sent, kind), "row {row}, unsafe: {error:?}");
        assert_eq!(error.reach(), reach, "row {row}, unsafe: {error:?}");
        assert_eq!((error.provider(), error.operation()), (Some("acme"), Some("things.post")));
        assert!(!format!("{error} {error:?}").contains("QUERY"), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_goes_on_once_the_trouble_is_over() {
    let steps = [Step::Fails(Connect, Reach::No), status(429), Step::Fails(Connect, Reach::No), ok()];
    let (client, script, _) = client(steps);
    assert_eq!(client.run(&Unsafe::new()).await.unwrap().body(), "fine");
    assert_eq!(script.count(), 4);
}

#[tokio::test(start_paused = true)]
async fn an_earlier_attempt_that_may_have_arrived_is_not_forgotten() {
    let mut steps = vec![Step::Fails(Interrupted, Reach::Maybe)];
    steps.extend((0..3).map(|_| Step::Fails(Connect, Reach::No)));
    let (client, _, _) = client(steps);
    let error = client.run(&Safe::new()).await.unwrap_err();
    assert_eq!((error.kind(), error.reach()), (ErrorKind::Transport, Reach::Maybe));
}

#[tokio::test(start_paused = true)]
async fn pauses_double_and_stay_within_their_bounds() {
    let (client, script, _) = client((0..9).map(|_| Step::Fails(Connect, Reach::No)));
    let policy = RetryPolicy {
        attempts: 5,
        first_pause: Duration::from_secs(2),
        longest_pause: Duration::from_secs(6),
    };
    client.with_retry(policy).run(&Unsafe::new()).await.unwrap_err();
    let times = script.times();
    let pauses: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(pauses.len(), 4);
    for (pause, full) in pauses.iter().zip([2.0, 4.0, 6.0, 6.0]) {
        // A timer may come up to a millisecond late.
        assert!((full / 2.0..=full + 0.002).contains(pause), "{pauses:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_policy_means_one_attempt() {
    let (client, script, _) = client([status(429), ok()]);
    let error = client.with_retry(RetryPolicy::none()).run(&Safe::new()).await.unwrap_err();
    assert_eq!((script.count(), error.kind()), (1, ErrorKind::RateLimited));
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_waited_for_in_both_its_forms() {
    for (code, value) in [(429, "7"), (503, "7"), (429, "Wed, 07 Jan 2026 12:00:07 GMT")] {
        let (client, script, _) = client([status_with(code, "retry-after", value), ok()]);
        client.run(&Safe::new()).await.unwrap();
        let times = script.times();
        assert!((7.0..7.6).contains(&times[1]), "{code} {value}: {times:?}");
    }
    // Refused unread, so safe for any call; an outage is not.
    let (client, script, _) = client([status_with(429, "retry-after", 7), ok()]);
    client.run(&Unsafe::new()).await.unwrap();
    assert_eq!(script.count(), 2);
    let (client, script, clock) = crate::script::client([status_with(503, "retry-after", 7), ok()]);
    let error = client.run(&Unsafe::new()).await.unwrap_err();
    assert_eq!(error.retry_at(), Some(PausedClock::start() + TimeDelta::seconds(7)));
    assert_eq!((script.count(), clock.passed()), (1, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_is_too_long_is_told_instead_of_waited_for() {
    // Longer than the longest pause.
    let (client, script, clock) = client([status_with(429, "retry-after", 3600), ok()]);
    let error = client.run(&Safe::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_at(), Some(PausedClock::start() + TimeDelta::hours(1)));
    assert_eq!((script.count(), clock.passed()), (1, Duration::ZERO));

    // Longer than the call may take.
    let (client, script, clock) = crate::script::client([status_with(429, "retry-after", 20), ok()]);
    let timeouts = Timeouts { call: Duration::from_secs(10), ..Timeouts::default() };
    let error = client.with_timeouts(timeouts).run(&Safe::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!((script.count(), clock.passed()), (1, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn the_time_a_refusal_names_itself_comes_before_the_header() {
    let limit =
        Step::Answer(400, vec![("retry-after", "1".to_owned())], "limit until 2026-01-07T12:00:09Z".into());
    let (client, script, _) = client([limit, ok()]);
    client.run(&Unsafe::new()).await.unwrap();
    assert!((9.0..9.6).contains(&script.times()[1]), "{:?}", script.times());
}

#[tokio::test(start_paused = true)]
async fn the_body_is_opened_anew_for_each_attempt() {
    let counted = Arc::new(Counted::default());
    let mut body = Body::from("head ".to_owned());
    body.push_source(Arc::clone(&counted) as Arc<dyn Source>);
    let (client, script, _) = client([status(429), Step::Fails(Connect, Reach::No), ok()]);
    client.run(&Unsafe::to("https://api.example.com/", body)).await.unwrap();
    assert_eq!(counted.opened.load(Ordering::SeqCst), 3);
    let seen = script.seen();
    assert!(seen.iter().all(|seen| seen.body == b"head abcdef"), "{seen:?}");
    assert!(seen.iter().all(|seen| seen.header("user-agent").starts_with("signbridge/0.")), "{seen:?}");
    assert!(seen.iter().all(|seen| !seen.headers.contains_key("authorization")), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn a_document_that_changed_says_so_and_is_not_sent_again() {
    let changed = TransportError::new(BodyFault, Reach::Maybe, "the document changed")
        .with_source(SourceChanged::new("3 bytes instead of 4").into_io());
    let (client, script, _) = client([Step::FailsWith(changed)]);
    let error = client.run(&Safe::new()).await.unwrap_err();
    assert_eq!((error.kind(), error.reach(), script.count()), (ErrorKind::DocumentChanged, Reach::Maybe, 1));
    assert!(SourceChanged::find(&error).is_some());
}

#[tokio::test(start_paused = true)]
async fn the_call_as_a_whole_has_its_time() {
    // Nothing came: it may have arrived.
    let (client, _, clock) = client([Step::Hangs]);
    let error = client.run(&Unsafe::new()).await.unwrap_err();
    assert_eq!((error.kind(), error.reach()), (ErrorKind::Timeout, Reach::Maybe));
    assert_eq!(clock.passed().as_secs(), 600);
    assert_eq!((error.provider(), error.operation()), (Some("acme"), Some("things.post")));

    // Refused unread, then hanging: still maybe. Refused, then over in the pause that does not fit: the refusal.
    let (client, _, clock) = crate::script::client([status(429), Step::Hangs]);
    let error = client.run(&Unsafe::new()).await.unwrap_err();
    assert_eq!((error.kind(), error.reach()), (ErrorKind::Timeout, Reach::Maybe));
    assert_eq!(clock.passed().as_secs(), 600, "all attempts share the time");
}

#[tokio::test(start_paused = true)]
async fn reading_an_answer_belongs_to_the_time_of_the_call() {
    let patient = Timeouts { read: Duration::from_secs(3600), ..Timeouts::default() };
    let (client, _, clock) = client([Step::Silence(200)]);
    let error = client.with_timeouts(patient).run(&Unsafe::new()).await.unwrap_err();
    assert_eq!((error.kind(), error.reach()), (ErrorKind::Timeout, Reach::Yes));
    assert_eq!(clock.passed().as_secs(), 600);
}

#[tokio::test(start_paused = true)]
async fn silence_in_an_answer_ends_it() {
    let (client, script, clock) = client([Step::Silence(200)]);
    let error = client.run(&Unsafe::new()).await.unwrap_err();
    assert_eq!((error.kind(), error.reach(), error.status()), (ErrorKind::Timeout, Reach::Yes, Some(200)));
    assert_eq!((clock.passed().as_secs(), script.count()), (60, 1));

    let (client, script, _) = crate::script::client([Step::Silence(200), ok()]);
    assert_eq!(client.run(&Safe::new()).await.unwrap().body(), "fine");
    assert_eq!(script.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_inside_a_good_answer_is_named_and_not_repeated() {
    let inside = Step::Answer(200, vec![], Bytes::from_static(b"no: item 1"));
    let (client, script, _) = client([inside]);
    let error = client.run(&Safe::new()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status(), error.reach()),
        (ErrorKind::InvalidState, Some(200), Reach::Yes)
    );
    assert_eq!((error.provider(), error.operation()), (Some("acme"), Some("things.post")));
    assert_eq!(script.count(), 1);
}
