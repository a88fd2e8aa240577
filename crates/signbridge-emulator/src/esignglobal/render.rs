//! State as the JSON of the answers: times as milliseconds or null, orders as text [FACTS 4].

use serde_json::{Value, json};
use url::form_urlencoded;

use super::model::{Document, Envelope, Signer, Time};

pub(crate) fn millis(time: Option<Time>) -> Value {
    time.map_or(Value::Null, |time| time.timestamp_millis().into())
}

pub(crate) fn keys(documents: &[Document]) -> Value {
    documents.iter().map(|own| json!({ "fileKey": own.key })).collect()
}

/// Both spellings of the expiry stand in the one printed answer.
pub(crate) fn detail(envelope: &Envelope) -> Value {
    let copies = if envelope.copies.is_empty() { Value::Null } else { copies(envelope) };
    json!({
        "signerInfos": envelope.signers.iter().map(signer).collect::<Value>(),
        "envelopeExpireTime": millis(envelope.expires),
        "signFiles": keys(&envelope.documents),
        "envelopeCreateTime": millis(Some(envelope.created)),
        "redirectUrl": envelope.head.redirect_url,
        "attachments": keys(&envelope.attachments),
        "canceledReason": envelope.cancelled_reason,
        "declinedReason": envelope.declined_reason,
        "subject": envelope.head.subject,
        "envelopeEndTime": millis(envelope.ended),
        "remark": envelope.head.remark,
        "CCInfos": copies,
        "initiatorInfo": { "userName": "Erika Sender" },
        "expireTime": millis(envelope.expires),
        "envelopeId": envelope.id,
        "envelopeStatus": envelope.status.number(),
    })
}

fn signer(own: &Signer) -> Value {
    json!({
        "signerStatus": own.status.number(),
        "rejectedReason": own.rejected_reason,
        "accessCode": own.access_code(),
        "businessId": own.business_id,
        "userEmail": own.email,
        "userName": own.name,
        "phoneNumber": own.phone.as_ref().map(|phone| {
            json!({ "countryCode": phone.country_code, "number": phone.number })
        }),
        "digitalSignature": false,
        "signDate": millis(own.signed),
        "signOrder": own.order.to_string(),
    })
}

pub(crate) fn copies(envelope: &Envelope) -> Value {
    envelope.copies.iter().map(|own| json!({ "userEmail": own.email, "userName": own.name })).collect()
}

/// Recipients and files, as the recipient calls answer.
pub(crate) fn recipients(envelope: &Envelope) -> Value {
    let signers: Value = envelope
        .signers
        .iter()
        .map(|own| {
            json!({
                "businessId": own.business_id,
                "userEmail": own.email,
                "userName": own.name,
                "signOrder": own.order.to_string(),
                "accessCode": own.access_code().unwrap_or_default(),
            })
        })
        .collect();
    json!({
        "envelopeId": envelope.id,
        "signFiles": keys(&envelope.documents),
        "attachments": keys(&envelope.attachments),
        "signerInfos": signers,
    })
}

pub(crate) fn sign_urls(envelope: &Envelope, origin: &str) -> Value {
    let signers: Value = envelope
        .signers
        .iter()
        .map(|own| {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("envelopeId", &envelope.id)
                .append_pair("signature", &own.link)
                .append_pair("tenantToken", "emulator")
                .finish();
            json!({
                "businessId": own.business_id,
                "accessCode": own.access_code().unwrap_or_default(),
                "userEmail": own.email,
                "signUrl": format!("{origin}{}?{query}", super::SIGNING_PAGE),
                "userName": own.name,
                "signOrder": own.order.to_string(),
            })
        })
        .collect();
    json!({
        "signerInfos": signers,
        "envelopeId": envelope.id,
        "envelopeStatus": envelope.status.number(),
    })
}
