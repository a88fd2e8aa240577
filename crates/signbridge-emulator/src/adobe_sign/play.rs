//! What the shared core asks of the dialect: acting, inbox, signing pages, assertions, controls.

use http::Method;
use serde_json::{Value, json};

use super::model::{Agreement, Member, ParticipantSet, Status, stamp};
use super::polling::Rule;
use super::state::{State, User, new_id};
use super::{agreements, events, rendition};
use crate::control::ControlError;
use crate::dialect::{Dialect, End, Failure, Rendering, Session, Sheet, Time};
use crate::pages::{InboxRecipient, InboxRow, SigningField};
use crate::values::{Object, filled, integer};

const PROVIDER: &str = "Acrobat Sign";
/// The one file a signer sees: all documents in one.
const COMBINED: &str = "combined";

fn unknown() -> Failure {
    Failure::Unknown("there is no such agreement".to_owned())
}

impl State {
    fn member(&self, envelope: &str, recipient: &str) -> Option<(&Agreement, &ParticipantSet, &Member)> {
        let own = self.agreement(envelope)?;
        let (set, member) = own.member(recipient)?;
        Some((own, set, member))
    }
}

impl Dialect for State {
    fn pass_time(&mut self, now: Time) {
        State::pass_time(self, now);
    }

    fn find(&self, id: &str) -> Option<String> {
        self.agreement(id).map(|own| own.id.clone())
    }

    fn acting(&self, envelope: &str, email: &str) -> Option<String> {
        let own = self.agreement(envelope)?;
        let mut fitting: Vec<(&ParticipantSet, &Member)> = own
            .sets
            .iter()
            .flat_map(|set| set.members.iter().map(move |member| (set, member)))
            .filter(|(_, member)| member.email.eq_ignore_ascii_case(email))
            .collect();
        fitting.sort_by_key(|(set, _)| (!set.is_current(), set.completed.is_some(), set.order));
        fitting.first().map(|(_, member)| member.id.clone())
    }

    fn statuses(&self, envelope: &str, recipient: &str) -> (String, String) {
        match self.member(envelope, recipient) {
            Some((own, set, _)) => (own.status_word().to_owned(), own.set_status(set).to_owned()),
            None => (String::new(), String::new()),
        }
    }

    fn open(&mut self, envelope: &str, recipient: &str, now: Time) -> Result<(), Failure> {
        self.agreement_mut(envelope).ok_or_else(unknown)?.view(recipient, now)
    }

    fn sign(
        &mut self,
        envelope: &str,
        recipient: &str,
        typed: &[(String, String)],
        now: Time,
    ) -> Result<(), Failure> {
        self.agreement_mut(envelope).ok_or_else(unknown)?.act(recipient, typed, now)
    }

    fn decline(&mut self, envelope: &str, recipient: &str, reason: &str, now: Time) -> Result<(), Failure> {
        self.agreement_mut(envelope).ok_or_else(unknown)?.decline(recipient, reason, now)
    }

    fn mail(&self, link: &str) -> Option<(String, String)> {
        self.agreements.iter().find_map(|own| {
            let (set, member) = own.member(link).filter(|(_, member)| member.link == link)?;
            set.exposed.map(|_| (own.id.clone(), member.id.clone()))
        })
    }

    fn access_code(&self, envelope: &str, recipient: &str) -> Option<String> {
        self.member(envelope, recipient)?.2.password.clone()
    }

    fn lock_out(&mut self, envelope: &str, recipient: &str, now: Time) {
        if let Some(own) = self.agreement_mut(envelope) {
            own.lock_out(recipient, now);
        }
    }

    fn sheet(&self, envelope: &str, recipient: &str) -> Option<Sheet> {
        let (own, set, member) = self.member(envelope, recipient)?;
        let pages = u32::try_from(own.pages().len()).unwrap_or(u32::MAX);
        Some(Sheet {
            provider: PROVIDER,
            subject: own.name.clone(),
            message: own.message.clone().unwrap_or_default(),
            sender: own.sender.name.clone(),
            recipient: member.name.clone(),
            email: member.email.clone(),
            documents: vec![(COMBINED.to_owned(), own.name.clone(), pages)],
            fields: fields(own, &set.id),
            can_decline: true,
        })
    }

    fn document(&self, envelope: &str, document: &str) -> Option<Rendering> {
        let own = self.agreement(envelope).filter(|_| document == COMBINED)?.clone();
        Some(Box::new(move || rendition::combined(&own, false).ok()))
    }

    /// Only after signing does Acrobat Sign lead back to the application; the address stays as given.
    fn leave(&self, _session: &Session, return_url: &str, end: End) -> String {
        let event = match end {
            End::Signed => return return_url.to_owned(),
            End::Declined => "decline",
            End::Later => "cancel",
            End::Viewed => "viewing_complete",
            End::CodeFailed => "access_code_failed",
            End::LinkExpired => "ttl_expired",
        };
        format!("/Signing/Finished?event={event}")
    }

    fn inbox(&self) -> Vec<(Time, InboxRow)> {
        self.agreements.iter().filter(|own| !own.deleted).map(|own| (own.created, inbox_row(own))).collect()
    }

    fn snapshot(&self, envelope: &str) -> Option<Value> {
        self.agreement(envelope).map(snapshot)
    }

    fn snapshots(&self) -> Vec<(Time, Value)> {
        self.agreements.iter().map(|own| (own.created, snapshot(own))).collect()
    }

    fn control(
        &mut self,
        method: &Method,
        rest: &[&str],
        body: &Value,
        _now: Time,
    ) -> Option<Result<Value, ControlError>> {
        let empty = Object::new();
        let body = body.as_object().unwrap_or(&empty);
        match (method.as_str(), rest) {
            ("POST", ["polling"]) => Some(self.set_polling(body)),
            ("POST", ["timing"]) => Some(self.set_timing(body)),
            ("POST", ["shard"]) => Some(self.set_shard(body)),
            ("POST", ["users"]) => Some(self.add_user(body)),
            ("GET", ["tokens"]) => Some(Ok(json!({ "issued": self.tokens_issued }))),
            ("DELETE", ["tokens"]) => Some(self.revoke(body)),
            _ => None,
        }
    }
}

impl State {
    fn set_polling(&mut self, body: &Object) -> Result<Value, ControlError> {
        let rule = filled(body, "rule").and_then(|name| Rule::named(&name)).ok_or_else(|| {
            ControlError::Invalid("rule must be off, three_per_minute or once_per_ten_minutes".to_owned())
        })?;
        self.polling.set(rule);
        Ok(json!({}))
    }

    /// `processing_ms`, `exposure_ms`, `index_ms`; what is not given stays.
    fn set_timing(&mut self, body: &Object) -> Result<Value, ControlError> {
        let mut timing = self.timing;
        for (key, place) in [
            ("processing_ms", &mut timing.processing),
            ("exposure_ms", &mut timing.exposure),
            ("index_ms", &mut timing.index),
        ] {
            if body.contains_key(key) {
                *place = integer(body, key)
                    .filter(|ms| (0..=86_400_000).contains(ms))
                    .ok_or_else(|| ControlError::Invalid(format!("{key} must be 0 to 86400000")))?;
            }
        }
        self.timing = timing;
        Ok(json!({
            "processing_ms": timing.processing,
            "exposure_ms": timing.exposure,
            "index_ms": timing.index,
        }))
    }

    /// Moves the account: `{"shard":"eu2"}`, or back with `{"shard":null}`.
    fn set_shard(&mut self, body: &Object) -> Result<Value, ControlError> {
        let shard = filled(body, "shard");
        if shard.as_ref().is_some_and(|name| !name.bytes().all(|b| b.is_ascii_alphanumeric())) {
            return Err(ControlError::Invalid("shard must be letters and digits".to_owned()));
        }
        self.shard = shard;
        Ok(json!({ "shard": self.shard }))
    }

    fn add_user(&mut self, body: &Object) -> Result<Value, ControlError> {
        let email =
            filled(body, "email").ok_or_else(|| ControlError::Invalid("email is missing".to_owned()))?;
        let name = filled(body, "name").unwrap_or_else(|| email.clone());
        let (first, last) = name.split_once(' ').unwrap_or((name.as_str(), ""));
        let user = User { id: new_id(), first: first.to_owned(), last: last.to_owned(), email };
        let id = user.id.clone();
        self.users.push(user);
        Ok(json!({ "user_id": id }))
    }

    /// One access token by `{"token":…}`, or all of them.
    fn revoke(&mut self, body: &Object) -> Result<Value, ControlError> {
        match filled(body, "token") {
            Some(token) => {
                let own = self
                    .tokens
                    .get_mut(&token)
                    .ok_or_else(|| ControlError::NotFound("no such access token was issued".to_owned()))?;
                own.revoked = true;
            }
            None => self.tokens.values_mut().for_each(|own| own.revoked = true),
        }
        Ok(json!({}))
    }
}

fn fields(own: &Agreement, set: &str) -> Vec<SigningField> {
    own.fields
        .iter()
        .filter(|field| field.assignee == set)
        .filter_map(|field| {
            let kind = match (field.input.as_str(), field.content.as_str()) {
                (_, "SIGNER_INITIALS") => "initials",
                (_, "SIGNATURE_DATE") => "date",
                _ if field.is_signature() => "signature",
                ("CHECKBOX", _) => "checkbox",
                _ if field.is_typed() => "text",
                _ => return None,
            };
            Some(SigningField {
                value: String::new(),
                choices: Vec::new(),
                label: field.name.clone(),
                kind: kind.to_owned(),
                page: field.locations.first().map_or(1, |place| place.page),
                document: own.name.clone(),
                required: field.required,
            })
        })
        .collect()
}

fn inbox_row(own: &Agreement) -> InboxRow {
    let mailed = own.mails("initEmails");
    let recipients = own
        .sets
        .iter()
        .flat_map(|set| set.members.iter().map(move |member| (set, member)))
        .map(|(set, member)| InboxRecipient {
            name: member.name.clone(),
            email: member.email.clone(),
            role: set.role.as_str().to_owned(),
            order: u32::try_from(set.order).unwrap_or(u32::MAX),
            status: own.set_status(set).to_owned(),
            link: (mailed && own.status == Status::Out && set.is_current())
                .then(|| format!("/Signing/Mail/{}", member.link)),
        })
        .collect();
    InboxRow {
        provider: PROVIDER,
        envelope: own.id.clone(),
        subject: own.name.clone(),
        status: own.status_word().to_owned(),
        recipients,
        created: stamp(own.created),
    }
}

/// Everything a test may want to look at; signing links and passwords are not among it.
fn snapshot(own: &Agreement) -> Value {
    let mut out = agreements::render(own);
    let documents: Vec<Value> = own
        .files
        .iter()
        .map(|file| {
            json!({
                "id": file.id,
                "name": file.name,
                "length": file.length,
                "sha256": file.sha256,
                "pages": file.converted.as_ref().map_or(0, |converted| converted.pages.len()),
            })
        })
        .collect();
    let mails: Vec<Value> =
        own.mails.iter().map(|mail| json!({ "kind": mail.kind, "to": mail.to, "at": mail.at })).collect();
    let sets: Vec<Value> = own
        .sets
        .iter()
        .map(|set| {
            let emails: Vec<&str> = set.members.iter().map(|member| member.email.as_str()).collect();
            json!({ "id": set.id, "role": set.role.as_str(), "status": own.set_status(set), "emails": emails })
        })
        .collect();
    let history = events::render(own);
    if let (Some(out), Some(history)) = (out.as_object_mut(), history.as_object()) {
        out.extend(history.clone());
        out.insert("documents".into(), documents.into());
        out.insert("mailCount".into(), mails.len().into());
        out.insert("mails".into(), mails.into());
        out.insert("participantSets".into(), sets.into());
        out.insert("fields".into(), own.fields.iter().map(super::fields::Field::json).collect());
        out.insert("deleted".into(), own.deleted.into());
    }
    out
}
