//! A draft whose documents have been looked at: lengths, and page sizes where a placement needs them.

use std::sync::Arc;

use crate::{
    Draft, Error, ErrorKind, Result,
    body::Source,
    field::Placement,
    geometry::{self, Geometry},
};

/// A document that is ready to be sent.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PreparedDocument {
    /// The name that signers see, with its extension.
    pub name: String,
    /// The extension in lower case without the dot.
    pub extension: String,
    /// Where its bytes come from.
    pub source: Arc<dyn Source>,
    /// What is known of its pages.
    pub geometry: Geometry,
}

/// A valid draft and its opened documents: what [`check`](crate::Provider::check) and requests are made from.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Prepared {
    /// The draft.
    pub draft: Draft,
    /// Its documents in their order.
    pub documents: Vec<PreparedDocument>,
}

impl Prepared {
    /// Validates the draft and opens its documents.
    ///
    /// # Errors
    /// `invalid_draft` with all faults, `io` when a document cannot be read.
    pub async fn new(draft: &Draft) -> Result<Self> {
        Self::held(draft, false).await
    }

    /// The same for a draft that becomes a template: nobody fills its roles yet, and a value may still be missing. What
    /// is prepared names no roles.
    ///
    /// # Errors
    /// As [`Prepared::new`].
    pub async fn for_template(draft: &Draft) -> Result<Self> {
        let mut plain = draft.clone();
        plain.recipients.iter_mut().for_each(|own| own.template_role = None);
        Self::held(&plain, true).await
    }

    async fn held(draft: &Draft, template: bool) -> Result<Self> {
        draft.hold(template)?;
        let mut documents = Vec::with_capacity(draft.documents.len());
        for (index, document) in draft.documents.iter().enumerate() {
            let source = document.open().await?;
            let placed = draft.fields().any(|(_, _, field)| {
                field.document as usize == index + 1
                    && field.placements().any(|(_, place)| matches!(place, Placement::At(_)))
            });
            let unreadable = |error: std::io::Error| {
                Error::new(
                    ErrorKind::Io,
                    format!("the document `{}` cannot be read: {error}", document.name()),
                )
            };
            let mut geometry = Geometry::NotNeeded;
            if document.extension() == "pdf" {
                geometry = geometry::glance(&*source).await.map_err(unreadable)?;
                if placed && geometry == Geometry::NotNeeded {
                    geometry = geometry::read(&*source).await.map_err(unreadable)?;
                }
            }
            let (name, extension) = (document.name().to_owned(), document.extension());
            documents.push(PreparedDocument { name, extension, source, geometry });
        }
        Ok(Self { draft: draft.clone(), documents })
    }
}
