//! Templates, stamps and comparison: an app that has none of them [FACTS 4].

use serde_json::json;

use super::call::Call;
use super::errors::{CodeForm, Refusal};
use super::input;
use crate::exchange::Answer;

const MOST_PER_PAGE: u32 = 20;

fn paging(call: &Call<'_>) -> Result<(), Refusal> {
    let number = |name: &str, default: u32| match call.request.query.get(name) {
        None => Some(default),
        Some(text) => text.parse::<u32>().ok(),
    };
    match (number("pageNum", 1), number("pageSize", MOST_PER_PAGE)) {
        (Some(1..), Some(1..=MOST_PER_PAGE)) => Ok(()),
        _ => Err(Refusal::new("pageNum begins at 1, pageSize is 1 to 20.")),
    }
}

pub(crate) fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    paging(call)?;
    Ok(CodeForm::Text.success(json!({ "total": 0, "templateList": [] })))
}

pub(crate) fn read(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    call.query("templateId")?;
    Err(Refusal::new("There is no such template."))
}

pub(crate) fn fill(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    input::needed(&call.json()?, "templateId")?;
    Err(Refusal::new("There is no such template."))
}

pub(crate) fn task(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    call.query("taskId")?;
    Err(Refusal::new("There is no such task."))
}

pub(crate) fn stamps(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    paging(call)?;
    Ok(CodeForm::Number.success(json!({ "total": 0, "stampList": [] })))
}
