//! Templates: made, listed and read [FACTS 5]. How envelopes come from them: [`super::compose`].

use serde_json::{Value, json};

use super::call::Call;
use super::errors::ApiError;
use super::model::{Document, Template};
use super::state::new_id;
use super::{custom_fields, definition, documents, list, notification, render};
use crate::clock::seven_digits;
use crate::exchange::Answer;
use crate::values::{Object, filled, text};

/// The longest page of a list.
const LONGEST_PAGE: usize = 2_000;
const LONGEST_NAME: usize = 100;

pub(crate) fn create(call: &Call<'_>) -> Result<Answer, ApiError> {
    let mut object = call.json()?;
    for (key, feature) in
        [("workflow", "workflows of templates"), ("compositeTemplates", "templates of templates")]
    {
        if object.get(key).is_some_and(definition::is_given) {
            return Err(ApiError::unplayed(feature));
        }
    }
    let name =
        filled(&object, "name").ok_or_else(|| ApiError::parameter("The name of the template is missing."))?;
    if name.chars().count() > LONGEST_NAME {
        return Err(ApiError::parameter("The name of the template has more than 100 characters."));
    }
    let description = text(&object, "description").unwrap_or_default();
    // A template is never sent by being made.
    object.remove("status");
    let mut read = definition::read(object, Vec::new(), call.now)?;
    let documents: Vec<Document> = std::mem::take(&mut read.documents)
        .into_iter()
        .enumerate()
        .map(|(position, document)| documents::load(document, position))
        .collect::<Result<_, _>>()?;
    let plan = call.world().docusign.plan;
    for recipient in &read.recipients {
        plan.check(recipient)?;
        let roled = recipient.extra.contains_key("roleName");
        if !roled && recipient.name.trim().is_empty() {
            return Err(ApiError::parameter(format!(
                "Recipient {} of the template has neither a roleName nor a name.",
                recipient.id
            )));
        }
    }
    let template = Template {
        id: new_id(),
        owner: call.user.clone(),
        name,
        description,
        subject: read.subject.unwrap_or_default(),
        blurb: read.blurb.unwrap_or_default(),
        documents,
        recipients: read.recipients,
        custom_fields: read.custom_fields,
        notification: read.notification.unwrap_or_default(),
        created: call.now,
        modified: call.now,
        extra: read.extra,
    };
    let summary = json!({ "templateId": template.id, "name": template.name, "uri": uri(&template) });
    call.world().docusign.templates.push(template);
    Ok(Answer::created(summary))
}

fn uri(template: &Template) -> String {
    format!("/templates/{}", template.id)
}

pub(crate) fn get(call: &Call<'_>) -> Result<Answer, ApiError> {
    let include = call.request.query.list("include");
    let has = |name: &str| include.iter().any(|own| own == name);
    let world = call.world();
    let template = world.docusign.template(call.params.get("templateId"))?;
    let mut out = row(template);
    if has("recipients") || has("tabs") {
        let mut groups = render::groups(template.recipients.iter(), has("tabs"), None);
        groups.insert("recipientCount".into(), template.recipients.len().to_string().into());
        out.insert("recipients".into(), groups.into());
    }
    if has("documents") {
        let rows: Vec<Value> = template.documents.iter().map(|own| document(template, own)).collect();
        out.insert("documents".into(), rows.into());
    }
    if has("custom_fields") {
        out.insert("customFields".into(), custom_fields::render(&template.custom_fields));
    }
    if has("notifications") {
        out.insert("notification".into(), notification::render(&template.notification));
    }
    Ok(Answer::ok(out.into()))
}

fn row(template: &Template) -> Object {
    let pages: usize = template.documents.iter().map(|document| document.pages.len()).sum();
    let owner = json!({
        "userName": template.owner.name,
        "userId": template.owner.user_id,
        "email": template.owner.email,
    });
    let mut out = template.extra.clone();
    let texts = [
        ("templateId", template.id.clone()),
        ("name", template.name.clone()),
        ("description", template.description.clone()),
        ("uri", uri(template)),
        ("emailSubject", template.subject.clone()),
        ("emailBlurb", template.blurb.clone()),
        ("shared", "false".to_owned()),
        ("passwordProtected", "false".to_owned()),
        ("pageCount", pages.to_string()),
        ("created", seven_digits(template.created)),
        ("lastModified", seven_digits(template.modified)),
        ("createdDateTime", seven_digits(template.created)),
        ("lastModifiedDateTime", seven_digits(template.modified)),
    ];
    out.extend(texts.map(|(key, text)| (key.to_owned(), Value::from(text))));
    out.insert("owner".into(), owner);
    out
}

fn document(template: &Template, own: &Document) -> Value {
    json!({
        "documentId": own.id,
        "name": own.name,
        "fileExtension": "pdf",
        "order": own.order.to_string(),
        "pages": own.pages.len().to_string(),
        "uri": format!("{}/documents/{}", uri(template), own.id),
    })
}

pub(crate) fn list(call: &Call<'_>) -> Result<Answer, ApiError> {
    let search = call.query("search_text").map(str::to_lowercase);
    let ids = call.request.query.list("template_ids");
    for unplayed in ["folder_ids", "folder_types", "shared_by_me", "is_deleted_template_only", "user_filter"]
    {
        if call.query(unplayed).is_some() {
            return Err(ApiError::unplayed(&format!("the filter {unplayed} of templates")));
        }
    }
    let world = call.world();
    let mut found: Vec<&Template> = world
        .docusign
        .templates
        .iter()
        .filter(|own| ids.is_empty() || ids.contains(&own.id))
        .filter(|own| search.as_ref().is_none_or(|text| own.name.to_lowercase().contains(text)))
        .collect();
    match call.query("order_by").unwrap_or_default().to_ascii_lowercase().as_str() {
        "name" => found.sort_by(|a, b| a.name.cmp(&b.name)),
        _ => found.sort_by_key(|own| own.modified),
    }
    if call.query("order").is_some_and(|order| order.eq_ignore_ascii_case("desc")) {
        found.reverse();
    }
    let page = list::Page::of(call, LONGEST_PAGE, found.len())?;
    let rows: Vec<Value> = page.take(&found).map(|own| row(own).into()).collect();
    let mut out = page.sizes(rows.len());
    // The last page was recorded without a way on, unlike that of envelopes.
    if let Some(next) = page.next(call, "/templates", rows.len()) {
        out.insert("nextUri".into(), next.into());
    }
    out.insert("envelopeTemplates".into(), rows.into());
    Ok(Answer::ok(out.into()))
}
