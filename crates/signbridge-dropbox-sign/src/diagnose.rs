//! The doctor: tries out a profile step by step and names each fault with its remedy.

use std::sync::Arc;

use signbridge_core::{Diagnosis, Error, ErrorKind, Outcome, Parts, Settings};

use crate::{
    calls::get_account::{Account, GetAccount},
    config::{Config, Credentials},
    session::Session,
};

/// The steps in their order; after a fault the rest cannot be tried.
const STEPS: [&str; 5] = ["configuration", "credentials", "account", "mode", "quota"];

/// Tries out a profile.
pub(crate) async fn diagnose(settings: &Settings, parts: Parts) -> Diagnosis {
    let mut diagnosis = Diagnosis::default();
    if let Err(error) = examine(&mut diagnosis, settings, parts).await {
        let failed = diagnosis.steps.len();
        for (index, name) in STEPS.iter().enumerate().skip(failed) {
            if index == failed {
                diagnosis.add(name, Outcome::Fault, without_remedy(&error), remedy(&error));
            } else {
                diagnosis.add(name, Outcome::Skipped, "not tried", None);
            }
        }
    }
    diagnosis
}

async fn examine(diagnosis: &mut Diagnosis, settings: &Settings, parts: Parts) -> Result<(), Error> {
    let config = Config::from_settings(settings)?;
    let credential = match config.credentials {
        Credentials::ApiKey(_) => "an API key",
        Credentials::AccessToken(_) => "an access token",
        Credentials::Refresh { .. } => "a refresh token",
    };
    let embedding = match &config.client_id {
        Some(_) => "an API app for embedded signing",
        None => "no client_id, so without embedded signing",
    };
    diagnosis.add(
        "configuration",
        Outcome::Good,
        format!("complete, with {credential} and {embedding}"),
        None,
    );
    let session = Session::new(Arc::new(config), parts)?;
    let account = session.run(&GetAccount { root: Arc::clone(&session.root) }).await?;
    diagnosis.add("credentials", Outcome::Good, format!("{credential} is accepted"), None);
    let id = account.account_id.as_deref().unwrap_or("without an id");
    if account.is_locked == Some(true) {
        let remedy = Some("ask Dropbox Sign to unlock it".to_owned());
        diagnosis.add("account", Outcome::Fault, format!("{id} is locked"), remedy);
    } else {
        diagnosis.add("account", Outcome::Good, id, None);
    }
    mode(diagnosis, session.config.test_mode, &account);
    quota(diagnosis, session.config.test_mode, &account);
    Ok(())
}

fn mode(diagnosis: &mut Diagnosis, test_mode: bool, account: &Account) {
    if test_mode {
        diagnosis.add("mode", Outcome::Good, "test: watermarked, not binding, free", None);
    } else if account.is_paid_hs == Some(false) {
        let remedy = "choose a plan, or set test_mode = true".to_owned();
        let message = "binding, but the account has no paid plan: requests will be refused";
        diagnosis.add("mode", Outcome::Warning, message, Some(remedy));
    } else {
        diagnosis.add("mode", Outcome::Good, "binding: every request counts and is billed", None);
    }
}

fn quota(diagnosis: &mut Diagnosis, test_mode: bool, account: &Account) {
    let left = account.quotas.as_ref().map(|quotas| quotas.api_signature_requests_left);
    match left {
        None => diagnosis.add("quota", Outcome::Warning, "the account does not say what is left", None),
        Some(None) => diagnosis.add("quota", Outcome::Good, "no limit", None),
        Some(Some(0)) if !test_mode => {
            let remedy = "buy more requests, or wait for the next period".to_owned();
            diagnosis.add("quota", Outcome::Fault, "no request is left", Some(remedy));
        }
        Some(Some(left)) => diagnosis.add("quota", Outcome::Good, format!("{left} requests are left"), None),
    }
}

fn remedy(error: &Error) -> Option<String> {
    let own = error.remedy().map(str::to_owned);
    match error.kind() {
        ErrorKind::Transport | ErrorKind::Timeout => own.or_else(|| {
            Some(
                "check the network, the proxy (HTTPS_PROXY), ca_file and the addresses in the profile".into(),
            )
        }),
        ErrorKind::Forbidden => {
            Some("an OAuth app needs the scope account_access to read the account".into())
        }
        _ => own,
    }
}

fn without_remedy(error: &Error) -> String {
    match error.code() {
        Some(code) => format!("{} ({code})", error.message()),
        None => error.message().to_owned(),
    }
}
