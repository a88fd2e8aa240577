//! Idempotency keys: the caller's name for one intended envelope.

use std::{fmt, str::FromStr};

use crate::{Error, ErrorKind};

/// The caller's name for one intended envelope: 1 to 100 visible ASCII characters.
///
/// Sending twice with one key gives one envelope; the same key with another draft is refused.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// A new key that nobody used.
    pub fn random() -> Self {
        Self(uuid::Uuid::new_v4().to_string())
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IdempotencyKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.is_empty() || text.len() > 100 || !visible {
            return Err(Error::new(
                ErrorKind::InvalidDraft,
                "an idempotency key is 1 to 100 visible ASCII characters",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
