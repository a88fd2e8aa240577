//! Templates of answers: who takes part in which role, and which fields can be filled.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use signbridge_core::{EnvelopeDocument, Template, TemplateRole};

use super::{answer::GROUPS, flexible};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TemplateWire {
    #[serde(default, deserialize_with = "flexible::text")]
    template_id: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    description: Option<String>,
    #[serde(default, deserialize_with = "flexible::time")]
    last_modified_date_time: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::time")]
    last_modified: Option<DateTime<Utc>>,
    #[serde(default)]
    recipients: Option<Value>,
    #[serde(default, deserialize_with = "flexible::list")]
    documents: Vec<DocumentWire>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DocumentWire {
    #[serde(default, deserialize_with = "flexible::text")]
    document_id: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "flexible::number")]
    pages: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlaceWire {
    #[serde(default, deserialize_with = "flexible::text")]
    role_name: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    signer_name: Option<String>,
    #[serde(default, deserialize_with = "flexible::number")]
    routing_order: Option<u32>,
    #[serde(default)]
    tabs: Option<Value>,
}

/// A place among a template's recipients.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The name under which a draft fills it.
    pub(crate) role: Option<String>,
    /// The portable role, or DocuSign's group.
    pub(crate) kind: &'static str,
    pub(crate) order: u32,
    /// Nobody stands in the template.
    pub(crate) is_empty: bool,
    /// Its fields that take a value: collection and label.
    pub(crate) fields: Vec<(&'static str, String)>,
}

/// A template with what stays inside the adapter.
#[derive(Debug, Clone)]
pub(crate) struct FullTemplate {
    pub(crate) template: Template,
    pub(crate) places: Vec<Place>,
}

/// Collections of tabs whose value a sender can give; a check box is selected instead.
const VALUED: [&str; 12] = [
    "textTabs",
    "numberTabs",
    "numericalTabs",
    "dateTabs",
    "emailTabs",
    "companyTabs",
    "titleTabs",
    "zipTabs",
    "ssnTabs",
    "listTabs",
    CHECKBOXES,
    RADIO_GROUPS,
];
pub(crate) const CHECKBOXES: &str = "checkboxTabs";
/// A group has a name instead of a label, and one of its buttons is selected.
pub(crate) const RADIO_GROUPS: &str = "radioGroupTabs";

/// The template of an answer. `None` when it has no id.
pub(crate) fn template(raw: Value) -> Option<FullTemplate> {
    let wire = TemplateWire::deserialize(&raw).ok()?;
    let mut template = Template::new(wire.template_id?.to_lowercase(), wire.name.unwrap_or_default());
    template.description = wire.description;
    template.changed_at = wire.last_modified_date_time.or(wire.last_modified);
    template.documents = wire
        .documents
        .into_iter()
        .filter_map(|own| {
            let mut document = EnvelopeDocument::new(own.document_id?, own.name.unwrap_or_default(), true);
            document.pages = own.pages;
            Some(document)
        })
        .collect();
    let mut places = wire.recipients.as_ref().map(places).unwrap_or_default();
    places.sort_by_key(|place| place.order);
    template.roles = places
        .iter()
        .filter_map(|place| {
            let mut role = TemplateRole::new(place.role.clone()?, place.order);
            role.kind = Some(place.kind.to_owned());
            Some(role)
        })
        .collect();
    template.raw = raw;
    Some(FullTemplate { template, places })
}

fn places(groups: &Value) -> Vec<Place> {
    let mut all = Vec::new();
    for (group, kind) in GROUPS {
        let entries = groups.get(group).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for wire in entries.iter().filter_map(|entry| PlaceWire::deserialize(entry).ok()) {
            let tabs = wire.tabs.as_ref();
            let labels = VALUED.into_iter().flat_map(|collection| {
                let list = tabs.and_then(|tabs| tabs.get(collection)).and_then(Value::as_array);
                let labels =
                    list.into_iter().flatten().filter_map(|tab| tab.get(label_of(collection))?.as_str());
                labels.map(move |label| (collection, label.to_owned()))
            });
            all.push(Place {
                fields: labels.collect(),
                is_empty: wire.name.is_none() && wire.signer_name.is_none(),
                role: wire.role_name,
                kind,
                order: wire.routing_order.unwrap_or(1),
            });
        }
    }
    all
}

/// The member that holds a tab's name.
fn label_of(collection: &str) -> &'static str {
    if collection == RADIO_GROUPS { "groupName" } else { "tabLabel" }
}
