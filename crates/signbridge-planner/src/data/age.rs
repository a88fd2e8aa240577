//! How old the figures are.

use chrono::NaiveDate;
use serde::Serialize;

use super::Data;
use crate::observation::Evidence;

/// A value that is older than it should be, or of which nobody knows how old it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgedValue<'d> {
    /// What it is: `plan docusign.standard price`.
    pub what: String,
    /// What it rests on.
    pub evidence: &'d Evidence,
    /// Its age in days; `None` when it is undated.
    pub days: Option<i64>,
}

/// The result of [`Data::check`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DataCheck<'d> {
    /// The day it was made for.
    pub today: NaiveDate,
    /// The greatest age that passes, in days.
    pub max_age_days: u32,
    /// How many values there are.
    pub values: usize,
    /// Those that are older.
    pub stale: Vec<AgedValue<'d>>,
    /// Those without a date: their pages carry none.
    pub undated: Vec<AgedValue<'d>>,
}

impl DataCheck<'_> {
    /// Whether no value is older than allowed. Undated ones do not fail it; they are named.
    pub fn passes(&self) -> bool {
        self.stale.is_empty()
    }
}

impl Data {
    /// Names every value that is older than `max_age_days` on `today`, and every undated one.
    pub fn check(&self, today: NaiveDate, max_age_days: u32) -> DataCheck<'_> {
        let mut check = DataCheck { today, max_age_days, values: 0, stale: Vec::new(), undated: Vec::new() };
        self.each_evidence(&mut |what, evidence| {
            check.values += 1;
            let days = evidence.date.map(|date| today.signed_duration_since(date).num_days());
            let aged = || AgedValue { what: what(), evidence, days };
            match days {
                Some(days) if days > i64::from(max_age_days) => check.stale.push(aged()),
                Some(_) => {}
                None => check.undated.push(aged()),
            }
        });
        check
    }

    /// Calls `visit` with every value's name and evidence.
    fn each_evidence<'d>(&'d self, visit: &mut dyn FnMut(&dyn Fn() -> String, &'d Evidence)) {
        for plan in &self.plans {
            let name = |what: &str| format!("plan {} {what}", plan.id);
            plan.seats.iter().for_each(|one| visit(&|| name("seats"), &one.evidence));
            plan.prices
                .iter()
                .for_each(|one| visit(&|| name(&format!("price {}", one.value.billing)), &one.evidence));
            plan.quotas.iter().for_each(|one| visit(&|| name("quota"), &one.evidence));
            plan.overages.iter().for_each(|one| visit(&|| name("overage"), &one.evidence));
            for (feature, answers) in &plan.features {
                answers.iter().for_each(|one| visit(&|| name(&format!("feature {feature}")), &one.evidence));
            }
        }
        for add_on in &self.add_ons {
            let name = || format!("add-on {} {}", add_on.provider, add_on.kind);
            add_on.prices.iter().for_each(|one| visit(&name, &one.evidence));
        }
        for (provider, held) in &self.holdings {
            for (feature, observations) in held {
                let name = || format!("holding {provider} {feature}");
                observations.iter().for_each(|one| visit(&name, &one.evidence));
            }
        }
        for jurisdiction in &self.jurisdictions {
            let name = |what: &str| format!("jurisdiction {} {what}", jurisdiction.code);
            visit(&|| name("statute"), &jurisdiction.evidence);
            for rule in &jurisdiction.rules {
                visit(&|| name(&format!("rule {}", rule.kind)), &rule.evidence);
            }
            for scheme in &jurisdiction.schemes {
                visit(&|| name(&format!("scheme {}", scheme.name)), &scheme.evidence);
            }
        }
        for fact in &self.facts {
            visit(&|| format!("fact {} {}", fact.provider, fact.name), &fact.value.evidence);
        }
        for claim in &self.claims {
            let name = || format!("claim {} {}", claim.row, claim.subject);
            claim.evidence.iter().for_each(|one| visit(&name, one));
        }
    }
}
