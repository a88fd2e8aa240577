//! What of an exchange may be kept. Everything is looked through twice: first secrets, people and ids are collected, by
//! the names of the values and by their shape; then they are replaced wherever they stand.

use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::Url;

use super::{
    format::Content,
    pseudonyms::{Pseudonyms, find_whole, replace_whole},
};

/// What stands where a secret stood.
pub(super) const REDACTED: &str = "redacted";

/// The headers that say something about an exchange and nothing about an account. A trailing `*` stands for the rest.
const HEADERS: [&str; 15] = [
    "accept",
    "allow",
    "content-disposition",
    "content-length",
    "content-type",
    "date",
    "etag",
    "if-match",
    "if-none-match",
    "last-modified",
    "location",
    "retry-after",
    "ratelimit*",
    "x-ratelimit*",
    "x-burstlimit*",
];

pub(super) fn keeps_header(name: &str) -> bool {
    HEADERS.iter().any(|kept| match kept.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == *kept,
    })
}

/// The name of a value as it is compared: the innermost, in small letters and digits.
fn plain(key: &str) -> String {
    let key = key.trim_end_matches(']').rsplit('[').find(|part| !part.is_empty()).unwrap_or(key);
    key.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// What kind of value a name announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Secret,
    Person,
    Id,
    Other,
}

fn kind(key: &str) -> Kind {
    const SECRETS: [&str; 11] = [
        "token",
        "secret",
        "password",
        "assertion",
        "apikey",
        "accesscode",
        "authorization",
        "credential",
        "privatekey",
        "signature",
        "authcode",
    ];
    const EXACT_SECRETS: [&str; 4] = ["pin", "otp", "jwt", "integrationkey"];
    // Words of a protocol that only sound like one of the others.
    const HARMLESS: [&str; 12] = [
        "tokentype",
        "errorname",
        "warningname",
        "eventname",
        "statusname",
        "typename",
        "defaultname",
        "optionname",
        "signatureprovidername",
        "signatures",
        "signaturetype",
        "status",
    ];
    const PEOPLE: [&str; 12] = [
        "name",
        "company",
        "organization",
        "organisation",
        "phone",
        "phonenumber",
        "mobile",
        "address",
        "city",
        "ipaddress",
        "initials",
        "location",
    ];
    let key = plain(key);
    if HARMLESS.contains(&key.as_str()) || key.contains("signaturerequest") {
        return if key.ends_with("id") { Kind::Id } else { Kind::Other };
    }
    if key.ends_with("id") || key.ends_with("guid") || key.ends_with("key") && !is_secret(&key, &SECRETS) {
        return if EXACT_SECRETS.contains(&key.as_str()) { Kind::Secret } else { Kind::Id };
    }
    if is_secret(&key, &SECRETS) || EXACT_SECRETS.contains(&key.as_str()) {
        return Kind::Secret;
    }
    if key == "number" || key == "numbers" || PEOPLE.iter().any(|word| key.ends_with(word)) {
        Kind::Person
    } else {
        Kind::Other
    }
}

/// Whether a name announces a secret.
pub(crate) fn is_secret_name(key: &str) -> bool {
    kind(key) == Kind::Secret
}

fn is_secret(key: &str, words: &[&str]) -> bool {
    words.iter().any(|word| key.contains(word))
}

/// Texts of the suite itself.
fn is_ours(text: &str) -> bool {
    let text = text.trim_start_matches("Please sign ").trim();
    text.starts_with("Contract suite") || text.to_ascii_lowercase().starts_with("contract")
}

/// Whether a value says nothing to a reader: words of a protocol have no digits, and are not that long.
fn is_opaque(text: &str) -> bool {
    text.len() >= 24 || text.len() >= 6 && text.contains(|letter: char| letter.is_ascii_digit())
}

/// Whether a text is a telephone number, or the greater part of one.
fn is_telephone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits >= 7 && text.chars().all(|letter| letter.is_ascii_digit() || "+-() ".contains(letter))
}

/// A yes or no is no secret, whatever it is about.
fn is_choice(text: &str) -> bool {
    matches!(text, "true" | "false")
}

/// Whether a token is an id by its shape: long, with digits, and no time.
pub(crate) fn is_id(token: &str) -> bool {
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    let is_time = token.starts_with("20") && token.as_bytes().get(4) == Some(&b'-');
    token.len() >= 16 && digits > 0 && !is_time
}

/// Collects and replaces.
#[derive(Debug, Default)]
pub(super) struct Redactor {
    secrets: BTreeSet<String>,
    pub(super) pseudonyms: Pseudonyms,
}

impl Redactor {
    /// A value that nobody may see, with its parts: of `Basic` credentials also user and password.
    pub(super) fn secret(&mut self, value: &str) {
        if value.len() >= 4 {
            self.secrets.insert(value.to_owned());
        }
    }

    /// First look at a text.
    pub(super) fn collect(&mut self, key: &str, text: &str) {
        for email in emails(text) {
            self.pseudonyms.email(&email);
        }
        if text.is_empty() || is_ours(text) {
            return;
        }
        if let Some(url) = address(text) {
            return self.collect_url(&url);
        }
        match kind(key) {
            Kind::Person if is_telephone(text) => drop(self.pseudonyms.id(text.trim_start_matches('+'))),
            _ if text.starts_with('+') && is_telephone(text) => {
                drop(self.pseudonyms.id(text.trim_start_matches('+')))
            }
            Kind::Secret if !is_choice(text) => self.secret(text),
            Kind::Person if !text.contains('@') => drop(self.pseudonyms.name(text)),
            Kind::Id if is_opaque(text) && !text.contains([' ', '@', '/']) => drop(self.pseudonyms.id(text)),
            _ => {}
        }
    }

    /// The address of a request, or one that an answer gives: who has it may be able to do what it is for.
    pub(super) fn collect_url(&mut self, url: &Url) {
        for segment in url.path_segments().into_iter().flatten() {
            let segment = decoded(segment);
            if is_opaque(&segment) && !segment.contains('@') {
                self.pseudonyms.id(&segment);
            }
        }
        for (key, value) in url.query_pairs() {
            self.collect(&key, &value);
            let is_token =
                value.chars().all(|letter| !letter.is_whitespace() && letter != '@' && letter != ':');
            if is_opaque(&value) && is_token && kind(&key) != Kind::Secret {
                self.pseudonyms.id(&value);
            }
        }
    }

    /// Second look: the text as it may be kept.
    pub(super) fn redact(&mut self, key: &str, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        if is_ours(text) {
            return self.plain(text);
        }
        if let Some(mut url) = address(text) {
            self.redact_url(&mut url);
            return url.into();
        }
        match kind(key) {
            Kind::Secret if !is_choice(text) => REDACTED.to_owned(),
            _ if text.len() > 256 && !text.contains(' ') => format!("[{} characters]", text.len()),
            Kind::Person | Kind::Id => match self.pseudonyms.known(text) {
                Some(pseudonym) => pseudonym.to_owned(),
                None => self.plain(text),
            },
            Kind::Secret | Kind::Other => self.plain(text),
        }
    }

    fn plain(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.secrets {
            text = replace_whole(&text, secret, REDACTED);
        }
        self.pseudonyms.replace(&text, is_id)
    }

    fn redact_url(&mut self, url: &mut Url) {
        let segments: Vec<String> =
            url.path_segments().into_iter().flatten().map(|segment| self.plain(&decoded(segment))).collect();
        let pairs: Vec<(String, String)> =
            url.query_pairs().map(|(key, value)| (key.to_string(), self.redact(&key, &value))).collect();
        if let Ok(mut path) = url.path_segments_mut() {
            path.clear().extend(segments);
        }
        url.set_query(None);
        url.set_fragment(None);
        if !pairs.is_empty() {
            url.query_pairs_mut().extend_pairs(pairs);
        }
    }

    /// The path of a request, decoded and redacted.
    pub(super) fn path(&mut self, path: &str) -> String {
        path.split('/').map(|segment| self.plain(&decoded(segment))).collect::<Vec<_>>().join("/")
    }

    /// What of all that was collected stands in this text after all.
    pub(super) fn leak(&self, text: &str) -> Option<&'static str> {
        let stands = |value: &str| value.len() >= 4 && find_whole(text, value).is_some();
        if self.secrets.iter().any(|value| stands(value)) {
            Some("a secret")
        } else if self.pseudonyms.values().any(stands) {
            Some("an address, a name or an id")
        } else {
            None
        }
    }
}

/// Shows every text of a body with the name of its value.
pub(super) fn visit(content: &mut Content, see: &mut dyn FnMut(&str, &mut String)) {
    match content {
        Content::Empty | Content::Bytes { .. } => {}
        Content::Json(value) => visit_json("", value, see),
        Content::Form(pairs) => {
            for (key, value) in pairs {
                // An authorisation code is a secret; elsewhere `code` is a word of the protocol.
                visit_text(if key == "code" { "authcode" } else { key }, value, see);
            }
        }
        Content::Parts(parts) => {
            for part in parts {
                match &mut part.body {
                    Content::Text(text) => visit_text(&part.name, text, see),
                    other => visit(other, see),
                }
            }
        }
        Content::Text(text) => visit_text("", text, see),
    }
}

/// A text, or the values of the JSON that it is.
fn visit_text(key: &str, text: &mut String, see: &mut dyn FnMut(&str, &mut String)) {
    let inner = if text.starts_with(['{', '[']) { serde_json::from_str(text).ok() } else { None };
    match inner {
        Some(mut value @ (Value::Object(_) | Value::Array(_))) => {
            visit_json(key, &mut value, see);
            *text = value.to_string();
        }
        _ => see(key, text),
    }
}

fn visit_json(key: &str, value: &mut Value, see: &mut dyn FnMut(&str, &mut String)) {
    match value {
        Value::String(text) => visit_text(key, text, see),
        Value::Number(number) if kind(key) == Kind::Id => {
            let mut text = number.to_string();
            see(key, &mut text);
            if let Ok(number) = text.parse::<u64>() {
                *value = number.into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| visit_json(key, item, see)),
        Value::Object(members) => {
            // A pair of name and value: the name says what the value is.
            let label = match (members.get("name"), members.get("value")) {
                (Some(Value::String(name)), Some(_)) => Some(name.clone()),
                _ => None,
            };
            for (own, value) in members {
                match (&label, own.as_str()) {
                    (Some(_), "name") => visit_json("label", value, see),
                    (Some(label), "value") => visit_json(label, value, see),
                    _ => visit_json(own, value, see),
                }
            }
        }
        _ => {}
    }
}

fn address(text: &str) -> Option<Url> {
    let is_one =
        (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace);
    is_one.then(|| Url::parse(text).ok()).flatten()
}

/// A segment of a path without its escapes.
pub(super) fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

/// The e-mail addresses in a text.
fn emails(text: &str) -> Vec<String> {
    let is_part = |letter: char| letter.is_alphanumeric() || "._%+-'".contains(letter);
    text.char_indices()
        .filter(|(_, letter)| *letter == '@')
        .filter_map(|(at, _)| {
            let (before, after) = (text.get(..at)?, text.get(at + 1..)?);
            let start = before.rfind(|letter| !is_part(letter)).map_or(0, |place| {
                place + before.get(place..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
            });
            let end = after.find(|letter| !is_part(letter)).unwrap_or(after.len());
            let domain = after.get(..end)?.trim_end_matches('.');
            let user = before.get(start..)?;
            (!user.is_empty() && domain.contains('.')).then(|| format!("{user}@{domain}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn redacted(value: Value) -> (Redactor, Value) {
        let (mut redactor, mut content) = (Redactor::default(), Content::Json(value));
        visit(&mut content, &mut |key, text| redactor.collect(key, text));
        visit(&mut content, &mut |key, text| *text = redactor.redact(key, text));
        let Content::Json(value) = content else { panic!() };
        (redactor, value)
    }

    #[test]
    fn secrets_people_ids_and_links_go_and_the_words_of_the_protocol_stay() {
        let (redactor, kept) = redacted(json!({
            "access_token": "eyJ0.secret", "token_type": "Bearer", "expires_in": 3600,
            "status": "sent", "error_name": "not_found", "createdDateTime": "2026-11-24T12:00:00.0000000Z",
            "accountId": "12345678", "documentId": "1", "userName": "Jan Nowak", "accessCode": "4711",
            "message": "Jan Nowak <jan@firm.example> used 4711 for 8d0a5c0e-9f54-4c1b-a7a8-1d1f0c0a9b11",
            "sign_url": "https://sign.example/s/ab12cd34?token=zzz999zzz&lang=en",
            "eventFields": [{"name": "UserName", "value": "Eve Adams"}, {"name": "Action", "value": "Signed"}],
            "inside": "[{\"pin\":\"77x77\"}]", "number": "600100200", "sent_to": ["+48600100200"],
        }));
        assert_eq!(
            kept,
            json!({
                "access_token": "redacted", "token_type": "Bearer", "expires_in": 3600,
                "status": "sent", "error_name": "not_found", "createdDateTime": "2026-11-24T12:00:00.0000000Z",
                "accountId": "90000001", "documentId": "1", "userName": "Person 001", "accessCode": "redacted",
                "message": "Person 001 <person002@example.com> used redacted for 00000000-0000-4000-8000-000000000005",
                "sign_url": "https://sign.example/s/90000002?token=redacted&lang=en",
                "eventFields": [{"name": "UserName", "value": "Person 003"}, {"name": "Action", "value": "Signed"}],
                "inside": "[{\"pin\":\"redacted\"}]", "number": "900000003", "sent_to": ["+90000000004"],
            })
        );
        assert_eq!(redactor.leak(&kept.to_string()), None);
        assert_eq!(redactor.leak("so 4711 it is"), Some("a secret"));
        assert_eq!(redactor.leak("by Jan Nowak"), Some("an address, a name or an id"));
    }

    #[test]
    fn addresses_of_people_are_found_in_any_text() {
        assert_eq!(emails("to: \"A\" <a.b@c.example>, d@e.org."), ["a.b@c.example", "d@e.org"]);
        assert!(emails("@ a@ @b a@b").is_empty());
    }

    #[test]
    fn only_headers_that_adapters_read_are_kept() {
        assert!(keeps_header("etag") && keeps_header("x-ratelimit-reset"));
        assert!(!keeps_header("authorization") && !keeps_header("set-cookie") && !keeps_header("x-api-user"));
    }
}
