//! Templates as a definition names them: one by its roles, or several composed with documents.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{definition::DocumentPart, marks::CustomFields, recipient::Recipients};

/// A person for a role of the one template.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TemplateRole {
    pub(crate) role_name: String,
    pub(crate) name: String,
    pub(crate) email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) access_code: Option<String>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) tabs: Map<String, Value>,
}

/// A template or a document, with the people who take part in it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CompositeTemplate {
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<DocumentPart>,
    #[serde(skip_serializing_if = "Option::is_none")]
    server_templates: Option<[ServerTemplate; 1]>,
    inline_templates: [InlineTemplate; 1],
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct ServerTemplate {
    sequence: &'static str,
    template_id: String,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct InlineTemplate {
    sequence: &'static str,
    #[serde(skip_serializing_if = "Recipients::is_empty")]
    recipients: Recipients,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_fields: Option<CustomFields>,
}

impl CompositeTemplate {
    /// A template of the account; the people are laid over its roles.
    pub(crate) fn of_template(id: &str, recipients: Recipients) -> Self {
        Self {
            document: None,
            server_templates: Some([ServerTemplate { sequence: "1", template_id: id.to_owned() }]),
            inline_templates: [InlineTemplate { sequence: "2", recipients, custom_fields: None }],
        }
    }

    /// A document of the draft.
    pub(crate) fn of_document(document: DocumentPart, recipients: Recipients) -> Self {
        Self {
            document: Some(document),
            server_templates: None,
            inline_templates: [InlineTemplate { sequence: "1", recipients, custom_fields: None }],
        }
    }

    /// The same with these custom fields.
    pub(crate) fn with_custom_fields(mut self, fields: CustomFields) -> Self {
        let [inline] = &mut self.inline_templates;
        inline.custom_fields = Some(fields);
        self
    }
}
