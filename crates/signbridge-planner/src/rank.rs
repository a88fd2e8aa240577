//! The ranking: what is cheapest, and whether that can be said.

use serde::Serialize;

use crate::{
    cost::{Candidate, Outcome},
    money::Money,
};

signbridge_core::closed_words! {
    /// What can be said.
    pub enum Conclusion: "conclusion" {
        /// One plan is the cheapest of all that are known to do.
        Cheapest = "cheapest",
        /// Several are: their intervals overlap.
        Overlap = "overlap",
        /// No plan is proven to do; the nearest has a known floor.
        NoneProven = "none_proven",
        /// No plan that could do has a published price.
        NoPublishedPrice = "no_published_price",
        /// No plan does.
        Impossible = "impossible",
    }
}

/// The order of the candidates, by their places in [`Plan::candidates`](crate::Plan::candidates).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ranking {
    /// What can be said.
    pub conclusion: Conclusion,
    /// The feasible ones, by the most they may cost.
    pub ranked: Vec<usize>,
    /// Those of them that may be the cheapest: what they cost at least is not more than what the first costs at most.
    pub leaders: Vec<usize>,
    /// Undetermined ones whose floor lies below what the first costs at most: cheaper, if a missing fact turns out well.
    pub possibly_cheaper: Vec<usize>,
    /// When nothing is feasible: the undetermined one with the lowest floor.
    pub closest: Option<usize>,
}

/// Ranks candidates.
pub fn rank(candidates: &[Candidate<'_>]) -> Ranking {
    let mut ranked: Vec<(Money, Money, usize)> = Vec::new();
    let mut floors: Vec<(Money, usize, usize)> = Vec::new();
    let mut undetermined = false;
    for (index, candidate) in candidates.iter().enumerate() {
        undetermined |= candidate.outcome == Outcome::Undetermined;
        match (candidate.outcome, candidate.cost) {
            (Outcome::Feasible, Some(cost)) => ranked.extend(cost.high.map(|high| (high, cost.low, index))),
            (Outcome::Undetermined, Some(cost)) => floors.push((cost.low, candidate.missing.len(), index)),
            _ => {}
        }
    }
    ranked.sort_unstable();
    floors.sort_unstable();
    let best = ranked.first().map(|(high, ..)| *high);
    let leaders: Vec<usize> =
        ranked.iter().filter(|(_, low, _)| Some(*low) <= best).map(|(.., index)| *index).collect();
    let cheaper = floors.iter().filter(|(low, ..)| best.is_some_and(|best| *low < best));
    let possibly_cheaper = cheaper.map(|(.., index)| *index).collect();
    let closest = floors.first().map(|(.., index)| *index).filter(|_| ranked.is_empty());
    let conclusion = match (leaders.len(), closest) {
        (1, _) => Conclusion::Cheapest,
        (2.., _) => Conclusion::Overlap,
        (_, Some(_)) => Conclusion::NoneProven,
        _ if undetermined => Conclusion::NoPublishedPrice,
        _ => Conclusion::Impossible,
    };
    let ranked = ranked.into_iter().map(|(.., index)| index).collect();
    Ranking { conclusion, ranked, leaders, possibly_cheaper, closest }
}
