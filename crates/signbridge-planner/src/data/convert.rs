//! Tables to data: each value with its evidence, each fault with its place.

use chrono::NaiveDate;

use super::{
    Data, DataError, Fault,
    load::at,
    model::{
        AddOn, Allowance, Claim, FactValue, Holders, Holding, Overage, Period, Price, ProviderFact,
        QuotaRule, Seats, SourceKind, VendorPlan,
    },
    raw::{self, OverageKind, QuotaKind, QuotaPeriod},
};
use crate::{
    law::{Jurisdiction, LegalLevel, Member, Rule, Scheme},
    money::{Interval, Money},
    observation::{Evidence, Observation, Origin, Standing},
};

type Outcome<T> = Result<T, DataError>;

/// Reads one file into the data, whose providers and sources are there already.
pub(super) struct Reader<'r> {
    pub(super) file: &'r str,
    pub(super) origin: Origin,
    pub(super) data: &'r mut Data,
}

impl Reader<'_> {
    pub(super) fn absorb(&mut self, file: raw::File) -> Outcome<()> {
        for plan in file.plan {
            self.plan(plan)?;
        }
        for (index, add_on) in file.add_on.into_iter().enumerate() {
            self.add_on(&format!("add_on[{index}]"), add_on)?;
        }
        for (index, holding) in file.holding.into_iter().enumerate() {
            self.holding(&format!("holding[{index}]"), holding)?;
        }
        for jurisdiction in file.jurisdiction {
            self.jurisdiction(jurisdiction)?;
        }
        for fact in file.fact {
            self.fact(fact)?;
        }
        for (index, claim) in file.claim.into_iter().enumerate() {
            self.claim(&format!("claim[{index}]"), claim)?;
        }
        Ok(())
    }

    fn fault<T>(&self, path: impl Into<String>, fault: Fault) -> Outcome<T> {
        Err(at(self.file, path.into(), fault))
    }

    fn evidence(&self, path: &str, seen: raw::Seen) -> Outcome<Evidence> {
        let path = format!("{path}.seen");
        let Some(source) = self.data.sources.get(&seen.source) else {
            return self.fault(path, Fault::UnknownSource(seen.source));
        };
        if self.origin == Origin::User && source.kind != SourceKind::User {
            return self.fault(path, Fault::NotTheUsers);
        }
        let date =
            seen.date.as_deref().map(date).transpose().map_err(|fault| at(self.file, path.clone(), fault))?;
        match date {
            Some(date) if date > source.accessed => return self.fault(path, Fault::FutureDate(date)),
            None if seen.confidence == crate::observation::Confidence::A => {
                return self.fault(path, Fault::UndatedA);
            }
            _ => {}
        }
        let official =
            matches!(source.kind, SourceKind::Vendor | SourceKind::Government | SourceKind::Statute);
        Ok(Evidence {
            source: seen.source,
            date,
            confidence: seen.confidence,
            note: seen.note,
            origin: self.origin,
            official,
        })
    }

    fn observed<T>(
        &self,
        path: &str,
        value: T,
        standing: raw::MaybeStanding,
        seen: raw::Seen,
    ) -> Outcome<Observation<T>> {
        Ok(Observation { value, standing: standing.0, evidence: self.evidence(path, seen)? })
    }

    fn money(&self, path: &str, text: &str) -> Outcome<Money> {
        text.parse().map_err(|error| at(self.file, path.to_owned(), Fault::Money(error)))
    }

    fn range(&self, path: &str, min: &str, max: Option<&str>) -> Outcome<Interval> {
        let low = self.money(&format!("{path}.usd_min"), min)?;
        let Some(max) = max else { return Ok(Interval::from(low)) };
        let high = self.money(&format!("{path}.usd_max"), max)?;
        if high < low {
            return self.fault(path, Fault::Keys("`usd_max` is less than `usd_min`"));
        }
        Ok(Interval::between(low, high))
    }

    fn known_provider(&self, path: &str, id: &str) -> Outcome<()> {
        match self.data.provider(id) {
            Some(_) => Ok(()),
            None => self.fault(format!("{path}.provider"), Fault::UnknownProvider(id.to_owned())),
        }
    }

    fn plan(&mut self, raw: raw::Plan) -> Outcome<()> {
        let path = format!("plan[{}]", raw.id);
        let position = self.data.plans.iter().position(|plan| plan.id == raw.id);
        let mut plan = match position {
            Some(_) if self.origin == Origin::Published => return self.fault(path, Fault::Duplicate(raw.id)),
            Some(position) => self.data.plans.swap_remove(position),
            None => self.new_plan(&path, &raw)?,
        };
        for (index, seats) in raw.seats.into_iter().enumerate() {
            let path = format!("{path}.seats[{index}]");
            let value = Seats { min: seats.min, max: seats.max };
            if value.max.is_some_and(|max| max < value.min) {
                return self.fault(path, Fault::Keys("`max` is less than `min`"));
            }
            plan.seats.push(self.observed(&path, value, seats.standing, seats.seen)?);
        }
        for (index, price) in raw.price.into_iter().enumerate() {
            let path = format!("{path}.price[{index}]");
            let (key, text, every) = match (&price.usd_per_month, &price.usd_per_year) {
                (Some(text), None) => ("usd_per_month", text, Period::Month),
                (None, Some(text)) => ("usd_per_year", text, Period::Year),
                _ => return self.fault(path, Fault::Keys("give either `usd_per_month` or `usd_per_year`")),
            };
            let amount = self.money(&format!("{path}.{key}"), text)?;
            let value = Price { billing: price.billing, per: price.per, amount, every };
            plan.prices.push(self.observed(&path, value, price.standing, price.seen)?);
        }
        for (index, quota) in raw.quota.into_iter().enumerate() {
            self.quota(&format!("{path}.quota[{index}]"), quota, &mut plan)?;
        }
        for (index, overage) in raw.overage.into_iter().enumerate() {
            let path = format!("{path}.overage[{index}]");
            let value = self.overage(&path, &overage)?;
            plan.overages.push(self.observed(&path, value, overage.standing, overage.seen)?);
        }
        for (index, feature) in raw.feature.into_iter().enumerate() {
            let path = format!("{path}.feature[{index}]");
            let observation = self.observed(&path, feature.answer, feature.standing, feature.seen)?;
            for name in feature.names {
                plan.features.entry(name).or_default().push(observation.clone());
            }
        }
        self.data.plans.push(plan);
        Ok(())
    }

    fn new_plan(&self, path: &str, raw: &raw::Plan) -> Outcome<VendorPlan> {
        let missing = Fault::Keys("a plan that is not listed needs `provider`, `name`, `channel` and `tier`");
        let (Some(provider), Some(name), Some(channel), Some(tier)) =
            (raw.provider.clone(), raw.name.clone(), raw.channel, raw.tier)
        else {
            return self.fault(path, missing);
        };
        self.known_provider(path, &provider)?;
        Ok(VendorPlan {
            id: raw.id.clone(),
            provider,
            name,
            channel,
            tier,
            unpriced: raw.unpriced,
            seats: Vec::new(),
            prices: Vec::new(),
            quotas: Vec::new(),
            overages: Vec::new(),
            features: Default::default(),
        })
    }

    /// A period that is not stated becomes two disputed readings.
    fn quota(&self, path: &str, raw: raw::Quota, plan: &mut VendorPlan) -> Outcome<()> {
        let readings = match (raw.kind, raw.amount, raw.per, raw.period) {
            (QuotaKind::Unlimited, None, None, None) => vec![(Allowance::Unlimited, raw.standing)],
            (QuotaKind::Limit, Some(amount), Some(per), Some(period)) if amount > 0 => {
                let limit = |period| Allowance::Limit { amount, per, period };
                let disputed = raw::MaybeStanding(Standing::Disputed);
                match period {
                    QuotaPeriod::Month => vec![(limit(Period::Month), raw.standing)],
                    QuotaPeriod::Year => vec![(limit(Period::Year), raw.standing)],
                    QuotaPeriod::Unknown => {
                        vec![(limit(Period::Month), disputed), (limit(Period::Year), disputed)]
                    }
                }
            }
            _ => {
                let keys = "a limit needs `amount` above 0, `per` and `period`; unlimited takes none of them";
                return self.fault(path, Fault::Keys(keys));
            }
        };
        for (allowance, standing) in readings {
            let value = QuotaRule { billing: raw.billing.clone(), unit: raw.unit, allowance };
            plan.quotas.push(self.observed(path, value, standing, raw.seen.clone())?);
        }
        Ok(())
    }

    fn overage(&self, path: &str, raw: &raw::Overage) -> Outcome<Overage> {
        match (raw.kind, &raw.usd_min, &raw.usd_max, &raw.upgrade_to) {
            (OverageKind::PerUnit, Some(min), max, None) => {
                Ok(Overage::PerUnit { price: self.range(path, min, max.as_deref())? })
            }
            (OverageKind::Upgrade, None, None, Some(to)) => Ok(Overage::Upgrade { to: to.clone() }),
            (OverageKind::Blocked, None, None, None) => Ok(Overage::Blocked),
            (OverageKind::Unknown, None, None, None) => Ok(Overage::Unknown),
            _ => {
                let keys = "`per_unit` takes `usd_min` and `usd_max`, `upgrade` takes `upgrade_to`, the others nothing";
                self.fault(path, Fault::Keys(keys))
            }
        }
    }

    fn add_on(&mut self, path: &str, raw: raw::AddOn) -> Outcome<()> {
        self.known_provider(path, &raw.provider)?;
        let price = self.range(path, &raw.usd_min, raw.usd_max.as_deref())?;
        let price = self.observed(path, price, raw.standing, raw.seen)?;
        let known = self.data.add_ons.iter_mut();
        match known.into_iter().find(|one| one.provider == raw.provider && one.kind == raw.kind) {
            Some(add_on) => add_on.prices.push(price),
            None => {
                self.data.add_ons.push(AddOn { provider: raw.provider, kind: raw.kind, prices: vec![price] })
            }
        }
        Ok(())
    }

    fn holding(&mut self, path: &str, raw: raw::Holding) -> Outcome<()> {
        self.known_provider(path, &raw.provider)?;
        let holders = match raw.plans.as_slice() {
            [] => Holders::Unknown,
            [every] if every == "*" => Holders::EveryPlan,
            _ => Holders::Only(raw.plans),
        };
        let observation =
            self.observed(path, Holding { answer: raw.answer, holders }, raw.standing, raw.seen)?;
        let held = self.data.holdings.entry(raw.provider).or_default();
        for feature in raw.features {
            held.entry(feature).or_default().push(observation.clone());
        }
        Ok(())
    }

    fn jurisdiction(&mut self, raw: raw::Jurisdiction) -> Outcome<()> {
        let path = format!("jurisdiction[{}]", raw.code);
        if self.data.jurisdictions.iter().any(|one| one.code == raw.code) {
            return self.fault(path, Fault::Duplicate(raw.code));
        }
        let evidence = self.evidence(&path, raw.seen)?;
        let mut rules = Vec::new();
        for (index, rule) in raw.rule.into_iter().enumerate() {
            let evidence = self.evidence(&format!("{path}.rule[{index}]"), rule.seen)?;
            for kind in rule.kinds {
                let (level, member) = (rule.level.clone(), rule.member.clone());
                rules.push(Rule {
                    kind,
                    treatment: rule.treatment,
                    level,
                    member,
                    evidence: evidence.clone(),
                });
            }
        }
        let mut schemes = Vec::new();
        for (index, scheme) in raw.scheme.into_iter().enumerate() {
            let evidence = self.evidence(&format!("{path}.scheme[{index}]"), scheme.seen)?;
            schemes.push(Scheme { name: scheme.name, level: scheme.level, evidence });
        }
        let levels = raw.levels.into_iter();
        let levels =
            levels.map(|raw::Level { id, name, rank, feature }| LegalLevel { id, name, rank, feature });
        let members = raw.member.into_iter().flat_map(|member| {
            let coverage = member.coverage;
            member.codes.into_iter().map(move |code| Member { code, coverage })
        });
        self.data.jurisdictions.push(Jurisdiction {
            code: raw.code,
            name: raw.name,
            statute: raw.statute,
            enacted: raw.enacted,
            levels: levels.collect(),
            handwritten: raw.handwritten,
            effect: raw.effect,
            coverage: raw.coverage,
            rules,
            schemes,
            members: members.collect(),
            evidence,
            also: raw.also,
        });
        Ok(())
    }

    fn fact(&mut self, raw: raw::Fact) -> Outcome<()> {
        let path = format!("fact[{}.{}]", raw.provider, raw.name);
        self.known_provider(&path, &raw.provider)?;
        let value = match (raw.number, &raw.unit, raw.text) {
            (Some(number), Some(_), None) => FactValue::Number(number),
            (None, None, Some(text)) => FactValue::Text(text),
            (None, None, None) => FactValue::Unknown,
            _ => return self.fault(path, Fault::Keys("give `number` with `unit`, or `text`, or neither")),
        };
        let value = self.observed(&path, value, raw.standing, raw.seen)?;
        let (provider, topic, name, unit) = (raw.provider, raw.topic, raw.name, raw.unit);
        self.data.facts.push(ProviderFact { provider, topic, name, unit, value });
        Ok(())
    }

    fn claim(&mut self, path: &str, raw: raw::Claim) -> Outcome<()> {
        let seen = raw.seen.into_iter().map(|seen| self.evidence(path, seen));
        let evidence = seen.collect::<Outcome<Vec<_>>>()?;
        let raw::Claim { row, subject, claim, verdict, finding, .. } = raw;
        self.data.claims.push(Claim { row, subject, claim, verdict, finding, evidence });
        Ok(())
    }
}

/// A date written as `2026-11-24`.
pub(super) fn date(text: &str) -> Result<NaiveDate, Fault> {
    text.parse().map_err(|_| Fault::BadDate(text.to_owned()))
}
