//! Users of the account [FACTS 4].

use serde_json::{Value, json};

use super::call::Call;
use super::errors::ApiError;
use super::state::User;
use crate::exchange::Answer;

fn row(own: &User, first: bool) -> Value {
    json!({
        "id": own.id,
        "email": own.email,
        "firstName": own.first,
        "lastName": own.last,
        "company": "Emulated Account",
        "isAccountAdmin": first,
    })
}

pub(crate) fn list(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.world();
    let rows: Vec<Value> =
        world.adobe_sign.users.iter().enumerate().map(|(at, own)| row(own, at == 0)).collect();
    Ok(Answer::ok(json!({ "userInfoList": rows, "page": {} })))
}

/// One user by id, or the caller as `me`.
pub(crate) fn get(call: &Call<'_>) -> Result<Answer, ApiError> {
    let id = call.params.get("userId");
    let world = call.world();
    let mut users = world.adobe_sign.users.iter().enumerate();
    let (at, own) = users
        .find(|(_, own)| own.id == id || (id == "me" && own.id == call.user.id))
        .ok_or_else(|| ApiError::missing("INVALID_USER_ID", "There is no such user."))?;
    let mut out = row(own, at == 0);
    if let Some(out) = out.as_object_mut() {
        out.insert("status".into(), "ACTIVE".into());
    }
    Ok(Answer::ok(out))
}
