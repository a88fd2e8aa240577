//! The contract: both files read, joined and checked against each other.

use std::collections::{BTreeMap, BTreeSet};

use super::shape::{Structure, Type};
use super::table::{Scope, Table};

/// One operation of the provider.
#[derive(Debug)]
pub struct Operation {
    name: String,
    method: String,
    path: String,
    pub(crate) query: BTreeSet<String>,
    pub(crate) request: RequestBody,
    pub(crate) success: BTreeMap<u16, Type>,
    /// What a refusal looks like.
    pub(crate) error: Type,
    /// The statuses of refusal; the body may be missing where the value says so.
    pub(crate) refusals: BTreeMap<u16, bool>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum RequestBody {
    /// No body, or an empty object.
    Nothing,
    /// Bytes that are not JSON.
    Raw,
    /// A form, held to the contract when the caller has decoded it.
    Form(Type),
    Json(Type),
}

impl Operation {
    /// The name, as the official SDKs call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The HTTP method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path's template, with `{name}` for what varies.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// How many segments fit literally, if all fit.
    fn fit(&self, path: &str) -> Option<usize> {
        let (mut template, mut real) = (self.path.split('/'), path.split('/'));
        let mut literal = 0;
        loop {
            match (template.next(), real.next()) {
                (None, None) => return Some(literal),
                (Some(part), Some(segment)) if part == segment => literal += 1,
                (Some(part), Some(segment)) if part.starts_with('{') && !segment.is_empty() => {}
                _ => return None,
            }
        }
    }
}

/// A provider's structural contract.
#[derive(Debug)]
pub struct Contract {
    pub(crate) operations: Vec<Operation>,
    pub(crate) models: BTreeMap<String, BTreeMap<String, Type>>,
    pub(crate) table: Table,
}

impl Contract {
    /// DocuSign eSignature REST API v2.1, with its OAuth endpoints.
    ///
    /// # Panics
    ///
    /// When the committed files contradict each other.
    #[must_use]
    pub fn docusign() -> Self {
        Self::parse(
            include_str!("../../contracts/docusign/structure.json"),
            include_str!("../../contracts/docusign/required.toml"),
        )
        .unwrap_or_else(|fault| panic!("tests/contracts/docusign: {fault}"))
    }

    /// All operations of the contract.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter()
    }

    /// The operation of this method and real path, with or without the prefix `/restapi`. A literal segment
    /// wins over a variable one: `envelopes/status` is not an envelope.
    #[must_use]
    pub fn operation(&self, method: &str, path: &str) -> Option<&Operation> {
        let path = path.split('?').next().unwrap_or(path);
        let path = path.strip_prefix("/restapi").unwrap_or(path);
        self.operations
            .iter()
            .filter(|operation| operation.method.eq_ignore_ascii_case(method))
            .filter_map(|operation| Some((operation.fit(path)?, operation)))
            .max_by_key(|(literal, _)| *literal)
            .map(|(_, operation)| operation)
    }

    /// How many rows of the table rest on which evidence.
    #[must_use]
    pub fn evidence(&self) -> BTreeMap<&'static str, usize> {
        let mut rows = BTreeMap::new();
        for (_, evidence) in self.table.citations() {
            *rows.entry(evidence.label()).or_default() += 1;
        }
        rows
    }

    /// Joins both files. Every name the table speaks of must exist.
    pub(crate) fn parse(structure: &str, table: &str) -> Result<Self, String> {
        let structure: Structure =
            serde_json::from_str(structure).map_err(|error| format!("structure.json: {error}"))?;
        let mut table: Table = toml::from_str(table).map_err(|error| format!("required.toml: {error}"))?;

        let mut models: BTreeMap<String, BTreeMap<String, Type>> = BTreeMap::new();
        for (name, model) in structure.models {
            models.insert(name, model.both.into_iter().chain(model.spec).chain(model.sdk).collect());
        }
        for (name, model) in std::mem::take(&mut table.models) {
            if models.insert(name.clone(), model).is_some() {
                return Err(format!("required.toml describes {name}, which is published"));
            }
        }

        let raw: BTreeSet<&str> = table.raw_body.iter().map(|body| body.operation.as_str()).collect();
        let refusals = |statuses: &[u16], gateway: &[u16]| {
            statuses
                .iter()
                .map(|status| (*status, false))
                .chain(gateway.iter().map(|status| (*status, true)))
                .collect()
        };
        let mut operations = Vec::new();
        for (name, published) in structure.operations {
            let request = match published.request {
                Some(body) => RequestBody::Json(body),
                None if raw.contains(name.as_str()) => RequestBody::Raw,
                None => RequestBody::Nothing,
            };
            let success = published.success.into_iter();
            let success = success
                .map(|(status, body)| Ok((status.parse::<u16>().map_err(|error| error.to_string())?, body)));
            operations.push(Operation {
                name: name.clone(),
                method: published.method,
                path: published.path,
                query: published
                    .query
                    .both
                    .into_iter()
                    .chain(published.query.spec)
                    .chain(published.query.sdk)
                    .collect(),
                request,
                success: success.collect::<Result<_, String>>()?,
                error: published
                    .errors
                    .into_values()
                    .next()
                    .ok_or_else(|| format!("{name} declares no error"))?,
                refusals: refusals(&table.errors.statuses, &table.errors.gateway),
            });
        }
        for own in &table.operation {
            operations.push(Operation {
                name: own.name.clone(),
                method: own.method.clone(),
                path: own.path.clone(),
                query: BTreeSet::new(),
                request: own.form.clone().map_or(RequestBody::Nothing, RequestBody::Form),
                success: BTreeMap::from([(own.status, own.answer.clone())]),
                error: own.error.clone(),
                refusals: refusals(&own.refusals, &table.errors.gateway),
            });
        }
        let contract = Self { operations, models, table };
        contract.resolved()
    }

    /// Replaces `items of X` by the models meant, and refuses names that lead nowhere.
    fn resolved(mut self) -> Result<Self, String> {
        for rule in &mut self.table.value {
            expand(&mut rule.on, &self.models)?;
        }
        for rule in &mut self.table.required {
            expand(&mut rule.on, &self.models)?;
        }
        let names: BTreeSet<&str> = self.operations.iter().map(Operation::name).collect();
        let table = &self.table;
        let scopes =
            table.value.iter().map(|rule| &rule.on).chain(table.required.iter().map(|rule| &rule.on));
        let named = scopes
            .flat_map(|scope| &scope.operations)
            .chain(table.query.iter().flat_map(|rule| &rule.operations));
        for operation in named.chain(table.raw_body.iter().map(|body| &body.operation)) {
            if !names.contains(operation.as_str()) {
                return Err(format!("required.toml: no operation {operation}"));
            }
        }
        let sets = table.value.iter().filter_map(|rule| rule.set.as_ref());
        for set in sets.chain(table.query.iter().filter_map(|rule| rule.set.as_ref())) {
            if !table.sets.contains_key(set) {
                return Err(format!("required.toml: no set {set}"));
            }
        }
        for model in self.models.values().flat_map(BTreeMap::values).filter_map(Type::model) {
            if !self.models.contains_key(model) {
                return Err(format!("no model {model}"));
            }
        }
        for (fact, _) in table.citations() {
            let section = fact.strip_prefix("FACTS ");
            if !section.is_some_and(|section| section.starts_with(|first: char| first.is_ascii_digit()))
                && !fact.starts_with("spec")
            {
                return Err(format!("required.toml: {fact:?} cites nothing"));
            }
        }
        self.check_properties()?;
        Ok(self)
    }

    /// A property that a row names must be declared: by every model where the row requires it, by one at least
    /// where the row bounds its value.
    fn check_properties(&self) -> Result<(), String> {
        for rule in &self.table.required {
            for model in rule.on.models.iter().filter(|model| !rule.on.except.contains(model)) {
                let declared =
                    self.models.get(model).ok_or_else(|| format!("required.toml: no model {model}"))?;
                let named = rule.keys.iter().chain(rule.when.keys()).chain(&rule.when_present);
                if let Some(missing) = named.into_iter().find(|key| !declared.contains_key(*key)) {
                    return Err(format!("required.toml: {model} declares no {missing}"));
                }
            }
            let nothing = rule.keys.is_empty() && !rule.some;
            let declares = |model: &String, key: &String| {
                self.models.get(model).is_some_and(|model| model.contains_key(key))
            };
            let undeclared = |key: &String| !rule.on.models.iter().any(|model| declares(model, key));
            if nothing || rule.unless.iter().any(undeclared) {
                return Err(format!("required.toml: a row of {:?} says nothing", rule.on.models));
            }
        }
        for rule in &self.table.value {
            let scope = |model: &String| rule.on.models.iter().any(|name| name == "*" || name == model);
            for property in &rule.properties {
                let declared = self.models.iter().filter(|(model, _)| scope(model));
                if !declared.flat_map(|(_, properties)| properties.keys()).any(|name| matches(property, name))
                {
                    return Err(format!("required.toml: none of {:?} declares {property}", rule.on.models));
                }
            }
        }
        self.check_real_scalars()?;
        for rule in &self.table.query {
            for name in rule.names.iter().chain(&rule.one_of) {
                if !self.operations.iter().any(|operation| operation.query.contains(name)) {
                    return Err(format!("required.toml: no operation has a query parameter {name}"));
                }
            }
        }
        Ok(())
    }

    /// The table's list of real booleans and numbers is complete, and lists nothing else.
    fn check_real_scalars(&self) -> Result<(), String> {
        let rows = &self.table.real_scalar;
        let listed: BTreeSet<(&str, &str)> = rows
            .iter()
            .flat_map(|row| row.properties.iter().map(|name| (row.model.as_str(), name.as_str())))
            .collect();
        let mut declared = BTreeSet::new();
        for (model, properties) in &self.models {
            let real = properties.iter().filter(|(_, kind)| kind.is_real_scalar());
            declared.extend(real.map(|(name, _)| (model.as_str(), name.as_str())));
        }
        match listed.symmetric_difference(&declared).next() {
            None => Ok(()),
            Some((model, name)) => {
                Err(format!("required.toml: is {model}.{name} text or not? The files disagree"))
            }
        }
    }
}

fn expand(scope: &mut Scope, models: &BTreeMap<String, BTreeMap<String, Type>>) -> Result<(), String> {
    let mut expanded = Vec::new();
    for name in scope.models.drain(..) {
        let lists = name.strip_prefix("items of ");
        let found = models.get(lists.unwrap_or(&name));
        match (lists, found) {
            (None, _) if name == "*" => expanded.push(name),
            (None, Some(_)) => expanded.push(name),
            (Some(_), Some(model)) => {
                let lists = model.values().filter(|kind| matches!(kind, Type::List(_)));
                expanded.extend(lists.filter_map(Type::model).map(str::to_owned));
            }
            (_, None) => return Err(format!("required.toml: no model {name}")),
        }
    }
    scope.models = expanded;
    Ok(())
}

/// Whether a name of the table, with `*` for a beginning, means this property.
pub(crate) fn matches(pattern: &str, property: &str) -> bool {
    pattern.strip_prefix('*').map_or(pattern == property, |end| property.ends_with(end))
}
