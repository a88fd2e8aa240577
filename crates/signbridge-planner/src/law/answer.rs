//! The answer of a jurisdiction to a question.

use serde::Serialize;
use signbridge_core::SignatureLevel;

use super::{Coverage, DocumentKind, Jurisdiction, LegalLevel, Rule, Scheme, Treatment};
use crate::data::Data;

/// To be said once wherever legal answers are shown.
pub const NOT_LEGAL_ADVICE: &str = "This is not legal advice: it names the statute and what was recorded of it; a lawyer of the place decides.";

signbridge_core::closed_words! {
    /// What the signature must achieve.
    pub enum Effect: "effect" {
        /// It cannot be denied effect only because it is electronic.
        Valid = "valid",
        /// It counts as a handwritten signature, or is presumed to be the signer's.
        Handwritten = "handwritten",
    }
}

/// What is to be signed, where, and what for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LegalQuestion<'q> {
    /// The ISO 3166 code, or `EU`.
    pub jurisdiction: &'q str,
    /// The kind of document.
    pub document_kind: DocumentKind,
    /// What the signature must achieve.
    pub effect: Effect,
    /// The level that the user wants at least.
    pub level: Option<SignatureLevel>,
}

/// Whether the electronic form does at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "answer")]
pub enum Lawful<'d> {
    /// It does: the kind is ordinary, is allowed expressly, or stands on no complete list of exclusions.
    Yes {
        /// The rule that allows it or raises the level, if there is one.
        rule: Option<&'d Rule>,
    },
    /// The law excludes the kind.
    Excluded {
        /// The rule that does; its note names exceptions.
        rule: &'d Rule,
    },
    /// The kind stands on no recorded list, but the list is not complete.
    Unknown {
        /// How much of it is recorded.
        coverage: Coverage,
    },
}

/// What the law asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LegalAnswer<'d> {
    /// The place, with its statute, effect and evidence.
    pub jurisdiction: &'d Jurisdiction,
    /// The member state that was asked for.
    pub member: Option<&'d str>,
    /// Whether the electronic form does at all.
    pub lawful: Lawful<'d>,
    /// The level needed; `None` when the law knows none as high as the one wanted.
    pub level: Option<&'d LegalLevel>,
    /// The schemes that make that level.
    pub schemes: Vec<&'d Scheme>,
}

/// A question that cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LawError {
    /// No such place is recorded.
    #[error("no law is recorded for `{code}`; recorded are {known}")]
    UnknownJurisdiction {
        /// What was asked for.
        code: String,
        /// What could have been.
        known: String,
    },
}

/// Answers a question from the recorded statutes.
///
/// # Errors
/// [`LawError::UnknownJurisdiction`] when no law is recorded for the place.
pub fn answer<'d>(data: &'d Data, question: &LegalQuestion<'_>) -> Result<LegalAnswer<'d>, LawError> {
    let (jurisdiction, member) = find(data, question.jurisdiction)?;
    let member_code = member.map(|member| member.code.as_str());
    let rule = jurisdiction.rules.iter().find(|rule| {
        rule.kind == question.document_kind
            && (rule.member.is_none() || rule.member.as_deref() == member_code)
    });
    let coverage = member.map_or(jurisdiction.coverage, |member| member.coverage);
    let lawful = match rule {
        Some(rule) if rule.treatment == Treatment::Excluded => Lawful::Excluded { rule },
        Some(rule) => Lawful::Yes { rule: Some(rule) },
        None if question.document_kind.is_ordinary() || coverage == Coverage::Complete => {
            Lawful::Yes { rule: None }
        }
        None => Lawful::Unknown { coverage },
    };
    let by_rule = rule.and_then(|rule| rule.level.as_deref());
    let by_effect = match question.effect {
        Effect::Handwritten => jurisdiction.handwritten.as_deref(),
        Effect::Valid => None,
    };
    let wanted = [by_rule, by_effect].into_iter().flatten().filter_map(|id| jurisdiction.level(id));
    let least = jurisdiction.levels.first();
    let by_user = question.level.map(|rank| jurisdiction.levels.iter().find(|level| level.rank >= rank));
    let level = match by_user {
        Some(None) => None,
        Some(Some(asked)) => highest(wanted.chain([asked])),
        None => highest(wanted.chain(least)),
    };
    let makes = |scheme: &&Scheme| level.is_some_and(|level| scheme.level.as_ref() == Some(&level.id));
    let schemes = jurisdiction.schemes.iter().filter(makes).collect();
    Ok(LegalAnswer { jurisdiction, member: member_code, lawful, level, schemes })
}

/// The first of the highest: what a rule or the wanted effect names goes before what only ranks as high.
fn highest<'d>(levels: impl Iterator<Item = &'d LegalLevel>) -> Option<&'d LegalLevel> {
    levels.reduce(|best, level| if level.rank > best.rank { level } else { best })
}

fn find<'d>(data: &'d Data, code: &str) -> Result<(&'d Jurisdiction, Option<&'d super::Member>), LawError> {
    // ISO 3166 says GB; the figures, as most people do, UK.
    let code = if code.eq_ignore_ascii_case("GB") { "UK" } else { code };
    let wanted = |known: &str| known.eq_ignore_ascii_case(code);
    for jurisdiction in &data.jurisdictions {
        if wanted(&jurisdiction.code) {
            return Ok((jurisdiction, None));
        }
        if let Some(member) = jurisdiction.members.iter().find(|member| wanted(&member.code)) {
            return Ok((jurisdiction, Some(member)));
        }
    }
    let codes: Vec<&str> = data.jurisdictions.iter().map(|one| one.code.as_str()).collect();
    Err(LawError::UnknownJurisdiction { code: code.to_owned(), known: codes.join(", ") })
}
