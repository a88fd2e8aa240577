//! The body of `createAndStart`, and of the uploads before.

use serde_json::{Map, Value, json};
use signbridge_emulator::journal::Entry;

use super::{country_and_number, list, number, text};

pub(super) fn draft(request: &Value, journal: &[Entry]) -> Value {
    let mut unasked = Vec::new();
    let signers = list(request, "signerInfos");
    let free = signers.iter().filter(|own| own["freeFormSign"] == true).count();
    if free != 0 && free != signers.len() {
        unasked.push("places chosen by some only".to_owned());
    }
    let mut metadata = Map::new();
    let mark = signers.first().map(|own| text(own, "businessId")).unwrap_or_default();
    for pair in mark.split('&') {
        if let Some((name, value)) = pair.strip_prefix("m.").and_then(|pair| pair.split_once('=')) {
            metadata.insert(name.to_owned(), value.into());
        }
    }
    let files: Vec<&Value> = list(request, "signFiles").iter().map(|own| &own["fileKey"]).collect();
    let mut recipients: Vec<Value> = signers.iter().map(|own| recipient(own, &files)).collect();
    let copies = list(request, "CCInfos").iter();
    recipients.extend(
        copies.map(|copy| json!({ "name": copy["userName"], "email": copy["userEmail"], "role": "cc" })),
    );
    json!({
        "subject": request["subject"],
        "message": request["remark"],
        "allow_reassign": request["signerSettings"]["allowTransfer"],
        "expires_after_days": request["expireAfterSeconds"].as_f64().map(|seconds| seconds / 86_400.0),
        "return_url": request["redirectUrl"],
        "metadata": metadata,
        "free_placement": free > 0,
        "documents": list(request, "signFiles").iter().map(|own| document(own, journal)).collect::<Vec<_>>(),
        "recipients": recipients,
        "unasked": unasked,
    })
}

/// The upload that gave this key.
fn document(own: &Value, journal: &[Entry]) -> Value {
    let upload = journal.iter().find(|entry| {
        let answer = entry.response.as_ref().and_then(|response| response.json.as_ref());
        answer.is_some_and(|answer| answer["data"]["fileKey"] == own["fileKey"])
    });
    let upload = upload.and_then(|entry| entry.request.json.as_ref()).unwrap_or(&Value::Null);
    json!({ "name": upload["fileName"], "media_type": upload["contentType"] })
}

fn recipient(own: &Value, files: &[&Value]) -> Value {
    let config = &own["authConfig"];
    let authentication = match text(own, "authModes") {
        "noAuth" => Value::Null,
        "accessCode" => json!({ "access_code": config["accessCode"]["accessCode"] }),
        "sms" => json!({ "sms_otp": country_and_number(&config["sms"], "countryCode", "number") }),
        "emailAuth" => json!("email_otp"),
        "idVerification" => json!("id_document"),
        other => json!(other),
    };
    let delivery = match text(own, "deliveryMethods") {
        "none" => "embedded",
        "email" => "email",
        "sms" => "sms",
        "WhatsApp" => "whatsapp",
        other => other,
    };
    json!({
        "name": own["userName"],
        "email": own["userEmail"],
        "role": "signer",
        "order": number(own, "signOrder"),
        "delivery": delivery,
        "phone": country_and_number(&own["phoneNumber"], "countryCode", "number"),
        "authentication": authentication,
        "note": own["customizeSettings"]["notificationSettings"]["customizeMessage"],
        "fields": fields(own, files),
    })
}

/// Signatures by file, and the dates of signing, which belong to the first.
fn fields(own: &Value, files: &[&Value]) -> Vec<Value> {
    let at = |of: &Value| json!({"at": { "page": number(of, "pageNo"), "x": of["posX"], "y": of["posY"] }});
    let mut fields = Vec::new();
    for seals in list(own, "sealInfos") {
        let document = files.iter().position(|key| **key == seals["fileKey"]).map(|place| place + 1);
        fields.extend(
            list(seals, "signConfigs").iter().map(
                |seal| json!({ "kind": seal["fieldType"], "document": document, "placement": at(seal) }),
            ),
        );
    }
    fields.extend(list(own, "signDateConfigs").iter().map(|date| {
        json!({ "document": 1, "kind": if date["signDateFormat"] == "yyyy-MM-dd" { "date_signed" } else { "?" }, "placement": at(date) })
    }));
    fields
}
