//! Answers that are not as published. A provider may say more than it did, or less, or something new: an adapter reads
//! what it can, says that it cannot read the rest, and never takes an answer for something that it does not say.

mod bent;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use serde_json::Value;
use signbridge::{Config, Registry, Signbridge};
use signbridge_core::{
    CreateOptions, Document, Draft, EnvelopeStatus, ErrorKind, Field, IdempotencyKey, ListQuery, Operation,
    Parts, Provider, Recipient, Result, TemplateQuery,
};
use signbridge_emulator::Action;

use self::bent::{Bend, BentTransport, Twist};
use crate::world::{ANN, World, pdf};

/// What is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Read {
    Get,
    List,
    Documents,
    Audit,
    FormData,
    Templates,
    Quota,
}

impl Read {
    const ALL: [(Self, Option<Operation>); 7] = [
        (Self::Get, None),
        (Self::List, Some(Operation::List)),
        (Self::Documents, Some(Operation::Documents)),
        (Self::Audit, Some(Operation::Audit)),
        (Self::FormData, Some(Operation::FormData)),
        (Self::Templates, Some(Operation::Templates)),
        (Self::Quota, Some(Operation::Quota)),
    ];

    async fn run(self, provider: &dyn Provider, id: &str, since: DateTime<Utc>) -> Result<Value> {
        fn shown<T: serde::Serialize>(read: Result<T>) -> Result<Value> {
            read.map(|read| serde_json::to_value(read).unwrap())
        }
        let mut value = match self {
            Self::Get => shown(provider.get(id).await),
            Self::List => {
                let mut query = ListQuery::default();
                query.from = Some(since);
                shown(provider.list(&query).await)
            }
            Self::Documents => shown(provider.documents(id).await),
            Self::Audit => shown(provider.audit(id).await),
            Self::FormData => shown(provider.form_data(id).await),
            Self::Templates => shown(provider.templates(&TemplateQuery::default()).await),
            Self::Quota => shown(provider.quota().await),
        }?;
        without_raw(&mut value);
        Ok(value)
    }
}

/// What the provider said is handed on as it came.
fn without_raw(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove("raw");
            members.values_mut().for_each(without_raw);
        }
        Value::Array(items) => items.iter_mut().for_each(without_raw),
        _ => {}
    }
}

struct Scene {
    /// The emulator lives as long as this.
    _world: World,
    transport: Arc<BentTransport>,
    provider: Arc<dyn Provider>,
    since: DateTime<Utc>,
    id: String,
}

impl Scene {
    async fn of(profile: &str) -> Self {
        let world = World::new().await;
        let parts = world.parts();
        let transport = Arc::new(BentTransport::new(parts.transport));
        let parts = Parts { transport: Arc::clone(&transport) as _, ..parts };
        let config = Config::parse(&world.emulator.ready().configuration(), ".").unwrap();
        let signbridge = Signbridge::with_parts(config, Registry::enabled(), parts).unwrap();
        let provider = signbridge.provider(Some(profile)).unwrap();
        let contract = |ann| {
            Draft::new("Lease of flat 7")
                .document(Document::from_bytes("lease.pdf", pdf("The lease. Sign here:", 100)))
                .recipient(ann)
        };
        let ann = Recipient::signer("Ann Lee", ANN);
        let placed =
            contract(ann.clone().field(Field::signature().at(1, 72.0, 600.0))).metadata("case", "42");
        let sendable = provider.check(&placed).await.unwrap().is_sendable();
        let draft = if sendable { placed } else { contract(ann).free_placement() };
        let options = CreateOptions::sent().key("answers-1".parse::<IdempotencyKey>().unwrap());
        let id = provider.create(&draft, &options).await.unwrap().id;
        // Until the documents are prepared; then until the end has reached every index.
        world.control.advance_clock(Duration::from_secs(120));
        world.control.act(&id, ANN, Action::Sign, None).unwrap();
        world.control.advance_clock(Duration::from_secs(120));
        Self { _world: world, transport, provider, since: Utc::now() - chrono::TimeDelta::days(3), id }
    }

    async fn read(&self, read: Read, bend: Option<Bend>) -> Result<Value> {
        self.transport.set(bend);
        read.run(self.provider.as_ref(), &self.id, self.since).await
    }
}

/// What is wrong with this outcome of reading a bent answer, if anything.
fn fault(bend: &Bend, good: &Value, read: Result<Value>) -> Option<String> {
    let whole = bend.node.is_empty();
    // Adobe leaves a list out where there is none.
    if bend.node == "/userAgreementList" && bend.twist == Twist::Gone {
        return None;
    }
    match read {
        Err(error) if bend.twist == Twist::More => Some(format!("a new member is no fault: {error}")),
        Err(error) => {
            // eSignGlobal's `code` is where it says whether there is an answer at all.
            let refused = bend.node == "/code" && error.kind() == ErrorKind::InvalidInput;
            (error.kind() != ErrorKind::Unexpected && !refused).then(|| format!("{}: {error}", error.kind()))
        }
        // A quota of which nothing is known says so in each of its members.
        Ok(value) if whole && bend.twist == Twist::Empty && value.is_object() && !has_id(&value) => None,
        Ok(_) if whole && bend.twist != Twist::More => Some("what is no answer was read as one".to_owned()),
        Ok(value) if bend.twist == Twist::More => {
            // Metadata is whatever it holds.
            let new = value != *good && !bend.node.ends_with("/metadata");
            new.then(|| "a new member changes what is read".to_owned())
        }
        Ok(value) if matches!(bend.twist, Twist::Gone | Twist::Null | Twist::Empty) => {
            (value != *good && is_silent(&value, good)).then(|| format!("silence was believed: {value}"))
        }
        Ok(value) => other_status(&value, good).map(|status| format!("it was taken for {status}")),
    }
}

/// Whether there is nothing left of a list that was not empty.
fn is_silent(value: &Value, good: &Value) -> bool {
    let length = |of: &Value| of.as_array().or_else(|| of.get("items")?.as_array()).map(Vec::len);
    length(value) == Some(0) && length(good) > Some(0)
}

fn has_id(value: &Value) -> bool {
    value.get("id").is_some() || value.get("items").is_some()
}

/// A status that the provider did not say: neither that of before, nor the strange word as it came.
fn other_status(value: &Value, good: &Value) -> Option<String> {
    let status = |of: &Value| of.pointer("/status").or_else(|| of.pointer("/items/0/status")).cloned();
    let (now, before) = (status(value)?, status(good)?);
    let read = serde_json::from_value(now.clone()).ok()?;
    (!matches!(read, EnvelopeStatus::Other(_)) && now != before).then(|| now.to_string())
}

async fn survives(profile: &str, at_least: usize) {
    let scene = Scene::of(profile).await;
    let (mut count, mut faults) = (0, Vec::new());
    for (read, operation) in Read::ALL {
        if operation.is_some_and(|one| !scene.provider.capabilities().operation(one).is_usable()) {
            continue;
        }
        scene.transport.forget();
        // At Adobe nobody has filled in anything.
        let Ok(good) = scene.read(read, None).await else { continue };
        for bend in scene.transport.bends() {
            count += 1;
            let what = format!("{read:?} {:?} {} {}", bend.twist, bend.answer, bend.node);
            let read = scene.read(read, Some(bend.clone())).await;
            faults.extend(fault(&bend, &good, read).map(|fault| format!("{what}: {fault}")));
        }
    }
    assert!(faults.is_empty(), "{} of {count}: {faults:#?}", faults.len());
    println!("answers: {profile}: {count} bent answers read or refused");
    assert!(count >= at_least, "{count}");
}

#[tokio::test]
async fn docusign_reads_what_is_there_and_nothing_else() {
    survives("docusign", 1200).await;
}

#[tokio::test]
async fn adobe_sign_reads_what_is_there_and_nothing_else() {
    survives("adobe-sign", 700).await;
}

#[tokio::test]
async fn dropbox_sign_reads_what_is_there_and_nothing_else() {
    survives("dropbox-sign", 600).await;
}

#[tokio::test]
async fn esignglobal_reads_what_is_there_and_nothing_else() {
    survives("esignglobal", 300).await;
}
