//! Bulk send: one draft or template, sent to each copy of a list [FACTS 6]. Played at once, where DocuSign queues.

use serde_json::{Value, json};

use super::call::Call;
use super::errors::ApiError;
use super::model::{CustomField, Envelope, EnvelopeStatus, Recipient};
use super::state::new_id;
use super::{compose, definition, envelopes};
use crate::clock::seven_digits;
use crate::exchange::Answer;
use crate::values::{Object, filled, list, object};

/// Copies of a list.
const MOST_COPIES: usize = 1_000;
/// How many envelopes DocuSign would hold in its queue; the figure is the emulator's.
const QUEUE: usize = 2_000;

#[derive(Debug, Clone)]
pub(crate) struct BulkList {
    id: String,
    name: String,
    /// As they were given.
    copies: Vec<Value>,
}

#[derive(Debug, Clone)]
pub(crate) struct BulkBatch {
    id: String,
    name: String,
    list: String,
    list_name: String,
    source: String,
    owner: String,
    submitted: super::model::Time,
    sent: usize,
}

pub(crate) fn create_list(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let name =
        filled(&body, "name").ok_or_else(|| ApiError::parameter("The name of the list is missing."))?;
    let copies = list(&body, "bulkCopies").to_vec();
    if copies.is_empty() || copies.len() > MOST_COPIES {
        return Err(ApiError::parameter(format!("A list has 1 to {MOST_COPIES} bulkCopies.")));
    }
    let own = BulkList { id: new_id(), name, copies };
    let shown = render(&own);
    call.world().docusign.bulk_lists.push(own);
    Ok(Answer::created(shown))
}

pub(crate) fn get_list(call: &Call<'_>) -> Result<Answer, ApiError> {
    Ok(Answer::ok(render(&find(call)?)))
}

fn render(own: &BulkList) -> Value {
    json!({ "listId": own.id, "name": own.name, "bulkCopies": own.copies })
}

fn find(call: &Call<'_>) -> Result<BulkList, ApiError> {
    let id = call.params.get("bulkSendListId");
    let world = call.world();
    let own = world.docusign.bulk_lists.iter().find(|own| own.id.eq_ignore_ascii_case(id));
    own.cloned().ok_or_else(|| missing("bulk send list", id))
}

fn missing(what: &str, id: &str) -> ApiError {
    ApiError::new(http::StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND", format!("There is no {what} {id}."))
}

pub(crate) fn test(call: &Call<'_>) -> Result<Answer, ApiError> {
    let (source, own) = (source(call)?.1, find(call)?);
    let faults: Vec<String> = own
        .copies
        .iter()
        .filter_map(|copy| copied(&source, copy, call).err())
        .map(|fault| fault.message)
        .collect();
    Ok(Answer::created(json!({
        "canBeSent": faults.is_empty(),
        "validationErrors": faults.iter().map(|_| "BULK_SEND_COPY_INVALID").collect::<Vec<_>>(),
        "validationErrorDetails": faults,
    })))
}

pub(crate) fn send(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let ((id, source), own) = (source(call)?, find(call)?);
    // One copy that does not fit keeps all from being sent; how DocuSign does it is not published.
    let copies: Vec<Envelope> =
        own.copies.iter().map(|copy| copied(&source, copy, call)).collect::<Result<_, _>>()?;
    let batch = BulkBatch {
        id: new_id(),
        name: filled(&body, "batchName").unwrap_or_else(|| own.name.clone()),
        list: own.id,
        list_name: own.name,
        source: id.clone(),
        owner: call.user.user_id.clone(),
        submitted: call.now,
        sent: copies.len(),
    };
    let answer = json!({
        "batchId": batch.id,
        "batchName": batch.name,
        "batchSize": batch.sent.to_string(),
        "totalQueued": batch.sent.to_string(),
        "queueLimit": QUEUE.to_string(),
        "envelopeOrTemplateId": id,
        "errors": [],
        "errorDetails": [],
    });
    let mut world = call.world();
    world.docusign.envelopes.extend(copies);
    world.docusign.bulk_batches.push(batch);
    Ok(Answer::created(answer))
}

pub(crate) fn batch(call: &Call<'_>) -> Result<Answer, ApiError> {
    let id = call.params.get("bulkSendBatchId");
    let world = call.world();
    let own = world.docusign.bulk_batches.iter().find(|own| own.id.eq_ignore_ascii_case(id));
    let own = own.ok_or_else(|| missing("bulk send batch", id))?;
    Ok(Answer::ok(json!({
        "batchId": own.id,
        "batchName": own.name,
        "batchSize": own.sent.to_string(),
        "queued": "0",
        "sent": own.sent.to_string(),
        "failed": "0",
        "bulkErrors": [],
        "resendsRemaining": "3",
        "envelopeIdOrTemplateId": own.source,
        "mailingListId": own.list,
        "mailingListName": own.list_name,
        "ownerUserId": own.owner,
        "senderUserId": own.owner,
        "submittedDate": seven_digits(own.submitted),
        "envelopesUri": format!("/bulk_send_batch/{}/envelopes", own.id),
    })))
}

/// The draft that copies are made of: a draft envelope, or one made from a template.
fn source(call: &Call<'_>) -> Result<(String, Envelope), ApiError> {
    let id = filled(&call.json()?, "envelopeOrTemplateId")
        .ok_or_else(|| ApiError::parameter("The envelopeOrTemplateId is missing."))?;
    let draft = call.world().docusign.envelope(&id).ok().cloned();
    if let Some(draft) = draft {
        if draft.status != EnvelopeStatus::Created || draft.deleted.is_some() {
            return Err(ApiError::envelope_status(draft.status.as_str(), "copies are made of a draft"));
        }
        return Ok((id, draft));
    }
    let mut asked = Object::new();
    asked.insert("templateId".into(), id.clone().into());
    let composed = compose::take(call, &mut asked, &mut Vec::new())?;
    let mut definition = definition::read(asked, Vec::new(), call.now)?;
    let mut documents = Vec::new();
    if let Some(composed) = composed {
        composed.complete(&mut definition, &mut documents)?;
    }
    Ok((id, envelopes::draft(call, definition, documents)))
}

/// The envelope of one copy, sent.
fn copied(source: &Envelope, copy: &Value, call: &Call<'_>) -> Result<Envelope, ApiError> {
    let copy =
        copy.as_object().ok_or_else(|| ApiError::parameter("Each of the bulkCopies must be an object."))?;
    let mut own = source.clone();
    own.id = new_id();
    (own.created, own.changed, own.modified) = (call.now, call.now, call.now);
    own.transaction_id = None;
    own.recipients = compose::fresh(&source.recipients);
    for item in list(copy, "recipients").iter().filter_map(Value::as_object) {
        let (role, id) = (filled(item, "roleName"), filled(item, "recipientId"));
        let fits = |own: &&mut Recipient| match &role {
            Some(role) => compose::role_of(own) == Some(role.as_str()),
            None => id.as_deref() == Some(own.id.as_str()),
        };
        let recipient = own.recipients.iter_mut().find(fits);
        let recipient = recipient.ok_or_else(|| compose::no_role(&role.or(id).unwrap_or_default()))?;
        let mut person = item.clone();
        // The tabs of a copy are a list of labels with values, not the collections of a recipient.
        let values = person.remove("tabs").unwrap_or_default();
        compose::fill(recipient, &person)?;
        for value in
            values.as_array().map(Vec::as_slice).unwrap_or_default().iter().filter_map(Value::as_object)
        {
            let label = filled(value, "tabLabel");
            for tab in recipient.tabs.iter_mut().filter(|tab| filled(&tab.props, "tabLabel") == label) {
                let given = filled(value, "initialValue").unwrap_or_default();
                tab.props.insert("value".into(), given.into());
            }
        }
    }
    for field in list(copy, "customFields").iter().filter_map(Value::as_object) {
        let (name, value) =
            (filled(field, "name").unwrap_or_default(), filled(field, "value").unwrap_or_default());
        match own.custom_fields.iter_mut().find(|known| known.name == name) {
            Some(known) => known.value = value,
            None => {
                let id = (101 + own.custom_fields.len()).to_string();
                own.custom_fields.push(CustomField {
                    id,
                    name,
                    value,
                    show: false,
                    required: false,
                    items: None,
                });
            }
        }
    }
    if object(copy, "docGenFormFields").is_some() {
        return Err(ApiError::unplayed("generated documents"));
    }
    own.subject = filled(copy, "emailSubject").unwrap_or(own.subject);
    own.blurb = filled(copy, "emailBlurb").unwrap_or(own.blurb);
    envelopes::dispatch(&mut own, call.now)?;
    Ok(own)
}
