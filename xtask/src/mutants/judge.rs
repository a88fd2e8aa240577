//! The contract suite judges: one run of a provider's conformance test per mutant.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::build::Built;
use super::find::Mutant;

/// How a mutant ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The suite failed.
    Caught,
    /// The suite did not end in time.
    TimedOut,
    /// The suite saw nothing.
    Survived,
}

/// The program that is run for a provider's mutants.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    pub(super) suite: &'a Path,
    pub(super) tree: &'a Path,
    pub(super) limit: Duration,
}

impl<'a> Judge<'a> {
    pub(super) fn new(built: &'a Built, limit: Duration) -> Self {
        Self { suite: &built.suite, tree: &built.tree, limit }
    }

    fn command(&self, provider: &str) -> Command {
        let mut command = Command::new(self.suite);
        let test = format!("conformance::{}_does_what_it_declares", provider.replace('-', "_"));
        command.current_dir(self.tree.join("tests")).args(["--exact", &test]);
        // A snapshot that differs is a failure, and is not written.
        command.env("INSTA_UPDATE", "no").env("INSTA_FORCE_PASS", "0").env("INSTA_WORKSPACE_ROOT", self.tree);
        command.env("RUST_BACKTRACE", "0").env_remove("SIGNBRIDGE_MUTANT").stdin(Stdio::null());
        command
    }

    /// Without a mutant the test has to be there and pass, or every mutant would seem to be caught or to survive.
    pub(super) fn baseline(&self, provider: &str) -> Result<Duration> {
        let start = Instant::now();
        let output = self.command(provider).output().context("cannot run the suite")?;
        let said = String::from_utf8_lossy(&output.stdout);
        ensure!(
            output.status.success() && said.contains("1 passed"),
            "without a mutant the suite of {provider} does not pass:\n{said}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(start.elapsed())
    }

    /// One mutant.
    pub(super) fn judge(&self, mutant: &Mutant) -> Result<Outcome> {
        let mut command = self.command(mutant.provider);
        command.env("SIGNBRIDGE_MUTANT", mutant.id.to_string()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().context("cannot run the suite")?;
        let start = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(if status.success() { Outcome::Survived } else { Outcome::Caught });
            }
            if start.elapsed() > self.limit {
                child.kill()?;
                child.wait()?;
                return Ok(Outcome::TimedOut);
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// All of them, several at a time; `tell` hears of each as it ends.
    pub(super) fn all(
        &self,
        mutants: &[Mutant],
        jobs: usize,
        tell: &(dyn Fn(&Mutant, Outcome) + Sync),
    ) -> Result<Vec<Outcome>> {
        let queue = Mutex::new(mutants.iter().enumerate());
        let next = || queue.lock().ok().and_then(|mut queue| queue.next());
        let work = || {
            let mut outcomes = Vec::new();
            while let Some((at, mutant)) = next() {
                let outcome = self.judge(mutant)?;
                tell(mutant, outcome);
                outcomes.push((at, outcome));
            }
            Ok(outcomes)
        };
        let done: Vec<Result<Vec<(usize, Outcome)>>> = thread::scope(|scope| {
            let threads: Vec<_> = (0..jobs.max(1)).map(|_| scope.spawn(work)).collect();
            threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
        });
        let mut outcomes = Vec::new();
        for part in done {
            outcomes.extend(part?);
        }
        ensure!(outcomes.len() == mutants.len(), "a judge gave up");
        outcomes.sort_by_key(|(at, _)| *at);
        Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
    }
}
