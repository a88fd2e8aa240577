//! State as the JSON of DocuSign's answers: flags and numbers as text, no null, no empty object
//! where a list belongs.

use serde_json::{Value, json};

use super::model::{Document, Envelope, EnvelopeStatus, Group, Recipient, RecipientStatus, Tab, Time};
use super::{custom_fields, notification, workflow};
use crate::clock::seven_digits;
use crate::values::{Object, yes_no};

/// All recipient groups of the current model; each is present as a list in every answer [FACTS 4.7].
const GROUPS: [&str; 12] = [
    "signers",
    "agents",
    "editors",
    "intermediaries",
    "carbonCopies",
    "certifiedDeliveries",
    "inPersonSigners",
    "seals",
    "witnesses",
    "notaries",
    "notaryWitnesses",
    "participants",
];

fn time(object: &mut Object, key: &str, time: Option<Time>) {
    if let Some(time) = time {
        object.insert(key.into(), seven_digits(time).into());
    }
}

fn put(object: &mut Object, key: &str, value: impl Into<Value>) {
    object.insert(key.into(), value.into());
}

/// What `include` asks for in addition.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Include {
    pub(crate) recipients: bool,
    pub(crate) tabs: bool,
    pub(crate) documents: bool,
    pub(crate) custom_fields: bool,
    pub(crate) folders: bool,
    pub(crate) workflow: bool,
}

impl Include {
    pub(crate) fn of(names: &[String]) -> Self {
        let has = |name: &str| names.iter().any(|own| own == name);
        Self {
            recipients: has("recipients") || has("tabs"),
            tabs: has("tabs"),
            documents: has("documents"),
            custom_fields: has("custom_fields"),
            folders: has("folders"),
            workflow: has("workflow"),
        }
    }
}

pub(crate) fn envelope(envelope: &Envelope, include: Include) -> Value {
    let base = format!("/envelopes/{}", envelope.id);
    let mut out = envelope.extra.clone();
    put(&mut out, "envelopeId", envelope.id.clone());
    put(&mut out, "status", envelope.status.as_str());
    put(&mut out, "emailSubject", envelope.subject.clone());
    put(&mut out, "emailBlurb", envelope.blurb.clone());
    put(&mut out, "envelopeUri", base.clone());
    for (key, tail) in [
        ("documentsUri", "documents"),
        ("recipientsUri", "recipients"),
        ("attachmentsUri", "attachments"),
        ("documentsCombinedUri", "documents/combined"),
        ("certificateUri", "documents/certificate"),
        ("customFieldsUri", "custom_fields"),
        ("notificationUri", "notification"),
        ("templatesUri", "templates"),
    ] {
        put(&mut out, key, format!("{base}/{tail}"));
    }
    put(&mut out, "purgeState", purge_state(envelope));
    put(&mut out, "is21CFRPart11", "false");
    let certified = |own: &Recipient| own.extra.contains_key("recipientSignatureProviders");
    put(&mut out, "isSignatureProviderEnvelope", yes_no(envelope.recipients.iter().any(certified)));
    put(
        &mut out,
        "sender",
        json!({
            "userName": envelope.sender.name,
            "userId": envelope.sender.user_id,
            "accountId": envelope.account,
            "email": envelope.sender.email,
        }),
    );
    if let Some(id) = &envelope.transaction_id {
        put(&mut out, "transactionId", id.clone());
    }
    time(&mut out, "createdDateTime", Some(envelope.created));
    time(&mut out, "lastModifiedDateTime", Some(envelope.modified));
    time(&mut out, "statusChangedDateTime", Some(envelope.changed));
    time(&mut out, "initialSentDateTime", envelope.sent);
    time(&mut out, "sentDateTime", envelope.sent);
    time(&mut out, "deliveredDateTime", envelope.delivered);
    time(&mut out, "completedDateTime", envelope.completed);
    time(&mut out, "declinedDateTime", envelope.declined);
    time(&mut out, "voidedDateTime", envelope.voided);
    time(&mut out, "deletedDateTime", envelope.deleted);
    if let Some(reason) = &envelope.voided_reason {
        put(&mut out, "voidedReason", reason.clone());
    }
    put(&mut out, "expireEnabled", yes_no(envelope.notification.expire_enabled));
    if envelope.notification.expire_enabled {
        put(&mut out, "expireAfter", envelope.notification.expire_after.to_string());
    }
    time(&mut out, "expireDateTime", envelope.expires());
    put(&mut out, "notification", notification::render(&envelope.notification));
    if include.recipients {
        put(&mut out, "recipients", recipients(envelope, include.tabs));
    }
    if include.documents {
        let rows = documents(envelope);
        put(
            &mut out,
            "envelopeDocuments",
            rows.get("envelopeDocuments").cloned().unwrap_or_else(|| json!([])),
        );
    }
    if include.custom_fields {
        put(&mut out, "customFields", custom_fields::render(&envelope.custom_fields));
    }
    if let Some(own) = envelope.workflow.as_ref().filter(|_| include.workflow) {
        put(&mut out, "workflow", workflow::render(own, envelope.sent.is_some()));
    }
    if include.folders {
        put(&mut out, "folders", folders(envelope));
    }
    out.into()
}

fn purge_state(envelope: &Envelope) -> &'static str {
    match envelope.purge.as_ref().map(|purge| (purge.with_metadata, purge.done)) {
        None => "unpurged",
        Some((false, false)) => "documents_queued",
        Some((false, true)) => "documents_purged",
        Some((true, false)) => "documents_and_metadata_queued",
        Some((true, true)) => "documents_and_metadata_purged",
    }
}

fn folders(envelope: &Envelope) -> Value {
    let (name, kind) = match (envelope.deleted, envelope.status) {
        (Some(_), _) => ("Deleted Items", "recyclebin"),
        (None, EnvelopeStatus::Created) => ("Draft", "draft"),
        (None, _) => ("Sent Items", "sentitems"),
    };
    json!([{ "name": name, "type": kind }])
}

/// The short answer of a creation.
pub(crate) fn summary(envelope: &Envelope) -> Value {
    json!({
        "envelopeId": envelope.id,
        "uri": format!("/envelopes/{}", envelope.id),
        "statusDateTime": seven_digits(envelope.changed),
        "status": envelope.status.as_str(),
    })
}

pub(crate) fn recipients(envelope: &Envelope, with_tabs: bool) -> Value {
    let mut out = groups(envelope.recipients.iter(), with_tabs, None);
    put(&mut out, "recipientCount", envelope.recipients.len().to_string());
    put(&mut out, "currentRoutingOrder", envelope.current_order().to_string());
    out.into()
}

/// The groups of some recipients; `status` replaces their own, as `deleted` does.
pub(crate) fn groups<'r>(
    recipients: impl Iterator<Item = &'r Recipient>,
    with_tabs: bool,
    status: Option<&str>,
) -> Object {
    let mut lists: Vec<(&str, Vec<Value>)> = GROUPS.iter().map(|key| (*key, Vec::new())).collect();
    for own in recipients {
        if let Some((_, list)) = lists.iter_mut().find(|(key, _)| *key == own.group.key()) {
            list.push(recipient(own, with_tabs, status));
        }
    }
    lists.into_iter().map(|(key, list)| (key.to_owned(), Value::Array(list))).collect()
}

fn recipient(own: &Recipient, with_tabs: bool, status: Option<&str>) -> Value {
    let mut out = own.extra.clone();
    put(&mut out, "recipientId", own.id.clone());
    put(&mut out, "recipientIdGuid", own.guid.clone());
    put(&mut out, "userId", own.user.clone());
    put(&mut out, "routingOrder", own.order.to_string());
    put(&mut out, "status", status.unwrap_or(own.status.as_str()));
    put(&mut out, "completedCount", if own.status == RecipientStatus::Completed { "1" } else { "0" });
    out.entry("requireIdLookup").or_insert_with(|| "false".into());
    out.entry("deliveryMethod").or_insert_with(|| "email".into());
    match &own.host {
        Some((name, email)) => {
            put(&mut out, "hostName", name.clone());
            put(&mut out, "hostEmail", email.clone());
            put(&mut out, "signerName", own.name.clone());
            if !own.email.is_empty() {
                put(&mut out, "signerEmail", own.email.clone());
            }
        }
        None => {
            put(&mut out, "name", own.name.clone());
            put(&mut out, "email", own.email.clone());
        }
    }
    if own.group.signs() {
        put(&mut out, "creationReason", "sender");
        put(&mut out, "requireUploadSignature", "false");
    }
    if let Some(id) = &own.client_user_id {
        put(&mut out, "clientUserId", id.clone());
    }
    if let Some(code) = &own.access_code {
        put(&mut out, "accessCode", code.clone());
    }
    time(&mut out, "sentDateTime", own.sent);
    time(&mut out, "deliveredDateTime", own.delivered);
    time(&mut out, "signedDateTime", own.signed);
    time(&mut out, "declinedDateTime", own.declined);
    if let Some(reason) = &own.declined_reason {
        put(&mut out, "declinedReason", reason.clone());
    }
    if with_tabs && own.group.signs() {
        put(&mut out, "totalTabCount", own.tabs.len().to_string());
        put(&mut out, "tabs", tabs(&own.tabs, own));
    }
    out.into()
}

/// Tabs by collection. Without any, an empty object, as recorded for recipients [FACTS 0].
pub(crate) fn tabs(tabs: &[Tab], owner: &Recipient) -> Value {
    let mut out = Object::new();
    for own in tabs {
        let list = out.entry(own.kind.key).or_insert_with(|| json!([]));
        if let Some(list) = list.as_array_mut() {
            list.push(tab(own, owner));
        }
    }
    out.into()
}

pub(crate) fn tab(own: &Tab, owner: &Recipient) -> Value {
    let mut out = own.props.clone();
    put(&mut out, "recipientId", owner.id.clone());
    put(&mut out, "recipientIdGuid", owner.guid.clone());
    put(&mut out, "tabType", own.kind.type_name);
    // A radio group has neither id nor status of its own; its radios do.
    let status = if own.signed { "signed" } else { "active" };
    match out.get_mut("radios").and_then(Value::as_array_mut) {
        Some(radios) => {
            for radio in radios.iter_mut().filter_map(Value::as_object_mut) {
                put(radio, "status", status);
            }
        }
        None => {
            put(&mut out, "tabId", own.id.clone());
            put(&mut out, "status", status);
        }
    }
    out.into()
}

pub(crate) fn documents(envelope: &Envelope) -> Value {
    let mut rows: Vec<Value> = envelope.documents.iter().map(|own| document(envelope, own)).collect();
    if envelope.status != EnvelopeStatus::Created {
        rows.push(json!({
            "documentId": "certificate",
            "name": "Summary",
            "type": "summary",
            "uri": format!("/envelopes/{}/documents/certificate", envelope.id),
            "order": "999",
            "pages": [],
            "display": "inline",
            "includeInDownload": "true",
            "signerMustAcknowledge": "no_interaction",
        }));
    }
    json!({ "envelopeId": envelope.id, "envelopeDocuments": rows })
}

pub(crate) fn document(envelope: &Envelope, own: &Document) -> Value {
    let pages: Vec<Value> = own
        .pages
        .iter()
        .enumerate()
        .map(|(at, page)| {
            json!({
                "pageId": page.id,
                "sequence": (at + 1).to_string(),
                "height": format!("{:.0}", page.height),
                "width": format!("{:.0}", page.width),
                "dpi": "72",
            })
        })
        .collect();
    let mut out = Object::new();
    put(&mut out, "documentId", own.id.clone());
    put(&mut out, "documentIdGuid", own.guid.clone());
    put(&mut out, "name", own.name.clone());
    put(&mut out, "type", "content");
    put(&mut out, "uri", format!("/envelopes/{}/documents/{}", envelope.id, own.id));
    put(&mut out, "order", own.order.to_string());
    put(&mut out, "pages", pages);
    put(&mut out, "availableDocumentTypes", json!([{ "type": "electronic", "isDefault": "true" }]));
    put(&mut out, "display", "inline");
    put(&mut out, "includeInDownload", "true");
    put(&mut out, "signerMustAcknowledge", "no_interaction");
    put(&mut out, "sizeBytes", own.bytes.len().to_string());
    out.extend(own.extra.clone());
    out.into()
}

/// Whether the group is one the emulator plays.
pub(crate) fn played(key: &str) -> Option<Group> {
    Group::ALL.into_iter().find(|group| group.key() == key)
}

/// Whether DocuSign has such a group at all.
pub(crate) fn is_group(key: &str) -> bool {
    GROUPS.contains(&key)
}
