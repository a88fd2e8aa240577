//! The query of a list: words, and `field:value` with quotes, ranges of dates and `AND`.

use chrono::NaiveDate;
use serde_json::Value;

use super::errors::ApiError;
use super::model::{Envelope, Status};

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    field: Option<String>,
    value: String,
    negated: bool,
}

/// All terms have to fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<Term>);

const FIELDS: [&str; 10] =
    ["title", "subject", "message", "metadata", "from", "to", "complete", "declined", "created", "test_mode"];

pub(crate) fn parse(text: &str) -> Result<Query, ApiError> {
    let mut terms = Vec::new();
    let mut negated = false;
    for word in words(text) {
        match word.as_str() {
            "AND" => continue,
            "NOT" => {
                negated = true;
                continue;
            }
            "OR" => return Err(ApiError::at("query", "The emulator does not play OR in a query")),
            _ => {}
        }
        let word = word.strip_prefix('-').map_or(word.clone(), |rest| {
            negated = true;
            rest.to_owned()
        });
        let term = match word.split_once(':') {
            Some((field, value)) if FIELDS.contains(&field) => {
                Term { field: Some(field.to_owned()), value: bare(value), negated }
            }
            Some((field, _)) if field.chars().all(|c| c.is_ascii_alphabetic() || c == '_') => {
                return Err(ApiError::at("query", format!("The field {field} cannot be searched")));
            }
            _ => Term { field: None, value: bare(&word), negated },
        };
        if let (Some("created"), None) = (term.field.as_deref(), range(&term.value)) {
            return Err(ApiError::at("query", format!("{} is no range of dates", term.value)));
        }
        negated = false;
        terms.push(term);
    }
    Ok(Query(terms))
}

/// Splits at blanks outside of quotes, brackets and braces.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut quoted, mut escaped, mut depth) = (false, false, 0_i32);
    for character in text.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '[' | '{' | '(' if !quoted => depth += 1,
            ']' | '}' | ')' if !quoted => depth -= 1,
            _ => {}
        }
        if character.is_whitespace() && !quoted && depth <= 0 {
            words.push(std::mem::take(&mut word));
        } else {
            word.push(character);
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// Without the quotes around it and the backslashes before quotes in it.
fn bare(value: &str) -> String {
    let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    let text =
        inner.map_or_else(|| value.to_owned(), |inner| inner.replace("\\\"", "\"").replace("\\\\", "\\"));
    text.to_lowercase()
}

/// `[A TO B]`, `{A TO B}` or one day; `*` is open.
fn range(value: &str) -> Option<(Option<NaiveDate>, Option<NaiveDate>)> {
    let day = |text: &str| match text.trim() {
        "*" => Some(None),
        text => text.get(..10).and_then(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).map(Some),
    };
    let inner = value.trim_matches(['[', ']', '{', '}', '(', ')']);
    match inner.split_once(" to ") {
        Some((from, to)) => Some((day(from)?, day(to)?)),
        None => day(inner).map(|day| (day, day)),
    }
}

impl Query {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn fits(&self, own: &Envelope, sender: &str) -> bool {
        self.0.iter().all(|term| term.fits(own, sender) != term.negated)
    }
}

impl Term {
    fn fits(&self, own: &Envelope, sender: &str) -> bool {
        let holds = |text: &str| wild(&text.to_lowercase(), &self.value);
        let optional = |text: &Option<String>| text.as_deref().is_some_and(holds);
        let signers = || own.signatures.iter().any(|one| holds(&one.email) || holds(&one.name));
        let says = |flag: bool| self.value == flag.to_string() || self.value == u8::from(flag).to_string();
        match self.field.as_deref() {
            None => holds(&own.title) || optional(&own.subject) || optional(&own.message) || signers(),
            Some("title") => holds(&own.title),
            Some("subject") => optional(&own.subject),
            Some("message") => optional(&own.message),
            Some("metadata") => metadata(&own.metadata, &holds),
            Some("from") => self.value == "me" || holds(sender),
            Some("to") => signers(),
            Some("complete") => says(own.is_complete()),
            Some("declined") => says(own.has(Status::Declined)),
            Some("test_mode") => says(own.test_mode),
            Some("created") => range(&self.value).is_some_and(|(from, to)| {
                let day = own.created.date_naive();
                from.is_none_or(|from| day >= from) && to.is_none_or(|to| day <= to)
            }),
            Some(_) => false,
        }
    }
}

fn metadata(value: &Value, holds: &impl Fn(&str) -> bool) -> bool {
    match value {
        Value::Object(own) => own.iter().any(|(key, value)| holds(key) || metadata(value, holds)),
        Value::Array(items) => items.iter().any(|item| metadata(item, holds)),
        other => crate::values::as_text(other).is_some_and(|text| holds(&text)),
    }
}

/// The text contains the pattern; a star at its end changes nothing.
fn wild(text: &str, pattern: &str) -> bool {
    text.contains(pattern.trim_matches('*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_ranges_stay_together() {
        let query = parse(r#"title:"Big deal" AND created:[2026-01-01 TO *] -metadata:abc word"#).unwrap();
        assert_eq!(query.0.len(), 4);
        assert_eq!(query.0[0].value, "big deal");
        assert_eq!(range(&query.0[1].value).unwrap().1, None);
        assert!(query.0[2].negated && query.0[2].field.as_deref() == Some("metadata"));
        assert_eq!(query.0[3].field, None);
        let escaped = parse(r#"metadata:"say \"hi there\" a:b""#).unwrap();
        assert_eq!((escaped.0.len(), escaped.0[0].value.as_str()), (1, r#"say "hi there" a:b"#));
    }

    #[test]
    fn what_cannot_be_searched_is_refused() {
        assert_eq!(parse("colour:red").unwrap_err().name, "bad_request");
        assert_eq!(parse("created:yesterday").unwrap_err().path.as_deref(), Some("query"));
    }
}
