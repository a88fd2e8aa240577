//! What unmodified clients of Dropbox Sign need: both multipart styles and older names, tokens in both encodings, the old
//! detours to files, empty good answers, and a rate that they survive.

use serde_json::{Value, json};
use signbridge_emulator::Action;

use super::client::{pdf, send};
use super::dropbox_sign::{ADA, Dropbox, FIELD, JSON, MULTIPART, body, refused, text};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[tokio::test]
async fn orders_may_begin_at_zero_or_one_and_flags_may_be_numbers() {
    let world = Dropbox::start().await;
    for (first, second) in [("0", "1"), ("1", "2")] {
        let parts = [
            ("test_mode", "1"),
            ("allow_decline", "0"),
            ("signers[0][name]", "Ada"),
            ("signers[0][email_address]", "ada@x.test"),
            ("signers[0][order]", second),
            ("signers[1][name]", "Bob"),
            ("signers[1][email_address]", "bob@x.test"),
            ("signers[1][order]", first),
        ];
        let parts = body(&parts, &[("files[0]", &pdf(&["A contract."]))]);
        let own = world.raw("POST", "/signature_request/send", MULTIPART, &parts).await.ok(200);
        let own = &own["signature_request"];
        let orders: Vec<_> =
            own["signatures"].as_array().unwrap().iter().map(|one| one["order"].clone()).collect();
        assert_eq!(orders, [json!(1), json!(0)], "answers count from 0");
        assert_eq!(own["test_mode"], true);
        let id = text(&own["signature_request_id"]);
        world.settle();
        world.control().act(&id, "bob@x.test", Action::Sign, None).unwrap();
        assert!(world.control().act(&id, "ada@x.test", Action::Decline, Some("no")).is_err(), "0 is no");
    }
}

#[tokio::test]
async fn tokens_are_refreshed_as_form_and_as_json_at_both_spellings_of_the_path() {
    let world = Dropbox::start().await;
    let ready = world.emulator.ready().providers.dropbox_sign.clone();
    let issued = world.control().provider("dropbox-sign", "POST", "tokens", &json!({})).unwrap();
    let refresh = text(&issued["refresh_token"]);
    let as_json = json!({"grant_type": "refresh_token", "refresh_token": refresh,
        "client_id": ready.client_id, "client_secret": ready.client_secret})
    .to_string();
    let as_form = format!(
        "grant_type=refresh_token&refresh_token={refresh}&client_id={}&client_secret={}",
        ready.client_id, ready.client_secret
    );
    for path in ["/oauth/token", "/oauth/token?refresh"] {
        for (media, body) in [(JSON, &as_json), (FORM, &as_form)] {
            let answer = send(world.base(), "POST", path, &[media], body.as_bytes()).await.unwrap().ok(200);
            assert_eq!(
                (&answer["token_type"], &answer["refresh_token"]),
                (&json!("Bearer"), &json!(refresh))
            );
            assert!(answer.get("state").is_none_or(Value::is_null), "a refresh has no state");
        }
    }
}

#[tokio::test]
async fn a_code_is_redeemed_as_form_with_and_without_a_state() {
    let world = Dropbox::start().await;
    let ready = world.emulator.ready().providers.dropbox_sign.clone();
    for state in ["", "&state=s1"] {
        let consent =
            format!("consent=allow&client_id={}&redirect_uri=http%3A%2F%2F127.0.0.1%2Fdone", ready.client_id);
        let back = send(world.base(), "POST", "/oauth/authorize", &[FORM], consent.as_bytes()).await.unwrap();
        let code = back.header("location").unwrap().split(['=', '&']).nth(1).unwrap().to_owned();
        let grant = format!(
            "grant_type=authorization_code&code={code}&client_id={}&client_secret={}{state}",
            ready.client_id, ready.client_secret
        );
        let issued =
            send(world.base(), "POST", "/oauth/token", &[FORM], grant.as_bytes()).await.unwrap().ok(200);
        assert_eq!(issued["expires_in"], 86_400);
    }
}

#[tokio::test]
async fn the_old_detours_to_files_still_lead_there() {
    let world = Dropbox::start().await;
    let (id, _) = world.sent("/signature_request/send", &[]).await;
    world.settle();
    let early = world.get(&format!("/signature_request/final_copy/{id}")).await;
    assert_eq!(early.status, 403, "not ready: nobody has signed");
    world.control().act(&id, "ada@x.test", Action::Sign, None).unwrap();
    let own = world.get(&format!("/signature_request/{id}")).await.ok(200)["signature_request"].take();
    let copy = text(&own["final_copy_uri"]);
    assert!(world.get(copy.trim_start_matches("/v3")).await.body.starts_with(b"%PDF"));
    let by_url = world.get(&format!("/signature_request/files/{id}?get_url=1")).await.ok(200);
    let target = text(&by_url["file_url"]).replace(world.base(), "");
    assert!(send(world.base(), "GET", &target, &[], b"").await.unwrap().body.starts_with(b"%PDF"));
    let as_text = world.get(&format!("/signature_request/files/{id}?get_data_uri=true")).await.ok(200);
    assert!(text(&as_text["data_uri"]).starts_with("data:application/pdf;base64,"));
    for force in ["0", "1"] {
        let tail = format!("/signature_request/files_as_file_url/{id}?force_download={force}");
        assert_eq!(world.get(&tail).await.status, 200);
    }
}

/// Cancel, remove and deleting a template.
#[tokio::test]
async fn three_good_answers_are_empty_pages() {
    let world = Dropbox::start().await;
    let (open, _) = world.sent("/signature_request/send", &[]).await;
    let (done, _) = world.sent("/signature_request/send", &[]).await;
    world.settle();
    world.control().act(&done, "ada@x.test", Action::Sign, None).unwrap();
    let roles = ("signer_roles", r#"[{"name":"Client"}]"#);
    let made = world.upload("/template/create", &[roles, FIELD]).await.ok(200);
    let template = text(&made["template"]["template_id"]);
    for tail in [
        format!("/signature_request/cancel/{open}"),
        format!("/signature_request/remove/{done}"),
        format!("/template/delete/{template}"),
    ] {
        let answer = world.raw("POST", &tail, JSON, b"").await;
        assert_eq!((answer.status, answer.body.len()), (200, 0), "{tail}");
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{tail}");
    }
}

#[tokio::test]
async fn the_default_tier_is_survived_and_counts_all_the_same() {
    let world = Dropbox::start().await;
    let mut least = u32::MAX;
    for _ in 0..30 {
        let reply = world.upload("/signature_request/send", &[("test_mode", "true"), ("signers", ADA)]).await;
        assert_eq!(reply.status, 200, "thirty in test mode, where the documented limit is ten");
        assert_eq!(reply.header("x-ratelimit-limit"), Some("100"));
        least = least.min(reply.header("x-ratelimit-limit-remaining").unwrap().parse().unwrap());
    }
    assert!(least < 100);
    world.control().provider("dropbox-sign", "POST", "limits", &json!({"tier": "strict"})).unwrap();
    let strict = world.upload("/signature_request/send", &[("test_mode", "true"), ("signers", ADA)]).await;
    assert_eq!(strict.header("x-ratelimit-limit"), Some("10"));
}

/// A page size beyond the limit was recorded to show nothing and no error.
#[tokio::test]
async fn a_page_larger_than_allowed_is_empty() {
    let world = Dropbox::start().await;
    world.sent("/signature_request/send", &[]).await;
    let list = world.get("/signature_request/list?page_size=200").await.ok(200);
    assert_eq!(list["signature_requests"], json!([]));
    let list = world.get("/signature_request/list?page_size=100").await.ok(200);
    assert_eq!(list["signature_requests"].as_array().unwrap().len(), 1);
}

/// It takes the id of a signature, and says so with 400 rather than 404.
#[tokio::test]
async fn a_request_id_is_no_signature_id() {
    let world = Dropbox::start().await;
    let ready = world.emulator.ready().providers.dropbox_sign.clone();
    let (id, signature) =
        world.sent("/signature_request/create_embedded", &[("client_id", &ready.client_id)]).await;
    world.settle();
    let wrong = world.get(&format!("/embedded/sign_url/{id}")).await;
    assert_eq!(refused(&wrong), (400, "bad_request".to_owned()));
    assert_eq!(wrong.json()["error"]["error_msg"], "Signature not found");
    let link = world.get(&format!("/embedded/sign_url/{signature}")).await.ok(200);
    assert!(!text(&link["embedded"]["sign_url"]).contains("&amp;"));
}

/// Who signs is an index from 0, as number or as text; in text tags he is counted from 1.
#[tokio::test]
async fn a_signer_of_a_field_is_a_number_or_text() {
    let world = Dropbox::start().await;
    for signer in ["0", "\"0\""] {
        let field = format!(
            r#"[{{"document_index":0,"api_id":"s1","type":"signature","required":true,"signer":{signer},"page":1,"x":100,"y":200,"width":160,"height":40}}]"#
        );
        let parts = [("test_mode", "true"), ("signers", ADA), ("form_fields_per_document", &field)];
        let own = world.upload("/signature_request/send", &parts).await.ok(200)["signature_request"].take();
        let id = text(&own["signature_request_id"]);
        world.control().act(&id, "ada@x.test", Action::Sign, None).unwrap();
        let own = world.get(&format!("/signature_request/{id}")).await.ok(200)["signature_request"].take();
        assert_eq!(own["response_data"][0]["api_id"], "s1", "{signer}");
    }
}

#[tokio::test]
async fn a_text_tag_for_nobody_is_accepted_and_fails_later() {
    let world = Dropbox::start().await;
    let parts = [("test_mode", "1"), ("signers", ADA), ("use_text_tags", "1")];
    let file = pdf(&["Sign: [sig|req|signer2]"]);
    let tagged = body(&parts, &[("files[0]", &file)]);
    let own = world.raw("POST", "/signature_request/send", MULTIPART, &tagged).await.ok(200);
    assert_eq!(own["signature_request"]["has_error"], false);
    let id = text(&own["signature_request"]["signature_request_id"]);
    world.settle();
    let own = world.get(&format!("/signature_request/{id}")).await.ok(200)["signature_request"].take();
    let state = (&own["has_error"], &own["signatures"][0]["status_code"]);
    assert_eq!(state, (&json!(true), &json!("error_text_tag")));
}

/// A label of the published file speaks of JWT; tokens are opaque, and there is no such grant.
#[tokio::test]
async fn there_is_no_grant_with_a_jwt() {
    let world = Dropbox::start().await;
    let ready = world.emulator.ready().providers.dropbox_sign.clone();
    let grant = format!(
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a.b.c&client_id={}&client_secret={}",
        ready.client_id, ready.client_secret
    );
    let refusal = send(world.base(), "POST", "/oauth/token", &[FORM], grant.as_bytes()).await.unwrap();
    assert_eq!(refused(&refusal), (400, "unsupported_grant_type".to_owned()));
    let issued = world.control().provider("dropbox-sign", "POST", "tokens", &json!({})).unwrap();
    assert!(!text(&issued["access_token"]).contains('.'), "a token is opaque");
}

/// The parameters that only some of the published files have.
#[tokio::test]
async fn parameters_that_the_published_files_disagree_about_are_taken() {
    let world = Dropbox::start().await;
    for (name, value) in [
        ("signer_experience", r#"{"form_view":"disabled"}"#),
        ("is_qualified_signature", "false"),
        ("ignore_text_tags_extraction_errors", "true"),
    ] {
        let parts = [("test_mode", "true"), ("signers", ADA), (name, value)];
        assert_eq!(world.upload("/signature_request/send", &parts).await.status, 200, "{name}");
    }
}
