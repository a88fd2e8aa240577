//! The account's workflows and signature providers that recipients need, found by the names in the profile.

use std::collections::BTreeSet;

use signbridge_core::{
    Authentication, AuthenticationMethod, Correction, Draft, Recipient, Result, SignatureLevel,
};

use super::DocuSignProvider;
use crate::{
    calls::{identity_workflows::ListIdentityWorkflows, signature_providers::ListSignatureProviders},
    config::WORKFLOW_METHODS,
    wire::identity::Identification,
};

/// What the recipients of a draft need.
///
/// # Errors
/// `invalid_configuration` with the names that there are, when the account does not have what the profile names.
pub(super) async fn of_draft(provider: &DocuSignProvider, draft: &Draft) -> Result<Identification> {
    find(provider, methods(&draft.recipients), levels(&draft.recipients)).await
}

/// What those who change or join need.
pub(super) async fn of_correction(
    provider: &DocuSignProvider,
    correction: &Correction,
) -> Result<Identification> {
    let changed = correction.changes.iter().filter_map(|change| change.authentication.as_ref());
    let mut methods = methods(&correction.add);
    methods.extend(changed.map(Authentication::word));
    find(provider, methods, levels(&correction.add)).await
}

fn methods(people: &[Recipient]) -> BTreeSet<AuthenticationMethod> {
    people.iter().filter_map(|own| own.authentication.as_ref()).map(Authentication::word).collect()
}

fn levels(people: &[Recipient]) -> BTreeSet<SignatureLevel> {
    people.iter().map(|own| own.level).collect()
}

/// Reads no list that nobody needs.
async fn find(
    provider: &DocuSignProvider,
    methods: BTreeSet<AuthenticationMethod>,
    levels: BTreeSet<SignatureLevel>,
) -> Result<Identification> {
    let session = &provider.session;
    let config = &session.config;
    let mut found = Identification::default();
    let wanted = WORKFLOW_METHODS.iter().filter(|method| methods.contains(method));
    let wanted: Vec<_> =
        wanted.filter_map(|method| Some((*method, config.identity_workflows.get(method)?))).collect();
    if !wanted.is_empty() {
        let all = session.run(|account| ListIdentityWorkflows { account }).await?;
        for (method, name) in wanted {
            found.workflow(method, name, &all)?;
        }
    }
    let wanted = levels.iter().filter_map(|level| Some((*level, config.signature_providers.get(level)?)));
    let wanted: Vec<_> = wanted.collect();
    if !wanted.is_empty() {
        let all = session.run(|account| ListSignatureProviders { account }).await?;
        for (level, name) in wanted {
            found.provider(level, name, &all)?;
        }
    }
    Ok(found)
}
