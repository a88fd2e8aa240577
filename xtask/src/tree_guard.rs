//! `cargo xtask tree-guard`: the rules of who may know whom, proved on the dependency tree.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

/// One rule: the tree of a package has no line that starts with one of the names.
struct Rule {
    package: &'static str,
    arguments: &'static [&'static str],
    forbidden: &'static [&'static str],
    why: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        package: "signbridge-core",
        arguments: &["-e", "normal,build", "--all-features", "--target", "all"],
        forbidden: &["tokio", "reqwest", "hyper", "rustls", "native-tls", "openssl", "aws-lc", "ring"],
        why: "the vocabulary knows no runtime, no HTTP, no TLS and no crypto backend",
    },
    adapter("signbridge-adobe-sign"),
    adapter("signbridge-docusign"),
    adapter("signbridge-dropbox-sign"),
    adapter("signbridge-esignglobal"),
    Rule {
        package: "signbridge-contract",
        arguments: &["-e", "normal", "--target", "all"],
        forbidden: &["signbridge-client", "signbridge-docusign", "reqwest", "hyper", "rustls", "tokio"],
        why: "the contract suite knows core only",
    },
    Rule {
        package: "signbridge-planner",
        arguments: &["-e", "normal", "--target", "all"],
        forbidden: &["signbridge-client", "signbridge-docusign", "reqwest", "hyper", "rustls", "tokio"],
        why: "the planner computes: it knows core only, and does no I/O",
    },
    Rule {
        package: "signbridge-emulator",
        arguments: &["-e", "normal,build,dev", "--all-features", "--target", "all"],
        forbidden: &["signbridge"],
        why: "the emulator is an independent reading of the provider's contract",
    },
];

const fn adapter(package: &'static str) -> Rule {
    Rule {
        package,
        arguments: &["-e", "normal", "--no-default-features", "--target", "all"],
        forbidden: &["reqwest", "hyper", "h2", "rustls", "native-tls", "openssl"],
        why: "an adapter alone pulls no HTTP stack",
    }
}

pub(crate) fn run(root: &Path) -> Result<()> {
    let mut faults = Vec::new();
    for rule in RULES {
        let tree = tree(root, rule)?;
        let found = offenders(&tree, rule);
        println!("tree-guard: {}: {} lines, {} forbidden", rule.package, tree.lines().count(), found.len());
        faults.extend(found.iter().map(|line| format!("{}: {line} ({})", rule.package, rule.why)));
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(())
}

fn tree(root: &Path, rule: &Rule) -> Result<String> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root).args(["tree", "-p", rule.package, "--prefix", "none"]).args(rule.arguments);
    let output = command.output().context("cannot run cargo tree")?;
    ensure!(
        output.status.success(),
        "cargo tree -p {} failed:\n{}",
        rule.package,
        String::from_utf8_lossy(&output.stderr)
    );
    let tree = String::from_utf8(output.stdout)?;
    // A rule that looked at the wrong tree would never fail.
    ensure!(
        names(tree.lines().next().unwrap_or_default(), rule.package),
        "this is not the tree of {}",
        rule.package
    );
    Ok(tree)
}

fn names(line: &str, package: &str) -> bool {
    line.split(' ').next() == Some(package)
}

fn offenders<'a>(tree: &'a str, rule: &Rule) -> Vec<&'a str> {
    let mut found: Vec<&str> = tree
        .lines()
        .filter(|line| !names(line, rule.package))
        .filter(|line| rule.forbidden.iter().any(|name| line.starts_with(name)))
        .map(|line| line.trim_end_matches(" (*)"))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::{RULES, offenders};

    #[test]
    fn each_rule_finds_what_it_forbids() {
        for rule in RULES {
            for name in rule.forbidden {
                let tree = format!(
                    "{} v0.1.0 (/p)\nserde v1.0.0\n{name}-sys v1.0.0\n{name}-sys v1.0.0 (*)\n",
                    rule.package
                );
                assert_eq!(offenders(&tree, rule), [format!("{name}-sys v1.0.0")]);
            }
            assert!(offenders(&format!("{} v0.1.0\nserde v1.0.0\n", rule.package), rule).is_empty());
        }
    }
}
