//! The Dropbox Sign dialect: API v3 under `/v3`, OAuth at the root.
//!
//! # What it plays
//!
//! The API key and OAuth (authorisation code, refresh); test mode and the quota of requests that are
//! binding; requests from files, addresses and templates, mailed or embedded, as JSON, form or either
//! multipart style; signing order, pins, form fields, text tags, custom fields; reading, listing with a
//! query, reminding, updating, cancelling, removing; files as PDF, archive, text and address; templates,
//! made later, with their files; the account; rate limits.
//!
//! # Controls under `/_emulator/dropbox-sign`
//!
//! | Request | What it does |
//! |---|---|
//! | `POST limits` `{"tier":"strict"}` or `{"standard":N,"high":N,"test":N}` | calls per minute; strict is 100, 25 and 10 |
//! | `POST delays` `{"processing_ms":N,"copy_ms":N,"cancel_ms":N,"index_ms":N,"template_ms":N}` | conversion (250), copy after a signature (0), queued cancellation (250), index of queries (250), making of a template (0) |
//! | `POST plan` `{"paid":false}` or `{"requests_left":N}` | what requests outside of test mode meet |
//! | `POST refresh` `{"credentials":"required"}` | refreshing a token needs the app's credentials, as for newer apps |
//! | `POST tokens`, `DELETE tokens` | issues a pair of tokens; revokes all |
//!
#![doc = include_str!("dropbox_sign/differences.md")]

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
    GET "/template/files/{id}" => templates::files;
    GET "/template/files_as_data_uri/{id}" => templates::as_data_uri;
    GET "/template/files_as_file_url/{id}" => templates::as_file_url;
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
