//! Whether what a profile sends binds anybody. What is not known to be a test does.

use signbridge::Settings;

/// Where a profile sends to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Environment {
    /// An emulator on this machine: nothing binds, and nothing is verified live.
    Emulator,
    /// Nothing binds there, for this reason.
    Test(&'static str),
    /// It may bind, for this reason.
    Binding(&'static str),
}

impl Environment {
    pub(super) fn of(provider: &str, settings: &Settings) -> Self {
        let hosts = ["base_url", "auth_url"].map(|name| settings.url(name).ok().flatten());
        let hosts: Vec<_> = hosts.into_iter().flatten().collect();
        let is_here = |host: &str| matches!(host, "127.0.0.1" | "localhost" | "[::1]");
        if !hosts.is_empty() && hosts.iter().all(|url| url.host_str().is_some_and(is_here)) {
            return Self::Emulator;
        }
        // A host of the profile's own may be any environment, whatever the other keys say.
        if !hosts.is_empty() && provider != "adobe-sign" {
            return Self::Binding("it names a host of its own, of which nothing is known");
        }
        let text = |name| settings.text(name).ok().flatten();
        match provider {
            "docusign" => match text("environment").as_deref() {
                None | Some("demo") => Self::Test("the demo environment"),
                Some(_) => Self::Binding("its environment is not `demo`"),
            },
            "dropbox-sign" => match settings.flag("test_mode") {
                Ok(Some(true)) => Self::Test("test mode"),
                _ => Self::Binding("test_mode is not true"),
            },
            "esignglobal" => match text("data_center").as_deref() {
                None => Self::Test("the sandbox"),
                Some(center) if center.eq_ignore_ascii_case("sml") => Self::Test("the sandbox"),
                Some(_) => Self::Binding("its data center is not the sandbox"),
            },
            "adobe-sign" => {
                Self::Binding("Adobe Acrobat Sign has no test environment that a profile could tell")
            }
            _ => Self::Binding("nothing is known of this provider's environments"),
        }
    }

    pub(super) fn is_test(&self) -> bool {
        matches!(self, Self::Emulator | Self::Test(_))
    }

    pub(super) fn why(&self) -> &'static str {
        match self {
            Self::Emulator => "an emulator on this machine",
            Self::Test(why) | Self::Binding(why) => why,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, sync::Arc};

    use serde_json::{Value, json};

    use super::*;

    fn is_test(provider: &str, values: Value) -> bool {
        let values: BTreeMap<_, _> = values.as_object().unwrap().clone().into_iter().collect();
        Environment::of(provider, &Settings::new("x", values, ".", Arc::new(|_| None))).is_test()
    }

    #[test]
    fn only_what_is_known_to_be_a_test_is_one() {
        let here = json!({"base_url": "https://127.0.0.1:9", "auth_url": "http://localhost:9"});
        let half = json!({"base_url": "https://127.0.0.1:9", "auth_url": "https://account.docusign.com"});
        for provider in ["docusign", "adobe-sign", "dropbox-sign", "esignglobal", "inkpost"] {
            assert!(is_test(provider, here.clone()), "{provider}");
            assert!(!is_test(provider, half.clone()), "{provider}");
        }
        assert!(is_test("docusign", json!({})) && is_test("docusign", json!({"environment": "demo"})));
        assert!(!is_test("docusign", json!({"environment": "production"})));
        assert!(is_test("dropbox-sign", json!({"test_mode": true})));
        assert!(is_test("dropbox-sign", json!({"test_mode": "true"})));
        assert!(!is_test("dropbox-sign", json!({"test_mode": false})) && !is_test("dropbox-sign", json!({})));
        assert!(is_test("esignglobal", json!({})) && is_test("esignglobal", json!({"data_center": "SML"})));
        assert!(!is_test("esignglobal", json!({"data_center": "eu1"})));
        assert!(!is_test("adobe-sign", json!({})) && !is_test("inkpost", json!({})));
        assert!(!is_test("docusign", json!({"base_url": "https://demo.docusign.net.example"})));
    }
}
