//! Creating a request: one request, once.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use signbridge_core::{
    CreateOptions, Delivery, Envelope, Error, IdempotencyKey, Prepared, Result,
    once::{self, Intent, SendSteps},
};

use super::DropboxSignProvider;
use crate::{
    calls::send_request::SendRequest,
    error::CONFLICT,
    wire::request::{self, Creation},
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
    let call = SendRequest::new(provider.root(), embedded, members, Arc::new(prepared));
    let steps = Steps { provider, call, key: &key };
    once::send_then_find(&steps, &**clock, &provider.attempts, intent, options.key.is_some()).await
}

struct Steps<'a> {
    provider: &'a DropboxSignProvider,
    call: SendRequest,
    key: &'a IdempotencyKey,
}

#[async_trait]
impl SendSteps for Steps<'_> {
    async fn send(&self) -> Result<Envelope> {
        self.provider.session.run(&self.call).await
    }

    async fn find(&self) -> Result<Vec<Envelope>> {
        self.provider.marked(self.key).await
    }

    async fn get(&self, id: &str) -> Result<Envelope> {
        self.provider.read(id).await
    }

    /// Dropbox Sign refuses a request while it carries out an identical one.
    fn is_twin(&self, refusal: &Error) -> bool {
        refusal.code() == Some(CONFLICT) || refusal.status() == Some(409)
    }
}
