//! The little of PEM and DER that keys need: PKCS#1 out of PKCS#8, and public keys in.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub(crate) fn encode(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = format!("-----BEGIN {label}-----\n");
    for line in text.as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem.push_str(&format!("-----END {label}-----\n"));
    pem
}

/// The DER of the first block whose label is one of `labels`.
pub(crate) fn decode(pem: &str, labels: &[&str]) -> Option<Vec<u8>> {
    labels.iter().find_map(|label| {
        let (_, rest) = pem.split_once(&format!("-----BEGIN {label}-----"))?;
        let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
        let text: String = body.chars().filter(|c| !c.is_whitespace()).collect();
        STANDARD.decode(text).ok()
    })
}

/// The `RSAPrivateKey` inside a PKCS#8 `PrivateKeyInfo`: version, algorithm, then the key as octets.
pub(crate) fn pkcs1_of_pkcs8(pkcs8: &[u8]) -> Option<Vec<u8>> {
    let (0x30, mut inside, _) = element(pkcs8)? else { return None };
    for expected in [0x02, 0x30] {
        let (tag, _, rest) = element(inside)?;
        if tag != expected {
            return None;
        }
        inside = rest;
    }
    let (0x04, key, _) = element(inside)? else { return None };
    Some(key.to_vec())
}

/// One DER element: tag, contents, what follows.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = if *first < 0x80 {
        (usize::from(*first), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(*first & 0x7f))?;
        if digits.len() > 4 {
            return None;
        }
        (digits.iter().fold(0_usize, |sum, digit| (sum << 8) | usize::from(*digit)), rest)
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    Some((*tag, contents, rest))
}
