//! `GET templates`, `GET templates/{id}` and `POST templates`.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde::Deserialize;
use serde_json::Value;
use signbridge_core::{Body, Call, Error, Page, Replay, Result, Template};

use super::{Account, get, item_failure, json, parse, refusal};
use crate::{
    error::unexpected,
    wire::{
        flexible,
        template::{self, FullTemplate},
        template_definition::TemplateDefinition,
    },
};

/// The most templates of a page.
pub(crate) const PAGE_SIZE: u32 = 2000;

/// Lists templates by name.
#[derive(Debug)]
pub(crate) struct ListTemplates {
    pub(crate) account: Arc<Account>,
    pub(crate) name: Option<String>,
    pub(crate) count: u32,
    pub(crate) start: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListAnswer {
    /// Left out where there is none.
    envelope_templates: Option<Vec<Value>>,
    #[serde(default, deserialize_with = "flexible::number")]
    result_set_size: Option<u32>,
    #[serde(default, deserialize_with = "flexible::number")]
    end_position: Option<u32>,
    /// The last page was recorded without it.
    #[serde(default, deserialize_with = "flexible::text")]
    next_uri: Option<String>,
}

impl Call for ListTemplates {
    type Reply = Page<Template>;
    const NAME: &'static str = "templates.list";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let (count, start) = (self.count.min(PAGE_SIZE).to_string(), self.start.to_string());
        let mut query = vec![("count", count.as_str()), ("start_position", start.as_str())];
        query.extend([("order_by", "name"), ("order", "asc")]);
        query.extend(self.name.as_deref().map(|name| ("search_text", name)));
        get(&self.account.resource(&["templates"], &query))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Page<Template>> {
        let list: ListAnswer = parse(&answer)?;
        let rows = super::rows(&answer, list.envelope_templates, list.result_set_size)?;
        let read = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let end = list.end_position.unwrap_or(self.start.saturating_add(read).saturating_sub(1));
        let next = list
            .next_uri
            .filter(|_| read > 0 && end >= self.start)
            .map(|_| end.saturating_add(1).to_string());
        let rows = rows.into_iter().map(|row| {
            let own =
                template::template(row).ok_or_else(|| unexpected(&answer, "a row is not a template"))?;
            Ok(own.template)
        });
        Ok(Page { items: rows.collect::<Result<_>>()?, next })
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}

/// Reads a template with its roles and their fields.
#[derive(Debug)]
pub(crate) struct GetTemplate {
    pub(crate) account: Arc<Account>,
    pub(crate) template: String,
}

impl Call for GetTemplate {
    type Reply = FullTemplate;
    const NAME: &'static str = "templates.get";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let include = [("include", "documents,recipients,tabs")];
        get(&self.account.resource(&["templates", &self.template], &include))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<FullTemplate> {
        template::template(parse(&answer)?).ok_or_else(|| unexpected(&answer, "it is not a template"))
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}

/// Makes a template; answers its id. A second one would be another.
#[derive(Debug)]
pub(crate) struct CreateTemplate {
    pub(crate) account: Arc<Account>,
    pub(crate) definition: Arc<TemplateDefinition>,
}

impl Call for CreateTemplate {
    type Reply = String;
    const NAME: &'static str = "templates.create";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        json(Method::POST, &self.account.resource(&["templates"], &[]), &*self.definition)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<String> {
        let value: Value = parse(&answer)?;
        // The summary, or a list of one, as was recorded.
        let summary = match value.get("templates").and_then(Value::as_array).and_then(|list| list.first()) {
            Some(first) if value.get("templateId").is_none() => first,
            _ => &value,
        };
        if let Some(details) = summary.get("errorDetails") {
            item_failure(&answer, details)?;
        }
        let id = summary.get("templateId").and_then(Value::as_str).filter(|id| !id.is_empty());
        id.map(str::to_lowercase).ok_or_else(|| unexpected(&answer, "no templateId"))
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
