//! Our mark on a signer: `businessId`, the one text of ours that eSignGlobal echoes in reads and callbacks.
//!
//! It is written like a query (`k=KEY&d=DIGEST&e=1&m.NAME=VALUE`), so that it stays plain ASCII whatever it holds.

use std::collections::BTreeMap;

use signbridge_core::once::Intent;
use url::form_urlencoded;

/// What eSignGlobal takes as a `businessId`, in characters.
pub(crate) const LENGTH: usize = 500;
/// Characters that key (100, escaped at worst threefold), digest and the words around them may need.
const OURS: usize = 3 * 100 + 64 + 16;
/// What is left for the application's metadata.
pub(crate) const METADATA_LENGTH: usize = LENGTH - OURS;

/// What a mark says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) key: Option<String>,
    pub(crate) digest: Option<String>,
    /// The application shows this signer his link.
    pub(crate) embedded: bool,
    pub(crate) metadata: BTreeMap<String, String>,
}

impl Mark {
    pub(crate) fn new(intent: Intent<'_>, embedded: bool, metadata: &BTreeMap<String, String>) -> Self {
        Self {
            key: Some(intent.key.as_str().to_owned()),
            digest: Some(intent.digest.to_owned()),
            embedded,
            metadata: metadata.clone(),
        }
    }

    pub(crate) fn write(&self) -> String {
        let mut text = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("k", &self.key), ("d", &self.digest)] {
            if let Some(value) = value {
                text.append_pair(name, value);
            }
        }
        if self.embedded {
            text.append_pair("e", "1");
        }
        for (name, value) in &self.metadata {
            text.append_pair(&format!("m.{name}"), value);
        }
        text.finish()
    }

    /// The mark of a `businessId` of ours: one with key and digest.
    pub(crate) fn read(business_id: &str) -> Option<Self> {
        let mut mark = Self::default();
        for (name, value) in form_urlencoded::parse(business_id.as_bytes()) {
            match name.as_ref() {
                "k" => mark.key = Some(value.into_owned()),
                "d" => mark.digest = Some(value.into_owned()),
                "e" => mark.embedded = value == "1",
                name => {
                    if let Some(name) = name.strip_prefix("m.") {
                        mark.metadata.insert(name.to_owned(), value.into_owned());
                    }
                }
            }
        }
        (mark.key.is_some() && mark.digest.is_some()).then_some(mark)
    }
}

/// How many characters the application's metadata needs in a mark.
pub(crate) fn metadata_length(metadata: &BTreeMap<String, String>) -> usize {
    let mark = Mark { metadata: metadata.clone(), ..Mark::default() };
    mark.write().len()
}

#[cfg(test)]
mod tests {
    use signbridge_core::IdempotencyKey;

    use super::*;

    /// Rows: 9 metadata
    #[test]
    fn a_mark_comes_back_and_fits() {
        let key: IdempotencyKey = "&".repeat(100).parse().unwrap();
        let digest = "d".repeat(64);
        let metadata: BTreeMap<_, _> =
            [("case".to_owned(), "4/2 ü".to_owned()), ("x&y=z".to_owned(), "1".to_owned())].into();
        let mark = Mark::new(Intent { key: &key, digest: &digest, draft: false }, true, &metadata);
        assert_eq!(Mark::read(&mark.write()), Some(mark.clone()));
        assert!(mark.write().is_ascii());
        let full: BTreeMap<_, _> = [("k".to_owned(), "v".repeat(METADATA_LENGTH - 4))].into();
        assert_eq!(metadata_length(&full), METADATA_LENGTH);
        let mark = Mark::new(Intent { key: &key, digest: &digest, draft: false }, true, &full);
        assert!(mark.write().len() <= LENGTH, "{}", mark.write().len());
    }

    #[test]
    fn the_business_id_of_somebody_else_is_no_mark() {
        assert_eq!(Mark::read("b-1"), None);
        assert_eq!(Mark::read("k=only"), None);
    }
}
