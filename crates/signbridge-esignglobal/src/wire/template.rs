//! Templates: their fields, and a draft's values held against them.
//!
//! Only what the sender fills has been seen documented in full. Which signer a template's own places belong to is cut
//! from the pages, so they are not carried over.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use signbridge_core::{Draft, Error, ErrorKind, Fault, Result, Template};

use super::flexible;
use crate::PROVIDER;

/// A field of one choice: 10 a single choice, 14 a drop-down. Its value is the place of an option.
const ONE_OF: [&str; 2] = ["10", "14"];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TemplateAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    template_id: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    template_name: Option<String>,
    #[serde(default, deserialize_with = "flexible::time")]
    update_time: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::text")]
    template_status: Option<String>,
    #[serde(default, deserialize_with = "flexible::list")]
    fields: Vec<TemplateField>,
}

/// A field that the sender fills.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TemplateField {
    #[serde(default, deserialize_with = "flexible::text")]
    field_id: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    field_key: Option<String>,
    #[serde(default, deserialize_with = "flexible::flag")]
    required: bool,
    #[serde(default, deserialize_with = "flexible::text")]
    field_type: Option<String>,
    #[serde(default)]
    field_special_attributes: Option<Attributes>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Attributes {
    #[serde(default, deserialize_with = "flexible::list")]
    options: Vec<Choice>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Choice {
    #[serde(default, deserialize_with = "flexible::text")]
    option_content: Option<String>,
    #[serde(default, deserialize_with = "flexible::number")]
    option_order: Option<u32>,
}

/// A template with what a draft fills.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FullTemplate {
    pub(crate) template: Template,
    enabled: bool,
    fields: Vec<TemplateField>,
}

/// A value for one field, as it is written.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FieldValue {
    #[serde(skip_serializing_if = "Option::is_none")]
    field_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field_key: Option<String>,
    field_value: String,
}

/// What the sender wrote stays out of logs.
impl std::fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FieldValue").field("field_key", &self.field_key).finish_non_exhaustive()
    }
}

/// A template of a list. `None` when it has no id.
pub(crate) fn row(raw: &Value) -> Option<Template> {
    template(&TemplateAnswer::deserialize(raw).ok()?, raw.clone())
}

/// A template in detail. `None` when it has no id.
pub(crate) fn full(raw: Value) -> Option<FullTemplate> {
    let answer = TemplateAnswer::deserialize(&raw).ok()?;
    Some(FullTemplate {
        template: template(&answer, raw)?,
        enabled: answer.template_status.as_deref() != Some("0"),
        fields: answer.fields,
    })
}

fn template(answer: &TemplateAnswer, raw: Value) -> Option<Template> {
    let mut template =
        Template::new(answer.template_id.clone()?, answer.template_name.clone().unwrap_or_default());
    template.changed_at = answer.update_time;
    template.raw = raw;
    Some(template)
}

impl TemplateField {
    /// Fields go by their key; one without a key by its id.
    fn name(&self) -> Option<&str> {
        self.field_key.as_deref().or(self.field_id.as_deref())
    }

    /// The value as it is written: the place of an option where one is chosen, else the text itself.
    fn written(&self, text: &str) -> Result<String, String> {
        if !self.field_type.as_deref().is_some_and(|kind| ONE_OF.contains(&kind)) {
            return Ok(text.to_owned());
        }
        let options =
            self.field_special_attributes.as_ref().map(|own| own.options.as_slice()).unwrap_or_default();
        let chosen = options.iter().position(|option| option.option_content.as_deref() == Some(text));
        match chosen.and_then(|at| options.get(at).map(|option| (at, option.option_order))) {
            Some((_, Some(order))) => Ok(order.to_string()),
            Some((at, None)) => Ok(at.to_string()),
            None => {
                let known: Vec<&str> =
                    options.iter().filter_map(|option| option.option_content.as_deref()).collect();
                Err(format!("is none of the template's options: {}", known.join(", ")))
            }
        }
    }
}

/// The values for each template of a draft, in its order.
///
/// # Errors
/// `invalid_draft` with every template that is switched off, every value without a field or outside its options, and
/// every required field that is left empty.
pub(crate) fn filling(draft: &Draft, templates: &[FullTemplate]) -> Result<Vec<Vec<FieldValue>>> {
    let mut faults = Vec::new();
    for (index, own) in templates.iter().enumerate().filter(|(_, own)| !own.enabled) {
        let message = format!("`{}` is switched off at eSignGlobal; switch it on there", own.template.name);
        faults.push(Fault::new(format!("templates[{index}]"), message));
    }
    let fields = || templates.iter().flat_map(|own| &own.fields);
    for name in draft.values.keys() {
        if !fields().any(|field| field.name() == Some(name)) {
            let known: Vec<&str> = fields().filter_map(TemplateField::name).collect();
            let message = format!("no template has a field of this key; there are: {}", known.join(", "));
            faults.push(Fault::new(format!("values.{name}"), message));
        }
    }
    let mut all = Vec::with_capacity(templates.len());
    for own in templates {
        let mut values = Vec::new();
        for field in &own.fields {
            let Some(name) = field.name() else { continue };
            let path = format!("values.{name}");
            match draft.values.get(name) {
                None if field.required => {
                    faults.push(Fault::new(path, "is required by the template and missing"));
                }
                None => {}
                Some(text) => match field.written(text) {
                    Err(message) => faults.push(Fault::new(path, message)),
                    Ok(field_value) => values.push(FieldValue {
                        field_id: field.field_key.is_none().then(|| field.field_id.clone()).flatten(),
                        field_key: field.field_key.clone(),
                        field_value,
                    }),
                },
            }
        }
        all.push(values);
    }
    if faults.is_empty() {
        return Ok(all);
    }
    Err(Error::from_faults(ErrorKind::InvalidDraft, "the draft does not fit its templates", faults)
        .with_provider(PROVIDER))
}
