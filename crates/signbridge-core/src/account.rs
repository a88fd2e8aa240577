//! What an account has left, and what signers filled in.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;

/// How many envelopes the account may still send.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Quota {
    /// Allowed in the present period; `None` where the provider does not limit or does not say.
    pub allowed: Option<u64>,
    /// Sent in the present period, where the provider says.
    pub sent: Option<u64>,
    /// Left in the present period, where the provider says or it follows.
    pub left: Option<u64>,
    /// When the period ends, where the provider says.
    pub renews_at: Option<DateTime<Utc>>,
    /// The plan's name, where the provider says.
    pub plan: Option<String>,
    /// The provider's answer as it came. Not part of the published JSON.
    #[serde(skip)]
    pub raw: serde_json::Value,
}

impl Quota {
    /// What is left of what is allowed, either where known.
    pub fn new(allowed: Option<u64>, sent: Option<u64>) -> Self {
        let left = allowed.zip(sent).map(|(allowed, sent)| allowed.saturating_sub(sent));
        Self { allowed, sent, left, renews_at: None, plan: None, raw: serde_json::Value::Null }
    }
}

/// What a signer filled into one field.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FormValue {
    /// The field's id, or the name the provider gave it.
    pub field: String,
    /// What was filled in; check boxes say `true` or `false`.
    pub value: String,
    /// The e-mail address of who filled it in, where the provider says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl FormValue {
    /// A value of a field.
    pub fn new(field: impl Into<String>, value: impl Into<String>, email: Option<String>) -> Self {
        Self { field: field.into(), value: value.into(), email }
    }
}

/// What people wrote stays out of logs.
impl fmt::Debug for FormValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FormValue").field("field", &self.field).finish_non_exhaustive()
    }
}
