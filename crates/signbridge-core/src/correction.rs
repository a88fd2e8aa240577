//! Corrections: what the sender changes while an envelope is on its way.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    EnvelopeRecipient, Error, ErrorKind, Fault, Result,
    recipient::{Authentication, Phone, Recipient},
};

/// A recipient of an existing envelope: his e-mail address and, where the address is there twice, his order.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addressee {
    /// His e-mail address as it is now.
    pub email: String,
    /// His place in the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
}

impl Addressee {
    /// The recipient with this address.
    pub fn new(email: impl Into<String>) -> Self {
        Self { email: email.into(), order: None }
    }

    /// The recipient with this address at this place in the order.
    #[must_use]
    pub fn at(mut self, order: u32) -> Self {
        self.order = Some(order);
        self
    }

    /// The one recipient who is meant.
    ///
    /// # Errors
    /// `invalid_input` when there is none, or when there are several.
    pub fn among<'r>(
        &self,
        recipients: impl IntoIterator<Item = &'r EnvelopeRecipient>,
    ) -> Result<&'r EnvelopeRecipient> {
        let mut fitting = recipients.into_iter().filter(|one| {
            one.email.eq_ignore_ascii_case(&self.email) && self.order.is_none_or(|order| order == one.order)
        });
        let message = match (fitting.next(), fitting.next()) {
            (Some(one), None) => return Ok(one),
            (Some(_), Some(_)) => "several recipients have this address; name his order too",
            _ => "the envelope has no recipient with this address (and order)",
        };
        Err(Error::new(ErrorKind::InvalidInput, message).with_remedy("see the envelope's recipients"))
    }
}

impl fmt::Debug for Addressee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Addressee([redacted])")
    }
}

/// What changes for one recipient. Only what is given goes out: at some providers a repeated address mails again.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RecipientChange {
    /// Who.
    pub who: Addressee,
    /// His new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// His new e-mail address. He is mailed there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// His new phone number for delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// How he is identified from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication: Option<Authentication>,
    /// His new place in the order, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
}

impl RecipientChange {
    /// Nothing changes yet for the recipient with this address.
    pub fn of(email: impl Into<String>) -> Self {
        Self {
            who: Addressee::new(email),
            name: None,
            email: None,
            phone: None,
            authentication: None,
            order: None,
        }
    }

    /// His new name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// His new e-mail address.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// How he is identified from now on.
    #[must_use]
    pub fn authenticated_by(mut self, authentication: Authentication) -> Self {
        self.authentication = Some(authentication);
        self
    }

    fn is_empty(&self) -> bool {
        self.name.is_none()
            && self.email.is_none()
            && self.phone.is_none()
            && self.authentication.is_none()
            && self.order.is_none()
    }
}

impl fmt::Debug for RecipientChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecipientChange([redacted])")
    }
}

/// Everything that changes in one correction.
///
/// ```
/// use signbridge_core::{Correction, RecipientChange};
///
/// let correction = Correction::new().change(RecipientChange::of("ann@example.com").email("ann.lee@example.com"));
/// assert!(correction.validate().is_ok());
/// assert!(Correction::new().validate().is_err());
/// ```
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Correction {
    /// Recipients whose data change.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<RecipientChange>,
    /// Recipients who join.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<Recipient>,
    /// Recipients who leave.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<Addressee>,
    /// Days from now until it expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_after_days: Option<u32>,
}

impl Correction {
    /// Nothing changes yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One recipient's data change.
    #[must_use]
    pub fn change(mut self, change: RecipientChange) -> Self {
        self.changes.push(change);
        self
    }

    /// A recipient joins.
    #[must_use]
    pub fn recipient(mut self, recipient: Recipient) -> Self {
        self.add.push(recipient);
        self
    }

    /// A recipient leaves.
    #[must_use]
    pub fn remove(mut self, who: Addressee) -> Self {
        self.remove.push(who);
        self
    }

    /// Days from now until it expires.
    #[must_use]
    pub fn expires_after_days(mut self, days: u32) -> Self {
        self.expires_after_days = Some(days);
        self
    }

    /// Everything that is wrong whatever the provider.
    ///
    /// # Errors
    /// `invalid_input` with every fault and its path.
    pub fn validate(&self) -> Result<()> {
        let mut faults = Vec::new();
        if self.changes.is_empty()
            && self.add.is_empty()
            && self.remove.is_empty()
            && self.expires_after_days.is_none()
        {
            faults.push(Fault::new("changes", "nothing changes; name what should"));
        }
        for (index, change) in self.changes.iter().enumerate() {
            if change.is_empty() {
                faults.push(Fault::new(format!("changes[{index}]"), "changes nothing for this recipient"));
            }
            if change.email.as_deref().is_some_and(|email| !email.contains('@')) {
                faults.push(Fault::new(format!("changes[{index}].email"), "is not an e-mail address"));
            }
            if change.order == Some(0) {
                faults.push(Fault::new(format!("changes[{index}].order"), "is counted from 1"));
            }
        }
        if self.expires_after_days == Some(0) {
            faults.push(Fault::new("expires_after_days", "must be at least 1"));
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Error::from_faults(ErrorKind::InvalidInput, "the correction has faults", faults))
        }
    }
}
