//! The shapes of a result for one plan.

use serde::Serialize;

use super::{Hold, Line, Missing, Reason};
use crate::{
    data::{Billing, Overage, Price, QuotaRule, VendorPlan},
    feature::Feature,
    money::Interval,
    observation::{Confidence, Observation},
};

signbridge_core::closed_words! {
    /// Whether a plan does.
    pub enum Outcome: "outcome" {
        /// It does, at a cost with an upper end.
        Feasible = "feasible",
        /// A fact is missing to say so.
        Undetermined = "undetermined",
        /// It does not.
        Infeasible = "infeasible",
    }
}

/// A way to send the volume on a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "way")]
pub enum WayKind<'d> {
    /// Within what is included.
    Included,
    /// Each envelope above it paid for.
    Overage,
    /// More seats than people, for what they include.
    ExtraSeats {
        /// How many in all.
        seats: u64,
    },
    /// Moved up to another plan.
    Upgrade {
        /// Which.
        to: &'d str,
    },
}

/// A way to send the volume, and what the subscription then costs in a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Way<'d> {
    /// Which.
    #[serde(flatten)]
    pub kind: WayKind<'d>,
    /// The cost of a year, without add-ons.
    pub cost: Interval,
    /// The arithmetic. The lines of money add up to the cost.
    pub lines: Vec<Line<'d>>,
}

/// The result under one reading of the facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reading<'d> {
    /// The price that was taken.
    pub price: &'d Observation<Price>,
    /// The quota that was taken.
    pub quota: Option<&'d Observation<QuotaRule>>,
    /// The overage that was taken, when the volume is above the quota.
    pub overage: Option<&'d Observation<Overage>>,
    /// Whether the volume is within the quota; `None` without one.
    pub within_quota: Option<bool>,
    /// The ways to send the volume. Whoever pays takes the cheapest.
    pub ways: Vec<Way<'d>>,
    /// The cost of a year, with add-ons, by the cheapest way; `None` when there is no way.
    pub cost: Option<Interval>,
    /// Why there is no way.
    pub reasons: Vec<Reason<'d>>,
    /// What is missing.
    pub missing: Vec<Missing<'d>>,
}

impl Reading<'_> {
    /// Whether there is no way, for a reason: not only for want of a fact.
    pub(super) fn is_impossible(&self) -> bool {
        self.cost.is_none() && !self.reasons.is_empty()
    }
}

/// A fact that was read otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "fact", content = "observation")]
pub enum Fact<'d> {
    /// The price.
    Price(&'d Observation<Price>),
    /// The quota.
    Quota(&'d Observation<QuotaRule>),
    /// What happens above it.
    Overage(&'d Observation<Overage>),
}

/// What the result would be if one fact were as another source says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alternative<'d> {
    /// The fact, as the other source has it.
    pub fact: Fact<'d>,
    /// The result.
    pub reading: Reading<'d>,
}

/// One plan of a vendor in one billing mode, under a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate<'d> {
    /// The plan.
    #[serde(serialize_with = "plan_id")]
    pub plan: &'d VendorPlan,
    /// The billing mode.
    pub billing: Billing,
    /// Whether it does.
    pub outcome: Outcome,
    /// The cost of a year in US dollars before tax, over all readings that count. Also given where the plan does not
    /// do, when its price is known; never where the price is what is missing.
    pub cost: Option<Interval>,
    /// The least confidence of what was used.
    pub confidence: Option<Confidence>,
    /// Why it does not do: not empty exactly when it is infeasible.
    pub reasons: Vec<Reason<'d>>,
    /// What is missing. A feasible plan may miss something too: it would narrow the interval.
    pub missing: Vec<Missing<'d>>,
    /// What was needed, and whether the plan offers it.
    pub needs: Vec<(Feature, Hold<'d>)>,
    /// The result under each reading that counts; several when sources are disputed.
    pub readings: Vec<Reading<'d>>,
    /// The arithmetic of the add-ons, the same in every reading.
    pub add_ons: Vec<Line<'d>>,
    /// What other sources would make of it.
    pub alternatives: Vec<Alternative<'d>>,
}

fn plan_id<S: serde::Serializer>(plan: &VendorPlan, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&plan.id)
}
