//! Recipients: reading them from requests, and the recipients resource with its correction rules.

use serde_json::{Value, json};
use uuid::Uuid;

use super::call::Call;
use super::definition::is_given;
use super::errors::ApiError;
use super::identity::Plan;
use super::model::{Envelope, EnvelopeStatus, Group, MailKind, Recipient, RecipientStatus};
use super::state::{new_id, opaque};
use super::{render, tabs};
use crate::exchange::Answer;
use crate::values::{Object, as_text, filled, list, object, text};

/// At most this many recipients [FACTS 12].
const MOST: usize = 100;
/// Text properties that are kept and shown again.
const ECHOED: &[&str] = &[
    "addAccessCodeToEmail",
    "agentCanEditEmail",
    "agentCanEditName",
    "deliveryMethod",
    "embeddedRecipientStartURL",
    "firstName",
    "fullName",
    "idCheckConfigurationName",
    "lastName",
    "note",
    "requireIdLookup",
    "roleName",
    "suppressEmails",
];
/// Structured properties that are kept, with the members shown again.
const NESTED: &[(&str, &[&str])] = &[
    ("emailNotification", &["emailBody", "emailSubject", "supportedLanguage"]),
    ("phoneNumber", &["countryCode", "number"]),
    ("smsAuthentication", &["senderProvidedNumbers"]),
    (
        "phoneAuthentication",
        &["recipMayProvideNumber", "senderProvidedNumbers", "validateRecipProvidedNumber"],
    ),
    ("identityVerification", &["workflowId", "inputOptions"]),
];
/// Lists that are kept, with the members shown again.
const LISTED: &[(&str, &[&str])] = &[
    ("additionalNotifications", &["secondaryDeliveryMethod", "phoneNumber"]),
    ("recipientSignatureProviders", &["signatureProviderName", "signatureProviderOptions"]),
];
const LONGEST: usize = 100;
const LONGEST_CODE: usize = 50;

/// Reads a `recipients` object. `with_tabs` is false where DocuSign ignores them [FACTS 4.7].
pub(crate) fn read(groups: &Object, with_tabs: bool) -> Result<Vec<Recipient>, ApiError> {
    let mut found = Vec::new();
    for (group, item) in items(groups)? {
        found.push(read_one(group, item, with_tabs)?);
    }
    if found.len() > MOST {
        return Err(ApiError::parameter("An envelope has at most 100 recipients."));
    }
    Ok(found)
}

/// The recipients of a request with their groups; a group the emulator does not play is refused.
pub(crate) fn items(groups: &Object) -> Result<Vec<(Group, &Object)>, ApiError> {
    let mut found = Vec::new();
    for (key, value) in groups.iter().filter(|(key, value)| render::is_group(key) && is_given(value)) {
        let group =
            render::played(key).ok_or_else(|| ApiError::unplayed(&format!("the recipients {key}")))?;
        for item in value.as_array().map_or(&[][..], Vec::as_slice) {
            let item = item
                .as_object()
                .ok_or_else(|| ApiError::parameter(format!("Each of the {key} must be an object.")))?;
            found.push((group, item));
        }
    }
    Ok(found)
}

pub(crate) fn read_one(group: Group, item: &Object, with_tabs: bool) -> Result<Recipient, ApiError> {
    let id = filled(item, "recipientId")
        .ok_or_else(|| ApiError::bad("INVALID_RECIPIENT_ID", "A recipient has no recipientId."))?;
    let (name, email, host) = if group == Group::InPersonSigners {
        let host = (text(item, "hostName").unwrap_or_default(), text(item, "hostEmail").unwrap_or_default());
        let name = filled(item, "signerName").or_else(|| filled(item, "name")).unwrap_or_default();
        (name, filled(item, "signerEmail").unwrap_or_default(), Some(host))
    } else {
        (text(item, "name").unwrap_or_default(), text(item, "email").unwrap_or_default(), None)
    };
    let order = match filled(item, "routingOrder") {
        None => 1,
        Some(text) => order(&text)?,
    };
    let tabs = match object(item, "tabs").filter(|_| with_tabs && group.signs()) {
        Some(tabs) => tabs::read(tabs)?,
        None => Vec::new(),
    };
    let recipient = Recipient {
        guid: new_id(),
        user: new_id(),
        order,
        status: RecipientStatus::Created,
        client_user_id: filled(item, "clientUserId"),
        access_code: access_code(item)?,
        tabs,
        sent: None,
        delivered: None,
        signed: None,
        declined: None,
        declined_reason: None,
        mail_link: opaque(32),
        extra: echo(item),
        id,
        group,
        name,
        email,
        host,
    };
    check_lengths(&recipient)?;
    Ok(recipient)
}

pub(crate) fn order(text: &str) -> Result<u32, ApiError> {
    text.trim()
        .parse()
        .ok()
        .filter(|order| *order >= 1)
        .ok_or_else(|| ApiError::parameter(format!("The routingOrder {text:?} is not a number from 1 on.")))
}

pub(crate) fn access_code(item: &Object) -> Result<Option<String>, ApiError> {
    let code = filled(item, "accessCode");
    if code.as_ref().is_some_and(|code| code.chars().count() > LONGEST_CODE) {
        return Err(ApiError::parameter("The accessCode has more than 50 characters."));
    }
    Ok(code)
}

pub(crate) fn check_lengths(recipient: &Recipient) -> Result<(), ApiError> {
    for (what, value) in [("name", &recipient.name), ("email", &recipient.email)] {
        if value.chars().count() > LONGEST {
            return Err(ApiError::parameter(format!(
                "The {what} of recipient {} has more than 100 characters.",
                recipient.id
            )));
        }
    }
    Ok(())
}

pub(crate) fn echo(item: &Object) -> Object {
    let mut out = super::definition::echo(item, ECHOED);
    for (key, members) in NESTED {
        let Some(given) = object(item, key) else { continue };
        let kept: Object = given
            .iter()
            .filter(|(member, value)| members.contains(&member.as_str()) && is_given(value))
            .map(|(member, value)| {
                (member.clone(), as_text(value).map_or_else(|| value.clone(), Value::String))
            })
            .collect();
        if !kept.is_empty() {
            out.insert((*key).to_owned(), kept.into());
        }
    }
    for (key, members) in LISTED {
        let kept: Vec<Value> = list(item, key)
            .iter()
            .filter_map(Value::as_object)
            .map(|own| {
                let kept =
                    own.iter().filter(|(key, value)| members.contains(&key.as_str()) && is_given(value));
                kept.map(|(key, value)| (key.clone(), value.clone())).collect::<Object>().into()
            })
            .collect();
        if !kept.is_empty() {
            out.insert((*key).to_owned(), kept.into());
        }
    }
    let fields: Vec<Value> =
        list(item, "customFields").iter().filter_map(as_text).map(Value::String).collect();
    if !fields.is_empty() {
        out.insert("customFields".into(), fields.into());
    }
    out
}

/// Every id once.
pub(crate) fn check_ids<'r>(ids: impl Iterator<Item = &'r str>) -> Result<(), ApiError> {
    let mut seen = std::collections::HashSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(ApiError::bad(
                "INVALID_RECIPIENT_ID",
                format!("The recipientId {id} is given twice."),
            ));
        }
    }
    Ok(())
}

/// What a recipient needs before he can be asked.
pub(crate) fn check_complete(recipient: &Recipient) -> Result<(), ApiError> {
    let by_phone = recipient.extra.contains_key("phoneNumber");
    let address = recipient.address();
    if recipient.name.trim().is_empty() {
        return Err(ApiError::bad(
            "ENVELOPE_IS_INCOMPLETE",
            format!("Recipient {} has no name.", recipient.id),
        ));
    }
    if !(is_address(address) || (address.is_empty() && by_phone)) {
        return Err(ApiError::bad(
            "INVALID_EMAIL_ADDRESS_FOR_RECIPIENT",
            format!("Recipient {} has no valid e-mail address.", recipient.id),
        ));
    }
    Ok(())
}

fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain =
        |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "<>,;@".contains(c));
    plain(local) && plain(domain) && domain.contains('.') && domain.split('.').all(|label| !label.is_empty())
}

pub(crate) fn get(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.world();
    let envelope = world.docusign.envelope(call.envelope_id())?;
    Ok(Answer::ok(render::recipients(envelope, call.flag("include_tabs"))))
}

fn changeable(envelope: &Envelope) -> Result<(), ApiError> {
    if envelope.status.is_changeable() {
        Ok(())
    } else {
        Err(ApiError::envelope_status(envelope.status.as_str(), "its recipients cannot change any more"))
    }
}

pub(crate) fn post(call: &Call<'_>) -> Result<Answer, ApiError> {
    let added = read(&call.json()?, false)?;
    let mut world = call.world();
    let plan = world.docusign.plan;
    added.iter().try_for_each(|recipient| plan.check(recipient))?;
    let envelope = world.docusign.envelope_mut(call.envelope_id())?;
    changeable(envelope)?;
    check_ids(envelope.recipients.iter().chain(&added).map(|recipient| recipient.id.as_str()))?;
    if envelope.status.is_open() {
        added.iter().try_for_each(check_complete)?;
    }
    let ids: Vec<String> = added.iter().map(|recipient| recipient.id.clone()).collect();
    envelope.recipients.extend(added);
    envelope.modified = call.now;
    envelope.advance(call.now);
    let shown = envelope.recipients.iter().filter(|recipient| ids.contains(&recipient.id));
    Ok(Answer::created(render::groups(shown, false, None).into()))
}

/// Corrects recipients; each refusal is an item inside the success.
pub(crate) fn put(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let resend = call.flag("resend_envelope");
    let mut world = call.world();
    let plan = world.docusign.plan;
    let envelope = world.docusign.envelope_mut(call.envelope_id())?;
    changeable(envelope)?;
    let mut results = Vec::new();
    for (group, item) in items(&body)? {
        let id = filled(item, "recipientId")
            .ok_or_else(|| ApiError::bad("INVALID_RECIPIENT_ID", "A recipient has no recipientId."))?;
        let guid = envelope.recipient(&id).map(|recipient| recipient.guid.clone());
        let outcome = correct(envelope, group, &id, item, plan, call);
        if outcome.is_ok() && resend {
            envelope.resend(Some(&id), MailKind::Resent, call.now);
        }
        let mut row = Object::new();
        row.insert("recipientId".into(), id.clone().into());
        if let Some(guid) = guid.or_else(|| envelope.recipient(&id).map(|own| own.guid.clone())) {
            row.insert("recipientIdGuid".into(), guid.into());
        }
        if let Err(error) = outcome {
            row.insert("errorDetails".into(), error.details());
        }
        results.push(Value::from(row));
    }
    envelope.advance(call.now);
    Ok(Answer::ok(json!({ "recipientUpdateResults": results })))
}

fn correct(
    envelope: &mut Envelope,
    group: Group,
    id: &str,
    item: &Object,
    plan: Plan,
    call: &Call<'_>,
) -> Result<(), ApiError> {
    let draft = envelope.status == EnvelopeStatus::Created;
    let now = call.now;
    let Some(own) = envelope.recipient_mut(id) else {
        if !draft {
            return Err(ApiError::no_recipient(id));
        }
        envelope.recipients.push(read_one(group, item, false)?);
        envelope.modified = now;
        return Ok(());
    };
    if own.status.is_done() {
        return Err(ApiError::bad("RECIPIENT_UPDATE_FAILED", format!("Recipient {id} is already done.")));
    }
    let mut new = own.clone();
    if let Some(name) = filled(item, "name").or_else(|| filled(item, "signerName")) {
        new.name = name;
    }
    if let Some(email) = filled(item, "email").or_else(|| filled(item, "signerEmail")) {
        new.email = email;
    }
    if let Some(text) = filled(item, "routingOrder") {
        new.order = order(&text)?;
    }
    if item.contains_key("accessCode") {
        new.access_code = access_code(item)?;
    }
    if draft {
        new.client_user_id = filled(item, "clientUserId").or(new.client_user_id);
    }
    new.extra.extend(echo(item));
    check_lengths(&new)?;
    plan.check(&new)?;
    if !draft {
        check_complete(&new)?;
    }
    // Sending `email`, even unchanged, counts as a new address and mails a correction [FACTS 4.7].
    let addressed = filled(item, "email").is_some() && new.status.is_active();
    if addressed {
        new.status = RecipientStatus::Sent;
        new.delivered = None;
    }
    *own = new;
    envelope.modified = now;
    if addressed {
        envelope.resend(Some(id), MailKind::Correction, now);
    }
    if !draft {
        envelope.note(now, "Corrected", None, "The sender corrected a recipient.");
    }
    Ok(())
}

pub(crate) fn delete_many(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let ids: Vec<String> =
        items(&body)?.into_iter().filter_map(|(_, item)| filled(item, "recipientId")).collect();
    if ids.is_empty() {
        return Err(ApiError::bad("INVALID_RECIPIENT_ID", "The body names no recipient to remove."));
    }
    remove(call, &ids)
}

pub(crate) fn delete_one(call: &Call<'_>) -> Result<Answer, ApiError> {
    remove(call, &[call.params.get("recipientId").to_owned()])
}

/// The removed recipients are shown with status `deleted` [FACTS 4.7].
fn remove(call: &Call<'_>, ids: &[String]) -> Result<Answer, ApiError> {
    let mut world = call.world();
    let envelope = world.docusign.envelope_mut(call.envelope_id())?;
    changeable(envelope)?;
    for id in ids {
        let own = envelope.recipient(id).ok_or_else(|| ApiError::no_recipient(id))?;
        if own.status.is_done() {
            return Err(ApiError::bad("RECIPIENT_UPDATE_FAILED", format!("Recipient {id} is already done.")));
        }
    }
    let (gone, stay): (Vec<_>, Vec<_>) =
        std::mem::take(&mut envelope.recipients).into_iter().partition(|own| ids.contains(&own.id));
    envelope.recipients = stay;
    if envelope.recipients.is_empty() && envelope.status != EnvelopeStatus::Created {
        envelope.recipients = gone;
        return Err(ApiError::bad(
            "RECIPIENT_UPDATE_FAILED",
            "A sent envelope keeps at least one recipient.",
        ));
    }
    envelope.modified = call.now;
    envelope.advance(call.now);
    Ok(Answer::ok(render::groups(gone.iter(), false, Some("deleted")).into()))
}

/// Whether a request's recipient view names this recipient exactly.
pub(crate) fn is_named(recipient: &Recipient, request: &Object) -> bool {
    let same = |key: &str, own: &str| text(request, key).as_deref() == Some(own);
    let optional =
        |key: &str, own: &str| filled(request, key).is_none_or(|value| value.eq_ignore_ascii_case(own));
    let (name, email) = match &recipient.host {
        // The host opens the session of an in-person signer.
        Some((name, email)) => (name.as_str(), email.as_str()),
        None => (recipient.name.as_str(), recipient.email.as_str()),
    };
    let by_user = filled(request, "userId").is_some_and(|id| Uuid::parse_str(&id).is_ok());
    recipient.client_user_id.as_deref().is_some_and(|id| same("clientUserId", id))
        && optional("recipientId", &recipient.id)
        && optional("userId", &recipient.user)
        && (by_user
            || (same("userName", name)
                && text(request, "email").is_some_and(|own| own.eq_ignore_ascii_case(email))))
}
