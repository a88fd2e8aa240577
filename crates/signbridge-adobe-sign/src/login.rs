//! The authorization code grant: somebody logs in, and his refresh token, which stays the same, is kept.

use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;
use signbridge_client::{
    Client, CodeApp, LoginTokens, RefreshGrant, RefreshLogin, Refreshed,
    login::{SecretIn, forget, keep, parameter, place, status},
    oauth::{OAuthRefusal, RevokeToken},
};
use signbridge_core::{Consent, Error, ErrorKind, Login, LoginSlot, LoginStatus, Result, StoredLogin};
use url::Url;

use crate::{
    PROVIDER,
    config::{Config, Credentials},
    grant::explain,
    hosts,
};

/// Where a person consents when the profile names no host: the shardless one finds his account's.
const CONSENT: &str = "https://secure.adobesign.com/";

/// The login of a profile with an app and a redirect address.
#[derive(Debug, Clone)]
pub(crate) struct AdobeLogin {
    app: Arc<CodeApp>,
    secret: SecretString,
    configured: Option<Url>,
    client: Client,
    slot: Option<LoginSlot>,
}

impl AdobeLogin {
    /// `None` for a profile with other credentials.
    pub(crate) fn new(config: &Config, client: &Client, slot: Option<LoginSlot>) -> Option<Self> {
        let Credentials::Login { client_id, client_secret, redirect_url, scopes } = &config.credentials
        else {
            return None;
        };
        let host = config.auth_url.clone().or_else(|| Url::parse(CONSENT).ok())?;
        let app = CodeApp {
            authorize_url: under(&host, &["public", "oauth", "v2"])?,
            client_id: client_id.clone(),
            client_secret: Some(client_secret.clone()),
            secret_in: SecretIn::Form,
            redirect_url: redirect_url.clone(),
            scopes: scopes.clone(),
            // Adobe documents no PKCE.
            pkce: false,
        };
        Some(Self {
            app: Arc::new(app),
            secret: client_secret.clone(),
            configured: config.auth_url.clone(),
            client: client.clone(),
            slot,
        })
    }

    /// The tokens of who is logged in.
    pub(crate) fn tokens(self) -> LoginTokens<Self> {
        LoginTokens::new(PROVIDER, self.slot.clone(), self.client.clone(), self)
    }

    /// The access point in the address that the browser came back to. Anybody can write such an address, and the app's
    /// secret goes there, so only Adobe's own hosts are good, and loopback where it was configured.
    fn access_point(&self, came_back_to: &Url) -> Result<Url> {
        let told = parameter(came_back_to, "api_access_point").and_then(|text| Url::parse(&text).ok());
        let point = told.or_else(|| self.configured.clone());
        let good = point.filter(|point| hosts::accepts(point, self.configured.as_ref()));
        good.ok_or_else(|| {
            Error::new(
                ErrorKind::WrongHost,
                "the browser came back with an access point that is not one of Adobe's",
            )
            .with_provider(PROVIDER)
            .with_operation("login")
            .with_remedy(
                "nothing was sent there; begin the login again, and distrust who gave you that address",
            )
        })
    }

    fn at(&self, login: &StoredLogin, endpoint: &str) -> Result<Url> {
        let point = login.access_point.as_ref().or(self.configured.as_ref());
        point.and_then(|point| under(point, &["oauth", "v2", endpoint])).ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidConfiguration,
                "the login does not say where its tokens are refreshed",
            )
            .with_provider(PROVIDER)
            .with_remedy("log in again")
        })
    }
}

fn under(host: &Url, path: &[&str]) -> Option<Url> {
    let mut url = host.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend(path);
    Some(url)
}

#[async_trait]
impl Login for AdobeLogin {
    fn scopes(&self) -> Vec<String> {
        self.app.scopes.clone()
    }

    fn begin(&self) -> Result<Consent> {
        Ok(self.app.begin())
    }

    async fn finish(&self, consent: &Consent, came_back_to: &Url) -> Result<LoginStatus> {
        let slot = place(PROVIDER, self.slot.as_ref())?;
        // The consent is held against its answer before anything of the answer is used.
        let point = self.access_point(came_back_to)?;
        let mut login =
            StoredLogin::new(String::new().into(), self.app.scopes.clone(), self.client.clock().now());
        login.access_point = Some(point);
        let token_url = self.at(&login, "token")?;
        let refused = |refusal: &OAuthRefusal| explain("the access point", refusal);
        let exchanged = self.app.exchange(&self.client, &token_url, consent, came_back_to, refused).await?;
        login.refresh_token = exchanged.refresh_token.ok_or_else(|| {
            Error::new(ErrorKind::Unexpected, "Adobe gave no refresh token").with_provider(PROVIDER)
        })?;
        keep(slot, &login).await
    }

    async fn status(&self) -> Result<Option<LoginStatus>> {
        status(place(PROVIDER, self.slot.as_ref())?).await
    }

    async fn logout(&self) -> Result<bool> {
        let slot = place(PROVIDER, self.slot.as_ref())?;
        let Some((login, _)) = slot.store.load(&slot.name).await? else { return Ok(false) };
        let revoke_url = self.at(&login, "revoke")?;
        let refused = |refusal: &OAuthRefusal| explain("the access point", refusal);
        let revoke = RevokeToken { revoke_url, token: &login.refresh_token, explain: &refused };
        match self.client.run(&revoke).await {
            // A token that is not good any more needs no revoking.
            Err(error) if error.kind() == ErrorKind::Unauthenticated => {}
            outcome => outcome?,
        }
        forget(slot).await
    }
}

#[async_trait]
impl RefreshLogin for AdobeLogin {
    async fn refresh(&self, login: &StoredLogin) -> Result<Refreshed> {
        let token_url = self.at(login, "refresh")?;
        let host = token_url.host_str().unwrap_or_default().to_owned();
        let refused = |refusal: &OAuthRefusal| explain(&host, refusal);
        let client = Some((self.app.client_id.as_str(), &self.secret));
        let grant =
            RefreshGrant { token_url, refresh_token: &login.refresh_token, client, explain: &refused };
        self.client.run(&grant).await
    }
}
