//! The examples as they lie in the folder of each provider.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

use crate::structure::{Contract, Direction};

/// One exchange, valid by the facts. Every key must be there, except those it names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Example {
    pub(super) about: String,
    pub(super) method: String,
    pub(super) path: String,
    #[serde(default)]
    pub(super) query: BTreeMap<String, String>,
    pub(super) request: Option<Value>,
    /// The names of files that come along in a multipart body.
    #[serde(default)]
    pub(super) files: Vec<String>,
    #[serde(default)]
    may_drop_from_request: BTreeSet<String>,
    /// Below these places the caller chooses the keys.
    #[serde(default)]
    free_in_request: BTreeSet<String>,
    pub(super) status: u16,
    /// Further statuses that are published for the same answer.
    #[serde(default)]
    pub(super) also: Vec<u16>,
    pub(super) response: Option<Value>,
    #[serde(default)]
    may_drop_from_response: BTreeSet<String>,
    #[serde(default)]
    free_in_response: BTreeSet<String>,
}

/// The request's JSON or the answer's.
#[derive(Debug)]
pub(super) struct Half<'a> {
    pub(super) direction: Direction,
    pub(super) json: &'a Value,
    pub(super) may_drop: &'a BTreeSet<String>,
    free: &'a BTreeSet<String>,
}

/// Whether what was done, `renamed /a/b`, was done below a place whose keys are the caller's.
pub(super) fn kept_free(half: &Half<'_>, what: &str) -> bool {
    let pointer = what.split(' ').next_back().unwrap_or_default();
    half.free
        .iter()
        .any(|place| pointer.strip_prefix(place.as_str()).is_some_and(|rest| rest.starts_with('/')))
}

impl Example {
    pub(super) fn query(&self) -> Vec<(String, String)> {
        self.query.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// The path as it is sent; the names of the query may tell operations apart.
    pub(super) fn path_and_query(&self) -> String {
        let names: Vec<&str> = self.query.keys().map(String::as_str).collect();
        if names.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, names.join("&")) }
    }

    pub(super) fn with_renamed(&self, parameter: &str) -> Vec<(String, String)> {
        let renamed = |name: String| if name == parameter { format!("{name}_renamed") } else { name };
        self.query().into_iter().map(|(name, value)| (renamed(name), value)).collect()
    }

    /// How many faults the contract finds in this half when it is replaced by `json`.
    pub(super) fn faults(&self, contract: &Contract, direction: Direction, json: &Value) -> usize {
        let path = self.path_and_query();
        let judged = match direction {
            Direction::Request => {
                contract.judge_request(&self.method, &self.path, &self.query(), Some(json), &self.files)
            }
            Direction::Response => contract.judge_response(&self.method, &path, self.status, Some(json)),
        };
        judged.violations.len()
    }

    pub(super) fn is_red(&self, contract: &Contract, direction: Direction, json: &Value) -> bool {
        self.faults(contract, direction, json) > 0
    }

    /// Whether the contract finds a fault in the example as it stands.
    pub(super) fn is_wrong(&self, contract: &Contract) -> bool {
        let (path, query, request) = (self.path_and_query(), self.query(), self.request.as_ref());
        let asked = contract.judge_request(&self.method, &self.path, &query, request, &self.files);
        let answered = contract.judge_response(&self.method, &path, self.status, self.response.as_ref());
        !asked.violations.is_empty() || !answered.violations.is_empty()
    }

    pub(super) fn halves(&self) -> impl Iterator<Item = Half<'_>> {
        let (direction, may_drop) = (Direction::Request, &self.may_drop_from_request);
        let request = self.request.as_ref();
        let request = request.map(|json| Half { direction, json, may_drop, free: &self.free_in_request });
        let (direction, may_drop) = (Direction::Response, &self.may_drop_from_response);
        let response = self.response.as_ref();
        let response = response.map(|json| Half { direction, json, may_drop, free: &self.free_in_response });
        request.into_iter().chain(response)
    }
}

/// The examples, by the name of their file, which is the operation's.
pub(super) fn examples(contract: &Contract) -> BTreeMap<String, Vec<Example>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("contracts").join(contract.provider());
    let files = fs::read_dir(folder.join("examples")).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|file| {
            let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
            let examples = serde_json::from_slice(&fs::read(&file).unwrap())
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, examples)
        })
        .collect()
}
