//! The wrapper of every answer, and refusals.
//!
//! No list of error codes is known, so all refusals carry one and the same: a client that tells them
//! apart would rest on nothing.

use http::StatusCode;
use serde_json::{Value, json};

use crate::exchange::Answer;

/// The one code of a refusal; which codes eSignGlobal has is unknown [FACTS 3].
const REFUSED: i64 = 1;

/// How a page writes `code`: as text, or as a number on cancel, stamps and comparison [FACTS 3].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeForm {
    Text,
    Number,
}

impl CodeForm {
    fn write(self, code: i64) -> Value {
        match self {
            Self::Text => code.to_string().into(),
            Self::Number => code.into(),
        }
    }

    /// A success with its data.
    pub(crate) fn success(self, data: Value) -> Answer {
        Answer::ok(json!({ "code": self.write(0), "data": data, "message": "success" }))
    }
}

/// Why a request was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
}

impl Refusal {
    /// A business failure: status 200 and a code that is not 0 [FACTS 3, inferred].
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { status: StatusCode::OK, message: message.into() }
    }

    /// A missing or dead token; status and code are unknown [FACTS 2].
    pub(crate) fn unauthorised(message: impl Into<String>) -> Self {
        Self { status: StatusCode::UNAUTHORIZED, message: message.into() }
    }

    /// The one text that is documented: a key that was never uploaded [FACTS 3].
    pub(crate) fn no_file() -> Self {
        Self::new("File cannot be found.")
    }

    pub(crate) fn no_envelope() -> Self {
        Self::new("There is no such envelope.")
    }

    pub(crate) fn answer(&self, form: CodeForm) -> Answer {
        Answer::json(
            self.status,
            json!({ "code": form.write(REFUSED), "data": Value::Null, "message": self.message }),
        )
    }
}
