//! `POST agreements/{id}/reminders`: a reminder that goes out at once, because it names no delay and no frequency.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::json;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::AccessPoint;

/// Reminds these participants. Each one mails, so doubt is never repeated.
#[derive(Debug)]
pub(crate) struct CreateReminder {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) agreement: String,
    pub(crate) participants: Vec<String>,
}

impl Call for CreateReminder {
    type Reply = ();
    const NAME: &'static str = "reminders.create";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.point.agreement(&self.agreement, &["reminders"], &[]);
        let body = json!({ "recipientParticipantIds": self.participants, "status": "ACTIVE" });
        self.point.json(Method::POST, &url, None, &body)
    }

    fn reply(&self, _answer: Response<Bytes>) -> Result<()> {
        Ok(())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
