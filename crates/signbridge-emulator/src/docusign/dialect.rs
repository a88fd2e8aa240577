//! The DocuSign state as the shared core sees it.

use http::Method;
use serde_json::{Value, json};

use super::identity;
use super::lifecycle::Refused;
use super::links;
use super::model::{Envelope, Recipient, Tab, Time};
use super::render::{self, Include};
use super::state::State;
use super::tab_kinds::Behaviour;
use super::{filling, rendition};
use crate::clock::seven_digits;
use crate::control::ControlError;
use crate::dialect::{Dialect, End, Failure, Rendering, Session, Sheet};
use crate::pages::{InboxRecipient, InboxRow, SigningField};
use crate::values::{filled, list};

const SHOWN: &str = "DocuSign";

impl Dialect for State {
    fn pass_time(&mut self, now: Time) {
        Self::pass_time(self, now);
    }

    fn find(&self, id: &str) -> Option<String> {
        self.envelope(id).ok().map(|own| own.id.clone())
    }

    fn acting(&self, envelope: &str, email: &str) -> Option<String> {
        let own = self.envelope(envelope).ok()?;
        let mut fitting: Vec<_> = own.recipients.iter().filter(|r| is_addressed(r, email)).collect();
        fitting.sort_by_key(|r| (!r.status.is_active(), r.status.is_done(), r.order));
        fitting.first().map(|r| r.id.clone())
    }

    fn statuses(&self, envelope: &str, recipient: &str) -> (String, String) {
        self.envelope(envelope).map_or_else(
            |_| (String::new(), String::new()),
            |own| {
                let recipient = own.recipient(recipient).map_or("", |r| r.status.as_str());
                (own.status.as_str().to_owned(), recipient.to_owned())
            },
        )
    }

    fn open(&mut self, envelope: &str, recipient: &str, now: Time) -> Result<(), Failure> {
        change(self, envelope, recipient, |own| own.view(recipient, now))
    }

    fn sign(
        &mut self,
        envelope: &str,
        recipient: &str,
        typed: &[(String, String)],
        now: Time,
    ) -> Result<(), Failure> {
        change(self, envelope, recipient, |own| own.may_act(recipient))?;
        let own = self.envelope_mut(envelope).map_err(|_| unknown(envelope))?;
        let position = own.recipients.iter().position(|r| r.id == recipient).unwrap_or(0);
        let documents = own.documents.clone();
        if let Some(signer) = own.recipient_mut(recipient).filter(|r| r.group.signs()) {
            let day = now.format("%-m/%-d/%Y").to_string();
            filling::fill(signer, &documents, typed, position, &day)?;
        }
        change(self, envelope, recipient, |own| own.sign(recipient, now))
    }

    fn decline(&mut self, envelope: &str, recipient: &str, reason: &str, now: Time) -> Result<(), Failure> {
        change(self, envelope, recipient, |own| own.decline(recipient, reason, now))
    }

    fn mail(&self, link: &str) -> Option<(String, String)> {
        self.envelopes.iter().find_map(|envelope| {
            let own = envelope.recipients.iter().find(|own| own.mail_link == link && own.sent.is_some())?;
            Some((envelope.id.clone(), own.id.clone()))
        })
    }

    fn access_code(&self, envelope: &str, recipient: &str) -> Option<String> {
        self.envelope(envelope).ok()?.recipient(recipient)?.access_code.clone()
    }

    fn sheet(&self, envelope: &str, recipient: &str) -> Option<Sheet> {
        let own = self.envelope(envelope).ok()?;
        let recipient = own.recipient(recipient)?;
        let pages = |count| u32::try_from(count).unwrap_or(u32::MAX);
        Some(Sheet {
            provider: SHOWN,
            subject: own.subject.clone(),
            message: own.blurb.clone(),
            sender: own.sender.name.clone(),
            recipient: recipient.name.clone(),
            email: recipient.address().to_owned(),
            documents: own
                .documents
                .iter()
                .map(|document| (document.id.clone(), document.name.clone(), pages(document.pages.len())))
                .collect(),
            fields: fields(own, recipient),
            can_decline: true,
        })
    }

    fn document(&self, envelope: &str, document: &str) -> Option<Rendering> {
        let own = self.envelope(envelope).ok()?;
        own.document(document)?;
        let (own, document) = (own.clone(), document.to_owned());
        Some(Box::new(move || {
            own.document(&document).and_then(|document| rendition::document(&own, document).ok())
        }))
    }

    fn leave(&self, _session: &Session, return_url: &str, end: End) -> String {
        links::with_event(return_url, links::event(end))
    }

    fn inbox(&self) -> Vec<(Time, InboxRow)> {
        self.envelopes.iter().map(|own| (own.created, inbox_row(own))).collect()
    }

    fn snapshot(&self, envelope: &str) -> Option<Value> {
        self.envelope(envelope).ok().map(snapshot)
    }

    fn snapshots(&self) -> Vec<(Time, Value)> {
        self.envelopes.iter().map(|own| (own.created, snapshot(own))).collect()
    }

    /// The others of DocuSign's controls are functions of `Control` itself.
    fn control(
        &mut self,
        method: &Method,
        rest: &[&str],
        body: &Value,
        _now: Time,
    ) -> Option<Result<Value, ControlError>> {
        match rest {
            ["plan"] => identity::control(&mut self.plan, method, body),
            _ => None,
        }
    }
}

fn unknown(envelope: &str) -> Failure {
    Failure::Unknown(format!("there is no envelope {envelope}"))
}

fn change(
    state: &mut State,
    envelope: &str,
    recipient: &str,
    transition: impl FnOnce(&mut Envelope) -> Result<(), Refused>,
) -> Result<(), Failure> {
    let own = state.envelope_mut(envelope).map_err(|_| unknown(envelope))?;
    let name = own.recipient(recipient).map_or(recipient, |r| r.address()).to_owned();
    transition(own).map_err(|refused| match refused {
        Refused::UnknownRecipient => Failure::Unknown(format!("there is no recipient {name}")),
        Refused::EnvelopeClosed(status) => {
            Failure::Refused(format!("the envelope is {}; nobody can act", status.as_str()))
        }
        Refused::NotHisTurn => Failure::NotYet(format!("it is not yet the turn of {name}")),
        Refused::AlreadyDone(status) => {
            Failure::Refused(format!("{name} is done already: {}", status.as_str()))
        }
        Refused::NothingToSign(group) => {
            Failure::Refused(format!("{name} is a {} and signs nothing", group.role()))
        }
    })
}

fn is_addressed(recipient: &Recipient, address: &str) -> bool {
    let by_phone = || recipient.phone().is_some_and(|phone| phone == address);
    let addresses = [recipient.email.as_str(), recipient.address()];
    addresses.iter().any(|own| !own.is_empty() && own.eq_ignore_ascii_case(address)) || by_phone()
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
        provider: SHOWN,
        envelope: envelope.id.clone(),
        subject: envelope.subject.clone(),
        status: envelope.status.as_str().to_owned(),
        recipients,
        created: seven_digits(envelope.created),
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
    tabs.sort_by(|a, b| position(a).partial_cmp(&position(b)).unwrap_or(std::cmp::Ordering::Equal));
    tabs.into_iter()
        .filter_map(|tab| {
            let locked = filling::is_locked(tab);
            let kind = match tab.kind.behaviour {
                Behaviour::Signature => "signature",
                Behaviour::Initials => "initials",
                Behaviour::DateSigned => "date",
                Behaviour::Checkbox if !locked => "checkbox",
                Behaviour::List | Behaviour::Radio if !locked => "choice",
                Behaviour::Typed if !locked => "text",
                Behaviour::Attachment => "file",
                Behaviour::Passive if tab.kind.key == "noteTabs" => "note",
                _ => return None,
            };
            let document = filled(&tab.props, "documentId").unwrap_or_default();
            Some(SigningField {
                label: filling::name_of(tab),
                kind: kind.to_owned(),
                page: filled(&tab.props, "pageNumber").and_then(|page| page.parse().ok()).unwrap_or(1),
                document: envelope.document(&document).map_or(document, |own| own.name.clone()),
                // A page without scripts shows what another field may hide.
                required: filling::is_required(tab) && filled(&tab.props, "conditionalParentLabel").is_none(),
                value: filling::held(tab),
                choices: choices(tab),
            })
        })
        .collect()
}

/// What a list or a radio group offers.
fn choices(tab: &Tab) -> Vec<String> {
    let items = ["listItems", "radios"].into_iter().flat_map(|key| list(&tab.props, key));
    let mut values: Vec<String> = items.filter_map(|item| filled(item.as_object()?, "value")).collect();
    values.dedup();
    values
}

fn snapshot(own: &Envelope) -> Value {
    let include = Include {
        recipients: true,
        tabs: true,
        documents: true,
        custom_fields: true,
        folders: false,
        workflow: true,
    };
    let mut out = render::envelope(own, include);
    let documents: Vec<Value> = own
        .documents
        .iter()
        .map(|document| {
            json!({
                "id": document.id,
                "name": document.name,
                "length": document.bytes.len(),
                "sha256": document.sha256,
                "pages": document.pages.len(),
            })
        })
        .collect();
    let mails: Vec<Value> = own
        .mails
        .iter()
        .filter(|mail| mail.messenger.is_none())
        .map(|mail| json!({ "kind": mail.kind.as_str(), "to": mail.to, "at": mail.at }))
        .collect();
    let messages: Vec<Value> = own
        .mails
        .iter()
        .filter_map(|mail| {
            let by = mail.messenger?;
            Some(json!({ "by": by, "kind": mail.kind.as_str(), "to": mail.to, "at": mail.at }))
        })
        .collect();
    if let Some(out) = out.as_object_mut() {
        out.insert("documents".into(), documents.into());
        out.insert("mailCount".into(), mails.len().into());
        out.insert("mails".into(), mails.into());
        out.insert("messages".into(), messages.into());
        out.insert("reminded".into(), own.reminded.into());
        out.insert("deleted".into(), own.deleted.is_some().into());
    }
    out
}
