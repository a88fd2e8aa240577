use crate::{Bounds, Document, Draft, Field, FieldKind, FieldProperty, Placement, Recipient, ValidationRule};

fn draft(fields: Vec<Field>) -> Draft {
    let ann = fields.into_iter().fold(Recipient::signer("Ann", "ann@example.com"), Recipient::field);
    Draft::new("Lease").document(Document::from_bytes("lease.pdf", &b"%PDF-1.7"[..])).recipient(ann)
}

/// The faults of these fields, without the way to the recipient.
fn faults(fields: Vec<Field>) -> Vec<(String, String)> {
    let Err(error) = draft(fields).validate() else { return Vec::new() };
    let own = |path: &str| path.strip_prefix("recipients[0].").unwrap().to_owned();
    error.faults().iter().map(|fault| (own(&fault.path), fault.message.clone())).collect()
}

fn paths(fields: Vec<Field>) -> Vec<String> {
    faults(fields).into_iter().map(|(path, _)| path).collect()
}

fn of(kind: FieldKind) -> Field {
    let mut field = match kind {
        FieldKind::RadioGroup => Field::radio_group("x").choice("a", 1, 1.0, 1.0).choice("b", 1, 1.0, 20.0),
        kind => Field::new(kind).at(1, 1.0, 1.0),
    };
    field.id = Some("x".into());
    match kind {
        FieldKind::Dropdown => field.options = vec!["a".into(), "b".into()],
        FieldKind::Formula => field.formula = Some("[n] * 2".into()),
        FieldKind::Hyperlink => field.url = Some("https://example.com".parse().unwrap()),
        _ => {}
    }
    if matches!(kind, FieldKind::SenderText | FieldKind::Note | FieldKind::Hyperlink) {
        field.value = Some("text".into());
    }
    field
}

fn number() -> Field {
    Field { id: Some("n".into()), ..Field::new(FieldKind::Number) }.at(1, 9.0, 9.0)
}

/// Gives a field a property, with a value that its kind can have.
fn enriched(kind: FieldKind, property: FieldProperty) -> Field {
    let mut field = of(kind);
    let rule = match property {
        FieldProperty::ValidationEmail => ValidationRule::Email,
        FieldProperty::ValidationRange => ValidationRule::Range(Bounds { min: Some(1.0), max: None }),
        _ => ValidationRule::Pattern("^[0-9]+$".into()),
    };
    match property {
        FieldProperty::Optional => field.required = false,
        FieldProperty::ReadOnly => {
            field.read_only = true;
            field.value.get_or_insert_with(|| value(kind).to_owned());
        }
        FieldProperty::Value => field.value = Some(value(kind).to_owned()),
        FieldProperty::Size => {
            let place = field.choices.first_mut().map_or(&mut field.placement, |own| &mut own.placement);
            if let Placement::At(at) = place {
                at.width = Some(50.0);
            }
        }
        FieldProperty::ValidationPattern
        | FieldProperty::ValidationEmail
        | FieldProperty::ValidationRange => field = field.valid_if(rule),
        FieldProperty::ValidationMessage => {
            field = field.valid_if(rule);
            field.validation.as_mut().unwrap().message = Some("Digits".into());
        }
        FieldProperty::Condition => field = field.shown_if("n", "1"),
        FieldProperty::Group => field = field.in_group("boxes", Some(1), None),
        FieldProperty::Multiline => field.multiline = true,
        FieldProperty::MaxLength => field.max_length = Some(10),
        FieldProperty::Tooltip => field = field.tooltip("a hint"),
    }
    field
}

fn value(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Dropdown | FieldKind::RadioGroup => "a",
        FieldKind::Checkbox => "true",
        FieldKind::Number => "12",
        _ => "text",
    }
}

/// What a kind takes, it takes without a fault; what it does not take has a reason at its own path.
#[test]
fn every_kind_takes_every_property_or_says_why_not() {
    for kind in FieldKind::ALL {
        assert!(
            paths(vec![of(*kind), number()]).is_empty(),
            "{kind}: {:?}",
            faults(vec![of(*kind), number()])
        );
        for property in FieldProperty::ALL {
            let field = enriched(*kind, *property);
            assert!(field.properties().contains(property), "{kind} {property}");
            let found = faults(vec![field, number()]);
            let path = format!("fields[0].{}", property.path());
            match kind.takes(*property) {
                Ok(()) => assert!(found.is_empty(), "{kind} {property}: {found:?}"),
                Err(reason) => assert!(
                    found.iter().any(|(own, message)| *own == path && message.ends_with(reason)),
                    "{kind} {property}: {found:?}"
                ),
            }
        }
    }
}

#[test]
fn each_kind_has_its_members_and_no_other() {
    let text = || Field::text("t").at(1, 1.0, 1.0);
    let with = |change: fn(&mut Field)| {
        let mut field = text();
        change(&mut field);
        paths(vec![field])
    };
    assert_eq!(with(|field| field.options = vec!["a".into()]), ["fields[0].options"]);
    assert_eq!(with(|field| field.formula = Some("[n]".into()))[0], "fields[0].formula");
    assert_eq!(with(|field| field.decimals = Some(1)), ["fields[0].decimals"]);
    assert_eq!(with(|field| field.url = "https://a.example".parse().ok()), ["fields[0].url"]);
    assert_eq!(with(|field| field.placement = Placement::Choices), ["fields[0].placement"]);
    assert_eq!(with(|field| field.choices = of(FieldKind::RadioGroup).choices), ["fields[0].choices"]);
    assert_eq!(with(|field| field.max_length = Some(0)), ["fields[0].max_length"]);
    assert_eq!(with(|field| field.tooltip = Some(" ".into())), ["fields[0].tooltip"]);

    let placed = Field { placement: text().placement, ..of(FieldKind::RadioGroup) };
    assert_eq!(paths(vec![placed]), ["fields[0].placement"]);
    assert_eq!(paths(vec![Field::radio_group("x").choice("a", 1, 1.0, 1.0)]), ["fields[0].choices"]);
    let twice = Field::radio_group("x").choice("a", 1, 1.0, 1.0).choice("a", 0, 1.0, -9.0);
    assert_eq!(
        paths(vec![twice]),
        ["fields[0].choices[1].placement.at.page", "fields[0].choices[1].placement.at", "fields[0].choices"]
    );
    let lists = |options: [&str; 2]| {
        paths(vec![Field { options: options.map(str::to_owned).into(), ..of(FieldKind::Dropdown) }])
    };
    assert_eq!(lists(["a", "a"]), ["fields[0].options"]);
    assert_eq!(lists(["a", ""]), ["fields[0].options"]);
    let link = Field { url: "file:///etc".parse().ok(), ..of(FieldKind::Hyperlink) };
    assert_eq!(paths(vec![link]), ["fields[0].url"]);
}

#[test]
fn a_value_is_one_that_the_field_can_hold() {
    let held = |kind, value: &str| paths(vec![of(kind).value(value)]);
    for (kind, good, bad) in [
        (FieldKind::Checkbox, "false", "yes"),
        (FieldKind::Dropdown, "b", "c"),
        (FieldKind::RadioGroup, "b", "c"),
        (FieldKind::Number, "-12.5", "a dozen"),
        (FieldKind::Text, "text", ""),
    ] {
        assert!(held(kind, good).is_empty(), "{kind}");
        assert_eq!(held(kind, bad), ["fields[0].value"], "{kind}");
    }
    let long = Field { max_length: Some(3), ..of(FieldKind::Text) }.value("four");
    assert_eq!(paths(vec![long]), ["fields[0].value"]);
    for kind in [FieldKind::SenderText, FieldKind::Note, FieldKind::Hyperlink] {
        assert_eq!(paths(vec![Field { value: None, ..of(kind) }]), ["fields[0].value"], "{kind}");
    }
}

/// Nobody could ever finish such an envelope.
#[tokio::test]
async fn what_is_required_and_read_only_has_its_value() {
    assert_eq!(paths(vec![of(FieldKind::Text).read_only()]), ["fields[0].value"]);
    assert_eq!(paths(vec![of(FieldKind::Checkbox).read_only().value("false")]), ["fields[0].value"]);
    assert!(paths(vec![of(FieldKind::Text).read_only().optional()]).is_empty());
    // A template's field gets its value from each envelope.
    for field in [of(FieldKind::Text).read_only(), Field { value: None, ..of(FieldKind::SenderText) }] {
        let waiting = draft(vec![field]);
        assert!(crate::Prepared::for_template(&waiting).await.is_ok());
        assert!(crate::Prepared::new(&waiting).await.is_err());
    }
}

#[test]
fn validations_are_possible() {
    let range = |min, max| ValidationRule::Range(Bounds { min, max });
    let ruled = |field: Field, rule| paths(vec![field.valid_if(rule)]);
    assert!(ruled(number(), range(Some(1.0), Some(1.0))).is_empty());
    for rule in [range(None, None), range(Some(2.0), Some(1.0)), range(Some(f64::NAN), None)] {
        assert_eq!(ruled(number(), rule), ["fields[0].validation.rule"]);
    }
    assert_eq!(ruled(number().value("9"), range(None, Some(8.0))), ["fields[0].value"]);
    assert_eq!(
        ruled(of(FieldKind::Text), ValidationRule::Pattern(String::new())),
        ["fields[0].validation.rule"]
    );
}

#[test]
fn conditions_lead_to_fields_that_can_hold_what_they_ask() {
    let shown = |parent: Field, field: &str, value: &str| {
        paths(vec![parent, Field::text("child").at(1, 1.0, 50.0).shown_if(field, value)])
    };
    let wrong = ["fields[1].condition"];
    assert!(shown(of(FieldKind::Checkbox), "x", "true").is_empty());
    assert_eq!(shown(of(FieldKind::Checkbox), "x", "on"), wrong);
    assert_eq!(shown(of(FieldKind::Checkbox), "y", "true"), wrong);
    assert_eq!(shown(of(FieldKind::Checkbox), "child", "true"), wrong);
    assert!(shown(of(FieldKind::RadioGroup), "x", "b").is_empty());
    assert_eq!(shown(of(FieldKind::RadioGroup), "x", "c"), wrong);
    assert!(shown(of(FieldKind::Dropdown), "x", "a").is_empty());
    assert_eq!(shown(of(FieldKind::Dropdown), "x", "c"), wrong);
    assert!(shown(of(FieldKind::Signature).optional(), "x", "true").is_empty());
    assert_eq!(shown(of(FieldKind::Signature), "x", "true"), wrong);
    assert_eq!(shown(of(FieldKind::Note), "x", "text"), wrong);
    let circle = vec![
        Field::checkbox("a").at(1, 1.0, 1.0).shown_if("b", "true"),
        Field::checkbox("b").at(1, 1.0, 9.0).shown_if("c", "true"),
        Field::checkbox("c").at(1, 1.0, 19.0).shown_if("a", "true"),
    ];
    assert_eq!(paths(circle), [0, 1, 2].map(|place| format!("fields[{place}].condition")));
}

#[test]
fn formulas_reckon_with_numbers() {
    let reckoned = |formula: &str| paths(vec![number(), Field::formula("f", formula).at(1, 1.0, 50.0)]);
    assert!(reckoned("[n] * 2").is_empty());
    for wrong in ["[n] ^ 2", "1 + 2", "[m]", "[f] + 1"] {
        assert_eq!(reckoned(wrong), ["fields[1].formula"], "{wrong}");
    }
    let text = vec![of(FieldKind::Text), Field::formula("f", "[x]").at(1, 1.0, 50.0)];
    assert_eq!(paths(text), ["fields[1].formula"]);
    let circle = vec![Field::formula("f", "[g]").at(1, 1.0, 1.0), Field::formula("g", "[f]").at(1, 1.0, 9.0)];
    assert_eq!(paths(circle), ["fields[0].formula", "fields[1].formula"]);
}

#[test]
fn a_group_has_one_rule_that_can_be_kept() {
    let boxed = |id: &str, least, most| Field::checkbox(id).at(1, 1.0, 1.0).in_group("g", least, most);
    assert!(paths(vec![boxed("a", Some(1), Some(2)), boxed("b", Some(1), Some(2))]).is_empty());
    assert_eq!(paths(vec![boxed("a", Some(1), None), boxed("b", Some(2), None)]), ["fields[1].group"]);
    assert_eq!(paths(vec![boxed("a", Some(2), None)]), ["fields[0].group.at_least"]);
    assert_eq!(paths(vec![boxed("a", None, None)]), ["fields[0].group"]);
    assert_eq!(paths(vec![boxed("a", None, Some(0))]), ["fields[0].group.at_most"]);
    assert_eq!(paths(vec![boxed("a", Some(2), Some(1)), boxed("b", Some(2), Some(1))]).len(), 2);
    let mut both = boxed("a", Some(1), None);
    both.required = true;
    assert_eq!(paths(vec![both]), ["fields[0].required"]);
    let two = draft(vec![boxed("a", Some(1), None)])
        .recipient(Recipient::signer("Bob", "bob@example.com").field(boxed("b", Some(1), None)));
    assert_eq!(two.validate().unwrap_err().faults()[0].path, "recipients[1].fields[0].group");
}

#[test]
fn a_file_says_it_in_few_words() {
    let field: Field = serde_json::from_value(serde_json::json!({
        "kind": "radio_group", "id": "plan", "value": "year", "choices": [
            {"value": "month", "placement": {"at": {"page": 1, "x": 72.0, "y": 300.0}}},
            {"value": "year", "placement": {"anchor": {"text": "yearly"}}},
        ],
        "condition": {"field": "terms", "value": "true"},
    }))
    .unwrap();
    assert_eq!(field.placement, Placement::Choices);
    let places: Vec<String> = field.placements().map(|(path, _)| path).collect();
    assert_eq!(places, ["choices[0].placement", "choices[1].placement"]);
    let again = serde_json::to_value(&field).unwrap();
    assert!(again.get("placement").is_none());
    assert_eq!(serde_json::from_value::<Field>(again).unwrap(), field);
    let ruled: Field = serde_json::from_value(serde_json::json!({
        "kind": "number", "placement": {"at": {"page": 1, "x": 1.0, "y": 1.0}},
        "validation": {"rule": {"range": {"max": 10.0}}, "message": "At most ten"},
    }))
    .unwrap();
    assert_eq!(ruled.properties(), [FieldProperty::ValidationRange, FieldProperty::ValidationMessage]);
}
