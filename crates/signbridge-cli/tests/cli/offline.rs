//! What needs no provider: arguments, configuration files, help.

use std::fs;

use crate::harness::{ANN, run};

#[test]
fn help_gives_the_commands_and_the_exit_codes() {
    let folder = tempfile::tempdir().unwrap();
    let help = run(folder.path(), &["--help"]);
    assert_eq!((help.code, help.stderr.as_str()), (0, ""));
    for command in [
        "emulate",
        "init",
        "doctor",
        "send",
        "get",
        "list",
        "wait",
        "void",
        "remind",
        "correct",
        "delete-draft",
        "purge",
        "form-data",
        "templates",
        "quota",
        "sign-url",
        "download",
        "check",
        "capabilities",
    ] {
        assert!(help.stdout.contains(&format!("\n  {command} ")), "{command}: {}", help.stdout);
    }
    assert!(help.stdout.contains("Exit codes:"));
    let send = run(folder.path(), &["send", "--help"]).stdout;
    assert!(send.contains("chooses the place of his signature himself"), "{send}");
    assert!(run(folder.path(), &["--version"]).stdout.starts_with("signbridge "));
}

#[test]
fn capabilities_stand_side_by_side_and_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let all = run(folder.path(), &["capabilities"]);
    let mut lines = all.stdout.lines();
    for provider in ["docusign", "adobe-sign", "dropbox-sign", "esignglobal"] {
        assert!(all.stdout.lines().next().unwrap().contains(provider), "{}", all.stdout);
    }
    let first = lines.nth(1).unwrap();
    assert!(first.contains("verified by") && first.contains("emulator only"), "{first}");
    let one = run(folder.path(), &["--json", "capabilities", "--provider", "esignglobal"]).result();
    let rows = one["rows"].as_array().unwrap();
    let list = rows.iter().find(|row| row["name"] == "list").unwrap();
    assert_eq!(list["cells"][0]["word"], "no", "{list}");
    assert!(list["cells"][0]["detail"].is_string(), "{list}");
    let wrong = run(folder.path(), &["--json", "capabilities", "--provider", "docusing"]);
    assert!(wrong.failure(3, "invalid_configuration")["message"].as_str().unwrap().contains("docusign"));
}

#[test]
fn arguments_that_cannot_be_read_are_a_failure_like_others() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["--json", "sned"][..],
        &["--json", "send"],
        &["send", "lease.pdf", "--signer", "Ann", "--json"],
        &["--json", "wait", "a:1", "--timeout", "60"],
        &["--json", "send", "a.pdf", "--signer", ANN, "--sign-at", "1,2"],
        &["--json", "list", "--limit", "0"],
        &["--json", "emulate", "--bind", "nowhere"],
    ] {
        let run = run(folder.path(), arguments);
        run.failure(2, "usage");
        assert_eq!(run.stdout, "");
    }
    let person = run(folder.path(), &["send"]);
    assert!(person.code == 2 && person.stderr.starts_with("error:"), "{person:?}");
}

#[test]
fn places_that_do_not_match_the_signers_are_told_before_a_configuration_is_looked_for() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["--json", "send", "a.pdf", "--signer", ANN, "--signer", ANN, "--sign-at", "1,2,3"];
    run(folder.path(), &arguments).failure(2, "usage");
}

#[test]
fn without_a_configuration_it_is_said_how_to_make_one() {
    let folder = tempfile::tempdir().unwrap();
    let error = run(folder.path(), &["--json", "list"]).failure(3, "invalid_configuration");
    assert!(error["remedy"].as_str().unwrap().contains("signbridge init"), "{error}");
    let error =
        run(folder.path(), &["--json", "--config", "none.toml", "list"]).failure(3, "invalid_configuration");
    assert!(error["message"].as_str().unwrap().contains("none.toml"), "{error}");
}

#[test]
fn init_writes_a_configuration_and_never_over_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("signbridge.toml");
    let made = run(folder.path(), &["--json", "init"]).result();
    assert_eq!(made["path"], "signbridge.toml");
    let text = fs::read_to_string(&path).unwrap();
    insta::assert_snapshot!("init", text);

    fs::write(&path, "mine").unwrap();
    let error = run(folder.path(), &["--json", "init"]).failure(1, "io");
    assert!(error["message"].as_str().unwrap().contains("--force"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    assert_eq!(run(folder.path(), &["init", "--force"]).code, 0);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert_eq!(run(folder.path(), &["init", "-o", "other.toml"]).code, 0);
    let error =
        run(folder.path(), &["--json", "init", "--provider", "docusing"]).failure(3, "invalid_configuration");
    assert!(error["message"].as_str().unwrap().contains("did you mean `docusign`?"), "{error}");
}

#[test]
fn a_fresh_configuration_is_found_and_its_blanks_are_named() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(folder.path(), &["init"]).code, 0);
    let doctor = run(folder.path(), &["--json", "doctor"]);
    let error = doctor.failure(11, "invalid_configuration");
    assert_eq!(error["provider"], "docusign");
    run(folder.path(), &["--json", "--profile", "work", "list"]).failure(3, "invalid_configuration");
}

#[test]
fn a_configuration_of_the_user_and_one_that_is_named_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let user = folder.path().join(".config/signbridge");
    fs::create_dir_all(&user).unwrap();
    fs::write(user.join("signbridge.toml"), "default = \"mine\"\n[profiles.mine]\nprovider = \"none\"\n")
        .unwrap();
    let error = run(folder.path(), &["--json", "list"]).failure(3, "invalid_configuration");
    assert!(error["message"].as_str().unwrap().contains("profiles.mine.provider"), "{error}");

    let environment = crate::harness::program(folder.path())
        .args(["--json", "list"])
        .env("SIGNBRIDGE_PROFILES_MINE_PROVIDER", "docusign")
        .env("SIGNBRIDGE_PROFILES_MINE_PRIVATE_KEY", "s3cret")
        .output()
        .unwrap();
    let text = String::from_utf8(environment.stderr).unwrap();
    assert!(text.contains("SIGNBRIDGE_PROFILES_MINE_PRIVATE_KEY_ENV") && !text.contains("s3cret"), "{text}");
}
