//! State as the JSON of Dropbox Sign's answers.

use serde_json::{Value, json};

use super::model::{Envelope, Field, Filler, Signature, Status, Template};
use super::state::State;
use crate::dialect::Time;

fn seconds(time: Option<Time>) -> Value {
    time.map_or(Value::Null, |time| time.timestamp().into())
}

/// A signature request. `client_id` is on the wire though not in the published file [FACTS 5].
pub(crate) fn envelope(state: &State, own: &Envelope, origin: &str) -> Value {
    let open = own.is_open() && !own.embedded;
    json!({
        "test_mode": own.test_mode,
        "signature_request_id": own.id,
        "requester_email_address": state.email,
        "title": own.title,
        "original_title": own.original_title,
        "subject": own.subject,
        "message": own.message,
        "metadata": own.metadata,
        "created_at": own.created.timestamp(),
        "expires_at": seconds(own.expires),
        "is_complete": own.is_complete(),
        "is_declined": own.has(Status::Declined),
        "has_error": own.has_error(),
        "files_url": format!("{origin}/v3/signature_request/files/{}", own.id),
        "final_copy_uri": format!("/v3/signature_request/final_copy/{}", own.id),
        "signing_url": if open { json!(format!("{origin}/sign/{}", own.id)) } else { Value::Null },
        "details_url": format!("{origin}/home/manage?guid={}", own.id),
        "signing_redirect_url": own.redirect,
        "client_id": own.client_id,
        "cc_email_addresses": own.ccs,
        "template_ids": if own.template_ids.is_empty() { Value::Null } else { json!(own.template_ids) },
        "custom_fields": own.custom_fields,
        "attachments": own.attachments,
        "response_data": responses(own),
        "signatures": own.signatures.iter().map(signature).collect::<Vec<_>>(),
        "bulk_send_job_id": Value::Null,
    })
}

fn signature(own: &Signature) -> Value {
    json!({
        "signature_id": own.id,
        "signer_group_guid": Value::Null,
        "signer_email_address": own.email,
        "signer_name": own.name,
        "signer_role": own.role,
        "order": own.order,
        "status_code": own.status.as_str(),
        "decline_reason": own.decline_reason,
        "signed_at": seconds(own.signed),
        "last_viewed_at": seconds(own.viewed),
        "last_reminded_at": seconds(own.reminded),
        "has_pin": own.pin.is_some(),
        "has_sms_auth": false,
        "has_sms_delivery": false,
        "sms_phone_number": Value::Null,
        "reassigned_by": Value::Null,
        "reassignment_reason": Value::Null,
        "reassigned_from": Value::Null,
        "error": own.error,
    })
}

fn responses(own: &Envelope) -> Vec<Value> {
    own.fields
        .iter()
        // Nobody answers a link: the published kinds of answers know none.
        .filter(|field| field.kind != "hyperlink")
        .filter_map(|field| {
            let Filler::Signer(at) = field.filler else { return None };
            let signer = own.signatures.get(at).filter(|one| one.status == Status::Signed)?;
            let mut out = json!({
                "api_id": field.api_id,
                "name": field.name,
                "signature_id": signer.id,
                "required": field.required,
                "type": field.kind,
            });
            if let Some(out) = out.as_object_mut() {
                match (field.kind.as_str(), &field.value) {
                    // What a drawn field holds is not in the facts; that it was signed is.
                    ("signature" | "initials", _) => drop(out.insert("is_signed".into(), true.into())),
                    (_, Some(value)) => drop(out.insert("value".into(), value.clone())),
                    // What nobody filled in is null or absent.
                    (_, None) => {}
                }
            }
            Some(out)
        })
        .collect()
}

/// Whole pixels as whole numbers: official clients take no others, though real answers have fractions.
fn pixels(number: f32) -> Value {
    format!("{number}").parse::<i64>().map_or_else(|_| json!(number), Value::from)
}

fn template_field(field: &Field) -> Value {
    let signer = match field.filler {
        // Roles are counted from 1 here, as text [sample answers].
        Filler::Signer(at) => json!((at + 1).to_string()),
        Filler::Sender => Value::Null,
    };
    let kind = field.kind.trim_end_matches("-merge");
    json!({
        "api_id": field.api_id,
        "name": field.name,
        "type": kind,
        "signer": signer,
        "x": pixels(field.x),
        "y": pixels(field.y),
        "width": pixels(field.width),
        "height": pixels(field.height),
        "required": field.required,
        "group": field.group,
    })
}

pub(crate) fn template(state: &State, own: &Template) -> Value {
    let documents: Vec<Value> = own
        .documents
        .iter()
        .enumerate()
        .map(|(index, document)| {
            let of = |sender: bool| -> Vec<Value> {
                own.fields
                    .iter()
                    .filter(|field| field.document == index && (field.filler == Filler::Sender) == sender)
                    .map(template_field)
                    .collect()
            };
            json!({
                "index": index,
                "name": document.name,
                "field_groups": [],
                "form_fields": of(false),
                "custom_fields": of(true),
                "static_fields": [],
            })
        })
        .collect();
    json!({
        "template_id": own.id,
        "title": own.title,
        "message": own.message,
        "updated_at": own.updated.timestamp(),
        "is_creator": true,
        "is_embedded": false,
        "can_edit": true,
        "is_locked": false,
        "metadata": own.metadata,
        "signer_roles": own.roles.iter().map(|(name, order)| {
            // Absent rather than null: the published file has no nullable order here.
            order.map_or_else(|| json!({ "name": name }), |order| json!({ "name": name, "order": order }))
        }).collect::<Vec<_>>(),
        "cc_roles": own.cc_roles.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
        "documents": documents,
        "accounts": [{
            "account_id": state.account_id,
            "email_address": state.email,
            "is_locked": false,
            "is_paid_hs": !state.unpaid,
            "is_paid_hf": false,
            // Sample answers have null for what has no limit; the published file has whole numbers only.
            "quotas": {
                "api_signature_requests_left": state.quota,
                "sms_verifications_left": 0,
            },
        }],
        "attachments": [],
    })
}

pub(crate) fn account(state: &State) -> Value {
    json!({
        "account_id": state.account_id,
        "email_address": state.email,
        "is_locked": false,
        "is_paid_hs": !state.unpaid,
        "is_paid_hf": false,
        "quotas": {
            "api_signature_requests_left": if state.unpaid { 0 } else { state.quota },
            "documents_left": Value::Null,
            "templates_total": Value::Null,
            "templates_left": Value::Null,
            "sms_verifications_left": 0,
            "num_fax_pages_left": 0,
        },
        "callback_url": state.callback_url,
        "role_code": Value::Null,
        "team_id": Value::Null,
        "locale": "en-US",
    })
}

/// `list_info` of page `page`, and which rows it shows.
pub(crate) fn paged<T>(rows: Vec<T>, page: usize, size: usize) -> (Value, Vec<T>) {
    let count = rows.len();
    let pages = count.div_ceil(size).max(1);
    let shown = rows.into_iter().skip((page - 1) * size).take(size).collect();
    (json!({ "page": page, "num_pages": pages, "num_results": count, "page_size": size }), shown)
}
