//! A draft as the definition of a template: its recipients become roles.

use serde::Serialize;
use signbridge_core::Prepared;

use super::{
    definition::{self, DocumentPart, Notification, recipient_id},
    identity::Identification,
    marks::{CustomFields, TextCustomField},
    recipient::{self, RecipientTabs, Recipients},
    tabs::Tabs,
};

/// What a template is made from.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TemplateDefinition {
    name: String,
    email_subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_blurb: Option<String>,
    allow_reassign: String,
    documents: Vec<Encoded>,
    recipients: Recipients,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_fields: Option<CustomFields>,
    notification: Notification,
}

/// Multipart is documented for envelopes only.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Encoded {
    #[serde(flatten)]
    part: DocumentPart,
    document_base64: String,
}

/// Its documents are as long as they are.
impl std::fmt::Debug for TemplateDefinition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TemplateDefinition").field("documents", &self.documents.len()).finish_non_exhaustive()
    }
}

impl TemplateDefinition {
    /// The definition of a checked draft whose documents were read, in base64. Who has a template role is nobody yet:
    /// whoever uses the template says who it is, how he is reached and how he is identified.
    pub(crate) fn new(prepared: &Prepared, encoded: Vec<String>, identification: &Identification) -> Self {
        let draft = &prepared.draft;
        let mut groups = Recipients::default();
        for ((index, own), rank) in draft.recipients.iter().enumerate().zip(draft.ranks()) {
            let tabs = Tabs::of(index, &own.fields).map(Box::new).map(RecipientTabs::Placed);
            let mut part = recipient::part(&recipient_id(index), rank, own, tabs, identification);
            if own.template_role.is_some() {
                (part.name, part.email) = (None, None);
                (part.signer_name, part.signer_email) = (None, None);
            }
            groups.push(own.role, part);
        }
        let fields: Vec<_> =
            draft.metadata.iter().map(|(name, value)| TextCustomField::new(name, value)).collect();
        let documents = definition::documents(prepared).into_iter().zip(encoded);
        Self {
            name: draft.subject.clone(),
            email_subject: draft.subject.clone(),
            email_blurb: draft.message.clone(),
            allow_reassign: draft.allow_reassign.to_string(),
            documents: documents.map(|(part, document_base64)| Encoded { part, document_base64 }).collect(),
            recipients: groups,
            custom_fields: (!fields.is_empty()).then_some(CustomFields { text_custom_fields: fields }),
            notification: definition::notification(prepared),
        }
    }
}
