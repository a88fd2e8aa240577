//! `cargo xtask tidy`: short files, referenced snapshots, nothing unfinished, one version of each dependency.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

/// Above this many lines a source file has more than one job.
const LONGEST: usize = 600;

/// Spelled in halves, so that this file does not accuse itself.
const UNFINISHED: &[&str] =
    &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("unimplemented", "!"), concat!("todo", "!")];

/// Dependencies we name that come in two versions all the same, and why. One that no longer does is a fault.
const DOUBLED: &[(&str, &str)] = &[
    ("base64", "jsonwebtoken holds 0.22; reqwest, hyper-util and rcgen hold 0.23"),
    (
        "sha2",
        "the second backend of jsonwebtoken, which only tests switch on, holds 0.10, and so does oauth2",
    ),
    ("thiserror", "oauth2 5.0, the newest, holds 1"),
];

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The list of snapshots the tests asked for, written by a whole run of the tests under
    /// `INSTA_SNAPSHOT_REFERENCES_FILE`. Without it a snapshot counts as referenced when the source it names
    /// exists and spells its name.
    #[arg(long)]
    references: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, root: &Path) -> Result<()> {
    let mut files = Vec::new();
    collect(root, &mut files)?;
    files.sort();

    let mut faults = Vec::new();
    let sources: Vec<&PathBuf> =
        files.iter().filter(|file| has_extension(file, &["rs", "py", "sh"])).collect();
    for file in &sources {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let name = shown(root, file);
        faults.extend(source_faults(&text).into_iter().map(|fault| format!("{name}: {fault}")));
    }

    let referenced = arguments.references.as_ref().map(|list| references(list)).transpose()?;
    let snapshots: Vec<&PathBuf> = files.iter().filter(|file| has_extension(file, &["snap"])).collect();
    for file in &snapshots {
        let fault = match &referenced {
            Some(referenced) => {
                (!referenced.contains(&file.canonicalize()?)).then(|| "no test asked for it".to_owned())
            }
            None => snapshot_fault(root, file)?,
        };
        faults.extend(fault.map(|fault| format!("{}: {fault}", shown(root, file))));
    }
    let pending =
        files.iter().filter(|file| has_extension(file, &["new"]) && shown(root, file).ends_with(".snap.new"));
    faults.extend(pending.map(|file| format!("{}: a snapshot waits for review", shown(root, file))));

    let named = named_dependencies(&fs::read_to_string(root.join("Cargo.toml"))?)?;
    faults.extend(duplicates(&named, DOUBLED, &metadata(root)?)?);

    println!(
        "tidy: {} source files, {} snapshots, {} named dependencies, {} faults",
        sources.len(),
        snapshots.len(),
        named.len(),
        faults.len()
    );
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(())
}

/// All files below `folder`, except what is generated or hidden; `.ci` is ours.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name();
        let hidden = name.to_string_lossy().starts_with('.') && name != ".ci";
        if hidden || name == "target" || name == "__pycache__" {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() {
            collect(&entry.path(), files)?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}

fn has_extension(file: &Path, extensions: &[&str]) -> bool {
    file.extension().and_then(OsStr::to_str).is_some_and(|extension| extensions.contains(&extension))
}

fn shown(root: &Path, file: &Path) -> String {
    file.strip_prefix(root).unwrap_or(file).display().to_string()
}

fn source_faults(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let lines = text.lines().count();
    if lines > LONGEST {
        faults.push(format!("{lines} lines; {LONGEST} is the most: give the file one job"));
    }
    for (number, line) in text.lines().enumerate() {
        let marks = UNFINISHED.iter().filter(|mark| line.contains(**mark));
        faults.extend(marks.map(|mark| format!("line {}: {mark}", number + 1)));
    }
    faults
}

fn references(list: &Path) -> Result<BTreeSet<PathBuf>> {
    let text = fs::read_to_string(list).with_context(|| format!("cannot read {}", list.display()))?;
    // A list from an earlier run may name what is gone by now; that is no reference.
    Ok(text.lines().filter_map(|line| Path::new(line).canonicalize().ok()).collect())
}

/// By the conventions of `insta`: the header names the source; the file's name ends in the snapshot's name,
/// which is the test's name or a text in the source, with `-2`, `-3`, … when one test takes several.
fn snapshot_fault(root: &Path, file: &Path) -> Result<Option<String>> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let Some(source) =
        text.lines().skip(1).take_while(|line| *line != "---").find_map(|line| line.strip_prefix("source: "))
    else {
        return Ok(Some("its header names no source".to_owned()));
    };
    let source = source.trim().trim_matches('"');
    let Ok(code) = fs::read_to_string(root.join(source)) else {
        return Ok(Some(format!("its source {source} is gone")));
    };
    let stem = file.file_stem().and_then(OsStr::to_str).unwrap_or_default();
    let name = stem.rsplit("__").next().unwrap_or(stem);
    let name = match name.rsplit_once('-') {
        Some((test, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => test,
        _ => name,
    };
    let spelled = code.contains(name) || code.contains(&format!("test_{name}"));
    Ok((!spelled).then(|| {
        format!("{source} does not speak of {name:?}; if the name is made at run time, give --references")
    }))
}

fn named_dependencies(manifest: &str) -> Result<BTreeSet<String>> {
    let manifest: toml::Table = manifest.parse().context("Cargo.toml")?;
    let dependencies = manifest.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    let dependencies =
        dependencies.and_then(toml::Value::as_table).context("Cargo.toml has no workspace.dependencies")?;
    ensure!(!dependencies.is_empty(), "Cargo.toml names no dependency");
    let real = |(name, value): (&String, &toml::Value)| {
        value.get("package").and_then(toml::Value::as_str).map_or_else(|| name.clone(), str::to_owned)
    };
    Ok(dependencies.iter().map(real).collect())
}

fn metadata(root: &Path) -> Result<serde_json::Value> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root).args(["metadata", "--format-version", "1", "--all-features"]);
    let output = command.output().context("cannot run cargo metadata")?;
    ensure!(output.status.success(), "cargo metadata failed:\n{}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn duplicates(
    named: &BTreeSet<String>,
    excused: &[(&str, &str)],
    metadata: &serde_json::Value,
) -> Result<Vec<String>> {
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in packages {
        if let (Some(name), Some(version)) = (package["name"].as_str(), package["version"].as_str()) {
            versions.entry(name).or_default().insert(version);
        }
    }
    versions.retain(|name, versions| versions.len() > 1 && named.contains(*name));
    let idle = excused.iter().filter(|(name, _)| !versions.contains_key(name));
    let idle = idle.map(|(name, _)| format!("Cargo.lock: {name} is single by now: strike its excuse"));
    let doubled = versions.iter().filter(|(name, _)| !excused.iter().any(|(excused, _)| excused == *name));
    let doubled = doubled.map(|(name, versions)| {
        let versions: Vec<&str> = versions.iter().copied().collect();
        format!("Cargo.lock: {name} in {} versions: {}", versions.len(), versions.join(", "))
    });
    Ok(idle.chain(doubled).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{LONGEST, UNFINISHED, duplicates, named_dependencies, snapshot_fault, source_faults};

    #[test]
    fn long_and_unfinished_sources_are_faults() {
        assert!(source_faults(&"x\n".repeat(LONGEST)).is_empty());
        assert_eq!(source_faults(&"x\n".repeat(LONGEST + 1)).len(), 1);
        for mark in UNFINISHED {
            assert_eq!(source_faults(&format!("fn f() {{\n    {mark}\n}}")), [format!("line 2: {mark}")]);
        }
    }

    #[test]
    fn a_snapshot_needs_a_source_that_speaks_of_it() {
        let root = std::env::temp_dir().join(format!("xtask-tidy-{}", std::process::id()));
        std::fs::create_dir_all(root.join("snapshots")).unwrap();
        std::fs::write(root.join("calls.rs"), "#[test]\nfn creates() { assert_snapshot!(\"request\", x); }")
            .unwrap();
        let fault = |file: &str, header: &str| {
            let file = root.join("snapshots").join(file);
            std::fs::write(&file, format!("---\n{header}\n---\ntext\n")).unwrap();
            snapshot_fault(&root, &file).unwrap()
        };
        assert_eq!(fault("crate__calls__request.snap", "source: calls.rs"), None);
        assert_eq!(fault("crate__calls__creates.snap", "source: calls.rs"), None);
        assert_eq!(fault("crate__calls__creates-2.snap", "source: \"calls.rs\""), None);
        assert!(
            fault("crate__calls__reply.snap", "source: calls.rs")
                .unwrap()
                .contains("does not speak of \"reply\"")
        );
        assert!(fault("crate__calls__request.snap", "source: gone.rs").unwrap().contains("gone"));
        assert!(fault("crate__calls__request.snap", "expression: x").unwrap().contains("names no source"));
        std::fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn only_a_dependency_we_name_must_be_single() {
        let named =
            named_dependencies("[workspace.dependencies]\na = '1'\nb = { package = 'real', version = '1' }")
                .unwrap();
        let package = |name: &str, version: &str| json!({"name": name, "version": version});
        let metadata = json!({"packages": [
            package("a", "1.0.0"), package("real", "1.0.0"), package("real", "2.0.0"),
            package("b", "1.0.0"), package("b", "2.0.0")
        ]});
        assert_eq!(
            duplicates(&named, &[], &metadata).unwrap(),
            ["Cargo.lock: real in 2 versions: 1.0.0, 2.0.0"]
        );
        assert!(duplicates(&named, &[("real", "why")], &metadata).unwrap().is_empty());
        assert_eq!(duplicates(&named, &[("real", ""), ("a", "")], &metadata).unwrap().len(), 1);
    }
}
