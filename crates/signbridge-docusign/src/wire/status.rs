//! The meaning of DocuSign's statuses. Words are compared without regard to case; unknown ones stay as they came.

use chrono::{DateTime, Utc};
use serde_json::Value;
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
    /// Its workflow is paused: nobody can act until the sender goes on.
    pub(crate) paused: bool,
    /// The sender has sent it, and the time he chose has not come.
    pub(crate) scheduled: bool,
}

/// What a reader should know about a void whose text says expiry and whose times do not.
pub(crate) const MAYBE_EXPIRED: &str = "the reason says that the envelope expired, but its times do not prove it; \
                                        the sender may have voided it in these words";

/// The portable state of an envelope.
pub(crate) fn envelope(raw: &str, end: End<'_>) -> State {
    let wire = |status| State::new(status, raw, Basis::Wire);
    let derived = |status| State::new(status, raw, Basis::Derived);
    match raw.to_ascii_lowercase().as_str() {
        // Which status an envelope shows until its time is not published; the schedule says that it was sent off.
        _ if end.scheduled => derived(EnvelopeStatus::Processing),
        "sent" | "delivered" | "signed" if end.paused => derived(EnvelopeStatus::OnHold),
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
    if end.voided_reason == Some(EXPIRED_REASON) {
        if in_time {
            return State::new(EnvelopeStatus::Expired, raw, Basis::Derived).ended(EndedBy::Time, reason);
        }
        // Who ended it stays open: see `MAYBE_EXPIRED`.
        let mut state = State::new(EnvelopeStatus::Voided, raw, Basis::Wire);
        state.reason = reason;
        state
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

/// The same for somebody whose turn it is, by what `recipientAuthenticationStatus` says: one result for each way to prove
/// who he is, published as `Pass` or `Fail`. Who got through in the end acts, and his status tells.
pub(crate) fn authenticated(status: RecipientStatus, results: Option<&Value>) -> RecipientStatus {
    let failed = |result: &Value| {
        let word = result.get("status").and_then(Value::as_str).unwrap_or_default();
        word.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("fail"))
    };
    let any = || results.and_then(Value::as_object).is_some_and(|results| results.values().any(failed));
    match status {
        RecipientStatus::Active | RecipientStatus::Viewed if any() => RecipientStatus::AuthenticationFailed,
        status => status,
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
    use serde_json::json;

    use super::*;

    /// Rows: 2 AuthFailed
    #[test]
    fn who_could_not_prove_who_he_is_is_told_until_he_does() {
        let results = |word: &str| json!({"accessCodeResult": {"status": word, "eventTimestamp": ""}});
        for word in ["Fail", "failed", "FAILED"] {
            for raw in ["sent", "delivered"] {
                let told = authenticated(recipient(raw), Some(&results(word)));
                assert_eq!(told, RecipientStatus::AuthenticationFailed, "{raw} {word}");
            }
            assert_eq!(
                authenticated(recipient("completed"), Some(&results(word))),
                RecipientStatus::Completed
            );
        }
        for none in [None, Some(&json!({})), Some(&results("Pass")), Some(&json!("zz"))] {
            assert_eq!(authenticated(recipient("delivered"), none), RecipientStatus::Viewed);
        }
    }

    /// Rows: 1 Draft, 1 Processing, 1 InProgress, 1 OnHold, 1 Completed, 1 Declined, 1 Voided, 1 Other
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

    /// Rows: 1 Expired, 1 Voided, 15 2
    #[test]
    fn expiry_needs_the_reason_and_the_time() {
        let at = |text: &str| Some(text.parse().unwrap());
        let expired = End {
            voided_reason: Some(EXPIRED_REASON),
            voided_at: at("2026-03-02T00:00:00Z"),
            expires_at: at("2026-03-01T00:00:00Z"),
            ..End::default()
        };
        assert_eq!(envelope("voided", expired).status, EnvelopeStatus::Expired);
        assert_eq!(envelope("voided", expired).basis, Basis::Derived);
        let by_text_alone = End { voided_at: at("2026-02-01T00:00:00Z"), ..expired };
        let state = envelope("voided", by_text_alone);
        assert_eq!((state.status, state.ended_by), (EnvelopeStatus::Voided, None), "who ended it is open");
        assert_eq!(state.reason.as_deref(), Some(EXPIRED_REASON));
        let by_time_alone = End { voided_reason: Some("wrong price"), ..expired };
        let state = envelope("voided", by_time_alone);
        assert_eq!((state.status, state.ended_by), (EnvelopeStatus::Voided, Some(EndedBy::Sender)));
    }

    /// Rows: 1 OnHold, 1 Processing
    #[test]
    fn a_paused_workflow_holds_and_a_schedule_waits() {
        let paused = End { paused: true, ..End::default() };
        for raw in ["sent", "delivered"] {
            let state = envelope(raw, paused);
            assert_eq!((state.status, state.basis), (EnvelopeStatus::OnHold, Basis::Derived), "{raw}");
        }
        assert_eq!(envelope("completed", paused).status, EnvelopeStatus::Completed, "what ended stays ended");
        let scheduled = End { scheduled: true, ..End::default() };
        let state = envelope("created", scheduled);
        assert_eq!((state.status, state.raw.as_str()), (EnvelopeStatus::Processing, "created"));
    }

    /// Rows: 2 Waiting, 2 Active, 2 Viewed, 2 Completed, 2 Declined, 2 DeliveryFailed, 2 Replaced, 15 21
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
