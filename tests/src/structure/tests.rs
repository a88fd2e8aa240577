//! The contract against hand-written examples of every operation, whole and damaged.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Value, json};

use super::contract::RequestBody;
use super::table::Scope;
use super::{Contract, Direction, Exchange, Tally, What, drops, mutations, nulls, renames};

const ENVELOPE: &str = "/restapi/v2.1/accounts/5b1a2f0e-7c44-4d1f-9a7e-2f3c6b8d9e01/envelopes/565920e1-4383-86cb-8185-0c1d2e3f4a5b";

/// One exchange, valid by the facts. Every key must be there, except those it names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    about: String,
    method: String,
    path: String,
    #[serde(default)]
    query: BTreeMap<String, String>,
    request: Option<Value>,
    #[serde(default)]
    may_drop_from_request: BTreeSet<String>,
    status: u16,
    response: Option<Value>,
    #[serde(default)]
    may_drop_from_response: BTreeSet<String>,
}

impl Example {
    fn query(&self) -> Vec<(String, String)> {
        self.query.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// How many faults the contract finds in this half when it is replaced by `json`.
    fn faults(&self, contract: &Contract, direction: Direction, json: &Value) -> usize {
        match direction {
            Direction::Request => {
                contract.check_request(&self.method, &self.path, &self.query(), Some(json)).len()
            }
            Direction::Response => {
                contract.check_response(&self.method, &self.path, self.status, Some(json)).len()
            }
        }
    }

    fn is_red(&self, contract: &Contract, direction: Direction, json: &Value) -> bool {
        self.faults(contract, direction, json) > 0
    }

    fn halves(&self) -> impl Iterator<Item = (Direction, &Value, &BTreeSet<String>)> {
        let request =
            self.request.as_ref().map(|json| (Direction::Request, json, &self.may_drop_from_request));
        let response =
            self.response.as_ref().map(|json| (Direction::Response, json, &self.may_drop_from_response));
        request.into_iter().chain(response)
    }
}

/// The examples, by the name of their file, which is the operation's.
fn examples() -> BTreeMap<String, Vec<Example>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("contracts/docusign/examples");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|file| {
            let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
            let examples = serde_json::from_slice(&fs::read(&file).unwrap())
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, examples)
        })
        .collect()
}

#[test]
fn every_operation_has_examples_and_they_keep_the_contract() {
    let contract = Contract::docusign();
    let mut tally = Tally::default();
    let examples = examples();
    for (name, examples) in &examples {
        assert!(examples.iter().any(|example| (200..300).contains(&example.status)), "{name} has no success");
        for example in examples {
            let operation = contract.operation(&example.method, &example.path);
            assert_eq!(operation.map(super::Operation::name), Some(name.as_str()), "{}", example.about);
            let (query, request) = (example.query(), example.request.as_ref());
            let found = contract.check_request(&example.method, &example.path, &query, request);
            assert_eq!(found, [], "{name}, {}", example.about);
            let exchange = Exchange {
                method: &example.method,
                path: &example.path,
                query: &query,
                request,
                status: example.status,
                response: example.response.as_ref(),
            };
            let found = contract.check_exchange(&exchange, &mut tally);
            assert!(found.is_empty(), "{name}, {}:\n{}", example.about, found[0]);
        }
    }
    assert_eq!(tally.unseen(&contract), Vec::<&str>::new());
    assert_eq!(tally.operations(), examples.len());
    println!("{tally}");
}

#[test]
fn every_renamed_key_turns_the_contract_red() {
    let contract = Contract::docusign();
    let mut reddened: BTreeMap<&str, usize> = BTreeMap::new();
    let examples = examples();
    for (name, examples) in &examples {
        let count = reddened.entry(name).or_default();
        for example in examples {
            for (direction, json, _) in example.halves() {
                for (what, damaged) in renames(json) {
                    assert!(
                        example.is_red(&contract, direction, &damaged),
                        "{name}, {}, {direction}: {what}",
                        example.about
                    );
                    *count += 1;
                }
            }
            for (parameter, value) in &example.query {
                let mut query = example.query();
                query.retain(|(name, _)| name != parameter);
                query.push((format!("{parameter}_renamed"), value.clone()));
                let found =
                    contract.check_request(&example.method, &example.path, &query, example.request.as_ref());
                assert!(!found.is_empty(), "{name}, {}: ?{parameter}", example.about);
                *count += 1;
            }
        }
    }
    let untouched: Vec<_> = reddened.iter().filter(|(_, count)| **count == 0).collect();
    assert_eq!(untouched, []);
    println!(
        "contract: {} operations, {} renamed keys, all red",
        reddened.len(),
        reddened.values().sum::<usize>()
    );
}

#[test]
fn every_required_key_that_is_dropped_turns_the_contract_red_and_no_other() {
    let contract = Contract::docusign();
    let mut reddened: BTreeMap<&str, usize> = BTreeMap::new();
    let mut optional = 0;
    let examples = examples();
    for (name, examples) in &examples {
        for example in examples {
            for (direction, json, may_drop) in example.halves() {
                let mut unused = may_drop.clone();
                for (what, damaged) in drops(json) {
                    let pointer = what.strip_prefix("dropped ").unwrap();
                    let free = unused.remove(pointer);
                    let red = example.is_red(&contract, direction, &damaged);
                    assert_eq!(red, !free, "{name}, {}, {direction}: {what}", example.about);
                    if free {
                        optional += 1;
                    } else {
                        *reddened.entry(name).or_default() += 1;
                    }
                }
                assert!(unused.is_empty(), "{name}, {}, {direction}: no such key {unused:?}", example.about);
            }
        }
    }
    let without: Vec<&String> =
        examples.keys().filter(|name| !reddened.contains_key(name.as_str())).collect();
    assert_eq!(without, Vec::<&String>::new());
    println!(
        "contract: {} operations, {} dropped keys red, {optional} optional ones green",
        reddened.len(),
        reddened.values().sum::<usize>()
    );
}

/// A row that no example can break may be misspelled, or may rest on a direction that never comes.
#[test]
fn every_row_of_required_keys_can_be_broken() {
    let mut contract = Contract::docusign();
    let examples: Vec<(String, Example)> = examples()
        .into_iter()
        .flat_map(|(name, all)| all.into_iter().map(move |one| (name.clone(), one)))
        .collect();
    let mut damaged = Vec::new();
    for (name, example) in &examples {
        for (direction, json, _) in example.halves() {
            damaged.extend(drops(json).map(|(_, json)| (name, example, direction, json)));
        }
    }
    let faults = |contract: &Contract, on: &Scope| -> usize {
        damaged
            .iter()
            .filter(|(name, ..)| on.operations.is_empty() || on.operations.contains(name))
            .filter(|(_, _, direction, _)| on.direction.is_none_or(|only| only == *direction))
            .map(|(_, example, direction, json)| example.faults(contract, *direction, json))
            .sum()
    };
    for index in 0..contract.table.required.len() {
        let whole = faults(&contract, &contract.table.required[index].on);
        let row = contract.table.required.remove(index);
        assert!(faults(&contract, &row.on) < whole, "no example breaks {row:?}");
        contract.table.required.insert(index, row);
    }
    println!("contract: {} rows of required keys, each broken by an example", contract.table.required.len());
}

#[test]
fn null_is_never_a_value() {
    let contract = Contract::docusign();
    let mut count = 0;
    for (name, examples) in &examples() {
        for example in examples {
            for (direction, json, _) in example.halves() {
                for (what, damaged) in nulls(json) {
                    assert!(
                        example.is_red(&contract, direction, &damaged),
                        "{name}, {}, {direction}: {what}",
                        example.about
                    );
                    count += 1;
                }
            }
        }
    }
    println!("contract: {count} values replaced by null, all red");
}

#[test]
fn a_body_that_is_missing_or_too_much_is_red() {
    let contract = Contract::docusign();
    let mut count = 0;
    for (name, examples) in &examples() {
        for example in examples {
            let operation = contract.operation(&example.method, &example.path).unwrap();
            let request = contract.check_request(&example.method, &example.path, &example.query(), None);
            assert_eq!(
                !request.is_empty(),
                matches!(operation.request, RequestBody::Json(_)),
                "{name}, {}",
                example.about
            );
            let other = example.response.is_none().then(|| json!({}));
            let response =
                contract.check_response(&example.method, &example.path, example.status, other.as_ref());
            assert!(!response.is_empty(), "{name}, {}", example.about);
            count += 2;
        }
    }
    println!("contract: {count} bodies taken away or added");
}

#[test]
fn a_status_that_is_not_declared_is_red() {
    let contract = Contract::docusign();
    for (name, examples) in &examples() {
        for example in examples.iter().filter(|example| example.status < 300) {
            let other = if example.status == 201 { 200 } else { 201 };
            for status in [other, 202, 204, 302, 418] {
                let found = contract.check_response(
                    &example.method,
                    &example.path,
                    status,
                    example.response.as_ref(),
                );
                assert!(
                    matches!(found[..], [super::Violation { what: What::WrongStatus { .. }, .. }]),
                    "{name}: {status}"
                );
            }
        }
    }
}

#[test]
fn the_wire_as_the_facts_forbid_it_is_red() {
    let contract = Contract::docusign();
    let get = |path: &str, json: Value| {
        let found = contract.check_response("GET", &format!("{ENVELOPE}{path}"), 200, Some(&json));
        found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let field = |text: Value| json!({"textCustomFields": text, "listCustomFields": []});
    let whole = json!({"fieldId": "1", "name": "n", "value": "v", "show": "false", "required": "false"});
    assert_eq!(get("/custom_fields", field(json!([whole.clone()]))), "");
    for (damaged, expected) in [
        (field(json!({})), "array of object (textCustomField) expected, object found"),
        (field(Value::Null), "array of object (textCustomField) expected, null found"),
        (
            json!({"textCustomFields": [{"fieldId": "1", "name": "n", "value": "v", "show": false, "required": "false"}], "listCustomFields": []}),
            "at /textCustomFields/0/show: string expected, boolean found",
        ),
        (
            json!({"textCustomFields": [{"fieldId": "1", "name": "n", "value": "v", "show": "False", "required": "false"}], "listCustomFields": []}),
            "at /textCustomFields/0/show: \"False\" is not in the set flag (FACTS 0, recorded)",
        ),
        (json!([]), "object (customFieldsEnvelope) expected, array found"),
    ] {
        let found = get("/custom_fields", damaged);
        assert!(found.contains(expected), "{found}");
    }
    let found = get(
        "/notification",
        json!({"useAccountDefaults": "false", "reminders": {"reminderEnabled": "true", "reminderDelay": 2, "reminderFrequency": "x"}, "expirations": {"expireEnabled": "false"}}),
    );
    assert!(found.contains("/reminders/reminderDelay: string expected, number found"), "{found}");
    assert!(found.contains("/reminders/reminderFrequency: \"x\" is not an integer in text"), "{found}");
}

#[test]
fn forms_and_sets_are_judged() {
    let contract = Contract::docusign();
    let found = |status: &str, when: &str, id: &str, uri: &str| {
        let answer = json!({"envelopeId": id, "uri": uri, "statusDateTime": when, "status": status});
        contract.check_response("POST", "/restapi/v2.1/accounts/1/envelopes", 201, Some(&answer)).len()
    };
    let (id, when, uri) =
        ("565920e1-4383-86cb-8185-0c1d2e3f4a5b", "2026-06-24T14:31:11.6600000Z", "/envelopes/1");
    assert_eq!(found("sent", when, id, uri), 0);
    assert_eq!(found("Sent", when, id, uri), 1);
    assert_eq!(found("signed_by_all", when, id, uri), 1);
    assert_eq!(found("sent", "2026-06-24T14:31:11.66Z", id, uri), 1);
    assert_eq!(found("sent", "2026-06-24T14:31:11.6600000", id, uri), 1);
    assert_eq!(found("sent", when, "565920e14383", uri), 1);
    assert_eq!(found("sent", when, id, "https://na3.docusign.net/envelopes/1"), 1);
}

#[test]
fn the_query_is_judged() {
    let contract = Contract::docusign();
    let found = |query: &str| {
        let found = contract.check_request("GET", &format!("/v2.1/accounts/1/envelopes{query}"), &[], None);
        found.iter().map(|violation| violation.pointer.clone()).collect::<Vec<_>>()
    };
    assert_eq!(found("?from_date=2026-06-01T00%3A00%3A00Z&order=asc&status=sent,completed"), [] as [&str; 0]);
    assert_eq!(found("?count=10"), [""]);
    assert_eq!(found("?from_date=yesterday"), ["?from_date"]);
    assert_eq!(
        found("?from_date=2026-06-01&order=up&include=recipients,secrets&page=2"),
        ["?page", "?order", "?include"]
    );
    let renew =
        contract.check_request("PUT", &format!("{ENVELOPE}?resend_envelope=true"), &[], Some(&json!({})));
    assert_eq!(renew, []);
    assert_eq!(contract.check_request("PUT", ENVELOPE, &[], Some(&json!({}))).len(), 1);
}

#[test]
fn paths_lead_to_their_operations() {
    let contract = Contract::docusign();
    let name = |method: &str, path: &str| contract.operation(method, path).map(super::Operation::name);
    assert_eq!(name("GET", ENVELOPE), Some("getEnvelope"));
    assert_eq!(name("get", ENVELOPE.strip_prefix("/restapi").unwrap()), Some("getEnvelope"));
    assert_eq!(name("PUT", "/restapi/v2.1/accounts/1/envelopes/status"), Some("listStatus"));
    assert_eq!(name("GET", &format!("{ENVELOPE}/documents/combined?certificate=true")), Some("getDocument"));
    assert_eq!(name("POST", "/oauth/token"), Some("requestJWTUserToken"));
    assert_eq!(name("GET", "/restapi/v2.1/accounts/1/envelopes/"), None);
    assert_eq!(name("PATCH", ENVELOPE), None);
    let found = contract.check_response("GET", "/restapi/v2.1/nothing", 200, None);
    assert!(matches!(found[..], [super::Violation { what: What::UnknownOperation, .. }]));
    assert_eq!(
        found[0].to_string(),
        "response of GET /restapi/v2.1/nothing: the contract knows no such operation"
    );
}

#[test]
fn a_refused_request_is_held_to_nothing_and_a_gateway_may_be_silent() {
    let contract = Contract::docusign();
    let mut tally = Tally::default();
    let mut exchange = Exchange {
        method: "POST",
        path: "/restapi/v2.1/accounts/1/envelopes",
        query: &[],
        request: Some(&json!({"status": "nonsense"})),
        status: 503,
        response: None,
    };
    assert_eq!(contract.check_exchange(&exchange, &mut tally), []);
    exchange.status = 400;
    assert_eq!(contract.check_exchange(&exchange, &mut tally).len(), 1, "a refusal says why");
    exchange.response = Some(&Value::Null);
    assert_eq!(contract.check_exchange(&exchange, &mut tally).len(), 1);
    exchange.status = 201;
    assert_eq!(contract.check_exchange(&exchange, &mut tally).len(), 2, "request and answer");
    assert_eq!(tally.to_string(), "contract: 1 operations, 5 messages");
}

#[test]
fn signing_links_and_tokens_are_not_shown() {
    let contract = Contract::docusign();
    let answer = json!({"url": "ftp://secret-link"});
    let found = contract.check_response("POST", &format!("{ENVELOPE}/views/recipient"), 201, Some(&answer));
    assert_eq!(found.len(), 1);
    assert!(!found[0].to_string().contains("secret"), "{}", found[0]);
}

#[test]
fn mutations_touch_every_key_twice() {
    let json = json!({"a": [{"b/c": 1}], "d": {"e": {}}});
    let done: Vec<String> = mutations(&json).map(|(what, _)| what).collect();
    let pointers = ["/a", "/a/0/b~1c", "/d", "/d/e"];
    let expected =
        ["renamed", "dropped"].iter().flat_map(|how| pointers.map(|pointer| format!("{how} {pointer}")));
    assert_eq!(done, expected.collect::<Vec<_>>());
    for (what, damaged) in mutations(&json) {
        assert_ne!(damaged, json, "{what}");
    }
    let renamed = renames(&json).nth(1).unwrap().1;
    assert_eq!(renamed, json!({"a": [{"b/c_renamed": 1}], "d": {"e": {}}}));
}

#[test]
fn the_table_says_how_well_it_is_known() {
    let contract = Contract::docusign();
    let rows = contract.evidence();
    assert!(["documented", "recorded", "unverified"].iter().all(|label| rows[label] > 0));
    let unverified: usize = contract.table.sets.values().map(|set| set.unverified.len()).sum();
    println!("contract: rows of the table by evidence {rows:?}, unverified values in sets {unverified}");
}

#[test]
fn a_table_that_speaks_of_what_does_not_exist_is_refused() {
    let structure = include_str!("../../contracts/docusign/structure.json");
    let table = include_str!("../../contracts/docusign/required.toml");
    let uncited = format!(
        "{table}\n[[required]]\non = {{ models = ['signer'] }}\nkeys = ['name']\nfact = 'hearsay'\nevidence = 'D'"
    );
    assert!(Contract::parse(structure, &uncited).unwrap_err().contains("cites nothing"));
    let fewer = table.replace("properties = [\"read\"]", "properties = []");
    assert!(Contract::parse(structure, &fewer).unwrap_err().contains("comment.read"));
    let row = |row: &str| {
        Contract::parse(structure, &format!("{table}\n{row}\nfact = 'spec'\nevidence = 'D'\n")).unwrap_err()
    };
    for (bad, expected) in [
        ("[[required]]\non = { models = ['signer'] }\nkeys = ['nome']", "signer declares no nome"),
        ("[[required]]\non = { models = ['singer'] }\nkeys = ['name']", "no model singer"),
        ("[[required]]\non = { models = ['signer'] }", "says nothing"),
        (
            "[[required]]\non = { models = ['signer'], operations = ['sing'] }\nkeys = ['name']",
            "no operation sing",
        ),
        (
            "[[required]]\non = { models = ['signer'] }\nkeys = ['name']\nunles = ['email']",
            "unknown field `unles`",
        ),
        ("[[value]]\non = { models = ['signer'] }\nproperties = ['*Nome']\nset = 'flag'", "declares *Nome"),
        ("[[value]]\non = { models = ['signer'] }\nproperties = ['name']\nset = 'flags'", "no set flags"),
        ("[[query]]\nnames = ['pages']\nset = 'flag'", "no operation has a query parameter pages"),
    ] {
        let error = row(bad);
        assert!(error.contains(expected), "{error}");
    }
}
