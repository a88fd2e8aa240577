//! An agreement and its form fields.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use signbridge_emulator::journal::Entry;

use super::{country_and_number, file, id, list, number, text};

/// The heights of the suite's pages in points, by document; each of the others has one letter.
const SIZES: (&str, &[f64]) = ("sizes.pdf", &[842.0, 612.0]);
const LETTER: &[f64] = &[792.0];

pub(super) fn draft(request: &Value, snapshot: &Value, journal: &[Entry], envelope: &str) -> Value {
    let mut unasked = Vec::new();
    if request["signatureType"] != "ESIGN" {
        unasked.push("another type of signature".to_owned());
    }
    if request.get("postSignOption").is_some_and(|option| option["redirectDelay"] != 0) {
        unasked.push("a pause before the way back".to_owned());
    }
    let mails = &request["emailOption"]["sendOptions"];
    let embedded = mails["initEmails"] == "NONE";
    let copies = list(request, "ccs");
    let finished = if embedded && copies.is_empty() { "NONE" } else { "ALL" };
    if mails["inFlightEmails"] != mails["initEmails"] || mails["completionEmails"] != finished {
        unasked.push("other mails".to_owned());
    }
    let placed = journal
        .iter()
        .rev()
        .find(|entry| entry.method == "PUT" && entry.path.ends_with(&format!("/{envelope}/formFields")));
    let placed = placed
        .and_then(|entry| entry.request.json.as_ref())
        .map(|put| list(put, "fields"))
        .unwrap_or_default();
    let sets = list(snapshot, "participantSetsInfo");
    // All documents are one there.
    let pages: Vec<(usize, usize, f64)> = list(snapshot, "documents")
        .iter()
        .enumerate()
        .flat_map(|(document, own)| {
            let heights = if own["name"] == SIZES.0 { SIZES.1 } else { LETTER };
            heights.iter().enumerate().map(move |(page, height)| (document + 1, page + 1, *height))
        })
        .collect();
    let mut recipients: Vec<Value> = list(request, "participantSetsInfo")
        .iter()
        .map(|own| {
            let fields = placed.iter().filter(|field| {
                let assignee = sets.iter().find(|set| set["id"] == field["assignee"]);
                assignee.is_some_and(|set| set["name"] == own["name"])
            });
            let anchored = list(request, "formFieldGenerators")
                .iter()
                .filter(|one| one["participantSetName"] == own["name"]);
            recipient(
                own,
                embedded,
                fields.map(|field| at_place(field, &pages)).chain(anchored.map(at_text)).collect(),
            )
        })
        .collect();
    recipients.extend(copies.iter().map(|copy| json!({ "email": copy["email"], "role": "cc" })));
    let time = |of: &Value, name: &str| text(of, name).parse::<DateTime<Utc>>().ok();
    let days = time(request, "expirationTime").zip(time(snapshot, "createdDate")).map(|(end, start)| {
        // A conversion takes its seconds before.
        ((end - start).num_seconds() as f64 / 86_400.0).round()
    });
    let reminders = request.get("reminderFrequency").map(|frequency| {
        let every = match frequency.as_str().unwrap_or_default() {
            "DAILY_UNTIL_SIGNED" => 1,
            "EVERY_OTHER_DAY_UNTIL_SIGNED" => 2,
            "EVERY_THIRD_DAY_UNTIL_SIGNED" => 3,
            "EVERY_FIFTH_DAY_UNTIL_SIGNED" => 5,
            "WEEKLY_UNTIL_SIGNED" => 7,
            _ => 0,
        };
        // In hours.
        json!({ "first_after_days": request["firstReminderDelay"].as_f64().map(|hours| hours / 24.0), "every_days": every })
    });
    let types: Vec<&str> = journal
        .iter()
        .filter(|entry| entry.method == "POST" && entry.path.ends_with("/transientDocuments"))
        .flat_map(|entry| &entry.request.parts)
        .filter(|part| part.disposition.contains("filename="))
        .map(|part| part.content_type.as_str())
        .collect();
    let documents = list(snapshot, "documents");
    let types = types.get(types.len().saturating_sub(documents.len())..).unwrap_or_default();
    let documents: Vec<Value> = documents
        .iter()
        .zip(types)
        .map(|(own, kind)| {
            file(text(own, "name"), own["length"].as_u64().unwrap_or_default(), text(own, "sha256"), kind)
        })
        .collect();
    json!({
        "subject": request["name"],
        "message": request["message"],
        "expires_after_days": days,
        "reminders": reminders,
        "return_url": request["postSignOption"]["redirectUrl"],
        "documents": documents,
        "recipients": recipients,
        "unasked": unasked,
    })
}

fn recipient(own: &Value, embedded: bool, fields: Vec<Value>) -> Value {
    let member = &own["memberInfos"][0];
    let security = &member["securityOption"];
    let phone = country_and_number(&security["phoneInfo"], "countryCode", "phone");
    let authentication = match text(security, "authenticationMethod") {
        "NONE" => Value::Null,
        "PASSWORD" => json!({ "access_code": security["password"] }),
        "PHONE" => json!({ "sms_otp": phone }),
        "KBA" => json!("kba"),
        "EMAIL_OTP" => json!("email_otp"),
        "GOV_ID" => json!("id_document"),
        other => json!(other),
    };
    json!({
        // A name is unique there.
        "name": text(own, "name").split(" (").next(),
        "email": member["email"],
        "role": text(own, "role").to_lowercase(),
        "order": number(own, "order"),
        "delivery": if embedded { "embedded" } else { "email" },
        "authentication": authentication,
        "note": own["privateMessage"],
        "fields": fields,
    })
}

/// What a field is.
fn described(of: &Value, name: &str) -> Map<String, Value> {
    let mut told = Map::new();
    id(&mut told, name);
    let kind = match (text(of, "inputType"), text(of, "contentType"), text(of, "validation")) {
        ("SIGNATURE", "SIGNATURE", "") => "signature",
        ("SIGNATURE", "SIGNER_INITIALS", "") => "initials",
        ("TEXT_FIELD", "SIGNATURE_DATE", "") => "date_signed",
        ("TEXT_FIELD", "DATA", "DATE") => "date",
        ("TEXT_FIELD", "DATA", "NUMBER") => "number",
        ("TEXT_FIELD", "DATA", "") if of["readOnly"] == true && of["required"] == false => "sender_text",
        ("TEXT_FIELD", "DATA", "") => "text",
        ("TEXT_FIELD", "SIGNER_NAME", "") => "full_name",
        ("TEXT_FIELD", "SIGNER_EMAIL", "") => "email",
        ("TEXT_FIELD", "SIGNER_COMPANY", "") => "company",
        ("TEXT_FIELD", "SIGNER_TITLE", "") => "title",
        ("CHECKBOX", "DATA", "") => "checkbox",
        ("DROP_DOWN", "DATA", "") => "dropdown",
        ("FILE_CHOOSER", "DATA", "") => "attachment",
        _ => "none of the known ones",
    };
    for (name, value) in [
        ("kind", json!(kind)),
        ("required", of["required"].clone()),
        ("read_only", of["readOnly"].clone()),
        ("value", of["defaultValue"].clone()),
        ("options", list(of, "visibleOptions").into()),
    ] {
        told.insert(name.to_owned(), value);
    }
    if kind == "sender_text" {
        // That is what it is.
        told.retain(|name, _| name != "required" && name != "read_only");
    }
    told
}

fn at_place(field: &Value, pages: &[(usize, usize, f64)]) -> Value {
    let mut told = described(field, text(field, "name"));
    let at = &field["locations"][0];
    let page =
        at["pageNumber"].as_u64().and_then(|page| pages.get(usize::try_from(page).ok()?.checked_sub(1)?));
    let (document, page, height) = page.copied().unwrap_or_default();
    told.insert("document".to_owned(), document.into());
    // Adobe counts from the bottom.
    let y = at["top"].as_f64().map(|top| height - top);
    told.insert(
        "placement".to_owned(),
        json!({"at": { "page": page, "x": at["left"], "y": y, "width": at["width"], "height": at["height"] }}),
    );
    told.into()
}

fn at_text(generator: &Value) -> Value {
    if generator["generatorType"] != "ANCHOR_TEXT" || generator["linked"] != false {
        return json!("another generator");
    }
    let mut told = described(&generator["formFieldDescription"], text(generator, "formFieldNamePrefix"));
    let anchor = &generator["anchorTextInfo"];
    let offset = &anchor["anchoredFormFieldLocation"];
    let y = offset["offsetY"].as_f64().map(|up| -up);
    told.insert(
        "placement".to_owned(),
        json!({"anchor": { "text": anchor["anchorText"], "x": offset["offsetX"], "y": y }}),
    );
    told.into()
}
