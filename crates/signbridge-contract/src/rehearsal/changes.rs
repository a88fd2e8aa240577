//! The changes of an answer: refusals and breaks that every provider knows, and its own members one by one.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::Value;
use signbridge_core::Reach;

use crate::{shape::plain, wire::Answer};

/// A word that no provider says.
const STRANGE: &str = "SomethingElse";

/// What a gateway says instead of its provider.
const PAGE: &str = "<html><body><h1>It does not work</h1></body></html>";

fn answer(status: StatusCode, media_type: &'static str, body: &'static str) -> Answer {
    let mut headers = HeaderMap::new();
    if !media_type.is_empty() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("7"));
    }
    Answer::Whole { status, headers, body: Bytes::from_static(body.as_bytes()) }
}

/// How it was changed, what of it, and the answer that came of it.
pub(super) type Changed = (&'static str, String, Answer);

/// What happens between any two programs.
pub(super) fn faults() -> Vec<Changed> {
    let json = "application/json";
    let mut faults: Vec<Changed> = [
        (StatusCode::BAD_REQUEST, json, "{}"),
        (StatusCode::FORBIDDEN, json, "{}"),
        (StatusCode::NOT_FOUND, json, "{}"),
        (StatusCode::CONFLICT, json, "{}"),
        (StatusCode::TOO_MANY_REQUESTS, json, "{}"),
        (StatusCode::BAD_GATEWAY, "text/html", PAGE),
        (StatusCode::OK, "text/html", PAGE),
        (StatusCode::OK, json, "{}"),
        (StatusCode::OK, json, "null"),
        (StatusCode::OK, "", ""),
        (StatusCode::NO_CONTENT, "", ""),
    ]
    .into_iter()
    .map(|(status, media_type, body)| {
        let body_shown = if body == PAGE { "a page" } else { body };
        let shown = if body_shown.is_empty() { "nothing" } else { body_shown };
        ("answered", format!("{} with {shown}", status.as_u16()), answer(status, media_type, body))
    })
    .collect();
    faults.push(("answered", "by a broken connection".to_owned(), Answer::Broken(Reach::Maybe)));
    faults
}

/// A step into a value; the members of a list are one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Member(String),
    Each,
}

/// What becomes of a member; nothing where it goes.
type Change = fn(&Value) -> Option<Value>;

/// Each member once left out, once null, and once another value.
pub(super) fn edits(status: StatusCode, headers: &HeaderMap, body: &Bytes) -> Vec<Changed> {
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return Vec::new() };
    let mut paths = BTreeSet::new();
    collect(&value, &mut Vec::new(), &mut paths);
    let mut edits = Vec::new();
    for path in paths {
        let name = shown(&path);
        let changes: [(&'static str, Change); 3] =
            [("without", |_| None), ("another", other), ("otherwise written", written)];
        for (how, change) in changes {
            let mut edited = value.clone();
            if edit(&mut edited, &path, &change) {
                let body = edited.to_string().into();
                let answer = Answer::Whole { status, headers: headers.clone(), body };
                edits.push((how, name.clone(), answer));
            }
        }
    }
    edits
}

fn shown(path: &[Step]) -> String {
    let mut shown = String::new();
    for step in path {
        match step {
            Step::Member(name) if shown.is_empty() => shown += &plain(name),
            Step::Member(name) => shown += &format!(".{}", plain(name)),
            Step::Each => shown += "[]",
        }
    }
    shown
}

fn collect(value: &Value, path: &mut Vec<Step>, paths: &mut BTreeSet<Vec<Step>>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                path.push(Step::Member(name.clone()));
                paths.insert(path.clone());
                collect(value, path, paths);
                path.pop();
            }
        }
        Value::Array(values) => {
            path.push(Step::Each);
            values.iter().for_each(|value| collect(value, path, paths));
            path.pop();
        }
        _ => {}
    }
}

/// Whether something is changed now.
fn edit(value: &mut Value, path: &[Step], change: &dyn Fn(&Value) -> Option<Value>) -> bool {
    match (path, value) {
        ([Step::Member(name)], Value::Object(members)) => match members.get(name).map(change) {
            Some(Some(new)) => members.insert(name.clone(), new.clone()) != Some(new),
            // What cannot be written otherwise stays; what is left out goes.
            Some(None) => change(&Value::Null).is_none() && members.remove(name).is_some(),
            None => false,
        },
        ([Step::Member(name), rest @ ..], Value::Object(members)) => {
            members.get_mut(name).is_some_and(|value| edit(value, rest, change))
        }
        ([Step::Each, rest @ ..], Value::Array(values)) => {
            // Every one of them, not only the first that changes.
            let changed = values.iter_mut().map(|value| edit(value, rest, change));
            changed.filter(|changed| *changed).count() > 0
        }
        _ => false,
    }
}

/// Another value of its kind.
fn other(value: &Value) -> Option<Value> {
    Some(match value {
        Value::Null => STRANGE.into(),
        Value::Bool(own) => (!own).into(),
        Value::Number(number) => number.as_i64().map_or(Value::from(1.5), |number| (number + 3).into()),
        Value::String(_) => STRANGE.into(),
        Value::Array(_) => Value::Array(Vec::new()),
        Value::Object(_) => Value::Null,
    })
}

/// The same in another type: a number as a text, a text as the number or the choice that it holds.
fn written(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(_) | Value::Number(_) => Some(value.to_string().into()),
        Value::String(text) => {
            let inner = serde_json::from_str::<Value>(text).ok();
            Some(
                inner
                    .filter(|inner| inner.is_number() || inner.is_boolean())
                    .unwrap_or_else(|| value.clone()),
            )
        }
        other => Some(other.clone()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_member_is_left_out_and_made_another() {
        let body = json!({"status": "open", "signers": [{"order": 1}, {"order": "2"}], "done": false});
        let edits = edits(StatusCode::OK, &HeaderMap::new(), &Bytes::from(body.to_string()));
        let edited: Vec<(String, Value)> = edits
            .into_iter()
            .map(|(how, name, answer)| {
                let Answer::Whole { body, .. } = answer else { panic!() };
                (format!("{how} {name}"), serde_json::from_slice(&body).unwrap())
            })
            .collect();
        let of = |name: &str| &edited.iter().find(|(own, _)| own == name).unwrap().1;
        assert_eq!(
            *of("without signers[].order"),
            json!({"status": "open", "signers": [{}, {}], "done": false})
        );
        assert_eq!(of("another status")["status"], STRANGE);
        assert_eq!(of("another done")["done"], true);
        assert_eq!(of("another signers")["signers"], json!([]));
        assert_eq!(of("otherwise written signers[].order")["signers"], json!([{"order": "1"}, {"order": 2}]));
        assert!(edited.iter().all(|(name, _)| name != "otherwise written status"));
    }
}
