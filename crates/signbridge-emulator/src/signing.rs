//! The pages a person clicks: the inbox that stands in for everybody's mailbox, and signing.
//!
//! A link of a recipient view is redeemed once, within its life, and opens a session; a mailed link
//! opens one whenever it is followed. Both then lead to the same page.

use std::cmp::Ordering;

use http::{Method, StatusCode};
use url::Url;

use crate::clock::seven_digits;
use crate::docusign::lifecycle::Refused;
use crate::docusign::model::{Envelope, Recipient, Tab, Time};
use crate::docusign::state::{Session, State, new_id};
use crate::docusign::tab_kinds::Behaviour;
use crate::docusign::{placement, rendition};
use crate::exchange::{Answer, Request};
use crate::hub::Hub;
use crate::pages::{self, InboxRecipient, InboxRow, SigningDocument, SigningField, SigningView};
use crate::values::{filled, flag};

const DOCUSIGN: &str = "DocuSign";

/// Answers the inbox and everything under `/Signing/`.
pub(crate) fn answer(hub: &Hub, request: &Request) -> Answer {
    let segments: Vec<&str> = request.path.trim_matches('/').split('/').collect();
    let get = request.method == Method::GET;
    let post = request.method == Method::POST;
    match segments.as_slice() {
        [""] if get => inbox(hub),
        ["Signing", "MTRedeem", "v1", _] if get => redeem(hub, request.query.get("slt").unwrap_or_default()),
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

fn inbox(hub: &Hub) -> Answer {
    let world = hub.world();
    let rows: Vec<InboxRow> = world.docusign.envelopes.iter().rev().map(inbox_row).collect();
    Answer::html(StatusCode::OK, pages::inbox(&rows, &seven_digits(hub.clock.now())))
}

fn inbox_row(envelope: &Envelope) -> InboxRow {
    let recipients = envelope
        .recipients
        .iter()
        .map(|own| InboxRecipient {
            name: own.name.clone(),
            email: own.address().to_owned(),
            role: own.group.role().to_owned(),
            order: own.order,
            status: own.status.as_str().to_owned(),
            link: (own.status.is_active() && own.is_mailed())
                .then(|| format!("/Signing/Mail/{}", own.mail_link)),
        })
        .collect();
    InboxRow {
        provider: DOCUSIGN,
        envelope: envelope.id.clone(),
        subject: envelope.subject.clone(),
        status: envelope.status.as_str().to_owned(),
        recipients,
        created: seven_digits(envelope.created),
    }
}

/// `returnUrl` with `event` added to whatever query it has.
pub(crate) fn with_event(return_url: &str, event: &str) -> String {
    match Url::parse(return_url) {
        Ok(mut url) => {
            url.query_pairs_mut().append_pair("event", event);
            url.into()
        }
        Err(_) => return_url.to_owned(),
    }
}

fn gone() -> Answer {
    Answer::html(
        StatusCode::GONE,
        pages::notice(
            "Link no longer valid",
            "This signing link was used before or never existed. Ask for a new one.",
        ),
    )
}

fn redeem(hub: &Hub, token: &str) -> Answer {
    let now = hub.clock.now();
    let mut world = hub.world();
    let state = &mut world.docusign;
    let Some(view) = state.views.get_mut(token) else { return gone() };
    if view.expires <= now || view.used {
        // Recorded name of the event; that a second use gives the same is unverified.
        return Answer::redirect(&with_event(&view.return_url, "ttl_expired"));
    }
    view.used = true;
    let session = Session {
        envelope: view.envelope.clone(),
        recipient: view.recipient.clone(),
        return_url: Some(view.return_url.clone()),
        unlocked: false,
        wrong_codes: 0,
    };
    begin(state, session)
}

fn open_mail(hub: &Hub, link: &str) -> Answer {
    let mut world = hub.world();
    let state = &mut world.docusign;
    let found = state.envelopes.iter().find_map(|envelope| {
        let own = envelope.recipients.iter().find(|own| own.mail_link == link && own.sent.is_some())?;
        Some((envelope.id.clone(), own.id.clone()))
    });
    let Some((envelope, recipient)) = found else { return gone() };
    begin(state, Session { envelope, recipient, return_url: None, unlocked: false, wrong_codes: 0 })
}

fn begin(state: &mut State, session: Session) -> Answer {
    let id = new_id();
    let to = format!("/Signing/Session/{id}");
    state.sessions.insert(id, session);
    Answer::redirect(&to)
}

/// Ends a session: back to the application, or to a page that says what happened.
fn leave(state: &mut State, id: &str, event: &str) -> Answer {
    match state.sessions.remove(id).and_then(|session| session.return_url) {
        Some(return_url) => Answer::redirect(&with_event(&return_url, event)),
        None => Answer::redirect(&format!("/Signing/Finished?event={event}")),
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
    let state = &mut world.docusign;
    let Some(session) = state.sessions.get(id).cloned() else { return gone() };
    let Ok(envelope) = state.envelope_mut(&session.envelope) else { return gone() };
    let Some(recipient) = envelope.recipient(&session.recipient).cloned() else { return gone() };
    let locked = recipient.access_code.is_some() && !session.unlocked;
    if !locked {
        match envelope.view(&recipient.id, now) {
            Ok(()) => {}
            Err(Refused::NotHisTurn | Refused::UnknownRecipient) => return gone(),
            Err(_) => return leave(state, id, "viewing_complete"),
        }
    }
    Answer::html(status, pages::signing(&view(envelope, &recipient, id, locked, error)))
}

fn view(
    envelope: &Envelope,
    recipient: &Recipient,
    session: &str,
    locked: bool,
    error: Option<String>,
) -> SigningView {
    let documents = envelope
        .documents
        .iter()
        .filter(|_| !locked)
        .map(|own| SigningDocument {
            name: own.name.clone(),
            link: format!("/Signing/Session/{session}/documents/{}", own.id),
            pages: u32::try_from(own.pages.len()).unwrap_or(u32::MAX),
        })
        .collect();
    SigningView {
        provider: DOCUSIGN,
        subject: envelope.subject.clone(),
        message: envelope.blurb.clone(),
        sender: envelope.sender.name.clone(),
        recipient: recipient.name.clone(),
        email: recipient.address().to_owned(),
        documents,
        fields: if locked { Vec::new() } else { fields(envelope, recipient) },
        action: format!("/Signing/Session/{session}"),
        needs_access_code: locked,
        error,
        can_decline: !locked,
    }
}

/// The fields of a recipient in reading order.
fn fields(envelope: &Envelope, recipient: &Recipient) -> Vec<SigningField> {
    let position = |tab: &Tab| {
        let number =
            |name| filled(&tab.props, name).and_then(|text| text.parse::<f64>().ok()).unwrap_or_default();
        (number("documentId"), number("pageNumber"), number("yPosition"), number("xPosition"))
    };
    let mut tabs: Vec<&Tab> = recipient.tabs.iter().collect();
    tabs.sort_by(|a, b| position(a).partial_cmp(&position(b)).unwrap_or(Ordering::Equal));
    tabs.into_iter()
        .filter_map(|tab| {
            let kind = match tab.kind.behaviour {
                Behaviour::Signature => "signature",
                Behaviour::Initials => "initials",
                Behaviour::DateSigned => "date",
                Behaviour::Checkbox => "checkbox",
                Behaviour::Typed | Behaviour::List => "text",
                _ => return None,
            };
            let document = filled(&tab.props, "documentId").unwrap_or_default();
            let required = flag(&tab.props, "required").unwrap_or(false)
                || (kind == "signature" && !flag(&tab.props, "optional").unwrap_or(false));
            Some(SigningField {
                label: filled(&tab.props, "tabLabel").unwrap_or_else(|| tab.id.clone()),
                kind: kind.to_owned(),
                page: filled(&tab.props, "pageNumber").and_then(|page| page.parse().ok()).unwrap_or(1),
                document: envelope.document(&document).map_or(document, |own| own.name.clone()),
                required,
            })
        })
        .collect()
}

fn document_of(hub: &Hub, id: &str, document: &str) -> Answer {
    let found = {
        let world = hub.world();
        let state = &world.docusign;
        state.sessions.get(id).and_then(|session| {
            let envelope = state.envelope(&session.envelope).ok()?;
            let locked = envelope.recipient(&session.recipient)?.access_code.is_some() && !session.unlocked;
            (!locked).then(|| envelope.clone())
        })
    };
    let Some(envelope) = found else { return gone() };
    let rendered = envelope.document(document).map(|own| rendition::document(&envelope, own));
    match rendered {
        Some(Ok(bytes)) => Answer::bytes("application/pdf", bytes)
            .with("content-disposition", "inline")
            .with("cache-control", "no-store"),
        _ => gone(),
    }
}

fn act(hub: &Hub, id: &str, request: &Request) -> Answer {
    let form = request.form();
    let now = hub.clock.now();
    let action = form.get("action").unwrap_or_default();
    if action == "later" {
        return leave(&mut hub.world().docusign, id, "cancel");
    }
    // Its own statement, so that the lock is free for the page.
    let lock = unlock(&mut hub.world().docusign, id, form.get("access_code"));
    match lock {
        Lock::Open => {}
        // The documents were not shown so far, so nothing can be signed by this very request.
        Lock::Opened => return page(hub, id, None, StatusCode::OK),
        Lock::Wrong => {
            return page(hub, id, Some("The access code is not right.".to_owned()), StatusCode::FORBIDDEN);
        }
        Lock::Failed => return leave(&mut hub.world().docusign, id, "access_code_failed"),
        Lock::Gone => return gone(),
    }
    let typed: Vec<(String, String)> = form
        .0
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("field:")?.to_owned(), value.clone())))
        .collect();
    match action {
        "sign" | "decline" => {}
        _ => return page(hub, id, None, StatusCode::OK),
    }
    let mut world = hub.world();
    let state = &mut world.docusign;
    let Some(session) = state.sessions.get(id).cloned() else { return gone() };
    let outcome = if action == "sign" {
        sign(state, &session.envelope, &session.recipient, &typed, now)
    } else {
        let reason = form.get("reason").unwrap_or_default();
        state
            .envelope_mut(&session.envelope)
            .map_err(|_| Failure::Refused(Refused::UnknownRecipient))
            .and_then(|envelope| envelope.decline(&session.recipient, reason, now).map_err(Failure::Refused))
    };
    match outcome {
        Ok(()) => leave(state, id, if action == "sign" { "signing_complete" } else { "decline" }),
        Err(Failure::Missing(labels)) => {
            drop(world);
            let text = format!("Please fill in: {}.", labels.join(", "));
            page(hub, id, Some(text), StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(Failure::Refused(_)) => leave(state, id, "viewing_complete"),
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

/// Wrong codes a session takes before it ends; the number is unverified.
const MOST_WRONG_CODES: u32 = 3;

fn unlock(state: &mut State, id: &str, given: Option<&str>) -> Lock {
    let code = state.sessions.get(id).and_then(|session| {
        let envelope = state.envelope(&session.envelope).ok()?;
        Some(envelope.recipient(&session.recipient)?.access_code.clone())
    });
    let (Some(code), Some(session)) = (code, state.sessions.get_mut(id)) else { return Lock::Gone };
    match code {
        Some(code) if !session.unlocked => {
            if given == Some(code.as_str()) {
                session.unlocked = true;
                return Lock::Opened;
            }
            session.wrong_codes += 1;
            if session.wrong_codes >= MOST_WRONG_CODES { Lock::Failed } else { Lock::Wrong }
        }
        _ => Lock::Open,
    }
}

/// Why a signature was not taken.
#[derive(Debug)]
pub(crate) enum Failure {
    Refused(Refused),
    /// Required fields without value.
    Missing(Vec<String>),
}

/// Fills the recipient's tabs and signs: the one way to a signature, for the page and for `act`.
pub(crate) fn sign(
    state: &mut State,
    envelope: &str,
    recipient: &str,
    typed: &[(String, String)],
    now: Time,
) -> Result<(), Failure> {
    let envelope = state.envelope_mut(envelope).map_err(|_| Failure::Refused(Refused::UnknownRecipient))?;
    envelope.may_act(recipient).map_err(Failure::Refused)?;
    let position = envelope.recipients.iter().position(|own| own.id == recipient).unwrap_or(0);
    let documents = envelope.documents.clone();
    if let Some(own) = envelope.recipient_mut(recipient).filter(|own| own.group.signs()) {
        placement::fill(own, &documents, typed, position, &now.format("%-m/%-d/%Y").to_string());
        let missing = placement::missing(own);
        if !missing.is_empty() {
            return Err(Failure::Missing(missing.into_iter().collect()));
        }
    }
    envelope.sign(recipient, now).map_err(Failure::Refused)
}

#[cfg(test)]
mod tests {
    use super::with_event;

    #[test]
    fn the_event_joins_an_existing_query() {
        assert_eq!(with_event("https://a.example/done", "decline"), "https://a.example/done?event=decline");
        assert_eq!(
            with_event("https://a.example/done?x=1#top", "signing_complete"),
            "https://a.example/done?x=1&event=signing_complete#top"
        );
    }
}
