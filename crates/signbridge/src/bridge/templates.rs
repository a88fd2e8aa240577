//! Templates and the quota of the default profile's account.

use signbridge_core::{Draft, Page, Quota, Result, Template, TemplateQuery};

use super::Signbridge;

impl Signbridge {
    /// A page of the default profile's templates. Their ids are the provider's own: a template lives in one account.
    ///
    /// # Errors
    /// As [`Provider::templates`](signbridge_core::Provider::templates).
    pub async fn templates(&self, query: &TemplateQuery) -> Result<Page<Template>> {
        self.provider(None)?.templates(query).await
    }

    /// Reads a template of the default profile with its roles.
    ///
    /// # Errors
    /// As [`Provider::template`](signbridge_core::Provider::template).
    pub async fn template(&self, id: &str) -> Result<Template> {
        self.provider(None)?.template(id).await
    }

    /// Makes a template with the default profile.
    ///
    /// # Errors
    /// As [`Provider::create_template`](signbridge_core::Provider::create_template).
    pub async fn create_template(&self, draft: &Draft) -> Result<Template> {
        self.provider(None)?.create_template(draft).await
    }

    /// How many envelopes the default profile's account may still send.
    ///
    /// # Errors
    /// As [`Provider::quota`](signbridge_core::Provider::quota).
    pub async fn quota(&self) -> Result<Quota> {
        self.provider(None)?.quota().await
    }
}
