//! One request through the emulator: fault, body, dialect, journal, answer.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::stream;
use http::{HeaderMap, Response, StatusCode};
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Incoming;
use tokio::sync::Notify;

use crate::dialect::Provider;
use crate::exchange::{Answer, Body, Query, Request};
use crate::faults::{FaultKind, ThrottleRule};
use crate::hub::Hub;
use crate::server::Listener;
use crate::{adobe_sign, control, docusign, dropbox_sign, esignglobal, journal, signing};

type ResponseBody = UnsyncBoxBody<Bytes, std::io::Error>;

pub(crate) async fn serve(
    hub: Arc<Hub>,
    scheme: &'static str,
    listener: Listener,
    cut: Arc<Notify>,
    incoming: http::Request<Incoming>,
) -> Response<ResponseBody> {
    let (head, body) = incoming.into_parts();
    let path = head.uri.path().to_owned();
    let query = head.uri.query().unwrap_or_default().to_owned();
    let owner = owner(&path, listener.provider);

    let fault = match owner {
        Owner::Dialect(_) => hub.faults().take(&head.method, &path),
        Owner::Control | Owner::Pages => None,
    };
    let mut entry = journal::begin(
        listener.provider,
        hub.clock.now(),
        head.method.as_str(),
        &path,
        &query,
        &head.headers,
    );
    entry.fault = fault
        .as_ref()
        .and_then(|kind| serde_json::to_value(kind).ok()?.get("kind")?.as_str().map(str::to_owned));

    if let Some(FaultKind::CutBefore) = fault {
        hub.journal().add(entry);
        return cut_now(&cut).await;
    }
    if let Some(FaultKind::Delay { delay_ms }) = fault {
        tokio::time::sleep(Duration::from_millis(delay_ms)).await;
    }

    let origin = origin(&hub, scheme, listener, &head.headers);
    let request = match read(body, &head.headers, largest(listener.provider)).await {
        Ok(body) => Some(Request {
            method: head.method,
            path,
            query: Query::parse(&query),
            headers: head.headers,
            body,
            origin,
        }),
        Err(Unread::TooLarge) => None,
        Err(Unread::Broken) => {
            hub.journal().add(entry);
            return cut_now(&cut).await;
        }
    };

    let (mut answer, mut entry) = match (&fault, request) {
        (_, None) => (too_large(listener.provider), entry),
        (Some(FaultKind::StatusInstead { status }), Some(_)) => (bare(*status), entry),
        (Some(FaultKind::Throttle { rule }), Some(_)) => (throttled(&hub, listener.provider, *rule), entry),
        (_, Some(request)) => {
            let handler = Arc::clone(&hub);
            // Reading and rendering documents would block the runtime that also drives the client.
            let handled = tokio::task::spawn_blocking(move || {
                let answer = answer(&handler, owner, &request);
                if matches!(owner, Owner::Dialect(_)) {
                    journal::record_body(&mut entry.request, &request);
                }
                if owner == Owner::Dialect(Provider::DropboxSign) && entry.request.json.is_none() {
                    entry.request.json = dropbox_sign::meaning(&request).map(journal::brief);
                }
                (answer, entry)
            });
            match handled.await {
                Ok(handled) => handled,
                Err(_) => return response(bare(500)),
            }
        }
    };

    entry.operation.clone_from(&answer.operation);
    entry.response = Some(journal::record_answer(&answer));
    if let Some(FaultKind::StatusAfter { status }) = fault {
        answer = bare(status);
        entry.response = Some(journal::record_answer(&answer));
    }
    let cut_after = matches!(fault, Some(FaultKind::CutAfter));
    entry.status = (!cut_after).then_some(answer.status.as_u16());
    if matches!(owner, Owner::Dialect(_)) {
        hub.journal().add(entry);
    }
    if cut_after {
        return cut_now(&cut).await;
    }
    if matches!(fault, Some(FaultKind::CutAnswer)) {
        return half(answer);
    }
    response(answer)
}

/// Who answers a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Control,
    Dialect(Provider),
    Pages,
}

fn owner(path: &str, provider: Provider) -> Owner {
    if path == "/_emulator" || path.starts_with("/_emulator/") {
        Owner::Control
    } else if path == "/" || path.starts_with("/Signing/") {
        Owner::Pages
    } else {
        Owner::Dialect(provider)
    }
}

fn answer(hub: &Arc<Hub>, owner: Owner, request: &Request) -> Answer {
    match owner {
        Owner::Control => control::http::answer(&control::Control::new(Arc::clone(hub)), request),
        Owner::Pages => signing::answer(hub, request),
        Owner::Dialect(Provider::Docusign) => docusign::answer(hub, request),
        Owner::Dialect(Provider::AdobeSign) => adobe_sign::answer(hub, request),
        Owner::Dialect(Provider::DropboxSign) => dropbox_sign::answer(hub, request),
        Owner::Dialect(Provider::Esignglobal) => esignglobal::answer(hub, request),
    }
}

fn largest(provider: Provider) -> usize {
    match provider {
        Provider::Docusign => docusign::LARGEST_REQUEST,
        Provider::AdobeSign => adobe_sign::LARGEST_REQUEST,
        Provider::DropboxSign => dropbox_sign::LARGEST_REQUEST,
        Provider::Esignglobal => esignglobal::LARGEST_REQUEST,
    }
}

fn too_large(provider: Provider) -> Answer {
    match provider {
        Provider::Docusign => docusign::too_large(),
        Provider::AdobeSign => adobe_sign::too_large(),
        Provider::DropboxSign => dropbox_sign::too_large(),
        Provider::Esignglobal => esignglobal::too_large(),
    }
}

fn throttled(hub: &Hub, provider: Provider, rule: ThrottleRule) -> Answer {
    match provider {
        Provider::Docusign => docusign::throttled(hub, rule),
        Provider::AdobeSign => adobe_sign::throttled(hub, rule),
        Provider::DropboxSign => dropbox_sign::throttled(hub, rule),
        Provider::Esignglobal => esignglobal::throttled(hub, rule),
    }
}

/// The address the client used, if it is one of this emulator's; else the listener's.
fn origin(hub: &Hub, scheme: &str, listener: Listener, headers: &HeaderMap) -> String {
    let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    if hub.own_hosts(listener.provider).iter().any(|own| own == host) {
        format!("{scheme}://{host}")
    } else {
        format!("{scheme}://{}", listener.address)
    }
}

enum Unread {
    TooLarge,
    Broken,
}

/// The whole body in one piece: one copy when it came in several frames, none otherwise.
///
/// What exceeds the limit is read to its end and dropped, so that the client gets to see the refusal.
async fn read(mut body: Incoming, headers: &HeaderMap, largest: usize) -> Result<Bytes, Unread> {
    let announced = headers
        .get("content-length")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<usize>().ok())
        .unwrap_or(0);
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    let mut too_large = announced > largest;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else { continue };
        if too_large || all.len() + first.len() + data.len() > largest {
            too_large = true;
            (first, all) = (Bytes::new(), BytesMut::new());
        } else if first.is_empty() && all.is_empty() {
            first = data;
        } else {
            if all.is_empty() {
                all.reserve(announced.max(first.len() + data.len()));
                all.extend_from_slice(&first);
                first = Bytes::new();
            }
            all.extend_from_slice(&data);
        }
    }
    match (too_large, all.is_empty()) {
        (true, _) => Err(Unread::TooLarge),
        (false, true) => Ok(first),
        (false, false) => Ok(all.freeze()),
    }
}

/// A gateway's answer: a status without the provider's body.
fn bare(status: u16) -> Answer {
    Answer::empty(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
}

/// Cuts the connection; the answer is never polled to its end.
async fn cut_now(cut: &Notify) -> Response<ResponseBody> {
    cut.notify_one();
    std::future::pending().await
}

fn parts(answer: Answer) -> (StatusCode, HeaderMap, Bytes) {
    let body = match answer.body {
        Body::Empty => Bytes::new(),
        Body::Bytes(bytes) => bytes,
        Body::Json(value) => Bytes::from(value.to_string()),
    };
    (answer.status, answer.headers, body)
}

fn response(answer: Answer) -> Response<ResponseBody> {
    let (status, headers, body) = parts(answer);
    let mut response = Response::new(Full::new(body).map_err(|never| match never {}).boxed_unsync());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// Announces the whole body, sends half of it, then fails.
fn half(answer: Answer) -> Response<ResponseBody> {
    let (status, mut headers, body) = parts(answer);
    headers.insert("content-length", body.len().into());
    let sent = body.slice(..body.len() / 2);
    let frames = stream::unfold(Some(sent), |state| async move {
        match state {
            Some(data) if !data.is_empty() => Some((Ok(Frame::data(data)), Some(Bytes::new()))),
            Some(_) => {
                // Lets the first half reach the client before the connection goes.
                tokio::time::sleep(Duration::from_millis(20)).await;
                Some((Err(std::io::Error::other("cut by a fault")), None))
            }
            None => None,
        }
    });
    let mut response = Response::new(BodyExt::boxed_unsync(StreamBody::new(frames)));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
