//! The files an envelope is downloaded as: documents with what was signed, certificate, archive.

use bytes::Bytes;

use super::model::{Document, Envelope, EnvelopeStatus};
use super::placement;
use crate::clock::seven_digits;
use crate::pdf::{self, Certificate, CertificateRecipient, PdfError};

/// A document as it stands: untouched while a draft, then with the envelope's id and every signed tab.
pub(crate) fn document(envelope: &Envelope, document: &Document) -> Result<Bytes, PdfError> {
    let marks = placement::marks(envelope, document);
    let stamped = envelope.status != EnvelopeStatus::Created
        && envelope.extra.get("envelopeIdStamping").and_then(serde_json::Value::as_str) != Some("false");
    if marks.is_empty() && !stamped {
        return Ok(document.bytes.clone());
    }
    let header = stamped.then(|| format!("Docusign Envelope ID: {}", envelope.id.to_ascii_uppercase()));
    pdf::stamp(&document.bytes, &marks, header.as_deref()).map(Bytes::from)
}

/// All documents as one PDF; with the certificate at the end when asked for and completed.
pub(crate) fn combined(envelope: &Envelope, with_certificate: bool) -> Result<Bytes, PdfError> {
    let mut files =
        envelope.documents.iter().map(|own| document(envelope, own)).collect::<Result<Vec<_>, _>>()?;
    if with_certificate && envelope.status == EnvelopeStatus::Completed {
        files.push(certificate(envelope)?);
    }
    if let [only] = files.as_slice() {
        return Ok(only.clone());
    }
    let parts: Vec<&[u8]> = files.iter().map(|file| &file[..]).collect();
    pdf::combine(&parts).map(Bytes::from)
}

/// The certificate of completion.
pub(crate) fn certificate(envelope: &Envelope) -> Result<Bytes, PdfError> {
    let mut in_order: Vec<_> = envelope.recipients.iter().collect();
    in_order.sort_by_key(|recipient| recipient.order);
    let recipients = in_order
        .into_iter()
        .map(|recipient| {
            let events = [
                ("Sent", recipient.sent),
                ("Viewed", recipient.delivered),
                ("Signed", recipient.signed),
                ("Declined", recipient.declined),
            ];
            CertificateRecipient {
                name: recipient.name.clone(),
                email: recipient.address().to_owned(),
                role: recipient.group.role().to_owned(),
                status: recipient.status.as_str().to_owned(),
                events: events
                    .into_iter()
                    .filter_map(|(label, time)| Some((label.to_owned(), seven_digits(time?))))
                    .collect(),
            }
        })
        .collect();
    let documents = envelope
        .documents
        .iter()
        .map(|own| {
            let pages = u32::try_from(own.pages.len()).unwrap_or(u32::MAX);
            (own.name.clone(), pages, own.sha256.clone())
        })
        .collect();
    pdf::certificate(&Certificate {
        envelope_id: envelope.id.clone(),
        subject: envelope.subject.clone(),
        status: envelope.status.as_str().to_owned(),
        sender: format!("{} <{}>", envelope.sender.name, envelope.sender.email),
        documents,
        recipients,
        issued: seven_digits(envelope.changed),
    })
    .map(Bytes::from)
}

/// A ZIP of the documents and the certificate.
pub(crate) fn archive(envelope: &Envelope) -> Result<Bytes, PdfError> {
    let mut files = Vec::new();
    for own in &envelope.documents {
        let mut name = pdf_name(&own.name).replace(['/', '\\'], "_");
        if files.iter().any(|(taken, _)| *taken == name) {
            name = format!("{}-{name}", own.id);
        }
        files.push((name, document(envelope, own)?));
    }
    if envelope.status != EnvelopeStatus::Created {
        files.push(("Summary.pdf".to_owned(), certificate(envelope)?));
    }
    let entries: Vec<(String, &[u8])> =
        files.iter().map(|(name, bytes)| (name.clone(), &bytes[..])).collect();
    pdf::archive(&entries).map(Bytes::from)
}

/// `name` with exactly one `.pdf` at its end.
pub(crate) fn pdf_name(name: &str) -> String {
    if name.to_ascii_lowercase().ends_with(".pdf") { name.to_owned() } else { format!("{name}.pdf") }
}
