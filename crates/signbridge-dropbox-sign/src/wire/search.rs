//! Dropbox Sign's search words: `field:value`, joined by `AND`. What they find is compared again on our side.

use chrono::{DateTime, Utc};
use signbridge_core::EnvelopeStatus;

/// The words for a list; none when everything is asked for. Days are as fine as a range of creation dates is
/// documented to be, so it is drawn wide.
pub(crate) fn query(
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    statuses: &[EnvelopeStatus],
    metadata: Option<&str>,
) -> Option<String> {
    let mut words = Vec::new();
    words.extend(metadata.map(|value| format!("metadata:{}", term(value))));
    if from.is_some() || to.is_some() {
        let day = |time: Option<DateTime<Utc>>, open: &str| {
            time.map_or_else(|| open.to_owned(), |time| time.format("%Y-%m-%d").to_string())
        };
        words.push(format!("created:[{} TO {}]", day(from, "2010-01-01"), day(to, "2199-12-31")));
    }
    if !statuses.is_empty() {
        let completed = statuses.iter().filter(|status| **status == EnvelopeStatus::Completed).count();
        if completed == statuses.len() {
            words.push("complete:true".to_owned());
        } else if completed == 0 {
            words.push("complete:false".to_owned());
        }
    }
    (!words.is_empty()).then(|| words.join(" AND "))
}

/// A value as a search term. Quotation marks are not documented, so they are set only where a value could not stand
/// without them.
pub(crate) fn term(value: &str) -> String {
    let bare = value.starts_with(|letter: char| letter.is_ascii_alphanumeric())
        && value.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.'))
        && !["AND", "OR", "NOT", "TO"].contains(&value);
    if bare { value.to_owned() } else { format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows: 9 list
    #[test]
    fn words_are_joined_and_a_range_of_days_is_drawn_wide() {
        let at = |text: &str| Some(text.parse().unwrap());
        let all = query(
            at("2026-01-05T13:00:00Z"),
            at("2026-02-01T00:00:01Z"),
            &[EnvelopeStatus::InProgress, EnvelopeStatus::Declined],
            Some("42"),
        );
        assert_eq!(
            all.as_deref(),
            Some("metadata:42 AND created:[2026-01-05 TO 2026-02-01] AND complete:false")
        );
        let completed = query(None, None, &[EnvelopeStatus::Completed], None);
        assert_eq!(completed.as_deref(), Some("complete:true"));
        let both = [EnvelopeStatus::Completed, EnvelopeStatus::Declined];
        assert_eq!(query(None, None, &both, None), None);
    }

    #[test]
    fn what_a_search_could_misread_is_quoted() {
        assert_eq!(term("order-7"), "order-7");
        for (value, written) in [
            ("a:b", "\"a:b\""),
            ("AND", "\"AND\""),
            ("-x", "\"-x\""),
            ("a b", "\"a b\""),
            ("say \"x\"", "\"say \\\"x\\\"\""),
        ] {
            assert_eq!(term(value), written);
        }
    }
}
