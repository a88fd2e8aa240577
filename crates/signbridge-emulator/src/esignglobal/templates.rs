//! Templates and what is filled from them [FACTS 4]. People make them on eSignGlobal's page; here a control does.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::call::Call;
use super::errors::{CodeForm, Refusal};
use super::filling::{self, Field, Template};
use super::input;
use super::model::Time;
use super::render::millis;
use super::state::{Grant, State, Upload, What, new_id, opaque};
use crate::control::ControlError;
use crate::exchange::Answer;
use crate::values::{Object, as_text, filled, flag, list};

const MOST_PER_PAGE: u32 = 20;
const FILE_MINUTES: i64 = 60;

/// The making of a file.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    /// When it is over.
    ready: Time,
    /// The key of the file, or why there is none.
    outcome: Result<String, String>,
}

/// The numbers of a page and of the entries before it.
fn paging(call: &Call<'_>) -> Result<(usize, usize), Refusal> {
    let number = |name: &str, default: u32| match call.request.query.get(name) {
        None => Some(default),
        Some(text) => text.parse::<u32>().ok(),
    };
    match (number("pageNum", 1), number("pageSize", MOST_PER_PAGE)) {
        (Some(page @ 1..), Some(size @ 1..=MOST_PER_PAGE)) => {
            let (page, size) = (page as usize, size as usize);
            Ok((page.saturating_sub(1).saturating_mul(size), size))
        }
        _ => Err(Refusal::new("pageNum begins at 1, pageSize is 1 to 20.")),
    }
}

pub(crate) fn list_all(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (before, size) = paging(call)?;
    let all = &call.state.templates;
    let rows: Value = all
        .iter()
        .skip(before)
        .take(size)
        .map(|own| {
            json!({
                "templateId": own.id,
                "templateName": own.name,
                "templateType": 0,
                "createTime": own.made.timestamp_millis(),
                "updateTime": own.made.timestamp_millis(),
                "templateStatus": i32::from(own.enabled),
                "owner": "Erika Sender",
                "tags": [],
            })
        })
        .collect();
    Ok(CodeForm::Text.success(json!({ "total": all.len(), "templateList": rows })))
}

fn known<'s>(state: &'s State, id: &str) -> Result<&'s Template, Refusal> {
    state.templates.iter().find(|own| own.id == id).ok_or_else(|| Refusal::new("There is no such template."))
}

/// Times are text here, numbers in the list.
pub(crate) fn read(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let own = known(call.state, &call.query("templateId")?)?;
    let time = own.made.timestamp_millis().to_string();
    Ok(CodeForm::Text.success(json!({
        "templateId": own.id,
        "templateName": own.name,
        "templateType": 0,
        "createTime": time,
        "updateTime": time,
        "templateStatus": i32::from(own.enabled),
        "fields": own.fields.iter().map(Field::detail).collect::<Value>(),
    })))
}

/// One place for a signature; whom it is for is cut from the page.
pub(crate) fn signer_fields(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let own = known(call.state, &call.query("templateId")?)?;
    let place = json!({
        "fieldId": own.signature, "fieldKey": "sign", "fieldType": "signature", "height": 60, "width": 120,
        "movable": false, "posX": 100.0, "posY": 200.0, "pageNo": "1",
    });
    Ok(CodeForm::Text.success(json!({
        "templateId": own.id,
        "templateName": own.name,
        "signerFields": [{ "signConfigs": [place], "fillConfigs": [] }],
    })))
}

/// Starts the making of a file. What a template does not take fails the task.
pub(crate) fn fill(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let template = known(call.state, &input::needed(&body, "templateId")?)?;
    if !template.enabled {
        return Err(Refusal::new("The template is switched off."));
    }
    let name = match filled(&body, "fileName") {
        Some(_) => input::name(&body, "fileName")?,
        None => template.name.clone(),
    };
    let values = values(&body, template)?;
    let outcome = filling::file(template, &values).map(|bytes| Upload {
        // As the one example prints it.
        key: format!("${}$1", uuid::Uuid::new_v4()),
        name: if name.to_ascii_lowercase().ends_with(".pdf") { name } else { format!("{name}.pdf") },
        content_type: "application/pdf".to_owned(),
        md5: None,
        expires: call.now,
        bytes: Some(bytes),
    });
    let ready = call.now + TimeDelta::milliseconds(call.state.render_ms);
    let outcome = outcome.map(|upload| {
        let key = upload.key.clone();
        call.state.uploads.insert(opaque(24), upload);
        key
    });
    let id = new_id();
    call.state.tasks.insert(id.clone(), Task { ready, outcome });
    Ok(CodeForm::Text.success(json!({ "taskId": id })))
}

/// The values by the place of their field. A value is always a text.
fn values(body: &Object, template: &Template) -> Result<Vec<(usize, String)>, Refusal> {
    let mut values = Vec::new();
    for row in list(body, "fields") {
        let row = row.as_object().ok_or_else(|| Refusal::new("fields holds no object."))?;
        let (id, key) = (filled(row, "fieldId"), filled(row, "fieldKey"));
        let at = template
            .fields
            .iter()
            .position(|own| id.as_ref().map_or(key.as_ref() == Some(&own.key), |id| *id == own.id))
            .ok_or_else(|| Refusal::new("fields names a field that the template does not have."))?;
        match row.get("fieldValue") {
            Some(Value::String(value)) => values.push((at, value.clone())),
            _ => return Err(Refusal::new("fieldValue is no text.")),
        }
    }
    Ok(values)
}

/// By query, or by the body that the page prints for this GET.
pub(crate) fn task(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let body = || call.json().ok().and_then(|body| filled(&body, "taskId"));
    let id = match call.request.query.get("taskId").map(str::to_owned).or_else(body) {
        Some(id) if !id.is_empty() => id,
        _ => return Err(Refusal::new("taskId is missing.")),
    };
    let task = call.state.tasks.get(&id).cloned().ok_or_else(|| Refusal::new("There is no such task."))?;
    if task.ready > call.now {
        return Ok(CodeForm::Text.success(json!({ "taskId": id, "taskStatus": "1" })));
    }
    Ok(CodeForm::Text.success(match task.outcome {
        Ok(key) => {
            let secret = opaque(24);
            let url = format!("{}{}{secret}/file.pdf", call.request.origin, super::DOWNLOADS);
            let expires = call.now + TimeDelta::minutes(FILE_MINUTES);
            let grant = Grant { envelope: String::new(), what: What::Filled(key.clone()), expires };
            call.state.grants.insert(secret, grant);
            json!({ "taskId": id, "taskStatus": "2", "fileKey": key, "downloadUrl": url })
        }
        Err(why) => json!({ "taskId": id, "taskStatus": "3", "description": why }),
    }))
}

pub(crate) fn stamps(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    paging(call)?;
    Ok(CodeForm::Number.success(json!({ "total": 0, "stampList": [] })))
}

impl State {
    /// The control by which a template is there: `{"name", "enabled", "fields": [{"key", "type", "required", "options"}]}`.
    pub(crate) fn make_template(&mut self, body: &Value, now: Time) -> Result<Value, ControlError> {
        let wrong = |what: &str| ControlError::Invalid(what.to_owned());
        let body = body.as_object().ok_or_else(|| wrong("the body is no object"))?;
        let fields = list(body, "fields")
            .iter()
            .map(|row| {
                let row = row.as_object().ok_or_else(|| wrong("fields holds no object"))?;
                Ok(Field {
                    id: new_id(),
                    key: filled(row, "key").ok_or_else(|| wrong("a field has no key"))?,
                    kind: row.get("type").and_then(Value::as_u64).unwrap_or(1),
                    required: flag(row, "required").unwrap_or(false),
                    options: list(row, "options").iter().filter_map(as_text).collect(),
                })
            })
            .collect::<Result<Vec<_>, ControlError>>()?;
        let template = Template {
            id: new_id(),
            name: filled(body, "name").ok_or_else(|| wrong("name is missing"))?,
            enabled: flag(body, "enabled").unwrap_or(true),
            made: now,
            signature: new_id(),
            fields,
        };
        let answer = json!({ "templateId": template.id, "createTime": millis(Some(now)) });
        self.templates.push(template);
        Ok(answer)
    }
}
