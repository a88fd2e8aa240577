//! Fields by authoring, anchors and text tags: the rendered mark is where the field says.

use serde_json::{Value, json};

use super::world::{World, refusal};
use crate::dialect::Failure;
use crate::pdf;

const ANN: &[(&str, i64, &str)] = &[("SIGNER", 1, "ann@example.com")];

/// The upper left corner of the mark "Signed by:" belongs to, as far as the text tells: the label lies a
/// few points right of and below it.
#[track_caller]
fn assert_signed_at(world: &World, id: &str, page: u32, x: f32, y: f32) {
    let file = world.call("GET", &format!("/agreements/{id}/combinedDocument"), None).bytes();
    let hits = pdf::find_text(&file, "Signed by:", true, false).unwrap();
    assert_eq!(hits.len(), 1, "{hits:?}");
    let hit = hits[0];
    let (dx, dy) = (hit.x - x, hit.y - y);
    assert!(hit.page == page && (0.0..14.0).contains(&dx) && (0.0..14.0).contains(&dy), "{hit:?}");
}

fn authoring(world: &World) -> (String, String) {
    let id = world.create(world.definition("AUTHORING", "A contract", ANN));
    assert_eq!(world.status(&id), "DOCUMENTS_NOT_YET_PROCESSED");
    world.pass(1);
    assert_eq!(world.status(&id), "AUTHORING");
    let set = world.get(&format!("/agreements/{id}/members"))["participantSets"][0]["id"].clone();
    (id, set.as_str().unwrap().to_owned())
}

fn signature(set: &str, top: f32) -> Value {
    json!({
        "name": "sig1", "inputType": "SIGNATURE", "contentType": "SIGNATURE", "assignee": set, "required": true,
        "locations": [{ "pageNumber": 1, "left": 100.0, "top": top, "width": 150.0, "height": 30.0 }],
    })
}

#[test]
fn top_counts_from_the_bottom_of_the_page() {
    let world = World::new();
    let (id, set) = authoring(&world);
    let path = format!("/agreements/{id}");
    let fields = format!("{path}/formFields");
    assert_eq!(world.get(&fields), json!({ "fields": [] }));
    let put = world.put(&fields, &fields, json!({ "fields": [signature(&set, 192.0)] }));
    assert_eq!(put.json(200)["fields"][0]["name"], "sig1");
    assert_eq!(put.header("etag"), world.call("GET", &fields, None).header("etag"));
    // The whole set is replaced.
    let put = world.put(&fields, &fields, json!({ "fields": [signature(&set, 592.0)] }));
    assert_eq!(put.json(200)["fields"].as_array().unwrap().len(), 1);
    assert_eq!(world.put(&format!("{path}/state"), &path, json!({ "state": "IN_PROCESS" })).status(), 204);
    world.pass(2);
    refusal(&world.put(&fields, &fields, json!({ "fields": [] })), 403, "AGREEMENT_NOT_IN_AUTHORING_STATE");
    world.sign(&id, "ann@example.com", &[]).unwrap();
    assert_signed_at(&world, &id, 1, 100.0, 200.0);
    // No signature page was appended.
    let pages = world.get(&format!("{path}/combinedDocument/pagesInfo"));
    assert_eq!(pages["documentPagesInfo"].as_array().unwrap().len(), 1);
}

#[test]
fn fields_are_checked_and_need_the_tag() {
    let world = World::new();
    let (id, set) = authoring(&world);
    let fields = format!("/agreements/{id}/formFields");
    let body = json!({ "fields": [signature(&set, 100.0)] });
    refusal(&world.call("PUT", &fields, Some(body.clone())), 400, "MISSING_IF_MATCH_HEADER");
    refusal(
        &world.with("PUT", &fields, &[("if-match", "0.0")], Some(body.clone())),
        412,
        "RESOURCE_MODIFIED",
    );
    for (at, value) in [
        ("/fields/0/assignee", json!("somebody")),
        ("/fields/0/inputType", json!("PDF_SIGNATURE")),
        ("/fields/0/locations/0/pageNumber", json!(2)),
        ("/fields/0/locations", json!([])),
        ("/fields/0/name", Value::Null),
    ] {
        let mut bad = body.clone();
        *bad.pointer_mut(at).unwrap() = value;
        refusal(&world.put(&fields, &fields, bad), 400, "INVALID_JSON");
    }
}

#[test]
fn values_typed_are_shown_and_required_ones_asked_for() {
    let world = World::new();
    let (id, set) = authoring(&world);
    let path = format!("/agreements/{id}");
    let fields = format!("{path}/formFields");
    let text = json!({
        "name": "city", "inputType": "TEXT_FIELD", "contentType": "DATA", "assignee": set, "required": true,
        "locations": [{ "pageNumber": 1, "left": 300.0, "top": 392.0, "width": 100.0, "height": 20.0 }],
    });
    world.put(&fields, &fields, json!({ "fields": [signature(&set, 192.0), text] })).json(200);
    world.put(&format!("{path}/state"), &path, json!({ "state": "IN_PROCESS" }));
    world.pass(2);
    assert_eq!(world.sign(&id, "ann@example.com", &[]), Err(Failure::Missing(vec!["city".to_owned()])));
    assert_eq!(world.status(&id), "OUT_FOR_SIGNATURE");
    world.sign(&id, "ann@example.com", &[("city", "Bergen")]).unwrap();
    let file = world.call("GET", &format!("{path}/combinedDocument"), None).bytes();
    let hit = pdf::find_text(&file, "Bergen", true, false).unwrap()[0];
    assert!((hit.x - 300.0).abs() < 2.0 && (hit.y - 408.0).abs() < 2.0, "{hit:?}");
    let data = world.call("GET", &format!("{path}/formData"), None).bytes();
    assert_eq!(&data[..], b"\"city\"\r\n\"Bergen\"\r\n");
}

#[test]
fn an_anchor_places_a_field_on_the_file_it_names() {
    let world = World::new();
    let mut definition = world.definition("IN_PROCESS", "Sign here", ANN);
    definition["fileInfos"] = json!([
        { "transientDocumentId": world.file("Sign here"), "label": "one" },
        { "transientDocumentId": world.file("Sign here"), "label": "two" },
    ]);
    definition["formFieldGenerators"] = json!([{
        "formFieldNamePrefix": "sig", "participantSetName": "ann", "generatorType": "ANCHOR_TEXT",
        "formFieldDescription": { "inputType": "SIGNATURE", "contentType": "SIGNATURE", "required": true },
        "anchorTextInfo": {
            "anchorText": "Sign here", "fileInfoLabel": "two",
            "anchoredFormFieldLocation": { "offsetX": 10, "offsetY": -50, "width": 150, "height": 30 },
        },
    }]);
    let id = world.create(definition.clone());
    world.pass(2);
    let fields = world.get(&format!("/agreements/{id}/formFields"))["fields"].clone();
    assert_eq!(fields.as_array().unwrap().len(), 1);
    world.sign(&id, "ann@example.com", &[]).unwrap();
    // The baseline is 72 from the top; the field's lower edge 50 below it, its upper edge 30 above that.
    assert_signed_at(&world, &id, 2, 82.0, 92.0);
    // In the file by itself it is on the first page.
    let documents = world.get(&format!("/agreements/{id}/documents"))["documents"].clone();
    let signed = |at: usize| {
        let tail = format!("/agreements/{id}/documents/{}", documents[at]["id"].as_str().unwrap());
        let file = world.call("GET", &tail, None).bytes();
        pdf::find_text(&file, "Signed by:", true, false).unwrap()
    };
    assert!(signed(0).is_empty());
    assert_eq!(signed(1)[0].page, 1);
    definition["formFieldGenerators"][0]["participantSetName"] = json!("nobody");
    refusal(&world.call("POST", "/agreements", Some(definition)), 400, "INVALID_ARGUMENTS");
}

#[test]
fn a_text_tag_acts_by_itself() {
    let world = World::new();
    let id = world.create(world.definition("IN_PROCESS", "Here: {{Sig_es_:signer1:signature}}", ANN));
    world.pass(2);
    let fields = world.get(&format!("/agreements/{id}/formFields"))["fields"].clone();
    assert_eq!(fields.as_array().unwrap().len(), 1);
    assert_eq!((&fields[0]["name"], &fields[0]["contentType"]), (&json!("Sig"), &json!("SIGNATURE")));
    let pages = world.get(&format!("/agreements/{id}/combinedDocument/pagesInfo"));
    assert_eq!(pages["documentPagesInfo"].as_array().unwrap().len(), 1);
}
