//! The shapes of the figures.

use chrono::NaiveDate;
use serde::Serialize;

use crate::{
    feature::{Answer, Feature},
    money::{Interval, Money},
    observation::{Evidence, Observation},
};

use std::{collections::BTreeMap, fmt};

signbridge_core::closed_words! {
    /// Who made a source.
    pub enum SourceKind: "source kind" {
        /// The vendor it speaks of.
        Vendor = "vendor",
        /// A government or its agency.
        Government = "government",
        /// The text of a law.
        Statute = "statute",
        /// A third party that transcribed the page it names.
        Transcription = "transcription",
        /// Somebody who reports what others say.
        Secondary = "secondary",
        /// A party with an interest in the comparison.
        InterestedParty = "interested_party",
        /// A program: a generated file.
        Generated = "generated",
        /// The user: a quotation, a contract.
        User = "user",
    }
}

/// Where values come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The id that evidence names.
    pub id: String,
    /// What it is, in our words.
    pub title: String,
    /// The page, or empty when there is none to open.
    pub url: String,
    /// Who made it.
    pub kind: SourceKind,
    /// The provider whose interest it serves, if it serves one.
    pub interested_party: Option<String>,
    /// The date on the page.
    pub page_date: Option<NaiveDate>,
    /// When it was read.
    pub accessed: NaiveDate,
}

/// Somebody who sells signatures. The ids are the adapters' names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provider {
    /// The id: `docusign`.
    pub id: String,
    /// The name: `DocuSign`.
    pub name: String,
}

signbridge_core::closed_words! {
    /// How envelopes are sent.
    pub enum Channel: "channel" {
        /// By people, in the provider's web application.
        Ui = "ui",
        /// By an application.
        Api = "api",
        /// Either.
        Both = "both",
    }
}

signbridge_core::closed_words! {
    /// How a subscription is committed to and paid.
    pub enum Billing: "billing mode" {
        /// A year, paid in advance.
        AnnualPrepaid = "annual_prepaid",
        /// A year's commitment, paid monthly.
        AnnualBilledMonthly = "annual_billed_monthly",
        /// A year's commitment; how it is paid is not stated.
        Annual = "annual",
        /// From month to month.
        Monthly = "monthly",
        /// Not stated at all.
        Unstated = "unstated",
    }
}

signbridge_core::closed_words! {
    /// What a price or an allowance is counted by.
    pub enum Per: "basis" {
        /// Each sender.
        Seat = "seat",
        /// The account, whatever its senders.
        Account = "account",
    }
}

signbridge_core::closed_words! {
    /// The time over which an allowance lasts; what is left does not carry over.
    pub enum Period: "period" {
        /// A month.
        Month = "month",
        /// A year.
        Year = "year",
    }
}

signbridge_core::closed_words! {
    /// What an allowance counts, in the vendor's word.
    pub enum Unit: "unit" {
        /// An envelope that was sent, signed or not.
        EnvelopeSent = "envelope_sent",
        /// A signature request.
        SignatureRequest = "signature_request",
        /// A transaction.
        Transaction = "transaction",
        /// A document.
        Document = "document",
    }
}

/// The price of a subscription, before tax, in the United States.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Price {
    /// For which billing mode.
    pub billing: Billing,
    /// For each seat, or for the account.
    pub per: Per,
    /// The amount for one [`Price::every`].
    pub amount: Money,
    /// The time that the amount pays for.
    pub every: Period,
}

impl Price {
    /// How many times the amount falls due in a year.
    pub const fn times_a_year(&self) -> u64 {
        match self.every {
            Period::Month => 12,
            Period::Year => 1,
        }
    }

    /// The amount for a year.
    pub const fn yearly(&self) -> Money {
        self.amount.times(self.times_a_year())
    }
}

/// How many seats a plan is sold with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Seats {
    /// The fewest.
    pub min: u32,
    /// The most; `None` when no limit is published.
    pub max: Option<u32>,
}

/// How many envelopes are included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Allowance {
    /// As many as one likes.
    Unlimited,
    /// So many.
    Limit {
        /// The number.
        amount: u32,
        /// For each seat, or for the account.
        per: Per,
        /// In which time.
        period: Period,
    },
}

impl fmt::Display for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unlimited => f.write_str("unlimited"),
            Self::Limit { amount, per: Per::Seat, period } => write!(f, "{amount} per seat and {period}"),
            Self::Limit { amount, period, .. } => write!(f, "{amount} per {period}"),
        }
    }
}

/// An allowance, and the billing modes it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuotaRule {
    /// The billing modes; empty is every mode.
    pub billing: Vec<Billing>,
    /// What it counts.
    pub unit: Unit,
    /// How many.
    pub allowance: Allowance,
}

/// What happens above the allowance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Overage {
    /// Each envelope costs so much.
    PerUnit {
        /// The price of one.
        price: Interval,
    },
    /// The subscription moves to this plan, automatically and for good.
    Upgrade {
        /// The plan's id.
        to: String,
    },
    /// Nothing more can be sent.
    Blocked,
    /// Sending goes on, at a price that is not published; or nothing is known at all.
    Unknown,
}

/// A plan that a vendor sells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VendorPlan {
    /// The id: `docusign.standard`.
    pub id: String,
    /// The provider's id.
    pub provider: String,
    /// The vendor's name for it.
    pub name: String,
    /// What it is sold for.
    pub channel: Channel,
    /// Its place among the provider's plans of this channel.
    pub tier: u32,
    /// Whether no price is published: it is sold by quotation, or none was found.
    pub unpriced: bool,
    /// How many seats it is sold with.
    pub seats: Vec<Observation<Seats>>,
    /// What it costs.
    pub prices: Vec<Observation<Price>>,
    /// What it includes.
    pub quotas: Vec<Observation<QuotaRule>>,
    /// What happens above that.
    pub overages: Vec<Observation<Overage>>,
    /// What it offers.
    pub features: BTreeMap<Feature, Vec<Observation<Answer>>>,
}

signbridge_core::closed_words! {
    /// What is sold besides a plan, by use.
    pub enum AddOnKind: "add-on" {
        /// Delivery of an envelope, or of a code, by text message.
        Sms = "sms",
        /// A check of a signer's identity document, per attempt.
        IdCheck = "id_check",
    }
}

/// Something sold by use, besides a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AddOn {
    /// The provider's id.
    pub provider: String,
    /// What it is for.
    pub kind: AddOnKind,
    /// The price of one; a "from" price has no upper end.
    pub prices: Vec<Observation<Interval>>,
}

/// Which of a provider's plans carry what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "on", content = "plans")]
pub enum Holders {
    /// All of them.
    EveryPlan,
    /// Only these.
    Only(Vec<String>),
    /// Nothing published says which.
    Unknown,
}

/// What a provider holds of a feature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holding {
    /// Whether.
    pub answer: Answer,
    /// On which plans.
    pub holders: Holders,
}

signbridge_core::closed_words! {
    /// What a fact on a provider is about.
    pub enum Topic: "topic" {
        /// How an application authenticates.
        Authentication = "authentication",
        /// How many requests it may make.
        RateLimit = "rate_limit",
        /// How large things may be.
        Size = "size",
        /// How webhooks are sent and proved.
        Webhooks = "webhooks",
        /// Where one tries things out.
        Sandbox = "sandbox",
        /// Where documents are stored.
        Residency = "residency",
        /// What is promised on availability.
        Availability = "availability",
        /// What protects from doing a thing twice.
        Idempotency = "idempotency",
        /// How one gets out.
        Cancellation = "cancellation",
    }
}

/// The value of a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "value")]
pub enum FactValue {
    /// A number of its unit.
    Number(u64),
    /// A statement.
    Text(String),
    /// Looked for and not found.
    Unknown,
}

/// Something about a provider that is no price and no holding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProviderFact {
    /// The provider's id.
    pub provider: String,
    /// What it is about.
    pub topic: Topic,
    /// Its name, unique within provider and topic unless sources disagree: `requests_per_hour`.
    pub name: String,
    /// The unit of a number: `requests`.
    pub unit: Option<String>,
    /// The value, and what it rests on; [`FactValue::Unknown`] rests on what was searched.
    pub value: Observation<FactValue>,
}

signbridge_core::closed_words! {
    /// The rows of the well-known comparison.
    pub enum Row: "row" {
        /// How it is sold.
        PricingModel = "pricing_model",
        /// How an application authenticates.
        ApiAuthentication = "api_authentication",
        /// How many envelopes are included.
        BaseQuota = "base_quota",
        /// The law of the Asia-Pacific region.
        ApacCompliance = "apac_compliance",
        /// What it is said to be good at.
        Strengths = "strengths",
        /// Where it is said to serve.
        Reach = "reach",
        /// What it says of laws.
        Law = "law",
    }
}

signbridge_core::closed_words! {
    /// What was found of a claim.
    pub enum Verdict: "verdict" {
        /// Evidence that is not the claimant's own says the same.
        Confirmed = "confirmed",
        /// Evidence says otherwise.
        Contradicted = "contradicted",
        /// Nothing decides.
        Unverified = "unverified",
    }
}

/// A claim of the well-known comparison, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// Its row.
    pub row: Row,
    /// Its column: a provider's id, or a law such as `eidas`.
    pub subject: String,
    /// What is claimed, in our words.
    pub claim: String,
    /// What was found.
    pub verdict: Verdict,
    /// Why, in our words.
    pub finding: String,
    /// The sources of the finding, best first.
    pub evidence: Vec<Evidence>,
}
