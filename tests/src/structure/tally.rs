//! How much was held against the contract.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::contract::{Contract, Operation};
use super::violation::{Direction, Violation};

/// One request and its answer.
#[derive(Debug, Clone, Copy)]
pub struct Exchange<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The path, with or without `/restapi`; a query after `?` is read too.
    pub path: &'a str,
    /// The query parameters, decoded.
    pub query: &'a [(String, String)],
    /// The request's JSON, or the JSON part of a multipart body; nothing for raw bytes.
    pub request: Option<&'a Value>,
    /// The status of the answer.
    pub status: u16,
    /// The answer's JSON; nothing for raw bytes or an empty body.
    pub response: Option<&'a Value>,
}

/// Counts operations and messages that were checked.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    messages: BTreeMap<(String, Direction), usize>,
}

impl Tally {
    /// Counts one message.
    pub fn count(&mut self, operation: &Operation, direction: Direction) {
        *self.messages.entry((operation.name().to_owned(), direction)).or_default() += 1;
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

    /// The operations of the contract of which no message was checked.
    #[must_use]
    pub fn unseen<'c>(&self, contract: &'c Contract) -> Vec<&'c str> {
        let names = contract.operations().map(Operation::name);
        names.filter(|name| !self.messages.keys().any(|(seen, _)| seen == name)).collect()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "contract: {} operations, {} messages", self.operations(), self.messages())
    }
}

impl Contract {
    /// Checks both halves of an exchange and counts them. The request is judged only when the answer was a
    /// success: one that was refused may have been wrong on purpose.
    #[must_use]
    pub fn check_exchange(&self, exchange: &Exchange<'_>, tally: &mut Tally) -> Vec<Violation> {
        let mut violations = Vec::new();
        let operation = self.operation(exchange.method, exchange.path);
        if (200..300).contains(&exchange.status) || operation.is_none() {
            violations.extend(self.check_request(
                exchange.method,
                exchange.path,
                exchange.query,
                exchange.request,
            ));
            if let Some(operation) = operation {
                tally.count(operation, Direction::Request);
            }
        }
        if let Some(operation) = operation {
            violations.extend(self.check_response(
                exchange.method,
                exchange.path,
                exchange.status,
                exchange.response,
            ));
            tally.count(operation, Direction::Response);
        }
        violations
    }
}
