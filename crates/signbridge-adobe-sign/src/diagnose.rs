//! The doctor: tries out a profile step by step and names each fault with its remedy.

use std::sync::Arc;

use signbridge_core::{Diagnosis, Error, ErrorKind, Outcome, Parts, Settings};

use crate::{
    calls::{AccessPoint, list_agreements::ListAgreements},
    config::{Config, Credentials, NEEDED_SCOPES, Tier},
    session::Session,
};

/// The steps in their order; after a fault the rest cannot be tried.
const STEPS: [&str; 4] = ["configuration", "token", "account", "api"];

/// Tries out a profile.
pub(crate) async fn diagnose(settings: &Settings, parts: Parts) -> Diagnosis {
    let mut diagnosis = Diagnosis::default();
    if let Err(error) = examine(&mut diagnosis, settings, parts).await {
        let failed = diagnosis.steps.len();
        let remedy = remedy(&error);
        for (index, name) in STEPS.iter().enumerate().skip(failed) {
            if index == failed {
                diagnosis.add(name, Outcome::Fault, without_remedy(&error), remedy.clone());
            } else {
                diagnosis.add(name, Outcome::Skipped, "not tried", None);
            }
        }
    }
    diagnosis
}

async fn examine(diagnosis: &mut Diagnosis, settings: &Settings, parts: Parts) -> Result<(), Error> {
    let config = Arc::new(Config::from_settings(settings)?);
    let good = Outcome::Good;
    let credential = match config.credentials {
        Credentials::IntegrationKey(_) => "an integration key",
        Credentials::Login { .. } => "an app for somebody who logs in",
        Credentials::Refresh { .. } => "an app and a refresh token",
    };
    diagnosis.add("configuration", good, format!("complete, with {credential}"), None);
    let session = Session::new(Arc::clone(&config), parts)?;
    // The first request proves the token, whatever the answer says of the host.
    let found = session.discover().await?;
    diagnosis.add("token", good, "accepted", None);
    let at = |url| AccessPoint::new(url, None, config.tier);
    let host = found.host_str().unwrap_or_default();
    match &config.base_url {
        Some(base) if at(base) != at(&found) => diagnosis.add(
            "account",
            Outcome::Warning,
            format!("lives at {host}, but base_url is {base}"),
            Some("remove base_url; the access point is found by itself".to_owned()),
        ),
        _ => diagnosis.add("account", good, format!("lives at {host}"), None),
    }
    let list = |point| ListAgreements { point, external_id: None, cursor: None, count: 1 };
    session.run(list).await?;
    let rule = match config.tier {
        Tier::Enterprise => "three equal reads a minute",
        Tier::Standard => "one equal read in ten minutes",
    };
    diagnosis.add("api", good, format!("answers; reads keep to {rule}"), None);
    Ok(())
}

fn remedy(error: &Error) -> Option<String> {
    let own = error.remedy().map(str::to_owned);
    match error.kind() {
        ErrorKind::Transport | ErrorKind::Timeout => own.or_else(|| {
            Some(
                "check the network, the proxy (HTTPS_PROXY), ca_file and the addresses in the profile".into(),
            )
        }),
        ErrorKind::Forbidden => Some(format!(
            "give the token the scopes {} (`:account` to act for others)",
            NEEDED_SCOPES.join(" ")
        )),
        _ => own,
    }
}

fn without_remedy(error: &Error) -> String {
    match error.code() {
        Some(code) => format!("{} ({code})", error.message()),
        None => error.message().to_owned(),
    }
}
