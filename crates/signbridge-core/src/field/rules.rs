//! What is wrong with a field whatever the provider.

use std::collections::{BTreeMap, HashSet};

use super::{
    Choice, Condition, Field, FieldGroup, FieldKind, FieldProperty, Placement, ValidationRule, formula,
};
use crate::{Fault, Recipient};

/// What is wrong with one field. A template's field may wait for the value that an envelope gives it.
pub(crate) fn problems(field: &Field, template: bool) -> Vec<Fault> {
    let mut faults = Vec::new();
    for property in field.properties() {
        if let Err(reason) = field.kind.takes(property) {
            faults.push(Fault::new(property.path(), format!("`{}` {reason}", field.kind)));
        }
    }
    placement(field, &mut faults);
    own_members(field, &mut faults);
    value(field, template, &mut faults);
    validation(field, &mut faults);
    if let Some(group) = &field.group {
        group_of(field, group, &mut faults);
    }
    let mut fault = |path: &str, message: &str| faults.push(Fault::new(path, message));
    if field.max_length == Some(0) {
        fault("max_length", "must be at least 1");
    }
    if field.tooltip.as_ref().is_some_and(|text| text.trim().is_empty()) {
        fault("tooltip", "is empty");
    }
    faults
}

fn placement(field: &Field, faults: &mut Vec<Fault>) {
    if field.kind == FieldKind::RadioGroup {
        if field.placement != Placement::Choices {
            faults.push(Fault::new("placement", "a radio group has none; each of its choices has"));
        }
    } else if field.placement == Placement::Choices {
        faults.push(Fault::new("placement", "is missing; say `at` or `anchor`"));
    }
    for (path, placement) in field.placements() {
        let mut fault = |name: &str, message: &str| faults.push(Fault::new(format!("{path}{name}"), message));
        match placement {
            Placement::At(at) => {
                if at.page == 0 {
                    fault(".at.page", "is counted from 1");
                }
                let inside = |value: f64| value.is_finite() && value >= 0.0;
                if !inside(at.x) || !inside(at.y) {
                    fault(".at", "x and y are points from the top left corner, at least 0");
                }
                let sized = |value: Option<f64>| value.is_none_or(|value| value.is_finite() && value > 0.0);
                if !sized(at.width) || !sized(at.height) {
                    fault(".at", "width and height are points above 0");
                }
            }
            Placement::Anchor(anchor) => {
                if anchor.text.trim().is_empty() {
                    fault(".anchor.text", "is empty");
                }
                if !anchor.x.is_finite() || !anchor.y.is_finite() {
                    fault(".anchor", "x and y are points");
                }
            }
            Placement::Choices => fault("", "is missing; say `at` or `anchor`"),
        }
    }
}

/// The members that one kind has and no other.
fn own_members(field: &Field, faults: &mut Vec<Fault>) {
    let mut fault = |path: &str, message: &str| faults.push(Fault::new(path, message));
    let kind = field.kind;
    if (kind == FieldKind::Dropdown) == field.options.is_empty() {
        fault("options", "a dropdown has options, and only a dropdown");
    } else if field.options.iter().any(String::is_empty) || repeats(&field.options) {
        fault("options", "are texts that differ from each other");
    }
    let values: Vec<&String> = field.choices.iter().map(|choice| &choice.value).collect();
    if kind != FieldKind::RadioGroup && !values.is_empty() {
        fault("choices", "only a radio group has choices; a dropdown has options");
    } else if kind == FieldKind::RadioGroup && values.len() < 2 {
        fault("choices", "a radio group has at least two");
    } else if values.iter().any(|value| value.is_empty()) || repeats(&values) {
        fault("choices", "have values that differ from each other");
    }
    match (kind, &field.formula) {
        (FieldKind::Formula, None) => fault("formula", "is missing; say what is reckoned"),
        (FieldKind::Formula, Some(text)) => match formula::references(text) {
            Err(reason) => fault("formula", &reason),
            Ok(names) if names.is_empty() => {
                fault("formula", "names no field, so that it is always the same; use `sender_text`");
            }
            Ok(_) => {}
        },
        (_, Some(_)) => fault("formula", "belongs to a field of the kind `formula`"),
        (_, None) => {}
    }
    if field.decimals.is_some() && kind != FieldKind::Formula {
        fault("decimals", "belong to a field of the kind `formula`");
    }
    match (kind, &field.url) {
        (FieldKind::Hyperlink, None) => fault("url", "is missing; say where the link leads"),
        (FieldKind::Hyperlink, Some(url)) if !matches!(url.scheme(), "https" | "http") => {
            fault("url", "must be an https or http address");
        }
        (FieldKind::Hyperlink, Some(_)) | (_, None) => {}
        (_, Some(_)) => fault("url", "belongs to a field of the kind `hyperlink`"),
    }
}

fn repeats<T: std::hash::Hash + Eq>(values: &[T]) -> bool {
    let mut seen = HashSet::new();
    !values.iter().all(|value| seen.insert(value))
}

fn value(field: &Field, template: bool, faults: &mut Vec<Fault>) {
    let mut fault = |message: &str| faults.push(Fault::new("value", message));
    let Some(value) = &field.value else {
        let shown = matches!(field.kind, FieldKind::Note | FieldKind::Hyperlink);
        if shown || (field.kind == FieldKind::SenderText && !template) {
            fault("is missing; it is the text that is shown");
        } else if field.read_only && field.required && !template {
            fault("is missing: what is required and read_only nobody can fill");
        }
        return;
    };
    if field.kind.takes(FieldProperty::Value).is_err() {
        return;
    }
    match field.kind {
        FieldKind::Dropdown if !field.options.contains(value) => fault("is not among the options"),
        FieldKind::RadioGroup if !has_choice(&field.choices, value) => fault("is not among the choices"),
        FieldKind::Checkbox if !matches!(value.as_str(), "true" | "false") => {
            fault("of a check box is `true` or `false`");
        }
        FieldKind::Checkbox if field.read_only && field.required && value == "false" => {
            fault("is `false`: a box that is required and read_only nobody can tick");
        }
        FieldKind::Number if value.parse::<f64>().is_ok_and(f64::is_finite) => {}
        FieldKind::Number => fault("is no number; write it like `-1234.5`"),
        _ if value.is_empty() => fault("is empty; leave it out"),
        _ => {}
    }
    let longest = field.max_length.and_then(|most| usize::try_from(most).ok());
    if longest.is_some_and(|most| value.chars().count() > most) {
        fault("is longer than max_length");
    }
}

fn has_choice(choices: &[Choice], value: &str) -> bool {
    choices.iter().any(|choice| choice.value == value)
}

fn validation(field: &Field, faults: &mut Vec<Fault>) {
    let Some(validation) = &field.validation else { return };
    let mut fault = |path: &str, message: &str| faults.push(Fault::new(path, message));
    match &validation.rule {
        ValidationRule::Pattern(pattern) if pattern.is_empty() => fault("validation.rule", "is empty"),
        ValidationRule::Range(range) => {
            let (min, max) = (range.min.unwrap_or(f64::MIN), range.max.unwrap_or(f64::MAX));
            if (range.min.is_none() && range.max.is_none()) || !min.is_finite() || !max.is_finite() {
                fault("validation.rule", "a range has `min`, `max` or both, as numbers");
            } else if min > max {
                fault("validation.rule", "`min` is greater than `max`");
            } else if let Some(number) = field.value.as_ref().and_then(|text| text.parse::<f64>().ok())
                && !(min..=max).contains(&number)
            {
                fault("value", "lies outside the range");
            }
        }
        ValidationRule::Pattern(_) | ValidationRule::Email => {}
    }
    if validation.message.as_ref().is_some_and(|text| text.trim().is_empty()) {
        fault("validation.message", "is empty");
    }
}

fn group_of(field: &Field, group: &FieldGroup, faults: &mut Vec<Fault>) {
    let mut fault = |path: &str, message: &str| faults.push(Fault::new(path, message));
    if group.name.is_empty() {
        fault("group.name", "is empty");
    }
    if field.required {
        fault("required", "the rule of the group says how many are ticked; write `required = false`");
    }
    match (group.at_least.unwrap_or(0), group.at_most) {
        (0, None) => fault("group", "says nothing; give `at_least`, `at_most` or both, 1 or more"),
        (_, Some(0)) => fault("group.at_most", "must be at least 1"),
        (least, Some(most)) if least > most => fault("group", "`at_least` is greater than `at_most`"),
        _ => {}
    }
}

/// A field with its path in the draft.
struct Placed<'a> {
    path: String,
    recipient: usize,
    field: &'a Field,
}

/// What is wrong between fields: names that lead nowhere, conditions in a circle, groups at odds with themselves.
pub(crate) fn problems_between(recipients: &[Recipient]) -> Vec<Fault> {
    let all: Vec<Placed<'_>> = recipients
        .iter()
        .enumerate()
        .flat_map(|(recipient, own)| {
            own.fields.iter().enumerate().map(move |(place, field)| {
                let path = format!("recipients[{recipient}].fields[{place}]");
                Placed { path, recipient, field }
            })
        })
        .collect();
    let named: BTreeMap<&str, &Field> =
        all.iter().filter_map(|own| Some((own.field.id.as_deref()?, own.field))).collect();
    let mut faults = Vec::new();
    let mut groups: BTreeMap<&str, (&FieldGroup, usize, usize)> = BTreeMap::new();
    for Placed { path, recipient, field } in &all {
        if let Some(condition) = &field.condition
            && let Err(message) = decided(field, condition, &named)
        {
            faults.push(Fault::new(format!("{path}.condition"), message));
        }
        let names = field.formula.as_deref().and_then(|text| formula::references(text).ok());
        for name in names.unwrap_or_default() {
            let message = match named.get(name.as_str()) {
                None => format!("names `{name}`, which no field is called"),
                Some(other) if !other.kind.is_number() => {
                    format!("reckons with `{name}`, which is a {} and no number", other.kind)
                }
                Some(_) if reaches(&name, field.id.as_deref(), &named, references) => {
                    format!("reckons with `{name}`, which is reckoned from this one")
                }
                Some(_) => continue,
            };
            faults.push(Fault::new(format!("{path}.formula"), message));
        }
        if let Some(group) = &field.group {
            let (first, owner, members) = groups.entry(&group.name).or_insert((group, *recipient, 0));
            *members += 1;
            let message = if *first != group {
                "says something else than another box of the group"
            } else if owner != recipient {
                "has boxes of two recipients"
            } else {
                continue;
            };
            faults.push(Fault::new(format!("{path}.group"), message));
        }
    }
    for Placed { path, field, .. } in &all {
        let Some((group, _, members)) = field.group.as_ref().and_then(|own| groups.remove(own.name.as_str()))
        else {
            continue;
        };
        if group.at_least.is_some_and(|least| usize::try_from(least).is_ok_and(|least| least > members)) {
            let message = format!("asks for more boxes than the group has, which is {members}");
            faults.push(Fault::new(format!("{path}.group.at_least"), message));
        }
    }
    faults
}

/// Whether the other field can ever hold what the condition asks for.
fn decided(
    field: &Field,
    condition: &Condition,
    named: &BTreeMap<&str, &Field>,
) -> std::result::Result<(), String> {
    let name = condition.field.as_str();
    if field.id.as_deref() == Some(name) {
        return Err("depends on the field itself".to_owned());
    }
    let Some(parent) = named.get(name) else {
        return Err(format!("names `{name}`, which no field is called"));
    };
    if reaches(name, field.id.as_deref(), named, parents) {
        return Err(format!("depends on `{name}`, which depends on this one"));
    }
    let value = &condition.value;
    let possible = match parent.kind {
        kind if !kind.decides() => return Err(format!("depends on `{name}`, which is a {kind}")),
        FieldKind::Signature | FieldKind::Initials | FieldKind::Stamp | FieldKind::DigitalSignature
            if parent.required =>
        {
            return Err(format!("depends on `{name}`, which is always given; make that one optional"));
        }
        FieldKind::Signature | FieldKind::Initials | FieldKind::Stamp | FieldKind::DigitalSignature => {
            value == "true"
        }
        FieldKind::Checkbox => matches!(value.as_str(), "true" | "false"),
        FieldKind::Dropdown => parent.options.contains(value),
        FieldKind::RadioGroup => has_choice(&parent.choices, value),
        _ => !value.is_empty(),
    };
    if possible { Ok(()) } else { Err(format!("asks for `{value}`, which `{name}` never holds")) }
}

fn parents(field: &Field) -> Vec<String> {
    field.condition.iter().map(|condition| condition.field.clone()).collect()
}

fn references(field: &Field) -> Vec<String> {
    field.formula.as_deref().and_then(|text| formula::references(text).ok()).unwrap_or_default()
}

/// Whether the way from one field leads to another, or back to itself.
fn reaches(
    from: &str,
    to: Option<&str>,
    named: &BTreeMap<&str, &Field>,
    next: impl Fn(&Field) -> Vec<String>,
) -> bool {
    let Some(to) = to else { return false };
    let mut seen: HashSet<String> = HashSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(name) = open.pop() {
        if name == to {
            return true;
        }
        if let Some(field) = named.get(name.as_str())
            && seen.insert(name)
        {
            open.extend(next(field));
        }
    }
    false
}

#[cfg(test)]
mod tests;
