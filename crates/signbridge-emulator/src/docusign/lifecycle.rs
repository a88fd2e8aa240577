//! The transitions of an envelope: sending, viewing, signing, declining, voiding, expiring.
//!
//! Pure functions over [`Envelope`] and a time; no socket, no document work.

use chrono::TimeDelta;

use super::model::{Audit, Envelope, EnvelopeStatus, Group, MailKind, RecipientStatus, Time};

/// The reason of an expired envelope [mapping rule 1a].
pub(crate) const EXPIRED: &str = "Envelope has expired.";
/// How long documents stay in the queue of purging [FACTS 4.6].
const PURGED_AFTER: TimeDelta = TimeDelta::days(14);
/// A void reason is cut at this many characters [FACTS 4.6].
const LONGEST_REASON: usize = 200;

/// Why a recipient cannot do what he wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    UnknownRecipient,
    EnvelopeClosed(EnvelopeStatus),
    NotHisTurn,
    AlreadyDone(RecipientStatus),
    NothingToSign(Group),
}

impl Envelope {
    /// Sends a draft; the caller has validated it.
    pub(crate) fn send(&mut self, now: Time) {
        self.sent = Some(now);
        self.set_status(EnvelopeStatus::Sent, now);
        self.note(now, "Sent Invitations", None, "The sender sent the envelope.");
        self.advance(now);
    }

    /// Sends what is complete: at once, or when its time comes.
    pub(crate) fn dispatch(&mut self, now: Time) {
        match self.workflow.as_mut().filter(|workflow| workflow.resume.is_some_and(|time| time > now)) {
            Some(workflow) => {
                workflow.scheduled = true;
                self.modified = now;
                self.note(now, "Scheduled", None, "The sender scheduled the envelope.");
            }
            None => self.send(now),
        }
    }

    /// Goes on where the workflow paused; `false` when it had not.
    pub(crate) fn resume(&mut self, now: Time) -> bool {
        let order = self.next_order();
        let Some(workflow) = self.workflow.as_mut().filter(|workflow| workflow.paused) else { return false };
        workflow.paused = false;
        workflow.pauses.retain(|pause| Some(*pause) != order);
        self.advance(now);
        true
    }

    /// The lowest order that is not done.
    fn next_order(&self) -> Option<u32> {
        self.recipients.iter().filter(|r| !r.status.is_done()).map(|r| r.order).min()
    }

    /// Gives the lowest unfinished order its turn; carbon copies are done at once. Completes the
    /// envelope when nobody is left.
    pub(crate) fn advance(&mut self, now: Time) {
        while self.status.is_open() {
            let Some(order) = self.next_order() else {
                self.complete(now);
                return;
            };
            let begun =
                self.recipients.iter().any(|r| r.order == order && r.status != RecipientStatus::Created);
            if let Some(workflow) = self.workflow.as_mut()
                && !begun
                && workflow.pauses.contains(&order)
            {
                workflow.paused = true;
                return;
            }
            let mut started = false;
            let mut mails = Vec::new();
            for recipient in self.recipients.iter_mut().filter(|r| r.order == order) {
                if recipient.status != RecipientStatus::Created {
                    continue;
                }
                started = true;
                recipient.sent = Some(now);
                let kind = if recipient.group == Group::CarbonCopies {
                    // A copy is handed out, not answered [mapping 2].
                    recipient.status = RecipientStatus::Completed;
                    MailKind::Copy
                } else {
                    recipient.status = RecipientStatus::Sent;
                    MailKind::Invitation
                };
                mails.extend(recipient.notices(kind, now));
            }
            self.mails.extend(mails);
            if started && self.status == EnvelopeStatus::Delivered {
                self.set_status(EnvelopeStatus::Sent, now);
            }
            if self.recipients.iter().any(|r| r.order == order && !r.status.is_done()) {
                self.modified = now;
                return;
            }
        }
    }

    /// The sender opens the page that corrects it: nobody can act until he is done.
    pub(crate) fn begin_correction(&mut self, now: Time) -> bool {
        if !self.status.is_open() {
            return false;
        }
        self.correcting = Some(self.status);
        self.set_status(EnvelopeStatus::Correct, now);
        true
    }

    /// He is done, or the page was revoked. `false` when nothing was being corrected.
    pub(crate) fn end_correction(&mut self, now: Time) -> bool {
        let Some(before) = self.correcting.take() else { return false };
        self.set_status(before, now);
        self.advance(now);
        true
    }

    /// Checks that the recipient can act now.
    pub(crate) fn may_act(&self, recipient: &str) -> Result<(), Refused> {
        let recipient = self.recipient(recipient).ok_or(Refused::UnknownRecipient)?;
        if !self.status.is_open() {
            return Err(Refused::EnvelopeClosed(self.status));
        }
        match recipient.status {
            RecipientStatus::Created => Err(Refused::NotHisTurn),
            status if status.is_done() => Err(Refused::AlreadyDone(status)),
            _ => Ok(()),
        }
    }

    /// The recipient opened the documents.
    pub(crate) fn view(&mut self, id: &str, now: Time) -> Result<(), Refused> {
        self.may_act(id)?;
        let Some(recipient) = self.recipient_mut(id) else { return Err(Refused::UnknownRecipient) };
        if recipient.status == RecipientStatus::Delivered {
            return Ok(());
        }
        recipient.delivered = Some(now);
        let certified = recipient.group == Group::CertifiedDeliveries;
        recipient.status = if certified { RecipientStatus::Completed } else { RecipientStatus::Delivered };
        self.note(now, "Viewed", Some(id), "The recipient opened the documents.");
        if certified {
            self.advance(now);
        }
        self.refresh_delivered(now);
        Ok(())
    }

    /// The recipient signs; he has viewed by that alone.
    pub(crate) fn sign(&mut self, id: &str, now: Time) -> Result<(), Refused> {
        self.may_act(id)?;
        let group = self.recipient(id).map_or(Group::Signers, |recipient| recipient.group);
        if !group.signs() {
            return Err(Refused::NothingToSign(group));
        }
        self.view(id, now)?;
        let Some(recipient) = self.recipient_mut(id) else { return Err(Refused::UnknownRecipient) };
        recipient.status = RecipientStatus::Completed;
        recipient.signed = Some(now);
        for tab in &mut recipient.tabs {
            tab.signed = !tab.hidden;
        }
        self.note(now, "Signed", Some(id), "The recipient signed.");
        self.advance(now);
        self.refresh_delivered(now);
        Ok(())
    }

    /// The recipient refuses; that ends the envelope.
    pub(crate) fn decline(&mut self, id: &str, reason: &str, now: Time) -> Result<(), Refused> {
        self.may_act(id)?;
        self.view(id, now)?;
        let Some(recipient) = self.recipient_mut(id) else { return Err(Refused::UnknownRecipient) };
        recipient.status = RecipientStatus::Declined;
        recipient.declined = Some(now);
        recipient.declined_reason = Some(reason.to_owned());
        self.declined = Some(now);
        self.set_status(EnvelopeStatus::Declined, now);
        self.note(now, "Declined", Some(id), "The recipient declined.");
        self.mail_reached(MailKind::Declined, now);
        Ok(())
    }

    /// The sender ends it; the caller has checked that it is open.
    pub(crate) fn void(&mut self, reason: &str, now: Time) {
        self.correcting = None;
        self.voided = Some(now);
        self.voided_reason = Some(reason.chars().take(LONGEST_REASON).collect());
        self.set_status(EnvelopeStatus::Voided, now);
        self.note(now, "Voided", None, "The envelope was voided.");
        self.mail_reached(MailKind::Voided, now);
    }

    /// Mails everybody whose turn it is again, or one recipient.
    pub(crate) fn resend(&mut self, only: Option<&str>, kind: MailKind, now: Time) {
        let mails: Vec<_> = self
            .recipients
            .iter()
            .filter(|r| r.status.is_active() && only.is_none_or(|id| id == r.id))
            .flat_map(|r| r.notices(kind, now))
            .collect();
        self.mails.extend(mails);
    }

    /// Reminders and expiry up to `now`.
    pub(crate) fn pass_time(&mut self, now: Time) {
        if let Some(purge) = self.purge.as_mut().filter(|purge| now >= purge.asked + PURGED_AFTER) {
            purge.done = true;
            self.documents.iter_mut().for_each(|document| document.bytes.clear());
            if purge.with_metadata {
                self.custom_fields.clear();
                self.recipients.iter_mut().for_each(|recipient| recipient.tabs.clear());
            }
        }
        let due = self.workflow.as_ref().filter(|workflow| workflow.scheduled).and_then(|own| own.resume);
        if let Some(due) = due.filter(|due| *due <= now)
            && self.status == EnvelopeStatus::Created
            && self.deleted.is_none()
        {
            self.send(due);
        }
        // Time goes on while it is corrected.
        let runs = self.status.is_open() || self.status == EnvelopeStatus::Correct;
        let Some(sent) = self.sent.filter(|_| runs) else { return };
        let end = self.expires().filter(|end| *end <= now);
        let until = end.unwrap_or(now);
        while let Some(due) = self.next_reminder(sent).filter(|due| *due <= until) {
            self.reminded += 1;
            self.resend(None, MailKind::Reminder, due);
        }
        if let Some(end) = end {
            self.void(EXPIRED, end);
        }
    }

    fn next_reminder(&self, sent: Time) -> Option<Time> {
        let rule = &self.notification;
        if !rule.reminder_enabled || (self.reminded > 0 && rule.reminder_frequency == 0) {
            return None;
        }
        let days =
            i64::from(rule.reminder_delay) + i64::from(rule.reminder_frequency) * i64::from(self.reminded);
        sent.checked_add_signed(TimeDelta::try_days(days)?)
    }

    /// "delivered" means that everybody of the running step has opened it [FACTS 9].
    fn refresh_delivered(&mut self, now: Time) {
        if self.status != EnvelopeStatus::Sent {
            return;
        }
        let order = self.current_order();
        let opened = self
            .recipients
            .iter()
            .filter(|r| r.order == order)
            .all(|r| matches!(r.status, RecipientStatus::Delivered | RecipientStatus::Completed));
        if opened {
            self.delivered = Some(now);
            self.set_status(EnvelopeStatus::Delivered, now);
        }
    }

    fn complete(&mut self, now: Time) {
        self.completed = Some(now);
        self.set_status(EnvelopeStatus::Completed, now);
        self.note(now, "Completed", None, "All recipients are done.");
        self.mail_reached(MailKind::Completed, now);
    }

    fn mail_reached(&mut self, kind: MailKind, now: Time) {
        let mails: Vec<_> =
            self.recipients.iter().filter(|r| r.sent.is_some()).flat_map(|r| r.notices(kind, now)).collect();
        self.mails.extend(mails);
    }

    pub(crate) fn set_status(&mut self, status: EnvelopeStatus, now: Time) {
        self.status = status;
        self.changed = now;
        self.modified = now;
    }

    /// Adds a row to the audit trail, by a recipient or by the sender.
    pub(crate) fn note(&mut self, at: Time, action: &'static str, recipient: Option<&str>, message: &str) {
        let (user_name, user_id) = match recipient.and_then(|id| self.recipient(id)) {
            Some(recipient) => (recipient.name.clone(), recipient.user.clone()),
            None => (self.sender.name.clone(), self.sender.user_id.clone()),
        };
        let status = self.status;
        self.audit.push(Audit { at, action, user_name, user_id, message: message.to_owned(), status });
    }
}
