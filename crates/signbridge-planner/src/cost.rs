//! What a vendor's plan costs under a scenario, and whether it does at all.

mod arithmetic;
mod break_even;
mod candidate;
mod curve;
mod hold;
mod missing;
mod plan;
mod quota;
mod trace;

pub use arithmetic::{Basis, Input, Line, Number, Operator, Term};
pub use break_even::{
    BreakEven, Breaks, Cheaper, breaks, flat_against_seats, overage_against_seats, tier_against_tier,
};
pub use candidate::{Alternative, Candidate, Fact, Outcome, Reading, Way, WayKind};
pub use curve::{Curve, Piece};
pub(crate) use hold::provider_holds;
pub use hold::{Hold, Why, holds};
pub use missing::{Missing, Reason};
pub(crate) use plan::{Case, candidates, law, of_plan};
pub use trace::{Axis, Bound, curve};
