//! Sending later, and pauses between steps [FACTS 4.10].

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::errors::ApiError;
use super::model::{Time, Workflow};
use crate::clock::seven_digits;
use crate::values::{Object, filled, list, object};

/// A rule reaches at most so far.
const LATEST_DAYS: i64 = 30;

/// Reads the `workflow` of a definition. What is not played is refused.
pub(crate) fn read(workflow: &Object, now: Time) -> Result<Workflow, ApiError> {
    let mut out = Workflow::default();
    if let Some(scheduled) = object(workflow, "scheduledSending") {
        out.resume = Some(rule(scheduled, now)?);
    }
    for step in list(workflow, "workflowSteps").iter().filter_map(Value::as_object) {
        let says =
            |key: &str, word: &str| filled(step, key).is_some_and(|own| own.eq_ignore_ascii_case(word));
        if !says("action", "pause_before") || !says("triggerOnItem", "routing_order") {
            return Err(ApiError::unplayed("workflow steps other than pause_before a routing_order"));
        }
        let order = filled(step, "itemId").and_then(|id| id.trim().parse().ok());
        out.pauses.push(order.ok_or_else(|| ApiError::parameter("A workflow step names no routing order."))?);
    }
    Ok(out)
}

fn rule(scheduled: &Object, now: Time) -> Result<Time, ApiError> {
    let [rule] = list(scheduled, "rules") else {
        return Err(ApiError::parameter("Scheduled sending has exactly one rule."));
    };
    let text = rule.as_object().and_then(|rule| filled(rule, "resumeDate"));
    let text = text.ok_or_else(|| ApiError::unplayed("a delay; give resumeDate"))?;
    let time = DateTime::parse_from_rfc3339(text.trim()).map(|time| time.with_timezone(&Utc));
    time.ok().filter(|time| *time > now && *time <= now + TimeDelta::days(LATEST_DAYS)).ok_or_else(|| {
        ApiError::parameter(format!(
            "The resumeDate {text:?} is not a time with zone within the next {LATEST_DAYS} days."
        ))
    })
}

/// Whether an update of a sent envelope asks to go on.
pub(crate) fn resumes(body: &Object) -> bool {
    object(body, "workflow")
        .and_then(|workflow| filled(workflow, "workflowStatus"))
        .is_some_and(|status| status.eq_ignore_ascii_case("in_progress"))
}

pub(crate) fn render(workflow: &Workflow, sent: bool) -> Value {
    let mut out = json!({ "workflowStatus": if workflow.paused { "paused" } else { "in_progress" } });
    let Some(object) = out.as_object_mut() else { return out };
    let steps: Vec<Value> = workflow
        .pauses
        .iter()
        .map(|order| {
            json!({
                "action": "pause_before",
                "triggerOnItem": "routing_order",
                "itemId": order.to_string(),
                "status": "inactive",
            })
        })
        .collect();
    if !steps.is_empty() {
        object.insert("workflowSteps".into(), steps.into());
    }
    if let Some(resume) = workflow.resume {
        let status = match (sent, workflow.scheduled) {
            (true, _) => "completed",
            (false, true) => "started",
            (false, false) => "pending",
        };
        let at = seven_digits(resume);
        object.insert(
            "scheduledSending".into(),
            json!({ "status": status, "resumeDate": at, "rules": [{ "resumeDate": at }] }),
        );
    }
    out
}
