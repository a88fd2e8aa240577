//! A draft as DocuSign's envelope definition.

use serde::Serialize;
use serde_json::{Map, Value};
use signbridge_core::{Error, ErrorKind, Prepared, Result, once::Intent};
use uuid::Uuid;

use super::{
    composition::{CompositeTemplate, TemplateRole},
    filling::Filling,
    identity::Identification,
    marks::{self, CustomFields, TextCustomField},
    recipient::{self, RecipientTabs, Recipients},
    tabs::Tabs,
    workflow::Workflow,
};
use crate::PROVIDER;

/// What an envelope is created from.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EnvelopeDefinition {
    status: &'static str,
    email_subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_blurb: Option<String>,
    allow_reassign: String,
    transaction_id: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    documents: Vec<DocumentPart>,
    #[serde(skip_serializing_if = "Recipients::is_empty")]
    recipients: Recipients,
    #[serde(skip_serializing_if = "Option::is_none")]
    template_id: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    template_roles: Vec<TemplateRole>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    composite_templates: Vec<CompositeTemplate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_fields: Option<CustomFields>,
    notification: Notification,
    #[serde(skip_serializing_if = "Option::is_none")]
    workflow: Option<Workflow>,
    #[serde(flatten)]
    extras: Map<String, Value>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DocumentPart {
    document_id: String,
    name: String,
    file_extension: String,
    order: String,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Notification {
    use_account_defaults: &'static str,
    reminders: ReminderPart,
    expirations: ExpirationPart,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct ReminderPart {
    reminder_enabled: String,
    reminder_delay: String,
    reminder_frequency: String,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct ExpirationPart {
    expire_enabled: &'static str,
    expire_after: String,
    expire_warn: &'static str,
}

/// How an envelope comes into being.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Creation<'a> {
    /// Sent at once instead of kept as a draft.
    pub(crate) sent: bool,
    /// By which it can be asked for during seven days.
    pub(crate) transaction_id: Uuid,
    /// What it is marked with.
    pub(crate) intent: Option<Intent<'a>>,
    /// Documents and fields follow in requests of their own; the mark of completeness too.
    pub(crate) staged: bool,
    /// The account's workflows and signature providers that its recipients need.
    pub(crate) identification: &'a Identification,
}

impl EnvelopeDefinition {
    /// The definition of a checked draft.
    ///
    /// # Errors
    /// `invalid_draft` when an extra collides with what the draft says itself.
    pub(crate) fn new(
        prepared: &Prepared,
        creation: Creation<'_>,
        filling: Option<&Filling>,
    ) -> Result<Self> {
        let draft = &prepared.draft;
        let mut custom_fields = CustomFields::default();
        let fields = &mut custom_fields.text_custom_fields;
        fields.extend(draft.metadata.iter().map(|(name, value)| TextCustomField::new(name, value)));
        if let Some(intent) = &creation.intent {
            fields.push(marks::key(intent.key));
            if !creation.staged {
                fields.push(marks::digest(intent));
            }
        }
        fields.extend(draft.return_url.iter().flat_map(marks::return_url));
        let mut definition = Self {
            status: if creation.sent { "sent" } else { "created" },
            email_subject: draft.subject.clone(),
            email_blurb: draft.message.clone(),
            allow_reassign: draft.allow_reassign.to_string(),
            transaction_id: creation.transaction_id.to_string(),
            documents: Vec::new(),
            recipients: Recipients::default(),
            template_id: None,
            template_roles: Vec::new(),
            composite_templates: Vec::new(),
            custom_fields: None,
            notification: notification(prepared),
            workflow: draft.send_at.map(Workflow::sent_at),
            extras: Map::new(),
        };
        match filling {
            Some(filling) => match filling.roles(draft, creation.identification) {
                Some((template, roles)) => {
                    definition.template_id = Some(template);
                    definition.template_roles = roles;
                    definition.custom_fields = Some(custom_fields);
                }
                // With composite templates the custom fields stand in one of them.
                None => {
                    definition.composite_templates =
                        filling.composites(prepared, custom_fields, creation.identification);
                }
            },
            None => {
                if !creation.staged {
                    definition.documents = documents(prepared);
                }
                definition.recipients = recipients(prepared, !creation.staged, creation.identification);
                definition.custom_fields = Some(custom_fields);
            }
        }
        definition.with_extras(draft.extras.get(PROVIDER).cloned().unwrap_or_default())
    }

    fn with_extras(mut self, extras: Map<String, Value>) -> Result<Self> {
        let own = serde_json::to_value(&self).map_err(|error| {
            Error::new(ErrorKind::InvalidDraft, "the draft cannot be written").with_source(error)
        })?;
        let staged_only = ["documents", "emailBlurb", "recipients", "customFields"];
        if let Some(name) =
            extras.keys().find(|name| own.get(name).is_some() || staged_only.contains(&name.as_str()))
        {
            return Err(Error::new(
                ErrorKind::InvalidDraft,
                format!("extras.docusign.{name} repeats what the draft says itself"),
            )
            .with_provider(PROVIDER)
            .with_remedy("set it in the draft, or remove it from the extras"));
        }
        self.extras = extras;
        Ok(self)
    }

    /// The tabs of each recipient by his id, for requests that follow a staged creation.
    pub(crate) fn staged_tabs(prepared: &Prepared) -> Vec<(String, Tabs)> {
        let recipients = prepared.draft.recipients.iter().enumerate();
        recipients
            .filter_map(|(index, recipient)| Some((recipient_id(index), Tabs::of(index, &recipient.fields)?)))
            .collect()
    }
}

/// DocuSign's id of the document at this place of the draft.
pub(crate) fn document_id(index: usize) -> String {
    (index + 1).to_string()
}

pub(crate) fn recipient_id(index: usize) -> String {
    (index + 1).to_string()
}

pub(crate) fn documents(prepared: &Prepared) -> Vec<DocumentPart> {
    let part = |(index, document): (usize, &signbridge_core::PreparedDocument)| DocumentPart {
        document_id: document_id(index),
        name: document.name.clone(),
        file_extension: document.extension.clone(),
        order: document_id(index),
    };
    prepared.documents.iter().enumerate().map(part).collect()
}

pub(crate) fn notification(prepared: &Prepared) -> Notification {
    let draft = &prepared.draft;
    let reminders = match draft.reminders {
        Some(reminders) => (true, reminders.first_after_days, reminders.every_days),
        None => (false, 0, 0),
    };
    Notification {
        use_account_defaults: "false",
        reminders: ReminderPart {
            reminder_enabled: reminders.0.to_string(),
            reminder_delay: reminders.1.to_string(),
            reminder_frequency: reminders.2.to_string(),
        },
        expirations: ExpirationPart {
            expire_enabled: "true",
            expire_after: draft.expires_after_days.to_string(),
            expire_warn: "0",
        },
    }
}

fn recipients(prepared: &Prepared, with_tabs: bool, identification: &Identification) -> Recipients {
    let mut groups = Recipients::default();
    let ranks = prepared.draft.ranks();
    for ((index, recipient), rank) in prepared.draft.recipients.iter().enumerate().zip(ranks) {
        let tabs =
            Tabs::of(index, &recipient.fields).filter(|_| with_tabs).map(Box::new).map(RecipientTabs::Placed);
        groups.push(
            recipient.role,
            recipient::part(&recipient_id(index), rank, recipient, tabs, identification),
        );
    }
    groups
}
