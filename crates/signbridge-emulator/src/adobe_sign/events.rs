//! The history of an agreement [FACTS 4, Download].

use serde_json::{Value, json};

use super::call::Call;
use super::errors::ApiError;
use super::etag;
use super::model::{Agreement, Event, stamp};
use crate::exchange::Answer;
use crate::values::Object;

pub(crate) fn get(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.world();
    let own = call.agreement(&world.adobe_sign)?;
    Ok(etag::answer(call.request, render(own)))
}

pub(crate) fn render(own: &Agreement) -> Value {
    json!({ "events": own.events.iter().map(|event| row(own, event)).collect::<Vec<_>>() })
}

fn row(own: &Agreement, event: &Event) -> Value {
    let mut out = Object::new();
    out.insert("id".into(), event.id.clone().into());
    out.insert("type".into(), event.kind.into());
    out.insert("date".into(), stamp(event.at).into());
    out.insert("description".into(), event.description.clone().into());
    out.insert("participantId".into(), event.participant.id.clone().into());
    out.insert("participantEmail".into(), event.participant.email.clone().into());
    out.insert("participantRole".into(), event.participant.role.into());
    out.insert("actingUserEmail".into(), event.acting.email.clone().into());
    out.insert("actingUserName".into(), event.acting.name.clone().into());
    out.insert("actingUserIpAddress".into(), "127.0.0.1".into());
    out.insert("initiatingUserEmail".into(), own.sender.email.clone().into());
    out.insert("initiatingUserName".into(), own.sender.name.clone().into());
    out.insert("versionId".into(), format!("{}v{}", own.id, event.version).into());
    if let Some(comment) = &event.comment {
        out.insert("comment".into(), comment.clone().into());
    }
    out.into()
}
