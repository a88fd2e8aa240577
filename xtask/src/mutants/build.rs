//! The copy of the workspace that holds the mutants, and its one build.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
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
    /// The copy's root.
    pub(super) tree: PathBuf,
}

/// Copies the workspace, puts the mutants in and builds the suite.
pub(super) fn build(root: &Path, work: &Path, target: &Path) -> Result<Built> {
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
    ensure!(!mutants.is_empty(), "there is nothing to mutate");

    let mut by_file: BTreeMap<&str, Vec<&Mutant>> = BTreeMap::new();
    mutants.iter().for_each(|mutant| by_file.entry(&mutant.file).or_default().push(mutant));
    let mut dropped = BTreeSet::new();
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
                fs::copy(&built, &suite).with_context(|| built.display().to_string())?;
                let (unbuildable, mutants) =
                    mutants.into_iter().partition(|mutant| dropped.contains(&mutant.id));
                return Ok(Built { mutants, unbuildable, suite, tree });
            }
            Compiled::Accused(accused) => dropped.extend(accused),
        }
    }
    bail!("the mutants still do not build after {ROUNDS} rounds")
}

fn is_mutated(provider: &str, file: &str) -> bool {
    let inside = |folder: &&str| file.starts_with(&format!("crates/signbridge-{provider}/src/{folder}/"));
    FOLDERS.iter().any(inside) && file.ends_with(".rs") && !file.ends_with("/tests.rs")
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
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(tree).env("CARGO_TARGET_DIR", target).args([
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
