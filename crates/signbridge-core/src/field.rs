//! Fields: places on a page that a recipient fills.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::words;

words! {
    /// What a field holds.
    pub enum FieldKind: "field kind" {
        /// His signature.
        Signature = "signature",
        /// His initials.
        Initials = "initials",
        /// The date on which he signs, written by the provider.
        DateSigned = "date_signed",
        /// A date he types.
        Date = "date",
        /// A text he types.
        Text = "text",
        /// A number he types.
        Number = "number",
        /// A box he ticks.
        Checkbox = "checkbox",
        /// One of [`Field::options`].
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
    }
}

/// Where a field lies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Placement {
    /// At a place of a page.
    At(Position),
    /// Beside a text of the document.
    Anchor(Anchor),
}

/// A place on a page, in points (1/72 inch) from the top left corner of the page as displayed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// The page of its document, from 1.
    pub page: u32,
    /// Points from the left edge to the field's left edge.
    pub x: f64,
    /// Points from the top edge to the field's upper edge.
    pub y: f64,
    /// Width in points; the provider's own if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<f64>,
    /// Height in points; the provider's own if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<f64>,
}

/// A text in the documents beside which the field is put: at every place where it occurs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// The text to find.
    pub text: String,
    /// Points to the right of the text.
    #[serde(default)]
    pub x: f64,
    /// Points below the text.
    #[serde(default)]
    pub y: f64,
    /// Whether case matters.
    #[serde(default)]
    pub case_sensitive: bool,
    /// Whether only whole words count.
    #[serde(default)]
    pub whole_word: bool,
    /// Whether the draft is good without the text; otherwise its absence is an error.
    #[serde(default)]
    pub optional: bool,
}

/// A field of a recipient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Field {
    /// What it holds.
    pub kind: FieldKind,
    /// Its name, unique in the envelope; made from recipient and position if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Which document it lies on, from 1; anchors are looked for in all.
    #[serde(default = "Field::first_document")]
    pub document: u32,
    /// Where it lies.
    pub placement: Placement,
    /// Whether it must be filled.
    #[serde(default = "Field::required_by_default")]
    pub required: bool,
    /// Whether the recipient cannot change its value.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub read_only: bool,
    /// What it holds at first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The choices of a dropdown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
}

impl Field {
    fn first_document() -> u32 {
        1
    }

    fn required_by_default() -> bool {
        true
    }

    /// A required field of this kind, in the upper left corner of the first page until it is placed.
    pub fn new(kind: FieldKind) -> Self {
        Self {
            kind,
            id: None,
            document: 1,
            placement: Placement::At(Position { page: 1, x: 0.0, y: 0.0, width: None, height: None }),
            required: true,
            read_only: false,
            value: None,
            options: Vec::new(),
        }
    }

    /// A signature.
    pub fn signature() -> Self {
        Self::new(FieldKind::Signature)
    }

    /// Initials.
    pub fn initials() -> Self {
        Self::new(FieldKind::Initials)
    }

    /// The date of signing.
    pub fn date_signed() -> Self {
        Self::new(FieldKind::DateSigned)
    }

    /// A text with this name.
    pub fn text(id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..Self::new(FieldKind::Text) }
    }

    /// A checkbox with this name.
    pub fn checkbox(id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..Self::new(FieldKind::Checkbox) }
    }

    /// At a place of a page: `page` from 1, `x` and `y` in points from its top left corner.
    #[must_use]
    pub fn at(mut self, page: u32, x: f64, y: f64) -> Self {
        self.placement = Placement::At(Position { page, x, y, width: None, height: None });
        self
    }

    /// Beside every occurrence of `text`, `x` points to the right and `y` points below.
    #[must_use]
    pub fn at_anchor(mut self, text: impl Into<String>, x: f64, y: f64) -> Self {
        self.placement = Placement::Anchor(Anchor {
            text: text.into(),
            x,
            y,
            case_sensitive: false,
            whole_word: false,
            optional: false,
        });
        self
    }

    /// On which document, from 1.
    #[must_use]
    pub fn on_document(mut self, document: u32) -> Self {
        self.document = document;
        self
    }

    /// It may stay empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// What it holds at first.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }
}
