//! The pages a person sees: the mailbox, the signing page, consent, and short notices.
//!
//! Each function answers a complete HTML document that needs nothing else: the style is inside, there is no
//! script, no inline event handler and no external request. All text is escaped. A content security policy
//! has to allow inline style (`style-src 'unsafe-inline'`) and, for the document shown within the signing
//! page, `object-src 'self'` and `frame-src 'self'`.

mod consent;
mod correcting;
mod inbox;
mod layout;
mod signing;
#[cfg(test)]
mod tests;

/// One envelope in the mailbox that stands in for everybody's mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InboxRow {
    pub provider: &'static str,
    /// The envelope's id.
    pub envelope: String,
    pub subject: String,
    pub status: String,
    pub recipients: Vec<InboxRecipient>,
    pub created: String,
}

/// One recipient of an envelope in the mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InboxRecipient {
    pub name: String,
    pub email: String,
    pub role: String,
    /// Routing order, from 1.
    pub order: u32,
    pub status: String,
    /// Where the recipient acts; none when it is not their turn or they are done.
    pub link: Option<String>,
}

/// What the signing page shows and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SigningView {
    pub provider: &'static str,
    pub subject: String,
    pub message: String,
    pub sender: String,
    /// The recipient's name.
    pub recipient: String,
    pub email: String,
    /// Empty as long as the access code is to be given first; the page then only asks for it.
    pub documents: Vec<SigningDocument>,
    pub fields: Vec<SigningField>,
    /// Where the form posts to: `action` = `sign`, `decline` or `later`, `reason`, `access_code`, and
    /// `field:<label>` for each field to fill in (a ticked checkbox sends `true`, an empty one nothing).
    pub action: String,
    pub needs_access_code: bool,
    /// What went wrong with the last attempt.
    pub error: Option<String>,
    pub can_decline: bool,
}

/// A document on the signing page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SigningDocument {
    pub name: String,
    /// Where the PDF is, on the same origin.
    pub link: String,
    pub pages: u32,
}

/// A field the recipient has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SigningField {
    pub label: String,
    /// `signature`, `initials`, `text`, `checkbox`, `choice`, `file`, `note` or `date`. Text, checkbox and choice are filled
    /// in on the page, a file by its name; the others follow from signing.
    pub kind: String,
    /// From 1.
    pub page: u32,
    /// The document's name.
    pub document: String,
    pub required: bool,
    /// What it holds so far; `false` for a box that says when it is not ticked.
    pub value: String,
    /// What a choice offers.
    pub choices: Vec<String>,
}

/// The mailbox: every envelope, and for each recipient whose turn it is a link.
pub(crate) fn inbox(rows: &[InboxRow], clock: &str) -> String {
    inbox::inbox(rows, clock)
}

/// The page where a recipient reads and signs, declines, or leaves for later.
///
/// Ids: `sign`, `decline` (opens the reason), `decline-reason`, `decline-confirm`, `later`, `access-code`,
/// `error`.
pub(crate) fn signing(view: &SigningView) -> String {
    signing::signing(view)
}

/// A short message with nothing to do: finished, link expired, consent given.
pub(crate) fn notice(title: &str, text: &str) -> String {
    layout::page(title, &layout::notice(title, text))
}

/// Asks a user to let an application act for them. Posts to the page's own address: the `hidden` values and
/// `consent` = `allow` or `deny`. Ids: `allow`, `deny`.
pub(crate) fn consent(app: &str, user: &str, scopes: &[String], hidden: &[(String, String)]) -> String {
    consent::consent(app, user, scopes, hidden)
}

/// The sender's page that corrects an envelope. Posts to its own address: `event` = `send`, `save` or `cancel`. Ids:
/// `send`, `save`, `cancel`.
pub(crate) fn correcting(subject: &str) -> String {
    correcting::correcting(subject)
}
