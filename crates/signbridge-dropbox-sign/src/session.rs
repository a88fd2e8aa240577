//! An account: its host, and what authorises requests to it.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use signbridge_client::{Client, IssuedToken, OAuthRefusal, RefreshGrant, TokenCache, TokenSource};
use signbridge_core::{Authenticator, Call, Error, ErrorKind, Parts, Reach, Result, Token};
use url::Url;

use crate::{
    PROVIDER,
    calls::{Root, refresh_token::RefreshToken},
    config::{Config, Credentials},
    error,
};

/// A token is renewed when less is left of its life.
const MARGIN: Duration = Duration::from_secs(5 * 60);

/// An account, ready for calls.
pub(crate) struct Session {
    pub(crate) config: Arc<Config>,
    pub(crate) client: Client,
    pub(crate) root: Arc<Root>,
    pub(crate) parts: Parts,
}

impl Session {
    pub(crate) fn new(config: Arc<Config>, parts: Parts) -> Result<Self> {
        let client = Client::new(PROVIDER, Arc::clone(&parts.transport), Arc::clone(&parts.clock))
            .with_timeouts(parts.timeouts.clone());
        let authenticator: Arc<dyn Authenticator> = match &config.credentials {
            // The key is the user of basic authentication, and the password is empty.
            Credentials::ApiKey(key) => {
                let pair = STANDARD.encode(format!("{}:", key.expose_secret()));
                Arc::new(Fixed::new(&format!("Basic {pair}"), "api_key")?)
            }
            Credentials::AccessToken(token) => {
                Arc::new(Fixed::new(&format!("Bearer {}", token.expose_secret()), "access_token")?)
            }
            Credentials::Refresh { refresh_token, client_secret } => {
                let source = Refresh {
                    client: client.clone(),
                    token_url: token_url(&config.auth_url),
                    client_id: config.client_id.clone().unwrap_or_default(),
                    client_secret: client_secret.clone(),
                    refresh_token: Mutex::new(refresh_token.clone()),
                };
                Arc::new(TokenCache::new(Arc::new(source), Arc::clone(&parts.clock), MARGIN))
            }
        };
        let client = client.with_authenticator(authenticator).with_rate(error::rate);
        let root = Arc::new(Root::new(&config.base_url)?);
        Ok(Self { config, client, root, parts })
    }

    pub(crate) async fn run<C: Call>(&self, call: &C) -> Result<C::Reply> {
        self.client.run(call).await
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("config", &self.config).finish_non_exhaustive()
    }
}

/// The path says `refresh` for a refresh, by the specification.
fn token_url(host: &Url) -> Url {
    let mut url = host.clone();
    url.set_path("/oauth/token");
    url.set_query(Some("refresh"));
    url
}

/// A credential that nobody can renew.
#[derive(Debug)]
struct Fixed {
    token: Token,
    key: &'static str,
}

impl Fixed {
    fn new(header: &str, key: &'static str) -> Result<Self> {
        let header = HeaderValue::from_str(header).map_err(|_| {
            Error::new(
                ErrorKind::InvalidConfiguration,
                format!("{key} has characters that no credential has"),
            )
            .with_provider(PROVIDER)
        })?;
        Ok(Self { token: Token::new(header), key })
    }
}

#[async_trait]
impl Authenticator for Fixed {
    fn current(&self) -> Option<Token> {
        Some(self.token.clone())
    }

    async fn renew(&self, _: Option<&Token>) -> Result<Token> {
        Err(Error::new(ErrorKind::Unauthenticated, format!("the {} was refused", self.key))
            .with_provider(PROVIDER)
            .with_code("unauthorized")
            .with_status(401)
            .with_reach(Reach::Yes)
            .with_remedy(format!("check {}; `signbridge doctor` tries it out", self.key)))
    }
}

/// The refresh grant. The client's credentials are always sent: newer apps need them.
struct Refresh {
    client: Client,
    token_url: Url,
    client_id: String,
    client_secret: SecretString,
    /// The one to use next.
    refresh_token: Mutex<SecretString>,
}

impl fmt::Debug for Refresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refresh").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

#[async_trait]
impl TokenSource for Refresh {
    async fn fetch(&self) -> Result<IssuedToken> {
        let refresh_token = self.refresh_token.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let refreshed = self
            .client
            .run(&RefreshToken(RefreshGrant {
                token_url: self.token_url.clone(),
                refresh_token: &refresh_token,
                client: Some((&self.client_id, &self.client_secret)),
                explain: &explain,
            }))
            .await?;
        if let Some(next) = refreshed.refresh_token {
            *self.refresh_token.lock().unwrap_or_else(PoisonError::into_inner) = next;
        }
        Ok(refreshed.token)
    }
}

/// What a refusal of the refresh means.
pub(crate) fn explain(refusal: &OAuthRefusal) -> Error {
    let (kind, message, remedy) = match (refusal.error.as_str(), refusal.status) {
        ("invalid_grant", _) => (
            ErrorKind::Unauthenticated,
            "the refresh token is not good any more",
            "let the user authorise the app again, and put the new refresh_token into the profile",
        ),
        ("invalid_client" | "unauthorized_client", _) => (
            ErrorKind::Unauthenticated,
            "the app's client id or secret was refused",
            "check client_id and client_secret, and whether the app was approved",
        ),
        ("payment_required" | "addon_required", _) => {
            (ErrorKind::FeatureOff, "the plan does not include this app", "ask Dropbox Sign")
        }
        ("quota_reached", _) => {
            (ErrorKind::QuotaExhausted, "the app's quota is used up", "wait for the next period")
        }
        (_, 404) => (
            ErrorKind::WrongHost,
            "tokens are not given at this address",
            "correct auth_url: tokens come from another host than the API",
        ),
        _ => (
            ErrorKind::Unauthenticated,
            "the token was refused",
            "check client_id, client_secret and auth_url",
        ),
    };
    let error = Error::new(kind, message)
        .with_provider(PROVIDER)
        .with_status(refusal.status)
        .with_reach(Reach::Yes)
        .with_remedy(remedy);
    if refusal.error.is_empty() { error } else { error.with_code(refusal.error.as_str()) }
}
