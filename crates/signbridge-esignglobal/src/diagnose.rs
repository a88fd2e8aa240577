//! The doctor: tries out a profile step by step and names each fault with its remedy.

use signbridge_core::{Authenticator, Diagnosis, Error, ErrorKind, Outcome, Parts, Settings};

use crate::{calls::list_templates::ListTemplates, config::Config, session::Session};

/// The steps in their order; after a fault the rest cannot be tried.
const STEPS: [&str; 3] = ["configuration", "token", "api"];

/// Tries out a profile.
pub(crate) async fn diagnose(settings: &Settings, parts: Parts) -> Diagnosis {
    let mut diagnosis = Diagnosis::default();
    if let Err(error) = examine(&mut diagnosis, settings, parts).await {
        let failed = diagnosis.steps.len();
        for (index, name) in STEPS.iter().enumerate().skip(failed) {
            if index == failed {
                diagnosis.add(name, Outcome::Fault, message(&error), remedy(&error));
            } else {
                diagnosis.add(name, Outcome::Skipped, "not tried", None);
            }
        }
    }
    diagnosis
}

async fn examine(diagnosis: &mut Diagnosis, settings: &Settings, parts: Parts) -> Result<(), Error> {
    let config = Config::from_settings(settings)?;
    let host = config.base_url.host_str().unwrap_or_default().to_owned();
    diagnosis.add("configuration", Outcome::Good, format!("complete, for {host}"), None);
    let session = Session::new(config.into(), parts);
    session.tokens.renew(None).await?;
    diagnosis.add("token", Outcome::Good, format!("granted for app {}", session.config.app_id), None);
    session.client.run(&ListTemplates { api: session.api.clone(), page: 1, size: 1 }).await?;
    diagnosis.add("api", Outcome::Good, "answers", None);
    Ok(())
}

fn remedy(error: &Error) -> Option<String> {
    let own = error.remedy().map(str::to_owned);
    match error.kind() {
        ErrorKind::Transport | ErrorKind::Timeout => own.or_else(|| {
            Some("check the network, the proxy (HTTPS_PROXY), ca_file and data_center".to_owned())
        }),
        _ => own,
    }
}

fn message(error: &Error) -> String {
    match error.code() {
        Some(code) => format!("{} ({code})", error.message()),
        None => error.message().to_owned(),
    }
}
