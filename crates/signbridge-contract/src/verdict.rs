//! What the suite found.

use std::fmt;

/// One test.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Case {
    /// What was tested, as a sentence.
    pub name: String,
    /// What was wrong; `None` when nothing was.
    pub fault: Option<String>,
}

/// All tests of one provider.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    /// The provider.
    pub provider: &'static str,
    /// The tests in their order.
    pub cases: Vec<Case>,
}

impl Verdict {
    pub(crate) fn new(provider: &'static str) -> Self {
        Self { provider, cases: Vec::new() }
    }

    pub(crate) fn add(&mut self, name: impl Into<String>, outcome: Result<(), String>) {
        self.cases.push(Case { name: name.into(), fault: outcome.err() });
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
