//! `cargo xtask coverage`: every recorded oddity and every row of the mapping has a test that exists, or a line that
//! says why not.

mod documents;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use self::source::Source;

/// The providers, as tables and doc lines name them.
const PROVIDERS: &[&str] = &["adobe-sign", "docusign", "dropbox-sign", "esignglobal"];

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Folder of facts with one NAME/FACTS.md per provider: its headings have to be covered
    #[arg(long)]
    facts: Option<PathBuf>,
    /// The mapping document: its tables have to be as long as the rows listed in tests/mapping.toml
    #[arg(long)]
    mapping: Option<PathBuf>,
}

/// `tests/oddities.toml`.
#[derive(Debug, Default, Deserialize)]
struct Oddities {
    /// By provider and heading: why there is none.
    #[serde(default)]
    without: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(flatten)]
    of: BTreeMap<String, Vec<Oddity>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Oddity {
    /// The heading of the facts.
    facts: String,
    oddity: String,
    /// `FILE::FUNCTION`.
    #[serde(default)]
    tests: Vec<String>,
    /// Why nothing of ours touches it yet.
    open: Option<String>,
}

/// `tests/mapping.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mapping {
    section: BTreeMap<String, Section>,
    /// By provider and row: why no test can hold it.
    #[serde(default)]
    not: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    title: String,
    rows: Vec<String>,
    /// The providers whose rows are held so far; all without it.
    #[serde(default)]
    only: Vec<String>,
}

impl Mapping {
    /// The names by which tests hold the rows.
    fn rows(&self) -> BTreeSet<String> {
        self.rows_of(None)
    }

    /// Those that a provider has to hold.
    fn rows_of(&self, provider: Option<&str>) -> BTreeSet<String> {
        let counts = |section: &Section| {
            provider.is_none_or(|own| section.only.is_empty() || section.only.iter().any(|only| only == own))
        };
        let rows = |(number, section): (&String, &Section)| {
            section.rows.iter().map(|row| format!("{number} {row}")).collect::<Vec<_>>()
        };
        self.section.iter().filter(|(_, section)| counts(section)).flat_map(rows).collect()
    }
}

pub(crate) fn run(arguments: &Arguments, root: &Path) -> Result<()> {
    let oddities: Oddities = toml::from_str(&read(&root.join("tests/oddities.toml"))?)
        .map_err(|error| anyhow::anyhow!("tests/oddities.toml: {error}"))?;
    let mapping: Mapping = toml::from_str(&read(&root.join("tests/mapping.toml"))?)
        .map_err(|error| anyhow::anyhow!("tests/mapping.toml: {error}"))?;
    let source = Source::read(root)?;

    let mut faults = source.faults.clone();
    let mut lines = odd(&oddities, &source, &mut faults);
    lines.extend(mapped(&mapping, &source, &mut faults));
    if let Some(folder) = &arguments.facts {
        for provider in PROVIDERS {
            let facts = read(&folder.join(provider).join("FACTS.md"))?;
            faults.extend(documents::uncovered(provider, &facts, &oddities));
        }
    }
    if let Some(document) = &arguments.mapping {
        faults.extend(documents::other_tables(&read(document)?, &mapping));
    }

    lines.iter().for_each(|line| println!("coverage: {line}"));
    println!("coverage: {} test functions read, {} faults", source.tests(), faults.len());
    if !faults.is_empty() {
        bail!("{} faults:\n{}", faults.len(), faults.join("\n"));
    }
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Judges the oddities; a line of counts per provider.
fn odd(oddities: &Oddities, source: &Source, faults: &mut Vec<String>) -> Vec<String> {
    let named = oddities.of.keys().chain(oddities.without.keys()).filter(|name| !known(name));
    faults.extend(named.map(|name| format!("tests/oddities.toml: there is no provider {name}")));
    for (provider, headings) in &oddities.without {
        let empty = headings.iter().filter(|(_, reason)| blank(reason));
        faults
            .extend(empty.map(|(heading, _)| format!("oddities: without.{provider} {heading:?}: no reason")));
    }
    let mut lines = Vec::new();
    for provider in PROVIDERS {
        let of = oddities.of.get(*provider).map(Vec::as_slice).unwrap_or_default();
        if of.is_empty() {
            faults.push(format!("oddities: {provider} has none"));
        }
        let mut texts = BTreeSet::new();
        for oddity in of {
            let name = format!("oddities: {provider} {} {:?}", oddity.facts, oddity.oddity);
            faults.extend(oddity_faults(oddity, source).into_iter().map(|fault| format!("{name}: {fault}")));
            if !texts.insert(&oddity.oddity) {
                faults.push(format!("{name}: listed twice"));
            }
        }
        let open = of.iter().filter(|oddity| oddity.tests.is_empty()).count();
        lines.push(format!(
            "{provider}: {} oddities, {} with a test, {open} open",
            of.len(),
            of.len() - open
        ));
    }
    lines
}

fn oddity_faults(oddity: &Oddity, source: &Source) -> Vec<String> {
    let mut faults = Vec::new();
    if blank(&oddity.facts) {
        faults.push("names no heading of the facts".to_owned());
    }
    if blank(&oddity.oddity) {
        faults.push("has no text".to_owned());
    }
    match (&oddity.open, oddity.tests.is_empty()) {
        (None, true) => faults.push("has neither tests nor open".to_owned()),
        (Some(_), false) => faults.push("has tests: strike open".to_owned()),
        (Some(open), true) if blank(open) => faults.push("open says nothing".to_owned()),
        _ => {}
    }
    let gone = oddity.tests.iter().filter(|test| !source.has(test));
    faults.extend(gone.map(|test| format!("there is no test {test}")));
    faults
}

/// Judges the rows of the mapping; a line of counts per provider.
fn mapped(mapping: &Mapping, source: &Source, faults: &mut Vec<String>) -> Vec<String> {
    let rows = mapping.rows();
    for (number, section) in &mapping.section {
        let names: BTreeSet<&String> = section.rows.iter().collect();
        if blank(&section.title)
            || section.rows.iter().any(|row| blank(row))
            || names.len() < section.rows.len()
        {
            faults.push(format!("mapping: section {number}: an empty text, or a row listed twice"));
        }
        let others = section.only.iter().filter(|only| !known(only));
        faults.extend(others.map(|other| format!("mapping: section {number}: there is no provider {other}")));
    }
    let mut holding: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for held in &source.rows {
        if !rows.contains(&held.row) {
            faults.push(format!("{}: there is no row {:?}", held.test, held.row));
        }
        for provider in &held.providers {
            if !known(provider) {
                faults.push(format!("{}: there is no provider {provider}", held.test));
            }
            holding.entry((provider, &held.row)).or_default().insert(&held.test);
        }
    }
    for (provider, reasons) in &mapping.not {
        if !known(provider) {
            faults.push(format!("mapping: not.{provider}: there is no such provider"));
        }
        for (row, reason) in reasons {
            let fault = if !rows.contains(row) {
                "there is no such row".to_owned()
            } else if blank(reason) {
                "no reason".to_owned()
            } else if let Some(tests) = holding.get(&(provider.as_str(), row.as_str())) {
                format!("strike the reason: it is held by {}", list(tests))
            } else {
                continue;
            };
            faults.push(format!("mapping: not.{provider} {row:?}: {fault}"));
        }
    }
    let mut lines = Vec::new();
    for provider in PROVIDERS {
        let reasons = mapping.not.get(*provider);
        let rows = mapping.rows_of(Some(provider));
        let (mut held, mut tests, mut not) = (0, BTreeSet::<&str>::new(), 0);
        for row in &rows {
            if let Some(by) = holding.get(&(*provider, row.as_str())) {
                held += 1;
                tests.extend(by);
            } else if reasons.is_some_and(|reasons| reasons.contains_key(row)) {
                not += 1;
            } else {
                faults.push(format!("mapping: {provider} {row:?}: neither a test nor a reason"));
            }
        }
        let (total, tests) = (rows.len(), tests.len());
        lines
            .push(format!("{provider}: {total} rows, {held} held by {tests} tests, {not} not (with reason)"));
    }
    lines
}

fn list(names: &BTreeSet<&str>) -> String {
    names.iter().copied().collect::<Vec<_>>().join(", ")
}

fn known(provider: &str) -> bool {
    PROVIDERS.contains(&provider)
}

fn blank(text: &str) -> bool {
    text.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::source::Source;
    use super::{Mapping, Oddities, PROVIDERS, mapped, odd};

    /// Two tests of DocuSign, the second of which holds a row.
    fn source() -> Source {
        let mut source = Source::default();
        source.rust(
            "crates/signbridge-docusign/src/a.rs",
            "#[test] fn one() {} /// Rows: 1 Draft\n#[test] fn two() {}",
        );
        assert!(source.faults.is_empty(), "{:?}", source.faults);
        source
    }

    fn oddity_faults(table: &str) -> Vec<String> {
        // Whoever has none is a fault of its own, which is not looked at here.
        let mut faults = Vec::new();
        odd(&toml::from_str::<Oddities>(table).unwrap(), &source(), &mut faults);
        faults.retain(|fault| !fault.ends_with("has none"));
        faults
    }

    #[test]
    fn a_whole_table_of_oddities_has_no_fault_and_is_counted() {
        let mut table = String::new();
        for provider in PROVIDERS {
            table += &format!(
                "[[{provider}]]\nfacts='1'\noddity='a'\ntests=['crates/signbridge-docusign/src/a.rs::one']\n\
                 [[{provider}]]\nfacts='2'\noddity='b'\nopen='later'\n"
            );
        }
        table += "[without.docusign]\n3='why'";
        let mut faults = Vec::new();
        let lines = odd(&toml::from_str(&table).unwrap(), &source(), &mut faults);
        assert_eq!(faults, Vec::<String>::new());
        assert_eq!(lines[1], "docusign: 2 oddities, 1 with a test, 1 open");
    }

    #[test]
    fn each_fault_of_an_oddity_is_found() {
        let faults = |fields: &str| oddity_faults(&format!("[[docusign]]\n{fields}"));
        let one = "tests=['crates/signbridge-docusign/src/a.rs::one']";
        assert_eq!(faults(&format!("facts='1'\noddity='a'\n{one}")), Vec::<String>::new());
        for (fields, fault) in [
            (format!("facts=' '\noddity='a'\n{one}"), "names no heading"),
            (format!("facts='1'\noddity=''\n{one}"), "has no text"),
            ("facts='1'\noddity='a'".to_owned(), "neither tests nor open"),
            ("facts='1'\noddity='a'\nopen=' '".to_owned(), "open says nothing"),
            (format!("facts='1'\noddity='a'\nopen='x'\n{one}"), "strike open"),
            (
                "facts='1'\noddity='a'\ntests=['crates/signbridge-docusign/src/a.rs::gone']".to_owned(),
                "no test crates/signbridge-docusign/src/a.rs::gone",
            ),
            ("facts='1'\noddity='a'\ntests=['src/a.rs::one']".to_owned(), "no test src/a.rs::one"),
        ] {
            let found = faults(&fields);
            assert!(found.len() == 1 && found[0].contains(fault), "{fields}: {found:?}");
        }
        assert!(
            oddity_faults("[[hellosign]]\nfacts='1'\noddity='a'\nopen='x'")[0]
                .contains("no provider hellosign")
        );
        assert!(oddity_faults("[without.docusign]\n1=''")[0].contains("no reason"));
    }

    fn row_faults(not: &str) -> Vec<String> {
        let table = format!("[section.1]\ntitle='t'\nrows=['Draft','Sent']\n{not}");
        let mut faults = Vec::new();
        let lines = mapped(&toml::from_str::<Mapping>(&table).unwrap(), &source(), &mut faults);
        assert!(lines[1].starts_with("docusign: 2 rows, 1 held by 1 tests"), "{lines:?}");
        faults.retain(|fault| !PROVIDERS.iter().any(|other| *other != "docusign" && fault.contains(other)));
        faults
    }

    #[test]
    fn a_row_needs_a_test_or_a_reason_and_not_both() {
        assert_eq!(row_faults(""), ["mapping: docusign \"1 Sent\": neither a test nor a reason"]);
        assert_eq!(row_faults("[not.docusign]\n'1 Sent'='why'"), Vec::<String>::new());
        assert!(row_faults("[not.docusign]\n'1 Sent'=' '")[0].contains("no reason"));
        assert!(row_faults("[not.docusign]\n'1 Sent'='why'\n'1 Draft'='why'")[0].contains("src/a.rs::two"));
        assert!(row_faults("[not.docusign]\n'1 Sent'='why'\n'2 Sent'='why'")[0].contains("no such row"));
        assert!(row_faults("[not.docusign]\n'1 Sent'='why'\n[not.nobody]")[0].contains("not.nobody"));
    }

    #[test]
    fn a_section_can_be_for_one_provider_so_far() {
        let faults = |only: &str| {
            let table = format!("[section.1]\ntitle='t'\nrows=['Sent']\nonly=['{only}']");
            let mut faults = Vec::new();
            mapped(&toml::from_str::<Mapping>(&table).unwrap(), &Source::default(), &mut faults);
            faults
        };
        assert_eq!(faults("docusign"), ["mapping: docusign \"1 Sent\": neither a test nor a reason"]);
        assert_eq!(faults("nobody"), ["mapping: section 1: there is no provider nobody"]);
    }

    #[test]
    fn a_test_that_names_what_does_not_exist_is_a_fault() {
        let mut source = Source::default();
        source.rust(
            "tests/suite/life.rs",
            "/// Rows (docusign, hellosign): 1 Draft, 1 Sendt\n#[test] fn three() {}",
        );
        let mapping: Mapping = toml::from_str("[section.1]\ntitle='t'\nrows=['Draft']").unwrap();
        let mut faults = Vec::new();
        mapped(&mapping, &source, &mut faults);
        faults.retain(|fault| fault.starts_with("tests/suite/life.rs::three"));
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults.iter().any(|fault| fault.ends_with("there is no row \"1 Sendt\"")));
        assert!(faults.iter().any(|fault| fault.ends_with("there is no provider hellosign")));
    }
}
