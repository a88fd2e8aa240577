//! The pages a person clicks, for all dialects: the inbox that stands in for everybody's mailbox, and
//! signing.
//!
//! A dialect redeems its own kind of signing link and hands over with [`begin`]; a mailed link opens a
//! session whenever it is followed. Both lead to the same page.

use http::{Method, StatusCode};

use crate::clock::seven_digits;
use crate::dialect::{Dialect, End, Failure, Session};
use crate::docusign::links;
use crate::docusign::state::new_id;
use crate::exchange::{Answer, Request};
use crate::hub::{Hub, World};
use crate::pages::{self, InboxRow, SigningDocument, SigningView};

/// Answers the inbox and everything under `/Signing/`.
pub(crate) fn answer(hub: &Hub, request: &Request) -> Answer {
    let segments: Vec<&str> = request.path.trim_matches('/').split('/').collect();
    let get = request.method == Method::GET;
    let post = request.method == Method::POST;
    match segments.as_slice() {
        [""] if get => inbox(hub),
        ["Signing", "MTRedeem", "v1", _] if get => {
            links::redeem(hub, request.query.get("slt").unwrap_or_default())
        }
        ["Signing", "Correct", token] if get => links::correcting(hub, token),
        ["Signing", "Correct", token] if post => {
            links::corrected_by(hub, token, request.form().get("event").unwrap_or_default())
        }
        ["Signing", "Mail", link] if get => open_mail(hub, link),
        ["Signing", "Session", id] if get => page(hub, id, None, StatusCode::OK),
        ["Signing", "Session", id] if post => act(hub, id, request),
        ["Signing", "Session", id, "documents", document] if get => document_of(hub, id, document),
        ["Signing", "Finished"] if get => finished(request.query.get("event").unwrap_or_default()),
        _ => Answer::html(
            StatusCode::NOT_FOUND,
            pages::notice("Not found", "There is no such page in the emulator."),
        ),
    }
}

/// The envelopes of all dialects, newest first.
fn inbox(hub: &Hub) -> Answer {
    let mut rows: Vec<_> = hub.world().dialects().flat_map(Dialect::inbox).collect();
    rows.sort_by_key(|(made, _)| *made);
    let rows: Vec<InboxRow> = rows.into_iter().rev().map(|(_, row)| row).collect();
    Answer::html(StatusCode::OK, pages::inbox(&rows, &seven_digits(hub.clock.now())))
}

/// The page of a link that leads nowhere.
pub(crate) fn gone() -> Answer {
    Answer::html(
        StatusCode::GONE,
        pages::notice(
            "Link no longer valid",
            "This signing link was used before or never existed. Ask for a new one.",
        ),
    )
}

fn open_mail(hub: &Hub, link: &str) -> Answer {
    let mut world = hub.world();
    let found = crate::Provider::ALL
        .into_iter()
        .find_map(|provider| Some((provider, world.dialect(provider).mail(link)?)));
    let Some((provider, (envelope, recipient))) = found else { return gone() };
    let return_url = world.dialect(provider).return_url(&envelope);
    begin(&mut world, Session::new(provider, envelope, recipient, return_url))
}

/// Opens a session and leads to its page.
pub(crate) fn begin(world: &mut World, session: Session) -> Answer {
    let id = new_id();
    let to = format!("/Signing/Session/{id}");
    world.sessions.insert(id, session);
    Answer::redirect(&to)
}

/// Ends a session: back to the application, or to a page that says what happened.
fn leave(world: &mut World, id: &str, end: End) -> Answer {
    let session = world.sessions.remove(id);
    let back = session.as_ref().and_then(|session| {
        let return_url = session.return_url.as_deref()?;
        Some(world.dialect(session.provider).leave(session, return_url, end))
    });
    match back {
        Some(url) => Answer::redirect(&url),
        None => Answer::redirect(&format!("/Signing/Finished?event={}", links::event(end))),
    }
}

fn finished(event: &str) -> Answer {
    let text = match event {
        "signing_complete" => "You have signed.",
        "decline" => "You have declined.",
        "cancel" => "You can finish later; the link in your mail stays valid.",
        "viewing_complete" => "There is nothing left to sign.",
        _ => "The signing session has ended.",
    };
    Answer::html(StatusCode::OK, pages::notice("Finished", text))
}

/// A recipient who has nothing to do sees the documents and leaves.
fn page(hub: &Hub, id: &str, error: Option<String>, status: StatusCode) -> Answer {
    let now = hub.clock.now();
    let mut world = hub.world();
    let Some(session) = world.sessions.get(id).cloned() else { return gone() };
    let locked = is_locked(&world, &session);
    if !locked {
        match world.dialect_mut(session.provider).open(&session.envelope, &session.recipient, now) {
            Ok(()) => {}
            Err(Failure::NotYet(_) | Failure::Unknown(_)) => return gone(),
            Err(Failure::Refused(_) | Failure::Missing(_) | Failure::Unfit(_)) => {
                return leave(&mut world, id, End::Viewed);
            }
        }
    }
    let sheet = world.dialect(session.provider).sheet(&session.envelope, &session.recipient);
    let Some(sheet) = sheet else { return gone() };
    let documents = sheet
        .documents
        .into_iter()
        .filter(|_| !locked)
        .map(|(document, name, pages)| SigningDocument {
            name,
            link: format!("/Signing/Session/{id}/documents/{document}"),
            pages,
        })
        .collect();
    let view = SigningView {
        provider: sheet.provider,
        subject: sheet.subject,
        message: sheet.message,
        sender: sheet.sender,
        recipient: sheet.recipient,
        email: sheet.email,
        documents,
        fields: if locked { Vec::new() } else { sheet.fields },
        action: format!("/Signing/Session/{id}"),
        needs_access_code: locked,
        error,
        // Who has not proved himself cannot decline for the recipient.
        can_decline: sheet.can_decline && !locked,
    };
    Answer::html(status, pages::signing(&view))
}

fn is_locked(world: &World, session: &Session) -> bool {
    let dialect = world.dialect(session.provider);
    !session.unlocked && dialect.access_code(&session.envelope, &session.recipient).is_some()
}

fn document_of(hub: &Hub, id: &str, document: &str) -> Answer {
    let rendering = {
        let world = hub.world();
        world
            .sessions
            .get(id)
            .filter(|session| !is_locked(&world, session))
            .and_then(|session| world.dialect(session.provider).document(&session.envelope, document))
    };
    match rendering.and_then(|render| render()) {
        Some(bytes) => Answer::bytes("application/pdf", bytes)
            .with("content-disposition", "inline")
            .with("cache-control", "no-store"),
        None => gone(),
    }
}

fn act(hub: &Hub, id: &str, request: &Request) -> Answer {
    let form = request.form();
    let now = hub.clock.now();
    let action = form.get("action").unwrap_or_default();
    if action == "later" {
        return leave(&mut hub.world(), id, End::Later);
    }
    // Its own statement, so that the lock is free for the page.
    let lock = unlock(&mut hub.world(), id, form.get("access_code"));
    match lock {
        Lock::Open => {}
        // The documents were not shown so far, so nothing can be signed by this very request.
        Lock::Opened => return page(hub, id, None, StatusCode::OK),
        Lock::Wrong => {
            return page(hub, id, Some("The access code is not right.".to_owned()), StatusCode::FORBIDDEN);
        }
        Lock::Failed => {
            let mut world = hub.world();
            if let Some(session) = world.sessions.get(id).cloned() {
                let dialect = world.dialect_mut(session.provider);
                dialect.lock_out(&session.envelope, &session.recipient, now);
            }
            return leave(&mut world, id, End::CodeFailed);
        }
        Lock::Gone => return gone(),
    }
    // Before a box stands what it holds unticked; the last word counts.
    let mut typed: Vec<(String, String)> = Vec::new();
    for (name, value) in &form.0 {
        let Some(name) = name.strip_prefix("field:") else { continue };
        match typed.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => known.clone_from(value),
            None => typed.push((name.to_owned(), value.clone())),
        }
    }
    match action {
        "sign" | "decline" => {}
        _ => return page(hub, id, None, StatusCode::OK),
    }
    let mut world = hub.world();
    let Some(session) = world.sessions.get(id).cloned() else { return gone() };
    let (envelope, recipient) = (&session.envelope, &session.recipient);
    let state = world.dialect_mut(session.provider);
    let outcome = if action == "sign" {
        state.sign(envelope, recipient, &typed, now)
    } else {
        state.decline(envelope, recipient, form.get("reason").unwrap_or_default(), now)
    };
    match outcome {
        Ok(()) => leave(&mut world, id, if action == "sign" { End::Signed } else { End::Declined }),
        Err(Failure::Missing(labels)) => {
            drop(world);
            let text = format!("Please fill in: {}.", labels.join(", "));
            page(hub, id, Some(text), StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(Failure::Unfit(why)) => {
            drop(world);
            page(hub, id, Some(format!("Please correct: {why}.")), StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(Failure::Refused(_) | Failure::NotYet(_) | Failure::Unknown(_)) => {
            leave(&mut world, id, End::Viewed)
        }
    }
}

/// What a session's access code says to a request.
enum Lock {
    Open,
    Opened,
    Wrong,
    Failed,
    Gone,
}

/// Wrong codes a session takes before it ends; the number is unverified at every provider.
const MOST_WRONG_CODES: u32 = 3;

fn unlock(world: &mut World, id: &str, given: Option<&str>) -> Lock {
    let Some(session) = world.sessions.get(id).cloned() else { return Lock::Gone };
    let dialect = world.dialect(session.provider);
    let code = dialect.access_code(&session.envelope, &session.recipient);
    let fits = code.as_deref().zip(given).is_some_and(|(code, given)| dialect.code_fits(code, given));
    let Some(session) = world.sessions.get_mut(id) else { return Lock::Gone };
    match code {
        Some(_) if !session.unlocked => {
            if fits {
                session.unlocked = true;
                return Lock::Opened;
            }
            session.wrong_codes += 1;
            if session.wrong_codes >= MOST_WRONG_CODES { Lock::Failed } else { Lock::Wrong }
        }
        _ => Lock::Open,
    }
}
