//! What the run found, as docs/mutation.md, with the reasons kept by hand in tests/mutation.toml.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::PROVIDERS;
use super::find::Mutant;
use super::judge::Outcome;

/// `tests/mutation.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reasons {
    #[serde(default)]
    because: Vec<Because>,
}

/// Why some mutants survive.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Because {
    kind: Kind,
    reason: String,
    /// `FILE FUNCTION: CHANGE`, in which a `*` stands for any text.
    mutants: Vec<String>,
}

/// What a survivor says about the suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    /// Nothing that anybody could see changes.
    Equivalent,
    /// Seen by other tests: those of the adapter or of one provider.
    OtherTests,
    /// A behaviour is missing.
    Hole,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Equivalent => "equivalent",
            Self::OtherTests => "other tests",
            Self::Hole => "hole",
        }
    }
}

impl Reasons {
    pub(super) fn read(root: &Path) -> Result<Self> {
        let path = root.join("tests/mutation.toml");
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).map_err(|error| anyhow::anyhow!("tests/mutation.toml: {error}"))
    }

    fn of(&self, mutant: &Mutant) -> Option<&Because> {
        let key = mutant.key();
        self.because.iter().find(|because| because.mutants.iter().any(|pattern| fits(pattern, &key)))
    }

    /// Survivors without a reason.
    pub(super) fn missing<'a>(&self, judged: &'a [(Mutant, Outcome)]) -> Vec<&'a Mutant> {
        survivors(judged)
            .filter(|mutant| self.of(mutant).is_none_or(|because| because.reason.trim().is_empty()))
            .collect()
    }

    /// Reasons for what does not survive, or does not exist any more.
    pub(super) fn idle(&self, judged: &[(Mutant, Outcome)]) -> Vec<&str> {
        let alive: BTreeSet<String> = survivors(judged).map(Mutant::key).collect();
        let named = self.because.iter().flat_map(|because| &because.mutants);
        named.filter(|pattern| !alive.iter().any(|key| fits(pattern, key))).map(String::as_str).collect()
    }
}

/// Whether a text is as a pattern says.
fn fits(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut last = None;
    for piece in pieces {
        last = Some(piece);
        match rest.find(piece) {
            Some(at) => rest = rest.get(at + piece.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.is_empty() || last.is_some_and(|last| rest.is_empty() || last.is_empty() || text.ends_with(last))
}

fn survivors(judged: &[(Mutant, Outcome)]) -> impl Iterator<Item = &Mutant> {
    judged.iter().filter(|(_, outcome)| *outcome == Outcome::Survived).map(|(mutant, _)| mutant)
}

/// Of so many, so many were caught.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Score {
    pub(super) caught: usize,
    pub(super) timed_out: usize,
    pub(super) by_calls: usize,
    pub(super) survived: usize,
}

impl Score {
    pub(super) fn of<'a>(judged: impl IntoIterator<Item = &'a (Mutant, Outcome)>) -> Self {
        judged.into_iter().fold(Self::default(), |mut score, (_, outcome)| {
            match outcome {
                Outcome::Caught => score.caught += 1,
                Outcome::TimedOut => score.timed_out += 1,
                Outcome::ByCalls => score.by_calls += 1,
                Outcome::Survived => score.survived += 1,
            }
            score
        })
    }

    pub(super) const fn total(self) -> usize {
        self.caught + self.timed_out + self.by_calls + self.survived
    }

    /// Rounded down to a tenth: a floor is never reached by rounding.
    pub(super) fn percent(self) -> f64 {
        self.share(self.caught + self.timed_out + self.by_calls)
    }

    /// What the behaviours alone catch.
    pub(super) fn behaviours_percent(self) -> f64 {
        self.share(self.caught + self.timed_out)
    }

    fn share(self, of: usize) -> f64 {
        if self.total() == 0 { 0.0 } else { (of * 1000 / self.total()) as f64 / 10.0 }
    }
}

/// The page.
pub(super) fn page(judged: &[(Mutant, Outcome)], unbuildable: &[Mutant], reasons: &Reasons) -> String {
    let mut page = String::from(
        "# Mutation of the adapters\n\n\
         Written by `cargo xtask mutants`; edit `tests/mutation.toml` for the reasons.\n\n\
         Each line of `calls/` and `wire/` of the four adapters that can be changed without breaking its types is changed, \
         one place at a time, and the contract suite (`signbridge-contract`) alone judges, in two steps. First the behaviours: \
         the conformance run of that provider against the emulator, with what was asked, what was replied and what comes of \
         broken answers held by snapshots. Then the contracts of the calls: the adapter's three snapshots per call (request, \
         reply, error) and what stands beside them in `calls/tests`. No other test is run. A mutant is caught when one of them \
         fails or does not end in time; both figures are told.\n\n\
         Changed are: function bodies (a default answer, or nothing done), comparisons, logic, arithmetic, literals, optional \
         values (to none), match arms and guards, and statements. Not changed are constants, patterns, attributes, derived code, \
         tests, and texts with a space in them, which are prose for people. A mutant that does not compile does not count. None is \
         left out because it survives.\n\n",
    );
    page += "| adapter | mutants | caught by behaviours | of them by time | by behaviours, % | more by contracts of calls | survived | caught, % | do not compile |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n";
    let rows = PROVIDERS.iter().map(|name| (*name, Some(*name))).chain([("all", None)]);
    for (name, provider) in rows {
        let is_his = |mutant: &Mutant| provider.is_none_or(|provider| mutant.provider == provider);
        let score = Score::of(judged.iter().filter(|(mutant, _)| is_his(mutant)));
        let broken = unbuildable.iter().filter(|mutant| is_his(mutant)).count();
        let _ = writeln!(
            page,
            "| {name} | {} | {} | {} | {:.1} | {} | {} | {:.1} | {broken} |",
            score.total(),
            score.caught + score.timed_out,
            score.timed_out,
            score.behaviours_percent(),
            score.by_calls,
            score.survived,
            score.percent()
        );
    }
    page += "\n| change | mutants | caught, % |\n|---|--:|--:|\n";
    let kinds: BTreeSet<&str> = judged.iter().map(|(mutant, _)| mutant.kind).collect();
    for kind in kinds {
        let score = Score::of(judged.iter().filter(|(mutant, _)| mutant.kind == kind));
        let _ = writeln!(page, "| {kind} | {} | {:.1} |", score.total(), score.percent());
    }
    page += "\n## Survivors\n\n";
    page += "An equivalent one changes nothing that anybody could see; one for other tests is seen by those of the adapter or of the one \
             provider, which do not count here; a hole is a behaviour that the contract suite lacks.\n\n";
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for mutant in survivors(judged) {
        *counts
            .entry(reasons.of(mutant).map_or("no reason yet", |because| because.kind.name()))
            .or_default() += 1;
    }
    for (kind, count) in counts {
        let _ = writeln!(page, "- {kind}: {count}");
    }
    for provider in PROVIDERS {
        let _ = writeln!(page, "\n### {provider}\n\n| where | change | kind | why |\n|---|---|---|---|");
        for mutant in survivors(judged).filter(|mutant| mutant.provider == *provider) {
            let (kind, reason) =
                reasons.of(mutant).map_or(("", ""), |because| (because.kind.name(), because.reason.as_str()));
            let file = mutant.file.rsplit("/src/").next().unwrap_or_default();
            let change = mutant.change.replace('|', "\\|");
            let _ = writeln!(page, "| {file} `{}` | {change} | {kind} | {reason} |", mutant.function);
        }
    }
    page
}
