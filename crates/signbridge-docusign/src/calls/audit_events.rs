//! `GET envelopes/{id}/audit_events`: the audit trail as bags of names and values.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;
use signbridge_core::{AuditAction, AuditEvent, Body, Call, Error, Replay, Result};

use super::{Account, get, parse, refusal};
use crate::wire::{answer::AuditAnswer, flexible::parse_audit_time};

/// Reads the audit trail.
#[derive(Debug)]
pub(crate) struct GetAuditEvents {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AuditEventsAnswer {
    audit_events: Vec<AuditAnswer>,
}

impl Call for GetAuditEvents {
    type Reply = Vec<AuditEvent>;
    const NAME: &'static str = "audit_events.get";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        get(&self.account.resource(&["envelopes", &self.envelope, "audit_events"], &[]))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Vec<AuditEvent>> {
        let answer: AuditEventsAnswer = parse(&answer)?;
        let mut events: Vec<_> =
            answer.audit_events.into_iter().map(|event| portable(event.fields())).collect();
        events.sort_by_key(|event| event.at);
        Ok(events)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}

fn portable(raw: BTreeMap<String, String>) -> AuditEvent {
    let field = |name: &str| {
        raw.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    };
    let at = field("logTime").and_then(parse_audit_time);
    let actor = field("UserName").filter(|name| !name.is_empty()).map(str::to_owned);
    let action = action(field("Action").unwrap_or_default());
    AuditEvent::new(at, action, actor, raw)
}

/// DocuSign publishes no list of actions; only words whose meaning is plain are mapped.
fn action(raw: &str) -> AuditAction {
    match raw.to_ascii_lowercase().as_str() {
        "registered" | "created" => AuditAction::Created,
        "sent invitations" | "sent" | "resent" => AuditAction::Sent,
        "viewed" | "opened" => AuditAction::Viewed,
        "signed" => AuditAction::Signed,
        "declined" => AuditAction::Declined,
        "voided" => AuditAction::Voided,
        "completed" => AuditAction::Completed,
        _ => AuditAction::Other(raw.to_owned()),
    }
}
