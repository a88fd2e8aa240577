//! Templates: made from files and form fields, read, listed, deleted.

use serde_json::{Value, json};

use super::call::{Call, nothing, ok};
use super::create;
use super::errors::ApiError;
use super::fields;
use super::model::{Field, Filler, Template};
use super::render::{self, paged};
use super::state::hex_id;
use crate::exchange::Answer;
use crate::values::{Object, filled, integer};

pub(crate) fn create(call: &Call<'_>) -> Result<Answer, ApiError> {
    let input = &call.input;
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
    if let Some((_, why)) = flaw {
        return Err(ApiError::at("files", why));
    }
    let own = fields::read(input, &documents, roles.len())?;
    let merge_fields = input.list("merge_fields").to_vec();
    let name = documents.first().map(|document| document.name.clone()).unwrap_or_default();
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
    };
    let id = template.id.clone();
    call.hub.world().dropbox_sign.templates.push(template);
    Ok(ok(json!({ "template": { "template_id": id } })))
}

/// Merge fields without a field of their own have a value but no place.
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

pub(crate) fn get(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.hub.world();
    let state = &world.dropbox_sign;
    let own = state.templates.iter().find(|own| own.id == call.id());
    let own = own.ok_or_else(|| ApiError::not_found("Template not found"))?;
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
        .filter(|own| !beyond && own.title.to_lowercase().contains(&text))
        .collect();
    let (info, rows) = paged(rows, page, size);
    let rows: Vec<_> = rows.into_iter().map(|own| render::template(state, own)).collect();
    Ok(ok(json!({ "list_info": info, "templates": rows })))
}

pub(crate) fn delete(call: &Call<'_>) -> Result<Answer, ApiError> {
    let mut world = call.hub.world();
    let templates = &mut world.dropbox_sign.templates;
    let before = templates.len();
    templates.retain(|own| own.id != call.id());
    if templates.len() == before {
        return Err(ApiError::not_found("Template not found"));
    }
    Ok(nothing())
}
