//! What the law of a place asks for a kind of document, and who offers it. Not legal advice.

mod answer;
mod model;

pub use answer::{Effect, LawError, Lawful, LegalAnswer, LegalQuestion, NOT_LEGAL_ADVICE, answer};
pub use model::{Coverage, DocumentKind, Jurisdiction, LegalLevel, Member, Rule, Scheme, Treatment};
