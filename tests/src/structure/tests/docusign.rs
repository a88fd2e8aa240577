//! The contract's rules, shown with DocuSign's: the strictest table of all.

use serde_json::{Value, json};

use crate::structure::{Contract, Exchange, Operation, Tally, Violation, What, mutations, renames};

const ENVELOPE: &str = "/restapi/v2.1/accounts/5b1a2f0e-7c44-4d1f-9a7e-2f3c6b8d9e01/envelopes/565920e1-4383-86cb-8185-0c1d2e3f4a5b";

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
    let name = |method: &str, path: &str| contract.operation(method, path).map(Operation::name);
    assert_eq!(name("GET", ENVELOPE), Some("getEnvelope"));
    assert_eq!(name("get", ENVELOPE.strip_prefix("/restapi").unwrap()), Some("getEnvelope"));
    assert_eq!(name("PUT", "/restapi/v2.1/accounts/1/envelopes/status"), Some("listStatus"));
    assert_eq!(name("GET", &format!("{ENVELOPE}/documents/combined?certificate=true")), Some("getDocument"));
    assert_eq!(name("POST", "/oauth/token"), Some("requestJWTUserToken"));
    assert_eq!(name("GET", "/restapi/v2.1/accounts/1/envelopes/"), None);
    assert_eq!(name("PATCH", ENVELOPE), None);
    let found = contract.check_response("GET", "/restapi/v2.1/nothing", 200, None);
    assert!(matches!(found[..], [Violation { what: What::UnknownOperation, .. }]));
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
        files: &[],
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
    assert_eq!(tally.to_string(), "contract: docusign: 1 operations, 5 messages, 1 properties, 0 deviations");
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
    let structure = include_str!("../../../contracts/docusign/structure.json");
    let table = include_str!("../../../contracts/docusign/required.toml");
    let uncited = format!(
        "{table}\n[[required]]\non = {{ models = ['signer'] }}\nkeys = ['name']\nfact = 'hearsay'\nevidence = 'D'"
    );
    assert!(Contract::parse("docusign", structure, &uncited).unwrap_err().contains("cites nothing"));
    let fewer = table.replace("properties = [\"read\"]", "properties = []");
    assert!(Contract::parse("docusign", structure, &fewer).unwrap_err().contains("comment.read"));
    let row = |row: &str| {
        Contract::parse("docusign", structure, &format!("{table}\n{row}\nfact = 'spec'\nevidence = 'D'\n"))
            .unwrap_err()
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
