//! A user of an account: his tokens, and the host his account was found on.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures_util::lock::Mutex;
use signbridge_client::{
    Client, IssuedToken, TokenCache, TokenSource,
    jwt::Claims,
    oauth::{JwtBearer, OAuthRefusal},
};
use signbridge_core::{Call, Chunks, Error, ErrorKind, Parts, Result};

use crate::{
    PROVIDER,
    calls::Account,
    calls::get_user_info::{GetUserInfo, UserAccount, UserInfo},
    config::Config,
    error, grant,
    login::DocuSignLogin,
};

/// A token is renewed when less is left of its hour.
const MARGIN: Duration = Duration::from_secs(10 * 60);
/// How long an assertion is good: enough for clocks that differ.
const ASSERTION_LIFETIME: Duration = Duration::from_secs(10 * 60);
/// How far an assertion is dated back, for clocks that are ahead.
const BACKDATED: chrono::TimeDelta = chrono::TimeDelta::seconds(30);

/// A user who acts in an account.
pub(crate) struct Session {
    pub(crate) config: Arc<Config>,
    pub(crate) client: Client,
    pub(crate) tokens: Arc<TokenCache>,
    account: Mutex<Option<Arc<Account>>>,
    parts: Parts,
}

impl Session {
    pub(crate) fn new(config: Arc<Config>, parts: Parts) -> Self {
        let exchange = Client::new(PROVIDER, Arc::clone(&parts.transport), Arc::clone(&parts.clock))
            .with_timeouts(parts.timeouts.clone());
        Self::over(config, parts, exchange.with_rate(error::rate))
    }

    /// The exchange is shared among the users of an account, because its limits are.
    fn over(config: Arc<Config>, parts: Parts, exchange: Client) -> Self {
        let client = Client::new(PROVIDER, Arc::clone(&parts.transport), Arc::clone(&parts.clock))
            .with_timeouts(parts.timeouts.clone());
        let source: Arc<dyn TokenSource> = match DocuSignLogin::new(&config, &client, parts.login.clone()) {
            Some(login) => Arc::new(login.tokens()),
            None => Arc::new(JwtGrant {
                config: Arc::clone(&config),
                client: client.clone(),
                good_key: AtomicUsize::new(0),
            }),
        };
        let tokens = Arc::new(TokenCache::new(source, Arc::clone(&parts.clock), MARGIN));
        let client = exchange.with_authenticator(Arc::clone(&tokens) as _);
        Self { config, client, tokens, account: Mutex::new(None), parts }
    }

    /// The same account for another of its users.
    pub(crate) fn acting_as(&self, user: &str) -> Result<Self> {
        if self.config.login.is_some() {
            return Err(Error::unsupported(
                PROVIDER,
                "acting_as",
                "somebody who logged in acts for himself",
                "use grant = \"jwt\", with which an app acts for its users",
            ));
        }
        let config = Config { user_id: user.to_owned(), ..(*self.config).clone() };
        Ok(Self::over(Arc::new(config.validated()?), self.parts.clone(), self.client.clone()))
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The account and its host, found once.
    pub(crate) async fn account(&self) -> Result<Arc<Account>> {
        let mut known = self.account.lock().await;
        if let Some(account) = &*known {
            return Ok(Arc::clone(account));
        }
        let account = Arc::new(self.discover().await?);
        *known = Some(Arc::clone(&account));
        Ok(account)
    }

    async fn discover(&self) -> Result<Account> {
        if let (Some(host), Some(id)) = (&self.config.base_url, &self.config.account_id) {
            return Account::new(host, id);
        }
        let info = self.user_info().await?;
        let account = self.choose(&info)?;
        Account::new(self.config.base_url.as_ref().unwrap_or(&account.base_uri), &account.account_id)
    }

    /// Looks for an account that may have moved to another host, once for all who found it gone. `None` when it did not.
    async fn moved(&self, gone: &Arc<Account>) -> Result<Option<Arc<Account>>> {
        let mut known = self.account.lock().await;
        if let Some(account) = known.as_ref().filter(|account| *account != gone) {
            return Ok(Some(Arc::clone(account)));
        }
        let found = Arc::new(self.discover().await?);
        *known = Some(Arc::clone(&found));
        Ok((found != *gone).then_some(found))
    }

    pub(crate) async fn user_info(&self) -> Result<UserInfo> {
        self.client.run(&GetUserInfo { auth_url: self.config.auth_url.clone() }).await
    }

    /// The configured account among the user's, or his default one.
    pub(crate) fn choose<'a>(&self, info: &'a UserInfo) -> Result<&'a UserAccount> {
        let wanted = self.config.account_id.as_deref();
        let found = info.accounts.iter().find(|account| match wanted {
            Some(id) => account.account_id.eq_ignore_ascii_case(id),
            None => account.is_default,
        });
        found.ok_or_else(|| {
            let ids: Vec<&str> = info.accounts.iter().map(|account| account.account_id.as_str()).collect();
            Error::new(ErrorKind::WrongHost, "the user has no such account in this environment")
                .with_provider(PROVIDER)
                .with_operation("oauth.userinfo")
                .with_remedy(format!("set account_id to one of {}", ids.join(", ")))
        })
    }

    /// Runs a call in the account. When DocuSign says that the account is not on this host, it is looked for once more:
    /// accounts move.
    pub(crate) async fn run<C: Call>(&self, call: impl Fn(Arc<Account>) -> C + Send) -> Result<C::Reply> {
        let account = self.account().await?;
        match self.client.run(&call(Arc::clone(&account))).await {
            Err(error) if error.kind() == ErrorKind::WrongHost => match self.moved(&account).await? {
                Some(found) => self.client.run(&call(found)).await,
                None => Err(error),
            },
            outcome => outcome,
        }
    }

    /// The same for a download.
    pub(crate) async fn download<C: Call>(
        &self,
        call: impl Fn(Arc<Account>) -> C + Send,
    ) -> Result<(C::Reply, Chunks)> {
        let account = self.account().await?;
        match self.client.download(&call(Arc::clone(&account))).await {
            Err(error) if error.kind() == ErrorKind::WrongHost => match self.moved(&account).await? {
                Some(found) => self.client.download(&call(found)).await,
                None => Err(error),
            },
            outcome => outcome,
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("config", &self.config).finish_non_exhaustive()
    }
}

/// The JWT grant: an assertion signed with the app's key, for a user who consented.
#[derive(Debug)]
struct JwtGrant {
    config: Arc<Config>,
    client: Client,
    /// The key that worked last, so that a revoked one costs one request and not one an hour.
    good_key: AtomicUsize,
}

#[async_trait]
impl TokenSource for JwtGrant {
    async fn fetch(&self) -> Result<IssuedToken> {
        let config = &self.config;
        let mut token_url = config.auth_url.clone();
        token_url.set_path("/oauth/token");
        let first = self.good_key.load(Ordering::Relaxed);
        let count = config.private_keys.len();
        let mut last = None;
        for index in (0..count).map(|step| (first + step) % count) {
            let Some(key) = config.private_keys.get(index) else { continue };
            let assertion = key.sign(&Claims {
                issuer: config.integration_key.clone(),
                subject: config.user_id.clone(),
                audience: config.audience(),
                issued_at: self.client.clock().now() - BACKDATED,
                lifetime: ASSERTION_LIFETIME,
                scope: config.scope(),
            })?;
            let explain = |refusal: &OAuthRefusal| grant::explain(config, refusal, self.client.clock().now());
            match self
                .client
                .run(&JwtBearer { token_url: token_url.clone(), assertion: &assertion, explain: &explain })
                .await
            {
                Ok(token) => {
                    self.good_key.store(index, Ordering::Relaxed);
                    return Ok(token);
                }
                Err(error) if error.code() == Some(grant::UNKNOWN_KEY) => last = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(last.unwrap_or_else(|| Error::new(ErrorKind::InvalidConfiguration, "there is no private key")))
    }
}
