//! A recipient fills his tabs: what he gives, what follows from it, what he still owes.

use regex_lite::Regex;
use serde_json::Value;

use super::formula;
use super::model::{Document, Recipient, Tab};
use super::state::new_id;
use super::tab_kinds::{Behaviour, TabKind};
use super::tab_rules::{groups, label};
use crate::dialect::Failure;
use crate::values::{Object, decimal, filled, flag, integer, list, yes_no};

/// How deep conditions lead from one to the next.
const DEEPEST: usize = 32;

/// Gives the tabs of a recipient who signs their values; nothing changes when something is missing or does not fit. A
/// signer without any tab places his signature himself [FACTS 4.1]; here it goes to the foot of the last page.
pub(crate) fn fill(
    recipient: &mut Recipient,
    documents: &[Document],
    typed: &[(String, String)],
    position: usize,
    day: &str,
) -> Result<(), Failure> {
    let mut tabs = recipient.tabs.clone();
    if tabs.is_empty() {
        tabs.extend(free_signature(documents, position));
    }
    for (name, value) in typed {
        let mut known = tabs.iter_mut().filter(|tab| name_of(tab) == *name).peekable();
        if known.peek().is_none() {
            return Err(Failure::Unfit(format!("there is no field {name}")));
        }
        // Tabs of one label are linked.
        for tab in known {
            give(tab, name, value)?;
        }
    }
    let (first, last) = recipient.name.split_once(' ').unwrap_or((recipient.name.as_str(), ""));
    for tab in &mut tabs {
        let own = match tab.kind.behaviour {
            Behaviour::DateSigned => day,
            Behaviour::FullName => &recipient.name,
            Behaviour::FirstName => first,
            Behaviour::LastName => last,
            Behaviour::EmailAddress => &recipient.email,
            _ => continue,
        };
        tab.props.insert("value".into(), own.into());
    }
    // What is reckoned can show what is reckoned with, and the other way round.
    for _ in 0..tabs.len().min(DEEPEST) {
        reckon(&mut tabs);
    }
    let hidden: Vec<bool> = tabs.iter().map(|tab| !is_shown(tab, &tabs, DEEPEST)).collect();
    tabs.iter_mut().zip(hidden).for_each(|(tab, hidden)| tab.hidden = hidden);
    owed(&tabs)?;
    recipient.tabs = tabs;
    Ok(())
}

fn free_signature(documents: &[Document], position: usize) -> Option<Tab> {
    let (kind, document) = TabKind::of("signHereTabs").zip(documents.last())?;
    let height = document.pages.last().map_or(792.0, |page| page.height);
    let column = f32::from(u16::try_from(position % 3).unwrap_or(0));
    let mut props = Object::new();
    props.insert("documentId".into(), document.id.clone().into());
    props.insert("pageNumber".into(), document.pages.len().to_string().into());
    props.insert("xPosition".into(), format!("{:.0}", 40.0 + 180.0 * column).into());
    props.insert("yPosition".into(), format!("{:.0}", (height - 90.0).max(0.0)).into());
    Some(Tab { id: new_id(), kind, props, signed: false, hidden: false, attached: false })
}

/// By what a recipient names a tab.
pub(crate) fn name_of(tab: &Tab) -> String {
    label(tab).unwrap_or_else(|| tab.id.clone())
}

/// What a tab holds now, as far as somebody gives it.
pub(crate) fn held(tab: &Tab) -> String {
    match tab.kind.behaviour {
        Behaviour::Checkbox => yes_no(flag(&tab.props, "selected").unwrap_or(false)).to_owned(),
        Behaviour::Radio => selected(tab).unwrap_or_default(),
        Behaviour::List => filled(&tab.props, "value").or_else(|| preselected(tab)).unwrap_or_default(),
        _ => filled(&tab.props, "value").unwrap_or_default(),
    }
}

/// The recipient cannot change it.
pub(crate) fn is_locked(tab: &Tab) -> bool {
    let radios = list(&tab.props, "radios");
    let all =
        |key: &str| radios.iter().filter_map(Value::as_object).all(|radio| flag(radio, key).unwrap_or(false));
    flag(&tab.props, "locked").unwrap_or(false) || (!radios.is_empty() && all("locked"))
}

/// It has to be filled as long as it is shown.
pub(crate) fn is_required(tab: &Tab) -> bool {
    match tab.kind.behaviour {
        Behaviour::Typed | Behaviour::List => flag(&tab.props, "required").unwrap_or(false),
        Behaviour::Radio => {
            let radios = list(&tab.props, "radios");
            radios.iter().filter_map(Value::as_object).any(|radio| flag(radio, "required").unwrap_or(false))
        }
        Behaviour::Signature | Behaviour::Initials | Behaviour::Attachment => {
            !flag(&tab.props, "optional").unwrap_or(false)
        }
        // A box is required by its group only.
        _ => false,
    }
}

fn selected(tab: &Tab) -> Option<String> {
    let radios = list(&tab.props, "radios").iter().filter_map(Value::as_object);
    radios.filter(|radio| flag(radio, "selected").unwrap_or(false)).find_map(|radio| filled(radio, "value"))
}

/// The item of a list that is selected before anybody chooses.
fn preselected(tab: &Tab) -> Option<String> {
    let items = list(&tab.props, "listItems").iter().filter_map(Value::as_object);
    let selected = items.filter(|item| flag(item, "selected").unwrap_or(false));
    selected.filter_map(|item| filled(item, "value")).next()
}

/// Takes a value for a tab.
fn give(tab: &mut Tab, name: &str, value: &str) -> Result<(), Failure> {
    let unfit = |what: &str| Err(Failure::Unfit(format!("{name} {what}")));
    if is_locked(tab) {
        return if held(tab) == value { Ok(()) } else { unfit("is locked") };
    }
    match tab.kind.behaviour {
        Behaviour::Typed => {
            if let Some(message) = misfit(tab, value) {
                return unfit(&message);
            }
            tab.props.insert("value".into(), value.into());
        }
        Behaviour::Checkbox => {
            let on = !value.is_empty() && value != "false";
            tab.props.insert("selected".into(), yes_no(on).into());
        }
        Behaviour::List => {
            let items = list(&tab.props, "listItems").iter().filter_map(Value::as_object);
            let names = |item: &&Object| {
                ["value", "text"].iter().any(|key| filled(item, key).as_deref() == Some(value))
            };
            let item = items.filter(names).find_map(|item| filled(item, "value"));
            match item {
                Some(item) => drop(tab.props.insert("value".into(), item.into())),
                None if value.is_empty() => drop(tab.props.remove("value")),
                None => return unfit(&format!("has no item {value:?}")),
            }
        }
        Behaviour::Radio => {
            let mut found = value.is_empty();
            if let Some(radios) = tab.props.get_mut("radios").and_then(Value::as_array_mut) {
                for radio in radios.iter_mut().filter_map(Value::as_object_mut) {
                    let on = filled(radio, "value").as_deref() == Some(value);
                    found = found || on;
                    radio.insert("selected".into(), yes_no(on).into());
                }
            }
            if !found {
                return unfit(&format!("has no radio {value:?}"));
            }
            tab.props.insert("value".into(), value.into());
        }
        Behaviour::Attachment => tab.attached = !value.is_empty(),
        _ => return unfit("is not filled by hand"),
    }
    Ok(())
}

/// Why a text does not fit what its tab asks for.
fn misfit(tab: &Tab, value: &str) -> Option<String> {
    if value.is_empty() {
        return None;
    }
    let most = integer(&tab.props, "maxLength").and_then(|most| usize::try_from(most).ok());
    if most.is_some_and(|most| value.chars().count() > most) {
        return Some("is longer than its maxLength".to_owned());
    }
    let number = value.trim().parse::<f32>().ok().filter(|number| number.is_finite());
    let (least, greatest) =
        (decimal(&tab.props, "minNumericalValue"), decimal(&tab.props, "maxNumericalValue"));
    match (tab.kind.key, number) {
        ("numberTabs" | "numericalTabs", None) => return Some("is no number".to_owned()),
        ("numericalTabs", Some(number))
            if least.is_some_and(|least| number < least)
                || greatest.is_some_and(|greatest| number > greatest) =>
        {
            return Some("lies outside its bounds".to_owned());
        }
        ("emailTabs", _) if !value.contains('@') => return Some("is no e-mail address".to_owned()),
        _ => {}
    }
    let pattern = filled(&tab.props, "validationPattern")?;
    let fits = Regex::new(&pattern).is_ok_and(|pattern| pattern.is_match(value));
    let message =
        || filled(&tab.props, "validationMessage").unwrap_or_else(|| "does not fit its pattern".to_owned());
    (!fits).then(message)
}

/// Gives formulas their values, as far as what they name holds numbers. What is hidden counts as zero.
fn reckon(tabs: &mut [Tab]) {
    let known = tabs.to_vec();
    let read = |name: &str| {
        let tab = known.iter().find(|own| label(own).as_deref() == Some(name))?;
        if is_shown(tab, &known, DEEPEST) { held(tab).trim().parse().ok() } else { Some(0.0) }
    };
    for tab in tabs.iter_mut().filter(|tab| tab.kind.behaviour == Behaviour::Formula) {
        let text = filled(&tab.props, "formula").unwrap_or_default();
        match formula::value(&text, &read) {
            Ok(Some(number)) => {
                let places =
                    integer(&tab.props, "roundDecimalPlaces").and_then(|places| usize::try_from(places).ok());
                let shown =
                    places.map_or_else(|| number.to_string(), |places| rounded(number, places.min(15)));
                tab.props.insert("value".into(), shown.into());
            }
            _ => drop(tab.props.remove("value")),
        }
    }
}

/// Halves away from zero, as sums of money are rounded by hand.
fn rounded(number: f64, places: usize) -> String {
    let scale = 10_f64.powi(i32::try_from(places).unwrap_or(0));
    // What is a half on paper may be a hair less in binary.
    let nudge = (number * scale).abs() * f64::EPSILON * number.signum();
    let whole = (number * scale + nudge).round() / scale;
    format!("{:.places$}", if whole == 0.0 { 0.0 } else { whole })
}

/// Whether a tab is shown: it has no condition, or its parent is shown and holds the value.
pub(crate) fn is_shown(tab: &Tab, tabs: &[Tab], depth: usize) -> bool {
    let (Some(name), Some(value)) =
        (filled(&tab.props, "conditionalParentLabel"), filled(&tab.props, "conditionalParentValue"))
    else {
        return true;
    };
    let Some(parent) = tabs.iter().find(|own| label(own).as_deref() == Some(name.as_str())) else {
        return false;
    };
    let holds = match parent.kind.behaviour {
        Behaviour::Checkbox => value.eq_ignore_ascii_case("on") && held(parent) == "true",
        // Signing signs everything here, what is optional too.
        Behaviour::Signature | Behaviour::Initials => value.eq_ignore_ascii_case("on"),
        _ => held(parent) == value,
    };
    holds && depth > 0 && is_shown(parent, tabs, depth - 1)
}

/// What is shown, required and still empty; and groups whose rule is not kept.
fn owed(tabs: &[Tab]) -> Result<(), Failure> {
    let shown = || tabs.iter().filter(|tab| !tab.hidden);
    let empty = |tab: &&Tab| match tab.kind.behaviour {
        Behaviour::Typed | Behaviour::List | Behaviour::Radio => held(tab).is_empty(),
        Behaviour::Attachment => !tab.attached,
        _ => false,
    };
    let mut missing: Vec<String> =
        shown().filter(|tab| is_required(tab)).filter(empty).map(name_of).collect();
    for group in shown().filter(|tab| tab.kind.behaviour == Behaviour::Group) {
        let (least, most) = bounds(group);
        let name = filled(&group.props, "groupLabel").unwrap_or_default();
        let one_document =
            filled(&group.props, "tabScope").is_some_and(|scope| scope.eq_ignore_ascii_case("document"));
        let document = filled(&group.props, "documentId");
        let belongs = |tab: &&Tab| {
            groups(tab).contains(&name) && (!one_document || filled(&tab.props, "documentId") == document)
        };
        let ticked =
            i64::try_from(shown().filter(belongs).filter(|tab| held(tab) == "true").count()).unwrap_or(0);
        if ticked < least {
            missing.push(name);
        } else if ticked > most {
            return Err(Failure::Unfit(format!("{name} takes at most {most} of its boxes")));
        }
    }
    missing.sort();
    missing.dedup();
    if missing.is_empty() { Ok(()) } else { Err(Failure::Missing(missing)) }
}

/// How many boxes of a group are ticked, at least and at most.
fn bounds(group: &Tab) -> (i64, i64) {
    let least = integer(&group.props, "minimumRequired").unwrap_or(0);
    let most = integer(&group.props, "maximumAllowed").unwrap_or(i64::MAX);
    match filled(&group.props, "groupRule").unwrap_or_default().to_ascii_lowercase().as_str() {
        "selectatleast" => (least, i64::MAX),
        "selectatmost" => (0, most),
        "selectexactly" => (most, most),
        _ => (least, most),
    }
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn halves_are_rounded_as_by_hand() {
        for (number, places, shown) in [
            (2.675, 2, "2.68"),
            (-2.675, 2, "-2.68"),
            (0.125, 2, "0.13"),
            (19.799_999_999_999_997, 2, "19.80"),
            (-0.004, 2, "0.00"),
            (2.5, 0, "3"),
        ] {
            assert_eq!(rounded(number, places), shown);
        }
    }
}
