//! Correcting a request on its way: one call for each signer, each compared with what is there.

use chrono::TimeDelta;
use signbridge_core::{
    Correction, Envelope, EnvelopeRecipient, EnvelopeStatus, Error, ErrorKind, Fault, Operation,
    RecipientChange, RecipientStatus, Result, once,
};

use super::DropboxSignProvider;
use crate::{
    PROVIDER,
    calls::update_request::{Change, UpdateRequest},
    check::LONGEST_EXPIRY,
};

/// Names, addresses and the end. Only what differs goes out: a repeated address would mail again.
pub(super) async fn correct(
    provider: &DropboxSignProvider,
    id: &str,
    correction: &Correction,
) -> Result<Envelope> {
    let wrong = |kind, what: &str, faults| {
        Error::from_faults(kind, what, faults)
            .with_provider(PROVIDER)
            .with_operation(Operation::Correct.as_str())
            .with_envelope_id(id)
    };
    correction.validate().map_err(|error| error.with_provider(PROVIDER))?;
    let faults = impossible(correction);
    if !faults.is_empty() {
        return Err(wrong(ErrorKind::Unsupported, "this correction is not possible here", faults)
            .with_remedy("void the envelope and send it anew"));
    }
    let seen = provider.read(id).await?;
    if ended(&seen.status) {
        let fault = Fault::new("envelope", format!("is {} already", seen.status));
        return Err(wrong(ErrorKind::InvalidState, "nothing can be corrected any more", vec![fault]));
    }
    let expires_at = correction
        .expires_after_days
        .map(|days| (provider.session.parts.clock.now() + TimeDelta::days(i64::from(days))).timestamp());
    let steps = match steps(&seen, correction, expires_at) {
        Ok(steps) => steps,
        Err((kind, fault)) => {
            return Err(wrong(kind, "the correction does not fit the envelope", vec![fault]));
        }
    };
    let mut now = seen;
    for (done, step) in steps.into_iter().enumerate() {
        match apply(provider, id, &step).await {
            Ok(envelope) => now = envelope,
            Err(error) if done == 0 => return Err(error.with_envelope_id(id)),
            Err(error) => {
                let fault = Fault::new(step.path, error.message());
                let what = "some corrections were made, others not";
                return Err(wrong(ErrorKind::Partial, what, vec![fault]).with_reach(error.reach()));
            }
        }
    }
    Ok(now)
}

/// What no call of Dropbox Sign changes, known before any request.
fn impossible(correction: &Correction) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (index, change) in correction.changes.iter().enumerate() {
        let given = [
            (change.phone.is_some(), "phone"),
            (change.authentication.is_some(), "authentication"),
            (change.order.is_some(), "order"),
        ];
        for (_, member) in given.into_iter().filter(|(given, _)| *given) {
            faults.push(Fault::new(format!("changes[{index}].{member}"), "cannot be changed after sending"));
        }
    }
    for index in 0..correction.add.len() {
        faults.push(Fault::new(format!("add[{index}]"), "nobody can join after sending"));
    }
    for index in 0..correction.remove.len() {
        faults.push(Fault::new(format!("remove[{index}]"), "nobody can leave after sending"));
    }
    if let Some(days) = correction.expires_after_days.filter(|days| *days > LONGEST_EXPIRY) {
        let message = format!("is {days}, Dropbox Sign takes at most {LONGEST_EXPIRY}");
        faults.push(Fault::new("expires_after_days", message));
    }
    faults
}

fn ended(status: &EnvelopeStatus) -> bool {
    matches!(
        status,
        EnvelopeStatus::Completed
            | EnvelopeStatus::Declined
            | EnvelopeStatus::Voided
            | EnvelopeStatus::Expired
            | EnvelopeStatus::Failed
    )
}

/// One call and where in the correction it comes from.
struct Step {
    path: String,
    change: Change,
}

type Refused = (ErrorKind, Fault);

fn steps(seen: &Envelope, correction: &Correction, expires_at: Option<i64>) -> Result<Vec<Step>, Refused> {
    let mut steps = Vec::new();
    for (index, change) in correction.changes.iter().enumerate() {
        let path = format!("changes[{index}]");
        let signer =
            signer(seen, change).map_err(|(kind, what)| (kind, Fault::new(format!("{path}.who"), what)))?;
        let email = change.email.clone().filter(|email| !email.eq_ignore_ascii_case(&signer.email));
        let name = change.name.clone().filter(|name| *name != signer.name);
        if email.is_some() || name.is_some() {
            let change = Change { signature_id: signer.id.clone(), email, name, expires_at: None };
            steps.push(Step { path, change });
        }
    }
    let path = || "expires_after_days".to_owned();
    match (expires_at, steps.first_mut()) {
        (None, _) => {}
        (Some(_), Some(step)) => step.change.expires_at = expires_at,
        // An end alone is not taken, so it goes with a name that stays.
        (Some(_), None) => {
            let open =
                seen.recipients.iter().find(|one| one.role == "signer" && !done(one)).ok_or_else(|| {
                    (ErrorKind::InvalidState, Fault::new(path(), "nobody is left who could sign"))
                })?;
            let (signature_id, name) = (open.id.clone(), Some(open.name.clone()));
            steps.push(Step { path: path(), change: Change { signature_id, email: None, name, expires_at } });
        }
    }
    Ok(steps)
}

fn signer<'e>(
    seen: &'e Envelope,
    change: &RecipientChange,
) -> Result<&'e EnvelopeRecipient, (ErrorKind, &'static str)> {
    let his = |one: &&EnvelopeRecipient| {
        one.email.eq_ignore_ascii_case(&change.who.email)
            && change.who.order.is_none_or(|order| order == one.order)
    };
    let mut found = seen.recipients.iter().filter(his);
    match (found.next(), found.next()) {
        (Some(one), None) if one.role != "signer" => {
            Err((ErrorKind::InvalidInput, "gets a copy, and copies cannot be corrected"))
        }
        (Some(one), None) if done(one) => Err((ErrorKind::InvalidState, "has signed or declined already")),
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => Err((ErrorKind::InvalidInput, "is there several times; give the order too")),
        (None, _) => Err((ErrorKind::InvalidInput, "is not among the recipients")),
    }
}

fn done(recipient: &EnvelopeRecipient) -> bool {
    matches!(recipient.status, RecipientStatus::Completed | RecipientStatus::Declined)
}

/// Makes one change. When its outcome is in doubt, the envelope tells: it is never made twice.
async fn apply(provider: &DropboxSignProvider, id: &str, step: &Step) -> Result<Envelope> {
    let update = UpdateRequest { root: provider.root(), id: id.to_owned(), change: step.change.clone() };
    match provider.session.run(&update).await {
        Err(error) if once::in_doubt(&error) => match provider.read(id).await {
            Ok(seen) if is_made(&seen, &step.change) => Ok(seen),
            _ => Err(error),
        },
        outcome => outcome,
    }
}

fn is_made(seen: &Envelope, change: &Change) -> bool {
    let his = |one: &EnvelopeRecipient| match &change.email {
        Some(email) => one.email.eq_ignore_ascii_case(email),
        None => one.id == change.signature_id,
    };
    let named = |one: &EnvelopeRecipient| change.name.as_ref().is_none_or(|name| one.name == *name);
    // Dropbox Sign cuts an end to its hour.
    let ends = |at: i64| seen.expires_at.is_some_and(|end| (0..3600).contains(&(at - end.timestamp())));
    seen.recipients.iter().any(|one| his(one) && named(one)) && change.expires_at.is_none_or(ends)
}
