//! Failures: what a person reads, what a program reads, and the exit code.

use std::{io, process::ExitCode};

use serde_json::json;
use signbridge::{Error, ErrorKind};

use crate::output;

/// The arguments make no sense together (the same code that `clap` gives for arguments it cannot read).
pub(crate) const USAGE: u8 = 2;

/// The exit codes, as `--help` and docs/command-line.md give them.
pub(crate) const HELP: &str = "\
Exit codes:
   0  done
   1  an answer that no rule covers, or a local file that cannot be read or written
   2  the arguments cannot be read
   3  the configuration is missing or wrong
   4  the credentials, the consent or a right is missing
   5  the envelope, a value or the wish is refused as it is
   6  there is no such envelope, or its state does not allow it
   7  a rate limit or allowance is used up, or it is not ready yet
   8  the network, the time or the provider failed
   9  whether it was sent is unknown, or the key belongs to another envelope
  10  the envelope ended otherwise, or not in the time that wait allowed
  11  doctor or conformance found a fault";

/// Why the program ends without having done what it should.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The arguments make no sense; in the words of the program.
    Usage(String),
    /// Everything else.
    Error(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl Failure {
    /// Says it on standard error and gives the exit code.
    pub(crate) fn report(&self, json: bool) -> ExitCode {
        let text = match (self, json) {
            (Self::Usage(message), true) => {
                let error = json!({"kind": "usage", "provider": null, "operation": null, "message": message});
                json!({ "error": error }).to_string()
            }
            (Self::Error(error), true) => json!({ "error": error }).to_string(),
            (Self::Usage(message), false) => format!("error: {message}"),
            (Self::Error(error), false) => readable(error),
        };
        // Nobody may be listening any more; the exit code says it too.
        let _ = output::write(&mut io::stderr().lock(), text.trim_end());
        ExitCode::from(self.code())
    }

    fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => USAGE,
            Self::Error(error) => code(error),
        }
    }
}

fn code(error: &Error) -> u8 {
    match (error.operation(), error.kind()) {
        (Some("wait"), ErrorKind::Timeout | ErrorKind::InvalidState) => 10,
        (Some("doctor" | "conformance"), _) => 11,
        (_, kind) => of_kind(kind),
    }
}

fn of_kind(kind: ErrorKind) -> u8 {
    use ErrorKind::{
        ConsentRequired, DocumentChanged, DocumentRejected, FeatureOff, Forbidden, Gone,
        InvalidConfiguration, InvalidDraft, InvalidInput, InvalidState, KeyConflict, Locked, NotFound,
        NotReady, OutcomeUnknown, PlacementFailed, QuotaExhausted, RateLimited, Stale, Timeout, Transport,
        Unauthenticated, Unavailable, Unsupported, WrongHost,
    };
    match kind {
        InvalidConfiguration => 3,
        Unauthenticated | ConsentRequired | WrongHost | Forbidden => 4,
        InvalidDraft | Unsupported | FeatureOff | InvalidInput | PlacementFailed | DocumentRejected
        | DocumentChanged => 5,
        NotFound | Gone | InvalidState | Stale | Locked => 6,
        RateLimited | QuotaExhausted | NotReady => 7,
        Transport | Timeout | Unavailable => 8,
        OutcomeUnknown | KeyConflict => 9,
        _ => 1,
    }
}

/// Several lines for a person: what happened, each fault, what to do, and what support will ask for.
fn readable(error: &Error) -> String {
    let list = error.faults().iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let message =
        error.message().strip_suffix(&list).map_or(error.message(), |head| head.trim_end_matches([' ', ':']));
    let place = [error.provider(), error.operation()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let mut text = match (message.is_empty(), place.is_empty()) {
        (true, _) => format!("error: {place}"),
        (false, true) => format!("error: {message}"),
        (false, false) => format!("error: {place}: {message}"),
    };
    for fault in error.faults() {
        text.push_str(&format!("\n  - {fault}"));
    }
    let remedy = error.remedy().unwrap_or_default();
    let consent_url = error.consent_url().map(ToString::to_string).filter(|url| !remedy.contains(url));
    let details = [
        ("do", error.remedy().map(str::to_owned)),
        ("consent at", consent_url),
        ("not before", error.retry_at().map(output::time)),
        ("provider's code", error.code().map(str::to_owned)),
        ("request id", error.request_id().map(str::to_owned)),
        ("envelope", error.envelope_id().map(str::to_owned)),
        ("idempotency key", error.idempotency_key().map(str::to_owned)),
    ];
    for (name, value) in details {
        if let Some(value) = value {
            text.push_str(&format!("\n  {name}: {value}"));
        }
    }
    text.push_str(&format!("\n  kind: {}", error.kind()));
    output::plain_lines(&text)
}

#[cfg(test)]
mod tests {
    use signbridge::Fault;

    use super::*;

    #[test]
    fn every_kind_has_a_documented_code() {
        for kind in ErrorKind::ALL {
            let code = of_kind(*kind);
            let documented = HELP.lines().any(|line| line.trim_start().starts_with(&format!("{code}  ")));
            assert!(documented, "{kind}: {code}");
            let unexpected = [ErrorKind::Unexpected, ErrorKind::Io, ErrorKind::Partial].contains(kind);
            assert_eq!(code == 1, unexpected, "{kind}: {code}");
        }
    }

    #[test]
    fn the_documentation_and_the_help_give_the_same_codes() {
        let page = include_str!("../../../docs/command-line.md");
        for line in HELP.lines().skip(1) {
            let (code, meaning) = line.trim().split_once("  ").unwrap();
            assert!(page.contains(&format!("| {code} | {meaning} |")), "{line}");
        }
    }

    #[test]
    fn waiting_and_the_doctor_have_their_own_codes() {
        let error = |kind, operation| Error::new(kind, "x").with_operation(operation);
        assert_eq!(code(&error(ErrorKind::Timeout, "wait")), 10);
        assert_eq!(code(&error(ErrorKind::InvalidState, "wait")), 10);
        assert_eq!(code(&error(ErrorKind::Timeout, "envelopes.get")), 8);
        assert_eq!(code(&error(ErrorKind::InvalidConfiguration, "doctor")), 11);
    }

    #[test]
    fn a_person_reads_each_fault_on_its_own_line() {
        let faults = vec![Fault::new("subject", "is empty"), Fault::new("", "no signer")];
        let error = Error::from_faults(ErrorKind::InvalidDraft, "the draft has faults", faults)
            .with_remedy("correct the\u{1b}[31m file")
            .with_idempotency_key("k1");
        assert_eq!(
            readable(&error),
            "error: the draft has faults\n  - subject: is empty\n  - no signer\n  do: correct the\u{fffd}[31m file\n  \
             idempotency key: k1\n  kind: invalid_draft"
        );
    }
}
