//! `signbridge conformance`.

mod environment;
mod people;

use std::{fs, path::Path, sync::Arc};

use chrono::Utc;
use serde::Serialize;
use signbridge::{Error, ErrorKind, Fault, Registry, Result, Signbridge};
use signbridge_contract::{Recorder, Subject, Verdict, verified};

use self::{environment::Environment, people::Terminal};
use super::{cannot_write, configuration};
use crate::{
    cli::{Conformance, Global, Person},
    exit::Failure,
    output::{Output, plain},
};

#[derive(Serialize)]
struct Tested<'a> {
    profile: &'a str,
    provider: &'static str,
    good: bool,
    live: bool,
    requests: u64,
    cases: Vec<Tried<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recording: Option<&'a Path>,
}

#[derive(Serialize)]
struct Tried<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<&'a str>,
}

pub(crate) async fn run(arguments: &Conformance, global: &Global, output: Output) -> Result<(), Failure> {
    if let Some(folder) = &arguments.record {
        empty(folder)?;
    }
    let recorder = Recorder::new();
    let layer = recorder.clone();
    let bridge = Signbridge::with_layer(configuration(global)?, Registry::enabled(), move |transport| {
        layer.transport(transport)
    })?
    .with_profile(&arguments.name)?;
    let profile = bridge.default_profile()?;
    let provider = bridge.provider(None)?;
    let environment = Environment::of(provider.provider(), bridge.settings(None)?);
    if !environment.is_test() && !arguments.live_and_binding {
        let message = format!("the profile `{profile}` may send envelopes that bind: {}", environment.why());
        return Err(Error::new(ErrorKind::InvalidInput, message)
            .with_provider(provider.provider())
            .with_remedy("name a profile of a test environment, or accept it by --live-and-binding")
            .into());
    }
    announce(profile, provider.provider(), &environment, &arguments.signer);
    let Person { name, email } = &arguments.signer;
    let stage = recorder.stage(Arc::new(Terminal::new(provider.provider(), arguments.pause)));
    let subject =
        Subject::new(provider, stage).signed_by(name.as_str(), email.as_str()).recorded_by(recorder.clone());
    let verdict = signbridge_contract::run(&subject).await;
    if let Some(folder) = &arguments.record {
        record(&recorder, &verdict, folder, environment != Environment::Emulator)?;
    }
    let tested = Tested {
        profile,
        provider: verdict.provider,
        good: verdict.is_good(),
        live: environment != Environment::Emulator,
        requests: recorder.requests(),
        cases: verdict
            .cases
            .iter()
            .map(|case| Tried { name: &case.name, fault: case.fault.as_deref() })
            .collect(),
        recording: arguments.record.as_deref(),
    };
    output.show(&tested, || readable(&tested))?;
    if verdict.is_good() {
        return Ok(());
    }
    let faults = verdict
        .faults()
        .map(|case| Fault::new(format!("`{}`", case.name), case.fault.clone().unwrap_or_default()));
    let what = "the adapter and its provider do not keep the contract";
    Err(Error::from_faults(ErrorKind::Unexpected, what, faults.collect())
        .with_provider(verdict.provider)
        .with_operation("conformance")
        .into())
}

/// Nothing is mixed with what was recorded before.
fn empty(folder: &Path) -> Result<()> {
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) || folder.is_file() {
        let message = format!("{} is not an empty folder", folder.display());
        return Err(Error::new(ErrorKind::Io, message).with_remedy("name another folder for the recording"));
    }
    // Before anything is sent: an hour's work of people is not to be lost for a folder.
    fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))
}

fn announce(profile: &str, provider: &str, environment: &Environment, signer: &Person) {
    people::tell(&plain(&format!(
        "The contract suite will now send some dozens of envelopes from the profile `{profile}` ({provider}, {}), each with a \
         one-page document, to {} <{}> and, in some, to further people at example.com; void, remind and download them; and \
         have text messages sent and calls made where the adapter claims them. It deletes nothing. Ctrl-C ends it.",
        environment.why(),
        signer.name,
        signer.email
    )));
}

/// Writes what was recorded; after a run at a live service also the file that says so.
fn record(recorder: &Recorder, verdict: &Verdict, folder: &Path, live: bool) -> Result<()> {
    let date = Utc::now().date_naive().to_string();
    let recording = recorder.write(folder, verdict, &date)?;
    if let Some(text) = verified::file(&recording).filter(|_| live) {
        let path = folder.join(verified::FILE_NAME);
        fs::write(&path, text).map_err(|error| cannot_write(&path, &error))?;
    }
    Ok(())
}

fn readable(tested: &Tested<'_>) -> String {
    let failed = tested.cases.iter().filter(|case| case.fault.is_some()).count();
    let mut lines = vec![format!(
        "{} ({}): {} passed, {failed} failed, {} requests",
        tested.profile,
        tested.provider,
        tested.cases.len() - failed,
        tested.requests
    )];
    for case in &tested.cases {
        match case.fault {
            None => lines.push(format!("  good   {}", plain(case.name))),
            Some(fault) => lines.push(format!("  fault  {}: {}", plain(case.name), plain(fault))),
        }
    }
    if let Some(folder) = tested.recording {
        lines.push(format!("\nRecorded in {}; read it before you give it away.", folder.display()));
        if tested.good && tested.live {
            lines.push(format!(
                "{} belongs into the crate of the adapter, beside its Cargo.toml: the capabilities of {} say then that it \
                 was verified live.",
                folder.join(verified::FILE_NAME).display(),
                tested.provider
            ));
        }
    }
    lines.join("\n")
}
