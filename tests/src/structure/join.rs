//! Both files read, joined and checked against each other.

use std::collections::{BTreeMap, BTreeSet};

use super::contract::{Contract, Model, Operation, RequestBody, matches};
use super::shape::{PublishedOperation, Structure, Type};
use super::table::{Deviation, Scope, Table};

impl Contract {
    /// Joins both files. Every name the table speaks of must exist.
    pub(crate) fn parse(provider: &str, structure: &str, table: &str) -> Result<Self, String> {
        let structure: Structure =
            serde_json::from_str(structure).map_err(|error| format!("structure.json: {error}"))?;
        let mut table: Table = toml::from_str(table).map_err(|error| format!("required.toml: {error}"))?;

        let mut models: BTreeMap<String, Model> = BTreeMap::new();
        for (name, model) in structure.models {
            let properties = model.both.into_iter().chain(model.spec).chain(model.sdk).collect();
            models.insert(name, Model { properties, required: model.required, by: model.by });
        }
        for (name, properties) in std::mem::take(&mut table.models) {
            if models.insert(name.clone(), Model { properties, ..Model::default() }).is_some() {
                return Err(format!("required.toml describes {name}, which is published"));
            }
        }
        let mut operations = Vec::new();
        for (name, published) in structure.operations {
            operations.push(operation(name, published, &table)?);
        }
        for own in &table.operation {
            let form = own.form.clone().map(RequestBody::Form);
            operations.push(Operation {
                name: own.name.clone(),
                method: own.method.clone(),
                path: own.path.clone(),
                query: own.query.iter().cloned().collect(),
                takes_files: false,
                request: form.or(own.json.clone().map(RequestBody::Json)).unwrap_or(RequestBody::Nothing),
                success: BTreeMap::from([(own.status, own.answer.clone())]),
                error: own
                    .error
                    .clone()
                    .or_else(|| table.errors.body.clone())
                    .ok_or_else(|| format!("{} declares no error", own.name))?,
                refusals: refusals(&own.refusals, &table.errors.gateway),
            });
        }
        let contract = Self { provider: provider.to_owned(), operations, models, table };
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
        for row in &mut self.table.deviation {
            expand(&mut row.on, &self.models)?;
        }
        let names: BTreeSet<&str> = self.operations.iter().map(Operation::name).collect();
        let table = &self.table;
        let scopes =
            table.value.iter().map(|rule| &rule.on).chain(table.required.iter().map(|rule| &rule.on));
        let scopes = scopes.chain(table.deviation.iter().map(|row| &row.on));
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
        let types = self.models.values().flat_map(|model| model.properties.values());
        let kinds = self.models.values().filter_map(|model| model.by.as_ref());
        let added = table.deviation.iter().flat_map(|row| row.adds.values().chain(row.retypes.values()));
        let referred = types.chain(added).filter_map(Type::model);
        for model in referred.chain(kinds.flat_map(|by| by.models.values().map(String::as_str))) {
            if !self.models.contains_key(model) {
                return Err(format!("no model {model}"));
            }
        }
        for row in &table.deviation {
            self.check_deviation(row)?;
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
                let declared = self.properties(model)?;
                let named = rule.keys.iter().chain(rule.when.keys()).chain(&rule.when_present);
                if let Some(missing) = named.into_iter().find(|key| !declared.contains_key(*key)) {
                    return Err(format!("required.toml: {model} declares no {missing}"));
                }
            }
            let nothing = rule.keys.is_empty() && !rule.some;
            let declares = |model: &String, key: &String| {
                self.models.get(model).is_some_and(|model| model.properties.contains_key(key))
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
                if !declared
                    .flat_map(|(_, model)| model.properties.keys())
                    .any(|name| matches(property, name))
                {
                    return Err(format!("required.toml: none of {:?} declares {property}", rule.on.models));
                }
            }
        }
        if !self.table.real_scalar.is_empty() {
            self.check_real_scalars()?;
        }
        for rule in &self.table.query {
            for name in rule.names.iter().chain(&rule.one_of) {
                if !self.operations.iter().any(|operation| operation.query.contains(name)) {
                    return Err(format!("required.toml: no operation has a query parameter {name}"));
                }
            }
        }
        Ok(())
    }

    fn properties(&self, model: &str) -> Result<&BTreeMap<String, Type>, String> {
        let model = self.models.get(model).ok_or_else(|| format!("required.toml: no model {model}"))?;
        Ok(&model.properties)
    }

    /// A deviation that is published by now has to go, and so has one that speaks of nothing published.
    fn check_deviation(&self, row: &Deviation) -> Result<(), String> {
        let fault = |text: &str| Err(format!("required.toml: deviation {:?}: {text}", row.what));
        if row.says_nothing() {
            return fault("says nothing");
        }
        for model in &row.on.models {
            let declared = self.properties(model)?;
            if let Some(name) = row.adds.keys().find(|name| declared.contains_key(*name)) {
                return fault(&format!("{model} declares {name} by now"));
            }
            let listed = row.retypes.keys().chain(row.values.keys()).chain(&row.nulls);
            if let Some(name) = listed.into_iter().find(|name| !declared.contains_key(*name)) {
                return fault(&format!("{model} declares no {name}"));
            }
            let required = self.models.get(model).map_or(&[][..], |model| &model.required);
            if let Some(name) = row.omits.iter().find(|name| !required.contains(name)) {
                return fault(&format!("{model} does not require {name}"));
            }
        }
        for name in &row.on.operations {
            let own = self.operations.iter().filter(|operation| operation.name == *name);
            for operation in own {
                if let Some(known) = row.query.iter().find(|query| operation.query.contains(*query)) {
                    return fault(&format!("{name} declares ?{known} by now"));
                }
                if row.status.is_some_and(|status| operation.success.contains_key(&status)) {
                    return fault(&format!("{name} declares the status by now"));
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
        for (model, declares) in &self.models {
            let real = declares.properties.iter().filter(|(_, kind)| kind.is_real_scalar());
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

fn operation(name: String, published: PublishedOperation, table: &Table) -> Result<Operation, String> {
    let takes = |kind: &str| published.consumes.iter().any(|consumed| consumed.contains(kind));
    let (json, takes_files) = (published.consumes.is_empty() || takes("json"), takes("multipart/"));
    let raw = table.raw_body.iter().any(|body| body.operation == name);
    let request = match published.request {
        Some(body) if json => RequestBody::Json(body),
        Some(body) => RequestBody::Form(body),
        None if raw => RequestBody::Raw,
        None => RequestBody::Nothing,
    };
    let success = published.success.into_iter();
    let success =
        success.map(|(status, body)| Ok((status.parse::<u16>().map_err(|error| error.to_string())?, body)));
    let mut query: BTreeSet<String> =
        [published.query.both, published.query.spec, published.query.sdk].into_iter().flatten().collect();
    query.extend(published.path.split_once('?').map(|(_, own)| own.to_owned()));
    let error = published.errors.into_values().next().or_else(|| table.errors.body.clone());
    Ok(Operation {
        method: published.method,
        path: published.path,
        query,
        request,
        takes_files,
        success: success.collect::<Result<_, String>>()?,
        error: error.ok_or_else(|| format!("{name} declares no error"))?,
        refusals: refusals(&table.errors.statuses, &table.errors.gateway),
        name,
    })
}

/// Whether the body may be missing, by status.
fn refusals(statuses: &[u16], gateway: &[u16]) -> BTreeMap<u16, bool> {
    let known = statuses.iter().map(|status| (*status, false));
    known.chain(gateway.iter().map(|status| (*status, true))).collect()
}

fn expand(scope: &mut Scope, models: &BTreeMap<String, Model>) -> Result<(), String> {
    let mut expanded = Vec::new();
    for name in scope.models.drain(..) {
        let lists = name.strip_prefix("items of ");
        let found = models.get(lists.unwrap_or(&name));
        match (lists, found) {
            (None, _) if name == "*" => expanded.push(name),
            (None, Some(_)) => expanded.push(name),
            (Some(_), Some(model)) => {
                let lists = model.properties.values().filter(|kind| matches!(kind, Type::List(_)));
                expanded.extend(lists.filter_map(Type::model).map(str::to_owned));
            }
            (_, None) => return Err(format!("required.toml: no model {name}")),
        }
    }
    scope.models = expanded;
    Ok(())
}
