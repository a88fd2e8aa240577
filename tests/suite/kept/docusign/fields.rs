//! The tabs of a recipient as fields of a draft, whether they stand in a request or in an answer.

use serde_json::{Map, Value, json};

use super::super::{id, list, number, text};

const KINDS: [(&str, &str); 20] = [
    ("signHereTabs", "signature"),
    ("initialHereTabs", "initials"),
    ("dateSignedTabs", "date_signed"),
    ("dateTabs", "date"),
    ("textTabs", "text"),
    ("emailTabs", "text"),
    ("numberTabs", "number"),
    ("numericalTabs", "number"),
    ("checkboxTabs", "checkbox"),
    ("radioGroupTabs", "radio_group"),
    ("listTabs", "dropdown"),
    ("fullNameTabs", "full_name"),
    ("emailAddressTabs", "email"),
    ("companyTabs", "company"),
    ("titleTabs", "title"),
    ("signerAttachmentTabs", "attachment"),
    ("formulaTabs", "formula"),
    ("noteTabs", "note"),
    ("approveTabs", "approve"),
    ("declineTabs", "decline"),
];

/// Every field that these tabs say. That a text takes several lines is said by its height alone.
pub fn told(tabs: &Value) -> Vec<Value> {
    let known: Vec<&str> = KINDS.iter().map(|(collection, _)| *collection).chain(["tabGroups"]).collect();
    let mut fields = Vec::new();
    for collection in tabs.as_object().into_iter().flat_map(Map::keys) {
        if !known.contains(&collection.as_str()) {
            fields.push(json!({ "kind": collection }));
        }
    }
    for (collection, kind) in KINDS {
        fields.extend(list(tabs, collection).iter().map(|tab| field(tab, kind, collection, tabs)));
    }
    fields
}

fn is(tab: &Value, name: &str, word: &str) -> bool {
    tab[name] == word
}

fn field(tab: &Value, kind: &str, collection: &str, tabs: &Value) -> Value {
    // On the wire a text of the sender is an optional text that is locked. One with a rule is for the signer.
    let fixed = kind == "text"
        && is(tab, "locked", "true")
        && is(tab, "required", "false")
        && validation(tab, collection).is_null();
    let kind = match kind {
        "signature" if is(tab, "stampType", "stamp") => "stamp",
        "text" if fixed => "sender_text",
        kind => kind,
    };
    let mut told = Map::new();
    told.insert("kind".to_owned(), kind.into());
    let radios = list(tab, "radios");
    if kind == "radio_group" {
        id(&mut told, text(tab, "groupName"));
        if tab.get("documentId").is_some() && radios.iter().all(|radio| radio.get("anchorString").is_none()) {
            told.insert("document".to_owned(), number(tab, "documentId"));
        }
        let choice = |radio: &Value| json!({ "value": radio["value"], "placement": placement(radio) });
        told.insert("choices".to_owned(), radios.iter().map(choice).collect());
    } else {
        id(&mut told, text(tab, "tabLabel"));
        if tab.get("anchorString").is_none() {
            told.insert("document".to_owned(), number(tab, "documentId"));
        }
        told.insert("placement".to_owned(), placement(tab));
    }
    let groups: Vec<&str> = list(tab, "tabGroupLabels").iter().filter_map(Value::as_str).collect();
    let own_group = format!("{}_required", text(tab, "tabLabel"));
    let required = match kind {
        "signature" | "initials" | "stamp" | "attachment" => Some(is(tab, "optional", "false")),
        "checkbox" => Some(groups.iter().any(|group| {
            *group == own_group
                && rule(group, tabs) == Some((Some(1), None))
                && condition_of(group, tabs) == condition(tab)
        })),
        "radio_group" => Some(radios.iter().all(|radio| is(radio, "required", "true"))),
        "date" | "text" | "number" | "dropdown" | "company" | "title" => Some(is(tab, "required", "true")),
        // Nobody fills them.
        _ => None,
    };
    if let Some(required) = required {
        told.insert("required".to_owned(), required.into());
    }
    let locked = is(tab, "locked", "true")
        || (!radios.is_empty() && radios.iter().all(|own| is(own, "locked", "true")));
    told.insert("read_only".to_owned(), (locked && !matches!(kind, "sender_text" | "formula")).into());
    let items = list(tab, "listItems");
    let chosen =
        |of: &[Value]| of.iter().find(|item| is(item, "selected", "true")).map(|item| item["value"].clone());
    let value = match kind {
        "checkbox" => is(tab, "selected", "true").then(|| json!("true")),
        "dropdown" => chosen(items),
        "radio_group" => chosen(radios),
        "approve" | "decline" => tab.get("buttonText").cloned(),
        _ => tab.get("value").cloned(),
    };
    told.insert("value".to_owned(), value.unwrap_or_default());
    told.insert("options".to_owned(), items.iter().map(|item| item["text"].clone()).collect());
    if kind == "formula" {
        told.insert("formula".to_owned(), tab["formula"].clone());
        let decimals = number(tab, "roundDecimalPlaces");
        told.insert("decimals".to_owned(), if decimals == 2.0 { Value::Null } else { decimals });
    }
    told.insert("validation".to_owned(), validation(tab, collection));
    told.insert("condition".to_owned(), condition(tab));
    let group = groups.iter().find(|group| **group != own_group);
    let group = group.map(|name| {
        let (least, most) = rule(name, tabs).unwrap_or_default();
        let mut told = Map::new();
        told.insert("name".to_owned(), (*name).into());
        told.extend(least.map(|least| ("at_least".to_owned(), least.into())));
        told.extend(most.map(|most| ("at_most".to_owned(), most.into())));
        told
    });
    told.insert("group".to_owned(), group.map(Value::Object).unwrap_or_default());
    told.insert("max_length".to_owned(), number(tab, "maxLength"));
    told.insert("tooltip".to_owned(), tab.get("tooltip").cloned().unwrap_or_default());
    told.into()
}

fn placement(of: &Value) -> Value {
    match of.get("anchorString") {
        Some(anchor) => {
            let points = |name: &str| number(of, name).as_f64().map(|inches| inches * 72.0);
            json!({"anchor": {
                "text": anchor,
                "x": points("anchorXOffset"),
                "y": points("anchorYOffset"),
                "case_sensitive": of["anchorCaseSensitive"] == "true",
                "whole_word": of["anchorMatchWholeWord"] == "true",
                "optional": of["anchorIgnoreIfNotPresent"] == "true",
            }})
        }
        None => json!({"at": {
            "page": number(of, "pageNumber"),
            "x": number(of, "xPosition"),
            "y": number(of, "yPosition"),
            "width": number(of, "width"),
            "height": number(of, "height"),
        }}),
    }
}

fn validation(tab: &Value, collection: &str) -> Value {
    let rule = match (collection, tab.get("validationPattern")) {
        ("emailTabs", _) => json!("email"),
        ("numericalTabs", _) => {
            let bounds = [("min", "minNumericalValue"), ("max", "maxNumericalValue")];
            let given = bounds.into_iter().map(|(name, key)| (name.to_owned(), number(tab, key)));
            json!({ "range": given.filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>() })
        }
        (_, Some(pattern)) => json!({ "pattern": pattern }),
        (_, None) => return Value::Null,
    };
    let mut told = json!({ "rule": rule });
    if let Some(message) = tab.get("validationMessage") {
        told["message"] = message.clone();
    }
    told
}

/// The other field, and what it holds; what is ticked is `true` in a draft.
fn condition(tab: &Value) -> Value {
    match (text(tab, "conditionalParentLabel"), text(tab, "conditionalParentValue")) {
        ("", "") => Value::Null,
        (field, "on") => json!({ "field": field, "value": "true" }),
        (field, value) => json!({ "field": field, "value": value }),
    }
}

fn group<'a>(name: &str, tabs: &'a Value) -> Option<&'a Value> {
    let mut named = list(tabs, "tabGroups").iter().filter(|group| text(group, "groupLabel") == name);
    named.next().filter(|_| named.next().is_none())
}

fn condition_of(name: &str, tabs: &Value) -> Value {
    group(name, tabs).map(condition).unwrap_or_default()
}

/// At least and at most so many boxes.
fn rule(name: &str, tabs: &Value) -> Option<(Option<u64>, Option<u64>)> {
    let group = group(name, tabs)?;
    let number = |name| text(group, name).parse().ok();
    let (least, most) = (number("minimumRequired"), number("maximumAllowed"));
    match text(group, "groupRule") {
        "SelectAtLeast" => Some((least, None)),
        "SelectAtMost" => Some((None, most)),
        "SelectExactly" | "SelectARange" => Some((least, most)),
        _ => None,
    }
}
