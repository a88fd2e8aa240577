//! What the planner says of each provider, for one small office.

use anyhow::Result;
use signbridge::planner::{
    Answer, Data, Feature, Plan, Scenario,
    cost::{Candidate, Outcome},
    plan,
};

/// Three people, twenty envelopes a month, in the European Union.
const SCENARIO: &str = "seats = 3\nenvelopes = 20\njurisdiction = 'EU'";

/// What is looked for of laws and certificates.
const COMPLIANCE: [Feature; 8] = [
    Feature::EsignUeta,
    Feature::Ses,
    Feature::Aes,
    Feature::Qes,
    Feature::SingpassSign,
    Feature::IamSmart,
    Feature::Iso27001,
    Feature::Soc2,
];

/// The figures, and the answer for the scenario.
pub struct Prices<'d> {
    data: &'d Data,
    plan: Plan<'d>,
}

impl<'d> Prices<'d> {
    pub fn new(data: &'d Data) -> Result<Self> {
        Ok(Self { data, plan: plan(data, &Scenario::parse(SCENARIO)?, &[])? })
    }

    /// The cheapest plan of a provider that does, or why none is known to, with the source of the price.
    pub fn price(&self, provider: &str) -> String {
        let of = |outcome| {
            self.plan
                .candidates
                .iter()
                .filter(move |one| one.plan.provider == provider && one.outcome == outcome)
        };
        let cheapest = of(Outcome::Feasible).min_by_key(|one| one.cost.and_then(|cost| cost.high));
        match cheapest.or_else(|| of(Outcome::Undetermined).find(|one| one.cost.is_some())) {
            Some(candidate) => said(candidate),
            None => "no published price (three seats, twenty envelopes a month)".to_owned(),
        }
    }

    /// What the provider holds, in short: `+` yes, `~` for more money or in part, `?` disputed or not recorded, `-` no.
    pub fn compliance(&self, provider: &str) -> String {
        let mark = |feature: &Feature| {
            let mut answers: Vec<_> =
                self.data.holding(provider, *feature).iter().map(|one| one.value.answer).collect();
            answers.dedup();
            let sign = match answers.as_slice() {
                [Answer::Yes] => '+',
                [Answer::No] => '-',
                [Answer::Partial | Answer::AddOn] => '~',
                _ => '?',
            };
            format!("{sign}{feature}")
        };
        COMPLIANCE.iter().map(mark).collect::<Vec<_>>().join(" ")
    }
}

fn said(candidate: &Candidate<'_>) -> String {
    let cost = candidate.cost.map_or("unknown".to_owned(), |cost| cost.to_string());
    let source = candidate.readings.first().map(|reading| {
        let evidence = &reading.price.evidence;
        format!(", confidence {}, source {}", evidence.confidence, evidence.source)
    });
    let open =
        if candidate.outcome == Outcome::Feasible { "" } else { ", if what is missing turns out well" };
    format!("{cost} a year on {}{open}{}", candidate.plan.id, source.unwrap_or_default())
}
