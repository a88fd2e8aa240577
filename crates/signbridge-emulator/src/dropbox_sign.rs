//! The Dropbox Sign dialect: API v3 under `/v3`, OAuth at the root.
//!
//! # What it plays
//!
//! The API key and OAuth (authorisation code, refresh); test mode and the quota of requests that are
//! binding; requests from files, addresses and templates, mailed or embedded, as JSON, form or either
//! multipart style; signing order, pins, form fields, text tags, custom fields; reading, listing with a
//! query, reminding, updating, cancelling, removing; files as PDF, archive, text and address; templates;
//! the account; rate limits. Groups of signers, bulk sending, editing, held and unclaimed drafts, teams,
//! API apps, fax and reports are not played: they are refused or unknown resources. No event is sent.
//!
//! # Controls under `/_emulator/dropbox-sign`
//!
//! | Request | What it does |
//! |---|---|
//! | `POST limits` `{"tier":"strict"}` or `{"standard":N,"high":N,"test":N}` | calls per minute; strict is 100, 25 and 10 |
//! | `POST delays` `{"processing_ms":N,"copy_ms":N,"cancel_ms":N,"index_ms":N}` | conversion (250), copy after a signature (0), queued cancellation (250), index of queries (250) |
//! | `POST plan` `{"paid":false}` or `{"requests_left":N}` | what requests outside of test mode meet |
//! | `POST refresh` `{"credentials":"required"}` | refreshing a token needs the app's credentials, as for newer apps |
//! | `POST tokens`, `DELETE tokens` | issues a pair of tokens; revokes all |
//!
//! # Differences
//!
//! * Every limit is 100 a minute until the strict tier is chosen; which calls are in the high tier is
//!   known for the final copy only, here it is all downloads.
//! * The hosts `api.` and `app.` are one port: `/v3/…` and `/oauth/…`. `/v3/oauth/token` is unknown, as
//!   measured.
//! * An address in `file_urls` is fetched on loopback only; elsewhere a page stands in.
//! * Files that are no PDF are not converted: a page stands in.
//! * `act` on a request still in conversion ends the conversion.
//! * What a drawn signature looks like is the emulator's own; the audit trail says it is no evidence.
//! * An API app has no registered callback address: `redirect_uri` is followed wherever it leads.
//! * The signing page offers radio buttons as ticks and dropdowns as text.
//!
//! # What is unverified
//!
//! | Case | The emulator's answer |
//! |---|---|
//! | OAuth errors | the published error body with the OAuth name; 401 for `invalid_client`, else 400. An old official client also expects `error_description` |
//! | unknown parameter | 400 `bad_request`, `Invalid parameter: NAME` |
//! | unknown `client_id` | 400 `bad_request` |
//! | files that cannot be read or are encrypted | accepted, then `error_file` |
//! | a text tag for a signer the request does not have | accepted, then `error_text_tag` |
//! | a form field without `page` | pages of the document count on from each other |
//! | a form field outside of its page | accepted with the warning `form_fields_placement` |
//! | SMS or eID in test mode, SMS at all | 400 `bad_request` |
//! | signing link of a request not embedded, of a signer whose turn it is not | 400 `bad_request` |
//! | signing link before the conversion is over | given |
//! | cancelling what is declined or expired | 400 `signature_request_cancel_failed` |
//! | reading what was removed | 404 |
//! | removing with an access token | 403 `forbidden` |
//! | query: fields other than those the emulator knows, `OR` | 400 `bad_request` |
//! | life of an authorisation code and of a download address | ten minutes, an hour |
//! | wrong pins before a session ends | three |
//! | `page` below 1 | 400 `bad_request` |
//! | template from files that cannot be read | 400 `bad_request` at once |

pub(crate) mod account;
pub(crate) mod call;
pub(crate) mod create;
mod dialect;
pub(crate) mod errors;
pub(crate) mod fetch;
pub(crate) mod fields;
pub(crate) mod files;
pub(crate) mod limits;
pub(crate) mod model;
pub(crate) mod oauth;
pub(crate) mod params;
pub(crate) mod query;
pub(crate) mod render;
pub(crate) mod requests;
pub(crate) mod state;
pub(crate) mod templates;

use http::{Method, StatusCode};

use crate::exchange::{Answer, Request};
use crate::faults::ThrottleRule;
use crate::hub::Hub;
use crate::route::{self, Params, Route, Routed};

use call::Call;
use errors::ApiError;
use limits::Tier;
use params::Input;
pub(crate) use state::State;

/// The largest request taken; Dropbox Sign's own limit is not known.
pub(crate) const LARGEST_REQUEST: usize = 64 << 20;

type Handler = fn(&Call<'_>) -> Result<Answer, ApiError>;

macro_rules! routes {
    ($($method:ident $tail:literal => $handler:path;)*) => {
        &[$(Route {
            method: Method::$method,
            template: concat!("/v3", $tail),
            handler: $handler as Handler,
        },)*]
    };
}

const ROUTES: &[Route<Handler>] = routes! {
    GET "/account" => account::get;
    PUT "/account" => account::put;
    POST "/account/verify" => account::verify;
    POST "/signature_request/send" => create::send;
    POST "/signature_request/send_with_template" => create::send_with_template;
    POST "/signature_request/create_embedded" => create::embedded;
    POST "/signature_request/create_embedded_with_template" => create::embedded_with_template;
    GET "/signature_request/list" => requests::list;
    GET "/signature_request/{id}" => requests::get;
    POST "/signature_request/remind/{id}" => requests::remind;
    POST "/signature_request/update/{id}" => requests::update;
    POST "/signature_request/cancel/{id}" => requests::cancel;
    POST "/signature_request/remove/{id}" => requests::remove;
    GET "/signature_request/files/{id}" => files::get;
    GET "/signature_request/files_as_data_uri/{id}" => files::as_data_uri;
    GET "/signature_request/files_as_file_url/{id}" => files::as_file_url;
    GET "/signature_request/final_copy/{id}" => files::final_copy;
    GET "/embedded/sign_url/{id}" => requests::sign_url;
    POST "/template/create" => templates::create;
    GET "/template/list" => templates::list;
    GET "/template/{id}" => templates::get;
    POST "/template/delete/{id}" => templates::delete;
};

/// Answers one request of the dialect.
pub(crate) fn answer(hub: &Hub, request: &Request) -> Answer {
    if let Some(answer) = oauth::answer(hub, request) {
        return answer;
    }
    if request.method == Method::GET {
        if request.path == "/editor/embeddedSign" {
            return dialect::redeem(hub, request.query.get("token").unwrap_or_default());
        }
        if let Some(token) = request.path.strip_prefix("/downloads/") {
            return files::download(hub, token);
        }
    }
    match route::find(ROUTES, &request.method, &request.path) {
        Routed::Found(route, params) => {
            let mut answer = authorised(hub, request, route, params);
            answer.operation = Some(format!("{} {}", route.method, route.template));
            answer
        }
        Routed::WrongMethod => ApiError::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_supported",
            format!("{} is not supported here", request.method),
        )
        .answer(),
        Routed::Unknown => ApiError::not_found("Not found").answer(),
    }
}

/// Credentials, parameters, rate limit, in this order; then the handler.
fn authorised(hub: &Hub, request: &Request, route: &Route<Handler>, params: Params) -> Answer {
    let now = hub.clock.now();
    let bearer = match oauth::admit(&hub.world().dropbox_sign, request, now) {
        Ok(bearer) => bearer,
        // Without the headers of the rate limit, as measured.
        Err(error) => return error.answer(),
    };
    let input = Input::read(request);
    let test = input.as_ref().is_ok_and(|input| input.flag("test_mode"));
    let tier = if test { Tier::Test } else { tier(route.template) };
    let taken = hub.world().dropbox_sign.limits.take(tier, now);
    let outcome = taken
        .and(input)
        .and_then(|input| (route.handler)(&Call { hub, request, params, input, bearer, now }));
    let answer = outcome.unwrap_or_else(|error| error.answer());
    hub.world().dropbox_sign.limits.mark(answer, tier, now)
}

fn tier(template: &str) -> Tier {
    if template.contains("/files") || template.contains("/final_copy") { Tier::High } else { Tier::Standard }
}

/// What the form fields of a request mean, for the journal.
pub(crate) fn meaning(request: &Request) -> Option<serde_json::Value> {
    let input = Input::read(request).ok()?;
    (!input.fields.is_empty()).then(|| input.typed().into())
}

/// The refusal of a body over the limit.
pub(crate) fn too_large() -> Answer {
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "bad_request", "The request is too large").answer()
}

/// The refusal a throttling fault asks for: no `Retry-After` [FACTS 7].
pub(crate) fn throttled(hub: &Hub, _rule: ThrottleRule) -> Answer {
    let now = hub.clock.now();
    hub.world().dropbox_sign.limits.mark(limits::exceeded().answer(), Tier::Standard, now)
}
