//! Authorisation of calls: 401 renews once.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures_util::future::pending;
use http::HeaderValue;
use signbridge_client::RetryPolicy;
use signbridge_core::{Authenticator, Error, ErrorKind, Reach, Result, Token};

use crate::{
    calls::Unsafe,
    script::{Step, client, ok, status},
};

/// Has a token `one`; renewing gives `two`, or fails, or hangs.
#[derive(Debug)]
struct Two {
    cold: bool,
    renewal: Renewal,
    renewed: Mutex<Vec<Option<Token>>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Renewal {
    Works,
    Fails,
    Hangs,
}

fn token(text: &'static str) -> Token {
    Token::new(HeaderValue::from_static(text))
}

fn two(cold: bool, renewal: Renewal) -> Arc<Two> {
    Arc::new(Two { cold, renewal, renewed: Mutex::default() })
}

#[async_trait]
impl Authenticator for Two {
    fn current(&self) -> Option<Token> {
        (!self.cold).then(|| token("Bearer one"))
    }

    async fn renew(&self, refused: Option<&Token>) -> Result<Token> {
        self.renewed.lock().unwrap().push(refused.cloned());
        match self.renewal {
            Renewal::Works => Ok(token("Bearer two")),
            Renewal::Fails => Err(Error::new(ErrorKind::Timeout, "no token")
                .with_provider("acme")
                .with_operation("oauth.token")
                .with_reach(Reach::Maybe)),
            Renewal::Hangs => pending().await,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_renewed_once_and_the_call_repeated_at_once() {
    let (client, script, clock) = client([status(401), ok()]);
    let two = two(false, Renewal::Works);
    // The repetition is not a retry: it happens under a policy without any.
    let client = client.with_authenticator(two.clone()).with_retry(RetryPolicy::none());
    client.run(&Unsafe::new()).await.unwrap();
    assert_eq!(*two.renewed.lock().unwrap(), [Some(token("Bearer one"))]);
    assert!(clock.passed().is_zero());
    let seen = script.seen();
    assert_eq!(
        seen.iter().map(|seen| seen.header("authorization")).collect::<Vec<_>>(),
        ["Bearer one", "Bearer two"]
    );
    assert!(seen.iter().all(|seen| seen.body == b"body" && seen.headers["authorization"].is_sensitive()));
}

#[tokio::test(start_paused = true)]
async fn a_second_refusal_is_final() {
    let (client, script, _) = client([status(401), status(401), ok()]);
    let two = two(false, Renewal::Works);
    let error = client.with_authenticator(two.clone()).run(&Unsafe::new()).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Unauthenticated, Some(401)));
    assert_eq!((script.count(), two.renewed.lock().unwrap().len()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_cold_start_asks_for_a_token_first() {
    let (client, script, _) = client([]);
    let two = two(true, Renewal::Works);
    client.with_authenticator(two.clone()).run(&Unsafe::new()).await.unwrap();
    assert_eq!(*two.renewed.lock().unwrap(), [None]);
    assert_eq!(script.seen()[0].header("authorization"), "Bearer two");
}

#[tokio::test(start_paused = true)]
async fn without_an_authenticator_401_is_a_refusal() {
    let (client, script, _) = client([status(401), ok()]);
    let error = client.run(&Unsafe::new()).await.unwrap_err();
    assert_eq!((error.kind(), script.count()), (ErrorKind::Unauthenticated, 1));
}

/// The token call may have arrived; the call itself did not.
#[tokio::test(start_paused = true)]
async fn a_failed_renewal_says_what_failed_and_that_the_call_itself_never_left() {
    for (cold, sent) in [(true, 0), (false, 1)] {
        let (client, script, _) = client([status(401)]);
        let client = client.with_authenticator(two(cold, Renewal::Fails));
        let error = client.run(&Unsafe::new()).await.unwrap_err();
        assert_eq!((error.kind(), error.operation()), (ErrorKind::Timeout, Some("oauth.token")));
        assert_eq!((error.reach(), script.count()), (Reach::No, sent), "cold: {cold}");

        let (client, _, clock) = crate::script::client([status(401)]);
        let client = client.with_authenticator(two(cold, Renewal::Hangs));
        let error = client.run(&Unsafe::new()).await.unwrap_err();
        assert_eq!((error.kind(), error.reach()), (ErrorKind::Timeout, Reach::No), "cold: {cold}");
        assert_eq!(clock.passed().as_secs(), 600);
    }
}

#[tokio::test(start_paused = true)]
async fn a_renewal_between_retries_uses_the_new_token_from_then_on() {
    let steps = [status(429), status(401), status(429), ok()];
    let (client, script, _) = client(steps);
    let client = client.with_authenticator(two(false, Renewal::Works));
    client.run(&Unsafe::new()).await.unwrap();
    let seen = script.seen();
    let used: Vec<_> = seen.iter().map(|seen| seen.header("authorization")).collect();
    // This authenticator keeps its first token; a cache would give the second from here on.
    assert_eq!(used, ["Bearer one", "Bearer one", "Bearer two", "Bearer one"]);
}

#[tokio::test(start_paused = true)]
async fn a_redirect_carries_no_token_anywhere() {
    let elsewhere =
        Step::Answer(302, vec![("location", "https://elsewhere.example.com/".to_owned())], "".into());
    let (client, script, _) = client([elsewhere]);
    client.with_authenticator(two(false, Renewal::Works)).run(&Unsafe::new()).await.unwrap_err();
    assert_eq!(script.count(), 1);
}
