//! The copy of the workspace that holds the mutants, and its one build.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::PROVIDERS;
use super::find::{self, Mutant};
use super::insert::{self, Switched};

/// More rounds than this mean that no mutant is at fault.
const ROUNDS: usize = 8;

/// The folders whose sources are mutated, in each adapter's `src`.
const FOLDERS: &[&str] = &["calls", "wire"];

/// What came of it.
#[derive(Debug)]
pub(super) struct Built {
    /// Those that can be switched on.
    pub(super) mutants: Vec<Mutant>,
    /// Those that do not compile.
    pub(super) unbuildable: Vec<Mutant>,
    /// The test program.
    pub(super) suite: PathBuf,
    /// The test program of each adapter, which holds the contracts of its calls.
    pub(super) calls: BTreeMap<&'static str, PathBuf>,
    /// The copy's root.
    pub(super) tree: PathBuf,
}

/// Copies the workspace, puts the mutants that `pick` leaves in and builds the suite.
pub(super) fn build(
    root: &Path,
    work: &Path,
    target: &Path,
    pick: impl FnOnce(Vec<Mutant>) -> Vec<Mutant>,
) -> Result<Built> {
    let tree = work.join("tree");
    let sources = copy(root, &tree)?;
    let mut mutants = Vec::new();
    let mut next = 0;
    for provider in PROVIDERS {
        for file in sources.keys().filter(|file| is_mutated(provider, file)) {
            mutants.extend(find::mutants(provider, file, &sources[file], &mut next)?);
        }
        let library = format!("crates/signbridge-{provider}/src/lib.rs");
        let text = sources.get(&library).with_context(|| library.clone())?;
        write(&tree.join(&library), format!("{text}\nmod mutant;\n").as_bytes())?;
        write(&tree.join(format!("crates/signbridge-{provider}/src/mutant.rs")), insert::SWITCH.as_bytes())?;
    }
    let mutants = pick(mutants);
    ensure!(!mutants.is_empty(), "there is nothing to mutate");

    let mut by_file: BTreeMap<&str, Vec<&Mutant>> = BTreeMap::new();
    mutants.iter().for_each(|mutant| by_file.entry(&mutant.file).or_default().push(mutant));
    // Those that hold none of the mutants stay as they are.
    for (file, text) in &sources {
        if PROVIDERS.iter().any(|provider| is_mutated(provider, file)) && !by_file.contains_key(file.as_str())
        {
            write(&tree.join(file), text.as_bytes())?;
        }
    }
    // What did not compile in an equal source will not compile again.
    let memory = work.join("unbuildable");
    let known = fs::read_to_string(&memory).unwrap_or_default();
    let known: BTreeSet<&str> = known.lines().collect();
    let identity = |mutant: &Mutant| {
        let mut hasher = DefaultHasher::new();
        sources.get(&mutant.file).hash(&mut hasher);
        format!("{:016x} {}", hasher.finish(), mutant.key())
    };
    let of_old = mutants.iter().filter(|mutant| known.contains(identity(mutant).as_str()));
    let mut dropped: BTreeSet<u32> = of_old.map(|mutant| mutant.id).collect();
    for _ in 0..ROUNDS {
        let mut switched = BTreeMap::new();
        for (file, of) in &by_file {
            let source = insert::switched(&sources[*file], of, &dropped);
            write(&tree.join(file), source.text.as_bytes())?;
            switched.insert(*file, source);
        }
        match compile(&tree, target, &switched)? {
            Compiled::Suite(built) => {
                // A copy, so that a build beside a long run does not take it away.
                let suite = work.join("suite");
                // Not over one that may still run.
                let _ = fs::remove_file(&suite);
                fs::copy(&built, &suite).with_context(|| built.display().to_string())?;
                let (unbuildable, mutants): (Vec<Mutant>, _) =
                    mutants.into_iter().partition(|mutant| dropped.contains(&mutant.id));
                let own: Vec<String> = unbuildable.iter().map(identity).collect();
                let lines =
                    known.iter().copied().chain(own.iter().map(String::as_str)).collect::<BTreeSet<_>>();
                fs::write(&memory, lines.into_iter().collect::<Vec<_>>().join("\n"))?;
                let calls = call_contracts(&tree, target, work)?;
                return Ok(Built { mutants, unbuildable, suite, calls, tree });
            }
            Compiled::Accused(accused) => dropped.extend(accused),
        }
    }
    bail!("the mutants still do not build after {ROUNDS} rounds")
}

fn is_mutated(provider: &str, file: &str) -> bool {
    let inside = |folder: &&str| file.starts_with(&format!("crates/signbridge-{provider}/src/{folder}/"));
    FOLDERS.iter().any(inside)
        && file.ends_with(".rs")
        && !file.contains("/tests/")
        && !file.ends_with("/tests.rs")
}

/// Brings the copy up to date with what is, or would be, in the repository. Gives the sources.
fn copy(root: &Path, tree: &Path) -> Result<BTreeMap<String, String>> {
    let mut command = Command::new("git");
    command.current_dir(root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let output = command.output().context("cannot run git ls-files")?;
    ensure!(output.status.success(), "git ls-files: {}", String::from_utf8_lossy(&output.stderr));
    let names: BTreeSet<String> = String::from_utf8(output.stdout)?
        .split('\0')
        .filter(|name| root.join(name).is_file())
        .map(str::to_owned)
        .collect();

    let mut sources = BTreeMap::new();
    for name in &names {
        let bytes = fs::read(root.join(name)).with_context(|| name.clone())?;
        // What is mutated is written once it is.
        if name.ends_with(".rs")
            && PROVIDERS.iter().any(|provider| name.starts_with(&format!("crates/signbridge-{provider}/")))
        {
            let mutated = PROVIDERS.iter().any(|provider| is_mutated(provider, name));
            let library = name.ends_with("/src/lib.rs");
            sources.insert(name.clone(), String::from_utf8(bytes.clone()).with_context(|| name.clone())?);
            if mutated || library {
                continue;
            }
        }
        write(&tree.join(name), &bytes)?;
    }
    remove_others(tree, tree, &names)?;
    Ok(sources)
}

/// Writes only what differs, so that cargo builds only what differs.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let folder = path.parent().context("a file has a folder")?;
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    fs::write(path, bytes).with_context(|| path.display().to_string())
}

fn remove_others(tree: &Path, folder: &Path, names: &BTreeSet<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(tree, &path, names)?;
        } else {
            let name = path.strip_prefix(tree)?.to_string_lossy().replace('\\', "/");
            if !names.contains(&name) && !name.ends_with("/mutant.rs") {
                fs::remove_file(&path)?;
            }
        }
    }
    Ok(())
}

enum Compiled {
    Suite(PathBuf),
    /// Mutants that the compiler complains about.
    Accused(BTreeSet<u32>),
}

/// A line of cargo's report, as far as it matters here.
#[derive(Deserialize)]
struct Line {
    reason: String,
    message: Option<Message>,
    target: Option<Target>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

#[derive(Deserialize)]
struct Message {
    level: String,
    rendered: Option<String>,
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Span {
    file_name: String,
    byte_start: usize,
    byte_end: usize,
    is_primary: bool,
    expansion: Option<Box<Expansion>>,
}

#[derive(Deserialize)]
struct Expansion {
    span: Span,
}

fn compile(tree: &Path, target: &Path, switched: &BTreeMap<&str, Switched>) -> Result<Compiled> {
    let mut command = cargo(tree, target);
    command.args([
        "build",
        "--quiet",
        "--package",
        "signbridge-tests",
        "--test",
        "suite",
        "--keep-going",
        "--message-format",
        "json",
    ]);
    let output = command.output().context("cannot run cargo build")?;
    let mut accused = BTreeSet::new();
    let mut suite = None;
    let mut complaints = String::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(line) = serde_json::from_str::<Line>(line) else { continue };
        if line.reason == "compiler-artifact" && line.target.is_some_and(|target| target.name == "suite") {
            suite = line.executable.or(suite);
        }
        if let Some(message) = line.message.filter(|message| message.level == "error") {
            accused.extend(accused_by(&message, switched));
            complaints += message.rendered.as_deref().unwrap_or_default();
        }
    }
    match (output.status.success(), suite) {
        (true, Some(suite)) => Ok(Compiled::Suite(suite)),
        (false, _) if !accused.is_empty() => Ok(Compiled::Accused(accused)),
        _ => bail!("the suite does not build:\n{complaints}\n{}", String::from_utf8_lossy(&output.stderr)),
    }
}

/// Builds the tests of the adapters themselves.
fn call_contracts(tree: &Path, target: &Path, work: &Path) -> Result<BTreeMap<&'static str, PathBuf>> {
    let mut command = cargo(tree, target);
    command.args(["test", "--quiet", "--no-run", "--lib", "--message-format", "json"]);
    command.args(PROVIDERS.iter().map(|provider| format!("--package=signbridge-{provider}")));
    let output = command.output().context("cannot run cargo test")?;
    ensure!(
        output.status.success(),
        "the contracts of calls do not build:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut programs = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(Line { target: Some(target), executable: Some(program), .. }) = serde_json::from_str(line)
        else {
            continue;
        };
        let is_his = |provider: &&str| target.name.replace('_', "-") == format!("signbridge-{provider}");
        if let Some(provider) = PROVIDERS.iter().find(|provider| is_his(provider)) {
            let copy = work.join(format!("calls.{provider}"));
            let _ = fs::remove_file(&copy);
            fs::copy(&program, &copy).with_context(|| program.display().to_string())?;
            programs.insert(*provider, copy);
        }
    }
    Ok(programs)
}

fn cargo(tree: &Path, target: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What incremental builds keep is large, and of use to nobody here.
    command.current_dir(tree).env("CARGO_TARGET_DIR", target).env("CARGO_INCREMENTAL", "0");
    command
}

/// By the main place of the complaint, or else by the others.
fn accused_by(message: &Message, switched: &BTreeMap<&str, Switched>) -> BTreeSet<u32> {
    let of = |primary: bool| {
        let spans = message.spans.iter().filter(move |span| span.is_primary == primary);
        spans.flat_map(|span| accused_at(span, switched)).collect::<BTreeSet<u32>>()
    };
    let primary = of(true);
    if primary.is_empty() { of(false) } else { primary }
}

fn accused_at(span: &Span, switched: &BTreeMap<&str, Switched>) -> BTreeSet<u32> {
    match (switched.get(span.file_name.as_str()), &span.expansion) {
        (Some(source), _) => source.accused(&(span.byte_start..span.byte_end)),
        (None, Some(expansion)) => accused_at(&expansion.span, switched),
        (None, None) => BTreeSet::new(),
    }
}
