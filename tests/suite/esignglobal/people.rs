//! Roles, order and codes, and what passes through beside the portable model.

use http::{Response, header};
use signbridge_core::{Body, Chunks};

use super::*;

async fn raw(provider: &dyn Provider, path: &str, body: Value) -> Result<Value, signbridge_core::Error> {
    let request = Request::post(path).header("content-type", "application/json");
    let answer = provider.raw(request.body(Bytes::from(body.to_string())).unwrap()).await?;
    Ok(serde_json::from_slice(answer.body()).unwrap())
}

/// Rows: 3 add after start, 9 add CC in flight
#[tokio::test]
async fn copies_and_later_signers_join_by_requests_of_ones_own() {
    let world = World::new().await;
    let provider = world.provider();
    let sent = provider.create(&offer(), &CreateOptions::sent()).await.unwrap();
    let copy = json!({"envelopeId": sent.id, "CCInfos": [{"userEmail": "cy@example.com", "userName": "Cy"}]});
    raw(&*provider, "/envelope/recipients/addCCs", copy).await.unwrap();
    let signer = |order: u32| {
        let signer = json!({"userEmail": "di@example.com", "userName": "Di", "signOrder": order});
        json!({"envelopeId": sent.id, "signerInfos": [signer]})
    };
    let refused = raw(&*provider, "/envelope/recipients/addSigners", signer(1)).await.unwrap_err();
    assert_eq!((refused.kind(), refused.status()), (ErrorKind::InvalidInput, Some(200)));
    raw(&*provider, "/envelope/recipients/addSigners", signer(2)).await.unwrap();
    let seen = provider.get(&sent.id).await.unwrap();
    let people: Vec<_> = seen.recipients.iter().map(|one| (one.email.as_str(), one.role.as_str())).collect();
    assert_eq!(
        people,
        [(ANN, "signer"), ("di@example.com", "signer"), (BOB, "cc"), ("cy@example.com", "cc")]
    );
    assert_eq!(seen.recipient("di@example.com").unwrap().status, RecipientStatus::Waiting);
}

/// Rows: 9 subscribe events
#[tokio::test]
async fn events_go_to_an_address_that_the_extras_name() {
    let world = World::new().await;
    let provider = world.provider();
    let mut draft = offer();
    let hook = json!({"callBackUrl": "https://app.example/hook/5f2c"});
    draft.extras = [("esignglobal".to_owned(), hook.as_object().unwrap().clone())].into();
    let sent = provider.create(&draft, &CreateOptions::sent()).await.unwrap();
    let state = world.control.envelope(&sent.id).unwrap();
    assert_eq!(state["callBackUrl"], "https://app.example/hook/5f2c");
}

/// Rows: 3 Delegator
#[tokio::test]
async fn whether_a_signer_may_pass_his_task_on_is_always_written() {
    let world = World::new().await;
    let provider = world.provider();
    for allow in [false, true] {
        let mut draft = offer();
        draft.allow_reassign = allow;
        let sent = provider.create(&draft, &CreateOptions::sent()).await.unwrap();
        assert_eq!(world.control.envelope(&sent.id).unwrap()["allowTransfer"], allow);
    }
}

async fn browse(parts: &Parts, request: http::request::Builder, body: &'static str) -> Response<Chunks> {
    parts
        .transport
        .send(request.body(Body::from(Bytes::from_static(body.as_bytes()))).unwrap())
        .await
        .unwrap()
}

/// Rows: 4 AccessCode
#[tokio::test]
async fn the_signing_page_takes_a_code_whatever_its_case_and_no_other() {
    let world = World::new().await;
    let provider = world.provider();
    let mut draft = offer().return_url("https://app.example/done".parse().unwrap());
    draft.recipients[0] = Recipient::signer("Ann Lee", ANN).embedded().access_code("AB12");
    let sent = provider.create(&draft, &CreateOptions::sent()).await.unwrap();
    let parts = world.parts();
    let link = provider.signing_link(&sent.id, &SigningLinkRequest::new(ANN)).await.unwrap();
    let begun = browse(&parts, Request::get(link.url.expose_secret()), "").await;
    let page = begun.headers()[header::LOCATION].to_str().unwrap().to_owned();
    let base = world.emulator.ready().providers.esignglobal.base_url_tls.clone();
    let session = format!("{}{page}", base.trim_end_matches('/'));
    let post = async |body| {
        let form = Request::post(&session).header("content-type", "application/x-www-form-urlencoded");
        browse(&parts, form, body).await.status().as_u16()
    };
    assert_eq!(post("access_code=AB13&action=unlock").await, 403);
    assert_eq!(post("access_code=ab12&action=unlock").await, 200);
    assert_eq!(post("action=sign").await, 302);
    assert_eq!(provider.get(&sent.id).await.unwrap().status, EnvelopeStatus::Completed);
}
