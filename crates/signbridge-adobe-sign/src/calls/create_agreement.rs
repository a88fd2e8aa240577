//! `POST agreements`: an agreement from uploaded files, as a draft, in authoring, or sent at once.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde::Deserialize;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{AccessPoint, etag, parse};
use crate::{error::unexpected, wire::agreement::NewAgreement};

/// Creates an agreement.
#[derive(Debug)]
pub(crate) struct CreateAgreement {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) agreement: Arc<NewAgreement>,
}

/// What was created.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Created {
    pub(crate) id: String,
    pub(crate) etag: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct CreationAnswer {
    #[serde(default)]
    pub(super) id: String,
}

impl Call for CreateAgreement {
    type Reply = Created;
    const NAME: &'static str = "agreements.create";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.point.resource(&["agreements"], &[]);
        self.point.json(Method::POST, &url, None, &*self.agreement)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Created> {
        let CreationAnswer { id } = parse(&answer)?;
        if id.is_empty() {
            return Err(unexpected(&answer, "no id"));
        }
        Ok(Created { id, etag: etag(answer.headers()) })
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
