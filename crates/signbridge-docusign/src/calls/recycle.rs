//! `PUT folders/recyclebin`: throws a draft away. On an envelope that was sent it would void, so the caller reads first.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Value, json as value};
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{Account, item_failure, json, parse, refusal};

/// Moves an envelope to the recycle bin.
#[derive(Debug)]
pub(crate) struct Recycle {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
}

impl Call for Recycle {
    type Reply = ();
    const NAME: &'static str = "folders.recycle";
    // Meanwhile it might be sent, and a second one would void it.
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.account.resource(&["folders", "recyclebin"], &[]);
        json(Method::PUT, &url, &value!({ "envelopeIds": [self.envelope] }))
    }

    /// A wrong folder was recorded as a good answer with the refusal inside.
    fn reply(&self, answer: Response<Bytes>) -> Result<()> {
        let value: Value = parse(&answer)?;
        let lists = ["folders", "envelopes"].into_iter().filter_map(|key| value.get(key)?.as_array());
        lists
            .flatten()
            .filter_map(|item| item.get("errorDetails"))
            .try_for_each(|details| item_failure(&answer, details))
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
