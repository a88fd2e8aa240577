//! `cargo xtask spec PROVIDER`: the structural contract, made from the provider's published files.
//!
//! One path for all providers: a table says which files each has. Names, types and enums only: no sentence of the published files reaches the repository.

mod merge;
mod openapi;
mod published;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use self::published::{Sdk, Specification, Used};

/// The files of one provider and what to do with them.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The provider
    #[arg(value_enum, default_value = "docusign")]
    provider: Provider,
    /// Folder in which the published files lie under their usual names
    #[arg(long, env = "SIGNBRIDGE_SPEC_DIR")]
    dir: Option<PathBuf>,
    /// The published specification (Swagger 2.0 or OpenAPI 3, JSON or YAML)
    #[arg(long)]
    spec: Option<PathBuf>,
    /// The models of the official SDK
    #[arg(long)]
    models: Option<PathBuf>,
    /// The operations of the official SDK
    #[arg(long)]
    operations: Option<PathBuf>,
    /// Write nothing; fail when the committed file differs
    #[arg(long)]
    check: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Provider {
    Docusign,
    AdobeSign,
    DropboxSign,
    Esignglobal,
}

/// What a provider publishes, by the usual names of the files.
#[derive(Debug)]
struct Source {
    name: &'static str,
    /// Whose word the specification is.
    whose: &'static str,
    spec: &'static str,
    /// Models and operations of the official SDK, where they say more than the specification.
    sdk: Option<(&'static str, &'static str)>,
}

impl Provider {
    const fn source(self) -> Source {
        match self {
            Self::Docusign => Source {
                name: "docusign",
                whose: "published",
                spec: "esignature.swagger-v2.1.json",
                sdk: Some(("models-26.2.json", "operations-26.2.json")),
            },
            Self::AdobeSign => Source {
                name: "adobe-sign",
                whose: "published",
                spec: "acrobat-sign-v6.merged.swagger2.json",
                sdk: None,
            },
            Self::DropboxSign => {
                Source { name: "dropbox-sign", whose: "published", spec: "openapi.yaml", sdk: None }
            }
            // Publishes nothing of the kind: the file is our own reading of its pages.
            Self::Esignglobal => {
                Source { name: "esignglobal", whose: "our own reading", spec: "openapi.yaml", sdk: None }
            }
        }
    }
}

pub(crate) fn run(arguments: &Arguments, root: &Path) -> Result<()> {
    let source = arguments.provider.source();
    let provider = source.name;
    let folder = root.join("tests/contracts").join(provider);
    let target = folder.join("structure.json");
    let used = fs::read_to_string(folder.join("operations.toml"))
        .with_context(|| format!("tests/contracts/{provider}/operations.toml"))?;
    let used: Used = toml::from_str(&used).context("operations.toml")?;

    let document = document(&arguments.input(arguments.spec.as_ref(), source.spec)?)?;
    let specification = Specification::deserialize(openapi::uniform(document)?)?;
    let sdk = match source.sdk {
        None => Sdk::default(),
        Some((models, operations)) => Sdk {
            models: read(&arguments.input(arguments.models.as_ref(), models)?)?,
            operations: read(&arguments.input(arguments.operations.as_ref(), operations)?)?,
        },
    };
    let structure = merge::structure(&specification, &sdk, &used)?;
    let text = rendered(&structure)?;

    let counts = format!(
        "{}, {} operations, {} models, {} properties",
        source.whose,
        structure.operations.len(),
        structure.models.len(),
        structure.properties()
    );
    if !arguments.check {
        fs::write(&target, text).with_context(|| format!("cannot write {}", target.display()))?;
        println!("spec: {provider}: {counts} written");
        return Ok(());
    }
    let committed =
        fs::read_to_string(&target).with_context(|| format!("cannot read {}", target.display()))?;
    match first_difference(&committed, &text) {
        None => println!("spec: {provider}: {counts}, as committed"),
        Some((line, committed, published)) => bail!(
            "tests/contracts/{provider}/structure.json differs from the published files, first in line {line}:\n  \
             committed: {committed}\n  published: {published}\nrun `cargo xtask spec {provider}` and review the difference"
        ),
    }
    Ok(())
}

impl Arguments {
    fn input(&self, named: Option<&PathBuf>, usual: &str) -> Result<PathBuf> {
        match (named, &self.dir) {
            (Some(path), _) => Ok(path.clone()),
            (None, Some(dir)) => Ok(dir.join(usual)),
            (None, None) => bail!(
                "where is {usual}? Give --dir or SIGNBRIDGE_SPEC_DIR, or each file by --spec, --models and --operations"
            ),
        }
    }
}

/// One property a line, so that a difference shows one; one space deep, so that the file stays small.
fn rendered(structure: &merge::Structure) -> Result<String> {
    let mut text = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b" ");
    structure.serialize(&mut serde_json::Serializer::with_formatter(&mut text, formatter))?;
    text.push(b'\n');
    Ok(String::from_utf8(text)?)
}

/// A document in JSON or YAML, by its name.
fn document(path: &Path) -> Result<serde_json::Value> {
    if path.extension().is_none_or(|extension| extension != "yaml") {
        return read(path);
    }
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_saphyr::from_str(&text).with_context(|| format!("{} is no YAML", path.display()))
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&bytes).with_context(|| format!("{} is not what was expected", path.display()))
}

fn first_difference<'a>(committed: &'a str, published: &'a str) -> Option<(usize, &'a str, &'a str)> {
    if committed == published {
        return None;
    }
    let end = "(end of file)";
    let (mut left, mut right) = (committed.lines(), published.lines());
    let mut line = 0;
    loop {
        line += 1;
        match (left.next(), right.next()) {
            (None, None) => return Some((line, end, end)),
            (l, r) if l == r => {}
            (l, r) => return Some((line, l.unwrap_or(end).trim(), r.unwrap_or(end).trim())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn a_difference_is_found_wherever_it_lies() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\n b\n", "a\n c\n"), Some((2, "b", "c")));
        assert_eq!(first_difference("a\n", "a\nb\n"), Some((2, "(end of file)", "b")));
        assert!(first_difference("a", "a\n").is_some());
    }
}
