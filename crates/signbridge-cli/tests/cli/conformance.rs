//! `conformance`: the suite on a profile, with the test as the person at the terminal.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    process::Stdio,
};

use crate::harness::{Emulator, one_line, program};

const SIGNER: &str = "Sentinel Quimby <sentinel.quimby@private.example>";

/// Does what each line on standard error asks for.
fn play(emulator: &Emulator, arguments: &[&str]) -> (i32, String, String) {
    let mut child = program(emulator.folder.path())
        .args(["--json", "--config", "signbridge.toml", "conformance"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut answers = child.stdin.take().unwrap();
    let mut told = String::new();
    for line in BufReader::new(child.stderr.take().unwrap()).lines() {
        let line = line.unwrap();
        if let Some(wish) = line.strip_prefix("-> As ") {
            let (email, rest) = wish.split_once(':').unwrap();
            let id = rest.split_once("about envelope ").unwrap().1.split_once(',').unwrap().0;
            let reason =
                rest.split_once("decline for the reason `").and_then(|(_, rest)| rest.split('`').next());
            let action = if reason.is_some() { "decline" } else { "sign" };
            let body =
                serde_json::json!({"envelope": id, "recipient": email, "action": action, "reason": reason});
            let (status, _) = emulator.control("POST", "/_emulator/act", &body);
            writeln!(answers, "{}", if status == 200 { "" } else { "nothing is to be signed" }).unwrap();
        }
        told = told + &line + "\n";
    }
    let mut stdout = String::new();
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    (child.wait().unwrap().code().unwrap(), stdout, told)
}

#[test]
fn a_person_at_the_terminal_plays_the_recipients_and_the_run_is_recorded() {
    let emulator = Emulator::start();
    let arguments = ["docusign", "--signer", SIGNER, "--pause", "100ms", "--record", "seen"];
    let (code, stdout, told) = play(&emulator, &arguments);
    assert_eq!(code, 0, "{stdout}\n{told}");
    let tested = one_line(&stdout);
    assert_eq!(
        (&tested["good"], &tested["profile"], &tested["recording"]),
        (&true.into(), &"docusign".into(), &"seen".into())
    );
    assert!(told.starts_with("The contract suite will now send"), "{told}");
    assert!(told.contains("an emulator on this machine"), "{told}");
    // What ran on an emulator was not verified live, however good it was.
    assert!(!emulator.path("seen/verified.toml").exists() && tested["live"] == false, "{tested}");
    for entry in fs::read_dir(emulator.path("seen")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(!text.contains("Quimby") && !text.contains("private.example"), "{text}");
    }
    // What was recorded is not mixed with something else, and nothing is sent for it.
    let again = emulator.json(&[&["conformance"], &arguments[..]].concat());
    again.failure(1, "io");
}

#[test]
fn where_envelopes_bind_nothing_is_sent_without_saying_so() {
    let emulator = Emulator::start();
    emulator.write("key", "k3y");
    emulator.write(
        "binding.toml",
        "[profiles.adobe]\nprovider = \"adobe-sign\"\nintegration_key = { file = \"key\" }\n\
         [profiles.dropbox]\nprovider = \"dropbox-sign\"\napi_key = { file = \"key\" }\ntest_mode = false\n",
    );
    for (profile, why) in [("adobe", "no test environment"), ("dropbox", "test_mode is not true")] {
        let arguments = ["--json", "--config", "binding.toml", "conformance", profile, "--signer", SIGNER];
        let refused = crate::harness::run(emulator.folder.path(), &arguments).failure(5, "invalid_input");
        assert!(refused["message"].as_str().unwrap().contains(why), "{refused}");
        assert!(refused["remedy"].as_str().unwrap().contains("--live-and-binding"), "{refused}");
    }
}

#[test]
fn without_a_person_what_needs_one_fails_and_is_named() {
    let emulator = Emulator::start();
    let run = emulator.run(&["conformance", "docusign", "--signer", SIGNER, "--pause", "10ms"]);
    assert_eq!(run.code, 11, "{run:?}");
    assert!(run.stdout.contains("fault  a signed envelope is completed and downloaded"), "{run:?}");
    assert!(run.stderr.contains("standard input ended"), "{run:?}");
}
