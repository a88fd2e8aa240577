//! The meaning of DocuSign's statuses. Words are compared without regard to case; unknown ones stay as they came.

use chrono::{DateTime, Utc};
use signbridge_core::{Basis, EndedBy, EnvelopeStatus, RecipientStatus, State};

/// What DocuSign writes as the reason when an envelope's time ran out.
const EXPIRED_REASON: &str = "Envelope has expired.";

/// What decides between a sender's void and an expiry.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct End<'a> {
    pub(crate) voided_reason: Option<&'a str>,
    pub(crate) voided_at: Option<DateTime<Utc>>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
    pub(crate) declined_reason: Option<&'a str>,
}

/// The portable state of an envelope.
pub(crate) fn envelope(raw: &str, end: End<'_>) -> State {
    let wire = |status| State::new(status, raw, Basis::Wire);
    match raw.to_ascii_lowercase().as_str() {
        "created" => wire(EnvelopeStatus::Draft),
        "processing" => wire(EnvelopeStatus::Processing),
        "sent" | "delivered" | "signed" => wire(EnvelopeStatus::InProgress),
        "correct" => wire(EnvelopeStatus::OnHold),
        "completed" => wire(EnvelopeStatus::Completed).ended(EndedBy::Recipient, None),
        "declined" => {
            wire(EnvelopeStatus::Declined).ended(EndedBy::Recipient, end.declined_reason.map(str::to_owned))
        }
        "voided" => voided(raw, end),
        _ => wire(EnvelopeStatus::Other(raw.to_owned())),
    }
}

/// DocuSign voids an expired envelope. Reason and time together tell it from a sender's void; the text alone does not.
fn voided(raw: &str, end: End<'_>) -> State {
    let reason = end.voided_reason.map(str::to_owned);
    let in_time =
        matches!((end.voided_at, end.expires_at), (Some(voided), Some(expires)) if voided >= expires);
    if in_time && end.voided_reason == Some(EXPIRED_REASON) {
        State::new(EnvelopeStatus::Expired, raw, Basis::Derived).ended(EndedBy::Time, reason)
    } else {
        State::new(EnvelopeStatus::Voided, raw, Basis::Wire).ended(EndedBy::Sender, reason)
    }
}

/// The portable status of a recipient. `delivered` means that he opened the documents.
pub(crate) fn recipient(raw: &str) -> RecipientStatus {
    match raw.to_ascii_lowercase().as_str() {
        "created" => RecipientStatus::Waiting,
        "sent" => RecipientStatus::Active,
        "delivered" => RecipientStatus::Viewed,
        "signed" | "completed" => RecipientStatus::Completed,
        "declined" => RecipientStatus::Declined,
        "autoresponded" => RecipientStatus::DeliveryFailed,
        "deleted" => RecipientStatus::Removed,
        _ => RecipientStatus::Other(raw.to_owned()),
    }
}

/// DocuSign's words for a portable status, to filter a list.
pub(crate) fn words(status: &EnvelopeStatus) -> &'static [&'static str] {
    match status {
        EnvelopeStatus::Draft => &["created"],
        EnvelopeStatus::Processing => &["processing"],
        EnvelopeStatus::InProgress => &["sent", "delivered", "signed"],
        EnvelopeStatus::OnHold => &["correct"],
        EnvelopeStatus::Completed => &["completed"],
        EnvelopeStatus::Declined => &["declined"],
        EnvelopeStatus::Voided | EnvelopeStatus::Expired => &["voided"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_status_table() {
        for (raw, status) in [
            ("created", EnvelopeStatus::Draft),
            ("Processing", EnvelopeStatus::Processing),
            ("sent", EnvelopeStatus::InProgress),
            ("DELIVERED", EnvelopeStatus::InProgress),
            ("signed", EnvelopeStatus::InProgress),
            ("correct", EnvelopeStatus::OnHold),
            ("completed", EnvelopeStatus::Completed),
            ("declined", EnvelopeStatus::Declined),
            ("voided", EnvelopeStatus::Voided),
            ("timedout", EnvelopeStatus::Other("timedout".into())),
        ] {
            let state = envelope(raw, End::default());
            assert_eq!((state.status, state.raw.as_str()), (status, raw));
        }
    }

    #[test]
    fn expiry_needs_the_reason_and_the_time() {
        let at = |text: &str| Some(text.parse().unwrap());
        let expired = End {
            voided_reason: Some(EXPIRED_REASON),
            voided_at: at("2026-03-02T00:00:00Z"),
            expires_at: at("2026-03-01T00:00:00Z"),
            declined_reason: None,
        };
        assert_eq!(envelope("voided", expired).status, EnvelopeStatus::Expired);
        assert_eq!(envelope("voided", expired).basis, Basis::Derived);
        let by_text_alone = End { voided_at: at("2026-02-01T00:00:00Z"), ..expired };
        assert_eq!(envelope("voided", by_text_alone).status, EnvelopeStatus::Voided);
        let by_time_alone = End { voided_reason: Some("wrong price"), ..expired };
        assert_eq!(envelope("voided", by_time_alone).status, EnvelopeStatus::Voided);
    }

    #[test]
    fn every_row_of_the_recipient_table() {
        for (raw, status) in [
            ("created", RecipientStatus::Waiting),
            ("sent", RecipientStatus::Active),
            ("delivered", RecipientStatus::Viewed),
            ("Signed", RecipientStatus::Completed),
            ("completed", RecipientStatus::Completed),
            ("declined", RecipientStatus::Declined),
            ("autoresponded", RecipientStatus::DeliveryFailed),
            ("deleted", RecipientStatus::Removed),
            ("faxpending", RecipientStatus::Other("faxpending".into())),
        ] {
            assert_eq!(recipient(raw), status, "{raw}");
        }
    }
}
