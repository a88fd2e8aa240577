//! Sending later, and what the workflow of an answer says about who can act.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::flexible;

/// How far ahead an envelope can be scheduled, in days.
pub(crate) const LATEST_DAYS: i64 = 30;

/// The workflow of a definition.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Workflow {
    scheduled_sending: ScheduledSending,
}

#[derive(Debug, Clone, Serialize)]
struct ScheduledSending {
    rules: [Rule; 1],
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    resume_date: String,
}

impl Workflow {
    /// Sent at this time.
    pub(crate) fn sent_at(time: DateTime<Utc>) -> Self {
        let rule = Rule { resume_date: time.to_rfc3339_opts(SecondsFormat::Secs, true) };
        Self { scheduled_sending: ScheduledSending { rules: [rule] } }
    }
}

/// The workflow of an answer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WorkflowAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    workflow_status: Option<String>,
    #[serde(default)]
    scheduled_sending: Option<ScheduledAnswer>,
}

#[derive(Debug, Deserialize)]
struct ScheduledAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    status: Option<String>,
}

impl WorkflowAnswer {
    /// Nobody can act until the sender goes on.
    pub(crate) fn is_paused(&self) -> bool {
        self.workflow_status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case("paused"))
    }

    /// The sender has sent it, and its time has not come.
    pub(crate) fn is_waiting(&self) -> bool {
        let status = self.scheduled_sending.as_ref().and_then(|own| own.status.as_deref());
        status.is_some_and(|status| status.eq_ignore_ascii_case("started"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(value: Value) -> (bool, bool) {
        let answer: WorkflowAnswer = serde_json::from_value(value).unwrap();
        (answer.is_paused(), answer.is_waiting())
    }

    #[test]
    fn only_a_running_schedule_waits_and_only_a_paused_workflow_is_paused() {
        assert_eq!(read(json!({"workflowStatus": "Paused"})), (true, false));
        assert_eq!(read(json!({"workflowStatus": "in_progress", "scheduledSending": null})), (false, false));
        for (status, waits) in [("pending", false), ("started", true), ("completed", false)] {
            let schedule = json!({"scheduledSending": {"status": status, "resumeDate": null}});
            assert_eq!(read(schedule), (false, waits), "{status}");
        }
    }
}
