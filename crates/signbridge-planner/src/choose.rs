//! Which of the configured profiles a new envelope goes to, and why.

use std::fmt;

use serde::Serialize;
use signbridge_core::Capabilities;

use crate::{
    adapter,
    cost::{self, Case, Hold, Missing, Reason, provider_holds},
    data::{Billing, Channel, Data},
    feature::Feature,
    law::{self, LawError},
    money::Interval,
    plan::{needs, question},
    scenario::{Scenario, ScenarioError},
};

/// A configured profile that envelopes may go to.
#[derive(Debug, Clone, Copy)]
pub struct Route<'r> {
    /// Its name.
    pub profile: &'r str,
    /// What its adapter can do, as it is configured.
    pub capabilities: &'r Capabilities,
    /// The vendor's plan that the account is on, with its billing mode; `None` makes its cost unknown.
    pub plan: Option<(&'r str, Billing)>,
    /// What the user's own contract grants, whatever is published.
    pub offers: &'r [Feature],
}

/// What was found of one profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Considered<'d> {
    /// Its name.
    pub profile: String,
    /// Why it does not do.
    pub reasons: Vec<Reason<'d>>,
    /// What is not known. A profile with anything here takes no envelope: unknown is not yes.
    pub missing: Vec<Missing<'d>>,
    /// What the user's own contract decided.
    pub granted: Vec<Feature>,
    /// The cost of a year on its plan at the scenario's volume, when both are known.
    pub cost: Option<Interval>,
}

/// The profile that was chosen, and what was found of all of them. Its text is the reason to record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice<'d> {
    /// The profile.
    pub profile: String,
    /// Whether cost decided: no other profile that does may cost as little.
    pub by_cost: bool,
    /// What law or user asked for.
    pub needs: Vec<Feature>,
    /// Every profile, in the order of the configuration.
    pub considered: Vec<Considered<'d>>,
}

/// No profile takes the envelope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChooseError<'d> {
    /// The scenario makes no sense.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// No law is recorded for its place.
    #[error(transparent)]
    Law(#[from] LawError),
    /// A profile is said to be on a plan that is not recorded.
    #[error(
        "profile `{profile}` is said to be on the plan `{plan}`, which is not recorded; add it by an overlay"
    )]
    UnknownPlan {
        /// The profile.
        profile: String,
        /// The plan.
        plan: String,
    },
    /// None does, or none is known to.
    #[error("no profile is known to do{}", .0.iter().map(|one| format!("; {one}")).collect::<String>())]
    None(Vec<Considered<'d>>),
}

/// Chooses among profiles by what the law of the draft's place asks, the level, and cost. Profiles that do not do, or
/// are not known to, are left out; of the others the cheapest takes it. Where costs overlap or are unknown, cost does
/// not decide and the first in the order of `routes` takes it.
///
/// # Errors
/// [`ChooseError`] when no profile is known to do, or the scenario cannot be answered.
pub fn choose<'d>(
    data: &'d Data,
    scenario: &Scenario,
    routes: &[Route<'_>],
) -> Result<Choice<'d>, ChooseError<'d>> {
    // An adapter speaks the API, whatever the scenario says of people.
    let scenario = &Scenario { channel: Channel::Api, ..scenario.clone() };
    scenario.validate()?;
    let law = question(scenario).map(|question| law::answer(data, &question)).transpose()?;
    let needs = needs(scenario, law.as_ref());
    let mut considered = Vec::with_capacity(routes.len());
    for route in routes {
        let profiles = [(route.profile, route.capabilities)];
        let case = Case { data, scenario, needs: &needs, law: law.as_ref(), profiles: &profiles };
        considered.push(consider(&case, route)?);
    }
    let able = || considered.iter().filter(|one| one.reasons.is_empty() && one.missing.is_empty());
    let best = able().filter_map(|one| one.cost.and_then(|cost| cost.high)).min();
    let may_be_cheapest = |one: &&Considered<'_>| match (one.cost, best) {
        (Some(cost), Some(best)) => cost.low <= best,
        (None, Some(_)) => false,
        (_, None) => true,
    };
    let mut leaders = able().filter(may_be_cheapest);
    let Some(first) = leaders.next().map(|one| one.profile.clone()) else {
        return Err(ChooseError::None(considered));
    };
    let by_cost = best.is_some() && leaders.next().is_none() && able().count() > 1;
    Ok(Choice { profile: first, by_cost, needs, considered })
}

fn consider<'d>(case: &Case<'d, '_>, route: &Route<'_>) -> Result<Considered<'d>, ChooseError<'d>> {
    let provider = route.capabilities.provider;
    let mut found = Considered {
        profile: route.profile.to_owned(),
        reasons: Vec::new(),
        missing: Vec::new(),
        granted: Vec::new(),
        cost: None,
    };
    let unknown =
        |plan: &str| ChooseError::UnknownPlan { profile: route.profile.to_owned(), plan: plan.to_owned() };
    let plan = match route.plan {
        Some((id, billing)) => {
            let plan = case.data.vendor_plan(id).filter(|plan| plan.provider == provider);
            Some((plan.ok_or_else(|| unknown(id))?, billing))
        }
        None => None,
    };
    let claims = case.scenario.allow_vendor_claims;
    for feature in case.needs.iter().copied() {
        let hold = match plan {
            _ if route.offers.contains(&feature) => {
                found.granted.push(feature);
                continue;
            }
            Some((plan, _)) => cost::holds(case.data, plan, feature, claims),
            None => provider_holds(case.data, provider, feature, claims),
        };
        match hold {
            Hold::Yes { .. } => {}
            Hold::No { evidence } => found.reasons.push(Reason::Lacks { feature, evidence }),
            Hold::Unknown { why, evidence } => {
                found.missing.push(Missing::Offers { feature, why, evidence });
            }
        }
    }
    cost::law(case, &mut found.reasons, &mut found.missing);
    adapter::gaps(case, provider, &mut found.reasons, &mut found.missing);
    found.cost = plan.and_then(|(plan, billing)| {
        let bare = Case { needs: &[], law: None, profiles: &[], ..*case };
        cost::of_plan(&bare, plan, billing).cost
    });
    Ok(found)
}

impl fmt::Display for Considered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.profile)?;
        let reasons = self.reasons.iter().map(ToString::to_string);
        let missing = self.missing.iter().map(|missing| format!("not known: {missing}"));
        let faults: Vec<String> = reasons.chain(missing).collect();
        match (faults.as_slice(), self.cost) {
            ([], Some(cost)) => write!(f, "does, {cost} a year"),
            ([], None) => f.write_str("does, at a cost that is not known"),
            (faults, _) => f.write_str(&faults.join(", ")),
        }
    }
}

impl fmt::Display for Choice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let able =
            self.considered.iter().filter(|one| one.reasons.is_empty() && one.missing.is_empty()).count();
        let why = match (able, self.by_cost) {
            (1, _) => "the only profile that is known to do",
            (_, true) => "the cheapest of those that do",
            _ => "first in order of those that do, as their costs do not decide",
        };
        write!(f, "{}: {why}", self.profile)?;
        if !self.needs.is_empty() {
            let needs: Vec<&str> = self.needs.iter().map(|feature| feature.as_str()).collect();
            write!(f, " (needs {})", needs.join(", "))?;
        }
        self.considered.iter().try_for_each(|one| write!(f, "; {one}"))
    }
}
