//! What tabs must be like, alone and beside each other.

use regex_lite::Regex;
use serde_json::Value;

use super::errors::ApiError;
use super::formula;
use super::model::Tab;
use super::tab_kinds::Behaviour;
use crate::values::{filled, flag, integer, list};

const LONGEST_FORMULA: usize = 2000;
const RULES: [&str; 4] = ["selectatleast", "selectatmost", "selectexactly", "selectarange"];

/// Checks one tab of a request. Changes of tabs bring a part of their properties, which is judged as far as it goes.
pub(crate) fn alone(tab: &Tab) -> Result<(), ApiError> {
    let props = &tab.props;
    let wrong = |what: &str| Err(ApiError::parameter(format!("A tab of {}: {what}.", tab.kind.key)));
    if filled(props, "conditionalParentLabel").is_some() != filled(props, "conditionalParentValue").is_some()
    {
        return wrong("conditionalParentLabel and conditionalParentValue stand together");
    }
    if let Some(pattern) = filled(props, "validationPattern")
        && Regex::new(&pattern).is_err()
    {
        return Err(ApiError::unplayed(&format!("the validationPattern {pattern:?}")));
    }
    for key in ["maxLength", "minimumRequired", "maximumAllowed", "roundDecimalPlaces"] {
        if filled(props, key).is_some() && integer(props, key).is_none_or(|number| number < 0) {
            return wrong(&format!("{key} is no whole number"));
        }
    }
    match tab.kind.behaviour {
        Behaviour::Radio => {
            let radios = || list(props, "radios").iter().filter_map(Value::as_object);
            if filled(props, "groupName").is_none() {
                return wrong("groupName is missing");
            }
            if radios().filter(|radio| flag(radio, "selected").unwrap_or(false)).count() > 1 {
                return wrong("only one radio of a group can be selected");
            }
            let values: Vec<Option<String>> = radios().map(|radio| filled(radio, "value")).collect();
            if values.is_empty() || values.iter().any(Option::is_none) {
                return wrong("radios with values are missing");
            }
        }
        Behaviour::Formula => {
            let text = filled(props, "formula").unwrap_or_default();
            if text.chars().count() > LONGEST_FORMULA {
                return wrong("the formula has more than 2000 characters");
            }
            if let Err(rest) = formula::value(&text, &|_| Some(1.0)) {
                return Err(ApiError::unplayed(&format!("a formula with {rest:?}")));
            }
        }
        Behaviour::Group => {
            let rule = filled(props, "groupRule").unwrap_or_default().to_ascii_lowercase();
            if filled(props, "groupLabel").is_none() || !RULES.contains(&rule.as_str()) {
                return wrong("groupLabel or a known groupRule is missing");
            }
        }
        _ => {}
    }
    Ok(())
}

/// Checks the tabs of one recipient beside each other, before they are sent: names lead somewhere.
pub(crate) fn together(tabs: &[Tab]) -> Result<(), ApiError> {
    let named = |name: &str| tabs.iter().any(|own| label(own).as_deref() == Some(name));
    for tab in tabs {
        if let Some(parent) = filled(&tab.props, "conditionalParentLabel").filter(|parent| !named(parent)) {
            return Err(ApiError::parameter(format!("The recipient has no tab {parent:?} for a condition.")));
        }
        let text = filled(&tab.props, "formula").filter(|_| tab.kind.behaviour == Behaviour::Formula);
        let text = text.unwrap_or_default();
        if let Some(missing) = formula::labels(&text).into_iter().find(|name| !named(name)) {
            return Err(ApiError::parameter(format!("The recipient has no tab {missing:?} for a formula.")));
        }
        for group in groups(tab) {
            if !tabs.iter().any(|own| filled(&own.props, "groupLabel").as_ref() == Some(&group)) {
                return Err(ApiError::parameter(format!("The recipient has no tab group {group:?}.")));
            }
        }
    }
    Ok(())
}

/// What a tab is called.
pub(crate) fn label(tab: &Tab) -> Option<String> {
    let key = match tab.kind.behaviour {
        Behaviour::Radio => "groupName",
        Behaviour::Group => return None,
        _ => "tabLabel",
    };
    filled(&tab.props, key)
}

/// The tab groups that a tab belongs to.
pub(crate) fn groups(tab: &Tab) -> Vec<String> {
    list(&tab.props, "tabGroupLabels").iter().filter_map(|group| group.as_str().map(str::to_owned)).collect()
}
