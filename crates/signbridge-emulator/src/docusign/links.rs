//! The signing links of recipient views: one use, within their life.

use http::StatusCode;
use url::Url;

use super::state::SenderPage;
use crate::dialect::{End, Provider, Session};
use crate::exchange::Answer;
use crate::hub::{Hub, World};
use crate::pages;
use crate::signing;

/// The value of `event` an application is told when the browser returns.
pub(crate) fn event(end: End) -> &'static str {
    match end {
        End::Signed => "signing_complete",
        End::Declined => "decline",
        End::Later => "cancel",
        End::Viewed => "viewing_complete",
        End::CodeFailed => "access_code_failed",
        End::LinkExpired => "ttl_expired",
    }
}

/// `returnUrl` with `event` added to whatever query it has.
pub(crate) fn with_event(return_url: &str, event: &str) -> String {
    match Url::parse(return_url) {
        Ok(mut url) => {
            url.query_pairs_mut().append_pair("event", event);
            url.into()
        }
        Err(_) => return_url.to_owned(),
    }
}

/// Follows a link; a second use ends as one that came too late.
pub(crate) fn redeem(hub: &Hub, token: &str) -> Answer {
    let now = hub.clock.now();
    let mut world = hub.world();
    if let Some(view) = world.docusign.sender_views.get_mut(token) {
        let late = view.used || view.expires.is_some_and(|end| end <= now);
        view.used = true;
        let (page, back) = (view.page.clone(), view.return_url.clone());
        return match page {
            _ if late => Answer::redirect(&with_event(&back, "sessionEnd")),
            // Nobody edits here: who opens the page is taken to close it at once.
            SenderPage::Prepare => Answer::redirect(&with_event(&back, "cancel")),
            // No event is published for it.
            SenderPage::Console => Answer::redirect(&back),
            SenderPage::Correct(envelope) => {
                let begun = world.docusign.envelope_mut(&envelope).is_ok_and(|own| own.begin_correction(now));
                if begun {
                    Answer::redirect(&format!("/Signing/Correct/{token}"))
                } else {
                    Answer::redirect(&with_event(&back, "error"))
                }
            }
        };
    }
    let Some(view) = world.docusign.views.get_mut(token) else { return signing::gone() };
    if view.expires <= now || view.used {
        // Recorded name of the event; that a second use gives the same is unverified.
        return Answer::redirect(&with_event(&view.return_url, event(End::LinkExpired)));
    }
    view.used = true;
    let session = Session::new(
        Provider::Docusign,
        view.envelope.clone(),
        view.recipient.clone(),
        Some(view.return_url.clone()),
    );
    signing::begin(&mut world, session)
}

/// The page that corrects an envelope, while it is open.
pub(crate) fn correcting(hub: &Hub, token: &str) -> Answer {
    let world = hub.world();
    match corrected(&world, token) {
        Some((envelope, _)) => {
            let subject = world.docusign.envelope(&envelope).map_or("", |own| own.subject.as_str());
            Answer::html(StatusCode::OK, pages::correcting(subject))
        }
        None => signing::gone(),
    }
}

/// The sender is done with the page. Nothing is edited on it.
pub(crate) fn corrected_by(hub: &Hub, token: &str, event: &str) -> Answer {
    let now = hub.clock.now();
    let mut world = hub.world();
    let Some((envelope, back)) = corrected(&world, token) else { return signing::gone() };
    if !matches!(event, "send" | "save" | "cancel") {
        return Answer::html(StatusCode::BAD_REQUEST, pages::correcting(""));
    }
    world.docusign.sender_views.remove(token);
    if let Ok(own) = world.docusign.envelope_mut(&envelope) {
        own.end_correction(now);
    }
    Answer::redirect(&with_event(&back, event))
}

/// The envelope of an open page, and where its browser goes afterwards.
fn corrected(world: &World, token: &str) -> Option<(String, String)> {
    let view = world.docusign.sender_views.get(token).filter(|view| view.used)?;
    let SenderPage::Correct(envelope) = &view.page else { return None };
    let own = world.docusign.envelope(envelope).ok()?;
    own.correcting.is_some().then(|| (envelope.clone(), view.return_url.clone()))
}

#[cfg(test)]
mod tests {
    use super::with_event;

    #[test]
    fn the_event_joins_an_existing_query() {
        assert_eq!(with_event("https://a.example/done", "decline"), "https://a.example/done?event=decline");
        assert_eq!(
            with_event("https://a.example/done?x=1#top", "signing_complete"),
            "https://a.example/done?x=1&event=signing_complete#top"
        );
    }
}
