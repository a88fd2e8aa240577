//! A signature request.

use serde_json::{Map, Value, json};
use signbridge_emulator::journal::Entry;

use super::{files, id, list, named, number, phone, text};

/// Points to the unit of sizes; a width is two units more.
const UNIT: f64 = 72.0 / 80.0;

pub(super) fn draft(request: &Value, made: &Entry, snapshot: &Value) -> Value {
    let mut unasked = Vec::new();
    for name in ["allow_decline", "test_mode"] {
        if request[name] != true {
            unasked.push(format!("{name} is not true"));
        }
    }
    if request["title"] != request["subject"] {
        unasked.push("a title that is not the subject".to_owned());
    }
    let mut metadata = request["metadata"].as_object().cloned().unwrap_or_default();
    metadata.retain(|name, _| !name.starts_with("sb_"));
    let embedded = made.path.ends_with("create_embedded");
    if embedded != request.get("client_id").is_some() {
        unasked.push("a client id where there is nothing to embed, or none where there is".to_owned());
    }
    let signers = list(request, "signers");
    let mut recipients: Vec<Value> = signers
        .iter()
        .enumerate()
        .map(|(place, own)| {
            let fields = list(request, "form_fields_per_document").iter().filter(|field| {
                // What is filled before sending belongs to the one signer whom the suite gives such fields.
                text(field, "signer") == place.to_string() || (field["signer"] == "sender" && place == 0)
            });
            let fields: Vec<&Value> = fields.collect();
            let plain = fields.iter().filter(|field| field["type"] != "radio");
            let mut told: Vec<Value> = plain.map(|own| field(own, list(request, "custom_fields"))).collect();
            told.extend(list(request, "form_field_groups").iter().filter_map(|group| radios(group, &fields)));
            recipient(own, embedded, told)
        })
        .collect();
    let copies = list(request, "cc_email_addresses").iter();
    recipients.extend(copies.map(|email| json!({ "email": email, "role": "cc" })));
    let days = request["expires_at"].as_f64().zip(snapshot["created_at"].as_f64()).map(|(end, start)| {
        // Rounded, because a request takes its time.
        ((end - start) / 86_400.0).round()
    });
    let mut documents = files(made);
    named(&mut documents);
    json!({
        "subject": request["subject"],
        "message": request["message"],
        "allow_reassign": request["allow_reassign"],
        "expires_after_days": days,
        "metadata": metadata,
        "documents": documents,
        "recipients": recipients,
        "unasked": unasked,
    })
}

fn recipient(own: &Value, embedded: bool, fields: Vec<Value>) -> Value {
    let by_phone = phone(text(own, "sms_phone_number"));
    let (mut delivery, mut told_phone, mut authentication) =
        (if embedded { "embedded" } else { "email" }, Value::Null, Value::Null);
    match text(own, "sms_phone_number_type") {
        "delivery" => (delivery, told_phone) = ("email_and_sms", by_phone),
        "authentication" => authentication = json!({ "sms_otp": by_phone }),
        _ => {}
    }
    if let Some(pin) = own.get("pin") {
        authentication = json!({ "access_code": pin });
    }
    json!({
        "name": own["name"],
        "email": own["email_address"],
        "role": "signer",
        // From 0 there, and none when all sign at once.
        "order": own["order"].as_u64().map_or(1, |order| order + 1),
        "delivery": delivery,
        "phone": told_phone,
        "authentication": authentication,
        "fields": fields,
    })
}

fn field(own: &Value, filled: &[Value]) -> Value {
    let mut told = Map::new();
    id(&mut told, text(own, "api_id"));
    let before = filled.iter().find(|one| one["name"] == own["name"]).map(|one| text(one, "value"));
    let is_date = text(own, "validation_custom_regex").starts_with("^[0-9]{4}-")
        && text(own, "validation_custom_regex_format_label") == "YYYY-MM-DD";
    let kind = match (text(own, "type"), text(own, "validation_type"), before) {
        ("text", "custom_regex", _) if is_date => json!("date"),
        ("text", "numbers_only", _) => json!("number"),
        // Plain texts are also what stands for companies and titles.
        ("text", "", _) => json!({ "any": ["text", "company", "title"] }),
        ("text-merge", "", Some("Ann Lee")) => json!("full_name"),
        ("text-merge", "", Some("ann.lee@example.com")) => json!("email"),
        ("text-merge", "", Some(value)) => {
            // A text of the sender, or one that the signer cannot change.
            told.insert("value".to_owned(), value.into());
            json!({ "any": ["text", "sender_text"] })
        }
        (kind, "", _) => json!(kind),
        _ => json!("none of the known ones"),
    };
    told.insert("kind".to_owned(), kind);
    if own["signer"] != "sender" {
        told.insert("required".to_owned(), own["required"].clone());
    } else if own["required"] == true {
        // What is filled before sending is not the signer's to fill.
        told.insert("required".to_owned(), "by the sender".into());
    }
    match text(own, "type") {
        "checkbox" => {
            let value = if own["is_checked"] == true { json!("true") } else { Value::Null };
            told.insert("value".to_owned(), value);
        }
        "dropdown" => drop(told.insert("value".to_owned(), own["content"].clone())),
        "hyperlink" => {
            told.remove("required");
            told.insert("value".to_owned(), own["content"].clone());
            told.insert("url".to_owned(), own["content_url"].clone());
        }
        _ => {}
    }
    told.insert("options".to_owned(), list(own, "options").into());
    told.insert("document".to_owned(), document(own));
    told.insert("placement".to_owned(), placement(own));
    told.into()
}

fn document(own: &Value) -> Value {
    json!(own["document_index"].as_u64().map(|index| index + 1))
}

fn placement(own: &Value) -> Value {
    let points = |name: &str, more: f64| own[name].as_f64().map(|units| (units - more) * UNIT);
    json!({"at": {
        "page": number(own, "page"),
        "x": own["x"],
        "y": own["y"],
        "width": points("width", 2.0),
        "height": points("height", 0.0),
    }})
}

/// The buttons of a group as one field, if it is a group of buttons.
fn radios(group: &Value, fields: &[&Value]) -> Option<Value> {
    let own: Vec<&&Value> = fields
        .iter()
        .filter(|field| field["type"] == "radio" && field["group"] == group["group_id"])
        .collect();
    let mut told = Map::new();
    id(&mut told, text(group, "group_id"));
    told.insert("kind".to_owned(), "radio_group".into());
    told.insert("document".to_owned(), document(own.first()?));
    told.insert("required".to_owned(), (group["requirement"] == "require_1").into());
    let chosen = own.iter().find(|radio| radio["is_checked"] == true).map(|radio| radio["name"].clone());
    told.insert("value".to_owned(), chosen.unwrap_or_default());
    let choice = |radio: &&&Value| json!({ "value": radio["name"], "placement": placement(radio) });
    told.insert("choices".to_owned(), own.iter().map(choice).collect());
    Some(told.into())
}
