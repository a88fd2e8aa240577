//! Reading the body of `POST /agreements` and `PUT /agreements/{id}`.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use url::Url;

use super::call::Call;
use super::errors::ApiError;
use super::library;
use super::model::{Agreement, File, Member, ParticipantSet, Role, Status, Time};
use super::state::{State, new_id, opaque};
use crate::values::{Object, filled, flag, integer, list, object};

const LONGEST_NAME: usize = 255;
const MOST_SIGNERS: usize = 25;
/// An agreement without end expires after 365 days [FACTS 5].
const DEFAULT_DAYS: i64 = 365;

/// Shown again as given.
const ECHOED: &[&str] =
    &["signatureType", "locale", "emailOption", "postSignOption", "documentVisibilityEnabled", "deviceInfo"];
/// Features of the body that the emulator does not play.
const UNPLAYED: &[&str] = &[
    "workflowId",
    "vaultingInfo",
    "formFieldLayerTemplates",
    "notaryInfo",
    "parentId",
    "postSendOption",
    "redirectOptions",
    "securityOption",
];
const METHODS: &[&str] =
    &["NONE", "PASSWORD", "PHONE", "KBA", "WEB_IDENTITY", "ADOBE_SIGN", "GOV_ID", "DIG_ID", "EMAIL_OTP"];
pub(crate) const FREQUENCIES: &[&str] = &[
    "DAILY_UNTIL_SIGNED",
    "EVERY_OTHER_DAY_UNTIL_SIGNED",
    "EVERY_THIRD_DAY_UNTIL_SIGNED",
    "EVERY_FIFTH_DAY_UNTIL_SIGNED",
    "WEEKLY_UNTIL_SIGNED",
];

/// The agreement a body describes, as a draft; the state asked for.
pub(crate) fn read(call: &Call<'_>, state: &State, body: &Object) -> Result<(Agreement, String), ApiError> {
    let wanted = filled(body, "state").ok_or_else(|| ApiError::required("state"))?;
    if !matches!(wanted.as_str(), "DRAFT" | "AUTHORING" | "IN_PROCESS") {
        return Err(ApiError::bad("INVALID_AGREEMENT_STATUS", format!("The state {wanted} is not known.")));
    }
    let draft = wanted == "DRAFT";
    if let Some(feature) = UNPLAYED.iter().find(|key| body.get(**key).is_some_and(given)) {
        return Err(ApiError::unplayed("INVALID_ARGUMENTS", &format!("the property {feature}")));
    }
    if flag(body, "documentVisibilityEnabled") == Some(true) {
        return Err(ApiError::unplayed("INVALID_ARGUMENTS", "pages that only some participants see"));
    }
    let name = filled(body, "name").ok_or_else(|| ApiError::required("name"))?;
    if name.chars().count() > LONGEST_NAME {
        return Err(ApiError::arguments("The name is longer than 255 characters."));
    }
    match filled(body, "signatureType").as_deref() {
        Some("ESIGN") => {}
        Some("WRITTEN") => return Err(ApiError::unplayed("INVALID_ARGUMENTS", "written signatures")),
        Some(other) => return Err(ApiError::arguments(format!("The signatureType {other} is not known."))),
        None => return Err(ApiError::required("signatureType")),
    }
    let files = files(call, state, body)?;
    if files.is_empty() && !draft {
        return Err(ApiError::bad("INVALID_FILE_INFO", "There must be at least one file."));
    }
    let sets = sets(body)?;
    if sets.is_empty() && !draft {
        return Err(ApiError::required("participantSetsInfo"));
    }
    let (reminder_frequency, first_reminder_hours) = reminders(body)?;
    post_sign(body)?;
    let mut echoed = Object::new();
    for key in ECHOED {
        if let Some(value) = body.get(*key).filter(|value| given(value)) {
            echoed.insert((*key).to_owned(), value.clone());
        }
    }
    let agreement = Agreement {
        id: new_id(),
        sender: call.user.party(),
        name,
        message: filled(body, "message"),
        external_id: object(body, "externalId").and_then(|own| filled(own, "id")),
        echoed,
        files,
        appended: None,
        sets,
        ccs: ccs(body)?,
        generators: list(body, "formFieldGenerators").to_vec(),
        merge: list(body, "mergeFieldInfo")
            .iter()
            .filter_map(Value::as_object)
            .filter_map(|own| Some((filled(own, "fieldName")?, filled(own, "defaultValue")?)))
            .collect(),
        fields: Vec::new(),
        status: Status::Draft,
        pending: None,
        exposed_from: None,
        created: call.now,
        changed: call.now,
        expires: Some(expiry(body, call.now)?),
        version: 1,
        events: Vec::new(),
        mails: Vec::new(),
        reminders: Vec::new(),
        reminder_frequency,
        first_reminder_hours,
        reminded: 0,
        hidden: false,
        deleted: false,
        documents_removed: false,
    };
    check_generators(&agreement)?;
    Ok((agreement, wanted))
}

fn given(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(own) => !own.is_empty(),
        Value::String(text) => !text.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// Each file by exactly one of its four sources.
fn files(call: &Call<'_>, state: &State, body: &Object) -> Result<Vec<File>, ApiError> {
    let mut labels = HashSet::new();
    let invalid = |text: &str| ApiError::bad("INVALID_FILE_INFO", text);
    let mut files = Vec::new();
    for info in list(body, "fileInfos") {
        let info = info.as_object().ok_or_else(|| invalid("A fileInfo must be an object."))?;
        let sources: Vec<&str> =
            ["transientDocumentId", "libraryDocumentId", "urlFileInfo", "agreementId", "document"]
                .into_iter()
                .filter(|key| info.contains_key(*key))
                .collect();
        let [source] = sources.as_slice() else {
            return Err(invalid("A fileInfo must name exactly one source; leave the others out."));
        };
        let label = filled(info, "label");
        if label.as_ref().is_some_and(|own| !labels.insert(own.clone())) {
            return Err(ApiError::bad("DUPLICATE_FILEINFO_LABEL", "Two files have the same label."));
        }
        let id = || filled(info, source).ok_or_else(|| invalid("The id of a file is empty."));
        match *source {
            "transientDocumentId" => {
                files.push(File { label, ..uploaded(call, state, &id()?)? });
            }
            "libraryDocumentId" => files.extend(library::taken(call, state, &id()?, label)?),
            _ => {
                return Err(ApiError::unplayed("INVALID_FILE_INFO", &format!("files given by {source}")));
            }
        }
    }
    Ok(files)
}

/// A transient document of the caller's, as a file of its own.
pub(crate) fn uploaded(call: &Call<'_>, state: &State, id: &str) -> Result<File, ApiError> {
    let own = state.transients.get(id).ok_or_else(|| {
        let text = "There is no such transient document, or its seven days are over.";
        ApiError::missing("INVALID_TRANSIENTDOCUMENT_ID", text)
    })?;
    if own.user != call.user.id {
        let text = "Another user uploaded this transient document.";
        return Err(ApiError::unauthorised("NOT_AUTHORIZED_FOR_TRANSIENT_RESOURCE", text));
    }
    Ok(File { id: new_id(), ..own.file.clone() })
}

fn sets(body: &Object) -> Result<Vec<ParticipantSet>, ApiError> {
    let mut sets = Vec::new();
    for info in list(body, "participantSetsInfo") {
        let info =
            info.as_object().ok_or_else(|| ApiError::arguments("A participant set must be an object."))?;
        let role = filled(info, "role").ok_or_else(|| ApiError::required("role"))?;
        let role = Role::of(&role).ok_or_else(|| {
            ApiError::unplayed("INVALID_PARTICIPANT_ROLE", &format!("the role {role}, or there is none such"))
        })?;
        let order = integer(info, "order")
            .filter(|order| *order >= 1)
            .ok_or_else(|| ApiError::bad("INVALID_ORDER", "The order must be a number from 1."))?;
        let members = list(info, "memberInfos").iter().map(member).collect::<Result<Vec<_>, ApiError>>()?;
        if members.is_empty() {
            return Err(ApiError::bad("MIN_ADDRESSES_NOT_MET", "A participant set has no member."));
        }
        sets.push(ParticipantSet {
            id: new_id(),
            name: filled(info, "name"),
            label: filled(info, "label"),
            private_message: filled(info, "privateMessage"),
            order,
            role,
            members,
            exposed: None,
            completed: None,
        });
    }
    let orders: BTreeSet<i64> = sets.iter().map(|set| set.order).collect();
    if orders.iter().zip(1..).any(|(have, want)| *have != want) {
        return Err(ApiError::bad("INVALID_ORDER", "The orders must be consecutive, from 1."));
    }
    if sets.iter().map(|set| set.members.len()).sum::<usize>() > MOST_SIGNERS {
        return Err(ApiError::bad("MAX_ADDRESSES_EXCEEDED", "There are more than 25 participants."));
    }
    let mut labels = HashSet::new();
    if sets.iter().filter_map(|set| set.label.as_ref()).any(|label| !labels.insert(label)) {
        return Err(ApiError::bad("DUPLICATE_PARTICIPATIONSET_LABEL", "Two sets have the same label."));
    }
    Ok(sets)
}

/// A member; without `securityOption`, as in the guide's samples, he is not authenticated.
pub(crate) fn member(info: &Value) -> Result<Member, ApiError> {
    let info = info.as_object().ok_or_else(|| ApiError::arguments("A member must be an object."))?;
    let email = address(filled(info, "email"))?;
    let security = object(info, "securityOption").cloned().unwrap_or_default();
    let method = filled(&security, "authenticationMethod").unwrap_or_else(|| "NONE".to_owned());
    let auth = |text: &str| ApiError::bad("INVALID_RECIPIENT_AUTH_METHOD", text);
    if !METHODS.contains(&method.as_str()) {
        return Err(auth("The authenticationMethod is not known."));
    }
    let password = filled(&security, "password");
    if (method == "PASSWORD") != password.is_some() {
        return Err(auth("A password belongs to the method PASSWORD, and that to a password."));
    }
    if method == "PHONE" && object(&security, "phoneInfo").and_then(|own| filled(own, "phone")).is_none() {
        return Err(auth("The method PHONE needs a phoneInfo with a phone."));
    }
    let mut shown = security;
    shown.remove("password");
    shown.insert("authenticationMethod".into(), method.into());
    let given = filled(info, "name").or_else(|| {
        let own = object(&shown, "nameInfo")?;
        let parts: Vec<String> =
            ["firstName", "lastName"].iter().filter_map(|key| filled(own, key)).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    });
    let named = given.is_some();
    let name = given.unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
    Ok(Member {
        id: new_id(),
        named,
        email,
        name,
        security: shown,
        password,
        link: opaque(48),
        replaced: false,
        viewed: None,
        acted: None,
        declined: None,
    })
}

fn address(given: Option<String>) -> Result<String, ApiError> {
    let invalid = || ApiError::bad("INVALID_EMAIL", "An e-mail address is missing or invalid.");
    let email = given.ok_or_else(invalid)?;
    let (local, domain) = email.rsplit_once('@').ok_or_else(invalid)?;
    let plain = !email.chars().any(|c| c.is_whitespace() || c == ',' || c == ';');
    if plain && !local.is_empty() && domain.contains('.') && !domain.starts_with('.') {
        Ok(email)
    } else {
        Err(invalid())
    }
}

fn ccs(body: &Object) -> Result<Vec<String>, ApiError> {
    list(body, "ccs")
        .iter()
        .map(|own| {
            let own =
                own.as_object().ok_or_else(|| ApiError::bad("INVALID_CCINFO", "A cc must be an object."))?;
            address(filled(own, "email"))
        })
        .collect()
}

fn expiry(body: &Object, now: Time) -> Result<Time, ApiError> {
    let Some(text) = filled(body, "expirationTime") else {
        return Ok(now + chrono::TimeDelta::days(DEFAULT_DAYS));
    };
    let time = DateTime::parse_from_rfc3339(&text)
        .map_err(|_| ApiError::bad("INVALID_DATE", "The expirationTime is no ISO 8601 time."))?
        .with_timezone(&Utc);
    if time <= now {
        return Err(ApiError::bad("PAST_EXPIRY_TIME", "The expirationTime has passed."));
    }
    Ok(time)
}

fn reminders(body: &Object) -> Result<(Option<String>, Option<i64>), ApiError> {
    let frequency = filled(body, "reminderFrequency");
    if let Some(other) = frequency.as_deref().filter(|own| !FREQUENCIES.contains(own)) {
        return Err(ApiError::unplayed("INVALID_ARGUMENTS", &format!("the reminderFrequency {other}")));
    }
    let first = first_delay(body)?;
    if first.is_some() && frequency.is_none() {
        let text = "A firstReminderDelay needs a reminderFrequency.";
        return Err(ApiError::bad("MUST_PROVIDE_REMINDER_FREQUENCY", text));
    }
    Ok((frequency, first))
}

/// Hours, at least one.
pub(crate) fn first_delay(body: &Object) -> Result<Option<i64>, ApiError> {
    match (filled(body, "firstReminderDelay"), integer(body, "firstReminderDelay")) {
        (None, _) => Ok(None),
        (Some(_), Some(hours)) if hours >= 1 => Ok(Some(hours)),
        _ => Err(ApiError::bad("INVALID_FIRST_REMINDER_DELAY", "The delay must be 1 hour or more.")),
    }
}

fn post_sign(body: &Object) -> Result<(), ApiError> {
    let Some(own) = object(body, "postSignOption") else { return Ok(()) };
    let url = filled(own, "redirectUrl")
        .ok_or_else(|| ApiError::bad("EMPTY_REDIRECT_URL", "The redirectUrl is empty."))?;
    if Url::parse(&url).is_err() {
        return Err(ApiError::bad("INVALID_REDIRECT_URL", "The redirectUrl is no absolute address."));
    }
    match (filled(own, "redirectDelay"), integer(own, "redirectDelay")) {
        (Some(_), None) => Err(ApiError::bad("INVALID_REDIRECT_DELAY", "The redirectDelay is no number.")),
        (_, Some(delay)) if delay < 0 => {
            Err(ApiError::bad("INVALID_REDIRECT_DELAY", "The redirectDelay is negative."))
        }
        _ => Ok(()),
    }
}

/// A generator has an anchor text and names a participant set.
fn check_generators(agreement: &Agreement) -> Result<(), ApiError> {
    for own in &agreement.generators {
        let own = own.as_object().cloned().unwrap_or_default();
        let text = object(&own, "anchorTextInfo").and_then(|anchor| filled(anchor, "anchorText"));
        let set = filled(&own, "participantSetName");
        let known = agreement.sets.iter().any(|own| own.name == set && set.is_some());
        if text.is_none() || !known {
            let text = "A formFieldGenerator needs an anchorText and the name of a participant set.";
            return Err(ApiError::arguments(text));
        }
    }
    Ok(())
}

/// A participant set as `GET /agreements/{id}` shows it.
pub(crate) fn set_info(set: &ParticipantSet) -> Value {
    let members: Vec<Value> = set
        .members
        .iter()
        .map(|own| {
            json!({
                "id": own.id,
                "email": own.email,
                "securityOption": own.security,
                "status": if own.replaced { "REPLACED" } else { "ACTIVE" },
            })
        })
        .collect();
    let mut out = Object::new();
    out.insert("id".into(), set.id.clone().into());
    out.insert("memberInfos".into(), members.into());
    out.insert("role".into(), set.role.as_str().into());
    out.insert("order".into(), set.order.into());
    for (key, value) in [("name", &set.name), ("label", &set.label), ("privateMessage", &set.private_message)]
    {
        if let Some(value) = value {
            out.insert(key.into(), value.clone().into());
        }
    }
    out.into()
}
