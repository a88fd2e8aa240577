//! The account, its users, and the recycle bin.

use http::StatusCode;
use serde_json::{Value, json};

use super::call::Call;
use super::errors::ApiError;
use super::model::EnvelopeStatus;
use crate::clock::seven_digits;
use crate::exchange::Answer;
use crate::values::{as_text, list};

pub(crate) fn get(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.world();
    let state = &world.docusign;
    let sent = state.envelopes.iter().filter(|envelope| envelope.sent.is_some()).count();
    Ok(Answer::ok(json!({
        "accountIdGuid": state.account_id,
        "accountName": state.account_name,
        "planName": "Emulated plan",
        "billingPeriodEnvelopesAllowed": "unlimited",
        "billingPeriodEnvelopesSent": sent.to_string(),
        "currencyCode": "USD",
        "suspensionStatus": "",
        "canUpgrade": "false",
        "isDowngrade": "false",
        "envelopeSendingBlocked": "false",
    })))
}

pub(crate) fn user(call: &Call<'_>) -> Result<Answer, ApiError> {
    let id = call.params.get("userId");
    let world = call.world();
    let user = world.docusign.user(id).ok_or_else(|| {
        ApiError::new(StatusCode::NOT_FOUND, "USER_NOT_FOUND", format!("The account has no user {id}."))
    })?;
    let (first, last) = user.name.split_once(' ').unwrap_or((user.name.as_str(), ""));
    Ok(Answer::ok(json!({
        "userId": user.id,
        "userName": user.name,
        "firstName": first,
        "lastName": last,
        "email": user.email,
        "userType": "CompanyUser",
        "isAdmin": "True",
        "userStatus": if user.disabled { "Closed" } else { "Active" },
        "createdDateTime": seven_digits(user.created),
        "uri": format!("/users/{}", user.id),
    })))
}

/// `PUT …/folders/{folderId}`: the recycle bin discards a draft and voids what is under way [FACTS 4.6].
pub(crate) fn move_to_folder(call: &Call<'_>) -> Result<Answer, ApiError> {
    let folder = call.params.get("folderId");
    if !folder.eq_ignore_ascii_case("recyclebin") {
        // A success with an item inside, as recorded.
        let error = ApiError::bad("INVALID_FOLDER_ID", format!("There is no folder {folder}."));
        return Ok(Answer::ok(json!({
            "folders": [{ "folderId": folder, "errorDetails": error.details() }],
        })));
    }
    let ids: Vec<String> = list(&call.json()?, "envelopeIds").iter().filter_map(as_text).collect();
    if ids.is_empty() {
        return Err(ApiError::parameter("The body names no envelopeIds."));
    }
    let mut world = call.world();
    let mut rows: Vec<Value> = Vec::new();
    for id in &ids {
        match world.docusign.envelope_mut(id) {
            Ok(envelope) => {
                if envelope.status.is_changeable() && envelope.status != EnvelopeStatus::Created {
                    envelope.void("Deleted by the sender.", call.now);
                }
                envelope.deleted = Some(call.now);
                envelope.modified = call.now;
                let status = match envelope.status {
                    EnvelopeStatus::Created => "created",
                    other => other.as_str(),
                };
                rows.push(json!({ "envelopeId": envelope.id, "status": status }));
            }
            Err(error) => rows.push(json!({ "envelopeId": id, "errorDetails": error.details() })),
        }
    }
    Ok(Answer::ok(json!({
        "folders": [{ "folderId": "recyclebin", "name": "Deleted Items", "type": "recyclebin" }],
        "envelopes": rows,
    })))
}
