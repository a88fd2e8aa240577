//! The files a completed envelope is downloaded as. Rendered from copies, never under the lock.

use bytes::Bytes;

use super::model::{AuthMode, Document, Envelope, Signer, SignerStatus};
use super::state::What;
use crate::pdf::{self, Certificate, CertificateRecipient, Mark, MarkKind, PageInfo, PdfError};

/// How far marks stand from each other at the foot of a page, in points.
const STEP: f32 = 150.0;
const FOOT: f32 = 70.0;

/// The bytes and their media type.
pub(crate) fn render(envelope: &Envelope, what: &What) -> Option<(Bytes, String)> {
    let pdf = |bytes: Bytes| Some((bytes, "application/pdf".to_owned()));
    match what {
        What::Zip => Some((archive(envelope).ok()?, "application/zip".to_owned())),
        What::Certificate => pdf(certificate(envelope).ok()?),
        What::Contract(key) => {
            let own = envelope.documents.iter().find(|own| own.key == *key)?;
            pdf(document(envelope, own).ok()?)
        }
        What::Attachment(key) => {
            let own = envelope.attachments.iter().find(|own| own.key == *key)?;
            Some((own.bytes.clone(), own.content_type.clone()))
        }
        What::Filled(_) => None,
    }
}

/// A file with what was signed. Unit and origin of coordinates are unknown, so every signature stands at
/// the foot of its page: of the page it was asked for, or of the last one.
pub(crate) fn document(envelope: &Envelope, document: &Document) -> Result<Bytes, PdfError> {
    let marks = marks(envelope, document, &pdf::inspect(&document.bytes)?);
    if marks.is_empty() {
        return Ok(document.bytes.clone());
    }
    pdf::stamp(&document.bytes, &marks, None).map(Bytes::from)
}

fn marks(envelope: &Envelope, document: &Document, pages: &[PageInfo]) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (index, signer) in envelope.signers.iter().enumerate() {
        if signer.status != SignerStatus::Signed {
            continue;
        }
        let mut on: Vec<u32> =
            signer.places.iter().filter(|own| own.file_key == document.key).map(|own| own.page).collect();
        if signer.places.is_empty() {
            on.push(document.pages);
        }
        for page in on {
            let Some(size) = (page as usize).checked_sub(1).and_then(|at| pages.get(at)) else { continue };
            let column = f32::from(u8::try_from(index % 3).unwrap_or(0));
            let row = f32::from(u8::try_from(index / 3).unwrap_or(0));
            marks.push(Mark {
                page,
                x: 40.0 + STEP * column,
                y: (size.height - FOOT * (row + 1.0)).max(0.0),
                kind: MarkKind::Signature { name: signer.name.clone(), id: short(&signer.link) },
            });
        }
    }
    marks
}

fn short(link: &str) -> String {
    link.chars().take(8).collect::<String>().to_ascii_uppercase()
}

/// The completion certificate, which is the audit trail as well [FACTS 4].
fn certificate(envelope: &Envelope) -> Result<Bytes, PdfError> {
    pdf::certificate(&Certificate {
        envelope_id: envelope.id.clone(),
        subject: envelope.head.subject.clone(),
        status: "Completed".to_owned(),
        sender: "Erika Sender".to_owned(),
        documents: envelope
            .documents
            .iter()
            .map(|own| (own.name.clone(), own.pages, own.sha256.clone()))
            .collect(),
        recipients: envelope.signers.iter().map(row).collect(),
        issued: envelope.ended.map(|time| time.to_rfc3339()).unwrap_or_default(),
    })
    .map(Bytes::from)
}

fn row(own: &Signer) -> CertificateRecipient {
    let identified = match &own.auth {
        AuthMode::NoAuth => "Signer",
        AuthMode::AccessCode { .. } => "Signer, access code",
        AuthMode::Sms(_) => "Signer, SMS code",
        AuthMode::IdVerification => "Signer, ID verification",
        AuthMode::EmailAuth => "Signer, e-mail code",
    };
    CertificateRecipient {
        name: own.name.clone(),
        email: own.email.clone(),
        role: identified.to_owned(),
        status: if own.status == SignerStatus::Signed { "Signed" } else { "Not needed" }.to_owned(),
        events: [("Asked", own.asked), ("Viewed", own.viewed), ("Signed", own.signed)]
            .into_iter()
            .filter_map(|(label, time)| Some((label.to_owned(), time?.to_rfc3339())))
            .collect(),
    }
}

fn archive(envelope: &Envelope) -> Result<Bytes, PdfError> {
    let mut files = Vec::new();
    for own in &envelope.documents {
        files.push((own.name.clone(), document(envelope, own)?));
    }
    for own in &envelope.attachments {
        files.push((own.name.clone(), own.bytes.clone()));
    }
    files.push(("certificate.pdf".to_owned(), certificate(envelope)?));
    let entries: Vec<(String, &[u8])> =
        files.iter().map(|(name, bytes)| (name.clone(), &bytes[..])).collect();
    pdf::archive(&entries).map(Bytes::from)
}
