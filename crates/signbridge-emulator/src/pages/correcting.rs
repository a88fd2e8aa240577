//! The sender's page that corrects an envelope.

use maud::html;

use super::layout::page;

pub(super) fn correcting(subject: &str) -> String {
    let content = html! {
        section.card.narrow {
            h1 { "Correct the envelope" }
            @if !subject.is_empty() {
                p { strong { (subject) } }
            }
            p { "Nobody can sign while this page is open. Nothing can be changed on it." }
            form method="post" {
                div.actions {
                    button.primary #send type="submit" name="event" value="send" { "Send" }
                    button #save type="submit" name="event" value="save" { "Save" }
                    button #cancel type="submit" name="event" value="cancel" { "Cancel" }
                }
            }
        }
    };
    page("Correct the envelope", &content)
}
