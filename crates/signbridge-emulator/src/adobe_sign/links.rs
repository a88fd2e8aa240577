//! Signing URLs and views [FACTS 4, Members].

use serde_json::{Value, json};

use super::call::Call;
use super::errors::ApiError;
use super::etag;
use super::members::in_draft;
use super::model::{Agreement, Member, ParticipantSet, Status};
use crate::exchange::Answer;
use crate::values::filled;

/// The path a signing link has; the member's secret goes with it.
pub(crate) const PATH: &str = "/public/apiesign";

fn url(call: &Call<'_>, client: &str, member: &Member) -> String {
    format!("{}{PATH}?pid={}&client_id={client}", call.base, member.link)
}

/// The sets whose turn it is, or why nobody can sign now.
fn signable<'s>(call: &Call<'_>, own: &'s Agreement) -> Result<Vec<&'s ParticipantSet>, ApiError> {
    let missing = |code, text: &str| Err(ApiError::missing(code, text));
    match own.status {
        Status::Draft => return Err(in_draft()),
        Status::Processing | Status::Authoring => {
            return missing("AGREEMENT_NOT_EXPOSED", "The agreement is not exposed to its signers yet.");
        }
        Status::Out if own.exposed_from.is_some_and(|from| from > call.now) => {
            return missing("AGREEMENT_NOT_EXPOSED", "The agreement is not exposed to its signers yet.");
        }
        Status::Out => {}
        Status::Expired => return missing("AGREEMENT_EXPIRED", "The agreement expired."),
        Status::Completed | Status::Cancelled => {
            return missing("AGREEMENT_NOT_SIGNABLE", "The agreement waits for nobody.");
        }
    }
    Ok(own.sets.iter().filter(|set| set.is_current()).collect())
}

pub(crate) fn signing_urls(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.world();
    let state = &world.adobe_sign;
    let own = call.agreement(state)?;
    let sender = own.sender.id == call.user.id;
    let is_me = |member: &Member| member.email.eq_ignore_ascii_case(&call.user.email);
    let sets: Vec<Value> = signable(call, own)?
        .into_iter()
        .filter(|set| sender || set.members.iter().any(is_me))
        .map(|set| {
            let urls: Vec<Value> = set
                .members
                .iter()
                .filter(|member| !member.replaced && (sender || is_me(member)))
                .map(|member| {
                    json!({ "email": member.email, "esignUrl": url(call, &state.client_id, member) })
                })
                .collect();
            match &set.name {
                Some(name) if sender => json!({ "signingUrlSetName": name, "signingUrls": urls }),
                _ => json!({ "signingUrls": urls }),
            }
        })
        .collect();
    if sets.is_empty() {
        return Err(ApiError::missing("AGREEMENT_NOT_VISIBLE", "It is not the caller's turn to sign."));
    }
    Ok(etag::answer(call.request, json!({ "signingUrlSetInfos": sets })))
}

/// The views the emulator has a page for: signing as the caller, and managing.
pub(crate) fn views(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let name = filled(&body, "name").ok_or_else(|| ApiError::required("name"))?;
    let world = call.world();
    let state = &world.adobe_sign;
    let own = call.agreement(state)?;
    let signing = || {
        let sets = signable(call, own).ok()?;
        let mine = sets.into_iter().flat_map(|set| &set.members);
        mine.filter(|own| !own.replaced)
            .find(|own| own.email.eq_ignore_ascii_case(&call.user.email))
            .map(|own| url(call, &state.client_id, own))
    };
    let managing = || Some(format!("{}/", call.request.origin));
    let rows: Vec<Value> = match name.as_str() {
        "SIGNING" => vec![("SIGNING", signing())],
        "MANAGE" => vec![("MANAGE", managing())],
        "ALL" => vec![("SIGNING", signing()), ("MANAGE", managing())],
        _ => Vec::new(),
    }
    .into_iter()
    .filter_map(|(name, url)| Some(json!({ "name": name, "url": url?, "isCurrent": true })))
    .collect();
    if rows.is_empty() {
        return Err(ApiError::bad(
            "VIEW_NOT_AVAILABLE",
            format!("The view {name} is not available now, or the emulator has no page for it."),
        ));
    }
    Ok(Answer::ok(json!({ "agreementViewList": rows })))
}
