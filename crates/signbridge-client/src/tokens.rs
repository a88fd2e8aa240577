//! A token for all who need one: at hand without waiting, renewed once for everybody who waits.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared, WeakShared},
};
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use signbridge_core::{Authenticator, Clock, Error, ErrorKind, Result, Token};

/// A token as a provider issued it.
#[derive(Debug, Clone)]
pub struct IssuedToken {
    /// The bearer token.
    pub access_token: SecretString,
    /// How long it is good for, from when it was asked for.
    pub lifetime: Duration,
    /// The scopes it was granted, if the provider says so.
    pub scope: Option<String>,
}

/// Where tokens come from: one grant with its credentials.
#[async_trait]
pub trait TokenSource: Send + Sync + fmt::Debug {
    /// Asks the provider for a fresh token.
    ///
    /// # Errors
    /// What the provider refused, with its remedy.
    async fn fetch(&self) -> Result<IssuedToken>;
}

/// Keeps one token and renews it in time.
///
/// However many calls need a token at once, one request is made: whoever waits drives it, so nobody hangs when another
/// gives up. A failure reaches all who wait and is not kept; the next call tries again. While a token that was not
/// refused is still good, a passing failure of its early renewal harms nobody: the old one is given.
pub struct TokenCache {
    shared: Arc<Cached>,
}

type Flight = Shared<BoxFuture<'static, Result<Token>>>;

struct Cached {
    source: Arc<dyn TokenSource>,
    clock: Arc<dyn Clock>,
    margin: TimeDelta,
    held: RwLock<Option<Held>>,
    /// Weak, so that a renewal which everybody has given up is dropped instead of being taken up much later.
    flight: Mutex<Option<WeakShared<BoxFuture<'static, Result<Token>>>>>,
}

#[derive(Clone)]
struct Held {
    token: Token,
    scope: Option<String>,
    renew_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl TokenCache {
    /// A cache that renews when less than `margin` of a token's life is left, but never before half of it.
    pub fn new(source: Arc<dyn TokenSource>, clock: Arc<dyn Clock>, margin: Duration) -> Self {
        let margin = TimeDelta::from_std(margin).unwrap_or(TimeDelta::MAX);
        Self {
            shared: Arc::new(Cached {
                source,
                clock,
                margin,
                held: RwLock::new(None),
                flight: Mutex::new(None),
            }),
        }
    }

    /// The scopes of the token at hand, if there is one and the provider said so.
    pub fn scope(&self) -> Option<String> {
        let held = self.shared.held.read().unwrap_or_else(PoisonError::into_inner);
        held.as_ref()?.scope.clone()
    }
}

#[async_trait]
impl Authenticator for TokenCache {
    fn current(&self) -> Option<Token> {
        self.shared.fresh()
    }

    async fn renew(&self, refused: Option<&Token>) -> Result<Token> {
        let flight = {
            let mut slot = self.shared.flight();
            // Looked at under the lock that a finishing renewal takes, so that its token is not missed.
            if let Some(token) = self.shared.fresh().filter(|token| Some(token) != refused) {
                return Ok(token);
            }
            match slot.as_ref().and_then(WeakShared::upgrade) {
                Some(flight) => flight,
                None => {
                    self.shared.forget(refused);
                    let flight: Flight = Arc::clone(&self.shared).renewal().boxed().shared();
                    *slot = flight.downgrade();
                    flight
                }
            }
        };
        flight.await
    }
}

impl Cached {
    fn flight(&self) -> MutexGuard<'_, Option<WeakShared<BoxFuture<'static, Result<Token>>>>> {
        self.flight.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fresh(&self) -> Option<Token> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let held = held.as_ref()?;
        (self.clock.now() < held.renew_at).then(|| held.token.clone())
    }

    fn forget(&self, refused: Option<&Token>) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if held.as_ref().is_some_and(|held| Some(&held.token) == refused) {
            *held = None;
        }
    }

    async fn renewal(self: Arc<Self>) -> Result<Token> {
        // Counted from before the request: the provider's clock started no earlier.
        let asked_at = self.clock.now();
        let result = match self.source.fetch().await {
            Ok(issued) => self.keep(issued, asked_at),
            Err(error) => self.still_good(&error).ok_or(error),
        };
        // Closed before anybody sees the result, so that a caller who finds this token refused starts a new renewal.
        *self.flight() = None;
        result
    }

    fn keep(&self, issued: IssuedToken, asked_at: DateTime<Utc>) -> Result<Token> {
        let header = HeaderValue::from_str(&format!("Bearer {}", issued.access_token.expose_secret()))
            .map_err(|_| Error::new(ErrorKind::Unexpected, "the token issued cannot stand in a header"))?;
        let token = Token::new(header);
        let lifetime = TimeDelta::from_std(issued.lifetime).unwrap_or(TimeDelta::days(365));
        let expires_at = asked_at.checked_add_signed(lifetime).unwrap_or(DateTime::<Utc>::MAX_UTC);
        let held = Held {
            // The first clone of fresh bytes allocates their shared owner; those in `current` allocate nothing.
            token: token.clone(),
            scope: issued.scope,
            renew_at: expires_at - self.margin.min(lifetime / 2),
            expires_at,
        };
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Some(held);
        Ok(token)
    }

    /// The old token, when the failure says nothing about the credentials and the token has life left.
    fn still_good(&self, error: &Error) -> Option<Token> {
        let passing = matches!(
            error.kind(),
            ErrorKind::Transport | ErrorKind::Timeout | ErrorKind::Unavailable | ErrorKind::RateLimited
        );
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let held = held.as_ref().filter(|_| passing)?;
        (self.clock.now() < held.expires_at).then(|| held.token.clone())
    }
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = self.shared.held.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("TokenCache")
            .field("source", &self.shared.source)
            .field("expires_at", &held.as_ref().map(|held| held.expires_at))
            .finish_non_exhaustive()
    }
}
