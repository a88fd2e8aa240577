//! Fields: places on a page that a recipient fills.

mod formula;
mod kind;
mod rules;

pub use kind::{FieldKind, FieldProperty};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

pub(crate) use rules::{problems, problems_between};

/// The places behind the point of a formula's result, where the draft says nothing. They are always written.
pub const DEFAULT_DECIMALS: u8 = 2;

/// Where a field lies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Placement {
    /// At a place of a page.
    At(Position),
    /// Beside a text of the document.
    Anchor(Anchor),
    /// Where its [`choices`](Field::choices) lie: a radio group has no place of its own.
    #[serde(skip)]
    Choices,
}

impl Placement {
    fn is_of_choices(&self) -> bool {
        *self == Self::Choices
    }

    fn of_choices() -> Self {
        Self::Choices
    }

    /// Whether it says how wide or how high the field is.
    pub fn is_sized(&self) -> bool {
        matches!(self, Self::At(at) if at.width.is_some() || at.height.is_some())
    }
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

/// A button of a radio group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What the group holds when this one is chosen.
    pub value: String,
    /// Where the button lies.
    pub placement: Placement,
}

/// What a recipient may type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Validation {
    /// What has to be so.
    pub rule: ValidationRule,
    /// What he is told when it is not; the provider's own words if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// A rule for what is typed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ValidationRule {
    /// A regular expression, in the dialect that the provider understands.
    Pattern(String),
    /// An e-mail address.
    Email,
    /// A number between two others, both included.
    Range(Bounds),
}

/// The bounds of a number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// The least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The greatest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

/// When a field is shown. While it is hidden, it need not be filled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The name of another field.
    pub field: String,
    /// What that one has to hold; `true` for a box that is ticked or an optional signature that is given.
    pub value: String,
}

/// A group of check boxes with a rule; every box of the group says the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldGroup {
    /// The name of the group.
    pub name: String,
    /// How many boxes have to be ticked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<u32>,
    /// How many boxes may be ticked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u32>,
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
    /// Where it lies. Only a radio group has none: its choices have.
    #[serde(default = "Placement::of_choices", skip_serializing_if = "Placement::is_of_choices")]
    pub placement: Placement,
    /// Whether it must be filled.
    #[serde(default = "Field::required_by_default")]
    pub required: bool,
    /// Whether the recipient cannot change its value.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub read_only: bool,
    /// What it holds at first; for a note, a link or a button, its text. A box holds `true` or `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The choices of a dropdown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// The buttons of a radio group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// What a formula reckons: numbers, names of fields in brackets, `+ - * /` and parentheses, as in
    /// `([price] + [fee]) * 1.2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula: Option<String>,
    /// Places behind the point of a formula's result; two if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimals: Option<u8>,
    /// What may be typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation: Option<Validation>,
    /// When it is shown; always if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    /// The group of boxes that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<FieldGroup>,
    /// Whether a text takes several lines.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub multiline: bool,
    /// The most characters that a text takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// A hint for the recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tooltip: Option<String>,
    /// Where a link leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub url: Option<Url>,
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
            choices: Vec::new(),
            formula: None,
            decimals: None,
            validation: None,
            condition: None,
            group: None,
            multiline: false,
            max_length: None,
            tooltip: None,
            url: None,
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

    /// A group of radio buttons with this name; [`Field::choice`] adds them.
    pub fn radio_group(id: impl Into<String>) -> Self {
        let placement = Placement::Choices;
        Self { id: Some(id.into()), placement, ..Self::new(FieldKind::RadioGroup) }
    }

    /// A number with this name that is reckoned from others: `[net] * 1.2`.
    pub fn formula(id: impl Into<String>, formula: impl Into<String>) -> Self {
        Self { id: Some(id.into()), formula: Some(formula.into()), ..Self::new(FieldKind::Formula) }
    }

    /// A text that the sender writes.
    pub fn sender_text(text: impl Into<String>) -> Self {
        Self::new(FieldKind::SenderText).value(text)
    }

    /// A remark for the recipient.
    pub fn note(text: impl Into<String>) -> Self {
        Self::new(FieldKind::Note).value(text)
    }

    /// Its name, unique in the envelope.
    #[must_use]
    pub fn named(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
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

    /// A button of a radio group: what it stands for, and where it lies.
    #[must_use]
    pub fn choice(mut self, value: impl Into<String>, page: u32, x: f64, y: f64) -> Self {
        let placement = Placement::At(Position { page, x, y, width: None, height: None });
        self.choices.push(Choice { value: value.into(), placement });
        self
    }

    /// The recipient cannot change it.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// What may be typed.
    #[must_use]
    pub fn valid_if(mut self, rule: ValidationRule) -> Self {
        self.validation = Some(Validation { rule, message: None });
        self
    }

    /// It is shown only if the field of this name holds this value.
    #[must_use]
    pub fn shown_if(mut self, field: impl Into<String>, value: impl Into<String>) -> Self {
        self.condition = Some(Condition { field: field.into(), value: value.into() });
        self
    }

    /// It belongs to this group of boxes, of which so many have to be ticked. No single one has to be.
    #[must_use]
    pub fn in_group(mut self, name: impl Into<String>, at_least: Option<u32>, at_most: Option<u32>) -> Self {
        self.required = false;
        self.group = Some(FieldGroup { name: name.into(), at_least, at_most });
        self
    }

    /// A hint for the recipient.
    #[must_use]
    pub fn tooltip(mut self, text: impl Into<String>) -> Self {
        self.tooltip = Some(text.into());
        self
    }

    /// Where it lies, or each of its choices; with the path in the field.
    pub fn placements(&self) -> impl Iterator<Item = (String, &Placement)> {
        let own = (self.placement != Placement::Choices).then(|| ("placement".to_owned(), &self.placement));
        let choices = self.choices.iter().enumerate();
        own.into_iter()
            .chain(choices.map(|(at, choice)| (format!("choices[{at}].placement"), &choice.placement)))
    }

    /// What it asks for beside its kind and its place.
    pub fn properties(&self) -> Vec<FieldProperty> {
        use FieldProperty as P;
        let rule = self.validation.as_ref().map(|validation| &validation.rule);
        let message = self.validation.as_ref().is_some_and(|validation| validation.message.is_some());
        [
            (P::Optional, !self.required),
            (P::ReadOnly, self.read_only),
            (P::Value, self.value.is_some()),
            (P::Size, self.placements().any(|(_, place)| place.is_sized())),
            (P::ValidationPattern, matches!(rule, Some(ValidationRule::Pattern(_)))),
            (P::ValidationEmail, matches!(rule, Some(ValidationRule::Email))),
            (P::ValidationRange, matches!(rule, Some(ValidationRule::Range(_)))),
            (P::ValidationMessage, message),
            (P::Condition, self.condition.is_some()),
            (P::Group, self.group.is_some()),
            (P::Multiline, self.multiline),
            (P::MaxLength, self.max_length.is_some()),
            (P::Tooltip, self.tooltip.is_some()),
        ]
        .into_iter()
        .filter_map(|(property, asked)| asked.then_some(property))
        .collect()
    }
}
