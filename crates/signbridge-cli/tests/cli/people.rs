//! What people read, as snapshots; ids, times and ports are made equal first.

use insta::assert_snapshot;

use crate::harness::{ANN, BOB, Emulator, Run};

/// Ids, times and ports differ from run to run and keep their width, so that columns stay in place.
fn settings(emulator: &Emulator) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "00000000-0000-0000-0000-000000000000",
    );
    settings.add_filter(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2026-01-02T03:04:05Z");
    settings.add_filter(r"127\.0\.0\.1:\d+", "[host]");
    settings.add_filter(r"SHA-256 [0-9a-f]{64}", "SHA-256 [digest]");
    settings.add_filter(r"\(\d+ bytes\)", "([n] bytes)");
    let folder = std::path::Path::new(emulator.ready["ca_file"].as_str().unwrap()).parent().unwrap();
    settings.add_filter(&folder.display().to_string(), "[folder]");
    settings
}

fn shown(run: &Run) -> String {
    format!("exit code {}\n--- standard output\n{}--- standard error\n{}", run.code, run.stdout, run.stderr)
}

#[test]
fn an_envelope_on_its_way() {
    let emulator = Emulator::start();
    settings(&emulator).bind(|| {
        let arguments =
            ["send", "lease.pdf", "--signer", ANN, "--signer", BOB, "--idempotency-key", "lease-1"];
        assert_snapshot!("send", shown(&emulator.run(&arguments)));
        let id = emulator.send(&arguments[2..]);
        assert_snapshot!("get", shown(&emulator.run(&["get", &id])));
        assert_snapshot!("wait_timeout", shown(&emulator.run(&["wait", &id, "--timeout", "300ms"])));
        assert_snapshot!("remind", shown(&emulator.run(&["remind", &id])));
        emulator.act(&id, "ann@example.com", "sign", None);
        emulator.act(&id, "bob@example.com", "decline", Some("too expensive"));
        assert_snapshot!("get_declined", shown(&emulator.run(&["get", &id])));
        assert_snapshot!("wait_ended_otherwise", shown(&emulator.run(&["wait", &id])));
    });
}

#[test]
fn an_envelope_that_ends() {
    let emulator = Emulator::start();
    settings(&emulator).bind(|| {
        assert_snapshot!("list_empty", shown(&emulator.run(&["list"])));
        let id = emulator.send(&["--signer", ANN, "--subject", "Lease"]);
        emulator.act(&id, "ann@example.com", "sign", None);
        assert_snapshot!("wait", shown(&emulator.run(&["wait", &id])));
        assert_snapshot!("list", shown(&emulator.run(&["list", "--status", "completed"])));
        assert_snapshot!("download", shown(&emulator.run(&["download", &id, "-o", "signed.pdf"])));
        assert_snapshot!("void_refused", shown(&emulator.run(&["void", &id, "--reason", "a mistake"])));
        let id = emulator.send(&["--signer", ANN]);
        assert_snapshot!("void", shown(&emulator.run(&["void", &id, "--reason", "a mistake"])));
    });
}

#[test]
fn what_is_looked_at_before() {
    let emulator = Emulator::start();
    settings(&emulator).bind(|| {
        assert_snapshot!("doctor", shown(&emulator.run(&["doctor"])));
        assert_snapshot!("check", shown(&emulator.run(&["check", "lease.pdf", "--signer", ANN])));
        let arguments = [
            "check",
            "lease.pdf",
            "--signer",
            ANN,
            "--sign-at",
            "3,10,10",
            "--return-url",
            "https://example.com",
        ];
        assert_snapshot!("check_refused", shown(&emulator.run(&arguments)));
        let user = &emulator.ready["providers"]["docusign"]["user_id"];
        emulator.control("DELETE", "/_emulator/docusign/consent", &serde_json::json!({ "user": user }));
        assert_snapshot!("doctor_fault", shown(&emulator.run(&["doctor"])));
        assert_snapshot!("consent_required", shown(&emulator.run(&["list"])));
    });
}

#[test]
fn what_goes_wrong() {
    let emulator = Emulator::start();
    settings(&emulator).bind(|| {
        let nobody = "docusign:00000000-0000-4000-8000-000000000000";
        assert_snapshot!("not_found", shown(&emulator.run(&["get", nobody])));
        assert_snapshot!("invalid_draft", shown(&emulator.run(&["send", "lease", "--signer", "Ann <ann>"])));
        emulator.write("signbridge.toml", "default = \"wrok\"\n[profiles.work]\nprovider = \"docusing\"\n[profiles.b]\nprovider = \"docusign\"\nintegrationkey = \"x\"\n");
        assert_snapshot!("invalid_configuration", shown(&emulator.run(&["list"])));
    });
}
