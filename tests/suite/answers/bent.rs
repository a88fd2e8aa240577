//! A transport that keeps every answer it got, and gives it again with one node bent.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Request, Response, StatusCode};
use serde_json::{Map, Value, json};
use signbridge_core::{Body, Chunks, Transport, TransportError};

/// A word that no provider says.
pub(super) const STRANGE: &str = "zz-strange";

/// What becomes of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Twist {
    /// An object has a member that nobody published.
    More,
    /// It is not there.
    Gone,
    /// It is `null`.
    Null,
    /// A text is another one, a number is far away.
    Strange,
    /// It is of another type.
    Retyped,
    /// An object is empty. An empty list is what a provider may well say.
    Empty,
    /// It is nested deeper than anybody reads.
    Deep,
}

impl Twist {
    pub(super) const ALL: [Self; 7] =
        [Self::More, Self::Gone, Self::Null, Self::Strange, Self::Retyped, Self::Empty, Self::Deep];

    /// The node bent; `None` where this cannot be done to such a node.
    fn bend(self, node: &Value) -> Option<Value> {
        match (self, node) {
            (Self::More, Value::Object(members)) => {
                let mut members = members.clone();
                members.insert(STRANGE.to_owned(), json!({"zz": ["zz", 1, null]}));
                Some(members.into())
            }
            (Self::Null, node) if !node.is_null() => Some(Value::Null),
            (Self::Strange, Value::String(_)) => Some(STRANGE.into()),
            (Self::Strange, Value::Number(_)) => Some(json!(-9_007_199_254_740_991_i64)),
            (Self::Retyped, Value::String(_)) => Some(json!(7)),
            (Self::Retyped, Value::Bool(truth)) => Some(truth.to_string().into()),
            (Self::Retyped, Value::Number(number)) => Some(number.to_string().into()),
            (Self::Retyped, Value::Array(_)) => Some(json!({"zz": 1})),
            (Self::Retyped, Value::Object(_)) => Some(json!(["zz"])),
            (Self::Empty, Value::Object(members)) if !members.is_empty() => Some(Map::new().into()),
            // serde_json reads 128 levels.
            (Self::Deep, Value::String(_)) => Some((0..200).fold(json!(1), |inner, _| json!([inner]))),
            _ => None,
        }
    }
}

/// Where an answer is bent, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bend {
    pub(super) answer: String,
    /// A JSON pointer.
    pub(super) node: String,
    pub(super) twist: Twist,
}

#[derive(Clone)]
struct Kept {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// Around another transport.
pub(super) struct BentTransport {
    inner: Arc<dyn Transport>,
    kept: Mutex<BTreeMap<String, Kept>>,
    bend: Mutex<Option<Bend>>,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl BentTransport {
    pub(super) fn new(inner: Arc<dyn Transport>) -> Self {
        Self { inner, kept: Mutex::default(), bend: Mutex::default() }
    }

    /// Forgets all answers: what follows is asked anew.
    pub(super) fn forget(&self) {
        lock(&self.kept).clear();
    }

    pub(super) fn set(&self, bend: Option<Bend>) {
        *lock(&self.bend) = bend;
    }

    /// Every way to bend a node of the answers that were kept.
    pub(super) fn bends(&self) -> Vec<Bend> {
        let mut bends = Vec::new();
        for (answer, kept) in lock(&self.kept).iter().filter(|(_, kept)| kept.status.is_success()) {
            let Ok(value) = serde_json::from_slice::<Value>(&kept.body) else { continue };
            let mut nodes = Vec::new();
            collect(&value, String::new(), &mut nodes);
            for node in nodes {
                for twist in Twist::ALL {
                    if bent(&value, &node, twist).is_some() {
                        bends.push(Bend { answer: answer.clone(), node: node.clone(), twist });
                    }
                }
            }
        }
        bends
    }
}

/// The pointers of all nodes; of a list only the first and the last member.
fn collect(value: &Value, pointer: String, nodes: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            let name = name.replace('~', "~0").replace('/', "~1");
            collect(value, format!("{pointer}/{name}"), nodes);
        }),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| {
            if index == 0 || index + 1 == items.len() {
                collect(value, format!("{pointer}/{index}"), nodes);
            }
        }),
        _ => {}
    }
    nodes.push(pointer);
}

fn bent(whole: &Value, node: &str, twist: Twist) -> Option<Value> {
    let mut whole = whole.clone();
    if twist == Twist::Gone {
        let (parent, name) = node.rsplit_once('/')?;
        let name = name.replace("~1", "/").replace("~0", "~");
        whole.pointer_mut(parent)?.as_object_mut()?.remove(&name)?;
    } else {
        let place = whole.pointer_mut(node)?;
        *place = twist.bend(place)?;
    }
    Some(whole)
}

impl fmt::Debug for BentTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BentTransport")
    }
}

#[async_trait]
impl Transport for BentTransport {
    async fn send(&self, request: Request<Body>) -> Result<Response<Chunks>, TransportError> {
        let key = format!("{} {}", request.method(), request.uri());
        let known = lock(&self.kept).get(&key).cloned();
        let kept = match known {
            Some(kept) => kept,
            None => {
                let (head, mut chunks) = self.inner.send(request).await?.into_parts();
                let mut body = BytesMut::new();
                while let Some(chunk) = chunks.next().await {
                    body.extend_from_slice(&chunk?);
                }
                let kept = Kept { status: head.status, headers: head.headers, body: body.freeze() };
                lock(&self.kept).insert(key.clone(), kept.clone());
                kept
            }
        };
        let mut body = kept.body;
        if let Some(bend) = lock(&self.bend).as_ref().filter(|bend| bend.answer == key)
            && let Ok(value) = serde_json::from_slice::<Value>(&body)
            && let Some(value) = bent(&value, &bend.node, bend.twist)
        {
            body = value.to_string().into();
        }
        let mut response = Response::new(Chunks::from_bytes(body));
        *response.status_mut() = kept.status;
        *response.headers_mut() = kept.headers;
        response.headers_mut().remove(http::header::CONTENT_LENGTH);
        Ok(response)
    }
}
