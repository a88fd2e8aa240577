//! Logins: what a person consented to in the browser, kept between runs, and shared by processes without losing it.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde::Serialize;
use url::Url;

use crate::Result;

/// What a person granted.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StoredLogin {
    /// The refresh token to use next.
    pub refresh_token: SecretString,
    /// The scopes granted.
    pub scopes: Vec<String>,
    /// Where the provider said that the account's tokens are refreshed, where it says so.
    pub access_point: Option<Url>,
    /// When the person consented.
    pub granted_at: DateTime<Utc>,
    /// When the refresh token was last used.
    pub refreshed_at: DateTime<Utc>,
}

impl StoredLogin {
    /// A login granted now.
    pub fn new(refresh_token: SecretString, scopes: Vec<String>, now: DateTime<Utc>) -> Self {
        Self { refresh_token, scopes, access_point: None, granted_at: now, refreshed_at: now }
    }
}

/// Keeps logins. Several processes may use one store: whoever changes a login says which version he saw, so that no
/// refresh token is overwritten by an older one.
#[async_trait]
pub trait LoginStore: Send + Sync + fmt::Debug {
    /// The login with this name, and its version.
    ///
    /// # Errors
    /// `io` when it cannot be read.
    async fn load(&self, name: &str) -> Result<Option<(StoredLogin, u64)>>;

    /// Puts `next` in the place of the version seen (`None`: nothing was there), or removes it. `false` when another
    /// version is there by now; nothing was changed then.
    ///
    /// # Errors
    /// `io` when it cannot be written.
    async fn swap(&self, name: &str, seen: Option<u64>, next: Option<&StoredLogin>) -> Result<bool>;
}

/// The place of one profile's login.
#[derive(Debug, Clone)]
pub struct LoginSlot {
    /// The store.
    pub store: Arc<dyn LoginStore>,
    /// The login's name: the profile's.
    pub name: String,
}

/// A consent on its way: the address to open, and what proves that the answer belongs to it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Consent {
    /// What the person opens in a browser.
    pub url: Url,
    /// Where the browser comes back to.
    pub redirect_url: Url,
    /// What comes back unchanged (RFC 6749, section 10.12).
    pub state: SecretString,
    /// The proof for the exchange of the code (RFC 7636), where the provider knows it.
    pub verifier: Option<SecretString>,
}

impl Consent {
    /// A consent that begins at this address.
    pub fn new(url: Url, redirect_url: Url, state: SecretString, verifier: Option<SecretString>) -> Self {
        Self { url, redirect_url, state, verifier }
    }
}

/// The address holds the state.
impl fmt::Debug for Consent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consent").field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}

/// What is known of a login, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LoginStatus {
    /// The profile.
    pub profile: String,
    /// The scopes granted, where the provider said so; else those asked for.
    pub scopes: Vec<String>,
    /// When the person consented.
    pub granted_at: DateTime<Utc>,
    /// When the refresh token was last used.
    pub refreshed_at: DateTime<Utc>,
}

impl LoginStatus {
    /// The status of a stored login.
    pub fn of(profile: &str, login: &StoredLogin) -> Self {
        Self {
            profile: profile.to_owned(),
            scopes: login.scopes.clone(),
            granted_at: login.granted_at,
            refreshed_at: login.refreshed_at,
        }
    }
}

/// The login of a profile at its provider.
#[async_trait]
pub trait Login: Send + Sync + fmt::Debug {
    /// The scopes that a login asks for.
    fn scopes(&self) -> Vec<String>;

    /// Begins a consent. Requests nothing.
    ///
    /// # Errors
    /// `invalid_configuration` when the app's address to come back to is missing.
    fn begin(&self) -> Result<Consent>;

    /// Ends it with the address that the browser came back to, and stores the login.
    ///
    /// # Errors
    /// `forbidden` when the person refused, `invalid_input` when the address belongs to another consent.
    async fn finish(&self, consent: &Consent, came_back_to: &Url) -> Result<LoginStatus>;

    /// What is stored.
    ///
    /// # Errors
    /// `io` when the store cannot be read.
    async fn status(&self) -> Result<Option<LoginStatus>>;

    /// Forgets the login here, and revokes it at the provider where the provider has such a call. `false` when there
    /// was none.
    ///
    /// # Errors
    /// `io` when the store cannot be written; when the provider cannot be told, the login is kept.
    async fn logout(&self) -> Result<bool>;
}
