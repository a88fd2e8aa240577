//! What a message does wrong, in one line.

use std::fmt;

/// Which half of an exchange a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the client to the provider.
    Request,
    /// From the provider to the client.
    Response,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "request",
            Self::Response => "response",
        })
    }
}

/// One breach of the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The operation's name, or method and path where no operation fits.
    pub operation: String,
    /// Which half of the exchange.
    pub direction: Direction,
    /// The place as a JSON pointer; `?name` for a query parameter.
    pub pointer: String,
    /// What is wrong there.
    pub what: What,
}

/// The kinds of breach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The contract knows no operation of this method and path.
    UnknownOperation,
    /// Neither the specification nor the SDK declares the property.
    UndeclaredProperty,
    /// The value has another type than declared; `null` where text or a list belongs is one case.
    WrongType {
        /// The declared type.
        expected: String,
        /// The JSON type that was found, or `nothing`.
        found: &'static str,
    },
    /// A key is missing that the table requires here.
    MissingKey {
        /// The key, or the keys of which one must be there.
        key: String,
        /// The fact behind the requirement.
        fact: String,
    },
    /// The value is not one of those the table lists, or not of the form it names.
    OutsideSet {
        /// The value, cut; left out where the form is one that secrets have.
        value: String,
        /// The set or form.
        set: String,
        /// The fact behind the rule.
        fact: String,
    },
    /// Neither the specification nor the SDK declares the query parameter.
    UndeclaredQuery,
    /// The status is neither a success nor an error of this operation.
    WrongStatus {
        /// The status of the answer.
        status: u16,
        /// What is declared as success.
        success: Vec<u16>,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.direction, self.operation)?;
        if !self.pointer.is_empty() {
            write!(f, " at {}", self.pointer)?;
        }
        write!(f, ": {}", self.what)
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownOperation => f.write_str("the contract knows no such operation"),
            Self::UndeclaredProperty => f.write_str("undeclared property"),
            Self::WrongType { expected, found } => write!(f, "{expected} expected, {found} found"),
            Self::MissingKey { key, fact } => write!(f, "{key} is missing ({fact})"),
            Self::OutsideSet { value, set, fact } => write!(f, "{value} is not {set} ({fact})"),
            Self::UndeclaredQuery => f.write_str("undeclared query parameter"),
            Self::WrongStatus { status, success } => {
                write!(f, "status {status} is neither success {success:?} nor a known error")
            }
        }
    }
}
