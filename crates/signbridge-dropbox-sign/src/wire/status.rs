//! Dropbox Sign has flags and signatures, but no status: both are put into portable words here.

use signbridge_core::{Basis, EndedBy, EnvelopeStatus, RecipientStatus, State};

/// What a state is derived from.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Flags {
    pub(crate) is_complete: bool,
    pub(crate) is_declined: bool,
    pub(crate) has_error: bool,
}

/// Codes of signatures that end a request as failed, where the request has its error flag too.
const FATAL: [&str; 4] = ["error_file", "error_text_tag", "error_component_position", "error_unknown"];
const ON_HOLD: [&str; 2] = ["on_hold", "on_hold_by_requester"];

/// The state of a request: complete, declined, failed, expired, on hold, in progress, in this order. `reason` is why
/// somebody declined, or the error.
pub(crate) fn envelope(flags: Flags, codes: &[&str], reason: Option<String>) -> State {
    let any = |wanted: &[&str]| codes.iter().find(|code| wanted.contains(*code)).copied();
    let open = || codes.iter().filter(|code| **code != "signed");
    if flags.is_complete {
        return State::new(EnvelopeStatus::Completed, "is_complete", Basis::Wire)
            .ended(EndedBy::Recipient, None);
    }
    if flags.is_declined {
        return State::new(EnvelopeStatus::Declined, "is_declined", Basis::Wire)
            .ended(EndedBy::Recipient, reason);
    }
    if flags.has_error
        && let Some(code) = any(&FATAL)
    {
        return State::new(EnvelopeStatus::Failed, code, Basis::Derived).ended(EndedBy::Provider, reason);
    }
    if let Some(code) = any(&["expired"]) {
        return State::new(EnvelopeStatus::Expired, code, Basis::Derived).ended(EndedBy::Time, None);
    }
    if open().next().is_some() && open().all(|code| ON_HOLD.contains(code)) {
        let code = any(&ON_HOLD).unwrap_or_default();
        return State::new(EnvelopeStatus::OnHold, code, Basis::Derived);
    }
    if let Some(code) = any(&["awaiting_signature", "error_invalid_email"]) {
        return State::new(EnvelopeStatus::InProgress, code, Basis::Derived);
    }
    // Everybody signed and the flag is not up yet, or a code that nobody explained.
    match open().next() {
        Some(code) => State::new(EnvelopeStatus::Other((*code).to_owned()), *code, Basis::Wire),
        None if codes.is_empty() => State::new(EnvelopeStatus::Other("unknown".to_owned()), "", Basis::Wire),
        None => State::new(EnvelopeStatus::InProgress, "signed", Basis::Derived),
    }
}

/// The portable status of a signer. `his_turn` follows from the others' order.
pub(crate) fn recipient(code: &str, his_turn: bool, viewed: bool) -> RecipientStatus {
    match code {
        "awaiting_signature" if !his_turn => RecipientStatus::Waiting,
        "awaiting_signature" if viewed => RecipientStatus::Viewed,
        "awaiting_signature" => RecipientStatus::Active,
        "signed" => RecipientStatus::Completed,
        "declined" => RecipientStatus::Declined,
        "error_invalid_email" => RecipientStatus::DeliveryFailed,
        _ => RecipientStatus::Other(code.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Flags = Flags { is_complete: false, is_declined: false, has_error: false };

    /// Rows: 1 InProgress, 1 OnHold, 1 Completed, 1 Declined, 1 Expired, 1 Failed, 1 Other, 1 From OnHold,
    /// 11 PlacementFailed
    #[test]
    fn every_row_of_the_status_table() {
        let complete = Flags { is_complete: true, is_declined: true, has_error: true };
        let declined = Flags { is_complete: false, ..complete };
        let error = Flags { is_declined: false, ..declined };
        let other = |code: &str| EnvelopeStatus::Other(code.into());
        for (flags, codes, status) in [
            (complete, &["signed", "expired"][..], EnvelopeStatus::Completed),
            (declined, &["declined", "error_file"], EnvelopeStatus::Declined),
            (error, &["error_file", "expired"], EnvelopeStatus::Failed),
            (error, &["error_text_tag"], EnvelopeStatus::Failed),
            (error, &["error_component_position"], EnvelopeStatus::Failed),
            (error, &["awaiting_signature", "error_unknown"], EnvelopeStatus::Failed),
            (error, &["awaiting_signature", "error_invalid_email"], EnvelopeStatus::InProgress),
            (error, &["error_invalid_email"], EnvelopeStatus::InProgress),
            (NONE, &["signed", "expired"], EnvelopeStatus::Expired),
            (NONE, &["signed", "on_hold", "on_hold_by_requester"], EnvelopeStatus::OnHold),
            (NONE, &["on_hold", "awaiting_signature"], EnvelopeStatus::InProgress),
            (NONE, &["signed", "awaiting_signature"], EnvelopeStatus::InProgress),
            (NONE, &["signed"], EnvelopeStatus::InProgress),
            (NONE, &["success"], other("success")),
            (NONE, &["error_file"], other("error_file")),
            (NONE, &["brand_new"], other("brand_new")),
        ] {
            assert_eq!(envelope(flags, codes, None).status, status, "{flags:?} {codes:?}");
        }
    }

    /// Rows: 2 Waiting, 2 Active, 2 Viewed, 2 Completed, 2 Declined, 2 DeliveryFailed, 2 Expired, 2 OnHold, 2 Failed
    #[test]
    fn every_row_of_the_recipient_table() {
        let other = |code: &str| RecipientStatus::Other(code.into());
        for (code, his_turn, viewed, status) in [
            ("awaiting_signature", false, false, RecipientStatus::Waiting),
            ("awaiting_signature", true, false, RecipientStatus::Active),
            ("awaiting_signature", true, true, RecipientStatus::Viewed),
            ("signed", true, true, RecipientStatus::Completed),
            ("declined", true, true, RecipientStatus::Declined),
            ("error_invalid_email", true, false, RecipientStatus::DeliveryFailed),
            ("expired", true, false, other("expired")),
            ("on_hold", true, false, other("on_hold")),
            ("error_file", true, false, other("error_file")),
            ("brand_new", true, false, other("brand_new")),
        ] {
            assert_eq!(recipient(code, his_turn, viewed), status, "{code}");
        }
    }
}
