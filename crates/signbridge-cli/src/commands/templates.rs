//! `signbridge templates`.

use signbridge::{Page, Template, TemplateQuery};

use super::connect;
use crate::{
    cli::{Global, Templates},
    exit::Failure,
    output::{Output, table, time},
};

pub(crate) async fn run(arguments: &Templates, global: &Global, output: Output) -> Result<(), Failure> {
    let bridge = connect(global)?;
    if let Some(id) = &arguments.id {
        let template = bridge.template(id).await?;
        return output.show(&template, || one(&template));
    }
    let mut query = TemplateQuery::default();
    query.name.clone_from(&arguments.name);
    let mut found = Page { items: Vec::new(), next: None };
    loop {
        let page = bridge.templates(&query).await?;
        found.items.extend(page.items);
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => break,
        }
    }
    output.show(&found, || all(&found.items))
}

fn all(templates: &[Template]) -> String {
    if templates.is_empty() {
        return "no templates".to_owned();
    }
    let rows = templates.iter().map(|template| {
        let changed = template.changed_at.map(time).unwrap_or_default();
        [template.id.clone(), template.name.clone(), changed]
    });
    table(["ID", "NAME", "CHANGED"], rows)
}

fn one(template: &Template) -> String {
    let mut rows = vec![["id".to_owned(), template.id.clone()], ["name".to_owned(), template.name.clone()]];
    rows.extend(template.description.iter().map(|text| ["description".to_owned(), text.clone()]));
    rows.extend(template.roles.iter().map(|role| {
        let kind = role.kind.as_deref().map(|kind| format!(" ({kind})")).unwrap_or_default();
        ["role".to_owned(), format!("{} {}{kind}", role.order, role.name)]
    }));
    rows.extend(template.documents.iter().map(|document| ["document".to_owned(), document.name.clone()]));
    table(["", ""], rows)
}
