//! `signbridge check`.

use serde::Serialize;
use signbridge::{Draft, Report, Result, Signbridge};

use super::connect;
use crate::{
    cli::{Check, Global},
    draft::draft_or_file,
    exit::Failure,
    output::{self, Output},
};

#[derive(Serialize)]
struct Checked {
    profile: String,
    sendable: bool,
    #[serde(flatten)]
    report: Report,
}

pub(crate) async fn run(arguments: &Check, global: &Global, output: Output) -> Result<(), Failure> {
    let draft = draft_or_file(&arguments.draft)?;
    let bridge = connect(global)?;
    let names: Vec<String> = if arguments.all {
        bridge.profiles().into_iter().map(|profile| profile.name).collect()
    } else {
        vec![bridge.default_profile()?.to_owned()]
    };
    let mut checked = Vec::with_capacity(names.len());
    for name in names {
        checked.push(check(&bridge, name, &draft).await?);
    }
    let text = || {
        let parts: Vec<_> = checked.iter().map(|one| output::report(&one.profile, &one.report)).collect();
        parts.join("\n\n")
    };
    match checked.as_slice() {
        [one] if !arguments.all => output.show(one, text)?,
        all => output.show(&all, text)?,
    }
    // With several, the first provider that refuses makes the failure; the report above names them all.
    checked.into_iter().try_for_each(|one| one.report.into_result()).map_err(Failure::from)
}

async fn check(bridge: &Signbridge, profile: String, draft: &Draft) -> Result<Checked> {
    let report = bridge.clone().with_profile(&profile)?.check(draft).await?;
    Ok(Checked { profile, sendable: report.is_sendable(), report })
}
