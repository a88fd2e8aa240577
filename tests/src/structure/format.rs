//! The forms that values have on the wire.

use serde::Deserialize;

/// A form that a text must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    /// 8-4-4-4-12 hexadecimal digits; version and variant are not looked at.
    Guid,
    /// `2026-06-24T14:31:11.6600000Z`: seven digits, UTC.
    Timestamp,
    /// `2018-09-07T23:49:34.163`: no zone.
    LocalTimestamp,
    /// A date, or a date and time, in ISO 8601.
    Date,
    /// Digits only.
    Integer,
    /// A number with sign and fraction.
    Decimal,
    /// A path that starts with a slash.
    RelativeUri,
    /// The same, or nothing: the end of a list.
    RelativeUriOrEmpty,
    /// `http` or `https`, and a host.
    Url,
    /// The same, without a slash at the end.
    BaseUrl,
    /// Anything but nothing.
    Nonempty,
}

impl Format {
    pub(crate) const fn describe(self) -> &'static str {
        match self {
            Self::Guid => "a GUID",
            Self::Timestamp => "a UTC timestamp of seven digits",
            Self::LocalTimestamp => "a timestamp without zone",
            Self::Date => "an ISO 8601 date",
            Self::Integer => "an integer in text",
            Self::Decimal => "a number in text",
            Self::RelativeUri => "a relative URI",
            Self::RelativeUriOrEmpty => "a relative URI or empty",
            Self::Url => "an absolute URL",
            Self::BaseUrl => "an absolute URL without a slash at its end",
            Self::Nonempty => "a text that says something",
        }
    }

    /// Signing links and tokens have these forms: a value that fails them is not shown.
    pub(crate) const fn may_be_secret(self) -> bool {
        matches!(self, Self::Url | Self::BaseUrl | Self::Nonempty)
    }

    pub(crate) fn fits(self, text: &str) -> bool {
        match self {
            Self::Guid => shaped(text, "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh"),
            Self::Timestamp => shaped(text, "dddd-dd-ddTdd:dd:dd.dddddddZ"),
            Self::LocalTimestamp => {
                let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
                shaped(whole, "dddd-dd-ddTdd:dd:dd") && digits(fraction)
            }
            Self::Date => text.get(..10).is_some_and(|day| shaped(day, "dddd-dd-dd")),
            Self::Integer => digits(text),
            Self::Decimal => {
                let number = text.strip_prefix('-').unwrap_or(text);
                let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
                digits(whole) && digits(fraction)
            }
            Self::RelativeUri => text.starts_with('/') && !text.starts_with("//"),
            Self::RelativeUriOrEmpty => text.is_empty() || Self::RelativeUri.fits(text),
            Self::Url => ["https://", "http://"].iter().any(|scheme| {
                text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
            }),
            Self::BaseUrl => Self::Url.fits(text) && !text.ends_with('/'),
            Self::Nonempty => !text.trim().is_empty(),
        }
    }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `h` stands for a hexadecimal digit, `d` for a decimal one, everything else for itself.
fn shaped(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(byte, wanted)| match wanted {
            b'h' => byte.is_ascii_hexdigit(),
            b'd' => byte.is_ascii_digit(),
            other => byte == other,
        })
}
