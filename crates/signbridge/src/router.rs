//! Routing: which configured profile a new envelope goes to, by law, level and cost, and the reason.

use std::{fmt, str::FromStr};

use serde::Serialize;
use signbridge_core::{CreateOptions, Draft, Envelope, Error, ErrorKind, Fault, Result};
use signbridge_planner::{
    Choice, ChooseError, Data, Feature, Scenario, choose, cost::Missing, data::Billing,
};

use crate::{Signbridge, bridge::Account};

/// Chooses among the profiles of a [`Signbridge`].
///
/// What a profile's account is on stands in the configuration: `plan`, `billing`, and in `offers` what your own contract
/// grants. A draining profile takes nothing. What is not known is not a yes: a profile of which something is missing
/// takes no envelope until `offers` says that your contract covers it.
///
/// ```no_run
/// use signbridge::{CreateOptions, Draft, Router, Signbridge, planner::{Data, Scenario}};
///
/// # async fn example(draft: Draft) -> Result<(), Box<dyn std::error::Error>> {
/// let signbridge = Signbridge::from_config_file("signbridge.toml")?;
/// let data = Data::embedded()?;
/// let router = Router::new(&signbridge, &data)?;
/// let scenario = Scenario::parse("envelopes = 20\njurisdiction = 'DE'\nlevel = 'simple'")?;
/// let routed = router.create(&draft, &CreateOptions::sent(), &scenario).await?;
/// println!("{}: {}", routed.envelope.id, routed.reason);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Router<'r> {
    signbridge: &'r Signbridge,
    data: &'r Data,
    routes: Vec<Owned>,
}

/// An envelope and why it went where it did.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Routed {
    /// The envelope, by its reference.
    pub envelope: Envelope,
    /// The reason, to be kept beside the reference.
    pub reason: String,
}

/// A profile with what its configuration says of its account.
#[derive(Debug)]
struct Owned {
    account: Account,
    plan: Option<(String, Billing)>,
    offers: Vec<Feature>,
}

impl<'r> Router<'r> {
    /// A router over all profiles that take new envelopes.
    ///
    /// # Errors
    /// `invalid_configuration` when a plan, a billing mode or an offer of a profile is not a word that the figures know.
    pub fn new(signbridge: &'r Signbridge, data: &'r Data) -> Result<Self> {
        let mut faults = Vec::new();
        let mut routes = Vec::new();
        for account in signbridge.accounts() {
            match owned(account, data) {
                Ok(route) => routes.push(route),
                Err(mut found) => faults.append(&mut found),
            }
        }
        if faults.is_empty() {
            return Ok(Self { signbridge, data, routes });
        }
        Err(Error::from_faults(ErrorKind::InvalidConfiguration, "the configuration has faults", faults))
    }

    /// The profile for an envelope of this scenario, and what was found of all others. Requests nothing.
    ///
    /// # Errors
    /// `invalid_input` when the scenario cannot be answered, `unsupported` with every profile's reasons when none is known
    /// to do.
    pub fn choose(&self, scenario: &Scenario) -> Result<Choice<'r>> {
        let routes: Vec<_> = self
            .routes
            .iter()
            .map(|route| signbridge_planner::Route {
                profile: &route.account.profile,
                capabilities: route.account.capabilities,
                plan: route.plan.as_ref().map(|(plan, billing)| (plan.as_str(), *billing)),
                offers: &route.offers,
            })
            .collect();
        choose(self.data, scenario, &routes).map_err(refused)
    }

    /// Creates an envelope with the profile chosen for it.
    ///
    /// # Errors
    /// As [`Router::choose`] and [`Signbridge::create`].
    pub async fn create(
        &self,
        draft: &Draft,
        options: &CreateOptions,
        scenario: &Scenario,
    ) -> Result<Routed> {
        let choice = self.choose(scenario)?;
        let chosen = self.signbridge.clone().with_profile(&choice.profile)?;
        let envelope = chosen.create(draft, options).await?;
        Ok(Routed { envelope, reason: choice.to_string() })
    }
}

fn owned(account: Account, data: &Data) -> Result<Owned, Vec<Fault>> {
    let path = |key: &str| format!("profiles.{}.{key}", account.profile);
    let mut faults = Vec::new();
    let known =
        |id: &String| data.vendor_plan(id).is_some_and(|plan| plan.provider == account.capabilities.provider);
    let plan = match &account.plan {
        None => None,
        Some(id) if !known(id) => {
            let plans = data.plans().iter().filter(|plan| plan.provider == account.capabilities.provider);
            let ids: Vec<_> = plans.map(|plan| plan.id.as_str()).collect();
            faults.push(Fault::new(
                path("plan"),
                format!("`{id}` is not recorded; known are {}", ids.join(", ")),
            ));
            None
        }
        Some(id) => match account.billing.as_deref().unwrap_or("annual_prepaid").parse() {
            Ok(billing) => Some((id.clone(), billing)),
            Err(error) => {
                faults.push(wrong(path("billing"), &error));
                None
            }
        },
    };
    let mut offers = Vec::new();
    for word in &account.offers {
        match Feature::from_str(word) {
            Ok(feature) => offers.push(feature),
            Err(error) => faults.push(wrong(path("offers"), &error)),
        }
    }
    if faults.is_empty() { Ok(Owned { account, plan, offers }) } else { Err(faults) }
}

fn wrong(path: String, error: &dyn fmt::Display) -> Fault {
    Fault::new(path, error.to_string())
}

fn refused(error: ChooseError<'_>) -> Error {
    let none = |considered: &[signbridge_planner::Considered<'_>]| {
        let faults = considered
            .iter()
            .map(|one| {
                let reasons = one.reasons.iter().map(ToString::to_string);
                let missing =
                    one.missing.iter().map(Missing::to_string).map(|what| format!("not known: {what}"));
                Fault::new(
                    format!("profiles.{}", one.profile),
                    reasons.chain(missing).collect::<Vec<_>>().join(", "),
                )
            })
            .collect();
        Error::from_faults(ErrorKind::Unsupported, "no profile is known to do", faults)
            .with_remedy("add what your contract grants to `offers` of its profile, or another profile")
    };
    match &error {
        ChooseError::None(considered) => none(considered),
        other => Error::new(ErrorKind::InvalidInput, other.to_string())
            .with_remedy("correct the scenario, or add what is missing by an overlay"),
    }
    .with_operation("route")
}
