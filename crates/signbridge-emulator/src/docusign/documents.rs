//! Documents: reading them from requests, listing, replacing, downloading.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::call::Call;
use super::errors::ApiError;
use super::model::{Document, EnvelopeStatus, Page};
use super::state::new_id;
use super::{convert, definition, render, rendition};
use crate::exchange::Answer;
use crate::multipart::{self, Part};
use crate::values::{Object, as_text, filled, flag, integer};
use crate::{journal, pdf};

/// Properties of a document that answers show again.
const ECHOED: &[&str] = &["display", "includeInDownload", "signerMustAcknowledge"];
const UNPLAYED: &[(&str, &str)] = &[
    ("remoteUrl", "documents from elsewhere and chunked uploads"),
    ("htmlDefinition", "responsive documents"),
    ("tabs", "document tabs"),
    ("matchBoxes", "match boxes"),
    ("password", "document passwords"),
];

/// A document of a request, not yet looked into.
#[derive(Debug)]
pub(crate) struct DocumentDefinition {
    pub(crate) id: String,
    name: String,
    extension: Option<String>,
    order: Option<u32>,
    bytes: Option<Bytes>,
    extra: Object,
}

/// Takes `documents` out of a definition and joins them with the parts of a multipart request.
pub(crate) fn definitions(
    object: &mut Object,
    parts: Vec<Part>,
) -> Result<Vec<DocumentDefinition>, ApiError> {
    let listed = match object.remove("documents") {
        Some(Value::Array(items)) => items,
        Some(Value::Null) | None => Vec::new(),
        Some(_) => return Err(ApiError::parameter("The property documents must be a list.")),
    };
    let mut found: Vec<DocumentDefinition> = Vec::new();
    for item in listed {
        let Value::Object(mut item) = item else {
            return Err(ApiError::parameter("Each of the documents must be an object."));
        };
        for (key, feature) in UNPLAYED {
            if item.get(*key).is_some_and(definition::is_given) {
                return Err(ApiError::unplayed(feature));
            }
        }
        if flag(&item, "transformPdfFields") == Some(true) {
            return Err(ApiError::unplayed("fields made of PDF form fields"));
        }
        let id = filled(&item, "documentId")
            .ok_or_else(|| ApiError::parameter("A document has no documentId."))?;
        if found.iter().any(|document| document.id == id) {
            return Err(ApiError::parameter(format!("The documentId {id} is given twice.")));
        }
        let bytes = match item.remove("documentBase64") {
            Some(Value::String(text)) if !text.is_empty() => Some(decode(&id, text)?),
            _ => None,
        };
        found.push(DocumentDefinition {
            name: filled(&item, "name").unwrap_or_else(|| format!("Document {id}")),
            extension: filled(&item, "fileExtension"),
            order: integer(&item, "order").and_then(|order| u32::try_from(order).ok()),
            extra: definition::echo(&item, ECHOED),
            id,
            bytes,
        });
    }
    for part in parts {
        let id = part
            .parameter("documentid")
            .filter(|id| !id.is_empty())
            .ok_or_else(|| ApiError::parameter("A document part names no documentid in its disposition."))?;
        let document = found.iter_mut().find(|document| document.id == id).ok_or_else(|| {
            ApiError::parameter(format!("The part with documentid {id} belongs to no listed document."))
        })?;
        document.bytes = Some(part.body);
    }
    if let Some(empty) = found.iter().find(|document| document.bytes.is_none()) {
        return Err(ApiError::bad(
            "UNABLE_TO_LOAD_DOCUMENT",
            format!("No bytes came for document {}.", empty.id),
        ));
    }
    Ok(found)
}

fn decode(id: &str, mut text: String) -> Result<Bytes, ApiError> {
    if text.contains(|c: char| c.is_ascii_whitespace()) {
        text.retain(|c| !c.is_ascii_whitespace());
    }
    STANDARD.decode(text).map(Bytes::from).map_err(|_| {
        ApiError::bad("UNABLE_TO_LOAD_DOCUMENT", format!("The base64 of document {id} is broken."))
    })
}

/// Looks into a document; what is no PDF is accepted by its extension and stands as a converted page.
pub(crate) fn load(definition: DocumentDefinition, position: usize) -> Result<Document, ApiError> {
    let unable = |why: &str| {
        ApiError::bad(
            "UNABLE_TO_LOAD_DOCUMENT",
            format!("Document {} cannot be loaded: {why}.", definition.id),
        )
    };
    let bytes = definition.bytes.clone().unwrap_or_default();
    let extension =
        definition.extension.as_deref().unwrap_or("pdf").trim_start_matches('.').to_ascii_lowercase();
    let bytes = if extension == "pdf" {
        bytes
    } else {
        convert::stand_in(&definition.name, &extension, &bytes)
            .ok_or_else(|| unable("its type is not supported"))?
    };
    let pages = pdf::inspect(&bytes).map_err(|error| unable(&error.to_string()))?;
    if pages.is_empty() {
        return Err(unable("it has no page"));
    }
    Ok(Document {
        guid: new_id(),
        sha256: journal::sha256(&bytes),
        order: definition.order.unwrap_or_else(|| u32::try_from(position + 1).unwrap_or(u32::MAX)),
        pages: pages
            .iter()
            .map(|page| Page { id: Uuid::new_v4().to_string(), width: page.width, height: page.height })
            .collect(),
        id: definition.id,
        name: definition.name,
        extra: definition.extra,
        bytes,
    })
}

pub(crate) fn list(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.world();
    Ok(Answer::ok(render::documents(world.docusign.envelope(call.envelope_id())?)))
}

/// `PUT …/documents/{documentId}`: adds or replaces one document of a draft by its raw bytes.
pub(crate) fn put_one(call: &Call<'_>) -> Result<Answer, ApiError> {
    let id = call.params.get("documentId").to_owned();
    draft(call)?;
    let disposition = call.request.header("content-disposition").unwrap_or_default();
    // Documented as `filename="x.pdf"` alone; `file; filename=…` is taken as well.
    let name = multipart::parameter(&format!(";{disposition}"), "filename")
        .or_else(|| multipart::parameter(disposition, "filename"));
    let media = call.request.media_type().unwrap_or_default();
    let named =
        name.as_deref().and_then(|name| name.rsplit_once('.')).map(|(_, extension)| extension.to_owned());
    let extension = if media == "application/pdf" { Some("pdf".to_owned()) } else { named };
    let (old_name, old_order) = {
        let world = call.world();
        let old = world.docusign.envelope(call.envelope_id())?.document(&id);
        (old.map(|document| document.name.clone()), old.map(|document| document.order))
    };
    let definition = DocumentDefinition {
        name: old_name.or(name).unwrap_or_else(|| format!("Document {id}")),
        order: old_order.or_else(|| call.query("order").and_then(|order| order.parse().ok())),
        bytes: Some(call.request.body.clone()),
        extra: Object::new(),
        id,
        extension,
    };
    let mut stored = store(call, vec![definition])?;
    let row = stored.pop().unwrap_or(Value::Null);
    Ok(Answer::ok(row))
}

/// `PUT …/documents`: adds or replaces documents of a draft from base64.
pub(crate) fn put_many(call: &Call<'_>) -> Result<Answer, ApiError> {
    draft(call)?;
    let definitions = definitions(&mut call.json()?, Vec::new())?;
    let rows = store(call, definitions)?;
    Ok(Answer::ok(
        json!({ "envelopeId": call.envelope_id().to_ascii_lowercase(), "envelopeDocuments": rows }),
    ))
}

fn draft(call: &Call<'_>) -> Result<(), ApiError> {
    let world = call.world();
    let status = world.docusign.envelope(call.envelope_id())?.status;
    if status == EnvelopeStatus::Created {
        Ok(())
    } else {
        Err(ApiError::envelope_status(status.as_str(), "documents change only in a draft"))
    }
}

fn store(call: &Call<'_>, definitions: Vec<DocumentDefinition>) -> Result<Vec<Value>, ApiError> {
    let before = call.world().docusign.envelope(call.envelope_id())?.documents.len();
    let loaded: Vec<Document> = definitions
        .into_iter()
        .enumerate()
        .map(|(position, definition)| load(definition, before + position))
        .collect::<Result<_, _>>()?;
    let mut world = call.world();
    let envelope = world.docusign.envelope_mut(call.envelope_id())?;
    // The lock was free meanwhile.
    if envelope.status != EnvelopeStatus::Created {
        return Err(ApiError::envelope_status(envelope.status.as_str(), "documents change only in a draft"));
    }
    let mut rows = Vec::new();
    for document in loaded {
        let id = document.id.clone();
        match envelope.documents.iter_mut().find(|old| old.id == id) {
            Some(old) => *old = document,
            None => envelope.documents.push(document),
        }
        envelope.documents.sort_by_key(|document| document.order);
        rows.extend(envelope.document(&id).map(|document| render::document(envelope, document)));
    }
    envelope.modified = call.now;
    Ok(rows)
}

/// `DELETE …/documents` with the documents to remove from a draft.
pub(crate) fn delete(call: &Call<'_>) -> Result<Answer, ApiError> {
    draft(call)?;
    let body = call.json()?;
    let ids: Vec<String> = crate::values::list(&body, "documents")
        .iter()
        .filter_map(|item| item.get("documentId").and_then(as_text))
        .collect();
    if ids.is_empty() {
        return Err(ApiError::parameter("The body lists no documents to remove."));
    }
    let mut world = call.world();
    let envelope = world.docusign.envelope_mut(call.envelope_id())?;
    if let Some(missing) = ids.iter().find(|id| envelope.document(id).is_none()) {
        return Err(ApiError::no_document(missing));
    }
    let rows: Vec<Value> = ids
        .iter()
        .filter_map(|id| envelope.document(id))
        .map(|document| render::document(envelope, document))
        .collect();
    envelope.documents.retain(|document| !ids.contains(&document.id));
    envelope.modified = call.now;
    Ok(Answer::ok(json!({ "envelopeId": envelope.id, "envelopeDocuments": rows })))
}

/// `GET …/documents/{documentId}`, with the names combined, archive and certificate.
pub(crate) fn download(call: &Call<'_>) -> Result<Answer, ApiError> {
    let id = call.params.get("documentId").to_owned();
    // The copy shares the documents' bytes; rendering happens without the lock.
    let envelope = call.world().docusign.envelope(call.envelope_id())?.clone();
    if envelope.purge.as_ref().is_some_and(|purge| purge.done) && !id.eq_ignore_ascii_case("certificate") {
        return Err(ApiError::bad("DOCUMENT_DOES_NOT_EXIST", "The documents of the envelope were purged."));
    }
    let failed = |error: pdf::PdfError| {
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "UNSPECIFIED_ERROR", error.to_string())
    };
    let file = |bytes: Bytes, content_type: &str, name: &str| {
        let name: String = name.chars().map(|c| if c == '"' || c.is_control() { '_' } else { c }).collect();
        let ascii: String = name.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
        Answer::bytes(content_type, bytes)
            .with("content-disposition", &format!("file; filename=\"{ascii}\"; documentid=\"{id}\""))
    };
    match id.to_ascii_lowercase().as_str() {
        "combined" => {
            let certificate = call.flag("certificate");
            let bytes = rendition::combined(&envelope, certificate).map_err(failed)?;
            Ok(file(bytes, "application/pdf", &rendition::pdf_name(&envelope.subject)))
        }
        "certificate" => {
            if envelope.status == EnvelopeStatus::Created {
                return Err(ApiError::no_document("certificate"));
            }
            Ok(file(rendition::certificate(&envelope).map_err(failed)?, "application/pdf", "Summary.pdf"))
        }
        "archive" => {
            Ok(file(rendition::archive(&envelope).map_err(failed)?, "application/zip", "Envelope.zip"))
        }
        "portfolio" => Err(ApiError::unplayed("PDF portfolios")),
        _ => {
            let document = envelope.document(&id).ok_or_else(|| ApiError::no_document(&id))?;
            let bytes = rendition::document(&envelope, document).map_err(failed)?;
            Ok(file(bytes, "application/pdf", &rendition::pdf_name(&document.name)))
        }
    }
}
