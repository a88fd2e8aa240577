//! A draft held against the templates it is made from: every role filled, every value in its field.

use serde_json::{Map, Value, json};
use signbridge_core::{Delivery, Draft, Error, ErrorKind, Fault, Prepared, Recipient, Result, Role};

use super::{
    composition::{CompositeTemplate, TemplateRole},
    definition::{self, recipient_id},
    identity::Identification,
    marks::CustomFields,
    recipient::{self, RecipientTabs, Recipients},
    tabs::Tabs,
    template::{CHECKBOXES, FullTemplate, Place, RADIO_GROUPS},
};
use crate::PROVIDER;

/// The templates of a draft, in its order, and that it fits them.
#[derive(Debug, Clone)]
pub(crate) struct Filling {
    templates: Vec<FullTemplate>,
}

impl Filling {
    /// Holds the draft against its templates.
    ///
    /// # Errors
    /// `invalid_draft` with every role that is left empty, unknown, of another kind or taken twice, and every value
    /// without a field.
    pub(crate) fn new(draft: &Draft, templates: Vec<FullTemplate>) -> Result<Self> {
        let filling = Self { templates };
        let mut faults = Vec::new();
        for (index, own) in draft.recipients.iter().enumerate() {
            let Some(role) = &own.template_role else { continue };
            let path = format!("recipients[{index}].template_role");
            let earlier = draft.recipients.iter().take(index);
            if earlier.into_iter().any(|other| other.template_role.as_ref() == Some(role)) {
                faults.push(Fault::new(path, format!("`{role}` is taken by another recipient")));
                continue;
            }
            match filling.place(role) {
                None => {
                    let known: Vec<&str> =
                        filling.places().filter_map(|place| place.role.as_deref()).collect();
                    let message =
                        format!("no template has the role `{role}`; there are: {}", known.join(", "));
                    faults.push(Fault::new(path, message));
                }
                Some(place) if place.kind != own.role.as_str() && !fills_signer(place, own.role) => {
                    let message = format!("`{role}` is a {} of the template, not a {}", place.kind, own.role);
                    faults.push(Fault::new(path, message));
                }
                Some(_) => {}
            }
        }
        let filled =
            |role: &str| draft.recipients.iter().any(|own| own.template_role.as_deref() == Some(role));
        let mut missing: Vec<&str> = Vec::new();
        for role in filling.places().filter(|place| place.is_empty).filter_map(|place| place.role.as_deref())
        {
            if !filled(role) && !missing.contains(&role) {
                missing.push(role);
            }
        }
        for role in missing {
            let message = format!("leave the template's role `{role}` empty; say who it is by template_role");
            faults.push(Fault::new("recipients", message));
        }
        for (name, value) in &draft.values {
            let fields = filling
                .places()
                .filter(|place| place.role.as_deref().is_some_and(filled))
                .flat_map(|place| &place.fields)
                .filter(|(_, label)| label == name);
            let collections: Vec<&str> = fields.map(|(collection, _)| *collection).collect();
            let path = format!("values.{name}");
            if collections.is_empty() {
                let message = "no role that the draft fills has a field of this name that takes a text";
                faults.push(Fault::new(path, message));
            } else if collections.contains(&CHECKBOXES) && !matches!(value.as_str(), "true" | "false") {
                faults.push(Fault::new(path, "is a check box; write `true` or `false`"));
            }
        }
        if faults.is_empty() {
            return Ok(filling);
        }
        let message = "the draft does not fit its templates";
        Err(Error::from_faults(ErrorKind::InvalidDraft, message, faults).with_provider(PROVIDER))
    }

    fn places(&self) -> impl Iterator<Item = &Place> {
        self.templates.iter().flat_map(|own| &own.places)
    }

    fn place(&self, role: &str) -> Option<&Place> {
        self.places().find(|place| place.role.as_deref() == Some(role))
    }

    /// The one template with its roles, where DocuSign's short form can say everything: no documents, nobody beside the
    /// roles, and of each person only what the form knows.
    pub(crate) fn roles(
        &self,
        draft: &Draft,
        identification: &Identification,
    ) -> Option<(String, Vec<TemplateRole>)> {
        let [only] = self.templates.as_slice() else { return None };
        if !draft.documents.is_empty() {
            return None;
        }
        let roles = draft.recipients.iter().enumerate().map(|(index, own)| {
            let role = own.template_role.clone()?;
            let id = recipient_id(index);
            let part = recipient::part(&id, 1, own, None, identification);
            let plain = own.host.is_none()
                && own.note.is_none()
                && matches!(own.delivery, Delivery::Email | Delivery::Embedded)
                && part.require_id_lookup.is_none()
                && part.identity_verification.is_none()
                && part.recipient_signature_providers.is_empty();
            let tabs = values(&self.templates, &role, draft);
            plain.then(|| TemplateRole {
                role_name: role,
                name: own.name.clone(),
                email: own.email.clone(),
                client_user_id: part.client_user_id,
                access_code: part.access_code,
                tabs,
            })
        });
        Some((only.template.id.clone(), roles.collect::<Option<_>>()?))
    }

    /// Everything else: each template and each document for itself. A person who takes part in several is given to each
    /// in the same words, which make him one recipient.
    pub(crate) fn composites(
        &self,
        prepared: &Prepared,
        fields: CustomFields,
        identification: &Identification,
    ) -> Vec<CompositeTemplate> {
        let draft = &prepared.draft;
        let mut all = Vec::new();
        for (at, own) in self.templates.iter().enumerate() {
            let mut groups = Recipients::default();
            for (index, person) in draft.recipients.iter().enumerate() {
                let takes_part = match &person.template_role {
                    Some(role) => own.places.iter().any(|place| place.role.as_ref() == Some(role)),
                    // Who has no role in any template and no field on a document still takes part in the envelope.
                    None => at == 0,
                };
                if takes_part {
                    let role = person.template_role.as_deref().unwrap_or_default();
                    let tabs = values(std::slice::from_ref(own), role, draft);
                    let tabs = (!tabs.is_empty()).then_some(RecipientTabs::Values(tabs));
                    groups.push(person.role, self.part(index, person, tabs, identification));
                }
            }
            all.push(CompositeTemplate::of_template(&own.template.id, groups));
        }
        for (number, document) in (1_u32..).zip(definition::documents(prepared)) {
            let mut groups = Recipients::default();
            for (index, person) in draft.recipients.iter().enumerate() {
                if let Some(tabs) = Tabs::on(index, &person.fields, number) {
                    groups.push(
                        person.role,
                        self.part(index, person, Some(RecipientTabs::Placed(Box::new(tabs))), identification),
                    );
                }
            }
            all.push(CompositeTemplate::of_document(document, groups));
        }
        let mut all = all.into_iter();
        let first = all.next().map(|first| first.with_custom_fields(fields));
        first.into_iter().chain(all).collect()
    }

    /// A person at his place in the order: that of his role in the template, or his own without one.
    fn part(
        &self,
        index: usize,
        person: &Recipient,
        tabs: Option<RecipientTabs>,
        identification: &Identification,
    ) -> recipient::RecipientPart {
        let place = person.template_role.as_deref().and_then(|role| self.place(role));
        recipient::part(
            &recipient_id(index),
            place.map_or(person.order, |place| place.order),
            person,
            tabs,
            identification,
        )
    }
}

/// A form filler stands among the signers.
fn fills_signer(place: &Place, role: Role) -> bool {
    place.kind == "signer" && role == Role::FormFiller
}

/// The values for the fields of one role, by collection.
fn values(templates: &[FullTemplate], role: &str, draft: &Draft) -> Map<String, Value> {
    let mut tabs = Map::new();
    let places = templates.iter().flat_map(|own| &own.places);
    for (collection, label) in
        places.filter(|place| place.role.as_deref() == Some(role)).flat_map(|place| &place.fields)
    {
        let Some(value) = draft.values.get(label) else { continue };
        let list = tabs.entry(*collection).or_insert_with(|| json!([]));
        let tab = match *collection {
            CHECKBOXES => json!({ "tabLabel": label, "selected": value }),
            RADIO_GROUPS => json!({ "groupName": label, "radios": [{ "value": value, "selected": "true" }] }),
            _ => json!({ "tabLabel": label, "value": value }),
        };
        if let Some(list) = list.as_array_mut() {
            list.push(tab);
        }
    }
    tabs
}
