//! `GET agreements/{id}/members`: who takes part and how far the sets are.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{AccessPoint, parse};
use crate::wire::answer::MembersAnswer;

/// Reads the members.
#[derive(Debug)]
pub(crate) struct GetMembers {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) agreement: String,
}

impl Call for GetMembers {
    type Reply = MembersAnswer;
    const NAME: &'static str = "members.get";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let query = [("includeNextParticipantSet", "true")];
        self.point.get(&self.point.agreement(&self.agreement, &["members"], &query))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<MembersAnswer> {
        parse(&answer)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
