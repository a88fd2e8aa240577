//! What an adapter can ask of its provider, from its capabilities.

use signbridge_core::{
    AuthenticationMethod, Capabilities, Capability, Delivery, Operation, SignatureLevel, Support,
    capability::NOT_LISTED,
};

use crate::{
    cost::{Case, Missing, Reason},
    data::Channel,
    feature::Feature,
    scenario::Scenario,
};

/// What an application needs the adapter to ask for, by name.
pub(crate) fn wants(
    scenario: &Scenario,
    needs: &[Feature],
    level: SignatureLevel,
) -> Vec<(&'static str, Want)> {
    let mut wants = vec![(level.as_str(), Want::Level(level))];
    let named = [
        (Feature::EmbeddedSigning, Want::Operation(Operation::SigningLink)),
        (Feature::IdVerification, Want::Authentication(AuthenticationMethod::IdDocument)),
    ];
    wants.extend(
        named.into_iter().filter(|(feature, _)| needs.contains(feature)).map(|(f, want)| (f.as_str(), want)),
    );
    if scenario.sms > 0 {
        wants.push(("delivery by text message", Want::Delivery(Delivery::Sms)));
    }
    if scenario.id_checks > 0 && !needs.contains(&Feature::IdVerification) {
        wants.push((
            "a check of an identity document",
            Want::Authentication(AuthenticationMethod::IdDocument),
        ));
    }
    wants
}

/// One thing to ask for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Want {
    Operation(Operation),
    Delivery(Delivery),
    Authentication(AuthenticationMethod),
    Level(SignatureLevel),
}

impl Want {
    pub(crate) fn of(self, capabilities: &Capabilities) -> Capability {
        let found = match self {
            Self::Operation(operation) => capabilities.operations.get(&operation),
            Self::Delivery(delivery) => capabilities.deliveries.get(&delivery),
            Self::Authentication(method) => capabilities.authentications.get(&method),
            Self::Level(level) => capabilities.levels.get(&level),
        };
        found.cloned().unwrap_or(NOT_LISTED)
    }
}

/// Adds what no profile of the provider can ask for. People in a web application need no adapter.
pub(crate) fn gaps<'d>(
    case: &Case<'d, '_>,
    provider: &str,
    reasons: &mut Vec<Reason<'d>>,
    missing: &mut Vec<Missing<'d>>,
) {
    if case.scenario.channel != Channel::Api {
        return;
    }
    let mut profiles = case.profiles.iter().filter(|(_, one)| one.provider == provider).peekable();
    if profiles.peek().is_none() {
        return;
    }
    for (what, want) in wants(case.scenario, case.needs, level(case)) {
        let best = profiles.clone().map(|(_, capabilities)| want.of(capabilities).support);
        // A profile that can goes before one of which nobody knows, and that before one that cannot.
        match best.min_by_key(rank) {
            Some(Support::Unsupported(because)) => reasons.push(Reason::Adapter { what, because }),
            Some(Support::Unverified(because)) => missing.push(Missing::Adapter { what, because }),
            _ => {}
        }
    }
}

fn level(case: &Case<'_, '_>) -> SignatureLevel {
    let by_law = case.law.and_then(|law| law.level).map(|level| level.rank);
    by_law.or(case.scenario.level).unwrap_or(SignatureLevel::Simple)
}

const fn rank(support: &Support) -> u8 {
    match support {
        Support::Native | Support::Emulated(_) | Support::Gated(_) => 0,
        Support::Unverified(_) => 1,
        Support::Unsupported(_) => 2,
    }
}
