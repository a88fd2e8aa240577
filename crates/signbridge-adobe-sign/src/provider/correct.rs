//! Corrections: at Adobe another person takes the place of the one who was asked. Nothing else of him can be changed.

use std::sync::Arc;

use chrono::TimeDelta;
use signbridge_core::{
    Basis, Correction, Envelope, EnvelopeStatus, Error, ErrorKind, Operation, RecipientChange, Result, State,
};

use super::AdobeSignProvider;
use crate::{
    PROVIDER,
    calls::{
        get_agreement::ReadAgreement,
        participant_set::{GetParticipantSet, PutParticipantSet, ReadSet},
        update_agreement::UpdateExpiry,
    },
    wire::answer::ParticipantSetAnswer,
};

/// The word that accepts another end of an agreement on its way, which third parties alone describe.
const EXTEND_EXPIRY: &str = "extend_expiry";

/// What everybody has to know who corrects an address at Adobe.
const OLD_ONE_SIGNS: &str =
    "Adobe lets the person who was replaced still sign; for certainty void the envelope and send it anew";

/// Somebody who takes another one's place.
struct Replacement<'a> {
    old: &'a str,
    new: &'a str,
    set: ReadSet,
}

impl AdobeSignProvider {
    pub(super) async fn corrected(&self, id: &str, correction: &Correction) -> Result<Envelope> {
        correction.validate()?;
        self.refuse_what_cannot_change(correction)?;
        let running =
            |status: &EnvelopeStatus| matches!(status, EnvelopeStatus::InProgress | EnvelopeStatus::OnHold);
        let (read, etag) = self.allowed(id, running, "is not on its way").await?;
        let mut replacements = Vec::new();
        for (index, change) in correction.changes.iter().enumerate() {
            let new = change.email.as_deref().unwrap_or_default();
            let set = set_of(&read.agreement.participant_sets_info, change, index)?;
            let set = self.set(id, set).await?;
            if let Some(method) = set.set.proof(&change.who.email) {
                return Err(unsupported(
                    &format!("changes[{index}]: whether his successor proves himself by {method} is unknown"),
                    "void the envelope and send it anew",
                ));
            }
            replacements.push(Replacement { old: &change.who.email, new, set });
        }
        for replacement in &replacements {
            self.replace(id, replacement).await?;
        }
        if let Some(days) = correction.expires_after_days {
            // A replacement makes a new version.
            let (read, etag) = match replacements.is_empty() {
                true => (read, etag),
                false => self.allowed(id, running, "is not on its way").await?,
            };
            self.extend(id, &read, &etag, days).await?;
        }
        Ok(self.afterwards(id, correction).await)
    }

    fn refuse_what_cannot_change(&self, correction: &Correction) -> Result<()> {
        if !correction.add.is_empty() {
            return Err(unsupported(
                "add: nobody can join an agreement on its way",
                "void it and send it anew",
            ));
        }
        if !correction.remove.is_empty() {
            return Err(unsupported(
                "remove: nobody can leave an agreement on its way",
                "put somebody else in his place, or void it and send it anew",
            ));
        }
        for (index, change) in correction.changes.iter().enumerate() {
            let fixed = [
                ("authentication", change.authentication.is_some()),
                ("phone", change.phone.is_some()),
                ("order", change.order.is_some()),
                ("name", change.name.is_some() && change.email.is_none()),
            ];
            if let Some((name, _)) = fixed.into_iter().find(|(_, given)| *given) {
                return Err(unsupported(
                    &format!("changes[{index}].{name}: cannot be changed once the agreement is sent"),
                    "void the envelope and send it anew",
                ));
            }
        }
        if correction.expires_after_days.is_some() && !self.allows(EXTEND_EXPIRY) {
            return Err(unsupported(
                "expires_after_days: another end of an agreement on its way is described by third parties only",
                &format!("allow_unverified = [\"{EXTEND_EXPIRY}\"] in the profile accepts the risk"),
            ));
        }
        Ok(())
    }

    async fn set(&self, id: &str, set: &str) -> Result<ReadSet> {
        let read = |point| GetParticipantSet { point, agreement: id.to_owned(), set: set.to_owned() };
        self.session.run(read).await
    }

    /// Puts the new person in. When the set changed meanwhile it is read and tried once more.
    async fn replace(&self, id: &str, replacement: &Replacement<'_>) -> Result<()> {
        let put = |read: ReadSet| {
            let body = read.set.replacing(&read.id, replacement.old, replacement.new);
            self.session.run(move |point| PutParticipantSet {
                point,
                agreement: id.to_owned(),
                set: read.id.clone(),
                etag: read.etag.clone(),
                body: body.clone(),
            })
        };
        match put(replacement.set.clone()).await {
            Err(error) if error.kind() == ErrorKind::Stale => {
                put(self.set(id, &replacement.set.id).await?).await
            }
            outcome => outcome,
        }
    }

    async fn extend(&self, id: &str, read: &ReadAgreement, etag: &str, days: u32) -> Result<()> {
        let expires = self.session.parts().clock.now() + TimeDelta::days(i64::from(days));
        let raw = Arc::new(read.raw.clone());
        let update = |point| UpdateExpiry {
            point,
            agreement: id.to_owned(),
            etag: etag.to_owned(),
            read: (*raw).clone(),
            expires,
        };
        self.session.run(update).await
    }

    /// The envelope as it is then. That it cannot be read so soon again does not undo what was done.
    async fn afterwards(&self, id: &str, correction: &Correction) -> Envelope {
        let unread = || {
            let state = State::new(EnvelopeStatus::InProgress, "", Basis::Derived);
            Envelope::new(PROVIDER, id, state)
        };
        let mut envelope = self.read(id).await.unwrap_or_else(|_| unread());
        if !correction.changes.is_empty() {
            envelope.warnings.push(OLD_ONE_SIGNS.to_owned());
        }
        if correction.changes.iter().any(|change| change.name.is_some()) {
            envelope.warnings.push("Adobe takes no name here: the new person gives his own".to_owned());
        }
        envelope
    }
}

/// The id of the set that a change is about.
fn set_of<'a>(sets: &'a [ParticipantSetAnswer], change: &RecipientChange, index: usize) -> Result<&'a str> {
    let who = &change.who;
    let fitting = sets.iter().filter(|set| {
        let ordered = who.order.is_none() || set.order == who.order;
        ordered && set.member_infos.iter().any(|member| member.is(&who.email) && !member.is_replaced())
    });
    let mut ids = fitting.filter_map(|set| set.id.as_deref());
    let wrong = |message: &str| {
        Err(Error::new(ErrorKind::InvalidInput, format!("changes[{index}].who: {message}"))
            .with_provider(PROVIDER)
            .with_operation(Operation::Correct.as_str())
            .with_remedy("see the envelope's recipients"))
    };
    match (ids.next(), ids.next()) {
        (Some(id), None) => Ok(id),
        (None, _) => wrong("the envelope has no recipient with this e-mail address"),
        (Some(_), Some(_)) => wrong("several recipients have this e-mail address; name the order, too"),
    }
}

fn unsupported(what: &str, instead: &str) -> Error {
    Error::unsupported(PROVIDER, Operation::Correct.as_str(), what, instead)
}
