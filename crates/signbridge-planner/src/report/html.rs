//! The page: one file that needs nothing else.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Report, sections};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The whole page.
pub(super) fn page(report: &Report<'_, '_>) -> String {
    let contents: [(&str, &str, Markup); 8] = [
        ("question", "The question", sections::question(report)),
        ("answer", "The answer", sections::answer(report)),
        ("cost", "Cost against volume and seats", sections::charts(report)),
        ("law", "What the law asks", sections::law(report)),
        ("change", "What would change the answer", sections::change(report)),
        ("matrix", "Compliance and capabilities", sections::matrices(report)),
        ("terms", "Limits, residency, sandboxes and the well-known comparison", sections::terms(report)),
        ("sources", "Sources", sections::sources(report)),
    ];
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                // The only script and style are those in the page.
                meta http-equiv="Content-Security-Policy"
                    content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
                link rel="icon" href="data:,";
                title { "eSignature plans: an answer with its sources" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "Which eSignature plan, and is it lawful there" }
                    p { (report.conclusion()) }
                    nav aria-label="Sections" {
                        @for (id, title, _) in &contents { a href=(format!("#{id}")) { (title) } " " }
                    }
                }
                main {
                    @for (id, title, section) in &contents {
                        section id=(id) aria-labelledby=(format!("{id}-title")) {
                            h2 id=(format!("{id}-title")) { (title) }
                            (section)
                        }
                    }
                }
                footer {
                    p { "List prices in US dollars, before tax, for a year. Statutes are named; this is not legal advice." }
                }
                div id="says" role="status" hidden {}
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    markup.into_string()
}
