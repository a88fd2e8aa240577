"""The official SDK (docusign-esign) drives the emulator, as an application of the world would.

Every flow makes its own envelopes and asserts what the published specification and recorded traffic
say of the answer. Run: python tests/python/docusign_sdk.py
"""

import io
import json
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request
import zipfile

import flows
from emulator import Emulator, pdf
from flows import flow, holds, same
from sdk import ApiException, Session, definition, document, ds, refused, signer, view

ANN, BOB = "ann@example.com", "bob@example.com"
NOBODY = "00000000-0000-4000-8000-000000000000"
GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# REST times: UTC with seven digits of the second.
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z"


def looks(value, pattern, what):
    """The text has this form."""
    holds(isinstance(value, str) and re.fullmatch(pattern, value), f"{what}: {value!r} is no {pattern}")


def oauth_error(session, **other):
    """The body of a JWT grant that is refused with 400."""
    try:
        session.sign_in(ds.ApiClient(), **other)
    except ApiException as error:
        same(error.status, 400, "status of a refused grant")
        return json.loads(error.body)
    raise AssertionError("a token was given")


def completed(session, **more):
    """A completed envelope's id."""
    envelope = session.create(definition(**more))
    session.emulator.act(envelope, ANN, "sign")
    return envelope


def browser(session, redirects=True):
    """Opens addresses of the emulator; trusts its authority alone."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    context = ssl.create_default_context(cafile=session.emulator.ready["ca_file"])
    handlers = [urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)]
    return urllib.request.build_opener(*handlers, *([] if redirects else [Stay]))


@flow
def jwt_grant(session):
    """JWT grant: a bearer token for an hour, no refresh token."""
    token = session.token
    same((token.token_type, int(token.expires_in)), ("Bearer", 3600), "token")
    holds(token.access_token, "no access token")
    same(token.refresh_token, None, "refresh token")


@flow
def user_info(session):
    """User info: the account and the base URI of its API."""
    info = session.client.get_user_info(session.token.access_token)
    same(info.sub, session.emulator.docusign["user_id"], "sub")
    same(info.name, f"{info.given_name} {info.family_name}", "name")
    looks(info.email, r"[^@\s]+@[^@\s]+", "email")
    # Recorded without a zone.
    looks(info.created, r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?", "created")
    (account,) = info.accounts
    same((account.account_id, account.is_default), (session.account, "True"), "account")
    same(account.base_uri, session.emulator.docusign["base_url_tls"], "base_uri")
    client = ds.ApiClient(host=account.base_uri + "/restapi")
    client.set_default_header("Authorization", f"Bearer {session.token.access_token}")
    listed = ds.EnvelopesApi(client).list_status_changes(session.account, from_date="2020-01-01")
    holds(listed.total_set_size is not None, "base_uri with /restapi appended does not lead to the API")


@flow
def create_sent(session):
    """Create with base64 documents and send at once."""
    summary = session.call("create_envelope", envelope_definition=definition(), expect=201)
    looks(summary.envelope_id, GUID, "envelopeId")
    same((summary.status, summary.uri), ("sent", f"/envelopes/{summary.envelope_id}"), "summary")
    looks(summary.status_date_time, TIME, "statusDateTime")
    state = session.emulator.control(f"envelopes/{summary.envelope_id}", method="GET")
    same(state["documents"][0]["length"], len(pdf("Service agreement", "Signature: /sn1/")), "bytes that arrived")


@flow
def draft_then_send(session):
    """Create a draft, then send it; a second sending is refused."""
    envelope = session.create(definition("created"))
    same(session.call("get_envelope", envelope).status, "created", "status of a draft")
    same(session.emulator.control(f"envelopes/{envelope}", method="GET")["mailCount"], 0, "mails of a draft")
    answer = session.call("update", envelope, envelope=ds.Envelope(status="sent"))
    same(answer.envelope_id, envelope, "envelopeId")
    sent = session.call("get_envelope", envelope)
    same(sent.status, "sent", "status")
    looks(sent.sent_date_time, TIME, "sentDateTime")
    with refused("ENVELOPE_INVALID_STATUS"):
        session.call("update", envelope, envelope=ds.Envelope(status="sent"))


@flow
def draft_documents(session):
    """Documents of a draft: add by base64 and by raw bytes, remove, send."""
    envelope = session.create(definition("created"))
    more = ds.EnvelopeDefinition(documents=[document("Appendix", number="2", name="Appendix")])
    (row,) = session.call("update_documents", envelope, envelope_definition=more).envelope_documents
    same((row.document_id, row.name), ("2", "Appendix"), "added by base64")
    # The SDK sends only text in a body that is not JSON; the sample is plain ASCII.
    row = session.call("update_document", "3", envelope, pdf("Raw bytes").decode("ascii"))
    same(row.document_id, "3", "added by raw bytes")
    gone = ds.EnvelopeDefinition(documents=[ds.Document(document_id="2")])
    session.call("delete_documents", envelope, envelope_definition=gone)
    session.call("update", envelope, envelope=ds.Envelope(status="sent"))
    rows = session.call("list_documents", envelope).envelope_documents
    same([row.document_id for row in rows], ["1", "3", "certificate"], "documents")
    with refused("ENVELOPE_INVALID_STATUS"):
        session.call("update_documents", envelope, envelope_definition=more)


@flow
def read_envelope(session):
    """Get: times, sender, addresses, and what include asks for."""
    envelope = session.create(definition(email_blurb="By Friday, please", transaction_id="b9a7c2f0-0000-4000-8000-000000000001"))
    plain = session.call("get_envelope", envelope)
    same((plain.envelope_id, plain.status), (envelope, "sent"), "envelope")
    same((plain.email_subject, plain.email_blurb), ("Please sign", "By Friday, please"), "texts")
    same(plain.sender.user_id, session.emulator.docusign["user_id"], "sender")
    same(plain.transaction_id, "b9a7c2f0-0000-4000-8000-000000000001", "transactionId")
    same((plain.recipients, plain.envelope_documents), (None, None), "what was not asked for")
    for name in ("created_date_time", "sent_date_time", "status_changed_date_time", "last_modified_date_time"):
        looks(getattr(plain, name), TIME, name)
    for name, tail in {"documents": "documents", "recipients": "recipients", "documents_combined": "documents/combined",
                       "certificate": "documents/certificate", "custom_fields": "custom_fields"}.items():
        same(getattr(plain, name + "_uri"), f"/envelopes/{envelope}/{tail}", name + "_uri")
    full = session.call("get_envelope", envelope, include="recipients,documents,custom_fields,tabs")
    same(full.recipients.signers[0].email, ANN, "recipient")
    same(len(full.recipients.signers[0].tabs.sign_here_tabs), 1, "tabs")
    same(full.envelope_documents[0].name, "Contract", "document")
    same(full.custom_fields.text_custom_fields, [], "no custom field")


@flow
def list_envelopes(session):
    """List: pages, status filter, ids, and the search by a custom field."""
    mark = "list-of-three"
    fields = ds.CustomFields(text_custom_fields=[ds.TextCustomField(name="case_id", value=mark)])
    ids = [session.create(definition(custom_fields=fields)) for _ in range(3)]
    session.emulator.act(ids[0], ANN, "sign")
    find = {"from_date": "2020-01-01T00:00:00Z", "custom_field": f"case_id={mark}"}
    page = session.call("list_status_changes", count="2", order="asc", order_by="created", **find)
    same([own.envelope_id for own in page.envelopes], ids[:2], "first page")
    same((page.result_set_size, page.total_set_size), ("2", "3"), "sizes")
    same((page.start_position, page.end_position), ("0", "1"), "positions")
    holds(page.next_uri.startswith("/envelopes?"), f"nextUri {page.next_uri!r} is not relative to the account")
    rest = session.call("list_status_changes", count="2", start_position="2", order="asc", order_by="created", **find)
    same([own.envelope_id for own in rest.envelopes], ids[2:], "second page")
    holds(not rest.next_uri, "the last page leads on")
    done = session.call("list_status_changes", status="completed", **find)
    same([own.envelope_id for own in done.envelopes], ids[:1], "status filter")
    named = session.call("list_status_changes", envelope_ids=",".join(ids[1:]))
    same({own.envelope_id for own in named.envelopes}, set(ids[1:]), "by ids")
    none = session.call("list_status_changes", from_date="2020-01-01", custom_field="case_id=nowhere")
    same((none.result_set_size, none.envelopes or []), ("0", []), "nothing found")
    with refused("INVALID_REQUEST_PARAMETER"):
        session.call("list_status_changes")


@flow
def many_statuses(session):
    """Status of many envelopes in one call, by ids and by transaction ids."""
    known, unknown = "b9a7c2f0-0000-4000-8000-000000000002", "b9a7c2f0-0000-4000-8000-000000000003"
    first, second = session.create(definition(transaction_id=known)), session.create(definition("created"))
    asked = ds.EnvelopeIdsRequest(envelope_ids=[first, second])
    found = session.call("list_status", envelope_ids="request_body", envelope_ids_request=asked)
    same({own.envelope_id: own.status for own in found.envelopes}, {first: "sent", second: "created"}, "by ids")
    asked = ds.EnvelopeIdsRequest(transaction_ids=[known, unknown])
    found = session.call("list_status", transaction_ids="request_body", envelope_ids_request=asked)
    rows = {row.transaction_id: row for row in found.envelope_transaction_statuses}
    same((rows[known].envelope_id, rows[known].status), (first, "sent"), "the known transaction")
    same(rows[unknown].envelope_id, None, "the unknown transaction")
    holds(rows[unknown].error_details.error_code, "the unknown transaction carries no error")


@flow
def routing_order(session):
    """Recipients: groups, routing order, and the states they pass through."""
    bob = signer("Bob Ray", BOB, "2", "2")
    copy = ds.CarbonCopy(recipient_id="3", routing_order="3", name="Cy Poe", email="cy@example.com")
    envelope = session.create(definition(signers=[signer(), bob], copies=[copy]))
    read = session.call("list_recipients", envelope)
    same((read.recipient_count, read.current_routing_order), ("3", "1"), "counts")
    same([(own.recipient_id, own.status) for own in read.signers], [("1", "sent"), ("2", "created")], "signers")
    same([(own.name, own.status) for own in read.carbon_copies], [("Cy Poe", "created")], "copies")
    for group in ("agents", "editors", "intermediaries", "certified_deliveries", "in_person_signers", "seals",
                  "witnesses", "notaries"):
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
    added = ds.Recipients(carbon_copies=[ds.CarbonCopy(recipient_id="9", routing_order="3", name="Cy Poe", email="cy@example.com")])
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
    same(session.emulator.control(f"envelopes/{envelope}", method="GET")["mailCount"], 0, "mails to an embedded signer")
    asked = view("https://app.example/done?case=1", "u-17")
    link = session.call("create_recipient_view", envelope, recipient_view_request=asked, expect=201).url
    holds(link.startswith(session.emulator.docusign["base_url_tls"] + "/Signing/"), f"link {link}")
    with browser(session).open(link) as answer:
        page = answer.read().decode()
        same((answer.status, answer.headers.get_content_type()), (200, "text/html"), "signing page")
        holds("Please sign" in page and "Ann Lee" in page, "the page shows neither subject nor signer")
    same(session.call("get_envelope", envelope).status, "delivered", "status after opening")
    try:
        browser(session, redirects=False).open(link)
        raise AssertionError("a used link opens the page again")
    except urllib.error.HTTPError as answer:
        same(answer.code, 302, "a used link")
        same(answer.headers["Location"], "https://app.example/done?case=1&event=ttl_expired", "its way back")


@flow
def recipient_view_refusals(session):
    """Recipient view: another name, wrong turn and a draft are refused."""
    two = [signer(client_user_id="u-1"), signer("Bob Ray", BOB, "2", "2", client_user_id="u-2")]
    envelope = session.create(definition(signers=two))

    def ask(envelope, *who):
        session.call("create_recipient_view", envelope, recipient_view_request=view("https://app.example/", *who))

    with refused("UNKNOWN_ENVELOPE_RECIPIENT"):
        ask(envelope, "u-1", "Ann  Lee", ANN)
    with refused("UNKNOWN_ENVELOPE_RECIPIENT"):
        ask(envelope, "u-7", "Ann Lee", ANN)
    with refused("RECIPIENT_NOT_IN_SEQUENCE"):
        ask(envelope, "u-2", "Bob Ray", BOB)
    with refused("ENVELOPE_INVALID_STATUS"):
        ask(session.create(definition("created", signers=two)), "u-1", "Ann Lee", ANN)


@flow
def void(session):
    """Void: the reason is kept; without a reason it is refused."""
    envelope = session.create(definition())
    with refused("INVALID_REQUEST_PARAMETER"):
        session.call("update", envelope, envelope=ds.Envelope(status="voided"))
    answer = session.call("update", envelope, envelope=ds.Envelope(status="voided", voided_reason="Wrong price"))
    same(answer.envelope_id, envelope, "envelopeId")
    read = session.call("get_envelope", envelope)
    same((read.status, read.voided_reason), ("voided", "Wrong price"), "envelope")
    looks(read.voided_date_time, TIME, "voidedDateTime")


@flow
def void_too_late(session):
    """Void of a completed envelope is refused, and so is that of a draft."""
    for envelope in (completed(session), session.create(definition("created"))):
        with refused("ENVELOPE_CANNOT_VOID_INVALID_STATE"):
            session.call("update", envelope, envelope=ds.Envelope(status="voided", voided_reason="Too late"))


@flow
def recycle(session):
    """Moving to the recycle bin discards a draft and voids what was sent."""
    draft, sent = session.create(definition("created")), session.create(definition())
    folders = ds.FoldersApi(session.client)

    def move(folder, envelope):
        asked = ds.FoldersRequest(envelope_ids=[envelope])
        return session.call("move_envelopes", folder, api=folders, folders_request=asked)

    move("recyclebin", draft)
    move("recyclebin", sent)
    same(session.call("get_envelope", sent).status, "voided", "status of the sent")
    same(session.emulator.control(f"envelopes/{draft}", method="GET")["deleted"], True, "the draft is discarded")
    # Recorded: a success whose item carries the error.
    answer = move("no-such-folder", session.create(definition()))
    details = [row.error_details for row in (answer.envelopes or []) + (answer.folders or []) if row.error_details]
    same([own.error_code for own in details], ["INVALID_FOLDER_ID"], "an unknown folder")


@flow
def decline(session):
    """Decline: the envelope ends, the reason stands at the recipient."""
    envelope = session.create(definition())
    session.emulator.act(envelope, ANN, "decline", "Price too high")
    read = session.call("get_envelope", envelope, include="recipients")
    same(read.status, "declined", "status")
    (ann,) = read.recipients.signers
    same((ann.status, ann.declined_reason), ("declined", "Price too high"), "recipient")
    looks(ann.declined_date_time, TIME, "declinedDateTime")


@flow
def resend(session):
    """Resend: whose turn it is gets another mail, nobody else."""
    envelope = session.create(definition(signers=[signer(), signer("Bob Ray", BOB, "2", "2")]))
    session.call("update", envelope, resend_envelope="true", envelope=ds.Envelope())
    mails = session.emulator.control(f"envelopes/{envelope}", method="GET")["mails"]
    same([mail["to"] for mail in mails], [ANN, ANN], "mails")


@flow
def documents(session):
    """Documents: rows with pages, the certificate as the last."""
    two = [document(), document("Appendix A", number="7", name="Appendix")]
    envelope = session.create(definition(documents=two))
    answer = session.call("list_documents", envelope)
    same(answer.envelope_id, envelope, "envelopeId")
    contract, appendix, certificate = answer.envelope_documents
    same((contract.document_id, contract.name, contract.type, contract.order), ("1", "Contract", "content", "1"), "first")
    same((appendix.document_id, appendix.name), ("7", "Appendix"), "second")
    same((certificate.document_id, certificate.type, certificate.order), ("certificate", "summary", "999"), "certificate")
    same(contract.uri, f"/envelopes/{envelope}/documents/1", "uri")
    looks(contract.document_id_guid, GUID, "documentIdGuid")
    (page,) = contract.pages
    same((page.sequence, page.width, page.height, page.dpi), ("1", "612", "792", "72"), "page")


@flow
def downloads(session):
    """Downloads: single document, combined with and without certificate, certificate, archive."""
    two = [document(), document("Appendix A", number="7", name="Appendix")]
    envelope = completed(session, documents=two)
    sizes = {}
    for name, named in {"1": {}, "7": {}, "certificate": {}, "combined": {"certificate": "false"},
                        "whole": {"certificate": "true"}}.items():
        content = session.call("get_document", name if name != "whole" else "combined", envelope, **named)
        headers = session.headers
        same(headers["Content-Type"], "application/pdf", f"type of {name}")
        looks(headers["Content-Disposition"], r'file; filename="[^"]+\.pdf"; documentid="(\d|certificate|combined)"', name)
        holds(content.startswith(b"%PDF-") and b"%%EOF" in content[-64:], f"{name} is no PDF")
        sizes[name] = len(content)
    holds(sizes["whole"] > sizes["combined"] > sizes["7"], f"sizes {sizes}")
    holds(sizes["1"] > len(pdf("Service agreement", "Signature: /sn1/")), "the signed document is no larger than the sent")
    with zipfile.ZipFile(io.BytesIO(session.call("get_document", "archive", envelope))) as archive:
        same(session.headers["Content-Type"], "application/zip", "type of the archive")
        same(len(archive.namelist()), 3, f"files in the archive {archive.namelist()}")
        for name in archive.namelist():
            holds(name.endswith(".pdf") and archive.read(name).startswith(b"%PDF-"), f"{name} is no PDF")


@flow
def download_refusals(session):
    """Downloads that fail are JSON errors although Accept says PDF."""
    envelope = session.create(definition())
    with refused("DOCUMENT_DOES_NOT_EXIST", status=(400, 404)):
        session.call("get_document", "77", envelope)
    with refused("ENVELOPE_DOES_NOT_EXIST", status=(400, 404)):
        session.call("get_document", "combined", NOBODY)


@flow
def audit_events(session):
    """Audit events: name-value fields of what happened, in order."""
    answer = session.call("list_audit_events", completed(session))
    rows = [{field.name: field.value for field in event.event_fields} for event in answer.audit_events]
    for row in rows:
        for name in ("logTime", "Source", "UserName", "UserId", "Action", "Message", "EnvelopeStatus",
                     "ClientIPAddress", "Information", "InformationLocalized", "GeoLocation", "Language"):
            holds(name in row, f"no {name} in {row}")
        looks(row["logTime"], TIME, "logTime")
    same(rows[0]["Action"], "Registered", "first action")
    holds([row for row in rows if row["Action"] == "Signed" and row["UserName"] == "Ann Lee"], f"no signature in {rows}")
    same(rows[-1]["EnvelopeStatus"], "completed", "last status")


@flow
def custom_fields(session):
    """Custom fields: given at creation, added, changed, removed."""
    given = ds.CustomFields(text_custom_fields=[ds.TextCustomField(name="case_id", value="42", show="false")])
    envelope = session.create(definition(custom_fields=given))
    (case,) = session.call("list_custom_fields", envelope).text_custom_fields
    same((case.name, case.value, case.show, case.required), ("case_id", "42", "false", "false"), "given")
    more = ds.CustomFields(
        list_custom_fields=[ds.ListCustomField(name="colour", value="red", list_items=["red", "blue"])]
    )
    (colour,) = session.call("create_custom_fields", envelope, custom_fields=more, expect=201).list_custom_fields
    same((colour.value, colour.list_items), ("red", ["red", "blue"]), "added")
    holds(case.field_id and colour.field_id and case.field_id != colour.field_id, "field ids")
    change = ds.CustomFields(text_custom_fields=[ds.TextCustomField(field_id=case.field_id, name="case_id", value="43")])
    (changed,) = session.call("update_custom_fields", envelope, custom_fields=change).text_custom_fields
    same((changed.field_id, changed.value), (case.field_id, "43"), "changed")
    gone = ds.CustomFields(list_custom_fields=[ds.ListCustomField(field_id=colour.field_id)])
    session.call("delete_custom_fields", envelope, custom_fields=gone)
    left = session.call("list_custom_fields", envelope)
    same(([own.value for own in left.text_custom_fields], left.list_custom_fields), (["43"], []), "left")


@flow
def notification(session):
    """Notification: reminders and expiry in days, given at creation and changed."""
    rules = ds.Notification(
        use_account_defaults="false",
        reminders=ds.Reminders(reminder_enabled="true", reminder_delay="2", reminder_frequency="3"),
        expirations=ds.Expirations(expire_enabled="true", expire_after="30", expire_warn="3"),
    )
    envelope = session.create(definition(notification=rules))
    read = session.call("get_notification_settings", envelope)
    reminders, expirations = read.reminders, read.expirations
    same(read.use_account_defaults, "false", "useAccountDefaults")
    same((reminders.reminder_enabled, reminders.reminder_delay, reminders.reminder_frequency), ("true", "2", "3"), "reminders")
    same((expirations.expire_enabled, expirations.expire_after, expirations.expire_warn), ("true", "30", "3"), "expiry")
    later = ds.EnvelopeNotificationRequest(
        use_account_defaults="false",
        expirations=ds.Expirations(expire_enabled="true", expire_after="10", expire_warn="1"),
    )
    answer = session.call("update_notification_settings", envelope, envelope_notification_request=later)
    same(answer.expirations.expire_after, "10", "changed expiry")
    whole = session.call("get_envelope", envelope)
    same((whole.expire_enabled, whole.expire_after), ("true", "10"), "expiry of the envelope")
    looks(whole.expire_date_time, TIME, "expireDateTime")


@flow
def tabs(session):
    """Tabs: anchors become positions; add, change, remove; what was typed in arrives."""
    anchored = ds.Tabs(
        sign_here_tabs=[ds.SignHere(anchor_string="/sn1/", anchor_x_offset="10", anchor_y_offset="20")],
        text_tabs=[ds.Text(document_id="1", page_number="1", x_position="72", y_position="300", tab_label="city", value="Ulm")],
    )
    envelope = session.create(definition(signers=[signer(tabs=anchored)]))
    read = session.call("list_tabs", envelope, "1")
    (here,) = read.sign_here_tabs
    same((here.anchor_string, here.document_id, here.page_number, here.tab_type), ("/sn1/", "1", "1", "signhere"), "anchor")
    # The anchor's line stands at 670 of 792 points from the foot, hence 122 from the top.
    holds(int(here.x_position) > 72 + 10 and 100 < int(here.y_position) < 150, f"{here.x_position}, {here.y_position}")
    same([(own.tab_label, own.value, own.x_position) for own in read.text_tabs], [("city", "Ulm", "72")], "text")
    added = session.call(
        "create_tabs",
        envelope,
        "1",
        tabs=ds.Tabs(date_signed_tabs=[ds.DateSigned(document_id="1", page_number="1", x_position="72", y_position="400")]),
        expect=201,
    )
    (date,) = added.date_signed_tabs
    holds(date.tab_id, "no tabId")
    same(date.tab_type, "datesigned", "tabType")
    change = ds.Tabs(text_tabs=[ds.Text(tab_id=read.text_tabs[0].tab_id, value="Bonn"), ds.Text(tab_id="unknown", value="x")])
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


@flow
def unreadable_document(session):
    """Other bytes without fileExtension cannot be loaded; with it they are converted."""
    word = document(name="Letter", extension=None, content=b"Dear Ann, yours Bob.")
    free = [ds.Signer(recipient_id="1", name="Ann Lee", email=ANN)]
    with refused("UNABLE_TO_LOAD_DOCUMENT"):
        session.create(definition(documents=[word], signers=free))
    word.file_extension = "txt"
    envelope = session.create(definition(documents=[word], signers=free))
    holds(session.call("get_document", "1", envelope).startswith(b"%PDF-"), "no PDF was made of the text")


@flow
def incomplete(session):
    """A sent envelope needs a valid address; a subject has at most 100 characters."""
    with refused("INVALID_EMAIL_ADDRESS_FOR_RECIPIENT"):
        session.create(definition(signers=[signer(email="ann at example.com")]))
    try:
        session.create(definition(email_subject="x" * 101))
        raise AssertionError("a subject of 101 characters is taken")
    except ApiException as error:
        same(error.status, 400, "status")
    session.create(definition(email_subject="x" * 100))


@flow
def unknown_envelope(session):
    """An unknown envelope does not exist."""
    with refused("ENVELOPE_DOES_NOT_EXIST", status=(400, 404)):
        session.call("get_envelope", NOBODY)


@flow
def wrong_account(session):
    """Another account is refused."""
    with refused("USER_DOES_NOT_BELONG_TO_SPECIFIED_ACCOUNT", status=(400, 401, 403)):
        session.call("list_status_changes", from_date="2020-01-01", account=NOBODY)


@flow
def consent(session):
    """A user without consent gets consent_required until he allows it on the page."""
    email = "new@example.com"
    user = session.emulator.control("docusign/users", {"name": "New User", "email": email})["user_id"]
    same(oauth_error(session, user_id=user)["error"], "consent_required", "before consent")
    session.emulator.control("docusign/consent", {"user": user, "scopes": ["signature"]})
    same(oauth_error(session, user_id=user)["error"], "consent_required", "with one scope of two")
    address = session.client.get_authorization_uri(
        session.emulator.docusign["integration_key"],
        ["signature", "impersonation"],
        "https://app.example/back",
        "code",
        "s-1",
    )
    # The person at the browser is the one who signed in there; a hint stands in for that.
    address += "&" + urllib.parse.urlencode({"login_hint": email})
    with browser(session).open(address) as page:
        holds("impersonation" in page.read().decode(), "the page does not show what is asked for")
    try:
        browser(session, redirects=False).open(address, b"consent=allow")
        raise AssertionError("consent does not lead back")
    except urllib.error.HTTPError as answer:
        same(answer.code, 302, "after consent")
        back = urllib.parse.urlsplit(answer.headers["Location"])
    same(f"{back.scheme}://{back.netloc}{back.path}", "https://app.example/back", "redirect")
    query = urllib.parse.parse_qs(back.query)
    same((query["state"], len(query["code"])), (["s-1"], 1), "redirect's query")
    same(session.sign_in(ds.ApiClient(), user_id=user).token_type, "Bearer", "after consent")


@flow
def wrong_key(session):
    """A key that is not registered, an unknown user, an unknown integration key."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    for wrong, description in (
        ({"private_key_bytes": stranger}, "no_valid_keys_or_signatures"),
        ({"user_id": NOBODY}, "user_not_found"),
        ({"client_id": NOBODY}, "issuer_not_found"),
    ):
        expected = {"error": "invalid_grant", "error_description": description}
        same(oauth_error(session, **wrong), expected, f"answer to a wrong {', '.join(wrong)}")


@flow
def dead_token(session):
    """A revoked token: 401 of the API, and user info's odd 401."""
    client = ds.ApiClient(host=session.client.host)
    client.set_oauth_host_name(session.auth_host)
    token = session.sign_in(client).access_token
    session.emulator.control("docusign/tokens", {"token": token}, "DELETE")
    with refused("AUTHORIZATION_INVALID_TOKEN", status=(401,)):
        ds.EnvelopesApi(client).list_status_changes(session.account, from_date="2020-01-01")
    try:
        client.get_user_info(token)
        raise AssertionError("user info takes a revoked token")
    except ApiException as error:
        same((error.status, json.loads(error.body)["error"]), (401, "internal_server_error"), "user info")


@flow
def rate_limit(session):
    """The hourly limit is HTTP 400 with its own code and headers; it ends on the full hour."""
    session.emulator.control("docusign/limits", {"hourly": 2, "burst": 500})
    try:
        session.call("list_status_changes", from_date="2020-01-01")
        headers = session.headers
        same((headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]), ("2", "1"), "headers")
        looks(headers["X-RateLimit-Reset"], r"\d{10}", "X-RateLimit-Reset")
        same(int(headers["X-RateLimit-Reset"]) % 3600, 0, "second of the hour of the reset")
        session.call("list_status_changes", from_date="2020-01-01")
        with refused("HOURLY_APIINVOCATION_LIMIT_EXCEEDED"):
            session.call("list_status_changes", from_date="2020-01-01")
    finally:
        session.emulator.control("docusign/limits", {"hourly": 3000, "burst": 500})


@flow
def expiry(session):
    """An envelope past its expiry reads as voided; the clock is moved for it."""
    rules = ds.Notification(
        use_account_defaults="false", expirations=ds.Expirations(expire_enabled="true", expire_after="2", expire_warn="0")
    )
    envelope = session.create(definition(notification=rules))
    session.emulator.control("clock", {"advance_seconds": 2 * 86400 + 60})
    # The token has died meanwhile.
    session.token = session.sign_in(session.client)
    read = session.call("get_envelope", envelope)
    same(read.status, "voided", "status")
    holds(read.voided_reason, "no voidedReason")
    with refused("ENVELOPE_CANNOT_VOID_INVALID_STATE"):
        session.call("update", envelope, envelope=ds.Envelope(status="voided", voided_reason="again"))


if __name__ == "__main__":
    with Emulator() as emulator:
        flows.run(Session(emulator))
