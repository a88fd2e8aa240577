//! Both versions of the published format, brought to one form.
//!
//! What OpenAPI 3 says in its own way (request bodies, content types, `nullable`, `allOf`, objects within objects) and
//! what Swagger 2.0 says of forms becomes what the rest of this task reads: named models whose properties are scalars,
//! lists, maps or other named models.

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

type Object = Map<String, Value>;

/// The document with every form and every inner object as a named model.
pub(crate) fn uniform(mut document: Value) -> Result<Value> {
    if document.get("openapi").is_some() {
        return Reader::new(&document).document();
    }
    let mut forms = Object::new();
    for operation in operations_mut(&mut document) {
        form_as_model(operation, &mut forms)?;
    }
    let definitions = document.get_mut("definitions").and_then(Value::as_object_mut);
    definitions.context("no definitions")?.extend(forms);
    Ok(document)
}

fn operations_mut(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let items = paths.into_iter().flat_map(Object::values_mut).filter_map(Value::as_object_mut);
    items.flat_map(Object::values_mut).filter(|member| member.get("responses").is_some())
}

/// Swagger 2.0 lists the fields of a form among the parameters.
fn form_as_model(operation: &mut Value, forms: &mut Object) -> Result<()> {
    let is_field = |parameter: &Value| parameter["in"] == "formData";
    let fields: Vec<Value> = list(operation, "parameters").into_iter().filter(is_field).collect();
    if fields.is_empty() {
        return Ok(());
    }
    let model = format!("{}Form", text(operation, "operationId")?);
    let (mut properties, mut required) = (Object::new(), Vec::new());
    for field in fields {
        let name = text(&field, "name")?;
        if field["required"] == true {
            required.push(name.clone());
        }
        properties.insert(name, field);
    }
    forms.insert(model.clone(), json!({"properties": properties, "required": required}));
    let reference = json!({"$ref": format!("#/definitions/{model}")});
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut).context("parameters")?;
    parameters.retain(|parameter| !is_field(parameter));
    parameters.push(json!({"name": model, "in": "body", "schema": reference}));
    Ok(())
}

fn list(value: &Value, key: &str) -> Vec<Value> {
    value.get(key).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn text(value: &Value, key: &str) -> Result<String> {
    Ok(value.get(key).and_then(Value::as_str).with_context(|| format!("no {key}"))?.to_owned())
}

/// Reads an OpenAPI 3 document.
#[derive(Debug)]
struct Reader<'a> {
    document: &'a Value,
    definitions: Object,
}

impl<'a> Reader<'a> {
    fn new(document: &'a Value) -> Self {
        Self { document, definitions: Object::new() }
    }

    fn document(mut self) -> Result<Value> {
        let members = |value: &'a Value| value.as_object().into_iter().flatten();
        for (name, schema) in members(&self.document["components"]["schemas"]) {
            if is_object(schema) {
                let model = self.model(name, schema).with_context(|| name.clone())?;
                self.definitions.insert(name.clone(), model);
            }
        }
        let mut paths = Object::new();
        for (path, item) in members(&self.document["paths"]) {
            let mut methods = Object::new();
            for (method, operation) in members(item).filter(|(_, member)| member.get("responses").is_some()) {
                let read = self.operation(operation).with_context(|| format!("{method} {path}"))?;
                methods.insert(method.clone(), read);
            }
            paths.insert(path.clone(), methods.into());
        }
        Ok(json!({"info": self.document["info"], "paths": paths, "definitions": self.definitions}))
    }

    fn operation(&mut self, operation: &Value) -> Result<Value> {
        let name = text(operation, "operationId")?;
        let mut parameters = Vec::new();
        for parameter in list(operation, "parameters") {
            let parameter = self.followed(&parameter)?.clone();
            parameters.push(json!({"name": parameter["name"], "in": parameter["in"]}));
        }
        let body = operation.get("requestBody").map_or(&Value::Null, |body| &body["content"]);
        let consumes: Vec<&String> = body.as_object().into_iter().flat_map(Object::keys).collect();
        if let Some(schema) = offered(body) {
            let schema = self.schema(&format!("{name}Request"), schema)?;
            parameters.push(json!({"name": "body", "in": "body", "schema": schema}));
        }
        let (mut responses, mut produces) = (Object::new(), Vec::new());
        for (status, response) in operation["responses"].as_object().into_iter().flatten() {
            let content = self.followed(response)?["content"].clone();
            let mut answer = Object::new();
            if let Some(schema) = offered(&content).filter(|schema| **schema != json!({})) {
                answer.insert("schema".to_owned(), self.schema(&format!("{name}Response"), schema)?);
            }
            if status.starts_with('2') {
                produces.extend(content.as_object().into_iter().flat_map(Object::keys).cloned());
            }
            responses.insert(status.clone(), answer.into());
        }
        Ok(json!({
            "parameters": parameters, "responses": responses, "consumes": consumes, "produces": produces
        }))
    }

    /// The value itself, or what its reference leads to.
    fn followed<'v>(&self, value: &'v Value) -> Result<&'v Value>
    where
        'a: 'v,
    {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else { return Ok(value) };
        let pointer = reference.strip_prefix('#').with_context(|| format!("cannot follow {reference}"))?;
        self.document.pointer(pointer).with_context(|| format!("{reference} leads nowhere"))
    }

    /// A model: what `allOf` lists is merged, later parts win.
    fn model(&mut self, name: &str, schema: &Value) -> Result<Value> {
        let (mut properties, mut required) = (Object::new(), Vec::new());
        for part in list(schema, "allOf") {
            let part = self.followed(&part)?.clone();
            let part = self.model(name, &part)?;
            properties.extend(part["properties"].as_object().cloned().unwrap_or_default());
            required.extend(list(&part, "required"));
        }
        for (property, own) in schema["properties"].as_object().into_iter().flatten() {
            let own = self.schema(&format!("{name}.{property}"), own).with_context(|| property.clone())?;
            properties.insert(property.clone(), own);
        }
        for key in list(schema, "required") {
            if !required.contains(&key) {
                required.push(key);
            }
        }
        let mut model = json!({"properties": properties, "required": required});
        if let Some(mapping) = schema.pointer("/discriminator/mapping").and_then(Value::as_object) {
            let name = |target: &Value| {
                target.as_str().and_then(|target| target.rsplit('/').next()).map(Value::from)
            };
            let models: Object =
                mapping.iter().filter_map(|(value, target)| Some((value.clone(), name(target)?))).collect();
            model["by"] =
                json!({"property": text(&schema["discriminator"], "propertyName")?, "models": models});
        }
        Ok(model)
    }

    /// The schema of a property or a body; an object within becomes a model of this name.
    fn schema(&mut self, name: &str, schema: &Value) -> Result<Value> {
        let mut read = self.bare(name, schema)?;
        if schema["nullable"] == true || self.followed(schema)?["nullable"] == true {
            read["nullable"] = true.into();
        }
        Ok(read)
    }

    fn bare(&mut self, name: &str, schema: &Value) -> Result<Value> {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let target = self.followed(schema)?.clone();
            if !is_object(&target) {
                return self.bare(name, &target);
            }
            let model = reference.rsplit('/').next().unwrap_or_default();
            return Ok(json!({"$ref": format!("#/definitions/{model}")}));
        }
        if let Some(Value::Array(either)) = schema.get("oneOf") {
            let mut kinds = either.iter().map(|one| text(one, "type")).collect::<Result<Vec<_>>>()?;
            kinds.sort();
            return Ok(json!({"type": kinds.join(" or ")}));
        }
        if schema["x-int-or-string"] == true {
            return Ok(json!({"type": "integer or string"}));
        }
        if is_object(schema) {
            let model = self.model(name, schema)?;
            self.definitions.insert(name.to_owned(), model);
            return Ok(json!({"$ref": format!("#/definitions/{name}")}));
        }
        Ok(match schema.get("type").and_then(Value::as_str) {
            None => json!({"type": "any"}),
            Some("array") => json!({"type": "array", "items": self.schema(name, &schema["items"])?}),
            Some("object") => {
                let values = match schema.get("additionalProperties") {
                    Some(values @ Value::Object(_)) => self.schema(name, values)?,
                    _ => json!({"type": "any"}),
                };
                json!({"type": "object", "additionalProperties": values})
            }
            Some("string") if schema["format"] == "binary" => json!({"type": "file"}),
            Some(kind @ ("string" | "integer")) if schema.get("enum").is_some() => {
                json!({"type": kind, "enum": schema["enum"]})
            }
            Some(kind @ ("string" | "integer" | "number" | "boolean")) => json!({"type": kind}),
            Some(other) => bail!("unknown type {other}"),
        })
    }
}

/// Whether a schema is a model: it names its properties.
fn is_object(schema: &Value) -> bool {
    schema.get("properties").is_some() || schema.get("allOf").is_some()
}

/// The schema of a body; JSON, where several content types are offered.
fn offered(content: &Value) -> Option<&Value> {
    let content = content.as_object()?;
    content.get("application/json").or_else(|| content.values().next())?.get("schema")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::uniform;

    #[test]
    fn openapi_becomes_named_models() {
        let read = uniform(json!({
            "openapi": "3.0.3", "info": {"version": "1"},
            "paths": {"/things": {"post": {
                "operationId": "makeThing",
                "parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}}],
                "requestBody": {"content": {
                    "multipart/form-data": {"schema": {"$ref": "#/components/schemas/Thing"}},
                    "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}
                }},
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"allOf": [
                        {"$ref": "#/components/schemas/Thing"},
                        {"properties": {"more": {"type": "object", "properties": {"x": {"type": "number"}}}}}
                    ]}}}},
                    "204": {"content": {"application/json": {"schema": {}}}}
                }
            }}},
            "components": {"schemas": {
                "Colour": {"type": "string", "enum": ["red", "blue"]},
                "Thing": {
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "colour": {"$ref": "#/components/schemas/Colour", "nullable": true},
                        "count": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
                        "free": {"type": "object", "additionalProperties": {}}
                    },
                    "discriminator": {"propertyName": "colour", "mapping": {"red": "#/components/schemas/Red"}}
                },
                "Red": {"allOf": [{"$ref": "#/components/schemas/Thing"}, {"required": ["count"], "properties": {}}]}
            }}
        }))
        .unwrap();
        let thing = &read["definitions"]["Thing"];
        assert_eq!(
            thing["properties"],
            json!({
                "file": {"type": "file"},
                "colour": {"type": "string", "enum": ["red", "blue"], "nullable": true},
                "count": {"type": "integer or string"},
                "free": {"type": "object", "additionalProperties": {"type": "any"}}
            })
        );
        assert_eq!(thing["by"], json!({"property": "colour", "models": {"red": "Red"}}));
        let red = &read["definitions"]["Red"];
        assert_eq!((&red["required"], red.get("by")), (&json!(["file", "count"]), None));
        let made = &read["paths"]["/things"]["post"];
        assert_eq!(made["parameters"][1]["schema"], json!({"$ref": "#/definitions/Thing"}));
        assert_eq!(made["responses"]["200"]["schema"], json!({"$ref": "#/definitions/makeThingResponse"}));
        assert_eq!(made["responses"]["204"], json!({}));
        let more = &read["definitions"]["makeThingResponse.more"]["properties"];
        assert_eq!(more, &json!({"x": {"type": "number"}}));
    }

    #[test]
    fn the_fields_of_a_form_become_a_model() {
        let read = uniform(json!({
            "swagger": "2.0", "definitions": {},
            "paths": {"/files": {"post": {
                "operationId": "upload",
                "parameters": [
                    {"name": "File", "in": "formData", "type": "file", "required": true},
                    {"name": "Name", "in": "formData", "type": "string", "required": false}
                ],
                "responses": {"200": {}}
            }}}
        }))
        .unwrap();
        assert_eq!(read["definitions"]["uploadForm"]["required"], json!(["File"]));
        assert_eq!(
            read["paths"]["/files"]["post"]["parameters"],
            json!([{"name": "uploadForm", "in": "body", "schema": {"$ref": "#/definitions/uploadForm"}}])
        );
    }
}
