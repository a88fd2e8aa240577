//! `cargo xtask mutants`: are the adapters' requests and answers really judged by the contract suite?
//!
//! One build holds all mutants, each behind a switch that is thrown at run time.

mod build;
mod find;
mod insert;
mod judge;
mod report;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use self::find::Mutant;
use self::judge::{Judge, Outcome};
use self::report::{Reasons, Score};

/// The adapters.
const PROVIDERS: &[&str] = &["adobe-sign", "docusign", "dropbox-sign", "esignglobal"];

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// So many mutants of each adapter, chosen by the seed, instead of all
    #[arg(long)]
    sample: Option<usize>,
    /// What chooses the sample
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this adapter
    #[arg(long, value_parser = clap::builder::PossibleValuesParser::new(PROVIDERS))]
    provider: Option<String>,
    /// Only those whose file, function or change contains this text
    #[arg(long)]
    only: Option<String>,
    /// Judges only those that this file names, one to a line, as a run prints its survivors; all others count as caught,
    /// as that run found them: for a suite that has only grown since
    #[arg(long)]
    again: Option<PathBuf>,
    /// Fails when a smaller part is caught, in per cent
    #[arg(long, default_value_t = 85.0)]
    min: f64,
    /// Where to write the page; a full run writes docs/mutation.md
    #[arg(long)]
    report: Option<PathBuf>,
    /// The folder cargo builds in; by default the workspace's own, where the dependencies are built already
    #[arg(long)]
    build: Option<PathBuf>,
    /// How many are judged at a time
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Seconds after which a suite that has not ended has failed
    #[arg(long, default_value_t = 60)]
    limit: u64,
}

pub(crate) fn run(arguments: &Arguments, root: &Path) -> Result<()> {
    let reasons = Reasons::read(root)?;
    let work = root.join("target/mutants");
    let start = Instant::now();
    let target = arguments.build.clone().unwrap_or_else(|| root.join("target"));
    let again = arguments.again.as_deref().map(fs::read_to_string).transpose()?;
    let again: Option<BTreeSet<&str>> = again.as_ref().map(|text| text.lines().map(str::trim).collect());
    let wanted = |provider: &str| arguments.provider.as_deref().is_none_or(|only| only == provider);
    let is_wanted = |mutant: &Mutant| {
        wanted(mutant.provider) && arguments.only.as_deref().is_none_or(|only| mutant.key().contains(only))
    };
    // Some of a sample may not compile, so that a few more are put in.
    let pick = |mutants: Vec<Mutant>| {
        let wanted = mutants.into_iter().filter(is_wanted).collect();
        match arguments.sample {
            Some(size) => sample(wanted, size * 2 + 4, arguments.seed),
            None => wanted,
        }
    };
    let built = build::build(root, &work, &target, pick)?;
    println!(
        "mutants: {} built, {} do not compile, after {} s",
        built.mutants.len(),
        built.unbuildable.len(),
        start.elapsed().as_secs()
    );
    let chosen = match arguments.sample {
        Some(size) => sample(built.mutants.clone(), size, arguments.seed),
        None => built.mutants.clone(),
    };

    let mut judge = Judge::new(&built, Duration::from_secs(arguments.limit));
    for provider in PROVIDERS.iter().filter(|provider| wanted(provider)) {
        let took = judge.baseline(provider)?;
        println!("mutants: {provider}: the suite passes without a mutant, in {:.1} s", took.as_secs_f64());
    }
    let each = arguments.sample.is_some();
    let tell = |mutant: &Mutant, outcome: Outcome| {
        if each || matches!(outcome, Outcome::TimedOut | Outcome::Survived) {
            println!("mutants: {}", line(mutant, outcome));
        }
    };
    let is_judged =
        |mutant: &Mutant| again.as_ref().is_none_or(|again| again.contains(mutant.key().as_str()));
    let (chosen, known): (Vec<Mutant>, Vec<Mutant>) = chosen.into_iter().partition(is_judged);
    let outcomes = judge.all(&chosen, arguments.jobs, &tell)?;
    let mut judged: Vec<(Mutant, Outcome)> = chosen.into_iter().zip(outcomes).collect();
    judged.extend(known.into_iter().map(|mutant| (mutant, Outcome::Caught)));
    judged.sort_by_key(|(mutant, _)| mutant.id);

    let whole = arguments.sample.is_none()
        && arguments.provider.is_none()
        && arguments.only.is_none()
        && again.is_none();
    let report = arguments.report.clone().or_else(|| whole.then(|| root.join("docs/mutation.md")));
    if let Some(report) = report {
        let page = report::page(&judged, &built.unbuildable, &reasons);
        fs::write(&report, page).with_context(|| format!("cannot write {}", report.display()))?;
    }
    conclude(&judged, &reasons, arguments, whole, start)
}

fn conclude(
    judged: &[(Mutant, Outcome)],
    reasons: &Reasons,
    arguments: &Arguments,
    whole: bool,
    start: Instant,
) -> Result<()> {
    for provider in PROVIDERS {
        let score = Score::of(judged.iter().filter(|(mutant, _)| mutant.provider == *provider));
        if score.total() > 0 {
            println!("mutants: {provider}: {}", shown(score));
        }
    }
    let score = Score::of(judged);
    println!("mutants: all: {}, after {} s", shown(score), start.elapsed().as_secs());

    let missing = reasons.missing(judged);
    let mut faults: Vec<String> = missing
        .iter()
        .map(|mutant| format!("a survivor without a reason in tests/mutation.toml: {}", mutant.key()))
        .collect();
    if whole {
        let idle = reasons.idle(judged);
        faults.extend(
            idle.iter().map(|key| format!("tests/mutation.toml: strike what does not survive: {key}")),
        );
    }
    if score.percent() < arguments.min {
        faults.push(format!("{:.1} % were caught; {:.1} % is the least", score.percent(), arguments.min));
    }
    ensure!(score.total() > 0, "no mutant was judged");
    if !faults.is_empty() {
        bail!("{} faults:\n{}", faults.len(), faults.join("\n"));
    }
    Ok(())
}

fn line(mutant: &Mutant, outcome: Outcome) -> String {
    let ended = match outcome {
        Outcome::Caught => "caught",
        Outcome::TimedOut => "caught by time",
        Outcome::ByCalls => "caught by the contract of a call",
        Outcome::Survived => "SURVIVED",
    };
    format!("{ended}: {}", mutant.key())
}

fn shown(score: Score) -> String {
    format!(
        "{} of {} caught ({:.1} %): {} by behaviours ({:.1} %, {} of them by time), {} more by the contracts of calls; {} \
         survived",
        score.caught + score.timed_out + score.by_calls,
        score.total(),
        score.percent(),
        score.caught + score.timed_out,
        score.behaviours_percent(),
        score.timed_out,
        score.by_calls,
        score.survived
    )
}

/// So many of each adapter, by what they are and not by where they stand: a change elsewhere leaves the sample as it is.
fn sample(mutants: Vec<Mutant>, size: usize, seed: u64) -> Vec<Mutant> {
    let rank = |mutant: &Mutant| {
        // FNV-1a (Fowler, Noll and Vo), which is the same in every version of every compiler.
        let bytes = seed.to_le_bytes().into_iter().chain(mutant.key().into_bytes());
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    let mut by_rank = mutants;
    by_rank.sort_by_cached_key(|mutant| (rank(mutant), mutant.key()));
    let of = |provider: &str| {
        by_rank.iter().filter(|own| own.provider == provider).take(size).cloned().collect::<Vec<_>>()
    };
    PROVIDERS.iter().flat_map(|provider| of(provider)).collect()
}
