//! The files an agreement is downloaded as.

use bytes::Bytes;

use super::fields;
use super::model::{Agreement, Converted, stamp};
use crate::pdf::{self, Certificate, CertificateRecipient, Mark, PdfError};

/// All files as one PDF with what was filled in; with the audit report at the end when asked for.
pub(crate) fn combined(own: &Agreement, with_audit: bool) -> Result<Bytes, PdfError> {
    let parts = own.converted().ok_or_else(|| PdfError::Unreadable("it was not converted".to_owned()))?;
    let whole = joined(&parts)?;
    let marks = fields::marks(own);
    let whole = if marks.is_empty() { whole } else { pdf::stamp(&whole, &marks, None)?.into() };
    if !with_audit {
        return Ok(whole);
    }
    let report = audit(own)?;
    pdf::combine(&[&whole, &report]).map(Bytes::from)
}

/// All files as one PDF.
pub(crate) fn joined(parts: &[&Converted]) -> Result<Bytes, PdfError> {
    let parts: Vec<&[u8]> = parts.iter().map(|part| &part.pdf[..]).collect();
    pdf::combine(&parts).map(Bytes::from)
}

/// One file with what was filled in on its pages.
pub(crate) fn document(own: &Agreement, at: usize) -> Result<Bytes, PdfError> {
    let parts = own.converted().ok_or_else(|| PdfError::Unreadable("it was not converted".to_owned()))?;
    let before: usize = parts.iter().take(at).map(|part| part.pages.len()).sum();
    let part = parts.get(at).ok_or_else(|| PdfError::Unreadable("there is no such file".to_owned()))?;
    let (before, count) = (page_number(before), page_number(part.pages.len()));
    let marks: Vec<Mark> = fields::marks(own)
        .into_iter()
        .filter(|mark| mark.page > before && mark.page <= before + count)
        .map(|mark| Mark { page: mark.page - before, ..mark })
        .collect();
    if marks.is_empty() {
        return Ok(part.pdf.clone());
    }
    pdf::stamp(&part.pdf, &marks, None).map(Bytes::from)
}

fn page_number(pages: usize) -> u32 {
    u32::try_from(pages).unwrap_or(u32::MAX)
}

/// The audit report.
pub(crate) fn audit(own: &Agreement) -> Result<Bytes, PdfError> {
    let documents = own
        .files
        .iter()
        .map(|file| {
            let pages = file.converted.as_ref().map_or(0, |converted| converted.pages.len());
            (file.name.clone(), page_number(pages), file.sha256.clone())
        })
        .collect();
    let recipients = own
        .sets
        .iter()
        .flat_map(|set| set.members.iter().map(move |member| (set, member)))
        .map(|(set, member)| CertificateRecipient {
            name: member.name.clone(),
            email: member.email.clone(),
            role: format!("{}, order {}", set.role.as_str(), set.order),
            status: own.set_status(set).to_owned(),
            events: own
                .events
                .iter()
                .filter(|event| event.participant.id == member.id)
                .map(|event| (event.kind.to_owned(), stamp(event.at)))
                .collect(),
        })
        .collect();
    pdf::certificate(&Certificate {
        envelope_id: own.id.clone(),
        subject: own.name.clone(),
        status: own.status_word().to_owned(),
        sender: format!("{} <{}>", own.sender.name, own.sender.email),
        documents,
        recipients,
        issued: stamp(own.changed),
    })
    .map(Bytes::from)
}
