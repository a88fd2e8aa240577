//! The eSignGlobal dialect: the OpenAPI v1 under `/esignglobal/v1`, its file host and its signing page.
//!
//! # What it plays
//!
//! The token call; upload addresses with their Content-Type and MD5; drafts with files, attachments,
//! signers and copies; create-and-start; sequential, parallel and any-of order; decline, cancel, expiry;
//! signing addresses; download as archive or list with the completion certificate. What it does not play
//! (users who log in, stamps and silent stamping, templates, a later start, comparison, the sender's page
//! beyond its address, callbacks) is refused with a message that says so, or is there without content.
//! Starting a draft, reminding and listing have no known path, so there are none.
//!
//! # What is unverified
//!
//! No published document or recording known to this project says how eSignGlobal answers in these cases.
//! The emulator gives the nearest answer that is known.
//!
//! | Case | The emulator's answer |
//! |---|---|
//! | any business failure | HTTP 200, `code` 1 (no code list is known: one code for all), the reason in `message` |
//! | no, expired or foreign token | HTTP 401, wrapper with `code` 1 |
//! | token call refused | HTTP 400, wrapper with `code` 1 |
//! | token call url-encoded, as the vendor's script sends it (the page says multipart only) | accepted |
//! | unknown path; other method | HTTP 404; 405 |
//! | body over 64 MiB; a throttling fault | HTTP 413; 429 |
//! | upload with a wrong or missing MD5, after an hour, to an unknown address | HTTP 403, as documented for another Content-Type |
//! | an uploaded PDF that cannot be read or is encrypted | refused when it is used |
//! | answer of `createAndStart`, `addSigners` | as `create`, `deleteSigners` |
//! | `signUrls` of a draft; of a signer who waits or is done | refused; his address is listed, its page says so |
//! | `cancel` of a draft | carried out when it has signers |
//! | life of a signing address, what it adds to `redirectUrl` | no end; nothing |
//! | from where `expireAfterSeconds` counts, expiry when it is not set | from creation; none |
//! | other signers of an any-of group once one has signed | they stay as they are |
//! | signer without place and without `freeFormSign` | accepted |
//! | unit and origin of `posX`, `posY` | not interpreted: signatures stand at the foot of the page asked for, or of the last one |
//! | `COMBINED` in a download | never, as if merging were switched off |
//! | ID verification, SMS and e-mail codes on the signing page | not asked for |

pub(crate) mod acting;
pub(crate) mod call;
pub(crate) mod envelopes;
pub(crate) mod errors;
pub(crate) mod files;
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
    GET "/templates/templateList" Text => templates::list;
    GET "/templates/templateDetail" Text => templates::read;
    GET "/templates/signerFieldsDetail" Text => templates::read;
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
        state
            .grants
            .get(secret)
            .filter(|own| own.expires > now)
            .and_then(|own| Some((state.envelope(&own.envelope).ok()?.clone(), own.what.clone())))
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
