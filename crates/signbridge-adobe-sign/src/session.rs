//! An account: its tokens, and the host it was found on, which all its users share.

use std::{fmt, sync::Arc, time::Duration};

use futures_util::lock::Mutex;
use signbridge_client::{Client, TokenCache, TokenSource};
use signbridge_core::{Call, Error, ErrorKind, Parts, Result};
use url::Url;

use crate::{
    PROVIDER,
    calls::{AccessPoint, get_base_uris::GetBaseUris},
    config::{Config, api_user},
    grant::Tokens,
    hosts,
    login::AdobeLogin,
};

/// A token is renewed when less is left of its hour.
const MARGIN: Duration = Duration::from_secs(10 * 60);

/// A user of an account.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) config: Arc<Config>,
    pub(crate) client: Client,
    user: Option<Arc<str>>,
    root: Arc<Mutex<Option<Url>>>,
    parts: Parts,
}

impl Session {
    pub(crate) fn new(config: Arc<Config>, parts: Parts) -> Result<Self> {
        let client = Client::new(PROVIDER, Arc::clone(&parts.transport), Arc::clone(&parts.clock))
            .with_timeouts(parts.timeouts.clone());
        let source: Arc<dyn TokenSource> = match AdobeLogin::new(&config, &client, parts.login.clone()) {
            Some(login) => Arc::new(login.tokens()),
            None => Arc::new(Tokens { config: Arc::clone(&config), client: client.clone() }),
        };
        let tokens = TokenCache::new(source, Arc::clone(&parts.clock), MARGIN);
        let client = client.with_authenticator(Arc::new(tokens));
        let user = config.user.as_deref().map(user).transpose()?;
        Ok(Self { config, client, user, root: Arc::default(), parts })
    }

    /// The same account for another of its users: tokens and host are shared, the header differs.
    pub(crate) fn acting_as(&self, name: &str) -> Result<Self> {
        Ok(Self { user: Some(user(name)?), ..self.clone() })
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Where the account lives, found once.
    pub(crate) async fn point(&self) -> Result<Arc<AccessPoint>> {
        let mut known = self.root.lock().await;
        let root = match (&*known, &self.config.base_url) {
            (Some(root), _) => root.clone(),
            (None, Some(base)) => base.clone(),
            (None, None) => self.discover().await?,
        };
        *known = Some(root.clone());
        Ok(self.at(&root))
    }

    /// Asks where the account lives, and accepts only a host that may see the token.
    pub(crate) async fn discover(&self) -> Result<Url> {
        let configured = self.config.base_url.as_ref();
        let asked = match configured {
            Some(base) => base.clone(),
            None => Url::parse(hosts::DISCOVERY).map_err(|error| {
                Error::new(ErrorKind::InvalidConfiguration, error.to_string()).with_provider(PROVIDER)
            })?,
        };
        let found = self.client.run(&GetBaseUris { point: self.at(&asked) }).await?;
        if hosts::accepts(&found, configured) {
            return Ok(found);
        }
        let host = found.host_str().unwrap_or_default().to_owned();
        Err(Error::new(ErrorKind::WrongHost, format!("the access point {host} is not one of Adobe's"))
            .with_provider(PROVIDER)
            .with_operation(GetBaseUris::NAME)
            .with_remedy("nothing was sent there; check base_url, and ask Adobe if the host is theirs"))
    }

    fn at(&self, root: &Url) -> Arc<AccessPoint> {
        Arc::new(AccessPoint::new(root, self.user.clone(), self.config.tier))
    }

    /// Runs a call in the account. When Adobe says that the account is not on this host, it is looked for once more:
    /// accounts move.
    pub(crate) async fn run<C: Call>(&self, call: impl Fn(Arc<AccessPoint>) -> C + Send) -> Result<C::Reply> {
        let point = self.point().await?;
        match self.client.run(&call(Arc::clone(&point))).await {
            Err(error) if error.kind() == ErrorKind::WrongHost => match self.moved(&point).await? {
                Some(found) => self.client.run(&call(found)).await,
                None => Err(error),
            },
            outcome => outcome,
        }
    }

    /// The account's host if it is another one than this.
    pub(crate) async fn moved(&self, point: &AccessPoint) -> Result<Option<Arc<AccessPoint>>> {
        let root = self.discover().await?;
        let found = self.at(&root);
        if *found == *point {
            return Ok(None);
        }
        *self.root.lock().await = Some(root);
        Ok(Some(found))
    }
}

fn user(name: &str) -> Result<Arc<str>> {
    api_user(name).map(Arc::from).map_err(|message| {
        Error::new(ErrorKind::InvalidConfiguration, format!("the user to act as {message}"))
            .with_provider(PROVIDER)
    })
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("config", &self.config).finish_non_exhaustive()
    }
}
