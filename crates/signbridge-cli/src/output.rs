//! Everything that is printed: tables for people, JSON for programs, traces for those who search a fault.

use std::io::{self, ErrorKind as IoKind, Write};

use chrono::{DateTime, SecondsFormat, Utc};
use comfy_table::{Table, presets};
use serde::Serialize;
use signbridge::{Envelope, Error, ErrorKind, Report};
use tracing_subscriber::{
    Layer, filter::LevelFilter, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt,
};

use crate::exit::Failure;

/// Where results go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether a program reads.
    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    /// Prints a result: `value` as one line of JSON, or `text` for a person.
    pub(crate) fn show<T: Serialize>(self, value: &T, text: impl FnOnce() -> String) -> Result<(), Failure> {
        let text = if self.json {
            serde_json::to_string(value).map_err(|error| {
                Error::new(ErrorKind::Unexpected, "the result cannot be written as JSON").with_source(error)
            })?
        } else {
            text()
        };
        write(&mut io::stdout().lock(), &text)
            .map_err(|error| Error::new(ErrorKind::Io, format!("standard output: {error}")).into())
    }
}

/// Writes lines. A reader that has seen enough (`| head`) is no failure.
pub(crate) fn write(stream: &mut impl Write, text: &str) -> io::Result<()> {
    match writeln!(stream, "{text}").and_then(|()| stream.flush()) {
        Err(error) if error.kind() == IoKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Says something to a person beside the result, which goes to standard output.
pub(crate) fn hint(text: &str) {
    // Nobody to read it is no failure.
    let _ = write(&mut io::stderr().lock(), text);
}

/// Traces to standard error. Only our own crates': nobody vouches for what others log.
pub(crate) fn trace(verbosity: u8) {
    let level = match verbosity {
        0 => return,
        1 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false);
    let ours = Targets::new().with_target("signbridge", level);
    tracing_subscriber::registry().with(lines.with_filter(ours)).init();
}

/// A time as it is printed everywhere.
pub(crate) fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A text from outside on one line, without what steers a terminal.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

/// The same for a text of several lines.
pub(crate) fn plain_lines(text: &str) -> String {
    text.lines().map(plain).collect::<Vec<_>>().join("\n")
}

/// A table; `header` may be empty.
pub(crate) fn table<const N: usize>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    wide_table(header.map(str::to_owned).to_vec(), rows.into_iter().map(Vec::from))
}

/// The same where the number of columns is not known beforehand.
pub(crate) fn wide_table(header: Vec<String>, rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if header.iter().any(|name| !name.is_empty()) {
        table.set_header(header);
    }
    for row in rows {
        table.add_row(row.iter().map(|cell| plain(cell)).collect::<Vec<_>>());
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// An envelope with its recipients and documents.
pub(crate) fn envelope(envelope: &Envelope) -> String {
    let state = &envelope.state;
    let status = if state.raw == envelope.status.as_str() {
        envelope.status.to_string()
    } else {
        format!("{} ({} says {})", envelope.status, envelope.provider, state.raw)
    };
    let ended = state.ended_by.as_ref().map(|by| match &state.reason {
        Some(reason) => format!("{by}: {reason}"),
        None => by.to_string(),
    });
    let facts = [
        ("id", Some(envelope.id.clone())),
        ("status", Some(status)),
        ("ended by", ended),
        ("subject", Some(envelope.subject.clone()).filter(|subject| !subject.is_empty())),
        ("created", envelope.created_at.map(time)),
        ("sent", envelope.sent_at.map(time)),
        ("ended", envelope.ended_at.map(time)),
        ("expires", envelope.expires_at.map(time)),
        ("key", envelope.idempotency_key.clone()),
    ];
    let facts = facts.into_iter().filter_map(|(name, value)| Some([name.to_owned(), value?]));
    let mut parts = vec![table(["", ""], facts)];
    if !envelope.recipients.is_empty() {
        let rows = envelope.recipients.iter().map(|one| {
            let status = match &one.declined_reason {
                Some(reason) => format!("{}: {reason}", one.status),
                None => one.status.to_string(),
            };
            let role = if one.embedded { format!("{}, embedded", one.role) } else { one.role.clone() };
            [one.order.to_string(), role, one.name.clone(), one.email.clone(), status]
        });
        parts.push(table(["ORDER", "ROLE", "NAME", "EMAIL", "STATUS"], rows));
    }
    if !envelope.documents.is_empty() {
        let rows = envelope.documents.iter().map(|document| {
            [
                document.id.clone(),
                document.name.clone(),
                document.pages.map(|pages| pages.to_string()).unwrap_or_default(),
            ]
        });
        parts.push(table(["DOCUMENT", "NAME", "PAGES"], rows));
    }
    parts.join("\n\n")
}

/// What `check` found for one profile.
pub(crate) fn report(profile: &str, report: &Report) -> String {
    let verdict = if report.is_sendable() { "can be sent" } else { "cannot be sent as it is" };
    let mut text = plain(&format!("{profile} ({}): {verdict}", report.provider));
    if !report.findings.is_empty() {
        let rows = report
            .findings
            .iter()
            .map(|finding| [finding.severity.to_string(), finding.path.clone(), finding.message.clone()]);
        text = format!("{text}\n\n{}", table(["SEVERITY", "WHERE", "WHAT"], rows));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_not_printed() {
        assert_eq!(plain("a\u{1b}[31mb\r\nc"), "a\u{fffd}[31mb\u{fffd}\u{fffd}c");
        assert_eq!(table(["X", "Y"], [["\u{7}".to_owned(), "b".to_owned()]]), "X  Y\n\u{fffd}  b");
    }

    #[test]
    fn a_reader_that_went_away_is_no_failure() {
        struct Gone(IoKind);
        impl Write for Gone {
            fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
                Err(self.0.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        assert!(write(&mut Gone(IoKind::BrokenPipe), "x").is_ok());
        assert!(write(&mut Gone(IoKind::StorageFull), "x").is_err());
    }
}
