//! The DocuSign dialect: OAuth at the root, the eSignature REST API v2.1 under `/restapi`.
//!
//! # What it plays
//!
//! The JWT grant, `userinfo` and consent; envelopes as drafts or sent, from JSON or multipart;
//! routing order with signers, in-person signers, carbon copies and certified deliveries; the
//! commonly used tabs with absolute and anchor placement; decline, void, expiry, reminders, resending
//! and correction; embedded signing links; documents, combined PDF, archive, certificate, audit trail,
//! form data, custom fields and notification; templates, alone and composed; bulk lists; edit locks;
//! scheduled sending and pauses; purging; rate limits. What it does not play (Connect, chunked uploads,
//! other recipient groups and tabs) is refused with `INVALID_REQUEST_PARAMETER` and a message that says
//! so, or is an unknown route: `differences.md` beside this file lists it by endpoint. The signing page
//! shows no radio groups; they keep what the sender selected unless `field:GROUP` is posted.
//!
//! # What is unverified
//!
//! No published document or recording known to this project says how DocuSign answers in these cases.
//! The emulator gives the nearest answer that is known.
//!
//! | Case | The emulator's answer |
//! |---|---|
//! | JWT: audience with scheme or path, another host, expired, issued in the future, life over an hour, wrong algorithm, malformed | 400 `invalid_grant`, `no_valid_keys_or_signatures` |
//! | JWT: `sub` is an e-mail address, user disabled | 400 `invalid_grant`, `user_not_found` |
//! | JWT: scope without `signature` | 400 `invalid_scope` |
//! | JWT: tolerance for a client clock that is ahead | 60 seconds |
//! | REST: no `Authorization` header | 401 `USER_AUTHENTICATION_FAILED` |
//! | REST: account of somebody else | 400 `USER_DOES_NOT_BELONG_TO_SPECIFIED_ACCOUNT` |
//! | unknown envelope, document or recipient | 400 with the recorded code (the published file declares 400 only) |
//! | body over 34 MiB | 413 `INVALID_REQUEST_BODY` |
//! | other content type on create, broken multipart | 415 `INVALID_CONTENT_TYPE`, 400 `INVALID_MULTI_PART_REQUEST` |
//! | sending without subject, document or recipient, recipient without name | 400 `ENVELOPE_IS_INCOMPLETE` |
//! | subject over 100 characters, two documents or recipients with one id | 400 `INVALID_REQUEST_PARAMETER`, `INVALID_RECIPIENT_ID` |
//! | tab without or with unknown document; outside the page | 400 `DOCUMENT_DOES_NOT_EXIST`; `TAB_OUT_OF_BOUNDS` |
//! | size of an anchor pixel, reference point of anchor text | one point; lower left corner of the text |
//! | what a correction may not change on a sent envelope | ignored |
//! | a condition, formula or tab group that names no tab of the recipient, when sent | 400 `INVALID_REQUEST_PARAMETER` |
//! | a radio group without name or values, two radios selected; an unknown `groupRule` | 400 `INVALID_REQUEST_PARAMETER` |
//! | form data of radio groups; of attachments and buttons | the value of the radio; left out |
//! | a formula whose parts are hidden or empty | zero for what is hidden; no value as long as one is empty |
//! | certificate of a draft | `DOCUMENT_DOES_NOT_EXIST` |
//! | default order of the list | newest change first |
//! | a signing link used twice; wrong access codes before a session ends | `event=ttl_expired` as when too old; three |
//! | where a signature without tab is placed | foot of the last page |
//! | start of the burst window | the first call after the last window |
//! | unknown template, bulk list or batch | 404 `RESOURCE_NOT_FOUND` |
//! | a role that no template has; a role left empty when sent | 400 `INVALID_REQUEST_PARAMETER`; `ENVELOPE_IS_INCOMPLETE` |
//! | one person in several composite templates | one recipient if id, name and e-mail are the same |
//! | changing a locked envelope without its token | 400 `EDIT_LOCK_NOT_LOCK_OWNER`; signers may act meanwhile |
//! | status until a scheduled envelope is sent | `created`, its `scheduledSending` `started` |
//! | documents after they were purged | 400 `DOCUMENT_DOES_NOT_EXIST` |
//! | when an envelope becomes `correct` | when the page is opened; it stays so until the page is left or revoked; it expires in it, is not voided or locked |
//! | an identity workflow or signature provider that the account lacks; a plan without them | 400 `INVALID_REQUEST_PARAMETER`, `SIGNATURE_PROVIDER_INVALID_NAME`; `PLAN_ITEM_NOT_ENABLED`, `ACCOUNT_LACKS_PERMISSIONS` |
//! | console view of an unknown envelope | 400 `ENVELOPE_DOES_NOT_EXIST` |
//! | resuming what is not paused | 400 `WORKFLOW_UPDATE_NOT_ALLOWED` |

pub(crate) mod accounts;
pub(crate) mod audit;
pub(crate) mod bulk;
pub(crate) mod call;
pub(crate) mod code_grant;
pub(crate) mod compose;
pub(crate) mod convert;
pub(crate) mod custom_fields;
pub(crate) mod definition;
mod dialect;
pub(crate) mod documents;
pub(crate) mod envelopes;
pub(crate) mod errors;
mod filling;
mod formula;
pub(crate) mod identity;
pub(crate) mod jwt;
pub(crate) mod lifecycle;
pub(crate) mod limits;
pub(crate) mod links;
pub(crate) mod list;
pub(crate) mod locks;
pub(crate) mod model;
pub(crate) mod notification;
pub(crate) mod oauth;
pub(crate) mod placement;
pub(crate) mod recipients;
pub(crate) mod render;
pub(crate) mod rendition;
pub(crate) mod state;
pub(crate) mod tab_kinds;
mod tab_rules;
pub(crate) mod tabs;
pub(crate) mod templates;
pub(crate) mod views;
pub(crate) mod workflow;

use http::{Method, StatusCode};
use uuid::Uuid;

use crate::exchange::{Answer, Request};
use crate::faults::ThrottleRule;
use crate::hub::Hub;
use crate::route::{self, Params, Route, Routed};

use call::Call;
use errors::ApiError;
use model::{Sender, Time};

/// The largest request DocuSign takes: 34 MiB [FACTS 12].
pub(crate) const LARGEST_REQUEST: usize = 35_651_584;

type Handler = fn(&Call<'_>) -> Result<Answer, ApiError>;

macro_rules! routes {
    ($($method:ident $tail:literal => $handler:path;)*) => {
        &[$(Route {
            method: Method::$method,
            template: concat!("/restapi/v2.1/accounts/{accountId}", $tail),
            handler: $handler as Handler,
        },)*]
    };
}

const ROUTES: &[Route<Handler>] = routes! {
    GET "" => accounts::get;
    GET "/users/{userId}" => accounts::user;
    GET "/templates" => templates::list;
    POST "/templates" => templates::create;
    GET "/templates/{templateId}" => templates::get;
    POST "/bulk_send_lists" => bulk::create_list;
    GET "/bulk_send_lists/{bulkSendListId}" => bulk::get_list;
    POST "/bulk_send_lists/{bulkSendListId}/test" => bulk::test;
    POST "/bulk_send_lists/{bulkSendListId}/send" => bulk::send;
    GET "/bulk_send_batch/{bulkSendBatchId}" => bulk::batch;
    PUT "/folders/{folderId}" => accounts::move_to_folder;
    GET "/envelopes" => list::list;
    POST "/envelopes" => envelopes::create;
    PUT "/envelopes/status" => list::statuses;
    GET "/envelopes/{envelopeId}" => envelopes::get;
    PUT "/envelopes/{envelopeId}" => envelopes::update;
    GET "/envelopes/{envelopeId}/recipients" => recipients::get;
    POST "/envelopes/{envelopeId}/recipients" => recipients::post;
    PUT "/envelopes/{envelopeId}/recipients" => recipients::put;
    DELETE "/envelopes/{envelopeId}/recipients" => recipients::delete_many;
    DELETE "/envelopes/{envelopeId}/recipients/{recipientId}" => recipients::delete_one;
    GET "/envelopes/{envelopeId}/recipients/{recipientId}/tabs" => tabs::get;
    POST "/envelopes/{envelopeId}/recipients/{recipientId}/tabs" => tabs::post;
    PUT "/envelopes/{envelopeId}/recipients/{recipientId}/tabs" => tabs::put;
    DELETE "/envelopes/{envelopeId}/recipients/{recipientId}/tabs" => tabs::delete;
    POST "/envelopes/{envelopeId}/views/recipient" => views::recipient;
    POST "/envelopes/{envelopeId}/views/sender" => views::sender;
    POST "/envelopes/{envelopeId}/views/correct" => views::correct;
    DELETE "/envelopes/{envelopeId}/views/correct" => views::end_correction;
    POST "/views/console" => views::console;
    GET "/identity_verification" => identity::workflows;
    GET "/signatureProviders" => identity::providers;
    GET "/envelopes/{envelopeId}/lock" => locks::get;
    POST "/envelopes/{envelopeId}/lock" => locks::post;
    PUT "/envelopes/{envelopeId}/lock" => locks::put;
    DELETE "/envelopes/{envelopeId}/lock" => locks::delete;
    GET "/envelopes/{envelopeId}/documents" => documents::list;
    PUT "/envelopes/{envelopeId}/documents" => documents::put_many;
    DELETE "/envelopes/{envelopeId}/documents" => documents::delete;
    GET "/envelopes/{envelopeId}/documents/{documentId}" => documents::download;
    PUT "/envelopes/{envelopeId}/documents/{documentId}" => documents::put_one;
    GET "/envelopes/{envelopeId}/audit_events" => audit::events;
    GET "/envelopes/{envelopeId}/form_data" => audit::form_data;
    GET "/envelopes/{envelopeId}/custom_fields" => custom_fields::get;
    POST "/envelopes/{envelopeId}/custom_fields" => custom_fields::post;
    PUT "/envelopes/{envelopeId}/custom_fields" => custom_fields::put;
    DELETE "/envelopes/{envelopeId}/custom_fields" => custom_fields::delete;
    GET "/envelopes/{envelopeId}/notification" => notification::get;
    PUT "/envelopes/{envelopeId}/notification" => notification::put;
};

/// Answers one request of the dialect.
pub(crate) fn answer(hub: &Hub, request: &Request) -> Answer {
    let answer = oauth::answer(hub, request).unwrap_or_else(|| rest(hub, request));
    traced(answer)
}

fn rest(hub: &Hub, request: &Request) -> Answer {
    match route::find(ROUTES, &request.method, &request.path) {
        Routed::Found(route, params) => {
            let mut answer = authorised(hub, request, route, params);
            answer.operation = Some(format!("{} {}", route.method, route.template));
            answer
        }
        Routed::WrongMethod => ApiError::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "INVALID_REQUEST_METHOD",
            format!("This resource does not answer {}.", request.method),
        )
        .answer(),
        Routed::Unknown => ApiError::new(
            StatusCode::NOT_FOUND,
            "RESOURCE_NOT_FOUND",
            format!("There is no resource {}.", request.path),
        )
        .answer(),
    }
}

/// Token, account and rate limit, in this order; then the handler.
fn authorised(hub: &Hub, request: &Request, route: &Route<Handler>, params: Params) -> Answer {
    let now = hub.clock.now();
    let outcome = admit(hub, request, &params, now).and_then(|user| {
        let call = Call { hub, request, params, user, now };
        locks::guard(&call, route.template)?;
        (route.handler)(&call)
    });
    match outcome {
        Err(error) if error.status == StatusCode::UNAUTHORIZED => error.answer(),
        outcome => {
            let answer = outcome.unwrap_or_else(|error| error.answer());
            hub.world().docusign.limits.mark(answer, now)
        }
    }
}

fn admit(hub: &Hub, request: &Request, params: &Params, now: Time) -> Result<Sender, ApiError> {
    let unauthorised = |code, message: &str| ApiError::new(StatusCode::UNAUTHORIZED, code, message);
    let mut world = hub.world();
    let state = &mut world.docusign;
    let token = oauth::bearer(request)
        .ok_or_else(|| unauthorised("USER_AUTHENTICATION_FAILED", "The request carries no bearer token."))?;
    let user = state.token_user(token, now).ok_or_else(|| {
        unauthorised("AUTHORIZATION_INVALID_TOKEN", "The access token is expired, revoked or not known.")
    })?;
    let user = Sender { user_id: user.id.clone(), name: user.name.clone(), email: user.email.clone() };
    if !params.get("accountId").eq_ignore_ascii_case(&state.account_id) {
        return Err(ApiError::bad(
            "USER_DOES_NOT_BELONG_TO_SPECIFIED_ACCOUNT",
            "The user is no member of the account in the path.",
        ));
    }
    state.limits.take(now)?;
    Ok(user)
}

/// The headers by which DocuSign's support finds a call [FACTS 3].
fn traced(answer: Answer) -> Answer {
    answer.with("x-docusign-tracetoken", &Uuid::new_v4().to_string()).with("x-docusign-node", "EMULATOR")
}

/// The refusal of a body over the limit.
pub(crate) fn too_large() -> Answer {
    let error = ApiError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "INVALID_REQUEST_BODY",
        "The request is larger than 35651584 bytes.",
    );
    traced(error.answer())
}

/// The refusal a throttling fault asks for.
pub(crate) fn throttled(hub: &Hub, rule: ThrottleRule) -> Answer {
    let now = hub.clock.now();
    let mut limits = hub.world().docusign.limits.exhaust(rule, now);
    traced(limits.mark(limits::exceeded(rule).answer(), now))
}
