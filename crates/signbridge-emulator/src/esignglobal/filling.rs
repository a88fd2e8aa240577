//! A template and the file that its values make.

use bytes::Bytes;
use serde_json::{Value, json};

use super::model::Time;
use crate::docusign::convert::stand_in;

/// A template, as a person made it.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) enabled: bool,
    pub(crate) made: Time,
    /// The id of the one place for a signature.
    pub(crate) signature: String,
    pub(crate) fields: Vec<Field>,
}

/// A field that the sender fills.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) id: String,
    pub(crate) key: String,
    /// 1 text, 2 number, 3 date, 8 lines, 9 several choices, 10 one choice, 11 image, 14 drop-down, 15 check box.
    pub(crate) kind: u64,
    pub(crate) required: bool,
    pub(crate) options: Vec<String>,
}

impl Field {
    /// The field as `templateDetail` tells it.
    pub(crate) fn detail(&self) -> Value {
        let options: Value = self
            .options
            .iter()
            .enumerate()
            .map(|(at, text)| json!({ "optionContent": text, "optionOrder": at, "selected": false }))
            .collect();
        json!({
            "fieldId": self.id,
            "fieldKey": self.key,
            "fieldName": self.key,
            "required": self.required,
            "fieldType": self.kind,
            "fieldPosition": { "posX": 100.0, "posY": 100.0, "posNo": 1 },
            "movable": false,
            "fieldSpecialAttributes": { "dateFormat": "yyyy-MM-dd", "options": options },
        })
    }

    /// The value as it is shown: choices come as places of options [FACTS 4].
    fn shown(&self, value: &str) -> Result<String, String> {
        let wrong = |what: &str| Err(format!("{}: {what}", self.key));
        let option = |place: usize| self.options.get(place).cloned();
        match self.kind {
            2 if value.parse::<f64>().is_err() => wrong("no number"),
            3 if value.parse::<chrono::NaiveDate>().is_err() => wrong("no date as 2025-07-07"),
            10 | 14 => match value.parse().ok().and_then(option) {
                Some(text) => Ok(text),
                None => wrong("no place of an option"),
            },
            9 | 15 => {
                let places: Option<Vec<usize>> = serde_json::from_str(value).ok();
                let texts: Option<Vec<String>> =
                    places.and_then(|places| places.into_iter().map(option).collect());
                texts.map_or_else(|| wrong("no list of places of options"), |texts| Ok(texts.join(", ")))
            }
            11 => wrong("the emulator fills no images"),
            _ => Ok(value.to_owned()),
        }
    }
}

/// A page that says what was filled in, or why it cannot be made.
pub(crate) fn file(template: &Template, values: &[(usize, String)]) -> Result<Bytes, String> {
    let mut text = format!("{}\n", template.name);
    for (at, field) in template.fields.iter().enumerate() {
        match values.iter().find(|(own, _)| *own == at) {
            Some((_, value)) => text += &format!("\n{}: {}", field.key, field.shown(value)?),
            None if field.required => return Err(format!("{}: required", field.key)),
            None => {}
        }
    }
    stand_in("template.txt", "txt", text.as_bytes()).ok_or_else(|| "no page".to_owned())
}
