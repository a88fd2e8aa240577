//! An account: its host, and the client that carries calls out with its key.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use http::HeaderValue;
use secrecy::ExposeSecret;
use signbridge_client::Client;
use signbridge_core::{Authenticator, Error, ErrorKind, Parts, Reach, Result, Token};

use crate::{PROVIDER, calls::Root, config::Config};

pub(crate) struct Session {
    /// Carries calls out: authorises, waits where the provider asks for it, repeats what may be repeated.
    pub(crate) client: Client,
    pub(crate) root: Arc<Root>,
}

impl Session {
    pub(crate) fn new(config: &Config, parts: Parts) -> Result<Self> {
        let key = Key::new(config.api_key.expose_secret())?;
        let client = Client::new(PROVIDER, parts.transport, parts.clock)
            .with_timeouts(parts.timeouts)
            .with_authenticator(Arc::new(key));
        Ok(Self { client, root: Arc::new(Root::new(&config.base_url)) })
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("root", &self.root).finish_non_exhaustive()
    }
}

/// A credential that nobody can renew. For tokens that expire, take `signbridge_client::TokenCache`.
#[derive(Debug)]
struct Key(Token);

impl Key {
    fn new(key: &str) -> Result<Self> {
        let header = HeaderValue::from_str(&format!("Key {}", key.trim())).map_err(|_| {
            Error::new(ErrorKind::InvalidConfiguration, "api_key has characters that no key has")
                .with_provider(PROVIDER)
        })?;
        Ok(Self(Token::new(header)))
    }
}

#[async_trait]
impl Authenticator for Key {
    fn current(&self) -> Option<Token> {
        Some(self.0.clone())
    }

    async fn renew(&self, _: Option<&Token>) -> Result<Token> {
        Err(Error::new(ErrorKind::Unauthenticated, "the api_key was refused")
            .with_provider(PROVIDER)
            .with_status(401)
            .with_reach(Reach::Yes)
            .with_remedy("check api_key; `signbridge doctor` tries it out"))
    }
}
