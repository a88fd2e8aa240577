//! The eSignGlobal dialect: the OpenAPI v1 under `/esignglobal/v1`, its file host and its signing page.
//!
//! # What it plays
//!
//! The token call; upload addresses with their Content-Type and MD5; drafts with files, attachments,
//! signers and copies; create-and-start, at once or later; sequential, parallel and any-of order; decline,
//! cancel, expiry; signing addresses; templates, filled into files by tasks; download as archive or list
//! with the completion certificate. Starting a draft, reminding and listing envelopes have no known path,
//! so there are none.
//!
//! # Controls under `/_emulator/esignglobal`
//!
//! | Request | What it does |
//! |---|---|
//! | `POST templates` `{"name":"Lease","enabled":true,"fields":[{"key":"Rent","type":1,"required":true,"options":[]}]}` | makes a template, as a person would |
//! | `POST timing` `{"render_ms":N}` | how long a file of a template takes (100) |
//! | `GET tokens`, `DELETE tokens` | how many were issued; all die |
//!
#![doc = include_str!("esignglobal/differences.md")]

pub(crate) mod acting;
pub(crate) mod call;
pub(crate) mod envelopes;
pub(crate) mod errors;
pub(crate) mod files;
pub(crate) mod filling;
pub(crate) mod input;
pub(crate) mod lifecycle;
pub(crate) mod model;
pub(crate) mod oauth;
pub(crate) mod recipients;
pub(crate) mod render;
pub(crate) mod rendition;
pub(crate) mod state;
pub(crate) mod templates;
#[cfg(test)]
mod tests;

use http::{Method, StatusCode};

use crate::dialect::{Provider, Session};
use crate::exchange::{Answer, Request};
use crate::faults::ThrottleRule;
use crate::hub::Hub;
use crate::route::{self, Route, Routed};
use crate::{pages, signing};

use call::Call;
use errors::{CodeForm, Refusal};

pub(crate) use state::State;
use state::{Grant, What};

/// The largest request taken; the provider's limit is unknown.
pub(crate) const LARGEST_REQUEST: usize = 64 << 20;

pub(crate) const UPLOADS: &str = "/upload/";
pub(crate) const DOWNLOADS: &str = "/download/";
/// The paths of the addresses that the pages print.
pub(crate) const SIGNING_PAGE: &str = "/home/main/sign/start/base/dosign";
pub(crate) const SENDER_PAGE: &str = "/document/refine-info";

struct Operation {
    run: fn(&mut Call<'_>) -> Result<Answer, Refusal>,
    code: CodeForm,
}

macro_rules! routes {
    ($($method:ident $tail:literal $code:ident => $run:path;)*) => {
        &[$(Route {
            method: Method::$method,
            template: concat!("/esignglobal/v1", $tail),
            handler: Operation { run: $run, code: CodeForm::$code },
        },)*]
    };
}

const ROUTES: &[Route<Operation>] = routes! {
    POST "/files/getUploadUrl" Text => files::upload_url;
    POST "/envelope/create" Text => envelopes::create;
    POST "/envelope/createAndStart" Text => envelopes::create_and_start;
    POST "/envelope/cancel" Number => envelopes::cancel;
    GET "/envelope/envelopeDetail" Text => envelopes::detail;
    GET "/envelope/signUrls" Text => envelopes::sign_urls;
    POST "/envelopes/views/sender" Text => envelopes::sender_view;
    POST "/envelope/files/addSignFiles" Text => files::add_sign_files;
    POST "/envelope/files/deleteSignFiles" Text => files::delete_sign_files;
    POST "/envelope/files/addAttachments" Text => files::add_attachments;
    POST "/envelope/files/deleteAttachments" Text => files::delete_attachments;
    GET "/envelope/files/download" Text => files::download;
    POST "/envelope/recipients/addSigners" Text => recipients::add_signers;
    POST "/envelope/recipients/deleteSigners" Text => recipients::delete_signers;
    POST "/envelope/recipients/addCCs" Text => recipients::add_copies;
    POST "/envelope/recipients/deleteCCs" Text => recipients::delete_copies;
    GET "/templates/templateList" Text => templates::list_all;
    GET "/templates/templateDetail" Text => templates::read;
    GET "/templates/signerFieldsDetail" Text => templates::signer_fields;
    POST "/templates/createFileByTemplate" Text => templates::fill;
    GET "/templates/renderTask" Text => templates::task;
    GET "/stamps" Number => templates::stamps;
};

/// Answers one request of the dialect.
pub(crate) fn answer(hub: &Hub, request: &Request) -> Answer {
    let now = hub.clock.now();
    let path = request.path.as_str();
    let named = |mut answer: Answer, template: &str| {
        answer.operation = Some(format!("{} {template}", request.method));
        answer
    };
    if path == oauth::PATH && request.method == Method::POST {
        return named(oauth::token(&mut hub.world().esignglobal, request, now), path);
    }
    if let Some(secret) = path.strip_prefix(UPLOADS) {
        let answer = match request.method {
            Method::PUT => files::put(&mut hub.world().esignglobal, request, secret, now),
            _ => Answer::empty(StatusCode::METHOD_NOT_ALLOWED),
        };
        return named(answer, "/upload/{secret}");
    }
    if let Some(rest) = path.strip_prefix(DOWNLOADS) {
        let secret = rest.split('/').next().unwrap_or_default();
        return named(download(hub, request, secret), "/download/{secret}/{fileName}");
    }
    match path {
        SIGNING_PAGE if request.method == Method::GET => return sign(hub, request),
        SENDER_PAGE if request.method == Method::GET => {
            let text = "Here a person would prepare and send the draft. The emulator has no such page.";
            return Answer::html(StatusCode::OK, pages::notice("Prepare", text));
        }
        _ => {}
    }
    match route::find(ROUTES, &request.method, path) {
        Routed::Found(route, _) => {
            let mut world = hub.world();
            let state = &mut world.esignglobal;
            let outcome = admit(state, request, now)
                .and_then(|()| (route.handler.run)(&mut Call { state, request, now }));
            let answer = outcome.unwrap_or_else(|refusal| refusal.answer(route.handler.code));
            named(answer, route.template)
        }
        Routed::WrongMethod => {
            let mut refusal = Refusal::new(format!("This path does not answer {}.", request.method));
            refusal.status = StatusCode::METHOD_NOT_ALLOWED;
            refusal.answer(CodeForm::Text)
        }
        Routed::Unknown => {
            let mut refusal = Refusal::new("There is no such path.");
            refusal.status = StatusCode::NOT_FOUND;
            refusal.answer(CodeForm::Text)
        }
    }
}

fn admit(state: &State, request: &Request, now: model::Time) -> Result<(), Refusal> {
    match oauth::bearer(request) {
        None => Err(Refusal::unauthorised("The request carries no bearer token.")),
        Some(token) if !state.is_live(token, now) => {
            Err(Refusal::unauthorised("The token has expired or was never issued."))
        }
        Some(_) => Ok(()),
    }
}

/// A file by its address alone, without a token; rendered without the lock.
fn download(hub: &Hub, request: &Request, secret: &str) -> Answer {
    if request.method != Method::GET {
        return Answer::empty(StatusCode::METHOD_NOT_ALLOWED);
    }
    let now = hub.clock.now();
    let found = {
        let world = hub.world();
        let state = &world.esignglobal;
        let grant = state.grants.get(secret).filter(|own| own.expires > now);
        if let Some(Grant { what: What::Filled(key), .. }) = grant {
            return match state.uploaded(key) {
                Ok((_, bytes)) => Answer::bytes("application/pdf", bytes),
                Err(_) => Answer::empty(StatusCode::FORBIDDEN),
            };
        }
        grant.and_then(|own| Some((state.envelope(&own.envelope).ok()?.clone(), own.what.clone())))
    };
    match found.and_then(|(envelope, what)| rendition::render(&envelope, &what)) {
        Some((bytes, content_type)) => Answer::bytes(&content_type, bytes),
        None => Answer::empty(StatusCode::FORBIDDEN),
    }
}

/// A signing address: good for every visit, as long as nothing says otherwise.
fn sign(hub: &Hub, request: &Request) -> Answer {
    let query = |name: &str| request.query.get(name).unwrap_or_default().to_owned();
    let (id, link) = (query("envelopeId"), query("signature"));
    let mut world = hub.world();
    let found = world.esignglobal.envelope(&id).ok().and_then(|envelope| {
        let signer = envelope.signers.iter().find(|own| own.link == link)?;
        Some((signer.email.clone(), envelope.head.redirect_url.clone()))
    });
    match found {
        Some((email, back)) => {
            signing::begin(&mut world, Session::new(Provider::Esignglobal, id, email, back))
        }
        None => signing::gone(),
    }
}

/// The refusal of a body over the limit.
pub(crate) fn too_large() -> Answer {
    let mut refusal = Refusal::new("The request is larger than the emulator takes.");
    refusal.status = StatusCode::PAYLOAD_TOO_LARGE;
    refusal.answer(CodeForm::Text)
}

/// The refusal a throttling fault asks for; rate limits are unknown.
pub(crate) fn throttled(_: &Hub, _: ThrottleRule) -> Answer {
    let mut refusal = Refusal::new("Too many requests.");
    refusal.status = StatusCode::TOO_MANY_REQUESTS;
    refusal.answer(CodeForm::Text)
}
