//! Templates: listed, read, made, and held against the drafts that use them.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::StreamExt;
use signbridge_core::{
    Call, Delivery, Draft, Error, ErrorKind, Fault, Page, Prepared, Result, Template, TemplateQuery,
};

use super::{DocuSignProvider, identification};
use crate::{
    PROVIDER,
    calls::{
        create_envelope::REQUEST_BYTES,
        templates::{CreateTemplate, GetTemplate, ListTemplates},
    },
    wire::{filling::Filling, template::FullTemplate, template_definition::TemplateDefinition},
};

const CREATE: &str = "create_template";

pub(super) async fn list(provider: &DocuSignProvider, query: &TemplateQuery) -> Result<Page<Template>> {
    let start = super::position(query.cursor.as_deref(), ListTemplates::NAME)?;
    let call = |account| ListTemplates {
        account,
        name: query.name.clone(),
        count: query.limit.unwrap_or(100),
        start,
    };
    let mut page = provider.session.run(call).await?;
    // The search looks at more than names.
    if let Some(name) = query.name.as_ref().map(|name| name.to_lowercase()) {
        page.items.retain(|template| template.name.to_lowercase().contains(&name));
    }
    Ok(page)
}

pub(super) async fn read(provider: &DocuSignProvider, id: &str) -> Result<FullTemplate> {
    provider.session.run(|account| GetTemplate { account, template: id.to_owned() }).await
}

/// The templates of a draft, and that it fits them; `None` without any.
pub(super) async fn filling(provider: &DocuSignProvider, draft: &Draft) -> Result<Option<Filling>> {
    if draft.templates.is_empty() {
        return Ok(None);
    }
    let mut templates = Vec::with_capacity(draft.templates.len());
    for id in &draft.templates {
        templates.push(read(provider, id).await?);
    }
    Filling::new(draft, templates).map(Some)
}

/// Makes a template of a draft whose recipients are its roles.
pub(super) async fn create(provider: &DocuSignProvider, draft: &Draft) -> Result<Template> {
    // A role of the template that is made is no role of one that is used.
    let mut prepared = Prepared::for_template(draft).await.map_err(named)?;
    let mut report = provider.gaps(&prepared);
    if !draft.templates.is_empty() {
        report.add(signbridge_core::Severity::Refused, "templates", "a template is made of documents only");
    }
    if draft.send_at.is_some() {
        report.add(signbridge_core::Severity::Refused, "send_at", "a template is not sent");
    }
    report.into_result().map_err(named)?;
    prepared.draft = draft.clone();
    let mut faults = Vec::new();
    for (index, own) in draft.recipients.iter().enumerate().filter(|(_, own)| own.template_role.is_some()) {
        let mut fault = |member: &str| {
            let message = "belongs to the envelope that uses the template; leave it out here";
            faults.push(Fault::new(format!("recipients[{index}].{member}"), message));
        };
        if own.delivery != Delivery::Email {
            fault("delivery");
        }
        if own.authentication.is_some() {
            fault("authentication");
        }
    }
    if !faults.is_empty() {
        return Err(named(Error::from_faults(
            ErrorKind::InvalidDraft,
            "the draft makes no template",
            faults,
        )));
    }
    let identification = identification::of_draft(provider, draft).await.map_err(named)?;
    let encoded = encoded(&prepared).await?;
    let definition = Arc::new(TemplateDefinition::new(&prepared, encoded, &identification));
    let call = |account| CreateTemplate { account, definition: Arc::clone(&definition) };
    let id = provider.session.run(call).await?;
    Ok(read(provider, &id).await?.template)
}

fn named(error: Error) -> Error {
    error.with_provider(PROVIDER).with_operation(CREATE)
}

/// The documents as base64, which is the only way a template takes them. All of them are held in memory.
async fn encoded(prepared: &Prepared) -> Result<Vec<String>> {
    let total: u64 = prepared.documents.iter().map(|own| own.source.length()).sum();
    // Base64 makes four bytes of three.
    if total / 3 * 4 > REQUEST_BYTES {
        let message =
            format!("the documents of a template have {total} bytes; as base64 that exceeds one request");
        return Err(named(Error::new(ErrorKind::Unsupported, message))
            .with_remedy("make the template of smaller documents"));
    }
    let mut all = Vec::with_capacity(prepared.documents.len());
    for document in &prepared.documents {
        let unreadable = |error: std::io::Error| {
            named(Error::new(ErrorKind::Io, format!("the document `{}`: {error}", document.name)))
        };
        let mut bytes = Vec::new();
        let mut chunks = document.source.open().await.map_err(unreadable)?;
        while let Some(chunk) = chunks.next().await {
            bytes.extend_from_slice(&chunk.map_err(unreadable)?);
        }
        all.push(STANDARD.encode(bytes));
    }
    Ok(all)
}
