//! The meaning of Adobe's statuses. Words are compared without regard to case; unknown ones stay as they came.

use signbridge_core::{Basis, EndedBy, EnvelopeStatus, RecipientStatus, State};

use super::events::{EventAnswer, Meaning};

/// The portable state of an agreement. `CANCELLED` is a question that the events answer: without them (`None`) it
/// stays open.
pub(crate) fn agreement(raw: &str, events: Option<&[EventAnswer]>) -> State {
    let wire = |status| State::new(status, raw, Basis::Wire);
    let word = raw.to_ascii_uppercase();
    match word.as_str() {
        // The last two as lists say them.
        "DRAFT" | "AUTHORING" | "PREFILL" | "WAITING_FOR_AUTHORING" | "WAITING_FOR_PREFILL" => {
            wire(EnvelopeStatus::Draft)
        }
        "DOCUMENTS_NOT_YET_PROCESSED" => wire(EnvelopeStatus::Processing),
        "WAITING_FOR_VERIFICATION" | "WAITING_FOR_FAXIN" | "WAITING_FOR_NOTARIZATION" => {
            wire(EnvelopeStatus::InProgress)
        }
        "IN_REVISION" => State::new(EnvelopeStatus::OnHold, raw, Basis::Derived),
        "SIGNED" | "APPROVED" | "ACCEPTED" | "DELIVERED" | "FORM_FILLED" => {
            wire(EnvelopeStatus::Completed).ended(EndedBy::Recipient, None)
        }
        "EXPIRED" => wire(EnvelopeStatus::Expired).ended(EndedBy::Time, None),
        "CANCELLED" | "ABORTED" => match events {
            Some(events) => cancelled(raw, events),
            None => wire(EnvelopeStatus::Other(raw.to_owned())),
        },
        _ if word.starts_with("OUT_FOR_")
            || word.starts_with("WIDGET_WAITING_")
            || word.starts_with("WAITING_FOR_MY_") =>
        {
            wire(EnvelopeStatus::InProgress)
        }
        _ => wire(EnvelopeStatus::Other(raw.to_owned())),
    }
}

/// Who cancelled: the newest event that says so decides.
fn cancelled(raw: &str, events: &[EventAnswer]) -> State {
    for event in events.iter().rev() {
        let reason = || event.comment().map(str::to_owned);
        let (status, by, reason) = match event.meaning() {
            Meaning::Rejected => (EnvelopeStatus::Declined, EndedBy::Recipient, reason()),
            Meaning::Failed => {
                let reason = reason().unwrap_or_else(|| event.kind().to_owned());
                (EnvelopeStatus::Failed, EndedBy::Provider, Some(reason))
            }
            Meaning::Recalled => (EnvelopeStatus::Voided, EndedBy::Sender, reason()),
            _ => continue,
        };
        return State::new(status, raw, Basis::Derived).ended(by, reason);
    }
    // No event yet: most are the sender's, but nothing says so.
    State::new(EnvelopeStatus::Voided, raw, Basis::Other("assumed".to_owned()))
}

/// The portable status of a recipient, from his set's word and the events about him.
pub(crate) fn recipient(raw: &str, email: &str, events: &[EventAnswer]) -> RecipientStatus {
    let his = || events.iter().filter(|event| event.is_about(email)).map(EventAnswer::meaning);
    let word = raw.to_ascii_uppercase();
    let ended = matches!(word.as_str(), "WAITING_FOR_OTHERS" | "CANCELLED" | "EXPIRED");
    if ended && his().any(|meaning| meaning == Meaning::Done) {
        return RecipientStatus::Completed;
    }
    match word.as_str() {
        "COMPLETED" => RecipientStatus::Completed,
        "CANCELLED" if his().any(|meaning| meaning == Meaning::Rejected) => RecipientStatus::Declined,
        "CANCELLED" if his().any(|meaning| meaning == Meaning::Failed) => {
            RecipientStatus::AuthenticationFailed
        }
        "NOT_YET_VISIBLE" | "WAITING_FOR_OTHERS" | "WAITING_FOR_AUTHORING" | "WAITING_FOR_PREFILL" => {
            RecipientStatus::Waiting
        }
        _ if word.starts_with("WAITING_FOR_MY_") => {
            let mut telling = his().filter(|meaning| matches!(meaning, Meaning::Viewed | Meaning::Bounced));
            match telling.next_back() {
                Some(Meaning::Viewed) => RecipientStatus::Viewed,
                Some(_) => RecipientStatus::DeliveryFailed,
                None => RecipientStatus::Active,
            }
        }
        _ => RecipientStatus::Other(raw.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn events(kinds: &[(&str, &str)]) -> Vec<EventAnswer> {
        let event = |(kind, email): &(&str, &str)| {
            let value = json!({"type": kind, "participantEmail": email, "comment": "why", "date": "2026-01-02T03:04:05Z"});
            serde_json::from_value(value).unwrap()
        };
        kinds.iter().map(event).collect()
    }

    /// Rows: 1 Draft, 1 Processing, 1 InProgress, 1 OnHold, 1 Completed, 1 Expired, 1 Other
    #[test]
    fn every_row_of_the_status_table() {
        for (raw, status) in [
            ("DRAFT", EnvelopeStatus::Draft),
            ("AUTHORING", EnvelopeStatus::Draft),
            ("PREFILL", EnvelopeStatus::Draft),
            ("WAITING_FOR_AUTHORING", EnvelopeStatus::Draft),
            ("WAITING_FOR_PREFILL", EnvelopeStatus::Draft),
            ("DOCUMENTS_NOT_YET_PROCESSED", EnvelopeStatus::Processing),
            ("OUT_FOR_SIGNATURE", EnvelopeStatus::InProgress),
            ("out_for_approval", EnvelopeStatus::InProgress),
            ("WAITING_FOR_VERIFICATION", EnvelopeStatus::InProgress),
            ("WAITING_FOR_FAXIN", EnvelopeStatus::InProgress),
            ("WIDGET_WAITING_FOR_VERIFICATION", EnvelopeStatus::InProgress),
            ("WAITING_FOR_MY_SIGNATURE", EnvelopeStatus::InProgress),
            ("IN_REVISION", EnvelopeStatus::OnHold),
            ("SIGNED", EnvelopeStatus::Completed),
            ("APPROVED", EnvelopeStatus::Completed),
            ("ACCEPTED", EnvelopeStatus::Completed),
            ("DELIVERED", EnvelopeStatus::Completed),
            ("FORM_FILLED", EnvelopeStatus::Completed),
            ("EXPIRED", EnvelopeStatus::Expired),
            ("ARCHIVED", EnvelopeStatus::Other("ARCHIVED".into())),
            ("BRAND_NEW", EnvelopeStatus::Other("BRAND_NEW".into())),
        ] {
            let state = agreement(raw, Some(&[]));
            assert_eq!((state.status, state.raw.as_str()), (status, raw));
        }
    }

    /// Rows: 1 Declined, 1 Voided, 1 Failed, 15 1, 12 EnvelopeVoided, 12 EnvelopeFailed
    #[test]
    fn the_newest_event_answers_what_cancelled_means() {
        let state = |kinds: &[(&str, &str)]| agreement("CANCELLED", Some(&events(kinds)));
        let declined = state(&[("CREATED", ""), ("ACTION_REQUESTED", "a@x.io"), ("REJECTED", "a@x.io")]);
        assert_eq!(
            (declined.status, declined.ended_by),
            (EnvelopeStatus::Declined, Some(EndedBy::Recipient))
        );
        assert_eq!(declined.reason.as_deref(), Some("why"));
        let voided = state(&[("CREATED", ""), ("RECALLED", "")]);
        assert_eq!((voided.status, voided.ended_by), (EnvelopeStatus::Voided, Some(EndedBy::Sender)));
        for kind in ["AUTO_CANCELLED_CONVERSION_PROBLEM", "RECALLED_MAX_SIGNING_PASSWORD_ATTEMPTS"] {
            let failed = state(&[("CREATED", ""), (kind, "")]);
            assert_eq!(
                (failed.status, failed.ended_by),
                (EnvelopeStatus::Failed, Some(EndedBy::Provider)),
                "{kind}"
            );
        }
        let both = state(&[("RECALLED", ""), ("REJECTED", "a@x.io")]);
        assert_eq!(both.status, EnvelopeStatus::Declined, "the newest decides");
        let unknown = state(&[("CREATED", "")]);
        assert_eq!((unknown.status, unknown.basis.as_str()), (EnvelopeStatus::Voided, "assumed"));
        assert_eq!(
            agreement("ABORTED", Some(&events(&[("REJECTED", "a")]))).status,
            EnvelopeStatus::Declined
        );
        assert_eq!(agreement("CANCELLED", None).status, EnvelopeStatus::Other("CANCELLED".into()));
    }

    /// Rows: 2 Waiting, 2 Active, 2 Viewed, 2 Completed, 2 Declined, 2 DeliveryFailed, 2 AuthFailed, 2 Expired, 2 Cancelled
    #[test]
    fn every_row_of_the_recipient_table() {
        let (me, other) = ("Ann@x.io", "bob@x.io");
        for (raw, kinds, status) in [
            ("NOT_YET_VISIBLE", &[][..], RecipientStatus::Waiting),
            ("WAITING_FOR_MY_SIGNATURE", &[], RecipientStatus::Active),
            ("WAITING_FOR_MY_APPROVAL", &[("EMAIL_VIEWED", "ann@x.io")], RecipientStatus::Active),
            ("WAITING_FOR_MY_SIGNATURE", &[("DOCUMENTS_VIEWED", "ann@x.io")], RecipientStatus::Viewed),
            ("WAITING_FOR_MY_SIGNATURE", &[("DOCUMENTS_VIEWED", other)], RecipientStatus::Active),
            ("WAITING_FOR_MY_SIGNATURE", &[("EMAIL_BOUNCED", "ann@x.io")], RecipientStatus::DeliveryFailed),
            ("WAITING_FOR_OTHERS", &[], RecipientStatus::Waiting),
            ("WAITING_FOR_OTHERS", &[("ACTION_COMPLETED", "ann@x.io")], RecipientStatus::Completed),
            ("COMPLETED", &[], RecipientStatus::Completed),
            ("CANCELLED", &[("REJECTED", "ann@x.io")], RecipientStatus::Declined),
            ("CANCELLED", &[("REJECTED", other)], RecipientStatus::Other("CANCELLED".into())),
            ("CANCELLED", &[("ESIGNED", "ann@x.io"), ("REJECTED", other)], RecipientStatus::Completed),
            ("EXPIRED", &[], RecipientStatus::Other("EXPIRED".into())),
            (
                "CANCELLED",
                &[("RECALLED_MAX_SIGNING_PASSWORD_ATTEMPTS", "ann@x.io")],
                RecipientStatus::AuthenticationFailed,
            ),
            (
                "CANCELLED",
                &[("RECALLED_MAX_SIGNING_PASSWORD_ATTEMPTS", other)],
                RecipientStatus::Other("CANCELLED".into()),
            ),
        ] {
            assert_eq!(recipient(raw, me, &events(kinds)), status, "{raw} {kinds:?}");
        }
    }
}
