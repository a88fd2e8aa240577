//! What happens to an envelope: starting, signing, declining, cancelling, expiring. Pure functions over a
//! time.

use super::model::{DeliveryMethod, Envelope, Mail, Signer, SignerStatus, Status, Time};

/// Why a signer cannot do what he wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    UnknownSigner,
    NotRunning(Status),
    NotHisTurn,
    AlreadySigned,
}

impl Envelope {
    pub(crate) fn start(&mut self, now: Time) {
        self.status = Status::InProgress;
        self.advance(now);
    }

    /// Asks the lowest order that is not done; without any, the envelope finishes by itself [FACTS 4].
    pub(crate) fn advance(&mut self, now: Time) {
        if self.status != Status::InProgress {
            return;
        }
        let Some(order) = self.running_order() else {
            self.status = Status::Completed;
            self.ended = Some(now);
            return;
        };
        let mut mails = Vec::new();
        for signer in self.signers.iter_mut().filter(|own| own.order == order) {
            if signer.status == SignerStatus::Pending {
                signer.status = SignerStatus::Signing;
                signer.asked = Some(now);
                mails.extend(invitation(signer, now));
            }
        }
        self.mails.extend(mails);
    }

    /// The order whose turn it is. With `anySigner` one of those that share the order is enough [FACTS 5].
    pub(crate) fn running_order(&self) -> Option<u32> {
        self.signers
            .iter()
            .filter(|own| {
                own.status != SignerStatus::Signed
                    && !(own.any_signer
                        && self.signers.iter().any(|other| {
                            other.order == own.order
                                && other.any_signer
                                && other.status == SignerStatus::Signed
                        }))
            })
            .map(|own| own.order)
            .min()
    }

    fn may_act(&self, email: &str) -> Result<(), Refused> {
        let signer = self.signer(email).ok_or(Refused::UnknownSigner)?;
        if self.status != Status::InProgress {
            return Err(Refused::NotRunning(self.status));
        }
        match signer.status {
            SignerStatus::Pending => Err(Refused::NotHisTurn),
            SignerStatus::Signed => Err(Refused::AlreadySigned),
            SignerStatus::Signing if self.running_order() != Some(signer.order) => Err(Refused::NotHisTurn),
            SignerStatus::Signing => Ok(()),
        }
    }

    fn actor(&mut self, email: &str, now: Time) -> Result<&mut Signer, Refused> {
        self.may_act(email)?;
        let signer = self.signer_mut(email).ok_or(Refused::UnknownSigner)?;
        signer.viewed.get_or_insert(now);
        Ok(signer)
    }

    /// Opening shows in a callback only; the state in answers stays [FACTS 6].
    pub(crate) fn view(&mut self, email: &str, now: Time) -> Result<(), Refused> {
        self.actor(email, now).map(|_| ())
    }

    pub(crate) fn sign(&mut self, email: &str, now: Time) -> Result<(), Refused> {
        let signer = self.actor(email, now)?;
        signer.status = SignerStatus::Signed;
        signer.signed = Some(now);
        self.advance(now);
        Ok(())
    }

    pub(crate) fn decline(&mut self, email: &str, reason: &str, now: Time) -> Result<(), Refused> {
        let signer = self.actor(email, now)?;
        signer.rejected_reason = Some(reason.to_owned());
        self.declined_reason = Some(reason.to_owned());
        self.status = Status::Declined;
        self.ended = Some(now);
        Ok(())
    }

    /// Possible while at least one signer has not signed [FACTS 4].
    pub(crate) fn may_cancel(&self) -> bool {
        matches!(self.status, Status::Draft | Status::InProgress)
            && self.signers.iter().any(|own| own.status != SignerStatus::Signed)
    }

    pub(crate) fn cancel(&mut self, reason: &str, now: Time) {
        self.status = Status::Cancelled;
        self.cancelled_reason = Some(reason.to_owned());
        self.ended = Some(now);
    }

    pub(crate) fn pass_time(&mut self, now: Time) {
        if let Some(start) = self.starts.filter(|start| *start <= now && self.status == Status::Draft) {
            self.start(start);
        }
        if let Some(end) = self.expires.filter(|end| *end <= now && self.status == Status::InProgress) {
            self.status = Status::Expired;
            self.ended = Some(end);
        }
    }
}

/// `auto` is e-mail, or a text message when a phone number is given [FACTS 5].
fn invitation(signer: &Signer, at: Time) -> Option<Mail> {
    let by_phone = |channel| {
        let phone = signer.phone.as_ref()?;
        Some(Mail { channel, to: format!("+{}{}", phone.country_code, phone.number), at })
    };
    match signer.delivery {
        DeliveryMethod::None => None,
        DeliveryMethod::Sms => by_phone("sms"),
        DeliveryMethod::WhatsApp => by_phone("whatsapp"),
        DeliveryMethod::Auto if signer.phone.is_some() => by_phone("sms"),
        DeliveryMethod::Auto | DeliveryMethod::Email => {
            Some(Mail { channel: "email", to: signer.email.clone(), at })
        }
    }
}
