//! The dialect as the shared core sees it: acting, inbox, pages, assertions. A signer is named by his
//! e-mail address, which is unique in an envelope [FACTS 4].

use http::Method;
use serde_json::{Value, json};

use super::lifecycle::Refused;
use super::model::{AuthMode, DeliveryMethod, Envelope, Signer, SignerStatus, Status, Time};
use super::render;
use super::rendition;
use super::state::State;
use crate::clock::seven_digits;
use crate::control::ControlError;
use crate::dialect::{Dialect, End, Failure, Rendering, Session, Sheet};
use crate::pages::{InboxRecipient, InboxRow, SigningField};

const NAME: &str = "eSignGlobal";

impl State {
    fn act(
        &mut self,
        envelope: &str,
        email: &str,
        step: impl FnOnce(&mut Envelope) -> Result<(), Refused>,
    ) -> Result<(), Failure> {
        let own = self
            .envelope_mut(envelope)
            .map_err(|_| Failure::Unknown(format!("there is no envelope {envelope}")))?;
        step(own).map_err(|refused| match refused {
            Refused::UnknownSigner => Failure::Unknown(format!("the envelope has no signer {email}")),
            Refused::NotHisTurn => Failure::NotYet(format!("it is not yet the turn of {email}")),
            Refused::NotRunning(Status::Draft) => Failure::NotYet("the envelope is a draft".to_owned()),
            Refused::NotRunning(status) => {
                Failure::Refused(format!("the envelope is {}; nobody can act", word(status)))
            }
            Refused::AlreadySigned => Failure::Refused(format!("{email} has signed already")),
        })
    }

    fn pair(&self, envelope: &str, email: &str) -> Option<(&Envelope, &Signer)> {
        let envelope = self.envelope(envelope).ok()?;
        Some((envelope, envelope.signer(email)?))
    }
}

/// The number and what it means: numbers alone tell a tester little.
fn word(status: Status) -> &'static str {
    match status {
        Status::Draft => "0 draft",
        Status::InProgress => "1 in progress",
        Status::Completed => "2 completed",
        Status::Expired => "3 expired",
        Status::Declined => "4 declined",
        Status::Cancelled => "5 cancelled",
    }
}

fn signer_word(status: SignerStatus) -> &'static str {
    match status {
        SignerStatus::Pending => "0 pending",
        SignerStatus::Signing => "1 signing",
        SignerStatus::Signed => "2 signed",
    }
}

impl Dialect for State {
    fn pass_time(&mut self, now: Time) {
        self.envelopes.iter_mut().for_each(|own| own.pass_time(now));
    }

    fn find(&self, id: &str) -> Option<String> {
        self.envelopes.iter().find(|own| own.id.eq_ignore_ascii_case(id)).map(|own| own.id.clone())
    }

    fn acting(&self, envelope: &str, email: &str) -> Option<String> {
        self.pair(envelope, email).map(|(_, signer)| signer.email.clone())
    }

    fn statuses(&self, envelope: &str, recipient: &str) -> (String, String) {
        match self.pair(envelope, recipient) {
            Some((envelope, signer)) => {
                (envelope.status.number().to_string(), signer.status.number().to_string())
            }
            None => (String::new(), String::new()),
        }
    }

    fn open(&mut self, envelope: &str, recipient: &str, now: Time) -> Result<(), Failure> {
        self.act(envelope, recipient, |own| own.view(recipient, now))
    }

    fn sign(
        &mut self,
        envelope: &str,
        recipient: &str,
        _: &[(String, String)],
        now: Time,
    ) -> Result<(), Failure> {
        self.act(envelope, recipient, |own| own.sign(recipient, now))
    }

    fn decline(&mut self, envelope: &str, recipient: &str, reason: &str, now: Time) -> Result<(), Failure> {
        self.act(envelope, recipient, |own| own.decline(recipient, reason, now))
    }

    fn mail(&self, link: &str) -> Option<(String, String)> {
        self.envelopes.iter().find_map(|envelope| {
            let signer = envelope.signers.iter().find(|own| own.link == link && own.asked.is_some())?;
            Some((envelope.id.clone(), signer.email.clone()))
        })
    }

    fn access_code(&self, envelope: &str, recipient: &str) -> Option<String> {
        self.pair(envelope, recipient)?.1.access_code().map(str::to_owned)
    }

    /// Codes are compared without regard to case [FACTS 5].
    fn code_fits(&self, code: &str, given: &str) -> bool {
        code.eq_ignore_ascii_case(given)
    }

    fn sheet(&self, envelope: &str, recipient: &str) -> Option<Sheet> {
        let (envelope, signer) = self.pair(envelope, recipient)?;
        Some(Sheet {
            provider: NAME,
            subject: envelope.head.subject.clone(),
            message: message(envelope, signer),
            sender: "Erika Sender".to_owned(),
            recipient: signer.name.clone(),
            email: signer.email.clone(),
            documents: envelope
                .documents
                .iter()
                .map(|own| (own.key.clone(), own.name.clone(), own.pages))
                .collect(),
            fields: fields(envelope, signer),
            can_decline: true,
        })
    }

    fn document(&self, envelope: &str, document: &str) -> Option<Rendering> {
        let envelope = self.envelope(envelope).ok()?.clone();
        let document = envelope.documents.iter().find(|own| own.key == document)?.clone();
        Some(Box::new(move || rendition::document(&envelope, &document).ok()))
    }

    /// What eSignGlobal adds to the address is unknown: nothing.
    fn leave(&self, _: &Session, return_url: &str, _: End) -> String {
        return_url.to_owned()
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

    fn control(
        &mut self,
        method: &Method,
        rest: &[&str],
        body: &Value,
        now: Time,
    ) -> Option<Result<Value, ControlError>> {
        match (method, rest) {
            (&Method::DELETE, ["tokens"]) => {
                self.tokens.clear();
                Some(Ok(json!({ "ok": true })))
            }
            (&Method::GET, ["tokens"]) => Some(Ok(json!({ "issued": self.tokens_issued }))),
            (&Method::POST, ["templates"]) => Some(self.make_template(body, now)),
            (&Method::POST, ["timing"]) => {
                let Some(ms) = body.get("render_ms").and_then(Value::as_i64).filter(|ms| *ms >= 0) else {
                    return Some(Err(ControlError::Invalid("render_ms is no number from 0".to_owned())));
                };
                self.render_ms = ms;
                Some(Ok(json!({ "ok": true })))
            }
            _ => None,
        }
    }
}

fn message(envelope: &Envelope, signer: &Signer) -> String {
    let hint = match &signer.auth {
        AuthMode::AccessCode { hint, .. } => hint.clone(),
        _ => None,
    };
    let texts = [envelope.head.remark.clone(), signer.note.clone(), hint];
    texts.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// One signature per place, or one that the signer places himself.
fn fields(envelope: &Envelope, signer: &Signer) -> Vec<SigningField> {
    let field = |key: &str, page: u32| SigningField {
        value: String::new(),
        choices: Vec::new(),
        label: if signer.free_form { "signature, where you choose" } else { "signature" }.to_owned(),
        kind: "signature".to_owned(),
        page,
        document: envelope
            .documents
            .iter()
            .find(|own| own.key == key)
            .map_or_else(|| key.to_owned(), |own| own.name.clone()),
        required: true,
    };
    if signer.places.is_empty() {
        envelope.documents.iter().map(|own| field(&own.key, own.pages)).collect()
    } else {
        signer.places.iter().map(|own| field(&own.file_key, own.page)).collect()
    }
}

fn inbox_row(own: &Envelope) -> InboxRow {
    let running = own.running_order();
    let signers = own.signers.iter().map(|signer| {
        let may_act = own.status == Status::InProgress
            && signer.status == SignerStatus::Signing
            && running == Some(signer.order)
            && signer.delivery != DeliveryMethod::None;
        InboxRecipient {
            name: signer.name.clone(),
            email: signer.email.clone(),
            role: "signer".to_owned(),
            order: signer.order,
            status: signer_word(signer.status).to_owned(),
            link: may_act.then(|| format!("/Signing/Mail/{}", signer.link)),
        }
    });
    let copies = own.copies.iter().map(|copy| InboxRecipient {
        name: copy.name.clone(),
        email: copy.email.clone(),
        role: "copy".to_owned(),
        order: 1,
        status: "may look".to_owned(),
        link: None,
    });
    InboxRow {
        provider: NAME,
        envelope: own.id.clone(),
        subject: own.head.subject.clone(),
        status: word(own.status).to_owned(),
        recipients: signers.chain(copies).collect(),
        created: seven_digits(own.created),
    }
}

/// The detail answer, and beside it what assertions need.
fn snapshot(own: &Envelope) -> Value {
    let mut out = render::detail(own);
    let documents: Value = own
        .documents
        .iter()
        .map(|document| {
            json!({
                "id": document.key,
                "name": document.name,
                "length": document.bytes.len(),
                "sha256": document.sha256,
                "pages": document.pages,
            })
        })
        .collect();
    let mails: Vec<Value> = own
        .mails
        .iter()
        .map(|mail| json!({ "kind": "invitation", "channel": mail.channel, "to": mail.to, "at": mail.at }))
        .collect();
    if let Some(out) = out.as_object_mut() {
        out.insert("documents".into(), documents);
        out.insert("mailCount".into(), mails.len().into());
        out.insert("mails".into(), mails.into());
        out.insert("allowTransfer".into(), own.head.allow_transfer.into());
        out.insert("startTime".into(), render::millis(own.starts));
        out.insert("callBackUrl".into(), own.head.callback_url.clone().into());
    }
    out
}
