//! An app of a workspace: its tokens, and the two ways to the network, with them and without.

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use signbridge_client::{Client, IssuedToken, TokenCache, TokenSource};
use signbridge_core::{Clock, Parts, Result};
use uuid::Uuid;

use crate::{
    PROVIDER,
    calls::{Api, get_token::GetToken},
    config::Config,
};

/// A token is renewed when less is left of its day.
const MARGIN: Duration = Duration::from_secs(60 * 60);

/// An app that acts in its workspace.
pub(crate) struct Session {
    pub(crate) config: Arc<Config>,
    pub(crate) api: Arc<Api>,
    /// For the API.
    pub(crate) client: Client,
    pub(crate) tokens: Arc<TokenCache>,
    /// For file addresses, which are good by themselves: a token must not reach the file host.
    pub(crate) files: Client,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Session {
    pub(crate) fn new(config: Arc<Config>, parts: Parts) -> Self {
        let api = Arc::new(Api::new(&config.base_url));
        let bare = || {
            Client::new(PROVIDER, Arc::clone(&parts.transport), Arc::clone(&parts.clock))
                .with_timeouts(parts.timeouts.clone())
        };
        let source = AppGrant { config: Arc::clone(&config), api: Arc::clone(&api), client: bare() };
        let tokens = Arc::new(TokenCache::new(Arc::new(source), Arc::clone(&parts.clock), MARGIN));
        let client = bare().with_authenticator(Arc::clone(&tokens) as _);
        Self { config, api, client, tokens, files: bare(), clock: Arc::clone(&parts.clock) }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("config", &self.config).finish_non_exhaustive()
    }
}

/// The grant of the app's own credentials.
#[derive(Debug)]
struct AppGrant {
    config: Arc<Config>,
    api: Arc<Api>,
    client: Client,
}

#[async_trait]
impl TokenSource for AppGrant {
    async fn fetch(&self) -> Result<IssuedToken> {
        let boundary = format!("signbridge-{}", Uuid::new_v4().simple());
        let call = GetToken {
            api: &self.api,
            app_id: &self.config.app_id,
            app_secret: &self.config.app_secret,
            boundary: &boundary,
        };
        self.client.run(&call).await
    }
}
