//! How much was held against the contract.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use super::check::Judgement;
use super::contract::{Contract, Operation};
use super::violation::{Direction, Violation};

/// One request and its answer.
#[derive(Debug, Clone, Copy)]
pub struct Exchange<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The path, with or without the provider's prefix; a query after `?` is read too.
    pub path: &'a str,
    /// The query parameters, decoded.
    pub query: &'a [(String, String)],
    /// The request's JSON, or the JSON part of a multipart body; nothing for raw bytes.
    pub request: Option<&'a Value>,
    /// The names of the files among the parts of a multipart body, such as `files[0]`.
    pub files: &'a [String],
    /// The status of the answer.
    pub status: u16,
    /// The answer's JSON; nothing for raw bytes or an empty body.
    pub response: Option<&'a Value>,
}

/// Counts what was checked of one contract.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    title: String,
    messages: BTreeMap<(String, Direction), usize>,
    properties: BTreeSet<(String, String)>,
    deviations: BTreeSet<usize>,
}

impl Tally {
    /// Counts one message.
    fn count(
        &mut self,
        contract: &Contract,
        operation: &Operation,
        direction: Direction,
        judgement: Judgement,
    ) -> Vec<Violation> {
        self.title = contract.title();
        *self.messages.entry((operation.name().to_owned(), direction)).or_default() += 1;
        self.properties.extend(judgement.seen);
        self.deviations.extend(judgement.deviations);
        judgement.violations
    }

    /// How many different operations had a message checked.
    #[must_use]
    pub fn operations(&self) -> usize {
        let mut names: Vec<&str> = self.messages.keys().map(|(name, _)| name.as_str()).collect();
        names.dedup();
        names.len()
    }

    /// How many messages were checked.
    #[must_use]
    pub fn messages(&self) -> usize {
        self.messages.values().sum()
    }

    /// How many different properties of models were met.
    #[must_use]
    pub fn properties(&self) -> usize {
        self.properties.len()
    }

    /// The deviations that were met, each with its evidence.
    #[must_use]
    pub fn deviations(&self, contract: &Contract) -> Vec<String> {
        self.deviations
            .iter()
            .filter_map(|index| Some(contract.table.deviation.get(*index)?.cite()))
            .collect()
    }

    /// The operations of the contract of which no message was checked.
    #[must_use]
    pub fn unseen<'c>(&self, contract: &'c Contract) -> Vec<&'c str> {
        let names = contract.operations().map(Operation::name);
        names.filter(|name| !self.messages.keys().any(|(seen, _)| seen == name)).collect()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "contract: {}: {} operations, {} messages, {} properties, {} deviations",
            self.title,
            self.operations(),
            self.messages(),
            self.properties(),
            self.deviations.len()
        )
    }
}

impl Contract {
    /// Checks both halves of an exchange and counts them. The request is judged only when the answer was a
    /// success: one that was refused may have been wrong on purpose. What is no operation of the API is let pass.
    #[must_use]
    pub fn check_exchange(&self, exchange: &Exchange<'_>, tally: &mut Tally) -> Vec<Violation> {
        let Exchange { method, path, query, request, files, status, response } = *exchange;
        // The names of the query may tell operations apart.
        let names: Vec<&str> = query.iter().map(|(name, _)| name.as_str()).collect();
        let full = if names.is_empty() { path.to_owned() } else { format!("{path}?{}", names.join("&")) };
        let Some(operation) = self.operation(method, &full) else {
            let outside = self.is_outside(path);
            return if outside { Vec::new() } else { self.check_request(method, path, query, request) };
        };
        let mut violations = Vec::new();
        let refused = response.is_some_and(|json| self.is_refusal(json));
        if (200..300).contains(&status) && !refused {
            let judgement = self.judge_request(method, path, query, request, files);
            violations.extend(tally.count(self, operation, Direction::Request, judgement));
        }
        let judgement = self.judge_response(method, &full, status, response);
        violations.extend(tally.count(self, operation, Direction::Response, judgement));
        violations
    }
}
