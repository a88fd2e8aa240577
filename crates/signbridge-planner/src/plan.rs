//! The whole answer to a scenario.

use serde::Serialize;
use signbridge_core::Capabilities;

use crate::{
    cost::{self, Candidate, Case},
    data::Data,
    feature::{self, Feature},
    law::{self, LawError, LegalAnswer, LegalQuestion},
    limits::{LimitCheck, check_limits},
    rank::{Ranking, rank},
    scenario::{Scenario, ScenarioError},
};

/// The answer to a scenario: every plan with its verdict, their order, the law, and the rate limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan<'d> {
    /// The question.
    pub scenario: Scenario,
    /// What the law of the place asks; `None` when no place was named.
    pub law: Option<LegalAnswer<'d>>,
    /// Everything that a plan must offer: the scenario's needs, its residency, and the level that law or user ask for.
    pub needs: Vec<Feature>,
    /// Every plan in every billing mode asked for.
    pub candidates: Vec<Candidate<'d>>,
    /// Their order.
    pub ranking: Ranking,
    /// The volume against published rate limits.
    pub limits: Vec<LimitCheck<'d>>,
    /// The profiles whose providers the leaders belong to, in the leaders' order: what to configure.
    pub use_profiles: Vec<String>,
}

impl<'d> Plan<'d> {
    /// The candidates that may be the cheapest.
    pub fn leaders(&self) -> impl Iterator<Item = &Candidate<'d>> {
        self.ranking.leaders.iter().filter_map(|index| self.candidates.get(*index))
    }

    /// The nearest candidate, when none is proven to do.
    pub fn closest(&self) -> Option<&Candidate<'d>> {
        self.ranking.closest.and_then(|index| self.candidates.get(index))
    }

    /// The candidates of a vendor's plan, one for each billing mode.
    pub fn of<'p>(&'p self, plan: &'p str) -> impl Iterator<Item = &'p Candidate<'d>> + use<'d, 'p> {
        self.candidates.iter().filter(move |candidate| candidate.plan.id == plan)
    }
}

/// A scenario that cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// It makes no sense.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// No law is recorded for its place.
    #[error(transparent)]
    Law(#[from] LawError),
}

/// Answers a scenario. `profiles` are the configured ones with what their adapters can do; without them the answer
/// rests on the figures alone.
///
/// # Errors
/// [`PlanError`] when a number is out of range or no law is recorded for the place.
pub fn plan<'d>(
    data: &'d Data,
    scenario: &Scenario,
    profiles: &[(&str, &Capabilities)],
) -> Result<Plan<'d>, PlanError> {
    scenario.validate()?;
    let law = question(scenario).map(|question| law::answer(data, &question)).transpose()?;
    let needs = needs(scenario, law.as_ref());
    let case = Case { data, scenario, needs: &needs, law: law.as_ref(), profiles };
    let candidates = cost::candidates(&case);
    let ranking = rank(&candidates);
    let leaders = ranking.leaders.iter().filter_map(|index| candidates.get(*index));
    let mut use_profiles: Vec<String> = Vec::new();
    for leader in leaders {
        for (profile, capabilities) in profiles {
            if capabilities.provider == leader.plan.provider && !use_profiles.iter().any(|one| one == profile)
            {
                use_profiles.push((*profile).to_owned());
            }
        }
    }
    let limits = check_limits(data, scenario);
    Ok(Plan { scenario: scenario.clone(), law, needs, candidates, ranking, limits, use_profiles })
}

/// The question to the law, when a place is named.
pub(crate) fn question(scenario: &Scenario) -> Option<LegalQuestion<'_>> {
    let Scenario { document_kind, effect, level, .. } = *scenario;
    let jurisdiction = scenario.jurisdiction.as_deref()?;
    Some(LegalQuestion { jurisdiction, document_kind, effect, level })
}

/// Everything a plan must offer.
pub(crate) fn needs(scenario: &Scenario, law: Option<&LegalAnswer<'_>>) -> Vec<Feature> {
    let mut needs = scenario.needs.clone();
    let level = match law {
        Some(answer) => answer.level.and_then(|level| level.feature),
        None => scenario.level.map(feature::of_level),
    };
    needs.extend(level);
    needs.extend(scenario.residency.map(|region| region.feature()));
    let mut seen = Vec::with_capacity(needs.len());
    needs.retain(|feature| {
        let new = !seen.contains(feature);
        seen.push(*feature);
        new
    });
    needs
}
