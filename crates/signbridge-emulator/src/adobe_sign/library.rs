//! Library documents: files kept for reuse, without participants [FACTS 4, Templates].

use http::StatusCode;
use serde_json::{Value, json};

use super::call::Call;
use super::definition;
use super::documents;
use super::errors::ApiError;
use super::etag;
use super::fields::{self, Field};
use super::form_fields;
use super::list::Window;
use super::model::{File, LibraryDocument, stamp};
use super::rendition;
use super::state::{State, new_id};
use crate::exchange::Answer;
use crate::values::{Object, as_text, filled, list};

/// `GLOBAL` exists for reading only.
const SHARING: &[&str] = &["USER", "GROUP", "ACCOUNT"];
const KINDS: &[&str] = &["DOCUMENT", "FORM_FIELD_LAYER"];

fn unknown() -> ApiError {
    ApiError::missing("INVALID_LIBRARYDOCUMENT_ID", "There is no library document with this id.")
}

/// Whether the caller may use it. The account is one group.
fn visible(call: &Call<'_>, own: &LibraryDocument) -> bool {
    own.owner == call.user.id || own.sharing != "USER"
}

fn found<'s>(call: &Call<'_>, state: &'s State) -> Result<&'s LibraryDocument, ApiError> {
    let id = call.params.get("libraryDocumentId");
    state.libraries.iter().find(|own| own.id == id && visible(call, own)).ok_or_else(unknown)
}

/// The library document, if the caller made it.
fn own<'s>(call: &Call<'_>, state: &'s mut State) -> Result<&'s mut LibraryDocument, ApiError> {
    let id = call.params.get("libraryDocumentId");
    let found = state.libraries.iter_mut().find(|own| own.id == id && visible(call, own));
    let found = found.ok_or_else(unknown)?;
    if found.owner == call.user.id { Ok(found) } else { Err(super::call::denied()) }
}

/// The files that an agreement takes from a library document; the label goes to the first one.
pub(crate) fn taken(
    call: &Call<'_>,
    state: &State,
    id: &str,
    label: Option<String>,
) -> Result<Vec<File>, ApiError> {
    let found = state.libraries.iter().find(|own| own.id == id && own.active && visible(call, own));
    let found = found.ok_or_else(unknown)?;
    let mut files: Vec<File> =
        found.files.iter().map(|file| File { id: new_id(), label: None, ..file.clone() }).collect();
    if let Some(first) = files.first_mut() {
        first.label = label;
        first.layer.clone_from(&found.fields);
    }
    Ok(files)
}

/// Name, sharing and kinds of a body.
fn described(body: &Object) -> Result<(String, String, Vec<String>), ApiError> {
    let name = filled(body, "name").ok_or_else(|| ApiError::required("name"))?;
    let sharing = filled(body, "sharingMode").ok_or_else(|| ApiError::required("sharingMode"))?;
    if !SHARING.contains(&sharing.as_str()) {
        return Err(ApiError::arguments(format!("The sharingMode {sharing} cannot be given.")));
    }
    let kinds: Vec<String> = list(body, "templateTypes").iter().filter_map(as_text).collect();
    if kinds.is_empty() {
        return Err(ApiError::required("templateTypes"));
    }
    if let Some(other) = kinds.iter().find(|own| !KINDS.contains(&own.as_str())) {
        return Err(ApiError::arguments(format!("The templateType {other} is not known.")));
    }
    Ok((name, sharing, kinds))
}

fn is_active(body: &Object) -> Result<bool, ApiError> {
    match filled(body, "state").as_deref() {
        Some("ACTIVE") => Ok(true),
        Some("AUTHORING") => Ok(false),
        Some(other) => Err(ApiError::arguments(format!("The state {other} is not known."))),
        None => Err(ApiError::required("state")),
    }
}

pub(crate) fn create(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let (name, sharing, kinds) = described(&body)?;
    let active = is_active(&body)?;
    let mut world = call.world();
    let state = &mut world.adobe_sign;
    let invalid = |text: &str| ApiError::bad("INVALID_FILE_INFO", text);
    let files = list(&body, "fileInfos").iter().map(|info| {
        let info = info.as_object().ok_or_else(|| invalid("A fileInfo must be an object."))?;
        if info.contains_key("urlFileInfo") {
            return Err(ApiError::unplayed("INVALID_FILE_INFO", "files given by urlFileInfo"));
        }
        let id = filled(info, "transientDocumentId");
        let id = id.ok_or_else(|| invalid("A fileInfo must name a transient document."))?;
        let label = filled(info, "label");
        definition::uploaded(call, state, &id).map(|file| File { label, ..file })
    });
    let files = files.collect::<Result<Vec<_>, _>>()?;
    if files.is_empty() {
        return Err(invalid("There must be at least one file."));
    }
    let library = LibraryDocument {
        id: new_id(),
        owner: call.user.id.clone(),
        creator: call.user.email.clone(),
        name,
        sharing,
        kinds,
        files,
        fields: Vec::new(),
        active,
        created: call.now,
        changed: call.now,
    };
    let answer = Answer::created(json!({ "id": library.id })).with("etag", &etag::of(&info(&library)));
    state.libraries.push(library);
    Ok(answer)
}

/// What a list shows of it.
fn row(own: &LibraryDocument) -> Object {
    let mut out = Object::new();
    out.insert("id".into(), own.id.clone().into());
    out.insert("name".into(), own.name.clone().into());
    out.insert("status".into(), if own.active { "ACTIVE" } else { "AUTHORING" }.into());
    out.insert("sharingMode".into(), own.sharing.clone().into());
    out.insert("templateTypes".into(), own.kinds.clone().into());
    out.insert("creatorEmail".into(), own.creator.clone().into());
    out
}

/// What a read shows of it.
fn info(own: &LibraryDocument) -> Value {
    let mut out = row(own);
    let label = |file: &File| file.label.clone().unwrap_or_else(|| file.name.clone());
    let files = own.files.iter().map(|file| json!({ "label": label(file) }));
    out.insert("fileInfos".into(), files.collect());
    out.insert("state".into(), if own.active { "ACTIVE" } else { "AUTHORING" }.into());
    out.insert("createdDate".into(), stamp(own.created).into());
    out.into()
}

pub(crate) fn list_all(call: &Call<'_>) -> Result<Answer, ApiError> {
    let window = Window::of(call, 'l')?;
    let world = call.world();
    let fitting: Vec<&LibraryDocument> =
        world.adobe_sign.libraries.iter().rev().filter(|own| visible(call, own)).collect();
    let (rows, page) = window.show(&fitting, |own| {
        let mut row = row(own);
        row.insert("modifiedDate".into(), stamp(own.changed).into());
        row.insert("hidden".into(), false.into());
        row.into()
    });
    Ok(Answer::ok(json!({ "libraryDocumentList": rows, "page": page })))
}

pub(crate) fn get(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.world();
    Ok(etag::answer(call.request, info(found(call, &world.adobe_sign)?)))
}

/// Changes name, sharing and kinds.
pub(crate) fn update(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let (name, sharing, kinds) = described(&body)?;
    let mut world = call.world();
    let own = own(call, &mut world.adobe_sign)?;
    etag::check(call.request, &info(own))?;
    (own.name, own.sharing, own.kinds, own.changed) = (name, sharing, kinds, call.now);
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

pub(crate) fn put_state(call: &Call<'_>) -> Result<Answer, ApiError> {
    let active = is_active(&call.json()?)?;
    let mut world = call.world();
    let own = own(call, &mut world.adobe_sign)?;
    etag::check(call.request, &info(own))?;
    (own.active, own.changed) = (active, call.now);
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

pub(crate) fn documents(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.world();
    let own = found(call, &world.adobe_sign)?;
    let rows: Vec<Value> = own.files.iter().map(documents::row).collect();
    Ok(etag::answer(call.request, json!({ "documents": rows })))
}

/// The files that could be converted, as one.
pub(crate) fn combined(call: &Call<'_>) -> Result<Answer, ApiError> {
    let files = found(call, &call.world().adobe_sign)?.files.clone();
    let parts: Option<Vec<_>> = files.iter().map(|file| file.converted.as_ref().ok()).collect();
    let parts = parts.ok_or_else(|| {
        ApiError::missing("DOCUMENT_NOT_AVAILABLE", "A document of it could not be converted.")
    })?;
    documents::file(call, rendition::joined(&parts))
}

fn layer(own: &LibraryDocument) -> Value {
    json!({ "fields": own.fields.iter().map(Field::json).collect::<Vec<_>>() })
}

/// Not in the published specification; played as third parties use it.
pub(crate) fn get_fields(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.world();
    Ok(etag::answer(call.request, layer(found(call, &world.adobe_sign)?)))
}

/// Replaces the whole set of fields; who fills in is `recipientN`, from 0.
pub(crate) fn put_fields(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let mut world = call.world();
    let own = own(call, &mut world.adobe_sign)?;
    etag::check(call.request, &layer(own))?;
    let pages = own.files.iter().filter_map(|file| file.converted.as_ref().ok());
    let pages = pages.map(|converted| converted.pages.len()).sum();
    let known = |assignee: &str| fields::recipient_number(assignee).is_some();
    let fields = list(&body, "fields").iter().map(|item| form_fields::read(&known, pages, item));
    own.fields = fields.collect::<Result<Vec<_>, ApiError>>()?;
    own.changed = call.now;
    let body = layer(own);
    let tag = etag::of(&body);
    Ok(Answer::ok(body).with("etag", &tag))
}
