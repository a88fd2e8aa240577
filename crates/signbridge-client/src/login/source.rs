//! Tokens from a stored login, whose refresh token may change with each use while other processes use it too.

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use signbridge_core::{Error, ErrorKind, LoginSlot, Result, StoredLogin};

use crate::{Client, IssuedToken, TokenSource, oauth::Refreshed};

/// How often a store is asked whether another process has brought a newer refresh token, and how long apart: soon at
/// first, then at leisure, ten seconds in all.
const LOOKS: u32 = 26;
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// How a provider refreshes a login.
#[async_trait]
pub trait RefreshLogin: Send + Sync + fmt::Debug {
    /// Asks for a token with this login's refresh token.
    ///
    /// # Errors
    /// `unauthenticated` when the refresh token is not good any more.
    async fn refresh(&self, login: &StoredLogin) -> Result<Refreshed>;
}

/// Tokens of a person who logged in.
///
/// Where each refresh gives a new refresh token and ends the old one, two processes must not lose the newer one: the
/// one that was refused waits for what the other one stores, and nobody overwrites a version he has not seen.
#[derive(Debug)]
pub struct LoginTokens<R> {
    slot: Option<LoginSlot>,
    client: Client,
    provider: &'static str,
    refresh: R,
}

impl<R: RefreshLogin> LoginTokens<R> {
    /// Tokens from the login in this slot.
    pub fn new(provider: &'static str, slot: Option<LoginSlot>, client: Client, refresh: R) -> Self {
        Self { slot, client, provider, refresh }
    }

    fn needed(&self) -> Error {
        let profile = self.slot.as_ref().map_or("the profile", |slot| slot.name.as_str());
        Error::new(ErrorKind::ConsentRequired, format!("nobody is logged in for `{profile}`"))
            .with_provider(self.provider)
            .with_operation("login")
            .with_remedy(format!(
                "run `signbridge auth login --profile {profile}` and consent in the browser"
            ))
    }

    /// The login as another process has left it, if it changes soon.
    async fn changed(&self, slot: &LoginSlot, seen: u64) -> Result<Option<(StoredLogin, u64)>> {
        let mut pause = FIRST_PAUSE;
        for _ in 0..LOOKS {
            match slot.store.load(&slot.name).await? {
                Some((_, version)) if version == seen => self.client.clock().sleep(pause).await,
                other => return Ok(other),
            }
            pause = LONGEST_PAUSE.min(pause * 2);
        }
        Ok(None)
    }
}

#[async_trait]
impl<R: RefreshLogin> TokenSource for LoginTokens<R> {
    async fn fetch(&self) -> Result<IssuedToken> {
        let slot = self.slot.as_ref().ok_or_else(|| self.needed())?;
        let (mut login, mut seen) = slot.store.load(&slot.name).await?.ok_or_else(|| self.needed())?;
        loop {
            match self.refresh.refresh(&login).await {
                Ok(refreshed) => {
                    if let Some(token) = refreshed.refresh_token {
                        login.refresh_token = token;
                    }
                    login.refreshed_at = self.client.clock().now();
                    if let Some(scope) = &refreshed.token.scope {
                        login.scopes = scope.split_whitespace().map(str::to_owned).collect();
                    }
                    // Somebody else's newer login is left alone; this access token is good all the same.
                    slot.store.swap(&slot.name, Some(seen), Some(&login)).await?;
                    return Ok(refreshed.token);
                }
                Err(error) if error.kind() == ErrorKind::Unauthenticated => {
                    match self.changed(slot, seen).await? {
                        Some((newer, version)) => (login, seen) = (newer, version),
                        None => return Err(error),
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// Shared by all who hold the login.
#[async_trait]
impl<R: RefreshLogin + ?Sized> RefreshLogin for Arc<R> {
    async fn refresh(&self, login: &StoredLogin) -> Result<Refreshed> {
        (**self).refresh(login).await
    }
}
