//! Envelopes out of templates: by roles from one, or composed of several and of documents [FACTS 5].

use std::collections::HashMap;

use serde_json::Value;

use super::call::Call;
use super::definition::{self, Definition};
use super::errors::ApiError;
use super::model::{CustomField, Document, Notification, Recipient, Tab, Template};
use super::state::{new_id, opaque};
use super::{custom_fields, documents, recipients, tabs};
use crate::multipart::Part;
use crate::values::{Object, filled, flag, integer, list, object, yes_no};

/// What the templates of a request come to.
#[derive(Debug, Default)]
pub(crate) struct Composed {
    documents: Vec<Document>,
    recipients: Vec<Recipient>,
    custom_fields: Vec<CustomField>,
    notification: Option<Notification>,
    subject: Option<String>,
    blurb: Option<String>,
}

/// Takes the templates out of a definition, with the parts that are documents of theirs. `None` without any.
pub(crate) fn take(
    call: &Call<'_>,
    definition: &mut Object,
    parts: &mut Vec<Part>,
) -> Result<Option<Composed>, ApiError> {
    let given = |own: &Object, key: &str| own.get(key).is_some_and(definition::is_given);
    let (simple, composite) = (given(definition, "templateId"), given(definition, "compositeTemplates"));
    if !simple && !composite {
        if given(definition, "templateRoles") {
            return Err(ApiError::parameter("The templateRoles belong to a templateId."));
        }
        return Ok(None);
    }
    if simple && composite {
        return Err(ApiError::unplayed("templateId beside compositeTemplates"));
    }
    for key in ["documents", "recipients"] {
        if given(definition, key) {
            return Err(ApiError::unplayed(&format!(
                "{key} beside templates; put them into compositeTemplates"
            )));
        }
    }
    if composite {
        if given(definition, "customFields") {
            let message = "With compositeTemplates the customFields stand in an inline template.";
            return Err(ApiError::parameter(message));
        }
        let items = definition.remove("compositeTemplates").unwrap_or_default();
        let items = items.as_array().map(Vec::as_slice).unwrap_or_default();
        let mut whole = Composed::default();
        for item in items.iter().filter_map(Value::as_object) {
            whole.join(one(call, item, parts)?);
        }
        return Ok(Some(whole));
    }
    let id = filled(definition, "templateId").unwrap_or_default();
    definition.remove("templateId");
    let roles = definition.remove("templateRoles").unwrap_or_default();
    let template = call.world().docusign.template(&id)?.clone();
    let mut composed = Composed::of(&template);
    for role in roles.as_array().map(Vec::as_slice).unwrap_or_default().iter().filter_map(Value::as_object) {
        let name = filled(role, "roleName")
            .ok_or_else(|| ApiError::parameter("One of the templateRoles has no roleName."))?;
        let own = composed.recipients.iter_mut().find(|own| role_of(own) == Some(name.as_str()));
        fill(own.ok_or_else(|| no_role(&name))?, role)?;
    }
    Ok(Some(composed))
}

pub(crate) fn no_role(name: &str) -> ApiError {
    ApiError::parameter(format!("The template has no role {name:?}."))
}

pub(crate) fn role_of(recipient: &Recipient) -> Option<&str> {
    recipient.extra.get("roleName").and_then(Value::as_str)
}

/// Copies of a template's recipients, with ids and links of their own.
pub(crate) fn fresh(recipients: &[Recipient]) -> Vec<Recipient> {
    let mut copies = recipients.to_vec();
    for copy in &mut copies {
        (copy.guid, copy.user, copy.mail_link) = (new_id(), new_id(), opaque(32));
        copy.tabs.iter_mut().for_each(|tab| tab.id = new_id());
    }
    copies
}

/// Gives a placeholder its person, as an item of `templateRoles`, an inline template or a bulk copy names him.
pub(crate) fn fill(own: &mut Recipient, item: &Object) -> Result<(), ApiError> {
    for key in ["name", "signerName", "inPersonSignerName"] {
        if let Some(name) = filled(item, key) {
            own.name = name;
        }
    }
    for key in ["email", "signerEmail"] {
        if let Some(email) = filled(item, key) {
            own.email = email;
        }
    }
    if let Some(host) = filled(item, "hostName").zip(filled(item, "hostEmail")) {
        own.host = Some(host);
    }
    if let Some(order) = filled(item, "routingOrder") {
        own.order = recipients::order(&order)?;
    }
    own.client_user_id = filled(item, "clientUserId").or_else(|| own.client_user_id.take());
    own.access_code = recipients::access_code(item)?.or_else(|| own.access_code.take());
    own.extra.extend(recipients::echo(item));
    recipients::check_lengths(own)?;
    if let Some(given) = object(item, "tabs") {
        overlay(own, tabs::read_values(given)?);
    }
    Ok(())
}

/// A tab with the label of one that is there changes that; one with a place is added; others fit nothing.
fn overlay(own: &mut Recipient, given: Vec<Tab>) {
    for tab in given {
        let label = filled(&tab.props, "tabLabel").or_else(|| filled(&tab.props, "groupName"));
        let same = |other: &&mut Tab| {
            let theirs = filled(&other.props, "tabLabel").or_else(|| filled(&other.props, "groupName"));
            other.kind.key == tab.kind.key && label.is_some() && theirs == label
        };
        match own.tabs.iter_mut().find(same) {
            Some(known) => {
                let mut props = tab.props;
                select(known, props.remove("radios"));
                known.props.extend(props);
            }
            None => {
                let placed = ["anchorString", "documentId", "groupLabel", "radios"];
                if placed.iter().any(|key| tab.props.get(*key).is_some_and(definition::is_given)) {
                    own.tabs.push(tab);
                }
            }
        }
    }
}

/// Radios are named by their values; their places stay.
fn select(group: &mut Tab, given: Option<Value>) {
    let Some(Value::Array(given)) = given else { return };
    let radios = group.props.get_mut("radios").and_then(Value::as_array_mut);
    for radio in radios.into_iter().flatten().filter_map(Value::as_object_mut) {
        let own = filled(radio, "value");
        let same = given.iter().filter_map(Value::as_object).find(|item| filled(item, "value") == own);
        let on = same.and_then(|item| flag(item, "selected")).unwrap_or(false);
        radio.insert("selected".into(), yes_no(on).into());
    }
}

/// One composite template: its layers in the order of their sequence.
fn one(call: &Call<'_>, item: &Object, parts: &mut Vec<Part>) -> Result<Composed, ApiError> {
    let composite = filled(item, "compositeTemplateId");
    let mut layers: Vec<(i64, bool, &Object)> = Vec::new();
    for (key, server) in [("serverTemplates", true), ("inlineTemplates", false)] {
        for layer in list(item, key).iter().filter_map(Value::as_object) {
            let sequence = integer(layer, "sequence")
                .ok_or_else(|| ApiError::parameter(format!("One of the {key} has no sequence.")))?;
            layers.push((sequence, server, layer));
        }
    }
    layers.sort_by_key(|(sequence, ..)| *sequence);
    let mut out = Composed::default();
    for (_, server, layer) in layers {
        if server {
            let id = filled(layer, "templateId").unwrap_or_default();
            let template = call.world().docusign.template(&id)?.clone();
            out.lay(Composed::of(&template));
        } else {
            inline(&mut out, layer, composite.as_deref(), parts)?;
        }
    }
    if let Some(document) = object(item, "document") {
        // It stands for the templates' documents, whose tabs go to it.
        let replaced = out.documents.first().map(|first| first.id.clone());
        let loaded = load(&[Value::Object(document.clone())], composite.as_deref(), parts)?;
        if let Some(new) = loaded.first() {
            for tab in out.recipients.iter_mut().flat_map(|own| &mut own.tabs) {
                if replaced.is_some() && filled(&tab.props, "documentId") == replaced {
                    tab.props.insert("documentId".into(), new.id.clone().into());
                }
            }
        }
        out.documents = loaded;
    }
    Ok(out)
}

fn inline(
    out: &mut Composed,
    layer: &Object,
    composite: Option<&str>,
    parts: &mut Vec<Part>,
) -> Result<(), ApiError> {
    if layer.get("envelope").is_some_and(definition::is_given) {
        return Err(ApiError::unplayed("the envelope of an inline template"));
    }
    out.documents.extend(load(list(layer, "documents"), composite, parts)?);
    if let Some(fields) = object(layer, "customFields") {
        out.custom_fields.extend(custom_fields::read(fields, &out.custom_fields)?);
    }
    let Some(groups) = object(layer, "recipients") else { return Ok(()) };
    for (group, item) in recipients::items(groups)? {
        let role = filled(item, "roleName");
        let own = out.recipients.iter_mut().find(|own| role.is_some() && role_of(own) == role.as_deref());
        match own {
            Some(own) if own.group != group => {
                let message =
                    format!("The role {:?} of the template is among its {}.", role, own.group.key());
                return Err(ApiError::parameter(message));
            }
            Some(own) => {
                fill(own, item)?;
                own.id = filled(item, "recipientId").unwrap_or_else(|| own.id.clone());
            }
            None => out.recipients.push(recipients::read_one(group, item, true)?),
        }
    }
    Ok(())
}

/// Documents of a composite template, with the parts that bring their bytes.
fn load(items: &[Value], composite: Option<&str>, parts: &mut Vec<Part>) -> Result<Vec<Document>, ApiError> {
    let mut own = Vec::new();
    for id in items.iter().filter_map(|item| filled(item.as_object()?, "documentId")) {
        let fits = |part: &Part| {
            part.parameter("documentid").as_deref() == Some(id.as_str())
                && part.parameter("compositetemplateid").is_none_or(|named| Some(named.as_str()) == composite)
        };
        if let Some(at) = parts.iter().position(fits) {
            own.push(parts.remove(at));
        }
    }
    let mut object = Object::new();
    object.insert("documents".into(), items.to_vec().into());
    let definitions = documents::definitions(&mut object, own)?;
    definitions.into_iter().enumerate().map(|(at, document)| documents::load(document, at)).collect()
}

impl Composed {
    fn of(template: &Template) -> Self {
        Self {
            documents: template.documents.clone(),
            recipients: fresh(&template.recipients),
            custom_fields: template.custom_fields.clone(),
            notification: Some(template.notification.clone()),
            subject: Some(template.subject.clone()).filter(|text| !text.is_empty()),
            blurb: Some(template.blurb.clone()).filter(|text| !text.is_empty()),
        }
    }

    /// The next layer of the same composite template: a role that is there already is filled.
    fn lay(&mut self, other: Self) {
        for recipient in other.recipients {
            let same = |own: &&mut Recipient| role_of(own).is_some() && role_of(own) == role_of(&recipient);
            match self.recipients.iter_mut().find(same) {
                Some(own) => own.tabs.extend(recipient.tabs),
                None => self.recipients.push(recipient),
            }
        }
        self.documents.extend(other.documents);
        self.rest(other.custom_fields, other.notification, other.subject, other.blurb);
    }

    fn rest(
        &mut self,
        fields: Vec<CustomField>,
        notification: Option<Notification>,
        subject: Option<String>,
        blurb: Option<String>,
    ) {
        for mut field in fields {
            if self.custom_fields.iter().all(|own| own.name != field.name) {
                let last = self.custom_fields.iter().filter_map(|own| own.id.parse::<u64>().ok()).max();
                field.id = (last.unwrap_or(100) + 1).to_string();
                self.custom_fields.push(field);
            }
        }
        self.notification = self.notification.take().or(notification);
        self.subject = self.subject.take().or(subject);
        self.blurb = self.blurb.take().or(blurb);
    }

    /// The next composite template: its documents follow; the same person under the same id is one recipient.
    fn join(&mut self, mut other: Self) {
        let mut taken: Vec<String> = self.documents.iter().map(|own| own.id.clone()).collect();
        let mut renamed: HashMap<String, String> = HashMap::new();
        for document in &mut other.documents {
            if taken.contains(&document.id) {
                let new = next(&taken);
                renamed.insert(std::mem::replace(&mut document.id, new.clone()), new);
            }
            taken.push(document.id.clone());
        }
        for tab in other.recipients.iter_mut().flat_map(|own| &mut own.tabs) {
            let new = filled(&tab.props, "documentId").and_then(|old| renamed.get(&old));
            if let Some(new) = new {
                tab.props.insert("documentId".into(), new.clone().into());
            }
        }
        let before = u32::try_from(self.documents.len()).unwrap_or(u32::MAX);
        for (at, document) in (1_u32..).zip(&mut other.documents) {
            document.order = before.saturating_add(at);
        }
        self.documents.extend(other.documents);
        for mut recipient in other.recipients {
            let person =
                |own: &Recipient| (own.id.clone(), own.name.clone(), own.email.to_lowercase(), own.group);
            match self.recipients.iter_mut().find(|own| person(own) == person(&recipient)) {
                Some(own) => own.tabs.extend(recipient.tabs),
                None => {
                    let ids: Vec<String> = self.recipients.iter().map(|own| own.id.clone()).collect();
                    if ids.contains(&recipient.id) {
                        recipient.id = next(&ids);
                    }
                    self.recipients.push(recipient);
                }
            }
        }
        self.rest(other.custom_fields, other.notification, other.subject, other.blurb);
    }

    /// Fills what the definition itself does not say.
    pub(crate) fn complete(
        self,
        definition: &mut Definition,
        documents: &mut Vec<Document>,
    ) -> Result<(), ApiError> {
        recipients::check_ids(self.recipients.iter().map(|own| own.id.as_str()))?;
        documents.extend(self.documents);
        definition.recipients.extend(self.recipients);
        let mut whole =
            Self { custom_fields: std::mem::take(&mut definition.custom_fields), ..Self::default() };
        whole.rest(self.custom_fields, None, None, None);
        definition.custom_fields = whole.custom_fields;
        definition.notification = definition.notification.take().or(self.notification);
        definition.subject = definition.subject.take().or(self.subject);
        definition.blurb = definition.blurb.take().or(self.blurb);
        Ok(())
    }
}

/// A number that none of these ids is.
fn next(ids: &[String]) -> String {
    (ids.iter().filter_map(|id| id.parse::<u64>().ok()).max().unwrap_or(0) + 1).to_string()
}
