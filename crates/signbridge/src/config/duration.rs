//! Durations as people write them.

use std::time::Duration;

use signbridge_core::{Error, ErrorKind, Result};

/// Reads a duration: a whole number and its unit, `ms`, `s`, `m`, `h` or `d`.
///
/// ```
/// use std::time::Duration;
///
/// assert_eq!(signbridge::parse_duration("90s")?, Duration::from_secs(90));
/// assert_eq!(signbridge::parse_duration("15m")?, Duration::from_secs(900));
/// assert!(signbridge::parse_duration("15").is_err());
/// # Ok::<(), signbridge::Error>(())
/// ```
///
/// # Errors
/// `invalid_input` when it is none, is zero or is too long.
pub fn parse_duration(text: &str) -> Result<Duration> {
    read(text).ok_or_else(|| {
        let message = format!("`{text}` is no duration above zero; write a number and its unit, such as 500ms, 30s, 10m, 2h or 1d");
        Error::new(ErrorKind::InvalidInput, message)
    })
}

/// A hundred years: beyond it a time cannot be reckoned with any more.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

fn read(text: &str) -> Option<Duration> {
    let text = text.trim();
    let unit = text.find(|letter: char| !letter.is_ascii_digit())?;
    let (number, unit) = text.split_at(unit);
    let number: u64 = number.parse().ok()?;
    let milliseconds = match unit.trim() {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    let duration = Duration::from_millis(number.checked_mul(milliseconds)?);
    (!duration.is_zero() && duration <= LONGEST).then_some(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_and_nothing_is_guessed() {
        for (text, seconds) in
            [("1s", 1.0), ("1500ms", 1.5), (" 2 m ", 120.0), ("3h", 10_800.0), ("1d", 86_400.0)]
        {
            assert_eq!(parse_duration(text).unwrap().as_secs_f64(), seconds, "{text}");
        }
        for wrong in ["", "1", "s", "-1s", "1.5s", "0s", "1w", "1 s s", "99999999999999999999s", "40000d"] {
            assert_eq!(parse_duration(wrong).unwrap_err().kind(), ErrorKind::InvalidInput, "{wrong}");
        }
    }
}
