//! An envelope definition.

pub mod fields;

use serde_json::{Map, Value, json};
use signbridge_emulator::journal::Entry;

use super::{country_and_number, files, list, named, number, phone, text};

const ROLES: [(&str, &str); 4] = [
    ("signers", "signer"),
    ("certifiedDeliveries", "certified_recipient"),
    ("carbonCopies", "cc"),
    ("inPersonSigners", "in_person_signer"),
];

/// The collections of tabs that may be locked.
const LOCKABLE: [&str; 7] =
    ["dateTabs", "textTabs", "numberTabs", "checkboxTabs", "listTabs", "companyTabs", "titleTabs"];

pub(super) fn draft(request: &Value, made: &Entry, snapshot: &Value, journal: &[Entry]) -> Value {
    let later = Later { envelope: text(snapshot, "envelopeId"), journal };
    let (mut metadata, mut return_url) = (Map::new(), String::new());
    for field in
        request.pointer("/customFields/textCustomFields").and_then(Value::as_array).into_iter().flatten()
    {
        match text(field, "name") {
            "sb_key" | "sb_digest" => {}
            name if name.starts_with("sb_return_url.") => return_url += text(field, "value"),
            name => drop(metadata.insert(name.to_owned(), text(field, "value").into())),
        }
    }
    let mut unasked = Vec::new();
    let notification = &request["notification"];
    for (path, wanted) in [
        ("/useAccountDefaults", "false"),
        ("/expirations/expireEnabled", "true"),
        ("/expirations/expireWarn", "0"),
    ] {
        if notification.pointer(path) != Some(&json!(wanted)) {
            unasked.push(format!("notification{path} is not {wanted}"));
        }
    }
    let reminders = &notification["reminders"];
    let reminders = (reminders["reminderEnabled"] == "true").then(|| {
        json!({
            "first_after_days": number(reminders, "reminderDelay"),
            "every_days": number(reminders, "reminderFrequency"),
        })
    });
    let mut recipients = Vec::new();
    for (group, role) in ROLES {
        recipients.extend(
            list(&request["recipients"], group).iter().map(|own| recipient(own, role, &later, &mut unasked)),
        );
    }
    let mut documents = files(made);
    named(&mut documents);
    if documents.is_empty() {
        documents = list(snapshot, "documents")
            .iter()
            .map(|own| json!({ "name": own["name"], "length": own["length"], "sha256": own["sha256"] }))
            .collect();
    }
    for (document, told) in list(request, "documents").iter().zip(&mut documents) {
        told["name"] = document["name"].clone();
        if !text(document, "name").ends_with(&format!(".{}", text(document, "fileExtension"))) {
            unasked.push("the extension is not that of the name".to_owned());
        }
    }
    json!({
        "subject": request["emailSubject"],
        "message": request["emailBlurb"],
        "allow_reassign": request["allowReassign"] == "true",
        "expires_after_days": number(&notification["expirations"], "expireAfter"),
        "reminders": reminders,
        "metadata": metadata,
        "return_url": Some(return_url).filter(|url| !url.is_empty()),
        "documents": documents,
        "recipients": recipients,
        "unasked": unasked,
    })
}

/// What the workflow verifies that he has to pass; the emulator's account has one for each.
fn workflow(own: &Value) -> Value {
    match text(&own["identityVerification"], "workflowId") {
        "" => Value::Null,
        "5e1f0a10-0000-8000-8000-000000000001" => json!("id_document"),
        "5e1f0a10-0000-8000-8000-000000000002" => json!({ "eid": "eu" }),
        "5e1f0a10-0000-8000-8000-000000000003" => json!({ "eid": "singpass" }),
        other => json!(other),
    }
}

fn recipient(own: &Value, role: &str, later: &Later<'_>, unasked: &mut Vec<String>) -> Value {
    let in_person = role == "in_person_signer";
    let (name, email) = if in_person { ("signerName", "signerEmail") } else { ("name", "email") };
    let by_sms = list(own, "additionalNotifications").first();
    let (delivery, number) = match (text(own, "deliveryMethod"), by_sms) {
        ("SMS", _) => ("sms", &own["phoneNumber"]),
        ("WhatsApp", _) => ("whatsapp", &own["phoneNumber"]),
        (_, Some(also)) if also["secondaryDeliveryMethod"] == "SMS" => {
            ("email_and_sms", &also["phoneNumber"])
        }
        _ if own.get("clientUserId").is_some() => ("embedded", &Value::Null),
        _ => ("email", &Value::Null),
    };
    if matches!(delivery, "sms" | "whatsapp") && own.get("email").is_some() {
        unasked.push("a mail beside the message".to_owned());
    }
    let provided = |name: &str| phone(own[name]["senderProvidedNumbers"][0].as_str().unwrap_or_default());
    let authentication = match (own.get("accessCode"), text(own, "idCheckConfigurationName")) {
        (Some(code), "") => json!({ "access_code": code }),
        (None, "SMS Auth $") => json!({ "sms_otp": provided("smsAuthentication") }),
        (None, "Phone Auth $") => json!({ "phone_call": provided("phoneAuthentication") }),
        (None, "ID Check $") => json!("kba"),
        (None, "") => workflow(own),
        (_, other) => json!(other),
    };
    if own.get("idCheckConfigurationName").is_some() != (own["requireIdLookup"] == "true") {
        unasked.push("a check that is not required".to_owned());
    }
    // A large envelope gets its tabs afterwards.
    let tabs = later.all("POST", &format!("/recipients/{}/tabs", text(own, "recipientId"))).next();
    let tabs = tabs.unwrap_or(&own["tabs"]);
    for collection in LOCKABLE {
        if list(tabs, collection).iter().any(|tab| tab.get("locked").is_none()) {
            unasked.push(format!("whether {collection} are locked is left to the account"));
        }
    }
    let mut told = json!({
        "name": own[name],
        "role": role,
        "order": super::number(own, "routingOrder"),
        "delivery": delivery,
        "phone": country_and_number(number, "countryCode", "number"),
        "authentication": authentication,
        "note": own["note"],
        "fields": fields::told(tabs),
    });
    if !matches!(delivery, "sms" | "whatsapp") {
        told["email"] = own[email].clone();
    }
    if in_person {
        told["host"] = json!({ "name": own["hostName"], "email": own["hostEmail"] });
    }
    told
}

/// What follows the creation of a large envelope, in requests of its own.
struct Later<'a> {
    envelope: &'a str,
    journal: &'a [Entry],
}

impl<'a> Later<'a> {
    fn all(&self, method: &'a str, end: &str) -> impl Iterator<Item = &'a Value> {
        let end = format!("/{}{end}", self.envelope).to_lowercase();
        let taken = |entry: &&Entry| entry.status.is_some_and(|status| status < 300);
        let his = move |entry: &&Entry| entry.method == method && entry.path.to_lowercase().ends_with(&end);
        self.journal.iter().filter(taken).filter(his).filter_map(|entry| entry.request.json.as_ref())
    }
}
