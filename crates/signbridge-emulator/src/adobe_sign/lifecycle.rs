//! What happens to an agreement: processing, turns, acting, cancelling, expiry, reminders.

use chrono::TimeDelta;

use super::fields;
use super::model::{Agreement, Event, Goal, Mail, Party, Role, Status, Time};
use super::state::new_id;
use crate::dialect::Failure;

impl Agreement {
    /// Starts the asynchronous way to `goal`.
    pub(crate) fn process(&mut self, goal: Goal, now: Time, takes: TimeDelta) {
        self.status = Status::Processing;
        self.pending = Some((goal, now + takes));
        self.touch(now);
    }

    /// Processing that is over, reminders that are due, expiry.
    pub(crate) fn pass_time(&mut self, now: Time, exposure: TimeDelta) {
        if let Some((goal, ready)) = self.pending.filter(|(_, ready)| *ready <= now) {
            self.pending = None;
            self.arrive(goal, ready, exposure);
        }
        if self.status != Status::Out {
            return;
        }
        let end = self.expires.filter(|end| *end <= now);
        self.remind(end.unwrap_or(now));
        if let Some(end) = end {
            self.status = Status::Expired;
            self.touch(end);
            let sender = self.sender.clone();
            self.note("EXPIRED_AUTOMATICALLY", end, "The agreement expired.", None, sender.clone(), sender);
        }
    }

    fn arrive(&mut self, goal: Goal, at: Time, exposure: TimeDelta) {
        let sender = self.sender.clone();
        if let Some(why) = self.files.iter().find_map(|file| file.converted.as_ref().err()) {
            let why = format!("A document could not be converted: {why}.");
            self.status = Status::Cancelled;
            self.touch(at);
            self.note("AUTO_CANCELLED_CONVERSION_PROBLEM", at, &why, None, sender.clone(), sender);
            return;
        }
        match goal {
            Goal::Authoring => {
                self.status = Status::Authoring;
                self.touch(at);
            }
            Goal::InProcess => {
                fields::append_signature_page(self);
                fields::prefill(self);
                self.status = Status::Out;
                self.exposed_from = Some(at + exposure);
                self.touch(at);
                self.expose_next(at);
                for cc in self.ccs.clone() {
                    self.mail("cc", &cc, at, "initEmails");
                }
            }
        }
    }

    /// It becomes the turn of the lowest order that is not done.
    fn expose_next(&mut self, at: Time) {
        let next = self.sets.iter().filter(|set| set.completed.is_none()).map(|set| set.order).min();
        let mut asked = Vec::new();
        for set in &mut self.sets {
            if Some(set.order) == next && set.exposed.is_none() {
                set.exposed = Some(at);
                asked.extend(set.members.iter().map(|own| Party {
                    id: own.id.clone(),
                    name: own.name.clone(),
                    email: own.email.clone(),
                    role: set.role.as_str(),
                }));
            }
        }
        for party in asked {
            self.ask(party, at);
        }
    }

    /// Asks one participant to act.
    pub(crate) fn ask(&mut self, party: Party, at: Time) {
        self.mail("request", &party.email, at, "initEmails");
        let sender = self.sender.clone();
        let text = format!("The agreement was sent to {}.", party.email);
        self.note("ACTION_REQUESTED", at, &text, None, party, sender);
    }

    /// Whether this member may act now.
    fn turn(&self, member: &str) -> Result<Party, Failure> {
        let (set, own) = self
            .member(member)
            .ok_or_else(|| Failure::Unknown("the agreement has no such participant".to_owned()))?;
        match self.status {
            Status::Out => {}
            Status::Draft | Status::Processing | Status::Authoring => {
                return Err(Failure::NotYet(format!("the agreement is {}", self.status_word())));
            }
            Status::Completed | Status::Cancelled | Status::Expired => {
                return Err(Failure::Refused(format!(
                    "the agreement is {}; nobody can act",
                    self.status_word()
                )));
            }
        }
        if set.completed.is_some() {
            return Err(Failure::Refused(format!("{} is done already: COMPLETED", own.email)));
        }
        if set.exposed.is_none() {
            return Err(Failure::NotYet(format!("it is not yet the turn of {}", own.email)));
        }
        Ok(Party {
            id: own.id.clone(),
            name: own.name.clone(),
            email: own.email.clone(),
            role: set.role.as_str(),
        })
    }

    /// A participant opens the documents.
    pub(crate) fn view(&mut self, member: &str, now: Time) -> Result<(), Failure> {
        let party = self.turn(member)?;
        let mailed = self.mails("initEmails");
        let mut first = false;
        if let Some((set, at)) = self.member_mut(member)
            && let Some(own) = set.members.get_mut(at)
            && own.viewed.is_none()
        {
            own.viewed = Some(now);
            first = true;
        }
        if first {
            if mailed {
                self.note("EMAIL_VIEWED", now, "The mail was opened.", None, party.clone(), party.clone());
            }
            self.note("DOCUMENTS_VIEWED", now, "The documents were opened.", None, party.clone(), party);
            self.touch(now);
        }
        Ok(())
    }

    /// A participant does his part; one member does it for the whole set.
    pub(crate) fn act(&mut self, member: &str, typed: &[(String, String)], now: Time) -> Result<(), Failure> {
        let party = self.turn(member)?;
        let set_id = self.member(member).map(|(set, _)| set.id.clone()).unwrap_or_default();
        let missing = fields::missing(self, &set_id, typed);
        if !missing.is_empty() {
            return Err(Failure::Missing(missing));
        }
        self.view(member, now)?;
        fields::fill(self, &set_id, &party, typed, now);
        let mut role = Role::Signer;
        if let Some((set, at)) = self.member_mut(member) {
            set.completed = Some(now);
            role = set.role;
            if let Some(own) = set.members.get_mut(at) {
                own.acted = Some(now);
            }
        }
        self.touch(now);
        let text = format!("{} is done: {}.", party.email, role.done());
        self.note("ACTION_COMPLETED", now, &text, None, party.clone(), party.clone());
        if self.sets.iter().all(|set| set.completed.is_some()) {
            self.status = Status::Completed;
            if self.status_word() == "SIGNED" {
                self.note("SIGNED", now, "The agreement is signed by all.", None, party.clone(), party);
            }
            self.mail_everybody("completed", now, "completionEmails");
        } else {
            self.expose_next(now);
        }
        Ok(())
    }

    /// A participant refuses, which ends the agreement.
    pub(crate) fn decline(&mut self, member: &str, comment: &str, now: Time) -> Result<(), Failure> {
        let party = self.turn(member)?;
        self.view(member, now)?;
        if let Some((set, at)) = self.member_mut(member)
            && let Some(own) = set.members.get_mut(at)
        {
            own.declined = Some(now);
        }
        self.status = Status::Cancelled;
        self.touch(now);
        let comment = (!comment.is_empty()).then(|| comment.to_owned());
        self.note("REJECTED", now, "A participant declined.", comment, party.clone(), party);
        self.mail_everybody("declined", now, "inFlightEmails");
        Ok(())
    }

    /// A participant has used up his passwords, which ends the agreement.
    pub(crate) fn lock_out(&mut self, member: &str, now: Time) {
        let Ok(party) = self.turn(member) else { return };
        self.status = Status::Cancelled;
        self.touch(now);
        let text = format!("{} gave too many wrong passwords.", party.email);
        self.note("RECALLED_MAX_SIGNING_PASSWORD_ATTEMPTS", now, &text, None, party.clone(), party);
        self.mail_everybody("cancelled", now, "completionEmails");
    }

    /// The sender ends it; the caller has checked that it runs.
    pub(crate) fn cancel(&mut self, comment: Option<String>, notify: bool, now: Time) {
        self.status = Status::Cancelled;
        self.pending = None;
        self.touch(now);
        let sender = self.sender.clone();
        self.note("RECALLED", now, "The sender cancelled the agreement.", comment, sender.clone(), sender);
        if notify {
            self.mail_everybody("cancelled", now, "inFlightEmails");
        }
    }

    /// Reminders up to `until`: the agreement's own and those made through their resource.
    fn remind(&mut self, until: Time) {
        let started = self.sets.iter().filter(|set| set.is_current()).filter_map(|set| set.exposed).max();
        let own = (self.reminder_frequency.clone(), self.first_reminder_hours);
        if let (Some(started), (Some(frequency), first)) = (started, own) {
            while let Some(due) =
                due(started, first, Some(&frequency), self.reminded).filter(|due| *due <= until)
            {
                self.reminded += 1;
                let current: Vec<String> = self.current_members().map(|(_, email)| email).collect();
                for email in current {
                    self.mails.push(Mail { kind: "reminder", to: email, at: due });
                }
            }
        }
        let current: Vec<(String, String)> = self.current_members().collect();
        let mut sent = Vec::new();
        for reminder in self.reminders.iter_mut().filter(|own| !own.complete) {
            let asked: Vec<&(String, String)> =
                current.iter().filter(|(id, _)| reminder.members.contains(id)).collect();
            let base = match (reminder.from_availability, started) {
                (true, Some(started)) => started.max(reminder.created),
                _ => reminder.created,
            };
            loop {
                let count = u32::try_from(reminder.sent.len()).unwrap_or(u32::MAX);
                let next = due(base, reminder.first_delay_hours, reminder.frequency.as_deref(), count);
                let Some(next) = next else {
                    reminder.complete = true;
                    break;
                };
                if next > until {
                    break;
                }
                // What is due while nobody is asked is passed over.
                reminder.sent.push(next);
                sent.extend(asked.iter().map(|(_, to)| Mail { kind: "reminder", to: to.clone(), at: next }));
            }
        }
        self.mails.extend(sent);
    }

    /// Id and address of everybody whose turn it is.
    pub(crate) fn current_members(&self) -> impl Iterator<Item = (String, String)> {
        self.sets
            .iter()
            .filter(|set| self.status == Status::Out && set.is_current())
            .flat_map(|set| set.members.iter().filter(|own| !own.replaced))
            .map(|own| (own.id.clone(), own.email.clone()))
    }

    fn mail_everybody(&mut self, kind: &'static str, at: Time, option: &str) {
        let asked = self.sets.iter().filter(|set| set.exposed.is_some()).flat_map(|set| &set.members);
        let all: Vec<String> = asked.map(|own| own.email.clone()).chain(self.ccs.iter().cloned()).collect();
        for to in all {
            self.mail(kind, &to, at, option);
        }
    }

    /// Mails unless the agreement's options say otherwise.
    fn mail(&mut self, kind: &'static str, to: &str, at: Time, option: &str) {
        if self.mails(option) {
            self.mails.push(Mail { kind, to: to.to_owned(), at });
        }
    }

    pub(crate) fn note(
        &mut self,
        kind: &'static str,
        at: Time,
        description: &str,
        comment: Option<String>,
        participant: Party,
        acting: Party,
    ) {
        self.events.push(Event {
            id: new_id(),
            kind,
            at,
            description: description.to_owned(),
            comment,
            participant,
            acting,
            version: self.version,
        });
    }
}

/// When reminder number `sent` is due; without any frequency there is one.
fn due(base: Time, first_hours: Option<i64>, frequency: Option<&str>, sent: u32) -> Option<Time> {
    let every = match frequency {
        None | Some("ONCE") if sent > 0 => return None,
        None | Some("ONCE") => first_hours?,
        Some("DAILY_UNTIL_SIGNED") => 24,
        Some("EVERY_OTHER_DAY_UNTIL_SIGNED") => 48,
        Some("EVERY_THIRD_DAY_UNTIL_SIGNED") => 72,
        Some("EVERY_FIFTH_DAY_UNTIL_SIGNED") => 120,
        Some("WEEKLY_UNTIL_SIGNED") => 168,
        Some(_) => return None,
    };
    let hours = first_hours.unwrap_or(every).checked_add(every.checked_mul(i64::from(sent))?)?;
    base.checked_add_signed(TimeDelta::try_hours(hours)?)
}
