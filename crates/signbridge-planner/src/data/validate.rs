//! Checks that need all files: ids that lead nowhere, plans that nobody can price.

use super::{Data, DataError, Fault, Holders, Overage, VendorPlan, load::at};

/// `file` is the last one read: what the files say together is blamed on the one that completed them.
pub(super) fn whole(data: &Data, file: &str) -> Result<(), DataError> {
    for plan in &data.plans {
        plan_is_sound(data, plan)
            .map_err(|(path, fault)| at(file, format!("plan[{}]{path}", plan.id), fault))?;
    }
    for (provider, held) in &data.holdings {
        for (feature, observations) in held {
            for observation in observations {
                let Holders::Only(plans) = &observation.value.holders else { continue };
                let known =
                    |id: &&String| data.vendor_plan(id).is_some_and(|plan| plan.provider == *provider);
                if let Some(unknown) = plans.iter().find(|id| !known(id)) {
                    let path = format!("holding[{provider}.{feature}].plans");
                    return Err(at(file, path, Fault::UnknownPlan(unknown.clone())));
                }
            }
        }
    }
    for jurisdiction in &data.jurisdictions {
        let path = |key: &str| format!("jurisdiction[{}].{key}", jurisdiction.code);
        if jurisdiction.levels.is_empty() {
            return Err(at(file, path("levels"), Fault::Keys("a jurisdiction needs a level")));
        }
        let of_rules = jurisdiction.rules.iter().filter_map(|rule| rule.level.as_ref());
        let of_schemes = jurisdiction.schemes.iter().filter_map(|scheme| scheme.level.as_ref());
        let mut named = jurisdiction.handwritten.iter().chain(of_rules).chain(of_schemes);
        if let Some(unknown) = named.find(|id| jurisdiction.level(id).is_none()) {
            return Err(at(file, path("levels"), Fault::UnknownLevel(unknown.clone())));
        }
        if let Some(unknown) = jurisdiction.also.iter().find(|id| !data.sources.contains_key(*id)) {
            return Err(at(file, path("also"), Fault::UnknownSource(unknown.clone())));
        }
    }
    Ok(())
}

fn plan_is_sound(data: &Data, plan: &VendorPlan) -> Result<(), (&'static str, Fault)> {
    if plan.prices.is_empty() && !plan.unpriced {
        return Err(("", Fault::NoPrice));
    }
    for overage in &plan.overages {
        let Overage::Upgrade { to } = &overage.value else { continue };
        let Some(target) = data.vendor_plan(to) else {
            return Err((".overage", Fault::UnknownPlan(to.clone())));
        };
        // Upgrades that only lead upwards never lead in a circle.
        if target.provider != plan.provider || target.channel != plan.channel || target.tier <= plan.tier {
            return Err((".overage", Fault::NoUpgrade(to.clone())));
        }
    }
    Ok(())
}
