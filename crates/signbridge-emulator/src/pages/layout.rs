//! What all pages share.

use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("style.css");

/// A complete page.
pub(super) fn page(title: &str, content: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                title { (title) " – signbridge emulator" }
                // An empty icon, or the browser asks for one.
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#content" { "Skip to content" }
                div.strip role="note" {
                    strong { "Emulator" }
                    " Nothing here is legally binding."
                }
                main #content { (content) }
            }
        }
    };
    page.into_string()
}

/// A message in the middle of the page.
pub(super) fn notice(title: &str, text: &str) -> Markup {
    html! {
        section.card.narrow {
            h1 { (title) }
            @for paragraph in text.split("\n\n") {
                p { (paragraph) }
            }
        }
    }
}

/// A status word in a coloured pill. Colour only underlines what the word says.
pub(super) fn status(word: &str) -> Markup {
    let class = match word.to_ascii_lowercase().as_str() {
        "completed" | "signed" | "autoresponded" => "good",
        "declined" | "voided" | "expired" | "deleted" | "authfailed" => "bad",
        "sent" | "delivered" | "processing" => "open",
        _ => "idle",
    };
    html! { span.status.(class) { (word) } }
}
