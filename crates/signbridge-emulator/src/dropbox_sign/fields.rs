//! Form fields: reading them, filling them, drawing them.
//!
//! Positions are pixels at 72 to the inch from the upper left corner of the page, sizes are pixels at
//! 80 to the inch [mapping 7]. A mark is drawn at the position; its own size follows what it shows.

use serde_json::Value;

use super::errors::ApiError;
use super::model::{Document, Envelope, Field, Filler, Status};
use super::params::{Input, flag};
use crate::dialect::Time;
use crate::pdf::{self, Mark, MarkKind};
use crate::values::{Object, decimal, filled, integer};

const TYPES: &[&str] = &[
    "text",
    "checkbox",
    "radio",
    "dropdown",
    "signature",
    "initials",
    "date_signed",
    "hyperlink",
    "text-merge",
    "checkbox-merge",
];

/// The groups that fields name: id and requirement.
pub(crate) fn groups(input: &Input) -> Result<Vec<(String, String)>, ApiError> {
    input
        .list("form_field_groups")
        .iter()
        .enumerate()
        .map(|(at, raw)| {
            let path = |name: &str| format!("form_field_groups[{at}][{name}]");
            let need = |name: &str| {
                raw.as_object()
                    .and_then(|own| filled(own, name))
                    .ok_or_else(|| ApiError::at(path(name), format!("Missing parameter: {name}")))
            };
            let (id, requirement) = (need("group_id")?, need("requirement")?);
            match requirement.as_str() {
                "require_0-1" | "require_1" | "require_1-ormore" => Ok((id, requirement)),
                other => Err(ApiError::at(path("requirement"), format!("Invalid parameter: {other}"))),
            }
        })
        .collect()
}

/// The form fields of a request: flat with `document_index`, or the older list per document.
pub(crate) fn read(input: &Input, documents: &[Document], signers: usize) -> Result<Vec<Field>, ApiError> {
    let mut fields: Vec<Field> = Vec::new();
    let groups = groups(input)?;
    let mut add = |path: String, raw: &Value, document: Option<usize>| {
        let raw = raw.as_object().ok_or_else(|| ApiError::at(path.clone(), "A form field is an object"))?;
        let field = one(&path, raw, document, documents, signers)?;
        if let Some(group) = field.group.as_ref().filter(|own| groups.iter().all(|(id, _)| id != *own)) {
            let why = format!("There is no form field group {group}");
            return Err(ApiError::at(format!("{path}[group]"), why));
        }
        if fields.iter().any(|own| own.api_id == field.api_id) {
            return Err(ApiError::at(path, format!("The api_id {} is used twice", field.api_id)));
        }
        fields.push(field);
        Ok(())
    };
    for (at, raw) in input.list("form_fields_per_document").iter().enumerate() {
        let path = format!("form_fields_per_document[{at}]");
        match raw {
            Value::Array(of_document) => {
                for (inner, raw) in of_document.iter().enumerate() {
                    add(format!("{path}[{inner}]"), raw, Some(at))?;
                }
            }
            flat => add(path, flat, None)?,
        }
    }
    Ok(fields)
}

fn one(
    path: &str,
    raw: &Object,
    document: Option<usize>,
    documents: &[Document],
    signers: usize,
) -> Result<Field, ApiError> {
    let missing = |name: &str| ApiError::at(format!("{path}[{name}]"), format!("Missing parameter: {name}"));
    let number = |name: &str| decimal(raw, name).ok_or_else(|| missing(name));
    let index = match document {
        Some(index) => index,
        None => integer(raw, "document_index")
            .and_then(|index| usize::try_from(index).ok())
            .ok_or_else(|| missing("document_index"))?,
    };
    let document = documents.get(index).ok_or_else(|| {
        ApiError::at(format!("{path}[document_index]"), format!("There is no document {index}"))
    })?;
    let kind = filled(raw, "type").ok_or_else(|| missing("type"))?;
    if !TYPES.contains(&kind.as_str()) {
        return Err(ApiError::at(format!("{path}[type]"), format!("Invalid parameter: {kind}")));
    }
    if !raw.contains_key("required") {
        return Err(missing("required"));
    }
    let signer = filled(raw, "signer").ok_or_else(|| missing("signer"))?;
    let merged = matches!(kind.as_str(), "text-merge" | "checkbox-merge");
    let filler = match signer.as_str() {
        "sender" if merged => Filler::Sender,
        own => own
            .parse()
            .ok()
            .filter(|at| *at < signers && !merged)
            .map(Filler::Signer)
            .ok_or_else(|| ApiError::at(format!("{path}[signer]"), format!("Invalid signer: {own}")))?,
    };
    let options: Vec<String> =
        crate::values::list(raw, "options").iter().filter_map(crate::values::as_text).collect();
    if kind == "dropdown" && options.is_empty() {
        return Err(missing("options"));
    }
    let group = filled(raw, "group");
    if kind == "radio" && group.is_none() {
        return Err(missing("group"));
    }
    let (page, y) = page(raw, number("y")?, document);
    let api_id = filled(raw, "api_id").ok_or_else(|| missing("api_id"))?;
    let value = match kind.as_str() {
        "checkbox" | "radio" => Some(Value::Bool(flag(raw, "is_checked"))),
        "text" | "dropdown" => filled(raw, "content").map(Value::String),
        _ => None,
    };
    Ok(Field {
        document: index,
        name: filled(raw, "name").unwrap_or_else(|| api_id.clone()),
        api_id,
        kind,
        required: flag(raw, "required"),
        filler,
        page,
        x: number("x")?,
        y,
        width: number("width")?,
        height: number("height")?,
        options,
        group,
        value,
    })
}

/// Page and height on it. Without `page`, pages count on from each other; unverified.
fn page(raw: &Object, y: f32, document: &Document) -> (u32, f32) {
    if let Some(page) = integer(raw, "page").and_then(|page| u32::try_from(page).ok()) {
        return (page.max(1), y);
    }
    let mut left = y;
    let mut number = 1;
    for size in &document.pages {
        if left < size.height || number as usize == document.pages.len() {
            break;
        }
        left -= size.height;
        number += 1;
    }
    (number, left)
}

/// The fields that lie outside their page.
pub(crate) fn misplaced(fields: &[Field], documents: &[Document]) -> bool {
    fields.iter().any(|field| {
        let place = documents.get(field.document).and_then(|own| own.pages.get((field.page - 1) as usize));
        place.is_none_or(|page| {
            field.x < 0.0 || field.y < 0.0 || field.x >= page.width || field.y >= page.height
        })
    })
}

/// The kinds of text tags and the fields they make.
const TAGS: [(&str, &str); 6] = [
    ("sig", "signature"),
    ("initial", "initials"),
    ("date", "date_signed"),
    ("text", "text"),
    ("check", "checkbox"),
    ("def", "text"),
];

/// The fields of text tags such as `[sig|req|signer1]`, signers counted from 1; or which tag names a
/// signer the request does not have.
pub(crate) fn tags(documents: &[Document], signers: usize) -> Result<Vec<Field>, String> {
    let mut fields = Vec::new();
    for (document, own) in documents.iter().enumerate() {
        for (tag, hit) in pdf::find_between(&own.bytes, "[", "]").map_err(|error| error.to_string())? {
            let mut words = tag.trim_matches(['[', ']']).split('|');
            let (Some(name), Some(need), Some(who)) = (words.next(), words.next(), words.next()) else {
                continue;
            };
            let kind = TAGS.iter().find(|(own, _)| *own == name).map(|(_, kind)| *kind);
            let (Some(kind), "req" | "noreq", Some(signer)) = (kind, need, who.strip_prefix("signer")) else {
                continue;
            };
            let signer = signer.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            let signer = signer
                .filter(|at| *at < signers)
                .ok_or_else(|| format!("The text tag {tag} names a signer the request does not have"))?;
            let api_id = format!("{}_{}", super::state::hex_id(6), fields.len() + 1);
            let label = words.next().filter(|label| !label.trim().is_empty());
            fields.push(Field {
                document,
                name: label.unwrap_or(&api_id).to_owned(),
                api_id,
                kind: kind.to_owned(),
                required: need == "req",
                filler: Filler::Signer(signer),
                page: hit.page,
                x: hit.x,
                // The hit is the baseline; the field begins a line's height above.
                y: (hit.y - 10.0).max(0.0),
                width: 120.0,
                height: 16.0,
                options: Vec::new(),
                group: None,
                value: (kind == "checkbox").then_some(Value::Bool(false)),
            });
        }
    }
    Ok(fields)
}

/// Gives merge fields the values of `custom_fields` by name; answers the names nobody asked for.
pub(crate) fn merge(fields: &mut [Field], custom: &[Value]) -> Vec<String> {
    let mut unused = Vec::new();
    for item in custom.iter().filter_map(Value::as_object) {
        let name = filled(item, "name").unwrap_or_default();
        let mut used = false;
        for field in fields.iter_mut().filter(|own| own.name == name || own.api_id == name) {
            used = true;
            field.value = match field.kind.as_str() {
                "checkbox" | "checkbox-merge" | "radio" => Some(Value::Bool(flag(item, "value"))),
                _ => filled(item, "value").map(Value::String),
            };
        }
        if !used {
            unused.push(name);
        }
    }
    unused
}

/// Takes what was typed on the page, and fills in what follows from signing. Names what is missing.
pub(crate) fn fill(
    own: &mut Envelope,
    position: usize,
    typed: &[(String, String)],
    now: Time,
) -> Result<(), Vec<String>> {
    let mut missing = Vec::new();
    for field in own.fields.iter_mut().filter(|field| field.filler == Filler::Signer(position)) {
        let given = typed.iter().find(|(name, _)| *name == field.name).map(|(_, value)| value.clone());
        match field.kind.as_str() {
            "date_signed" => field.value = Some(Value::String(now.format("%m/%d/%Y").to_string())),
            "signature" | "initials" => field.value = None,
            "checkbox" | "radio" => {
                if !typed.is_empty() {
                    let on = given.is_some_and(|value| !value.is_empty() && value != "false");
                    field.value = Some(Value::Bool(on));
                }
                // An optional tick may stay away; one that is demanded may not.
                if field.kind == "checkbox" && field.required && field.value != Some(Value::Bool(true)) {
                    missing.push(field.name.clone());
                }
            }
            "text" | "dropdown" => {
                if let Some(value) = given.filter(|value| !value.is_empty()) {
                    field.value = Some(Value::String(value));
                }
                if field.required && field.value.is_none() {
                    missing.push(field.name.clone());
                }
            }
            _ => {}
        }
    }
    for (id, requirement) in &own.groups {
        let mut ticks = own
            .fields
            .iter()
            .filter(|field| field.filler == Filler::Signer(position) && field.group.as_ref() == Some(id))
            .map(|field| field.value == Some(Value::Bool(true)))
            .peekable();
        let count = if ticks.peek().is_some() { ticks.filter(|on| *on).count() } else { continue };
        let fits = match requirement.as_str() {
            "require_1" => count == 1,
            "require_1-ormore" => count >= 1,
            _ => count <= 1,
        };
        if !fits {
            missing.push(id.clone());
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(missing) }
}

/// What to draw on a document.
pub(crate) fn marks(own: &Envelope, document: usize) -> Vec<Mark> {
    own.fields
        .iter()
        .filter(|field| field.document == document)
        .filter_map(|field| {
            let kind = match field.filler {
                Filler::Sender => shown(field)?,
                Filler::Signer(at) => {
                    let signer = own.signatures.get(at).filter(|one| one.status == Status::Signed)?;
                    let id: String = signer.id.chars().take(16).collect();
                    match field.kind.as_str() {
                        "signature" => MarkKind::Signature { name: signer.name.clone(), id },
                        "initials" => MarkKind::Initials { name: signer.name.clone(), id },
                        _ => shown(field)?,
                    }
                }
            };
            Some(Mark { page: field.page, x: field.x, y: field.y, kind })
        })
        .collect()
}

fn shown(field: &Field) -> Option<MarkKind> {
    match field.value.as_ref()? {
        Value::Bool(on) => Some(MarkKind::Checkbox(*on)),
        Value::String(text) => Some(MarkKind::Text(text.clone())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::dropbox_sign::fetch;
    use crate::dropbox_sign::params::Upload;

    fn page() -> Document {
        let bytes = crate::docusign::convert::stand_in("a.txt", "txt", b"A page.").unwrap();
        fetch::document(&Upload { name: "a.pdf".to_owned(), bytes }).unwrap()
    }

    fn field(more: Value) -> Value {
        let mut own = json!({
            "document_index": 0, "api_id": "f", "type": "text", "required": false, "signer": "0",
            "x": 100, "y": 400, "width": 80, "height": 16, "page": 1,
        });
        let (Some(own_object), Value::Object(more)) = (own.as_object_mut(), more) else { panic!() };
        own_object.extend(more);
        own
    }

    fn read_one(fields: Value) -> Result<Vec<Field>, ApiError> {
        let mut input = Input::default();
        input.fields.insert("form_fields_per_document".into(), fields);
        read(&input, &[page()], 1)
    }

    #[test]
    fn a_value_is_drawn_at_its_place_within_two_points() {
        let own = field(json!({"type": "text-merge", "signer": "sender", "name": "Rent"}));
        let mut fields = read_one(json!([own])).unwrap();
        assert!(merge(&mut fields, &[json!({"name": "Rent", "value": "Hundred"})]).is_empty());
        let field = &fields[0];
        let kind = shown(field).unwrap();
        let mark = Mark { page: field.page, x: field.x, y: field.y, kind };
        let stamped = pdf::stamp(&page().bytes, &[mark], None).unwrap();
        let hit = pdf::find_text(&stamped, "Hundred", true, true).unwrap()[0];
        assert_eq!(hit.page, 1);
        // The hit is the baseline; the upper edge of the text is the field's.
        assert!((hit.x - 100.0).abs() <= 2.0, "{hit:?}");
        assert!(hit.y > 400.0 && hit.y < 414.0, "{hit:?}");
    }

    #[test]
    fn the_older_shape_is_a_list_per_document() {
        let fields = read_one(json!([[field(json!({"api_id": "old"}))]])).unwrap();
        assert_eq!((fields[0].document, fields[0].api_id.as_str()), (0, "old"));
    }

    #[test]
    fn what_a_field_lacks_is_named() {
        let refused = |more| read_one(json!([field(more)])).unwrap_err().path.unwrap();
        assert_eq!(refused(json!({"signer": "1"})), "form_fields_per_document[0][signer]");
        assert_eq!(refused(json!({"type": "stamp"})), "form_fields_per_document[0][type]");
        assert_eq!(refused(json!({"type": "dropdown"})), "form_fields_per_document[0][options]");
        assert_eq!(refused(json!({"document_index": 3})), "form_fields_per_document[0][document_index]");
    }

    #[test]
    fn text_tags_become_fields_and_one_for_nobody_is_a_mismatch() {
        let tagged = |text: &str| {
            let bytes = crate::docusign::convert::stand_in("a.txt", "txt", text.as_bytes()).unwrap();
            fetch::document(&Upload { name: "a.pdf".to_owned(), bytes }).unwrap()
        };
        let found = tags(&[tagged("Here: [sig|req|signer1] and [text|noreq|signer1|Town]")], 1).unwrap();
        let kinds: Vec<_> = found.iter().map(|own| (own.kind.as_str(), own.required)).collect();
        assert_eq!(kinds, [("signature", true), ("text", false)]);
        assert_eq!(found[1].name, "Town");
        assert!(tags(&[tagged("[sig|req|signer2]")], 1).is_err());
    }
}
