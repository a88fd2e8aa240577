"""Recipients: order, correction, embedded signing, tabs."""

from flows import flow, holds, same
from sdk import ANN, BOB, TIME, browser, definition, ds, looks, refused, signer, view, way_back


@flow
def routing_order(session):
    """Recipients: groups, routing order, and the states they pass through."""
    bob = signer("Bob Ray", BOB, "2", "2")
    copy = ds.CarbonCopy(recipient_id="3", routing_order="3", name="Cy Poe", email="cy@example.com")
    envelope = session.create(definition(signers=[signer(), bob], copies=[copy]))
    read = session.call("list_recipients", envelope)
    same((read.recipient_count, read.current_routing_order), ("3", "1"), "counts")
    same(
        [(own.recipient_id, own.status) for own in read.signers], [("1", "sent"), ("2", "created")], "signers"
    )
    same([(own.name, own.status) for own in read.carbon_copies], [("Cy Poe", "created")], "copies")
    for group in (
        "agents",
        "editors",
        "intermediaries",
        "certified_deliveries",
        "in_person_signers",
        "seals",
        "witnesses",
        "notaries",
    ):
        same(getattr(read, group), [], group)
    session.emulator.act(envelope, ANN, "view")
    same(session.call("get_envelope", envelope).status, "delivered", "envelope after the first view")
    session.emulator.act(envelope, ANN, "sign")
    read = session.call("list_recipients", envelope)
    same([own.status for own in read.signers], ["completed", "sent"], "after the first signature")
    same(read.current_routing_order, "2", "current order")
    looks(read.signers[0].signed_date_time, TIME, "signedDateTime")
    looks(read.signers[0].delivered_date_time, TIME, "deliveredDateTime")
    session.emulator.act(envelope, BOB, "sign")
    read = session.call("list_recipients", envelope)
    same([own.status for own in read.signers + read.carbon_copies], ["completed"] * 3, "at the end")
    ended = session.call("get_envelope", envelope)
    same(ended.status, "completed", "envelope")
    looks(ended.completed_date_time, TIME, "completedDateTime")


@flow
def correct_recipients(session):
    """Recipients: correct, add, remove; faults are items inside a success."""
    bob = signer("Bob Ray", BOB, "2", "2")
    envelope = session.create(definition(signers=[signer(), bob]))
    new = ds.Recipients(signers=[ds.Signer(recipient_id="2", name="Rob Ray", email="rob@example.com")])
    (row,) = session.call("update_recipients", envelope, recipients=new).recipient_update_results
    same((row.recipient_id, row.error_details), ("2", None), "correction")
    added = ds.Recipients(
        carbon_copies=[
            ds.CarbonCopy(recipient_id="9", routing_order="3", name="Cy Poe", email="cy@example.com")
        ]
    )
    answer = session.call("create_recipient", envelope, recipients=added, expect=201)
    same([own.recipient_id for own in answer.carbon_copies], ["9"], "added")
    read = session.call("list_recipients", envelope)
    same([(own.name, own.email) for own in read.signers][1], ("Rob Ray", "rob@example.com"), "corrected")
    same(read.recipient_count, "3", "count")
    # The SDK sends `{}` as the body of a DELETE.
    gone = session.call("delete_recipient", envelope, "9")
    same([own.status for own in gone.carbon_copies if own.recipient_id == "9"], ["deleted"], "removed")
    same(session.call("list_recipients", envelope).recipient_count, "2", "count after removal")
    session.emulator.act(envelope, ANN, "sign")
    late = ds.Recipients(signers=[ds.Signer(recipient_id="1", name="Anna Lee")])
    (row,) = session.call("update_recipients", envelope, recipients=late).recipient_update_results
    same(row.error_details.error_code, "RECIPIENT_UPDATE_FAILED", "correction of who has signed")
    session.emulator.act(envelope, "rob@example.com", "sign")
    with refused("ENVELOPE_INVALID_STATUS"):
        session.call("update_recipients", envelope, recipients=late)


@flow
def recipient_view(session):
    """Recipient view: the link answers once and leads to the signing page."""
    envelope = session.create(definition(signers=[signer(client_user_id="u-17")]))
    same(
        session.emulator.control(f"envelopes/{envelope}", method="GET")["mailCount"],
        0,
        "mails to an embedded signer",
    )
    asked = view("https://app.example/done?case=1", "u-17")
    link = session.call("create_recipient_view", envelope, recipient_view_request=asked, expect=201).url
    holds(link.startswith(session.emulator.docusign["base_url_tls"] + "/Signing/"), f"link {link}")
    with browser(session).open(link) as answer:
        page = answer.read().decode()
        same((answer.status, answer.headers.get_content_type()), (200, "text/html"), "signing page")
        holds("Please sign" in page and "Ann Lee" in page, "the page shows neither subject nor signer")
    same(session.call("get_envelope", envelope).status, "delivered", "status after opening")
    same(way_back(session, link), "https://app.example/done?case=1&event=ttl_expired", "a used link")


@flow
def recipient_view_refusals(session):
    """Recipient view: another name, wrong turn and a draft are refused."""
    two = [signer(client_user_id="u-1"), signer("Bob Ray", BOB, "2", "2", client_user_id="u-2")]
    envelope = session.create(definition(signers=two))

    def ask(envelope, *who):
        session.call(
            "create_recipient_view", envelope, recipient_view_request=view("https://app.example/", *who)
        )

    with refused("UNKNOWN_ENVELOPE_RECIPIENT"):
        ask(envelope, "u-1", "Ann  Lee", ANN)
    with refused("UNKNOWN_ENVELOPE_RECIPIENT"):
        ask(envelope, "u-7", "Ann Lee", ANN)
    with refused("RECIPIENT_NOT_IN_SEQUENCE"):
        ask(envelope, "u-2", "Bob Ray", BOB)
    with refused("ENVELOPE_INVALID_STATUS"):
        ask(session.create(definition("created", signers=two)), "u-1", "Ann Lee", ANN)


@flow
def tabs(session):
    """Tabs: anchors become positions; add, change, remove; what was typed in arrives."""
    anchored = ds.Tabs(
        sign_here_tabs=[ds.SignHere(anchor_string="/sn1/", anchor_x_offset="10", anchor_y_offset="20")],
        text_tabs=[
            ds.Text(
                document_id="1",
                page_number="1",
                x_position="72",
                y_position="300",
                tab_label="city",
                value="Ulm",
            )
        ],
    )
    envelope = session.create(definition(signers=[signer(tabs=anchored)]))
    read = session.call("list_tabs", envelope, "1")
    (here,) = read.sign_here_tabs
    same(
        (here.anchor_string, here.document_id, here.page_number, here.tab_type),
        ("/sn1/", "1", "1", "signhere"),
        "anchor",
    )
    # The anchor's line stands at 670 of 792 points from the foot, hence 122 from the top.
    holds(
        int(here.x_position) > 72 + 10 and 100 < int(here.y_position) < 150,
        f"{here.x_position}, {here.y_position}",
    )
    same(
        [(own.tab_label, own.value, own.x_position) for own in read.text_tabs],
        [("city", "Ulm", "72")],
        "text",
    )
    added = session.call(
        "create_tabs",
        envelope,
        "1",
        tabs=ds.Tabs(
            date_signed_tabs=[
                ds.DateSigned(document_id="1", page_number="1", x_position="72", y_position="400")
            ]
        ),
        expect=201,
    )
    (date,) = added.date_signed_tabs
    holds(date.tab_id, "no tabId")
    same(date.tab_type, "datesigned", "tabType")
    change = ds.Tabs(
        text_tabs=[
            ds.Text(tab_id=read.text_tabs[0].tab_id, value="Bonn"),
            ds.Text(tab_id="unknown", value="x"),
        ]
    )
    changed = session.call("update_tabs", envelope, "1", tabs=change).text_tabs
    same(changed[0].value, "Bonn", "changed")
    same(changed[1].error_details.error_code, "INVALID_TABID", "an unknown tab, inside the success")
    gone = ds.Tabs(date_signed_tabs=[ds.DateSigned(tab_id=date.tab_id)])
    session.call("delete_tabs", envelope, "1", tabs=gone)
    same(session.call("list_tabs", envelope, "1").date_signed_tabs or [], [], "removed")
    session.emulator.act(envelope, ANN, "sign")
    data = session.call("get_form_data", envelope)
    holds(("city", "Bonn") in [(row.name, row.value) for row in data.form_data], "form data")


@flow
def anchor_missing(session):
    """A missing anchor fails the whole creation; with the flag it is left out."""
    before = session.call("list_status_changes", from_date="2020-01-01").total_set_size
    absent = ds.SignHere(anchor_string="/not there/", anchor_ignore_if_not_present="false")
    with refused("ANCHOR_TAG_PROCESSING_FAILURE"):
        session.create(definition(signers=[signer(tabs=ds.Tabs(sign_here_tabs=[absent]))]))
    same(session.call("list_status_changes", from_date="2020-01-01").total_set_size, before, "envelopes")
    absent.anchor_ignore_if_not_present = "true"
    session.create(definition(signers=[signer(tabs=ds.Tabs(sign_here_tabs=[absent]))]))
