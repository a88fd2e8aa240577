//! The mailbox.

use maud::{Markup, html};

use super::layout::{page, status};
use super::{InboxRecipient, InboxRow};

pub(super) fn inbox(rows: &[InboxRow], clock: &str) -> String {
    let content = html! {
        header.head {
            h1 { "Mailbox" }
            p.muted { "Everything this emulator would have mailed. Its clock says " strong { (clock) } "." }
        }
        @if rows.is_empty() {
            section.card.empty {
                h2 { "No envelopes yet" }
                p.muted { "Send one to the emulator and reload this page." }
            }
        }
        @for row in rows {
            (envelope(row))
        }
    };
    page("Mailbox", &content)
}

fn envelope(row: &InboxRow) -> Markup {
    let subject = if row.subject.trim().is_empty() { "(no subject)" } else { row.subject.as_str() };
    html! {
        article.card {
            header.title {
                h2 { (subject) }
                (status(&row.status))
            }
            p.muted.facts {
                span { (row.provider) }
                span { (row.created) }
                code { (row.envelope) }
            }
            ul.people {
                @for recipient in &row.recipients {
                    (person(recipient))
                }
            }
        }
    }
}

fn person(recipient: &InboxRecipient) -> Markup {
    html! {
        li {
            span.order title="Routing order" {
                span.unseen { "Routing order " }
                (recipient.order)
            }
            div.who {
                strong { (recipient.name) }
                span.muted { (recipient.email) " · " (recipient.role) }
            }
            (status(&recipient.status))
            @if let Some(link) = &recipient.link {
                a.button href=(link) {
                    "Open"
                    span.unseen { " as " (recipient.name) }
                }
            }
        }
    }
}
