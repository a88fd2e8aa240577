//! `GET envelopes/{id}/form_data`, and `GET envelopes/{id}/recipients` with the fields, which tells check boxes and radio groups apart.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;
use serde_json::Value;
use signbridge_core::{Body, Call, Error, FormValue, Replay, Result};

use super::{Account, get, parse, refusal};
use crate::{
    error::unexpected,
    wire::{answer::GROUPS, flexible},
};

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
#[serde(rename_all = "camelCase")]
struct Item {
    #[serde(default, deserialize_with = "flexible::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    value: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    list_selected_value: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    numerical_value: Option<String>,
}

impl Item {
    /// What it holds: a chosen item and a number may stand apart.
    fn held(self) -> String {
        let given = |text: &String| !text.is_empty();
        let apart = self.list_selected_value.or(self.numerical_value);
        self.value.filter(given).or(apart).unwrap_or_default()
    }
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
            own.form_data
                .into_iter()
                .filter_map(move |item| Some(FormValue::new(item.name.clone()?, item.held(), email.clone())))
        });
        Ok(values.collect())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}

/// Reads which check boxes are ticked and which buttons are chosen: how form data writes a box is not published, nor
/// whether it holds radio groups.
#[derive(Debug)]
pub(crate) struct GetChoices {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
}

/// What a check box or a radio group holds.
#[derive(Debug)]
pub(crate) struct Chosen {
    /// The recipient's address, in lower case.
    pub(crate) email: String,
    pub(crate) label: String,
    /// `true` or `false`, or the value of the button; nothing where none is chosen.
    pub(crate) value: String,
    /// Whether the recipient has finished.
    pub(crate) finished: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Checkbox {
    #[serde(default, deserialize_with = "flexible::text")]
    tab_label: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    selected: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RadioGroup {
    #[serde(default, deserialize_with = "flexible::text")]
    group_name: Option<String>,
    #[serde(default, deserialize_with = "flexible::list")]
    radios: Vec<Radio>,
}

#[derive(Deserialize)]
struct Radio {
    #[serde(default, deserialize_with = "flexible::text")]
    value: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    selected: Option<String>,
}

impl Call for GetChoices {
    type Reply = Vec<Chosen>;
    const NAME: &'static str = "recipients.fields";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let tabs = [("include_tabs", "true")];
        get(&self.account.resource(&["envelopes", &self.envelope, "recipients"], &tabs))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Self::Reply> {
        let value: Value = parse(&answer)?;
        // Every group was recorded to be there, empty or not.
        let groups: Vec<_> = GROUPS.iter().filter_map(|(group, _)| value.get(group)?.as_array()).collect();
        if groups.is_empty() {
            return Err(unexpected(&answer, "no recipients"));
        }
        let mut found = Vec::new();
        for own in groups.into_iter().flatten() {
            let text = |key: &str| own.get(key).and_then(Value::as_str).unwrap_or_default();
            let email = ["signerEmail", "email"].into_iter().map(text).find(|email| !email.is_empty());
            let finished = text("status").eq_ignore_ascii_case("completed");
            let mut add = |label: String, value: String| {
                let email = email.unwrap_or_default().to_lowercase();
                found.push(Chosen { email, label, value, finished });
            };
            for tab in tabs::<Checkbox>(own, "checkboxTabs") {
                if let Some(label) = tab.tab_label {
                    add(label, is_on(tab.selected).to_string());
                }
            }
            for group in tabs::<RadioGroup>(own, "radioGroupTabs") {
                let chosen = group.radios.into_iter().find(|radio| is_on(radio.selected.clone()));
                if let Some(label) = group.group_name {
                    add(label, chosen.and_then(|radio| radio.value).unwrap_or_default());
                }
            }
        }
        Ok(found)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}

fn is_on(flag: Option<String>) -> bool {
    flag.is_some_and(|flag| flag.eq_ignore_ascii_case("true"))
}

/// The tabs of one collection of a recipient.
fn tabs<'a, T: Deserialize<'a>>(recipient: &'a Value, collection: &str) -> impl Iterator<Item = T> {
    let list = recipient.get("tabs").and_then(|tabs| tabs.get(collection)).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(|tab| T::deserialize(tab).ok())
}
