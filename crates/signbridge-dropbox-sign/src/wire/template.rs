//! Templates: reading them, giving their roles to recipients, and a draft as a new one.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use signbridge_core::{
    Draft, EnvelopeDocument, Error, ErrorKind, Fault, Recipient, Result, Role, Template, TemplateRole,
};

use super::{
    fields::{self, CustomField, FormField, FormFieldGroup},
    flexible, request,
};
use crate::PROVIDER;

/// The two kinds of roles: of those who sign, and of those who get a copy.
const SIGNER: &str = "signer";
const COPY: &str = "cc";

#[derive(Deserialize)]
struct TemplateAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    template_id: Option<String>,
    /// The older name of the id, still recorded.
    #[serde(default, deserialize_with = "flexible::text")]
    reusable_form_id: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "flexible::time")]
    updated_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::list")]
    signer_roles: Vec<RoleAnswer>,
    #[serde(default, deserialize_with = "flexible::list")]
    cc_roles: Vec<RoleAnswer>,
    #[serde(default, deserialize_with = "flexible::list")]
    documents: Vec<DocumentAnswer>,
}

#[derive(Deserialize)]
struct RoleAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "flexible::number")]
    order: Option<i64>,
}

/// Its index was recorded as number, as text and as null.
#[derive(Deserialize)]
struct DocumentAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    index: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "flexible::list")]
    custom_fields: Vec<MergeField>,
}

/// A field that the sender fills. Its places are not read: they are numbers with fractions of an older system.
#[derive(Deserialize)]
struct MergeField {
    #[serde(default, deserialize_with = "flexible::text")]
    name: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "flexible::text")]
    kind: Option<String>,
}

/// The portable template of an answer, which is kept as `raw`. `None` when it has no id.
pub(crate) fn read(raw: Value) -> Option<Template> {
    let answer = TemplateAnswer::deserialize(&raw).ok()?;
    let id = answer.template_id.or(answer.reusable_form_id)?;
    let mut template = Template::new(id, answer.title.unwrap_or_default());
    let order = |role: &RoleAnswer| role.order.and_then(|order| u32::try_from(order + 1).ok()).unwrap_or(1);
    let last = answer.signer_roles.iter().map(order).max().unwrap_or_default();
    let signers = answer.signer_roles.iter().map(|role| (role, order(role), SIGNER));
    let copies = answer.cc_roles.iter().map(|role| (role, last.saturating_add(1), COPY));
    template.roles = signers
        .chain(copies)
        .filter_map(|(role, order, kind)| Some(self::role(role.name.as_deref()?, order, kind)))
        .collect();
    template.documents = answer
        .documents
        .iter()
        .enumerate()
        .map(|(place, document)| {
            let id = document.index.clone().unwrap_or_else(|| place.to_string());
            EnvelopeDocument::new(id, document.name.clone().unwrap_or_default(), true)
        })
        .collect();
    template.changed_at = answer.updated_at;
    template.raw = raw;
    Some(template)
}

fn role(name: &str, order: u32, kind: &str) -> TemplateRole {
    let mut role = TemplateRole::new(name, order);
    role.kind = Some(kind.to_owned());
    role
}

/// The fields that the sender fills, and whether they are check boxes.
fn merge_fields(template: &Template) -> BTreeMap<String, bool> {
    let documents = TemplateAnswer::deserialize(&template.raw).map(|answer| answer.documents);
    let fields = documents.unwrap_or_default().into_iter().flat_map(|document| document.custom_fields);
    fields
        .filter_map(|field| Some((field.name?, field.kind.is_some_and(|kind| kind.starts_with("checkbox")))))
        .collect()
}

/// Holds a checked draft against the templates it takes, and gives the values of its merge fields.
///
/// # Errors
/// `invalid_draft`, with every role that is empty, unknown, taken twice or of the other kind, every order that the
/// templates have otherwise, and every value without a field.
pub(crate) fn assigned(draft: &Draft, templates: &[Template]) -> Result<Vec<CustomField>> {
    let mut roles: Vec<&TemplateRole> = Vec::new();
    for role in templates.iter().flat_map(|template| &template.roles) {
        if !roles.iter().any(|known| (&known.name, &known.kind) == (&role.name, &role.kind)) {
            roles.push(role);
        }
    }
    let mut faults = Vec::new();
    for (index, recipient) in draft.recipients.iter().enumerate() {
        let path = format!("recipients[{index}].template_role");
        let Some(name) = &recipient.template_role else {
            faults.push(Fault::new(path, "is missing; everybody fills a role of the template"));
            continue;
        };
        if !roles.iter().any(|role| fills(recipient, role)) {
            let names: Vec<&str> = roles.iter().map(|role| role.name.as_str()).collect();
            let message = format!(
                "`{name}` is no role of the template for a {}; its roles are {}, and capitals count",
                recipient.role,
                names.join(", ")
            );
            faults.push(Fault::new(path, message));
        }
    }
    for role in &roles {
        match draft.recipients.iter().filter(|recipient| fills(recipient, role)).count() {
            1 => {}
            0 => faults.push(Fault::new("recipients", format!("nobody fills the role `{}`", role.name))),
            _ => faults.push(Fault::new("recipients", format!("several fill the role `{}`", role.name))),
        }
    }
    faults.extend(disordered(draft, &roles));
    let known: BTreeMap<String, bool> = templates.iter().flat_map(merge_fields).collect();
    let mut values = Vec::new();
    for (name, text) in &draft.values {
        let value = match (known.get(name), text.as_str()) {
            (Some(true), "true") => true.into(),
            (Some(true), "false") => false.into(),
            (Some(true), _) => {
                faults.push(Fault::new(format!("values.{name}"), "is a check box: give `true` or `false`"));
                continue;
            }
            (Some(false), text) => text.into(),
            (None, _) => {
                let message = "the template has no field of this name that the sender fills";
                faults.push(Fault::new(format!("values.{name}"), message));
                continue;
            }
        };
        values.push(CustomField { name: name.clone(), value });
    }
    if faults.is_empty() { Ok(values) } else { Err(invalid("the draft does not fit the template", faults)) }
}

fn fills(recipient: &Recipient, role: &TemplateRole) -> bool {
    let kind = if recipient.role == Role::CarbonCopy { COPY } else { SIGNER };
    role.kind.as_deref() == Some(kind) && recipient.template_role.as_deref() == Some(role.name.as_str())
}

/// Who signs when is the template's. A draft that gives an order of its own has to give the same one.
fn disordered(draft: &Draft, roles: &[&TemplateRole]) -> Vec<Fault> {
    let Some(own) = request::orders(draft) else { return Vec::new() };
    let order =
        |recipient: &Recipient| roles.iter().find(|role| fills(recipient, role)).map(|role| role.order);
    let theirs: Vec<u32> = request::signing(draft).filter_map(|(_, recipient)| order(recipient)).collect();
    let mut steps = theirs.clone();
    steps.sort_unstable();
    steps.dedup();
    request::signing(draft)
        .zip(own)
        .filter_map(|((index, recipient), own)| {
            let step = steps.iter().position(|step| order(recipient) == Some(*step))?;
            (step != own as usize).then(|| {
                let message = "the template has another order; leave the orders out, or give the same";
                Fault::new(format!("recipients[{index}].order"), message)
            })
        })
        .collect()
}

/// What a template is made from.
#[derive(Serialize)]
struct NewTemplate {
    title: String,
    subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    signer_roles: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cc_roles: Vec<String>,
    form_fields_per_document: Vec<FormField>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    form_field_groups: Vec<FormFieldGroup>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    merge_fields: Vec<Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<String, String>,
    allow_reassign: bool,
    test_mode: bool,
}

/// Takes the roles' names out of a draft: what remains is held against the rules of any draft.
///
/// # Errors
/// `invalid_draft` when a recipient names no role, or two name the same.
pub(crate) fn roles(draft: &Draft) -> Result<(Draft, Vec<TemplateRole>)> {
    let mut faults = Vec::new();
    let mut roles: Vec<TemplateRole> = Vec::new();
    let mut plain = draft.clone();
    let ranks = draft.ranks();
    for (index, (recipient, rank)) in plain.recipients.iter_mut().zip(ranks).enumerate() {
        let path = format!("recipients[{index}].template_role");
        let kind = if recipient.role == Role::CarbonCopy { COPY } else { SIGNER };
        match recipient.template_role.take() {
            Some(name) if roles.iter().any(|role| role.name == name) => {
                faults.push(Fault::new(path, "is the name of another recipient's role too"));
            }
            Some(name) => roles.push(role(&name, rank, kind)),
            None => faults.push(Fault::new(path, "is missing; a template's recipients are roles")),
        }
    }
    if !draft.templates.is_empty() {
        faults.push(Fault::new("templates", "a template is made from documents, not from templates"));
    }
    if faults.is_empty() { Ok((plain, roles)) } else { Err(invalid("the template has faults", faults)) }
}

/// The members of a new template for a checked draft and its roles.
///
/// # Errors
/// `invalid_draft` when it cannot be written.
pub(crate) fn members(draft: &Draft, roles: &[TemplateRole], test_mode: bool) -> Result<Map<String, Value>> {
    let fields = fields::of(draft);
    let names = |kind: &'static str| {
        roles.iter().filter(move |role| role.kind.as_deref() == Some(kind)).map(|role| role.name.clone())
    };
    let signer_roles = match request::orders(draft) {
        Some(orders) => {
            names(SIGNER).zip(orders).map(|(name, order)| json!({"name": name, "order": order})).collect()
        }
        None => names(SIGNER).map(|name| json!({"name": name})).collect(),
    };
    let template = NewTemplate {
        title: draft.subject.clone(),
        subject: draft.subject.clone(),
        message: draft.message.clone(),
        signer_roles,
        cc_roles: names(COPY).collect(),
        form_fields_per_document: fields.form,
        form_field_groups: fields.groups,
        merge_fields: fields.values.iter().map(|field| json!({"name": field.name, "type": "text"})).collect(),
        metadata: draft.metadata.clone(),
        allow_reassign: draft.allow_reassign,
        test_mode,
    };
    match serde_json::to_value(&template) {
        Ok(Value::Object(members)) => Ok(members),
        _ => {
            Err(Error::new(ErrorKind::InvalidDraft, "the template cannot be written").with_provider(PROVIDER))
        }
    }
}

fn invalid(what: &str, faults: Vec<Fault>) -> Error {
    Error::from_faults(ErrorKind::InvalidDraft, what, faults).with_provider(PROVIDER)
}
