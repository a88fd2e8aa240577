//! No secret and no signing link is printed or traced, however talkative the program is asked to be.

use std::fs;

use crate::harness::{BOB, Emulator};

#[test]
fn traces_hold_no_key_no_code_and_no_link() {
    let emulator = Emulator::start();
    let code = "SENTINEL-4711";
    emulator.write(
        "lease.toml",
        &format!(
            "subject = \"Lease\"\nfree_placement = true\nreturn_url = \"https://example.com/SENTINEL-4712\"\n\
             [[documents]]\npath = \"lease.pdf\"\n[[recipients]]\nname = \"Ann\"\nemail = \"ann@example.com\"\ndelivery = \"embedded\"\n\
             authentication = {{ access_code = \"{code}\" }}\n"
        ),
    );
    let sent = emulator.run(&["-vvv", "send", "--envelope", "lease.toml", "--signer", BOB]);
    assert_eq!(sent.code, 0, "{sent:?}");
    assert!(!sent.stderr.is_empty(), "with -vvv something is told");
    let id = sent.stdout.split_whitespace().find(|word| word.starts_with("docusign:")).unwrap().to_owned();
    let link = emulator.run(&["-vvv", "sign-url", &id, "--signer", "ann@example.com"]);
    assert_eq!(link.code, 0, "{link:?}");
    let failed = emulator.run(&["-vvv", "get", "docusign:00000000-0000-4000-8000-000000000000"]);
    assert_eq!(failed.code, 6, "{failed:?}");

    let key =
        fs::read_to_string(emulator.ready["providers"]["docusign"]["private_key_file"].as_str().unwrap())
            .unwrap();
    let told = [&*sent.stdout, &sent.stderr, &link.stderr, &failed.stdout, &failed.stderr].concat();
    for secret in [code, "SENTINEL-4712", link.stdout.trim(), "Bearer", "eyJ", key.lines().nth(1).unwrap()] {
        assert!(!told.contains(secret), "{secret} in\n{told}");
    }
    for person in ["ann@example.com", "bob@example.com"] {
        assert!(!link.stderr.contains(person) && !failed.stderr.contains(person), "{told}");
    }
}
