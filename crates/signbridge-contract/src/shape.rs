//! The form of what was said: every member with the values that it took, where a value means something to a reader.
//!
//! What differs from run to run (ids, times, addresses) stands as its kind, so that two runs read alike.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use bytes::Bytes;
use http::{HeaderMap, Method, Uri};
use serde_json::Value;
use url::Url;

use crate::recording::{
    Content,
    body::{heads, read},
    pseudonyms::pieces,
    redact::{is_id, is_secret_name},
};

/// More values than these say nothing new.
const MANY: usize = 24;

/// A longer text is prose.
const LONG: usize = 72;

/// Headers that say nothing of their own.
const SILENT: [&str; 5] = ["authorization", "content-length", "cookie", "host", "user-agent"];

/// By a heading, its members and their values.
#[derive(Debug, Default)]
pub(crate) struct Shapes(BTreeMap<String, BTreeMap<String, BTreeSet<String>>>);

impl Shapes {
    /// A request, under its method and path.
    pub(crate) fn request(&mut self, method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) {
        let heading = heading(method, uri.path());
        self.0.entry(heading.clone()).or_default();
        let query = uri.query().unwrap_or_default().as_bytes();
        for (name, value) in url::form_urlencoded::parse(query) {
            self.text(&heading, &format!("?{name}"), &value);
        }
        for (name, value) in headers.iter().map(|(name, value)| (name.as_str(), value)) {
            let value = value.to_str().unwrap_or_default();
            match name {
                "authorization" => self.add(&heading, name, value.split(' ').next().unwrap_or_default()),
                _ if SILENT.contains(&name) => {}
                _ => self.text(&heading, name, value.split("; boundary=").next().unwrap_or_default()),
            }
        }
        match read(headers, body) {
            Content::Parts(parts) => {
                heads(headers, body).iter().for_each(|line| self.text(&heading, "part", line));
                for part in parts {
                    self.content(&heading, &part.name, &part.body);
                }
            }
            content => self.content(&heading, "body", &content),
        }
    }

    fn content(&mut self, heading: &str, name: &str, content: &Content) {
        match content {
            Content::Empty | Content::Parts(_) => {}
            Content::Json(value) => self.value(heading, name, value),
            Content::Form(pairs) => pairs.iter().for_each(|(own, value)| self.text(heading, own, value)),
            Content::Text(text) => self.text(heading, name, text),
            Content::Bytes { begins, .. } => self.add(heading, name, &format!("bytes {begins}")),
        }
    }

    /// All members of a value.
    pub(crate) fn value(&mut self, heading: &str, name: &str, value: &Value) {
        let leaves = leaves(name, value);
        leaves.into_iter().for_each(|(name, value)| self.add(heading, &name, &value));
    }

    fn text(&mut self, heading: &str, name: &str, text: &str) {
        let shown = if is_secret_name(name) { "<secret>".to_owned() } else { quoted(text) };
        self.add(heading, name, &shown);
    }

    fn add(&mut self, heading: &str, name: &str, value: &str) {
        let members = self.0.entry(heading.to_owned()).or_default();
        members.entry(name.to_owned()).or_default().insert(value.to_owned());
    }
}

impl fmt::Display for Shapes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (heading, members) in &self.0 {
            writeln!(f, "{heading}")?;
            for (name, values) in members {
                let more = if values.len() > MANY { " | …" } else { "" };
                let values = values.iter().take(MANY).map(String::as_str).collect::<Vec<_>>().join(" | ");
                writeln!(f, "  {name}: {values}{more}")?;
            }
        }
        Ok(())
    }
}

/// A method and a path, without ids.
pub(crate) fn heading(method: &Method, path: &str) -> String {
    format!("{method} {}", plain(path))
}

/// The leaves of a value with their paths; the members of a list are one.
pub(crate) fn leaves(name: &str, value: &Value) -> Vec<(String, String)> {
    let one = |shown: String| vec![(name.to_owned(), shown)];
    match value {
        Value::Object(members) if !members.is_empty() => members
            .iter()
            // Names may be ids as well.
            .flat_map(|(own, value)| leaves(&format!("{name}.{}", plain(own)), value))
            .collect(),
        Value::Array(values) if !values.is_empty() => {
            values.iter().flat_map(|value| leaves(&format!("{name}[]"), value)).collect()
        }
        Value::String(_) if is_secret_name(name.rsplit('.').next().unwrap_or_default()) => {
            one("<secret>".to_owned())
        }
        // JSON within JSON is looked into.
        Value::String(text) => match serde_json::from_str::<Value>(text) {
            Ok(inner) if inner.is_object() => leaves(&format!("{name}(json)"), &inner),
            _ => one(quoted(text)),
        },
        Value::Number(number) => match number.as_f64() {
            Some(number) if number.abs() >= 1e9 => one("<number>".to_owned()),
            _ => one(number.to_string()),
        },
        other => one(other.to_string()),
    }
}

fn quoted(text: &str) -> String {
    // A file within JSON.
    if text.len() > 200 && !text.contains(char::is_whitespace) {
        return "<data>".to_owned();
    }
    format!("{:?}", plain(text))
}

/// A text without what differs from run to run.
pub(crate) fn plain(text: &str) -> String {
    if let Some(url) = Url::parse(text).ok().filter(|url| url.has_host()) {
        let query: Vec<String> =
            url.query_pairs().map(|(name, value)| format!("{name}={}", plain(&value))).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        return shortened(&format!(
            "{}://<host>{}{mark}{}",
            url.scheme(),
            plain(url.path()),
            query.join("&")
        ));
    }
    let (mut plain, mut in_time) = (String::new(), false);
    for piece in pieces(text) {
        let first = piece.chars().next().unwrap_or_default();
        let is_number = piece.chars().all(|letter| letter.is_ascii_digit());
        // What follows the day: minutes, seconds and the zone.
        if in_time && (matches!(piece, ":" | "." | "+") || first.is_ascii_digit() && piece.len() <= 10) {
            continue;
        }
        in_time = is_day(piece);
        if in_time {
            plain += "<time>";
        } else if is_id(piece) || is_random(piece) {
            plain += "<id>";
        } else if is_number && piece.len() > 8 {
            plain += "<number>";
        } else {
            plain += piece;
        }
    }
    shortened(&plain)
}

/// A long token that is no word: large letters in a row beside small ones.
fn is_random(piece: &str) -> bool {
    let in_a_row = piece.as_bytes().windows(3).any(|three| three.iter().all(u8::is_ascii_uppercase));
    piece.len() >= 24 && in_a_row && piece.contains(|letter: char| letter.is_ascii_lowercase())
}

/// A date, with or without an hour.
fn is_day(piece: &str) -> bool {
    let digit = |at: usize| piece.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let dash = |at: usize| piece.as_bytes().get(at) == Some(&b'-');
    piece.starts_with("20") && digit(2) && digit(3) && dash(4) && digit(5) && digit(6) && dash(7) && digit(8)
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONG) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn two_runs_read_alike() {
        assert_eq!(plain("/v2.1/accounts/8d0a5c0e-9f54-4c1b-a7a8-1d1f0c0a9b11/x"), "/v2.1/accounts/<id>/x");
        assert_eq!(plain("from 2026-11-24T20:03:04.123Z to 2026-12-01"), "from <time> to <time>");
        assert_eq!(plain("https://127.0.0.1:4711/a?b=c&t=0123456789abcdef"), "https://<host>/a?b=c&t=<id>");
        assert_eq!(plain("CBJCHBCAABAAFKwNcOX-QuXgmUhrGgd_EBlgDzGY"), "<id>");
        assert_eq!(plain("createTransientDocumentFromAnAddress"), "createTransientDocumentFromAnAddress");
        assert_eq!(plain("page 12 of 1234567890"), "page 12 of <number>");
    }

    #[test]
    fn members_are_told_with_their_values() {
        let mut shapes = Shapes::default();
        shapes.value(
            "A",
            "body",
            &json!({"signers": [{"order": 1}, {"order": 2}], "pin": "4711", "note": null}),
        );
        shapes.value("A", "body", &json!({"inner": "{\"a\":true}", "none": []}));
        let lines = "A\n  body.inner(json).a: true\n  body.none: []\n  body.note: null\n  body.pin: <secret>\n  \
                     body.signers[].order: 1 | 2\n";
        assert_eq!(shapes.to_string(), lines);
        let mut headers = HeaderMap::new();
        headers.insert("authorization", "Bearer abc".parse().unwrap());
        headers.insert("content-type", "application/json".parse().unwrap());
        let mut shapes = Shapes::default();
        let body = Bytes::from_static(b"{\"a\":\"b\"}");
        shapes.request(&Method::POST, &"https://x.example/a/b?c=d".parse().unwrap(), &headers, &body);
        let lines = "POST /a/b\n  ?c: \"d\"\n  authorization: Bearer\n  body.a: \"b\"\n  \
                     content-type: \"application/json\"\n";
        assert_eq!(shapes.to_string(), lines);
    }
}
