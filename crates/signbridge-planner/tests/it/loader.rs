//! Broken files are refused with their place; overlays replace what is published.

use signbridge_planner::{
    Data, DataError, MoneyError,
    cost::{Outcome, WayKind},
    data::{Billing, Fault},
};

use crate::support::{answer, candidate, data, exactly};

const HEAD: &str = r#"
schema_version = 1
[[provider]]
id = "acme"
name = "Acme"
[[source]]
id = "S"
title = "a page"
kind = "vendor"
accessed = "2026-11-24"
[[source]]
id = "T"
title = "another"
kind = "vendor"
accessed = "2026-11-24"
"#;

const PLAN: &str = r#"
[[plan]]
id = "acme.one"
provider = "acme"
name = "One"
channel = "ui"
tier = 1
price = [{ billing = "monthly", per = "seat", usd_per_month = "10.00", seen = { source = "S", confidence = "B" } }]
"#;

fn fault(files: &str) -> (String, Fault) {
    let DataError { file, path, fault } = Data::parse(&[("acme.toml", files)]).unwrap_err();
    assert_eq!(file, "acme.toml");
    (path, fault)
}

fn with(plan: &str) -> (String, Fault) {
    fault(&format!("{HEAD}{plan}"))
}

#[test]
fn what_is_sound_is_read() {
    let data = Data::parse(&[("acme.toml", &format!("{HEAD}{PLAN}"))]).unwrap();
    assert_eq!(data.plans().len(), 1);
    assert_eq!(data.vendor_plan("acme.one").unwrap().prices[0].value.yearly().plain(), "120.00");
}

#[test]
fn unknown_keys_and_words_are_named_with_their_line() {
    let (line, Fault::Shape(message)) = with(&PLAN.replace("tier = 1", "tear = 1")) else { panic!() };
    assert_eq!(line, "line 22");
    assert!(message.contains("unknown field `tear`"), "{message}");
    let (_, Fault::Shape(message)) = with(&PLAN.replace("per = \"seat\"", "per = \"seats\"")) else {
        panic!()
    };
    assert!(message.contains("did you mean `seat`?"), "{message}");
    let (_, Fault::Shape(_)) = with(&PLAN.replace("tier = 1", "tier = -1")) else { panic!() };
    let (_, Fault::Shape(message)) = fault("schema_version = 1\n[[plam]]") else { panic!() };
    assert!(message.contains("plam"));
    assert_eq!(fault("schema_version = 2"), ("schema_version".into(), Fault::SchemaVersion(2)));
}

#[test]
fn each_fault_has_its_place() {
    let price = "plan[acme.one].price[0]";
    let quota = |rest: &str| {
        format!(
            "{PLAN}quota = [{{ unit = \"document\", {rest}, seen = {{ source = \"S\", confidence = \"B\" }} }}]\n"
        )
    };
    let overage = |rest: &str| {
        format!("{PLAN}overage = [{{ {rest}, seen = {{ source = \"S\", confidence = \"B\" }} }}]\n")
    };
    for (plan, path, expected) in [
        (PLAN.replace("\"S\"", "\"X\""), format!("{price}.seen"), Fault::UnknownSource("X".into())),
        (
            PLAN.replace("provider = \"acme\"", "provider = \"acne\""),
            "plan[acme.one].provider".into(),
            Fault::UnknownProvider("acne".into()),
        ),
        (
            PLAN.replace("\"10.00\"", "\"-10.00\""),
            format!("{price}.usd_per_month"),
            Fault::Money(MoneyError::NotAnAmount("-10.00".into())),
        ),
        (PLAN.replace("confidence = \"B\"", "confidence = \"A\""), format!("{price}.seen"), Fault::UndatedA),
        (
            PLAN.replace("source = \"S\"", "source = \"S\", date = \"2026-13-01\""),
            format!("{price}.seen"),
            Fault::BadDate("2026-13-01".into()),
        ),
        (
            PLAN.replace("source = \"S\"", "source = \"S\", date = \"2026-11-25\""),
            format!("{price}.seen"),
            Fault::FutureDate("2026-11-25".parse().unwrap()),
        ),
        (
            PLAN.replace("price =", "quota = []\nprice =").replace("usd_per_month = \"10.00\",", ""),
            price.into(),
            Fault::Keys("give either `usd_per_month` or `usd_per_year`"),
        ),
        (PLAN.lines().take(7).collect::<Vec<_>>().join("\n"), "plan[acme.one]".into(), Fault::NoPrice),
        (format!("{PLAN}{PLAN}"), "plan[acme.one]".into(), Fault::Duplicate("acme.one".into())),
        (
            PLAN.replace("name = \"One\"\n", ""),
            "plan[acme.one]".into(),
            Fault::Keys("a plan that is not listed needs `provider`, `name`, `channel` and `tier`"),
        ),
        (
            overage("kind = \"upgrade\", upgrade_to = \"acme.two\""),
            "plan[acme.one].overage".into(),
            Fault::UnknownPlan("acme.two".into()),
        ),
        (
            overage("kind = \"upgrade\", upgrade_to = \"acme.one\""),
            "plan[acme.one].overage".into(),
            Fault::NoUpgrade("acme.one".into()),
        ),
        (
            overage("kind = \"per_unit\", usd_min = \"2\", usd_max = \"1\""),
            "plan[acme.one].overage[0]".into(),
            Fault::Keys("`usd_max` is less than `usd_min`"),
        ),
    ] {
        assert_eq!(with(&plan), (path, expected), "{plan}");
    }
    for rest in [
        "kind = \"limit\", amount = 0, per = \"seat\", period = \"year\"",
        "kind = \"unlimited\", amount = 1",
        "kind = \"limit\", amount = 1",
    ] {
        assert!(
            matches!(with(&quota(rest)), (path, Fault::Keys(_)) if path == "plan[acme.one].quota[0]"),
            "{rest}"
        );
    }
    let level = r#"
[[jurisdiction]]
code = "XX"
name = "X"
statute = "An act"
enacted = "2000"
levels = [{ id = "one", name = "One", rank = "simple" }]
handwritten = "two"
effect = "None"
coverage = "unknown"
seen = { source = "S", confidence = "B" }
"#;
    assert_eq!(with(level), ("jurisdiction[XX].levels".into(), Fault::UnknownLevel("two".into())));
    let holding = "\n[[holding]]\nprovider = \"acme\"\nfeatures = [\"ses\"]\nanswer = \"yes\"\nplans = [\"acme.nine\"]\nseen = { source = \"S\", confidence = \"B\" }\n";
    assert_eq!(with(holding), ("holding[acme.ses].plans".into(), Fault::UnknownPlan("acme.nine".into())));
}

const QUOTE: &str = r#"
schema_version = 1
[[source]]
id = "quote"
title = "our quotation of November"
kind = "user"
accessed = "2026-11-24"

[[plan]]
id = "adobe-sign.solutions"
price = [{ billing = "annual", per = "account", usd_per_year = "10000", seen = { source = "quote", date = "2026-11-20", confidence = "A" } }]
quota = [{ unit = "transaction", kind = "limit", amount = 1000, per = "account", period = "year", seen = { source = "quote", date = "2026-11-20", confidence = "A" } }]
overage = [{ kind = "per_unit", usd_min = "0.0075", usd_max = "0.0075", seen = { source = "quote", date = "2026-11-20", confidence = "A" } }]

[[plan]]
id = "adobe-sign.standard_teams"
quota = [{ unit = "transaction", kind = "limit", amount = 150, per = "seat", period = "year", seen = { source = "quote", date = "2026-11-20", confidence = "A" } }]
"#;

#[test]
fn the_users_own_quotation_replaces_what_is_published() {
    let data = data().with_overlay("quotes.toml", QUOTE).unwrap();
    let api = answer(&data, "envelopes = 100\nchannel = 'api'");
    let quoted = candidate(&api, "adobe-sign.solutions", Billing::Annual);
    // 10,000 and 200 envelopes at three quarters of a cent.
    assert_eq!((quoted.outcome, quoted.cost), (Outcome::Feasible, Some(exactly("10001.50"))));
    assert_eq!(quoted.readings[0].ways[0].kind, WayKind::Overage);
    let ui = answer(&data, "seats = 5\nenvelopes = 100");
    let teams = candidate(&ui, "adobe-sign.standard_teams", Billing::Annual);
    assert_eq!(teams.readings.len(), 1, "the user knows the quota: no dispute is left");
    assert_eq!(teams.cost.unwrap().high, Some("1631.04".parse().unwrap()));
}

#[test]
fn an_overlay_cannot_pass_as_published() {
    let data = data();
    let wrong = QUOTE.replace("kind = \"user\"", "kind = \"vendor\"");
    let error = data.with_overlay("quotes.toml", &wrong).unwrap_err();
    assert_eq!((error.path.as_str(), error.fault), ("source[quote].kind", Fault::NotTheUsers));
    let wrong = QUOTE.replacen("source = \"quote\"", "source = \"DS1\"", 1);
    let error = data.with_overlay("quotes.toml", &wrong).unwrap_err();
    assert_eq!(error.fault, Fault::NotTheUsers);
    assert_eq!(
        error.to_string().split(": ").take(2).collect::<Vec<_>>(),
        ["quotes.toml", "plan[adobe-sign.solutions].price[0].seen"]
    );
}

#[test]
fn scenarios_are_checked() {
    use signbridge_planner::{Scenario, ScenarioError};
    assert!(matches!(Scenario::parse("seats = 0"), Err(ScenarioError::OutOfRange { key: "seats", .. })));
    assert!(matches!(
        Scenario::parse("envelopes = 10000001"),
        Err(ScenarioError::OutOfRange { key: "envelopes", .. })
    ));
    assert!(matches!(
        Scenario::parse("channel = 'both'"),
        Err(ScenarioError::NoChoice { key: "channel", .. })
    ));
    let Err(ScenarioError::Shape { line, message }) = Scenario::parse("seats = 1\nenvelops = 2") else {
        panic!()
    };
    assert_eq!(line, 2);
    assert!(message.contains("envelops"));
    let level = Scenario::parse("level = 'qes'").unwrap().level;
    assert_eq!(level, Scenario::parse("level = 'qualified'").unwrap().level);
    let Err(ScenarioError::Shape { message, .. }) = Scenario::parse("level = 'qualifid'") else { panic!() };
    assert!(message.contains("did you mean `qualified`?"), "{message}");
    let text = toml::to_string(&Scenario::default());
    assert_eq!(Scenario::parse(&text.unwrap()).unwrap(), Scenario::default());
}
