//! What an emulated provider was told of an envelope, in the words of a draft: read from the requests that it took, so that
//! the contract suite can compare it with what was asked.

mod adobe_sign;
pub mod docusign;
mod dropbox_sign;
mod esignglobal;

use serde_json::{Map, Value, json};
use signbridge_emulator::{Control, Provider, journal::Entry};

/// The envelope as a draft's file would tell it.
pub fn draft(control: &Control, envelope: &str) -> Option<Value> {
    let journal = control.journal();
    let made = creation(&journal, envelope)?;
    let request = made.request.json.as_ref()?;
    let snapshot = control.envelope(envelope).ok()?;
    Some(match made.provider {
        Provider::Docusign => docusign::draft(request, made, &snapshot, &journal),
        Provider::AdobeSign => adobe_sign::draft(request, &snapshot, &journal, envelope),
        Provider::DropboxSign => dropbox_sign::draft(request, made, &snapshot),
        _ => esignglobal::draft(request, &journal),
    })
}

/// A member of the request that made the envelope.
pub fn member(control: &Control, envelope: &str, name: &str) -> Option<Value> {
    creation(&control.journal(), envelope)?.request.json.as_ref()?.get(name).cloned()
}

fn creation<'a>(journal: &'a [Entry], envelope: &str) -> Option<&'a Entry> {
    journal.iter().rev().find(|entry| {
        let answer = entry.response.as_ref().and_then(|response| response.json.as_ref());
        entry.method == "POST" && answer.is_some_and(|answer| names(entry.provider, answer, envelope))
    })
}

/// Whether this is the answer to the creation of that envelope.
fn names(provider: Provider, answer: &Value, envelope: &str) -> bool {
    let path = match provider {
        Provider::Docusign => "/envelopeId",
        Provider::AdobeSign => "/id",
        Provider::DropboxSign => "/signature_request/signature_request_id",
        _ => "/data/envelopeId",
    };
    answer.pointer(path).and_then(Value::as_str).is_some_and(|id| id.eq_ignore_ascii_case(envelope))
}

fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A number that is written as one or as a text.
fn number(of: &Value, name: &str) -> Value {
    match of.get(name) {
        Some(Value::String(text)) => text.parse::<f64>().map_or(Value::Null, Value::from),
        Some(number) => number.as_f64().map_or(Value::Null, Value::from),
        None => Value::Null,
    }
}

/// The phone number of the suite, which has a country code of two digits.
fn phone(whole: &str) -> Value {
    match whole.strip_prefix('+').and_then(|digits| digits.split_at_checked(2)) {
        Some((code, number)) => json!({ "country_code": code, "number": number }),
        None => json!(whole),
    }
}

fn country_and_number(of: &Value, country: &str, number: &str) -> Value {
    match of {
        Value::Object(_) => json!({ "country_code": of.get(country), "number": of.get(number) }),
        _ => Value::Null,
    }
}

/// A name that the adapter gave, because the draft had none, is not told.
fn id(field: &mut Map<String, Value>, name: &str) {
    if !name.starts_with("sb_") {
        field.insert("id".to_owned(), name.into());
    }
}

/// The files of a multipart body: names, lengths, digests and media types.
fn files(made: &Entry) -> Vec<Value> {
    let files = made.request.parts.iter().filter_map(|part| {
        let (_, name) = part.disposition.split_once("filename=\"")?;
        // A quotation mark within is written as browsers do.
        let name = name.split('"').next()?.replace("%22", "\"");
        Some(file(&name, part.length, &part.sha256, &part.content_type))
    });
    files.collect()
}

fn file(name: &str, length: u64, sha256: &str, media_type: &str) -> Value {
    json!({ "name": name, "length": length, "sha256": sha256, "media_type": media_type })
}

/// Where the name tells what a file is, a type that says nothing is as good, and is not told.
fn named(files: &mut [Value]) {
    for file in files.iter_mut().filter_map(Value::as_object_mut) {
        file.retain(|name, value| name != "media_type" || value != "application/octet-stream");
    }
}
