//! The contract suite judges: one run of a provider's conformance test per mutant.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
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
    /// A behaviour failed, or another text came of the run.
    Caught,
    /// The suite did not end in time.
    TimedOut,
    /// No behaviour saw it; the contract of a call did.
    ByCalls,
    /// The suite saw nothing.
    Survived,
}

/// The program that is run for a provider's mutants.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    pub(super) suite: &'a Path,
    pub(super) calls: &'a BTreeMap<&'static str, PathBuf>,
    pub(super) tree: &'a Path,
    pub(super) limit: Duration,
    /// Mutants that the suite's run comes by. Whatever it does not come by changes nothing in it.
    reached: BTreeSet<u32>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(built: &'a Built, limit: Duration) -> Self {
        Self { suite: &built.suite, calls: &built.calls, tree: &built.tree, limit, reached: BTreeSet::new() }
    }

    fn command(&self, provider: &str) -> Command {
        let test = format!("conformance::{}_does_what_it_declares", provider.replace('-', "_"));
        let mut command = self.program(self.suite, "tests");
        command.args(["--exact", &test]);
        command
    }

    /// The contracts of the calls: what each asks, reads and refuses.
    fn call_contracts(&self, provider: &str) -> Result<Command> {
        let program =
            self.calls.get(provider).with_context(|| format!("{provider} has no contracts of calls"))?;
        let mut command = self.program(program, &format!("crates/signbridge-{provider}"));
        command.arg("calls::");
        Ok(command)
    }

    fn program(&self, program: &Path, folder: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.tree.join(folder));
        // A snapshot that differs is a failure, and is not written.
        command.env("INSTA_UPDATE", "no").env("INSTA_FORCE_PASS", "0").env("INSTA_WORKSPACE_ROOT", self.tree);
        command.env("RUST_BACKTRACE", "0").env_remove("SIGNBRIDGE_MUTANT").stdin(Stdio::null());
        command
    }

    /// Without a mutant the test has to be there and pass, or every mutant would seem to be caught or to survive. It also
    /// tells which mutants it comes by.
    pub(super) fn baseline(&mut self, provider: &str) -> Result<Duration> {
        let start = Instant::now();
        let reached = self.suite.with_extension(format!("{provider}.reached"));
        let _ = fs::remove_file(&reached);
        let mut command = self.command(provider);
        let output = command.env("SIGNBRIDGE_REACHED", &reached).output().context("cannot run the suite")?;
        let said = String::from_utf8_lossy(&output.stdout);
        ensure!(
            output.status.success() && said.contains("1 passed"),
            "without a mutant the suite of {provider} does not pass:\n{said}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let ids = fs::read_to_string(&reached)
            .with_context(|| format!("the suite comes by no code of {provider}"))?;
        self.reached.extend(ids.lines().filter_map(|id| id.parse::<u32>().ok()));
        let took = start.elapsed();
        let output = self.call_contracts(provider)?.output().context("cannot run the contracts of calls")?;
        let said = String::from_utf8_lossy(&output.stdout);
        ensure!(
            output.status.success() && !said.contains(" 0 passed"),
            "without a mutant the contracts of calls of {provider} do not hold:\n{said}"
        );
        Ok(took)
    }

    /// One mutant: the behaviours first, then the contracts of the calls.
    pub(super) fn judge(&self, mutant: &Mutant) -> Result<Outcome> {
        if self.reached.contains(&mutant.id) {
            match self.end(self.command(mutant.provider), mutant)? {
                Some(true) => {}
                Some(false) => return Ok(Outcome::Caught),
                None => return Ok(Outcome::TimedOut),
            }
        }
        let holds = self.end(self.call_contracts(mutant.provider)?, mutant)?;
        Ok(if holds == Some(true) { Outcome::Survived } else { Outcome::ByCalls })
    }

    /// Whether a program succeeds; nothing when it does not end in time.
    fn end(&self, mut command: Command, mutant: &Mutant) -> Result<Option<bool>> {
        command.env("SIGNBRIDGE_MUTANT", mutant.id.to_string()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().context("cannot run the suite")?;
        let start = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(Some(status.success()));
            }
            if start.elapsed() > self.limit {
                child.kill()?;
                child.wait()?;
                return Ok(None);
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
