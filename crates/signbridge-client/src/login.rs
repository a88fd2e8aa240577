//! Logins: the authorization code grant with PKCE and refresh (RFC 6749, sections 4.1 and 6; RFC 7636).
//!
//! Addresses, states, verifiers, requests and answers are oauth2's; the exchange is our own [`Client`], so that
//! timeouts, traces and errors are those of every other call.

mod place;
mod source;
mod store;

use std::{fmt, marker::PhantomData, time::Duration};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Request, Response};
use oauth2::{
    AsyncHttpClient, AuthType, AuthUrl, AuthorizationCode, Client as OAuth, ClientId, ClientSecret,
    CsrfToken, EndpointNotSet, EndpointSet, ExtraTokenFields, HttpRequest, HttpResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope, StandardRevocableToken,
    StandardTokenResponse, TokenResponse, TokenUrl,
    basic::{
        BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
    },
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use signbridge_core::{Body, Call, Consent, Error, ErrorKind, Reach, Replay, Result};
use url::Url;

pub use self::{
    place::{forget, keep, place, status},
    source::{LoginTokens, RefreshLogin},
    store::FileLoginStore,
};
use crate::{
    Client, IssuedToken,
    oauth::{OAuthRefusal, Refreshed, refused},
};

/// Where an app says its secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretIn {
    /// In the `Authorization` header (RFC 6749, section 2.3.1).
    Header,
    /// In the form.
    Form,
}

/// An app, registered at a provider's authorisation server.
#[derive(Clone)]
pub struct CodeApp {
    /// Where the person consents.
    pub authorize_url: Url,
    /// The app's id.
    pub client_id: String,
    /// The app's secret; public clients have none.
    pub client_secret: Option<SecretString>,
    /// Where the secret is said.
    pub secret_in: SecretIn,
    /// Where the browser comes back to, as registered.
    pub redirect_url: Url,
    /// The scopes asked for.
    pub scopes: Vec<String>,
    /// Whether the provider knows PKCE.
    pub pkce: bool,
}

/// What the exchange of a code gave.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Exchanged {
    /// The access token.
    pub token: IssuedToken,
    /// The refresh token, if the scopes granted one.
    pub refresh_token: Option<SecretString>,
    /// Where the account lives, at providers that say so in this answer.
    pub access_point: Option<Url>,
}

/// What providers say beside the token.
#[derive(Debug, Serialize, Deserialize)]
struct Beside {
    #[serde(default, alias = "api_access_point ")]
    api_access_point: Option<Url>,
}

impl ExtraTokenFields for Beside {}

type Answer = StandardTokenResponse<Beside, BasicTokenType>;
type App = OAuth<
    BasicErrorResponse,
    Answer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// Says what a refusal means, and what to do.
pub type Explain = fn(&OAuthRefusal) -> Error;

impl CodeApp {
    /// A consent to open in the browser.
    pub fn begin(&self) -> Consent {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let app = self.app(&self.authorize_url);
        let scopes = self.scopes.iter().cloned().map(Scope::new);
        let request = app.authorize_url(CsrfToken::new_random).add_scopes(scopes);
        let request = if self.pkce { request.set_pkce_challenge(challenge) } else { request };
        let (mut url, state) = request.url();
        // Form encoding writes the blank between scopes as a plus; authorisation servers are known to take it literally.
        let query = url.query().unwrap_or_default().replace('+', "%20");
        url.set_query(Some(&query));
        let verifier = self.pkce.then(|| SecretString::from(verifier.into_secret()));
        Consent::new(url, self.redirect_url.clone(), state.into_secret().into(), verifier)
    }

    /// Exchanges the code in the address that the browser came back to. Never repeated in doubt: a code works once.
    ///
    /// # Errors
    /// `forbidden` when the person refused, `invalid_input` when the address belongs to another consent or holds no
    /// code; what `explain` makes of a refusal.
    pub fn exchange<'a>(
        &'a self,
        client: &'a Client,
        token_url: &'a Url,
        consent: &'a Consent,
        came_back_to: &'a Url,
        explain: Explain,
    ) -> BoxFuture<'a, Result<Exchanged>> {
        Box::pin(async move {
            let code = code(consent, came_back_to)?;
            let app = self.app(token_url);
            let mut request = app.exchange_code(AuthorizationCode::new(code));
            if let Some(verifier) = &consent.verifier {
                request =
                    request.set_pkce_verifier(PkceCodeVerifier::new(verifier.expose_secret().to_owned()));
            }
            let carrier = Carrier::<ExchangeCode>::new(client, explain);
            request.request_async(&carrier).await.map(|answer| exchanged(&answer)).map_err(unpack)
        })
    }

    /// Asks for a token with a refresh token.
    ///
    /// # Errors
    /// What `explain` makes of a refusal.
    pub fn refresh<'a>(
        &'a self,
        client: &'a Client,
        token_url: &'a Url,
        refresh_token: &'a SecretString,
        explain: Explain,
    ) -> BoxFuture<'a, Result<Refreshed>> {
        Box::pin(async move {
            let app = self.app(token_url);
            let token = RefreshToken::new(refresh_token.expose_secret().to_owned());
            let carrier = Carrier::<RefreshLoginCall>::new(client, explain);
            let request = app.exchange_refresh_token(&token);
            let exchanged = exchanged(&request.request_async(&carrier).await.map_err(unpack)?);
            Ok(Refreshed { token: exchanged.token, refresh_token: exchanged.refresh_token })
        })
    }

    fn app(&self, token_url: &Url) -> App {
        let app = OAuth::new(ClientId::new(self.client_id.clone()))
            .set_auth_uri(AuthUrl::from_url(self.authorize_url.clone()))
            .set_token_uri(TokenUrl::from_url(token_url.clone()))
            .set_redirect_uri(RedirectUrl::from_url(self.redirect_url.clone()))
            .set_auth_type(match self.secret_in {
                SecretIn::Header => AuthType::BasicAuth,
                SecretIn::Form => AuthType::RequestBody,
            });
        match &self.client_secret {
            Some(secret) => app.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned())),
            None => app,
        }
    }
}

impl fmt::Debug for CodeApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeApp")
            .field("authorize_host", &self.authorize_url.host_str())
            .field("client_id", &self.client_id)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

/// A parameter of the address that the browser came back to.
pub fn parameter(came_back_to: &Url, name: &str) -> Option<String> {
    came_back_to.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn code(consent: &Consent, came_back_to: &Url) -> Result<String> {
    let foreign = |message: &str| {
        Error::new(ErrorKind::InvalidInput, message)
            .with_operation("login")
            .with_remedy("begin the login again, and open its address in the same browser")
    };
    if parameter(came_back_to, "state").as_deref() != Some(consent.state.expose_secret()) {
        return Err(foreign("the address that the browser came back to belongs to another login"));
    }
    if let Some(error) = parameter(came_back_to, "error") {
        let word: String =
            error.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(60).collect();
        return Err(Error::new(ErrorKind::Forbidden, format!("the consent was not given: {word}"))
            .with_operation("login")
            .with_code(word)
            .with_remedy("log in again and consent, or ask an administrator to allow the app"));
    }
    parameter(came_back_to, "code")
        .ok_or_else(|| foreign("the address that the browser came back to holds no code"))
}

fn exchanged(answer: &Answer) -> Exchanged {
    let scope = answer
        .scopes()
        .map(|scopes| scopes.iter().map(|scope| scope.as_str().to_owned()).collect::<Vec<_>>().join(" "));
    Exchanged {
        token: IssuedToken {
            access_token: answer.access_token().secret().clone().into(),
            // Without a lifetime the token is renewed soon rather than kept too long.
            lifetime: answer.expires_in().unwrap_or(Duration::from_secs(300)),
            scope,
        },
        refresh_token: answer.refresh_token().map(|token| token.secret().clone().into()),
        access_point: answer.extra_fields().api_access_point.clone(),
    }
}

/// What differs between the two token calls.
trait TokenCall: Send + Sync {
    const NAME: &'static str;
}

struct ExchangeCode;
impl TokenCall for ExchangeCode {
    const NAME: &'static str = "oauth.code";
}

struct RefreshLoginCall;
impl TokenCall for RefreshLoginCall {
    const NAME: &'static str = "oauth.refresh";
}

/// A request of oauth2's, carried by our client.
struct Carried<T> {
    request: Request<Bytes>,
    explain: Explain,
    call: PhantomData<T>,
}

impl<T: TokenCall> Call for Carried<T> {
    type Reply = Response<Bytes>;
    const NAME: &'static str = T::NAME;
    // Both kinds of token may work only once.
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        Ok(self.request.clone().map(Body::from))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Self::Reply> {
        Ok(answer)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refused(&answer, &self.explain)
    }
}

/// The way from oauth2 to our client.
struct Carrier<T> {
    client: Client,
    explain: Explain,
    call: PhantomData<T>,
}

impl<T> Carrier<T> {
    fn new(client: &Client, explain: Explain) -> Self {
        Self { client: client.clone(), explain, call: PhantomData }
    }
}

impl<'c, T: TokenCall + 'c> AsyncHttpClient<'c> for Carrier<T> {
    type Error = Error;
    type Future = BoxFuture<'c, Result<HttpResponse>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        let call =
            Carried::<T> { request: request.map(Bytes::from), explain: self.explain, call: PhantomData };
        Box::pin(async move {
            let mut answer = self.client.run(&call).await?;
            normalise(answer.headers_mut());
            Ok(answer.map(|body| body.to_vec()))
        })
    }
}

/// Some answers carry no content type; oauth2 takes JSON only where none or JSON is named.
fn normalise(headers: &mut HeaderMap) {
    let json = headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("json"));
    if !json {
        headers.remove(http::header::CONTENT_TYPE);
    }
}

/// Our own error out of oauth2's; an answer that cannot be read is not quoted, because it may hold a token.
fn unpack<T: oauth2::ErrorResponse + 'static>(error: RequestTokenError<Error, T>) -> Error {
    match error {
        RequestTokenError::Request(error) => error,
        _ => Error::new(ErrorKind::Unexpected, "the token endpoint's answer holds no token")
            .with_reach(Reach::Yes),
    }
}
