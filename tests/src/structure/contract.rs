//! The contract of a provider: its operations and models, and the table beside them.

use std::collections::{BTreeMap, BTreeSet};

use super::shape::{By, Type};
use super::table::Table;

/// One operation of the provider.
#[derive(Debug)]
pub struct Operation {
    pub(crate) name: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: BTreeSet<String>,
    pub(crate) request: RequestBody,
    /// Whether files may come along as parts of a multipart body.
    pub(crate) takes_files: bool,
    pub(crate) success: BTreeMap<u16, Type>,
    /// What a refusal looks like.
    pub(crate) error: Type,
    /// The statuses of refusal; the body may be missing where the value says so.
    pub(crate) refusals: BTreeMap<u16, bool>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum RequestBody {
    /// No body, or an empty object.
    Nothing,
    /// Bytes that are not JSON.
    Raw,
    /// A form, held to the contract when the caller has decoded it.
    Form(Type),
    Json(Type),
}

impl Operation {
    /// The name, as the official SDKs call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The HTTP method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path's template, with `{name}` for what varies.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// How many segments fit literally, if all fit. A query in the template counts as one.
    fn fit(&self, path: &str, query: &str) -> Option<usize> {
        let (template, wanted) = self.path.split_once('?').unwrap_or((&self.path, ""));
        let (mut template, mut real) = (template.split('/'), path.split('/'));
        let mut literal = usize::from(!wanted.is_empty());
        let asked = |pair: &str| pair.split('=').next() == Some(wanted);
        if !wanted.is_empty() && !query.split('&').any(asked) {
            return None;
        }
        loop {
            match (template.next(), real.next()) {
                (None, None) => return Some(literal),
                (Some(part), Some(segment)) if part == segment => literal += 1,
                (Some(part), Some(segment)) if part.starts_with('{') && !segment.is_empty() => {}
                _ => return None,
            }
        }
    }
}

/// A model: its properties, and which of them are published as required.
#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) properties: BTreeMap<String, Type>,
    pub(crate) required: Vec<String>,
    pub(crate) by: Option<By>,
}

/// A provider's structural contract.
#[derive(Debug)]
pub struct Contract {
    pub(crate) provider: String,
    pub(crate) operations: Vec<Operation>,
    pub(crate) models: BTreeMap<String, Model>,
    pub(crate) table: Table,
}

macro_rules! committed {
    ($provider:literal) => {
        Self::parse(
            $provider,
            include_str!(concat!("../../contracts/", $provider, "/structure.json")),
            include_str!(concat!("../../contracts/", $provider, "/required.toml")),
        )
        .unwrap_or_else(|fault| panic!("tests/contracts/{}: {fault}", $provider))
    };
}

impl Contract {
    /// DocuSign eSignature REST API v2.1, with its OAuth endpoints.
    ///
    /// # Panics
    ///
    /// When the committed files contradict each other.
    #[must_use]
    pub fn docusign() -> Self {
        committed!("docusign")
    }

    /// Adobe Acrobat Sign REST API v6, with its OAuth endpoints.
    ///
    /// # Panics
    ///
    /// When the committed files contradict each other.
    #[must_use]
    pub fn adobe_sign() -> Self {
        committed!("adobe-sign")
    }

    /// Dropbox Sign API v3.
    ///
    /// # Panics
    ///
    /// When the committed files contradict each other.
    #[must_use]
    pub fn dropbox_sign() -> Self {
        committed!("dropbox-sign")
    }

    /// eSignGlobal API v1: our own reading, because the provider publishes no specification.
    ///
    /// # Panics
    ///
    /// When the committed files contradict each other.
    #[must_use]
    pub fn esignglobal() -> Self {
        committed!("esignglobal")
    }

    /// The contracts of all providers.
    #[must_use]
    pub fn all() -> [Self; 4] {
        [Self::docusign(), Self::adobe_sign(), Self::dropbox_sign(), Self::esignglobal()]
    }

    /// The provider's name, as in profiles.
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// The provider's name, and whose word the structure is where it is not the provider's.
    #[must_use]
    pub fn title(&self) -> String {
        let source = &self.table.source;
        if source.is_empty() { self.provider.clone() } else { format!("{} ({source})", self.provider) }
    }

    /// What is let pass although the specification says otherwise, each with its evidence.
    pub fn deviations(&self) -> impl Iterator<Item = String> {
        self.table.deviation.iter().map(super::table::Deviation::cite)
    }

    /// Whether the path is a page, a file or the like, and no operation of the API.
    #[must_use]
    pub fn is_outside(&self, path: &str) -> bool {
        self.table.outside.iter().any(|row| path.starts_with(&row.path))
    }

    /// All operations of the contract.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter()
    }

    /// The operation of this method and real path, with or without the provider's prefix (`/restapi` at DocuSign).
    /// A literal segment wins over a variable one: `envelopes/status` is not an envelope.
    #[must_use]
    pub fn operation(&self, method: &str, path: &str) -> Option<&Operation> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let prefix = &self.table.prefix;
        // The emulator's shards stand before the prefix.
        let path = path.find(prefix.as_str()).and_then(|at| path.get(at + prefix.len()..)).unwrap_or(path);
        self.operations
            .iter()
            .filter(|operation| operation.method.eq_ignore_ascii_case(method))
            .filter_map(|operation| Some((operation.fit(path, query)?, operation)))
            .max_by_key(|(literal, _)| *literal)
            .map(|(_, operation)| operation)
    }

    /// How many rows of the table rest on which evidence.
    #[must_use]
    pub fn evidence(&self) -> BTreeMap<&'static str, usize> {
        let mut rows = BTreeMap::new();
        for (_, evidence) in self.table.citations() {
            *rows.entry(evidence.label()).or_default() += 1;
        }
        rows
    }
}

/// Whether a name of the table, with `*` for a beginning, means this property.
pub(crate) fn matches(pattern: &str, property: &str) -> bool {
    pattern.strip_prefix('*').map_or(pattern == property, |end| property.ends_with(end))
}
