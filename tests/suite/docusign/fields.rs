//! Every kind of field with every property: from a draft over the wire to the emulator, filled, and back. What does not
//! come back equal has to be refused before, with its reason and at its place.

mod sample;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use signbridge_core::{
    CreateOptions, Document, Draft, ErrorKind, Field, FieldKind as Kind, FieldProperty as Property,
    FormValue, Placement, Provider, Recipient, ValidationRule,
};
use signbridge_docusign::DocuSign;

use self::sample::{CHILD, Parent, Shape};
use crate::kept::docusign::fields::told;
use crate::world::{ANN, World, pdf};

struct Stage {
    world: World,
    docusign: Arc<dyn Provider>,
}

impl Stage {
    async fn new() -> Self {
        let world = World::new().await;
        world.control.set_limits(1_000_000, 1_000_000);
        let mut config = world.config();
        // What is unverified is written all the same where the profile accepts it.
        config.allow_unverified = ["date.value", "company.value", "title.value", "number.validation_range"]
            .map(str::to_owned)
            .into();
        let docusign = DocuSign::connect(config, world.parts());
        Self { world, docusign }
    }

    /// The tabs of the one signer, as the service has them now.
    async fn tabs(&self, envelope: &str) -> Value {
        let path = format!("/envelopes/{envelope}/recipients?include_tabs=true");
        let request = http::Request::builder().uri(path).body(Bytes::new()).unwrap();
        let answer = self.docusign.raw(request).await.unwrap();
        let answer: Value = serde_json::from_slice(answer.body()).unwrap();
        answer["signers"][0]["tabs"].clone()
    }
}

/// The least that is wrong with a shape by the documents: what DocuSign has, and what makes sense at all.
fn refusal(field: &Field) -> Option<String> {
    let kind = field.kind;
    for property in field.properties() {
        if kind.takes(property).is_err() {
            return Some(property.path().to_owned());
        }
    }
    if matches!(kind, Kind::DigitalSignature | Kind::Hyperlink) {
        return Some("kind".to_owned());
    }
    let sized = field.properties().contains(&Property::Size);
    let hinted = field.tooltip.is_some();
    let fixed_size = matches!(kind, Kind::Signature | Kind::Initials | Kind::Stamp | Kind::RadioGroup);
    let no_hint = matches!(kind, Kind::Approve | Kind::Decline | Kind::DateSigned | Kind::Email | Kind::Note);
    let ranged = field.validation.as_ref().filter(|own| matches!(own.rule, ValidationRule::Range(_)));
    let high = matches!(&field.placement, Placement::At(at) if at.height.is_some());
    match () {
        () if sized && fixed_size => Some("placement.at".to_owned()),
        () if hinted && no_hint => Some("tooltip".to_owned()),
        () if ranged.is_some_and(|own| own.message.is_some()) => Some("validation.message".to_owned()),
        () if field.multiline && !high => Some("multiline".to_owned()),
        () => None,
    }
}

/// What a field says, in the words of a draft's file and without what is left to the default.
fn said(field: &Value) -> Map<String, Value> {
    let mut own = field.as_object().unwrap().clone();
    let kind = own["kind"].as_str().unwrap().to_owned();
    // Lines are said by the height, two places behind the point are the default, and what nobody fills is not required.
    own.remove("multiline");
    let nobody =
        ["date_signed", "full_name", "email", "formula", "sender_text", "note", "approve", "decline"];
    if nobody.contains(&kind.as_str()) {
        own.remove("required");
    }
    if kind == "checkbox" && own.get("value") == Some(&json!("false")) {
        own.remove("value");
    }
    if own.get("decimals") == Some(&json!(2)) {
        own.remove("decimals");
    }
    // An optional text that nobody can change is a text of the sender.
    let is = |name: &str, value: Value| own.get(name) == Some(&value);
    if kind == "text"
        && is("read_only", json!(true))
        && is("required", json!(false))
        && own.get("validation").is_none()
    {
        own.insert("kind".to_owned(), "sender_text".into());
        own.remove("required");
        own.remove("read_only");
    }
    if own.contains_key("choices") || own["placement"].get("anchor").is_some() {
        // The text says on which document.
        let anchored = own.get("choices").is_some_and(|list| list[0]["placement"].get("anchor").is_some());
        if anchored || !own.contains_key("choices") {
            own.remove("document");
        }
    }
    without_nothing(Value::Object(own)).as_object().unwrap().clone()
}

/// Numbers as numbers, and nothing where nothing is said.
fn without_nothing(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, value)| (name, without_nothing(value)));
            Value::Object(members.filter(|(name, value)| !is_nothing(name, value)).collect())
        }
        Value::Array(values) => values.into_iter().map(without_nothing).collect(),
        Value::Number(number) => json!(number.as_f64()),
        other => other,
    }
}

fn is_nothing(name: &str, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(false) => name != "required",
        Value::Array(values) => values.is_empty(),
        _ => false,
    }
}

fn sorted(mut fields: Vec<Map<String, Value>>) -> Vec<Map<String, Value>> {
    fields.sort_by_key(|field| field.get("id").map(ToString::to_string));
    fields
}

/// One draft all the way. `Ok(false)` when it was refused as foretold.
async fn travels(stage: &Stage, shape: &Shape) -> Result<bool, String> {
    let fields = shape.fields();
    let child = fields.iter().position(|field| field.id.as_deref() == Some(CHILD)).unwrap();
    let draft = draft(fields.clone());
    let own = format!("recipients[0].fields[{child}].");
    let expected = refusal(&fields[child]);
    let found: Vec<(String, String)> = match stage.docusign.check(&draft).await {
        Ok(report) => report.refusals().map(|own| (own.path.clone(), own.message.clone())).collect(),
        Err(error) if error.kind() == ErrorKind::InvalidDraft => {
            error.faults().iter().map(|fault| (fault.path.clone(), fault.message.clone())).collect()
        }
        Err(error) => return Err(error.to_string()),
    };
    match &expected {
        Some(path) => {
            let named =
                |(place, message): &(String, String)| *place == format!("{own}{path}") && message.len() > 10;
            if !found.iter().any(named) {
                return Err(format!("no refusal with a reason at {path}: {found:?}"));
            }
            let error = stage.docusign.create(&draft, &CreateOptions::sent()).await.err();
            return if error.is_some() { Ok(false) } else { Err("it was sent all the same".to_owned()) };
        }
        None if !found.is_empty() => return Err(format!("refused: {found:?}")),
        None => {}
    }
    stage.world.control.clear_journal();
    let sent =
        stage.docusign.create(&draft, &CreateOptions::sent()).await.map_err(|error| error.to_string())?;
    let asked = sorted(fields.iter().map(|field| said(&serde_json::to_value(field).unwrap())).collect());
    let made = stage.world.control.journal().into_iter().filter_map(|entry| entry.request.json);
    let wire = made.filter_map(|body| body.pointer("/recipients/signers/0/tabs").cloned()).next().unwrap();
    for (place, tabs) in [("the wire", wire), ("the service", stage.tabs(&sent.id).await)] {
        let there = sorted(told(&tabs).iter().map(said).collect());
        if there != asked {
            return Err(format!("{place}\nsays  {}\nasked {}", json!(there), json!(asked)));
        }
    }
    let typed = shape.typed();
    stage.world.control.sign(&sent.id, ANN, &typed).map_err(|error| error.to_string())?;
    let values = stage.docusign.form_data(&sent.id).await.map_err(|error| error.to_string())?;
    for field in fields.iter().filter(|field| !(shape.hides && field.id.as_deref() == Some(CHILD))) {
        holds(field, &typed, &values)?;
    }
    let violations = crate::contract::violations(&stage.world.control);
    if violations.is_empty() { Ok(true) } else { Err(violations.join("\n")) }
}

/// Whether form data says what the field was given, or what it holds by itself.
fn holds(field: &Field, typed: &[(String, String)], values: &[FormValue]) -> Result<(), String> {
    let Some(id) = &field.id else { return Ok(()) };
    let found: Vec<&str> =
        values.iter().filter(|own| own.field == *id).map(|own| own.value.as_str()).collect();
    let given = typed.iter().find(|(name, _)| name == id).map(|(_, value)| value.clone());
    let own = || given.or_else(|| field.value.clone());
    let expected = match field.kind {
        Kind::Signature
        | Kind::Initials
        | Kind::Stamp
        | Kind::Attachment
        | Kind::Note
        | Kind::Approve
        | Kind::Decline => None,
        Kind::FullName => Some("Ann Lee".to_owned()),
        Kind::Email => Some(ANN.to_owned()),
        Kind::DateSigned => return if found[0].contains('/') { Ok(()) } else { Err(format!("{found:?}")) },
        Kind::Formula => Some(sample::reckoned(field.decimals)),
        Kind::Checkbox => Some(own().unwrap_or_else(|| "false".to_owned())),
        _ => Some(own().unwrap_or_default()),
    };
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    if found == expected { Ok(()) } else { Err(format!("{id} holds {found:?} instead of {expected:?}")) }
}

fn draft(fields: Vec<Field>) -> Draft {
    let ann = fields.into_iter().fold(Recipient::signer("Ann Lee", ANN), Recipient::field);
    let text = "Here alpha beta";
    Draft::new("Fields").document(Document::from_bytes("fields.pdf", pdf(text, 10))).recipient(ann)
}

/// A new kind or property cannot be forgotten: each pair goes all the way or is refused, and each way is counted.
///
/// Rows: 6 Signature, 6 Initials, 6 DateSigned, 6 Date, 6 Text multi-line, 6 Number, 6 Checkbox, 6 RadioGroup, 6 Dropdown
/// Rows: 6 FullName Email Company Title, 6 Attachment, 6 Stamp, 6 Formula, 6 SenderText, 6 DigitalSignature
/// Rows: 6 Hyperlink Note Approve and Decline, 6 condition, 6 id, 6 required, 6 read-only, 6 default value, 6 validation
/// Rows: 6 assigned by
#[tokio::test]
async fn each_pair_of_kind_and_property_comes_back_or_is_refused() {
    let stage = Stage::new().await;
    let mut faults = Vec::new();
    let (mut travelled, mut refused) = (0, 0);
    for kind in Kind::ALL {
        for property in std::iter::once(None).chain(Property::ALL.iter().copied().map(Some)) {
            let shape = Shape::of(*kind, property.into_iter().collect());
            match travels(&stage, &shape).await {
                Ok(true) => travelled += 1,
                Ok(false) => refused += 1,
                Err(fault) => faults.push(format!("{kind} {property:?}: {fault}")),
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    println!("fields: {travelled} pairs of kind and property travelled, {refused} refused");
    assert_eq!(travelled + refused, Kind::ALL.len() * (Property::ALL.len() + 1));
    assert!(travelled > 100 && refused > 100, "{travelled} and {refused}");
}

#[test]
fn any_kind_with_any_properties_comes_back_or_is_refused() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let stage = runtime.block_on(Stage::new());
    let config = ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let travelled = AtomicUsize::new(0);
    let outcome = runner.run(&sample::shapes(), |shape| {
        let came_back = runtime.block_on(travels(&stage, &shape)).map_err(TestCaseError::fail)?;
        travelled.fetch_add(usize::from(came_back), Ordering::Relaxed);
        Ok(())
    });
    outcome.unwrap();
    let travelled = travelled.into_inner();
    println!("fields: {travelled} of 256 random fields travelled, the others were refused");
    assert!(travelled > 64, "{travelled}");
    let _inside = runtime.enter();
    drop(stage);
}

/// What a template keeps of fields, and what an envelope made from it gives them.
///
/// Rows: 6 RadioGroup, 6 SenderText, 6 default value
#[tokio::test]
async fn fields_of_a_template_come_back_and_take_values() {
    let stage = Stage::new().await;
    let shapes = [
        Shape::of(Kind::SenderText, Vec::new()),
        Shape::of(Kind::RadioGroup, vec![Property::Tooltip]),
        Shape::of(Kind::Formula, Vec::new()),
        Shape::of(Kind::Checkbox, vec![Property::Condition]),
        Shape::of(Kind::Text, vec![Property::ValidationPattern, Property::ValidationMessage]),
    ];
    for shape in shapes {
        let mut fields = shape.fields();
        let kind = shape.kind;
        // The text comes with each envelope.
        let waits = kind == Kind::SenderText;
        fields.iter_mut().filter(|_| waits).for_each(|field| field.value = None);
        let mut made = draft(fields.clone());
        made.recipients[0].template_role = Some("Tenant".into());
        let template = stage.docusign.create_template(&made).await.unwrap();
        let tabs = template.raw.pointer("/recipients/signers/0/tabs").unwrap();
        let there = sorted(told(tabs).iter().map(said).collect());
        let asked = sorted(fields.iter().map(|field| said(&serde_json::to_value(field).unwrap())).collect());
        assert_eq!(json!(there), json!(asked), "{kind}");

        let value = match kind {
            Kind::RadioGroup => "green",
            Kind::Checkbox => "true",
            _ => "123",
        };
        let mut own = Draft::new("From a template")
            .template(&template.id)
            .recipient(Recipient::signer("Ann Lee", ANN).template_role("Tenant"));
        if kind != Kind::Formula {
            own = own.value(CHILD, value);
        }
        let sent = stage.docusign.create(&own, &CreateOptions::sent()).await.unwrap();
        let typed: Vec<(String, String)> =
            shape.typed().into_iter().filter(|(name, _)| name != CHILD).collect();
        stage.world.control.sign(&sent.id, ANN, &typed).unwrap();
        let values = stage.docusign.form_data(&sent.id).await.unwrap();
        let found = values.iter().find(|own| own.field == CHILD).unwrap();
        let expected = if kind == Kind::Formula { sample::reckoned(None) } else { value.to_owned() };
        assert_eq!(found.value, expected, "{kind}");
    }
}

/// What is hidden is not asked for, and what does not fit is sent back.
///
/// Rows: 6 condition, 6 validation
#[tokio::test]
async fn who_signs_is_held_to_what_is_shown_and_asked() {
    let stage = Stage::new().await;
    let mut shape = Shape::of(Kind::Text, vec![Property::Condition, Property::ValidationPattern]);
    shape.parent = Parent::Box;
    let sent = stage.docusign.create(&draft(shape.fields()), &CreateOptions::sent()).await.unwrap();
    let sign = |fields: &[(&str, &str)]| {
        let fields: Vec<(String, String)> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        stage.world.control.sign(&sent.id, ANN, &fields).map_err(|error| error.to_string())
    };
    let parent = Parent::Box.name();
    assert!(sign(&[(parent, "true")]).unwrap_err().contains(CHILD), "shown and empty");
    assert!(sign(&[(parent, "true"), (CHILD, "abc")]).unwrap_err().contains(CHILD), "it does not fit");
    assert!(sign(&[("nobody", "true")]).unwrap_err().contains("nobody"));
    sign(&[(parent, "false")]).unwrap();

    let boxes =
        ["a", "b", "c"].map(|id| Field::checkbox(id).at(1, 72.0, 200.0).in_group("two", Some(2), Some(2)));
    let mut fields = vec![Field::signature().at(1, 72.0, 600.0)];
    fields.extend(boxes);
    let sent = stage.docusign.create(&draft(fields), &CreateOptions::sent()).await.unwrap();
    let tick = |names: &[&str]| {
        let ticked: Vec<(String, String)> =
            names.iter().map(|name| ((*name).to_owned(), "true".to_owned())).collect();
        stage.world.control.sign(&sent.id, ANN, &ticked).map(drop).map_err(|error| error.to_string())
    };
    assert!(tick(&["a"]).unwrap_err().contains("two"));
    assert!(tick(&["a", "b", "c"]).unwrap_err().contains("at most 2"));
    tick(&["a", "c"]).unwrap();
    let values = stage.docusign.form_data(&sent.id).await.unwrap();
    let held: Vec<(&str, &str)> = values.iter().map(|own| (own.field.as_str(), own.value.as_str())).collect();
    assert_eq!(held, [("a", "true"), ("b", "false"), ("c", "true")]);
}
