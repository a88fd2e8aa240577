//! `PUT agreements/{id}`: another end of an agreement on its way, as third parties change it.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use http::{Method, Request, Response};
use serde_json::Value;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::AccessPoint;

/// Moves the end.
pub(crate) struct UpdateExpiry {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) agreement: String,
    pub(crate) etag: String,
    /// The agreement as it was read: a `PUT` names the whole.
    pub(crate) read: Value,
    pub(crate) expires: DateTime<Utc>,
}

/// Texts and addresses stay out of logs.
impl fmt::Debug for UpdateExpiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpdateExpiry").field("agreement", &self.agreement).finish_non_exhaustive()
    }
}

impl Call for UpdateExpiry {
    type Reply = ();
    const NAME: &'static str = "agreements.update_expiry";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let mut body = self.read.clone();
        if let Some(members) = body.as_object_mut() {
            let end = self.expires.to_rfc3339_opts(SecondsFormat::Secs, true);
            members.insert("expirationTime".to_owned(), end.into());
        }
        self.point.json(
            Method::PUT,
            &self.point.agreement(&self.agreement, &[], &[]),
            Some(&self.etag),
            &body,
        )
    }

    fn reply(&self, _answer: Response<Bytes>) -> Result<()> {
        Ok(())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
