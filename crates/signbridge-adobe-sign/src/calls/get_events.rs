//! `GET agreements/{id}/events`: what happened, by which an ending is told from another.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{AccessPoint, parse};
use crate::wire::events::EventAnswer;

/// Reads the events.
#[derive(Debug)]
pub(crate) struct GetEvents {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) agreement: String,
}

#[derive(Deserialize)]
struct EventsAnswer {
    events: Vec<EventAnswer>,
}

impl Call for GetEvents {
    /// The events, oldest first.
    type Reply = Vec<EventAnswer>;
    const NAME: &'static str = "events.get";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        self.point.get(&self.point.agreement(&self.agreement, &["events"], &[]))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Vec<EventAnswer>> {
        let mut events = parse::<EventsAnswer>(&answer)?.events;
        // The order of the answer is not documented; events of one second keep it.
        events.sort_by_key(EventAnswer::at);
        Ok(events)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
