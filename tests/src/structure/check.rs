//! Holding one message against the contract.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::contract::{Contract, Operation, RequestBody, matches};
use super::format::Format;
use super::shape::Type;
use super::table::{RequiredRule, ValueRule};
use super::violation::{Direction, Violation, What};

/// More of a value is not shown.
const SHOWN: usize = 60;

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
        let Some(operation) = self.operation(method, path) else {
            return vec![unknown(method, path, Direction::Request)];
        };
        let attached = path.split_once('?').map(|(_, query)| decoded(query)).unwrap_or_default();
        let query: BTreeMap<String, String> = query.iter().cloned().chain(attached).collect();
        let mut check = Check::new(self, operation, Direction::Request, &query);
        check.query();
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
        check.found
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
        let Some(operation) = self.operation(method, path) else {
            return vec![unknown(method, path, Direction::Response)];
        };
        let query = BTreeMap::new();
        let mut check = Check::new(self, operation, Direction::Response, &query);
        match (operation.success.get(&status), operation.refusals.get(&status), json) {
            (Some(Type::File), _, None) => {}
            (Some(Type::File), _, Some(_)) => check.push("", wrong_type(&Type::File, "JSON")),
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
        check.found
    }
}

/// One message under examination.
struct Check<'a> {
    contract: &'a Contract,
    operation: &'a Operation,
    direction: Direction,
    query: &'a BTreeMap<String, String>,
    found: Vec<Violation>,
}

impl<'a> Check<'a> {
    fn new(
        contract: &'a Contract,
        operation: &'a Operation,
        direction: Direction,
        query: &'a BTreeMap<String, String>,
    ) -> Self {
        Self { contract, operation, direction, query, found: Vec::new() }
    }

    fn push(&mut self, pointer: &str, what: What) {
        let operation =
            format!("{} ({} {})", self.operation.name(), self.operation.method(), self.operation.path());
        self.found.push(Violation {
            operation,
            direction: self.direction,
            pointer: pointer.to_owned(),
            what,
        });
    }

    fn query(&mut self) {
        let (contract, query) = (self.contract, self.query);
        for name in query.keys().filter(|name| !self.operation.query.contains(*name)) {
            self.push(&format!("?{name}"), What::UndeclaredQuery);
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

    /// `owner` is the model and the property that hold the value; items of a list have their list's owner.
    fn value(&mut self, kind: &Type, value: &Value, pointer: &str, owner: Option<(&str, &str)>) {
        match (kind, value) {
            (Type::Model(model), Value::Object(object)) => self.object(model, object, pointer),
            (Type::List(items), Value::Array(values)) => {
                for (index, value) in values.iter().enumerate() {
                    self.value(items, value, &format!("{pointer}/{index}"), owner);
                }
            }
            (Type::Map(values), Value::Object(object)) => {
                for (key, value) in object {
                    self.value(values, value, &extend(pointer, key), owner);
                }
            }
            (Type::Choice(values), Value::String(text)) => {
                if !values.contains(text) {
                    let set = format!("one of {}", values.join(", "));
                    self.push(pointer, What::OutsideSet { value: shown(text), set, fact: "spec".to_owned() });
                }
            }
            (Type::String, Value::String(text)) => self.text(text, pointer, owner),
            (Type::Integer, Value::Number(number)) if number.is_i64() || number.is_u64() => {
                self.text(&number.to_string(), pointer, owner);
            }
            (Type::Number, Value::Number(number)) => self.text(&number.to_string(), pointer, owner),
            (Type::Boolean, Value::Bool(_)) => {}
            (kind, value) => self.push(pointer, wrong_type(kind, json_type(value))),
        }
    }

    fn object(&mut self, model: &str, object: &Map<String, Value>, pointer: &str) {
        let contract = self.contract;
        let Some(properties) = contract.models.get(model) else { return };
        for (key, value) in object {
            match properties.get(key) {
                Some(kind) => self.value(kind, value, &extend(pointer, key), Some((model, key))),
                None => self.push(&extend(pointer, key), What::UndeclaredProperty),
            }
        }
        for rule in &contract.table.required {
            if rule.on.covers(self.operation.name(), self.direction, model) && self.applies(rule, object) {
                for key in rule.keys.iter().filter(|key| !object.contains_key(*key)) {
                    self.push(
                        pointer,
                        What::MissingKey { key: key.clone(), fact: rule.evidence.cite(&rule.fact) },
                    );
                }
                if rule.some && !properties.keys().any(|key| object.contains_key(key)) {
                    self.push(
                        pointer,
                        What::MissingKey {
                            key: "every key".to_owned(),
                            fact: rule.evidence.cite(&rule.fact),
                        },
                    );
                }
            }
        }
    }

    fn applies(&self, rule: &RequiredRule, object: &Map<String, Value>) -> bool {
        let says = |(key, values): (&String, &Vec<String>)| {
            object
                .get(key)
                .and_then(Value::as_str)
                .is_some_and(|text| values.iter().any(|value| value == text))
        };
        rule.when.iter().all(says)
            && (rule.when_present.is_empty() || rule.when_present.iter().any(|key| object.contains_key(key)))
            && rule.when_query.iter().all(|(name, value)| self.query.get(name) == Some(value))
            && !rule.unless.iter().any(|key| object.contains_key(key))
            && !rule.unless_query.iter().any(|name| self.query.contains_key(name))
    }

    fn text(&mut self, text: &str, pointer: &str, owner: Option<(&str, &str)>) {
        let Some((model, property)) = owner else { return };
        let contract = self.contract;
        let bound = |rule: &&ValueRule| {
            rule.on.covers(self.operation.name(), self.direction, model)
                && rule.properties.iter().any(|pattern| matches(pattern, property))
        };
        let rules: Vec<&ValueRule> = contract.table.value.iter().filter(bound).collect();
        for rule in rules {
            if let Some(what) = self.outside(
                text,
                rule.set.as_deref(),
                rule.format,
                rule.longest,
                &rule.evidence.cite(&rule.fact),
            ) {
                self.push(pointer, what);
            }
        }
    }

    fn outside(
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

fn unknown(method: &str, path: &str, direction: Direction) -> Violation {
    let path = path.split('?').next().unwrap_or(path);
    Violation {
        operation: format!("{method} {path}"),
        direction,
        pointer: String::new(),
        what: What::UnknownOperation,
    }
}

fn wrong_type(expected: &Type, found: &'static str) -> What {
    What::WrongType { expected: expected.to_string(), found }
}

fn json_type(value: &Value) -> &'static str {
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

fn shown(text: &str) -> String {
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
