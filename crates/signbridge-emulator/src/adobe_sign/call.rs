//! One authorised call of the REST API, as its handler sees it.

use std::sync::MutexGuard;

use serde_json::Value;

use super::errors::ApiError;
use super::model::{Agreement, Time};
use super::state::{State, User};
use crate::exchange::Request;
use crate::hub::{Hub, World};
use crate::route::Params;
use crate::values::Object;

pub(crate) struct Call<'a> {
    pub(crate) hub: &'a Hub,
    pub(crate) request: &'a Request,
    pub(crate) params: Params,
    pub(crate) user: User,
    pub(crate) now: Time,
    /// Scheme and authority, with the shard the request went to; without a slash at the end.
    pub(crate) base: String,
}

impl Call<'_> {
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.hub.world()
    }

    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.request.query.get(name).filter(|value| !value.is_empty())
    }

    /// The JSON object of the body.
    pub(crate) fn json(&self) -> Result<Object, ApiError> {
        match serde_json::from_slice(&self.request.body) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(ApiError::bad("INVALID_JSON", "The body must be a JSON object.")),
            Err(error) => Err(ApiError::bad("INVALID_JSON", format!("The body is not JSON: {error}."))),
        }
    }

    /// The agreement in the path. Its participants may see it once it is out, others never.
    pub(crate) fn agreement<'s>(&self, state: &'s State) -> Result<&'s Agreement, ApiError> {
        let found = state.agreement(self.params.get("agreementId")).ok_or_else(ApiError::no_agreement)?;
        self.may_see(found)?;
        Ok(found)
    }

    pub(crate) fn agreement_mut<'s>(&self, state: &'s mut State) -> Result<&'s mut Agreement, ApiError> {
        let found = state.agreement_mut(self.params.get("agreementId")).ok_or_else(ApiError::no_agreement)?;
        self.may_see(found)?;
        Ok(found)
    }

    fn may_see(&self, agreement: &Agreement) -> Result<(), ApiError> {
        if agreement.deleted {
            return Err(ApiError::missing("AGREEMENT_DELETED", "The agreement was deleted."));
        }
        let takes_part = agreement
            .sets
            .iter()
            .filter(|set| set.exposed.is_some())
            .flat_map(|set| &set.members)
            .any(|own| own.email.eq_ignore_ascii_case(&self.user.email));
        if agreement.sender.id == self.user.id || takes_part { Ok(()) } else { Err(denied()) }
    }

    /// The agreement, if the caller sent it.
    pub(crate) fn own_agreement_mut<'s>(&self, state: &'s mut State) -> Result<&'s mut Agreement, ApiError> {
        let found = self.agreement_mut(state)?;
        if found.sender.id == self.user.id { Ok(found) } else { Err(denied()) }
    }
}

pub(crate) fn denied() -> ApiError {
    ApiError::forbidden("PERMISSION_DENIED", "The caller has no permission for this operation.")
}
