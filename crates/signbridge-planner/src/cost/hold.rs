//! Whether a plan offers a feature, and why nobody knows.

use serde::Serialize;

use crate::{
    data::{Data, Holders, VendorPlan},
    feature::{Answer, Feature},
    observation::{Evidence, Readings},
};

signbridge_core::closed_words! {
    /// Why it is not known whether a plan offers a feature at its price.
    pub enum Why: "cause" {
        /// Nothing recorded says.
        NotRecorded = "not_recorded",
        /// Looked for and not found.
        NotFound = "not_found",
        /// Sources disagree, and nothing decides.
        Disputed = "disputed",
        /// The provider has it; which of its plans carry it is not published.
        WhichPlan = "which_plan",
        /// It costs extra, by quotation or by a third party's contract.
        Quotation = "quotation",
        /// In part only.
        Partial = "partial",
        /// Only an interested party says so.
        VendorClaim = "vendor_claim",
    }
}

/// Whether a plan offers a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "hold")]
pub enum Hold<'d> {
    /// It does.
    Yes {
        /// What that rests on.
        evidence: &'d Evidence,
    },
    /// It does not.
    No {
        /// What that rests on.
        evidence: &'d Evidence,
    },
    /// Nobody knows.
    Unknown {
        /// Why.
        why: Why,
        /// The nearest evidence.
        evidence: Option<&'d Evidence>,
    },
}

/// Whether a plan offers a feature: by what is recorded of the plan, else of its provider.
pub fn holds<'d>(data: &'d Data, plan: &'d VendorPlan, feature: Feature, allow_claims: bool) -> Hold<'d> {
    if let Some(observations) = plan.features.get(&feature) {
        return settle(Readings::of(observations.iter(), allow_claims), |answer| of_answer(*answer));
    }
    let observations = data.holding(&plan.provider, feature);
    settle(Readings::of(observations.iter(), allow_claims), |holding| {
        match (&holding.holders, holding.answer) {
            (_, answer @ (Answer::No | Answer::Unknown)) => of_answer(answer),
            (Holders::Only(plans), _) if !plans.contains(&plan.id) => Ok(false),
            (Holders::Unknown, Answer::Yes) => Err(Why::WhichPlan),
            (_, answer) => of_answer(answer),
        }
    })
}

/// Whether every plan of a provider offers a feature.
pub(crate) fn provider_holds<'d>(
    data: &'d Data,
    provider: &str,
    feature: Feature,
    allow_claims: bool,
) -> Hold<'d> {
    let observations = data.holding(provider, feature);
    settle(Readings::of(observations.iter(), allow_claims), |holding| {
        match (&holding.holders, holding.answer) {
            (Holders::Only(_) | Holders::Unknown, Answer::Yes) => Err(Why::WhichPlan),
            (_, answer) => of_answer(answer),
        }
    })
}

const fn of_answer(answer: Answer) -> Result<bool, Why> {
    match answer {
        Answer::Yes => Ok(true),
        Answer::No => Ok(false),
        Answer::AddOn => Err(Why::Quotation),
        Answer::Partial => Err(Why::Partial),
        Answer::Unknown => Err(Why::NotFound),
    }
}

fn settle<'d, T: PartialEq>(readings: Readings<'d, T>, judge: impl Fn(&T) -> Result<bool, Why>) -> Hold<'d> {
    let mut counted = readings.counted.iter();
    let Some(first) = counted.next() else {
        let why = if readings.only_claimed() { Why::VendorClaim } else { Why::NotRecorded };
        return Hold::Unknown { why, evidence: readings.others.first().map(|one| &one.evidence) };
    };
    let evidence = &first.evidence;
    let verdict = judge(&first.value);
    if readings.counted.iter().any(|one| judge(&one.value) != verdict) {
        // Whoever is right, there is no price: what is sold by quotation or not at all has none.
        let priced =
            readings.counted.iter().any(|one| !matches!(judge(&one.value), Ok(false) | Err(Why::Quotation)));
        let why = if priced { Why::Disputed } else { Why::Quotation };
        return Hold::Unknown { why, evidence: Some(evidence) };
    }
    match verdict {
        Ok(true) => Hold::Yes { evidence },
        Ok(false) => Hold::No { evidence },
        Err(why) => Hold::Unknown { why, evidence: Some(evidence) },
    }
}
