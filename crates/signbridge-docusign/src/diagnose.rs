//! The doctor: tries out a profile step by step and names each fault with its remedy.

use std::collections::BTreeSet;

use signbridge_core::{Diagnosis, Error, ErrorKind, Outcome, Parts, Settings};

use crate::{
    calls::get_user_info::UserInfo,
    config::{Config, NEEDED_SCOPES},
    grant::TOLERATED_SKEW,
    session::Session,
};

/// The steps in their order; after a fault the rest cannot be tried.
const STEPS: [&str; 6] = ["configuration", "token", "clock", "scopes", "account", "api"];

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
    let config = Config::from_settings(settings)?;
    let good = Outcome::Good;
    let keys = config.private_keys.len();
    diagnosis.add(
        "configuration",
        good,
        format!("complete, with {keys} private key{}", if keys == 1 { "" } else { "s" }),
        None,
    );
    let session = Session::new(config.into(), parts);
    let info = session.user_info().await?;
    diagnosis.add("token", good, format!("granted for user {}", session.config.user_id), None);
    clock(diagnosis, &session, &info);
    scopes(diagnosis, &session);
    account(diagnosis, &session, &info)?;
    api(diagnosis, &session).await
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
        let message = format!("differs from DocuSign's by {} seconds", skew.num_seconds());
        diagnosis.add(
            "clock",
            Outcome::Warning,
            message,
            Some("set this machine's clock by a time server".into()),
        );
    } else {
        diagnosis.add("clock", Outcome::Good, "agrees with DocuSign's", None);
    }
}

/// DocuSign lists the granted scopes in some answers only; otherwise a token means that all that were asked for are.
fn scopes(diagnosis: &mut Diagnosis, session: &Session) {
    let listed = session.tokens.scope();
    let granted: BTreeSet<String> = match &listed {
        Some(scope) => scope.split_whitespace().map(str::to_owned).collect(),
        None => session.config.scopes.iter().cloned().collect(),
    };
    let missing: Vec<&str> = NEEDED_SCOPES.into_iter().filter(|needed| !granted.contains(*needed)).collect();
    let excessive: Vec<&str> =
        granted.iter().map(String::as_str).filter(|scope| !NEEDED_SCOPES.contains(scope)).collect();
    if !missing.is_empty() {
        let remedy = format!(
            "add {} to scopes, then consent again: {}",
            missing.join(" "),
            session.config.consent_url()
        );
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
        diagnosis.add("scopes", Outcome::Good, format!("{}: {how}", NEEDED_SCOPES.join(" ")), None);
    }
}

fn account(diagnosis: &mut Diagnosis, session: &Session, info: &UserInfo) -> Result<(), Error> {
    let account = session.choose(info)?;
    let found = format!("{} ({}) at {}", account.account_name, account.account_id, account.base_uri);
    let same_host = |base: &url::Url| base.origin() == account.base_uri.origin();
    match &session.config.base_url {
        Some(base) if !same_host(base) => {
            let message = format!("{found}, but base_url is {base}");
            let remedy = "remove base_url; the host is found by itself".to_owned();
            diagnosis.add("account", Outcome::Warning, message, Some(remedy));
        }
        _ => diagnosis.add("account", Outcome::Good, found, None),
    }
    Ok(())
}

async fn api(diagnosis: &mut Diagnosis, session: &Session) -> Result<(), Error> {
    let list = |account| crate::calls::list_envelopes::ListEnvelopes {
        account,
        from: session.parts().clock.now(),
        to: None,
        statuses: Vec::new(),
        custom_field: None,
        count: 1,
        start: 0,
    };
    session.run(list).await?;
    diagnosis.add("api", Outcome::Good, "answers", None);
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
        ErrorKind::InvalidConfiguration => {
            own.or_else(|| Some("correct what is named here in the profile".into()))
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
