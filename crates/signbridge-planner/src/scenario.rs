//! What the user wants: the input of every answer.

use serde::{Deserialize, Deserializer, Serialize};
use signbridge_core::{SignatureLevel, UnknownWord};

use crate::{
    data::{Billing, Channel},
    feature::{Feature, Region},
    law::{DocumentKind, Effect},
};

/// The most seats a scenario may have.
pub const MOST_SEATS: u32 = 1_000_000;
/// The most envelopes, messages or checks a month that a scenario may have.
pub const MOST_A_MONTH: u32 = 10_000_000;

signbridge_core::closed_words! {
    /// What to do above an allowance.
    pub enum OveragePolicy: "overage policy" {
        /// Pay for it, or buy seats, or move up: whatever is cheapest.
        Allow = "allow",
        /// Never pay per envelope: buy seats or move up.
        Forbid = "forbid",
    }
}

/// What is to be sent, how, where, and what it must be worth. Every key can be left out of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scenario {
    /// How many people send, from 1.
    pub seats: u32,
    /// Envelopes a month, all seats together.
    pub envelopes: u32,
    /// By people in the web application, or by an application.
    pub channel: Channel,
    /// The billing mode; `None` compares all.
    pub billing: Option<Billing>,
    /// Text messages a month.
    pub sms: u32,
    /// Checks of identity documents a month.
    pub id_checks: u32,
    /// The place whose law decides: an ISO 3166 code, or `EU`.
    pub jurisdiction: Option<String>,
    /// The kind of document.
    pub document_kind: DocumentKind,
    /// What the signature must achieve in law.
    pub effect: Effect,
    /// The level wanted at least: `simple`, `advanced`, `qualified`, or the law's short names `ses`, `aes`, `qes`.
    #[serde(deserialize_with = "level")]
    pub level: Option<SignatureLevel>,
    /// Where documents must be stored.
    pub residency: Option<Region>,
    /// What the plan must offer.
    pub needs: Vec<Feature>,
    /// What to do above an allowance.
    pub overage: OveragePolicy,
    /// Whether figures that only an interested party states may rank.
    pub allow_vendor_claims: bool,
    /// API calls that one envelope takes, to hold the volume against rate limits.
    pub calls_per_envelope: u32,
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            seats: 1,
            envelopes: 0,
            channel: Channel::Ui,
            billing: None,
            sms: 0,
            id_checks: 0,
            jurisdiction: None,
            document_kind: DocumentKind::Contract,
            effect: Effect::Valid,
            level: None,
            residency: None,
            needs: Vec::new(),
            overage: OveragePolicy::Allow,
            allow_vendor_claims: false,
            calls_per_envelope: 4,
        }
    }
}

/// A scenario that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// A number out of its range.
    #[error("`{key}` is {found}; it must be from {least} to {most}")]
    OutOfRange {
        /// The key.
        key: &'static str,
        /// What was given.
        found: u32,
        /// The least that is taken.
        least: u32,
        /// The most that is taken.
        most: u32,
    },
    /// A word that is no choice of the user.
    #[error("`{key}` cannot be `{found}`; {advice}")]
    NoChoice {
        /// The key.
        key: &'static str,
        /// What was given.
        found: &'static str,
        /// What to write in its place.
        advice: &'static str,
    },
    /// No TOML of this shape.
    #[error("line {line}: {message}")]
    Shape {
        /// The line.
        line: usize,
        /// What is wrong there.
        message: String,
    },
}

/// The level of a word: `simple`, `advanced`, `qualified`, or eIDAS's short names `ses`, `aes`, `qes`.
///
/// # Errors
/// [`UnknownWord`] with the nearest word.
pub fn parse_level(word: &str) -> Result<SignatureLevel, UnknownWord> {
    let (short, long) = (["ses", "aes", "qes"], ["simple", "advanced", "qualified"]);
    let word = short.iter().zip(long).find(|(short, _)| **short == word).map_or(word, |(_, long)| long);
    word.parse().map_err(|_| UnknownWord::new("signature level", word, [long, short].concat()))
}

fn level<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SignatureLevel>, D::Error> {
    let word = Option::<String>::deserialize(deserializer)?;
    word.map(|word| parse_level(&word)).transpose().map_err(serde::de::Error::custom)
}

impl Scenario {
    /// Reads a scenario file (TOML) and checks it.
    ///
    /// # Errors
    /// [`ScenarioError`] for an unknown key, a word outside its vocabulary, or a number out of range.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            ScenarioError::Shape { line, message: error.message().to_owned() }
        })?;
        scenario.validate()?;
        Ok(scenario)
    }

    /// Whether the numbers are in range and the words are choices.
    ///
    /// # Errors
    /// [`ScenarioError`] for the first that is not.
    pub fn validate(&self) -> Result<(), ScenarioError> {
        let ranges = [
            ("seats", self.seats, 1, MOST_SEATS),
            ("envelopes", self.envelopes, 0, MOST_A_MONTH),
            ("sms", self.sms, 0, MOST_A_MONTH),
            ("id_checks", self.id_checks, 0, MOST_A_MONTH),
            ("calls_per_envelope", self.calls_per_envelope, 1, 1_000),
        ];
        for (key, found, least, most) in ranges {
            if !(least..=most).contains(&found) {
                return Err(ScenarioError::OutOfRange { key, found, least, most });
            }
        }
        if self.channel == Channel::Both {
            let advice = "write `ui` or `api`, and compare both in two scenarios";
            return Err(ScenarioError::NoChoice { key: "channel", found: "both", advice });
        }
        if self.billing == Some(Billing::Unstated) {
            let advice = "leave it out to compare all modes";
            return Err(ScenarioError::NoChoice { key: "billing", found: "unstated", advice });
        }
        Ok(())
    }
}
