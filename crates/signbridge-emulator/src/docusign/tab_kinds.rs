//! The tab collections the emulator plays and the properties each of them has in the published model.

/// What a tab does when its recipient signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behaviour {
    Signature,
    Initials,
    /// The day of signing.
    DateSigned,
    /// Something of the recipient: his name, address, ...
    FullName,
    FirstName,
    LastName,
    EmailAddress,
    /// The recipient types it.
    Typed,
    Checkbox,
    List,
    Radio,
    EnvelopeId,
    /// Reckoned from other tabs.
    Formula,
    /// The recipient brings a file.
    Attachment,
    /// A rule for how many tabs are ticked.
    Group,
    /// Shown or clicked, not filled.
    Passive,
}

/// One collection of `tabs`.
#[derive(Debug)]
pub(crate) struct TabKind {
    /// The property of `tabs`, such as `signHereTabs`.
    pub(crate) key: &'static str,
    /// `tabType`; recorded for `signhere` [FACTS 4.7], the others formed in the same way.
    pub(crate) type_name: &'static str,
    pub(crate) behaviour: Behaviour,
    props: &'static [&'static [&'static str]],
}

impl TabKind {
    pub(crate) fn of(key: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.key == key)
    }

    pub(crate) fn has(&self, property: &str) -> bool {
        self.props.iter().any(|set| set.contains(&property))
    }
}

const COMMON: &[&str] = &[
    "anchorAllowWhiteSpaceInCharacters",
    "anchorCaseSensitive",
    "anchorHorizontalAlignment",
    "anchorIgnoreIfNotPresent",
    "anchorMatchWholeWord",
    "anchorString",
    "anchorTabProcessorVersion",
    "anchorUnits",
    "anchorXOffset",
    "anchorYOffset",
    "conditionalParentLabel",
    "conditionalParentValue",
    "customTabId",
    "documentId",
    "formOrder",
    "formPageLabel",
    "formPageNumber",
    "height",
    "pageNumber",
    "recipientId",
    "tabGroupLabels",
    "tabLabel",
    "tabOrder",
    "templateLocked",
    "templateRequired",
    "tooltip",
    "width",
    "xPosition",
    "yPosition",
];
const STYLE: &[&str] = &["bold", "font", "fontColor", "fontSize", "italic", "underline"];
const NAMED: &[&str] = &["name"];
const VALUE: &[&str] = &["name", "value"];
const SIGN: &[&str] = &["handDrawRequired", "name", "optional", "scaleValue"];
const STAMP: &[&str] = &["isSealSignTab", "stampType"];
const FILLED: &[&str] = &[
    "concealValueOnDocument",
    "disableAutoSize",
    "locked",
    "maxLength",
    "name",
    "originalValue",
    "required",
    "value",
];
const SHARED: &[&str] =
    &["requireAll", "requireInitialOnSharedChange", "senderRequired", "shareToRecipients", "shared"];
const CHECKED: &[&str] = &["validationMessage", "validationPattern"];
const FORMULA: &[&str] = &["formula", "isPaymentAmount"];
const NUMERICAL: &[&str] =
    &["maxNumericalValue", "minNumericalValue", "numericalValue", "originalNumericalValue", "validationType"];
const CHECKBOX: &[&str] = &[
    "locked",
    "name",
    "requireInitialOnSharedChange",
    "required",
    "selected",
    "selectedOriginal",
    "shareToRecipients",
    "shared",
];
const LIST: &[&str] = &["listSelectedValue", "locked", "originalValue", "required", "value"];
const BUTTON: &[&str] = &["buttonText"];
const RECKONED: &[&str] = &["hidden", "roundDecimalPlaces"];
const GROUP: &[&str] =
    &["groupLabel", "groupRule", "maximumAllowed", "minimumRequired", "tabScope", "validationMessage"];
const NOTE: &[&str] = &["name", "shared", "value"];
const RADIO_GROUP: &[&str] = &[
    "conditionalParentLabel",
    "conditionalParentValue",
    "documentId",
    "groupName",
    "originalValue",
    "recipientId",
    "requireAll",
    "requireInitialOnSharedChange",
    "shareToRecipients",
    "shared",
    "templateLocked",
    "templateRequired",
    "tooltip",
    "value",
];

macro_rules! kinds {
    ($($key:literal, $type_name:literal, $behaviour:ident, [$($set:ident),*];)*) => {
        const KINDS: &[TabKind] = &[
            $(TabKind { key: $key, type_name: $type_name, behaviour: Behaviour::$behaviour, props: &[$($set),*] },)*
        ];
    };
}

kinds! {
    "signHereTabs", "signhere", Signature, [COMMON, SIGN, STAMP];
    "initialHereTabs", "initialhere", Initials, [COMMON, SIGN];
    "dateSignedTabs", "datesigned", DateSigned, [COMMON, STYLE, VALUE];
    "fullNameTabs", "fullname", FullName, [COMMON, STYLE, VALUE];
    "firstNameTabs", "firstname", FirstName, [COMMON, STYLE, VALUE];
    "lastNameTabs", "lastname", LastName, [COMMON, STYLE, VALUE];
    "emailAddressTabs", "emailaddress", EmailAddress, [COMMON, STYLE, VALUE];
    "envelopeIdTabs", "envelopeid", EnvelopeId, [COMMON, STYLE, NAMED];
    "textTabs", "text", Typed, [COMMON, STYLE, FILLED, SHARED, CHECKED, FORMULA];
    "dateTabs", "date", Typed, [COMMON, STYLE, FILLED, SHARED, CHECKED];
    "numberTabs", "number", Typed, [COMMON, STYLE, FILLED, SHARED, CHECKED, FORMULA];
    "numericalTabs", "numerical", Typed, [COMMON, STYLE, FILLED, SHARED, NUMERICAL];
    "emailTabs", "email", Typed, [COMMON, STYLE, FILLED, SHARED, CHECKED];
    "companyTabs", "company", Typed, [COMMON, STYLE, FILLED];
    "titleTabs", "title", Typed, [COMMON, STYLE, FILLED];
    "zipTabs", "zip", Typed, [COMMON, STYLE, FILLED, SHARED, CHECKED];
    "ssnTabs", "ssn", Typed, [COMMON, STYLE, FILLED, SHARED, CHECKED];
    "phoneNumberTabs", "phonenumber", Typed, [COMMON, STYLE, FILLED];
    "checkboxTabs", "checkbox", Checkbox, [COMMON, STYLE, CHECKBOX];
    "listTabs", "list", List, [COMMON, STYLE, LIST, SHARED];
    "radioGroupTabs", "radiogroup", Radio, [RADIO_GROUP];
    "formulaTabs", "formula", Formula, [COMMON, STYLE, FILLED, SHARED, CHECKED, FORMULA, RECKONED];
    "signerAttachmentTabs", "signerattachment", Attachment, [COMMON, SIGN];
    "tabGroups", "tabgroup", Group, [COMMON, GROUP];
    "approveTabs", "approve", Passive, [COMMON, STYLE, BUTTON];
    "declineTabs", "decline", Passive, [COMMON, STYLE, BUTTON];
    "noteTabs", "note", Passive, [COMMON, STYLE, NOTE];
}
