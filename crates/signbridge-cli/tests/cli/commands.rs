//! Each command for programs: its JSON, its failures and their exit codes.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{ANN, BOB, Emulator};

/// An id of the right shape that nobody has.
const NOBODY: &str = "docusign:00000000-0000-4000-8000-000000000000";

#[test]
fn send_prints_the_envelope_with_reference_and_status() {
    let emulator = Emulator::start();
    let sent =
        emulator.json(&["send", "lease.pdf", "--signer", ANN, "--cc", BOB, "--subject", "Lease"]).result();
    assert!(sent["id"].as_str().unwrap().starts_with("docusign:"), "{sent}");
    assert_eq!((&sent["status"], &sent["provider"]), (&"in_progress".into(), &"docusign".into()));
    let got = emulator.json(&["get", sent["id"].as_str().unwrap()]).result();
    assert_eq!(got["subject"], "Lease");
    let people: Vec<_> =
        got["recipients"].as_array().unwrap().iter().map(|one| (&one["email"], &one["order"])).collect();
    assert_eq!(people, [(&json!("ann@example.com"), &json!(1)), (&json!("bob@example.com"), &json!(2))]);

    let draft =
        emulator.json(&["--profile", "docusign", "send", "lease.pdf", "--signer", ANN, "--draft"]).result();
    assert_eq!(draft["status"], "draft");
}

#[test]
fn send_takes_an_envelope_file() {
    let emulator = Emulator::start();
    emulator.write(
        "lease.toml",
        "subject = \"From a file\"\n[[documents]]\npath = \"lease.pdf\"\n[[recipients]]\nname = \"Ann\"\nemail = \"ann@example.com\"\n\
         [[recipients.fields]]\nkind = \"signature\"\nplacement.at = { page = 1, x = 72, y = 640 }\n",
    );
    let sent = emulator.json(&["send", "--envelope", "lease.toml", "--message", "Hello"]).result();
    let got = emulator.json(&["get", sent["id"].as_str().unwrap()]).result();
    assert_eq!((&got["subject"], &got["status"]), (&"From a file".into(), &"in_progress".into()));

    emulator.write("wrong.toml", "subjet = \"x\"\n");
    let error = emulator.json(&["send", "--envelope", "wrong.toml"]).failure(5, "invalid_draft");
    assert!(error["message"].as_str().unwrap().contains("did you mean `subject`?"), "{error}");
}

#[test]
fn send_refuses_what_cannot_be_sent_before_anything_is_requested() {
    let emulator = Emulator::start();
    let error = emulator.json(&["send", "lease.pdf", "--signer", "Ann <ann>"]).failure(5, "invalid_draft");
    assert_eq!(error["faults"][0]["path"], "recipients[0].email");
    emulator.json(&["send", "missing.pdf", "--signer", ANN]).failure(1, "io");
    let error = emulator
        .json(&["send", "lease.pdf", "--signer", ANN, "--sign-at", "2,10,10"])
        .failure(5, "unsupported");
    assert_eq!(error["faults"][0]["path"], "recipients[0].fields[0].placement.at.page");
    let (_, journal) = emulator.control("GET", "/_emulator/journal", &Value::Null);
    assert_eq!(journal["entries"], json!([]));
}

#[test]
fn a_key_gives_one_envelope_and_belongs_to_one_draft() {
    let emulator = Emulator::start();
    let arguments = ["--signer", ANN, "--idempotency-key", "lease-1"];
    assert_eq!(emulator.send(&arguments), emulator.send(&arguments));
    assert_eq!(emulator.json(&["list"]).result()["items"].as_array().unwrap().len(), 1);
    let other = emulator.json(&["send", "lease.pdf", "--signer", BOB, "--idempotency-key", "lease-1"]);
    assert_eq!(other.failure(9, "key_conflict")["idempotency_key"], "lease-1");
}

#[test]
fn a_failure_names_the_random_key_with_which_it_is_settled() {
    let emulator = Emulator::start();
    let fault =
        json!({"method": "POST", "path": "/envelopes", "times": 99, "kind": "throttle", "rule": "hourly"});
    let (status, answer) = emulator.control("POST", "/_emulator/faults", &fault);
    assert_eq!(status, 200, "{answer}");
    let error = emulator.json(&["send", "lease.pdf", "--signer", ANN]).failure(7, "rate_limited");
    let key = error["idempotency_key"].as_str().unwrap();
    emulator.control("DELETE", "/_emulator/faults", &Value::Null);
    let first = emulator.send(&["--signer", ANN, "--idempotency-key", key]);
    assert_eq!(first, emulator.send(&["--signer", ANN, "--idempotency-key", key]));
}

#[test]
fn get_reads_by_reference_and_by_the_providers_own_id() {
    let emulator = Emulator::start();
    let id = emulator.send(&["--signer", ANN]);
    let native = id.strip_prefix("docusign:").unwrap();
    for form in [id.as_str(), native] {
        assert_eq!(emulator.json(&["get", form]).result()["id"], *id);
    }
    let error = emulator.json(&["get", NOBODY]).failure(6, "not_found");
    assert_eq!((&error["provider"], &error["operation"]), (&"docusign".into(), &"envelopes.get".into()));
    let error = emulator.json(&["get", "other:1"]).failure(3, "invalid_configuration");
    assert!(error["message"].as_str().unwrap().contains("there is no profile `other`"), "{error}");
    emulator.json(&["get", "docusign:"]).failure(5, "invalid_input");
}

/// Dropbox Sign numbers its pages and cannot look for a status.
#[test]
fn a_status_that_is_rare_is_looked_for_over_all_pages_and_nothing_is_shown_twice() {
    let emulator = Emulator::start();
    let on = ["--profile", "dropbox-sign"];
    let ids: Vec<_> = (0..6).map(|_| emulator.send(&[&["--signer", ANN][..], &on].concat())).collect();
    let (status, answer) = emulator.control("POST", "/_emulator/clock", &json!({"advance_seconds": 60}));
    assert_eq!(status, 200, "{answer}");
    // The newest come first: three to a page, nobody declined one of the first three but the last of them.
    let mut declined = Vec::new();
    for id in [&ids[3], &ids[1], &ids[0]] {
        emulator.act(
            id.split_once(':').map_or(id.as_str(), |(_, native)| native),
            "ann@example.com",
            "decline",
            Some("no"),
        );
        declined.push(id.clone());
    }
    emulator.control("POST", "/_emulator/clock", &json!({"advance_seconds": 60}));
    for (limit, expected) in [("3", &declined[..]), ("1", &declined[..1]), ("2", &declined[..])] {
        let arguments = [&["list", "--status", "declined", "--limit", limit][..], &on].concat();
        let found = emulator.json(&arguments).result();
        let found: Vec<_> = found["items"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
        assert_eq!(found, expected, "--limit {limit}");
    }
}

#[test]
fn list_filters_and_pages() {
    let emulator = Emulator::start();
    let ids: Vec<_> = (0..3).map(|_| emulator.send(&["--signer", ANN])).collect();
    emulator.json(&["void", &ids[0], "--reason", "a mistake"]).result();
    let of = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    let all = emulator.json(&["list"]).result();
    assert_eq!((of(&all).len(), &all["next"]), (3, &Value::Null));
    assert_eq!(of(&emulator.json(&["list", "--status", "voided"]).result()), [ids[0].clone()]);
    assert!(of(&emulator.json(&["list", "--from", "2999-01-01"]).result()).is_empty());

    let first = emulator.json(&["list", "--limit", "2"]).result();
    let second =
        emulator.json(&["list", "--limit", "2", "--cursor", first["next"].as_str().unwrap()]).result();
    let mut paged = [of(&first), of(&second)].concat();
    assert_eq!((of(&first).len(), &second["next"]), (2, &Value::Null));
    let mut sent = ids;
    paged.sort();
    sent.sort();
    assert_eq!(paged, sent);

    emulator.json(&["list", "--cursor", "nonsense"]).failure(5, "invalid_input");
    let error = emulator.json(&["list", "--status", "complete"]).failure(2, "usage");
    assert!(error["message"].as_str().unwrap().contains("did you mean `completed`?"), "{error}");
}

#[test]
fn wait_ends_with_the_envelope_or_says_why_not() {
    let emulator = Emulator::start();
    let id = emulator.send(&["--signer", ANN]);
    let error =
        emulator.json(&["wait", &id, "--until", "completed", "--timeout", "500ms"]).failure(10, "timeout");
    assert_eq!((&error["operation"], &error["provider"]), (&"wait".into(), &"docusign".into()));
    emulator.act(&id, "ann@example.com", "sign", None);
    let done = emulator.json(&["wait", &id, "--timeout", "60s"]).result();
    assert_eq!((&done["id"], &done["status"]), (&json!(id), &"completed".into()));

    let declined = emulator.send(&["--signer", ANN]);
    emulator.act(&declined, "ann@example.com", "decline", Some("too expensive"));
    let error = emulator.json(&["wait", &declined]).failure(10, "invalid_state");
    assert!(error["message"].as_str().unwrap().contains("declined"), "{error}");
    for until in ["ended", "declined"] {
        assert_eq!(emulator.json(&["wait", &declined, "--until", until]).result()["status"], "declined");
    }
    emulator.json(&["wait", NOBODY]).failure(6, "not_found");
    emulator.json(&["wait", &id, "--until", "done"]).failure(2, "usage");
}

#[test]
fn void_stops_an_envelope_once() {
    let emulator = Emulator::start();
    let id = emulator.send(&["--signer", ANN]);
    let voided = emulator.json(&["void", &id, "--reason", "a mistake"]).result();
    assert_eq!(voided, json!({"id": id, "voided": "done"}));
    let got = emulator.json(&["get", &id]).result();
    assert_eq!((&got["status"], &got["state"]["reason"]), (&"voided".into(), &"a mistake".into()));
    emulator.json(&["void", &id, "--reason", "again"]).failure(6, "invalid_state");
    emulator.json(&["void", &id]).failure(2, "usage");
    emulator.json(&["void", &id, "--reason", ""]).failure(5, "invalid_input");
}

#[test]
fn remind_mails_again_as_long_as_somebody_can_act() {
    let emulator = Emulator::start();
    let id = emulator.send(&["--signer", ANN]);
    assert_eq!(emulator.json(&["remind", &id]).result(), json!({"id": id, "reminded": true}));
    emulator.act(&id, "ann@example.com", "sign", None);
    emulator.json(&["remind", &id]).failure(6, "invalid_state");
}

#[test]
fn sign_url_gives_a_link_that_answers_to_the_signer_whose_turn_it_is() {
    let emulator = Emulator::start();
    let back = "https://example.com/back";
    let id = emulator.send(&["--signer", ANN, "--signer", BOB, "--embedded", "--return-url", back]);
    let link = emulator.json(&["sign-url", &id, "--signer", "ann@example.com"]).result();
    assert_eq!(link["id"], *id);
    assert!(link["url"].as_str().unwrap().starts_with("http"), "{link}");
    let shown = emulator.run(&["sign-url", &id, "--signer", "ann@example.com", "--return-url", back]);
    assert!(
        shown.code == 0 && shown.stdout.starts_with("http") && shown.stdout.lines().count() == 1,
        "{shown:?}"
    );

    emulator.json(&["sign-url", &id, "--signer", "bob@example.com"]).failure(7, "not_ready");
    emulator.json(&["sign-url", &id, "--signer", "carl@example.com"]).failure(5, "invalid_input");
    let mailed = emulator.send(&["--signer", ANN]);
    emulator
        .json(&["sign-url", &mailed, "--signer", "ann@example.com", "--return-url", back])
        .failure(5, "invalid_input");
}

#[test]
fn download_writes_what_was_asked_for() {
    let emulator = Emulator::start();
    let id = emulator.send(&["--signer", ANN, "--sign-at", "1,72,640"]);
    emulator.act(&id, "ann@example.com", "sign", None);
    for (what, begins) in [("combined", "%PDF-"), ("certificate", "%PDF-"), ("archive", "PK"), ("1", "%PDF-")]
    {
        let saved = emulator.json(&["download", &id, "--what", what, "-o", "out.bin"]).result();
        let bytes = fs::read(emulator.path("out.bin")).unwrap();
        assert!(bytes.starts_with(begins.as_bytes()), "{what}");
        assert_eq!(saved["bytes"], bytes.len(), "{what}");
        assert_eq!((&saved["path"], saved["sha256"].as_str().unwrap().len()), (&"out.bin".into(), 64));
    }
    let before = fs::read(emulator.path("out.bin")).unwrap();
    emulator.json(&["download", &id, "--what", "77", "-o", "out.bin"]).failure(6, "not_found");
    emulator.json(&["download", NOBODY, "-o", "out.bin"]).failure(6, "not_found");
    assert_eq!(fs::read(emulator.path("out.bin")).unwrap(), before);
    emulator.json(&["download", &id, "-o", "no/such/folder.pdf"]).failure(1, "io");
    emulator.json(&["download", &id]).failure(2, "usage");
}

#[test]
fn check_says_everything_at_once_and_sends_nothing() {
    let emulator = Emulator::start();
    let good = emulator.json(&["check", "lease.pdf", "--signer", ANN]).result();
    assert_eq!((&good["profile"], &good["sendable"]), (&"docusign".into(), &true.into()));
    let long = "x".repeat(101);
    let refused =
        emulator.json(&["check", "lease.pdf", "--signer", ANN, "--subject", &long, "--sign-at", "1,900,10"]);
    let error = refused.failure(5, "unsupported");
    assert_eq!((&error["provider"], &error["operation"]), (&"docusign".into(), &"check".into()));
    let report: Value = serde_json::from_str(&refused.stdout).unwrap();
    assert_eq!(report["sendable"], false);
    let paths: Vec<_> =
        report["findings"].as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["subject", "recipients[0].fields[0].placement.at"]);

    emulator.write(
        "lease.json",
        &json!({"subject": "Lease", "documents": [{"path": "lease.pdf"}], "free_placement": true,
        "recipients": [{"name": "Ann", "email": "ann@example.com"}]})
        .to_string(),
    );
    let all = emulator.json(&["check", "--all", "lease.json"]).result();
    let all = all.as_array().unwrap();
    assert!(all.len() == 4 && all.iter().all(|report| report["sendable"] == true), "{all:?}");
    let (_, journal) = emulator.control("GET", "/_emulator/journal", &Value::Null);
    assert_eq!(journal["entries"], json!([]));
}

#[test]
fn doctor_names_what_is_wrong() {
    let emulator = Emulator::start();
    let good = emulator.json(&["doctor"]).result();
    assert_eq!(
        (&good["profile"], &good["provider"], &good["good"]),
        (&"docusign".into(), &"docusign".into(), &true.into())
    );
    assert!(good["steps"].as_array().unwrap().iter().all(|step| step["outcome"] == "good"), "{good}");

    let user = &emulator.ready["providers"]["docusign"]["user_id"];
    let (status, answer) = emulator.control("DELETE", "/_emulator/docusign/consent", &json!({"user": user}));
    assert_eq!(status, 200, "{answer}");
    let run = emulator.json(&["doctor"]);
    let error = run.failure(11, "invalid_configuration");
    assert_eq!(error["operation"], "doctor");
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["good"], false);
    assert!(
        report["steps"]
            .as_array()
            .unwrap()
            .iter()
            .any(|step| step["outcome"] == "fault" && step["remedy"].is_string())
    );

    let error = emulator.json(&["list"]).failure(4, "consent_required");
    assert!(error["consent_url"].as_str().unwrap().contains("/oauth/auth?"), "{error}");
}

#[test]
fn a_provider_that_cannot_be_reached_is_a_failure_of_the_network() {
    let mut emulator = Emulator::start();
    let key =
        fs::read(emulator.ready["providers"]["docusign"]["private_key_file"].as_str().unwrap()).unwrap();
    let ca = fs::read(emulator.ready["ca_file"].as_str().unwrap()).unwrap();
    emulator.end("TERM");
    fs::write(emulator.path("key.pem"), key).unwrap();
    fs::write(emulator.path("ca.pem"), ca).unwrap();
    let mut config: toml::Table =
        fs::read_to_string(emulator.path("signbridge.toml")).unwrap().parse().unwrap();
    let profile = config["profiles"]["docusign"].as_table_mut().unwrap();
    profile.insert("ca_file".into(), "ca.pem".into());
    profile
        .insert("private_key".into(), toml::Table::from_iter([("file".to_owned(), "key.pem".into())]).into());
    emulator.write("signbridge.toml", &config.to_string());
    let error = emulator.json(&["get", NOBODY]).failure(8, "transport");
    assert_eq!((&error["provider"], &error["reach"]), (&"docusign".into(), &"no".into()));
}
