//! New signature requests: from files or templates, mailed or embedded.

use chrono::{TimeDelta, Timelike};
use http::StatusCode;
use serde_json::{Value, json};

use super::call::{Call, warning};
use super::errors::ApiError;
use super::model::{Document, Envelope, Field, Filler, Signature, Status, Template};
use super::params::{Input, Upload};
use super::state::{Delays, hex_id};
use super::{fetch, fields};
use crate::dialect::Time;
use crate::docusign::state::opaque;
use crate::exchange::Answer;
use crate::values::{Object, filled, integer};

/// What the published file names, and what older clients still send.
const KNOWN: &[&str] = &[
    "allow_ccs",
    "allow_decline",
    "allow_reassign",
    "attachments",
    "cc_email_addresses",
    "ccs",
    "client_id",
    "custom_fields",
    "expires_at",
    "field_options",
    "file_urls",
    "form_field_groups",
    "form_field_rules",
    "form_fields_per_document",
    "hide_text_tags",
    "ignore_text_tags_extraction_errors",
    "is_eid",
    "is_qualified_signature",
    "message",
    "metadata",
    "populate_auto_fill_fields",
    "signer_experience",
    "signers",
    "signing_options",
    "signing_redirect_url",
    "subject",
    "template_ids",
    "test_mode",
    "title",
    "use_text_tags",
    "ux_version",
];

pub(crate) fn send(call: &Call<'_>) -> Result<Answer, ApiError> {
    create(call, false, false)
}

pub(crate) fn send_with_template(call: &Call<'_>) -> Result<Answer, ApiError> {
    create(call, false, true)
}

pub(crate) fn embedded(call: &Call<'_>) -> Result<Answer, ApiError> {
    create(call, true, false)
}

pub(crate) fn embedded_with_template(call: &Call<'_>) -> Result<Answer, ApiError> {
    create(call, true, true)
}

fn create(call: &Call<'_>, embedded: bool, from_template: bool) -> Result<Answer, ApiError> {
    let input = &call.input;
    known(input)?;
    let test_mode = input.flag("test_mode");
    let templates = if from_template { templates(call)? } else { Vec::new() };
    let signers = signers(input, &templates, test_mode)?;
    let (documents, mut flaw) = documents(input, &templates)?;
    let mut all_fields = template_fields(&templates, &signers);
    let own = fields::read(input, &documents, signers.len())?;
    let mut warnings = Vec::new();
    if fields::misplaced(&own, &documents) {
        warnings.push(warning("form_fields_placement", "Form fields lie outside of the page"));
    }
    all_fields.extend(own);
    let custom_fields = custom_fields(input)?;
    for name in fields::merge(&mut all_fields, &custom_fields) {
        warnings.push(warning("parameter_ignored", format!("No field is named {name}")));
    }
    if input.flag("use_text_tags") && flaw.is_none() {
        match fields::tags(&documents, signers.len()) {
            Ok(found) => all_fields.extend(found),
            Err(why) => flaw = Some((Status::ErrorTextTag, why)),
        }
    }
    if input.flag("is_eid") && (test_mode || signers.len() != 1) {
        return Err(ApiError::at(
            "is_eid",
            "is_eid needs exactly one signer and is not available in test mode",
        ));
    }

    let mut world = call.hub.world();
    let state = &mut world.dropbox_sign;
    let client_id = input.text("client_id");
    match &client_id {
        Some(id) if *id != state.client_id => {
            return Err(ApiError::at("client_id", "Invalid parameter: client_id"));
        }
        None if embedded => return Err(ApiError::at("client_id", "Missing parameter: client_id")),
        _ => {}
    }
    if !test_mode {
        if state.unpaid || state.quota <= 0 {
            let why = "Non test mode requests require a paid API plan";
            return Err(ApiError::new(StatusCode::PAYMENT_REQUIRED, "payment_required", why));
        }
        state.quota -= 1;
    }
    let first = templates.first();
    let title = input.short("title", 255)?.or_else(|| first.map(|own| own.title.clone()));
    let subject = input.short("subject", 255)?.or_else(|| first.and_then(|own| own.subject.clone()));
    let name = documents.first().map(|own| own.name.clone()).unwrap_or_default();
    let title = title.or_else(|| subject.clone()).unwrap_or(name);
    let signature_page = !all_fields.iter().any(|field| matches!(field.filler, Filler::Signer(_)));
    let Delays { processing, .. } = state.delays;
    let mut own = Envelope {
        id: hex_id(40),
        original_title: title.clone(),
        subject: Some(subject.unwrap_or_else(|| title.clone())),
        title,
        message: input.short("message", 5_000)?.or_else(|| first.and_then(|own| own.message.clone())),
        metadata: metadata(input)?,
        created: call.now,
        expires: expiry(input, call.now)?,
        test_mode,
        client_id,
        embedded,
        redirect: input.text("signing_redirect_url"),
        ccs: ccs(input, &templates)?,
        template_ids: templates.iter().map(|own| own.id.clone()).collect(),
        custom_fields: custom_fields.into_iter().map(echoed).collect(),
        attachments: attachments(input, signers.len())?,
        allow_decline: input.flag("allow_decline"),
        documents,
        fields: all_fields,
        groups: [fields::groups(input)?, templates.iter().flat_map(|own| own.groups.clone()).collect()]
            .concat(),
        signature_page,
        signatures: signers,
        prepared_at: call.now + processing,
        flaw,
        prepared: false,
        cancel_at: None,
        canceled: false,
        removed: false,
        completed: None,
        copy_at: call.now + processing,
        mails: Vec::new(),
    };
    if processing.is_zero() {
        super::state::prepare(&mut own);
    }
    let answer = call.show(state, &own, warnings);
    state.envelopes.push(own);
    Ok(answer)
}

fn known(input: &Input) -> Result<(), ApiError> {
    if input.fields.contains_key("grouped_signers") {
        return Err(ApiError::at("grouped_signers", "The emulator does not play groups of signers"));
    }
    match input.fields.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        Some(name) => Err(ApiError::at(name.clone(), format!("Invalid parameter: {name}"))),
        None => Ok(()),
    }
}

fn templates(call: &Call<'_>) -> Result<Vec<Template>, ApiError> {
    let ids: Vec<String> =
        call.input.list("template_ids").iter().filter_map(crate::values::as_text).collect();
    if ids.is_empty() {
        return Err(ApiError::at("template_ids", "Missing parameter: template_ids"));
    }
    let world = call.hub.world();
    ids.iter().map(|id| super::templates::ready(&world.dropbox_sign, id, call.now).cloned()).collect()
}

/// The signers in their order. Roles come as `role`, or as the keys of an object.
fn signers(input: &Input, templates: &[Template], test_mode: bool) -> Result<Vec<Signature>, ApiError> {
    let given: Vec<(String, Object)> = match input.fields.get("signers") {
        Some(Value::Array(list)) => list
            .iter()
            .enumerate()
            .map(|(at, item)| (format!("signers[{at}]"), item.as_object().cloned().unwrap_or_default()))
            .collect(),
        Some(Value::Object(by_role)) => by_role
            .iter()
            .map(|(role, item)| {
                let mut item = item.as_object().cloned().unwrap_or_default();
                item.entry("role").or_insert_with(|| role.clone().into());
                (format!("signers[{role}]"), item)
            })
            .collect(),
        _ => Vec::new(),
    };
    if given.is_empty() {
        return Err(ApiError::at("signers", "Missing parameter: signers"));
    }
    let mut signers = Vec::new();
    for (path, item) in given {
        let need = |name: &str| {
            let path = format!("{path}[{name}]");
            filled(&item, name).ok_or_else(|| ApiError::at(path, format!("Missing parameter: {name}")))
        };
        let email = need("email_address")?;
        if !is_address(&email) {
            return Err(ApiError::at(format!("{path}[email_address]"), "Invalid email address"));
        }
        let pin = filled(&item, "pin");
        if pin.as_ref().is_some_and(|pin| !(4..=12).contains(&pin.chars().count())) {
            return Err(ApiError::at(format!("{path}[pin]"), "A pin has 4 to 12 characters"));
        }
        if filled(&item, "sms_phone_number").is_some() {
            let why = if test_mode {
                "SMS tools are not available in test mode"
            } else {
                "SMS tools are not enabled for this account"
            };
            return Err(ApiError::at(format!("{path}[sms_phone_number]"), why));
        }
        let role = if templates.is_empty() { None } else { Some(need("role")?) };
        let order = integer(&item, "order");
        signers.push(Signature {
            id: hex_id(32),
            name: need("name")?,
            email,
            role,
            order,
            pin,
            status: Status::Awaiting,
            signed: None,
            viewed: None,
            reminded: None,
            decline_reason: None,
            error: None,
            mail_link: opaque(24),
        });
    }
    if !templates.is_empty() {
        return by_role(signers, templates);
    }
    // Whatever the first number is, answers count from 0.
    if let Some(first) = signers.iter().filter_map(|own| own.order).min() {
        if first < 0 || signers.iter().any(|own| own.order.is_none()) {
            return Err(ApiError::at("signers", "Either all signers have an order, from 0, or none"));
        }
        for own in &mut signers {
            own.order = own.order.map(|order| order - first);
        }
    }
    Ok(signers)
}

/// Signers in the order of the templates' roles; every role has exactly one.
fn by_role(signers: Vec<Signature>, templates: &[Template]) -> Result<Vec<Signature>, ApiError> {
    let roles = roles(templates);
    for own in &signers {
        let role = own.role.as_deref().unwrap_or_default();
        if !roles.iter().any(|(name, _)| name == role) {
            return Err(ApiError::at("signers", format!("The role {role} does not exist in the template")));
        }
    }
    roles
        .into_iter()
        .map(|(name, order)| {
            let mut fitting = signers.iter().filter(|own| own.role.as_deref() == Some(name.as_str()));
            match (fitting.next(), fitting.next()) {
                (Some(own), None) => Ok(Signature { order, ..own.clone() }),
                (None, _) => Err(ApiError::at("signers", format!("Missing signer for the role {name}"))),
                _ => Err(ApiError::at("signers", format!("The role {name} has two signers"))),
            }
        })
        .collect()
}

fn roles(templates: &[Template]) -> Vec<(String, Option<i64>)> {
    let mut roles: Vec<(String, Option<i64>)> = Vec::new();
    for (name, order) in templates.iter().flat_map(|own| &own.roles) {
        if !roles.iter().any(|(known, _)| known == name) {
            roles.push((name.clone(), *order));
        }
    }
    roles
}

/// The templates' fields, each with its document and signer in the whole request.
fn template_fields(templates: &[Template], signers: &[Signature]) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut before = 0;
    for own in templates {
        for field in &own.fields {
            let filler = match field.filler {
                Filler::Sender => Filler::Sender,
                Filler::Signer(at) => {
                    let role = own.roles.get(at).map(|(name, _)| name.as_str());
                    let Some(at) = signers.iter().position(|one| one.role.as_deref() == role) else {
                        continue;
                    };
                    Filler::Signer(at)
                }
            };
            fields.push(Field { document: field.document + before, filler, ..field.clone() });
        }
        before += own.documents.len();
    }
    fields
}

type Converted = (Vec<Document>, Option<(Status, String)>);

/// The documents, and what conversion finds wrong: that shows later, the call succeeds [FACTS 7].
pub(crate) fn documents(input: &Input, templates: &[Template]) -> Result<Converted, ApiError> {
    let urls: Vec<String> = input.list("file_urls").iter().filter_map(crate::values::as_text).collect();
    if !input.files.is_empty() && !urls.is_empty() {
        return Err(ApiError::at("file_urls", "Only one of files and file_urls can be given"));
    }
    let mut documents: Vec<Document> = templates.iter().flat_map(|own| own.documents.clone()).collect();
    if documents.is_empty() && input.files.is_empty() && urls.is_empty() {
        return Err(ApiError::at("files", "Missing parameter: files or file_urls"));
    }
    let mut flaw = None;
    let fetched = urls.iter().map(|own| fetch::url(own));
    let uploads: Vec<Result<Upload, String>> = input.files.iter().cloned().map(Ok).chain(fetched).collect();
    for upload in uploads {
        match upload.and_then(|own| fetch::document(&own)) {
            Ok(document) => documents.push(document),
            Err(why) => flaw = flaw.or(Some((Status::ErrorFile, why))),
        }
    }
    Ok((documents, flaw))
}

pub(crate) fn is_address(email: &str) -> bool {
    email.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !email.contains(char::is_whitespace)
    })
}

pub(crate) fn metadata(input: &Input) -> Result<Value, ApiError> {
    match input.fields.get("metadata") {
        None => Ok(json!({})),
        Some(Value::Object(own)) => {
            let long = |value: &Value| value.as_str().is_some_and(|text| text.chars().count() > 1_000);
            if own.len() > 10 {
                return Err(ApiError::at("metadata", "metadata has at most 10 keys"));
            }
            match own.iter().find(|(key, value)| key.chars().count() > 40 || long(value)) {
                Some((key, _)) => Err(ApiError::at(
                    format!("metadata[{key}]"),
                    "A key has at most 40 characters, a value at most 1000",
                )),
                None => Ok(Value::Object(own.clone())),
            }
        }
        Some(Value::Array(list)) if list.is_empty() => Ok(json!({})),
        Some(_) => Err(ApiError::at("metadata", "Invalid parameter: metadata")),
    }
}

/// 1 to 90 days ahead, cut to the hour [FACTS 3].
pub(crate) fn expiry(input: &Input, now: Time) -> Result<Option<Time>, ApiError> {
    let Some(seconds) = input.text("expires_at") else { return Ok(None) };
    let at = seconds.parse().ok().and_then(|seconds| Time::from_timestamp(seconds, 0));
    let at = at.ok_or_else(|| ApiError::at("expires_at", "Invalid parameter: expires_at"))?;
    if at < now + TimeDelta::days(1) || at > now + TimeDelta::days(90) {
        return Err(ApiError::at("expires_at", "expires_at must be between 1 and 90 days in the future"));
    }
    Ok(at.with_minute(0).and_then(|at| at.with_second(0)))
}

/// Addresses that get a copy. Every copy role of a template has exactly one, and `ccs` has no other [spec].
fn ccs(input: &Input, templates: &[Template]) -> Result<Vec<String>, ApiError> {
    let mut ccs: Vec<String> =
        input.list("cc_email_addresses").iter().filter_map(crate::values::as_text).collect();
    if let Some(at) = ccs.iter().position(|own| !is_address(own)) {
        return Err(ApiError::at(format!("cc_email_addresses[{at}]"), "Invalid email address"));
    }
    let by_role: Vec<(String, String)> = match input.fields.get("ccs") {
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(Value::as_object)
            .map(|own| (filled(own, "role"), filled(own, "email_address")))
            .map(|(role, email)| (role.unwrap_or_default(), email.unwrap_or_default()))
            .collect(),
        Some(Value::Object(own)) => own
            .iter()
            .map(|(role, item)| {
                let email = item.as_object().and_then(|item| filled(item, "email_address"));
                (role.clone(), email.or_else(|| crate::values::as_text(item)).unwrap_or_default())
            })
            .collect(),
        _ => Vec::new(),
    };
    let roles: Vec<&String> = templates.iter().flat_map(|own| &own.cc_roles).collect();
    for (at, (role, email)) in by_role.iter().enumerate() {
        if !is_address(email) {
            return Err(ApiError::at(format!("ccs[{at}][email_address]"), "Invalid email address"));
        }
        if !roles.contains(&role) {
            let why = format!("The cc role {role} does not exist in the template");
            return Err(ApiError::at(format!("ccs[{at}][role]"), why));
        }
    }
    for role in roles {
        match by_role.iter().filter(|(own, _)| own == role).count() {
            1 => {}
            0 => return Err(ApiError::at("ccs", format!("Missing cc for the role {role}"))),
            _ => return Err(ApiError::at("ccs", format!("The cc role {role} is used twice"))),
        }
    }
    ccs.extend(by_role.into_iter().map(|(_, email)| email));
    Ok(ccs)
}

/// As a list of objects, or as an object of names and values.
fn custom_fields(input: &Input) -> Result<Vec<Value>, ApiError> {
    match input.fields.get("custom_fields") {
        None => Ok(Vec::new()),
        Some(Value::Array(list)) => Ok(list.clone()),
        Some(Value::Object(named)) => {
            Ok(named.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect())
        }
        Some(_) => Err(ApiError::at("custom_fields", "Invalid parameter: custom_fields")),
    }
}

fn echoed(field: Value) -> Value {
    let Value::Object(mut own) = field else { return field };
    let kind = if own.get("value").is_some_and(Value::is_boolean) { "checkbox" } else { "text" };
    own.entry("type").or_insert_with(|| kind.into());
    own.entry("required").or_insert_with(|| false.into());
    own.entry("editor").or_insert(Value::Null);
    own.into()
}

fn attachments(input: &Input, signers: usize) -> Result<Vec<Value>, ApiError> {
    input
        .list("attachments")
        .iter()
        .enumerate()
        .map(|(at, raw)| {
            let path = format!("attachments[{at}]");
            let own =
                raw.as_object().ok_or_else(|| ApiError::at(path.clone(), "An attachment is an object"))?;
            let name = filled(own, "name")
                .ok_or_else(|| ApiError::at(format!("{path}[name]"), "Missing parameter: name"))?;
            let signer = integer(own, "signer_index")
                .and_then(|index| usize::try_from(index).ok())
                .filter(|index| *index < signers)
                .ok_or_else(|| ApiError::at(format!("{path}[signer_index]"), "There is no such signer"))?;
            Ok(json!({
                "id": hex_id(40),
                "signer": signer.to_string(),
                "name": name,
                "instructions": filled(own, "instructions"),
                "required": super::params::flag(own, "required"),
                "uploaded_at": Value::Null,
            }))
        })
        .collect()
}
