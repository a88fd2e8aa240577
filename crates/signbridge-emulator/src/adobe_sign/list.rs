//! `GET /agreements` and `POST /search`: served from an index that lags behind [FACTS 3].

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::call::Call;
use super::errors::ApiError;
use super::model::{Agreement, Status, Time, stamp};
use super::state::State;
use crate::exchange::Answer;
use crate::values::{Object, filled, integer, list, object};

const MOST: usize = 500;
const DEFAULT: usize = 100;

/// What the index knows of the caller's agreements, newest first.
fn indexed<'s>(call: &'s Call<'_>, state: &'s State) -> impl Iterator<Item = &'s Agreement> {
    let seen = call.now - state.index_lag();
    state
        .agreements
        .iter()
        .rev()
        .filter(move |own| own.created <= seen && !own.deleted)
        .filter(|own| own.sender.id == call.user.id || mine(own, &call.user.email, true))
}

/// Whether the address takes part, now or at all.
fn mine(own: &Agreement, email: &str, at_all: bool) -> bool {
    own.sets
        .iter()
        .filter(
            |set| if at_all { set.exposed.is_some() } else { own.status == Status::Out && set.is_current() },
        )
        .flat_map(|set| &set.members)
        .any(|member| !member.replaced && member.email.eq_ignore_ascii_case(email))
}

/// The status relative to the caller.
fn status_for(own: &Agreement, email: &str) -> &'static str {
    let turn = own
        .sets
        .iter()
        .filter(|set| own.status == Status::Out && set.is_current())
        .find(|set| set.members.iter().any(|member| member.email.eq_ignore_ascii_case(email)));
    match (own.status, turn) {
        (_, Some(set)) => set.role.waiting(),
        (Status::Authoring, None) => "WAITING_FOR_AUTHORING",
        _ => own.status_word(),
    }
}

/// What of a list an answer holds, by `cursor` and `pageSize`. A cursor is a letter of that list and a position.
pub(crate) struct Window {
    list: char,
    start: usize,
    size: usize,
}

impl Window {
    pub(crate) fn of(call: &Call<'_>, list: char) -> Result<Self, ApiError> {
        let size = match call.query("pageSize") {
            None => DEFAULT,
            Some(text) => text.parse().ok().filter(|size| (1..=MOST).contains(size)).ok_or_else(|| {
                ApiError::bad("INVALID_PAGE_SIZE", "The pageSize must be a number from 1 to 500.")
            })?,
        };
        let start = match call.query("cursor") {
            None => 0,
            Some(text) => text
                .strip_prefix(list)
                .and_then(|own| own.parse().ok())
                .ok_or_else(|| ApiError::bad("INVALID_CURSOR", "The cursor is not one of this list."))?,
        };
        Ok(Self { list, start, size })
    }

    /// The rows, and the `page` that leads on.
    pub(crate) fn show<T>(&self, fitting: &[&T], row: impl Fn(&T) -> Value) -> (Vec<Value>, Value) {
        let rows: Vec<Value> = fitting.iter().skip(self.start).take(self.size).map(|own| row(own)).collect();
        let next = self.start + rows.len();
        let more = next < fitting.len();
        let page = if more { json!({ "nextCursor": format!("{}{next}", self.list) }) } else { json!({}) };
        (rows, page)
    }
}

pub(crate) fn list_all(call: &Call<'_>) -> Result<Answer, ApiError> {
    let window = Window::of(call, 'c')?;
    let hidden = call.request.query.flag("showHiddenAgreements");
    let wanted = call.query("externalId");
    let world = call.world();
    let state = &world.adobe_sign;
    let fitting: Vec<&Agreement> = indexed(call, state)
        .filter(|own| hidden || !own.hidden)
        .filter(|own| wanted.is_none_or(|id| own.external_id.as_deref() == Some(id)))
        .collect();
    let (rows, page) = window.show(&fitting, |own| row(own, &call.user.email));
    let mut out = Object::new();
    // An empty list is left out altogether.
    if !rows.is_empty() {
        out.insert("userAgreementList".into(), rows.into());
    }
    out.insert("page".into(), page);
    Ok(Answer::ok(out.into()))
}

fn row(own: &Agreement, email: &str) -> Value {
    let sets: Vec<Value> = own
        .sets
        .iter()
        .map(|set| {
            let members: Vec<Value> = set
                .members
                .iter()
                .map(|member| json!({ "email": member.email, "fullName": member.name, "company": "" }))
                .collect();
            let name = set.name.clone().unwrap_or_default();
            json!({ "displayUserSetMemberInfos": members, "displayUserSetName": name })
        })
        .collect();
    json!({
        "id": own.id,
        "name": own.name,
        "type": "AGREEMENT",
        "status": status_for(own, email),
        "displayDate": stamp(own.changed),
        "displayParticipantSetInfos": sets,
        "esign": true,
        "hidden": own.hidden,
        "latestVersionId": format!("{}v{}", own.id, own.version),
    })
}

/// Not in the published specification; played as third parties use it.
pub(crate) fn search(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    if !list(&body, "scope").iter().any(|own| own == "AGREEMENT_ASSETS") {
        return Err(ApiError::unplayed("INVALID_ARGUMENTS", "a search without the scope AGREEMENT_ASSETS"));
    }
    let criteria = object(&body, "agreementAssetsCriteria").cloned().unwrap_or_default();
    let words = |key: &str| -> Vec<String> {
        list(&criteria, key).iter().filter_map(crate::values::as_text).collect()
    };
    let statuses = words("status");
    let kinds = words("type");
    let ids: Vec<String> = filled(&criteria, "externalId").into_iter().chain(words("externalId")).collect();
    let (created, modified) = (range(&criteria, "createdDate")?, range(&criteria, "modifiedDate")?);
    let text = filled(&body, "query").map(|own| own.to_lowercase());
    let start = integer(&criteria, "startIndex").and_then(|own| usize::try_from(own).ok()).unwrap_or(0);
    let size = integer(&criteria, "pageSize")
        .map_or(Some(50), |own| usize::try_from(own).ok().filter(|own| (1..=MOST).contains(own)))
        .ok_or_else(|| ApiError::bad("INVALID_PAGE_SIZE", "The pageSize must be a number from 1 to 500."))?;
    let world = call.world();
    let state = &world.adobe_sign;
    let mut fitting: Vec<&Agreement> = indexed(call, state)
        .filter(|_| kinds.is_empty() || kinds.iter().any(|kind| kind == "AGREEMENT"))
        .filter(|own| {
            statuses.is_empty() || statuses.iter().any(|word| word == status_for(own, &call.user.email))
        })
        .filter(|own| ids.is_empty() || own.external_id.as_ref().is_some_and(|id| ids.contains(id)))
        .filter(|own| created.holds(own.created) && modified.holds(own.changed))
        .filter(|own| text.as_ref().is_none_or(|text| own.name.to_lowercase().contains(text)))
        .collect();
    if filled(&criteria, "sortByField").as_deref() == Some("MODIFIED_DATE") {
        fitting.sort_by_key(|own| std::cmp::Reverse(own.changed));
    }
    if filled(&criteria, "sortOrder").as_deref() == Some("ASC") {
        fitting.reverse();
    }
    let rows: Vec<Value> =
        fitting.iter().skip(start).take(size).map(|own| found(own, &call.user.email)).collect();
    let next = start + rows.len();
    let next = if next < fitting.len() { json!(next) } else { Value::Null };
    Ok(Answer::ok(json!({
        "agreementAssetsResults": {
            "totalHits": fitting.len(),
            "status": { "code": 200, "message": null },
            "searchPageInfo": { "nextIndex": next },
            "agreementAssetsResultList": rows,
        },
    })))
}

fn found(own: &Agreement, email: &str) -> Value {
    let people: Vec<Value> = own
        .sets
        .iter()
        .flat_map(|set| &set.members)
        .map(|member| json!({ "email": member.email, "fullName": member.name }))
        .collect();
    json!({
        "id": own.id,
        "name": own.name,
        "status": status_for(own, email),
        "type": "AGREEMENT",
        "role": ["SENDER"],
        "participantList": people,
        "createdDate": stamp(own.created),
        "modifiedDate": stamp(own.changed),
        "expirationDate": own.expires.map(stamp),
        "externalId": own.external_id,
    })
}

#[derive(Debug, Clone, Copy, Default)]
struct Range {
    after: Option<Time>,
    before: Option<Time>,
}

impl Range {
    fn holds(self, time: Time) -> bool {
        self.after.is_none_or(|after| time > after) && self.before.is_none_or(|before| time < before)
    }
}

fn range(criteria: &Object, key: &str) -> Result<Range, ApiError> {
    let Some(own) = object(criteria, key).and_then(|own| object(own, "range")) else {
        return Ok(Range::default());
    };
    let read = |key: &str| {
        filled(own, key)
            .map(|text| {
                DateTime::parse_from_rfc3339(&text)
                    .map(|time| time.with_timezone(&Utc))
                    .map_err(|_| ApiError::bad("INVALID_DATE", format!("{text} is no ISO 8601 time.")))
            })
            .transpose()
    };
    Ok(Range { after: read("gt")?, before: read("lt")? })
}
