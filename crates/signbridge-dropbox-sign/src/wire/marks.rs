//! Our marks on a request: metadata by which it is found again. Dropbox Sign echoes metadata in every answer.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use signbridge_core::once::Intent;

use super::flexible::plain;

/// All names of ours begin so; an application's metadata may not.
pub(crate) const PREFIX: &str = "sb_";
const KEY: &str = "sb_key";
const DIGEST: &str = "sb_digest";
/// Dropbox Sign's ten keys, less ours.
pub(crate) const ENTRIES: usize = 8;
/// Characters of a key.
pub(crate) const KEY_LENGTH: usize = 40;
/// Characters of a value.
pub(crate) const VALUE_LENGTH: usize = 1000;

/// The application's metadata with our marks.
pub(crate) fn marked(metadata: &BTreeMap<String, String>, intent: Intent<'_>) -> BTreeMap<String, String> {
    let ours = [(KEY, intent.key.to_string()), (DIGEST, intent.digest.to_owned())];
    metadata
        .clone()
        .into_iter()
        .chain(ours.into_iter().map(|(name, value)| (name.to_owned(), value)))
        .collect()
}

/// What the metadata of an answer say: ours apart from the application's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    pub(crate) key: Option<String>,
    pub(crate) digest: Option<String>,
    pub(crate) metadata: BTreeMap<String, String>,
}

impl From<&Map<String, Value>> for Marks {
    /// Values may be numbers or nested; nested ones stay JSON.
    fn from(all: &Map<String, Value>) -> Self {
        let text = |value: &Value| plain(value).unwrap_or_else(|| value.to_string());
        let mut metadata: BTreeMap<String, String> = all
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), text(value)))
            .collect();
        let (key, digest) = (metadata.remove(KEY), metadata.remove(DIGEST));
        metadata.retain(|name, _| !name.starts_with(PREFIX));
        Self { key, digest, metadata }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Rows: 9 metadata
    #[test]
    fn ours_are_told_from_the_applications_and_come_back() {
        let key = "order-7".parse().unwrap();
        let intent = Intent { key: &key, digest: "d1ge57", draft: false };
        let mine: BTreeMap<_, _> = [("case".to_owned(), "42".to_owned())].into();
        let written = serde_json::to_value(marked(&mine, intent)).unwrap();
        let marks = Marks::from(written.as_object().unwrap());
        assert_eq!((marks.key.as_deref(), marks.digest.as_deref()), (Some("order-7"), Some("d1ge57")));
        assert_eq!(marks.metadata, mine);
    }

    #[test]
    fn numbers_and_nested_values_become_text() {
        let all = json!({"n": 1234, "deep": {"a": 1}, "none": null});
        let metadata = Marks::from(all.as_object().unwrap()).metadata;
        assert_eq!(metadata["n"], "1234");
        assert_eq!(metadata["deep"], "{\"a\":1}");
        assert!(!metadata.contains_key("none"));
    }
}
