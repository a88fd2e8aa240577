//! `GET` and `PUT agreements/{id}/formFields`: the fields, while the agreement is in authoring.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde::{Deserialize, Serialize};
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{AccessPoint, etag, parse};
use crate::{
    error::unexpected,
    wire::{
        fields::{FieldAnswer, FormField},
        flexible,
    },
};

/// Asks for the fields and their version.
#[derive(Debug)]
pub(crate) struct GetFormFields {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) agreement: String,
}

/// The fields that are there.
#[derive(Debug, PartialEq)]
pub(crate) struct ReadFields {
    /// The version that a change has to name.
    pub(crate) etag: String,
    pub(crate) fields: Vec<FieldAnswer>,
}

#[derive(Deserialize)]
struct FieldsAnswer {
    #[serde(default, deserialize_with = "flexible::list")]
    fields: Vec<FieldAnswer>,
}

impl Call for GetFormFields {
    type Reply = ReadFields;
    const NAME: &'static str = "form_fields.get";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        self.point.get(&self.point.agreement(&self.agreement, &["formFields"], &[]))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<ReadFields> {
        let etag = etag(answer.headers()).ok_or_else(|| unexpected(&answer, "no ETag"))?;
        let FieldsAnswer { fields } = parse(&answer)?;
        Ok(ReadFields { etag, fields })
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}

/// Sets the fields: all of them, whatever was there before. A second time changes nothing more.
#[derive(Debug)]
pub(crate) struct PutFormFields {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) agreement: String,
    pub(crate) etag: String,
    pub(crate) fields: Arc<[FormField]>,
}

#[derive(Serialize)]
struct FormFields<'a> {
    fields: &'a [FormField],
}

impl Call for PutFormFields {
    type Reply = ();
    const NAME: &'static str = "form_fields.put";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.point.agreement(&self.agreement, &["formFields"], &[]);
        self.point.json(Method::PUT, &url, Some(&self.etag), &FormFields { fields: &self.fields })
    }

    fn reply(&self, _answer: Response<Bytes>) -> Result<()> {
        Ok(())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
