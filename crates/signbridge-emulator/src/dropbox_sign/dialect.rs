//! The Dropbox Sign state as the shared core sees it.

use chrono::TimeDelta;
use http::Method;
use serde_json::{Value, json};

use super::limits::Limits;
use super::model::{Envelope, Filler, Signature, Status};
use super::render;
use super::state::{self, State};
use super::{fields, files};
use crate::clock::seven_digits;
use crate::control::ControlError;
use crate::dialect::{Dialect, End, Failure, Provider, Rendering, Session, Sheet, Time};
use crate::docusign::links;
use crate::exchange::Answer;
use crate::hub::Hub;
use crate::pages::{InboxRecipient, InboxRow, SigningField};
use crate::signing;

const SHOWN: &str = "Dropbox Sign";

impl Dialect for State {
    fn pass_time(&mut self, now: Time) {
        Self::pass_time(self, now);
    }

    fn find(&self, id: &str) -> Option<String> {
        self.envelope(id).map(|own| own.id.clone())
    }

    fn acting(&self, envelope: &str, email: &str) -> Option<String> {
        let own = self.envelope(envelope)?;
        let mut fitting: Vec<_> =
            own.signatures.iter().filter(|one| one.email.eq_ignore_ascii_case(email)).collect();
        fitting.sort_by_key(|one| (!own.is_turn(one), one.status != Status::Awaiting, one.order));
        fitting.first().map(|one| one.id.clone())
    }

    fn statuses(&self, envelope: &str, recipient: &str) -> (String, String) {
        self.envelope(envelope).map_or_else(Default::default, |own| {
            let status = own.signature(recipient).map_or("", |one| one.status.as_str());
            (own.word().to_owned(), status.to_owned())
        })
    }

    fn open(&mut self, envelope: &str, recipient: &str, now: Time) -> Result<(), Failure> {
        let own = may_act(self, envelope, recipient)?;
        if let Some(one) = own.signature_mut(recipient) {
            one.viewed = Some(now);
        }
        Ok(())
    }

    fn sign(
        &mut self,
        envelope: &str,
        recipient: &str,
        typed: &[(String, String)],
        now: Time,
    ) -> Result<(), Failure> {
        let copy = self.delays.copy;
        let own = may_act(self, envelope, recipient)?;
        let position = own.signatures.iter().position(|one| one.id == recipient).unwrap_or(0);
        fields::fill(own, position, typed, now).map_err(Failure::Missing)?;
        if let Some(one) = own.signature_mut(recipient) {
            one.status = Status::Signed;
            one.signed = Some(now);
            one.viewed = one.viewed.or(Some(now));
        }
        own.copy_at = now + copy;
        if own.signatures.iter().all(|one| one.status == Status::Signed) {
            own.completed = Some(now);
            // Signers of embedded requests get no mail; who gets a copy does.
            let mut to = own.ccs.clone();
            if !own.embedded {
                to.extend(own.signatures.iter().map(|one| one.email.clone()));
            }
            for email in to {
                own.mail("complete", &email, now);
            }
        } else {
            own.invite(now);
        }
        Ok(())
    }

    fn decline(&mut self, envelope: &str, recipient: &str, reason: &str, now: Time) -> Result<(), Failure> {
        let own = may_act(self, envelope, recipient)?;
        if !own.allow_decline {
            return Err(Failure::Refused("the request was sent without allow_decline".to_owned()));
        }
        if let Some(one) = own.signature_mut(recipient) {
            one.status = Status::Declined;
            one.viewed = one.viewed.or(Some(now));
            one.decline_reason = Some(reason.to_owned());
        }
        Ok(())
    }

    fn mail(&self, link: &str) -> Option<(String, String)> {
        self.envelopes.iter().filter(|own| !own.embedded).find_map(|own| {
            let one = own.signatures.iter().find(|one| one.mail_link == link)?;
            Some((own.id.clone(), one.id.clone()))
        })
    }

    fn return_url(&self, envelope: &str) -> Option<String> {
        self.envelope(envelope)?.redirect.clone()
    }

    fn access_code(&self, envelope: &str, recipient: &str) -> Option<String> {
        self.envelope(envelope)?.signature(recipient)?.pin.clone()
    }

    fn sheet(&self, envelope: &str, recipient: &str) -> Option<Sheet> {
        let own = self.envelope(envelope)?;
        let position = own.signatures.iter().position(|one| one.id == recipient)?;
        let one = own.signatures.get(position)?;
        let documents = own
            .documents
            .iter()
            .enumerate()
            .map(|(at, document)| {
                let pages = u32::try_from(document.pages.len()).unwrap_or(u32::MAX);
                (at.to_string(), document.name.clone(), pages)
            })
            .collect();
        Some(Sheet {
            provider: SHOWN,
            subject: own.subject.clone().unwrap_or_else(|| own.title.clone()),
            message: own.message.clone().unwrap_or_default(),
            sender: self.email.clone(),
            recipient: one.name.clone(),
            email: one.email.clone(),
            documents,
            fields: signing_fields(own, position),
            can_decline: own.allow_decline,
        })
    }

    fn document(&self, envelope: &str, document: &str) -> Option<Rendering> {
        let index: usize = document.parse().ok()?;
        let own = self.envelope(envelope)?.clone();
        Some(Box::new(move || files::document(&own, index).ok()))
    }

    /// The redirect follows success only; everything else ends on a page.
    fn leave(&self, _session: &Session, return_url: &str, end: End) -> String {
        match end {
            End::Signed => return_url.to_owned(),
            other => format!("/Signing/Finished?event={}", links::event(other)),
        }
    }

    fn inbox(&self) -> Vec<(Time, InboxRow)> {
        self.envelopes.iter().map(|own| (own.created, row(own))).collect()
    }

    fn snapshot(&self, envelope: &str) -> Option<Value> {
        self.envelope(envelope).map(|own| snapshot(self, own))
    }

    fn snapshots(&self) -> Vec<(Time, Value)> {
        self.envelopes.iter().map(|own| (own.created, snapshot(self, own))).collect()
    }

    fn control(
        &mut self,
        method: &Method,
        rest: &[&str],
        body: &Value,
        now: Time,
    ) -> Option<Result<Value, ControlError>> {
        let number = |name: &str| body.get(name).and_then(Value::as_u64);
        match (method, rest) {
            (&Method::POST, ["limits"]) => {
                let small = |name: &str, default: u32| {
                    number(name).and_then(|own| u32::try_from(own).ok()).unwrap_or(default)
                };
                self.limits = match body.get("tier").and_then(Value::as_str) {
                    Some("strict") => Limits::strict(),
                    _ => Limits::new(small("standard", 100), small("high", 100), small("test", 100)),
                };
            }
            (&Method::POST, ["delays"]) => {
                let set = |own: &mut TimeDelta, name: &str| {
                    if let Some(ms) = number(name).and_then(|ms| i64::try_from(ms).ok()) {
                        *own = TimeDelta::milliseconds(ms.min(86_400_000));
                    }
                };
                set(&mut self.delays.processing, "processing_ms");
                set(&mut self.delays.copy, "copy_ms");
                set(&mut self.delays.cancel, "cancel_ms");
                set(&mut self.delays.index, "index_ms");
                set(&mut self.delays.template, "template_ms");
            }
            (&Method::POST, ["plan"]) => {
                self.unpaid = body.get("paid").and_then(Value::as_bool) == Some(false);
                if let Some(left) = number("requests_left").and_then(|left| i64::try_from(left).ok()) {
                    self.quota = left;
                }
            }
            (&Method::POST, ["refresh"]) => {
                self.strict_refresh = body.get("credentials").and_then(Value::as_str) == Some("required");
            }
            (&Method::POST, ["tokens"]) => {
                let (access, refresh) = self.issue_token(now);
                return Some(Ok(json!({ "access_token": access, "refresh_token": refresh })));
            }
            (&Method::DELETE, ["tokens"]) => {
                self.tokens.values_mut().for_each(|token| token.revoked = true);
            }
            _ => return None,
        }
        Some(Ok(json!({ "ok": true })))
    }
}

fn may_act<'s>(state: &'s mut State, envelope: &str, recipient: &str) -> Result<&'s mut Envelope, Failure> {
    let unknown = || Failure::Unknown(format!("there is no signature {recipient} in {envelope}"));
    let own = state.envelope_mut(envelope).ok_or_else(unknown)?;
    if !own.prepared {
        // Who acts has been asked, so the conversion is over.
        state::prepare(own);
    }
    let one = own.signature(recipient).cloned().ok_or_else(unknown)?;
    if own.canceled || own.removed {
        return Err(Failure::Refused("the request is canceled".to_owned()));
    }
    if one.status != Status::Awaiting {
        return Err(Failure::Refused(format!("{} is done already: {}", one.email, one.status.as_str())));
    }
    if !own.is_open() {
        return Err(Failure::Refused(format!("the request is {}; nobody can act", own.word())));
    }
    if !own.is_turn(&one) {
        return Err(Failure::NotYet(format!("it is not yet the turn of {}", one.email)));
    }
    Ok(own)
}

/// Follows an embedded signing link: one visit within its life.
pub(crate) fn redeem(hub: &Hub, token: &str) -> Answer {
    let now = hub.clock.now();
    let mut world = hub.world();
    let state = &mut world.dropbox_sign;
    let Some(link) = state.links.get_mut(token).filter(|link| !link.used && link.expires > now) else {
        return signing::gone();
    };
    link.used = true;
    let (envelope, signature) = (link.envelope.clone(), link.signature.clone());
    let redirect = state.envelope(&envelope).and_then(|own| own.redirect.clone());
    signing::begin(&mut world, Session::new(Provider::DropboxSign, envelope, signature, redirect))
}

fn signing_fields(own: &Envelope, position: usize) -> Vec<SigningField> {
    own.fields
        .iter()
        .filter(|field| field.filler == Filler::Signer(position))
        .filter_map(|field| {
            let kind = match field.kind.as_str() {
                "signature" | "initials" | "text" | "checkbox" => field.kind.as_str(),
                "date_signed" => "date",
                "dropdown" => "text",
                "radio" => "checkbox",
                _ => return None,
            };
            Some(SigningField {
                value: String::new(),
                choices: Vec::new(),
                label: field.name.clone(),
                kind: kind.to_owned(),
                page: field.page,
                document: own.documents.get(field.document).map_or_else(String::new, |own| own.name.clone()),
                required: field.required && field.kind != "radio",
            })
        })
        .collect()
}

fn row(own: &Envelope) -> InboxRow {
    let link = |one: &Signature| {
        (own.prepared && !own.embedded && own.is_open() && own.is_turn(one))
            .then(|| format!("/Signing/Mail/{}", one.mail_link))
    };
    InboxRow {
        provider: SHOWN,
        envelope: own.id.clone(),
        subject: own.subject.clone().unwrap_or_else(|| own.title.clone()),
        status: own.word().to_owned(),
        recipients: own
            .signatures
            .iter()
            .map(|one| InboxRecipient {
                name: one.name.clone(),
                email: one.email.clone(),
                role: one.role.clone().unwrap_or_else(|| "signer".to_owned()),
                order: one.order.and_then(|order| u32::try_from(order + 1).ok()).unwrap_or(1),
                status: one.status.as_str().to_owned(),
                link: link(one),
            })
            .collect(),
        created: seven_digits(own.created),
    }
}

fn snapshot(state: &State, own: &Envelope) -> Value {
    let mut out = render::envelope(state, own, "");
    let documents: Vec<Value> = own
        .documents
        .iter()
        .enumerate()
        .map(|(at, document)| {
            json!({
                "id": at.to_string(),
                "name": document.name,
                "length": document.length,
                "sha256": document.sha256,
                "pages": document.pages.len(),
            })
        })
        .collect();
    let fields: Vec<Value> = own
        .fields
        .iter()
        .map(|field| {
            json!({
                "api_id": field.api_id,
                "type": field.kind,
                "document": field.document,
                "page": field.page,
                "x": field.x,
                "y": field.y,
                // In points: sizes come at 80 to the inch.
                "width": field.width * 72.0 / 80.0,
                "height": field.height * 72.0 / 80.0,
                "options": field.options,
            })
        })
        .collect();
    let mails: Vec<Value> =
        own.mails.iter().map(|mail| json!({ "kind": mail.kind, "to": mail.to, "at": mail.at })).collect();
    if let Some(out) = out.as_object_mut() {
        out.insert("status".into(), own.word().into());
        out.insert("documents".into(), documents.into());
        out.insert("fields".into(), fields.into());
        out.insert("mailCount".into(), mails.len().into());
        out.insert("mails".into(), mails.into());
        out.insert("removed".into(), own.removed.into());
    }
    out
}
