//! Signing URLs and views [FACTS 4, Members].

use http::StatusCode;
use serde_json::{Value, json};

use super::access;
use super::call::Call;
use super::errors::ApiError;
use super::etag;
use super::members::in_draft;
use super::model::{Agreement, Member, ParticipantSet, Status};
use super::state::{State, opaque};
use crate::exchange::{Answer, Query};
use crate::pages;
use crate::values::{filled, flag, object};

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

/// The path of the sender's views; a key that nobody guesses goes with it.
pub(crate) const VIEW_PATH: &str = "/public/view";

/// The views the emulator has an address for: composing a draft, authoring, managing, and signing as the caller.
pub(crate) fn views(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let name = filled(&body, "name").ok_or_else(|| ApiError::required("name"))?;
    let configuration = object(&body, "commonViewConfiguration").cloned().unwrap_or_default();
    let mut world = call.world();
    let state = &mut world.adobe_sign;
    let signs_in = flag(&configuration, "autoLoginUser") == Some(true);
    if signs_in && !access::allows(state, call.request, "user_login", call.now) {
        let text = "A view that signs the user in needs the scope user_login.";
        return Err(ApiError::unauthorised("AUTOLOGIN_DENIED", text));
    }
    let own = call.agreement(state)?;
    let mut rows = Vec::new();
    let signing = || {
        let sets = signable(call, own).ok()?;
        let mine = sets.into_iter().flat_map(|set| &set.members);
        mine.filter(|own| !own.replaced)
            .find(|own| own.email.eq_ignore_ascii_case(&call.user.email))
            .map(|own| url(call, &state.client_id, own))
    };
    rows.extend(signing().map(|url| ("SIGNING", url)));
    let key = opaque(48);
    let sender = own.sender.id == call.user.id;
    let prepared = match own.status {
        Status::Draft => Some("COMPOSE"),
        Status::Authoring => Some("AUTHORING"),
        _ => None,
    };
    let page = |view: &str| format!("{}{VIEW_PATH}?name={view}&key={key}", call.base);
    rows.extend(prepared.filter(|_| sender).map(|view| (view, page(view))));
    rows.push(("MANAGE", page("MANAGE")));
    let agreement = own.name.clone();
    rows.retain(|(view, _)| name == "ALL" || *view == name);
    if rows.is_empty() {
        return Err(ApiError::bad(
            "VIEW_NOT_AVAILABLE",
            format!("The view {name} is not available now, or the emulator has no address for it."),
        ));
    }
    state.views.insert(key, agreement);
    let rows: Vec<Value> =
        rows.iter().map(|(view, url)| json!({ "name": view, "url": url, "isCurrent": true })).collect();
    Ok(Answer::ok(json!({ "agreementViewList": rows })))
}

/// What stands at the address of a view: no page of the sender's is played.
pub(crate) fn view_page(state: &State, query: &Query) -> Answer {
    let (view, key) = (query.get("name").unwrap_or_default(), query.get("key").unwrap_or_default());
    match state.views.get(key) {
        Some(agreement) => {
            let text =
                format!("Here the sender would see the view {view} of {agreement}. Use the API instead.");
            Answer::html(StatusCode::OK, pages::notice("A page of the sender", &text))
        }
        None => Answer::html(
            StatusCode::GONE,
            pages::notice("Link no longer valid", "This link leads to no view of an agreement."),
        ),
    }
}
