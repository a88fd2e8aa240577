//! `signbridge emulate`: the ready line, the configuration, the end.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::Stdio,
};

use serde_json::Value;

use crate::harness::{Emulator, program, run, send_signal};

/// The emulated providers in the order of the ready line.
const PROVIDERS: [&str; 4] = ["docusign", "adobe-sign", "dropbox-sign", "esignglobal"];

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn the_ready_line_has_the_fixed_names_and_nothing_follows_it() {
    let mut emulator = Emulator::start();
    let ready = emulator.ready.clone();
    assert_eq!(keys(&ready), ["listening", "listening_tls", "ca_file", "providers"]);
    assert_eq!(keys(&ready["providers"]), PROVIDERS);
    for (provider, own) in [
        ("adobe-sign", &["client_id", "client_secret", "refresh_token", "integration_key"][..]),
        ("dropbox-sign", &["api_key", "client_id", "client_secret"]),
    ] {
        let addresses = ["base_url", "base_url_tls", "auth_url", "auth_url_tls"];
        let names: Vec<&str> = addresses.iter().chain(own).copied().collect();
        assert_eq!(keys(&ready["providers"][provider]), names, "{provider}");
    }
    assert_eq!(
        keys(&ready["providers"]["esignglobal"]),
        ["base_url", "base_url_tls", "app_id", "app_secret"]
    );
    let docusign = &ready["providers"]["docusign"];
    assert_eq!(
        keys(docusign),
        [
            "base_url",
            "base_url_tls",
            "auth_url",
            "auth_url_tls",
            "integration_key",
            "user_id",
            "account_id",
            "client_secret",
            "private_key_file",
        ]
    );
    assert!(ready["listening"].as_str().unwrap().starts_with("http://127.0.0.1:"), "{ready}");
    assert!(ready["listening_tls"].as_str().unwrap().starts_with("https://127.0.0.1:"), "{ready}");
    for address in ["base_url", "base_url_tls", "auth_url", "auth_url_tls"] {
        assert!(!docusign[address].as_str().unwrap().contains("/restapi"), "{docusign}");
    }
    for file in [&ready["ca_file"], &docusign["private_key_file"]] {
        let path = Path::new(file.as_str().unwrap());
        assert!(path.is_absolute() && fs::read_to_string(path).unwrap().starts_with("-----BEGIN "), "{file}");
    }
    let ca_file = ready["ca_file"].as_str().unwrap();
    assert_eq!(emulator.end("TERM"), (String::new(), Some(0)), "one line, and a good end on SIGTERM");
    assert!(!Path::new(ca_file).exists(), "its files go with it");
}

#[test]
fn the_configuration_has_a_profile_for_each_provider_over_tls() {
    let emulator = Emulator::start();
    let text = fs::read_to_string(emulator.path("signbridge.toml")).unwrap();
    let config: toml::Table = text.parse().unwrap();
    assert_eq!(config["default"].as_str(), Some("docusign"));
    assert_eq!(config["profiles"].as_table().unwrap().keys().collect::<Vec<_>>(), PROVIDERS);
    for provider in PROVIDERS {
        let profile = &config["profiles"][provider];
        let tls = emulator.ready["providers"][provider]["base_url_tls"].as_str();
        assert_eq!((profile["provider"].as_str(), profile["base_url"].as_str()), (Some(provider), tls));
        // Every profile works as it stands.
        let listed = emulator.json(&["--profile", provider, "doctor"]);
        assert_eq!(listed.result()["good"], true, "{provider}");
    }
    let profile = &config["profiles"]["docusign"];
    let ready = &emulator.ready["providers"]["docusign"];
    for (key, value) in [
        ("provider", "docusign"),
        ("base_url", ready["base_url_tls"].as_str().unwrap()),
        ("auth_url", ready["auth_url_tls"].as_str().unwrap()),
        ("ca_file", emulator.ready["ca_file"].as_str().unwrap()),
        ("integration_key", ready["integration_key"].as_str().unwrap()),
        ("user_id", ready["user_id"].as_str().unwrap()),
        ("account_id", ready["account_id"].as_str().unwrap()),
    ] {
        assert_eq!(profile[key].as_str(), Some(value), "{key}");
    }
    assert_eq!(profile["private_key"]["file"].as_str(), ready["private_key_file"].as_str());
}

#[test]
fn an_address_beyond_loopback_and_a_taken_port_are_refused() {
    let emulator = Emulator::start();
    let folder = emulator.folder.path();
    let error = run(folder, &["--json", "emulate", "--bind", "0.0.0.0:0"]).failure(5, "invalid_input");
    assert_eq!((&error["provider"], &error["operation"]), (&Value::Null, &"emulate".into()));
    let taken = emulator.ready["listening"].as_str().unwrap().strip_prefix("http://").unwrap();
    run(folder, &["--json", "emulate", "--bind", taken]).failure(1, "io");
    run(folder, &["--json", "emulate", "--config-out", "no/such/folder.toml"]).failure(1, "io");
}

#[test]
fn a_person_is_told_where_the_mailbox_is_and_what_to_do_next_and_ends_it_by_ctrl_c() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(folder.path());
    let mut child =
        command.args(["emulate", "--config-out", "here.toml"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut told = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        told.push(line.unwrap());
        if told.last().unwrap().starts_with("Ctrl-C") {
            break;
        }
    }
    send_signal(&mut child, "INT");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let told = told.join("\n");
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"127\.0\.0\.1:\d+", "[host]");
    settings.add_filter(r"authority: .*/", "authority: [folder]/");
    settings.bind(|| insta::assert_snapshot!("emulate", told));
}
