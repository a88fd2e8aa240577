//! Our marks on an envelope: custom fields that nobody sees, by which a retry finds what it made.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use signbridge_core::{IdempotencyKey, once::Intent};
use url::Url;
use uuid::Uuid;

use super::flexible;

/// All names of ours begin so; an application's metadata may not.
pub(crate) const PREFIX: &str = "sb_";
const KEY: &str = "sb_key";
const DIGEST: &str = "sb_digest";
const RETURN_URL: &str = "sb_return_url.";
/// What DocuSign takes as the value of a custom field, in characters.
pub(crate) const VALUE_LENGTH: usize = 100;

/// DocuSign's custom field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct TextCustomField {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) show: &'static str,
    pub(crate) required: &'static str,
}

impl TextCustomField {
    pub(crate) fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into(), show: "false", required: "false" }
    }
}

/// The custom fields of an envelope, as requests write them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CustomFields {
    pub(crate) text_custom_fields: Vec<TextCustomField>,
}

/// The mark of a key.
pub(crate) fn key(key: &IdempotencyKey) -> TextCustomField {
    TextCustomField::new(KEY, key.as_str())
}

/// The mark of a complete draft: an envelope without it was not finished and is never sent.
pub(crate) fn digest(intent: &Intent<'_>) -> TextCustomField {
    TextCustomField::new(DIGEST, intent.digest)
}

/// How DocuSign's list finds the mark of a key.
pub(crate) fn query(key: &IdempotencyKey) -> String {
    format!("{KEY}={key}")
}

/// The name of a key at DocuSign: an account's transaction, to be asked for during seven days.
pub(crate) fn transaction_id(account_id: &str, key: &IdempotencyKey) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("signbridge:{}:{key}", account_id.to_lowercase()).as_bytes())
}

/// DocuSign wants a return address with each link, the portable model has one per draft: it is kept in pieces.
pub(crate) fn return_url(url: &Url) -> Vec<TextCustomField> {
    let letters: Vec<char> = url.as_str().chars().collect();
    let pieces = letters.chunks(VALUE_LENGTH).enumerate();
    pieces
        .map(|(index, piece)| {
            TextCustomField::new(format!("{RETURN_URL}{index}"), piece.iter().collect::<String>())
        })
        .collect()
}

/// The custom fields of an answer.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct CustomFieldsAnswer {
    #[serde(deserialize_with = "flexible::list")]
    text_custom_fields: Vec<CustomFieldAnswer>,
}

#[derive(Debug, Clone, Deserialize)]
struct CustomFieldAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    value: Option<String>,
}

/// What the custom fields of an envelope say: ours apart from the application's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    pub(crate) key: Option<String>,
    pub(crate) digest: Option<String>,
    pub(crate) return_url: Option<Url>,
    pub(crate) metadata: BTreeMap<String, String>,
}

impl From<CustomFieldsAnswer> for Marks {
    fn from(fields: CustomFieldsAnswer) -> Self {
        let mut all: BTreeMap<String, String> = fields
            .text_custom_fields
            .into_iter()
            .filter_map(|field| Some((field.name?, field.value.unwrap_or_default())))
            .collect();
        let mut url = String::new();
        while let Some(piece) = all.remove(&format!("{RETURN_URL}{}", url.chars().count() / VALUE_LENGTH)) {
            url.push_str(&piece);
            if piece.chars().count() < VALUE_LENGTH {
                break;
            }
        }
        let (key, digest) = (all.remove(KEY), all.remove(DIGEST));
        all.retain(|name, _| !name.starts_with(PREFIX));
        Self { key, digest, return_url: Url::parse(&url).ok(), metadata: all }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    proptest! {
        #[test]
        fn a_return_address_of_any_length_comes_back(path in "[a-z0-9/]{0,400}") {
            let url = Url::parse(&format!("https://example.com/{path}")).unwrap();
            let fields = return_url(&url);
            prop_assert!(fields.iter().all(|field| field.value.chars().count() <= VALUE_LENGTH));
            let answer: CustomFieldsAnswer =
                serde_json::from_value(json!({"textCustomFields": fields, "listCustomFields": []})).unwrap();
            prop_assert_eq!(Marks::from(answer).return_url, Some(url));
        }
    }

    #[test]
    fn ours_are_told_from_the_applications() {
        let answer: CustomFieldsAnswer = serde_json::from_value(json!({"textCustomFields": [
            {"name": "sb_key", "value": "k"}, {"name": "sb_digest", "value": "d"},
            {"name": "case", "value": "42"}, {"name": null, "value": "x"}, {"name": "empty", "value": null}]}))
        .unwrap();
        let marks = Marks::from(answer);
        assert_eq!((marks.key.as_deref(), marks.digest.as_deref()), (Some("k"), Some("d")));
        assert_eq!(marks.metadata.keys().collect::<Vec<_>>(), ["case", "empty"]);
    }

    #[test]
    fn one_key_is_one_transaction_of_an_account() {
        let key: IdempotencyKey = "order-7".parse().unwrap();
        assert_eq!(transaction_id("ABC", &key), transaction_id("abc", &key));
        assert_ne!(transaction_id("abc", &key), transaction_id("abd", &key));
    }
}
