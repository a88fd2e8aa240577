//! What every page promises, and how each looks in HTML (the style sheet left out).

use super::*;

const NASTY: &str = r#"<script>alert("1")</script>'&"#;

fn rows() -> Vec<InboxRow> {
    vec![InboxRow {
        provider: "DocuSign",
        envelope: "4f1c6a2e-0000-4000-8000-0123456789ab".to_owned(),
        subject: "Please sign the lease".to_owned(),
        status: "sent".to_owned(),
        recipients: vec![
            InboxRecipient {
                name: "Ada Lovelace".to_owned(),
                email: "ada@example.com".to_owned(),
                role: "signer".to_owned(),
                order: 1,
                status: "delivered".to_owned(),
                link: Some("/signing/abc?x=1&y=2".to_owned()),
            },
            InboxRecipient {
                name: "Bob Buyer".to_owned(),
                email: "bob@example.com".to_owned(),
                role: "cc".to_owned(),
                order: 2,
                status: "created".to_owned(),
                link: None,
            },
        ],
        created: "2026-01-05 10:00 UTC".to_owned(),
    }]
}

fn view() -> SigningView {
    let field = |label: &str, kind: &str, required| SigningField {
        value: String::new(),
        choices: Vec::new(),
        label: label.to_owned(),
        kind: kind.to_owned(),
        page: 1,
        document: "Lease.pdf".to_owned(),
        required,
    };
    SigningView {
        provider: "DocuSign",
        subject: "Please sign the lease".to_owned(),
        message: "Dear Ada,\nplease sign.".to_owned(),
        sender: "Bob Buyer".to_owned(),
        recipient: "Ada Lovelace".to_owned(),
        email: "ada@example.com".to_owned(),
        documents: vec![SigningDocument {
            name: "Lease.pdf".to_owned(),
            link: "/signing/abc/1".to_owned(),
            pages: 3,
        }],
        fields: vec![
            field("Sign here", "signature", true),
            field("Company", "text", true),
            field("I agree", "checkbox", false),
            field("Date", "date", true),
        ],
        action: "/signing/abc".to_owned(),
        needs_access_code: true,
        error: Some("The access code is wrong.".to_owned()),
        can_decline: true,
    }
}

/// The page without its style sheet, one tag to a line.
fn readable(page: &str) -> String {
    let (before, rest) = page.split_once("<style>").unwrap();
    let (_, after) = rest.split_once("</style>").unwrap();
    format!("{before}{after}").replace("><", ">\n<")
}

#[test]
fn inbox_page() {
    insta::assert_snapshot!(readable(&inbox(&rows(), "2026-01-05 10:00:00 UTC")));
}

#[test]
fn empty_inbox_page() {
    insta::assert_snapshot!(readable(&inbox(&[], "2026-01-05 10:00:00 UTC")));
}

#[test]
fn signing_page() {
    insta::assert_snapshot!(readable(&signing(&view())));
}

#[test]
fn access_code_page() {
    let view = SigningView { documents: Vec::new(), fields: Vec::new(), ..view() };
    insta::assert_snapshot!(readable(&signing(&view)));
}

#[test]
fn notice_page() {
    insta::assert_snapshot!(readable(&notice("All done", "You signed.\n\nYou can close this page.")));
}

#[test]
fn consent_page() {
    let scopes = ["signature".to_owned(), "impersonation".to_owned()];
    let hidden = [("state".to_owned(), "a\"b".to_owned())];
    insta::assert_snapshot!(readable(&consent("Lease App", "Ada Lovelace", &scopes, &hidden)));
}

#[test]
fn only_what_is_needed_is_asked() {
    let mut view = view();
    view.needs_access_code = false;
    view.can_decline = false;
    view.error = None;
    let page = signing(&view);
    for id in ["access-code", "decline", "decline-reason", "decline-confirm", "error"] {
        assert!(!page.contains(&format!("id=\"{id}\"")), "{id}");
    }
    for id in ["sign", "later"] {
        assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
    }
}

/// Every page, every text hostile.
fn hostile() -> Vec<String> {
    let nasty = || NASTY.to_owned();
    let mut rows = rows();
    for row in &mut rows {
        for text in [&mut row.envelope, &mut row.subject, &mut row.status, &mut row.created] {
            *text = nasty();
        }
        for person in &mut row.recipients {
            for text in [&mut person.name, &mut person.email, &mut person.role, &mut person.status] {
                *text = nasty();
            }
            person.link = Some(nasty());
        }
    }
    let mut view = view();
    for text in [
        &mut view.subject,
        &mut view.message,
        &mut view.sender,
        &mut view.recipient,
        &mut view.email,
        &mut view.action,
    ] {
        *text = nasty();
    }
    view.documents = vec![SigningDocument { name: nasty(), link: nasty(), pages: 1 }];
    view.error = Some(nasty());
    for field in &mut view.fields {
        field.label = nasty();
        field.document = nasty();
    }
    view.fields[3].kind = nasty();
    vec![
        inbox(&rows, NASTY),
        signing(&view),
        notice(NASTY, NASTY),
        consent(NASTY, NASTY, &[nasty()], &[(nasty(), nasty())]),
    ]
}

#[test]
fn all_text_is_escaped() {
    for page in hostile() {
        assert!(!page.contains("<script"), "{page}");
        // No quotation mark of the text gets out of an attribute.
        assert!(!page.contains("alert(\"1\")"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;"));
    }
}

#[test]
fn no_script_no_handler_nothing_from_outside() {
    let pages = [
        inbox(&rows(), "now"),
        signing(&view()),
        notice("a", "b"),
        consent("a", "b", &["c".to_owned()], &[("d".to_owned(), "e".to_owned())]),
    ];
    for page in pages {
        let lower = page.to_ascii_lowercase();
        for banned in [
            "<script",
            "javascript:",
            " onclick",
            " onload",
            " onsubmit",
            "http:",
            "https:",
            "url(",
            "@import",
        ] {
            assert!(!lower.contains(banned), "{banned}");
        }
        assert!(lower.contains("nothing here is legally binding"));
        assert!(lower.starts_with("<!doctype html>"));
    }
}

#[test]
fn ids_are_unique_and_labels_lead_somewhere() {
    let page = signing(&view());
    let values = |attribute: &str| -> Vec<String> {
        let start = format!(" {attribute}=\"");
        page.split(&start).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    let mut ids = values("id");
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
    for target in values("for").into_iter().chain(values("aria-describedby")) {
        assert!(ids.contains(&target), "{target}");
    }
}
