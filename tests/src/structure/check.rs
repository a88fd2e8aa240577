//! Holding one message against the contract: its operation, its query, its files, its status.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::contract::{Contract, Operation, RequestBody};
use super::format::Format;
use super::shape::Type;
use super::violation::{Direction, Violation, What};

/// More of a value is not shown.
const SHOWN: usize = 60;

/// What came of holding a message against the contract.
#[derive(Debug, Default)]
pub(crate) struct Judgement {
    pub(crate) violations: Vec<Violation>,
    /// The properties that were met, by model.
    pub(crate) seen: BTreeSet<(String, String)>,
    /// The deviations without which there were more violations, by their place in the table.
    pub(crate) deviations: BTreeSet<usize>,
}

impl Contract {
    /// What the request does wrong: its operation, its query, its JSON. `query` is decoded; a query that still
    /// hangs on `path` is read too. `json` is the body or the JSON part of a multipart body; a form may be given
    /// as an object of its fields, or left out.
    #[must_use]
    pub fn check_request(
        &self,
        method: &str,
        path: &str,
        query: &[(String, String)],
        json: Option<&Value>,
    ) -> Vec<Violation> {
        self.judge_request(method, path, query, json, &[]).violations
    }

    /// The same with the names of the files that came along as parts of a multipart body.
    pub(crate) fn judge_request(
        &self,
        method: &str,
        path: &str,
        query: &[(String, String)],
        json: Option<&Value>,
        files: &[String],
    ) -> Judgement {
        let (at, attached) = path.split_once('?').unwrap_or((path, ""));
        let query: BTreeMap<String, String> = query.iter().cloned().chain(decoded(attached)).collect();
        let names: Vec<&str> = query.keys().map(String::as_str).collect();
        let Some(operation) = self.operation(method, &format!("{at}?{}", names.join("&"))) else {
            return unknown(method, path, Direction::Request);
        };
        let mut check = Check::new(self, operation, Direction::Request, &query, files);
        check.query();
        check.files();
        let nothing_but_files = Value::Object(serde_json::Map::new());
        let json = json.or((!files.is_empty() && operation.takes_files).then_some(&nothing_but_files));
        match (&operation.request, json) {
            (RequestBody::Json(kind) | RequestBody::Form(kind), Some(json)) => {
                check.value(kind, json, "", None);
            }
            (RequestBody::Json(kind), None) => check.push("", wrong_type(kind, "nothing")),
            (RequestBody::Form(_) | RequestBody::Raw | RequestBody::Nothing, None) => {}
            // The SDKs send `{}` where the specification has no body.
            (RequestBody::Nothing, Some(Value::Object(object))) if object.is_empty() => {}
            (RequestBody::Nothing, Some(_)) => {
                check.push("", What::WrongType { expected: "no body".to_owned(), found: "JSON" });
            }
            (RequestBody::Raw, Some(_)) => check.push("", wrong_type(&Type::File, "JSON")),
        }
        check.done
    }

    /// What the answer does wrong: its status, its JSON. Nothing as `json` means bytes or no body at all.
    #[must_use]
    pub fn check_response(
        &self,
        method: &str,
        path: &str,
        status: u16,
        json: Option<&Value>,
    ) -> Vec<Violation> {
        self.judge_response(method, path, status, json).violations
    }

    pub(crate) fn judge_response(
        &self,
        method: &str,
        path: &str,
        status: u16,
        json: Option<&Value>,
    ) -> Judgement {
        let Some(operation) = self.operation(method, path) else {
            return unknown(method, path, Direction::Response);
        };
        let query = BTreeMap::new();
        let mut check = Check::new(self, operation, Direction::Response, &query, &[]);
        let success = check.success(status);
        match (success, operation.refusals.get(&status), json) {
            (Some(_), _, Some(json)) if self.is_refusal(json) => {
                check.value(&operation.error, json, "", None)
            }
            (Some(Type::File | Type::Nothing), _, None) => {}
            (Some(kind), _, Some(json)) => check.value(kind, json, "", None),
            (Some(kind), _, None) => check.push("", wrong_type(kind, "nothing")),
            (None, Some(_), Some(json)) => check.value(&operation.error, json, "", None),
            (None, Some(body_may_be_missing), None) => {
                if !body_may_be_missing {
                    check.push("", wrong_type(&operation.error, "nothing"));
                }
            }
            (None, None, _) => {
                let success = operation.success.keys().copied().collect();
                check.push("", What::WrongStatus { status, success });
            }
        }
        check.done
    }

    /// Whether an answer of success tells of a refusal in its body.
    pub(crate) fn is_refusal(&self, json: &Value) -> bool {
        self.table.errors.success_when.iter().any(|(key, values)| {
            let text = json.get(key).and_then(scalar);
            text.is_some_and(|text| !values.contains(&text))
        })
    }
}

/// One message under examination.
pub(crate) struct Check<'a> {
    pub(crate) contract: &'a Contract,
    pub(crate) operation: &'a Operation,
    pub(crate) direction: Direction,
    pub(crate) query: &'a BTreeMap<String, String>,
    /// The names of files that came as parts of a multipart body.
    pub(crate) files: &'a [String],
    pub(crate) done: Judgement,
}

impl<'a> Check<'a> {
    fn new(
        contract: &'a Contract,
        operation: &'a Operation,
        direction: Direction,
        query: &'a BTreeMap<String, String>,
        files: &'a [String],
    ) -> Self {
        Self { contract, operation, direction, query, files, done: Judgement::default() }
    }

    pub(crate) fn push(&mut self, pointer: &str, what: What) {
        let operation =
            format!("{} ({} {})", self.operation.name(), self.operation.method(), self.operation.path());
        self.done.violations.push(Violation {
            operation,
            direction: self.direction,
            pointer: pointer.to_owned(),
            what,
        });
    }

    /// The type of a successful answer with this status, published or by a deviation.
    fn success(&mut self, status: u16) -> Option<&'a Type> {
        let published = self.operation.success.get(&status);
        published.or_else(|| {
            let rows = self.contract.table.deviation.iter().enumerate();
            let (index, _) = rows
                .filter(|(_, row)| row.status == Some(status))
                .find(|(_, row)| row.on.reaches(self.operation.name(), self.direction))?;
            self.done.deviations.insert(index);
            self.operation.success.values().next()
        })
    }

    /// Files come where the model has a place for them.
    fn files(&mut self) {
        for name in self.files {
            let property = super::files::property(name);
            let model = match &self.operation.request {
                RequestBody::Json(kind) | RequestBody::Form(kind) if self.operation.takes_files => {
                    kind.model()
                }
                _ => None,
            };
            let declared = model.and_then(|model| self.contract.models.get(model));
            match declared.and_then(|model| model.properties.get(property)) {
                Some(kind) if kind.is_file() => {
                    let model = model.unwrap_or_default().to_owned();
                    self.done.seen.insert((model, property.to_owned()));
                }
                Some(kind) => self.push(&format!("/{name}"), wrong_type(kind, "a file")),
                None => self.push(&format!("/{name}"), What::UndeclaredProperty),
            }
        }
    }

    fn query(&mut self) {
        let (contract, query) = (self.contract, self.query);
        for name in query.keys().filter(|name| !self.operation.query.contains(*name)) {
            let rows = contract.table.deviation.iter().enumerate();
            let mut rows = rows.filter(|(_, row)| row.query.contains(name));
            match rows.find(|(_, row)| row.on.reaches(self.operation.name(), self.direction)) {
                Some((index, _)) => drop(self.done.deviations.insert(index)),
                None => self.push(&format!("?{name}"), What::UndeclaredQuery),
            }
        }
        for rule in &contract.table.query {
            let elsewhere = !rule.operations.is_empty()
                && !rule.operations.iter().any(|name| name == self.operation.name());
            if elsewhere {
                continue;
            }
            if !rule.one_of.is_empty() && !rule.one_of.iter().any(|name| query.contains_key(name)) {
                self.push(
                    "",
                    What::MissingKey {
                        key: format!("?{}", rule.one_of.join(" or ?")),
                        fact: rule.evidence.cite(&rule.fact),
                    },
                );
            }
            for (name, text) in query.iter().filter(|(name, _)| rule.names.contains(name)) {
                let parts: Vec<&str> =
                    if rule.list { text.split(',').map(str::trim).collect() } else { vec![text] };
                for part in parts {
                    if let Some(what) = self.outside(
                        part,
                        rule.set.as_deref(),
                        rule.format,
                        None,
                        &rule.evidence.cite(&rule.fact),
                    ) {
                        self.push(&format!("?{name}"), what);
                    }
                }
            }
        }
    }

    pub(crate) fn outside(
        &self,
        text: &str,
        set: Option<&str>,
        format: Option<Format>,
        longest: Option<usize>,
        fact: &str,
    ) -> Option<What> {
        let what = |value: String, set: String| Some(What::OutsideSet { value, set, fact: fact.to_owned() });
        if let Some(name) = set
            && !self.contract.table.sets.get(name).is_some_and(|set| set.holds(text))
        {
            return what(shown(text), format!("in the set {name}"));
        }
        if let Some(format) = format
            && !format.fits(text)
        {
            let value = if format.may_be_secret() { "the value".to_owned() } else { shown(text) };
            return what(value, format.describe().to_owned());
        }
        if let Some(longest) = longest
            && text.chars().count() > longest
        {
            return what(
                format!("a text of {} characters", text.chars().count()),
                format!("{longest} at most"),
            );
        }
        None
    }
}

fn unknown(method: &str, path: &str, direction: Direction) -> Judgement {
    let path = path.split('?').next().unwrap_or(path);
    let violation = Violation {
        operation: format!("{method} {path}"),
        direction,
        pointer: String::new(),
        what: What::UnknownOperation,
    };
    Judgement { violations: vec![violation], ..Judgement::default() }
}

/// A text, number or flag as text.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

pub(crate) fn wrong_type(expected: &Type, found: &'static str) -> What {
    What::WrongType { expected: expected.to_string(), found }
}

pub(crate) fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// A JSON pointer, one key longer.
pub(crate) fn extend(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

pub(crate) fn shown(text: &str) -> String {
    let cut: String = text.chars().take(SHOWN).collect();
    if cut.len() < text.len() { format!("{cut:?}…") } else { format!("{cut:?}") }
}

/// A query string, decoded.
fn decoded(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (unescaped(name), unescaped(value))
        })
        .collect()
}

fn unescaped(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut plain = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'+' => b' ',
            b'%' => {
                let pair: Vec<u8> = bytes.by_ref().take(2).collect();
                let pair = std::str::from_utf8(&pair).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
                pair.unwrap_or(b'%')
            }
            other => other,
        });
    }
    String::from_utf8_lossy(&plain).into_owned()
}
