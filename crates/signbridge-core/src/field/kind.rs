//! What a field holds, and what it can have beside.

use crate::words::words;

words! {
    /// What a field holds.
    pub enum FieldKind: "field kind" {
        /// His signature.
        Signature = "signature",
        /// His initials.
        Initials = "initials",
        /// The picture of his stamp in place of a signature.
        Stamp = "stamp",
        /// A signature made with a certificate of his own.
        DigitalSignature = "digital_signature",
        /// The date on which he signs, written by the provider.
        DateSigned = "date_signed",
        /// A date he types.
        Date = "date",
        /// A text he types.
        Text = "text",
        /// A number he types.
        Number = "number",
        /// A box he ticks: `true` or `false`.
        Checkbox = "checkbox",
        /// One of [`Field::choices`](crate::Field::choices), each a button with a place of its own.
        RadioGroup = "radio_group",
        /// One of [`Field::options`](crate::Field::options).
        Dropdown = "dropdown",
        /// His name, written by the provider.
        FullName = "full_name",
        /// His e-mail address, written by the provider.
        Email = "email",
        /// His company.
        Company = "company",
        /// His title.
        Title = "title",
        /// A file he uploads.
        Attachment = "attachment",
        /// A number that is reckoned from other fields by [`Field::formula`](crate::Field::formula).
        Formula = "formula",
        /// A text that the sender writes before sending: [`Field::value`](crate::Field::value).
        SenderText = "sender_text",
        /// A remark that is shown and not filled: [`Field::value`](crate::Field::value).
        Note = "note",
        /// A button by which he approves without a signature.
        Approve = "approve",
        /// A button by which he declines.
        Decline = "decline",
        /// A link that is shown: [`Field::url`](crate::Field::url).
        Hyperlink = "hyperlink",
    }
}

words! {
    /// What a field can have beside its kind and its place, where it differs from the default.
    pub enum FieldProperty: "field property" {
        /// It may stay empty: `required = false`.
        Optional = "optional",
        /// The recipient cannot change it.
        ReadOnly = "read_only",
        /// What it holds at first, or the text of a note or button.
        Value = "value",
        /// Width or height.
        Size = "size",
        /// What is typed fits a pattern.
        ValidationPattern = "validation_pattern",
        /// What is typed is an e-mail address.
        ValidationEmail = "validation_email",
        /// What is typed lies within bounds.
        ValidationRange = "validation_range",
        /// What the recipient is told when it does not fit.
        ValidationMessage = "validation_message",
        /// It is shown only if another field holds a value.
        Condition = "condition",
        /// It is ticked as the rule of a group of boxes says.
        Group = "group",
        /// It takes several lines.
        Multiline = "multiline",
        /// It takes so many characters.
        MaxLength = "max_length",
        /// A hint that the recipient sees when he points at it.
        Tooltip = "tooltip",
    }
}

impl FieldProperty {
    /// Where it stands in a field.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Optional => "required",
            Self::Size => "placement.at",
            Self::ValidationPattern | Self::ValidationEmail | Self::ValidationRange => "validation.rule",
            Self::ValidationMessage => "validation.message",
            Self::ReadOnly
            | Self::Value
            | Self::Condition
            | Self::Group
            | Self::Multiline
            | Self::MaxLength
            | Self::Tooltip => self.as_str(),
        }
    }
}

impl FieldKind {
    /// Whether a field of this kind can have a property at all, whatever the provider.
    ///
    /// # Errors
    /// Why it cannot.
    pub const fn takes(self, property: FieldProperty) -> Result<(), &'static str> {
        use FieldProperty as P;
        match property {
            P::Size | P::Condition | P::Tooltip => Ok(()),
            P::Optional => match self {
                Self::DateSigned | Self::FullName | Self::Email => {
                    Err("is always filled by the provider; leave `required` out")
                }
                Self::Formula => Err("is always reckoned; leave `required` out"),
                Self::SenderText => Err("is filled by the sender; leave `required` out"),
                Self::Note | Self::Approve | Self::Decline | Self::Hyperlink => {
                    Err("is not filled by anybody; leave `required` out")
                }
                _ => Ok(()),
            },
            P::ReadOnly => match self {
                Self::Date
                | Self::Text
                | Self::Number
                | Self::Checkbox
                | Self::RadioGroup
                | Self::Dropdown
                | Self::Company
                | Self::Title => Ok(()),
                Self::Signature
                | Self::Initials
                | Self::Stamp
                | Self::DigitalSignature
                | Self::Attachment => Err("has to come from the recipient; leave it out"),
                _ => Err("is nothing that a recipient could change; leave it out"),
            },
            P::Value => match self {
                Self::Signature
                | Self::Initials
                | Self::Stamp
                | Self::DigitalSignature
                | Self::Attachment
                | Self::DateSigned
                | Self::FullName
                | Self::Email
                | Self::Formula => Err("cannot be given for this kind of field"),
                _ => Ok(()),
            },
            P::ValidationPattern => match self {
                Self::Text | Self::Number | Self::Date => Ok(()),
                _ => Err("a pattern is for a text, a number or a date that is typed"),
            },
            P::ValidationEmail => match self {
                Self::Text => Ok(()),
                _ => Err("only a text can have to be an e-mail address"),
            },
            P::ValidationRange => match self {
                Self::Number => Ok(()),
                _ => Err("bounds are for a number"),
            },
            P::ValidationMessage => match self {
                Self::Text | Self::Number | Self::Date => Ok(()),
                _ => Err("nothing is typed here that could not fit"),
            },
            P::Group => match self {
                Self::Checkbox => Ok(()),
                _ => Err("only check boxes form a group; the buttons of a radio group are its `choices`"),
            },
            P::Multiline => match self {
                Self::Text | Self::SenderText => Ok(()),
                _ => Err("only a text has lines"),
            },
            P::MaxLength => match self {
                Self::Text => Ok(()),
                _ => Err("only a text that is typed has a greatest length"),
            },
        }
    }

    /// Whether a formula can reckon with it.
    pub(crate) const fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::Formula)
    }

    /// Whether it holds something by which another field can be shown or hidden.
    pub(crate) const fn decides(self) -> bool {
        !matches!(
            self,
            Self::DateSigned
                | Self::Attachment
                | Self::Note
                | Self::Approve
                | Self::Decline
                | Self::Hyperlink
                | Self::FullName
                | Self::Email
        )
    }

    /// Whether it stands for the recipient's signature.
    pub const fn signs(self) -> bool {
        matches!(self, Self::Signature | Self::Stamp | Self::DigitalSignature)
    }
}
