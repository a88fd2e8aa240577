//! Pages made from code. They are compared here; `UPDATE_DOCS=1 cargo test -p signbridge-tests docs` writes them.

use std::{fmt::Display, fmt::Write, fs, path::Path};

use signbridge_core::{Capabilities, Capability, Evidence, Operation, Support, file};

fn hold(page: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(page);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, made).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == made,
        "docs/{page} is not what the code says; UPDATE_DOCS=1 cargo test -p signbridge-tests docs"
    );
}

#[test]
fn the_schema_of_the_envelope_file() {
    hold("envelope.schema.json", &format!("{}\n", serde_json::to_string_pretty(&file::schema()).unwrap()));
}

#[test]
fn the_capability_matrix() {
    let all: Vec<_> =
        signbridge::Registry::enabled().adapters().iter().map(|adapter| adapter.capabilities()).collect();
    let mut page = "# Capabilities\n\nMade from code. What a provider cannot do is refused before any request, with the reason given here.\n".to_owned();
    for capabilities in all {
        matrix(&mut page, capabilities);
    }
    hold("capabilities.md", &page);
}

fn matrix(page: &mut String, of: &Capabilities) {
    write!(page, "\n## {}\n\n| | support | evidence |\n|---|---|---|\n", of.provider).unwrap();
    writeln!(page, "| **verified by** | | {} |", evidence(of.evidence)).unwrap();
    writeln!(page, "| **sent once by** | {} | |", of.once).unwrap();
    let operations = Operation::ALL.iter().map(|operation| (operation, of.operation(*operation)));
    operations.for_each(|(operation, capability)| row(page, "operation", operation, &capability));
    of.roles.iter().for_each(|(word, capability)| row(page, "role", word, capability));
    of.fields.iter().for_each(|(word, capability)| row(page, "field", word, capability));
    of.deliveries.iter().for_each(|(word, capability)| row(page, "delivery", word, capability));
    of.authentications.iter().for_each(|(word, capability)| row(page, "authentication", word, capability));
    of.levels.iter().for_each(|(word, capability)| row(page, "level", word, capability));
    write!(page, "\n| limit | value |\n|---|---|\n").unwrap();
    let limits = serde_json::to_value(&of.limits).unwrap();
    for (name, value) in limits.as_object().unwrap() {
        let value = if value.is_null() { "unknown".to_owned() } else { value.to_string() };
        writeln!(page, "| {} | {value} |", name.replace('_', " ")).unwrap();
    }
}

fn row(page: &mut String, kind: &str, word: &dyn Display, capability: &Capability) {
    let support = match &capability.support {
        Support::Native => "native".to_owned(),
        Support::Emulated(steps) => format!("emulated by {steps}"),
        Support::Gated(by) => format!("needs {by}"),
        Support::Unsupported(reason) => format!("no: {reason}"),
        Support::Unverified(reason) => format!("unverified: {reason}"),
    };
    writeln!(page, "| {kind} `{word}` | {support} | {} |", evidence(capability.evidence)).unwrap();
}

fn evidence(evidence: Evidence) -> String {
    match evidence {
        Evidence::VerifiedLive(date) => format!("verified live ({date})"),
        Evidence::Published => "published specification".to_owned(),
        Evidence::VendorCode => "vendor code".to_owned(),
        Evidence::Recorded => "recorded traffic".to_owned(),
        Evidence::EmulatorOnly => "emulator only".to_owned(),
    }
}
