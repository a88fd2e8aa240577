use std::collections::BTreeSet;
use std::process::Command;

use super::find::{self, Mutant};
use super::insert::{self, SWITCH};
use super::judge::Outcome;
use super::report::{self, Reasons, Score};
use super::{PROVIDERS, sample};

/// A program in which every kind of change shows in what it prints.
const PROGRAM: &str = r#"
mod mutant;

const NOT_CHANGED: &str = "constant";
const PAIRS: [(u32, u32); 3] = [(1, 2), (2, 2), (2, 1)];
const TRUTHS: [(bool, bool); 4] = [(false, false), (false, true), (true, false), (true, true)];

struct Counter(Vec<u32>);

impl Counter {
    fn push(&mut self, value: u32) -> Option<u32> {
        self.0.push(value);
        Some(value)
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}

fn less(a: u32, b: u32) -> bool {
    a < b
}

fn equal(a: u32, b: u32) -> bool {
    a == b
}

fn both(a: bool, b: bool) -> bool {
    a && b
}

fn either(a: bool, b: bool) -> bool {
    a || b
}

fn odd(number: u32) -> bool {
    matches!(number, 1 | 3 | 5)
}

fn word(number: u32) -> &'static str {
    match number {
        1 | 3 => "few",
        number if !odd(number) => "even",
        _ => NOT_CHANGED,
    }
}

fn sum(numbers: &[u32]) -> Result<u32, String> {
    let mut sum = 0;
    for number in numbers {
        sum += number + 1;
    }
    if numbers.is_empty() { Err(format!("{}-none", sum)) } else { Ok(sum) }
}

fn main() {
    let mut counter = Counter(vec![7]);
    println!("{:?} {:?}", counter.push(NOT_CHANGED.len() as u32), counter.0);
    counter.clear();
    println!("{:?}", counter.0);
    for (a, b) in PAIRS {
        println!("{} {} {}", less(a, b), equal(a, b), word(a));
    }
    for (a, b) in TRUTHS {
        println!("{} {}", both(a, b), either(a, b));
    }
    println!("{} {:?} {:?}", word(NOT_CHANGED.len() as u32 - 3), sum(&[5, 6]), sum(&[]));
}

#[cfg(test)]
mod tests {
    fn not_changed() -> bool {
        true
    }
}
"#;

fn mutants() -> Vec<Mutant> {
    find::mutants("docusign", "crates/signbridge-docusign/src/calls/a.rs", PROGRAM, &mut 0).unwrap()
}

/// The output of the program with a mutant alive, or with none.
fn printed(program: &std::path::Path, id: u32) -> Vec<u8> {
    let output = Command::new(program).env("SIGNBRIDGE_MUTANT", id.to_string()).output().unwrap();
    output.stdout
}

#[test]
fn each_switch_changes_what_the_program_prints_and_without_one_nothing_is_changed() {
    let folder = std::env::temp_dir().join(format!("xtask-mutants-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("mutant.rs"), SWITCH).unwrap();
    let compile = |name: &str, text: &str| {
        let (source, program) = (folder.join(format!("{name}.rs")), folder.join(name));
        std::fs::write(&source, text).unwrap();
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let output = Command::new(rustc)
            .args(["--edition=2024", "-Awarnings", "-o"])
            .arg(&program)
            .arg(&source)
            .output();
        let output = output.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        program
    };
    let all = mutants();
    let switched = insert::switched(PROGRAM, &all.iter().collect::<Vec<_>>(), &BTreeSet::new());
    let (plain, program) = (compile("plain", PROGRAM), compile("switched", &switched.text));
    let expected = printed(&plain, 0);
    assert_eq!(printed(&program, 0), expected);
    let same: Vec<String> =
        all.iter().filter(|mutant| printed(&program, mutant.id) == expected).map(Mutant::key).collect();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(same, Vec::<String>::new());
    assert!(all.len() > 35, "{}", all.len());
}

#[test]
fn every_kind_is_found_and_constants_patterns_prose_and_tests_are_not() {
    let all = mutants();
    let changes: Vec<&str> = all.iter().map(|mutant| mutant.change.as_str()).collect();
    for change in [
        "body → `Ok(1)`",
        "nothing done",
        "`a < b` → `<=`",
        "`a < b` → `not`",
        "`a == b` → `!=`",
        "`a && b` → `||`",
        "`a || b` → `&&`",
        "`number + 1` → `-`",
        "`sum += number + 1;` struck",
        "`self.0.push(value);` struck",
        "`Some(value)` → `None`",
        "`vec![7]` → `Vec::new()`",
        "`7` → `8`",
        "`\"few\"` → `\"few~\"`",
        "arm `1 | 3` struck",
        "guard `!odd(number)` → `true`",
        "guard `!odd(number)` → `false`",
        "`!odd(number)` without `!`",
        "`if numbers.is_empty()` → not",
        "`matches!(number, 1 | 3 | 5)` → not",
        "`format!(\"{}-none\", sum)` → `String::new()`",
    ] {
        assert!(changes.iter().any(|own| own.starts_with(change)), "{change}: {changes:#?}");
    }
    assert!(all.iter().all(|mutant| mutant.function != "not_changed" && !mutant.change.contains("constant")));
    assert!(all.iter().any(|mutant| mutant.function == "Counter::push"));
    let keys: BTreeSet<String> = all.iter().map(Mutant::key).collect();
    assert_eq!(keys.len(), all.len(), "keys are unique");
    let prose = find::mutants("docusign", "a.rs", "fn f() { g(\"two words\", format!(\"{x} y\")) }", &mut 0);
    assert!(prose.unwrap().iter().all(|mutant| mutant.change == "nothing done"));
}

#[test]
fn a_complaint_accuses_the_mutant_whose_text_it_touches() {
    let text = "fn f(a: u32) -> bool { a == 1 }";
    let all = find::mutants("docusign", "a.rs", text, &mut 0).unwrap();
    let switched = insert::switched(text, &all.iter().collect::<Vec<_>>(), &BTreeSet::new());
    let literal = all.iter().find(|mutant| mutant.change == "`1` → `2`").unwrap();
    let at = switched.text.find("{ 2 }").unwrap();
    assert_eq!(switched.accused(&(at..at + 5)), BTreeSet::from([literal.id]));
    let comparison = all.iter().find(|mutant| mutant.kind == "comparison").unwrap();
    let at = switched.text.find("a == ").unwrap();
    assert_eq!(switched.accused(&(at..at + 1)), BTreeSet::from([comparison.id]));
    let without =
        insert::switched(text, &all.iter().collect::<Vec<_>>(), &all.iter().map(|own| own.id).collect());
    assert_eq!(without.text, text);
}

#[test]
fn a_sample_is_the_same_for_the_same_seed() {
    let mut all = mutants();
    for (at, mutant) in all.iter_mut().enumerate() {
        mutant.provider = PROVIDERS[at % PROVIDERS.len()];
    }
    // Where a mutant stands does not matter.
    let mut moved = all.clone();
    moved.reverse();
    let keys = |of: Vec<Mutant>| sample(of, 5, 1).iter().map(Mutant::key).collect::<Vec<_>>();
    assert_eq!(keys(all.clone()), keys(moved));
    let ids = |seed| sample(all.clone(), 5, seed).iter().map(|mutant| mutant.id).collect::<Vec<_>>();
    assert_eq!(ids(1), ids(1));
    assert_ne!(ids(1), ids(2));
    assert_eq!(ids(1).len(), 20);
    assert_eq!(ids(1).iter().collect::<BTreeSet<_>>().len(), 20);
}

#[test]
fn survivors_need_reasons_and_reasons_survivors() {
    let judged: Vec<(Mutant, Outcome)> = mutants()
        .into_iter()
        .take(4)
        .zip([Outcome::Caught, Outcome::TimedOut, Outcome::Survived, Outcome::Survived])
        .collect();
    let score = Score::of(&judged);
    assert_eq!((score.total(), score.percent()), (4, 50.0));
    assert_eq!(Score { caught: 849, survived: 151, ..Score::default() }.percent(), 84.9);
    assert_eq!(Score { caught: 2, survived: 1, ..Score::default() }.percent(), 66.6);
    let reasons: Reasons = toml::from_str(&format!(
        "[[because]]\nkind = 'hole'\nreason = 'nobody looks'\nmutants = ['''{}''', 'gone']",
        judged[2].0.key()
    ))
    .unwrap();
    assert_eq!(reasons.missing(&judged).iter().map(|mutant| mutant.id).collect::<Vec<_>>(), [judged[3].0.id]);
    assert_eq!(reasons.idle(&judged), ["gone"]);
    let page = report::page(&judged, &[], &reasons);
    assert!(page.contains("| docusign | 4 | 2 | 1 | 50.0 | 0 | 2 | 50.0 | 0 |"), "{page}");
    assert!(page.contains("| hole | nobody looks |") && page.contains("- no reason yet: 1"), "{page}");
}
