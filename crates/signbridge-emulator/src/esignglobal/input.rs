//! Requests as the pages describe them: names, lengths and vocabularies [FACTS 4, 5].

use serde_json::Value;
use url::Url;

use super::errors::Refusal;
use super::model::{AuthMode, CarbonCopy, DeliveryMethod, Head, Phone, Place, Signer, SignerStatus};
use super::state::opaque;
use crate::values::{Object, as_text, filled, flag, list, object, text};

/// An envelope has at most ten signers [FACTS 4].
pub(crate) const MOST_SIGNERS: usize = 10;
const EXPIRY_SECONDS: std::ops::RangeInclusive<i64> = 86_400..=7_776_000;
/// The page adds "30 days", which its own largest number contradicts [FACTS 4].
const LATER_SECONDS: std::ops::RangeInclusive<i64> = 3_600..=259_200;
const LANGUAGES: [&str; 6] = ["en-US", "zh-CN", "zh-Hant", "ja-JP", "ja", "ES-MX"];

pub(crate) fn needed(body: &Object, key: &str) -> Result<String, Refusal> {
    filled(body, key).ok_or_else(|| Refusal::new(format!("{key} is missing.")))
}

fn at_most(key: &str, value: Option<String>, most: usize) -> Result<Option<String>, Refusal> {
    match value {
        Some(value) if value.chars().count() > most => {
            Err(Refusal::new(format!("{key} has more than {most} characters.")))
        }
        value => Ok(value),
    }
}

fn web(key: &str, value: Option<String>) -> Result<Option<String>, Refusal> {
    let is_web = |value: &String| Url::parse(value).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    match value {
        Some(value) if !is_web(&value) => Err(Refusal::new(format!("{key} is no http or https address."))),
        value => Ok(value),
    }
}

/// A whole number, not a text: `expireAfterSeconds` is declared a number on every page.
fn whole(body: &Object, key: &str) -> Result<Option<i64>, Refusal> {
    match body.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            value.as_i64().map(Some).ok_or_else(|| Refusal::new(format!("{key} is no whole number.")))
        }
    }
}

/// What `create` and `createAndStart` have in common.
pub(crate) fn head(body: &Object) -> Result<Head, Refusal> {
    let expire_after = whole(body, "expireAfterSeconds")?;
    if expire_after.is_some_and(|seconds| !EXPIRY_SECONDS.contains(&seconds)) {
        return Err(Refusal::new("expireAfterSeconds is not between 86400 and 7776000."));
    }
    Ok(Head {
        subject: needed(body, "subject")?,
        remark: at_most("remark", text(body, "remark"), 1000)?,
        allow_transfer: object(body, "signerSettings")
            .and_then(|own| flag(own, "allowTransfer"))
            .unwrap_or(false),
        expire_after,
        redirect_url: web("redirectUrl", at_most("redirectUrl", filled(body, "redirectUrl"), 2048)?)?,
        callback_url: web("callBackUrl", at_most("callBackUrl", filled(body, "callBackUrl"), 500)?)?,
    })
}

/// Seconds until an envelope starts by itself.
pub(crate) fn later(body: &Object) -> Result<Option<i64>, Refusal> {
    match whole(body, "sendLaterAfterSeconds")? {
        Some(seconds) if !LATER_SECONDS.contains(&seconds) => {
            Err(Refusal::new("sendLaterAfterSeconds is not between 3600 and 259200."))
        }
        later => Ok(later),
    }
}

/// The file keys of a list that has to hold at least one.
pub(crate) fn file_keys(body: &Object, key: &str) -> Result<Vec<String>, Refusal> {
    let rows = list(body, key);
    if rows.is_empty() {
        return Err(Refusal::new(format!("{key} is missing.")));
    }
    rows.iter()
        .map(|row| {
            row.as_object()
                .and_then(|row| filled(row, "fileKey"))
                .ok_or_else(|| Refusal::new(format!("{key} holds an entry without fileKey.")))
        })
        .collect()
}

/// The signers: `signerInfos` on newer pages, `SignerInfos` on older ones.
pub(crate) fn signers(body: &Object) -> Result<Vec<Signer>, Refusal> {
    let key = if body.contains_key("signerInfos") { "signerInfos" } else { "SignerInfos" };
    let rows = list(body, key);
    if rows.is_empty() {
        return Err(Refusal::new("signerInfos is missing."));
    }
    rows.iter()
        .map(|row| {
            let row = row.as_object().ok_or_else(|| Refusal::new("signerInfos holds no object."))?;
            signer(row)
        })
        .collect()
}

fn signer(row: &Object) -> Result<Signer, Refusal> {
    if flag(row, "autoSign") == Some(true) {
        return Err(Refusal::new("The emulator has no stamps, so nobody signs by himself."));
    }
    let phone = object(row, "phoneNumber").map(phone).transpose()?;
    let delivery = match filled(row, "deliveryMethods") {
        None => DeliveryMethod::Auto,
        Some(word) => DeliveryMethod::of(&word)
            .ok_or_else(|| Refusal::new("deliveryMethods is none of auto, none, email, sms, WhatsApp."))?,
    };
    if matches!(delivery, DeliveryMethod::Sms | DeliveryMethod::WhatsApp) && phone.is_none() {
        return Err(Refusal::new("phoneNumber is needed for this deliveryMethods."));
    }
    Ok(Signer {
        email: email(row)?,
        name: name(row, "userName")?,
        order: order(row)?,
        business_id: at_most("businessId", text(row, "businessId"), 500)?,
        phone,
        delivery,
        any_signer: flag(row, "anySigner").unwrap_or(false),
        auth: auth(row)?,
        note: note(row)?,
        free_form: flag(row, "freeFormSign").unwrap_or(false),
        places: places(row)?,
        status: SignerStatus::Pending,
        asked: None,
        viewed: None,
        signed: None,
        rejected_reason: None,
        link: opaque(24),
    })
}

pub(crate) fn email(row: &Object) -> Result<String, Refusal> {
    let email = needed(row, "userEmail")?;
    if email.contains('@') { Ok(email) } else { Err(Refusal::new("userEmail is no e-mail address.")) }
}

/// A name without the nine forbidden characters and without emoji.
pub(crate) fn name(row: &Object, key: &str) -> Result<String, Refusal> {
    let name = needed(row, key)?;
    let forbidden = |letter: char| {
        matches!(letter, '/' | '\\' | ':' | '*' | '"' | '<' | '>' | '|' | '?')
            // Which characters count as emoji is not said; these blocks do in any reading.
            || matches!(u32::from(letter), 0x1F000..=0x1FAFF | 0x2600..=0x27BF)
    };
    if name.chars().any(forbidden) {
        return Err(Refusal::new(format!("{key} holds one of / \\ : * \" < > | ? or an emoji.")));
    }
    Ok(name)
}

/// A whole number from 1, as a number (pages) or as text (the vendor's script).
fn order(row: &Object) -> Result<u32, Refusal> {
    row.get("signOrder")
        .and_then(as_text)
        .and_then(|order| order.parse().ok())
        .filter(|order| *order >= 1)
        .ok_or_else(|| Refusal::new("signOrder is no whole number from 1."))
}

fn phone(row: &Object) -> Result<Phone, Refusal> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let country_code = needed(row, "countryCode")?;
    let number = needed(row, "number")?;
    if !digits(&country_code) || !digits(&number) || number.len() > 13 {
        return Err(Refusal::new("A phone number is a countryCode without + and at most 13 digits."));
    }
    Ok(Phone { country_code, number })
}

/// By the newer names, or by the digits of older pages; iAM Smart's newer name is unknown.
fn auth(row: &Object) -> Result<AuthMode, Refusal> {
    let config = |key: &str| {
        object(row, "authConfig")
            .and_then(|all| object(all, key))
            .ok_or_else(|| Refusal::new(format!("authConfig.{key} is missing.")))
    };
    match filled(row, "authModes").as_deref() {
        None | Some("noAuth" | "0") => Ok(AuthMode::NoAuth),
        Some("accessCode" | "1") => {
            let own = config("accessCode")?;
            let code = needed(own, "accessCode")?;
            if code.len() > 45 || !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                return Err(Refusal::new("accessCode is not at most 45 letters and digits."));
            }
            let hint = at_most("promptInfo", filled(own, "promptInfo"), 30)?;
            let told = hint.as_ref().is_some_and(|hint| hint.to_lowercase().contains(&code.to_lowercase()));
            if told {
                return Err(Refusal::new("promptInfo holds the access code."));
            }
            Ok(AuthMode::AccessCode { code, hint })
        }
        Some("sms" | "3") => config("sms").and_then(phone).map(AuthMode::Sms),
        Some("idVerification" | "4") => Ok(AuthMode::IdVerification),
        Some("emailAuth") => Ok(AuthMode::EmailAuth),
        Some(_) => Err(Refusal::new("authModes is not known.")),
    }
}

fn note(row: &Object) -> Result<Option<String>, Refusal> {
    let Some(own) = object(row, "customizeSettings").and_then(|all| object(all, "notificationSettings"))
    else {
        return Ok(None);
    };
    if filled(own, "notificationLanguage").is_some_and(|word| !LANGUAGES.contains(&word.as_str())) {
        return Err(Refusal::new("notificationLanguage is not known."));
    }
    at_most("customizeMessage", filled(own, "customizeMessage"), 200)
}

/// Document and page of each signature; `posX` and `posY` must be numbers or texts that hold one.
fn places(row: &Object) -> Result<Vec<Place>, Refusal> {
    let mut places = Vec::new();
    for seal in list(row, "sealInfos").iter().filter_map(Value::as_object) {
        let file_key = needed(seal, "fileKey")?;
        for config in list(seal, "signConfigs").iter().filter_map(Value::as_object) {
            match filled(config, "fieldType").as_deref() {
                Some("signature") => {}
                Some("stamp") => return Err(Refusal::new("The emulator has no stamps.")),
                _ => return Err(Refusal::new("fieldType is none of signature, stamp.")),
            }
            places.push(Place { file_key: file_key.clone(), page: page(config)? });
        }
    }
    for config in list(row, "signDateConfigs").iter().filter_map(Value::as_object) {
        page(config)?;
    }
    Ok(places)
}

fn page(config: &Object) -> Result<u32, Refusal> {
    let number = |key: &str| filled(config, key).and_then(|text| text.trim().parse::<f64>().ok());
    if number("posX").is_none() || number("posY").is_none() {
        return Err(Refusal::new("posX and posY are no numbers."));
    }
    match filled(config, "pageNo") {
        None => Ok(1),
        Some(page) => page
            .parse()
            .ok()
            .filter(|page| *page >= 1)
            .ok_or_else(|| Refusal::new("pageNo is no whole number from 1.")),
    }
}

/// `CCInfos`: people who may look.
pub(crate) fn copies(body: &Object) -> Result<Vec<CarbonCopy>, Refusal> {
    list(body, "CCInfos")
        .iter()
        .map(|row| {
            let row = row.as_object().ok_or_else(|| Refusal::new("CCInfos holds no object."))?;
            note(row)?;
            Ok(CarbonCopy { email: email(row)?, name: name(row, "userName")? })
        })
        .collect()
}

/// The e-mail addresses of a list of people to be taken out.
pub(crate) fn emails(body: &Object, key: &str) -> Result<Vec<String>, Refusal> {
    let rows = list(body, key);
    if rows.is_empty() {
        return Err(Refusal::new(format!("{key} is missing.")));
    }
    rows.iter()
        .map(|row| {
            row.as_object().ok_or_else(|| Refusal::new(format!("{key} holds no object."))).and_then(email)
        })
        .collect()
}
