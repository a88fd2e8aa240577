//! `signbridge plan`.

use std::{fs, path::Path};

use serde_json::Value;
use signbridge::{
    Capabilities, Config, Error, ErrorKind, Fault, Registry, Result, Signbridge,
    planner::{Data, Scenario, data::DataCheck, plan, report::Report},
};

use super::cannot_write;
use crate::{
    cli::{Global, Plan},
    exit::Failure,
    output::{Output, hint},
};

pub(crate) fn run(arguments: &Plan, global: &Global, output: Output) -> Result<(), Failure> {
    let data = figures(arguments)?;
    if arguments.check_data {
        return check(&data.check(chrono::Utc::now().date_naive(), arguments.max_age_days), output);
    }
    let scenario = scenario(arguments)?;
    let profiles = profiles(global)?;
    let profiles: Vec<_> =
        profiles.iter().map(|(name, capabilities)| (name.as_str(), *capabilities)).collect();
    let answer = plan(&data, &scenario, &profiles).map_err(|error| wrong(error.to_string()))?;
    let report = Report::new(&answer, &data, &profiles);
    if let Some(path) = &arguments.html {
        write(path, &report.html())?;
    }
    if let Some(path) = &arguments.markdown {
        write(path, &report.markdown())?;
    }
    let json: Value = report.json().and_then(|text| serde_json::from_str(&text)).map_err(|error| {
        Error::new(ErrorKind::Unexpected, "the answer cannot be written").with_source(error)
    })?;
    output.show(&json, || report.terminal().trim_end().to_owned())
}

/// The figures of the program, and the user's own over them.
fn figures(arguments: &Plan) -> Result<Data> {
    let mut data = Data::embedded().map_err(|error| wrong(error.to_string()))?;
    for path in &arguments.overlay {
        data = data
            .with_overlay(&path.display().to_string(), &read(path)?)
            .map_err(|error| wrong(error.to_string()))?;
    }
    Ok(data)
}

/// The scenario file, if any, and the arguments over it.
fn scenario(arguments: &Plan) -> Result<Scenario> {
    let mut scenario = match &arguments.scenario {
        Some(path) => {
            Scenario::parse(&read(path)?).map_err(|error| wrong(format!("{}: {error}", path.display())))?
        }
        None => Scenario::default(),
    };
    let Plan { seats, envelopes, channel, sms, id_checks, document_kind, effect, overage, .. } = arguments;
    scenario.seats = seats.unwrap_or(scenario.seats);
    scenario.envelopes = envelopes.unwrap_or(scenario.envelopes);
    scenario.channel = channel.unwrap_or(scenario.channel);
    scenario.sms = sms.unwrap_or(scenario.sms);
    scenario.id_checks = id_checks.unwrap_or(scenario.id_checks);
    scenario.document_kind = document_kind.unwrap_or(scenario.document_kind);
    scenario.effect = effect.unwrap_or(scenario.effect);
    scenario.overage = overage.unwrap_or(scenario.overage);
    scenario.billing = arguments.billing.or(scenario.billing);
    scenario.level = arguments.level.or(scenario.level);
    scenario.residency = arguments.residency.or(scenario.residency);
    scenario.jurisdiction = arguments.jurisdiction.clone().or(scenario.jurisdiction);
    scenario.allow_vendor_claims |= arguments.allow_vendor_claims;
    scenario.needs.extend(&arguments.need);
    Ok(scenario)
}

/// The configured profiles with what their adapters can do; without a configuration every adapter under its own name.
fn profiles(global: &Global) -> Result<Vec<(String, &'static Capabilities)>> {
    let registry = Registry::enabled();
    let of = |provider: &str| registry.adapter(provider).map(|adapter| adapter.capabilities());
    let config = match &global.config {
        Some(path) => Some(Config::load(path)?),
        None => Config::find().ok(),
    };
    match config {
        Some(config) => {
            let bridge = Signbridge::new(config, Registry::enabled())?;
            bridge.profiles().into_iter().map(|info| Ok((info.name, of(info.provider)?))).collect()
        }
        None => {
            let adapters = registry.adapters().iter();
            Ok(adapters.map(|adapter| (adapter.name().to_owned(), adapter.capabilities())).collect())
        }
    }
}

/// Names what is too old, and fails on it.
fn check(check: &DataCheck<'_>, output: Output) -> Result<(), Failure> {
    output.show(check, || {
        let old = check.stale.iter().map(|one| match one.days {
            Some(days) => format!("{}: {days} days old ({})", one.what, one.evidence.source),
            None => format!("{}: undated ({})", one.what, one.evidence.source),
        });
        let summary = format!(
            "{} values, {} older than {} days, {} undated",
            check.values,
            check.stale.len(),
            check.max_age_days,
            check.undated.len()
        );
        old.chain([summary]).collect::<Vec<_>>().join("\n")
    })?;
    if check.passes() {
        return Ok(());
    }
    let faults = check.stale.iter().map(|one| Fault::new(&*one.what, "is too old")).collect();
    Err(Error::from_faults(ErrorKind::Stale, "figures are too old", faults)
        .with_operation("plan")
        .with_remedy("look them up again, or lay your own over them with --overlay")
        .into())
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| {
        Error::new(ErrorKind::Io, format!("{} cannot be read: {error}", path.display()))
            .with_remedy("check the path")
    })
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).map_err(|error| cannot_write(path, &error))?;
    hint(&format!("{} is written", path.display()));
    Ok(())
}

fn wrong(message: String) -> Error {
    Error::new(ErrorKind::InvalidInput, message).with_operation("plan").with_remedy("correct the named value")
}
