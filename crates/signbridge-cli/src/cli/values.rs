//! The values of arguments: people, places, times, statuses.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use signbridge::{EnvelopeStatus, nearest};

/// A name and an e-mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) email: String,
}

impl FromStr for Person {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.trim().strip_suffix('>').and_then(|text| text.rsplit_once('<'));
        match parts.map(|(name, email)| (name.trim().trim_matches('"').trim(), email.trim())) {
            Some((name, email)) if !name.is_empty() && !email.is_empty() => {
                Ok(Self { name: name.to_owned(), email: email.to_owned() })
            }
            _ => Err("write name and address as 'Ann Lee <ann@example.com>'".to_owned()),
        }
    }
}

/// A place on a page, in points from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Place {
    pub(crate) page: u32,
    pub(crate) x: f64,
    pub(crate) y: f64,
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let place = || {
            let mut parts = text.split(',').map(str::trim);
            let place = Self {
                page: parts.next()?.parse().ok()?,
                x: parts.next()?.parse().ok()?,
                y: parts.next()?.parse().ok()?,
            };
            let inside = |value: f64| value.is_finite() && value >= 0.0;
            (parts.next().is_none() && place.page > 0 && inside(place.x) && inside(place.y)).then_some(place)
        };
        place().ok_or_else(|| {
            "write page, x and y in points from the upper left corner, such as 1,72,640".to_owned()
        })
    }
}

pub(crate) fn time(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(date) = text.parse::<NaiveDate>() {
        return Ok(date.and_time(NaiveTime::MIN).and_utc());
    }
    DateTime::parse_from_rfc3339(text)
        .map(|time| time.to_utc())
        .map_err(|_| "write a date such as 2026-03-01, or a time such as 2026-03-01T08:00:00Z".to_owned())
}

/// The statuses of answers are open; what is asked for is one of those we know.
pub(crate) fn status(text: &str) -> Result<EnvelopeStatus, String> {
    const WORDS: [&str; 9] = [
        "draft",
        "processing",
        "in_progress",
        "on_hold",
        "completed",
        "declined",
        "voided",
        "expired",
        "failed",
    ];
    match EnvelopeStatus::from(text) {
        EnvelopeStatus::Other(text) => Err(match nearest(&text, WORDS) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known are {}", WORDS.join(", ")),
        }),
        known => Ok(known),
    }
}

/// Who fills a role of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filled {
    pub(crate) role: String,
    pub(crate) person: Person,
}

impl FromStr for Filled {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write role, name and address as 'Tenant=Ann Lee <ann@example.com>'".to_owned();
        let (role, person) =
            text.split_once('=').filter(|(role, _)| !role.trim().is_empty()).ok_or_else(wrong)?;
        Ok(Self { role: role.trim().to_owned(), person: person.parse().map_err(|_| wrong())? })
    }
}

/// The text for a field of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldText {
    pub(crate) field: String,
    pub(crate) text: String,
}

impl FromStr for FieldText {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((field, text)) if !field.trim().is_empty() => {
                Ok(Self { field: field.trim().to_owned(), text: text.to_owned() })
            }
            _ => Err("write field and text as 'rent=1200'".to_owned()),
        }
    }
}
