//! The meaning of eSignGlobal's numbers. Unknown ones stay as they came.

use signbridge_core::{Basis, EndedBy, EnvelopeStatus, RecipientStatus, State};

/// The portable state of an envelope; a reason is the one that belongs to the state.
pub(crate) fn envelope(raw: &str, cancelled: Option<&str>, declined: Option<&str>) -> State {
    let state = |status| State::new(status, raw, Basis::Wire);
    let reason = |text: Option<&str>| text.map(str::to_owned);
    match raw {
        "0" => state(EnvelopeStatus::Draft),
        "1" => state(EnvelopeStatus::InProgress),
        "2" => state(EnvelopeStatus::Completed).ended(EndedBy::Recipient, None),
        "3" => state(EnvelopeStatus::Expired).ended(EndedBy::Time, None),
        "4" => state(EnvelopeStatus::Declined).ended(EndedBy::Recipient, reason(declined)),
        "5" => state(EnvelopeStatus::Voided).ended(EndedBy::Sender, reason(cancelled)),
        "7" => state(EnvelopeStatus::Failed).ended(EndedBy::Provider, None),
        other => state(EnvelopeStatus::Other(other.to_owned())),
    }
}

/// The portable status of a signer. Who declined has a reason or the envelope says so; the number stays.
pub(crate) fn signer(raw: &str) -> RecipientStatus {
    match raw {
        "0" => RecipientStatus::Waiting,
        "1" => RecipientStatus::Active,
        "2" => RecipientStatus::Completed,
        "8" => RecipientStatus::Viewed,
        "9" => RecipientStatus::DeliveryFailed,
        other => RecipientStatus::Other(other.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows: 1 Draft, 1 InProgress, 1 Completed, 1 Declined, 1 Voided, 1 Expired, 1 Failed, 1 Other
    #[test]
    fn every_row_of_the_status_table() {
        for (raw, status, by) in [
            ("0", EnvelopeStatus::Draft, None),
            ("1", EnvelopeStatus::InProgress, None),
            ("2", EnvelopeStatus::Completed, Some(EndedBy::Recipient)),
            ("3", EnvelopeStatus::Expired, Some(EndedBy::Time)),
            ("4", EnvelopeStatus::Declined, Some(EndedBy::Recipient)),
            ("5", EnvelopeStatus::Voided, Some(EndedBy::Sender)),
            ("6", EnvelopeStatus::Other("6".into()), None),
            ("7", EnvelopeStatus::Failed, Some(EndedBy::Provider)),
        ] {
            let state = envelope(raw, Some("c"), Some("d"));
            assert_eq!((state.status, state.ended_by, state.raw.as_str()), (status, by, raw));
        }
        assert_eq!(envelope("4", Some("c"), Some("d")).reason.as_deref(), Some("d"));
        assert_eq!(envelope("5", Some("c"), Some("d")).reason.as_deref(), Some("c"));
    }

    /// Rows: 2 Waiting, 2 Active, 2 Viewed, 2 Completed, 2 DeliveryFailed, 2 Failed
    #[test]
    fn every_row_of_the_signer_table() {
        for (raw, status) in [
            ("0", RecipientStatus::Waiting),
            ("1", RecipientStatus::Active),
            ("2", RecipientStatus::Completed),
            ("5", RecipientStatus::Other("5".into())),
            ("8", RecipientStatus::Viewed),
            ("9", RecipientStatus::DeliveryFailed),
        ] {
            assert_eq!(signer(raw), status, "{raw}");
        }
    }

    /// Rows: 1 OnHold, 2 OnHold
    #[test]
    fn no_number_is_taken_for_a_state_that_the_pages_do_not_have() {
        for raw in (0..100).map(|number| number.to_string()) {
            let known = ["0", "1", "2", "3", "4", "5", "7"].contains(&raw.as_str());
            let status = envelope(&raw, None, None).status;
            assert_eq!(status == EnvelopeStatus::Other(raw.clone()), !known, "{raw}");
            assert!(!matches!(status, EnvelopeStatus::OnHold | EnvelopeStatus::Processing), "{raw}");
            let known = ["0", "1", "2", "8", "9"].contains(&raw.as_str());
            assert_eq!(signer(&raw) == RecipientStatus::Other(raw.clone()), !known, "{raw}");
        }
    }
}
