use serde_json::{Value, json};
use signbridge_core::{Choice, Placement};

use super::*;

fn tabs(fields: &[Field]) -> Value {
    serde_json::to_value(Tabs::of(0, fields).unwrap()).unwrap()
}

fn of(kind: FieldKind, id: &str) -> Field {
    Field::new(kind).named(id).at(1, 1.0, 1.0)
}

/// Rows: 15 13, 15 9, 6 Signature, 6 required
#[test]
fn a_required_signature_is_not_optional_and_the_other_way_round() {
    let both = [Field::signature().at(1, 10.4, 20.6), Field::signature().at(1, 0.0, 0.0).optional()];
    let made = tabs(&both);
    assert_eq!(made["signHereTabs"][0]["optional"], "false");
    assert_eq!(made["signHereTabs"][1]["optional"], "true");
    assert_eq!(made["signHereTabs"][0]["xPosition"], "10");
    assert_eq!(made["signHereTabs"][0]["yPosition"], "21");
    assert!(made["signHereTabs"][0].get("stampType").is_none());
}

/// Rows: 15 12, 6 Checkbox
#[test]
fn a_required_checkbox_is_made_so_by_a_group() {
    let made = tabs(&[Field::checkbox("terms").at(1, 1.0, 1.0)]);
    assert_eq!(made["checkboxTabs"][0]["tabGroupLabels"], json!(["terms_required"]));
    assert_eq!(made["tabGroups"][0]["groupRule"], "SelectAtLeast");
    assert_eq!(made["tabGroups"][0]["minimumRequired"], "1");
    assert!(made["checkboxTabs"][0].get("required").is_none());
    assert!(tabs(&[Field::checkbox("terms").at(1, 1.0, 1.0).optional()]).get("tabGroups").is_none());
}

/// Rows: 6 Checkbox
#[test]
fn a_group_of_boxes_is_written_once_with_its_rule() {
    let ruled = |least, most| {
        let boxed = |id: &str| Field::checkbox(id).at(1, 1.0, 1.0).in_group("toppings", least, most);
        let made = tabs(&[boxed("a"), boxed("b"), boxed("c")]);
        assert_eq!(made["checkboxTabs"][2]["tabGroupLabels"], json!(["toppings"]));
        let groups = made["tabGroups"].as_array().unwrap().clone();
        let [group] = groups.as_slice() else { panic!("{groups:?}") };
        assert_eq!((&group["groupLabel"], &group["tabScope"]), (&json!("toppings"), &json!("Document")));
        let text = |name: &str| group[name].as_str().unwrap().to_owned();
        (text("groupRule"), text("minimumRequired"), text("maximumAllowed"))
    };
    let rule = |word: &str, least: &str, most: &str| (word.to_owned(), least.to_owned(), most.to_owned());
    assert_eq!(ruled(Some(2), None), rule("SelectAtLeast", "2", "3"));
    assert_eq!(ruled(None, Some(2)), rule("SelectAtMost", "0", "2"));
    assert_eq!(ruled(Some(2), Some(2)), rule("SelectExactly", "2", "2"));
    assert_eq!(ruled(Some(1), Some(2)), rule("SelectARange", "1", "2"));
    let on = |document| Field::checkbox(format!("on{document}")).on_document(document).at(1, 1.0, 1.0);
    let both = [on(1).in_group("g", Some(1), None), on(2).in_group("g", Some(1), None)];
    let group = &tabs(&both)["tabGroups"][0];
    assert_eq!(group["tabScope"], "Envelope");
    assert!(group.get("documentId").is_none() && group.get("pageNumber").is_none());
}

#[test]
fn an_anchor_is_offset_in_inches_and_bound_to_no_page() {
    let made = tabs(&[Field::signature().at_anchor("/sig/", 36.0, -18.0)]);
    let tab = &made["signHereTabs"][0];
    assert_eq!((&tab["anchorXOffset"], &tab["anchorYOffset"]), (&json!("0.5000"), &json!("-0.2500")));
    assert_eq!(tab["anchorUnits"], "inches");
    assert_eq!(tab["anchorIgnoreIfNotPresent"], "false");
    assert!(tab.get("pageNumber").is_none() && tab.get("documentId").is_none());
}

/// Rows: 15 14, 6 id
#[test]
fn fields_without_a_name_get_different_ones() {
    let made = tabs(&[Field::signature().at(1, 1.0, 1.0), Field::signature().at(2, 1.0, 1.0)]);
    assert_ne!(made["signHereTabs"][0]["tabLabel"], made["signHereTabs"][1]["tabLabel"]);
}

/// Rows: 6 RadioGroup, 6 default value, 6 read-only
#[test]
fn the_buttons_of_a_radio_group_lie_each_for_itself() {
    let mut group = Field::radio_group("plan").choice("month", 2, 10.0, 20.0).choice("year", 2, 10.0, 40.0);
    group = group.value("year").read_only().on_document(3);
    let made = tabs(&[group.clone()])["radioGroupTabs"][0].clone();
    assert_eq!((&made["groupName"], &made["documentId"]), (&json!("plan"), &json!("3")));
    assert!(made.get("tabLabel").is_none(), "a group has a name instead");
    assert_eq!(
        made["radios"][1],
        json!({"value": "year", "selected": "true", "required": "true", "locked": "true", "pageNumber": "2",
            "xPosition": "10", "yPosition": "40"})
    );
    assert_eq!(made["radios"][0]["selected"], "false");
    let placement = Field::signature().at_anchor("monthly", 0.0, 0.0).placement;
    assert!(matches!(placement, Placement::Anchor(_)));
    group.choices = vec![Choice { value: "month".into(), placement }];
    let made = tabs(&[group])["radioGroupTabs"][0].clone();
    assert_eq!(made["radios"][0]["anchorString"], "monthly");
    assert!(made.get("documentId").is_none(), "the text says on which document");
}

/// Rows: 6 Formula, 6 SenderText, 6 Stamp, 6 Hyperlink Note Approve and Decline
#[test]
fn what_the_recipient_does_not_fill_is_fixed() {
    let mut whole = Field::formula("gross", "[net] * 1.2").at(1, 1.0, 9.0);
    whole.decimals = Some(0);
    let made = tabs(&[
        of(FieldKind::Number, "net"),
        whole,
        Field::formula("rest", "[net]").at(1, 1.0, 9.0),
        Field::sender_text("Flat 7").at(1, 1.0, 20.0),
        Field::note("Mind the step").at(1, 1.0, 30.0),
        of(FieldKind::Approve, "ok").value("I agree"),
        of(FieldKind::Decline, "no"),
        of(FieldKind::Stamp, "seal").optional(),
    ]);
    let formula = &made["formulaTabs"][0];
    assert_eq!(
        (&formula["formula"], &formula["roundDecimalPlaces"], &formula["locked"], &formula["required"]),
        (&json!("[net] * 1.2"), &json!("0"), &json!("true"), &json!("false"))
    );
    assert_eq!(made["formulaTabs"][1]["roundDecimalPlaces"], "2", "written also where it is the default");
    let text = &made["textTabs"][0];
    assert_eq!(
        (&text["value"], &text["locked"], &text["required"]),
        (&json!("Flat 7"), &json!("true"), &json!("false"))
    );
    assert_eq!(made["noteTabs"][0]["value"], "Mind the step");
    assert_eq!(made["approveTabs"][0]["buttonText"], "I agree");
    assert!(made["declineTabs"][0].get("buttonText").is_none());
    let stamp = &made["signHereTabs"][0];
    assert_eq!((&stamp["stampType"], &stamp["optional"]), (&json!("stamp"), &json!("true")));
}

/// Rows: 6 validation, 6 Text multi-line, 6 Number, 6 Date
#[test]
fn what_may_be_typed_is_written_as_docusign_says_it() {
    let mut zip = of(FieldKind::Text, "zip").valid_if(ValidationRule::Pattern("^[0-9]{5}$".into()));
    zip.max_length = Some(5);
    if let Some(validation) = &mut zip.validation {
        validation.message = Some("Five digits".into());
    }
    let made = tabs(&[
        zip,
        of(FieldKind::Text, "mail").valid_if(ValidationRule::Email).optional(),
        of(FieldKind::Number, "age")
            .valid_if(ValidationRule::Range(Bounds { min: Some(18.0), max: Some(99.5) })),
    ]);
    let zip = &made["textTabs"][0];
    assert_eq!(
        (&zip["validationPattern"], &zip["validationMessage"], &zip["maxLength"]),
        (&json!("^[0-9]{5}$"), &json!("Five digits"), &json!("5"))
    );
    assert_eq!(made["emailTabs"][0]["required"], "false");
    let age = &made["numericalTabs"][0];
    assert_eq!((&age["minNumericalValue"], &age["maxNumericalValue"]), (&json!("18"), &json!("99.5")));
}

/// Rows: 6 condition
#[test]
fn a_parent_that_is_ticked_or_signed_is_on_and_others_hold_their_value() {
    let shown = |parent: Field, value: &str| {
        let child = Field::checkbox("child").at(1, 1.0, 50.0).shown_if("x", value).tooltip("hint");
        tabs(&[parent, child])
    };
    for (parent, value, written) in [
        (of(FieldKind::Checkbox, "x"), "true", "on"),
        (of(FieldKind::Signature, "x").optional(), "true", "on"),
        (Field::radio_group("x").choice("b", 1, 1.0, 1.0), "b", "b"),
        (of(FieldKind::Text, "x"), "Berlin", "Berlin"),
    ] {
        let made = shown(parent, value);
        let group = made["tabGroups"].as_array().unwrap().last().unwrap().clone();
        let boxes = made["checkboxTabs"].as_array().unwrap().last().unwrap().clone();
        for own in [&boxes, &group] {
            assert_eq!(own["conditionalParentLabel"], "x");
            assert_eq!(own["conditionalParentValue"], written);
        }
        assert_eq!(boxes["tooltip"], "hint");
        assert!(group.get("tooltip").is_none());
    }
}
