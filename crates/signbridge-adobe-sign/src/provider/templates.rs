//! Templates: Adobe's library documents. They hold files and fields, and know nobody by a role.

use std::sync::Arc;

use futures_util::future::join;
use signbridge_core::{
    Draft, Error, ErrorKind, Operation, Page, Prepared, Reach, Result, Severity, Template, TemplateQuery,
};

use super::{AdobeSignProvider, lenient};
use crate::{
    PROVIDER,
    calls::{
        create_template::CreateTemplate,
        get_template::{GetTemplate, ListTemplateDocuments},
        list_templates::ListTemplates,
    },
    check,
};

impl AdobeSignProvider {
    pub(super) async fn library(&self, query: &TemplateQuery) -> Result<Page<Template>> {
        let list =
            |point| ListTemplates { point, cursor: query.cursor.clone(), count: query.limit.unwrap_or(100) };
        let mut page = self.session.run(list).await?;
        if let Some(part) = &query.name {
            let part = part.to_lowercase();
            page.items.retain(|template| template.name.to_lowercase().contains(&part));
        }
        Ok(page)
    }

    pub(super) async fn library_document(&self, id: &str) -> Result<Template> {
        let info = self.session.run(|point| GetTemplate { point, template: id.to_owned() });
        let files = self.session.run(|point| ListTemplateDocuments { point, template: id.to_owned() });
        let (info, files) = join(info, files).await;
        let mut template = info?;
        template.documents = lenient(files)?.map(|files| files.portable()).unwrap_or_default();
        Ok(template)
    }

    /// A library document of the draft's documents alone.
    pub(super) async fn shelved(&self, draft: &Draft) -> Result<Template> {
        let mut files = draft.clone();
        // Nobody takes part in a template, so nobody's role has to be filled, and nobody has to have a field.
        files.recipients.iter_mut().for_each(|recipient| recipient.template_role = None);
        files.free_placement = true;
        let prepared = Prepared::new(&files).await?;
        let mut report = check::check(&prepared, &self.session.config.allow_unverified).await;
        for (index, place, _) in draft.fields() {
            report.add(
                Severity::Refused,
                format!("recipients[{index}].fields[{place}]"),
                "cannot be part of a template: no specification says how; put a text tag such as \
                 {{Sig_es_:signer1:signature}} into the document",
            );
        }
        if !draft.templates.is_empty() {
            report.add(
                Severity::Refused,
                "templates",
                "a template is made of documents, not of other templates",
            );
        }
        report.into_result().map_err(|error| error.with_operation(Operation::CreateTemplate.as_str()))?;
        let uploads: Arc<[String]> = self.uploads(&prepared).await?.into();
        let make =
            |point| CreateTemplate { point, name: draft.subject.clone(), uploads: Arc::clone(&uploads) };
        let id = self.session.run(make).await.map_err(|error| match error.reach() {
            // A second template would harm nobody, but which one is whose nobody could tell.
            Reach::Maybe => Error::new(ErrorKind::OutcomeUnknown, "whether the template was made is unknown")
                .with_provider(PROVIDER)
                .with_operation(Operation::CreateTemplate.as_str())
                .with_reach(Reach::Maybe)
                .with_remedy("list the templates before making it again")
                .with_source(error),
            _ => error,
        })?;
        Ok(Template::new(id, draft.subject.clone()))
    }
}
