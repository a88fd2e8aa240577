//! Signature requests, signatures and fields as the emulator keeps them.

use bytes::Bytes;
use serde_json::Value;

use crate::dialect::Time;
use crate::pdf::PageInfo;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Awaiting,
    Signed,
    Declined,
    Expired,
    ErrorFile,
    ErrorTextTag,
}

impl Status {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Awaiting => "awaiting_signature",
            Self::Signed => "signed",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::ErrorFile => "error_file",
            Self::ErrorTextTag => "error_text_tag",
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Signature {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) role: Option<String>,
    /// From 0; none when all sign at once.
    pub(crate) order: Option<i64>,
    pub(crate) pin: Option<String>,
    pub(crate) status: Status,
    pub(crate) signed: Option<Time>,
    pub(crate) viewed: Option<Time>,
    pub(crate) reminded: Option<Time>,
    pub(crate) decline_reason: Option<String>,
    pub(crate) error: Option<String>,
    /// The token of the link in his mail.
    pub(crate) mail_link: String,
}

/// A file of the request; always a PDF, as sent or standing in for a conversion.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    pub(crate) name: String,
    pub(crate) bytes: Bytes,
    pub(crate) pages: Vec<PageInfo>,
    /// As sent.
    pub(crate) length: usize,
    pub(crate) sha256: String,
}

/// Who fills a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Filler {
    Signer(usize),
    Sender,
}

/// A field at its place, in points from the upper left corner of its page.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) document: usize,
    pub(crate) api_id: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) required: bool,
    pub(crate) filler: Filler,
    pub(crate) page: u32,
    pub(crate) x: f32,
    pub(crate) y: f32,
    /// As sent: pixels at 80 to the inch.
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) options: Vec<String>,
    pub(crate) group: Option<String>,
    pub(crate) value: Option<Value>,
}

#[derive(Debug, Clone)]
pub(crate) struct Mail {
    pub(crate) kind: &'static str,
    pub(crate) to: String,
    pub(crate) at: Time,
}

/// A signature request.
#[derive(Debug, Clone)]
pub(crate) struct Envelope {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) original_title: String,
    pub(crate) subject: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) metadata: Value,
    pub(crate) created: Time,
    pub(crate) expires: Option<Time>,
    pub(crate) test_mode: bool,
    pub(crate) client_id: Option<String>,
    pub(crate) embedded: bool,
    pub(crate) redirect: Option<String>,
    pub(crate) ccs: Vec<String>,
    pub(crate) template_ids: Vec<String>,
    pub(crate) custom_fields: Vec<Value>,
    pub(crate) attachments: Vec<Value>,
    pub(crate) allow_decline: bool,
    pub(crate) documents: Vec<Document>,
    pub(crate) fields: Vec<Field>,
    /// Id and requirement of the groups of checkboxes and radio buttons.
    pub(crate) groups: Vec<(String, String)>,
    /// No field was given: a page to sign on follows the documents.
    pub(crate) signature_page: bool,
    pub(crate) signatures: Vec<Signature>,
    /// When conversion is over.
    pub(crate) prepared_at: Time,
    /// What conversion will find wrong.
    pub(crate) flaw: Option<(Status, String)>,
    pub(crate) prepared: bool,
    /// When a queued cancellation takes place.
    pub(crate) cancel_at: Option<Time>,
    pub(crate) canceled: bool,
    pub(crate) removed: bool,
    pub(crate) completed: Option<Time>,
    /// From when the newest copy of the files can be had.
    pub(crate) copy_at: Time,
    pub(crate) mails: Vec<Mail>,
}

impl Envelope {
    pub(crate) fn is_complete(&self) -> bool {
        self.completed.is_some()
    }

    pub(crate) fn has(&self, status: Status) -> bool {
        self.signatures.iter().any(|own| own.status == status)
    }

    pub(crate) fn has_error(&self) -> bool {
        self.has(Status::ErrorFile) || self.has(Status::ErrorTextTag)
    }

    /// One word for the whole; Dropbox Sign itself has none.
    pub(crate) fn word(&self) -> &'static str {
        if self.canceled {
            "canceled"
        } else if self.is_complete() {
            "complete"
        } else if self.has(Status::Declined) {
            "declined"
        } else if self.has_error() {
            "error"
        } else if self.has(Status::Expired) {
            "expired"
        } else {
            "awaiting_signature"
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        !self.canceled && self.word() == "awaiting_signature"
    }

    /// It is the turn of this signature.
    pub(crate) fn is_turn(&self, signature: &Signature) -> bool {
        let lowest = self
            .signatures
            .iter()
            .filter(|own| own.status == Status::Awaiting)
            .filter_map(|own| own.order)
            .min();
        signature.status == Status::Awaiting && (signature.order.is_none() || signature.order == lowest)
    }

    pub(crate) fn signature(&self, id: &str) -> Option<&Signature> {
        self.signatures.iter().find(|own| own.id == id)
    }

    pub(crate) fn signature_mut(&mut self, id: &str) -> Option<&mut Signature> {
        self.signatures.iter_mut().find(|own| own.id == id)
    }

    pub(crate) fn mail(&mut self, kind: &'static str, to: &str, at: Time) {
        self.mails.push(Mail { kind, to: to.to_owned(), at });
    }

    /// Mails those whose turn has come and who were not asked yet; embedded signers get no mail.
    pub(crate) fn invite(&mut self, now: Time) {
        if self.embedded || !self.is_open() {
            return;
        }
        let due: Vec<String> = self
            .signatures
            .iter()
            .filter(|own| self.is_turn(own))
            .filter(|own| !self.mails.iter().any(|mail| mail.kind == "request" && mail.to == own.email))
            .map(|own| own.email.clone())
            .collect();
        for email in due {
            self.mail("request", &email, now);
        }
    }
}

/// A template: documents, roles and fields.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) subject: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) metadata: Value,
    pub(crate) updated: Time,
    /// Name and order.
    pub(crate) roles: Vec<(String, Option<i64>)>,
    pub(crate) cc_roles: Vec<String>,
    pub(crate) documents: Vec<Document>,
    pub(crate) fields: Vec<Field>,
    pub(crate) groups: Vec<(String, String)>,
    /// From when it can be read and used.
    pub(crate) ready_at: Time,
    /// What its making will find wrong: then it never exists.
    pub(crate) flaw: bool,
}

impl Template {
    /// It is there for every call.
    pub(crate) fn is_ready(&self, now: Time) -> bool {
        !self.flaw && self.ready_at <= now
    }
}
