//! The test functions of the sources and the rows they say they hold.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::PROVIDERS;

/// Where tests live.
const FOLDERS: &[&str] = &["crates", "tests", "examples", "xtask"];

/// An attribute whose path ends so makes a function a test.
const TESTS: &[&str] = &["test", "rstest", "test_case", "proptest"];

/// A row that a test says it holds.
#[derive(Debug, PartialEq)]
pub(super) struct Held {
    /// `FILE::FUNCTION`.
    pub(super) test: String,
    pub(super) providers: Vec<String>,
    /// Section and name.
    pub(super) row: String,
}

/// What the sources say.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// The test functions by file.
    functions: BTreeMap<String, BTreeSet<String>>,
    pub(super) rows: Vec<Held>,
    pub(super) faults: Vec<String>,
}

impl Source {
    /// Reads all sources of the workspace in which tests live.
    pub(super) fn read(root: &Path) -> Result<Self> {
        let mut source = Self::default();
        for folder in FOLDERS {
            source.folder(root, &root.join(folder))?;
        }
        Ok(source)
    }

    fn folder(&mut self, root: &Path, folder: &Path) -> Result<()> {
        for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            let name = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                self.folder(root, &path)?;
            } else if name.ends_with(".rs") {
                self.rust(&name, &fs::read_to_string(&path).with_context(|| name.clone())?);
            } else if name.ends_with(".py") {
                self.python(&name, &fs::read_to_string(&path).with_context(|| name.clone())?);
            }
        }
        Ok(())
    }

    /// How many functions were found.
    pub(super) fn tests(&self) -> usize {
        self.functions.values().map(BTreeSet::len).sum()
    }

    /// Whether there is a test `FILE::FUNCTION`; modules may stand between.
    pub(super) fn has(&self, test: &str) -> bool {
        let (file, path) = test.split_once("::").unwrap_or_default();
        let function = path.rsplit("::").next().unwrap_or_default();
        self.functions.get(file).is_some_and(|functions| functions.contains(function))
    }

    /// Reads a file of Rust by its tokens, so that a test inside a macro counts like any other.
    pub(super) fn rust(&mut self, file: &str, text: &str) {
        match text.parse::<TokenStream>() {
            Ok(tokens) => self.tokens(file, tokens),
            Err(error) => self.faults.push(format!("{file}: cannot be read: {error}")),
        }
    }

    fn tokens(&mut self, file: &str, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        let mut above = Above::default();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(mark) if mark.as_char() == '#' => {
                    let inner = tokens.next_if(|next| is_mark(next, '!')).is_some();
                    if let Some(TokenTree::Group(group)) = tokens.next_if(is_bracket) {
                        above.attribute(group.stream());
                    }
                    // An inner attribute stands above no function.
                    if inner {
                        self.orphans(file, &std::mem::take(&mut above));
                    }
                }
                TokenTree::Ident(word) if word == "fn" => {
                    if let Some(TokenTree::Ident(name)) = tokens.peek() {
                        self.function(file, &name.to_string(), &std::mem::take(&mut above));
                    }
                }
                // What may stand between an attribute and `fn`.
                TokenTree::Ident(word)
                    if ["pub", "async", "const", "unsafe", "extern"].iter().any(|one| word == *one) => {}
                TokenTree::Group(group) => {
                    if group.delimiter() != Delimiter::Parenthesis {
                        self.orphans(file, &std::mem::take(&mut above));
                    }
                    self.tokens(file, group.stream());
                }
                _ => {
                    self.orphans(file, &std::mem::take(&mut above));
                }
            }
        }
    }

    fn function(&mut self, file: &str, name: &str, above: &Above) {
        if !above.test {
            self.orphans(file, above);
            return;
        }
        self.functions.entry(file.to_owned()).or_default().insert(name.to_owned());
        let test = format!("{file}::{name}");
        for line in above.rows() {
            let Some((providers, rows)) = parts(&line) else {
                self.faults.push(format!("{test}: {line:?} is not `Rows: …` or `Rows (provider, …): …`"));
                continue;
            };
            let providers = providers.unwrap_or_else(|| provider(file).into_iter().collect());
            if providers.is_empty() {
                self.faults
                    .push(format!("{test}: the path tells no provider: write `Rows (provider, …): …`"));
            }
            let held = |row| Held { test: test.clone(), providers: providers.clone(), row };
            self.rows.extend(rows.into_iter().map(held));
        }
    }

    /// Rows above what is no test would be lost silently.
    fn orphans(&mut self, file: &str, above: &Above) {
        self.faults.extend(above.rows().map(|line| format!("{file}: {line:?} stands above no test")));
    }

    /// In a script of Python every function may be a flow.
    fn python(&mut self, file: &str, text: &str) {
        let functions = text.lines().filter_map(|line| {
            let line = line.trim_start();
            let rest = line.strip_prefix("async def ").or_else(|| line.strip_prefix("def "))?;
            rest.split_once('(').map(|(name, _)| name.to_owned())
        });
        self.functions.entry(file.to_owned()).or_default().extend(functions);
    }
}

/// The attributes above a function.
#[derive(Debug, Default)]
struct Above {
    test: bool,
    /// The lines of the documentation.
    doc: Vec<String>,
}

impl Above {
    fn attribute(&mut self, content: TokenStream) {
        let mut path = Vec::new();
        for token in content {
            match token {
                TokenTree::Ident(word) => path.push(word.to_string()),
                TokenTree::Punct(mark) if matches!(mark.as_char(), ':' | '=') => {}
                TokenTree::Literal(literal) if path == ["doc"] => {
                    if let syn::Lit::Str(text) = syn::Lit::new(literal) {
                        self.doc.extend(text.value().lines().map(|line| line.trim().to_owned()));
                    }
                    return;
                }
                _ => break,
            }
        }
        self.test |= path.last().is_some_and(|last| TESTS.contains(&last.as_str()));
    }

    /// The lines about rows; one that ends in a comma goes on in the next.
    fn rows(&self) -> impl Iterator<Item = String> + '_ {
        let starts = |line: &str| line.starts_with("Rows:") || line.starts_with("Rows (");
        self.doc.iter().enumerate().filter(move |(_, line)| starts(line)).map(|(at, line)| {
            let mut whole = line.clone();
            let mut next = self.doc.iter().skip(at + 1);
            while whole.ends_with(',') {
                let Some(line) = next.next() else { break };
                whole = format!("{whole} {line}");
            }
            whole
        })
    }
}

fn is_mark(token: &TokenTree, one: char) -> bool {
    matches!(token, TokenTree::Punct(mark) if mark.as_char() == one)
}

fn is_bracket(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket)
}

/// The providers, if named, and the rows of a line.
fn parts(line: &str) -> Option<(Option<Vec<String>>, Vec<String>)> {
    let rest = line.strip_prefix("Rows")?.trim_start();
    let (providers, rows) = match rest.strip_prefix('(') {
        Some(rest) => {
            let (providers, rows) = rest.split_once(')')?;
            (Some(words(providers)?), rows)
        }
        None => (None, rest),
    };
    Some((providers, words(rows.trim_start().strip_prefix(':')?.trim_end_matches('.'))?))
}

/// Texts between commas; none of them is empty.
fn words(text: &str) -> Option<Vec<String>> {
    text.split(',').map(|word| Some(word.trim().to_owned()).filter(|word| !word.is_empty())).collect()
}

/// The provider a path speaks of, if it is one.
fn provider(file: &str) -> Option<String> {
    let named = |name: &&&str| {
        file.split('/').any(|part| {
            let part = part.trim_end_matches(".rs").replace('_', "-");
            let part = part.strip_prefix("signbridge-").unwrap_or(&part);
            part.strip_prefix(**name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        })
    };
    let mut providers = PROVIDERS.iter().filter(named);
    let first = providers.next().map(|name| (*name).to_owned());
    first.filter(|_| providers.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::{Source, provider};

    const FILE: &str = "tests/suite/adobe_sign.rs";

    fn read(text: &str) -> Source {
        let mut source = Source::default();
        source.rust(FILE, text);
        source
    }

    #[test]
    fn every_way_to_write_a_test_is_found_and_nothing_else() {
        let source = read(
            "#[test] fn a() {} #[tokio::test(flavor = \"x\")] pub(crate) async fn b() {} #[rstest] fn c() {} \
             fn no() {} #[cfg(test)] fn nor() {} #[must_use] fn neither() {} \
             mod inner { proptest! { #![proptest_config(x)] #[test] fn d(x in 0..1) {} } }",
        );
        assert_eq!(source.faults, Vec::<String>::new());
        assert_eq!(source.tests(), 4);
        for name in ["a", "b", "c", "d", "inner::d"] {
            assert!(source.has(&format!("{FILE}::{name}")), "{name}");
        }
        for name in ["no", "nor", "neither", ""] {
            assert!(!source.has(&format!("{FILE}::{name}")), "{name}");
        }
        assert!(!source.has("tests/suite/other.rs::a") && !source.has("a"));
    }

    #[test]
    fn rows_are_read_with_their_providers() {
        let source = read(
            "/// What it does.\n/// Rows: 1 Draft, 15 7\n#[test]\n/// Rows (docusign, esignglobal): 3 order base,\n\
             /// 9 list.\n#[rstest]\nfn a() {}",
        );
        assert_eq!(source.faults, Vec::<String>::new());
        let rows: Vec<String> =
            source.rows.iter().map(|held| format!("{}: {}", held.providers.join("+"), held.row)).collect();
        assert_eq!(
            rows,
            [
                "adobe-sign: 1 Draft",
                "adobe-sign: 15 7",
                "docusign+esignglobal: 3 order base",
                "docusign+esignglobal: 9 list"
            ]
        );
        assert!(source.rows.iter().all(|held| held.test == format!("{FILE}::a")));
    }

    #[test]
    fn rows_that_would_be_lost_are_faults() {
        for text in [
            "/// Rows: 1 Draft\nfn a() {}",
            "/// Rows: 1 Draft\nmod tests { #[test] fn a() {} }",
            "//! Rows: 1 Draft\n#[test] fn a() {}",
            "/// Rows: 1 Draft,, 1 Sent\n#[test] fn a() {}",
            "/// Rows: 1 Draft,\n#[test] fn a() {}",
            "/// Rows (docusign 1 Draft\n#[test] fn a() {}",
            "fn a( {}",
        ] {
            assert_eq!(read(text).faults.len(), 1, "{text}");
        }
        let mut source = Source::default();
        source.rust("tests/suite/life.rs", "/// Rows: 1 Draft\n#[test] fn a() {}");
        assert!(source.faults[0].contains("the path tells no provider"));
    }

    #[test]
    fn a_path_speaks_of_one_provider() {
        let of = |path| provider(path).unwrap_or_default();
        assert_eq!(of("crates/signbridge-docusign/src/calls/tests.rs"), "docusign");
        assert_eq!(of("crates/signbridge-emulator/src/adobe_sign/tests.rs"), "adobe-sign");
        assert_eq!(of("tests/suite/dropbox_sign_limits.rs"), "dropbox-sign");
        assert_eq!(of("tests/suite/esignglobal.rs"), "esignglobal");
        assert_eq!(of("tests/suite/switching.rs"), "");
        assert_eq!(of("tests/docusign/adobe_sign.rs"), "");
    }

    #[test]
    fn the_functions_of_a_script_are_flows() {
        let mut source = Source::default();
        source.python(
            "tests/python/sdk.py",
            "def send(client):\n    pass\nclass A:\n    async def sign(self): ...\n",
        );
        assert!(source.has("tests/python/sdk.py::send") && source.has("tests/python/sdk.py::sign"));
        assert!(!source.has("tests/python/sdk.py::A"));
    }
}
