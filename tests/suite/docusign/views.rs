//! The pages of the sender.

use secrecy::ExposeSecret;
use signbridge::secrecy;
use signbridge_core::SigningLink;

use super::*;

/// Rows: 9 sender view
#[tokio::test]
async fn the_sender_prepares_a_draft_and_corrects_what_runs() {
    let world = World::new().await;
    let docusign = world.provider();
    let back = "https://app.example/done".parse().unwrap();
    let draft = docusign.create(&lease(), &CreateOptions::draft()).await.unwrap();
    assert!(docusign.sender_view(&draft.id, &back).await.unwrap().expires_at.is_none());
    docusign.send(&draft.id).await.unwrap();
    assert!(docusign.sender_view(&draft.id, &back).await.unwrap().expires_at.is_some());
    assert_eq!(
        (asked(&world, "POST", "/views/sender").len(), asked(&world, "POST", "/views/correct").len()),
        (1, 1)
    );
    docusign.void(&draft.id, "wrong price").await.unwrap();
    assert_eq!(docusign.sender_view(&draft.id, &back).await.unwrap_err().kind(), ErrorKind::InvalidState);
}

/// Opens a page as a browser does; answers where it leads and what it shows. It is looked at over http, whatever the link
/// says.
async fn opened(world: &World, method: Method, url: &str, form: &str) -> (Option<String>, String) {
    let ready = &world.emulator.ready().providers.docusign;
    let url = url.replace(&ready.base_url_tls, &ready.base_url);
    let authority = ready.base_url.trim_start_matches("http://").to_owned();
    let path = url.trim_start_matches(&ready.base_url).to_owned();
    let text = format!(
        "{method} {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\nContent-Type: \
         application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let answer = tokio::task::spawn_blocking(move || {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(authority).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    let answer = answer.await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let location = head.lines().find_map(|line| {
        line.to_ascii_lowercase().starts_with("location: ").then(|| line["location: ".len()..].to_owned())
    });
    (location, body.to_owned())
}

fn url(link: &SigningLink) -> &str {
    link.url.expose_secret()
}

/// Rows: 9 sender view, 1 OnHold, 1 From OnHold
#[tokio::test]
async fn an_envelope_is_on_hold_while_its_sender_corrects_it_and_goes_on_afterwards() {
    let world = World::new().await;
    let docusign = world.provider();
    let back = "https://app.example/done".parse().unwrap();
    let sent = docusign.create(&lease(), &CreateOptions::sent()).await.unwrap();
    let base = world.emulator.ready().providers.docusign.base_url.clone();

    let link = docusign.sender_view(&sent.id, &back).await.unwrap();
    let seen = docusign.get(&sent.id).await.unwrap();
    assert_eq!(seen.status, EnvelopeStatus::InProgress, "a link that nobody opened holds nothing");
    let page = opened(&world, Method::GET, url(&link), "").await.0.unwrap();
    let state = docusign.get(&sent.id).await.unwrap().state;
    assert_eq!((&state.status, state.raw.as_str()), (&EnvelopeStatus::OnHold, "correct"));
    world.control.act(&sent.id, ANN, Action::Sign, None).unwrap_err();
    let ways = opened(&world, Method::GET, &format!("{base}{page}"), "").await.1;
    assert!(ways.contains("Correct the envelope"), "{ways}");
    let (left, _) = opened(&world, Method::POST, &format!("{base}{page}"), "event=send").await;
    assert_eq!(left.as_deref(), Some("https://app.example/done?event=send"));
    assert_eq!(docusign.get(&sent.id).await.unwrap().status, EnvelopeStatus::InProgress);

    // A page that was left open is ended by its sender's application.
    let link = docusign.sender_view(&sent.id, &back).await.unwrap();
    opened(&world, Method::GET, url(&link), "").await;
    assert_eq!(docusign.get(&sent.id).await.unwrap().status, EnvelopeStatus::OnHold);
    let held = Correction::new().change(RecipientChange::of(ANN).name("Ann Ray"));
    assert_eq!(docusign.correct(&sent.id, &held).await.unwrap_err().kind(), ErrorKind::InvalidState);
    let request = http::Request::builder()
        .method(Method::DELETE)
        .uri(format!("/envelopes/{}/views/correct", sent.id))
        .header("content-type", "application/json")
        .body(Bytes::from_static(b"{}"));
    docusign.raw(request.unwrap()).await.unwrap();
    assert_eq!(docusign.get(&sent.id).await.unwrap().status, EnvelopeStatus::InProgress);
    world.control.act(&sent.id, ANN, Action::Sign, None).unwrap();
    assert_eq!(docusign.get(&sent.id).await.unwrap().status, EnvelopeStatus::Completed);
}

/// Rows: 9 sender view, 5 return URL
#[tokio::test]
async fn the_console_opens_at_an_envelope_or_where_it_begins() {
    let world = World::new().await;
    let docusign = world.provider();
    let back = "https://app.example/done".parse().unwrap();
    let sent = docusign.create(&lease(), &CreateOptions::sent()).await.unwrap();
    let link = docusign.console_view(Some(&sent.id), &back).await.unwrap();
    assert!(!format!("{link:?}").contains("://"), "the link prints");
    assert_eq!(
        opened(&world, Method::GET, url(&link), "").await.0.as_deref(),
        Some("https://app.example/done")
    );
    docusign.console_view(None, &back).await.unwrap();
    let asked = asked(&world, "POST", "/views/console");
    assert_eq!(asked[0], json!({"returnUrl": "https://app.example/done", "envelopeId": sent.id}));
    assert_eq!(asked[1], json!({"returnUrl": "https://app.example/done"}));
    let unknown = "00000000-0000-4000-8000-00000000dead";
    assert_eq!(docusign.console_view(Some(unknown), &back).await.unwrap_err().kind(), ErrorKind::NotFound);
    let long = format!("https://app.example/{}", "x".repeat(460)).parse().unwrap();
    let error = docusign.console_view(None, &long).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "its end would be cut");
    assert_eq!(docusign.sender_view(&sent.id, &long).await.unwrap_err().kind(), ErrorKind::InvalidInput);
}
