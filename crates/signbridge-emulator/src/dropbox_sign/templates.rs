//! Templates: made from files and form fields, read, listed, downloaded, deleted.
//!
//! A template is accepted first and there later, by the delay `template_ms`; what cannot be converted is accepted and
//! never there, as the live service tells by an event.

use serde_json::{Value, json};

use super::call::{Call, nothing, ok};
use super::errors::ApiError;
use super::files::{self, Wanted, unreadable};
use super::model::{Field, Filler, Template};
use super::render::{self, paged};
use super::state::{State, hex_id};
use super::{create, fields};
use crate::dialect::Time;
use crate::exchange::Answer;
use crate::pdf::{self, PdfError};
use crate::values::{Object, filled, integer};

/// What the published file and the official SDK name.
const KNOWN: &[&str] = &[
    "allow_reassign",
    "attachments",
    "cc_roles",
    "client_id",
    "field_options",
    "file_urls",
    "form_field_groups",
    "form_field_rules",
    "form_fields_per_document",
    "ignore_text_tags_extraction_errors",
    "merge_fields",
    "message",
    "metadata",
    "signer_experience",
    "signer_roles",
    "subject",
    "test_mode",
    "title",
    "use_preexisting_fields",
];

pub(crate) fn create(call: &Call<'_>) -> Result<Answer, ApiError> {
    let input = &call.input;
    if let Some(name) = input.fields.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        return Err(ApiError::at(name.clone(), format!("Invalid parameter: {name}")));
    }
    let roles: Vec<(String, Option<i64>)> = input
        .list("signer_roles")
        .iter()
        .filter_map(Value::as_object)
        .filter_map(|own| Some((filled(own, "name")?, integer(own, "order"))))
        .collect();
    if roles.is_empty() {
        return Err(ApiError::at("signer_roles", "Missing parameter: signer_roles"));
    }
    if !input.fields.contains_key("form_fields_per_document") {
        return Err(ApiError::at("form_fields_per_document", "Missing parameter: form_fields_per_document"));
    }
    let (documents, flaw) = create::documents(input, &[])?;
    // Fields are held against documents; of documents that cannot be read nothing can be said.
    let own = if flaw.is_some() { Vec::new() } else { fields::read(input, &documents, roles.len())? };
    let merge_fields = input.list("merge_fields").to_vec();
    let name = documents.first().map(|document| document.name.clone()).unwrap_or_default();
    let mut world = call.hub.world();
    let state = &mut world.dropbox_sign;
    let template = Template {
        id: hex_id(40),
        title: input.text("title").unwrap_or(name),
        subject: input.short("subject", 200)?,
        message: input.short("message", 5_000)?,
        metadata: create::metadata(input)?,
        updated: call.now,
        roles,
        cc_roles: input.list("cc_roles").iter().filter_map(crate::values::as_text).collect(),
        documents,
        fields: with_merged(own, &merge_fields),
        groups: fields::groups(input)?,
        ready_at: call.now + state.delays.template,
        flaw: flaw.is_some(),
    };
    let id = template.id.clone();
    state.templates.push(template);
    Ok(ok(json!({ "template": { "template_id": id } })))
}

/// Fields that are named as merge fields are the sender's, whatever they were.
fn with_merged(mut fields: Vec<Field>, merge_fields: &[Value]) -> Vec<Field> {
    let named = |own: &Object| Some((filled(own, "name")?, filled(own, "type")?));
    for (name, kind) in merge_fields.iter().filter_map(|own| named(own.as_object()?)) {
        for field in fields.iter_mut().filter(|field| field.name == name) {
            field.kind = format!("{}-merge", kind.trim_end_matches("-merge"));
            field.filler = Filler::Sender;
        }
    }
    fields
}

/// The template with this id, once it is there. While it is being made it is a conflict, as its files are [FACTS 7];
/// for the other calls that is unverified.
pub(crate) fn ready<'s>(state: &'s State, id: &str, now: Time) -> Result<&'s Template, ApiError> {
    let own = state.templates.iter().find(|own| own.id == id);
    let own = own.filter(|own| !own.flaw || own.ready_at > now);
    let own = own.ok_or_else(|| ApiError::not_found(format!("Template not found: {id}")))?;
    if own.ready_at > now {
        return Err(ApiError::conflict("The template is still being processed. Please try again later."));
    }
    Ok(own)
}

pub(crate) fn get(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.hub.world();
    let state = &world.dropbox_sign;
    let own = ready(state, call.id(), call.now)?;
    Ok(ok(json!({ "template": render::template(state, own) })))
}

pub(crate) fn list(call: &Call<'_>) -> Result<Answer, ApiError> {
    let (page, size, beyond) = call.paging()?;
    let text = call.request.query.get("query").unwrap_or_default().to_lowercase();
    let world = call.hub.world();
    let state = &world.dropbox_sign;
    let rows: Vec<_> = state
        .templates
        .iter()
        .rev()
        .filter(|own| own.is_ready(call.now) && !beyond && own.title.to_lowercase().contains(&text))
        .collect();
    let (info, rows) = paged(rows, page, size);
    let rows: Vec<_> = rows.into_iter().map(|own| render::template(state, own)).collect();
    Ok(ok(json!({ "list_info": info, "templates": rows })))
}

pub(crate) fn delete(call: &Call<'_>) -> Result<Answer, ApiError> {
    let mut world = call.hub.world();
    let state = &mut world.dropbox_sign;
    let id = ready(state, call.id(), call.now)?.id.clone();
    state.templates.retain(|own| own.id != id);
    Ok(nothing())
}

/// The documents without what signers filled in, since nobody did.
pub(crate) fn files(call: &Call<'_>) -> Result<Answer, ApiError> {
    let zip = match Wanted::of(call)? {
        Wanted::FileUrl => return as_file_url(call),
        Wanted::DataUri => return as_data_uri(call),
        Wanted::Attachment { zip } => zip,
    };
    let own = copy(call)?;
    let bytes = if zip {
        files::packed(own.documents.iter().map(|one| (one.name.as_str(), one.bytes.clone())).collect())
    } else {
        merged(&own)
    };
    Ok(files::attachment(&own.id, zip, bytes.map_err(unreadable)?))
}

pub(crate) fn as_data_uri(call: &Call<'_>) -> Result<Answer, ApiError> {
    merged(&copy(call)?).map_err(unreadable).map(|bytes| files::data_uri(&bytes))
}

pub(crate) fn as_file_url(call: &Call<'_>) -> Result<Answer, ApiError> {
    Ok(files::file_url(call, copy(call)?.id))
}

fn copy(call: &Call<'_>) -> Result<Template, ApiError> {
    let world = call.hub.world();
    ready(&world.dropbox_sign, call.id(), call.now).cloned()
}

pub(crate) fn merged(own: &Template) -> Result<bytes::Bytes, PdfError> {
    let parts: Vec<&[u8]> = own.documents.iter().map(|one| &one.bytes[..]).collect();
    pdf::combine(&parts).map(bytes::Bytes::from)
}
