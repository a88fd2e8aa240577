//! `signbridge list`.

use signbridge::{Envelope, ListQuery, Page};

use super::connect;
use crate::{
    cli::{Global, List},
    exit::Failure,
    output::{Output, table, time},
};

pub(crate) async fn run(arguments: &List, global: &Global, output: Output) -> Result<(), Failure> {
    let bridge = connect(global)?;
    let mut query = ListQuery::default();
    query.from = arguments.from;
    query.statuses.clone_from(&arguments.status);
    query.cursor.clone_from(&arguments.cursor);
    query.limit = Some(arguments.limit);
    let mut found = Page { items: Vec::new(), next: None };
    // A page without a match is not the end, and the size of pages stays: providers number them.
    loop {
        let page = bridge.list(&query).await?;
        found.items.extend(page.items);
        found.next = page.next;
        if found.next.is_none() || found.items.len() >= arguments.limit as usize {
            break;
        }
        query.cursor.clone_from(&found.next);
    }
    output.show(&found, || readable(&found))
}

fn readable(page: &Page<Envelope>) -> String {
    if page.items.is_empty() {
        return "no envelopes".to_owned();
    }
    let rows = page.items.iter().map(|one| {
        let created = one.created_at.map(time).unwrap_or_default();
        [one.id.clone(), one.status.to_string(), created, one.subject.clone()]
    });
    let mut text = table(["ID", "STATUS", "CREATED", "SUBJECT"], rows);
    if let Some(next) = &page.next {
        text.push_str(&format!("\n\nthere are more: --cursor '{next}'"));
    }
    text
}
