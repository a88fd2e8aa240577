//! Creating a request: one request, once.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use serde_json::{Map, Value};
use signbridge_core::{
    Call, CreateOptions, Delivery, Envelope, Error, IdempotencyKey, Prepared, Reach, Result,
    once::{self, Intent, SendSteps},
};

use super::{DropboxSignProvider, templates};
use crate::{
    calls::send_request::SendRequest,
    error::CONFLICT,
    wire::{
        request::{self, Creation},
        template,
    },
};

/// Creates an envelope from a checked draft. Without a key of the caller's one is made up, so that an unknown outcome
/// can be looked for all the same.
pub(super) async fn create(
    provider: &DropboxSignProvider,
    prepared: Prepared,
    options: &CreateOptions,
) -> Result<Envelope> {
    let digest = prepared.draft.digest().await?;
    let key = options.key.clone().unwrap_or_else(IdempotencyKey::random);
    let intent = Intent { key: &key, digest: &digest, draft: false };
    let config = &provider.session.config;
    let clock = &provider.session.parts.clock;
    let embedded = request::signing(&prepared.draft).any(|(_, one)| one.delivery == Delivery::Embedded);
    let creation = Creation {
        test_mode: config.test_mode,
        client_id: config.client_id.as_deref().filter(|_| embedded),
        // Dropbox Sign cuts to the full hour, so nothing lasts longer than was asked for.
        expires_at: clock.now() + TimeDelta::days(i64::from(prepared.draft.expires_after_days)),
        intent,
    };
    let members = request::members(&prepared, creation)?;
    let steps = Steps { provider, embedded, members, prepared: Arc::new(prepared), key: &key };
    once::send_then_find(&steps, &**clock, &provider.attempts, intent, options.key.is_some()).await
}

struct Steps<'a> {
    provider: &'a DropboxSignProvider,
    embedded: bool,
    members: Map<String, Value>,
    prepared: Arc<Prepared>,
    key: &'a IdempotencyKey,
}

impl Steps<'_> {
    /// Reads the templates of the draft and holds its roles against them, before anything is created.
    async fn values(&self) -> Result<Vec<Value>> {
        let draft = &self.prepared.draft;
        if draft.templates.is_empty() {
            return Ok(Vec::new());
        }
        let mut read = Vec::with_capacity(draft.templates.len());
        for id in &draft.templates {
            read.push(templates::get(self.provider, id).await?);
        }
        let values = template::assigned(draft, &read)?;
        Ok(values.into_iter().map(Value::from).collect())
    }
}

#[async_trait]
impl SendSteps for Steps<'_> {
    async fn send(&self) -> Result<Envelope> {
        let mut members = self.members.clone();
        let values = self.values().await.map_err(|error| error.with_reach(Reach::No))?;
        if !values.is_empty() {
            members.insert("custom_fields".to_owned(), values.into());
        }
        let (root, prepared) = (self.provider.root(), Arc::clone(&self.prepared));
        self.provider.session.run(&SendRequest::new(root, self.embedded, members, prepared)).await
    }

    async fn find(&self) -> Result<Vec<Envelope>> {
        self.provider.marked(self.key).await
    }

    async fn get(&self, id: &str) -> Result<Envelope> {
        self.provider.read(id).await
    }

    /// Dropbox Sign refuses a request while it carries out an identical one. A template that is being made is refused in
    /// the same way when it is read.
    fn is_twin(&self, refusal: &Error) -> bool {
        let of_this_call = refusal.operation() == Some(SendRequest::NAME);
        of_this_call && (refusal.code() == Some(CONFLICT) || refusal.status() == Some(409))
    }
}
