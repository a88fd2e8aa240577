//! The figures: sources, plans, add-ons, holdings, jurisdictions, facts and claims, each an observation.

mod age;
mod convert;
mod error;
mod load;
mod model;
mod raw;
mod validate;

use std::collections::BTreeMap;

pub use age::{AgedValue, DataCheck};
pub use error::{DataError, Fault};
pub use model::{
    AddOn, AddOnKind, Allowance, Billing, Channel, Claim, FactValue, Holders, Holding, Overage, Per, Period,
    Price, Provider, ProviderFact, QuotaRule, Row, Seats, Source, SourceKind, Topic, Unit, VendorPlan,
    Verdict,
};

use crate::{feature::Feature, law::Jurisdiction, observation::Observation};

/// All figures. Read-only once loaded; every slice is in a fixed order, so the same scenario gives the same answer.
#[derive(Debug, Clone, Default)]
pub struct Data {
    pub(crate) providers: Vec<Provider>,
    pub(crate) sources: BTreeMap<String, Source>,
    pub(crate) plans: Vec<VendorPlan>,
    pub(crate) add_ons: Vec<AddOn>,
    pub(crate) holdings: BTreeMap<String, BTreeMap<Feature, Vec<Observation<Holding>>>>,
    pub(crate) jurisdictions: Vec<Jurisdiction>,
    pub(crate) facts: Vec<ProviderFact>,
    pub(crate) claims: Vec<Claim>,
}

impl Data {
    /// The providers.
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// The provider of this id.
    pub fn provider(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.id == id)
    }

    /// Every source, by id.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.sources.values()
    }

    /// The source of this id.
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.get(id)
    }

    /// The vendors' plans, by provider, then by tier.
    pub fn plans(&self) -> &[VendorPlan] {
        &self.plans
    }

    /// The vendor's plan of this id, such as `docusign.standard`.
    pub fn vendor_plan(&self, id: &str) -> Option<&VendorPlan> {
        self.plans.iter().find(|plan| plan.id == id)
    }

    /// What is sold besides plans.
    pub fn add_ons(&self) -> &[AddOn] {
        &self.add_ons
    }

    /// What is sold for this purpose by this provider.
    pub fn add_on(&self, provider: &str, kind: AddOnKind) -> Option<&AddOn> {
        self.add_ons.iter().find(|add_on| add_on.provider == provider && add_on.kind == kind)
    }

    /// What the provider as a whole holds of a feature: the compliance matrix, cell by cell.
    pub fn holding(&self, provider: &str, feature: Feature) -> &[Observation<Holding>] {
        self.holdings.get(provider).and_then(|held| held.get(&feature)).map_or(&[], Vec::as_slice)
    }

    /// The jurisdictions.
    pub fn jurisdictions(&self) -> &[Jurisdiction] {
        &self.jurisdictions
    }

    /// API limits, authentication, sandbox terms, webhooks and the like, of all providers.
    pub fn facts(&self) -> &[ProviderFact] {
        &self.facts
    }

    /// The well-known comparison, claim by claim, with what was found.
    pub fn claims(&self) -> &[Claim] {
        &self.claims
    }
}
