//! References: which envelope of which account.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use signbridge_core::{Error, ErrorKind, Result};

use crate::config::is_profile_name;

/// An envelope's address: the profile it was sent with and the provider's own id, written `PROFILE:NATIVE_ID`.
///
/// ```
/// use signbridge::Reference;
///
/// let reference: Reference = "work:6d1c:7".parse()?;
/// assert_eq!((reference.profile(), reference.native()), ("work", "6d1c:7"));
/// assert_eq!(reference.to_string(), "work:6d1c:7");
/// # Ok::<(), signbridge::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    profile: String,
    native: String,
}

impl Reference {
    /// The envelope with the provider's own id `native` in the account `profile`.
    ///
    /// # Errors
    /// `invalid_input` when the profile's name is none (`[a-z0-9-]+`), or the id is empty.
    pub fn new(profile: impl Into<String>, native: impl Into<String>) -> Result<Self> {
        let (profile, native) = (profile.into(), native.into());
        if !is_profile_name(&profile) {
            let message = format!("`{profile}` is no profile name: those are of a-z, 0-9 and hyphens");
            return Err(refuse(message));
        }
        if native.trim().is_empty() {
            return Err(refuse(format!("the reference `{profile}:` has no id after the colon")));
        }
        Ok(Self { profile, native })
    }

    /// The profile's name.
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// The provider's own id.
    pub fn native(&self) -> &str {
        &self.native
    }
}

fn refuse(message: String) -> Error {
    Error::new(ErrorKind::InvalidInput, message)
        .with_remedy("write PROFILE:ID, as `id` is printed by every command")
}

impl FromStr for Reference {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.split_once(':') {
            Some((profile, native)) => Self::new(profile, native),
            None => Err(refuse(format!("the reference `{text}` names no profile"))),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.profile, self.native)
    }
}

impl Serialize for Reference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_split_at_the_first_colon() {
        let reference: Reference = "work:urn:aaid:1".parse().unwrap();
        assert_eq!((reference.profile(), reference.native()), ("work", "urn:aaid:1"));
        assert_eq!(serde_json::to_string(&reference).unwrap(), "\"work:urn:aaid:1\"");
        assert_eq!(serde_json::from_str::<Reference>("\"work:urn:aaid:1\"").unwrap(), reference);
    }

    #[test]
    fn what_is_no_reference_is_refused_with_a_hint() {
        for wrong in ["", "1234", ":1234", "work:", "work: ", "Work:1", "wo rk:1", "wörk:1"] {
            let error = wrong.parse::<Reference>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{wrong}");
            assert!(error.to_string().contains("PROFILE:ID"), "{error}");
        }
    }
}
