//! Consent to an application.

use maud::html;

use super::layout::page;

pub(super) fn consent(app: &str, user: &str, scopes: &[String], hidden: &[(String, String)]) -> String {
    let title = format!("Allow {app}?");
    let content = html! {
        section.card.narrow {
            h1 { (title) }
            p { strong { (app) } " asks to act for " strong { (user) } "." }
            @if !scopes.is_empty() {
                h2 { "It asks for" }
                ul.scopes {
                    @for scope in scopes {
                        li { code { (scope) } }
                    }
                }
            }
            form method="post" {
                @for (name, value) in hidden {
                    input type="hidden" name=(name) value=(value);
                }
                div.actions {
                    button.primary #allow type="submit" name="consent" value="allow" { "Allow" }
                    button #deny type="submit" name="consent" value="deny" { "Do not allow" }
                }
            }
        }
    };
    page(&title, &content)
}
