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
    /// Fails when a smaller part is caught, in per cent
    #[arg(long, default_value_t = 85.0)]
    min: f64,
    /// Where to write the page; a full run writes docs/mutation.md
    #[arg(long)]
    report: Option<PathBuf>,
    /// The folder cargo builds in
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
    let target = arguments.build.clone().unwrap_or_else(|| work.join("build"));
    let mut built = build::build(root, &work, &target)?;
    println!(
        "mutants: {} built, {} do not compile, after {} s",
        built.mutants.len(),
        built.unbuildable.len(),
        start.elapsed().as_secs()
    );

    let wanted = |provider: &str| arguments.provider.as_deref().is_none_or(|only| only == provider);
    built.mutants.retain(|mutant| wanted(mutant.provider));
    built.unbuildable.retain(|mutant| wanted(mutant.provider));
    if let Some(only) = &arguments.only {
        built.mutants.retain(|mutant| mutant.key().contains(only));
    }
    let chosen = match arguments.sample {
        Some(size) => sample(&built.mutants, size, arguments.seed),
        None => built.mutants.clone(),
    };

    let judge = Judge::new(&built, Duration::from_secs(arguments.limit));
    for provider in PROVIDERS.iter().filter(|provider| wanted(provider)) {
        let took = judge.baseline(provider)?;
        println!("mutants: {provider}: the suite passes without a mutant, in {:.1} s", took.as_secs_f64());
    }
    let each = arguments.sample.is_some();
    let tell = |mutant: &Mutant, outcome: Outcome| {
        if each || outcome != Outcome::Caught {
            println!("mutants: {}", line(mutant, outcome));
        }
    };
    let outcomes = judge.all(&chosen, arguments.jobs, &tell)?;
    let judged: Vec<(Mutant, Outcome)> = chosen.into_iter().zip(outcomes).collect();

    let whole = arguments.sample.is_none() && arguments.provider.is_none() && arguments.only.is_none();
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
        Outcome::Survived => "SURVIVED",
    };
    format!("{ended}: {}:{} {}: {}", mutant.file, mutant.line, mutant.function, mutant.change)
}

fn shown(score: Score) -> String {
    format!(
        "{} of {} caught ({:.1} %), {} of them by time, {} survived",
        score.caught + score.timed_out,
        score.total(),
        score.percent(),
        score.timed_out,
        score.survived
    )
}

/// So many of each adapter: the same ones for the same seed and sources.
fn sample(mutants: &[Mutant], size: usize, seed: u64) -> Vec<Mutant> {
    let mut state = seed;
    let mut chosen = Vec::new();
    for provider in PROVIDERS {
        let mut his: Vec<&Mutant> = mutants.iter().filter(|mutant| mutant.provider == *provider).collect();
        for _ in 0..size.min(his.len()) {
            let at = split_mix(&mut state) % his.len() as u64;
            chosen.push(his.remove(at as usize).clone());
        }
    }
    chosen
}

/// `SplitMix64` (Steele, Lea and Flood, 2014).
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
