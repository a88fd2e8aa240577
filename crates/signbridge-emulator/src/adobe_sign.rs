//! The Adobe Acrobat Sign dialect: OAuth 2.0 and the REST API v6 under `/api/rest/v6`.
//!
//! # What it plays
//!
//! Consent, code, refresh and revocation in both versions of the paths, integration key, acting users;
//! discovery of the access point and refusal at a wrong one; transient documents; library documents with
//! their fields; agreements as drafts, in authoring or sent, with asynchronous processing and conversion
//! failures; participant sets in order and in parallel with signers, approvers, acceptors, certified
//! recipients and form fillers, any one member acting for his set; members, replacement, rejection,
//! cancelling, expiry, reminders, passwords used up; fields by authoring, anchors and text tags; signing
//! URLs and views; combined and single documents, page sizes, audit report, form data, events; deletion of
//! documents and agreements; list and search; entity tags; the polling rule.
//!
//! # Controls
//!
//! | Request under `/_emulator/adobe-sign/` | What it does |
//! |---|---|
//! | `POST polling` `{"rule":"off"\|"three_per_minute"\|"once_per_ten_minutes"}` | the polling rule; three a minute is the default |
//! | `POST timing` `{"processing_ms":400,"exposure_ms":200,"index_ms":1000}` | how long processing, exposure of links and the index of lists take |
//! | `POST shard` `{"shard":"eu2"}` or `{"shard":null}` | moves the account to `{listener}/shards/eu2/`, or back |
//! | `POST users` `{"name":…,"email":…}` | adds a user of the account: `{"user_id":…}` |
//! | `GET tokens`, `DELETE tokens` with `{"token":…}` or `{}` | counts access tokens issued; revokes one or all |
//!
#![doc = include_str!("adobe_sign/differences.md")]

pub(crate) mod access;
pub(crate) mod agreements;
pub(crate) mod call;
pub(crate) mod convert;
pub(crate) mod definition;
pub(crate) mod documents;
pub(crate) mod errors;
pub(crate) mod etag;
pub(crate) mod events;
pub(crate) mod fields;
pub(crate) mod form_fields;
pub(crate) mod library;
pub(crate) mod lifecycle;
pub(crate) mod links;
pub(crate) mod list;
pub(crate) mod members;
pub(crate) mod model;
pub(crate) mod oauth;
pub(crate) mod play;
pub(crate) mod polling;
pub(crate) mod reminders;
pub(crate) mod rendition;
pub(crate) mod state;
pub(crate) mod tags;
#[cfg(test)]
mod tests;
pub(crate) mod transients;
pub(crate) mod users;

use http::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

use crate::dialect::{Provider, Session};
use crate::exchange::{Answer, Request};
use crate::faults::ThrottleRule;
use crate::hub::Hub;
use crate::route::{self, Route, Routed};
use crate::{pages, signing};

use call::Call;
use errors::ApiError;
pub(crate) use state::State;

/// Room for one file of the largest tier's size is not given: the default tier's 10 MB and the multipart
/// around it, with space to tell the one from the other.
pub(crate) const LARGEST_REQUEST: usize = 16 * 1024 * 1024;

/// Every scope of the published specification, without its reach.
pub(crate) const KNOWN_SCOPES: &[&str] = &[
    "agreement_read",
    "agreement_write",
    "agreement_send",
    "agreement_sign",
    "agreement_retention",
    "agreement_vault",
    "library_read",
    "library_write",
    "library_retention",
    "user_login",
    "user_read",
    "user_write",
    "webhook_read",
    "webhook_write",
    "webhook_retention",
    "widget_read",
    "widget_write",
    "workflow_read",
    "workflow_write",
];

/// A handler and the scopes of which a token needs one; none for discovery.
struct Operation {
    scopes: &'static [&'static str],
    run: fn(&Call<'_>) -> Result<Answer, ApiError>,
}

const READ: &[&str] = &["agreement_read"];
const WRITE: &[&str] = &["agreement_write"];
const RETENTION: &[&str] = &["agreement_retention"];
const SIGN: &[&str] = &["agreement_sign", "agreement_write"];
const UPLOAD: &[&str] = &["agreement_write", "agreement_sign", "widget_write", "library_write"];
const USERS: &[&str] = &["user_read"];
const LIBRARY: &[&str] = &["library_read"];
const SHELVE: &[&str] = &["library_write"];
const ANY: &[&str] = &[];

macro_rules! routes {
    ($($method:ident $tail:literal $scopes:ident => $handler:path;)*) => {
        &[$(Route {
            method: Method::$method,
            template: concat!("/api/rest/v6", $tail),
            handler: Operation { scopes: $scopes, run: $handler },
        },)*]
    };
}

const ROUTES: &[Route<Operation>] = routes! {
    GET "/baseUris" ANY => base_uris;
    POST "/transientDocuments" UPLOAD => transients::create;
    GET "/agreements" READ => list::list_all;
    POST "/agreements" WRITE => agreements::create;
    POST "/search" READ => list::search;
    GET "/agreements/{agreementId}" READ => agreements::get;
    PUT "/agreements/{agreementId}" WRITE => agreements::update;
    DELETE "/agreements/{agreementId}" RETENTION => agreements::delete;
    PUT "/agreements/{agreementId}/state" WRITE => agreements::put_state;
    PUT "/agreements/{agreementId}/me/visibility" WRITE => agreements::visibility;
    GET "/agreements/{agreementId}/members" READ => members::get;
    GET "/agreements/{agreementId}/members/participantSets/{participantSetId}" READ => members::get_set;
    PUT "/agreements/{agreementId}/members/participantSets/{participantSetId}" WRITE => members::put_set;
    PUT "/agreements/{agreementId}/members/participantSets/{participantSetId}/participants/{participantId}/reject"
        SIGN => members::reject;
    GET "/agreements/{agreementId}/events" READ => events::get;
    GET "/agreements/{agreementId}/formFields" READ => form_fields::get;
    PUT "/agreements/{agreementId}/formFields" WRITE => form_fields::put;
    GET "/agreements/{agreementId}/formFields/mergeInfo" READ => form_fields::get_merge;
    PUT "/agreements/{agreementId}/formFields/mergeInfo" WRITE => form_fields::put_merge;
    GET "/agreements/{agreementId}/signingUrls" WRITE => links::signing_urls;
    POST "/agreements/{agreementId}/views" READ => links::views;
    GET "/agreements/{agreementId}/reminders" READ => reminders::list_all;
    POST "/agreements/{agreementId}/reminders" WRITE => reminders::create;
    GET "/agreements/{agreementId}/combinedDocument" READ => documents::combined;
    GET "/agreements/{agreementId}/combinedDocument/pagesInfo" READ => documents::pages_info;
    GET "/agreements/{agreementId}/documents" READ => documents::list;
    DELETE "/agreements/{agreementId}/documents" RETENTION => documents::remove;
    GET "/agreements/{agreementId}/documents/{documentId}" READ => documents::one;
    GET "/agreements/{agreementId}/auditTrail" READ => documents::audit;
    GET "/agreements/{agreementId}/formData" READ => documents::form_data;
    GET "/libraryDocuments" LIBRARY => library::list_all;
    POST "/libraryDocuments" SHELVE => library::create;
    GET "/libraryDocuments/{libraryDocumentId}" LIBRARY => library::get;
    PUT "/libraryDocuments/{libraryDocumentId}" SHELVE => library::update;
    PUT "/libraryDocuments/{libraryDocumentId}/state" SHELVE => library::put_state;
    GET "/libraryDocuments/{libraryDocumentId}/documents" LIBRARY => library::documents;
    GET "/libraryDocuments/{libraryDocumentId}/combinedDocument" LIBRARY => library::combined;
    GET "/libraryDocuments/{libraryDocumentId}/formFields" LIBRARY => library::get_fields;
    PUT "/libraryDocuments/{libraryDocumentId}/formFields" SHELVE => library::put_fields;
    GET "/users" USERS => users::list;
    GET "/users/{userId}" USERS => users::get;
};

/// Answers one request of the dialect.
pub(crate) fn answer(hub: &Hub, request: &Request) -> Answer {
    let (shard, path) = access::split(&request.path);
    let base = access::base(&request.origin, shard);
    let answer = oauth::answer(hub, request, path, &base)
        .or_else(|| signing_link(hub, request, path))
        .unwrap_or_else(|| rest(hub, request, shard, path, base));
    traced(answer)
}

fn rest(hub: &Hub, request: &Request, shard: Option<&str>, path: &str, base: String) -> Answer {
    let (route, params) = match route::find(ROUTES, &request.method, path) {
        Routed::Found(route, params) => (route, params),
        Routed::WrongMethod => return access::no_route(true, request).answer(),
        Routed::Unknown => return access::no_route(false, request).answer(),
    };
    let now = hub.clock.now();
    let admitted = {
        let mut world = hub.world();
        let state = &mut world.adobe_sign;
        let scopes = route.handler.scopes;
        access::admit(state, request, shard, scopes, now).and_then(|user| {
            let asked = scopes.is_empty() || access::poll(state, request, path, &user, now)?;
            Ok((user, asked))
        })
    };
    let outcome = admitted.and_then(|(user, asked)| {
        if !asked {
            // The rule answers 304 without looking: this hides whatever has changed.
            return Ok(etag::not_modified(request.header("if-none-match").unwrap_or_default()));
        }
        (route.handler.run)(&Call { hub, request, params, user, now, base })
    });
    let mut answer = outcome.unwrap_or_else(|error| error.answer());
    answer.operation = Some(format!("{} {}", route.method, route.template));
    answer
}

/// Discovery; works at every access point and with any scope.
fn base_uris(call: &Call<'_>) -> Result<Answer, ApiError> {
    let point = access::point(&call.world().adobe_sign, &call.base, call.request);
    Ok(Answer::ok(json!({ "apiAccessPoint": point, "webAccessPoint": point })))
}

/// A link of `signingUrls`, which opens a session on the shared page; or one of a view.
fn signing_link(hub: &Hub, request: &Request, path: &str) -> Option<Answer> {
    if path != links::PATH && path != links::VIEW_PATH {
        return None;
    }
    if request.method != Method::GET {
        return Some(Answer::empty(StatusCode::METHOD_NOT_ALLOWED));
    }
    let mut world = hub.world();
    let state = &world.adobe_sign;
    if path == links::VIEW_PATH {
        return Some(links::view_page(state, &request.query));
    }
    let link = request.query.get("pid").unwrap_or_default();
    let found = state.agreements.iter().find_map(|own| {
        let (set, member) = own.member(link).filter(|(_, member)| member.link == link)?;
        let back = own.echoed.get("postSignOption").and_then(|option| option.get("redirectUrl"));
        let back = back.and_then(serde_json::Value::as_str).map(str::to_owned);
        set.exposed.map(|_| Session::new(Provider::AdobeSign, own.id.clone(), member.id.clone(), back))
    });
    Some(match found {
        Some(session) => signing::begin(&mut world, session),
        None => Answer::html(
            StatusCode::GONE,
            pages::notice("Link no longer valid", "This signing link leads to no agreement."),
        ),
    })
}

/// Every answer carries the id by which support finds a call [FACTS 3].
fn traced(answer: Answer) -> Answer {
    answer.with("x-request-id", &Uuid::new_v4().to_string())
}

/// The refusal of a body over the limit.
pub(crate) fn too_large() -> Answer {
    traced(ApiError::forbidden("LARGE_FILE_SIZE", "The request is larger than 16 MiB.").answer())
}

/// The refusal a throttling fault asks for: of the hour or of the minute.
pub(crate) fn throttled(_hub: &Hub, rule: ThrottleRule) -> Answer {
    let seconds = match rule {
        ThrottleRule::Hourly => 3_600,
        ThrottleRule::Burst => 60,
    };
    traced(ApiError::throttled("THROTTLING_TOO_MANY_REQUESTS", seconds).answer())
}
