//! What the account has to identify people and to certify signatures, and whether the profile names it.

use std::{collections::BTreeMap, fmt::Display};

use signbridge_core::{Diagnosis, Error, Outcome, Result};

use super::without_remedy;
use crate::{
    calls::{identity_workflows::ListIdentityWorkflows, signature_providers::ListSignatureProviders},
    session::Session,
    wire::identity::{Identification, SignatureProvider, Workflow},
};

pub(super) const WORKFLOWS: &str = "identity workflows";
pub(super) const PROVIDERS: &str = "signature providers";

/// The account's workflows, and those that the profile names.
pub(super) async fn workflows(diagnosis: &mut Diagnosis, session: &Session) {
    let named = &session.config.identity_workflows;
    let take = |all: &Vec<Workflow>| {
        let mut found = Identification::default();
        named.iter().map(|(method, name)| found.workflow(*method, name, all)).collect()
    };
    let names = |all: &Vec<Workflow>| quoted(all.iter().filter_map(Workflow::name));
    let list = session.run(|account| ListIdentityWorkflows { account }).await;
    tell(diagnosis, WORKFLOWS, named, list, take, names);
}

/// The account's signature providers, and those that the profile names.
pub(super) async fn providers(diagnosis: &mut Diagnosis, session: &Session) {
    let named = &session.config.signature_providers;
    let take = |all: &Vec<SignatureProvider>| {
        let mut found = Identification::default();
        named.iter().map(|(level, name)| found.provider(*level, name, all)).collect()
    };
    let names = |all: &Vec<SignatureProvider>| quoted(all.iter().filter_map(SignatureProvider::name));
    let list = session.run(|account| ListSignatureProviders { account }).await;
    tell(diagnosis, PROVIDERS, named, list, take, names);
}

/// Nothing of it keeps a profile from working: who names none needs none, and a wrong name refuses what uses it.
fn tell<W: Display, T>(
    diagnosis: &mut Diagnosis,
    step: &'static str,
    named: &BTreeMap<W, String>,
    list: Result<T>,
    take: impl Fn(&T) -> Vec<Result<()>>,
    names: impl Fn(&T) -> String,
) {
    let all = match list {
        Ok(all) => all,
        Err(error) if named.is_empty() => {
            let message = format!("none is named, and the account shows none: {}", without_remedy(&error));
            return diagnosis.add(step, Outcome::Good, message, None);
        }
        Err(error) => {
            let remedy = error.remedy().map(str::to_owned);
            return diagnosis.add(step, Outcome::Warning, without_remedy(&error), remedy);
        }
    };
    let faults: Vec<Error> = take(&all).into_iter().filter_map(Result::err).collect();
    if !faults.is_empty() {
        let text = |read: fn(&Error) -> Option<String>| {
            faults.iter().filter_map(read).collect::<Vec<_>>().join("; ")
        };
        let message = text(|error| error.faults().first().map(ToString::to_string));
        let remedy = text(|error| error.remedy().map(str::to_owned));
        return diagnosis.add(step, Outcome::Warning, message, Some(remedy));
    }
    let chosen: Vec<String> = named.iter().map(|(word, name)| format!("{word} is `{name}`")).collect();
    let chosen = if chosen.is_empty() { "none is named".to_owned() } else { chosen.join(", ") };
    diagnosis.add(step, Outcome::Good, format!("{chosen}; the account has {}", names(&all)), None);
}

fn quoted<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
