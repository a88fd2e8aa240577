//! `GET baseUris`: the access point on which the token's account lives. Any scope will do.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;
use signbridge_core::{Body, Call, Error, Replay, Result};
use url::Url;

use super::{AccessPoint, parse};

/// Asks where the account lives.
#[derive(Debug)]
pub(crate) struct GetBaseUris {
    pub(crate) point: Arc<AccessPoint>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BaseUrisAnswer {
    api_access_point: Url,
}

impl Call for GetBaseUris {
    /// The API's access point, as answered: not yet held against the allow-list.
    type Reply = Url;
    const NAME: &'static str = "base_uris.get";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        self.point.get(&self.point.resource(&["baseUris"], &[]))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Url> {
        parse::<BaseUrisAnswer>(&answer).map(|answer| answer.api_access_point)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
