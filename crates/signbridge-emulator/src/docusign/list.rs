//! Finding envelopes: the list with its filters, and many statuses in one call [FACTS 4.4].

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde_json::{Value, json};

use super::call::Call;
use super::errors::ApiError;
use super::model::{Envelope, Time};
use super::render::{self, Include};
use crate::exchange::Answer;
use crate::values::{Object, as_text, list as items};

const LONGEST_PAGE: usize = 1_000;

pub(crate) fn list(call: &Call<'_>) -> Result<Answer, ApiError> {
    let query = &call.request.query;
    let ids = query.list("envelope_ids");
    let transactions = query.list("transaction_ids");
    let from = date(call, "from_date")?;
    let to = date(call, "to_date")?;
    if from.is_none() && ids.is_empty() && transactions.is_empty() {
        return Err(ApiError::parameter("One of from_date, envelope_ids and transaction_ids is needed."));
    }
    let statuses = query.list("status");
    let any = statuses.is_empty() || statuses.iter().any(|status| status == "any");
    let field = call.query("custom_field").map(|field| field.split_once('=').unwrap_or((field, "")));
    let search = call.query("search_text").map(str::to_lowercase);
    let compared = call.query("from_to_status").unwrap_or("changed").to_ascii_lowercase();

    let world = call.world();
    let mut found: Vec<&Envelope> = world
        .docusign
        .envelopes
        .iter()
        .filter(|own| own.deleted.is_none())
        .filter(|own| ids.is_empty() || ids.contains(&own.id))
        .filter(|own| {
            transactions.is_empty()
                || own
                    .transaction_id
                    .as_ref()
                    .is_some_and(|id| transactions.contains(&id.to_ascii_lowercase()))
        })
        .filter(|own| any || statuses.iter().any(|status| status == own.status.as_str()))
        .filter(|own| {
            let at = reached(own, &compared);
            from.is_none_or(|from| at.is_some_and(|at| at >= from))
                && to.is_none_or(|to| at.is_some_and(|at| at <= to))
        })
        .filter(|own| {
            field.is_none_or(|(name, value)| {
                own.custom_fields.iter().any(|field| field.name == name && field.value == value)
            })
        })
        .filter(|own| search.as_ref().is_none_or(|text| matches(own, text)))
        .collect();
    sort(call, &mut found);

    let page = Page::of(call, LONGEST_PAGE, found.len())?;
    let include = Include::of(&query.list("include"));
    let rows: Vec<Value> = page.take(&found).map(|own| render::envelope(own, include)).collect();
    let mut out = page.sizes(rows.len());
    let next = page.next(call, "/envelopes", rows.len()).unwrap_or_default();
    let previous = if page.start > 0 {
        uri(call, "/envelopes", page.start.saturating_sub(page.count))
    } else {
        String::new()
    };
    out.insert("nextUri".into(), next.into());
    out.insert("previousUri".into(), previous.into());
    out.insert("envelopes".into(), rows.into());
    Ok(Answer::ok(out.into()))
}

/// A page of a list, by `start_position` and `count`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    start: usize,
    count: usize,
    total: usize,
}

impl Page {
    pub(crate) fn of(call: &Call<'_>, longest: usize, total: usize) -> Result<Self, ApiError> {
        let number = |name: &str, default: usize| -> Result<usize, ApiError> {
            call.query(name).map_or(Ok(default), |text| {
                text.parse()
                    .map_err(|_| ApiError::parameter(format!("The {name} is {text:?}, not a number.")))
            })
        };
        let start = number("start_position", 0)?;
        Ok(Self { start, count: number("count", longest)?.clamp(1, longest), total })
    }

    pub(crate) fn take<'r, T>(&self, found: &'r [T]) -> impl Iterator<Item = &'r T> {
        found.iter().skip(self.start).take(self.count)
    }

    pub(crate) fn sizes(&self, rows: usize) -> Object {
        [
            ("resultSetSize", rows),
            ("startPosition", self.start),
            ("endPosition", (self.start + rows).saturating_sub(1)),
            ("totalSetSize", self.total),
        ]
        .into_iter()
        .map(|(key, number)| (key.to_owned(), number.to_string().into()))
        .collect()
    }

    /// Where the list goes on, relative to the account.
    pub(crate) fn next(&self, call: &Call<'_>, path: &str, rows: usize) -> Option<String> {
        (self.start + rows < self.total).then(|| uri(call, path, self.start + rows))
    }
}

/// The same query at another position, relative to the account.
fn uri(call: &Call<'_>, path: &str, start: usize) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (key, value) in &call.request.query.0 {
        if key != "start_position" {
            query.append_pair(key, value);
        }
    }
    query.append_pair("start_position", &start.to_string());
    format!("{path}?{}", query.finish())
}

fn date(call: &Call<'_>, name: &str) -> Result<Option<Time>, ApiError> {
    let Some(text) = call.query(name) else { return Ok(None) };
    // A plus sign that was not encoded arrives as a blank.
    let text = text.trim().replace(' ', "+");
    let utc = |naive: NaiveDateTime| DateTime::<Utc>::from_naive_utc_and_offset(naive, Utc);
    DateTime::parse_from_rfc3339(&text)
        .map(|time| time.to_utc())
        .or_else(|_| NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f").map(utc))
        .or_else(|_| {
            NaiveDate::parse_from_str(&text, "%Y-%m-%d").map(|day| utc(day.and_time(chrono::NaiveTime::MIN)))
        })
        .or_else(|_| {
            NaiveDate::parse_from_str(&text, "%m/%d/%Y").map(|day| utc(day.and_time(chrono::NaiveTime::MIN)))
        })
        .map(Some)
        .map_err(|_| ApiError::parameter(format!("The {name} is {text:?}, not a date.")))
}

fn reached(envelope: &Envelope, status: &str) -> Option<Time> {
    match status {
        "created" => Some(envelope.created),
        "sent" => envelope.sent,
        "delivered" => envelope.delivered,
        "completed" | "signed" => envelope.completed,
        "declined" => envelope.declined,
        "voided" => envelope.voided,
        _ => Some(envelope.changed),
    }
}

fn matches(envelope: &Envelope, text: &str) -> bool {
    envelope.subject.to_lowercase().contains(text)
        || envelope.id.contains(text)
        || envelope
            .recipients
            .iter()
            .any(|own| own.name.to_lowercase().contains(text) || own.email.to_lowercase().contains(text))
}

/// Newest change first unless asked otherwise; the default is unverified.
fn sort(call: &Call<'_>, found: &mut [&Envelope]) {
    let by = call.query("order_by").unwrap_or("status_changed").to_ascii_lowercase();
    match by.as_str() {
        "subject" => found.sort_by(|a, b| a.subject.cmp(&b.subject)),
        "status" => found.sort_by(|a, b| a.status.as_str().cmp(b.status.as_str())),
        "created" => found.sort_by_key(|own| own.created),
        "sent" => found.sort_by_key(|own| own.sent),
        "completed" => found.sort_by_key(|own| own.completed),
        "last_modified" => found.sort_by_key(|own| own.modified),
        _ => found.sort_by_key(|own| own.changed),
    }
    if !call.query("order").is_some_and(|order| order.eq_ignore_ascii_case("asc")) {
        found.reverse();
    }
}

/// `PUT …/envelopes/status`: many envelopes by id, or by transaction id.
pub(crate) fn statuses(call: &Call<'_>) -> Result<Answer, ApiError> {
    let wanted = |query: &str, body: &str| -> Result<Vec<String>, ApiError> {
        match call.query(query) {
            Some(value) if value.eq_ignore_ascii_case("request_body") => {
                Ok(items(&call.json()?, body).iter().filter_map(as_text).collect())
            }
            _ => Ok(call.request.query.list(query)),
        }
    };
    let ids = wanted("envelope_ids", "envelopeIds")?;
    let transactions = wanted("transaction_ids", "transactionIds")?;
    let world = call.world();
    let state = &world.docusign;
    if !transactions.is_empty() {
        let rows: Vec<Value> = transactions
            .iter()
            .map(|id| match state.by_transaction(id, call.now) {
                Some(own) => json!({
                    "transactionId": id,
                    "envelopeId": own.id,
                    "status": own.status.as_str(),
                }),
                None => json!({
                    "transactionId": id,
                    "errorDetails": ApiError::no_envelope(id).details(),
                }),
            })
            .collect();
        return Ok(Answer::ok(json!({ "envelopeTransactionStatuses": rows })));
    }
    if ids.is_empty() {
        return Err(ApiError::parameter("Neither envelope_ids nor transaction_ids are given."));
    }
    let rows: Vec<Value> = ids
        .iter()
        .filter_map(|id| state.envelope(id).ok())
        .map(|own| render::envelope(own, Include::default()))
        .collect();
    let count = rows.len();
    Ok(Answer::ok(json!({
        "resultSetSize": count.to_string(),
        "totalSetSize": count.to_string(),
        "startPosition": "0",
        "endPosition": count.saturating_sub(1).to_string(),
        "nextUri": "",
        "previousUri": "",
        "envelopes": rows,
    })))
}
