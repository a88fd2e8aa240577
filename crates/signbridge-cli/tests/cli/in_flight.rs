//! What a sender does besides sending and voiding.

use serde_json::json;

use crate::harness::{ANN, BOB, Emulator};

#[test]
fn a_signer_is_corrected_and_a_copy_added() {
    let emulator = Emulator::start();
    let id = emulator.send(&["--signer", ANN]);
    let changed = emulator
        .json(&[
            "correct",
            &id,
            "--recipient",
            "ann@example.com",
            "--email",
            "ann.lee@example.com",
            "--add-cc",
            BOB,
        ])
        .result();
    let addresses: Vec<_> =
        changed["recipients"].as_array().unwrap().iter().map(|one| one["email"].as_str().unwrap()).collect();
    assert_eq!(addresses, ["ann.lee@example.com", "bob@example.com"], "{changed}");
    emulator.act(&id, "ann.lee@example.com", "sign", None);
    assert_eq!(emulator.json(&["get", &id]).result()["status"], "completed");

    emulator.json(&["correct", &id]).failure(5, "invalid_input");
    let nobody = ["correct", &id, "--recipient", "eve@example.com", "--name", "Eve"];
    assert_ne!(emulator.json(&nobody).code, 0);
}

#[test]
fn a_draft_is_deleted_and_a_sent_envelope_is_not() {
    let emulator = Emulator::start();
    let draft = emulator.send(&["--signer", ANN, "--draft"]);
    assert_eq!(emulator.json(&["delete-draft", &draft]).result(), json!({"id": draft, "deleted": true}));
    let sent = emulator.send(&["--signer", ANN]);
    emulator.json(&["delete-draft", &sent]).failure(6, "invalid_state");
    assert_eq!(emulator.json(&["get", &sent]).result()["status"], "in_progress");
}

#[test]
fn what_was_filled_in_is_read_and_what_has_ended_is_purged() {
    let emulator = Emulator::start();
    let id = emulator.send(&["--signer", ANN]);
    emulator.json(&["purge", &id]).failure(6, "invalid_state");
    emulator.act(&id, "ann@example.com", "sign", None);
    assert!(emulator.json(&["form-data", &id]).result().is_array());
    assert_eq!(emulator.json(&["purge", &id]).result()["purged"], true);
}

#[test]
fn templates_and_quota_of_an_account() {
    let emulator = Emulator::start();
    assert_eq!(emulator.json(&["templates"]).result(), json!({"items": [], "next": null}));
    emulator.json(&["templates", "00000000-0000-4000-8000-000000000000"]).failure(6, "not_found");
    let unknown = [
        "send",
        "--template",
        "00000000-0000-4000-8000-000000000000",
        "--role",
        "Tenant=Ann Lee <ann@example.com>",
    ];
    assert_ne!(emulator.json(&unknown).code, 0);
    let quota = emulator.json(&["quota"]).result();
    assert!(quota["plan"].is_string() || quota["sent"].is_number(), "{quota}");
    emulator.json(&["--profile", "esignglobal", "quota"]).failure(5, "unsupported");
}

#[test]
fn a_plan_is_answered_with_its_sources_and_written_as_a_page() {
    let emulator = Emulator::start();
    let arguments =
        ["plan", "--seats", "3", "--envelopes", "40", "--jurisdiction", "US", "--html", "plan.html"];
    let run = emulator.run(&[&["--json"], &arguments[..]].concat());
    let answer = crate::harness::one_line(&run.stdout);
    assert!(answer["conclusion"].as_str().unwrap().ends_with('.'), "{run:?}");
    assert_eq!(answer["plan"]["scenario"]["seats"], 3);
    let page = std::fs::read_to_string(emulator.path("plan.html")).unwrap();
    assert!(page.contains(answer["conclusion"].as_str().unwrap()));
    emulator.json(&["plan", "--jurisdiction", "XX"]).failure(5, "invalid_input");
    emulator.json(&["plan", "--check-data", "--max-age-days", "1"]).failure(6, "stale");
    let check = emulator.json(&["plan", "--check-data", "--max-age-days", "36500"]).result();
    assert_eq!(check["stale"], json!([]));
}

#[test]
fn one_recipient_is_reminded_and_the_senders_pages_are_printed() {
    let emulator = Emulator::start();
    let id = emulator.send(&["--signer", ANN]);
    let reminded = emulator.json(&["remind", &id, "--recipient", "ann@example.com"]).result();
    assert_eq!(reminded, json!({"id": id, "reminded": true}));
    emulator.json(&["remind", &id, "--recipient", "eve@example.com"]).failure(5, "invalid_input");
    let back = ["--return-url", "https://app.example/done"];
    let sender = emulator.json(&["sender-url", &id, back[0], back[1]]).result();
    assert!(
        sender["url"].as_str().unwrap().contains("/Signing/") && sender["expires_at"].is_string(),
        "{sender}"
    );
    let console = emulator.json(&["console-url", &id, back[0], back[1]]).result();
    assert_eq!((&console["id"], &console["expires_at"]), (&json!(id), &json!(null)));
    let begins = emulator.json(&["console-url", back[0], back[1]]).result();
    assert!(begins["id"].is_null() && begins["url"].as_str().unwrap().contains("/Signing/"), "{begins}");
}
