//! README's first command, as it prints.

use std::{path::PathBuf, process::Command};

/// Where cargo has put the examples beside the tests.
fn example(name: &str) -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let path = tests.parent().unwrap().parent().unwrap().join("examples").join(name);
    if !path.exists() {
        let built =
            Command::new(env!("CARGO")).args(["build", "--quiet", "--example", name]).status().unwrap();
        assert!(built.success());
    }
    path
}

#[test]
fn the_first_contract_prints_every_step() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(example("first_contract")).arg(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    for line in text.lines().filter(|line| line.contains("sha256")) {
        let digest = line.split_whitespace().last().unwrap();
        assert!(digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()), "{line}");
    }
    for file in ["service-agreement-signed.pdf", "certificate.pdf"] {
        assert!(lopdf::Document::load(folder.path().join(file)).is_ok(), "{file}");
    }
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(&regex_escaped(&folder.path().display().to_string()), "[folder]");
    settings.add_filter(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "[id]");
    settings.add_filter(r"[0-9a-f]{64}", "[sha256]");
    settings.add_filter(r"127\.0\.0\.1:\d+", "127.0.0.1:[port]");
    settings.add_filter(r"\d+ bytes", "[n] bytes");
    settings.bind(|| insta::assert_snapshot!("first_contract", text));
}

fn regex_escaped(text: &str) -> String {
    text.chars()
        .flat_map(|letter| {
            if letter.is_ascii_alphanumeric() || letter == '/' { vec![letter] } else { vec!['\\', letter] }
        })
        .collect()
}
