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
    shown(folder.path(), |settings| settings.bind(|| insta::assert_snapshot!("first_contract", text)));
}

#[test]
fn the_comparison_completes_with_every_provider() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(example("compare")).arg(folder.path()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    for provider in ["adobe-sign", "docusign", "dropbox-sign", "esignglobal"] {
        let signed = lopdf::Document::load(folder.path().join(provider).join("signed.pdf")).unwrap();
        let pages: Vec<u32> = signed.get_pages().into_keys().collect();
        assert!(signed.extract_text(&pages).unwrap().contains("Service Agreement"), "{provider}");
    }
    assert_eq!(text.lines().filter(|line| line.trim_start().starts_with("sha256")).count(), 10, "{text}");
    let page = std::fs::read_to_string(folder.path().join("compare.html")).unwrap();
    assert!(!page.contains("src=") && !page.contains("href="), "the page asks for nothing from elsewhere");
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("compare.json")).unwrap()).unwrap();
    assert!(json.as_array().unwrap().iter().all(|row| row["calls"].as_u64().unwrap() > 3), "{json}");
    shown(folder.path(), |settings| settings.bind(|| insta::assert_snapshot!("compare", text)));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_application_runs_with_every_provider_by_one_line_of_configuration() {
    let world = crate::world::World::new().await;
    world.control.provider("adobe-sign", "POST", "polling", &serde_json::json!({"rule": "off"})).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let pdf = folder.path().join("contract.pdf");
    std::fs::write(&pdf, crate::world::pdf("A contract", 10)).unwrap();
    let configuration = world.emulator.ready().configuration();
    for provider in ["docusign", "adobe-sign", "dropbox-sign", "esignglobal"] {
        let config = folder.path().join("signbridge.toml");
        std::fs::write(
            &config,
            configuration.replace("default = \"docusign\"", &format!("default = \"{provider}\"")),
        )
        .unwrap();
        let mut application = Command::new(example("sign"));
        application.arg(&config).arg(&pdf);
        let output = tokio::task::spawn_blocking(move || application.output().unwrap()).await.unwrap();
        assert!(output.status.success(), "{provider}: {}", String::from_utf8_lossy(&output.stderr));
        let line = String::from_utf8(output.stdout).unwrap();
        assert!(line.starts_with(&format!("{provider}:")) && line.ends_with("\tin_progress\n"), "{line}");
    }
    assert_eq!(world.control.envelopes().len(), 4);
    let source = include_str!("../../examples/sign.rs");
    let lines = source.lines().filter(|line| !line.trim().is_empty() && !line.starts_with("//"));
    assert!(lines.count() < 40);
}

/// What differs from run to run is masked; its shape was asserted before.
fn shown(folder: &std::path::Path, show: impl FnOnce(insta::Settings)) {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(&regex_escaped(&folder.display().to_string()), "[folder]");
    settings.add_filter(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "[id]");
    settings.add_filter(r"[0-9a-f]{64}", "[sha256]");
    settings.add_filter(r"(adobe-sign|dropbox-sign|esignglobal):[A-Za-z0-9_-]{20,}", "$1:[id]");
    settings.add_filter(r"127\.0\.0\.1:\d+", "127.0.0.1:[port]");
    settings.add_filter(r"\d+ calls, \d+ bytes", "[n] calls, [n] bytes");
    settings.add_filter(r"\d+ bytes", "[n] bytes");
    show(settings);
}

fn regex_escaped(text: &str) -> String {
    text.chars()
        .flat_map(|letter| {
            if letter.is_ascii_alphanumeric() || letter == '/' { vec![letter] } else { vec!['\\', letter] }
        })
        .collect()
}
