//! The rules that no table of DocuSign's needs: files, models told apart by a value, refusals within good answers.

use serde_json::{Value, json};

use crate::structure::{Contract, Operation};

fn places(contract: &Contract, path: &str, json: &Value, files: &[&str]) -> Vec<String> {
    let files: Vec<String> = files.iter().map(ToString::to_string).collect();
    let judged = contract.judge_request("POST", path, &[], Some(json), &files);
    judged.violations.iter().map(|violation| format!("{}: {}", violation.pointer, violation.what)).collect()
}

#[test]
fn a_file_goes_where_the_model_has_a_place_for_it() {
    let contract = Contract::dropbox_sign();
    let send = "/v3/signature_request/send";
    let request = json!({"signers": [{"name": "Ann", "email_address": "ann@example.com"}]});
    assert_eq!(places(&contract, send, &request, &["files[0]", "files[1]"]), [] as [&str; 0]);
    let old = places(&contract, send, &request, &["file[0]"]);
    assert_eq!(
        old,
        [
            "/file[0]: undeclared property",
            ": files is missing (FACTS 3: one of both, in practice, documented)"
        ]
    );
    assert_eq!(places(&contract, send, &request, &["title"]).len(), 2, "a text is no file");
    let reminder = json!({"email_address": "ann@example.com"});
    assert_eq!(places(&contract, "/v3/signature_request/remind/1", &reminder, &["files[0]"]).len(), 1);

    let contract = Contract::adobe_sign();
    let upload =
        |json: &Value, files: &[&str]| places(&contract, "/api/rest/v6/transientDocuments", json, files);
    assert_eq!(upload(&json!({"File-Name": "a.pdf"}), &["File"]), [] as [&str; 0]);
    assert_eq!(upload(&json!({"File-Name": "a.pdf"}), &[]), [": File is missing (spec)"]);
    assert_eq!(upload(&json!({"File": "a.pdf"}), &["File"]), ["/File: bytes expected, string found"]);
}

#[test]
fn one_of_several_models_is_told_apart_by_a_value() {
    let contract = Contract::dropbox_sign();
    let field = |kind: &str, extra: Value| {
        let mut field = json!({
            "document_index": 0, "api_id": "1", "type": kind, "required": true, "signer": 0, "x": 1, "y": 1, "width": 9,
            "height": 9
        });
        field.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let request = json!({
            "file_urls": ["https://app.example/a.pdf"], "form_fields_per_document": [field],
            "signers": [{"name": "Ann", "email_address": "ann@example.com"}]
        });
        places(&contract, "/v3/signature_request/send", &request, &[]).join("; ")
    };
    assert_eq!(field("signature", json!({"signer": "sender"})), "");
    assert_eq!(field("dropdown", json!({"options": ["M"]})), "");
    assert!(field("dropdown", json!({})).contains("options is missing"));
    assert!(field("signature", json!({"options": ["M"]})).contains("/options: undeclared property"));
    assert!(field("seal", json!({})).contains("\"seal\" is not one of checkbox"));
    assert!(field("signature", json!({"signer": 1.5})).contains("integer or string expected, number found"));
}

#[test]
fn a_refusal_within_a_good_answer_is_one() {
    let contract = Contract::esignglobal();
    let found = |json: Value| {
        contract.check_response("POST", "/esignglobal/v1/files/getUploadUrl", 200, Some(&json)).len()
    };
    let data = json!({"fileKey": "k", "fileUploadUrl": "https://file.example.com/x"});
    assert_eq!(found(json!({"code": 0, "message": "success", "data": data})), 0);
    assert_eq!(found(json!({"code": "7", "message": "no", "data": null})), 0);
    assert_eq!(found(json!({"code": "0", "message": "success", "data": null})), 1);
    assert_eq!(found(json!({"code": "7", "message": "no"})), 1);
}

#[test]
fn a_query_may_tell_operations_apart() {
    let contract = Contract::dropbox_sign();
    let name = |path: &str| contract.operation("POST", path).map(Operation::name);
    assert_eq!(name("/oauth/token"), Some("oauthTokenGenerate"));
    assert_eq!(name("/oauth/token?refresh"), Some("oauthTokenRefresh"));
    assert_eq!(name("/oauth/token?refresh=&x=1"), Some("oauthTokenRefresh"));
    assert_eq!(name("/oauth/token?x=refresh"), Some("oauthTokenGenerate"));
}

#[test]
fn a_deviation_that_is_none_is_refused() {
    let structure = include_str!("../../../contracts/dropbox-sign/structure.json");
    let table = include_str!("../../../contracts/dropbox-sign/required.toml");
    let row = |row: &str| {
        let table = format!("{table}\n[[deviation]]\nwhat = 'w'\nfact = 'spec'\nevidence = 'D'\n{row}\n");
        Contract::parse("dropbox-sign", structure, &table).unwrap_err()
    };
    for (bad, expected) in [
        ("on = { models = ['TemplateResponse'] }", "says nothing"),
        ("on = { models = ['TemplateResponse'] }\nadds = { title = 'string' }", "declares title by now"),
        ("on = { models = ['TemplateResponse'] }\nnulls = ['nome']", "declares no nome"),
        ("on = { models = ['TemplateResponse'] }\nomits = ['title']", "does not require title"),
        ("on = { models = ['TemplateResponse'] }\nadds = { x = 'ref nobody' }", "no model nobody"),
        ("on = { operations = ['templateGet'] }\nstatus = 200", "declares the status by now"),
        ("on = { operations = ['templateList'] }\nquery = ['page']", "declares ?page by now"),
        ("on = { operations = ['templateSing'] }\nquery = ['page']", "no operation templateSing"),
    ] {
        let error = row(bad);
        assert!(error.contains(expected), "{error}");
    }
}
