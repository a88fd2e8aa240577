//! Tokens: the refresh grant, and what Adobe's refusals of it mean; an integration key is its own token.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use signbridge_client::{
    Client, IssuedToken, TokenSource,
    oauth::{OAuthRefusal, RefreshGrant},
};
use signbridge_core::{Error, ErrorKind, Reach, Result};

use crate::{
    PROVIDER,
    config::{Config, Credentials},
};

/// How long an integration key is kept before it is read again: it never expires by itself.
const FOR_EVER: Duration = Duration::from_secs(365 * 24 * 3600);

/// Where the account's tokens come from.
#[derive(Debug)]
pub(crate) struct Tokens {
    pub(crate) config: Arc<Config>,
    pub(crate) client: Client,
}

#[async_trait]
impl TokenSource for Tokens {
    async fn fetch(&self) -> Result<IssuedToken> {
        match &self.config.credentials {
            Credentials::IntegrationKey(key) => {
                Ok(IssuedToken { access_token: key.clone(), lifetime: FOR_EVER, scope: None })
            }
            // Their tokens come from the login itself, see `AdobeLogin::tokens`.
            Credentials::Login { .. } => Err(Error::new(ErrorKind::ConsentRequired, "nobody is logged in")
                .with_provider(PROVIDER)
                .with_remedy("run `signbridge auth login` and consent in the browser")),
            Credentials::Refresh { client_id, client_secret, refresh_token } => {
                let token_url = self.config.refresh_url().ok_or_else(|| {
                    Error::new(ErrorKind::InvalidConfiguration, "auth_url is missing").with_provider(PROVIDER)
                })?;
                let host = token_url.host_str().unwrap_or_default().to_owned();
                let explain = |refusal: &OAuthRefusal| explain(&host, refusal);
                let client = Some((client_id.as_str(), client_secret));
                let grant = RefreshGrant { token_url, refresh_token, client, explain: &explain };
                // Adobe gives no new refresh token: each use prolongs the old one.
                Ok(self.client.run(&grant).await?.token)
            }
        }
    }
}

/// The error for a refusal. Adobe's body is OAuth's, its status 401 instead of 400.
pub(crate) fn explain(host: &str, refusal: &OAuthRefusal) -> Error {
    let said = refusal.description.as_deref().unwrap_or(&refusal.error);
    let (kind, message, remedy) = match (refusal.error.as_str(), said) {
        ("invalid_request" | "invalid_grant", text) if text.contains("refresh token") => (
            ErrorKind::Unauthenticated,
            format!("{host} refused the refresh token"),
            "let the user consent again and store the new refresh token: one dies after 60 days without use, when it \
             is revoked, and on another access point than its own",
        ),
        ("invalid_client" | "unauthorized_client", _) => (
            ErrorKind::Unauthenticated,
            format!("{host} refused the app"),
            "check client_id and client_secret, and whether the app is of this environment",
        ),
        _ => (
            ErrorKind::Unauthenticated,
            format!("{host} refused the token request: {said}"),
            "check client_id, client_secret, refresh_token, and that auth_url is the access point they came from",
        ),
    };
    let error = Error::new(kind, message)
        .with_provider(PROVIDER)
        .with_status(refusal.status)
        .with_reach(Reach::Yes)
        .with_remedy(remedy);
    if refusal.error.is_empty() { error } else { error.with_code(&refusal.error) }
}
