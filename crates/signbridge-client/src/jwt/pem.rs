//! Private keys as people paste them.

use jsonwebtoken::EncodingKey;
use secrecy::{
    ExposeSecret, SecretString,
    zeroize::{Zeroize, Zeroizing},
};
use signbridge_core::{Error, ErrorKind, Result};

const MINIMUM_BITS: usize = 2048;
const GIVE: &str = "give the RSA private key of the key pair, shown once when the pair was made";

pub(super) fn fault(what: &str, remedy: &str) -> Error {
    Error::new(ErrorKind::InvalidConfiguration, what).with_remedy(remedy)
}

/// The RSA key in a PEM text, whatever happened to its line breaks.
pub(super) fn rsa_key(text: &SecretString) -> Result<EncodingKey> {
    let text = Zeroizing::new(text.expose_secret().replace("\\r", "\r").replace("\\n", "\n"));
    let blocks: Vec<Block<'_>> = blocks(&text);
    let private = blocks.iter().find(|block| block.label.ends_with("PRIVATE KEY")).or(blocks.first());
    let Some(block) = private else {
        return Err(fault("the private key is not in PEM form (-----BEGIN … PRIVATE KEY-----)", GIVE));
    };
    match block.label {
        _ if block.label == "ENCRYPTED PRIVATE KEY" || block.body.contains("Proc-Type") => Err(fault(
            "the private key is encrypted",
            "decrypt it first: openssl pkey -in KEY.pem -out PLAIN.pem",
        )),
        "RSA PRIVATE KEY" | "PRIVATE KEY" => read(block),
        "EC PRIVATE KEY" => Err(fault("the private key is an elliptic curve key, not RSA", GIVE)),
        "OPENSSH PRIVATE KEY" => {
            Err(fault("the private key is in OpenSSH form", "convert it: ssh-keygen -p -m PEM -f KEY"))
        }
        label if label.ends_with("PUBLIC KEY") => {
            Err(fault("this is a public key, where the private key is needed", GIVE))
        }
        label if label.contains("CERTIFICATE") => {
            Err(fault("this is a certificate, where the private key is needed", GIVE))
        }
        _ => Err(fault("this PEM block is not an RSA private key", GIVE)),
    }
}

struct Block<'a> {
    label: &'a str,
    body: &'a str,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    for part in text.split("-----BEGIN ").skip(1) {
        let Some((label, rest)) = part.split_once("-----") else { continue };
        // A block without its end is damaged; it is read as far as it goes and refused there.
        let body = rest.split_once("-----END").map_or(rest, |(body, _)| body);
        found.push(Block { label, body });
    }
    found
}

fn read(block: &Block<'_>) -> Result<EncodingKey> {
    let damaged = || fault("the private key is damaged", "copy the whole RSA private key again");
    let pem = canonical(block);
    let key = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|_| {
        let other =
            EncodingKey::from_ec_pem(pem.as_bytes()).or_else(|_| EncodingKey::from_ed_pem(pem.as_bytes()));
        match other {
            Ok(_) => fault("the private key is an elliptic curve key, not RSA", GIVE),
            Err(_) => damaged(),
        }
    })?;
    match modulus_bits(key.as_bytes()) {
        None => Err(damaged()),
        Some(bits) if bits < MINIMUM_BITS => Err(fault(
            &format!("the RSA key has {bits} bits, {MINIMUM_BITS} are needed"),
            "make a new key pair",
        )),
        Some(_) => Ok(key),
    }
}

/// The block with its lines as the standard wants them.
fn canonical(block: &Block<'_>) -> Zeroizing<String> {
    let mut body: String = block.body.split_whitespace().collect();
    let mut pem = Zeroizing::new(String::with_capacity(body.len() * 2 + 64));
    pem.push_str("-----BEGIN ");
    pem.push_str(block.label);
    pem.push_str("-----\n");
    for (index, letter) in body.chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            pem.push('\n');
        }
        pem.push(letter);
    }
    pem.push_str("\n-----END ");
    pem.push_str(block.label);
    pem.push_str("-----\n");
    body.zeroize();
    pem
}

/// The size of the modulus of a PKCS#1 `RSAPrivateKey` (RFC 8017, A.1.2): a sequence of version, modulus, and so on.
fn modulus_bits(der: &[u8]) -> Option<usize> {
    const INTEGER: u8 = 0x02;
    const SEQUENCE: u8 = 0x30;
    let (sequence, _) = element(SEQUENCE, der)?;
    let (_version, rest) = element(INTEGER, sequence)?;
    let (modulus, _) = element(INTEGER, rest)?;
    let start = modulus.iter().position(|byte| *byte != 0)?;
    let digits = modulus.get(start..)?;
    Some(digits.len() * 8 - digits.first()?.leading_zeros() as usize)
}

/// The content of the DER element at the beginning, and what follows it.
fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (first, rest) = der.split_first()?;
    let (length, rest) = rest.split_first()?;
    let (length, rest) = if *length < 0x80 {
        (usize::from(*length), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
        let length = digits
            .iter()
            .try_fold(0_usize, |sum, digit| sum.checked_mul(256)?.checked_add(usize::from(*digit)))?;
        (length, rest)
    };
    (*first == tag).then_some(())?;
    rest.split_at_checked(length)
}
