//! A dialect with a token, and calls of it.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};

use crate::adobe_sign;
use crate::dialect::{Dialect, Failure};
use crate::docusign::convert::stand_in;
use crate::exchange::{Answer, Body, Query, Request};
use crate::hub::{Hub, World as Shared};
use crate::ready::AdobeSign;

pub(super) const ORIGIN: &str = "http://127.0.0.1:1";

pub(super) struct World {
    pub(super) hub: Hub,
    pub(super) ready: AdobeSign,
    pub(super) token: String,
}

/// A one-page PDF that shows `text`, first line 72 points from the left and from the top.
pub(super) fn pdf(text: &str) -> Bytes {
    stand_in("a", "txt", text.as_bytes()).unwrap()
}

pub(super) fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

impl World {
    /// Without the polling rule, so that tests may look as often as they like.
    pub(super) fn new() -> Self {
        let mut shared = Shared::default();
        let ready = shared.adobe_sign.provision(ORIGIN, "https://127.0.0.1:2");
        let hub = Hub::new(Vec::new(), shared);
        let mut world = Self { hub, ready, token: String::new() };
        world.control("POST", "polling", json!({ "rule": "off" }));
        let refreshed = world.post_form(
            "/oauth/v2/refresh",
            &[
                ("grant_type", "refresh_token"),
                ("refresh_token", &world.ready.refresh_token.clone()),
                ("client_id", &world.ready.client_id.clone()),
                ("client_secret", &world.ready.client_secret.clone()),
            ],
        );
        world.token = refreshed.json(200)["access_token"].as_str().unwrap().to_owned();
        world
    }

    pub(super) fn control(&self, method: &str, tail: &str, body: Value) -> Value {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let now = self.hub.clock.now();
        self.hub.world().adobe_sign.control(&method, &[tail], &body, now).unwrap().unwrap()
    }

    pub(super) fn raw(&self, method: &str, target: &str, headers: &[(&str, &str)], body: Bytes) -> Reply {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(
                HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        Reply(adobe_sign::answer(
            &self.hub,
            &Request {
                method: Method::from_bytes(method.as_bytes()).unwrap(),
                path: path.to_owned(),
                query: Query::parse(query),
                headers: map,
                body,
                origin: ORIGIN.to_owned(),
            },
        ))
    }

    pub(super) fn post_form(&self, path: &str, pairs: &[(&str, &str)]) -> Reply {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.raw("POST", path, &headers, Bytes::from(form(pairs)))
    }

    /// A call of the REST API with the token.
    pub(super) fn call(&self, method: &str, tail: &str, body: Option<Value>) -> Reply {
        self.with(method, tail, &[], body)
    }

    pub(super) fn with(
        &self,
        method: &str,
        tail: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Reply {
        let bearer = format!("Bearer {}", self.token);
        let mut all = vec![("authorization", bearer.as_str()), ("content-type", "application/json")];
        all.extend_from_slice(headers);
        let body = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        self.raw(method, &format!("/api/rest/v6{tail}"), &all, body)
    }

    pub(super) fn get(&self, tail: &str) -> Value {
        self.call("GET", tail, None).json(200)
    }

    /// A `PUT` with the tag that a `GET` of `source` answers.
    pub(super) fn put(&self, tail: &str, source: &str, body: Value) -> Reply {
        let read = self.call("GET", source, None);
        self.with("PUT", tail, &[("if-match", read.header("etag"))], Some(body))
    }

    pub(super) fn upload(&self, name: &str, mime: &str, bytes: &[u8]) -> Reply {
        let mut body = format!(
            "--B\r\nContent-Disposition: form-data; name=\"File\"; filename=\"{name}\"\r\nContent-Type: {mime}\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--B--\r\n");
        let bearer = format!("Bearer {}", self.token);
        let headers =
            [("authorization", bearer.as_str()), ("content-type", "multipart/form-data; boundary=B")];
        self.raw("POST", "/api/rest/v6/transientDocuments", &headers, Bytes::from(body))
    }

    /// The id of an uploaded PDF that shows `text`.
    pub(super) fn file(&self, text: &str) -> String {
        let reply = self.upload("a.pdf", "application/pdf", &pdf(text)).json(201);
        reply["transientDocumentId"].as_str().unwrap().to_owned()
    }

    /// A body with one file; sets as `(role, order, address)`.
    pub(super) fn definition(&self, state: &str, text: &str, sets: &[(&str, i64, &str)]) -> Value {
        let sets: Vec<Value> = sets
            .iter()
            .map(|(role, order, email)| {
                json!({
                    "role": role, "order": order, "name": email.split('@').next(),
                    "memberInfos": [{ "email": email, "securityOption": { "authenticationMethod": "NONE" } }],
                })
            })
            .collect();
        json!({
            "fileInfos": [{ "transientDocumentId": self.file(text) }],
            "name": "NDA", "signatureType": "ESIGN", "state": state, "participantSetsInfo": sets,
        })
    }

    pub(super) fn create(&self, definition: Value) -> String {
        self.call("POST", "/agreements", Some(definition)).json(201)["id"].as_str().unwrap().to_owned()
    }

    /// An agreement that is out, its links exposed and its row in the index.
    pub(super) fn sent(&self, sets: &[(&str, i64, &str)]) -> String {
        let id = self.create(self.definition("IN_PROCESS", "A contract", sets));
        self.pass(2);
        id
    }

    pub(super) fn pass(&self, seconds: u64) {
        self.hub.clock.advance(Duration::from_secs(seconds));
    }

    pub(super) fn status(&self, id: &str) -> String {
        self.get(&format!("/agreements/{id}"))["status"].as_str().unwrap().to_owned()
    }

    pub(super) fn events(&self, id: &str) -> Vec<String> {
        let events = self.get(&format!("/agreements/{id}/events"));
        let events = events["events"].as_array().unwrap();
        events.iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
    }

    /// Acts as the participant with this address.
    pub(super) fn sign(&self, id: &str, email: &str, typed: &[(&str, &str)]) -> Result<(), Failure> {
        let typed: Vec<(String, String)> =
            typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let now = self.hub.clock.now();
        let mut shared = self.hub.world();
        let who = shared.adobe_sign.acting(id, email).unwrap();
        shared.adobe_sign.sign(id, &who, &typed, now)
    }

    pub(super) fn decline(&self, id: &str, email: &str, reason: &str) -> Result<(), Failure> {
        let now = self.hub.clock.now();
        let mut shared = self.hub.world();
        let who = shared.adobe_sign.acting(id, email).unwrap();
        shared.adobe_sign.decline(id, &who, reason, now)
    }

    /// The addresses that got mails of a kind.
    pub(super) fn mails(&self, id: &str, kind: &str) -> Vec<String> {
        let shared = self.hub.world();
        let own = shared.adobe_sign.agreement(id).unwrap();
        own.mails.iter().filter(|mail| mail.kind == kind).map(|mail| mail.to.clone()).collect()
    }
}

#[derive(Debug)]
pub(super) struct Reply(pub(super) Answer);

impl Reply {
    pub(super) fn status(&self) -> u16 {
        self.0.status.as_u16()
    }

    /// The JSON body after checking the status.
    #[track_caller]
    pub(super) fn json(&self, status: u16) -> Value {
        assert_eq!(self.status(), status, "{:?}", self.0.body);
        match &self.0.body {
            Body::Json(value) => value.clone(),
            other => panic!("no JSON: {other:?}"),
        }
    }

    #[track_caller]
    pub(super) fn bytes(&self) -> Bytes {
        assert_eq!(self.status(), 200, "{:?}", self.0.body);
        match &self.0.body {
            Body::Bytes(bytes) => bytes.clone(),
            other => panic!("no bytes: {other:?}"),
        }
    }

    /// Status and code of a refusal.
    #[track_caller]
    pub(super) fn refused(&self) -> (u16, String) {
        let body = self.json(self.status());
        assert!(body["message"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
        (self.status(), body["code"].as_str().unwrap().to_owned())
    }

    #[track_caller]
    pub(super) fn header(&self, name: &str) -> &str {
        self.0.headers.get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
    }
}

#[track_caller]
pub(super) fn refusal(reply: &Reply, status: u16, code: &str) {
    assert_eq!(reply.refused(), (status, code.to_owned()));
}
