//! Templates: listed, read, and made.

use signbridge_core::{Draft, Page, Prepared, Result, Template, TemplateQuery};

use super::{DropboxSignProvider, page};
use crate::{
    calls::{create_template::CreateTemplate, get_template::GetTemplate, list_templates::ListTemplates},
    check,
    wire::template,
};

/// A page of the account's templates; names are compared on our side.
pub(super) async fn list(provider: &DropboxSignProvider, query: &TemplateQuery) -> Result<Page<Template>> {
    let at = page(query.cursor.as_deref(), query.limit)?;
    let list = ListTemplates { root: provider.root(), page: at.number, page_size: at.size };
    let mut page = provider.session.run(&list).await?;
    page.next = page.next.map(|_| at.next());
    if let Some(name) = query.name.as_ref().map(|name| name.to_lowercase()) {
        page.items.retain(|template| template.name.to_lowercase().contains(&name));
    }
    Ok(page)
}

pub(super) async fn get(provider: &DropboxSignProvider, id: &str) -> Result<Template> {
    provider.session.run(&GetTemplate { root: provider.root(), id: id.to_owned() }).await
}

/// Makes a template from a draft whose recipients are roles. It can be read and used a while later.
pub(super) async fn create(provider: &DropboxSignProvider, draft: &Draft) -> Result<Template> {
    let (plain, roles) = template::roles(draft)?;
    let prepared = Prepared::new(&plain).await?;
    let config = &provider.session.config;
    check::template(&prepared, config).into_result()?;
    let members = template::members(&prepared.draft, &roles, config.test_mode)?;
    let id = provider.session.run(&CreateTemplate::new(provider.root(), members, prepared)).await?;
    let mut template = Template::new(id, &draft.subject);
    template.roles = roles;
    Ok(template)
}
