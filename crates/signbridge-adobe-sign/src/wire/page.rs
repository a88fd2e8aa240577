//! A page of a list, as every list of Adobe's writes it.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::flexible;

/// Rows, and where the next page begins.
#[derive(Debug, PartialEq)]
pub(crate) struct Rows {
    pub(crate) rows: Vec<Value>,
    pub(crate) next: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    /// The specification demands it, the last page lacks it.
    #[serde(default, deserialize_with = "flexible::text")]
    next_cursor: Option<String>,
}

/// The rows under this name. Nothing found was seen as an object without the list, beside its `page`, and as a bare
/// empty array; `None` for what is neither that nor a list.
pub(crate) fn rows(answer: Value, name: &str) -> Option<Rows> {
    let mut members = match answer {
        Value::Array(rows) => return rows.is_empty().then_some(Rows { rows, next: None }),
        Value::Object(members) => members,
        _ => return None,
    };
    let rows = match members.remove(name) {
        Some(Value::Array(rows)) => rows,
        None if members.contains_key("page") => Vec::new(),
        _ => return None,
    };
    Some(Rows { rows, next: next(members) })
}

fn next(mut members: Map<String, Value>) -> Option<String> {
    Page::deserialize(members.remove("page")?).ok()?.next_cursor
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_found_comes_in_three_ways() {
        for nothing in [json!([]), json!({"page": {}}), json!({"list": [], "page": {}})] {
            assert_eq!(rows(nothing, "list"), Some(Rows { rows: Vec::new(), next: None }));
        }
    }

    #[test]
    fn what_is_no_list_is_not_an_empty_one() {
        for other in [json!({}), json!(["zz"]), json!({"list": null, "page": {}}), json!("zz"), json!(null)] {
            assert_eq!(rows(other, "list"), None);
        }
    }

    #[test]
    fn the_last_page_has_no_cursor() {
        let page = |cursor: Value| rows(json!({"list": [1], "page": cursor}), "list").unwrap().next;
        assert_eq!(page(json!({"nextCursor": "c2"})), Some("c2".to_owned()));
        assert_eq!(page(json!({})), None);
        assert_eq!(page(json!({"nextCursor": ""})), None);
    }
}
