//! Templates, sending later and the sender's page.

use signbridge_core::{Draft, Template};

use super::*;
use crate::{
    calls::{
        add_to_draft::{AddCopies, AddFiles, AddSigners, Filling},
        create_envelope::CreateEnvelope,
        fill_template::FillTemplate,
        get_render_task::GetRenderTask,
        get_sender_view::GetSenderView,
        get_template::GetTemplate,
        list_templates::{ListTemplates, TemplatePage},
    },
    wire::template::{self, FieldValue, FullTemplate},
};

const TEMPLATE: &str = "1866fd459647435b98f7d40b2a9bc33e";

/// The page's own example, with a second row whose numbers are text.
fn list() -> Value {
    json!({"total": "22", "templateList": [
        {"createTime": 1693974363460_i64, "owner": "Owner One", "tags": [], "templateId": TEMPLATE,
         "templateName": "Lease", "templateStatus": 0, "templateType": 1, "updateTime": 1693974371817_i64},
        {"templateId": "b", "templateName": "Offer", "templateStatus": "1", "updateTime": "1693974371817"},
    ]})
}

fn field(key: &str, kind: u32, required: bool, options: &[(&str, Option<u32>)]) -> Value {
    let options: Vec<_> =
        options.iter().map(|(text, order)| json!({"optionContent": text, "optionOrder": order})).collect();
    json!({"fieldId": format!("id-{key}"), "fieldKey": key, "fieldName": key, "required": required,
        "fieldType": kind, "fieldPosition": {"posX": 10.5, "posY": 20.5, "posNo": 1}, "movable": false,
        "fieldSpecialAttributes": {"dateFormat": "yyyy-MM-dd", "options": options}})
}

fn detail(status: i64) -> Value {
    json!({"templateId": TEMPLATE, "templateName": "Lease", "templateType": 0,
    "createTime": "1693974363460", "updateTime": "1693974371817", "templateStatus": status,
    "fields": [
        field("Number", 2, true, &[]),
        field("Select", 14, false, &[("monthly", Some(4)), ("yearly", Some(7))]),
        field("Radio", 10, false, &[("no", None), ("yes", None)]),
        field("", 1, false, &[]),
        {"fieldKey": "Odd", "required": "true", "fieldType": "1", "fieldSpecialAttributes": null},
    ]})
}

fn full(status: i64) -> FullTemplate {
    template::full(detail(status)).unwrap()
}

fn filling(values: &[(&str, &str)], templates: &[FullTemplate]) -> Result<Vec<Vec<FieldValue>>, Vec<String>> {
    let mut draft = Draft::new("Lease").template(TEMPLATE);
    draft.values = values.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
    template::filling(&draft, templates)
        .map_err(|error| error.faults().iter().map(|fault| fault.path.clone()).collect())
}

#[tokio::test]
async fn listing() {
    let ask = ListTemplates { api: api(), page: 2, size: 20 };
    let show = |page: TemplatePage| {
        let rows: Vec<&Template> = page.templates.iter().collect();
        format!("{} {}", page.total, serde_json::to_string_pretty(&rows).unwrap())
    };
    call(&ask, "", good(list()), show, bad()).await;
    assert!(ask.reply(good(json!({"total": 1, "templateList": [{"templateName": "x"}]}))).is_err());
    let none = ask.reply(good(json!({"total": 0, "templateList": null}))).unwrap();
    assert_eq!((none.total, none.templates.len()), (0, 0));
}

#[tokio::test]
async fn reading_one() {
    let ask = GetTemplate { api: api(), template: TEMPLATE.into() };
    let show = |full: FullTemplate| serde_json::to_string_pretty(&full.template).unwrap();
    call(&ask, "", good(detail(1)), show, bad()).await;
    assert!(ask.reply(good(json!({"templateName": "x"}))).is_err());
}

#[tokio::test]
async fn filling_one() {
    let values = filling(
        &[("Number", "7.5"), ("Select", "yearly"), ("Radio", "yes"), ("id-", "by id"), ("Odd", "x")],
        &[full(1)],
    );
    let values = values.unwrap().remove(0);
    let fill = FillTemplate { api: api(), template: TEMPLATE.into(), values };
    call(&fill, "", good(json!({"taskId": "7e6d1125"})), debug, bad()).await;
    assert!(!format!("{fill:?}").contains("7.5"), "what the sender wrote does not print");
    let look = GetRenderTask { api: api(), task: "7e6d1125".into() };
    let made = json!({"taskId": "7e6d1125", "taskStatus": "2", "fileKey": "$9cd40d42$3429580140",
        "downloadUrl": "https://storage.example/file.pdf?X-Amz-Expires=1800"});
    call(&look, "", good(made), debug, bad()).await;
    assert_eq!(look.reply(good(json!({"taskId": "x", "taskStatus": 1}))).unwrap(), None);
    let failed = json!({"taskId": "x", "taskStatus": "3", "description": "Number of ann@example.com."});
    let error = look.reply(good(failed)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DocumentRejected);
    assert!(error.message().ends_with("Number of [redacted]"), "{error}");
    for odd in [json!({"taskStatus": "2"}), json!({"taskStatus": "4"}), json!({})] {
        assert_eq!(look.reply(good(odd)).unwrap_err().kind(), ErrorKind::Unexpected);
    }
}

#[test]
fn a_draft_that_does_not_fit_its_template_is_told_everything_at_once() {
    let faults = filling(&[("Select", "weekly"), ("Rent", "900")], &[full(0)]).unwrap_err();
    assert_eq!(faults, ["templates[0]", "values.Rent", "values.Number", "values.Select", "values.Odd"]);
    // Each template gets the values of its own fields.
    let mut other = detail(1);
    other["fields"] = json!([field("Rent", 1, false, &[])]);
    let both = [full(1), template::full(other).unwrap()];
    let filled = filling(&[("Number", "1"), ("Odd", "x"), ("Rent", "900")], &both).unwrap();
    assert_eq!(filled.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
}

/// Rows: 9 send later, 9 send from template
#[tokio::test]
async fn sending_later_and_from_templates() {
    let key: IdempotencyKey = "order-7".parse().unwrap();
    let intent = Intent { key: &key, digest: "d1ge57", draft: false };
    let (templates, documents) = (["$9cd40d42$3429580140".to_owned()], ["fileKey1".to_owned()]);
    let mut draft = draft().template(TEMPLATE).value("Number", "1");
    draft.recipients.truncate(1);
    let setting = Setting { templates: &templates, documents: &documents, later: Some(3600), intent };
    let create =
        CreateAndStart { api: api(), definition: Arc::new(Definition::new(&draft, setting).unwrap()) };
    call(&create, ".later", good(json!({"envelopeId": ENVELOPE})), debug, bad()).await;
}

/// Rows: 9 create draft
#[tokio::test]
async fn a_draft_part_by_part() {
    let CreateAndStart { api, definition } = created(&draft());
    let create = CreateEnvelope { api: Arc::clone(&api), definition: Arc::clone(&definition) };
    call(&create, "", good(json!({"envelopeId": ENVELOPE, "envelopeStatus": 0})), debug, bad()).await;
    let part = Filling { api, envelope: ENVELOPE.into(), definition };
    call(&AddFiles(part.clone()), "", good(json!(null)), debug, bad()).await;
    let people = json!({"envelopeId": ENVELOPE, "signFiles": [], "attachments": [], "signerInfos": []});
    call(&AddSigners(part.clone()), "", good(people), debug, bad()).await;
    // As the page prints it.
    let chinese = json!({"code": "0", "message": "成功", "data": {"envelopeId": ENVELOPE, "CCInfos": []}});
    call(&AddCopies(part.clone()), "", answer(200, &chinese), debug, bad()).await;
    assert!(!format!("{part:?}").contains("AB12"), "the access code does not print");
}

#[tokio::test]
async fn the_senders_page() {
    let view = GetSenderView {
        api: api(),
        envelope: ENVELOPE.into(),
        return_url: "https://app.example/done".into(),
    };
    let page = json!({"url": "https://app.example/document/refine-info?envelopeId=x&tcode=s3cret"});
    let show = |url: SecretString| {
        assert!(url.expose_secret().ends_with("tcode=s3cret"));
        debug(url)
    };
    call(&view, "", good(page), show, bad()).await;
    assert!(view.reply(good(json!({"url": ""}))).is_err());
}
