//! The files as they are written. A key that is not listed here is an error.

use serde::Deserialize;
use signbridge_core::SignatureLevel;

use super::model::{AddOnKind, Billing, Channel, Per, Row, SourceKind, Topic, Unit, Verdict};
use crate::{
    feature::{Answer, Feature},
    law::{Coverage, DocumentKind, Treatment},
    observation::{Confidence, Standing},
};

/// One file: any of the tables, in any number.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) schema_version: u32,
    #[serde(default)]
    pub(crate) provider: Vec<Provider>,
    #[serde(default)]
    pub(crate) source: Vec<Source>,
    #[serde(default)]
    pub(crate) plan: Vec<Plan>,
    #[serde(default)]
    pub(crate) add_on: Vec<AddOn>,
    #[serde(default)]
    pub(crate) holding: Vec<Holding>,
    #[serde(default)]
    pub(crate) jurisdiction: Vec<Jurisdiction>,
    #[serde(default)]
    pub(crate) fact: Vec<Fact>,
    #[serde(default)]
    pub(crate) claim: Vec<Claim>,
}

/// What an observation rests on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Seen {
    pub(crate) source: String,
    pub(crate) date: Option<String>,
    pub(crate) confidence: Confidence,
    pub(crate) note: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provider {
    pub(crate) id: String,
    pub(crate) name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    pub(crate) id: String,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) url: String,
    pub(crate) kind: SourceKind,
    pub(crate) interested_party: Option<String>,
    pub(crate) page_date: Option<String>,
    pub(crate) accessed: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plan {
    pub(crate) id: String,
    pub(crate) provider: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) channel: Option<Channel>,
    pub(crate) tier: Option<u32>,
    #[serde(default)]
    pub(crate) unpriced: bool,
    #[serde(default)]
    pub(crate) seats: Vec<Seats>,
    #[serde(default)]
    pub(crate) price: Vec<Price>,
    #[serde(default)]
    pub(crate) quota: Vec<Quota>,
    #[serde(default)]
    pub(crate) overage: Vec<Overage>,
    #[serde(default)]
    pub(crate) feature: Vec<PlanFeature>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Seats {
    pub(crate) min: u32,
    pub(crate) max: Option<u32>,
    #[serde(default)]
    pub(crate) standing: MaybeStanding,
    pub(crate) seen: Seen,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Price {
    pub(crate) billing: Billing,
    pub(crate) per: Per,
    pub(crate) usd_per_month: Option<String>,
    pub(crate) usd_per_year: Option<String>,
    #[serde(default)]
    pub(crate) standing: MaybeStanding,
    pub(crate) seen: Seen,
}

/// The kinds of allowance.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QuotaKind {
    Limit,
    Unlimited,
}

/// The periods, and that none is stated.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QuotaPeriod {
    Month,
    Year,
    Unknown,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Quota {
    #[serde(default)]
    pub(crate) billing: Vec<Billing>,
    pub(crate) unit: Unit,
    pub(crate) kind: QuotaKind,
    pub(crate) amount: Option<u32>,
    pub(crate) per: Option<Per>,
    pub(crate) period: Option<QuotaPeriod>,
    #[serde(default)]
    pub(crate) standing: MaybeStanding,
    pub(crate) seen: Seen,
}

/// The kinds of overage.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OverageKind {
    PerUnit,
    Upgrade,
    Blocked,
    Unknown,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Overage {
    pub(crate) kind: OverageKind,
    pub(crate) usd_min: Option<String>,
    pub(crate) usd_max: Option<String>,
    pub(crate) upgrade_to: Option<String>,
    #[serde(default)]
    pub(crate) standing: MaybeStanding,
    pub(crate) seen: Seen,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanFeature {
    pub(crate) names: Vec<Feature>,
    pub(crate) answer: Answer,
    #[serde(default)]
    pub(crate) standing: MaybeStanding,
    pub(crate) seen: Seen,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddOn {
    pub(crate) provider: String,
    pub(crate) kind: AddOnKind,
    pub(crate) usd_min: String,
    pub(crate) usd_max: Option<String>,
    #[serde(default)]
    pub(crate) standing: MaybeStanding,
    pub(crate) seen: Seen,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Holding {
    pub(crate) provider: String,
    pub(crate) features: Vec<Feature>,
    pub(crate) answer: Answer,
    /// `["*"]` is every plan; left out is unknown.
    #[serde(default)]
    pub(crate) plans: Vec<String>,
    #[serde(default)]
    pub(crate) standing: MaybeStanding,
    pub(crate) seen: Seen,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Jurisdiction {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) statute: String,
    pub(crate) enacted: String,
    pub(crate) levels: Vec<Level>,
    pub(crate) handwritten: Option<String>,
    pub(crate) effect: String,
    pub(crate) coverage: Coverage,
    #[serde(default)]
    pub(crate) rule: Vec<Rule>,
    #[serde(default)]
    pub(crate) scheme: Vec<Scheme>,
    #[serde(default)]
    pub(crate) member: Vec<Member>,
    #[serde(default)]
    pub(crate) also: Vec<String>,
    pub(crate) seen: Seen,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Level {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) rank: SignatureLevel,
    pub(crate) feature: Option<Feature>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) kinds: Vec<DocumentKind>,
    pub(crate) treatment: Treatment,
    pub(crate) level: Option<String>,
    pub(crate) member: Option<String>,
    pub(crate) seen: Seen,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scheme {
    pub(crate) name: String,
    pub(crate) level: Option<String>,
    pub(crate) seen: Seen,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Member {
    pub(crate) codes: Vec<String>,
    pub(crate) coverage: Coverage,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fact {
    pub(crate) provider: String,
    pub(crate) topic: Topic,
    pub(crate) name: String,
    pub(crate) number: Option<u64>,
    pub(crate) unit: Option<String>,
    pub(crate) text: Option<String>,
    #[serde(default)]
    pub(crate) standing: MaybeStanding,
    pub(crate) seen: Seen,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Claim {
    pub(crate) row: Row,
    pub(crate) subject: String,
    pub(crate) claim: String,
    pub(crate) verdict: Verdict,
    pub(crate) finding: String,
    pub(crate) seen: Vec<Seen>,
}

/// A standing, `listed` when left out.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(transparent)]
pub(crate) struct MaybeStanding(pub(crate) Standing);

impl Default for MaybeStanding {
    fn default() -> Self {
        Self(Standing::Listed)
    }
}
