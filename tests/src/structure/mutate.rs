//! Damage for valid messages: a contract that cannot turn red proves nothing.

use serde_json::Value;

/// What a renamed key gets appended. No property of any provider ends like this.
const SUFFIX: &str = "_renamed";

/// Each key of the message renamed, one at a time, then each key dropped, one at a time: what was done, and the
/// damaged message.
pub fn mutations(json: &Value) -> impl Iterator<Item = (String, Value)> + '_ {
    renames(json).chain(drops(json))
}

/// Each key renamed, one at a time: what was done and where, and the damaged message.
pub fn renames(json: &Value) -> impl Iterator<Item = (String, Value)> + '_ {
    keys(json).into_iter().map(|pointer| {
        let damaged = damage(json, &pointer, |object, key| {
            // Rebuilt, so that the damaged message differs from the good one in nothing else.
            *object = std::mem::take(object)
                .into_iter()
                .map(
                    |(name, value)| {
                        if name == key { (format!("{name}{SUFFIX}"), value) } else { (name, value) }
                    },
                )
                .collect();
        });
        (format!("renamed {pointer}"), damaged)
    })
}

/// Each key dropped, one at a time: what was done and where, and the damaged message.
pub fn drops(json: &Value) -> impl Iterator<Item = (String, Value)> + '_ {
    keys(json).into_iter().map(|pointer| {
        let damaged = damage(json, &pointer, |object, key| drop(object.shift_remove(key)));
        (format!("dropped {pointer}"), damaged)
    })
}

/// Each key's value replaced by `null`, one at a time: what was done and where, and the damaged message.
pub fn nulls(json: &Value) -> impl Iterator<Item = (String, Value)> + '_ {
    keys(json).into_iter().map(|pointer| {
        let damaged = damage(json, &pointer, |object, key| drop(object.insert(key.to_owned(), Value::Null)));
        (format!("null {pointer}"), damaged)
    })
}

/// The pointers of all keys of all objects, in document order.
fn keys(json: &Value) -> Vec<String> {
    fn walk(value: &Value, pointer: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                for (key, value) in object {
                    let pointer = super::check::extend(pointer, key);
                    found.push(pointer.clone());
                    walk(value, &pointer, found);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    walk(item, &format!("{pointer}/{index}"), found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(json, "", &mut found);
    found
}

fn damage(json: &Value, pointer: &str, how: impl FnOnce(&mut serde_json::Map<String, Value>, &str)) -> Value {
    let mut damaged = json.clone();
    if let Some((parent, key)) = pointer.rsplit_once('/') {
        let key = key.replace("~1", "/").replace("~0", "~");
        if let Some(Value::Object(object)) = damaged.pointer_mut(parent) {
            how(object, &key);
        }
    }
    damaged
}
