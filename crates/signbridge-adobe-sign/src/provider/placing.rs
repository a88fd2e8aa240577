//! Placing fields: only while an agreement is in authoring, which Adobe reaches in its own time.

use std::{future::Future, sync::Arc, time::Duration};

use signbridge_core::{Error, ErrorKind, Prepared, Result};

use super::AdobeSignProvider;
use crate::{
    calls::{
        form_fields::{GetFormFields, PutFormFields},
        get_members::GetMembers,
        get_pages_info::GetPagesInfo,
        list_documents::ListDocuments,
    },
    config::Tier,
    wire::{agreement, answer::MembersAnswer, fields},
};

/// The pauses before the looks that the polling rule allows in a row: three a minute, or one.
const PAUSES: [Duration; 3] = [Duration::from_secs(2), Duration::from_secs(5), Duration::from_secs(10)];

impl AdobeSignProvider {
    /// Sets the placed fields of a checked draft. A second time changes nothing more.
    pub(super) async fn place_fields(&self, id: &str, prepared: &Prepared) -> Result<()> {
        let session = &self.session;
        let agreement = || id.to_owned();
        // Page sizes are there once the files are converted: the first thing to wait for.
        let pages =
            self.patiently(|| session.run(|point| GetPagesInfo { point, agreement: agreement() })).await?;
        let members = session.run(|point| GetMembers { point, agreement: agreement() }).await?;
        let page_counts = match prepared.documents.len() {
            1 => vec![None],
            count => {
                session.run(|point| ListDocuments { point, agreement: agreement() }).await?.page_counts(count)
            }
        };
        let fields: Arc<[_]> =
            fields::placed(prepared, &assignees(prepared, &members), &page_counts, &pages)?.into();
        let put = |etag: String| {
            let fields = Arc::clone(&fields);
            session.run(move |point| PutFormFields {
                point,
                agreement: agreement(),
                etag: etag.clone(),
                fields: Arc::clone(&fields),
            })
        };
        let read = || session.run(|point| GetFormFields { point, agreement: agreement() });
        let found = self.patiently(read).await?;
        // Taken up again, an agreement may have them: setting them once more would make a new version of it.
        if fields::are_there(&fields, &found.fields) {
            return Ok(());
        }
        match put(found.etag).await {
            Err(error) if error.kind() == ErrorKind::Stale => put(read().await?.etag).await,
            Err(error) if error.kind() == ErrorKind::NotReady => {
                let again = || async { put(read().await?.etag).await };
                self.patiently(again).await
            }
            outcome => outcome,
        }
    }

    /// Tries while Adobe is still preparing, as often in a row as the polling rule allows.
    pub(super) async fn patiently<T, F: Future<Output = Result<T>>>(
        &self,
        attempt: impl Fn() -> F,
    ) -> Result<T> {
        let looks = match self.session.config.tier {
            Tier::Enterprise => PAUSES.as_slice(),
            Tier::Standard => PAUSES.get(2..).unwrap_or_default(),
        };
        let mut last = Error::new(ErrorKind::NotReady, "Adobe is still preparing the agreement");
        for pause in looks {
            self.session.parts().clock.sleep(*pause).await;
            match attempt().await {
                Err(error) if error.kind() == ErrorKind::NotReady => last = error,
                outcome => return outcome,
            }
        }
        Err(last
            .with_remedy("repeat the call with the same idempotency key once the time in the error has come"))
    }
}

/// The participant set of each recipient: the one of his place in the order that has his address.
fn assignees(prepared: &Prepared, members: &MembersAnswer) -> Vec<Option<String>> {
    let draft = &prepared.draft;
    let names = agreement::set_names(draft);
    let people = draft.recipients.iter().zip(agreement::ranks(draft)).zip(&names);
    people
        .map(|((recipient, rank), name)| {
            let mut fitting: Vec<_> = members
                .participant_sets
                .iter()
                .filter(|set| rank.is_some() && set.has(&recipient.email) && set.order == rank)
                .collect();
            // One person may be asked twice in one step.
            if fitting.len() > 1 {
                fitting.retain(|set| set.name.as_ref() == Some(name));
            }
            fitting.first().and_then(|set| set.id.clone())
        })
        .collect()
}
