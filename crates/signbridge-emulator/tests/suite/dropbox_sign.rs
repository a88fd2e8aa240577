//! The Dropbox Sign dialect over its socket, from its fact sheet.

use std::time::Duration;

use serde_json::{Value, json};
use signbridge_emulator::{Action, Control, ControlError, Emulator, Options};

use super::client::{Reply, base64, pdf, send};

pub(crate) struct Dropbox {
    pub(crate) emulator: Emulator,
}

pub(crate) const JSON: (&str, &str) = ("content-type", "application/json");
pub(crate) const MULTIPART: (&str, &str) = ("content-type", "multipart/form-data; boundary=B");

impl Dropbox {
    pub(crate) async fn start() -> Self {
        let emulator = signbridge_emulator::start(Options::default()).await.expect("the emulator starts");
        Self { emulator }
    }

    pub(crate) fn control(&self) -> Control {
        self.emulator.control()
    }

    pub(crate) fn base(&self) -> &str {
        &self.emulator.ready().providers.dropbox_sign.base_url
    }

    pub(crate) async fn raw(&self, method: &str, tail: &str, header: (&str, &str), body: &[u8]) -> Reply {
        let key = &self.emulator.ready().providers.dropbox_sign.api_key;
        let basic = format!("Basic {}", base64(format!("{key}:").as_bytes()));
        let headers = [("authorization", basic.as_str()), header];
        send(self.base(), method, &format!("/v3{tail}"), &headers, body).await.expect("an answer")
    }

    pub(crate) async fn get(&self, tail: &str) -> Reply {
        self.raw("GET", tail, JSON, b"").await
    }

    pub(crate) async fn post(&self, tail: &str, body: Value) -> Reply {
        self.raw("POST", tail, JSON, body.to_string().as_bytes()).await
    }

    /// Sends the parts as official SDKs do, with one file.
    pub(crate) async fn upload(&self, tail: &str, parts: &[(&str, &str)]) -> Reply {
        self.raw("POST", tail, MULTIPART, &body(parts, &[("files[0]", &pdf(&["A contract."]))])).await
    }

    /// A request in test mode with Ada and one signature field; its id and her signature's.
    pub(crate) async fn sent(&self, tail: &str, more: &[(&str, &str)]) -> (String, String) {
        let mut parts = vec![("test_mode", "true"), ("title", "NDA"), ("signers", ADA), FIELD];
        parts.extend_from_slice(more);
        let own = self.upload(tail, &parts).await.ok(200)["signature_request"].take();
        (text(&own["signature_request_id"]), text(&own["signatures"][0]["signature_id"]))
    }

    /// Lets everything that is queued happen.
    pub(crate) fn settle(&self) {
        self.control().advance_clock(Duration::from_secs(1));
    }
}

pub(crate) const ADA: &str = r#"[{"name":"Ada","email_address":"ada@x.test"}]"#;
pub(crate) const FIELD: (&str, &str) = (
    "form_fields_per_document",
    r#"[{"document_index":0,"api_id":"s1","type":"signature","required":true,"signer":"0","page":1,"x":100,"y":200,"width":160,"height":40}]"#,
);

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// A multipart body; file parts have no content type.
pub(crate) fn body(parts: &[(&str, &str)], files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, value) in parts {
        let head = format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        out.extend_from_slice(head.as_bytes());
    }
    for (name, bytes) in files {
        let head = format!(
            "--B\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"contract.pdf\"\r\n\r\n"
        );
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(bytes);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"--B--\r\n");
    out
}

#[track_caller]
pub(crate) fn refused(reply: &Reply) -> (u16, String) {
    let body = reply.json();
    assert!(body["error"]["error_msg"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
    (reply.status, text(&body["error"]["error_name"]))
}

pub(crate) fn bad(name: &str) -> (u16, String) {
    (400, name.to_owned())
}

#[tokio::test]
async fn a_contract_is_sent_signed_and_downloaded() {
    let world = Dropbox::start().await;
    let (id, signature) = world.sent("/signature_request/send", &[]).await;
    assert_eq!((id.len(), signature.len()), (40, 32));

    let early = world.get(&format!("/signature_request/files/{id}")).await;
    assert_eq!(refused(&early), (409, "conflict".to_owned()));
    world.settle();

    let acted = world.control().act(&format!("dropbox-sign:{id}"), "ada@x.test", Action::Sign, None).unwrap();
    assert_eq!((acted.status.as_str(), acted.recipient_status.as_str()), ("complete", "signed"));
    let own = world.get(&format!("/signature_request/{id}")).await.ok(200)["signature_request"].take();
    assert_eq!((&own["is_complete"], &own["test_mode"]), (&json!(true), &json!(true)));
    assert_eq!(own["signatures"][0]["status_code"], "signed");
    assert!(own["signatures"][0]["signed_at"].is_i64());
    assert_eq!(own["response_data"][0]["signature_id"], json!(signature));

    let copy = world.get(&format!("/signature_request/files/{id}")).await;
    assert_eq!((copy.status, copy.header("content-type")), (200, Some("application/pdf")));
    assert!(copy.body.starts_with(b"%PDF"));
    let zip = world.get(&format!("/signature_request/files/{id}?file_type=zip")).await;
    assert!(zip.status == 200 && zip.body.starts_with(b"PK"));
    let legacy = world.get(&format!("/signature_request/files/{id}?get_data_uri=1")).await.ok(200);
    assert!(text(&legacy["data_uri"]).starts_with("data:application/pdf;base64,"));
    let by_url = world.get(&format!("/signature_request/files_as_file_url/{id}")).await.ok(200);
    let target = text(&by_url["file_url"]).replace(world.base(), "");
    assert!(send(world.base(), "GET", &target, &[], b"").await.unwrap().body.starts_with(b"%PDF"));
}

#[tokio::test]
async fn all_encodings_mean_the_same() {
    let world = Dropbox::start().await;
    let file = pdf(&["A contract."]);
    let brackets = [
        ("test_mode", "1"),
        ("title", "NDA"),
        ("signers[1][name]", "Ada"),
        ("signers[1][email_address]", "ada@x.test"),
        ("signers[1][order]", "1"),
        ("signers[2][name]", "Bob"),
        ("signers[2][email_address]", "bob@x.test"),
        ("signers[2][order]", "2"),
        ("metadata[deal]", "42"),
        ("cc_email_addresses[]", "cc@x.test"),
    ];
    let old = world
        .raw("POST", "/signature_request/send", MULTIPART, &body(&brackets, &[("file[0]", &file)]))
        .await;
    let signers = r#"[{"name":"Ada","email_address":"ada@x.test","order":0},{"name":"Bob","email_address":"bob@x.test","order":1}]"#;
    let new = world
        .upload(
            "/signature_request/send",
            &[
                ("test_mode", "true"),
                ("title", "NDA"),
                ("signers", signers),
                ("metadata", r#"{"deal":"42"}"#),
                ("cc_email_addresses", r#"["cc@x.test"]"#),
            ],
        )
        .await;
    let as_json = json!({
        "test_mode": true, "title": "NDA", "metadata": {"deal": "42"}, "cc_email_addresses": ["cc@x.test"],
        "signers": serde_json::from_str::<Value>(signers).unwrap(), "file_urls": ["https://x.test/a.pdf"],
    });
    let plain = world.post("/signature_request/send", as_json).await;
    let form = "test_mode=1&title=NDA&signers%5B0%5D%5Bname%5D=Ada&signers%5B0%5D%5Bemail_address%5D=ada%40x.test\
        &signers%5B0%5D%5Border%5D=0&signers%5B1%5D%5Bname%5D=Bob&signers%5B1%5D%5Bemail_address%5D=bob%40x.test\
        &signers%5B1%5D%5Border%5D=1&metadata%5Bdeal%5D=42&cc_email_addresses%5B0%5D=cc%40x.test&file_url%5B0%5D=https%3A%2F%2Fx.test%2Fa.pdf";
    let media = ("content-type", "application/x-www-form-urlencoded");
    let form = world.raw("POST", "/signature_request/send", media, form.as_bytes()).await;
    for reply in [old, new, plain, form] {
        let own = reply.ok(200)["signature_request"].take();
        let orders: Vec<_> =
            own["signatures"].as_array().unwrap().iter().map(|one| one["order"].clone()).collect();
        assert_eq!(orders, [json!(0), json!(1)]);
        assert_eq!(own["metadata"], json!({"deal": "42"}));
        assert_eq!(own["cc_email_addresses"], json!(["cc@x.test"]));
        assert_eq!(own["test_mode"], true);
    }
}

#[tokio::test]
async fn credentials_are_judged_as_recorded() {
    let world = Dropbox::start().await;
    let ask = async |authorization: Option<String>| {
        let headers: Vec<(&str, &str)> =
            authorization.iter().map(|value| ("authorization", value.as_str())).collect();
        send(world.base(), "GET", "/v3/account", &headers, b"").await.unwrap()
    };
    let none = ask(None).await;
    assert_eq!(none.json()["error"]["error_msg"], "No credentials supplied");
    assert!(none.header("x-ratelimit-limit").is_none());
    let key = world.emulator.ready().providers.dropbox_sign.api_key.clone();
    let without_colon = ask(Some(format!("Basic {}", base64(key.as_bytes())))).await;
    assert_eq!(refused(&without_colon), (401, "unauthorized".to_owned()));
    assert_eq!(without_colon.json()["error"]["error_msg"], "Unauthorized api key");
    let good = world.get("/account").await;
    assert_eq!(good.ok(200)["account"]["quotas"]["api_signature_requests_left"], 1250);
    assert_eq!(good.header("x-ratelimit-limit-remaining"), Some("99"));
}

#[tokio::test]
async fn a_code_becomes_tokens_and_a_refresh_keeps_its_token() {
    let world = Dropbox::start().await;
    let ready = world.emulator.ready().providers.dropbox_sign.clone();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let consent = format!(
        "consent=allow&client_id={}&state=s1&redirect_uri=http%3A%2F%2F127.0.0.1%2Fdone",
        ready.client_id
    );
    let back = send(world.base(), "POST", "/oauth/authorize", &form, consent.as_bytes()).await.unwrap();
    let code = back.header("location").unwrap().split(['=', '&']).nth(1).unwrap().to_owned();
    let grant = json!({
        "grant_type": "authorization_code", "code": code, "state": "s1",
        "client_id": ready.client_id, "client_secret": ready.client_secret,
    });
    let issued =
        send(world.base(), "POST", "/oauth/token", &[JSON], grant.to_string().as_bytes()).await.unwrap();
    let issued = issued.ok(200);
    assert_eq!((&issued["token_type"], &issued["expires_in"]), (&json!("Bearer"), &json!(86400)));
    let again =
        send(world.base(), "POST", "/oauth/token", &[JSON], grant.to_string().as_bytes()).await.unwrap();
    assert_eq!(refused(&again), bad("invalid_grant"));

    let refresh = format!(
        "grant_type=refresh_token&refresh_token={}&client_id={}&client_secret={}",
        text(&issued["refresh_token"]),
        ready.client_id,
        ready.client_secret
    );
    let fresh = send(world.base(), "POST", "/oauth/token?refresh", &form, refresh.as_bytes()).await.unwrap();
    let fresh = fresh.ok(200);
    assert_eq!(fresh["refresh_token"], issued["refresh_token"]);
    let bare = format!("grant_type=refresh_token&refresh_token={}", text(&issued["refresh_token"]));
    let old_app = send(world.base(), "POST", "/oauth/token", &form, bare.as_bytes()).await.unwrap();
    assert_eq!(old_app.status, 200);
    let required = json!({"credentials": "required"});
    world.control().provider("dropbox-sign", "POST", "refresh", &required).unwrap();
    let new_app = send(world.base(), "POST", "/oauth/token", &form, bare.as_bytes()).await.unwrap();
    assert_eq!(refused(&new_app), (401, "invalid_client".to_owned()));
    let bearer = format!("Bearer {}", text(&fresh["access_token"]));
    let account = send(world.base(), "GET", "/v3/account", &[("authorization", &bearer)], b"").await.unwrap();
    assert_eq!(account.status, 200);
    let removed =
        send(world.base(), "POST", "/v3/signature_request/remove/x", &[("authorization", &bearer)], b"")
            .await;
    assert_eq!(refused(&removed.unwrap()), (403, "forbidden".to_owned()));
    let wrong_host = send(world.base(), "POST", "/v3/oauth/token", &form, refresh.as_bytes()).await.unwrap();
    assert_eq!(wrong_host.status, 404);
}

#[tokio::test]
async fn a_cancellation_is_queued_and_then_the_request_is_gone() {
    let world = Dropbox::start().await;
    world.control().provider("dropbox-sign", "POST", "delays", &json!({"cancel_ms": 60_000})).unwrap();
    let (id, _) = world.sent("/signature_request/send", &[]).await;
    let done = world.raw("POST", &format!("/signature_request/cancel/{id}"), JSON, b"").await;
    assert_eq!((done.status, done.body.len()), (200, 0));
    assert_eq!(done.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(world.get(&format!("/signature_request/{id}")).await.status, 200);
    world.control().advance_clock(Duration::from_secs(61));
    let gone = world.get(&format!("/signature_request/{id}")).await;
    assert_eq!(refused(&gone), (410, "deleted".to_owned()));
    let refusal = world.control().act(&id, "ada@x.test", Action::Sign, None);
    assert!(matches!(refusal, Err(ControlError::Conflict(_))));
}

#[tokio::test]
async fn only_what_is_complete_can_be_removed_and_only_what_is_not_can_be_canceled() {
    let world = Dropbox::start().await;
    let (id, _) = world.sent("/signature_request/send", &[]).await;
    let remove = async || world.raw("POST", &format!("/signature_request/remove/{id}"), JSON, b"").await;
    assert_eq!(refused(&remove().await), bad("signature_request_remove_failed"));
    world.control().act(&id, "ada@x.test", Action::Sign, None).unwrap();
    let cancel = world.raw("POST", &format!("/signature_request/cancel/{id}"), JSON, b"").await;
    assert_eq!(refused(&cancel), bad("signature_request_cancel_failed"));
    let removed = remove().await;
    assert_eq!((removed.status, removed.body.len()), (200, 0));
    assert_eq!(refused(&world.get(&format!("/signature_request/{id}")).await), (404, "not_found".to_owned()));
}

/// Rows: 5 link lifetime
#[tokio::test]
async fn an_embedded_link_is_for_one_visit_and_takes_the_signature_id() {
    let world = Dropbox::start().await;
    let client = world.emulator.ready().providers.dropbox_sign.client_id.clone();
    let more = [("client_id", client.as_str()), ("signing_redirect_url", "https://app.test/done")];
    let (id, signature) = world.sent("/signature_request/create_embedded", &more).await;
    let wrong = world.get(&format!("/embedded/sign_url/{id}")).await;
    assert_eq!(wrong.json()["error"]["error_msg"], "Signature not found");
    let link = world.get(&format!("/embedded/sign_url/{signature}")).await.ok(200)["embedded"].take();
    let left = link["expires_at"].as_i64().unwrap() - world.control().now().timestamp();
    assert!((3_590..=3_600).contains(&left), "{left}");

    let target = text(&link["sign_url"]).replace(world.base(), "");
    let first = send(world.base(), "GET", &target, &[], b"").await.unwrap();
    let session = first.header("location").unwrap().to_owned();
    assert_eq!(send(world.base(), "GET", &target, &[], b"").await.unwrap().status, 410);
    let page = send(world.base(), "GET", &session, &[], b"").await.unwrap();
    assert!(page.status == 200 && page.text().contains("Dropbox Sign"));
    // The inbox of every listener shows the envelopes of all providers.
    let listening = &world.emulator.ready().listening;
    assert!(send(listening, "GET", "/", &[], b"").await.unwrap().text().contains(&id));
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let signed = send(world.base(), "POST", &session, &form, b"action=sign").await.unwrap();
    assert_eq!(signed.header("location"), Some("https://app.test/done"));
    assert_eq!(world.control().envelope(&id).unwrap()["is_complete"], true);
    let mails = world.control().envelope(&id).unwrap()["mails"].clone();
    assert_eq!(mails, json!([]), "embedded signers get no mail");
}

#[tokio::test]
async fn reminders_wait_an_hour_and_not_for_embedded_signers() {
    let world = Dropbox::start().await;
    let (id, _) = world.sent("/signature_request/send", &[]).await;
    world.settle();
    let remind = async |id: &str| {
        world.post(&format!("/signature_request/remind/{id}"), json!({"email_address": "ada@x.test"})).await
    };
    let own = remind(&id).await.ok(200);
    assert!(own["signature_request"]["signatures"][0]["last_reminded_at"].is_i64());
    assert_eq!(refused(&remind(&id).await), bad("invalid_reminder"));
    world.control().advance_clock(Duration::from_secs(3_600));
    assert_eq!(remind(&id).await.status, 200);
    let client = world.emulator.ready().providers.dropbox_sign.client_id.clone();
    let (id, _) = world.sent("/signature_request/create_embedded", &[("client_id", &client)]).await;
    assert_eq!(refused(&remind(&id).await), bad("invalid_reminder"));
}

#[tokio::test]
async fn a_new_address_is_a_new_signature() {
    let world = Dropbox::start().await;
    let (id, signature) = world.sent("/signature_request/send", &[]).await;
    let change = json!({"signature_id": signature, "email_address": "new@x.test", "name": "Eve"});
    let own = world.post(&format!("/signature_request/update/{id}"), change).await.ok(200);
    let one = &own["signature_request"]["signatures"][0];
    assert_ne!(one["signature_id"], json!(signature));
    assert_eq!((&one["signer_email_address"], &one["signer_name"]), (&json!("new@x.test"), &json!("Eve")));

    let page = world
        .upload("/signature_request/send", &[("test_mode", "true"), ("signers", ADA)])
        .await
        .ok(200)["signature_request"]
        .take();
    let change =
        json!({"signature_id": page["signatures"][0]["signature_id"], "email_address": "new@x.test"});
    let id = text(&page["signature_request_id"]);
    let refusal = world.post(&format!("/signature_request/update/{id}"), change).await;
    assert_eq!(refused(&refusal), bad("bad_request"));
}

#[tokio::test]
async fn a_query_finds_metadata_once_it_is_indexed() {
    let world = Dropbox::start().await;
    world.control().provider("dropbox-sign", "POST", "delays", &json!({"index_ms": 5_000})).unwrap();
    let (id, _) = world.sent("/signature_request/send", &[("metadata", r#"{"ref":"deal-42"}"#)]).await;
    world.sent("/signature_request/send", &[]).await;
    let count = async |query: &str| {
        let list = world.get(&format!("/signature_request/list?{query}")).await.ok(200);
        (list["list_info"]["num_results"].as_u64().unwrap(), list["signature_requests"].clone())
    };
    assert_eq!(count("page_size=1").await.0, 2, "without a query the list is immediate");
    assert_eq!(count("query=metadata:deal-42").await.0, 0, "not indexed yet");
    world.control().advance_clock(Duration::from_secs(6));
    let (found, rows) = count("query=metadata:deal-42").await;
    assert_eq!((found, &rows[0]["signature_request_id"]), (1, &json!(id)));
    assert_eq!(count("query=title:nda%20AND%20complete:true").await.0, 0);
    assert_eq!(count("page_size=200").await.1, json!([]), "recorded as empty, not refused");
}

#[tokio::test]
async fn test_mode_and_the_plan_decide_what_is_billed() {
    let world = Dropbox::start().await;
    let left = async || {
        world.get("/account").await.ok(200)["account"]["quotas"]["api_signature_requests_left"].clone()
    };
    world.sent("/signature_request/send", &[]).await;
    assert_eq!(left().await, 1250);
    let own = world.upload("/signature_request/send", &[("signers", ADA)]).await.ok(200);
    assert_eq!(own["signature_request"]["test_mode"], false);
    assert_eq!(left().await, 1249);
    world.control().provider("dropbox-sign", "POST", "plan", &json!({"paid": false})).unwrap();
    let refusal = world.upload("/signature_request/send", &[("signers", ADA)]).await;
    assert_eq!(refused(&refusal), (402, "payment_required".to_owned()));
}

#[tokio::test]
async fn the_strict_tier_refuses_the_eleventh_test_request_of_a_minute() {
    let world = Dropbox::start().await;
    world.control().provider("dropbox-sign", "POST", "limits", &json!({"tier": "strict"})).unwrap();
    let mut last = None;
    for _ in 0..12 {
        last =
            Some(world.upload("/signature_request/send", &[("test_mode", "true"), ("signers", ADA)]).await);
    }
    let last = last.unwrap();
    assert_eq!(refused(&last), (429, "exceeded_rate".to_owned()));
    assert!(last.header("retry-after").is_none());
    assert!(last.header("x-ratelimit-reset").is_some());
    world.control().advance_clock(Duration::from_secs(10));
    let again = world.upload("/signature_request/send", &[("test_mode", "true"), ("signers", ADA)]).await;
    assert_eq!(again.status, 200);
}

#[tokio::test]
async fn a_broken_file_is_accepted_and_fails_later() {
    let world = Dropbox::start().await;
    let parts = [("test_mode", "true"), ("signers", ADA)];
    let broken = body(&parts, &[("files[0]", b"%PDF-1.4 nothing else")]);
    let own = world.raw("POST", "/signature_request/send", MULTIPART, &broken).await.ok(200);
    assert_eq!(own["signature_request"]["has_error"], false);
    let id = text(&own["signature_request"]["signature_request_id"]);
    world.settle();
    let own = world.get(&format!("/signature_request/{id}")).await.ok(200)["signature_request"].take();
    assert_eq!(
        (&own["has_error"], &own["signatures"][0]["status_code"]),
        (&json!(true), &json!("error_file"))
    );
    let files = world.get(&format!("/signature_request/files/{id}")).await;
    assert_eq!(refused(&files), (422, "unprocessable_entity".to_owned()));
}

#[tokio::test]
async fn parameters_that_do_not_fit_are_named() {
    let world = Dropbox::start().await;
    let cases: [(&[(&str, &str)], &str); 6] = [
        (&[("signers", ADA), ("colour", "red")], "colour"),
        (&[("signers", r#"[{"name":"Ada"}]"#)], "signers[0][email_address]"),
        (&[("signers", r#"[{"name":"Ada","email_address":"ada@x.test","pin":"123"}]"#)], "signers[0][pin]"),
        (&[("signers", ADA), ("cc_email_addresses", r#"["nobody"]"#)], "cc_email_addresses[0]"),
        (&[("signers", ADA), ("expires_at", "1700000000")], "expires_at"),
        (&[("signers", ADA), ("file_urls", r#"["https://x.test/a.pdf"]"#)], "file_urls"),
    ];
    for (parts, path) in cases {
        let mut all = vec![("test_mode", "true")];
        all.extend_from_slice(parts);
        let reply = world.upload("/signature_request/send", &all).await;
        assert_eq!(refused(&reply), bad("bad_request"), "{path}");
        assert_eq!(reply.json()["error"]["error_path"], path);
    }
}

#[tokio::test]
async fn a_template_gives_its_roles_to_signers() {
    let world = Dropbox::start().await;
    let parts = [
        ("title", "Lease"),
        ("signer_roles", r#"[{"name":"Client","order":0},{"name":"Owner","order":1}]"#),
        (
            "form_fields_per_document",
            r#"[{"document_index":0,"api_id":"a","type":"signature","required":true,"signer":"0","page":1,"x":100,"y":200,"width":160,"height":40},
                {"document_index":0,"api_id":"b","type":"signature","required":true,"signer":"1","page":1,"x":100,"y":300,"width":160,"height":40},
                {"document_index":0,"api_id":"c","name":"Rent","type":"text-merge","required":true,"signer":"sender","page":1,"x":100,"y":400,"width":160,"height":40}]"#,
        ),
    ];
    let made = world.upload("/template/create", &parts).await.ok(200);
    let template = text(&made["template"]["template_id"]);
    let shown = world.get(&format!("/template/{template}")).await.ok(200);
    assert_eq!(shown["template"]["signer_roles"][1]["name"], "Owner");
    assert_eq!(shown["template"]["documents"][0]["form_fields"][1]["signer"], "2");

    let request = json!({
        "test_mode": true, "template_ids": [template], "custom_fields": [{"name": "Rent", "value": "100"}],
        "signers": [
            {"role": "Owner", "name": "Bob", "email_address": "bob@x.test"},
            {"role": "Client", "name": "Ada", "email_address": "ada@x.test"},
        ],
    });
    let own = world.post("/signature_request/send_with_template", request.clone()).await.ok(200);
    let own = &own["signature_request"];
    assert_eq!((&own["title"], &own["template_ids"][0]), (&json!("Lease"), &json!(template)));
    assert_eq!(own["signatures"][0]["signer_role"], "Client");
    let id = text(&own["signature_request_id"]);
    let early = world.control().act(&id, "bob@x.test", Action::Sign, None);
    assert!(matches!(early, Err(ControlError::Conflict(_))), "the owner comes second");
    world.control().act(&id, "ada@x.test", Action::Sign, None).unwrap();
    world.control().act(&id, "bob@x.test", Action::Sign, None).unwrap();
    let deleted = world.raw("POST", &format!("/template/delete/{template}"), JSON, b"").await;
    assert_eq!((deleted.status, deleted.body.len()), (200, 0));
    assert_eq!(world.post("/signature_request/send_with_template", request).await.status, 404);
}

#[tokio::test]
async fn a_decline_needs_to_be_allowed() {
    let world = Dropbox::start().await;
    let (id, _) = world.sent("/signature_request/send", &[]).await;
    assert!(world.control().act(&id, "ada@x.test", Action::Decline, Some("no")).is_err());
    let (id, _) = world.sent("/signature_request/send", &[("allow_decline", "1")]).await;
    world.control().act(&id, "ada@x.test", Action::Decline, Some("no")).unwrap();
    let own = world.get(&format!("/signature_request/{id}")).await.ok(200)["signature_request"].take();
    assert_eq!((&own["is_declined"], &own["signatures"][0]["decline_reason"]), (&json!(true), &json!("no")));
}

#[tokio::test]
async fn the_journal_names_the_provider_and_hides_tokens() {
    let world = Dropbox::start().await;
    world.get("/account").await;
    let entries = world.control().journal();
    let entry = entries.last().unwrap();
    assert_eq!(
        (entry.provider.as_str(), entry.operation.as_deref()),
        ("dropbox-sign", Some("GET /v3/account"))
    );
}

#[tokio::test]
async fn a_file_on_loopback_is_really_fetched() {
    let world = Dropbox::start().await;
    let file = pdf(&["Fetched.", "Two."]);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/deal.pdf", listener.local_addr().unwrap());
    let served = file.clone();
    std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 2048]).unwrap();
        stream.write_all(b"HTTP/1.0 200 OK\r\nContent-Type: application/pdf\r\n\r\n").unwrap();
        stream.write_all(&served).unwrap();
    });
    let request = json!({
        "test_mode": true, "file_urls": [url],
        "signers": [{"name": "Ada", "email_address": "ada@x.test"}],
    });
    let own = world.post("/signature_request/send", request).await.ok(200);
    let id = text(&own["signature_request"]["signature_request_id"]);
    let document = world.control().envelope(&id).unwrap()["documents"][0].clone();
    assert_eq!((&document["length"], &document["pages"]), (&json!(file.len()), &json!(2)));
    assert_eq!(document["name"], "deal.pdf");
}

#[tokio::test]
async fn the_journal_tells_what_parts_mean_and_no_secret() {
    let world = Dropbox::start().await;
    world.sent("/signature_request/send", &[("metadata", r#"{"k":"v"}"#)]).await;
    let recorded = world.control().journal().last().unwrap().request.json.clone().unwrap();
    assert_eq!((&recorded["signers"][0]["name"], &recorded["metadata"]["k"]), (&json!("Ada"), &json!("v")));
    let secret = world.emulator.ready().providers.dropbox_sign.client_secret.clone();
    let grant = json!({"grant_type": "refresh_token", "client_secret": secret, "refresh_token": "r-e-f"});
    send(world.base(), "POST", "/oauth/token", &[JSON], grant.to_string().as_bytes()).await.unwrap();
    let all = serde_json::to_string(&world.control().journal()).unwrap();
    assert!(!all.contains(&secret) && !all.contains("r-e-f"));
}
