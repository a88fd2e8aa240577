//! Specification and SDK, merged into one structure; where they contradict each other, the run fails.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail, ensure};
use serde::Serialize;

use super::published::{By, Operation, Schema, Sdk, Specification, Used, UsedOperation};

/// The committed file. Types are written as `string`, `boolean`, `integer`, `number`, `ref MODEL`,
/// `array of TYPE`, `map of TYPE`, `file`, `any`, `integer or string`, `nullable TYPE`, `nothing` (a body that is not
/// there), and `string in [A|B]` or `integer in [1|2]` where a list of values is published.
#[derive(Debug, Serialize)]
pub(crate) struct Structure {
    version: String,
    pub(crate) operations: BTreeMap<String, OperationShape>,
    pub(crate) models: BTreeMap<String, Model>,
}

#[derive(Debug, Serialize)]
pub(crate) struct OperationShape {
    method: String,
    path: String,
    query: Origins<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<String>,
    success: BTreeMap<String, String>,
    errors: BTreeMap<String, String>,
    consumes: Vec<String>,
    produces: Vec<String>,
}

/// A model's properties, which of them must be there, and what else it may be.
#[derive(Debug, Serialize)]
pub(crate) struct Model {
    #[serde(flatten)]
    properties: Origins<BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    required: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<By>,
}

/// One kind of thing, by who declares it.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Origins<T: Default + PartialEq> {
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) both: T,
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) spec: T,
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) sdk: T,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Structure {
    pub(crate) fn properties(&self) -> usize {
        let properties = self.models.values().map(|model| &model.properties);
        properties.map(|model| model.both.len() + model.spec.len() + model.sdk.len()).sum()
    }
}

pub(crate) fn structure(specification: &Specification, sdk: &Sdk, used: &Used) -> Result<Structure> {
    let names = Names::new(specification, sdk, &used.aliases)?;
    let merger = Merger { specification, sdk, names };
    let mut operations = BTreeMap::new();
    for operation in &used.operation {
        let shape = merger.operation(operation).with_context(|| operation.name.clone())?;
        ensure!(!operation.why.trim().is_empty(), "{} does not say why it is used", operation.name);
        ensure!(
            operations.insert(operation.name.clone(), shape).is_none(),
            "{} is listed twice",
            operation.name
        );
    }
    let models = merger.closure(&operations)?;
    Ok(Structure { version: specification.info.version.clone(), operations, models })
}

/// What a model of the SDK is called in the contract: as the specification spells it, else in its own
/// spelling with a small first letter. Several models of the SDK may be one of the specification.
#[derive(Debug)]
struct Names {
    contract_name: BTreeMap<String, String>,
    sdk_names: BTreeMap<String, Vec<String>>,
}

impl Names {
    fn new(specification: &Specification, sdk: &Sdk, aliases: &BTreeMap<String, String>) -> Result<Self> {
        // The published file holds pages of the reference beside the wire's models, told apart by case alone:
        // the wire's models begin with a small letter.
        let mut spelled: BTreeMap<String, &String> = BTreeMap::new();
        for name in specification.definitions.keys() {
            let known = spelled.entry(name.to_lowercase()).or_insert(name);
            if name.starts_with(char::is_lowercase) {
                *known = name;
            }
        }
        for (alias, name) in aliases {
            ensure!(sdk.models.contains_key(alias), "alias {alias}: no such model in the SDK");
            ensure!(
                specification.definitions.contains_key(name),
                "alias {alias}: no model {name} is published"
            );
        }
        let mut names = Self { contract_name: BTreeMap::new(), sdk_names: BTreeMap::new() };
        for model in sdk.models.keys() {
            let name = match (aliases.get(model), spelled.get(&model.to_lowercase())) {
                (Some(name), _) => name.clone(),
                (None, Some(name)) => (*name).clone(),
                (None, None) => decapitalised(model),
            };
            names.sdk_names.entry(name.clone()).or_default().push(model.clone());
            names.contract_name.insert(model.clone(), name);
        }
        Ok(names)
    }
}

fn decapitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[derive(Debug)]
struct Merger<'a> {
    specification: &'a Specification,
    sdk: &'a Sdk,
    names: Names,
}

impl Merger<'_> {
    fn operation(&self, used: &UsedOperation) -> Result<OperationShape> {
        let published = self
            .specification
            .paths
            .get(&used.path)
            .and_then(|path| path.operation(&used.method))
            .with_context(|| format!("{} {} is not published", used.method, used.path))??;
        let sdk = self.sdk.operations.iter().find(|sdk| sdk.method == used.method && sdk.path == used.path);

        let spec_query = published.parameters.iter().filter(|parameter| parameter.place == "query");
        let spec_query: BTreeSet<String> = spec_query.map(|parameter| parameter.name.clone()).collect();
        let sdk_query: BTreeSet<String> =
            sdk.map(|sdk| sdk.query.iter().cloned().collect()).unwrap_or_default();
        let query = Origins {
            both: spec_query.intersection(&sdk_query).cloned().collect(),
            spec: spec_query.difference(&sdk_query).cloned().collect(),
            sdk: sdk_query.difference(&spec_query).cloned().collect(),
        };

        let body = published.parameters.iter().find(|parameter| parameter.place == "body");
        let request = body.and_then(|body| body.schema.as_ref()).map(spec_type).transpose()?;
        let (success, errors) = answers(&published)?;
        // `Object` is any, `null` no answer at all.
        if let Some(sdk) = sdk.filter(|sdk| !matches!(sdk.returns.as_str(), "Object" | "null")) {
            let returns = self.sdk_type(&sdk.returns)?;
            ensure!(
                success.values().any(|answer| *answer == returns),
                "the SDK returns {returns}, the specification {success:?}"
            );
        }
        // An empty list in the published file replaces the document's list by nothing, which is not meant.
        let or = |own: &[String], all: &[String]| if own.is_empty() { all.to_vec() } else { own.to_vec() };
        Ok(OperationShape {
            method: used.method.clone(),
            path: used.path.clone(),
            query,
            request,
            success,
            errors,
            consumes: or(&published.consumes, &self.specification.consumes),
            produces: or(&published.produces, &self.specification.produces),
        })
    }

    fn closure(&self, operations: &BTreeMap<String, OperationShape>) -> Result<BTreeMap<String, Model>> {
        let bodies = operations.values().flat_map(|operation| {
            operation.request.iter().chain(operation.success.values()).chain(operation.errors.values())
        });
        let mut pending: Vec<String> = bodies.filter_map(|body| referred(body)).map(str::to_owned).collect();
        let mut models = BTreeMap::new();
        while let Some(name) = pending.pop() {
            if models.contains_key(&name) {
                continue;
            }
            let model = self.model(&name).with_context(|| format!("model {name}"))?;
            let Origins { both, spec, sdk } = &model.properties;
            let types = both.values().chain(spec.values()).chain(sdk.values());
            pending.extend(types.filter_map(|kind| referred(kind)).map(str::to_owned));
            pending.extend(model.by.iter().flat_map(|by| by.models.values().cloned()));
            models.insert(name, model);
        }
        Ok(models)
    }

    fn model(&self, name: &str) -> Result<Model> {
        let published = self.specification.definitions.get(name);
        let sdk = self.names.sdk_names.get(name);
        ensure!(published.is_some() || sdk.is_some(), "neither the specification nor the SDK declares it");
        let sdk = sdk.into_iter().flatten().filter_map(|name| self.sdk.models.get(name)).flatten();
        let mut newer = BTreeMap::new();
        for (property, notation) in sdk {
            let kind = self.sdk_type(notation).with_context(|| property.clone())?;
            let other = newer.insert(property.clone(), kind.clone());
            ensure!(other.is_none_or(|other| other == kind), "{property}: the SDK contradicts itself");
        }
        let mut model: Origins<BTreeMap<String, String>> = Origins::default();
        for (property, schema) in published.into_iter().flat_map(|definition| &definition.properties) {
            model.spec.insert(property.clone(), spec_type(schema).with_context(|| property.clone())?);
        }
        for (property, sdk_type) in newer {
            match model.spec.remove(&property) {
                None => drop(model.sdk.insert(property, sdk_type)),
                Some(spec_type) => {
                    let agrees = spec_type.split(" in [").next() == Some(sdk_type.as_str());
                    ensure!(agrees, "{property}: the specification says {spec_type}, the SDK {sdk_type}");
                    model.both.insert(property, spec_type);
                }
            }
        }
        let required = published.map(|model| model.required.clone()).unwrap_or_default();
        let by = published.and_then(|model| model.by.clone());
        Ok(Model { properties: model, required, by })
    }

    /// A type in the SDK's notation: `str`, `bool`, `int`, `float`, `list[X]`, `dict(str, X)`, `Model`.
    fn sdk_type(&self, notation: &str) -> Result<String> {
        Ok(match notation {
            "str" => "string".to_owned(),
            "bool" => "boolean".to_owned(),
            "int" => "integer".to_owned(),
            "float" => "number".to_owned(),
            other => {
                if let Some(items) = other.strip_prefix("list[").and_then(|rest| rest.strip_suffix(']')) {
                    format!("array of {}", self.sdk_type(items)?)
                } else if let Some(values) =
                    other.strip_prefix("dict(str, ").and_then(|rest| rest.strip_suffix(')'))
                {
                    format!("map of {}", self.sdk_type(values)?)
                } else {
                    let name = self.names.contract_name.get(other);
                    format!("ref {}", name.with_context(|| format!("the SDK has no model {other}"))?)
                }
            }
        })
    }
}

fn answers(published: &Operation) -> Result<(BTreeMap<String, String>, BTreeMap<String, String>)> {
    let (mut success, mut errors) = (BTreeMap::new(), BTreeMap::new());
    for (status, answer) in &published.responses {
        let body = match &answer.schema {
            None => "nothing".to_owned(),
            // Swagger 2.0 calls the bytes of a download so.
            Some(bytes) if bytes.format.as_deref() == Some("byte") => "file".to_owned(),
            Some(schema) => spec_type(schema)?,
        };
        if status.starts_with('2') { &mut success } else { &mut errors }.insert(status.clone(), body);
    }
    ensure!(!success.is_empty(), "no status of success is published");
    Ok((success, errors))
}

fn spec_type(schema: &Schema) -> Result<String> {
    let kind = bare_type(schema)?;
    Ok(if schema.nullable { format!("nullable {kind}") } else { kind })
}

fn bare_type(schema: &Schema) -> Result<String> {
    if let Some(reference) = &schema.reference {
        let name = reference.strip_prefix("#/definitions/");
        return Ok(format!("ref {}", name.with_context(|| format!("cannot follow {reference}"))?));
    }
    Ok(match schema.kind.as_deref() {
        Some(kind @ ("string" | "integer")) if !schema.choices.is_empty() => {
            let choices: Vec<String> = schema
                .choices
                .iter()
                .map(|choice| choice.as_str().map_or_else(|| choice.to_string(), str::to_owned))
                .collect();
            format!("{kind} in [{}]", choices.join("|"))
        }
        Some(kind @ ("string" | "boolean" | "integer" | "number" | "file" | "any")) => kind.to_owned(),
        Some(either) if either.contains(" or ") => either.to_owned(),
        Some("array") => {
            format!("array of {}", spec_type(schema.items.as_deref().context("an array of nothing")?)?)
        }
        Some("object") => {
            format!(
                "map of {}",
                spec_type(schema.values.as_deref().context("an object without properties")?)?
            )
        }
        other => bail!("unknown type {other:?}"),
    })
}

/// The model that a type leads to.
fn referred(kind: &str) -> Option<&str> {
    let mut rest = kind;
    let outer = ["array of ", "map of ", "nullable "];
    while let Some(inner) = outer.iter().find_map(|outer| rest.strip_prefix(outer)) {
        rest = inner;
    }
    rest.strip_prefix("ref ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::structure;
    use crate::spec::published::{Sdk, Specification, Used};

    fn specification() -> serde_json::Value {
        json!({
            "info": {"version": "v1"}, "consumes": ["application/json"], "produces": ["application/json"],
            "paths": {"/things": {"get": {
                "parameters": [{"name": "q", "in": "query", "type": "string", "description": "prose"}],
                "responses": {"200": {"description": "prose", "schema": {"$ref": "#/definitions/thing"}}}
            }}},
            "definitions": {
                "Thing": {"description": "a page of the reference"},
                "thing": {"description": "prose", "properties": {
                    "name": {"type": "string", "description": "prose"},
                    "colour": {"type": "string", "enum": ["red", "blue"]},
                    "parts": {"type": "array", "items": {"$ref": "#/definitions/thing"}}
                }},
                "stranger": {"properties": {"x": {"type": "string"}}}
            }
        })
    }

    fn merged(
        specification: serde_json::Value,
        models: serde_json::Value,
    ) -> anyhow::Result<serde_json::Value> {
        let specification: Specification = serde_json::from_value(specification)?;
        let operations =
            json!([{"method": "GET", "path": "/things", "query": ["q", "newer"], "returns": "Thing"}]);
        let sdk =
            Sdk { models: serde_json::from_value(models)?, operations: serde_json::from_value(operations)? };
        let used: Used = toml::from_str(
            "[[operation]]\nname = 'getThing'\nmethod = 'GET'\npath = '/things'\nwhy = 'a test'",
        )?;
        Ok(serde_json::to_value(structure(&specification, &sdk, &used)?)?)
    }

    #[test]
    fn names_types_and_enums_are_merged_by_origin_and_prose_is_left_behind() {
        let models = json!({
            "Thing": {"name": "str", "colour": "str", "flags": "list[bool]", "tag": "NewTag"},
            "NewTag": {"text": "str"}
        });
        let merged = merged(specification(), models).unwrap();
        assert_eq!(
            merged["models"],
            json!({
                "newTag": {"sdk": {"text": "string"}},
                "thing": {
                    "both": {"name": "string", "colour": "string in [red|blue]"},
                    "spec": {"parts": "array of ref thing"},
                    "sdk": {"flags": "array of boolean", "tag": "ref newTag"}
                }
            })
        );
        assert_eq!(merged["operations"]["getThing"]["query"], json!({"both": ["q"], "sdk": ["newer"]}));
        assert_eq!(merged["operations"]["getThing"]["success"], json!({"200": "ref thing"}));
        assert!(!merged.to_string().contains("prose"));
    }

    #[test]
    fn a_contradiction_fails() {
        let error = merged(specification(), json!({"Thing": {"name": "list[str]"}})).unwrap_err();
        assert!(format!("{error:#}").contains("name: the specification says string"), "{error:#}");
    }

    #[test]
    fn an_operation_that_is_not_published_fails() {
        let mut specification = specification();
        specification["paths"] = json!({});
        let error = merged(specification, json!({"Thing": {}})).unwrap_err();
        assert!(format!("{error:#}").contains("GET /things is not published"), "{error:#}");
    }
}
