//! Every request of the adapters and every answer of the emulator, held against the structure that the provider
//! publishes; eSignGlobal's is our own reading.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use serde_json::Value;
use signbridge_emulator::journal::Entry;
use signbridge_emulator::{Control, Provider};
use signbridge_tests::structure::{Contract, Exchange, Tally};

/// The contract of each provider, by its name.
pub static CONTRACTS: LazyLock<BTreeMap<&str, Contract>> = LazyLock::new(|| {
    Provider::ALL
        .into_iter()
        .map(Provider::as_str)
        .zip([
            Contract::docusign(),
            Contract::adobe_sign(),
            Contract::dropbox_sign(),
            Contract::esignglobal(),
        ])
        .collect()
});

/// What all tests of this process have checked, by provider.
static CHECKED: Mutex<BTreeMap<&str, Tally>> = Mutex::new(BTreeMap::new());

/// Every exchange in the journal that is not as the contract of its provider says.
pub fn violations(control: &Control) -> Vec<String> {
    let mut checked = CHECKED.lock().unwrap_or_else(PoisonError::into_inner);
    let entries = control.journal();
    let found = entries.iter().flat_map(|entry| {
        let provider = entry.provider.as_str();
        held(entry, &CONTRACTS[provider], checked.entry(provider).or_default())
    });
    found.collect()
}

/// What one exchange does wrong.
pub fn held(entry: &Entry, contract: &Contract, tally: &mut Tally) -> Vec<String> {
    // What a fault changed on the wire is not the emulator's answer.
    let (Some(status), None) = (entry.status, entry.fault.as_deref()) else { return Vec::new() };
    let path = without_shard(&entry.path);
    let path = if entry.query.is_empty() { path.to_owned() } else { format!("{path}?{}", entry.query) };
    if contract.operation(&entry.method, &path).is_none() && matches!(status, 404 | 405) {
        return Vec::new();
    }
    let (fields, files) = (fields(entry), files(entry));
    let exchange = Exchange {
        method: &entry.method,
        path: &path,
        query: &[],
        request: entry.request.json.as_ref().or(fields.as_ref()),
        files: &files,
        status,
        response: entry.response.as_ref().and_then(|response| response.json.as_ref()),
    };
    let found = contract.check_exchange(&exchange, tally);
    found.iter().map(|violation| format!("{}: {violation}", contract.provider())).collect()
}

/// The emulator's listener stands for every shard of Adobe's; the real ones are hosts.
fn without_shard(path: &str) -> &str {
    let rest = path.strip_prefix("/shards/").and_then(|rest| rest.find('/').and_then(|at| rest.get(at..)));
    rest.unwrap_or(path)
}

/// The text fields of a form as JSON.
fn fields(entry: &Entry) -> Option<Value> {
    let fields = &entry.request.fields;
    let object =
        || fields.iter().map(|field| (field.name.clone(), Value::from(field.value.clone()))).collect();
    (!fields.is_empty()).then(|| Value::Object(object()))
}

/// The names of the files in a multipart body. DocuSign's have none: its documents are told apart by their ids.
fn files(entry: &Entry) -> Vec<String> {
    let quoted = |disposition: &str, name: &str| {
        let (_, rest) = disposition.split_once(&format!("; {name}=\""))?;
        rest.split('"').next().map(str::to_owned)
    };
    let parts = entry.request.parts.iter().map(|part| &part.disposition);
    parts.filter(|part| quoted(part, "filename").is_some()).filter_map(|part| quoted(part, "name")).collect()
}
