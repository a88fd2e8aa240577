//! What the suite found.

use std::{collections::BTreeMap, fmt, sync::Arc};

use crate::Recorder;

/// One test.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Case {
    /// What was tested, as a sentence.
    pub name: String,
    /// What was wrong; `None` when nothing was.
    pub fault: Option<String>,
    /// Whether every adapter owes it, whatever it declares.
    pub core: bool,
}

/// Whoever wants to know of each test as it ends.
#[derive(Clone)]
pub(crate) struct Listener(pub(crate) Arc<dyn Fn(&Case) + Send + Sync>);

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}

/// All tests of one provider.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Verdict {
    /// The provider.
    pub provider: &'static str,
    /// The tests in their order.
    pub cases: Vec<Case>,
    /// What the run was like, in texts that are alike from run to run and may be held by snapshots: `requests`, what was
    /// asked of the provider, and `breaks`, what comes of answers that are not as they should be, where the stage has a
    /// [`Wire`](crate::Wire); `replies`, what the operations answered.
    pub texts: BTreeMap<&'static str, String>,
    recorder: Option<Recorder>,
    listener: Option<Listener>,
}

impl Verdict {
    pub(crate) fn new(
        provider: &'static str,
        recorder: Option<Recorder>,
        listener: Option<Listener>,
    ) -> Self {
        Self { provider, cases: Vec::new(), texts: BTreeMap::new(), recorder, listener }
    }

    /// A test that a claim bought, or that a missing one owes.
    pub(crate) fn add(&mut self, name: impl Into<String>, outcome: Result<(), String>) {
        self.push(Case { name: name.into(), fault: outcome.err(), core: false });
    }

    /// A test that every adapter owes.
    pub(crate) fn core(&mut self, name: impl Into<String>, outcome: Result<(), String>) {
        self.push(Case { name: name.into(), fault: outcome.err(), core: true });
    }

    fn push(&mut self, case: Case) {
        if let Some(recorder) = &self.recorder {
            recorder.close(&case);
        }
        if let Some(Listener(hear)) = &self.listener {
            hear(&case);
        }
        self.cases.push(case);
    }

    /// Whether every test passed.
    pub fn is_good(&self) -> bool {
        !self.cases.is_empty() && self.faults().next().is_none()
    }

    /// The tests that failed.
    pub fn faults(&self) -> impl Iterator<Item = &Case> {
        self.cases.iter().filter(|case| case.fault.is_some())
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = self.faults().count();
        writeln!(f, "{}: {} passed, {failed} failed", self.provider, self.cases.len() - failed)?;
        for case in self.faults() {
            writeln!(f, "  {}: {}", case.name, case.fault.as_deref().unwrap_or_default())?;
        }
        Ok(())
    }
}
