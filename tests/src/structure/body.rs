//! Holding a JSON body against the contract, value by value.

use serde_json::{Map, Value};

use super::check::{Check, extend, json_type, shown, wrong_type};
use super::contract::matches;
use super::shape::Type;
use super::table::{Deviation, RequiredRule, ValueRule};
use super::violation::What;

/// The models that an object is (one of several, and what they have in common), and the property of it that holds
/// the value; items of a list have their list's owner.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner<'a> {
    models: [&'a str; 2],
    property: &'a str,
}

impl<'a> Check<'a> {
    pub(crate) fn value(&mut self, kind: &Type, value: &Value, pointer: &str, owner: Option<Owner<'_>>) {
        match (kind, value) {
            (Type::Any, _) | (Type::Nullable(_), Value::Null) => {}
            (Type::Nullable(kind), value) => self.value(kind, value, pointer, owner),
            (Type::Model(model), Value::Object(object)) => self.object(model, object, pointer),
            (Type::List(items), Value::Array(values)) => {
                for (index, value) in values.iter().enumerate() {
                    self.value(items, value, &format!("{pointer}/{index}"), owner);
                }
            }
            (Type::Map(values), Value::Object(object)) => {
                for (key, value) in object {
                    self.value(values, value, &extend(pointer, key), owner);
                }
            }
            (Type::Choice(values), Value::String(text)) => {
                let listed = values.contains(text);
                if !listed && !self.is_further_value(text, owner) {
                    self.outside_of(&shown(text), values.join(", "), pointer);
                }
            }
            (Type::Code(values), Value::Number(number)) => {
                if !number.as_i64().is_some_and(|number| values.contains(&number)) {
                    let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                    self.outside_of(&number.to_string(), values.join(", "), pointer);
                }
            }
            (Type::Either(kinds), value) => match kinds.iter().find(|kind| kind.is_of(value)) {
                Some(kind) => self.value(kind, value, pointer, owner),
                None => self.push(pointer, wrong_type(&Type::Either(kinds.clone()), json_type(value))),
            },
            (Type::String, Value::String(text)) => self.text(text, pointer, owner),
            (Type::Integer, Value::Number(number)) if number.is_i64() || number.is_u64() => {
                self.text(&number.to_string(), pointer, owner);
            }
            (Type::Number, Value::Number(number)) => self.text(&number.to_string(), pointer, owner),
            (Type::Boolean, Value::Bool(_)) => {}
            (kind, value) => self.push(pointer, wrong_type(kind, json_type(value))),
        }
    }

    fn outside_of(&mut self, value: &str, values: String, pointer: &str) {
        let set = format!("one of {values}");
        self.push(pointer, What::OutsideSet { value: value.to_owned(), set, fact: "spec".to_owned() });
    }

    fn object(&mut self, model: &str, object: &Map<String, Value>, pointer: &str) {
        let contract = self.contract;
        let base = model;
        let Some(model) = self.variant(base, object, pointer) else { return };
        let (models, Some(own)) = ([model, base], contract.models.get(model)) else { return };
        for (key, value) in object {
            let owner = Owner { models, property: key };
            if value.is_null() && self.deviates(&models, |row| row.nulls.contains(key)) {
                continue;
            }
            let rows = contract.table.deviation.iter().enumerate();
            let other = rows
                .filter_map(|(index, row)| Some((index, row, row.adds.get(key).or(row.retypes.get(key))?)))
                .find(|(_, row, _)| self.covers(row, &models));
            let kind = match (other, own.properties.get(key)) {
                (Some((index, _, kind)), _) => {
                    self.done.deviations.insert(index);
                    kind
                }
                (None, Some(kind)) => {
                    self.done.seen.insert((model.to_owned(), key.clone()));
                    kind
                }
                (None, None) => {
                    self.push(&extend(pointer, key), What::UndeclaredProperty);
                    continue;
                }
            };
            self.value(kind, value, &extend(pointer, key), Some(owner));
        }
        let is_there = |check: &Self, key: &str| {
            let as_file = |name: &String| super::files::property(name) == key;
            object.contains_key(key) || (pointer.is_empty() && check.files.iter().any(as_file))
        };
        for key in &own.required {
            if !is_there(self, key) && !self.deviates(&models, |row| row.omits.contains(key)) {
                self.push(pointer, What::MissingKey { key: key.clone(), fact: "spec".to_owned() });
            }
        }
        for rule in &contract.table.required {
            let (name, direction) = (self.operation.name(), self.direction);
            let covers = models.iter().any(|model| rule.on.covers(name, direction, model));
            if covers && self.applies(rule, object) {
                for key in rule.keys.iter().filter(|key| !is_there(self, key)).collect::<Vec<_>>() {
                    self.push(
                        pointer,
                        What::MissingKey { key: key.clone(), fact: rule.evidence.cite(&rule.fact) },
                    );
                }
                if rule.some && !own.properties.keys().any(|key| is_there(self, key)) {
                    self.push(
                        pointer,
                        What::MissingKey {
                            key: "every key".to_owned(),
                            fact: rule.evidence.cite(&rule.fact),
                        },
                    );
                }
            }
        }
    }

    /// The model meant, where one of several is told apart by the value of a property.
    fn variant<'m>(&mut self, model: &'m str, object: &Map<String, Value>, pointer: &str) -> Option<&'m str>
    where
        'a: 'm,
    {
        let Some(by) = self.contract.models.get(model).and_then(|model| model.by.as_ref()) else {
            return Some(model);
        };
        let Some(value) = object.get(&by.property).and_then(Value::as_str) else { return Some(model) };
        let variant = by.models.get(value).map(String::as_str);
        if variant.is_none() {
            let values: Vec<&str> = by.models.keys().map(String::as_str).collect();
            self.outside_of(&shown(value), values.join(", "), &extend(pointer, &by.property));
        }
        variant
    }

    fn covers(&self, row: &Deviation, models: &[&str]) -> bool {
        models.iter().any(|model| row.on.covers(self.operation.name(), self.direction, model))
    }

    /// Whether a deviation of these models says so; it is noted as used.
    fn deviates(&mut self, models: &[&str], says: impl Fn(&Deviation) -> bool) -> bool {
        let rows = self.contract.table.deviation.iter().enumerate();
        let mut rows = rows.filter(|(_, row)| says(row));
        let found = rows.find(|(_, row)| self.covers(row, models)).map(|(index, _)| index);
        self.done.deviations.extend(found);
        found.is_some()
    }

    fn is_further_value(&mut self, text: &str, owner: Option<Owner<'_>>) -> bool {
        let Some(Owner { models, property }) = owner else { return false };
        self.deviates(&models, |row| {
            row.values.get(property).is_some_and(|values| values.iter().any(|value| value == text))
        })
    }

    fn applies(&self, rule: &RequiredRule, object: &Map<String, Value>) -> bool {
        let says = |(key, values): (&String, &Vec<String>)| {
            object
                .get(key)
                .and_then(Value::as_str)
                .is_some_and(|text| values.iter().any(|value| value == text))
        };
        rule.when.iter().all(says)
            && (rule.when_present.is_empty() || rule.when_present.iter().any(|key| object.contains_key(key)))
            && rule.when_query.iter().all(|(name, value)| self.query.get(name) == Some(value))
            && !rule.unless.iter().any(|key| object.contains_key(key))
            && !rule.unless_query.iter().any(|name| self.query.contains_key(name))
    }

    fn text(&mut self, text: &str, pointer: &str, owner: Option<Owner<'_>>) {
        let Some(Owner { models, property }) = owner else { return };
        let contract = self.contract;
        let bound = |rule: &&ValueRule| {
            let covers = |model: &&str| rule.on.covers(self.operation.name(), self.direction, model);
            models.iter().any(covers) && rule.properties.iter().any(|pattern| matches(pattern, property))
        };
        let rules: Vec<&ValueRule> = contract.table.value.iter().filter(bound).collect();
        for rule in rules {
            if let Some(what) = self.outside(
                text,
                rule.set.as_deref(),
                rule.format,
                rule.longest,
                &rule.evidence.cite(&rule.fact),
            ) {
                self.push(pointer, what);
            }
        }
    }
}
