//! `GET envelopes/{id}/form_data`, and `GET envelopes/{id}/recipients` with the fields, which tells check boxes apart.

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;
use serde_json::Value;
use signbridge_core::{Body, Call, Error, FormValue, Replay, Result};

use super::{Account, get, parse, refusal};
use crate::wire::{answer::GROUPS, flexible};

/// Reads what the recipients filled in.
#[derive(Debug)]
pub(crate) struct GetFormData {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FormAnswer {
    recipient_form_data: Vec<RecipientForm>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecipientForm {
    #[serde(default, deserialize_with = "flexible::text")]
    email: Option<String>,
    #[serde(default, deserialize_with = "flexible::list")]
    form_data: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default, deserialize_with = "flexible::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    value: Option<String>,
}

impl Call for GetFormData {
    type Reply = Vec<FormValue>;
    const NAME: &'static str = "form_data.get";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        get(&self.account.resource(&["envelopes", &self.envelope, "form_data"], &[]))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Vec<FormValue>> {
        let form: FormAnswer = parse(&answer)?;
        let values = form.recipient_form_data.into_iter().flat_map(|own| {
            let email = own.email;
            own.form_data.into_iter().filter_map(move |item| {
                Some(FormValue::new(item.name?, item.value.unwrap_or_default(), email.clone()))
            })
        });
        Ok(values.collect())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}

/// Reads which check boxes are ticked, by e-mail address and label.
#[derive(Debug)]
pub(crate) struct GetCheckboxes {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Checkbox {
    #[serde(default, deserialize_with = "flexible::text")]
    tab_label: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    selected: Option<String>,
}

impl Call for GetCheckboxes {
    type Reply = HashMap<(String, String), bool>;
    const NAME: &'static str = "recipients.fields";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let tabs = [("include_tabs", "true")];
        get(&self.account.resource(&["envelopes", &self.envelope, "recipients"], &tabs))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Self::Reply> {
        let value: Value = parse(&answer)?;
        let groups = GROUPS.iter().filter_map(|(group, _)| value.get(group)?.as_array());
        let mut ticked = HashMap::new();
        for own in groups.flatten() {
            let email = ["signerEmail", "email"].into_iter().find_map(|key| own.get(key)?.as_str());
            let boxes = own.get("tabs").and_then(|tabs| tabs.get("checkboxTabs")).and_then(Value::as_array);
            for tab in boxes.into_iter().flatten().filter_map(|tab| Checkbox::deserialize(tab).ok()) {
                let Some(label) = tab.tab_label else { continue };
                let on = tab.selected.is_some_and(|flag| flag.eq_ignore_ascii_case("true"));
                ticked.insert((email.unwrap_or_default().to_lowercase(), label), on);
            }
        }
        Ok(ticked)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
