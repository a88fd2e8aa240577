//! Fields of every kind with every property, the fields they depend on, and what a signer types into them.

use proptest::{prelude::*, sample::subsequence};
use signbridge_core::{
    Anchor, Bounds, Field, FieldKind as Kind, FieldProperty as Property, Placement, Validation,
    ValidationRule,
};

/// The name of the field that a case is about.
pub(super) const CHILD: &str = "child";
const LEFT: &str = "left";
const RIGHT: &str = "right";

/// What [`LEFT`] and [`RIGHT`] come to: 12.5 and 4 are typed.
pub(super) fn reckoned(decimals: Option<u8>) -> String {
    match decimals {
        Some(0) => "20",
        Some(1) => "19.8",
        _ => "19.80",
    }
    .to_owned()
}

/// The field that shows or hides another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parent {
    Box,
    Radio,
    List,
    Text,
    Signature,
}

impl Parent {
    const ALL: [Self; 5] = [Self::Box, Self::Radio, Self::List, Self::Text, Self::Signature];

    pub(super) fn name(self) -> &'static str {
        "parent"
    }

    fn field(self) -> Field {
        match self {
            Self::Box => Field::checkbox("parent").at(1, 300.0, 100.0).optional(),
            Self::Radio => {
                Field::radio_group("parent").choice("yes", 1, 300.0, 100.0).choice("no", 1, 330.0, 100.0)
            }
            Self::List => {
                let mut list = Field::new(Kind::Dropdown).named("parent").at(1, 300.0, 100.0);
                list.options = vec!["yes".into(), "no".into()];
                list
            }
            Self::Text => Field::text("parent").at(1, 300.0, 100.0),
            Self::Signature => Field::signature().named("parent").at(1, 300.0, 100.0).optional(),
        }
    }

    /// What shows the other field, and what hides it. What is optional is signed all the same here.
    fn values(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Box => ("true", Some("false")),
            Self::Radio | Self::List => ("yes", Some("no")),
            Self::Text => ("Berlin", Some("Paris")),
            Self::Signature => ("true", None),
        }
    }
}

/// A field of a kind with properties.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) kind: Kind,
    properties: Vec<Property>,
    pub(super) parent: Parent,
    /// The condition is not met when the recipient signs.
    pub(super) hides: bool,
    anchored: bool,
    fixed_case: bool,
    decimals: Option<u8>,
    most: Option<u32>,
}

impl Shape {
    pub(super) fn of(kind: Kind, properties: Vec<Property>) -> Self {
        Self {
            kind,
            properties,
            parent: Parent::Radio,
            hides: false,
            anchored: false,
            fixed_case: false,
            decimals: None,
            most: None,
        }
    }

    fn has(&self, property: Property) -> bool {
        self.properties.contains(&property)
    }

    fn anchor(&self, text: &str) -> Placement {
        let (case_sensitive, whole_word, optional) = (self.fixed_case, self.hides, self.most.is_some());
        Placement::Anchor(Anchor {
            text: text.to_owned(),
            x: 36.0,
            y: -18.0,
            case_sensitive,
            whole_word,
            optional,
        })
    }

    /// The rule that what is typed follows: the first that was asked for.
    fn rule(&self) -> Option<ValidationRule> {
        let pattern = || ValidationRule::Pattern("^[0-9]{3}$".into());
        if self.has(Property::ValidationPattern) {
            Some(pattern())
        } else if self.has(Property::ValidationEmail) {
            Some(ValidationRule::Email)
        } else if self.has(Property::ValidationRange) {
            let max = self.most.map(|most| f64::from(most) + 200.5);
            Some(ValidationRule::Range(Bounds { min: Some(-4.0), max }))
        } else {
            self.has(Property::ValidationMessage).then(pattern)
        }
    }

    /// What the field holds at first, and what is typed into it.
    fn values(&self) -> (&'static str, &'static str) {
        match self.kind {
            Kind::Checkbox => ("true", if self.hides { "false" } else { "true" }),
            Kind::Dropdown | Kind::RadioGroup => ("red", "green"),
            Kind::Number => ("7", "123"),
            Kind::Text if matches!(self.rule(), Some(ValidationRule::Email)) => {
                ("a@b.example", "x@y.example")
            }
            _ => ("abc", "123"),
        }
    }

    /// The field itself, and those that it needs.
    pub(super) fn fields(&self) -> Vec<Field> {
        let mut fields = vec![Field::signature().named("signed").at(1, 72.0, 700.0)];
        if self.kind == Kind::Formula {
            fields.push(Field::new(Kind::Number).named(LEFT).at(1, 300.0, 200.0));
            fields.push(Field::new(Kind::Number).named(RIGHT).at(1, 300.0, 230.0));
        }
        if self.has(Property::Condition) {
            fields.push(self.parent.field());
        }
        fields.push(self.field());
        if self.has(Property::Group) && self.kind == Kind::Checkbox {
            let group = self.field().group;
            let mut beside = Field::checkbox("beside").at(1, 72.0, 240.0).optional();
            beside.group = group;
            fields.push(beside);
        }
        fields
    }

    fn field(&self) -> Field {
        let mut field = match self.kind {
            Kind::RadioGroup => {
                Field::radio_group(CHILD).choice("red", 1, 72.0, 200.0).choice("green", 1, 72.0, 220.0)
            }
            kind => Field::new(kind).named(CHILD).at(1, 72.0, 200.0),
        };
        match self.kind {
            Kind::Dropdown => field.options = vec!["red".into(), "green".into()],
            Kind::Formula => {
                (field.formula, field.decimals) =
                    (Some(format!("([{LEFT}] + [{RIGHT}]) * 1.2")), self.decimals);
            }
            Kind::Hyperlink => field.url = "https://app.example/terms".parse().ok(),
            _ => {}
        }
        if self.anchored {
            field.placement = if field.choices.is_empty() { self.anchor("Here") } else { Placement::Choices };
            for (choice, text) in field.choices.iter_mut().zip(["alpha", "beta"]) {
                choice.placement = self.anchor(text);
            }
        }
        self.enrich(&mut field);
        field
    }

    fn enrich(&self, field: &mut Field) {
        let (first, _) = self.values();
        let shown = matches!(self.kind, Kind::SenderText | Kind::Note | Kind::Hyperlink);
        field.required = !self.has(Property::Optional);
        field.read_only = self.has(Property::ReadOnly);
        if self.has(Property::Value) || field.read_only || shown {
            field.value = Some(first.to_owned());
        }
        if self.has(Property::Size) {
            let place = field.choices.first_mut().map_or(&mut field.placement, |own| &mut own.placement);
            if let Placement::At(at) = place {
                (at.width, at.height) = (Some(120.0), Some(44.0));
            }
        }
        let message = self.has(Property::ValidationMessage).then(|| "Not like that".to_owned());
        field.validation = self.rule().map(|rule| Validation { rule, message });
        if self.has(Property::Condition) {
            *field = field.clone().shown_if(self.parent.name(), self.parent.values().0);
        }
        if self.has(Property::Group) {
            *field = field.clone().in_group("boxes", Some(1), self.most.map(|_| 2));
        }
        field.multiline = self.has(Property::Multiline);
        field.max_length = self.has(Property::MaxLength).then_some(40);
        if self.has(Property::Tooltip) {
            *field = field.clone().tooltip("A hint");
        }
    }

    /// What the recipient gives.
    pub(super) fn typed(&self) -> Vec<(String, String)> {
        let mut typed = Vec::new();
        let mut give = |name: &str, value: &str| typed.push((name.to_owned(), value.to_owned()));
        if self.kind == Kind::Formula {
            give(LEFT, "12.5");
            give(RIGHT, "4");
        }
        let (shows, hides) = self.parent.values();
        if self.has(Property::Condition) && self.parent != Parent::Signature {
            give(self.parent.name(), if self.hides { hides.unwrap_or(shows) } else { shows });
        }
        let by_hand = matches!(
            self.kind,
            Kind::Date
                | Kind::Text
                | Kind::Number
                | Kind::Checkbox
                | Kind::RadioGroup
                | Kind::Dropdown
                | Kind::Company
                | Kind::Title
                | Kind::Attachment
        );
        // A group of boxes asks for one at least, and so does a box that is required.
        let ticks =
            self.kind == Kind::Checkbox && (self.has(Property::Group) || !self.has(Property::Optional));
        if by_hand && !self.has(Property::ReadOnly) && !self.hides {
            give(CHILD, if ticks { "true" } else { self.values().1 });
        }
        if self.has(Property::Group) && self.kind == Kind::Checkbox {
            give("beside", "true");
        }
        typed
    }
}

/// Any kind with up to five properties. Hidden is only what a condition can hide.
pub(super) fn shapes() -> impl Strategy<Value = Shape> {
    let kinds = prop::sample::select(Kind::ALL.to_vec());
    let properties = subsequence(Property::ALL.to_vec(), 0..=5);
    let parents = prop::sample::select(Parent::ALL.to_vec());
    let flags = any::<(bool, bool, bool, bool)>();
    let decimals = prop::option::of(0..3_u8);
    let most = prop::option::of(1..9_u32);
    (kinds, properties, parents, flags, decimals, most).prop_map(
        |(kind, mut properties, parent, (hides, anchored, fixed_case, sensible), decimals, most)| {
            // Half of them ask for what their kind can have, so that enough of them travel.
            properties.retain(|property| !sensible || kind.takes(*property).is_ok());
            let hides = hides && properties.contains(&Property::Condition) && parent != Parent::Signature;
            Shape { kind, properties, parent, hides, anchored, fixed_case, decimals, most }
        },
    )
}
