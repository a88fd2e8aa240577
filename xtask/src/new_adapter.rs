//! `cargo xtask new-adapter NAME`: writes an adapter that compiles, claims what it can, and says by its tests what is next.
//!
//! What every adapter has in common is taken from the worked one in `examples/adapter`; the rest, in which it can do one
//! thing only, lies in `new_adapter/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The provider's name as it stands in profiles, such as `acme-sign`: small letters, digits and hyphens
    name: String,
    /// The folder to write; `crates/signbridge-NAME` in this workspace if not given
    #[arg(long)]
    path: Option<PathBuf>,
    /// Depend on published versions of signbridge instead of this checkout
    #[arg(long)]
    published: bool,
}

macro_rules! worked {
    ($($path:literal),+) => {
        include_str!(concat!("../../examples/adapter/", $($path),+))
    };
}

macro_rules! own {
    ($path:literal) => {
        include_str!(concat!("new_adapter/", $path))
    };
}

pub(crate) fn run(arguments: &Arguments, root: &Path) -> Result<()> {
    let names = Names::new(&arguments.name)?;
    let folder = match &arguments.path {
        Some(path) => std::path::absolute(path)?,
        None => root.join("crates").join(&names.package),
    };
    let is_empty = fs::read_dir(&folder).map_or(true, |mut entries| entries.next().is_none());
    ensure!(is_empty && !folder.is_file(), "{} is not an empty folder", folder.display());
    let is_member = folder.parent() == Some(&root.join("crates"));
    ensure!(!(is_member && arguments.published), "a member of this workspace depends on this workspace");
    let mut files = files(&names)?;
    files.push(("Cargo.toml".to_owned(), manifest(&names, root, is_member, arguments.published)));
    if !is_member && !arguments.published {
        // The versions that this checkout was tested with.
        files.push(("Cargo.lock".to_owned(), fs::read_to_string(root.join("Cargo.lock"))?));
    }
    for (name, text) in &files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().context("a file without a folder")?)?;
        fs::write(&path, text).with_context(|| path.display().to_string())?;
    }
    // Names have other lengths than the worked one's. Without rustfmt the files are as good, only less even.
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let _ = Command::new(cargo).arg("fmt").current_dir(&folder).status();
    println!("new-adapter: {} files in {}", files.len(), folder.display());
    println!(
        "Next: cargo test in that folder; what fails says what to build. The guide is docs/write-an-adapter.md."
    );
    Ok(())
}

/// The provider's name in its spellings.
struct Names {
    /// `acme-sign`
    name: String,
    /// `signbridge-acme-sign`
    package: String,
    /// `signbridge_acme_sign`
    library: String,
    /// `ACME_SIGN`
    constant: String,
    /// `AcmeSign`
    type_name: String,
}

impl Names {
    fn new(name: &str) -> Result<Self> {
        let is_name = name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '-')
            && !name.ends_with('-')
            && !name.contains("--");
        if !is_name {
            bail!(
                "`{name}` is no name of a provider: write small letters, digits and hyphens, such as acme-sign"
            );
        }
        let capital = |word: &str| {
            let (first, rest) = word.split_at(1);
            first.to_uppercase() + rest
        };
        Ok(Self {
            name: name.to_owned(),
            package: format!("signbridge-{name}"),
            library: format!("signbridge_{}", name.replace('-', "_")),
            constant: name.replace('-', "_").to_uppercase(),
            type_name: name.split('-').map(capital).collect(),
        })
    }

    /// The text with this provider in place of the worked one.
    fn put(&self, text: &str) -> String {
        text.replace("signbridge_inkpost", &self.library)
            .replace("INKPOST", &self.constant)
            .replace("Inkpost", &self.type_name)
            .replace("inkpost", &self.name)
    }
}

fn files(names: &Names) -> Result<Vec<(String, String)>> {
    let wire = worked!("src/wire.rs");
    let (_, shown) =
        wire.split_once("/// An envelope as Inkpost shows it.").context("the worked wire.rs changed")?;
    let calls: String = worked!("src/calls.rs")
        .lines()
        .filter(|line| match line.strip_prefix("pub(crate) mod ") {
            Some(call) => matches!(call, "get_envelope;" | "raw;"),
            None => true,
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let mut files: Vec<(String, String)> = [
        ("src/lib.rs", own!("lib.rs.txt").to_owned()),
        ("src/config.rs", worked!("src/config.rs").to_owned()),
        ("src/capabilities.rs", own!("capabilities.rs.txt").to_owned()),
        ("src/session.rs", worked!("src/session.rs").to_owned()),
        ("src/wire.rs", format!("{}/// An envelope as Inkpost shows it.{shown}", own!("wire.rs.txt"))),
        ("src/calls.rs", calls),
        ("src/calls/get_envelope.rs", worked!("src/calls/get_envelope.rs").to_owned()),
        ("src/calls/raw.rs", worked!("src/calls/raw.rs").to_owned()),
        ("src/calls/tests.rs", own!("calls_tests.rs.txt").to_owned()),
        ("src/error.rs", worked!("src/error.rs").to_owned()),
        ("src/provider.rs", own!("provider.rs.txt").to_owned()),
        ("tests/contract.rs", own!("contract.rs.txt").to_owned()),
        ("verified.toml", worked!("verified.toml").to_owned()),
    ]
    .map(|(name, text)| (name.to_owned(), names.put(&text)))
    .into();
    macro_rules! snapshot {
        ($part:literal) => {
            ($part, worked!("src/calls/snapshots/signbridge_inkpost__calls__tests__", $part, ".snap"))
        };
    }
    let snapshots = [
        snapshot!("envelopes.get.request"),
        snapshot!("envelopes.get.reply"),
        snapshot!("envelopes.get.error"),
        snapshot!("raw.request"),
        snapshot!("raw.reply"),
        snapshot!("raw.error"),
    ];
    for (part, text) in snapshots {
        let name = format!("src/calls/snapshots/{}__calls__tests__{part}.snap", names.library);
        files.push((name, names.put(text)));
    }
    Ok(files)
}

/// The crates the adapter needs, by their versions; in this workspace those it names.
const DEPENDENCIES: [(&str, &str); 8] = [
    ("async-trait", "\"0.1\""),
    ("bytes", "\"1\""),
    ("chrono", "{ version = \"0.4\", default-features = false, features = [\"clock\", \"serde\"] }"),
    ("http", "\"1\""),
    ("secrecy", "\"0.10\""),
    ("serde", "{ version = \"1\", features = [\"derive\"] }"),
    ("serde_json", "\"1\""),
    ("url", "\"2\""),
];

fn manifest(names: &Names, root: &Path, is_member: bool, published: bool) -> String {
    let Names { package, name, .. } = names;
    let version = env!("CARGO_PKG_VERSION");
    let ours = |own: &str, further: &str| match (is_member, published) {
        (true, _) => format!("{own} = {{ workspace = true{further} }}\n"),
        (_, true) => format!("{own} = {{ version = \"{version}\"{further} }}\n"),
        _ => format!("{own} = {{ path = '{}'{further} }}\n", root.join("crates").join(own).display()),
    };
    let theirs = |name: &str, what: &str| match is_member {
        true => format!("{name}.workspace = true\n"),
        false => format!("{name} = {what}\n"),
    };
    let head = if is_member {
        "version.workspace = true\nedition.workspace = true\nrust-version.workspace = true\nlicense.workspace = true\n\
         repository.workspace = true\n\n[lints]\nworkspace = true\n"
    } else {
        "version = \"0.1.0\"\nedition = \"2024\"\nrust-version = \"1.89\"\n\n[workspace]\n"
    };
    let mut text = format!(
        "[package]\nname = \"{package}\"\ndescription = \"The {name} adapter of signbridge\"\n{head}\n[dependencies]\n"
    );
    // A workspace decides on default features itself.
    let bare = if is_member { "" } else { ", default-features = false" };
    let mut lines: Vec<String> = DEPENDENCIES.iter().map(|(name, what)| theirs(name, what)).collect();
    lines.extend([ours("signbridge-client", bare), ours("signbridge-core", "")]);
    lines.sort_unstable();
    text.extend(lines);
    text += "\n[dev-dependencies]\n";
    text += &theirs("insta", "\"1\"");
    text += &ours("signbridge-contract", "");
    text += &match is_member {
        true => "tokio = { workspace = true, features = [\"macros\", \"rt\"] }\n".to_owned(),
        false => "tokio = { version = \"1\", features = [\"macros\", \"rt\", \"time\"] }\n".to_owned(),
    };
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_its_spellings() {
        let names = Names::new("acme-sign2").unwrap();
        assert_eq!(
            names.put("Inkpost INKPOST inkpost signbridge_inkpost"),
            "AcmeSign2 ACME_SIGN2 acme-sign2 signbridge_acme_sign2"
        );
        for wrong in ["", "Acme", "acme_sign", "-a", "a-", "a--b", "2a"] {
            assert!(Names::new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn nothing_of_the_worked_provider_is_left_and_nothing_is_unfinished() {
        for (name, text) in files(&Names::new("acme-sign").unwrap()).unwrap() {
            assert!(!text.to_lowercase().contains("inkpost"), "{name}");
            assert!(
                !text.contains(concat!("todo", "!")) && !text.contains(concat!("unimpl", "emented")),
                "{name}"
            );
        }
    }

    #[test]
    fn dependencies_are_paths_versions_or_the_workspaces() {
        let names = Names::new("acme-sign").unwrap();
        let root = Path::new("/r");
        let manifest = |is_member, published| -> toml::Table {
            toml::from_str(&manifest(&names, root, is_member, published)).unwrap()
        };
        let core = |table: &toml::Table| table["dependencies"]["signbridge-core"].clone();
        assert_eq!(core(&manifest(false, false))["path"].as_str(), Some("/r/crates/signbridge-core"));
        assert_eq!(core(&manifest(false, true))["version"].as_str(), Some(env!("CARGO_PKG_VERSION")));
        assert_eq!(core(&manifest(true, false))["workspace"].as_bool(), Some(true));
        assert!(
            manifest(false, true).contains_key("workspace")
                && !manifest(true, false).contains_key("workspace")
        );
    }
}
