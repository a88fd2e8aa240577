//! The signing links of recipient views: one use, within their life.

use url::Url;

use crate::dialect::{End, Provider, Session};
use crate::exchange::Answer;
use crate::hub::Hub;
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
        // Nobody edits here: who opens the page is taken to close it at once.
        let event =
            if view.used || view.expires.is_some_and(|end| end <= now) { "sessionEnd" } else { "cancel" };
        view.used = true;
        return Answer::redirect(&with_event(&view.return_url, event));
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
