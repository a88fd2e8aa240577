//! eSignGlobal: everything its adapter can ask, and what else the emulator answers. The structure is our own reading.

use serde_json::json;
use signbridge_core::{CreateOptions, Document, Draft, Recipient, What};
use signbridge_emulator::{Action, Provider};

use super::{ask, connected, everyday, report, seldom};
use crate::world::{ANN, BOB, World, pdf};

#[tokio::test]
async fn esignglobal_is_asked_and_answers_as_we_read_its_pages() {
    let world = World::new().await;
    let service = connected(&world, Provider::Esignglobal);
    let own = &*service;
    let offer = || {
        Draft::new("Offer")
            .message("Please sign until Friday.")
            .document(Document::from_bytes("offer.pdf", pdf("The offer.", 100)))
            .recipient(Recipient::signer("Ann Lee", ANN))
            .recipient(Recipient::carbon_copy("Bob Ray", BOB))
            .free_placement()
    };
    let id = everyday(own, &offer(), ANN).await;
    world.control.act(&id, ANN, Action::Sign, None).unwrap();
    own.get(&id).await.unwrap();
    for what in [What::Combined, What::Archive, What::Certificate] {
        // Which of them there is depends on the workspace.
        drop(own.download(&id, &what).await);
    }
    seldom(own, &offer(), &id).await;
    let second = own.create(&offer(), &CreateOptions::sent()).await.unwrap();
    own.void(&second.id, "wrong price").await.unwrap();
    own.get(&second.id).await.unwrap();
    let third = own.create(&offer(), &CreateOptions::sent()).await.unwrap();
    world.control.act(&third.id, ANN, Action::Decline, Some("no")).unwrap();
    own.get(&third.id).await.unwrap();

    let (_, made) =
        ask(own, "POST", "/envelope/create", None, Some(json!({"subject": "Draft", "remark": "r"}))).await;
    let draft = &made["data"]["envelopeId"];
    let (_, sent) = ask(own, "GET", &format!("/envelope/envelopeDetail?envelopeId={id}"), None, None).await;
    let keys = json!([{"fileKey": sent["data"]["signFiles"][0]["fileKey"]}]);
    let signer = |email: &str| json!({"userEmail": email, "userName": "Ann Lee", "signOrder": 1});
    let named = json!([{"userEmail": BOB, "userName": "Bob Ray"}]);
    for (path, body) in [
        ("/envelope/recipients/addSigners", json!({"envelopeId": draft, "signerInfos": [signer(ANN)]})),
        (
            "/envelope/recipients/deleteSigners",
            json!({"envelopeId": draft, "signerInfos": [{"userEmail": ANN}]}),
        ),
        ("/envelope/recipients/addCCs", json!({"envelopeId": draft, "CCInfos": named})),
        ("/envelope/recipients/deleteCCs", json!({"envelopeId": draft, "CCInfos": [{"userEmail": BOB}]})),
        ("/envelope/files/addSignFiles", json!({"envelopeId": draft, "signFiles": keys})),
        ("/envelope/files/deleteSignFiles", json!({"envelopeId": draft, "signFiles": keys})),
        ("/envelope/files/addAttachments", json!({"envelopeId": draft, "attachments": keys})),
        ("/envelope/files/deleteAttachments", json!({"envelopeId": draft, "attachments": keys})),
        ("/envelopes/views/sender", json!({"envelopeId": draft, "returnUrl": "https://app.example/back"})),
    ] {
        ask(own, "POST", path, None, Some(body)).await;
    }
    ask(own, "GET", "/templates/templateList?pageNum=1&pageSize=20", None, None).await;
    ask(own, "GET", "/stamps?pageNum=1&pageSize=20", None, None).await;

    let tally = report(&world, Provider::Esignglobal);
    assert!(tally.operations() >= 15 && tally.messages() >= 30, "{tally}");
}
