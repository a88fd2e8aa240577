//! Templates: listed, read, and filled into files that an envelope then signs.

use std::{sync::Arc, time::Duration};

use signbridge_client::rest::NumberedPage;
use signbridge_core::{Draft, Error, ErrorKind, Page, Reach, Result, Template, TemplateQuery};

use super::ESignGlobalProvider;
use crate::{
    PROVIDER,
    calls::{
        fill_template::FillTemplate,
        get_render_task::GetRenderTask,
        get_template::GetTemplate,
        list_templates::{ListTemplates, PAGE_SIZE},
    },
    wire::template::{self, FieldValue, FullTemplate},
};

/// How often a file is asked for before we give up: about three minutes. How long one takes is not documented.
const LOOKS: u32 = 40;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A page of the app's templates; names are compared on our side.
pub(super) async fn list(provider: &ESignGlobalProvider, query: &TemplateQuery) -> Result<Page<Template>> {
    let at = NumberedPage::of(query.cursor.as_deref(), query.limit, PAGE_SIZE)
        .map_err(|error| error.with_provider(PROVIDER))?;
    let list = ListTemplates { api: Arc::clone(&provider.session.api), page: at.number, size: at.size };
    let mut found = provider.session.client.run(&list).await?;
    let more = u64::from(at.number) * u64::from(at.size) < found.total && !found.templates.is_empty();
    let next = more.then(|| at.next());
    if let Some(name) = query.name.as_ref().map(|name| name.to_lowercase()) {
        found.templates.retain(|template| template.name.to_lowercase().contains(&name));
    }
    Ok(Page { items: found.templates, next })
}

pub(super) async fn get(provider: &ESignGlobalProvider, id: &str) -> Result<FullTemplate> {
    let api = Arc::clone(&provider.session.api);
    provider.session.client.run(&GetTemplate { api, template: id.to_owned() }).await
}

/// The keys of the files made from a draft's templates, in its order. All templates are read first, so that a draft that
/// does not fit leaves nothing behind.
pub(super) async fn files(provider: &ESignGlobalProvider, draft: &Draft) -> Result<Vec<String>> {
    let mut templates = Vec::with_capacity(draft.templates.len());
    for id in &draft.templates {
        templates.push(get(provider, id).await?);
    }
    let mut keys = Vec::with_capacity(templates.len());
    for (id, values) in draft.templates.iter().zip(template::filling(draft, &templates)?) {
        keys.push(file(provider, id, values).await?);
    }
    Ok(keys)
}

async fn file(provider: &ESignGlobalProvider, id: &str, values: Vec<FieldValue>) -> Result<String> {
    let session = &provider.session;
    let fill = FillTemplate { api: Arc::clone(&session.api), template: id.to_owned(), values };
    let look = GetRenderTask { api: Arc::clone(&session.api), task: session.client.run(&fill).await? };
    let mut pause = FIRST_PAUSE;
    for _ in 0..LOOKS {
        if let Some(key) = session.client.run(&look).await? {
            return Ok(key);
        }
        session.clock.sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    Err(Error::new(ErrorKind::NotReady, "eSignGlobal is still filling the template")
        .with_provider(PROVIDER)
        .with_operation("create")
        .with_reach(Reach::Yes)
        .with_remedy("create it again later, with the same key; nothing was sent"))
}
