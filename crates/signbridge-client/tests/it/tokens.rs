//! One renewal for all who wait.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures_util::future::join_all;
use signbridge_client::{IssuedToken, TokenCache, TokenSource};
use signbridge_core::{Authenticator, Error, ErrorKind, Result, Token};
use tokio::time::sleep;

use crate::script::PausedClock;

/// Gives `token-1`, `token-2` and so on, each after a second; fails with what is queued.
#[derive(Debug, Default)]
struct Mint {
    asked: AtomicU32,
    answered: AtomicU32,
    failures: Mutex<Vec<ErrorKind>>,
    takes: Mutex<Duration>,
}

const LIFETIME: Duration = Duration::from_secs(3600);
const MARGIN: Duration = Duration::from_secs(600);

#[async_trait]
impl TokenSource for Mint {
    async fn fetch(&self) -> Result<IssuedToken> {
        let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let takes = *self.takes.lock().unwrap();
        sleep(takes).await;
        self.answered.fetch_add(1, Ordering::SeqCst);
        match self.failures.lock().unwrap().pop() {
            Some(kind) => Err(Error::new(kind, "no token today")),
            None => Ok(IssuedToken {
                access_token: format!("token-{number}").into(),
                lifetime: LIFETIME,
                scope: Some("signature impersonation".to_owned()),
            }),
        }
    }
}

impl Mint {
    fn new() -> Arc<Self> {
        Arc::new(Self { takes: Mutex::new(Duration::from_secs(1)), ..Self::default() })
    }

    fn fail(&self, kind: ErrorKind) {
        self.failures.lock().unwrap().push(kind);
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }
}

fn cache(mint: &Arc<Mint>) -> Arc<TokenCache> {
    Arc::new(TokenCache::new(mint.clone(), PausedClock::new(), MARGIN))
}

fn text(token: &Token) -> &str {
    token.header().to_str().unwrap()
}

async fn token(cache: &TokenCache) -> Result<Token> {
    match cache.current() {
        Some(token) => Ok(token),
        None => cache.renew(None).await,
    }
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_callers_on_a_cold_cache_cause_one_request() {
    let mint = Mint::new();
    let cache = cache(&mint);
    let callers = (0..10_000).map(|_| {
        let cache = Arc::clone(&cache);
        tokio::spawn(async move { token(&cache).await })
    });
    for result in join_all(callers).await {
        assert_eq!(text(&result.unwrap().unwrap()), "Bearer token-1");
    }
    assert_eq!(mint.asked(), 1);
    assert_eq!(cache.scope().as_deref(), Some("signature impersonation"));
    assert!(cache.current().unwrap().header().is_sensitive());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_thousand_callers_on_many_threads_cause_one_request() {
    let mint = Mint::new();
    *mint.takes.lock().unwrap() = Duration::from_millis(20);
    let cache = cache(&mint);
    let callers = (0..10_000).map(|_| {
        let cache = Arc::clone(&cache);
        tokio::spawn(async move { token(&cache).await.unwrap() })
    });
    for result in join_all(callers).await {
        assert_eq!(text(&result.unwrap()), "Bearer token-1");
    }
    assert_eq!(mint.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failure_reaches_all_who_wait_and_the_next_call_tries_again() {
    let mint = Mint::new();
    mint.fail(ErrorKind::ConsentRequired);
    let cache = cache(&mint);
    let results = join_all((0..1_000).map(|_| token(&cache))).await;
    for result in results {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::ConsentRequired);
    }
    assert_eq!(mint.asked(), 1);
    assert_eq!(text(&token(&cache).await.unwrap()), "Bearer token-2");
}

#[tokio::test(start_paused = true)]
async fn the_renewing_task_aborted_in_mid_flight_leaves_nobody_hanging() {
    let mint = Mint::new();
    let cache = cache(&mint);
    let spawn = || {
        let cache = Arc::clone(&cache);
        tokio::spawn(async move { token(&cache).await })
    };
    let leader = spawn();
    sleep(Duration::from_millis(300)).await;
    let waiters: Vec<_> = (0..100).map(|_| spawn()).collect();
    sleep(Duration::from_millis(300)).await;
    leader.abort();
    assert!(leader.await.unwrap_err().is_cancelled());
    for waiter in waiters {
        let got = tokio::time::timeout(Duration::from_secs(5), waiter).await.expect("hangs").unwrap();
        assert_eq!(text(&got.unwrap()), "Bearer token-1");
    }
    assert_eq!(mint.asked(), 1, "the others carry the same renewal on");
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_everybody_gave_up_is_begun_anew() {
    let mint = Mint::new();
    let cache = cache(&mint);
    let abandoned = tokio::time::timeout(Duration::from_millis(500), cache.renew(None)).await;
    assert!(abandoned.is_err());
    sleep(Duration::from_secs(3600)).await;
    assert_eq!(mint.answered.load(Ordering::SeqCst), 0);
    assert_eq!(text(&token(&cache).await.unwrap()), "Bearer token-2");
}

#[tokio::test(start_paused = true)]
async fn a_token_refused_to_many_is_renewed_once() {
    let mint = Mint::new();
    let cache = cache(&mint);
    let refused = token(&cache).await.unwrap();
    let renewals = join_all((0..1_000).map(|_| cache.renew(Some(&refused)))).await;
    assert!(renewals.iter().all(|renewed| text(renewed.as_ref().unwrap()) == "Bearer token-2"));
    assert_eq!(mint.asked(), 2);

    // Somebody who comes late with the old token gets the new one without a request.
    assert_eq!(text(&cache.renew(Some(&refused)).await.unwrap()), "Bearer token-2");
    assert_eq!(mint.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_given_to_nobody_while_it_is_renewed() {
    let mint = Mint::new();
    let cache = cache(&mint);
    let refused = token(&cache).await.unwrap();
    let renewing = tokio::spawn({
        let (cache, refused) = (Arc::clone(&cache), refused.clone());
        async move { cache.renew(Some(&refused)).await }
    });
    sleep(Duration::from_millis(500)).await;
    assert_eq!(cache.current(), None);
    renewing.await.unwrap().unwrap();
    assert_eq!(text(&cache.current().unwrap()), "Bearer token-2");
}

#[tokio::test(start_paused = true)]
async fn a_waiter_who_finds_the_new_token_refused_starts_another_renewal() {
    let mint = Mint::new();
    let cache = cache(&mint);
    let both = |cache: Arc<TokenCache>| async move {
        let first = cache.renew(None).await.unwrap();
        cache.renew(Some(&first)).await.unwrap()
    };
    let tasks: Vec<_> = (0..50).map(|_| tokio::spawn(both(Arc::clone(&cache)))).collect();
    for task in tasks {
        assert_eq!(text(&task.await.unwrap()), "Bearer token-2");
    }
    assert_eq!(mint.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_within_its_margin_counted_from_the_asking() {
    let mint = Mint::new();
    let cache = cache(&mint);
    token(&cache).await.unwrap();
    // Asked at 0 s, answered at 1 s, lives until 3600 s, to be renewed from 3000 s.
    sleep(Duration::from_millis(2_998_990)).await;
    assert!(cache.current().is_some());
    sleep(Duration::from_millis(20)).await;
    assert!(cache.current().is_none());
    assert_eq!(text(&token(&cache).await.unwrap()), "Bearer token-2");
}

#[tokio::test(start_paused = true)]
async fn a_margin_takes_at_most_half_of_a_life() {
    let mint = Mint::new();
    let cache = TokenCache::new(mint.clone(), PausedClock::new(), Duration::from_secs(100_000));
    token(&cache).await.unwrap();
    sleep(Duration::from_secs(1798)).await;
    assert!(cache.current().is_some());
    sleep(Duration::from_secs(2)).await;
    assert!(cache.current().is_none());
}

#[tokio::test(start_paused = true)]
async fn passing_trouble_does_not_take_away_a_token_that_is_still_good() {
    let mint = Mint::new();
    let cache = cache(&mint);
    token(&cache).await.unwrap();
    sleep(Duration::from_secs(3100)).await;
    mint.fail(ErrorKind::Unavailable);
    assert_eq!(text(&token(&cache).await.unwrap()), "Bearer token-1");
    // What concerns the credentials is told.
    mint.fail(ErrorKind::ConsentRequired);
    assert_eq!(token(&cache).await.unwrap_err().kind(), ErrorKind::ConsentRequired);
    // A refused token is not good, and one whose life is over neither.
    let held = TokenCache::new(mint.clone(), PausedClock::new(), MARGIN);
    let refused = token(&held).await.unwrap();
    mint.fail(ErrorKind::Unavailable);
    assert_eq!(held.renew(Some(&refused)).await.unwrap_err().kind(), ErrorKind::Unavailable);
    sleep(Duration::from_secs(600)).await;
    mint.fail(ErrorKind::Unavailable);
    assert_eq!(token(&cache).await.unwrap_err().kind(), ErrorKind::Unavailable);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_no_header_can_carry_is_an_error_without_it() {
    #[derive(Debug)]
    struct Odd;
    #[async_trait]
    impl TokenSource for Odd {
        async fn fetch(&self) -> Result<IssuedToken> {
            Ok(IssuedToken { access_token: "sentinel\nnext".into(), lifetime: LIFETIME, scope: None })
        }
    }
    let cache = TokenCache::new(Arc::new(Odd), PausedClock::new(), MARGIN);
    let error = token(&cache).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unexpected);
    assert!(!format!("{error} {error:?} {cache:?}").contains("sentinel"));
}
