//! What a sender does with an envelope besides sending and voiding it.

use std::{collections::BTreeMap, fmt::Display, sync::Arc};

use chrono::{DateTime, Utc};
use signbridge_core::{
    Addressee, Authentication, Call, Capabilities, Capability, Correction, Envelope, EnvelopeStatus, Error,
    ErrorKind, Fault, FormValue, Provider, Recipient, RecipientStatus, Result, Support, once,
};

use super::{DocuSignProvider, identification};
use crate::{
    PROVIDER,
    calls::{
        add_tabs::AddTabs,
        form_data::{GetChoices, GetFormData},
        get_envelope::FullEnvelope,
        lock::{CreateLock, DeleteLock, EditLock, Held, LOCK_SECONDS},
        notification::{GetNotification, UpdateNotification},
        recipients::{AddRecipients, RemoveRecipients, ResendRecipient, UpdateRecipients},
        recycle::Recycle,
        update_envelope::PurgeEnvelope,
    },
    capabilities,
    wire::{
        answer::RecipientAnswer,
        correction::{Change, Changes},
        flexible::parse_time,
        identity::Identification,
        recipient::{self, Recipients},
        tabs::Tabs,
    },
};

const CORRECT: &str = "correct";
/// The word by which a profile accepts what DocuSign does not list among the changes it takes.
const PHONE: &str = "correct_phone";

/// Changes an envelope under its lock, and reads how it is afterwards.
pub(super) async fn correct(
    provider: &DocuSignProvider,
    id: &str,
    correction: &Correction,
) -> Result<Envelope> {
    correction.validate().map_err(named)?;
    supported(provider, correction)?;
    let identification = identification::of_correction(provider, correction).await.map_err(named)?;
    let session = &provider.session;
    let lock = session.run(|account| CreateLock { account, envelope: id.to_owned() }).await.map_err(named)?;
    let outcome =
        Locked { provider, id, lock: &lock, identification: &identification }.change(correction).await;
    let release = |account| DeleteLock { account, envelope: id.to_owned(), lock: lock.clone() };
    let released = session.run(release).await;
    outcome.map_err(|error| named(error).with_envelope_id(id))?;
    let mut envelope = provider.get(id).await?;
    if let Err(error) = released {
        envelope
            .warnings
            .push(format!("the edit lock was not released ({error}); it ends in {LOCK_SECONDS} seconds"));
    }
    Ok(envelope)
}

fn named(error: Error) -> Error {
    error.with_provider(PROVIDER).with_operation(CORRECT)
}

/// What cannot be corrected, before any request.
fn supported(provider: &DocuSignProvider, correction: &Correction) -> Result<()> {
    let (known, allowed) = (&*provider.capabilities, &*provider.session.config.allow_unverified);
    let mut faults = Vec::new();
    for (index, change) in correction.changes.iter().enumerate() {
        let path = format!("changes[{index}]");
        if change.phone.is_some() && !allowed.iter().any(|word| word == PHONE) {
            let message = "DocuSign does not list a phone number for delivery among what may change after sending; \
                           remove him and add him anew, or set allow_unverified = [\"correct_phone\"]";
            faults.push(Fault::new(format!("{path}.phone"), message));
        }
        authentication(&mut faults, &path, change.authentication.as_ref(), known, allowed);
    }
    for (index, own) in correction.add.iter().enumerate() {
        let path = format!("add[{index}]");
        usable(&mut faults, format!("{path}.role"), own.role, &known.roles, allowed);
        usable(&mut faults, format!("{path}.delivery"), own.delivery, &known.deliveries, allowed);
        usable(&mut faults, format!("{path}.level"), own.level, &known.levels, allowed);
        if let Some(message) = capabilities::certified(own) {
            faults.push(Fault::new(format!("{path}.level"), message));
        }
        authentication(&mut faults, &path, own.authentication.as_ref(), known, allowed);
        if own.template_role.is_some() {
            let message = "a recipient who joins fills no role of a template";
            faults.push(Fault::new(format!("{path}.template_role"), message));
        }
    }
    if faults.is_empty() {
        return Ok(());
    }
    let message = "this correction cannot be made at DocuSign";
    Err(named(Error::from_faults(ErrorKind::Unsupported, message, faults))
        .with_remedy("correct something else, or void the envelope and create a new one"))
}

fn authentication(
    faults: &mut Vec<Fault>,
    path: &str,
    asked: Option<&Authentication>,
    known: &Capabilities,
    allowed: &[String],
) {
    if let Some(asked) = asked {
        let path = format!("{path}.authentication");
        usable(faults, path, asked.word(), &known.authentications, allowed);
    }
}

fn usable<W: Ord + Display>(
    faults: &mut Vec<Fault>,
    path: String,
    word: W,
    known: &BTreeMap<W, Capability>,
    allowed: &[String],
) {
    let message = match known.get(&word).map(|own| &own.support) {
        Some(Support::Native | Support::Emulated(_) | Support::Gated(_)) => return,
        Some(Support::Unverified(_)) if allowed.iter().any(|own| *own == word.to_string()) => return,
        Some(Support::Unverified(reason) | Support::Unsupported(reason)) => {
            format!("`{word}` is not possible: {reason}")
        }
        None => format!("`{word}` is not possible; see the capabilities"),
    };
    faults.push(Fault::new(path, message));
}

/// The steps of a correction while we hold the lock.
struct Locked<'a> {
    provider: &'a DocuSignProvider,
    id: &'a str,
    lock: &'a EditLock,
    identification: &'a Identification,
}

impl Locked<'_> {
    async fn change(&self, correction: &Correction) -> Result<()> {
        let full = self.provider.read(self.id).await?;
        let mut faults = Vec::new();
        let changes = changes(&full, correction, self.identification, &mut faults);
        let removed = removals(&full, correction, &mut faults);
        if !faults.is_empty() {
            let message = "the correction does not fit the envelope";
            return Err(Error::from_faults(ErrorKind::InvalidInput, message, faults)
                .with_remedy("see the envelope's recipients"));
        }
        let mut done = false;
        if !changes.is_empty() {
            self.update(changes).await?;
            done = true;
        }
        if !correction.add.is_empty() {
            self.add(&full, &correction.add).await.map_err(|error| halfway(error, done))?;
            done = true;
        }
        if !removed.is_empty() {
            self.remove(removed).await.map_err(|error| halfway(error, done))?;
            done = true;
        }
        if let Some(days) = correction.expires_after_days {
            self.expire(&full, days).await.map_err(|error| halfway(error, done))?;
        }
        Ok(())
    }

    async fn update(&self, changes: Changes) -> Result<()> {
        let changes = Arc::new(changes);
        let call = |account| Held {
            call: UpdateRecipients { account, envelope: self.id.to_owned(), changes: Arc::clone(&changes) },
            lock: self.lock.clone(),
        };
        self.provider.session.run(call).await
    }

    /// Adds recipients, and then their fields: DocuSign drops fields that come along. Nobody is mailed before the lock is
    /// released.
    async fn add(&self, full: &FullEnvelope, joining: &[Recipient]) -> Result<()> {
        let taken = full.recipients.iter().filter_map(|own| own.portable.id.parse::<usize>().ok()).max();
        let mut groups = Recipients::default();
        let mut tabs = Vec::new();
        for (index, own) in (taken.unwrap_or(0)..).zip(joining) {
            let id = (index + 1).to_string();
            groups.push(own.role, recipient::part(&id, own.order, own, None, self.identification));
            tabs.extend(Tabs::of(index, &own.fields).map(|tabs| (id, tabs)));
        }
        let groups = Arc::new(groups);
        let call = |account| Held {
            call: AddRecipients { account, envelope: self.id.to_owned(), recipients: Arc::clone(&groups) },
            lock: self.lock.clone(),
        };
        self.provider.session.run(call).await?;
        for (recipient_id, tabs) in tabs {
            let call = |account| Held {
                call: AddTabs {
                    account,
                    envelope: self.id.to_owned(),
                    recipient_id: recipient_id.clone(),
                    tabs: tabs.clone(),
                },
                lock: self.lock.clone(),
            };
            self.provider.session.run(call).await.map_err(|error| halfway(error, true))?;
        }
        Ok(())
    }

    async fn remove(&self, recipients: Changes) -> Result<()> {
        let recipients = Arc::new(recipients);
        let call = |account| Held {
            call: RemoveRecipients {
                account,
                envelope: self.id.to_owned(),
                recipients: Arc::clone(&recipients),
            },
            lock: self.lock.clone(),
        };
        self.provider.session.run(call).await
    }

    /// DocuSign counts days from the first sending. Days that are over are rounded down, so that nothing lasts longer
    /// than was asked.
    async fn expire(&self, full: &FullEnvelope, days: u32) -> Result<()> {
        let session = &self.provider.session;
        let first = full.envelope.raw.get("initialSentDateTime").and_then(|text| parse_time(text.as_str()?));
        let now: DateTime<Utc> = session.parts().clock.now();
        let elapsed = first.or(full.envelope.sent_at).map_or(0, |sent| (now - sent).num_days().max(0));
        let envelope = self.id.to_owned();
        let reminders =
            session.run(|account| GetNotification { account, envelope: envelope.clone() }).await?;
        let call = |account| Held {
            call: UpdateNotification {
                account,
                envelope: envelope.clone(),
                reminders: reminders.clone(),
                expire_after: elapsed + i64::from(days),
            },
            lock: self.lock.clone(),
        };
        session.run(call).await
    }
}

/// An error after a part of the correction was made.
fn halfway(error: Error, done: bool) -> Error {
    if done && !once::in_doubt(&error) {
        let remedy = "a part of the correction is made; read the envelope and correct the rest";
        return error.with_remedy(remedy);
    }
    error
}

fn changes(
    full: &FullEnvelope,
    correction: &Correction,
    identification: &Identification,
    faults: &mut Vec<Fault>,
) -> Changes {
    let mut changes = Changes::new();
    for (index, change) in correction.changes.iter().enumerate() {
        if let Some(own) = who(full, &change.who, format!("changes[{index}].who"), faults)
            && let Some(change) = Change::new(own, change, identification)
        {
            if own.has_workflow && change.replaces_workflow() {
                let message = "an identity workflow verifies him, and how one is taken away is not documented; remove \
                               him and add him anew";
                faults.push(Fault::new(format!("changes[{index}].authentication"), message));
                continue;
            }
            changes.entry(own.group).or_default().push(change);
        }
    }
    changes
}

fn removals(full: &FullEnvelope, correction: &Correction, faults: &mut Vec<Fault>) -> Changes {
    let mut removed = Changes::new();
    for (index, addressee) in correction.remove.iter().enumerate() {
        if let Some(own) = who(full, addressee, format!("remove[{index}]"), faults) {
            removed.entry(own.group).or_default().push(Change::of(own));
        }
    }
    removed
}

/// The one recipient who is meant.
fn who<'f>(
    full: &'f FullEnvelope,
    addressee: &Addressee,
    path: String,
    faults: &mut Vec<Fault>,
) -> Option<&'f RecipientAnswer> {
    let mut fitting = full.recipients.iter().filter(|own| {
        own.portable.email.eq_ignore_ascii_case(&addressee.email)
            && addressee.order.is_none_or(|order| order == own.portable.order)
    });
    let message = match (fitting.next(), fitting.next()) {
        (Some(own), None) => return Some(own),
        (Some(_), Some(_)) => "several recipients have this address; name his order too",
        _ => "the envelope has no recipient with this address (and order)",
    };
    faults.push(Fault::new(path, message));
    None
}

/// Mails one recipient again. Whether it is his turn is looked at before: DocuSign's answer would not say that nobody was
/// mailed.
pub(super) async fn remind_one(provider: &DocuSignProvider, id: &str, who: &Addressee) -> Result<()> {
    let full = provider.read(id).await?;
    let refuse = |error: Error| {
        error.with_provider(PROVIDER).with_operation(ResendRecipient::NAME).with_envelope_id(id)
    };
    let named = who.among(full.recipients.iter().map(|own| &own.portable)).map_err(refuse)?;
    let Some(own) = full.recipients.iter().find(|own| own.portable.id == named.id) else { return Ok(()) };
    if own.client_user_id.is_some() {
        let error = Error::new(ErrorKind::InvalidInput, "he signs in the application, so nobody mails him");
        return Err(refuse(error.with_remedy("show him a new signing link")));
    }
    if full.envelope.status != EnvelopeStatus::InProgress
        || !matches!(named.status, RecipientStatus::Active | RecipientStatus::Viewed)
    {
        let error = Error::new(ErrorKind::InvalidState, "it is not his turn, so he cannot be mailed");
        return Err(refuse(error.with_remedy("see the envelope's recipients")));
    }
    let recipient: Arc<Changes> = Arc::new([(own.group, vec![Change::of(own)])].into());
    let call =
        |account| ResendRecipient { account, envelope: id.to_owned(), recipient: Arc::clone(&recipient) };
    provider.session.run(call).await
}

/// Throws a draft away. It is read before, because the same request would void what was sent.
pub(super) async fn delete_draft(provider: &DocuSignProvider, id: &str) -> Result<()> {
    let envelope = provider.read(id).await?.envelope;
    if envelope.status != EnvelopeStatus::Draft {
        return Err(state(&envelope, "delete_draft", "only a draft can be deleted", "void it instead"));
    }
    provider.session.run(|account| Recycle { account, envelope: id.to_owned() }).await
}

/// Queues the documents of what has ended for removal.
pub(super) async fn purge(provider: &DocuSignProvider, id: &str) -> Result<()> {
    let envelope = provider.read(id).await?.envelope;
    if !envelope.status.is_terminal() {
        let message = "only an envelope that has ended can be purged";
        return Err(state(&envelope, "purge", message, "wait until it has ended, or void it"));
    }
    provider.session.run(|account| PurgeEnvelope { account, envelope: id.to_owned() }).await
}

pub(super) fn state(envelope: &Envelope, operation: &'static str, message: &str, remedy: &str) -> Error {
    let message = format!("{message}; the envelope is {}", envelope.status);
    Error::new(ErrorKind::InvalidState, message)
        .with_provider(PROVIDER)
        .with_operation(operation)
        .with_envelope_id(&envelope.id)
        .with_remedy(remedy)
}

/// What the recipients filled in; check boxes in the words of the portable model.
pub(super) async fn form_data(provider: &DocuSignProvider, id: &str) -> Result<Vec<FormValue>> {
    let session = &provider.session;
    let mut values = session.run(|account| GetFormData { account, envelope: id.to_owned() }).await?;
    for chosen in session.run(|account| GetChoices { account, envelope: id.to_owned() }).await? {
        let is_of = |own: &&mut FormValue| {
            own.field == chosen.label
                && own.email.as_ref().is_none_or(|email| email.eq_ignore_ascii_case(&chosen.email))
        };
        match values.iter_mut().find(is_of) {
            Some(known) => known.value = chosen.value,
            None if chosen.finished => {
                values.push(FormValue::new(chosen.label, chosen.value, Some(chosen.email)));
            }
            None => {}
        }
    }
    Ok(values)
}
