//! Reports: the same answer for a terminal, for programs, for a document, and as a page for a manager.
//!
//! Every format is made from the same [`Plan`]; none computes anything of its own. In the page each number says what it
//! rests on: `data-source` names sources, `data-input` names keys of the scenario.

mod chart;
mod cite;
mod html;
mod sections;
mod text;

use serde::Serialize;
use signbridge_core::Capabilities;

use crate::{
    Plan,
    cost::{Candidate, Outcome},
    data::{Data, Source},
    observation::Evidence,
    rank::Conclusion,
};

/// An answer, ready to be shown.
#[derive(Debug, Clone, Copy)]
pub struct Report<'r, 'd> {
    /// The answer.
    pub plan: &'r Plan<'d>,
    /// The figures it came from.
    pub data: &'d Data,
    /// The configured profiles with what their adapters can do.
    pub profiles: &'r [(&'r str, &'r Capabilities)],
}

/// The JSON of a report: the answer, and the sources that it names.
#[derive(Debug, Serialize)]
struct Document<'r, 'd> {
    conclusion: String,
    plan: &'r Plan<'d>,
    sources: Vec<&'d Source>,
}

impl<'r, 'd> Report<'r, 'd> {
    /// A report on an answer.
    pub fn new(plan: &'r Plan<'d>, data: &'d Data, profiles: &'r [(&'r str, &'r Capabilities)]) -> Self {
        Self { plan, data, profiles }
    }

    /// For a terminal of about 100 columns.
    pub fn terminal(&self) -> String {
        text::terminal(self)
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        text::markdown(self)
    }

    /// As JSON for programs.
    ///
    /// # Errors
    /// None that is known: every value of an answer can be written.
    pub fn json(&self) -> serde_json::Result<String> {
        let document = Document {
            conclusion: self.conclusion(),
            plan: self.plan,
            sources: self.data.sources().collect(),
        };
        serde_json::to_string_pretty(&document)
    }

    /// As one page of HTML that needs nothing else: no script, style, font or picture from elsewhere.
    pub fn html(&self) -> String {
        html::page(self)
    }

    /// The answer in a sentence.
    pub fn conclusion(&self) -> String {
        let names = |candidates: &mut dyn Iterator<Item = &Candidate<'d>>| {
            candidates.map(|one| self.name(one)).collect::<Vec<_>>().join(", ")
        };
        match self.plan.ranking.conclusion {
            Conclusion::Cheapest => {
                format!("{} is the cheapest plan that does.", names(&mut self.plan.leaders()))
            }
            Conclusion::Overlap => format!(
                "No single plan is the cheapest: what these cost overlaps: {}.",
                names(&mut self.plan.leaders())
            ),
            Conclusion::NoneProven => format!(
                "No plan is proven to do. The nearest is {}; what is missing stands beside it.",
                names(&mut self.plan.closest().into_iter())
            ),
            Conclusion::NoPublishedPrice => {
                "Plans may do, but none of them has a published price: ask for quotations.".to_owned()
            }
            Conclusion::Impossible => "No plan does; the reasons stand beside each.".to_owned(),
        }
    }

    /// A plan as people call it.
    fn name(&self, candidate: &Candidate<'d>) -> String {
        let plan = &candidate.plan.name;
        let provider = self.data.provider(&candidate.plan.provider).map_or("", |provider| &provider.name);
        // "Adobe Acrobat Sign" sells "Acrobat Standard": the word is said once.
        let family = plan.split(' ').next().unwrap_or_default();
        let provider = provider.split_once(family).map_or(provider, |(before, _)| before.trim_end());
        format!("{provider} {plan} ({})", candidate.billing.as_str().replace('_', " "))
    }

    /// The candidates in the order of a reader: those that do by cost, then what may do, then what does not.
    fn ordered(&self) -> Vec<&'r Candidate<'d>> {
        let plan = self.plan;
        let ranked = plan.ranking.ranked.iter().filter_map(|index| plan.candidates.get(*index));
        let rest = |outcome| plan.candidates.iter().filter(move |one| one.outcome == outcome);
        ranked.chain(rest(Outcome::Undetermined)).chain(rest(Outcome::Infeasible)).collect()
    }

    /// A source with its date and confidence, in a line.
    fn citation(&self, evidence: &Evidence) -> String {
        let title =
            self.data.source(&evidence.source).map_or(evidence.source.as_str(), |source| &source.title);
        let date = evidence.date.map_or("undated".to_owned(), |date| date.to_string());
        let note = evidence.note.as_deref().map(|note| format!("; {note}")).unwrap_or_default();
        format!("{title}, {date}, confidence {}{note}", evidence.confidence)
    }
}

/// Why it does not do, or what is missing, in a line.
fn because(candidate: &Candidate<'_>) -> String {
    let reasons = candidate.reasons.iter().map(ToString::to_string);
    let missing = candidate.missing.iter().map(|missing| format!("missing: {missing}"));
    reasons.chain(missing).collect::<Vec<_>>().join("; ")
}

fn cost(candidate: &Candidate<'_>) -> String {
    candidate.cost.map_or("unknown".to_owned(), |cost| cost.to_string())
}
