//! The doctor: tries out a profile step by step and names each fault with its remedy.

mod identity;

use std::collections::BTreeSet;

use chrono::TimeDelta;
use signbridge_core::{
    Diagnosis, Error, ErrorKind, Fault, Outcome, Parts, Settings, TransportError, TransportFault,
};
use url::Url;

use crate::{
    calls::get_user_info::{UserAccount, UserInfo},
    config::{Config, KEYS},
    grant::TOLERATED_SKEW,
    session::Session,
};

/// The steps in their order; after a fault the rest cannot be tried.
const STEPS: [&str; 8] =
    ["configuration", "token", "clock", "scopes", "account", "api", identity::WORKFLOWS, identity::PROVIDERS];

/// What is wrong, and what to do about it.
struct Trouble {
    message: String,
    remedy: Option<String>,
}

impl Trouble {
    /// As the error says it.
    fn plain(error: &Error) -> Self {
        Self { message: without_remedy(error), remedy: error.remedy().map(str::to_owned) }
    }

    /// With what the doctor knows better than the error.
    fn with(error: &Error, remedy: impl Into<String>) -> Self {
        Self { message: without_remedy(error), remedy: Some(remedy.into()) }
    }
}

/// Tries out a profile.
pub(crate) async fn diagnose(settings: &Settings, parts: Parts) -> Diagnosis {
    let mut diagnosis = Diagnosis::default();
    if let Err(trouble) = examine(&mut diagnosis, settings, parts).await {
        let mut rest = STEPS.iter().skip(diagnosis.steps.len());
        if let Some(failed) = rest.next() {
            diagnosis.add(failed, Outcome::Fault, trouble.message, trouble.remedy);
        }
        for name in rest {
            diagnosis.add(name, Outcome::Skipped, "not tried", None);
        }
    }
    diagnosis
}

async fn examine(diagnosis: &mut Diagnosis, settings: &Settings, parts: Parts) -> Result<(), Trouble> {
    let config = Config::from_settings(settings).map_err(|error| miswritten(&error))?;
    let good = Outcome::Good;
    let keys = config.private_keys.len();
    let with = match (&config.login, keys) {
        (Some(_), _) => "for somebody who logs in".to_owned(),
        (None, 1) => "with 1 private key".to_owned(),
        (None, keys) => format!("with {keys} private keys"),
    };
    diagnosis.add("configuration", good, format!("complete, {with}"), None);
    let session = Session::new(config.into(), parts);
    let info = session.user_info().await.map_err(|error| no_token(settings, &session.config, &error))?;
    diagnosis.add(
        "token",
        good,
        match session.config.login {
            Some(_) => "granted for who is logged in".to_owned(),
            None => format!("granted for user {}", session.config.user_id),
        },
        None,
    );
    clock(diagnosis, &session, &info);
    scopes(diagnosis, settings.profile(), &session);
    let account = account(diagnosis, &session, &info)?;
    api(diagnosis, &session, account).await?;
    identity::workflows(diagnosis, &session).await;
    identity::providers(diagnosis, &session).await;
    Ok(())
}

/// What is wrong in the profile itself.
fn miswritten(error: &Error) -> Trouble {
    let name = |fault: &Fault| fault.path.rsplit('.').next().unwrap_or_default().to_owned();
    let (message, remedy) = match error.faults() {
        [] => (without_remedy(error), "correct what is named here in the profile".to_owned()),
        [one] => {
            let key = KEYS.iter().find(|key| key.name == name(one));
            let about = key.map(|key| format!(": {}", key.about)).unwrap_or_default();
            (one.to_string(), format!("correct {} in the profile{about}", name(one)))
        }
        all => (
            all.iter().map(Fault::to_string).collect::<Vec<_>>().join("; "),
            "correct all of them in the profile; `signbridge init` writes one with every key explained"
                .to_owned(),
        ),
    };
    Trouble { message, remedy: Some(remedy) }
}

/// Why there is no token, or why it is not good.
fn no_token(settings: &Settings, config: &Config, error: &Error) -> Trouble {
    let own = error.remedy().unwrap_or_default();
    match (error.kind(), &config.login) {
        (ErrorKind::Transport | ErrorKind::Timeout, _) => no_connection(error, "auth_url"),
        // The answer does not say which scope is missing, and consent counts for exactly the scopes it was given to.
        (ErrorKind::ConsentRequired, None) => {
            let registered = match &config.consent_redirect_url {
                Some(_) => "",
                None => {
                    " (if the page refuses its redirect_uri: set consent_redirect_url to a redirect URI of the app)"
                }
            };
            Trouble {
                message: coded(error, &format!("{}, or only to a part of it", error.message())),
                remedy: Some(format!("{own}{registered}")),
            }
        }
        (ErrorKind::WrongHost, None) => Trouble::with(error, other_environment(settings)),
        (ErrorKind::Unauthenticated, Some(_)) => Trouble::with(
            error,
            format!(
                "log in again: `signbridge auth login --profile {}`; a refresh token lives about 30 days, with the \
                 scope `extended` from each use",
                settings.profile()
            ),
        ),
        (ErrorKind::Unauthenticated, None) if error.operation() == Some("oauth.userinfo") => Trouble::with(
            error,
            "the token was granted and refused by the same host; try again, then ask DocuSign's support",
        ),
        _ => Trouble::plain(error),
    }
}

/// The app is not known where it was asked for: most often it belongs to DocuSign's other environment.
fn other_environment(settings: &Settings) -> String {
    let setting = |name| settings.text(name).ok().flatten();
    if let Some(url) = setting("auth_url") {
        return format!(
            "auth_url = \"{url}\" decides the host in the place of environment: remove it and set environment to the \
             one that the integration key belongs to, or correct integration_key"
        );
    }
    let (here, there) = match setting("environment").as_deref() {
        Some("production") => ("production", "demo"),
        _ => ("demo", "production"),
    };
    format!(
        "environment is `{here}`: set environment = \"{there}\" if the integration key belongs there, or correct \
         integration_key; Apps and Keys of either environment lists its own"
    )
}

/// No answer came from the host that `key` of the profile names.
fn no_connection(error: &Error, key: &str) -> Trouble {
    let fault = std::error::Error::source(error).and_then(|cause| cause.downcast_ref::<TransportError>());
    match fault.map(TransportError::fault) {
        Some(TransportFault::Tls | TransportFault::Request) if error.remedy().is_some() => {
            Trouble::plain(error)
        }
        _ => Trouble::with(
            error,
            format!(
                "check the network, the proxy (HTTPS_PROXY names it, NO_PROXY the hosts that go without one), and \
                 {key} if the profile sets it"
            ),
        ),
    }
}

fn clock(diagnosis: &mut Diagnosis, session: &Session, info: &UserInfo) {
    let Some(server) = info.server_time else {
        return diagnosis.add(
            "clock",
            Outcome::Warning,
            "DocuSign's answer had no time to compare with",
            None,
        );
    };
    let skew = session.parts().clock.now() - server;
    if skew.abs() > TOLERATED_SKEW {
        let direction = if skew < TimeDelta::zero() { "behind" } else { "ahead" };
        let message = format!("differs from DocuSign's by {} seconds: it is {direction}", skew.num_seconds());
        diagnosis.add(
            "clock",
            Outcome::Warning,
            message,
            Some(
                "set this machine's clock by a time server; with a larger difference tokens are refused"
                    .into(),
            ),
        );
    } else {
        diagnosis.add("clock", Outcome::Good, "agrees with DocuSign's", None);
    }
}

/// DocuSign lists the granted scopes in some answers only; otherwise a token means that all that were asked for are.
fn scopes(diagnosis: &mut Diagnosis, profile: &str, session: &Session) {
    let listed = session.tokens.scope();
    let granted: BTreeSet<String> = match &listed {
        Some(scope) => scope.split_whitespace().map(str::to_owned).collect(),
        None => session.config.scopes.iter().cloned().collect(),
    };
    let needed = session.config.needed_scopes();
    let missing: Vec<&str> = needed.iter().copied().filter(|needed| !granted.contains(*needed)).collect();
    // A login's token also says `extended`, which keeps its refresh token alive.
    let useful =
        |scope: &&str| needed.contains(scope) || session.config.login.is_some() && *scope == "extended";
    let excessive: Vec<&str> = granted.iter().map(String::as_str).filter(|scope| !useful(scope)).collect();
    if !missing.is_empty() {
        let mut complete = (*session.config).clone();
        let listed_already = complete.scopes.clone();
        let unlisted = missing.iter().filter(|one| !listed_already.iter().any(|scope| scope == *one));
        complete.scopes.extend(unlisted.map(|one| (*one).to_owned()));
        let remedy = match session.config.login {
            // The address of a login also carries what only the login itself knows.
            Some(_) => format!(
                "add {} to scopes, then log in again: `signbridge auth login --profile {profile}`",
                missing.join(" ")
            ),
            None => {
                format!("add {} to scopes, then consent again: {}", missing.join(" "), complete.consent_url())
            }
        };
        diagnosis.add("scopes", Outcome::Fault, format!("missing: {}", missing.join(" ")), Some(remedy));
    } else if !excessive.is_empty() {
        let remedy = "remove them from scopes; less consent is asked of users".to_owned();
        diagnosis.add(
            "scopes",
            Outcome::Warning,
            format!("more than needed: {}", excessive.join(" ")),
            Some(remedy),
        );
    } else {
        let how = if listed.is_some() { "granted" } else { "asked for, and a token was granted" };
        diagnosis.add("scopes", Outcome::Good, format!("{}: {how}", needed.join(" ")), None);
    }
}

/// The account that the profile means, and where it lives.
fn account<'a>(
    diagnosis: &mut Diagnosis,
    session: &Session,
    info: &'a UserInfo,
) -> Result<&'a UserAccount, Trouble> {
    let account = session.choose(info).map_err(|error| Trouble {
        message: match &session.config.account_id {
            Some(id) => format!("{}: {id}", error.message()),
            None => "the user has no default account, and the profile names none".to_owned(),
        },
        remedy: Some(one_of(&info.accounts)),
    })?;
    let found = format!("{} ({}) at {}", account.account_name, account.account_id, account.base_uri);
    match elsewhere(session, account) {
        Some(base) => {
            let message = format!("{found}, but base_url is {base}");
            let remedy = "remove base_url; the host is found by itself".to_owned();
            diagnosis.add("account", Outcome::Warning, message, Some(remedy));
        }
        None => diagnosis.add("account", Outcome::Good, found, None),
    }
    Ok(account)
}

/// The accounts that would do.
fn one_of(accounts: &[UserAccount]) -> String {
    if accounts.is_empty() {
        return "the user is a member of no account here: check user_id and environment".to_owned();
    }
    let named: Vec<String> =
        accounts.iter().map(|account| format!("{} ({})", account.account_id, account.account_name)).collect();
    format!(
        "set account_id to one of {}; if it has to be another account, set user_id to a member of it, and environment \
         to where it lives",
        named.join(", ")
    )
}

/// The profile's own host, where it is not the account's.
fn elsewhere<'a>(session: &'a Session, account: &UserAccount) -> Option<&'a Url> {
    session.config.base_url.as_ref().filter(|base| base.origin() != account.base_uri.origin())
}

async fn api(diagnosis: &mut Diagnosis, session: &Session, account: &UserAccount) -> Result<(), Trouble> {
    let list = |account| crate::calls::list_envelopes::ListEnvelopes {
        account,
        from: session.parts().clock.now(),
        to: None,
        statuses: Vec::new(),
        custom_field: None,
        count: 1,
        start: 0,
    };
    session.run(list).await.map_err(|error| no_answer(session, account, &error))?;
    diagnosis.add("api", Outcome::Good, "answers", None);
    Ok(())
}

/// Why the API does not do what a token and an account should be enough for.
fn no_answer(session: &Session, account: &UserAccount, error: &Error) -> Trouble {
    use ErrorKind::{FeatureOff, NotFound, Timeout, Transport, Unauthenticated, Unexpected, WrongHost};
    let UserAccount { account_id, account_name, base_uri, .. } = account;
    let support = match error.request_id() {
        Some(id) => format!("ask DocuSign's support with the request id {id}"),
        None => "ask DocuSign's support".to_owned(),
    };
    match (error.kind(), elsewhere(session, account)) {
        (WrongHost | Unauthenticated | NotFound | Unexpected | Transport | Timeout, Some(base)) => {
            Trouble::with(
                error,
                format!("remove base_url: the account lives at {base_uri}, and was looked for at {base}"),
            )
        }
        (Transport | Timeout, None) => no_connection(error, "base_url"),
        (WrongHost, None) => Trouble::with(
            error,
            format!(
                "DocuSign names {base_uri} as the host of account {account_id}, but it is not served there; accounts \
                 are moved at times: try again later, then {support}"
            ),
        ),
        (Unauthenticated, None) => Trouble::with(
            error,
            format!("the account host took the token and {base_uri} refused it: try again, then {support}"),
        ),
        (FeatureOff, _) => Trouble::with(
            error,
            format!(
                "the plan of account {account_id} ({account_name}), or a setting of it, does not offer this: have its \
                 administrator switch it on or ask DocuSign for it, or set account_id to an account that has it"
            ),
        ),
        _ => Trouble::plain(error),
    }
}

fn without_remedy(error: &Error) -> String {
    coded(error, error.message())
}

fn coded(error: &Error, message: &str) -> String {
    match error.code() {
        Some(code) => format!("{message} ({code})"),
        None => message.to_owned(),
    }
}
