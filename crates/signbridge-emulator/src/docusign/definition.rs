//! An envelope definition read from a request: what is taken, what is refused.

use serde_json::Value;

use super::documents::{self, DocumentDefinition};
use super::errors::ApiError;
use super::model::{CustomField, Notification, Recipient, Time, Workflow};
use super::{custom_fields, notification, recipients, workflow};
use crate::multipart::Part;
use crate::values::{Object, filled, flag, text};

/// Properties of an envelope that are kept and shown again as they came.
const ECHOED: &[&str] = &[
    "allowMarkup",
    "allowReassign",
    "allowViewHistory",
    "autoNavigation",
    "brandId",
    "brandLock",
    "enableWetSign",
    "enforceSignerVisibility",
    "envelopeIdStamping",
    "externalEnvelopeId",
    "messageLock",
    "recipientsLock",
    "signerCanSignOnMobile",
    "signingLocation",
    "useDisclosure",
];
/// Features a definition can ask for that the emulator does not play.
const UNPLAYED: &[(&str, &str)] = &[
    ("eventNotification", "Connect"),
    ("eventNotifications", "Connect"),
    ("attachments", "envelope attachments"),
    ("recipientViewRequest", "a recipient view inside the creation"),
    ("password", "envelope passwords"),
    ("accessControlListBase64", "access control lists"),
];
const LONGEST_SUBJECT: usize = 100;
const LONGEST_BLURB: usize = 10_000;

#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) send: bool,
    pub(crate) subject: Option<String>,
    pub(crate) blurb: Option<String>,
    pub(crate) documents: Vec<DocumentDefinition>,
    pub(crate) recipients: Vec<Recipient>,
    pub(crate) custom_fields: Vec<CustomField>,
    /// What the request says; the account's defaults are not filled in.
    pub(crate) notification: Option<Notification>,
    pub(crate) workflow: Option<Workflow>,
    pub(crate) transaction_id: Option<String>,
    pub(crate) extra: Object,
}

/// Reads a definition; `parts` are the document parts of a multipart request.
pub(crate) fn read(mut object: Object, parts: Vec<Part>, now: Time) -> Result<Definition, ApiError> {
    for (key, feature) in UNPLAYED {
        if object.get(*key).is_some_and(is_given) {
            return Err(ApiError::unplayed(feature));
        }
    }
    if flag(&object, "asynchronous") == Some(true) {
        return Err(ApiError::unplayed("asynchronous creation"));
    }
    let send = match text(&object, "status").unwrap_or_default().to_ascii_lowercase().as_str() {
        "" | "created" => false,
        "sent" => true,
        other => {
            return Err(ApiError::parameter(format!(
                "An envelope is made with status created or sent, not {other}."
            )));
        }
    };
    let (subject, blurb) = texts(&object)?;
    let documents = documents::definitions(&mut object, parts)?;
    let recipients = match object.get("recipients").and_then(Value::as_object) {
        Some(groups) => recipients::read(groups, true)?,
        None => Vec::new(),
    };
    recipients::check_ids(recipients.iter().map(|recipient| recipient.id.as_str()))?;
    let custom_fields = match object.get("customFields").and_then(Value::as_object) {
        Some(fields) => custom_fields::read(fields, &[])?,
        None => Vec::new(),
    };
    let notification = match object.get("notification").and_then(Value::as_object) {
        Some(rules) => Some(notification::read(rules, &Notification::default())?),
        None => None,
    };
    let workflow = match object.get("workflow").and_then(Value::as_object) {
        Some(given) => Some(workflow::read(given, now)?),
        None => None,
    };
    let transaction_id = filled(&object, "transactionId");
    let extra = echo(&object, ECHOED);
    Ok(Definition {
        send,
        subject,
        blurb,
        documents,
        recipients,
        custom_fields,
        notification,
        workflow,
        transaction_id,
        extra,
    })
}

/// Subject and blurb, within their published lengths.
pub(crate) fn texts(object: &Object) -> Result<(Option<String>, Option<String>), ApiError> {
    let subject = text(object, "emailSubject");
    if subject.as_ref().is_some_and(|subject| subject.chars().count() > LONGEST_SUBJECT) {
        return Err(ApiError::parameter("The emailSubject has more than 100 characters."));
    }
    let blurb = text(object, "emailBlurb");
    if blurb.as_ref().is_some_and(|blurb| blurb.chars().count() > LONGEST_BLURB) {
        return Err(ApiError::parameter("The emailBlurb has more than 10000 characters."));
    }
    Ok((subject, blurb))
}

/// Text properties of `object` named in `keys`, as text.
pub(crate) fn echo(object: &Object, keys: &[&str]) -> Object {
    keys.iter().filter_map(|key| Some(((*key).to_owned(), Value::String(filled(object, key)?)))).collect()
}

pub(crate) fn is_given(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(object) => !object.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}
