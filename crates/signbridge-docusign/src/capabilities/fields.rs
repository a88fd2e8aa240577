//! Which fields DocuSign has, with which properties, and the rules that only DocuSign has for them.

use signbridge_core::{
    Capabilities, Capability, Draft, Evidence, Field, FieldKind as Kind, FieldProperty as Property,
    Placement, Report, Severity, ValidationRule,
};

use crate::wire::tabs::required_group;

/// Characters of a field's name.
const LABEL: usize = 500;
/// Characters of one choice of a dropdown.
const OPTION: usize = 100;
/// Characters of all choices of a dropdown.
const OPTIONS: usize = 2048;
/// Characters of a formula.
const FORMULA: usize = 2000;

const NO_SIZE: &str = "DocuSign draws it in a size of its own; leave out width and height";
const NO_TOOLTIP: &str = "DocuSign takes a hint for it and does not show it; leave it out";
const NO_VALUE: &str = "its description says that the value can be given and that it cannot";

/// Declares kinds and properties.
pub(super) fn declare(all: &mut Capabilities) {
    let native = Capability::native(Evidence::Published);
    let no = |reason| Capability::unsupported(reason, Evidence::Published);
    all.fields = Kind::ALL.iter().map(|kind| (*kind, native.clone())).collect();
    all.fields.extend([
        (
            Kind::DigitalSignature,
            no("a certificate comes with the level of the recipient; use signature, and ask for a level instead"),
        ),
        (Kind::Hyperlink, no("it has no links on a page; write the address into a note")),
    ]);
    all.field_properties = Property::ALL.iter().map(|property| (*property, native.clone())).collect();
    all.field_properties.extend([
        (
            Property::ValidationRange,
            Capability::unverified(
                "its tab with bounds is known by the names in the official SDK only; use a pattern",
            ),
        ),
        (
            Property::Multiline,
            Capability::emulated(
                "a text tab as high as its lines, so width and height are given",
                Evidence::Published,
            ),
        ),
    ]);
    all.except(Property::Value, &[Kind::Date, Kind::Company, Kind::Title], &Capability::unverified(NO_VALUE));
    all.except(
        Property::Size,
        &[Kind::Signature, Kind::Initials, Kind::Stamp, Kind::RadioGroup],
        &no(NO_SIZE),
    );
    let without_tooltip = [Kind::Approve, Kind::Decline, Kind::DateSigned, Kind::Email, Kind::Note];
    all.except(Property::Tooltip, &without_tooltip, &no(NO_TOOLTIP));
}

/// Adds what DocuSign cannot do with the fields of a draft.
pub(super) fn check(draft: &Draft, report: &mut Report) {
    for (index, place, field) in draft.fields() {
        let path = format!("recipients[{index}].fields[{place}]");
        let all = draft.recipients.get(index).map(|own| own.fields.as_slice()).unwrap_or_default();
        let mut refuse = |member: &str, message: String| {
            report.add(Severity::Refused, format!("{path}.{member}"), message);
        };
        for (member, message) in texts(field).into_iter().chain(members(field, all)) {
            refuse(member, message);
        }
        if let Some(group) = &field.group
            && !draft.templates.is_empty()
            && all.iter().any(|own| own.group.as_ref() == Some(group) && own.document != field.document)
        {
            let message = "a group of boxes beside templates lies on one document";
            refuse("group", message.to_owned());
        }
    }
}

/// What is too long, or holds what it may not.
fn texts(field: &Field) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let more = |most: usize| format!("has more than {most} characters");
    if field.id.as_ref().is_some_and(|id| id.chars().count() > LABEL) {
        found.push(("id", more(LABEL)));
    }
    if field.formula.as_ref().is_some_and(|formula| formula.chars().count() > FORMULA) {
        found.push(("formula", more(FORMULA)));
    }
    let lengths = || field.options.iter().map(|option| option.chars().count());
    if lengths().any(|length| length > OPTION) || lengths().sum::<usize>() > OPTIONS {
        let message = format!("take at most {OPTION} characters each and {OPTIONS} together");
        found.push(("options", message));
    }
    if field.options.iter().any(|option| option.contains(';')) {
        found.push(("options", "DocuSign separates choices by `;`, so none may contain it".to_owned()));
    }
    found
}

/// What does not go together. `all` are the fields of the same recipient.
fn members(field: &Field, all: &[Field]) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let mut add = |member, message: &str| found.push((member, message.to_owned()));
    let named = |name: &str| all.iter().find(|own| own.id.as_deref() == Some(name));
    if let Some(condition) = &field.condition {
        match named(&condition.field) {
            None => add("condition", "DocuSign looks for the other field among those of the same recipient"),
            Some(parent) if parent.kind == Kind::Checkbox && condition.value == "false" => {
                add("condition", "DocuSign can ask whether a box is ticked, not whether it is not");
            }
            Some(_) => {}
        }
    }
    let names = field.formula.iter().flat_map(|formula| formula.split('[').skip(1));
    for name in names.filter_map(|rest| rest.split(']').next()) {
        if named(name).is_none() {
            let message = format!(
                "reckons with `{name}` of another recipient, and whether that counts is not documented"
            );
            add("formula", &message);
        }
    }
    if field.multiline && !matches!(&field.placement, Placement::At(at) if at.height.is_some()) {
        let message =
            "DocuSign takes several lines where a field is high enough; give page, x, y, width and height";
        add("multiline", message);
    }
    let validation = field.validation.as_ref();
    if validation.is_some_and(|own| own.message.is_some() && matches!(own.rule, ValidationRule::Range(_))) {
        add("validation.message", "DocuSign's tab with bounds has no message; leave it out");
    }
    if let Some(group) = &field.group {
        let taken = |own: &Field| {
            own.required
                && own.kind == Kind::Checkbox
                && own.id.as_deref().map(required_group).as_ref() == Some(&group.name)
        };
        if all.iter().any(taken) {
            add("group.name", "is the name of ours for a box that is required; choose another");
        }
    }
    let anchored = |own: &signbridge_core::Choice| matches!(own.placement, Placement::Anchor(_));
    if field.choices.iter().any(anchored) && !field.choices.iter().all(anchored) {
        let message =
            "DocuSign has one document for a radio group, so either all choices have a text or none has";
        add("choices", message);
    }
    found
}
