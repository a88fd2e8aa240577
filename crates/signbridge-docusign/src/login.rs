//! The authorization code grant: somebody logs in, and his refresh token, which changes with each use, is kept.

use std::sync::Arc;

use async_trait::async_trait;
use signbridge_client::{
    Client, CodeApp, LoginTokens, RefreshLogin, Refreshed,
    login::{SecretIn, forget, keep, place, status},
    oauth::OAuthRefusal,
};
use signbridge_core::{Consent, Error, ErrorKind, Login, LoginSlot, LoginStatus, Reach, Result, StoredLogin};
use url::Url;

use crate::{PROVIDER, config::Config};

/// The login of a profile with `grant = "code"`.
#[derive(Debug, Clone)]
pub(crate) struct DocuSignLogin {
    app: Arc<CodeApp>,
    token_url: Url,
    client: Client,
    slot: Option<LoginSlot>,
}

impl DocuSignLogin {
    /// `None` for a profile with the JWT grant.
    pub(crate) fn new(config: &Config, client: &Client, slot: Option<LoginSlot>) -> Option<Self> {
        let login = config.login.as_ref()?;
        let at = |path: &str| {
            let mut url = config.auth_url.clone();
            url.set_path(path);
            url
        };
        let app = CodeApp {
            authorize_url: at("/oauth/auth"),
            client_id: config.integration_key.clone(),
            client_secret: login.client_secret.clone(),
            // DocuSign wants the secret in the header; a public client names itself in the form.
            secret_in: if login.client_secret.is_some() { SecretIn::Header } else { SecretIn::Form },
            redirect_url: login.redirect_url.clone(),
            scopes: config.scopes.clone(),
            pkce: true,
        };
        Some(Self { app: Arc::new(app), token_url: at("/oauth/token"), client: client.clone(), slot })
    }

    /// The tokens of who is logged in.
    pub(crate) fn tokens(self) -> LoginTokens<Self> {
        LoginTokens::new(PROVIDER, self.slot.clone(), self.client.clone(), self)
    }
}

#[async_trait]
impl Login for DocuSignLogin {
    fn scopes(&self) -> Vec<String> {
        self.app.scopes.clone()
    }

    fn begin(&self) -> Result<Consent> {
        Ok(self.app.begin())
    }

    async fn finish(&self, consent: &Consent, came_back_to: &Url) -> Result<LoginStatus> {
        let slot = place(PROVIDER, self.slot.as_ref())?;
        let exchanged =
            self.app.exchange(&self.client, &self.token_url, consent, came_back_to, explain).await?;
        let refresh_token = exchanged.refresh_token.ok_or_else(|| {
            Error::new(
                ErrorKind::Forbidden,
                "DocuSign gave no refresh token, so the login would end with its first token",
            )
            .with_provider(PROVIDER)
            .with_operation("login")
            .with_remedy("add `extended` to scopes and log in again")
        })?;
        let scopes = match exchanged.token.scope {
            Some(scope) => scope.split_whitespace().map(str::to_owned).collect(),
            None => self.app.scopes.clone(),
        };
        let login = StoredLogin::new(refresh_token, scopes, self.client.clock().now());
        keep(slot, &login).await
    }

    async fn status(&self) -> Result<Option<LoginStatus>> {
        status(place(PROVIDER, self.slot.as_ref())?).await
    }

    /// DocuSign documents no call that revokes a refresh token for an app; the login is forgotten here.
    async fn logout(&self) -> Result<bool> {
        forget(place(PROVIDER, self.slot.as_ref())?).await
    }
}

#[async_trait]
impl RefreshLogin for DocuSignLogin {
    async fn refresh(&self, login: &StoredLogin) -> Result<Refreshed> {
        self.app.refresh(&self.client, &self.token_url, &login.refresh_token, explain).await
    }
}

/// What a refusal of a code or a refresh token means.
fn explain(refusal: &OAuthRefusal) -> Error {
    let (kind, message, remedy) = match refusal.error.as_str() {
        "invalid_grant" => (
            ErrorKind::Unauthenticated,
            "DocuSign refused the login: its code or refresh token is used up, too old or revoked",
            "log in again with `signbridge auth login`; a refresh token lives about 30 days, with `extended` from each use",
        ),
        "invalid_client" | "unauthorized_client" => (
            ErrorKind::Forbidden,
            "DocuSign refused the app",
            "check integration_key and client_secret, and that the app allows the authorization code grant",
        ),
        _ => (
            ErrorKind::Forbidden,
            "DocuSign refused the token request",
            "check integration_key, redirect_url and environment",
        ),
    };
    let error =
        Error::new(kind, message).with_status(refusal.status).with_reach(Reach::Yes).with_remedy(remedy);
    if refusal.error.is_empty() { error } else { error.with_code(&refusal.error) }
}
