//! Templates, a later start, and codes.

use chrono::TimeDelta;

use super::*;
use crate::dialect::Dialect;

fn template(state: &mut State, fields: Value) -> String {
    let made = state.make_template(&json!({ "name": "Lease", "fields": fields }), now()).unwrap();
    made["templateId"].as_str().unwrap().to_owned()
}

fn filled(state: &mut State, id: &str, fields: Value) -> Result<String, String> {
    let body = json!({ "templateId": id, "fields": fields });
    post(state, templates::fill, &body).map(|answer| answer["data"]["taskId"].as_str().unwrap().to_owned())
}

fn task(state: &mut State, id: &str, millis: i64) -> Value {
    let at = now() + TimeDelta::milliseconds(millis);
    get(state, templates::task, &format!("taskId={id}"), at).unwrap()["data"].clone()
}

/// Rows: 9 templates list and get
#[test]
fn a_template_is_listed_and_told_with_its_fields() {
    let mut state = State::default();
    let rent = json!({ "key": "Rent", "type": 14, "required": true, "options": ["900", "1000"] });
    let id = template(&mut state, json!([rent]));
    template(&mut state, json!([]));
    let list = get(&mut state, templates::list_all, "pageNum=2&pageSize=1", now()).unwrap();
    assert_eq!(list["data"]["total"], 2);
    assert_eq!(list["data"]["templateList"].as_array().unwrap().len(), 1);
    let query = format!("templateId={id}");
    let detail = get(&mut state, templates::read, &query, now()).unwrap()["data"].clone();
    assert_eq!((&detail["templateStatus"], &detail["fields"][0]["fieldKey"]), (&json!(1), &json!("Rent")));
    assert_eq!(detail["fields"][0]["fieldSpecialAttributes"]["options"][1]["optionOrder"], 1);
    assert!(detail["createTime"].is_string(), "text here, a number in the list");
    let places = get(&mut state, templates::signer_fields, &query, now()).unwrap();
    assert_eq!(places["data"]["signerFields"][0]["signConfigs"][0]["fieldType"], "signature");
    assert!(get(&mut state, templates::read, "templateId=none", now()).is_err());
}

/// Rows: 9 send from template
#[test]
fn a_template_becomes_a_file_after_a_while_and_signs_like_any() {
    let mut state = State::default();
    let id = template(
        &mut state,
        json!([
            { "key": "Rent", "type": 2, "required": true },
            { "key": "Pets", "type": 14, "options": ["no", "yes"] },
            { "key": "Keys", "type": 9, "options": ["front", "back", "cellar"] },
        ]),
    );
    let values = json!([
        { "fieldKey": "Rent", "fieldValue": "900.5" },
        { "fieldKey": "Pets", "fieldValue": "1" },
        { "fieldKey": "Keys", "fieldValue": "[0,2]" },
    ]);
    let made = filled(&mut state, &id, values).unwrap();
    assert_eq!(task(&mut state, &made, 99)["taskStatus"], "1");
    let done = task(&mut state, &made, 100);
    assert_eq!(done["taskStatus"], "2");
    assert!(done["downloadUrl"].as_str().unwrap().starts_with(ORIGIN));
    let key = done["fileKey"].as_str().unwrap();
    let file = state.contract(key).unwrap();
    let text = lopdf::Document::load_mem(&file.bytes).unwrap().extract_text(&[1]).unwrap();
    for shown in ["Lease", "Rent: 900.5", "Pets: yes", "Keys: front, cellar"] {
        assert!(text.contains(shown), "{text}");
    }
    let body = json!({ "subject": "x", "signFiles": [{ "fileKey": key }],
        "signerInfos": [signer("a@example.com", 1.into())] });
    assert_eq!(post(&mut state, envelopes::create_and_start, &body).unwrap()["data"]["envelopeStatus"], 1);
}

#[test]
fn what_a_template_does_not_take_is_refused_or_fails_its_task() {
    let mut state = State::default();
    let id = template(
        &mut state,
        json!([
            { "key": "Rent", "type": 2, "required": true },
            { "key": "From", "type": 3 },
            { "key": "Pets", "type": 10, "options": ["no"] },
        ]),
    );
    let rent = json!({ "fieldKey": "Rent", "fieldValue": "1" });
    for (fields, why) in [
        (json!([]), "Rent: required"),
        (json!([{ "fieldKey": "Rent", "fieldValue": "much" }]), "Rent: no number"),
        (json!([rent, { "fieldKey": "From", "fieldValue": "7.7.2025" }]), "From: no date"),
        (json!([rent, { "fieldKey": "Pets", "fieldValue": "no" }]), "Pets: no place"),
    ] {
        let made = filled(&mut state, &id, fields).unwrap();
        let failed = task(&mut state, &made, 100);
        assert_eq!(failed["taskStatus"], "3");
        assert!(failed["description"].as_str().unwrap().starts_with(why), "{failed}");
    }
    assert!(filled(&mut state, &id, json!([{ "fieldKey": "Rent", "fieldValue": 1 }])).is_err(), "no text");
    assert!(filled(&mut state, &id, json!([{ "fieldKey": "Rant", "fieldValue": "1" }])).is_err());
    let off = state.make_template(&json!({ "name": "Old", "enabled": false }), now()).unwrap();
    let off = off["templateId"].as_str().unwrap().to_owned();
    assert!(filled(&mut state, &off, json!([])).is_err(), "only what is switched on can be used");
}

/// Rows: 9 send later
#[test]
fn a_later_start_asks_nobody_before_its_time() {
    let mut state = State::default();
    let key = upload(&mut state, &pdf());
    let mut body = json!({ "subject": "Offer", "expireAfterSeconds": 86_400, "sendLaterAfterSeconds": 3_600,
        "signFiles": [{ "fileKey": key }], "signerInfos": [signer("a@example.com", 1.into())] });
    let answer = post(&mut state, envelopes::create_and_start, &body).unwrap();
    let id = answer["data"]["envelopeId"].as_str().unwrap().to_owned();
    let envelope = state.envelope_mut(&id).unwrap();
    envelope.pass_time(now() + TimeDelta::seconds(3_599));
    assert_eq!((envelope.status, envelope.mails.len()), (Status::Draft, 0));
    assert!(envelope.sign("a@example.com", now()).is_err());
    envelope.pass_time(now() + TimeDelta::seconds(3_600));
    assert_eq!((envelope.status, envelope.mails.len()), (Status::InProgress, 1));
    // It ends by the time that counts from its creation, also when nobody looked in between.
    let answer = post(&mut state, envelopes::create_and_start, &body).unwrap();
    let late = answer["data"]["envelopeId"].as_str().unwrap().to_owned();
    let envelope = state.envelope_mut(&late).unwrap();
    envelope.pass_time(now() + TimeDelta::seconds(86_400));
    assert_eq!(envelope.status, Status::Expired);
    let answer = post(&mut state, envelopes::create_and_start, &body).unwrap();
    let cancelled = answer["data"]["envelopeId"].clone();
    post(&mut state, envelopes::cancel, &json!({ "envelopeId": cancelled, "reason": "no" })).unwrap();
    let envelope = state.envelope_mut(cancelled.as_str().unwrap()).unwrap();
    envelope.pass_time(now() + TimeDelta::seconds(3_600));
    assert_eq!((envelope.status, envelope.mails.len()), (Status::Cancelled, 0));
    for seconds in [3_599, 259_201] {
        body["sendLaterAfterSeconds"] = seconds.into();
        assert!(post(&mut state, envelopes::create_and_start, &body).is_err(), "{seconds}");
    }
}

/// Rows: 4 AccessCode, 15 17
#[test]
fn a_code_fits_whatever_its_case() {
    let state = State::default();
    assert!(state.code_fits("AB12", "ab12") && state.code_fits("ab12", "AB12"));
    assert!(!state.code_fits("AB12", "AB13") && !state.code_fits("AB12", ""));
}
