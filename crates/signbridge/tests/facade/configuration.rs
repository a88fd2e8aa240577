//! Profiles against their provider's keys, and the environment over them.

use signbridge::{Config, ErrorKind, Signbridge};

use crate::fake::{config, registry};

fn faults(text: &str) -> Vec<String> {
    let error = Signbridge::new(config(text), registry()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidConfiguration);
    error.faults().iter().map(ToString::to_string).collect()
}

#[test]
fn every_fault_of_every_profile_is_named_at_once() {
    let faults = faults(
        r#"
        default = "b"
        [profiles.a]
        provider = "fake"
        acount = "x"
        base_url = "http://api.example.com"
        read_timeout = "60"
        [profiles.c]
        provider = "fakee"
        [profiles.d]
        account = "x"
        [profiles.e]
        provider = "fake"
        account = "x"
        secret = "s3cret"
        connect_timeout = 10
        "#,
    );
    let expected = [
        "profiles.a.acount: unknown key, did you mean `account`?",
        "profiles.a.account: is missing: the account",
        "profiles.a.read_timeout: `60` is no duration above zero",
        "profiles.a.base_url: must be an https address; http is allowed on loopback only",
        "profiles.c.provider: unknown provider `fakee`, did you mean `fake`?",
        "profiles.d.provider: is missing",
        "profiles.e.connect_timeout: must be text",
        "profiles.e.secret: a secret is given by reference",
        "default: there is no profile `b`",
    ];
    assert_eq!(faults.len(), expected.len(), "{faults:#?}");
    for (fault, expected) in faults.iter().zip(expected) {
        assert!(fault.starts_with(expected), "{fault}\nis not\n{expected}");
        assert!(!fault.contains("s3cret"), "{fault}");
    }
}

#[test]
fn an_alias_leads_to_one_profile() {
    let both = |first: &str, second: &str| {
        format!(
            "[profiles.a]\nprovider = \"fake\"\naccount = \"x\"\naliases = [{first}]\n\
             [profiles.b]\nprovider = \"fake\"\naccount = \"x\"\naliases = [{second}]\n"
        )
    };
    assert_eq!(faults(&both("\"b\"", "")), ["profiles.a.aliases: `b` is taken by the profile `b`"]);
    assert_eq!(faults(&both("\"c\"", "\"c\"")), ["profiles.b.aliases: `c` is taken by the profile `a`"]);
    assert!(faults(&both("\"C\"", ""))[0].contains("`C` is no profile name"));
    assert!(Signbridge::new(config(&both("\"c\"", "\"d\"")), registry()).is_ok());
}

#[tokio::test]
async fn the_environment_is_laid_over_the_file() {
    let text = "[profiles.my-work]\nprovider = \"fake\"\naccount = \"file\"\n";
    let over = |variables: &[(&str, &str)]| {
        let variables = variables.iter().map(|(name, text)| (name.to_string(), text.to_string()));
        Signbridge::new(Config::parse(text, ".").unwrap().with_environment(variables)?, registry())
    };
    let bridge = over(&[
        ("SIGNBRIDGE_PROFILES_MY_WORK_ACCOUNT", "environment"),
        ("SIGNBRIDGE_PROFILES_MY_WORK_SECRET_ENV", "KEY"),
        ("SIGNBRIDGE_PROFILES_OTHER_PROVIDER", "fake"),
        ("SIGNBRIDGE_PROFILES_OTHER_ACCOUNT", "made"),
        ("SIGNBRIDGE_DEFAULT", "other"),
        ("KEY", "s3cret"),
    ])
    .unwrap();
    assert_eq!(bridge.default_profile().unwrap(), "other");
    let subject = |name: &'static str| {
        let provider = bridge.provider(Some(name)).unwrap();
        async move { provider.get("1").await.unwrap().subject }
    };
    assert_eq!(subject("my-work").await, "environment with 1 secrets");
    assert_eq!(subject("other").await, "made with 0 secrets");

    let error = over(&[("SIGNBRIDGE_PROFILES_MY_WORK_SECRET", "s3cret")]).unwrap_err().to_string();
    assert!(
        error.contains("SIGNBRIDGE_PROFILES_MY_WORK_SECRET_FILE") && !error.contains("s3cret"),
        "{error}"
    );
    let error = over(&[("SIGNBRIDGE_PROFILES_MY_WORK_ACOUNT", "x")]).unwrap_err().to_string();
    assert!(
        error.contains("SIGNBRIDGE_PROFILES_MY_WORK_ACOUNT: unknown key `acount`, did you mean `account`?"),
        "{error}"
    );
    let error = over(&[("SIGNBRIDGE_PROFILES_YOUR_WORK_ACCOUNT", "x")]).unwrap_err().to_string();
    assert!(error.contains("names no profile; known are SIGNBRIDGE_PROFILES_MY_WORK_<KEY>"), "{error}");
}

#[test]
fn a_file_that_is_missing_or_wrong_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("signbridge.toml");
    let error = Config::load(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidConfiguration);
    assert!(error.to_string().contains("signbridge.toml cannot be read"), "{error}");
    std::fs::write(&path, "profile = 1\n").unwrap();
    let error = Config::load(&path).unwrap_err().to_string();
    assert!(
        error.contains("profile: unknown key, did you mean `profiles`?") && error.contains("correct "),
        "{error}"
    );
}

#[test]
fn a_certificate_file_that_is_missing_is_said_when_it_is_needed() {
    let text = "[profiles.a]\nprovider = \"fake\"\naccount = \"x\"\nca_file = \"missing.pem\"\n";
    let bridge = Signbridge::new(config(text), registry()).unwrap();
    let error = bridge.provider(None).unwrap_err();
    assert!(error.to_string().contains("missing.pem cannot be read"), "{error}");
}
