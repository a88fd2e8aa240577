//! The signing page.
//!
//! One form, so that what was typed goes along whichever button is pressed. Signing comes first in the
//! document: pressing Enter in a text field signs, never declines.

use maud::{Markup, html};

use super::layout::page;
use super::{SigningDocument, SigningField, SigningView};

pub(super) fn signing(view: &SigningView) -> String {
    let subject = if view.subject.trim().is_empty() { "(no subject)" } else { view.subject.as_str() };
    // Before the access code was given there may be nothing to see, and then nothing to sign either.
    let locked = view.needs_access_code && view.documents.is_empty();
    let content = html! {
        header.head {
            p.muted { "Signing as " strong { (view.recipient) } " (" (view.email) ") with " (view.provider) }
            h1 { (subject) }
            p.muted { "From " (view.sender) }
            @if !view.message.trim().is_empty() {
                blockquote { (view.message) }
            }
        }
        div.desk {
            div.papers {
                @for document in &view.documents {
                    (paper(document))
                }
            }
            form.card.panel method="post" action=(view.action) {
                @if let Some(error) = &view.error {
                    p.error #error role="alert" { (error) }
                }
                @if view.needs_access_code {
                    div.field {
                        label for="access-code" { "Access code" }
                        input #access-code type="text" name="access_code" required autocomplete="one-time-code"
                            aria-describedby="access-code-help";
                        p.muted #access-code-help { "The sender gave it to you by another way." }
                    }
                }
                (fields(&view.fields))
                @if !locked {
                    p.signature {
                        span.muted { "You sign as" }
                        span.hand { (view.recipient) }
                    }
                }
                div.actions {
                    button.primary #sign type="submit" name="action" value="sign" {
                        @if locked { "Continue" } @else { "Sign and finish" }
                    }
                    button #later type="submit" name="action" value="later" formnovalidate { "Finish later" }
                }
                @if view.can_decline {
                    details {
                        summary #decline { "Decline to sign" }
                        div.field {
                            label for="decline-reason" { "Reason, for the sender" }
                            textarea #decline-reason name="reason" rows="3" {}
                        }
                        button.danger #decline-confirm type="submit" name="action" value="decline" formnovalidate {
                            "Decline"
                        }
                    }
                }
            }
        }
    };
    page(&format!("Sign: {subject}"), &content)
}

fn paper(document: &SigningDocument) -> Markup {
    // Browsers' viewers then show the page in full width and no thumbnails.
    let shown = format!("{}#navpanes=0&view=FitH", document.link);
    html! {
        section.card.paper {
            header.title {
                h2 { (document.name) }
                span.muted { (count(document.pages)) }
                a href=(document.link) target="_blank" rel="noopener" { "Open the document" }
            }
            object data=(shown) type="application/pdf" aria-label=(document.name) {
                p.empty {
                    "This browser does not show PDFs within a page. "
                    a href=(document.link) target="_blank" rel="noopener" { "Read " (document.name) }
                }
            }
        }
    }
}

fn count(pages: u32) -> String {
    if pages == 1 { "1 page".to_owned() } else { format!("{pages} pages") }
}

/// Inputs for what can be filled in, then a list of what signing fills.
fn fields(fields: &[SigningField]) -> Markup {
    let (asked, implied): (Vec<&SigningField>, Vec<&SigningField>) = fields
        .iter()
        .partition(|field| matches!(field.kind.as_str(), "text" | "checkbox" | "choice" | "file"));
    html! {
        @for (number, field) in asked.iter().enumerate() {
            (input(&format!("field-{number}"), field))
        }
        @if !implied.is_empty() {
            h2 { "Signing fills in" }
            ul.places {
                @for field in implied {
                    li {
                        strong { (kind(&field.kind)) }
                        " "
                        span.muted { (field.document) ", page " (field.page) }
                    }
                }
            }
        }
    }
}

fn input(id: &str, field: &SigningField) -> Markup {
    let name = format!("field:{}", field.label);
    let place = format!("{}, page {}", field.document, field.page);
    let help = format!("{id}-help");
    html! {
        @if field.kind == "checkbox" {
            div.field.check {
                @if !field.value.is_empty() {
                    input type="hidden" name=(name) value="false";
                }
                input id=(id) type="checkbox" name=(name) value="true" required[field.required]
                    checked[field.value == "true"] aria-describedby=(help);
                label for=(id) { (field.label) (optional(field.required)) }
                p.muted id=(help) { (place) }
            }
        } @else if field.kind == "choice" {
            div.field {
                label for=(id) { (field.label) (optional(field.required)) }
                select id=(id) name=(name) required[field.required] aria-describedby=(help) {
                    option value="" {}
                    @for choice in &field.choices {
                        option value=(choice) selected[*choice == field.value] { (choice) }
                    }
                }
                p.muted id=(help) { (place) }
            }
        } @else {
            div.field {
                label for=(id) {
                    (field.label) @if field.kind == "file" { ": the name of the file" } (optional(field.required))
                }
                input id=(id) type="text" name=(name) value=[Some(&field.value).filter(|value| !value.is_empty())]
                    required[field.required] autocomplete="off" aria-describedby=(help);
                p.muted id=(help) { (place) }
            }
        }
    }
}

fn optional(required: bool) -> &'static str {
    if required { "" } else { " (optional)" }
}

fn kind(kind: &str) -> &str {
    match kind {
        "signature" => "Signature",
        "initials" => "Initials",
        "date" => "Date signed",
        other => other,
    }
}
