//! `GET` and `PUT agreements/{id}/members/participantSets/{id}`: the people of whom any one acts, and who replaces whom.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::Value;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{AccessPoint, etag, parse};
use crate::{error::unexpected, wire::participants::SetAnswer};

/// Reads a set, with the version that its change has to name.
#[derive(Debug)]
pub(crate) struct GetParticipantSet {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) agreement: String,
    pub(crate) set: String,
}

/// A set as it was read.
#[derive(Debug, Clone)]
pub(crate) struct ReadSet {
    pub(crate) id: String,
    pub(crate) set: SetAnswer,
    pub(crate) etag: String,
}

fn segments(set: &str) -> [&str; 3] {
    ["members", "participantSets", set]
}

impl Call for GetParticipantSet {
    type Reply = ReadSet;
    const NAME: &'static str = "participant_sets.get";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        self.point.get(&self.point.agreement(&self.agreement, &segments(&self.set), &[]))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<ReadSet> {
        let etag = etag(answer.headers()).ok_or_else(|| unexpected(&answer, "no ETag"))?;
        Ok(ReadSet { id: self.set.clone(), set: parse(&answer)?, etag })
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}

/// Replaces members of a set, which mails the new ones.
pub(crate) struct PutParticipantSet {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) agreement: String,
    pub(crate) set: String,
    pub(crate) etag: String,
    pub(crate) body: Value,
}

/// Addresses stay out of logs.
impl fmt::Debug for PutParticipantSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PutParticipantSet").field("set", &self.set).finish_non_exhaustive()
    }
}

impl Call for PutParticipantSet {
    type Reply = ();
    const NAME: &'static str = "participant_sets.put";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.point.agreement(&self.agreement, &segments(&self.set), &[]);
        self.point.json(Method::PUT, &url, Some(&self.etag), &self.body)
    }

    fn reply(&self, _answer: Response<Bytes>) -> Result<()> {
        Ok(())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
