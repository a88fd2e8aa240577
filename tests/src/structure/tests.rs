//! The contracts against hand-written examples of every operation, whole and damaged.

mod docusign;
mod example;
mod rules;

use std::collections::BTreeMap;

use serde_json::json;

use super::contract::RequestBody;
use super::{Contract, Exchange, Operation, Tally, What, drops, nulls, renames};
use example::{Example, examples, kept_free};

#[test]
fn every_operation_has_examples_and_they_keep_the_contract() {
    for contract in Contract::all() {
        let mut tally = Tally::default();
        let examples = examples(&contract);
        for (name, examples) in &examples {
            assert!(examples.iter().any(|one| (200..300).contains(&one.status)), "{name} has no success");
            for example in examples {
                let operation = contract.operation(&example.method, &example.path_and_query());
                assert_eq!(operation.map(Operation::name), Some(name.as_str()), "{}", example.about);
                let (query, request) = (example.query(), example.request.as_ref());
                let judged =
                    contract.judge_request(&example.method, &example.path, &query, request, &example.files);
                assert_eq!(judged.violations, [], "{name}, {}", example.about);
                let exchange = Exchange {
                    method: &example.method,
                    path: &example.path,
                    query: &query,
                    request,
                    files: &example.files,
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
}

#[test]
fn every_renamed_key_turns_the_contract_red() {
    for contract in Contract::all() {
        let mut reddened: BTreeMap<&str, usize> = BTreeMap::new();
        let examples = examples(&contract);
        for (name, examples) in &examples {
            let count = reddened.entry(name).or_default();
            for example in examples {
                for half in example.halves() {
                    for (what, damaged) in renames(half.json).filter(|(what, _)| !kept_free(&half, what)) {
                        let red = example.is_red(&contract, half.direction, &damaged);
                        assert!(red, "{name}, {}, {}: {what}", example.about, half.direction);
                        *count += 1;
                    }
                }
                for parameter in example.query.keys() {
                    let query = example.with_renamed(parameter);
                    let request = example.request.as_ref();
                    let found = contract.check_request(&example.method, &example.path, &query, request);
                    assert!(!found.is_empty(), "{name}, {}: ?{parameter}", example.about);
                    *count += 1;
                }
            }
        }
        println!(
            "contract: {}: {} operations, {} renamed keys, all red",
            contract.provider(),
            reddened.len(),
            reddened.values().sum::<usize>()
        );
    }
}

#[test]
fn every_required_key_that_is_dropped_turns_the_contract_red_and_no_other() {
    let mut wrong: Vec<String> = Vec::new();
    for contract in Contract::all() {
        let provider = contract.provider();
        let (mut red, mut optional) = (0, 0);
        for (name, examples) in &examples(&contract) {
            for example in examples {
                for half in example.halves() {
                    let mut unused = half.may_drop.clone();
                    for (what, damaged) in drops(half.json).filter(|(what, _)| !kept_free(&half, what)) {
                        let pointer = what.strip_prefix("dropped ").unwrap();
                        let free = unused.remove(pointer);
                        if example.is_red(&contract, half.direction, &damaged) == free {
                            let half = half.direction;
                            wrong.push(format!("{provider}|{name}|{}|{half}|{pointer}", example.about));
                        }
                        *if free { &mut optional } else { &mut red } += 1;
                    }
                    assert!(unused.is_empty(), "{name}, {}: no such key {unused:?}", example.about);
                }
            }
        }
        println!("contract: {provider}: {red} dropped keys red, {optional} optional ones green");
    }
    assert!(wrong.is_empty(), "not as the examples say:\n{}", wrong.join("\n"));
}

/// A row that no example can break may be misspelled, or may rest on a direction that never comes.
#[test]
fn every_row_of_required_keys_can_be_broken() {
    for mut contract in Contract::all() {
        let examples: Vec<(String, Example)> = examples(&contract)
            .into_iter()
            .flat_map(|(name, all)| all.into_iter().map(move |one| (name.clone(), one)))
            .collect();
        let mut damaged = Vec::new();
        for (name, example) in &examples {
            for half in example.halves() {
                damaged.extend(drops(half.json).map(|(_, json)| (name, example, half.direction, json)));
            }
        }
        let mut damaged: Vec<_> = damaged
            .into_iter()
            .map(|(name, example, direction, json)| {
                let faults = example.faults(&contract, direction, &json);
                (name, example, direction, json, faults)
            })
            .collect();
        // What is green as it is breaks no row.
        damaged.retain(|(.., faults)| *faults > 0);
        let rows = contract.table.required.len();
        for index in 0..rows {
            let row = contract.table.required.remove(index);
            let broken = damaged
                .iter()
                .filter(|(name, _, direction, ..)| row.on.reaches(name, *direction))
                .any(|(_, example, direction, json, whole)| {
                    example.faults(&contract, *direction, json) < *whole
                });
            assert!(broken, "no example breaks {row:?}");
            contract.table.required.insert(index, row);
        }
        println!(
            "contract: {}: {rows} rows of required keys, each broken by an example",
            contract.provider()
        );
    }
}

/// A deviation that no example needs may be misspelled, or may have become the published shape.
#[test]
fn every_deviation_is_needed_by_an_example() {
    for mut contract in Contract::all() {
        let examples: Vec<Example> = examples(&contract).into_values().flatten().collect();
        let rows = contract.table.deviation.len();
        for index in 0..rows {
            let row = contract.table.deviation.remove(index);
            let needed = examples.iter().any(|example| example.is_wrong(&contract));
            assert!(needed, "{}: no example needs {:?}", contract.provider(), row.what);
            contract.table.deviation.insert(index, row);
        }
        println!("contract: {}: {rows} deviations, each needed by an example", contract.provider());
    }
}

#[test]
fn null_is_a_value_only_where_it_is_published() {
    for contract in Contract::all() {
        let (mut red, mut published) = (0, 0);
        for (name, examples) in &examples(&contract) {
            for example in examples {
                for half in example.halves() {
                    for (what, damaged) in nulls(half.json).filter(|(what, _)| !kept_free(&half, what)) {
                        let is_red = example.is_red(&contract, half.direction, &damaged);
                        assert!(
                            is_red || contract.provider() != "docusign",
                            "{name}, {}, {}: {what}",
                            example.about,
                            half.direction
                        );
                        *if is_red { &mut red } else { &mut published } += 1;
                    }
                }
            }
        }
        println!("contract: {}: {red} nulls red, {published} published as possible", contract.provider());
        assert!(red > published, "{}", contract.provider());
    }
}

#[test]
fn a_body_that_is_missing_or_too_much_is_red() {
    for contract in Contract::all() {
        let mut count = 0;
        for (name, examples) in &examples(&contract) {
            for example in examples {
                let operation = contract.operation(&example.method, &example.path_and_query()).unwrap();
                let request = contract.check_request(&example.method, &example.path, &example.query(), None);
                let needed = matches!(operation.request, RequestBody::Json(_));
                assert_eq!(!request.is_empty(), needed, "{name}, {}", example.about);
                let other = example.response.is_none().then(|| json!({}));
                let path = example.path_and_query();
                let response =
                    contract.check_response(&example.method, &path, example.status, other.as_ref());
                assert!(!response.is_empty(), "{name}, {}", example.about);
                count += 2;
            }
        }
        println!("contract: {}: {count} bodies taken away or added", contract.provider());
    }
}

#[test]
fn a_status_that_is_not_declared_is_red() {
    for contract in Contract::all() {
        for (name, examples) in &examples(&contract) {
            for example in examples.iter().filter(|example| example.status < 300) {
                let declared = |status: u16| example.status == status || example.also.contains(&status);
                for status in [200, 201, 202, 204, 302, 418].into_iter().filter(|status| !declared(*status)) {
                    let json = example.response.as_ref();
                    let path = example.path_and_query();
                    let found = contract.check_response(&example.method, &path, status, json);
                    assert!(
                        matches!(found[..], [super::Violation { what: What::WrongStatus { .. }, .. }]),
                        "{name}: {status}: {found:?}"
                    );
                }
            }
        }
    }
}
