//! Which hosts may see credentials: an access point also arrives in a browser's redirect, where anybody can write it.

use url::{Host, Url};

/// The domains on which Adobe serves Acrobat Sign: commercial in both names, government, sandbox, preview and stage.
const DOMAINS: [&str; 6] = [
    "adobesign.com",
    "echosign.com",
    "adobesign.us",
    "adobesignsandbox.com",
    "adobesignpreview.com",
    "echosignstage.com",
];

/// Where an account's host is asked for when the profile names none.
pub(crate) const DISCOVERY: &str = "https://api.adobesign.com/";

/// Whether the host is Adobe's and reached encrypted.
pub(crate) fn is_adobes(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    let own =
        |domain: &str| host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    url.scheme() == "https"
        && url.username().is_empty()
        && url.password().is_none()
        && DOMAINS.into_iter().any(own)
}

/// Whether the host is this machine, where an emulator runs.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether an answered access point may be used. Beyond Adobe's domains only the configured host itself is good, and
/// loopback where loopback was configured.
pub(crate) fn accepts(answered: &Url, configured: Option<&Url>) -> bool {
    is_adobes(answered)
        || configured.is_some_and(|configured| {
            configured.origin() == answered.origin() || (is_loopback(configured) && is_loopback(answered))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_adobes_hosts_are_adobes() {
        for (text, good) in [
            ("https://api.na1.adobesign.com/", true),
            ("https://api.eu2.echosign.com/", true),
            ("https://secure.na1.adobesign.us/", true),
            ("https://api.adobesignsandbox.com/", true),
            ("https://API.NA1.ADOBESIGN.COM", true),
            ("http://api.na1.adobesign.com/", false),
            ("https://api.na1.adobesign.com.evil.example/", false),
            ("https://evil-adobesign.com/", false),
            ("https://adobesign.com@evil.example/", false),
            ("https://user@api.na1.adobesign.com/", false),
            ("https://127.0.0.1/", false),
        ] {
            assert_eq!(is_adobes(&Url::parse(text).unwrap()), good, "{text}");
        }
    }

    #[test]
    fn loopback_is_accepted_only_where_it_was_configured() {
        let url = |text: &str| Url::parse(text).unwrap();
        let emulator = url("http://127.0.0.1:4000/");
        assert!(accepts(&url("http://127.0.0.1:4001/"), Some(&emulator)));
        assert!(!accepts(&url("http://127.0.0.1:4001/"), None));
        assert!(!accepts(&url("http://127.0.0.1:4001/"), Some(&url("https://api.na1.adobesign.com"))));
        let proxy = url("https://sign.example");
        assert!(accepts(&url("https://sign.example/"), Some(&proxy)));
        assert!(!accepts(&url("https://other.example/"), Some(&proxy)));
    }
}
