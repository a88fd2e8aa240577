//! What an adapter makes of answers that are not as they should be: each operation is done once, and then again and again
//! with what came back, one thing changed at a time. The provider hears nothing of it.
//!
//! What comes of each change is a text that whoever keeps it by a snapshot can judge: a refusal that becomes another error,
//! a member that reading rests on, a word that nobody expects.

mod changes;
mod scenes;

use std::collections::BTreeMap;

use serde_json::Value;

use self::{
    changes::{edits, faults},
    scenes::{Scene, scenes},
};
use crate::{
    Subject, Verdict, Wire,
    observed::refusal,
    shape::{heading, leaves},
    wire::{Answer, bare},
};

/// Needs the wire.
pub(crate) async fn run(subject: &Subject, verdict: &mut Verdict) {
    let Some(wire) = subject.stage.wire() else { return };
    let (scenes, mut faults) = scenes(subject).await;
    let (mut text, mut edited) = (String::new(), BTreeMap::new());
    for scene in &scenes {
        match rehearsed(wire, scene, &mut edited).await {
            Ok(lines) => text += &format!("{}\n{lines}", scene.name),
            Err(fault) => faults.push(format!("{}: {fault}", scene.name)),
        }
        wire.pause();
    }
    let outcome = if faults.is_empty() { Ok(()) } else { Err(faults.join("; ")) };
    verdict.add("every operation comes to a result, whatever it is answered", outcome);
    verdict.texts.insert("breaks", text);
}

/// Whose members were changed in which group of scenes: elsewhere the same answer is read alike.
type Edited = BTreeMap<String, &'static str>;

async fn rehearsed(wire: &Wire, scene: &Scene<'_>, edited: &mut Edited) -> Result<String, String> {
    wire.watch();
    let real = (scene.call)().await;
    let exchanges = wire.watched();
    real.map_err(|error| error.to_string())?;
    if exchanges.is_empty() {
        return Err("no request was made".to_owned());
    }
    wire.play(exchanges.clone());
    let right = (scene.call)().await.map_err(|error| format!("not even the same answers: {error}"))?;
    // What came in between, such as a new token, belongs to no operation.
    let mut own: Vec<_> = exchanges.iter().filter(|own| wire.was_asked(own)).cloned().collect();
    // Some are made at the same time.
    own.sort_by_key(|own| heading(&own.method, bare(&own.path)));
    let exchanges = own;
    let mut lines = String::new();
    for (place, exchange) in exchanges.iter().enumerate() {
        let Answer::Whole { status, headers, body } = &exchange.answer else { continue };
        // An equal request was changed already.
        if exchanges.iter().take(place).any(|own| own.method == exchange.method && own.path == exchange.path)
        {
            continue;
        }
        let heading = heading(&exchange.method, bare(&exchange.path));
        lines += &format!("  {heading}: {}\n", status.as_u16());
        let is_first = *edited.entry(heading).or_insert(scene.group) == scene.group;
        let edits = if is_first { edits(*status, headers, body) } else { Vec::new() };
        let mut outcomes: BTreeMap<String, BTreeMap<&str, Vec<String>>> = BTreeMap::new();
        let changed = faults().into_iter().chain(edits);
        for (how, name, answer) in changed {
            let mut exchanges = exchanges.clone();
            for own in &mut exchanges {
                if own.method == exchange.method && own.path == exchange.path {
                    own.answer = answer.clone();
                }
            }
            wire.play(exchanges);
            let outcome = match (scene.call)().await {
                Ok(reply) if reply == right => continue,
                Ok(reply) => match difference(&right, &reply) {
                    same if same.is_empty() => continue,
                    difference => difference,
                },
                Err(error) => told(&refusal(&error)),
            };
            outcomes.entry(outcome).or_default().entry(how).or_default().push(name);
        }
        for (outcome, names) in outcomes {
            lines += &format!("    {outcome}\n");
            for (how, names) in names {
                lines += &format!("      {how}: {}\n", names.join(", "));
            }
        }
    }
    Ok(lines)
}

/// What of an error a program decides by.
fn told(error: &Value) -> String {
    let word = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or("none").to_owned();
    let when = if error.get("says when") == Some(&Value::Bool(true)) { ", says when" } else { "" };
    let code = error.get("code").and_then(Value::as_str).map(|code| format!(", code {code}"));
    format!(
        "{}, retry {}, reach {}{when}{}",
        word("kind"),
        word("retry"),
        word("reach"),
        code.unwrap_or_default()
    )
}

/// The members of a reply that are other ones; nothing when only ids and times are.
fn difference(right: &Value, reply: &Value) -> String {
    let members = |of: &Value| {
        let mut members: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in leaves("", of) {
            members.entry(name.trim_start_matches('.').to_owned()).or_default().push(value);
        }
        members
    };
    let (right, reply) = (members(right), members(reply));
    let mut changes = Vec::new();
    for (name, values) in &right {
        match reply.get(name) {
            None => changes.push(format!("no {name}")),
            Some(own) if own != values => changes.push(format!("{name}: {}", own.join(", "))),
            Some(_) => {}
        }
    }
    let new = reply.iter().filter(|(name, _)| !right.contains_key(*name));
    changes.extend(new.map(|(name, values)| format!("now {name}: {}", values.join(", "))));
    changes.join("; ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::difference;

    #[test]
    fn a_difference_names_what_is_lost_what_is_new_and_what_is_another() {
        let right = json!({"status": "open", "recipients": [{"name": "a"}], "at": 1});
        assert_eq!(difference(&right, &right), "");
        let other = json!({"status": "closed", "recipients": [{"name": "a"}], "why": "b"});
        assert_eq!(difference(&right, &other), "no at; status: \"closed\"; now why: \"b\"");
    }
}
