//! Faults: what goes wrong on the wire, on request.

use http::Method;
use serde::{Deserialize, Serialize};

/// A fault for the requests it matches.
///
/// As JSON: `{"method":"POST","path":"/envelopes","skip":0,"times":1,"kind":"status_after","status":503}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Only this method; any when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only paths that contain this text; any when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Matching requests that pass untouched first.
    #[serde(default)]
    pub skip: u32,
    /// Matching requests that are hit after that.
    #[serde(default = "once")]
    pub times: u32,
    /// What happens.
    #[serde(flatten)]
    pub kind: FaultKind,
}

impl Fault {
    /// A fault that hits the first request of `method` whose path contains `path`.
    pub fn on(method: &str, path: &str, kind: FaultKind) -> Self {
        Self { method: Some(method.to_owned()), path: Some(path.to_owned()), skip: 0, times: 1, kind }
    }

    /// The same fault for `times` requests.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// The same fault after `skip` requests that pass.
    #[must_use]
    pub fn after(mut self, skip: u32) -> Self {
        self.skip = skip;
        self
    }
}

fn once() -> u32 {
    1
}

/// What a fault does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultKind {
    /// The connection is cut before the body is read: nothing happened.
    CutBefore,
    /// The request is carried out and the connection is cut without an answer.
    CutAfter,
    /// The request is carried out and the connection is cut in the middle of the answer's body.
    CutAnswer,
    /// The request is carried out, but this status comes back.
    StatusAfter {
        /// The HTTP status.
        status: u16,
    },
    /// The request is not carried out; this status comes back.
    StatusInstead {
        /// The HTTP status.
        status: u16,
    },
    /// The request waits before it is carried out.
    Delay {
        /// Milliseconds of real time.
        delay_ms: u64,
    },
    /// The request is refused as the provider refuses what exceeds its rate limit.
    Throttle {
        /// Which limit is said to be exceeded.
        #[serde(default)]
        rule: ThrottleRule,
    },
}

/// A rate limit of the provider.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThrottleRule {
    /// The limit of the hour.
    #[default]
    Hourly,
    /// The limit of a short burst.
    Burst,
}

/// The faults not yet used up, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn all(&self) -> &[Fault] {
        &self.0
    }

    /// The fault that hits this request, if any; counts it down.
    pub(crate) fn take(&mut self, method: &Method, path: &str) -> Option<FaultKind> {
        let mut hit = None;
        for fault in &mut self.0 {
            let fits = fault.method.as_deref().is_none_or(|want| want.eq_ignore_ascii_case(method.as_str()))
                && fault.path.as_deref().is_none_or(|want| path.contains(want));
            if !fits {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
            } else if fault.times > 0 {
                fault.times -= 1;
                hit = Some(fault.kind.clone());
                break;
            }
        }
        self.0.retain(|fault| fault.times > 0);
        hit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_skips_then_hits_then_is_gone() {
        let mut faults = Faults::default();
        faults.add(Fault::on("POST", "/envelopes", FaultKind::CutAfter).after(1).times(2));
        let mut take = |method, path| faults.take(&method, path).is_some();
        assert!(!take(Method::GET, "/envelopes"));
        assert!(!take(Method::POST, "/envelopes"));
        assert!(take(Method::POST, "/envelopes"));
        assert!(take(Method::POST, "/x/envelopes"));
        assert!(!take(Method::POST, "/envelopes"));
    }

    #[test]
    fn the_json_form_is_flat() {
        let fault: Fault =
            serde_json::from_str(r#"{"path":"/envelopes","kind":"status_after","status":503}"#).unwrap();
        assert_eq!(fault.kind, FaultKind::StatusAfter { status: 503 });
        assert_eq!(fault.times, 1);
        let throttle: Fault = serde_json::from_str(r#"{"kind":"throttle"}"#).unwrap();
        assert_eq!(throttle.kind, FaultKind::Throttle { rule: ThrottleRule::Hourly });
    }
}
