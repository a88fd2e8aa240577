//! Refreshes a stored login again and again, as a program does that shares it with others.
//!
//! `login_probe FOLDER AUTH_URL CLIENT_ID TIMES`, the app's secret in `CLIENT_SECRET`; prints how often it worked.

use std::sync::Arc;

use async_trait::async_trait;
use signbridge_client::{
    Client, CodeApp, FileLoginStore, LoginTokens, RefreshLogin, Refreshed, TokenSource, TokioClock,
    login::SecretIn, oauth::OAuthRefusal, reqwest::ReqwestTransport,
};
use signbridge_core::{Error, ErrorKind, LoginSlot, Result, StoredLogin};
use url::Url;

#[derive(Debug)]
struct Refresh {
    app: CodeApp,
    token_url: Url,
    client: Client,
}

#[async_trait]
impl RefreshLogin for Refresh {
    async fn refresh(&self, login: &StoredLogin) -> Result<Refreshed> {
        let refused = |refusal: &OAuthRefusal| match refusal.error.as_str() {
            "invalid_grant" => Error::new(ErrorKind::Unauthenticated, "the refresh token was used already"),
            other => Error::new(ErrorKind::Unexpected, other.to_owned()),
        };
        self.app.refresh(&self.client, &self.token_url, &login.refresh_token, refused).await
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, auth_url, client_id, times] = arguments.as_slice() else {
        panic!("login_probe FOLDER AUTH_URL CLIENT_ID TIMES")
    };
    let auth_url: Url = auth_url.parse().unwrap();
    let transport = ReqwestTransport::builder().build().unwrap();
    let client = Client::new("docusign", Arc::new(transport), Arc::new(TokioClock));
    let app = CodeApp {
        authorize_url: auth_url.join("/oauth/auth").unwrap(),
        client_id: client_id.clone(),
        client_secret: Some(std::env::var("CLIENT_SECRET").unwrap().into()),
        secret_in: SecretIn::Header,
        redirect_url: auth_url.clone(),
        scopes: Vec::new(),
        pkce: true,
    };
    let slot = LoginSlot { store: Arc::new(FileLoginStore::new(folder)), name: "work".to_owned() };
    let refresh = Refresh { app, token_url: auth_url.join("/oauth/token").unwrap(), client: client.clone() };
    let tokens = LoginTokens::new("docusign", Some(slot), client, refresh);
    let mut good = 0_u32;
    for _ in 0..times.parse().unwrap() {
        tokens.fetch().await.unwrap();
        good += 1;
    }
    println!("{good}");
}
