//! Why a plan does not do, and which facts are missing to say whether it does.

use std::fmt;

use serde::Serialize;

use super::{Hold, Why};
use crate::{
    data::{AddOnKind, Billing, Channel},
    feature::Feature,
    law::{Coverage, DocumentKind},
    observation::Evidence,
};

/// Why a plan does not do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "code")]
#[non_exhaustive]
pub enum Reason<'d> {
    /// It is sold for the other channel.
    Channel {
        /// The channel that it is sold for.
        sold_for: Channel,
        /// Evidence, where a page says so.
        evidence: Option<&'d Evidence>,
    },
    /// It is not sold with so few seats.
    SeatsBelow {
        /// The fewest it is sold with.
        min: u32,
        /// What says so.
        evidence: &'d Evidence,
    },
    /// It is not sold with so many seats.
    SeatsAbove {
        /// The most it is sold with.
        max: u32,
        /// What says so.
        evidence: &'d Evidence,
    },
    /// It does not offer what is needed.
    Lacks {
        /// What is needed.
        feature: Feature,
        /// What says so.
        evidence: &'d Evidence,
    },
    /// The volume is above the allowance, and there is no way past it.
    Quota {
        /// Envelopes needed in the allowance's period.
        need: u64,
        /// Envelopes included in it.
        allowance: u64,
        /// What says so.
        evidence: &'d Evidence,
    },
    /// The law excludes the kind of document, with every provider.
    Excluded {
        /// The kind.
        document_kind: DocumentKind,
        /// The statute.
        statute: &'d str,
        /// What says so.
        evidence: &'d Evidence,
    },
    /// The adapter of this provider cannot ask for it.
    Adapter {
        /// What it cannot ask for.
        what: &'static str,
        /// Why, in the adapter's words.
        because: &'static str,
    },
}

/// A fact without which nobody can say whether a plan does, or what it costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "code")]
#[non_exhaustive]
pub enum Missing<'d> {
    /// No price is published: the plan is sold by quotation, or none was found.
    NoPublishedPrice {
        /// The plan, which may be the one that the volume moves the subscription to.
        plan: &'d str,
    },
    /// No price is recorded for the billing mode.
    BillingPrice {
        /// The mode.
        billing: Billing,
    },
    /// A price is recorded, but for no stated billing mode.
    BillingUnstated {
        /// What the price rests on.
        evidence: &'d Evidence,
    },
    /// Only an interested party states the price.
    VendorClaim {
        /// The claim.
        evidence: &'d Evidence,
    },
    /// The number of included envelopes.
    Quota,
    /// The price of an envelope above the allowance.
    OveragePrice {
        /// What says that it is not published, if anything does.
        evidence: Option<&'d Evidence>,
    },
    /// Sources disagree, and nothing decides: the result spans them all, or depends on which is right.
    Disputed {
        /// What they disagree on.
        what: &'static str,
        /// The first of them.
        evidence: &'d Evidence,
    },
    /// The price of an add-on.
    AddOnPrice {
        /// Which.
        kind: AddOnKind,
    },
    /// The most that an add-on costs: a "from" price is published.
    AddOnCeiling {
        /// Which.
        kind: AddOnKind,
        /// The "from" price.
        evidence: &'d Evidence,
    },
    /// Whether the plan offers what is needed, at its price.
    Offers {
        /// What is needed.
        feature: Feature,
        /// Why it is not known.
        why: Why,
        /// The nearest evidence.
        evidence: Option<&'d Evidence>,
    },
    /// Whether a plan that is sold for people may be used by an application.
    ApiUse {
        /// What says that it may, or may not.
        evidence: Option<&'d Evidence>,
    },
    /// Whether the law excludes the kind of document.
    Exclusion {
        /// The kind.
        document_kind: DocumentKind,
        /// How much of the list of exclusions is recorded.
        coverage: Coverage,
        /// The statute.
        statute: &'d str,
    },
    /// Which product makes the level that the law asks for.
    LevelOffer {
        /// The law's name of the level.
        level: &'d str,
        /// The statute.
        statute: &'d str,
    },
    /// A level as high as the one wanted, in a law that knows none.
    NoSuchLevel {
        /// The statute.
        statute: &'d str,
    },
    /// Whether the adapter of this provider can ask for it.
    Adapter {
        /// What.
        what: &'static str,
        /// What is not known, in the adapter's words.
        because: &'static str,
    },
}

impl<'d> Missing<'d> {
    /// Whether what is missing is the price itself, so that no number can be given.
    pub fn forbids_a_number(&self) -> bool {
        matches!(
            self,
            Self::NoPublishedPrice { .. }
                | Self::BillingPrice { .. }
                | Self::VendorClaim { .. }
                | Self::Offers { why: Why::Quotation, .. }
        )
    }

    /// The evidence to show beside it.
    pub fn evidence(&self) -> Option<&'d Evidence> {
        match *self {
            Self::BillingUnstated { evidence }
            | Self::VendorClaim { evidence }
            | Self::Disputed { evidence, .. }
            | Self::AddOnCeiling { evidence, .. } => Some(evidence),
            Self::OveragePrice { evidence } | Self::Offers { evidence, .. } | Self::ApiUse { evidence } => {
                evidence
            }
            _ => None,
        }
    }
}

impl<'d> Reason<'d> {
    /// The evidence to show beside it.
    pub fn evidence(&self) -> Option<&'d Evidence> {
        match *self {
            Self::Channel { evidence, .. } => evidence,
            Self::SeatsBelow { evidence, .. }
            | Self::SeatsAbove { evidence, .. }
            | Self::Lacks { evidence, .. }
            | Self::Quota { evidence, .. }
            | Self::Excluded { evidence, .. } => Some(evidence),
            Self::Adapter { .. } => None,
        }
    }
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Channel { sold_for, .. } => write!(f, "sold for use through the {sold_for} only"),
            Self::SeatsBelow { min, .. } => write!(f, "sold from {min} seats"),
            Self::SeatsAbove { max, .. } => write!(f, "sold up to {max} seats"),
            Self::Lacks { feature, .. } => write!(f, "does not offer {feature}"),
            Self::Quota { need, allowance, .. } => {
                write!(f, "{need} envelopes are needed, {allowance} are included")
            }
            Self::Excluded { document_kind, statute, .. } => {
                write!(f, "{statute} excludes the kind {document_kind}")
            }
            Self::Adapter { what, because } => write!(f, "the adapter cannot ask for {what}: {because}"),
        }
    }
}

impl fmt::Display for Missing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPublishedPrice { plan } => write!(f, "no published price of {plan}"),
            Self::BillingPrice { billing } => write!(f, "no price is recorded for {billing}"),
            Self::BillingUnstated { .. } => f.write_str("the billing mode of the price is not stated"),
            Self::VendorClaim { .. } => f.write_str("only an interested party states the price"),
            Self::Quota => f.write_str("the number of included envelopes"),
            Self::OveragePrice { .. } => f.write_str("the price of an envelope above the allowance"),
            Self::Disputed { what, .. } => write!(f, "sources disagree on {what}"),
            Self::AddOnPrice { kind } => write!(f, "the price of {kind}"),
            Self::AddOnCeiling { kind, .. } => {
                write!(f, "the most that {kind} costs: only a \"from\" price is published")
            }
            Self::Offers { feature, why, .. } => match why {
                Why::WhichPlan => write!(f, "which plans carry {feature}"),
                Why::Quotation => write!(f, "no published price of {feature}"),
                Why::Disputed => write!(f, "sources disagree whether it offers {feature}"),
                Why::Partial => write!(f, "{feature} is offered in part only"),
                Why::VendorClaim => write!(f, "only an interested party says that it offers {feature}"),
                Why::NotFound | Why::NotRecorded => write!(f, "whether it offers {feature}"),
            },
            Self::ApiUse { .. } => f.write_str("whether an application may use this plan in production"),
            Self::Exclusion { document_kind, coverage, statute } => {
                write!(
                    f,
                    "whether the law excludes the kind {document_kind}: the recorded list of {statute} is {coverage}"
                )
            }
            Self::LevelOffer { level, statute } => write!(f, "which product makes the {level} of {statute}"),
            Self::NoSuchLevel { statute } => write!(f, "{statute} knows no level as high as the one wanted"),
            Self::Adapter { what, because } => write!(f, "whether the adapter can ask for {what}: {because}"),
        }
    }
}

impl<'d> Hold<'d> {
    /// The evidence, if there is any.
    pub fn evidence(&self) -> Option<&'d Evidence> {
        match *self {
            Self::Yes { evidence } | Self::No { evidence } => Some(evidence),
            Self::Unknown { evidence, .. } => evidence,
        }
    }
}
