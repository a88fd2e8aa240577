//! What a sender does with an envelope besides sending and voiding it.

use signbridge_core::{Addressee, Correction, Envelope, FormValue, Result, SigningLink};
use url::Url;

use super::Signbridge;
use crate::Reference;

impl Signbridge {
    /// Changes recipients or expiry of an envelope on its way, and answers how it is afterwards.
    ///
    /// # Errors
    /// As [`Provider::correct`](signbridge_core::Provider::correct).
    pub async fn correct(&self, reference: &Reference, correction: &Correction) -> Result<Envelope> {
        let (entry, provider) = self.home(reference)?;
        Ok(entry.refer(provider.correct(reference.native(), correction).await?))
    }

    /// Deletes an envelope that was never sent.
    ///
    /// # Errors
    /// As [`Provider::delete_draft`](signbridge_core::Provider::delete_draft).
    pub async fn delete_draft(&self, reference: &Reference) -> Result<()> {
        self.home(reference)?.1.delete_draft(reference.native()).await
    }

    /// Removes the documents of an envelope that has ended.
    ///
    /// # Errors
    /// As [`Provider::purge`](signbridge_core::Provider::purge).
    pub async fn purge(&self, reference: &Reference) -> Result<()> {
        self.home(reference)?.1.purge(reference.native()).await
    }

    /// What the signers filled in.
    ///
    /// # Errors
    /// As [`Provider::form_data`](signbridge_core::Provider::form_data).
    pub async fn form_data(&self, reference: &Reference) -> Result<Vec<FormValue>> {
        self.home(reference)?.1.form_data(reference.native()).await
    }

    /// A link to the provider's own page on which the sender prepares a draft or corrects an envelope.
    ///
    /// # Errors
    /// As [`Provider::sender_view`](signbridge_core::Provider::sender_view).
    pub async fn sender_view(&self, reference: &Reference, return_url: &Url) -> Result<SigningLink> {
        self.home(reference)?.1.sender_view(reference.native(), return_url).await
    }

    /// A link to the provider's web application with the profile's own user signed in: at an envelope, or where it
    /// begins for the default profile. Whoever opens it can do all that this user can.
    ///
    /// # Errors
    /// As [`Provider::console_view`](signbridge_core::Provider::console_view).
    pub async fn console_view(&self, reference: Option<&Reference>, return_url: &Url) -> Result<SigningLink> {
        match reference {
            Some(reference) => {
                self.home(reference)?.1.console_view(Some(reference.native()), return_url).await
            }
            None => self.provider(None)?.console_view(None, return_url).await,
        }
    }

    /// Mails one recipient whose turn it is again.
    ///
    /// # Errors
    /// As [`Provider::remind_one`](signbridge_core::Provider::remind_one).
    pub async fn remind_one(&self, reference: &Reference, who: &Addressee) -> Result<()> {
        self.home(reference)?.1.remind_one(reference.native(), who).await
    }
}
